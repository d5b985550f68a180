//! Work by time.

use crate::sim::SimTime;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What is to be done when: earliest first, and of the same moment in the order of scheduling.
#[derive(Clone, Debug)]
pub(crate) struct Agenda<T> {
    heap: BinaryHeap<Reverse<Entry<T>>>,
    next_seq: u64,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    at: SimTime,
    seq: u64,
    work: T,
}

impl<T> Agenda<T> {
    pub(crate) const fn new() -> Self {
        Self { heap: BinaryHeap::new(), next_seq: 0 }
    }

    pub(crate) fn schedule(&mut self, at: SimTime, work: T) {
        let seq = self.next_seq;
        self.next_seq += 1;
        self.heap.push(Reverse(Entry { at, seq, work }));
    }

    /// When the earliest work is due.
    pub(crate) fn next_at(&self) -> Option<SimTime> {
        self.heap.peek().map(|Reverse(entry)| entry.at)
    }

    /// Takes the earliest work.
    pub(crate) fn pop(&mut self) -> Option<(SimTime, T)> {
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.work))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.seq == other.seq
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.seq).cmp(&(other.at, other.seq))
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
        let order: String = std::iter::from_fn(|| agenda.pop()).map(|(_, work)| work).collect();
        assert_eq!(order, "abcd");
    }
}
