//! What a Redis server says: the lines of its log, typed where a page or a test wants to know.

use crate::protocol::{ArcStr, Level};
use crate::sim::Addr;
use std::fmt;

/// One thing that a Redis server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisEvent {
    /// Whether the server was a master when it said so: the log shows `M`, and `S` for a replica.
    pub is_master: bool,
    /// What it said.
    pub kind: RedisEventKind,
}

impl RedisEvent {
    /// The character of the role in the log: `M` or `S`.
    pub const fn role_mark(&self) -> char {
        if self.is_master { 'M' } else { 'S' }
    }

    /// The level that it is logged at.
    pub const fn level(&self) -> Level {
        self.kind.level()
    }
}

impl fmt::Display for RedisEvent {
    /// The log line without its prefix.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

/// What a Redis server said, in the words of 7.0.15.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedisEventKind {
    /// The process serves clients.
    Ready,
    /// It has become a master (spec REPL-48).
    MasterModeEnabled {
        /// The client that asked for it.
        by: ArcStr,
    },
    /// It has become a master because its master asked it to, with FAILOVER.
    HandedOver {
        /// The master's connection.
        by: ArcStr,
    },
    /// It follows another master (spec REPL-49).
    ReplicaofEnabled {
        /// The master, as it was named.
        master: ArcStr,
        /// The client that asked for it.
        by: ArcStr,
    },
    /// The link to the master was lost (spec REPL-36).
    MasterLinkLost,
    /// The link to the master is up again without a full synchronisation (spec REPL-46).
    PartialSyncDone,
    /// The master announced a full synchronisation.
    FullSyncBegun {
        /// The master's replication id.
        replid: ArcStr,
        /// The offset of the dataset to come.
        offset: u64,
    },
    /// The master's dataset is loaded and the link is up (spec REPL-47).
    FullSyncDone,
    /// A replica may go on from where it was (spec REPL-44).
    PartialSyncAccepted {
        /// The replica.
        replica: ArcStr,
        /// How many bytes it missed.
        bytes: u64,
        /// From which offset.
        offset: u64,
    },
    /// A replica may not (spec REPL-44).
    PartialSyncRefused {
        /// Why, as logged.
        why: ArcStr,
    },
    /// A replica without a past asked for everything.
    FullSyncRequested {
        /// The replica.
        replica: ArcStr,
    },
    /// The saving of the dataset for replicas began (spec REPL-7).
    SyncSaveStarted {
        /// Straight into their sockets.
        diskless: bool,
    },
    /// A replica has the whole dataset.
    ReplicaOnline {
        /// The replica.
        replica: ArcStr,
    },
    /// A replica's connection is gone.
    ReplicaLost {
        /// The replica.
        replica: ArcStr,
    },
    /// Dialling the master.
    ConnectingToMaster(Addr),
    /// Another line, with text that is always the same.
    Line(Level, &'static str),
    /// Another line.
    Text(Level, ArcStr),
}

impl RedisEventKind {
    /// The level that it is logged at.
    pub const fn level(&self) -> Level {
        match self {
            Self::MasterLinkLost | Self::ReplicaLost { .. } => Level::Warning,
            Self::Line(level, _) | Self::Text(level, _) => *level,
            _ => Level::Notice,
        }
    }
}

impl fmt::Display for RedisEventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready => f.write_str("Ready to accept connections"),
            Self::MasterModeEnabled { by } => write!(f, "MASTER MODE enabled (user request from '{by}')"),
            Self::HandedOver { by } => write!(f, "MASTER MODE enabled (failover request from '{by}')"),
            Self::ReplicaofEnabled { master, by } => {
                write!(f, "REPLICAOF {master} enabled (user request from '{by}')")
            }
            Self::MasterLinkLost => f.write_str("Connection with master lost."),
            Self::PartialSyncDone => f.write_str("Successful partial resynchronization with master."),
            Self::FullSyncBegun { replid, offset } => write!(f, "Full resync from master: {replid}:{offset}"),
            Self::FullSyncDone => f.write_str("MASTER <-> REPLICA sync: Finished with success"),
            Self::PartialSyncAccepted { replica, bytes, offset } => write!(
                f,
                "Partial resynchronization request from {replica} accepted. Sending {bytes} bytes of backlog \
                 starting from offset {offset}."
            ),
            Self::PartialSyncRefused { why } => write!(f, "Partial resynchronization not accepted: {why}"),
            Self::FullSyncRequested { replica } => write!(f, "Full resync requested by replica {replica}"),
            Self::SyncSaveStarted { diskless } => {
                let target = if *diskless { "replicas sockets" } else { "disk" };
                write!(f, "Starting BGSAVE for SYNC with target: {target}")
            }
            Self::ReplicaOnline { replica } => write!(f, "Synchronization with replica {replica} succeeded"),
            Self::ReplicaLost { replica } => write!(f, "Connection with replica {replica} lost."),
            Self::ConnectingToMaster(addr) => write!(f, "Connecting to MASTER {addr}"),
            Self::Line(_, text) => f.write_str(text),
            Self::Text(_, text) => f.write_str(text),
        }
    }
}
