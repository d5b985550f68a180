//! What a client says.

use crate::protocol::{ArcStr, Level};
use crate::sim::Addr;
use std::fmt;

/// One thing that a client said; single writes are counted, not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientEvent {
    /// A Sentinel named the master.
    Told {
        /// The Sentinel.
        by: Addr,
        /// The master.
        master: Addr,
    },
    /// No Sentinel named a master.
    NobodyAnswers,
    /// It is connected to the server that it writes to.
    Connected(Addr),
    /// The first error after a success: writing has stopped working.
    Failing {
        /// At which server, where it was connected to one.
        at: Option<Addr>,
        /// The error's kind.
        error: ArcStr,
    },
    /// The first success after errors.
    Working {
        /// At which server.
        at: Addr,
    },
    /// It heard `+switch-master`.
    HeardSwitch {
        /// The new master.
        master: Addr,
    },
    /// It was told to stop.
    Stopped,
}

impl ClientEvent {
    /// The level that it would be logged at.
    pub const fn level(&self) -> Level {
        match self {
            Self::NobodyAnswers | Self::Failing { .. } => Level::Warning,
            _ => Level::Notice,
        }
    }
}

impl fmt::Display for ClientEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told { by, master } => write!(f, "sentinel {by} says that the master is {master}"),
            Self::NobodyAnswers => f.write_str("no sentinel answers"),
            Self::Connected(addr) => write!(f, "connected to {addr}"),
            Self::Failing { at: Some(at), error } => write!(f, "writes to {at} fail: {error}"),
            Self::Failing { at: None, error } => write!(f, "writes fail: {error}"),
            Self::Working { at } => write!(f, "writes to {at} succeed"),
            Self::HeardSwitch { master } => write!(f, "heard +switch-master: the master is {master}"),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}
