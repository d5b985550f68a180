//! What a client is told to do.

use crate::client::ClientOutbox;
use crate::protocol::{ArcStr, Command, ConnId, literal};
use crate::sim::{Addr, HostNames, Millis};
use std::sync::Arc;

/// How long the capture tool's client waits for a Sentinel, to connect and for each reply (captures: 0.3 s).
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
    /// What it knows to get there.
    pub access: Access,
}

/// What a client was told to get in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The password of the servers.
    pub server_password: Option<ArcStr>,
    /// The password of the Sentinels.
    pub sentinel_password: Option<ArcStr>,
    /// The names that its host can resolve.
    pub hosts: Arc<HostNames>,
}

impl Access {
    /// The address that a Sentinel names.
    pub(super) fn addr(&self, host: &str, port: &str) -> Option<Addr> {
        let ip = host.parse().ok().or_else(|| self.hosts.get(host))?;
        Some(Addr::new(ip, port.parse().ok()?))
    }
}

/// Sends AUTH where there is a password; returns whether its reply is still to come.
pub(super) fn authenticate(conn: ConnId, password: Option<&ArcStr>, out: &mut ClientOutbox) -> bool {
    if let Some(password) = password {
        out.send(conn, Command::Other([literal!("AUTH"), password.clone()].into()));
    }
    password.is_some()
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
