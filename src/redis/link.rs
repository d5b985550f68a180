//! The state of a replica's link to its master (spec section 17.4).

use crate::protocol::{ArcStr, Command, ConnId, Rdb};
use crate::redis::loading::Pieces;
use crate::sim::{Addr, HostNames, Millis};
use std::net::IpAddr;
use std::sync::Arc;

/// A replica's link to its master.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MasterLink {
    /// The master, as it was named.
    pub(super) host: ArcStr,
    pub(super) port: u16,
    pub(super) state: LinkState,
    /// The stream that this node follows and how far it has applied it: the present one while the link is up,
    /// else the one to go on with (Redis's cached master).
    pub(super) stream: Option<Position>,
    /// Second of the loss of the established link (spec REPL-38).
    pub(super) down_since: Option<i64>,
    /// Second of the last sign of life on the link, or of the last step toward it.
    pub(super) last_io: i64,
}

/// A place in a replication stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) replid: ArcStr,
    pub(super) offset: u64,
}

/// Where the link stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LinkState {
    /// To be dialled at the next turn of the cron (spec REPL-31).
    Connect,
    /// Dialling (spec REPL-32).
    Connecting(ConnId),
    /// PING was sent (spec REPL-33).
    Ping(ConnId),
    /// AUTH and REPLCONF were sent, or will be.
    Handshake {
        conn: ConnId,
        /// Whether the next reply is that to AUTH.
        auth: bool,
        /// How many replies to REPLCONF are to come.
        replconfs: u8,
        /// What leaves when the first reply has come.
        held: Vec<Command>,
    },
    /// PSYNC was sent (spec REPL-34).
    Psync(ConnId),
    /// A dataset is on its way (spec REPL-35).
    Transfer(ConnId),
    /// It is being loaded.
    Loading {
        /// The connection; `None` where it was closed meanwhile.
        conn: Option<ConnId>,
        rdb: Arc<Rdb>,
        pieces: Pieces,
    },
    /// The link is up (spec REPL-36).
    Connected(ConnId),
}

/// Where a replica's link to its master stands, for views and tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkView {
    /// Waiting to dial again.
    Connect,
    /// Dialling.
    Connecting,
    /// In the handshake, up to the reply to PSYNC.
    Handshake,
    /// Receiving a dataset.
    Transfer,
    /// Loading it.
    Loading,
    /// Up.
    Connected,
}

impl MasterLink {
    pub(super) const fn new(host: ArcStr, port: u16) -> Self {
        Self { host, port, state: LinkState::Connect, stream: None, down_since: None, last_io: 0 }
    }

    /// Where to dial; `None` for a name that means nothing here.
    pub(super) fn addr(&self, hosts: &HostNames) -> Option<Addr> {
        let ip: Option<IpAddr> = self.host.parse().ok();
        Some(Addr::new(ip.or_else(|| hosts.get(&self.host))?, self.port))
    }

    /// Whether the link is up (spec REPL-13).
    pub(super) const fn is_up(&self) -> bool {
        matches!(self.state, LinkState::Connected(_))
    }

    /// Whether a dataset is being received or loaded.
    pub(super) const fn is_syncing(&self) -> bool {
        matches!(self.state, LinkState::Transfer(_) | LinkState::Loading { .. })
    }

    /// How far the loading of a dataset is.
    pub(super) const fn pieces(&self) -> Option<&Pieces> {
        match &self.state {
            LinkState::Loading { pieces, .. } => Some(pieces),
            _ => None,
        }
    }

    pub(super) fn shift(&mut self, by: Millis) {
        if let LinkState::Loading { pieces, .. } = &mut self.state {
            pieces.shift(by);
        }
    }

    pub(super) const fn view(&self) -> LinkView {
        match self.state {
            LinkState::Connect => LinkView::Connect,
            LinkState::Connecting(_) => LinkView::Connecting,
            LinkState::Ping(_) | LinkState::Handshake { .. } | LinkState::Psync(_) => LinkView::Handshake,
            LinkState::Transfer(_) => LinkView::Transfer,
            LinkState::Loading { .. } => LinkView::Loading,
            LinkState::Connected(_) => LinkView::Connected,
        }
    }
}

impl LinkState {
    /// The connection, if there is one.
    pub(super) const fn conn(&self) -> Option<ConnId> {
        match self {
            Self::Connect => None,
            Self::Connecting(conn)
            | Self::Ping(conn)
            | Self::Handshake { conn, .. }
            | Self::Psync(conn)
            | Self::Transfer(conn)
            | Self::Connected(conn) => Some(*conn),
            Self::Loading { conn, .. } => *conn,
        }
    }
}
