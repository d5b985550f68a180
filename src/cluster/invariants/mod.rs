//! What must hold whatever happens, watched while the world runs (spec SIM-8).
//!
//! After every turn in which a sentinel said something, that sentinel is looked at; what was seen before is
//! kept, so that a restart cannot hide a broken promise. Whether everybody agrees once all faults are mended
//! is asked for at a chosen moment ([`Cluster::disagreement`]).
//!
//! What Redis Sentinel does not guarantee is not asserted (spec SIM-9): there may be two leaders at a time in
//! different epochs; two manual failovers, or an automatic one beside them, may use one config epoch for
//! different addresses; a leader may be elected with its own vote of an older epoch (ELEC-10); a manual
//! failover needs neither votes nor ODOWN; the new master may lack what a replica of lower rank has, and
//! acknowledged writes that it lacks are gone.

mod rule;
#[cfg(test)]
mod tests;

pub use rule::{Rule, Violation};

use crate::cluster::{Action, Cluster, Disk, NodeId, Record, Said};
use crate::protocol::ArcStr;
use crate::redis::{RedisEventKind, RedisServer};
use crate::sentinel::{EventKind, Master, Sentinel, SentinelConf, SentinelEvent};
use crate::sim::Addr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So many violations are kept; one is enough to know, and some break again at every turn.
const VIOLATIONS_MAX: usize = 50;

/// So many elections and promotions are kept; who votes in an epoch does so within seconds.
const ELECTIONS_MAX: usize = 32;

/// Whether a server says that it follows another one, or that it no longer does.
const fn follows_or_followed(kind: &RedisEventKind) -> bool {
    matches!(
        kind,
        RedisEventKind::ReplicaofEnabled { .. }
            | RedisEventKind::MasterModeEnabled { .. }
            | RedisEventKind::HandedOver { .. }
    )
}

/// What was seen so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch {
    sentinels: BTreeMap<NodeId, SeenSentinel>,
    elections: Vec<Election>,
    promotions: Vec<Promotion>,
    /// Servers that were told whom to follow, or to follow nobody any more.
    followed: BTreeSet<NodeId>,
    violations: Vec<Violation>,
}

/// A sentinel as it was seen last.
#[derive(Clone, Debug)]
struct SeenSentinel {
    starts: u32,
    current_epoch: u64,
    disk: Arc<SentinelConf>,
    masters: BTreeMap<ArcStr, SeenMaster>,
}

#[derive(Clone, Debug, Default)]
struct SeenMaster {
    config_epoch: u64,
    /// The last vote told of: epoch and candidate.
    vote: Option<(u64, ArcStr)>,
}

/// A leader that was elected, not told to act.
#[derive(Clone, Debug)]
struct Election {
    master: ArcStr,
    /// The epoch in which its peers voted for it (spec ELEC-3).
    epoch: u64,
    leader: ArcStr,
    /// All sentinels that it knew, itself included.
    voters: BTreeSet<ArcStr>,
    /// Whether its own vote was one of an older epoch; that vote does not keep it from voting for another
    /// leader in the newer one (spec ELEC-10).
    drifted: bool,
}

/// A replica that a leader saw promoted.
#[derive(Clone, Debug)]
struct Promotion {
    leader: NodeId,
    master: ArcStr,
    /// The config epoch that the leader gave its address.
    epoch: u64,
    promoted: Option<Addr>,
}

impl Cluster {
    /// Rules that were broken since this world began, oldest first; at most 50 are kept.
    pub fn violations(&self) -> &[Violation] {
        &self.watch.violations
    }

    /// Looks at every sentinel that lives, whether it has said something or not.
    pub fn check_invariants(&mut self) {
        self.watching(|watch, world| {
            for id in world.node_ids().filter(|&id| world.is_alive(id)) {
                if let Some(sentinel) = world.node(id).sentinel() {
                    watch.look_at(world, id, sentinel);
                }
            }
        });
    }

    /// Looks at whoever said what stands in `said`.
    pub(crate) fn check_speakers(&mut self, said: &[Record]) {
        self.watching(|watch, world| {
            for (n, record) in said.iter().enumerate() {
                let Some(id) = record.node else { continue };
                match &record.what {
                    Said::Sentinel(event) => {
                        let Some(sentinel) = world.node(id).sentinel() else { continue };
                        watch.hear(world, id, sentinel, event);
                        if said.get(n + 1).is_none_or(|next| next.node != record.node) {
                            watch.look_at(world, id, sentinel);
                        }
                    }
                    Said::Redis(event) if follows_or_followed(&event.kind) => {
                        watch.followed.insert(id);
                    }
                    // Whoever edits the file of a sentinel has it believe and forget what he likes.
                    Said::Did { action, .. } => {
                        if matches!(&**action, Action::EditAndStart { edits, .. } if !edits.is_empty()) {
                            watch.sentinels.remove(&id);
                        }
                    }
                    _ => {}
                }
            }
        });
    }

    /// Whether a server is what it was first started as, a master, and never was anything else.
    pub(crate) fn has_always_been_master(&self, id: NodeId) -> bool {
        let node = self.node(id);
        let is_master = node.redis().is_some_and(RedisServer::is_master);
        is_master && node.starts == 1 && !self.watch.followed.contains(&id)
    }

    /// Whether a sentinel holds on to the replica that it promoted, under a config epoch later than that
    /// promotion's.
    ///
    /// While a leader reconfigures replicas its record still has the old master's address. If others fail
    /// over back to that address meanwhile, their hello names the address that the leader's record has: it
    /// takes over the config epoch and nothing else (spec HELLO-12), ends its own failover, and from then on
    /// believes nobody, as all have the same config epoch. Only another failover ends that.
    pub fn is_overtaken(&self, id: NodeId) -> bool {
        let masters = self.node(id).sentinel().into_iter().flat_map(Sentinel::masters);
        masters.into_iter().any(|master| {
            let mut own = self.watch.promotions.iter().filter(|own| own.leader == id);
            own.any(|own| {
                own.master == *master.name()
                    && own.epoch < master.config_epoch
                    && own.promoted == master.announced_addr().dial()
            })
        })
    }

    /// What was seen is taken out of the world while the world is looked at.
    fn watching(&mut self, look: impl FnOnce(&mut Watch, &Self)) {
        let mut watch = std::mem::take(&mut self.watch);
        look(&mut watch, self);
        self.watch = watch;
    }
}

impl Watch {
    fn broken(&mut self, world: &Cluster, node: NodeId, rule: Rule, text: impl Into<ArcStr>) {
        if self.violations.len() < VIOLATIONS_MAX {
            let (at, node, text) = (world.now(), Some(node), text.into());
            self.violations.push(Violation { at, node, rule, text });
        }
    }

    /// Takes in what a sentinel said, after the turn in which it said so.
    fn hear(&mut self, world: &Cluster, id: NodeId, sentinel: &Sentinel, event: &SentinelEvent) {
        let SentinelEvent::Event { kind, master: Some(master), payload } = event else { return };
        match kind {
            EventKind::VoteForLeader => self.voted(world, id, master, payload),
            EventKind::ElectedLeader => self.elected(world, id, sentinel, master),
            EventKind::PromotedReplica => self.promoted(id, sentinel, master),
            // Whoever forgets a master forgets how it voted; with the same name it begins anew.
            EventKind::Unmonitor => {
                if let Some(seen) = self.sentinels.get_mut(&id) {
                    seen.masters.remove(master);
                }
                self.elections.retain(|election| election.master != *master);
            }
            _ => {}
        }
    }

    fn voted(&mut self, world: &Cluster, id: NodeId, master: &ArcStr, payload: &str) {
        let Some((candidate, epoch)) = payload.split_once(' ') else { return };
        let Ok(epoch) = epoch.parse::<u64>() else { return };
        let Some(seen) = self.sentinels.get_mut(&id) else { return };
        let seen = seen.masters.entry(master.clone()).or_default();
        let before = seen.vote.replace((epoch, candidate.into()));
        let Some((last, leader)) = before.filter(|(last, _)| epoch <= *last) else { return };
        let text = format!("voted for {candidate} in epoch {epoch} after {leader} in epoch {last}");
        self.broken(world, id, Rule::OneVote, text);
    }

    fn elected(&mut self, world: &Cluster, id: NodeId, sentinel: &Sentinel, name: &ArcStr) {
        let Some(master) = sentinel.masters().by_key(name) else { return };
        let Some((attempt, tally)) = master.failover.attempt().zip(master.tally.as_ref()) else { return };
        // Who was told to act needs nobody's vote (spec SIM-9).
        if attempt.forced {
            return;
        }
        let myid = sentinel.myid();
        let mut voters = BTreeSet::new();
        voters.extend(master.sentinels.iter().map(|peer| peer.name.clone()).chain([myid.clone()]));
        let needed = (voters.len() as u32 / 2 + 1).max(master.group.quorum);
        let got = tally.votes_for(myid);
        if got < needed {
            let text = format!("elected in epoch {} with {got} of {needed} votes", tally.current_epoch);
            self.broken(world, id, Rule::EnoughVotes, text);
        }
        let election = Election {
            master: name.clone(),
            epoch: tally.current_epoch,
            leader: myid.clone(),
            voters,
            drifted: tally.own.is_some() && tally.current_epoch != tally.epoch,
        };
        let rival = self.elections.iter().find(|other| {
            (&other.master, other.epoch, &other.voters)
                == (&election.master, election.epoch, &election.voters)
                && other.leader != election.leader
                && !other.drifted
                && !election.drifted
        });
        if let Some(rival) = rival {
            let text = format!("elected in epoch {}, and so was {}", election.epoch, rival.leader);
            self.broken(world, id, Rule::OneLeader, text);
        }
        if self.elections.len() == ELECTIONS_MAX {
            self.elections.remove(0);
        }
        self.elections.push(election);
    }

    fn promoted(&mut self, leader: NodeId, sentinel: &Sentinel, name: &ArcStr) {
        let Some(master) = sentinel.masters().by_key(name) else { return };
        if self.promotions.len() == ELECTIONS_MAX {
            self.promotions.remove(0);
        }
        let (epoch, promoted) = (master.config_epoch, master.announced_addr().dial());
        self.promotions.push(Promotion { leader, master: name.clone(), epoch, promoted });
    }

    /// Looks at a sentinel between two turns.
    fn look_at(&mut self, world: &Cluster, id: NodeId, sentinel: &Sentinel) {
        let node = world.node(id);
        let Disk::Sentinel(disk) = &node.disk else { return };
        let epoch = sentinel.current_epoch();
        let mut seen = self.sentinels.remove(&id).unwrap_or_else(|| SeenSentinel {
            starts: node.starts,
            current_epoch: 0,
            disk: Arc::clone(disk),
            masters: BTreeMap::new(),
        });
        if seen.starts != node.starts {
            // Only what was saved survives a restart.
            seen.starts = node.starts;
            seen.current_epoch = seen.disk.current_epoch();
            for conf in seen.disk.masters() {
                seen.masters.entry(conf.name.clone()).or_default().config_epoch = conf.config_epoch;
            }
        }
        if epoch < seen.current_epoch {
            let text = format!("current epoch {epoch} after {}", seen.current_epoch);
            self.broken(world, id, Rule::EpochGrows, text);
        }
        if disk.current_epoch() < seen.disk.current_epoch() {
            let text =
                format!("saved current epoch {} after {}", disk.current_epoch(), seen.disk.current_epoch());
            self.broken(world, id, Rule::EpochGrows, text);
        }
        for master in sentinel.masters() {
            let before = seen.masters.entry(master.name().clone()).or_default();
            self.look_at_master(world, id, master, before, disk);
            before.config_epoch = master.config_epoch;
        }
        seen.current_epoch = epoch;
        seen.disk = Arc::clone(disk);
        self.sentinels.insert(id, seen);
    }

    fn look_at_master(
        &mut self,
        world: &Cluster,
        id: NodeId,
        master: &Master,
        before: &SeenMaster,
        disk: &SentinelConf,
    ) {
        let name = master.name();
        if master.o_down && !master.instance.s_down {
            let text = format!("{name} is objectively but not subjectively down");
            self.broken(world, id, Rule::ObjectivelyImpliesSubjectively, text);
        }
        let promoted = master.failover.promoted();
        if promoted.is_some_and(|promoted| master.replicas.by_id(promoted).is_none()) {
            let text = format!("{name}: {} without a promoted replica", master.failover.name());
            self.broken(world, id, Rule::PromotedIsKnown, text);
        }
        // The corner that SIM-8 names: a hello with the same address had raised it above the epoch of an own
        // failover, whose promotion then sets it to that.
        let own = master.failover.announced().and(master.failover.attempt());
        let is_own = own.is_some_and(|attempt| attempt.epoch == master.config_epoch);
        if master.config_epoch < before.config_epoch && !is_own {
            let text = format!("{name}: config epoch {} after {}", master.config_epoch, before.config_epoch);
            self.broken(world, id, Rule::ConfigEpochGrows, text);
        }
        let saved = disk.masters().iter().find(|conf| conf.name == *name);
        let saved = saved.map_or(0, |conf| conf.leader_epoch);
        let told = before.vote.as_ref().map_or(0, |(epoch, _)| *epoch).max(master.leader_epoch);
        if saved < told {
            let text = format!("{name}: voted in epoch {told}, saved is {saved}");
            self.broken(world, id, Rule::VoteIsSaved, text);
        }
    }
}
