//! An application that writes: to one server for ever, or to the master that the Sentinels name.
//!
//! It is the writer of the captures (`captures/FORMAT.md`, "Writers"): one command at a time on one
//! connection, a new key each time, and a count of what became of them.

mod conf;
mod event;
mod history;
mod listener;
#[cfg(test)]
mod tests;
mod writer;

pub use conf::{Access, ClientConf, Follow, Target};
pub use event::ClientEvent;
pub use history::{History, LostSegment};
pub use writer::Client;

use crate::protocol::Outbox;

/// Where a client leaves its effects; it keeps nothing on disk.
pub type ClientOutbox = Outbox<ClientEvent, ()>;
