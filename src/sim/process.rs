//! What a process is told, and how it names its connections.

use crate::sim::Addr;
use std::net::IpAddr;

/// A process: its place in the order in which processes were created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProcessId(pub u32);

/// A host: its place in the order in which hosts were created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostId(pub u32);

/// A packet in flight. Never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketId(pub u64);

/// One end of a connection, as the process holding it names it. The two ends of a connection have
/// different ids; an id is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId {
    slot: u32,
    serial: u32,
}

impl ConnId {
    /// The id of a side of the connection in a slot.
    pub(crate) const fn from_parts(slot: usize, side: usize, serial: u32) -> Self {
        Self { slot: (slot as u32) << 1 | side as u32, serial }
    }

    /// The other end of the same connection.
    pub const fn peer(self) -> Self {
        Self { slot: self.slot ^ 1, serial: self.serial }
    }

    /// Whether this is the end that dialled.
    pub const fn is_dialler(self) -> bool {
        self.slot & 1 == 0
    }

    /// Which place of a table of connections is meant; valid only together with [`Self::serial`].
    pub const fn slot(self) -> usize {
        (self.slot >> 1) as usize
    }

    /// 0 for the end that dialled, 1 for the other.
    pub const fn side(self) -> usize {
        (self.slot & 1) as usize
    }

    /// What ids are ordered by, as one number: searches compare little else.
    #[inline]
    pub(crate) const fn key(self) -> u64 {
        (self.slot as u64) << 32 | self.serial as u64
    }

    /// The connection's number, never used again.
    pub const fn serial(self) -> u32 {
        self.serial
    }
}

/// Hands out connection ids, using slots of ended connections again.
#[derive(Clone, Debug, Default)]
pub struct ConnIds {
    free: Vec<u32>,
    slots: u32,
    next_serial: u32,
}

impl ConnIds {
    /// The dialling end of a new connection.
    pub fn dial(&mut self) -> ConnId {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots += 1;
            self.slots - 1
        });
        self.next_serial += 1;
        ConnId { slot: slot << 1, serial: self.next_serial }
    }

    /// Gives the slot of an ended connection back.
    pub fn release(&mut self, conn: ConnId) {
        self.free.push(conn.slot >> 1);
    }
}

/// What a process is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input<M> {
    /// The time that it asked to be woken at has come.
    Timer,
    /// A connection that this process dialled is up; `local` is its address on it.
    Connected {
        /// The connection.
        conn: ConnId,
        /// The address that the peer sees.
        local: IpAddr,
    },
    /// A connection that this process dialled did not come about.
    ConnectFailed {
        /// The connection.
        conn: ConnId,
        /// Why.
        error: ConnectError,
    },
    /// Somebody connected to this process's port.
    Accepted {
        /// The connection.
        conn: ConnId,
        /// The peer's address and (ephemeral) port.
        peer: Addr,
    },
    /// An established connection is over, through no doing of this process.
    Closed(ConnId, Ending),
    /// A message arrived.
    Received(ConnId, M),
    /// Somebody asks the process to end in an orderly way (SIGTERM).
    Terminate,
}

impl<M> Input<M> {
    /// The connection that it is about; none where somebody connects only now.
    pub(crate) const fn conn(&self) -> Option<ConnId> {
        match self {
            Self::Connected { conn, .. }
            | Self::ConnectFailed { conn, .. }
            | Self::Closed(conn, _)
            | Self::Received(conn, _) => Some(*conn),
            Self::Timer | Self::Accepted { .. } | Self::Terminate => None,
        }
    }

    /// The descriptor on which an event loop finds it, as a small number and one that tells apart those that have
    /// that number one after the other: 0 for the socket that others connect to and for signals, more for a
    /// connection.
    pub(crate) const fn descriptor(&self) -> (usize, u32) {
        match self.conn() {
            Some(conn) => (conn.slot as usize + 1, conn.serial),
            None => (0, 0),
        }
    }

    /// Whether an event loop finds it on the same descriptor as another one.
    #[inline]
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        match (self, other) {
            // Nearly always, so that this is looked at first.
            (Self::Received(conn, _), Self::Received(other, _)) => conn == other,
            _ => self.descriptor() == other.descriptor(),
        }
    }
}

/// How a connection ended that was up, for a process that reads on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The other side has closed it: reading comes to the end.
    Closed,
    /// The same, but meanwhile it was also reset, as something was sent to the side that had closed: reading comes
    /// to the end, and who the other side was can no longer be asked.
    ClosedThenReset,
    /// It was reset, or TCP gave it up: reading fails, and nobody is on the other side.
    Reset,
}

/// Why a connection did not come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectError {
    /// The host answered that nothing listens there.
    Refused,
    /// It came about, and was reset before the process looked.
    Reset,
    /// Nobody answered for as long as TCP keeps trying.
    TimedOut,
    /// The host is off the network, and does not find the other's hardware address. Recorded on Linux: a dial
    /// fails after 3.07 s, and one under way when the carrier is back succeeds within a second.
    Unreachable,
}
