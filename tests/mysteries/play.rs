//! Playing scenarios, and looking at what came of them.

use sentinel_lab::cluster::{
    Cluster, InstanceView, MasterView, NodeId, NodeRole, Record, RedisView, Said, SentinelView,
};
use sentinel_lab::scenario::Scenario;
use sentinel_lab::sentinel::SentinelEvent;
use sentinel_lab::sim::{Micros, Seed, SimTime};
use serde_json::{Value, json};

pub(crate) struct Play {
    pub(crate) world: Cluster,
    pub(crate) said: Vec<Record>,
    origin: SimTime,
}

/// One master M0, replicas R1, R2, ..., sentinels S1, S2, ..., each on a host of its own, and client hosts A
/// and B.
#[allow(clippy::needless_pass_by_value, reason = "the values are made for the call")]
pub(crate) fn group(replicas: usize, sentinels: usize, conf: Value, redis: Value, actions: Value) -> Value {
    let mut nodes = vec![json!({"name": "M0", "role": "master"})];
    nodes.extend((1..=replicas).map(|n| json!({"name": format!("R{n}"), "role": "replica", "of": "M0"})));
    nodes.extend((1..=sentinels).map(|n| json!({"name": format!("S{n}"), "role": "sentinel"})));
    json!({
        "id": "mystery", "nodes": nodes, "clients": ["A", "B"],
        "monitors": [{"name": "mymaster", "master": "M0", "quorum": 2}],
        "sentinel_conf": conf, "redis_conf": redis, "actions": actions,
        "jitter_ms": 1, "duration_ms": 600_000,
    })
}

impl Play {
    #[track_caller]
    pub(crate) fn new(file: &Value) -> Self {
        Self::of(&file.to_string())
    }

    #[track_caller]
    pub(crate) fn of(json: &str) -> Self {
        Self::seeded(json, Seed(5))
    }

    #[track_caller]
    pub(crate) fn seeded(json: &str, seed: Seed) -> Self {
        let scenario = Scenario::parse(json).unwrap_or_else(|error| panic!("{error}"));
        let begun = scenario.begin(seed);
        let origin = begun.cluster.now();
        Self { world: begun.cluster, said: Vec::new(), origin }
    }

    /// Plays on to `ms` milliseconds after the beginning.
    pub(crate) fn to(mut self, ms: u64) -> Self {
        self.world.run_until(self.origin + Micros::from_millis(ms), &mut self.said);
        self
    }

    #[track_caller]
    pub(crate) fn id(&self, name: &str) -> NodeId {
        self.world.node_named(name).unwrap_or_else(|| panic!("no {name}"))
    }

    /// When, in milliseconds, each sentinel said this event, with its text in names.
    pub(crate) fn events(&self, event: &str) -> Vec<(u64, String, String)> {
        let one = |record: &Record| {
            let (Said::Sentinel(SentinelEvent::Event { kind, payload, .. }), Some(by)) =
                (&record.what, record.node)
            else {
                return None;
            };
            let at = record.at.since(self.origin).0 / 1000;
            (kind.channel() == event)
                .then(|| (at, self.world.node(by).name.to_string(), self.world.symbolic(payload)))
        };
        self.said.iter().filter_map(one).collect()
    }

    pub(crate) fn count(&self, event: &str) -> usize {
        self.events(event).len()
    }

    /// When the event was said first.
    #[track_caller]
    pub(crate) fn first(&self, event: &str) -> u64 {
        self.events(event).first().unwrap_or_else(|| panic!("nobody says {event}")).0
    }

    /// When the event was said first with this in its text.
    #[track_caller]
    pub(crate) fn first_about(&self, event: &str, part: &str) -> u64 {
        let found = self.events(event).into_iter().find(|(_, _, text)| text.contains(part));
        found.unwrap_or_else(|| panic!("nobody says {event} {part}")).0
    }

    #[track_caller]
    pub(crate) fn redis(&self, name: &str) -> RedisView {
        let view = self.world.view();
        match &view.nodes.iter().find(|node| node.name == name).unwrap().role {
            NodeRole::Redis(view) => view.clone(),
            other => panic!("{name} is {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn sentinel(&self, name: &str) -> SentinelView {
        let view = self.world.view();
        match &view.nodes.iter().find(|node| node.name == name).unwrap().role {
            NodeRole::Sentinel(view) => view.clone(),
            other => panic!("{name} is {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn master(&self, sentinel: &str) -> MasterView {
        self.sentinel(sentinel).masters[0].clone()
    }

    /// A replica in a sentinel's table.
    #[track_caller]
    pub(crate) fn replica(&self, sentinel: &str, name: &str) -> InstanceView {
        let id = self.id(name);
        let found = self.master(sentinel).replicas.into_iter().find(|replica| replica.node == Some(id));
        found.unwrap_or_else(|| panic!("{sentinel} does not know {name}"))
    }

    pub(crate) fn has_key(&self, node: &str, key: &str) -> bool {
        self.world.node(self.id(node)).redis().unwrap().dataset().contains(key)
    }

    /// How many of its acknowledged writes a client has lost at the present master.
    #[track_caller]
    pub(crate) fn lost(&self, client: &str) -> u64 {
        let client = self.world.node(self.id(client)).client().unwrap();
        self.world.lost_writes(client).iter().map(|segment| segment.count).sum()
    }

    #[track_caller]
    pub(crate) fn errors(&self, client: &str, kind: &str) -> u64 {
        let history = self.world.node(self.id(client)).client().unwrap().history();
        history.errors.get(kind).copied().unwrap_or(0)
    }

    /// The longest time without an acknowledged write, up to now, in milliseconds.
    #[track_caller]
    pub(crate) fn outage(&self, client: &str) -> u64 {
        let history = self.world.node(self.id(client)).client().unwrap().history();
        let now = Cluster::wall_clock(self.world.now());
        let since = history.last_ack.map_or(0, |last| (now - last).0);
        history.longest_gap.map_or(0, |(gap, _)| gap.0).max(since) as u64
    }
}
