//! Making a case that breaks a rule smaller, as long as it still breaks it.

use super::{Case, Fault, FaultKind, Place};

/// The smallest case found by taking away one thing after another while `fails` stays true.
pub fn shrink(case: &Case, fails: impl Fn(&Case) -> bool) -> Case {
    let mut smallest = case.clone();
    while let Some(smaller) = smallest.simpler().into_iter().find(|case| fails(case)) {
        smallest = smaller;
    }
    smallest
}

impl Case {
    /// Cases with one thing less, what takes away most first.
    pub fn simpler(&self) -> Vec<Self> {
        let mut simpler = Vec::new();
        let mut offer = |case: Self| {
            if case != *self {
                simpler.push(case);
            }
        };
        let mut size = self.faults.len().div_ceil(2);
        while size > 0 {
            for first in (0..self.faults.len()).step_by(size) {
                let mut faults = self.faults.clone();
                faults.drain(first..(first + size).min(self.faults.len()));
                offer(Self { faults, ..self.clone() });
            }
            size /= 2;
        }
        offer(Self { writers: Vec::new(), ..self.clone() });
        offer(Self { writers: self.writers.iter().take(1).copied().collect(), ..self.clone() });
        if self.sentinels > 1 {
            offer(self.without(self.nodes() - 1));
        }
        if self.replicas > 0 {
            offer(self.without(self.replicas));
        }
        offer(Self { shared_hosts: false, ..self.clone() });
        offer(Self { min_replicas: 0, ..self.clone() });
        offer(Self { parallel_syncs: 1, ..self.clone() });
        offer(Self { priorities: vec![100; self.priorities.len()], ..self.clone() });
        for n in 0..self.faults.len() {
            for fault in self.faults[n].simpler() {
                let mut faults = self.faults.clone();
                faults[n] = fault;
                offer(Self { faults, ..self.clone() });
            }
        }
        simpler
    }

    /// The case without a node; what was done to it is left out, and those after it move up.
    fn without(&self, place: Place) -> Self {
        let mut case = self.clone();
        if place < self.servers() {
            case.replicas -= 1;
            case.priorities.truncate(case.servers() as usize);
        } else {
            case.sentinels -= 1;
            // Whether a majority or more than there are was wanted stays the same.
            case.quorum = match self.quorum {
                more if more > self.sentinels => case.sentinels + 1,
                quorum => quorum.min(case.sentinels),
            };
        }
        case.faults = self.faults.iter().filter_map(|fault| fault.without(place)).collect();
        case
    }
}

impl Fault {
    fn without(&self, gone: Place) -> Option<Self> {
        let moved = |place: Place| match place.cmp(&gone) {
            std::cmp::Ordering::Less => Some(place),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(place - 1),
        };
        let kind = match &self.kind {
            FaultKind::Kill(place) => FaultKind::Kill(moved(*place)?),
            FaultKind::Terminate(place) => FaultKind::Terminate(moved(*place)?),
            FaultKind::Freeze(place) => FaultKind::Freeze(moved(*place)?),
            FaultKind::LinkDown(place) => FaultKind::LinkDown(moved(*place)?),
            FaultKind::Failover(place) => FaultKind::Failover(moved(*place)?),
            FaultKind::Reset(place) => FaultKind::Reset(moved(*place)?),
            FaultKind::SetQuorum(place, quorum) => FaultKind::SetQuorum(moved(*place)?, *quorum),
            FaultKind::SetDownAfter(place, ms) => FaultKind::SetDownAfter(moved(*place)?, *ms),
            FaultKind::Forget(place) => FaultKind::Forget(moved(*place)?),
            FaultKind::FollowNobody(place) => FaultKind::FollowNobody(moved(*place)?),
            FaultKind::Follow(place, other) => FaultKind::Follow(moved(*place)?, moved(*other)?),
            FaultKind::KillHost(place) => FaultKind::KillHost(moved(*place)?),
            FaultKind::Partition(side) => {
                let side: Vec<Place> = side.iter().filter_map(|&place| moved(place)).collect();
                if side.is_empty() {
                    return None;
                }
                FaultKind::Partition(side)
            }
            FaultKind::Link { from, to, delay_ms, jitter_ms, loss_permille, block } => {
                let end = |place: Option<Place>| match place {
                    None => Some(None),
                    Some(place) => moved(place).map(Some),
                };
                let (delay_ms, jitter_ms, loss_permille) = (*delay_ms, *jitter_ms, *loss_permille);
                let (from, to, block) = (end(*from)?, end(*to)?, *block);
                FaultKind::Link { from, to, delay_ms, jitter_ms, loss_permille, block }
            }
            FaultKind::Packet { .. } => self.kind.clone(),
        };
        Some(Self { kind, ..self.clone() })
    }

    /// The same at rounder times, and shorter.
    fn simpler(&self) -> Vec<Self> {
        let mut simpler = Vec::new();
        for unit in [1000, 100] {
            let at_ms = self.at_ms / unit * unit;
            let until_ms = (self.until_ms / unit * unit).max(at_ms + 1);
            if until_ms <= self.until_ms && (at_ms, until_ms) != (self.at_ms, self.until_ms) {
                simpler.push(Self { at_ms, until_ms, ..self.clone() });
            }
        }
        let half = self.at_ms + (self.until_ms - self.at_ms) / 2;
        if half > self.at_ms + 20 {
            simpler.push(Self { until_ms: half, ..self.clone() });
        }
        simpler
    }
}
