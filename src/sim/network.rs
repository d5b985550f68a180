//! The network half of the kernel: opening connections, segments on their way, and what a person may do to a link.

use crate::sim::acks::keeps_acks;
use crate::sim::carrier::{NEIGHBOUR_QUESTIONS, NEIGHBOUR_RETRY};
use crate::sim::conn::{Arrival, Conn, End, EndState, Payload, Place, Segment, Seldom, Stream};
use crate::sim::kernel::{Kernel, Turn, Work};
use crate::sim::link::LinkSettings;
use crate::sim::packets::Flown;
use crate::sim::queues::QueueKey;
use crate::sim::{Addr, ConnId, ConnectError, HostId, Input, Micros, PacketId, ProcessId, SimTime};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// The id of a segment that was never sent; the first packet has 1.
const UNSENT: PacketId = PacketId(0);

impl<M: Clone> Kernel<M> {
    /// A process dials `to`, at `at` (not before now).
    pub fn connect(&mut self, process: ProcessId, conn: ConnId, to: Addr, at: SimTime) {
        let slot = conn.slot();
        if slot >= self.conns.len() {
            self.conns.resize_with(slot + 1, || None);
            self.seldom.resize_with(slot + 1, || Seldom::new(to));
        }
        debug_assert!(self.conns[slot].is_none(), "a connection id is used once");
        let host = self.process(process).host;
        let far = self.hosts_by_ip.get(&to.ip).copied();
        // A process that dials the loopback address reaches its own host, which also says at once where an
        // address lies in no network that there is.
        let is_own = to.ip == IpAddr::V4(Ipv4Addr::LOCALHOST) || far.is_none() && !self.has_network_of(to.ip);
        let far = if is_own { Some(host) } else { far };
        self.conns[slot] = Some(Conn {
            serial: conn.serial(),
            ends: [End::dialling(process, host), End::absent(far)],
            streams: [Stream::new(at), Stream::new(SimTime::ZERO)],
        });
        self.seldom[slot] = Seldom::new(to);
        let found_at = far.map_or(at, |far| self.find_neighbour(host, far, at));
        self.push(slot, 0, Payload::Syn, found_at);
    }

    /// When a host knows another's hardware address (ARP) that it needs at `at`: a question and its answer later if
    /// the two have never had to do with each other, and else at once. A question that is lost is asked again after
    /// a second, three times at most; what else is for the same neighbour waits for the same answer.
    fn find_neighbour(&mut self, host: HostId, far: HostId, at: SimTime) -> SimTime {
        let is_known = |a: HostId, b: HostId| self.hosts[a.0 as usize].sent(b) > 0;
        match self.hosts[host.0 as usize].asked {
            Some((asked, answered)) if asked == far && answered > at => return answered,
            _ if host == far || is_known(host, far) || is_known(far, host) => return at,
            _ => {}
        }
        let ways = [(host, far), (far, host)].map(|(from, to)| self.links.effective(from, to));
        let rng = &mut self.hosts[host.0 as usize].rng;
        let mut span = ways[0].latency + ways[1].latency;
        for _ in 0..NEIGHBOUR_QUESTIONS - 1 {
            if ways.iter().any(|way| rng.hits(way.loss)) {
                span += NEIGHBOUR_RETRY;
            } else {
                break;
            }
        }
        self.hosts[host.0 as usize].asked = Some((far, at + span));
        at + span
    }

    /// A process sends on a connection, at `at` (not before now). What is sent on a connection that has
    /// ended goes nowhere.
    pub fn send(&mut self, conn: ConnId, message: M, at: SimTime) {
        let Some(c) = self.conn_mut(conn) else { return };
        match c.ends[conn.side()].state {
            EndState::Dialling => self.seldom[conn.slot()].unsent.push(message),
            EndState::Open | EndState::Left => {
                self.push(conn.slot(), conn.side(), Payload::Data(message), at);
            }
            EndState::Absent | EndState::Closed => {}
        }
    }

    /// Sets what the links from a host to a host are like; `None` stands for any.
    pub fn set_link(&mut self, from: Option<HostId>, to: Option<HostId>, link: LinkSettings) {
        self.keeps_acks |= keeps_acks(&link);
        Arc::make_mut(&mut self.links).set(from, to, link);
    }

    /// What a link is like, `blocked` being true whatever it is that stops packets.
    pub fn link(&self, from: HostId, to: HostId) -> LinkSettings {
        self.links.effective(from, to)
    }

    /// Cuts two hosts from each other: what is sent vanishes, and so does what is on its way.
    pub fn cut(&mut self, a: HostId, b: HostId) {
        Arc::make_mut(&mut self.links).cut(a, b);
    }

    /// Ends such a cut.
    pub fn mend(&mut self, a: HostId, b: HostId) {
        Arc::make_mut(&mut self.links).mend(a, b);
    }

    /// Cuts all hosts of different groups from each other; hosts not named belong to the first.
    pub fn partition(&mut self, groups: &[Vec<HostId>]) {
        Arc::make_mut(&mut self.links).partition(groups);
    }

    /// The groups that come of a partition which only moves the hosts of its groups but the first.
    pub(crate) fn on_bridges(&self, groups: &[Vec<HostId>]) -> Vec<Vec<HostId>> {
        if self.links.is_parted() { self.links.moved(groups) } else { groups.to_vec() }
    }

    /// Ends all cuts and partitions.
    pub fn heal(&mut self) {
        Arc::make_mut(&mut self.links).heal();
    }

    /// Whether a host is on the network.
    pub fn is_host_linked(&self, host: HostId) -> bool {
        self.links.is_host_up(host)
    }

    pub(super) fn conn_mut(&mut self, conn: ConnId) -> Option<&mut Conn> {
        self.conns.get_mut(conn.slot())?.as_mut().filter(|c| c.serial == conn.serial())
    }

    /// Appends a segment to a side's stream and sends it.
    #[inline]
    pub(crate) fn push(&mut self, slot: usize, side: usize, mut payload: Payload<M>, at: SimTime) {
        if self.keeps_acks {
            let Some(passed) = self.pass(slot, side, payload, at) else { return };
            payload = passed;
        }
        let Some(conn) = &mut self.conns[slot] else { return };
        let segment = Segment {
            id: UNSENT,
            slot: slot as u32,
            side: side as u8,
            payload,
            sent_at: at,
            arrives_at: at,
            place: Place::Lost,
            again: false,
        };
        // Once its timer has fired, a sender keeps what is new to itself until what was lost has got through
        // (Linux: the state Loss); it leaves with the rest then.
        let stays = conn.ends[side].tries > 0 && !conn.streams[side].flight.is_empty();
        let flight = self.flights.push_back(&mut conn.streams[side].flight, segment);
        if !stays {
            self.launch(flight, false, at);
        }
    }

    /// Sends a segment (again); `rides` where it goes with the one sent just before and cannot be lost alone.
    pub(crate) fn launch(&mut self, flight: QueueKey, rides: bool, at: SimTime) {
        let Some(segment) = self.flights.get_mut(flight) else { return };
        let (slot, side) = (segment.slot as usize, usize::from(segment.side));
        let Some(conn) = &mut self.conns[slot] else { return };
        let from = conn.ends[side].host().expect("whoever sends has a host");
        let stream = &mut conn.streams[side];
        segment.again = segment.id != UNSENT;
        segment.id = PacketId(self.next_packet);
        segment.sent_at = at;
        self.next_packet += 1;
        (segment.arrives_at, segment.place) = match conn.ends[1 - side].host() {
            Some(to) => {
                let link = self.links.effective(from, to);
                let host = &mut self.hosts[from.0 as usize];
                host.count_sent(to);
                let jitter = if link.jitter.0 == 0 { 0 } else { host.rng.below(link.jitter.0 as u32 + 1) };
                let arrives_at = at + link.latency + Micros(u64::from(jitter));
                if link.blocked || !rides && host.rng.hits(link.loss) {
                    (arrives_at, Place::Lost)
                } else {
                    (arrives_at.max(stream.last_arrival), Place::Flying)
                }
            }
            // No host has that address: the question for it is never answered.
            None => (at + LinkSettings::LAN.latency, Place::Lost),
        };
        if segment.place == Place::Lost
            && let Some(flown) = &mut self.flown
        {
            flown.push(Flown::new(segment, conn, &self.seldom[slot]));
        }
        let stream = &mut conn.streams[side];
        if segment.place == Place::Flying {
            stream.last_arrival = segment.arrives_at;
            self.agenda.schedule(segment.arrives_at, Work::Arrive(Arrival::of(flight, segment)));
        } else {
            self.start_rto(slot, side, at);
        }
    }

    /// A packet arrives, unless something stands in its way. What it is to its receiver is the receiver's
    /// turn at once, if that has nothing else to do.
    pub(crate) fn arrive(&mut self, arrival: Arrival) -> Option<Turn<M>> {
        let now = self.now;
        let (flight, slot, side) = (arrival.flight, arrival.slot(), arrival.side());
        let conn = self.conns[slot].as_mut()?;
        // The place may be another packet's by now, and the packet may have been delayed.
        let segment =
            self.flights.get_mut(flight).filter(|segment| Arrival::of(flight, segment) == arrival)?;
        if segment.place != Place::Flying || segment.arrives_at > now {
            return None;
        }
        let [from, to] = [side, 1 - side].map(|side| conn.ends[side].host());
        let reachable = match (from, to) {
            (Some(from), Some(to)) => self.hosts[to.0 as usize].alive && !self.links.is_cut(from, to),
            _ => false,
        };
        if !reachable {
            self.lose(flight);
            return None;
        }
        let (segment, conn) = if self.keeps_acks {
            let sent_at = segment.sent_at;
            self.hear(slot, 1 - side, sent_at);
            (self.flights.get_mut(flight)?, self.conns[slot].as_mut()?)
        } else {
            (segment, conn)
        };
        if let Some(flown) = &mut self.flown {
            flown.push(Flown::new(segment, conn, &self.seldom[slot]));
        }
        let is_data = matches!(segment.payload, Payload::Data(_));
        let stream = &mut conn.streams[side];
        if is_data
            && stream.flight.is_only(flight)
            && conn.ends[1 - side].state == EndState::Open
            && let Some(process) = conn.ends[1 - side].process()
        {
            // The usual case: in order, and nothing waits behind it.
            let id = ConnId::from_parts(slot, 1 - side, conn.serial);
            conn.ends[side].tries = 0;
            let Some(Segment { payload: Payload::Data(message), .. }) =
                self.flights.pop_front(&mut stream.flight)
            else {
                return None;
            };
            let input = Input::Received(id, message);
            if self.process_mut(process).finds(now) {
                return Some(Turn { process, input });
            }
            self.deliver(process, input);
            return None;
        }
        segment.place = Place::Here;
        self.read_stream(slot, side);
        None
    }

    /// The receiving host takes from a side's stream what has arrived in order.
    fn read_stream(&mut self, slot: usize, side: usize) {
        let mut was_again = false;
        while let Some(conn) = &mut self.conns[slot] {
            let stream = &mut conn.streams[side];
            match self.flights.front(&stream.flight) {
                Some(head) if head.place == Place::Here => {}
                _ => break,
            }
            let head = self.flights.pop_front(&mut stream.flight).expect("there is a head");
            conn.ends[side].tries = 0;
            was_again |= head.again;
            self.receive(slot, side, head.payload);
        }
        let waits = |conn: &Conn| !conn.streams[side].flight.is_empty();
        if self.conns[slot].as_ref().is_some_and(waits) {
            self.resend(slot, side, was_again);
        }
        self.release_if_over(slot);
    }

    /// The receiving host takes what side `side` sent.
    fn receive(&mut self, slot: usize, side: usize, payload: Payload<M>) {
        let (near, far) = (1 - side, side);
        let Some(conn) = &self.conns[slot] else { return };
        match payload {
            Payload::Syn => self.accept(slot),
            Payload::SynAck => self.be_accepted(slot),
            Payload::Data(message) => match conn.ends[near].state {
                EndState::Open => {
                    let (process, id) = (conn.ends[near].process(), self.conn_id(slot, near));
                    self.tell(process, Input::Received(id, message));
                }
                _ if conn.ends[far].is_held() => self.answer_with_reset(slot, near),
                _ => {}
            },
            Payload::Fin => self.hear_the_end(slot, near),
            Payload::Refuse | Payload::Reset => self.lose_end(slot, near, ConnectError::Refused),
        }
    }

    /// A host is asked for a connection.
    fn accept(&mut self, slot: usize) {
        let Some(conn) = &self.conns[slot] else { return };
        let host = conn.ends[1].host().expect("a packet arrived at it");
        let local = Addr::new(self.ip_of(host), self.seldom[slot].target.port);
        let listener = self.listeners.get(&local).copied();
        let peer_ip = self.ip_of(conn.ends[0].host().expect("a process that dialled has a host"));
        // Ephemeral ports as Linux gives them, 32768 to 60999.
        let peer = Addr::new(peer_ip, 32_768 + (conn.serial % 28_232) as u16);
        let Some(conn) = &mut self.conns[slot] else { return };
        match listener {
            Some(process) => {
                conn.ends[1].accept(process);
                let id = self.conn_id(slot, 1);
                self.push(slot, 1, Payload::SynAck, self.now);
                self.tell(Some(process), Input::Accepted { conn: id, peer });
            }
            None => self.push(slot, 1, Payload::Refuse, self.now),
        }
    }

    /// A host was given the connection that it asked for.
    fn be_accepted(&mut self, slot: usize) {
        let Some(conn) = &mut self.conns[slot] else { return };
        if conn.ends[0].state != EndState::Dialling {
            return;
        }
        conn.ends[0].state = EndState::Open;
        let (process, host) = (conn.ends[0].process(), conn.ends[0].host());
        if self.keeps_acks {
            self.measure_handshake(slot);
        }
        for message in std::mem::take(&mut self.seldom[slot].unsent) {
            self.push(slot, 0, Payload::Data(message), self.now);
        }
        let local = self.ip_of(host.expect("a process that dialled has a host"));
        self.tell(process, Input::Connected { conn: self.conn_id(slot, 0), local });
    }

    pub(super) fn tell(&mut self, process: Option<ProcessId>, input: Input<M>) {
        if let Some(process) = process {
            self.deliver(process, input);
        }
    }

    pub(super) fn conn_id(&self, slot: usize, side: usize) -> ConnId {
        let serial = self.conns[slot].as_ref().map_or(0, |conn| conn.serial);
        ConnId::from_parts(slot, side, serial)
    }

    #[inline]
    pub(crate) fn release_if_over(&mut self, slot: usize) {
        if self.conns[slot].as_ref().is_some_and(Conn::is_over) {
            let id = self.conn_id(slot, 0);
            self.conns[slot] = None;
            self.conn_ids.release(id);
        }
    }
}
