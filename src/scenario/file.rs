//! A scenario file as it stands: the JSON form that the capture tool reads, field by field.
//!
//! Unknown fields are refused here; whether the fields make sense together is for
//! [`check`](crate::scenario::check) to say.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Settings by their name: a string, a number or yes/no.
pub(crate) type Settings = BTreeMap<String, Value>;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) about: String,
    /// How many captures the capture tool makes; nothing here depends on it.
    #[serde(default, rename = "runs")]
    pub(crate) _runs: Option<u32>,
    pub(crate) nodes: Vec<NodeEntry>,
    #[serde(default)]
    pub(crate) hosts: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) clients: Vec<String>,
    pub(crate) monitors: Vec<MonitorEntry>,
    #[serde(default)]
    pub(crate) sentinel_conf: Settings,
    #[serde(default)]
    pub(crate) redis_conf: Settings,
    #[serde(default)]
    pub(crate) preload: Vec<PreloadEntry>,
    #[serde(default)]
    pub(crate) setup_cmds: Vec<SetupCommand>,
    #[serde(default)]
    pub(crate) actions: Vec<ActionEntry>,
    pub(crate) duration_ms: i64,
    pub(crate) jitter_ms: Option<i64>,
    pub(crate) done_when: Option<DoneWhen>,
    /// What the capture tool checks afterwards; a run is not judged here.
    #[serde(default)]
    #[serde(rename = "expect")]
    pub(crate) _expect: Vec<Value>,
    pub(crate) sentinel_loglevel: Option<String>,
    pub(crate) net: Option<String>,
    pub(crate) netem_from_start: Option<Vec<NetemRule>>,
    pub(crate) stable_timeout_s: Option<i64>,
    #[serde(default)]
    pub(crate) no_stable_wait: bool,
    /// How the capture tool polls; nothing here depends on it.
    #[serde(default, rename = "fast_poll")]
    pub(crate) _fast_poll: Option<bool>,
    #[serde(default, rename = "leave_stopped")]
    pub(crate) _leave_stopped: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NodeEntry {
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) of: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) port: Option<i64>,
    pub(crate) quorum: Option<i64>,
    #[serde(default)]
    pub(crate) conf: Settings,
    pub(crate) start: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MonitorEntry {
    pub(crate) name: String,
    pub(crate) master: String,
    pub(crate) quorum: i64,
    #[serde(default)]
    pub(crate) conf: Settings,
    #[serde(default)]
    pub(crate) except: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreloadEntry {
    pub(crate) node: String,
    pub(crate) count: i64,
    pub(crate) size: Option<i64>,
    pub(crate) prefix: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupCommand {
    pub(crate) node: String,
    pub(crate) args: Vec<Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoneWhen {
    pub(crate) event: String,
    pub(crate) count: u32,
    pub(crate) tail_ms: Option<i64>,
    pub(crate) contains: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NetemRule {
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    #[serde(default)]
    pub(crate) delay_ms: f64,
    #[serde(default)]
    pub(crate) jitter_ms: f64,
    #[serde(default)]
    pub(crate) loss: f64,
    #[serde(default)]
    pub(crate) block: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriggerEntry {
    pub(crate) event: String,
    pub(crate) sentinel: Option<String>,
    pub(crate) contains: Option<String>,
    pub(crate) nth: Option<u32>,
    pub(crate) times: Option<u32>,
    pub(crate) after_ms: Option<i64>,
}

/// An action with every field that any action has.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionEntry {
    #[serde(rename = "do")]
    pub(crate) what: String,
    pub(crate) at_ms: Option<i64>,
    pub(crate) on: Option<TriggerEntry>,
    pub(crate) delay_ms: Option<i64>,
    #[serde(default)]
    pub(crate) failure: bool,
    pub(crate) node: Option<Value>,
    pub(crate) args: Option<Vec<Value>>,
    pub(crate) label: Option<String>,
    pub(crate) wide: Option<bool>,
    pub(crate) count: Option<i64>,
    pub(crate) size: Option<i64>,
    pub(crate) prefix: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) mode: Option<String>,
    pub(crate) interval_ms: Option<i64>,
    pub(crate) groups: Option<Vec<Vec<String>>>,
    pub(crate) rules: Option<Vec<NetemRule>>,
    pub(crate) edit_conf: Option<Vec<(String, String)>>,
    pub(crate) port: Option<i64>,
    pub(crate) learn: Option<bool>,
    pub(crate) timeout_s: Option<f64>,
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
        ];
        given.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name).collect()
    }
}
