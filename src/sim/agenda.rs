//! Work by time.

use crate::sim::SimTime;
use crate::sim::soon::Soon;
use dary_heap::QuaternaryHeap;
use std::cmp::Ordering;

/// What is to be done when: earliest first, and of the same moment in the order of scheduling.
#[derive(Clone, Debug)]
pub(crate) struct Agenda<T> {
    /// What is due soon: most of all there is.
    soon: Soon<T>,
    /// What was not due soon when it was scheduled.
    later: QuaternaryHeap<Entry<T>>,
    /// Whether the first of the later ones was taken already. It goes when its place is needed: a timer leads as a
    /// rule to its next, and putting that in its place spares the heap half its work.
    taken: bool,
    next_seq: u64,
}

/// The greatest entry is the earliest, as the heap gives its greatest.
#[derive(Clone, Debug)]
struct Entry<T> {
    at: SimTime,
    seq: u64,
    work: T,
}

impl<T> Entry<T> {
    /// Time and order of scheduling as one number: comparing entries is what the agenda does most.
    const fn key(&self) -> u128 {
        ((self.at.0 as u128) << 64) | self.seq as u128
    }
}

impl<T: Copy> Agenda<T> {
    pub(crate) fn new() -> Self {
        Self { soon: Soon::new(), later: QuaternaryHeap::new(), taken: false, next_seq: 0 }
    }

    pub(crate) fn schedule(&mut self, at: SimTime, work: T) {
        if self.soon.has(at) {
            return self.soon.push(at, work);
        }
        let entry = Entry { at, seq: self.next_seq, work };
        self.next_seq += 1;
        if self.taken
            && let Some(mut first) = self.later.peek_mut()
        {
            self.taken = false;
            *first = entry;
        } else {
            self.later.push(entry);
        }
    }

    /// When the earliest work is due.
    pub(crate) fn next_at(&self) -> Option<SimTime> {
        let first = if self.taken {
            // The second of a heap is one of the four below the first.
            self.later.as_slice().get(1..).and_then(|below| below.iter().take(4).max())
        } else {
            self.later.peek()
        };
        self.soon.first_at().into_iter().chain(first.map(|entry| entry.at)).min()
    }

    /// Takes the earliest work, if it is due at `until` or before.
    pub(crate) fn pop(&mut self, until: SimTime) -> Option<(SimTime, T)> {
        if std::mem::take(&mut self.taken) {
            self.later.pop();
        }
        let soon = self.soon.first_at();
        // Of the same moment what stands among the later was scheduled first: the moment was not near yet.
        let later = self.later.peek().filter(|entry| soon.is_none_or(|soon| entry.at <= soon));
        let at = later.map(|entry| entry.at).or(soon).filter(|&at| at <= until)?;
        self.soon.advance(at);
        self.taken = later.is_some();
        let work = later.map(|entry| entry.work).or_else(|| self.soon.pop(at))?;
        Some((at, work))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<T> Eq for Entry<T> {}

// The operators are written out because those made of `partial_cmp` cost the heap half as much again.
impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
    fn lt(&self, other: &Self) -> bool {
        self.key() > other.key()
    }
    fn le(&self, other: &Self) -> bool {
        self.key() >= other.key()
    }
    fn gt(&self, other: &Self) -> bool {
        self.key() < other.key()
    }
    fn ge(&self, other: &Self) -> bool {
        self.key() <= other.key()
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key().cmp(&self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earliest_first_and_ties_in_the_order_of_scheduling() {
        let mut agenda = Agenda::new();
        for (at, work) in [(5, 'c'), (3, 'a'), (5, 'd'), (3, 'b')] {
            agenda.schedule(SimTime(at), work);
        }
        assert_eq!(agenda.next_at(), Some(SimTime(3)));
        let late = SimTime(9);
        let order: String = std::iter::from_fn(|| agenda.pop(late)).map(|(_, work)| work).collect();
        assert_eq!(order, "abcd");
    }
    #[test]
    fn what_is_scheduled_after_a_pop_takes_its_turn() {
        let mut agenda = Agenda::new();
        for at in [3, 1, 8] {
            agenda.schedule(SimTime(at), at);
        }
        assert_eq!(agenda.pop(SimTime(0)), None, "nothing is due yet");
        assert_eq!(agenda.pop(SimTime(9)), Some((SimTime(1), 1)));
        assert_eq!(agenda.next_at(), Some(SimTime(3)), "what was taken is gone");
        agenda.schedule(SimTime(5), 5);
        agenda.schedule(SimTime(2), 2);
        let order: Vec<u64> = std::iter::from_fn(|| agenda.pop(SimTime(7))).map(|(_, work)| work).collect();
        assert_eq!((order, agenda.next_at()), (vec![2, 3, 5], Some(SimTime(8))));
        assert_eq!(agenda.pop(SimTime(8)), Some((SimTime(8), 8)));
        assert_eq!((agenda.next_at(), agenda.pop(SimTime(9))), (None, None));
    }

    #[test]
    fn what_is_due_soon_stands_in_the_same_order() {
        let mut agenda = Agenda::new();
        agenda.schedule(SimTime(4), 'b');
        for (at, work) in [(5, 'd'), (4, 'c'), (7, 'g'), (3, 'a'), (5, 'e')] {
            agenda.schedule(SimTime(at), work);
        }
        agenda.schedule(SimTime(5), 'f');
        assert_eq!((agenda.next_at(), agenda.pop(SimTime(2))), (Some(SimTime(3)), None));
        let order: String = std::iter::from_fn(|| agenda.pop(SimTime(6))).map(|(_, work)| work).collect();
        assert_eq!((order.as_str(), agenda.next_at()), ("abcdef", Some(SimTime(7))));
        agenda.schedule(SimTime(8), 'h');
        assert_eq!(agenda.pop(SimTime(8)), Some((SimTime(7), 'g')));
        assert_eq!(agenda.pop(SimTime(8)), Some((SimTime(8), 'h')));
        assert_eq!((agenda.next_at(), agenda.pop(SimTime(9))), (None, None));
    }
}
