//! Playing a case: what goes wrong, then everything mended, then all must agree.

use super::{Case, Fault, FaultKind, PacketFault};
use crate::cluster::{Action, Cluster, Condition, NodeId, PacketVerdict, Record, Rule, Said, Violation};
use crate::redis::RedisServer;
use crate::sentinel::{EventKind, SentinelEvent};
use crate::sim::{Micros, SimTime};

/// How often is looked whether all agree.
const POLL: Micros = Micros::from_millis(250);

/// So long is waited at least where nobody can hope for an agreement.
const HOPELESS: Micros = Micros::from_secs(300);
/// How long a server takes at most that is told to end: it waits for its replicas for `shutdown-timeout`, 10 s
/// (spec REPL-51).
const SHUTDOWN: Micros = Micros::from_secs(11);

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The rules that were broken, none where all is well.
    pub violations: Vec<Violation>,
    /// How long after mending all agreed.
    pub agreed_after: Option<Micros>,
    /// How long the run was.
    pub played: Micros,
    /// Why not all agreed in the end, where that is how Redis Sentinel is and no rule is broken (spec SIM-9).
    pub by_design: Option<Reason>,
    /// What was to be seen.
    pub sightings: Sightings,
}

/// Why sentinels and servers may never agree although nothing is broken any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Two addresses have the same config epoch, after failovers that were ordered or whose leaders did not
    /// know all sentinels (spec ELEC-2, ELEC-10, HELLO-12).
    RivalConfigurations,
    /// A leader was overtaken by a failover back to the old master ([`Cluster::is_overtaken`]).
    Overtaken,
    /// An operator had servers follow each other, so that none is a master, and none can be promoted.
    NoMasterLeft,
    /// The master was demoted, by an operator or by the leader of another ordered failover who did not know of
    /// it yet, and the quorum is more than there are sentinels: no failover.
    OutOfQuorum,
    /// An operator had a sentinel monitor a replica, whose master no sentinel knows (spec CMD-MONITOR-1).
    MonitorsReplica,
    /// An operator demoted the master, and all other servers have priority 0 (spec SEL-4).
    NobodyToPromote,
    /// An operator had sentinels forget each other, and they watch different servers (spec CMD-RESET-1,
    /// CMD-MONITOR-1).
    Parted,
    /// One sentinel's doubt is enough (quorum 1), and with a `down-after-milliseconds` as short as the time
    /// between two PINGs a new master's first PONG comes too late for it again and again: each failover leads
    /// to the next (spec CON-2, SDOWN-1). Real sentinels were recorded doing the same.
    DoubtForEver,
}

/// What was to be seen in a run: a hunt that never saw a failover proves nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sightings {
    /// Attempts, automatic or ordered (`+try-failover`).
    pub attempts: u64,
    /// Promotions (`+promoted-slave`).
    pub promotions: u64,
    /// Attempts for which nobody was elected in time (`-failover-abort-not-elected`).
    pub split_votes: u64,
    /// Old masters turned into replicas (`+convert-to-slave`).
    pub conversions: u64,
    /// Sentinels that mistrusted their clock (`+tilt`).
    pub tilts: u64,
    /// Acknowledged writes.
    pub acked: u64,
    /// Acknowledged writes that the master does not have at the end.
    pub lost: u64,
}

impl Sightings {
    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        self.attempts += other.attempts;
        self.promotions += other.promotions;
        self.split_votes += other.split_votes;
        self.conversions += other.conversions;
        self.tilts += other.tilts;
        self.acked += other.acked;
        self.lost += other.lost;
    }

    fn see(&mut self, records: &[Record]) {
        for record in records {
            let Said::Sentinel(SentinelEvent::Event { kind, .. }) = &record.what else { continue };
            match kind {
                EventKind::TryFailover => self.attempts += 1,
                EventKind::PromotedReplica => self.promotions += 1,
                EventKind::AbortNotElected => self.split_votes += 1,
                EventKind::ConvertToReplica => self.conversions += 1,
                EventKind::Tilt => self.tilts += 1,
                _ => {}
            }
        }
    }
}

/// One promotion in so long, on the average since everything was mended, is one after the other.
const ONE_AFTER_THE_OTHER: Micros = Micros::from_secs(5);

/// A run under way.
struct Trial<'a> {
    case: &'a Case,
    world: Cluster,
    origin: SimTime,
    said: Vec<Record>,
    sightings: Sightings,
    /// When everything was mended, and how many promotions there had been.
    mended: (SimTime, u64),
}

impl Case {
    /// Plays it.
    pub fn try_out(&self) -> Outcome {
        let begun = self.scenario().begin(self.seed);
        let origin = begun.cluster.now();
        let sightings = Sightings::default();
        let mut trial = Trial {
            case: self,
            world: begun.cluster,
            origin,
            said: Vec::new(),
            sightings,
            mended: (origin, 0),
        };
        let mut violations = Vec::new();
        if !begun.stable {
            let text = "the topology never became stable".into();
            violations.push(Violation { at: origin, node: None, rule: Rule::Agreement, text });
        }
        trial.meddle();
        let mut by_design = None;
        let agreed_after = trial.wait_for_agreement().map_err(|apart| {
            by_design = trial.reason();
            violations.extend(by_design.is_none().then_some(apart));
        });
        let agreed_after = agreed_after.ok();
        trial.run_to(trial.world.now() + Micros::from_secs(2));
        trial.world.check_invariants();
        violations.extend(trial.world.violations().iter().cloned());
        violations.extend(trial.world.forgotten_write());
        trial.count_writes();
        let played = trial.world.now().since(trial.origin);
        Outcome { violations, agreed_after, played, by_design, sightings: trial.sightings }
    }
}

impl Trial<'_> {
    fn run_to(&mut self, until: SimTime) {
        self.world.run_until(until, &mut self.said);
        self.sightings.see(&self.said);
        self.said.clear();
    }

    /// Runs until everything is mended. What the scenario's own script cannot say is done here.
    fn meddle(&mut self) {
        let faults = self.case.faults.iter().filter(|fault| !fault.is_in_file());
        let mut deeds: Vec<(u32, &Fault, bool)> =
            faults.flat_map(|fault| [(fault.at_ms, fault, true), (fault.until_ms, fault, false)]).collect();
        deeds.sort_by_key(|(at, ..)| *at);
        for (at, fault, begins) in deeds {
            self.run_to(self.origin + Micros::from_millis(u64::from(at)));
            match &fault.kind {
                FaultKind::KillHost(place) => self.kill_or_revive(NodeId(*place), begins),
                FaultKind::Packet { nth, fate } if begins => self.touch_packet(*nth, *fate),
                _ => {}
            }
        }
        self.run_to(self.origin + Micros::from_millis(u64::from(self.case.mended_ms)));
        // A script's start comes to nothing on a dead host. One of a node that runs again since its host was
        // revived makes the script lose sight of it, as the capture tool does: then it resumes it no more.
        self.start_the_dead();
        let frozen = |id: &NodeId| self.world.condition(*id) == Condition::Frozen;
        let frozen: Vec<NodeId> = self.world.node_ids().filter(frozen).collect();
        for &id in &frozen {
            self.act(Action::Resume(id));
        }
        if !frozen.is_empty() {
            // One that was told to end while it stood still does so now.
            self.run_to(self.world.now() + SHUTDOWN);
            self.start_the_dead();
        }
    }

    fn start_the_dead(&mut self) {
        for id in self.dead() {
            self.act(Action::Start(id));
        }
    }

    fn kill_or_revive(&mut self, id: NodeId, kill: bool) {
        let host = self.world.node(id).host;
        self.act(if kill { Action::KillHost(host) } else { Action::ReviveHost(host) });
        if kill {
            return;
        }
        let dead = self.dead().into_iter().filter(|&id| self.world.node(id).host == host);
        for id in dead.collect::<Vec<_>>() {
            self.act(Action::Start(id));
        }
    }

    /// The servers and sentinels that do not run.
    fn dead(&self) -> Vec<NodeId> {
        let is_dead = |id: &NodeId| {
            let node = self.world.node(*id);
            !self.world.is_alive(*id) && (node.is_sentinel() || node.is_redis())
        };
        self.world.node_ids().filter(is_dead).collect()
    }

    fn touch_packet(&mut self, nth: u32, fate: PacketFault) {
        let packets = self.world.packet_views();
        let Some(packet) = packets.get(nth as usize % packets.len().max(1)) else { return };
        let verdict = match fate {
            PacketFault::Drop => PacketVerdict::Drop,
            PacketFault::Delay { ms } => PacketVerdict::Delay(Micros::from_millis(u64::from(ms))),
            PacketFault::Reset => PacketVerdict::Reset,
        };
        self.act(Action::Packet(packet.id, verdict));
    }

    /// Does it; what has become impossible is left undone, as another fault came first.
    fn act(&mut self, action: Action) {
        let _ = self.world.act(action, &mut self.said);
    }

    /// Waits until all agree; where they do not, what they disagree on.
    fn wait_for_agreement(&mut self) -> Result<Micros, Violation> {
        let mended = self.world.now();
        self.mended = (mended, self.sightings.promotions);
        let end = mended + self.case.patience();
        loop {
            let apart = self.world.disagreement().or_else(|| self.stranger());
            match apart {
                None => return Ok(self.world.now().since(mended)),
                Some(apart) if self.world.now() >= end => return Err(apart),
                // What nothing can change any more need not be waited for.
                Some(apart) if self.reason().is_some() && self.world.now() >= mended + HOPELESS => {
                    return Err(apart);
                }
                Some(_) => self.run_to(self.world.now() + POLL),
            }
        }
    }

    /// A server that nobody looks after any more. Where a sentinel was made to forget, that may be.
    fn stranger(&self) -> Option<Violation> {
        let id = *self.world.strangers().first().filter(|_| !self.case.has_amnesia())?;
        let text = "no sentinel knows this server".into();
        Some(Violation { at: self.world.now(), node: Some(id), rule: Rule::Agreement, text })
    }

    /// Why Redis Sentinel itself would not come to an agreement either, where that is so.
    fn reason(&self) -> Option<Reason> {
        let is_master = |id| self.world.node(id).redis().is_some_and(RedisServer::is_master);
        let rivals = self.world.has_rival_configurations();
        if rivals && (self.case.has_orders() || self.case.has_amnesia()) {
            Some(Reason::RivalConfigurations)
        } else if rivals && self.world.node_ids().any(|id| self.world.is_overtaken(id)) {
            Some(Reason::Overtaken)
        } else if self.case.has_hand_made_roles() && !self.world.node_ids().any(is_master) {
            Some(Reason::NoMasterLeft)
        } else if (self.case.has_hand_made_roles() || self.case.has_orders())
            && self.case.quorum > self.case.sentinels
        {
            Some(Reason::OutOfQuorum)
        } else if self.case.has_amnesia() && self.world.strangers().into_iter().any(is_master) {
            Some(Reason::MonitorsReplica)
        } else if self.case.has_hand_made_roles() && self.world.has_nobody_to_promote() {
            Some(Reason::NobodyToPromote)
        } else if self.case.has_amnesia() && self.world.is_parted() {
            Some(Reason::Parted)
        } else if self.case.quorum == 1 && self.case.pings_as_seldom_as_it_doubts() && self.never_rests() {
            Some(Reason::DoubtForEver)
        } else {
            None
        }
    }

    /// Whether one promotion has followed the other ever since everything was mended, for minutes.
    fn never_rests(&self) -> bool {
        let (mended, before) = self.mended;
        let span = self.world.now().since(mended);
        let promotions = self.sightings.promotions - before;
        span >= Micros::from_secs(60) && promotions * ONE_AFTER_THE_OTHER.0 >= span.0
    }

    fn count_writes(&mut self) {
        for id in self.world.node_ids() {
            let Some(client) = self.world.node(id).client() else { continue };
            self.sightings.acked += client.history().acked;
            let lost = self.world.lost_writes(client);
            self.sightings.lost += lost.iter().map(|segment| segment.count).sum::<u64>();
        }
    }
}
