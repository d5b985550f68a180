//! What became of a client's writes, kept small.

use crate::protocol::{ArcStr, Dataset};
use crate::sim::{Addr, Millis, NodeTime};
use std::collections::BTreeMap;

/// Lost writes whose acknowledgements are further apart than this are different segments (captures/FORMAT.md).
const SEGMENT_GAP: Millis = Millis(300);

/// A run of writes ends where the time between two acknowledgements differs by more than this from what it
/// is on average in the run, so that the time of each write can be told from the run's two ends.
const UNEVEN: i64 = 20;

/// The counts and the acknowledged writes of one client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Writes sent.
    pub sent: u64,
    /// Writes acknowledged.
    pub acked: u64,
    /// Errors by kind: the first word of an error reply, or what failed about the connection in the words of
    /// the captures (`ConnectionError`, `ConnectionRefusedError`, `TimeoutError`).
    pub errors: BTreeMap<ArcStr, u64>,
    /// Acknowledged writes by server.
    pub acked_by: BTreeMap<Addr, u64>,
    /// When the last write was acknowledged.
    pub last_ack: Option<NodeTime>,
    /// The longest time between two acknowledgements, and when it began.
    pub longest_gap: Option<(Millis, NodeTime)>,
    /// The time between the last success before errors and the first after them, all of it.
    pub time_without_master: Millis,
    /// Whether the last thing that happened was an error.
    failing: bool,
    /// Acknowledged writes in order.
    runs: Vec<Run>,
}

/// Writes numbered one after the other, acknowledged at even distances by one server.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    first: u64,
    last: u64,
    first_at: NodeTime,
    last_at: NodeTime,
    by: Addr,
}

/// Acknowledged writes that are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LostSegment {
    /// When the first was acknowledged.
    pub from: NodeTime,
    /// When the last was.
    pub to: NodeTime,
    /// How many there are.
    pub count: u64,
}

impl Run {
    /// When write `n` was acknowledged; exact at the run's ends, within some milliseconds between them.
    fn at(&self, n: u64) -> NodeTime {
        let span = (self.last_at - self.first_at).0;
        let steps = (self.last - self.first).max(1) as i64;
        self.first_at + Millis(span * (n - self.first) as i64 / steps)
    }

    fn takes(&self, n: u64, by: Addr, at: NodeTime) -> bool {
        let steps = (self.last - self.first) as i64;
        let step = (at - self.last_at).0;
        // The first two set the pace.
        let even = steps == 0 || (step * steps - (self.last_at - self.first_at).0).abs() <= UNEVEN * steps;
        self.by == by && self.last + 1 == n && step <= SEGMENT_GAP.0 && even
    }
}

impl History {
    /// All errors.
    pub fn failed(&self) -> u64 {
        self.errors.values().sum()
    }

    /// Whether the last thing that happened was an error.
    pub const fn is_failing(&self) -> bool {
        self.failing
    }

    /// Since when there is no success, while there are errors.
    pub fn failing_since(&self) -> Option<NodeTime> {
        self.last_ack.filter(|_| self.failing)
    }

    /// Acknowledged writes that a dataset does not have: segments in the order of acknowledgement. `name` is
    /// the client's.
    pub fn lost(&self, name: &str, dataset: &Dataset) -> Vec<LostSegment> {
        let prefix = format!("w:{name}");
        let mut segments: Vec<LostSegment> = Vec::new();
        for run in &self.runs {
            for (first, last) in dataset.missing(&prefix, run.first, run.last) {
                let (from, to, count) = (run.at(first), run.at(last), last - first + 1);
                match segments.last_mut().filter(|segment| from - segment.to < SEGMENT_GAP) {
                    Some(segment) => {
                        segment.to = to;
                        segment.count += count;
                    }
                    None => segments.push(LostSegment { from, to, count }),
                }
            }
        }
        segments
    }

    /// How many acknowledged writes a dataset does not have.
    pub fn lost_count(&self, name: &str, dataset: &Dataset) -> u64 {
        self.lost(name, dataset).iter().map(|segment| segment.count).sum()
    }

    /// Write `n` was acknowledged; returns whether it is the first success after errors.
    pub(super) fn acknowledge(&mut self, n: u64, by: Addr, at: NodeTime) -> bool {
        self.acked += 1;
        *self.acked_by.entry(by).or_default() += 1;
        let recovered = std::mem::take(&mut self.failing);
        if let Some(last) = self.last_ack.replace(at) {
            let gap = at - last;
            if self.longest_gap.is_none_or(|(longest, _)| gap > longest) {
                self.longest_gap = Some((gap, last));
            }
            if recovered {
                self.time_without_master = self.time_without_master + gap;
            }
        }
        match self.runs.last_mut().filter(|run| run.takes(n, by, at)) {
            Some(run) => (run.last, run.last_at) = (n, at),
            None => self.runs.push(Run { first: n, last: n, first_at: at, last_at: at, by }),
        }
        recovered
    }

    /// An error; returns whether it is the first after a success.
    pub(super) fn fail(&mut self, kind: ArcStr) -> bool {
        *self.errors.entry(kind).or_default() += 1;
        !std::mem::replace(&mut self.failing, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn server(n: u8) -> Addr {
        Addr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, n)), 6379)
    }

    fn key(n: u64) -> ArcStr {
        arcstr::format!("w:c:{n}")
    }

    /// Writes `first..=last`, ten milliseconds and a bit apart, beginning at `at`.
    fn write(history: &mut History, first: u64, last: u64, by: Addr, at: i64) {
        for n in first..=last {
            history.acknowledge(n, by, NodeTime(at + (n - first) as i64 * 21 / 2));
        }
    }

    #[test]
    fn a_hundred_thousand_even_writes_take_little_room() {
        let mut history = History::default();
        write(&mut history, 1, 100_000, server(1), 0);
        assert_eq!(history.acked, 100_000);
        assert_eq!(history.runs.len(), 1);
        assert!((history.runs[0].at(50_000).0 - 49_999 * 21 / 2).abs() <= 1);
    }

    #[test]
    fn lost_writes_come_in_segments_split_at_gaps() {
        let mut history = History::default();
        write(&mut history, 1, 100, server(1), 0);
        // Refused for a second, then accepted again, then another server.
        write(&mut history, 200, 300, server(1), 2000);
        write(&mut history, 301, 400, server(2), 9000);
        let mut data = Dataset::default();
        for n in (1..=50).chain(301..=400) {
            data.set(&key(n), &arcstr::format!("{n}"));
        }
        let lost = history.lost("c", &data);
        assert_eq!(lost.iter().map(|segment| segment.count).collect::<Vec<_>>(), [50, 101]);
        assert_eq!((lost[1].from, lost[1].to), (NodeTime(2000), NodeTime(2000 + 1050)));
        assert_eq!(history.lost_count("c", &data), 151);
        assert_eq!(history.lost_count("c", &Dataset::default()), 301);
    }

    #[test]
    fn the_time_without_a_master_is_that_between_the_successes_around_errors() {
        let mut history = History::default();
        history.acknowledge(1, server(1), NodeTime(1000));
        assert!(history.fail("ConnectionError".into()));
        assert!(!history.fail("ConnectionRefusedError".into()));
        assert_eq!(history.failing_since(), Some(NodeTime(1000)));
        assert!(history.acknowledge(4, server(2), NodeTime(4500)));
        history.acknowledge(5, server(2), NodeTime(9000));
        assert_eq!(history.time_without_master, Millis(3500));
        assert_eq!(history.longest_gap, Some((Millis(4500), NodeTime(4500))));
        assert_eq!(history.failed(), 2);
        assert_eq!(history.failing_since(), None);
    }
}
