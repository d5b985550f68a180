//! Five servers and five sentinels, as the test suite of Redis begins with, and its vocabulary.

use sentinel_lab::cluster::{Action, Cluster, Condition, NodeId, Record, Said};
use sentinel_lab::protocol::{ArcStr, Reply};
use sentinel_lab::redis::RedisConf;
use sentinel_lab::sentinel::SentinelConf;
use sentinel_lab::sim::{Micros, Seed, SimTime};
use std::collections::BTreeMap;

pub(crate) const NODES: usize = 5;

pub(crate) struct Suite {
    pub(crate) world: Cluster,
    pub(crate) said: Vec<Record>,
    pub(crate) servers: Vec<NodeId>,
    pub(crate) sentinels: Vec<NodeId>,
}

/// Everything up and as TST-INIT leaves it.
#[track_caller]
pub(crate) fn suite() -> Suite {
    let mut suite = Suite::bare(&format!("port {SENTINEL_PORT}"));
    suite.initialize();
    suite
}

pub(crate) const SENTINEL_PORT: u16 = 20000;
pub(crate) const REDIS_PORT: u16 = 30000;

impl Suite {
    /// Processes that know nothing of each other.
    pub(crate) fn bare(sentinel_conf: &str) -> Self {
        let mut world = Cluster::new(Seed(7));
        let mut said = Vec::new();
        let (mut servers, mut sentinels) = (Vec::new(), Vec::new());
        for n in 0..NODES {
            let host = world.add_host(format!("h{n}"), format!("10.0.0.{}", n + 1).parse().unwrap());
            let conf = format!(
                "port {}\nrepl-diskless-sync-delay 0\nsave \"\"\nenable-protected-configs yes",
                REDIS_PORT as usize + n
            );
            servers.push(world.add_redis(format!("R{n}"), host, RedisConf::parse(&conf).unwrap()));
            let conf = SentinelConf::parse(sentinel_conf).unwrap();
            sentinels.push(world.add_sentinel(format!("S{n}"), host, conf));
        }
        for &id in servers.iter().chain(&sentinels) {
            assert!(world.start(id, &mut said));
        }
        Self { world, said, servers, sentinels }
    }

    /// TST-INIT-2 to TST-INIT-4, each step asserted.
    #[track_caller]
    pub(crate) fn initialize(&mut self) {
        self.run(0.5);
        self.on(0, "SLAVEOF NO ONE");
        self.on(0, "FLUSHALL");
        let master = self.server_ip(0);
        for n in 1..NODES {
            assert_eq!(self.on(n, &format!("SLAVEOF {master} {REDIS_PORT}")), Reply::ok());
        }
        self.eventually(10, "four replicas", |s| s.info(0, "connected_slaves") == "4");
        for n in 0..NODES {
            self.at(n, "SENTINEL REMOVE mymaster");
            assert_eq!(
                self.at(n, &format!("SENTINEL MONITOR mymaster {master} {REDIS_PORT} 3")),
                Reply::ok()
            );
            assert!(matches!(self.at(n, "SENTINEL MASTER mymaster"), Reply::Array(map) if !map.is_empty()));
            for line in [
                "SET mymaster down-after-milliseconds 2000",
                "SET mymaster failover-timeout 10000",
                "SET mymaster parallel-syncs 10",
                "DEBUG tilt-period 5000",
            ] {
                assert_eq!(self.at(n, &format!("SENTINEL {line}")), Reply::ok(), "{line}");
            }
        }
        self.discovered();
    }

    /// TST-INIT-4
    #[track_caller]
    pub(crate) fn discovered(&mut self) {
        for n in 0..NODES {
            assert!(self.master_port(n).is_some(), "sentinel {n} knows the master");
            self.eventually(20, "other sentinels are known", |s| s.master(n, "num-other-sentinels") == "4");
            self.eventually(20, "replicas are known", |s| s.master(n, "num-slaves") == "4");
        }
    }

    pub(crate) fn run(&mut self, seconds: f64) {
        let until = self.world.now() + Micros((seconds * 1e6) as u64);
        self.world.run_until(until, &mut self.said);
    }

    #[track_caller]
    pub(crate) fn act(&mut self, action: Action) {
        self.world.act(action, &mut self.said).expect("the action is possible");
    }

    pub(crate) fn now(&self) -> SimTime {
        self.world.now()
    }

    pub(crate) fn server_ip(&self, n: usize) -> String {
        self.world.node(self.servers[n]).addr.ip.to_string()
    }

    /// Looks every 100 ms until it is so.
    #[track_caller]
    pub(crate) fn eventually(&mut self, seconds: u64, what: &str, mut is_so: impl FnMut(&mut Self) -> bool) {
        let end = self.now() + Micros::from_secs(seconds);
        while !is_so(self) {
            assert!(self.now() < end, "not within {seconds} s: {what}");
            self.run(0.1);
        }
    }

    #[track_caller]
    pub(crate) fn ask(&mut self, node: NodeId, line: &str) -> Reply {
        let word = |word: &str| if word == "\"\"" { ArcStr::new() } else { ArcStr::from(word) };
        let words: Vec<ArcStr> = line.split(' ').map(word).collect();
        let before = self.said.len();
        self.act(Action::Command { node, words });
        let end = self.now() + Micros::from_secs(2);
        while self.now() < end {
            self.run(0.005);
            let answer = self.said[before..].iter().find_map(|record| match &record.what {
                Said::Answered { reply, .. } => Some(reply.clone()),
                _ => None,
            });
            if let Some(answer) = answer {
                return answer.unwrap_or(Reply::Nil);
            }
        }
        panic!("nobody answers {line}");
    }

    /// A command to sentinel `n`.
    #[track_caller]
    pub(crate) fn at(&mut self, n: usize, line: &str) -> Reply {
        self.ask(self.sentinels[n], line)
    }

    /// The same command to every sentinel, which must take it.
    #[track_caller]
    pub(crate) fn everywhere(&mut self, line: &str) {
        for n in self.live_sentinels() {
            assert_eq!(self.at(n, line), Reply::ok(), "{line} at sentinel {n}");
        }
    }

    /// A command to server `n`.
    #[track_caller]
    pub(crate) fn on(&mut self, n: usize, line: &str) -> Reply {
        self.ask(self.servers[n], line)
    }

    #[track_caller]
    pub(crate) fn error_at(&mut self, n: usize, line: &str) -> String {
        match self.at(n, line) {
            Reply::Error(text) => text.to_string(),
            other => panic!("{line} is answered with {other:?}"),
        }
    }

    pub(crate) fn is_running(&self, node: NodeId) -> bool {
        self.world.condition(node) == Condition::Running
    }

    pub(crate) fn live_sentinels(&self) -> Vec<usize> {
        (0..NODES).filter(|&n| self.is_running(self.sentinels[n])).collect()
    }

    pub(crate) fn kill_sentinel(&mut self, n: usize) {
        self.act(Action::Kill(self.sentinels[n]));
    }

    pub(crate) fn restart_sentinel(&mut self, n: usize) {
        self.act(Action::Start(self.sentinels[n]));
        self.run(0.01);
    }

    pub(crate) fn kill_server(&mut self, n: usize) {
        self.act(Action::Kill(self.servers[n]));
    }

    pub(crate) fn restart_server(&mut self, n: usize) {
        self.act(Action::Start(self.servers[n]));
    }

    /// A field of `SENTINEL MASTER mymaster`; empty where it is not there.
    #[track_caller]
    pub(crate) fn master(&mut self, n: usize, field: &str) -> String {
        let reply = self.at(n, "SENTINEL MASTER mymaster");
        map(&reply).remove(field).unwrap_or_default()
    }

    /// What `SENTINEL sub mymaster` lists.
    #[track_caller]
    pub(crate) fn listed(&mut self, n: usize, sub: &str) -> Vec<BTreeMap<String, String>> {
        match self.at(n, &format!("SENTINEL {sub} mymaster")) {
            Reply::Array(items) => items.iter().map(map).collect(),
            other => panic!("{other:?}"),
        }
    }

    /// The port that sentinel `n` gives to clients.
    #[track_caller]
    pub(crate) fn master_port(&mut self, n: usize) -> Option<usize> {
        match self.at(n, "SENTINEL GET-MASTER-ADDR-BY-NAME mymaster") {
            Reply::Array(parts) => text(&parts[1]).parse().ok(),
            _ => None,
        }
    }

    /// The server that sentinel `n` gives to clients.
    #[track_caller]
    pub(crate) fn master_server(&mut self, n: usize) -> usize {
        self.master_port(n).expect("there is a master") - REDIS_PORT as usize
    }

    /// A field of a server's INFO; empty where it is not there.
    #[track_caller]
    pub(crate) fn info(&mut self, n: usize, field: &str) -> String {
        let text = text(&self.on(n, "INFO replication"));
        let found =
            text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':').map(str::to_owned));
        found.unwrap_or_default()
    }

    /// Every live sentinel names another server than `old`; returns the new one.
    #[track_caller]
    pub(crate) fn switched(&mut self, old: usize) -> usize {
        for n in self.live_sentinels() {
            self.eventually(100, "the master is another", |s| s.master_server(n) != old);
        }
        let first = self.live_sentinels()[0];
        self.master_server(first)
    }

    /// Server `n` eventually replicates from `master`, which is a master itself.
    #[track_caller]
    pub(crate) fn follows(&mut self, n: usize, master: usize) {
        let port = (REDIS_PORT as usize + master).to_string();
        self.eventually(50, "it follows the new master", |s| s.info(n, "master_port") == port);
    }

    /// TST-02-1: the live servers replicate from the master that sentinel 0 names, with their links up.
    #[track_caller]
    pub(crate) fn all_follow(&mut self) {
        let first = self.live_sentinels()[0];
        let master = self.master_server(first);
        assert_eq!(self.info(master, "role"), "master");
        for n in (0..NODES).filter(|&n| n != master) {
            if self.is_running(self.servers[n]) {
                self.follows(n, master);
                self.eventually(30, "its link is up", |s| s.info(n, "master_link_status") == "up");
            }
        }
    }
}

#[track_caller]
pub(crate) fn text(reply: &Reply) -> String {
    match reply {
        Reply::Bulk(text) | Reply::Status(text) | Reply::Error(text) => text.to_string(),
        Reply::Info(info) => info.to_string(),
        Reply::Integer(n) => n.to_string(),
        other => panic!("no text: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn words(reply: &Reply) -> Vec<String> {
    match reply {
        Reply::Array(items) => items.iter().map(text).collect(),
        other => panic!("no list: {other:?}"),
    }
}

/// A map as RESP2 has it.
#[track_caller]
pub(crate) fn map(reply: &Reply) -> BTreeMap<String, String> {
    let words = words(reply);
    words.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}
