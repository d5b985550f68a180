//! Who is connected to this Sentinel: applications, other Sentinels, subscribers of its events.

use super::SentinelOutbox;
use super::event::EventKind;
use crate::protocol::glob;
use crate::protocol::{ArcStr, Command, ConnId, Reply, SeenClient, literal};
use crate::sim::{Addr, ConnMap, NodeTime};

/// One accepted connection.
#[derive(Clone, Debug)]
pub struct Client {
    /// Where it comes from.
    pub peer: Addr,
    /// What it called itself with CLIENT SETNAME; empty otherwise.
    pub name: ArcStr,
    /// Channels that it subscribed to, in that order.
    pub channels: Vec<ArcStr>,
    /// Patterns that it subscribed to, in that order.
    pub patterns: Vec<ArcStr>,
    /// Whether it may give commands: a password was not needed or was given.
    pub authenticated: bool,
    /// As whom it acts.
    pub user: ArcStr,
    /// Its number, never used again by this process.
    pub id: u64,
    /// When it connected.
    pub created: NodeTime,
    /// When its last command came.
    pub active: NodeTime,
    /// Its last command, in lower case.
    pub command: &'static str,
}

impl Client {
    /// Channels and patterns together, as SUBSCRIBE counts them in its replies.
    pub fn subscriptions(&self) -> usize {
        self.channels.len() + self.patterns.len()
    }

    /// The client as CLIENT LIST shows it.
    pub(super) fn seen(&self) -> SeenClient<'_> {
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

/// No client is served for a while.
#[derive(Clone, Debug)]
pub(super) struct Pause {
    pub(super) until: NodeTime,
    /// What they sent meanwhile, in order.
    pub(super) held: Vec<(ConnId, Command)>,
}

/// All accepted connections.
#[derive(Clone, Debug)]
pub struct Clients {
    by_conn: ConnMap<Client>,
    subscribers: usize,
    next_id: u64,
}

impl Default for Clients {
    /// The first two numbers are the process's own.
    fn default() -> Self {
        Self { by_conn: ConnMap::default(), subscribers: 0, next_id: 3 }
    }
}

impl Clients {
    pub(super) fn accept(&mut self, conn: ConnId, peer: Addr, authenticated: bool, now: NodeTime) {
        let client = Client {
            peer,
            name: ArcStr::new(),
            channels: Vec::new(),
            patterns: Vec::new(),
            authenticated,
            user: literal!("default"),
            id: self.next_id,
            created: now,
            active: now,
            command: "NULL",
        };
        self.next_id += 1;
        self.by_conn.insert(conn, client);
    }

    pub(super) fn closed(&mut self, conn: ConnId) {
        self.by_conn.remove(conn);
        self.count_subscribers();
    }

    /// The client on that connection.
    pub fn get(&self, conn: ConnId) -> Option<&Client> {
        self.by_conn.get(conn)
    }

    pub(super) fn get_mut(&mut self, conn: ConnId) -> Option<&mut Client> {
        self.by_conn.get_mut(conn)
    }

    /// All clients, by connection.
    pub fn iter(&self) -> impl Iterator<Item = (ConnId, &Client)> {
        self.by_conn.iter()
    }

    /// Must follow every change of subscriptions.
    pub(super) fn count_subscribers(&mut self) {
        self.subscribers = self.by_conn.values().filter(|client| client.subscriptions() > 0).count();
    }

    /// Publishes an event on the channel of its name: first to the subscribers of the channel, then to those
    /// of patterns (spec GEN-4).
    pub(super) fn publish(&self, kind: EventKind, payload: &ArcStr, out: &mut SentinelOutbox) {
        if self.subscribers == 0 {
            return;
        }
        let channel = ArcStr::from(kind.channel());
        for (conn, _) in self.iter().filter(|(_, client)| client.channels.contains(&channel)) {
            out.send(conn, Reply::Pushed { channel: channel.clone(), message: payload.clone() });
        }
        for (conn, client) in self.iter() {
            for pattern in client.patterns.iter().filter(|pattern| glob::matches(pattern, &channel)) {
                let words = [literal!("pmessage"), pattern.clone(), channel.clone(), payload.clone()];
                out.send(conn, Reply::bulks(words));
            }
        }
    }
}
