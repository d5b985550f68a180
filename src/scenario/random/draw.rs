//! Drawing a case from a seed.

use super::{Case, Fault, FaultKind, PacketFault, Place, Writer};
use crate::sim::{Chance, Rng, Seed};

/// The case's own dice.
const CASE_STREAM: u64 = u64::MAX - 2;

/// Figures that people use, the quick ones more often: a minute must be enough for something to happen.
const DOWN_AFTER_MS: [u32; 7] = [500, 1000, 1000, 2000, 3000, 5000, 10_000];
const FAILOVER_TIMEOUT_MS: [u32; 8] = [1000, 3000, 5000, 10_000, 10_000, 20_000, 60_000, 180_000];
const PRIORITIES: [u32; 6] = [100, 100, 100, 100, 10, 0];

/// The most faults of one case.
const FAULTS_MAX: u32 = 10;

fn one_of<T: Copy>(rng: &mut Rng, values: &[T]) -> T {
    values[rng.below(values.len() as u32) as usize]
}

impl Case {
    /// The case of a seed; what goes wrong goes wrong within `span_ms`.
    pub fn random(seed: Seed, span_ms: u32) -> Self {
        let rng = &mut Rng::new(seed, CASE_STREAM);
        let replicas = one_of(rng, &[0, 1, 1, 2, 2, 2, 3, 4]);
        let sentinels = one_of(rng, &[1, 2, 3, 3, 3, 4, 5, 5]);
        // Mostly a majority; sometimes anything, up to more than there are.
        let most = sentinels + rng.below(2);
        let quorum = if rng.below(3) > 0 { sentinels / 2 + 1 } else { rng.between(1, most) };
        let span_ms = span_ms.max(1000);
        let mut case = Self {
            seed,
            replicas,
            sentinels,
            quorum,
            shared_hosts: rng.below(4) == 0,
            down_after_ms: one_of(rng, &DOWN_AFTER_MS),
            failover_timeout_ms: one_of(rng, &FAILOVER_TIMEOUT_MS),
            parallel_syncs: rng.between(1, 3),
            min_replicas: u32::from(rng.below(5) == 0),
            priorities: Vec::new(),
            writers: Vec::new(),
            faults: Vec::new(),
            mended_ms: span_ms,
        };
        case.priorities = (0..=replicas).map(|_| one_of(rng, &PRIORITIES)).collect();
        let writers = one_of(rng, &[0, 1, 1, 2]);
        let writer = |_| Writer { asks: rng.below(3) > 0, interval_ms: one_of(rng, &[20, 50, 200]) };
        case.writers = (0..writers).map(writer).collect();
        let faults = rng.between(1, FAULTS_MAX);
        case.faults = (0..faults).map(|_| case.fault(rng)).collect();
        case.faults.sort_by_key(|fault| (fault.at_ms, fault.until_ms));
        case
    }

    fn fault(&self, rng: &mut Rng) -> Fault {
        let at_ms = rng.below(self.mended_ms - self.mended_ms / 6);
        let span = match rng.below(4) {
            0 => rng.between(20, 2000),
            1 => rng.between(1000, 10_000),
            _ => rng.between(5000, self.mended_ms.max(5001)),
        };
        Fault { at_ms, until_ms: (at_ms + span).min(self.mended_ms), kind: self.fault_kind(rng) }
    }

    fn fault_kind(&self, rng: &mut Rng) -> FaultKind {
        match rng.below(100) {
            0..22 => FaultKind::Kill(self.anybody(rng)),
            22..27 => FaultKind::Terminate(self.anybody(rng)),
            27..42 => FaultKind::Freeze(self.anybody(rng)),
            42..48 => FaultKind::LinkDown(self.anybody(rng)),
            48..58 => FaultKind::Partition(self.some(rng)),
            58..70 => self.bad_link(rng),
            70..75 => FaultKind::KillHost(self.anybody(rng)),
            75..84 => FaultKind::Packet {
                nth: rng.below(64),
                fate: match rng.below(3) {
                    0 => PacketFault::Drop,
                    1 => PacketFault::Delay { ms: rng.between(1, 5000) },
                    _ => PacketFault::Reset,
                },
            },
            84..90 => FaultKind::Failover(self.a_sentinel(rng)),
            90..92 => FaultKind::Reset(self.a_sentinel(rng)),
            92..94 => FaultKind::SetQuorum(self.a_sentinel(rng), rng.between(1, self.sentinels)),
            94..96 => FaultKind::SetDownAfter(self.a_sentinel(rng), one_of(rng, &DOWN_AFTER_MS)),
            96 => FaultKind::Forget(self.a_sentinel(rng)),
            97 => FaultKind::FollowNobody(rng.below(self.servers())),
            _ => self.another_master(rng),
        }
    }

    fn another_master(&self, rng: &mut Rng) -> FaultKind {
        let (server, other) = (rng.below(self.servers()), rng.below(self.servers()));
        if server == other { FaultKind::FollowNobody(server) } else { FaultKind::Follow(server, other) }
    }

    fn bad_link(&self, rng: &mut Rng) -> FaultKind {
        let mut end = || (rng.below(3) > 0).then(|| self.anybody(rng));
        let (from, to) = (end(), end());
        // Everything blocked is no fault that says anything.
        let block = rng.below(4) == 0 && (from.is_some() || to.is_some());
        FaultKind::Link {
            from,
            to,
            delay_ms: one_of(rng, &[0, 1, 10, 50, 200, 1000]),
            jitter_ms: one_of(rng, &[0, 1, 10, 100]),
            loss_permille: one_of(rng, &[0, 0, 10, 50, 200, 500]),
            block,
        }
    }

    /// The first master every third time: most of what there is to see begins with it.
    fn anybody(&self, rng: &mut Rng) -> Place {
        if rng.below(3) == 0 { 0 } else { rng.below(self.nodes()) }
    }

    fn a_sentinel(&self, rng: &mut Rng) -> Place {
        self.servers() + rng.below(self.sentinels)
    }

    /// At least one node, not all of them.
    fn some(&self, rng: &mut Rng) -> Vec<Place> {
        let half = Chance::from_ppm(400_000);
        let mut some: Vec<Place> = (0..self.nodes()).filter(|_| rng.hits(half)).collect();
        if some.is_empty() || some.len() as u32 == self.nodes() {
            some = vec![self.anybody(rng)];
        }
        some
    }
}
