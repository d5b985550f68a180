//! Many queues in one store.
//!
//! A world with many nodes has thousands of connections and a handful of packets in flight. The packets lie
//! side by side, and a stream keeps no more than the two ends of its queue: what is written and read with
//! every packet stays in the processor's cache however many connections there are. A Sentinel keeps the replies
//! that it expects in the same way.

/// A place in [`Queues`], valid until what lies there is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueueKey(u32);

/// No place.
const NONE: QueueKey = QueueKey(u32::MAX);

/// The two ends of a queue in [`Queues`].
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    first: QueueKey,
    last: QueueKey,
}

/// Elements in queues.
#[derive(Clone, Debug)]
pub(crate) struct Queues<T> {
    /// What lies at each place, if anything.
    elements: Vec<Option<T>>,
    /// What comes after each place in its queue, or in the list of free places. Apart from the elements: a
    /// queue is lengthened and shortened without touching those beside the one concerned.
    nexts: Vec<QueueKey>,
    /// The first of the places that are free; each leads to the next.
    free: QueueKey,
}

impl Queue {
    pub(crate) const fn new() -> Self {
        Self { first: NONE, last: NONE }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first == NONE
    }

    /// Whether it is made of this one element.
    pub(crate) fn is_only(&self, at: QueueKey) -> bool {
        self.first == at && self.last == at
    }

    /// Its first element, if there is one.
    pub(crate) fn first(&self) -> Option<QueueKey> {
        (self.first != NONE).then_some(self.first)
    }
}

impl<T> Default for Queues<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Queues<T> {
    pub(crate) const fn new() -> Self {
        Self { elements: Vec::new(), nexts: Vec::new(), free: NONE }
    }

    /// The element there, if it was not taken out.
    #[inline]
    pub(crate) fn get(&self, at: QueueKey) -> Option<&T> {
        self.elements.get(at.0 as usize)?.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, at: QueueKey) -> Option<&mut T> {
        self.elements.get_mut(at.0 as usize)?.as_mut()
    }

    /// The first element of a queue.
    #[inline]
    pub(crate) fn front(&self, queue: &Queue) -> Option<&T> {
        self.get(queue.first()?)
    }

    /// Puts an element at the end of a queue.
    #[inline]
    pub(crate) fn push_back(&mut self, queue: &mut Queue, element: T) -> QueueKey {
        let at = self.free;
        let at = if let Some(next) = self.nexts.get_mut(at.0 as usize) {
            self.free = std::mem::replace(next, NONE);
            self.elements[at.0 as usize] = Some(element);
            at
        } else {
            self.elements.push(Some(element));
            self.nexts.push(NONE);
            QueueKey(self.nexts.len() as u32 - 1)
        };
        match self.nexts.get_mut(queue.last.0 as usize) {
            Some(next) => *next = at,
            None => queue.first = at,
        }
        queue.last = at;
        at
    }

    /// Takes the first element of a queue out.
    #[inline]
    pub(crate) fn pop_front(&mut self, queue: &mut Queue) -> Option<T> {
        let at = queue.first()?;
        queue.first = std::mem::replace(&mut self.nexts[at.0 as usize], self.free);
        if queue.first == NONE {
            queue.last = NONE;
        }
        self.free = at;
        self.elements[at.0 as usize].take()
    }

    /// The elements of a queue with their places, in order.
    pub(crate) fn iter<'a>(&'a self, queue: &Queue) -> impl Iterator<Item = (QueueKey, &'a T)> + use<'a, T> {
        let mut next = queue.first;
        std::iter::from_fn(move || {
            let at = next;
            next = *self.nexts.get(at.0 as usize)?;
            Some((at, self.get(at)?))
        })
    }

    /// All elements, in no order that means anything.
    pub(crate) fn all(&self) -> impl Iterator<Item = (QueueKey, &T)> {
        let numbered = self.elements.iter().enumerate();
        numbered.filter_map(|(n, element)| Some((QueueKey(n as u32), element.as_ref()?)))
    }

    /// Takes the element at a place of a queue out, and all that follow it.
    pub(crate) fn truncate(&mut self, queue: &mut Queue, from: QueueKey) {
        let before = self.iter(queue).map(|(at, _)| at).take_while(|at| *at != from).last();
        let mut cut = Queue { first: from, last: queue.last };
        match before {
            Some(before) => {
                self.nexts[before.0 as usize] = NONE;
                queue.last = before;
            }
            None => *queue = Queue::new(),
        }
        self.clear(&mut cut);
    }

    /// Takes all elements of a queue out.
    pub(crate) fn clear(&mut self, queue: &mut Queue) {
        while self.pop_front(queue).is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(queues: &Queues<char>, queue: &Queue) -> String {
        queues.iter(queue).map(|(_, element)| element).collect()
    }

    #[test]
    fn queues_do_not_mix_and_places_are_used_again() {
        let mut queues = Queues::new();
        let (mut a, mut b) = (Queue::new(), Queue::new());
        assert!(a.is_empty() && queues.front(&a).is_none() && queues.pop_front(&mut a).is_none());
        for (in_a, in_b) in [('a', '1'), ('b', '2'), ('c', '3')] {
            queues.push_back(&mut a, in_a);
            queues.push_back(&mut b, in_b);
        }
        assert_eq!((read(&queues, &a), read(&queues, &b)), ("abc".into(), "123".into()));
        assert_eq!(queues.pop_front(&mut a), Some('a'));
        queues.push_back(&mut b, '4');
        assert_eq!((read(&queues, &a), read(&queues, &b)), ("bc".into(), "1234".into()));
        assert_eq!(queues.elements.len(), 6, "the place of `a` was free");
        assert_eq!((queues.front(&b), queues.all().count()), (Some(&'1'), 6));
        queues.clear(&mut a);
        assert!(a.is_empty() && queues.all().count() == 4);
        queues.push_back(&mut a, 'd');
        assert_eq!((read(&queues, &a), queues.elements.len()), ("d".into(), 6));
    }

    #[test]
    fn a_queue_is_cut_off_at_a_place_and_what_stays_keeps_its_own() {
        let mut queues = Queues::new();
        let mut queue = Queue::new();
        let places = ['a', 'b', 'c', 'd'].map(|element| queues.push_back(&mut queue, element));
        queues.truncate(&mut queue, places[2]);
        assert_eq!(read(&queues, &queue), "ab");
        assert_eq!((queues.get(places[1]), queues.get(places[2])), (Some(&'b'), None));
        queues.push_back(&mut queue, 'e');
        assert_eq!(read(&queues, &queue), "abe");
        queues.truncate(&mut queue, places[0]);
        assert!(queue.is_empty() && queues.all().count() == 0);
    }
}
