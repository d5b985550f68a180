//! Hosts: what their disks and processors cost a process.

use crate::sim::{HostId, Micros, Rng, SimTime};
use std::net::IpAddr;

/// How long a host's disk takes to have a small file safely written (write, rename, fsync).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskProfile {
    /// Microseconds at the permille given, rising; between two points the time is drawn evenly.
    points: &'static [(u32, u32); 11],
    /// Every drawn time is multiplied by this many percent.
    percent: u32,
}

impl DiskProfile {
    /// The disk of the captures: the time between `+try-failover` and `+vote-for-leader` of the same
    /// sentinel (364 of them, with other work on the disk), which is one save of the configuration.
    pub const CAPTURED: Self = Self {
        points: &[
            (0, 600),
            (50, 900),
            (200, 1_400),
            (500, 2_500),
            (700, 3_700),
            (800, 5_000),
            (900, 8_500),
            (950, 14_000),
            (970, 22_000),
            (990, 45_000),
            (1000, 90_000),
        ],
        percent: 100,
    };

    /// The same disk, so many percent as slow; 0 is a disk that takes no time.
    pub const fn scaled(self, percent: u32) -> Self {
        Self { percent, ..self }
    }

    /// Draws one save.
    pub fn draw(&self, rng: &mut Rng) -> Micros {
        let permille = rng.below(1000);
        let above = self.points.iter().position(|&(p, _)| p > permille).expect("the last point is 1000");
        let ((p0, t0), (p1, t1)) = (self.points[above - 1], self.points[above]);
        let place = (permille - p0) * 1000 + rng.below(1000);
        let time = u64::from(t0) + u64::from(t1 - t0) * u64::from(place) / u64::from((p1 - p0) * 1000);
        Micros(time * u64::from(self.percent) / 100)
    }
}

/// What a host is like. What each turn needs comes first, as in a `Host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct HostProfile {
    /// What one turn of an event loop costs a process: taking one input and writing out what follows.
    pub turn: Micros,
    /// Its disk.
    pub disk: DiskProfile,
}

impl Default for HostProfile {
    fn default() -> Self {
        Self { disk: DiskProfile::CAPTURED, turn: Micros(20) }
    }
}

/// What every packet and every turn needs comes first, in one line of the processor's cache.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(crate) struct Host {
    /// What its packets and its disk draw from.
    pub(crate) rng: Rng,
    /// How many packets it has sent to each host, by the host's number; as long as it needs to be.
    sent_to: Vec<u32>,
    pub(crate) alive: bool,
    pub(crate) profile: HostProfile,
    pub(crate) ip: IpAddr,
    /// Whose hardware address it asked for last, and when it has the answer.
    pub(crate) asked: Option<(HostId, SimTime)>,
}

impl Host {
    /// A host that runs.
    pub(crate) const fn new(ip: IpAddr, profile: HostProfile, rng: Rng) -> Self {
        Self { ip, alive: true, profile, rng, sent_to: Vec::new(), asked: None }
    }

    /// Counts a packet for another host.
    pub(crate) fn count_sent(&mut self, to: HostId) {
        let to = to.0 as usize;
        if self.sent_to.len() <= to {
            self.sent_to.resize(to + 1, 0);
        }
        self.sent_to[to] = self.sent_to[to].wrapping_add(1);
    }

    /// How many packets it has sent to another host; the count may have gone round once.
    pub(crate) fn sent(&self, to: HostId) -> u32 {
        self.sent_to.get(to.0 as usize).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Seed;

    #[test]
    fn the_captured_disk_takes_two_to_four_milliseconds_at_the_median() {
        let mut rng = Rng::new(Seed(1), 0);
        let mut times: Vec<u64> = (0..4000).map(|_| DiskProfile::CAPTURED.draw(&mut rng).0).collect();
        times.sort_unstable();
        assert!((2_000..4_000).contains(&times[2000]), "{}", times[2000]);
        assert!(times[0] >= 600 && times[3999] <= 90_000);
    }
}
