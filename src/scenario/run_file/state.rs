//! How everything is, as whoever asks it is told: the capture tool's questions, put to a copy of the world.

use super::actions::{no_reply, reply_value};
use crate::cluster::{Cluster, Condition, NodeId};
use crate::protocol::{ArcStr, Reply};
use crate::scenario::Scenario;
use crate::sim::Millis;
use serde_json::{Map, Value, json};

/// How it is asked.
pub(super) struct Look {
    /// How long each reply is waited for.
    pub(super) patience: Millis,
    /// Whether all fields are wanted.
    pub(super) wide: bool,
}

/// The state of all sentinels and servers.
pub(super) fn state(cluster: &Cluster, scenario: &Scenario, look: &Look) -> Value {
    let mut asker = Asker { world: cluster.without_script(), look };
    let (mut sentinels, mut redis) = (Map::new(), Map::new());
    for id in (0..scenario.nodes.len() as u32).map(NodeId) {
        let node = cluster.node(id);
        let (condition, name) = (cluster.condition(id), node.name.to_string());
        let alive = condition != Condition::Dead && !node.disowned;
        let silent = (!alive || condition == Condition::Frozen)
            .then(|| json!({"alive": alive, "stopped": node.stopped}));
        if node.is_sentinel() {
            let mut state = silent.unwrap_or_else(|| asker.sentinel(id, scenario));
            if state["alive"] == false || state["stopped"] == true {
                state["exit"] = json!(node.exit);
            }
            sentinels.insert(name, state);
        } else if node.is_redis() {
            redis.insert(name, silent.unwrap_or_else(|| asker.server(id)));
        }
    }
    json!({"sentinels": sentinels, "redis": redis})
}

struct Asker<'a> {
    world: Cluster,
    look: &'a Look,
}

/// A list of names and values, as many replies are.
struct Pairs(Vec<ArcStr>);

impl Pairs {
    fn of(reply: &Result<Reply, String>) -> Self {
        let Ok(Reply::Array(items)) = reply else { return Self(Vec::new()) };
        Self(items.iter().filter_map(text).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.chunks_exact(2).find(|pair| pair[0] == name).map(|pair| pair[1].as_str())
    }

    fn put(&self, names: &[&str], into: &mut Value) {
        for name in names {
            into[*name] = json!(self.get(name));
        }
    }
}

fn text(reply: &Reply) -> Option<ArcStr> {
    match reply {
        Reply::Status(text) | Reply::Bulk(text) => Some(text.clone()),
        Reply::Integer(n) => Some(arcstr::format!("{n}")),
        Reply::Info(info) => Some(info.to_string().into()),
        _ => None,
    }
}

impl Asker<'_> {
    /// The reply; what the capture tool makes of an error, or of none.
    fn ask(&mut self, node: NodeId, words: &[&str]) -> Result<Reply, String> {
        let words: Vec<ArcStr> = words.iter().map(|&word| word.into()).collect();
        match self.world.ask(node, &words, self.look.patience) {
            Ok(Reply::Error(error)) => Err(error.to_string()),
            Ok(reply) => Ok(reply),
            Err(why) => Err(no_reply(why).to_owned()),
        }
    }

    /// The fields of a section of INFO.
    fn info(&mut self, node: NodeId, section: &str) -> Pairs {
        let text = self.ask(node, &["INFO", section]).ok().as_ref().and_then(text).unwrap_or_default();
        let fields = text.split("\r\n").filter_map(|line| line.split_once(':'));
        Pairs(fields.flat_map(|(name, value)| [name.into(), value.into()]).collect())
    }

    /// What a list of instances says of each.
    fn list(&mut self, node: NodeId, what: &str, master: &str) -> Vec<Pairs> {
        match self.ask(node, &["SENTINEL", what, master]) {
            Ok(Reply::Array(items)) => items.into_iter().map(|item| Pairs::of(&Ok(item))).collect(),
            _ => Vec::new(),
        }
    }

    fn sentinel(&mut self, id: NodeId, scenario: &Scenario) -> Value {
        let mut state = json!({"alive": true, "masters": {}});
        for monitor in &scenario.monitors {
            state["masters"][monitor.name.as_str()] = self.master(id, &monitor.name);
        }
        state["tilt"] = json!(self.info(id, "sentinel").get("sentinel_tilt"));
        for line in self.world.conf_text(id).lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let number = |text: &str| json!(text.parse::<u64>().ok());
            match words[..] {
                ["sentinel", "current-epoch", epoch, ..] => state["current_epoch"] = number(epoch),
                ["sentinel", what @ ("leader-epoch" | "config-epoch"), master, epoch, ..] => {
                    state["masters"][master][format!("{}_on_disk", what.replace('-', "_"))] = number(epoch);
                }
                ["sentinel", "monitor", master, host, port, ..] => {
                    let addr = self.world.symbolic(&format!("{host} {port}"));
                    state["masters"][master]["monitor_on_disk"] = json!(addr);
                }
                _ => {}
            }
        }
        state
    }

    fn master(&mut self, id: NodeId, name: &str) -> Value {
        let addr = match self.ask(id, &["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name]) {
            Ok(Reply::Array(addr)) => addr,
            Ok(reply) => return json!({"get_master_addr": reply_value(&reply)}),
            Err(error) => return json!({"get_master_addr": format!("ERR {error}")}),
        };
        let parts: Vec<ArcStr> = addr.iter().filter_map(text).collect();
        let mut state = json!({
            "get_master_addr": parts.iter().map(ArcStr::as_str).collect::<Vec<_>>(),
            "master": self.world.symbolic(&parts.join(":")),
        });
        let fields = [
            "flags",
            "quorum",
            "config-epoch",
            "num-slaves",
            "num-other-sentinels",
            "role-reported",
            "failover-timeout",
            "parallel-syncs",
            "down-after-milliseconds",
        ];
        Pairs::of(&self.ask(id, &["SENTINEL", "MASTER", name])).put(&fields, &mut state);
        state["replicas"] = json!({});
        for replica in self.list(id, "REPLICAS", name) {
            let key = self.world.symbolic(replica.get("name").unwrap_or("?"));
            state["replicas"][key] = self.replica(&replica);
        }
        state["sentinels"] = json!({});
        for peer in self.list(id, "SENTINELS", name) {
            let field = |name: &str| peer.get(name).unwrap_or_default();
            let by_id = self.world.symbolic(field("runid"));
            let by_addr = || self.world.symbolic(&format!("{}:{}", field("ip"), field("port")));
            let key = if by_id.is_empty() { by_addr() } else { by_id };
            state["sentinels"][key] = json!({
                "flags": peer.get("flags"),
                "voted-leader": self.world.symbolic(field("voted-leader")),
                "voted-leader-epoch": peer.get("voted-leader-epoch"),
            });
        }
        state
    }

    fn replica(&self, replica: &Pairs) -> Value {
        let fields = [
            "flags",
            "master-link-status",
            "slave-priority",
            "slave-repl-offset",
            "role-reported",
            "replica-announced",
        ];
        let more =
            ["runid", "info-refresh", "last-ok-ping-reply", "master-link-down-time", "role-reported-time"];
        let mut state = json!({});
        replica.put(&fields, &mut state);
        if self.look.wide {
            replica.put(&more, &mut state);
        }
        let field = |name: &str| replica.get(name).unwrap_or("None");
        state["master"] =
            json!(self.world.symbolic(&format!("{}:{}", field("master-host"), field("master-port"))));
        state
    }

    fn server(&mut self, id: NodeId) -> Value {
        let info = self.info(id, "replication");
        let mut state = json!({"alive": true, "role": info.get("role")});
        let fields = [
            "master_link_status",
            "slave_repl_offset",
            "master_repl_offset",
            "connected_slaves",
            "master_replid",
            "master_replid2",
            "second_repl_offset",
            "slave_priority",
            "slave_read_only",
            "master_host",
            "master_port",
        ];
        for name in fields {
            if let Some(value) = info.get(name) {
                state[name] = json!(value);
            }
        }
        if let (Some(host), Some(port)) = (info.get("master_host"), info.get("master_port")) {
            state["master"] = json!(self.world.symbolic(&format!("{host}:{port}")));
        }
        state["dbsize"] = match self.ask(id, &["DBSIZE"]) {
            Ok(Reply::Integer(n)) => json!(n),
            Ok(_) => Value::Null,
            Err(error) => json!(error),
        };
        state
    }
}
