//! Connections: an ordered stream each way, made of segments that fly, get lost and are sent again.

use crate::sim::acks::Acks;
use crate::sim::queues::{Queue, QueueKey, Queues};
use crate::sim::resend::InVain;
use crate::sim::{Addr, HostId, Micros, PacketId, ProcessId, SimTime};

/// `TCP_RTO_MIN` and `TCP_RTO_MAX` of Linux.
pub(crate) const RTO_MIN: Micros = Micros::from_millis(200);
pub(crate) const RTO_MAX: Micros = Micros::from_millis(120_000);

/// `TCP_TIMEOUT_INIT` of Linux: how long the opening of a connection is waited for the first time.
const RTO_OPENING: Micros = Micros::from_millis(1000);

/// `tcp_syn_linear_timeouts` of Linux 6.5 and later.
const SYN_LINEAR_TIMEOUTS: u8 = 4;

/// `tcp_syn_retries` of Linux.
const SYN_RETRIES: u8 = 6;

/// `tcp_retries2` of Linux, and the probe.
pub(crate) const TRIES_MAX: u8 = 16;

/// How often Linux sends again what a closed socket leaves behind.
const ORPHAN_RETRIES: u8 = 8;

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

/// One segment under way. Thousands fly at a time when a hello is passed on to everybody: each takes one
/// line of the processor's cache.
#[derive(Clone, Debug)]
#[repr(align(64))]
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

/// A segment that is to arrive. It says itself on which connection, so that both are fetched from memory at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub(crate) flight: QueueKey,
    /// The lower half of its id: nobody else who comes to lie in its place while it flies has the same.
    packet: u32,
    /// The connection's slot, and in the lowest bit the side that sends: thousands of entries of the agenda have it.
    way: u32,
}

impl Arrival {
    /// Of a segment and where it lies.
    pub(crate) const fn of<M>(flight: QueueKey, segment: &Segment<M>) -> Self {
        Self { flight, packet: segment.id.0 as u32, way: segment.slot << 1 | segment.side as u32 }
    }

    /// The connection's slot.
    pub(crate) const fn slot(self) -> usize {
        (self.way >> 1) as usize
    }

    /// The side that sends.
    pub(crate) const fn side(self) -> usize {
        (self.way & 1) as usize
    }
}

/// What one side sends the other: everything not known to have arrived, in order.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) flight: Queue,
    /// Packets do not overtake each other.
    pub(crate) last_arrival: SimTime,
}

impl Stream {
    /// Nothing is under way; what is sent arrives after `at`.
    pub(crate) const fn new(at: SimTime) -> Self {
        Self { flight: Queue::new(), last_arrival: at }
    }

    /// The first segment, where it opens a connection or accepts one.
    fn opening<'a, M>(&self, flights: &'a Queues<Segment<M>>) -> Option<&'a Payload<M>> {
        let first = flights.front(&self.flight).map(|segment| &segment.payload);
        first.filter(|payload| matches!(payload, Payload::Syn | Payload::SynAck))
    }

    /// Forgets what would have to be sent again, as the sender is gone, and all that follows it: a stream has
    /// no holes.
    pub(crate) fn abandon<M>(&mut self, flights: &mut Queues<Segment<M>>) {
        let lost = flights.iter(&self.flight).find(|(_, segment)| segment.place == Place::Lost);
        if let Some((lost, _)) = lost {
            flights.truncate(&mut self.flight, lost);
        }
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
    /// The other side has closed; the process has not come to look, and may still send.
    Left,
    /// Closed, refused or lost.
    Closed,
}

/// An end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    /// Its process's number, or [`NOBODY`].
    process: u32,
    /// Its host's number, or [`NOBODY`].
    host: u32,
    pub(crate) state: EndState,
    /// Whether something has arrived that its process will never read: it is reset then and not closed.
    pub(crate) unread: bool,
    /// Whether a reset is there by the time that its process wakes up for the end of what the other side sends.
    pub(crate) overtaken: bool,
    /// How often the first segment of what it sends has been sent again.
    pub(crate) tries: u8,
}

/// Stands for a process or a host that is not known. An `Option` would need as much room again.
const NOBODY: u32 = u32::MAX;

impl End {
    /// The end of the process that dials.
    pub(crate) fn dialling(process: ProcessId, host: HostId) -> Self {
        Self { process: process.0, state: EndState::Dialling, ..Self::absent(Some(host)) }
    }

    /// The end that has not accepted yet; without a host where none has the address.
    pub(crate) fn absent(host: Option<HostId>) -> Self {
        let host = host.map_or(NOBODY, |host| host.0);
        Self { process: NOBODY, host, state: EndState::Absent, unread: false, overtaken: false, tries: 0 }
    }

    /// A process accepts.
    pub(crate) const fn accept(&mut self, process: ProcessId) {
        self.state = EndState::Open;
        self.process = process.0;
    }

    /// The process; known for the accepting end once it has accepted.
    pub(crate) fn process(self) -> Option<ProcessId> {
        (self.process != NOBODY).then_some(ProcessId(self.process))
    }

    /// Whether its process has it: dialled, accepted, not closed.
    pub(crate) const fn is_held(&self) -> bool {
        matches!(self.state, EndState::Dialling | EndState::Open | EndState::Left)
    }

    /// The host; unknown for the accepting end where no host has the address.
    pub(crate) fn host(self) -> Option<HostId> {
        (self.host != NOBODY).then_some(HostId(self.host))
    }
}

/// A connection: what is read and written with every packet, one line of the processor's cache for each of
/// thousands of connections. Side 0 dialled, side 1 accepts.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct Conn {
    pub(crate) serial: u32,
    pub(crate) ends: [End; 2],
    /// `streams[s]` is what side `s` sends.
    pub(crate) streams: [Stream; 2],
}

/// What of a connection matters only when it is opened or something is lost: apart from the rest, so that
/// this stays small.
#[derive(Clone, Debug)]
pub(crate) struct Seldom<M> {
    /// The address dialled.
    pub(crate) target: Addr,
    /// What the dialling side wants to send once the connection is up.
    pub(crate) unsent: Vec<M>,
    /// When the retransmission timer of each side fires; [`SimTime::MAX`] where it does not run.
    pub(crate) rto_at: [SimTime; 2],
    /// What each side has sent in vain.
    pub(crate) in_vain: [InVain; 2],
    /// What each side knows of its acknowledgements, where they may be late.
    pub(crate) acks: Option<Box<[Acks<M>; 2]>>,
}

impl<M> Seldom<M> {
    pub(crate) const fn new(target: Addr) -> Self {
        Self { target, unsent: Vec::new(), rto_at: [SimTime::MAX; 2], in_vain: [InVain::NONE; 2], acks: None }
    }

    pub(crate) fn acks_mut(&mut self) -> &mut [Acks<M>; 2] {
        self.acks.get_or_insert_with(Default::default)
    }
}

impl Conn {
    /// How long a side waits for an acknowledgement of its first segment before it sends it again.
    ///
    /// Linux: `of_data`, which is 200 ms and what a round trip takes, first as a probe (tail loss probe) and then once
    /// more, and from then on doubling up to two minutes, so that in a LAN data leave after 0.2, 0.4, 0.8, 1.6, 3.2,
    /// 6.4 and 12.8 s (measured: 3.3, 6.7 and 13.4, with what [`ring`] adds). A second for the opening of a connection,
    /// and that four times more before it doubles, so that SYNs leave after 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 s. The
    /// hosts of the captures did just that (16a: a link dialled during the partition comes up 11 s after its dialling).
    /// An answer to a SYN that was lost leaves again whenever the SYN does: the dialler goes on asking.
    pub(crate) fn rto<M>(&self, side: usize, flights: &Queues<Segment<M>>, of_data: Micros) -> Micros {
        let tries = self.ends[side].tries;
        let (base, doublings) = match self.streams[side].opening(flights) {
            Some(_) => (RTO_OPENING, tries.saturating_sub(SYN_LINEAR_TIMEOUTS)),
            None => (of_data, tries.saturating_sub(1)),
        };
        Micros(base.0 << doublings.min(16)).min(RTO_MAX)
    }

    /// How often a side sends its first segment again before it gives up.
    pub(crate) fn tries_max<M>(&self, side: usize, flights: &Queues<Segment<M>>) -> u8 {
        match self.streams[side].opening(flights) {
            Some(_) => SYN_RETRIES + SYN_LINEAR_TIMEOUTS,
            None if self.ends[side].state == EndState::Closed => ORPHAN_RETRIES,
            None => TRIES_MAX,
        }
    }

    /// Whether nobody holds it any more and nothing of it is on its way.
    pub(crate) fn is_over(&self) -> bool {
        self.ends.iter().all(|end| matches!(end.state, EndState::Closed | EndState::Absent))
            && self.streams.iter().all(|stream| stream.flight.is_empty())
    }
}

/// When a timer rings that is set at `set_at` for `span`.
///
/// Linux keeps timers in wheels that are the coarser the longer they run, and rounds up to the next cell: 4 ms
/// up to a quarter of a second, 32 ms up to 2 s, 256 ms up to 16 s (the captures' kernel counts 250 a second).
pub(crate) fn ring(set_at: SimTime, span: Micros) -> SimTime {
    let cell = match span.0 / 4000 {
        0..64 => 4000,
        64..512 => 32_000,
        512..4096 => 256_000,
        _ => 2_048_000,
    };
    SimTime(((set_at + span).0 / cell + 1) * cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::kernel::Process;
    use std::mem::size_of;

    /// What the layout is chosen for. The message is as large as those of `protocol`, which see to that.
    #[test]
    fn a_connection_a_segment_and_a_process_take_one_line_of_the_cache_each() {
        assert_eq!(size_of::<Process<Option<[u64; 3]>>>(), 64);
        assert_eq!(size_of::<Option<Conn>>(), 64);
        assert_eq!(size_of::<Option<Segment<Option<[u64; 3]>>>>(), 64);
    }
}
