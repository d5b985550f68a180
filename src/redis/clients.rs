//! The connections that clients made to this server.

use crate::protocol::{ArcStr, Command, ConnId, literal};
use crate::sim::{Addr, ConnMap, NodeTime};

/// One client: an application, a Sentinel, a replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Client {
    pub(super) conn: ConnId,
    /// As `CLIENT ID` gives it.
    pub(super) id: u64,
    pub(super) peer: Addr,
    /// As `CLIENT SETNAME` set it.
    pub(super) name: ArcStr,
    pub(super) created: NodeTime,
    /// When its last command came.
    pub(super) active: NodeTime,
    /// The name of its last command.
    pub(super) command: &'static str,
    /// Whether it gave a password, or connected when there was none to give.
    pub(super) authenticated: bool,
    /// As whom it acts.
    pub(super) user: ArcStr,
    /// Subscribed channels, in the order of subscription.
    pub(super) channels: Vec<ArcStr>,
    /// Subscribed patterns.
    pub(super) patterns: Vec<ArcStr>,
    /// Between MULTI and EXEC.
    pub(super) transaction: Option<Box<Transaction>>,
    /// What REPLCONF told.
    pub(super) replconf: Replconf,
    /// How long the stream was after its last write (for WAIT).
    pub(super) write_offset: u64,
    /// Whether it has asked for the replication stream.
    pub(super) is_replica: bool,
}

/// What a replica says of itself before it asks for the stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Replconf {
    /// Where it listens; 0 where it did not say.
    pub(super) port: u16,
    /// The address that it wants to be known by.
    pub(super) ip: Option<ArcStr>,
    /// Whether it takes a dataset whose length is not known beforehand.
    pub(super) eof: bool,
}

/// The commands between MULTI and EXEC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Transaction {
    pub(super) queued: Vec<Command>,
    /// Whether one was refused, so that EXEC applies none (spec FSM-CMD-2).
    pub(super) spoiled: bool,
}

impl Client {
    /// Whether nothing about it changes what a command means.
    pub(super) const fn is_plain(&self) -> bool {
        self.authenticated
            && self.transaction.is_none()
            && self.channels.is_empty()
            && self.patterns.is_empty()
    }

    /// How many channels and patterns it listens to.
    pub(super) fn subscriptions(&self) -> usize {
        self.channels.len() + self.patterns.len()
    }

    /// The client as the log and CLIENT LIST show it, without the figures about memory.
    pub(super) fn describe(&self, now: NodeTime) -> String {
        let Self { id, peer, name, command, user, .. } = self;
        let seconds = |since: NodeTime| (now.0 - since.0).max(0) / 1000;
        let flags = match (self.is_replica, self.subscriptions(), &self.transaction) {
            (true, _, _) => "S",
            (_, 1.., _) => "P",
            (_, _, Some(_)) => "x",
            _ => "N",
        };
        let multi = self.transaction.as_ref().map_or(-1, |transaction| transaction.queued.len() as i64);
        format!(
            "id={id} addr={peer} name={name} age={} idle={} flags={flags} db=0 sub={} psub={} multi={multi} \
             events=r cmd={command} user={user} resp=2",
            seconds(self.created),
            seconds(self.active),
            self.channels.len(),
            self.patterns.len(),
        )
    }
}

/// All clients, by connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clients {
    by_conn: ConnMap<Client>,
    next_id: u64,
}

impl Default for Clients {
    fn default() -> Self {
        Self { by_conn: ConnMap::default(), next_id: 3 }
    }
}

impl Clients {
    pub(super) fn add(&mut self, conn: ConnId, peer: Addr, now: NodeTime, authenticated: bool) {
        let client = Client {
            conn,
            id: self.next_id,
            peer,
            name: ArcStr::new(),
            created: now,
            active: now,
            command: "NULL",
            authenticated,
            user: literal!("default"),
            channels: Vec::new(),
            patterns: Vec::new(),
            transaction: None,
            replconf: Replconf::default(),
            write_offset: 0,
            is_replica: false,
        };
        self.next_id += 1;
        self.by_conn.insert(conn, client);
    }

    pub(super) fn get(&self, conn: ConnId) -> Option<&Client> {
        self.by_conn.get(conn)
    }

    pub(super) fn get_mut(&mut self, conn: ConnId) -> Option<&mut Client> {
        self.by_conn.get_mut(conn)
    }

    pub(super) fn remove(&mut self, conn: ConnId) -> Option<Client> {
        self.by_conn.remove(conn)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Client> {
        self.by_conn.values()
    }

    pub(super) fn len(&self) -> usize {
        self.by_conn.len()
    }
}
