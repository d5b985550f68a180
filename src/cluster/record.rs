//! What was said and done in the world, and when.

use crate::client::ClientEvent;
use crate::cluster::{Action, Cluster, NodeId};
use crate::protocol::{ArcStr, Level, Reply, log_stamp};
use crate::redis::RedisEvent;
use crate::sentinel::SentinelEvent;
use crate::sim::SimTime;
use std::fmt;
use std::sync::Arc;

/// One thing that was said or done.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The log's time stamp.
    pub at: SimTime,
    /// The moment of the turn in which it was said: a save in the same turn makes the time stamp later.
    pub turn: SimTime,
    /// Who said it, or to whom it was done.
    pub node: Option<NodeId>,
    /// What.
    pub what: Said,
}

/// What was said or done.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// A sentinel's event or log line.
    Sentinel(SentinelEvent),
    /// A Redis server's log line.
    Redis(RedisEvent),
    /// Something a client noticed.
    Client(ClientEvent),
    /// An action was carried out.
    Did {
        /// What was done.
        action: Arc<Action>,
        /// Whether the scenario calls it the failure.
        failure: bool,
        /// The entry of the script that it is a part of, if it is of a script.
        of: Option<Arc<Carried>>,
    },
    /// A command given from outside was answered.
    Answered {
        /// The command's words.
        words: Arc<[ArcStr]>,
        /// The reply, or why there was none.
        reply: Result<Reply, NoReply>,
    },
    /// Something came to the redis-cli that a person types to the node with.
    Session(SessionEvent),
    /// A picture of the whole world that the scenario asked for.
    Snapshot {
        /// Its label.
        label: ArcStr,
        /// Whether the scenario wants all fields.
        wide: bool,
        /// The world at that moment.
        world: World,
        /// The entry of the script that wants it.
        of: Arc<Carried>,
    },
    /// A process ended by itself.
    Exited(i32),
}

/// Why a command given from outside had no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoReply {
    /// Nobody listens there.
    Refused,
    /// None came in time.
    TimedOut,
    /// The connection was closed.
    Closed,
    /// The connection was reset.
    Reset,
}

/// An entry of a script that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Its place in the script's file.
    pub entry: u32,
    /// How many were carried out before it.
    pub serial: u32,
    /// To whom it was done.
    pub nodes: Vec<NodeId>,
    /// Who said what set it off, and the event's name.
    pub on: Option<(NodeId, ArcStr)>,
}

/// What comes to a redis-cli that stays connected ([`Action::Type`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// A reply to the oldest command that has none yet, or a message to a subscriber.
    Reply(Reply),
    /// The connection is gone, and with it what waited for a reply. One that is lost while nobody waits is
    /// noticed by the next command, which then goes nowhere.
    Closed,
    /// Nobody listens there.
    Refused,
    /// The host died, and the redis-cli that ran on it.
    HostDied,
}

/// A world as it was. Two are the same where there is the same to see in them.
#[derive(Clone)]
pub struct World(pub Arc<Cluster>);

impl PartialEq for World {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.view() == other.0.view()
    }
}

/// Likewise what there is to see; to write out all that there is would make the page a hundredth larger.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("World").field(&self.0.view()).finish()
    }
}

impl Said {
    /// The level and text of the log line, where it is one.
    pub fn log_line(&self) -> Option<(Level, &dyn fmt::Display)> {
        match self {
            Self::Sentinel(event) => Some((event.level(), event)),
            Self::Redis(event) => Some((event.level(), event)),
            Self::Client(event) => Some((event.level(), event)),
            Self::Did { .. }
            | Self::Answered { .. }
            | Self::Session(_)
            | Self::Snapshot { .. }
            | Self::Exited(_) => None,
        }
    }
}

impl From<SentinelEvent> for Said {
    fn from(event: SentinelEvent) -> Self {
        Self::Sentinel(event)
    }
}

impl From<RedisEvent> for Said {
    fn from(event: RedisEvent) -> Self {
        Self::Redis(event)
    }
}

impl From<ClientEvent> for Said {
    fn from(event: ClientEvent) -> Self {
        Self::Client(event)
    }
}

impl Cluster {
    /// The line that stands in the log of whoever said it, as Redis writes it (spec LOG-1):
    /// `1037:X 01 Jan 2026 10:00:02.417 # +sdown master mymaster 10.0.0.1 6379`.
    pub fn log_line(&self, record: &Record) -> Option<String> {
        let (level, text) = record.what.log_line()?;
        let role = match &record.what {
            Said::Redis(event) => event.role_mark(),
            // A client has no log in Redis's form; it is shown in that form all the same.
            Said::Client(_) => 'A',
            _ => 'X',
        };
        let pid = self.node(record.node?).pid();
        let stamp = log_stamp(Self::wall_clock(record.at));
        Some(format!("{pid}:{role} {stamp} {} {text}", level.mark()))
    }
}
