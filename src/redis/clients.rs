//! The connections that clients made to this server.

use crate::protocol::{ArcStr, ClientRecord, Command, ConnId, FIRST_CLIENT_ID, Reply, SeenClient, literal};
use crate::redis::server::{Cx, RedisServer};
use crate::sim::{Addr, ConnMap, NodeTime};

/// What `protected-mode` answers.
const DENIED: ArcStr = literal!(
    "DENIED Redis is running in protected mode because protected mode is enabled and no password is set \
     for the default user. In this mode connections are only accepted from the loopback interface. If you \
     want to connect from external computers to Redis you may adopt one of the following solutions: 1) \
     Just disable protected mode sending the command 'CONFIG SET protected-mode no' from the loopback \
     interface by connecting to Redis from the same host the server is running, however MAKE SURE Redis \
     is not publicly accessible from internet if you do so. Use CONFIG REWRITE to make this change \
     permanent. 2) Alternatively you can just disable the protected mode by editing the Redis \
     configuration file, and setting the protected mode option to 'no', and then restarting the server. \
     3) If you started the server manually just for testing, restart it with the '--protected-mode no' \
     option. 4) Setup a an authentication password for the default user. NOTE: You only need to do one of \
     the above things in order for the server to start accepting connections from the outside."
);

impl RedisServer {
    /// A client has connected: it is one from now on, or it is told why not and sent away.
    pub(super) fn admit(&mut self, cx: &mut Cx<'_>, conn: ConnId, peer: Addr) {
        let authenticated = !self.conf.acl.requires_auth();
        let told = |name: &str| self.conf.others.get(name);
        let refusal = if self.conf.others.is_empty() {
            None
        } else if told("maxclients")
            .and_then(|most| most.parse().ok())
            .is_some_and(|most| self.clients.len() >= most)
        {
            Some(literal!("ERR max number of clients reached"))
        } else if told("protected-mode").is_some_and(|mode| mode.eq_ignore_ascii_case("yes"))
            && authenticated
            && !peer.ip.is_loopback()
        {
            Some(DENIED)
        } else {
            None
        };
        match refusal {
            None => self.clients.add(conn, peer, authenticated, cx.now),
            Some(text) => {
                cx.out.send(conn, Reply::Error(text));
                cx.out.close(conn);
            }
        }
    }
}

/// One client: an application, a Sentinel, a replica.
///
/// What every command reads and writes comes first: in a large world the clients do not fit into the processor's
/// cache, and so two lines of it are fetched and not four or five.
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub(super) struct Client {
    /// Whether it has asked for the replication stream.
    pub(super) is_replica: bool,
    /// Between MULTI and EXEC.
    pub(super) transaction: Option<Box<Transaction>>,
    /// What a Sentinel would keep of it too.
    pub(super) record: ClientRecord,
    pub(super) conn: ConnId,
    /// How long the stream was after its last write (for WAIT).
    pub(super) write_offset: u64,
    /// What REPLCONF told.
    pub(super) replconf: Replconf,
    /// What it watches, if anything.
    pub(super) watched: Option<Box<Watched>>,
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

/// The keys of WATCH.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Watched {
    pub(super) keys: Vec<ArcStr>,
    /// Whether one of them was written since.
    pub(super) touched: bool,
}

impl Client {
    /// Whether nothing about it changes what a command means.
    pub(super) const fn is_plain(&self) -> bool {
        self.record.authenticated && self.transaction.is_none() && self.record.subscriptions() == 0
    }

    /// The client as CLIENT LIST and the log show it.
    pub(super) fn seen(&self) -> SeenClient<'_> {
        SeenClient {
            queued: self.transaction.as_ref().map(|transaction| transaction.queued.len()),
            is_replica: self.is_replica,
            ..self.record.seen()
        }
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
        Self { by_conn: ConnMap::default(), next_id: FIRST_CLIENT_ID }
    }
}

impl Clients {
    pub(super) fn add(&mut self, conn: ConnId, peer: Addr, authenticated: bool, now: NodeTime) {
        let client = Client {
            is_replica: false,
            transaction: None,
            record: ClientRecord::new(self.next_id, peer, authenticated, now),
            conn,
            write_offset: 0,
            replconf: Replconf::default(),
            watched: None,
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

    /// How many there have ever been.
    pub(super) const fn ever(&self) -> u64 {
        self.next_id - FIRST_CLIENT_ID
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Client> {
        self.by_conn.values_mut()
    }

    pub(super) fn len(&self) -> usize {
        self.by_conn.len()
    }
}
