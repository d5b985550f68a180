//! What is due soon: each moment has a place of its own, so that nothing has to be sorted.

use crate::sim::SimTime;
use crate::sim::queues::{Queue, Queues};

/// How many moments have a place: more microseconds than a packet is on its way between the hosts of a LAN and a
/// process is busy, as in a large world thousands of packets are under way at a time.
const MOMENTS: usize = 256;

/// Work that is due within [`MOMENTS`] of the present, by moments.
#[derive(Clone, Debug)]
pub(super) struct Soon<T> {
    /// What is due at each moment, in the order of scheduling. A moment's place is its time modulo their number.
    moments: [Queue; MOMENTS],
    work: Queues<T>,
    /// A bit for each moment at which something is due.
    due: [u64; MOMENTS / 64],
    /// Nothing is due earlier.
    present: SimTime,
}

impl<T> Soon<T> {
    pub(super) fn new() -> Self {
        Self {
            moments: [const { Queue::new() }; MOMENTS],
            work: Queues::new(),
            due: [0; MOMENTS / 64],
            present: SimTime::ZERO,
        }
    }

    /// Whether a moment has a place here.
    pub(super) fn has(&self, at: SimTime) -> bool {
        at.0.checked_sub(self.present.0).is_some_and(|ahead| ahead < MOMENTS as u64)
    }

    /// Adds what is due at a moment that has a place here.
    pub(super) fn push(&mut self, at: SimTime, work: T) {
        let place = place(at);
        self.work.push_back(&mut self.moments[place], work);
        self.due[place / 64] |= 1 << (place % 64);
    }

    /// When the earliest work is due.
    pub(super) fn first_at(&self) -> Option<SimTime> {
        let place = place(self.present);
        let (word, bit) = (place / 64, place % 64);
        let rest = self.due[word] >> bit;
        if rest != 0 {
            return Some(SimTime(self.present.0 + u64::from(rest.trailing_zeros())));
        }
        // The last word looked at is the first one again, for the moments furthest ahead.
        (1..=self.due.len()).find_map(|further| {
            let due = self.due[(word + further) % self.due.len()];
            let ahead = (64 * further - bit) as u64 + u64::from(due.trailing_zeros());
            (due != 0).then(|| SimTime(self.present.0 + ahead))
        })
    }

    /// Takes what is due at a moment, the first of it if it is several things.
    pub(super) fn pop(&mut self, at: SimTime) -> Option<T> {
        let place = place(at);
        let moment = &mut self.moments[place];
        let work = self.work.pop_front(moment);
        if moment.is_empty() {
            self.due[place / 64] &= !(1 << (place % 64));
        }
        work
    }

    /// It is so late now, and nothing is due earlier.
    pub(super) fn advance(&mut self, now: SimTime) {
        self.present = self.present.max(now);
    }
}

const fn place(at: SimTime) -> usize {
    at.0 as usize % MOMENTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_moment_ahead_is_found_wherever_the_present_is() {
        for present in [0, 1, 63, 64, 200, 255, 256, 1000] {
            for ahead in [0, 1, 62, 63, 64, 127, 128, 255] {
                let mut soon = Soon::new();
                soon.advance(SimTime(present));
                let at = SimTime(present + ahead);
                assert!(soon.has(at));
                soon.push(at, ahead);
                soon.push(at, 0);
                assert_eq!(soon.first_at(), Some(at), "{ahead} ahead of {present}");
                assert_eq!((soon.pop(at), soon.first_at()), (Some(ahead), Some(at)));
                assert_eq!((soon.pop(at), soon.first_at()), (Some(0), None));
            }
            let mut soon = Soon::<()>::new();
            soon.advance(SimTime(present));
            assert!(!soon.has(SimTime(present + 256)), "has no place: that is another moment's");
        }
        let mut soon = Soon::<()>::new();
        soon.advance(SimTime(9));
        assert!(!soon.has(SimTime(8)), "it is past");
    }
}
