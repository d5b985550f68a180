//! A scenario file as it stands: the JSON form that the capture tool reads, field by field.
//!
//! Unknown fields are refused here; whether the fields make sense together is for
//! [`check`](crate::scenario::check) to say.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Settings by their name: a string, a number or yes/no.
pub(crate) type Settings = BTreeMap<String, Value>;

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) about: String,
    /// How many captures the capture tool makes; nothing here depends on it.
    #[serde(default, rename = "runs", skip_serializing_if = "Option::is_none")]
    pub(crate) _runs: Option<u32>,
    pub(crate) nodes: Vec<NodeEntry>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) hosts: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) clients: Vec<String>,
    pub(crate) monitors: Vec<MonitorEntry>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) sentinel_conf: Settings,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) redis_conf: Settings,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) preload: Vec<PreloadEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) setup_cmds: Vec<SetupCommand>,
    #[serde(default)]
    pub(crate) actions: Vec<ActionEntry>,
    pub(crate) duration_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jitter_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) done_when: Option<DoneWhen>,
    /// What is expected of the events; run files say whether it is so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) expect: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sentinel_loglevel: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) net: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) netem_from_start: Option<Vec<NetemRule>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stable_timeout_s: Option<i64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) no_stable_wait: bool,
    /// How the capture tool polls; nothing here depends on it.
    #[serde(default, rename = "fast_poll", skip_serializing_if = "Option::is_none")]
    pub(crate) _fast_poll: Option<bool>,
    #[serde(default, rename = "leave_stopped", skip_serializing_if = "Option::is_none")]
    pub(crate) _leave_stopped: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NodeEntry {
    pub(crate) name: String,
    pub(crate) role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) port: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quorum: Option<i64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) conf: Settings,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start: Option<bool>,
    /// The whole configuration file, line by line, in place of what the settings make; its port is the node's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) lines: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MonitorEntry {
    pub(crate) name: String,
    pub(crate) master: String,
    pub(crate) quorum: i64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) conf: Settings,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) except: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreloadEntry {
    pub(crate) node: String,
    pub(crate) count: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prefix: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupCommand {
    pub(crate) node: String,
    pub(crate) args: Vec<Value>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoneWhen {
    pub(crate) event: String,
    pub(crate) count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tail_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contains: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NetemRule {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<String>,
    #[serde(default)]
    pub(crate) delay_ms: f64,
    #[serde(default)]
    pub(crate) jitter_ms: f64,
    #[serde(default)]
    pub(crate) loss: f64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) block: bool,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriggerEntry {
    pub(crate) event: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sentinel: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contains: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nth: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) times: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after_ms: Option<i64>,
}

/// An action with every field that any action has.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionEntry {
    #[serde(rename = "do")]
    pub(crate) what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) at_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) on: Option<TriggerEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delay_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) failure: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) node: Option<Value>,
    /// A command's words. Of "type", which is of this program and types them into a redis-cli that stays
    /// connected to the node: an empty list is Ctrl-C, which leaves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) args: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wide: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) interval_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) groups: Option<Vec<Vec<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rules: Option<Vec<NetemRule>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) edit_conf: Option<Vec<(String, String)>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) port: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) learn: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeout_s: Option<f64>,
    /// How long a writer waits for a server, in milliseconds; 0: as long as its system does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeout_ms: Option<i64>,
    /// Names and the host or node that each means from now on; null: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) names: Option<BTreeMap<String, Option<String>>>,
    /// How long a look-up takes that finds its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) found_ms: Option<i64>,
    /// How long one takes that does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failed_ms: Option<i64>,
    /// A script's path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// Whether the script can be run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) executable: Option<bool>,
    /// Why a disk refuses to be written; none: it no longer does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

impl ActionEntry {
    /// The names of the fields given, apart from those that every action may have.
    pub(crate) fn fields(&self) -> Vec<&'static str> {
        let given = [
            ("node", self.node.is_some()),
            ("args", self.args.is_some()),
            ("label", self.label.is_some()),
            ("wide", self.wide.is_some()),
            ("count", self.count.is_some()),
            ("size", self.size.is_some()),
            ("prefix", self.prefix.is_some()),
            ("name", self.name.is_some()),
            ("host", self.host.is_some()),
            ("mode", self.mode.is_some()),
            ("interval_ms", self.interval_ms.is_some()),
            ("groups", self.groups.is_some()),
            ("rules", self.rules.is_some()),
            ("edit_conf", self.edit_conf.is_some()),
            ("port", self.port.is_some()),
            ("learn", self.learn.is_some()),
            ("timeout_s", self.timeout_s.is_some()),
            ("timeout_ms", self.timeout_ms.is_some()),
            ("names", self.names.is_some()),
            ("found_ms", self.found_ms.is_some()),
            ("failed_ms", self.failed_ms.is_some()),
            ("path", self.path.is_some()),
            ("executable", self.executable.is_some()),
            ("error", self.error.is_some()),
        ];
        given.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name).collect()
    }
}
