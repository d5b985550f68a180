//! The vocabulary: a cluster of one master, two replicas and three sentinels, what is done to it, and what
//! was said.

use sentinel_lab::cluster::{Action, Cluster, History, InstanceView, MasterView, Node, NodeRole};
use sentinel_lab::redis::RedisServer;
use sentinel_lab::scenario::Scenario;
use sentinel_lab::sim::{HostId, Micros, Seed};

pub(crate) const DOWN_AFTER_MS: u64 = 2000;
pub(crate) const SENTINELS: [&str; 3] = ["S1", "S2", "S3"];

/// A cluster and its past; times are milliseconds since t = 0.
pub(crate) struct Run {
    history: History,
}

impl Run {
    /// Quorum 2, down-after 2 s, failover-timeout 20 s; each node on a host of its own.
    pub(crate) fn start(seed: u64) -> Self {
        let text = format!(
            r#"{{
             "id": "claims",
             "nodes": [
              {{"name": "M0", "role": "master"}},
              {{"name": "R1", "role": "replica", "of": "M0"}},
              {{"name": "R2", "role": "replica", "of": "M0"}},
              {{"name": "S1", "role": "sentinel"}},
              {{"name": "S2", "role": "sentinel"}},
              {{"name": "S3", "role": "sentinel"}}
             ],
             "clients": ["C1"],
             "monitors": [{{"name": "mymaster", "master": "M0", "quorum": 2}}],
             "sentinel_conf": {{"down-after-milliseconds": {DOWN_AFTER_MS}, "failover-timeout": 20000}},
             "actions": [],
             "duration_ms": 60000
            }}"#
        );
        let begun = Scenario::parse(&text).expect("it is a scenario").begin(Seed(seed));
        assert!(begun.stable, "seed {seed}: the cluster comes up");
        Self { history: History::new(begun.cluster, begun.records) }
    }

    pub(crate) fn cluster(&self) -> &Cluster {
        self.history.cluster()
    }

    /// How long it has run.
    pub(crate) fn now(&self) -> f64 {
        self.history.now().since(self.history.origin()).0 as f64 / 1000.0
    }

    pub(crate) fn run(&mut self, ms: u64) {
        let to = self.history.now() + Micros::from_millis(ms);
        self.history.run_until(to);
    }

    /// Runs until a sentinel has said what begins so.
    #[track_caller]
    pub(crate) fn run_until(&mut self, sentinel: &str, line: &str) {
        for _ in 0..60_000 {
            if self.times(sentinel, line).next().is_some() {
                return;
            }
            self.run(1);
        }
        panic!("{sentinel} never said {line}: {:#?}", self.log(sentinel));
    }

    #[track_caller]
    pub(crate) fn act(&mut self, action: Action) {
        self.history.act(action).expect("it can be done");
    }

    #[track_caller]
    pub(crate) fn kill(&mut self, name: &str) {
        let node = self.cluster().node_named(name).expect("it is there");
        self.act(Action::Kill(node));
    }

    #[track_caller]
    pub(crate) fn begin(&mut self, name: &str) {
        let node = self.cluster().node_named(name).expect("it is there");
        self.act(Action::Start(node));
    }

    #[track_caller]
    pub(crate) fn freeze(&mut self, name: &str) {
        let node = self.cluster().node_named(name).expect("it is there");
        self.act(Action::Freeze(node));
    }

    #[track_caller]
    pub(crate) fn resume(&mut self, name: &str) {
        let node = self.cluster().node_named(name).expect("it is there");
        self.act(Action::Resume(node));
    }

    /// Cuts the hosts of these nodes off from all others.
    pub(crate) fn cut_off(&mut self, names: &[&str]) {
        let hosts = names.iter().map(|name| self.host(name)).collect();
        self.act(Action::Partition(vec![Vec::new(), hosts]));
    }

    #[track_caller]
    pub(crate) fn host(&self, name: &str) -> HostId {
        self.cluster().host_named(name).expect("it is there")
    }

    #[track_caller]
    pub(crate) fn command(&mut self, name: &str, words: &str) {
        let node = self.cluster().node_named(name).expect("it is there");
        self.act(Action::Command { node, words: words.split(' ').map(Into::into).collect() });
    }

    #[track_caller]
    pub(crate) fn node(&self, name: &str) -> &Node {
        self.cluster().node(self.cluster().node_named(name).expect("it is there"))
    }

    #[track_caller]
    pub(crate) fn redis(&self, name: &str) -> &RedisServer {
        self.node(name).redis().expect("it is a server")
    }

    /// Whom a server follows by its name; `None` where it is a master.
    pub(crate) fn master_of(&self, name: &str) -> Option<String> {
        let addr = self.redis(name).master_addr()?;
        self.cluster().node_at(addr).map(|id| self.cluster().node(id).name.to_string())
    }

    /// The name of the master that a sentinel tells of.
    pub(crate) fn announced(&self, sentinel: &str) -> String {
        let node = self.cluster().node_at(self.master_at(sentinel).announced).expect("it tells of a node");
        self.cluster().node(node).name.to_string()
    }

    /// The master's record at a sentinel.
    #[track_caller]
    pub(crate) fn master_at(&self, sentinel: &str) -> MasterView {
        let view = self.cluster().view();
        let node = view.nodes.into_iter().find(|node| node.name == sentinel).expect("it is there");
        let NodeRole::Sentinel(sentinel) = node.role else { panic!("no sentinel") };
        sentinel.masters.first().expect("it watches a master").clone()
    }

    /// A replica's record at a sentinel.
    #[track_caller]
    pub(crate) fn replica_at(&self, sentinel: &str, name: &str) -> InstanceView {
        let id = self.cluster().node_named(name);
        let replicas = self.master_at(sentinel).replicas;
        replicas.into_iter().find(|replica| replica.node == id).expect("it is known")
    }

    /// What a node logged since t = 0, nodes by their names, and when.
    pub(crate) fn lines(&self, name: &str) -> Vec<(f64, String)> {
        let id = self.cluster().node_named(name);
        let origin = self.history.origin();
        let said = self.history.records().iter().filter(|record| record.node == id && record.at >= origin);
        let lines = said.filter_map(|record| {
            let (_, text) = record.what.log_line()?;
            let at = record.at.since(origin).0 as f64 / 1000.0;
            Some((at, self.cluster().symbolic(&text.to_string())))
        });
        lines.collect()
    }

    pub(crate) fn log(&self, name: &str) -> Vec<String> {
        self.lines(name).into_iter().map(|(_, line)| line).collect()
    }

    /// When a node logged what begins so.
    pub(crate) fn times<'a>(&'a self, name: &str, line: &'a str) -> impl Iterator<Item = f64> + 'a {
        self.lines(name).into_iter().filter(move |(_, text)| text.starts_with(line)).map(|(at, _)| at)
    }

    /// When it did so first.
    #[track_caller]
    pub(crate) fn when(&self, name: &str, line: &str) -> f64 {
        let first = self.times(name, line).next();
        first.unwrap_or_else(|| panic!("{name} never said {line}: {:#?}", self.log(name)))
    }

    pub(crate) fn said(&self, name: &str, line: &str) -> bool {
        self.times(name, line).next().is_some()
    }

    /// The sentinel that was elected last.
    #[track_caller]
    pub(crate) fn leader(&self) -> &'static str {
        let elected = |name: &&str| self.times(name, "+elected-leader").last();
        let leader = SENTINELS.into_iter().filter(|name| elected(name).is_some());
        leader.max_by(|a, b| elected(a).partial_cmp(&elected(b)).expect("times")).expect("one was elected")
    }
}

/// Fails unless `value` lies between `low` and `high`.
#[track_caller]
pub(crate) fn assert_between(value: f64, low: f64, high: f64, what: &str) {
    assert!((low..=high).contains(&value), "{what}: {value} is not between {low} and {high}");
}
