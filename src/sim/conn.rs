//! Connections: an ordered stream each way, made of segments that fly, get lost and are sent again.

use crate::sim::flight::{Flights, Queue};
use crate::sim::{Addr, HostId, Micros, PacketId, ProcessId, SimTime};

/// `tcp_syn_linear_timeouts` of Linux 6.5 and later.
const SYN_LINEAR_TIMEOUTS: u32 = 4;

/// What a segment carries.
#[derive(Clone, Debug)]
pub(crate) enum Payload<M> {
    /// Opens the connection.
    Syn,
    /// Accepts it.
    SynAck,
    /// Answers that nobody listens there.
    Refuse,
    /// A message.
    Data(M),
    /// This side has closed.
    Fin,
    /// There is no such connection (any more).
    Reset,
}

/// Where a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On its way.
    Flying,
    /// It will not arrive; it is sent again.
    Lost,
    /// It has arrived and waits for one before it.
    Here,
}

/// One segment under way.
#[derive(Clone, Debug)]
pub(crate) struct Segment<M> {
    pub(crate) id: PacketId,
    /// The connection, and the side that sends.
    pub(crate) slot: u32,
    pub(crate) side: u8,
    pub(crate) payload: Payload<M>,
    pub(crate) sent_at: SimTime,
    pub(crate) arrives_at: SimTime,
    pub(crate) place: Place,
    /// Whether it was sent before and lost.
    pub(crate) again: bool,
}

/// What one side sends the other: everything not known to have arrived, in order.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) flight: Queue,
    /// Packets do not overtake each other.
    pub(crate) last_arrival: SimTime,
    /// How often the first segment has been sent again.
    pub(crate) tries: u32,
    /// When the retransmission timer fires; [`SimTime::MAX`] where it does not run.
    pub(crate) rto_at: SimTime,
}

impl Stream {
    /// Nothing is under way; what is sent arrives after `at`.
    pub(crate) const fn new(at: SimTime) -> Self {
        Self { flight: Queue::new(), last_arrival: at, tries: 0, rto_at: SimTime::MAX }
    }

    /// How long the sender waits for an acknowledgement of the first segment before it sends it again.
    ///
    /// Linux: 200 ms at least, doubling each time up to two minutes (`TCP_RTO_MIN`, `TCP_RTO_MAX`); a second
    /// for the opening of a connection (`TCP_TIMEOUT_INIT`), and that four times more before it doubles
    /// (`tcp_syn_linear_timeouts`), so that SYNs leave after 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 s. The hosts of
    /// the captures did just that (16a: a link dialled during the partition comes up 11 s after its dialling).
    pub(crate) fn rto<M>(&self, flights: &Flights<Segment<M>>) -> Micros {
        let (base, doublings) = match self.opening(flights) {
            Some(Payload::Syn) => (1_000_000, self.tries.saturating_sub(SYN_LINEAR_TIMEOUTS)),
            Some(_) => (1_000_000, self.tries),
            None => (200_000, self.tries),
        };
        Micros((base << doublings.min(16)).min(120_000_000))
    }

    /// How often the first segment is sent again before the sender gives up.
    ///
    /// Linux: `tcp_syn_retries` 6 on top of the linear ones, `tcp_synack_retries` 5, `tcp_retries2` 15, and 8
    /// for what a closed socket leaves behind.
    pub(crate) fn tries_max<M>(&self, flights: &Flights<Segment<M>>, sender: EndState) -> u32 {
        match self.opening(flights) {
            Some(Payload::Syn) => 6 + SYN_LINEAR_TIMEOUTS,
            Some(_) => 5,
            None if sender == EndState::Closed => 8,
            None => 15,
        }
    }

    /// The first segment, where it opens a connection or accepts one.
    fn opening<'a, M>(&self, flights: &'a Flights<Segment<M>>) -> Option<&'a Payload<M>> {
        let first = flights.front(&self.flight).map(|segment| &segment.payload);
        first.filter(|payload| matches!(payload, Payload::Syn | Payload::SynAck))
    }

    /// Forgets what would have to be sent again, as the sender is gone, and all that follows it: a stream has
    /// no holes.
    pub(crate) fn abandon<M>(&mut self, flights: &mut Flights<Segment<M>>) {
        let lost = flights.iter(&self.flight).find(|(_, segment)| segment.place == Place::Lost);
        if let Some((lost, _)) = lost {
            flights.truncate(&mut self.flight, lost);
        }
        self.rto_at = SimTime::MAX;
    }
}

/// What an end of a connection is for the process that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndState {
    /// Not accepted yet.
    Absent,
    /// Dialled; no answer yet.
    Dialling,
    /// Up.
    Open,
    /// Closed, refused or lost.
    Closed,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    pub(crate) state: EndState,
    /// The process; known for the accepting end once it has accepted.
    pub(crate) process: Option<ProcessId>,
    /// The host; unknown for the accepting end where no host has the address.
    pub(crate) host: Option<HostId>,
}

/// A connection. Side 0 dialled, side 1 accepts.
#[derive(Clone, Debug)]
pub(crate) struct Conn<M> {
    pub(crate) serial: u32,
    pub(crate) ends: [End; 2],
    /// `streams[s]` is what side `s` sends.
    pub(crate) streams: [Stream; 2],
    /// Apart from the rest, which is written and read with every packet of thousands of connections.
    pub(crate) dialled: Box<Dialled<M>>,
}

/// What matters while a connection is opened.
#[derive(Clone, Debug)]
pub(crate) struct Dialled<M> {
    /// The address.
    pub(crate) target: Addr,
    /// What the dialling side wants to send once the connection is up.
    pub(crate) unsent: Vec<M>,
}

impl<M> Conn<M> {
    /// Whether nobody holds it any more and nothing of it is on its way.
    pub(crate) fn is_over(&self) -> bool {
        self.ends.iter().all(|end| matches!(end.state, EndState::Closed | EndState::Absent))
            && self.streams.iter().all(|stream| stream.flight.is_empty())
    }
}
