//! A case as a scenario file.

use super::{Case, Fault, FaultKind, Place};
use crate::scenario::Scenario;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The master's name at the sentinels.
pub(super) const MASTER: &str = "mymaster";

impl Case {
    /// The case as a scenario, from which its file can be written. Faults that a file cannot say are left
    /// out.
    pub fn scenario(&self) -> Scenario {
        let text = self.file().to_string();
        Scenario::parse(&text)
            .unwrap_or_else(|error| panic!("invariant: a case is a scenario: {error}: {text}"))
    }

    fn file(&self) -> Value {
        let nodes: Vec<Value> = (0..self.nodes()).map(|place| self.node(place)).collect();
        let clients: Vec<String> = (1..=self.writers.len()).map(|n| format!("C{n}")).collect();
        let mut redis_conf = json!({});
        if self.min_replicas > 0 {
            redis_conf = json!({"min-replicas-to-write": self.min_replicas, "min-replicas-max-lag": 10});
        }
        let mut about = format!("Random run {}; everything is mended at {} ms.", self.seed.0, self.mended_ms);
        if !self.is_whole_in_file() {
            about += " It also has faults that a scenario file cannot say; `sentinel-lab hunt` plays them.";
        }
        json!({
            "id": format!("random-{}", self.seed.0),
            "title": format!("Random run {}", self.seed.0),
            "about": about,
            "nodes": nodes,
            "clients": clients,
            "monitors": [{"name": MASTER, "master": "M0", "quorum": self.quorum}],
            "sentinel_conf": {
                "down-after-milliseconds": self.down_after_ms,
                "failover-timeout": self.failover_timeout_ms,
                "parallel-syncs": self.parallel_syncs,
            },
            "redis_conf": redis_conf,
            "actions": self.actions(),
            "duration_ms": u64::from(self.mended_ms) + self.patience().0 / 1000,
            "jitter_ms": 0,
        })
    }

    fn node(&self, place: Place) -> Value {
        let name = self.name(place);
        if place >= self.servers() {
            let neighbour = place - self.servers();
            let shares = self.shared_hosts && neighbour < self.servers();
            let host = self.name(if shares { neighbour } else { place });
            return json!({"name": name, "role": "sentinel", "host": host});
        }
        let conf = json!({"replica-priority": self.priorities.get(place as usize).copied().unwrap_or(100)});
        match place {
            0 => json!({"name": name, "role": "master", "conf": conf}),
            _ => json!({"name": name, "role": "replica", "of": "M0", "conf": conf}),
        }
    }

    fn actions(&self) -> Vec<Value> {
        let mut actions: Vec<(u32, Value)> = Vec::new();
        for (n, writer) in self.writers.iter().enumerate() {
            let (name, host) = (format!("w{}", n + 1), format!("C{}", n + 1));
            let mut start =
                json!({"do": "writer", "name": name, "host": host, "interval_ms": writer.interval_ms});
            let mode = if writer.asks { "sentinel" } else { "fixed" };
            start["mode"] = mode.into();
            if !writer.asks {
                start["node"] = "M0".into();
            }
            actions.push((0, start));
            actions.push((self.mended_ms, json!({"do": "writer_stop", "name": name})));
        }
        for fault in &self.faults {
            actions.extend(self.begin(fault).into_iter().map(|action| (fault.at_ms, action)));
            actions.extend(self.end(fault).into_iter().map(|action| (fault.until_ms, action)));
        }
        // Links have one set of rules at a time: at each change all that hold then are given.
        let is_link = |fault: &&Fault| matches!(fault.kind, FaultKind::Link { .. });
        let links: Vec<&Fault> = self.faults.iter().filter(is_link).collect();
        for at in links.iter().flat_map(|fault| [fault.at_ms, fault.until_ms]) {
            let holds = |fault: &&&Fault| fault.at_ms <= at && at < fault.until_ms;
            let rules: Vec<Value> = links.iter().filter(holds).map(|fault| self.rule(&fault.kind)).collect();
            actions.push((at, json!({"do": "netem", "rules": rules})));
        }
        actions.sort_by_key(|(at, _)| *at);
        let mut lives = BTreeMap::<String, Life>::new();
        actions.retain(|(_, action)| match (action["do"].as_str(), action["node"].as_str()) {
            (Some(what), Some(node)) => lives.entry(node.to_owned()).or_default().comes_to_something(what),
            _ => true,
        });
        let timed = actions.into_iter().map(|(at, mut action)| {
            action["at_ms"] = at.into();
            action
        });
        timed.collect()
    }

    fn rule(&self, kind: &FaultKind) -> Value {
        let FaultKind::Link { from, to, delay_ms, jitter_ms, loss_permille, block } = kind else {
            return json!({});
        };
        let end = |place: &Option<Place>| place.map_or("*".to_owned(), |place| self.name(place));
        json!({
            "from": end(from),
            "to": end(to),
            "delay_ms": delay_ms,
            "jitter_ms": jitter_ms,
            "loss": f64::from(*loss_permille) / 1000.0,
            "block": block,
        })
    }

    fn begin(&self, fault: &Fault) -> Vec<Value> {
        let on = |what: &str, place: Place| vec![json!({"do": what, "node": self.name(place)})];
        let tell = |place: Place, words: &[&str]| {
            vec![json!({"do": "cmd", "node": self.name(place), "args": words})]
        };
        match &fault.kind {
            FaultKind::Kill(place) => on("kill", *place),
            FaultKind::Terminate(place) => on("term", *place),
            FaultKind::Freeze(place) => on("stop", *place),
            FaultKind::LinkDown(place) => on("linkdown", *place),
            FaultKind::Partition(side) => {
                let here: Vec<String> = side.iter().map(|&place| self.name(place)).collect();
                let others = (0..self.nodes()).filter(|place| !side.contains(place));
                let there: Vec<String> = others.map(|place| self.name(place)).collect();
                vec![json!({"do": "partition", "groups": [there, here]})]
            }
            FaultKind::Failover(place) => tell(*place, &["SENTINEL", "FAILOVER", MASTER]),
            FaultKind::Reset(place) => tell(*place, &["SENTINEL", "RESET", MASTER]),
            FaultKind::SetQuorum(place, quorum) => {
                tell(*place, &["SENTINEL", "SET", MASTER, "quorum", &quorum.to_string()])
            }
            FaultKind::SetDownAfter(place, ms) => {
                tell(*place, &["SENTINEL", "SET", MASTER, "down-after-milliseconds", &ms.to_string()])
            }
            FaultKind::Forget(place) => tell(*place, &["SENTINEL", "REMOVE", MASTER]),
            FaultKind::FollowNobody(place) => tell(*place, &["REPLICAOF", "NO", "ONE"]),
            FaultKind::Follow(place, other) => {
                let other = self.name(*other);
                tell(*place, &["REPLICAOF", &format!("@ip:{other}"), &format!("@port:{other}")])
            }
            FaultKind::Link { .. } | FaultKind::KillHost(_) | FaultKind::Packet { .. } => Vec::new(),
        }
    }

    fn end(&self, fault: &Fault) -> Vec<Value> {
        let on = |what: &str, place: Place| vec![json!({"do": what, "node": self.name(place)})];
        let set = |place: Place, option: &str, value: u32| {
            let words = json!(["SENTINEL", "SET", MASTER, option, value.to_string()]);
            json!({"do": "cmd", "node": self.name(place), "args": words})
        };
        match &fault.kind {
            FaultKind::Kill(place) => on("start", *place),
            // Where it waits for its replicas (spec REPL-51), or stands still, patience is at its end.
            FaultKind::Terminate(place) => [on("kill", *place), on("start", *place)].concat(),
            FaultKind::Freeze(place) => on("cont", *place),
            FaultKind::LinkDown(place) => on("linkup", *place),
            FaultKind::Partition(_) => vec![json!({"do": "heal"})],
            FaultKind::SetQuorum(place, _) => vec![set(*place, "quorum", self.quorum)],
            FaultKind::SetDownAfter(place, _) => {
                vec![set(*place, "down-after-milliseconds", self.down_after_ms)]
            }
            FaultKind::Forget(place) => {
                let quorum = self.quorum.to_string();
                let words = json!(["SENTINEL", "MONITOR", MASTER, "@ip:M0", "@port:M0", quorum]);
                vec![
                    json!({"do": "cmd", "node": self.name(*place), "args": words}),
                    set(*place, "down-after-milliseconds", self.down_after_ms),
                    set(*place, "failover-timeout", self.failover_timeout_ms),
                ]
            }
            FaultKind::Failover(_)
            | FaultKind::Reset(_)
            | FaultKind::FollowNobody(_)
            | FaultKind::Follow(..)
            | FaultKind::Link { .. }
            | FaultKind::KillHost(_)
            | FaultKind::Packet { .. } => Vec::new(),
        }
    }
}

/// What a script may know of a node's process from what it did to it.
#[derive(Default)]
struct Life {
    ended: bool,
    frozen: bool,
    /// Told to end while it stood still: it does once it goes on.
    doomed: bool,
}

impl Life {
    /// Follows an action. False where it would start what runs: whoever does that knows nothing of it from then
    /// on, as the capture tool does.
    fn comes_to_something(&mut self, what: &str) -> bool {
        match what {
            "kill" => *self = Self { ended: true, ..Self::default() },
            "term" if self.frozen => self.doomed = true,
            "term" => self.ended = true,
            "stop" => self.frozen = !self.ended,
            "cont" => *self = Self { ended: self.ended || self.doomed, ..Self::default() },
            "start" => return std::mem::take(&mut self.ended),
            _ => {}
        }
        true
    }
}
