//! Who is connected to this Sentinel: applications, other Sentinels, subscribers of its events.

use super::SentinelOutbox;
use super::event::EventKind;
use crate::protocol::glob;
use crate::protocol::{ArcStr, ClientRecord, Command, ConnId, FIRST_CLIENT_ID, Reply, literal};
use crate::sim::{Addr, ConnMap, NodeTime};

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
    by_conn: ConnMap<ClientRecord>,
    subscribers: usize,
    next_id: u64,
}

impl Default for Clients {
    fn default() -> Self {
        Self { by_conn: ConnMap::default(), subscribers: 0, next_id: FIRST_CLIENT_ID }
    }
}

impl Clients {
    pub(super) fn accept(&mut self, conn: ConnId, peer: Addr, authenticated: bool, now: NodeTime) {
        let client = ClientRecord::new(self.next_id, peer, authenticated, now);
        self.next_id += 1;
        self.by_conn.insert(conn, client);
    }

    pub(super) fn closed(&mut self, conn: ConnId) {
        self.by_conn.remove(conn);
        self.count_subscribers();
    }

    /// The client on that connection.
    pub fn get(&self, conn: ConnId) -> Option<&ClientRecord> {
        self.by_conn.get(conn)
    }

    pub(super) fn get_mut(&mut self, conn: ConnId) -> Option<&mut ClientRecord> {
        self.by_conn.get_mut(conn)
    }

    /// All clients, by connection.
    pub fn iter(&self) -> impl Iterator<Item = (ConnId, &ClientRecord)> {
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
