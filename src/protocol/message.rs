//! One unit of what a connection carries.

use crate::protocol::{ArcStr, Command, Dataset, Reply};
use std::sync::Arc;

/// What a connection carries, in order: commands one way, replies the other; on a replication link the
/// master sends commands too, and once a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A command.
    Command(Command),
    /// A reply, or a Pub/Sub message pushed to a subscriber.
    Reply(Reply),
    /// A whole dataset, as a full resynchronisation sends it.
    Rdb(Arc<Rdb>),
}

// So large, a packet takes one line of the processor's cache (`sim::conn`).
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Message>() == 32);

impl Message {
    /// How a person reads it: a command's words, or a reply as redis-cli draws it.
    pub fn text(&self) -> String {
        match self {
            Self::Command(command) => command.text(),
            Self::Reply(reply) => reply.text(),
            Self::Rdb(rdb) => format!("dataset of {} keys at offset {}", rdb.dataset.len(), rdb.offset),
        }
    }
}

impl From<Command> for Message {
    fn from(command: Command) -> Self {
        Self::Command(command)
    }
}

impl From<Reply> for Message {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

/// A dataset on its way to a replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rdb {
    /// The replication id that the replica takes over.
    pub replid: ArcStr,
    /// The offset at which the dataset stands.
    pub offset: u64,
    /// The keys and values.
    pub dataset: Dataset,
}
