//! What the tests of whole runs share: a story with a failover in it, and ways to compare two runs.
#![allow(dead_code, reason = "each test file uses its part")]

use sentinel_lab::cluster::{Cluster, History, NodeId, Record};
use sentinel_lab::scenario::Scenario;
use sentinel_lab::sim::{Micros, Seed, SimTime};

/// One master, two replicas, three sentinels, a writer; the master is killed at 3 s, a sentinel stands still
/// for a while, and the old master comes back at 20 s.
pub(crate) const STORY: &str = r#"{
 "id": "story",
 "nodes": [
  {"name": "M0", "role": "master"},
  {"name": "R1", "role": "replica", "of": "M0"},
  {"name": "R2", "role": "replica", "of": "M0"},
  {"name": "S1", "role": "sentinel"},
  {"name": "S2", "role": "sentinel"},
  {"name": "S3", "role": "sentinel"}
 ],
 "clients": ["C1"],
 "monitors": [{"name": "mymaster", "master": "M0", "quorum": 2}],
 "sentinel_conf": {"down-after-milliseconds": 2000, "failover-timeout": 20000},
 "actions": [
  {"at_ms": 500, "do": "writer", "name": "w", "host": "C1", "mode": "sentinel", "interval_ms": 20},
  {"at_ms": 3000, "do": "kill", "node": "M0", "failure": true},
  {"at_ms": 9000, "do": "stop", "node": "S2"},
  {"at_ms": 14000, "do": "cont", "node": "S2"},
  {"at_ms": 20000, "do": "start", "node": "M0"}
 ],
 "duration_ms": 60000
}"#;

/// The story.
pub(crate) fn story() -> Scenario {
    Scenario::parse(STORY).expect("the story is a scenario")
}

/// The story at t = 0, with its past.
pub(crate) fn story_history(seed: u64) -> History {
    let begun = story().begin(Seed(seed));
    assert!(begun.stable, "the story's topology comes up");
    History::new(begun.cluster, begun.records)
}

/// `ms` milliseconds after t = 0.
pub(crate) fn at(history: &History, ms: u64) -> SimTime {
    history.origin() + Micros::from_millis(ms)
}

/// The node of that name.
#[track_caller]
pub(crate) fn node(cluster: &Cluster, name: &str) -> NodeId {
    cluster.node_named(name).unwrap_or_else(|| panic!("there is no {name}"))
}

/// Fails with the first record in which two runs differ.
#[track_caller]
pub(crate) fn assert_same_records(left: &[Record], right: &[Record]) {
    for (n, (a, b)) in left.iter().zip(right).enumerate() {
        assert_eq!(a, b, "record {n} differs");
    }
    assert_eq!(left.len(), right.len(), "one run has more records than the other");
}

/// Fails where two worlds do not look alike.
#[track_caller]
pub(crate) fn assert_same_world(left: &Cluster, right: &Cluster) {
    assert_eq!(left.now(), right.now());
    // The hash is quick; only where it differs is it worth to say in what.
    if left.view_hash() != right.view_hash() {
        assert_eq!(left.view(), right.view(), "at {}", left.now());
    }
}
