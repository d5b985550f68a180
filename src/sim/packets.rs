//! Packets in flight and connections, for whoever looks, and what a person may do to a packet.

use crate::sim::conn::{Arrival, Conn, EndState, Payload, Place, Segment, Seldom};
use crate::sim::kernel::{Kernel, Work};
use crate::sim::queues::QueueKey;
use crate::sim::{Addr, ConnectError, HostId, Micros, PacketId, ProcessId, SimTime};

/// A packet in flight, for whoever looks.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a, M> {
    /// Its id.
    pub id: PacketId,
    /// The connection, from the sender's end.
    pub conn: ConnKey,
    /// Who sent it (or whose host did); unknown where the process never existed.
    pub from: Option<ProcessId>,
    /// For whom it is; unknown until somebody accepts.
    pub to: Option<ProcessId>,
    /// The address that the connection was dialled to.
    pub target: Addr,
    /// When it left.
    pub sent_at: SimTime,
    /// When it arrives, or would.
    pub arrives_at: SimTime,
    /// Whether it is lost.
    pub lost: bool,
    /// Whether it was sent before and lost.
    pub again: bool,
    /// What it carries.
    pub content: Content<'a, M>,
}

/// Names a connection and the side that sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnKey {
    /// The connection's number.
    pub serial: u32,
    /// Whether the side that dialled sends.
    pub from_dialler: bool,
}

/// What a packet carries.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a, M> {
    /// The opening of a connection, or the answer to it.
    Handshake,
    /// The end of a connection, or the answer that there is none.
    Close,
    /// A message.
    Message(&'a M),
}

/// A connection, for whoever looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Who dialled.
    pub dialler: Option<ProcessId>,
    /// Who accepted; unknown until somebody does.
    pub acceptor: Option<ProcessId>,
    /// The address dialled.
    pub target: Addr,
    /// Whether it is open at both ends.
    pub is_up: bool,
}

/// A packet whose flight is over.
#[derive(Clone, Debug)]
pub struct Flown<M> {
    segment: Segment<M>,
    ends: Ends,
}

/// Between whom a packet goes.
#[derive(Clone, Copy, Debug)]
struct Ends {
    conn: ConnKey,
    from: Option<ProcessId>,
    to: Option<ProcessId>,
    target: Addr,
}

impl Ends {
    fn of<M>(segment: &Segment<M>, conn: &Conn, seldom: &Seldom<M>) -> Self {
        let side = usize::from(segment.side);
        Self {
            conn: ConnKey { serial: conn.serial, from_dialler: side == 0 },
            from: conn.ends[side].process(),
            to: conn.ends[1 - side].process(),
            target: seldom.target,
        }
    }
}

impl<M: Clone> Flown<M> {
    pub(crate) fn new(segment: &Segment<M>, conn: &Conn, seldom: &Seldom<M>) -> Self {
        Self { segment: segment.clone(), ends: Ends::of(segment, conn, seldom) }
    }
}

impl<M> Flown<M> {
    /// What it was.
    pub fn packet(&self) -> Packet<'_, M> {
        Packet::new(&self.segment, self.ends)
    }
}

impl<'a, M> Packet<'a, M> {
    const fn new(segment: &'a Segment<M>, Ends { conn, from, to, target }: Ends) -> Self {
        Self {
            id: segment.id,
            conn,
            from,
            to,
            target,
            sent_at: segment.sent_at,
            arrives_at: segment.arrives_at,
            lost: matches!(segment.place, Place::Lost),
            again: segment.again,
            content: match &segment.payload {
                Payload::Syn | Payload::SynAck => Content::Handshake,
                Payload::Refuse | Payload::Fin | Payload::Reset => Content::Close,
                Payload::Data(message) => Content::Message(message),
            },
        }
    }
}

impl<M: Clone> Kernel<M> {
    /// From now on keeps a record of the packets whose flight ends, for [`Self::take_flown`].
    pub fn keep_flown(&mut self) {
        self.flown.get_or_insert_default();
    }

    /// The packets whose flight has ended since this was asked last: arrived, or lost. Nothing where no record
    /// of them is kept.
    pub fn take_flown(&mut self) -> Vec<Flown<M>> {
        self.flown.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// How many packets one host has sent to another since the beginning, lost ones included; it may have
    /// gone round once.
    pub fn sent(&self, from: HostId, to: HostId) -> u32 {
        self.hosts[from.0 as usize].sent(to)
    }

    /// All packets in flight, lost ones included until they would have arrived, in no particular order.
    pub fn packets(&self) -> impl Iterator<Item = Packet<'_, M>> {
        let now = self.now;
        let is_flying =
            move |s: &Segment<M>| s.place != Place::Here && s.sent_at <= now && now < s.arrives_at;
        self.flights.all().filter(move |(_, segment)| is_flying(segment)).filter_map(|(_, segment)| {
            let slot = segment.slot as usize;
            let ends = Ends::of(segment, self.conns[slot].as_ref()?, &self.seldom[slot]);
            Some(Packet::new(segment, ends))
        })
    }

    /// All connections that their diallers have not closed.
    pub fn connections(&self) -> impl Iterator<Item = Connection> + '_ {
        self.conns.iter().zip(&self.seldom).filter_map(|(conn, seldom)| {
            let conn = conn.as_ref().filter(|conn| conn.ends[0].state != EndState::Closed)?;
            Some(Connection {
                dialler: conn.ends[0].process(),
                acceptor: conn.ends[1].process(),
                target: seldom.target,
                is_up: conn.ends.iter().all(|end| end.state == EndState::Open),
            })
        })
    }

    /// Loses a packet in flight. Returns false where there is none of that id.
    pub fn drop_packet(&mut self, packet: PacketId) -> bool {
        let Some((flight, _)) = self.find_packet(packet) else { return false };
        self.lose(flight);
        true
    }

    /// Makes a packet in flight arrive later. Returns false where there is none of that id.
    pub fn delay_packet(&mut self, packet: PacketId, span: Micros) -> bool {
        let Some((flight, _)) = self.find_packet(packet) else { return false };
        let segment = self.flights.get_mut(flight).expect("it was found there");
        segment.arrives_at += span;
        let (at, arrival) = (segment.arrives_at, Arrival::of(flight, segment));
        self.agenda.schedule(at, Work::Arrive(arrival));
        true
    }

    /// Resets the connection of a packet in flight at both ends. Returns false where there is none of that
    /// id.
    pub fn reset_packet(&mut self, packet: PacketId) -> bool {
        let Some((_, segment)) = self.find_packet(packet) else { return false };
        let slot = segment.slot as usize;
        for side in 0..2 {
            self.lose_end(slot, side, ConnectError::Refused);
            if let Some(conn) = &mut self.conns[slot] {
                self.flights.clear(&mut conn.streams[side].flight);
            }
        }
        self.release_if_over(slot);
        true
    }

    fn find_packet(&self, packet: PacketId) -> Option<(QueueKey, &Segment<M>)> {
        self.flights.all().find(|(_, segment)| segment.id == packet && segment.place == Place::Flying)
    }
}
