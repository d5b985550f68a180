//! Named stories: a topology, its configuration, timed actions; read from the JSON form of the captures.
//!
//! [`Scenario::parse`] reads and checks, [`Scenario::begin`] brings the topology up until it is stable (that
//! moment is t = 0), [`Scenario::play`] plays it to its end, [`run_file`] writes what happened as the captures do.

mod begin;
mod check;
mod error;
mod file;
mod from_conf;
mod library;
mod names;
mod play;
pub mod random;
mod run_file;
pub mod share;

pub use begin::Begun;
pub use error::ScenarioError;
pub use from_conf::{ConfOptions, FromConf, FromConfError, Note, is_json};
pub use library::{Entry, Group, Words, entry, library};
pub use play::Played;
pub use run_file::run_file;

use crate::cluster::{NodeId, ScriptedAction, Trigger};
use crate::protocol::ArcStr;
use crate::sim::{HostId, LinkSettings, Micros};
use std::net::IpAddr;

/// No moment of a scenario is further from t = 0 than this, a day: longer ones are mistakes.
pub const TIME_MAX: Micros = Micros::from_secs(24 * 3600);

/// A story that was read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its id.
    pub id: ArcStr,
    /// Its title.
    pub title: ArcStr,
    /// What it is about.
    pub about: ArcStr,
    /// The hosts, clients' hosts last; a host's place is its [`HostId`].
    pub hosts: Vec<HostSpec>,
    /// The nodes; a node's place is its [`NodeId`].
    pub nodes: Vec<NodeSpec>,
    /// What sentinels monitor.
    pub monitors: Vec<MonitorSpec>,
    /// Keys written before the replicas start.
    pub preload: Vec<FillSpec>,
    /// Commands given before the sentinels start.
    pub setup_commands: Vec<(NodeId, Vec<ArcStr>)>,
    /// What links are like from the start.
    pub links: Vec<LinkRule>,
    /// What is done when.
    pub timed: Vec<(Micros, ScriptedAction)>,
    /// What is done in answer to what.
    pub reactions: Vec<ReactionSpec>,
    /// How long it is played at most.
    pub duration: Micros,
    /// All actions are shifted by a random time up to this.
    pub jitter: Micros,
    /// What ends it early.
    pub done_when: Option<DoneWhenSpec>,
    /// How long the topology may take to become stable; nothing where it is not waited for.
    pub stable_timeout: Option<Micros>,
    /// The file that it was read from.
    pub(crate) file: std::sync::Arc<file::File>,
    /// The file's `sentinel_conf` and so on, as run files repeat them.
    pub(crate) config: serde_json::Value,
    /// The level that the sentinels log at.
    pub(crate) sentinel_loglevel: crate::protocol::Level,
}

impl Scenario {
    /// The same as [`Self::to_json`] without a blank that only people need, for links. To have it written so
    /// would be code of its own for every type of the file.
    pub(crate) fn to_compact_json(&self) -> String {
        let (mut is_quoted, mut is_escaped) = (false, false);
        let is_kept = |c: &char| {
            is_quoted ^= *c == '"' && !is_escaped;
            is_escaped = *c == '\\' && !is_escaped;
            is_quoted || !c.is_ascii_whitespace()
        };
        self.to_json().chars().filter(is_kept).collect()
    }

    /// The scenario as a file: what it was read from, defaults left out. Reading that gives the same scenario.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(&*self.file);
        text.expect("invariant: what was read from JSON can be written as JSON")
    }
}

impl Scenario {
    /// Its actions as they stand in its file.
    pub(crate) fn to_entries(&self) -> Vec<serde_json::Value> {
        let file = serde_json::from_str::<serde_json::Value>(&self.to_json());
        match file.ok().and_then(|mut file| file.get_mut("actions").map(serde_json::Value::take)) {
            Some(serde_json::Value::Array(entries)) => entries,
            _ => Vec::new(),
        }
    }

    /// What its sentinels watch and how they, and the servers, are set, in the words of the file.
    pub(crate) fn settings(&self) -> Vec<String> {
        let mut all = Vec::new();
        let set = |all: &mut Vec<String>, settings: &file::Settings| {
            for (name, value) in settings {
                all.push(match value {
                    serde_json::Value::String(text) => format!("{name} {text}"),
                    value => format!("{name} {value}"),
                });
            }
        };
        for monitor in &self.file.monitors {
            all.push(format!("{} = {}, quorum {}", monitor.name, monitor.master, monitor.quorum));
            set(&mut all, &monitor.conf);
        }
        set(&mut all, &self.file.sentinel_conf);
        set(&mut all, &self.file.redis_conf);
        all
    }
}

/// From which host, to which, and what the link is like; `None` stands for any.
pub type LinkRule = (Option<HostId>, Option<HostId>, LinkSettings);

/// A host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostSpec {
    /// Its name.
    pub name: ArcStr,
    /// Its address.
    pub ip: IpAddr,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSpec {
    /// Its name.
    pub name: ArcStr,
    /// What it starts as.
    pub role: Role,
    /// Its host.
    pub host: HostId,
    /// Its port.
    pub port: u16,
    /// Its configuration file.
    pub conf: String,
    /// Whether it is started at the beginning.
    pub start: bool,
}

/// What a node starts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A Redis server that follows nobody.
    Master,
    /// A Redis server that follows that node.
    Replica(NodeId),
    /// A sentinel.
    Sentinel,
}

/// What sentinels monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorSpec {
    /// The master's name.
    pub name: ArcStr,
    /// The node.
    pub master: NodeId,
    /// Sentinels that do not monitor it.
    pub except: Vec<NodeId>,
}

/// Keys to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FillSpec {
    /// To whom.
    pub node: NodeId,
    /// The keys' prefix.
    pub prefix: ArcStr,
    /// How many.
    pub count: u32,
    /// Bytes of each value.
    pub size: u32,
}

/// A reaction whose times still count from t = 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ReactionSpec {
    /// When; `not_before` counts from t = 0.
    pub trigger: Trigger,
    /// How long after it.
    pub delay: Micros,
    /// What.
    pub action: ScriptedAction,
}

/// What ends a scenario early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoneWhenSpec {
    /// So many of this event ...
    pub event: ArcStr,
    /// ... at all sentinels together ...
    pub count: u32,
    /// ... with this in their text, if it matters ...
    pub contains: Option<ArcStr>,
    /// ... and then so long.
    pub tail: Micros,
}
