//! What a stream has under way: hardly ever more than one segment, and then it needs no memory of its own.

use std::collections::VecDeque;
use std::iter::Chain;
use std::ops::{Index, IndexMut};

/// A queue whose first element lies within it.
///
/// A world with many nodes has thousands of connections, and reaching for their memory is what costs: this
/// takes a third of what a queue on the heap for each stream does.
#[derive(Clone, Debug)]
pub(crate) struct Flight<T> {
    /// Empty only where all of it is.
    head: Option<T>,
    rest: VecDeque<T>,
}

impl<T> Flight<T> {
    pub(crate) const fn new() -> Self {
        Self { head: None, rest: VecDeque::new() }
    }

    pub(crate) fn len(&self) -> usize {
        usize::from(self.head.is_some()) + self.rest.len()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.head.is_none()
    }

    pub(crate) fn push_back(&mut self, element: T) {
        if self.head.is_none() {
            self.head = Some(element);
        } else {
            self.rest.push_back(element);
        }
    }

    pub(crate) fn front(&self) -> Option<&T> {
        self.head.as_ref()
    }

    pub(crate) fn pop_front(&mut self) -> Option<T> {
        std::mem::replace(&mut self.head, self.rest.pop_front())
    }

    pub(crate) fn iter(&self) -> Chain<std::option::Iter<'_, T>, std::collections::vec_deque::Iter<'_, T>> {
        self.head.iter().chain(&self.rest)
    }

    /// Keeps the first `len` elements.
    pub(crate) fn truncate(&mut self, len: usize) {
        match len.checked_sub(1) {
            Some(rest) => self.rest.truncate(rest),
            None => self.clear(),
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new();
    }
}

impl<T> Index<usize> for Flight<T> {
    type Output = T;
    fn index(&self, n: usize) -> &T {
        match n.checked_sub(1) {
            Some(n) => &self.rest[n],
            None => self.head.as_ref().expect("an element of that number"),
        }
    }
}

impl<T> IndexMut<usize> for Flight<T> {
    fn index_mut(&mut self, n: usize) -> &mut T {
        match n.checked_sub(1) {
            Some(n) => &mut self.rest[n],
            None => self.head.as_mut().expect("an element of that number"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_queue() {
        let mut flight = Flight::new();
        assert!(flight.is_empty() && flight.front().is_none() && flight.pop_front().is_none());
        for n in 0..4 {
            flight.push_back(n);
        }
        assert_eq!(flight.iter().copied().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!((flight.len(), flight[0], flight[3]), (4, 0, 3));
        flight[0] = 9;
        flight[2] = 8;
        assert_eq!([flight.pop_front(), flight.pop_front()], [Some(9), Some(1)]);
        flight.push_back(5);
        flight.truncate(2);
        assert_eq!(flight.iter().copied().collect::<Vec<_>>(), [8, 3]);
        flight.truncate(0);
        assert!(flight.is_empty());
        flight.push_back(7);
        assert_eq!((flight.len(), flight.front()), (1, Some(&7)));
    }
}
