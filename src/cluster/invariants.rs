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

use crate::cluster::{Action, Cluster, Disk, NodeId, Record, Said};
use crate::protocol::ArcStr;
use crate::redis::{RedisEventKind, RedisServer};
use crate::sentinel::{EventKind, Master, Sentinel, SentinelConf, SentinelEvent};
use crate::sim::{Addr, SimTime};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// So many violations are kept; one is enough to know, and some break again at every turn.
const VIOLATIONS_MAX: usize = 50;

/// So many elections and promotions are kept; who votes in an epoch does so within seconds.
const ELECTIONS_MAX: usize = 32;

/// Whether a server says that it follows another one, or that it no longer does.
const fn follows_or_followed(kind: &RedisEventKind) -> bool {
    matches!(kind, RedisEventKind::ReplicaofEnabled { .. } | RedisEventKind::MasterModeEnabled { .. })
}

/// A rule that must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A sentinel gives one vote per epoch and master, across restarts (spec VOTE-8, PER-4).
    OneVote,
    /// Of sentinels that know the same sentinels, at most one is elected per epoch and master (spec ELEC-7).
    OneLeader,
    /// Who is elected without being told to has the majority and the quorum (spec ELEC-7).
    EnoughVotes,
    /// A sentinel's current epoch never decreases; after a restart it is at least what was saved
    /// (spec MOD-2, PER-1).
    EpochGrows,
    /// A master's config epoch never decreases on a sentinel, but for its own promotion in an older epoch
    /// (spec HELLO-12, FSM-PROMOTED-2).
    ConfigEpochGrows,
    /// A master that is objectively down is subjectively down (spec ODOWN-1).
    ObjectivelyImpliesSubjectively,
    /// While a replica is being promoted it is one of those known (spec FSM-SELECT-2).
    PromotedIsKnown,
    /// What a sentinel voted is on its disk before anybody learns of it (spec VOTE-5, VOTE-8).
    VoteIsSaved,
    /// When nothing is broken any more, all agree on the master (spec SIM-8).
    Agreement,
    /// A replica that is up to date has its master's data (spec REPL-44 to REPL-47).
    SameData,
    /// A server that was a master all the time has every write that it acknowledged (spec REPL-70).
    WritesSurvive,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::OneVote,
        Self::OneLeader,
        Self::EnoughVotes,
        Self::EpochGrows,
        Self::ConfigEpochGrows,
        Self::ObjectivelyImpliesSubjectively,
        Self::PromotedIsKnown,
        Self::VoteIsSaved,
        Self::Agreement,
        Self::SameData,
        Self::WritesSurvive,
    ];

    /// Its name, in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OneVote => "one vote per sentinel, epoch and master",
            Self::OneLeader => "one leader per epoch and master",
            Self::EnoughVotes => "a leader has majority and quorum",
            Self::EpochGrows => "the current epoch never decreases",
            Self::ConfigEpochGrows => "config epochs only grow",
            Self::ObjectivelyImpliesSubjectively => "objectively down implies subjectively down",
            Self::PromotedIsKnown => "the promoted replica is a known one",
            Self::VoteIsSaved => "a vote is saved before it is told",
            Self::Agreement => "all agree when everything is mended",
            Self::SameData => "a replica that is up to date has its master's data",
            Self::WritesSurvive => "a master keeps what it acknowledged",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// When it was noticed.
    pub at: SimTime,
    /// By whom it was broken, if it is one node's fault.
    pub node: Option<NodeId>,
    /// Which rule.
    pub rule: Rule,
    /// How.
    pub text: ArcStr,
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
        let voters: BTreeSet<ArcStr> =
            master.sentinels.iter().map(|peer| peer.name.clone()).chain([myid.clone()]).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Reply;
    use crate::redis::RedisConf;
    use crate::sim::{Micros, Seed};

    /// A master, a replica and two sentinels that know each other.
    fn world() -> Cluster {
        let mut world = Cluster::new(Seed(1));
        let mut host = |n: u8| world.add_host(format!("h{n}"), [10, 0, 0, n].into());
        let hosts: Vec<_> = (1..=4).map(&mut host).collect();
        let redis = |text: &str| RedisConf::parse(text).unwrap();
        world.add_redis("M0", hosts[0], redis("port 6379\n"));
        world.add_redis("R1", hosts[1], redis("port 6379\nreplicaof 10.0.0.1 6379\n"));
        for (name, host) in [("S1", hosts[2]), ("S2", hosts[3])] {
            let text = "port 26379\nsentinel monitor m 10.0.0.1 6379 2\n\
                        sentinel down-after-milliseconds m 1000\n";
            world.add_sentinel(name, host, SentinelConf::parse(text).unwrap());
        }
        let mut said = Vec::new();
        for id in world.node_ids().collect::<Vec<_>>() {
            world.start(id, &mut said);
        }
        run_for(&mut world, 30);
        world
    }

    fn run_for(world: &mut Cluster, seconds: u64) {
        let until = world.now() + Micros::from_secs(seconds);
        world.run_until(until, &mut Vec::new());
    }

    fn id(world: &Cluster, name: &str) -> NodeId {
        world.node_named(name).unwrap()
    }

    fn act(world: &mut Cluster, action: Action) {
        world.act(action, &mut Vec::new()).unwrap();
    }

    fn broken(world: &Cluster) -> Vec<Rule> {
        world.violations().iter().map(|violation| violation.rule).collect()
    }

    /// Has a sentinel say something that it did not say.
    fn say(world: &mut Cluster, node: NodeId, kind: EventKind, payload: &str) {
        let event = SentinelEvent::Event { kind, master: Some("m".into()), payload: payload.into() };
        let (at, what) = (world.now(), Said::Sentinel(event));
        world.check_speakers(&[Record { at, turn: at, node: Some(node), what }]);
    }

    #[test]
    fn a_failover_breaks_no_rule_and_ends_in_agreement() {
        let mut world = world();
        assert_eq!(world.disagreement(), None);
        let m0 = id(&world, "M0");
        act(&mut world, Action::Kill(m0));
        assert_eq!(world.disagreement().unwrap().rule, Rule::Agreement);
        run_for(&mut world, 20);
        let mut said = Vec::new();
        assert!(world.start(m0, &mut said));
        assert_eq!(world.disagreement().unwrap().rule, Rule::Agreement, "the old master is one still");
        run_for(&mut world, 60);
        world.check_invariants();
        assert_eq!(broken(&world), []);
        assert_eq!(world.disagreement(), None);
        assert_eq!(world.strangers(), []);
        assert_eq!(world.present_master(), Some(id(&world, "R1")), "there was a failover");
        assert!(!world.has_always_been_master(m0) && !world.has_always_been_master(id(&world, "R1")));
    }

    /// SIM-8, VOTE-8
    #[test]
    fn a_second_vote_in_an_epoch_is_noticed() {
        let mut world = world();
        let s1 = id(&world, "S1");
        let mut ids = ["a", "b"].map(|letter| letter.repeat(40)).into_iter();
        let mut vote = |world: &mut Cluster, epoch: u32| {
            let payload = format!("{} {epoch}", ids.next().unwrap());
            say(world, s1, EventKind::VoteForLeader, &payload);
        };
        vote(&mut world, 3);
        // It never voted: nothing of it is on its disk.
        assert_eq!(broken(&world), [Rule::VoteIsSaved]);
        vote(&mut world, 3);
        assert!(broken(&world).contains(&Rule::OneVote));
    }

    /// SIM-8: the promise outlives the process.
    #[test]
    fn a_sentinel_that_forgets_an_epoch_is_noticed() {
        let mut world = world();
        let (m0, s1) = (id(&world, "M0"), id(&world, "S1"));
        let before = world.node(s1).clone();
        act(&mut world, Action::Kill(m0));
        run_for(&mut world, 20);
        assert!(world.node(s1).sentinel().unwrap().current_epoch() > 0, "there was an election");
        assert_eq!(broken(&world), []);
        // The old process comes back from the dead, then its old disk.
        world.nodes[s1.0 as usize].machine = before.machine;
        world.check_invariants();
        assert!(broken(&world).contains(&Rule::EpochGrows), "{:?}", world.violations());
        world.nodes[s1.0 as usize].disk = before.disk;
        world.watch.violations.clear();
        world.check_invariants();
        assert!(broken(&world).contains(&Rule::EpochGrows), "{:?}", world.violations());
    }

    /// ELEC-7
    #[test]
    fn a_leader_without_votes_is_noticed() {
        let mut world = world();
        let (m0, s1, s2) = (id(&world, "M0"), id(&world, "S1"), id(&world, "S2"));
        let host = world.node(s2).host;
        act(&mut world, Action::Kill(m0));
        // Both agree that the master is down, and then S1 is alone with its vote.
        let until = world.now() + Micros::from_secs(10);
        let mut said = Vec::new();
        while !said.iter().any(|record: &Record| is_attempt(record)) {
            assert!(world.step(until, &mut said), "nobody tries");
        }
        act(&mut world, Action::HostLink { host, up: false });
        for candidate in [s1, s2] {
            say(&mut world, candidate, EventKind::ElectedLeader, "m");
        }
        assert_eq!(broken(&world), [Rule::EnoughVotes]);
    }

    fn is_attempt(record: &Record) -> bool {
        let Said::Sentinel(SentinelEvent::Event { kind, .. }) = &record.what else { return false };
        *kind == EventKind::VoteForLeader
    }

    /// SIM-9: who makes a sentinel forget a master makes it forget its vote, too.
    #[test]
    fn a_master_monitored_anew_begins_anew() {
        let mut world = world();
        let s1 = id(&world, "S1");
        say(&mut world, s1, EventKind::VoteForLeader, &format!("{} 3", "a".repeat(40)));
        world.watch.violations.clear();
        say(&mut world, s1, EventKind::Unmonitor, "master m 10.0.0.1 6379");
        say(&mut world, s1, EventKind::VoteForLeader, &format!("{} 3", "b".repeat(40)));
        assert!(!broken(&world).contains(&Rule::OneVote));
    }

    /// MOD-40
    #[test]
    fn a_server_that_nobody_knows_is_a_stranger() {
        let mut world = world();
        let (m0, r1) = (id(&world, "M0"), id(&world, "R1"));
        let mut said = Vec::new();
        act(
            &mut world,
            Action::Command { node: r1, words: ["REPLICAOF", "NO", "ONE"].map(Into::into).into() },
        );
        for sentinel in ["S1", "S2"] {
            let (node, words) = (id(&world, sentinel), ["SENTINEL", "RESET", "m"].map(Into::into).into());
            act(&mut world, Action::Command { node, words });
        }
        let until = world.now() + Micros::from_secs(20);
        world.run_until(until, &mut said);
        let one = Some(Reply::Integer(1));
        assert!(said.iter().any(|r| matches!(&r.what, Said::Answered { reply, .. } if *reply == one)));
        assert_eq!(world.strangers(), [r1]);
        assert_eq!(world.disagreement(), None, "those that are known agree");
        assert!(world.has_always_been_master(m0));
    }
}
