//! What a client is told to do.

use crate::protocol::ArcStr;
use crate::sim::{Addr, Millis};
use std::sync::Arc;

/// How long the capture tool's client waits for a server, to connect and for each reply.
pub const SERVER_TIMEOUT: Millis = Millis(500);

/// How long it waits for a Sentinel, likewise (captures: 0.3 s).
pub(super) const SENTINEL_TIMEOUT: Millis = Millis(300);

/// What a client does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientConf {
    /// Its name, a part of its keys: `w:<name>:1`, `w:<name>:2`, ...
    pub name: ArcStr,
    /// The pause after each reply or error.
    pub interval: Millis,
    /// How long it waits for a server, to connect and for each reply; `None` for as long as its system does.
    pub timeout: Option<Millis>,
    /// Where it writes.
    pub target: Target,
}

/// Where a client writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Always to one address.
    Fixed(Addr),
    /// Where the Sentinels say.
    Master {
        /// The master's name.
        name: ArcStr,
        /// The Sentinels, in the order in which they are asked.
        sentinels: Arc<[Addr]>,
        /// When it asks them.
        follow: Follow,
    },
}

/// When a client asks the Sentinels where the master is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// Once, at its start; later it goes to the same address again.
    Once,
    /// Before each new connection. After an error it makes a new one.
    EachConnection,
    /// As [`Follow::EachConnection`]; it also subscribes to `+switch-master` at one of them, and goes to the
    /// new master as soon as it hears of it.
    Announced,
}
