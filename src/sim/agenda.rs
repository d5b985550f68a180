//! Work by time.

use crate::sim::SimTime;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What is to be done when: earliest first, and of the same moment in the order of scheduling.
#[derive(Clone, Debug)]
pub(crate) struct Agenda<T> {
    heap: BinaryHeap<Entry<T>>,
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

impl<T> Agenda<T> {
    pub(crate) const fn new() -> Self {
        Self { heap: BinaryHeap::new(), next_seq: 0 }
    }

    pub(crate) fn schedule(&mut self, at: SimTime, work: T) {
        let seq = self.next_seq;
        self.next_seq += 1;
        self.heap.push(Entry { at, seq, work });
    }

    /// When the earliest work is due.
    pub(crate) fn next_at(&self) -> Option<SimTime> {
        self.heap.peek().map(|entry| entry.at)
    }

    /// Takes the earliest work.
    pub(crate) fn pop(&mut self) -> Option<(SimTime, T)> {
        self.heap.pop().map(|entry| (entry.at, entry.work))
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
        let order: String = std::iter::from_fn(|| agenda.pop()).map(|(_, work)| work).collect();
        assert_eq!(order, "abcd");
    }
}
