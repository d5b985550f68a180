//! A simulated Redis server, sans-IO, as Sentinel and clients see it (spec section 17).

mod acl;
mod admin;
mod backlog;
mod blocking;
mod clients;
mod command;
mod conf;
mod cost;
mod cron;
mod event;
mod handover;
mod info;
mod keyspace;
mod link;
mod loading;
mod persistence;
mod pubsub;
mod replicas;
mod replication;
mod role;
mod script;
mod server;
mod shutdown;
mod sync;
mod table;
mod transaction;
mod upstream;
#[cfg(test)]
mod tests;

pub use conf::{ConfError, ConfErrorKind, DEFAULT_PORT, RedisConf, SetError};
pub use event::{RedisEvent, RedisEventKind};
pub use link::LinkView;
pub use replicas::ReplicaView;
pub use server::{Dump, RedisServer};
pub use table::command_names;

use crate::protocol::Outbox;
use std::sync::Arc;

/// Where a Redis server leaves its effects; what it keeps on disk is its configuration.
pub type RedisOutbox = Outbox<RedisEvent, Arc<RedisConf>>;
