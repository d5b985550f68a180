//! What servers and Sentinels keep of each client.

use crate::protocol::{ArcStr, DEFAULT_USER, Reply, SeenClient, literal};
use crate::sim::{Addr, NodeTime};

/// The number of the first client: those before are the process's own.
pub const FIRST_CLIENT_ID: u64 = 3;

/// A client: an application, a Sentinel, a replica.
///
/// What every command reads and writes comes first: in a large world the clients do not fit into the processor's
/// cache.
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct ClientRecord {
    /// Whether it may give commands: a password was not needed when it connected, or was given.
    pub authenticated: bool,
    /// When its last command came.
    pub active: NodeTime,
    /// Its last command's full name, in lower case.
    pub command: &'static str,
    /// Channels that it subscribed to, in that order.
    pub channels: Vec<ArcStr>,
    /// Patterns that it subscribed to, in that order.
    pub patterns: Vec<ArcStr>,
    /// Its number, never used again by this process.
    pub id: u64,
    /// Where it comes from.
    pub peer: Addr,
    /// What it called itself with CLIENT SETNAME; empty otherwise.
    pub name: ArcStr,
    /// When it connected.
    pub created: NodeTime,
    /// As whom it acts.
    pub user: ArcStr,
}

impl ClientRecord {
    /// A client that has just connected.
    pub const fn new(id: u64, peer: Addr, authenticated: bool, now: NodeTime) -> Self {
        Self {
            authenticated,
            active: now,
            command: "NULL",
            channels: Vec::new(),
            patterns: Vec::new(),
            id,
            peer,
            name: literal!(""),
            created: now,
            user: DEFAULT_USER,
        }
    }

    /// How many channels and patterns it listens to.
    pub const fn subscriptions(&self) -> usize {
        self.channels.len() + self.patterns.len()
    }

    /// The channels that it listens to, or the patterns.
    pub const fn subscribed_mut(&mut self, patterns: bool) -> &mut Vec<ArcStr> {
        if patterns { &mut self.patterns } else { &mut self.channels }
    }

    /// What it is told of each channel or pattern that it subscribes to or leaves; the number is what it is
    /// subscribed to by then.
    pub fn confirmation(&self, verb: ArcStr, name: Option<&ArcStr>) -> Reply {
        let name = name.map_or(Reply::Nil, |name| Reply::Bulk(name.clone()));
        Reply::Array(vec![Reply::Bulk(verb), name, Reply::Integer(self.subscriptions() as i64)])
    }

    /// `AUTH` went well: it acts as that user from now on.
    pub fn log_in(&mut self, user: ArcStr) {
        self.authenticated = true;
        self.user = user;
    }

    /// `CLIENT SETNAME name`, and what answers it.
    pub fn set_name(&mut self, name: &ArcStr) -> Reply {
        if !name.bytes().all(|byte| (b'!'..=b'~').contains(&byte)) {
            return Reply::error(literal!(
                "ERR Client names cannot contain spaces, newlines or special characters."
            ));
        }
        self.name = name.clone();
        Reply::ok()
    }

    /// What answers `CLIENT GETNAME`.
    pub fn name_reply(&self) -> Reply {
        if self.name.is_empty() { Reply::Nil } else { Reply::Bulk(self.name.clone()) }
    }

    /// The client as CLIENT LIST and the log show it, in no transaction and no replica.
    pub fn seen(&self) -> SeenClient<'_> {
        SeenClient {
            id: self.id,
            peer: self.peer,
            name: &self.name,
            user: &self.user,
            command: self.command,
            created: self.created,
            active: self.active,
            channels: self.channels.len(),
            patterns: self.patterns.len(),
            queued: None,
            is_replica: false,
        }
    }
}
