//! Broken rules are noticed, and unbroken ones are not.

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
    act(&mut world, Action::Command { node: r1, words: ["REPLICAOF", "NO", "ONE"].map(Into::into).into() });
    for sentinel in ["S1", "S2"] {
        let (node, words) = (id(&world, sentinel), ["SENTINEL", "RESET", "m"].map(Into::into).into());
        act(&mut world, Action::Command { node, words });
    }
    let until = world.now() + Micros::from_secs(20);
    world.run_until(until, &mut said);
    let one = Ok(Reply::Integer(1));
    assert!(said.iter().any(|r| matches!(&r.what, Said::Answered { reply, .. } if *reply == one)));
    assert_eq!(world.strangers(), [r1]);
    assert_eq!(world.disagreement(), None, "those that are known agree");
    assert!(world.has_always_been_master(m0));
}
