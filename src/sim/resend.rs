//! What is lost is sent again: when a timer fires, or when acknowledgements betray the loss.

use crate::sim::acks::Acks;
use crate::sim::conn::{EndState, Payload, Place, Seldom, ring};
use crate::sim::kernel::{Kernel, Work};
use crate::sim::packets::Flown;
use crate::sim::queues::QueueKey;
use crate::sim::{ConnectError, Micros, SimTime};

/// What is sent so soon after what was sent before belongs to a stream that flows; on a slow link, what is sent before
/// the probe leaves.
const FLOWING: Micros = Micros::from_millis(40);

/// So many small segments fill a socket's buffer (Linux: `tcp_wmem`); what comes then is not sent.
const BUFFERED: u32 = 85;

/// How long an acknowledgement waits for something that it could go with (Linux: `TCP_DELACK_MIN`).
const ACK_DELAY: Micros = Micros::from_millis(40);

/// What has been sent in vain since the retransmission timer was started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InVain {
    last: SimTime,
    count: u32,
}

impl InVain {
    pub(crate) const NONE: Self = Self { last: SimTime::ZERO, count: 0 };

    /// Whether what is sent at `at` starts the timer anew. Linux waits with its probe until nothing new is sent, and
    /// counts from the probe. Recorded: a writer of 15 ms whose replica is cut off, with 85 segments sent in vain,
    /// the probe after 1.27 s, and then the timer after 1.5, 1.95, 2.85, 4.6 and 8.3 s. Of a writer of 50 ms whose
    /// replica is 80 ms away the buffer is full after 4.25 s, and the timer fires for the fourth time after 9.9 s
    /// (90u09).
    fn flows(self, at: SimTime, probe_timeout: Micros) -> bool {
        self.count < BUFFERED && at.since(self.last) <= FLOWING.max(probe_timeout)
    }
}

impl<M: Clone> Kernel<M> {
    /// Lets the retransmission timer run for what was sent at `sent_at`, if it does not run; and from the beginning
    /// as long as a stream flows.
    pub(crate) fn start_rto(&mut self, slot: usize, side: usize, sent_at: SimTime) {
        let now = self.now;
        let Some(conn) = &self.conns[slot] else { return };
        let Seldom { rto_at, in_vain, acks, .. } = &mut self.seldom[slot];
        let none = Acks::default();
        let acks = acks.as_ref().map_or(&none, |acks| &acks[side]);
        let in_vain = &mut in_vain[side];
        if rto_at[side] == SimTime::MAX {
            *in_vain = InVain { last: sent_at, count: 0 };
        } else if conn.ends[side].tries > 0 || !in_vain.flows(sent_at, acks.probe_timeout()) {
            return;
        }
        *in_vain = InVain { last: sent_at, count: in_vain.count + 1 };
        let at = ring(sent_at, conn.rto(side, &self.flights, acks.rto())).max(now);
        self.set_rto(slot, side, at);
    }

    /// Has the retransmission timer of a stream fire at `at`, whatever it said before.
    pub(crate) fn set_rto(&mut self, slot: usize, side: usize, at: SimTime) {
        self.seldom[slot].rto_at[side] = at;
        self.agenda.schedule(at, Work::Rto { slot: slot as u32, side: side as u8 });
    }

    /// The retransmission timer of a stream has fired.
    pub(crate) fn retransmit(&mut self, slot: usize, side: usize) {
        let now = self.now;
        let Some(conn) = &self.conns[slot] else { return };
        let rto_at = &mut self.seldom[slot].rto_at[side];
        if *rto_at != now {
            return;
        }
        *rto_at = SimTime::MAX;
        let Some(head) = conn.streams[side].flight.first() else { return };
        if self.flights.get(head).is_none_or(|segment| segment.place != Place::Lost) {
            return;
        }
        let is_off = self.has_no_route(slot, side);
        let Some(conn) = &mut self.conns[slot] else { return };
        if is_off || conn.ends[side].tries >= conn.tries_max(side, &self.flights) {
            let error = if is_off { ConnectError::Unreachable } else { ConnectError::TimedOut };
            self.flights.clear(&mut conn.streams[side].flight);
            self.lose_end(slot, side, error);
            self.release_if_over(slot);
            return;
        }
        let end = &mut conn.ends[side];
        end.tries += 1;
        if end.tries == 1 && end.state == EndState::Closed {
            return self.launch_lost(slot, side);
        }
        self.launch(head, false, now);
    }

    /// Marks a segment as lost; the sender notices by its timer.
    pub(crate) fn lose(&mut self, flight: QueueKey) {
        let Some(segment) = self.flights.get_mut(flight) else { return };
        let (slot, side) = (segment.slot as usize, usize::from(segment.side));
        let Some(conn) = &mut self.conns[slot] else { return };
        segment.place = Place::Lost;
        if let Some(flown) = &mut self.flown {
            flown.push(Flown::new(segment, conn, &self.seldom[slot]));
        }
        let is_gone = conn.ends[side].host().is_some_and(|host| !self.hosts[host.0 as usize].alive);
        let sent_at = segment.sent_at;
        if matches!(segment.payload, Payload::Reset) || is_gone {
            // A reset is not sent again, and a dead host sends nothing again; what follows in the stream can
            // then never be read.
            self.flights.truncate(&mut conn.streams[side].flight, flight);
            self.release_if_over(slot);
            return;
        }
        self.start_rto(slot, side, sent_at);
    }

    /// What the sender learns from acknowledgements: after a retransmission got through, the rest of what
    /// was lost follows at once; three segments that arrived after a lost one betray the loss.
    pub(crate) fn resend(&mut self, slot: usize, side: usize, recovered: bool) {
        let Some(conn) = &mut self.conns[slot] else { return };
        let stream = &mut conn.streams[side];
        let in_place = |place| {
            let flight = self.flights.iter(&stream.flight);
            flight.filter(move |(_, segment)| segment.place == place).map(|(at, _)| at)
        };
        let Some(head) = stream.flight.first().filter(|&head| in_place(Place::Lost).next() == Some(head))
        else {
            return;
        };
        if recovered && conn.ends[side].state == EndState::Closed {
            // Nobody holds this end any more: an answer is met by a reset, and then nothing else is sent (recorded:
            // votes that were asked for on a connection given up during a partition reach nobody after it).
            self.set_rto(slot, side, self.now + ACK_DELAY);
        } else if recovered {
            self.launch_lost(slot, side);
        } else if in_place(Place::Here).count() == 3 {
            self.seldom[slot].rto_at[side] = SimTime::MAX;
            self.launch(head, false, self.now);
        }
    }

    /// Sends all that was lost again. Small segments, those that had to wait included, go as one: they arrive or
    /// are lost together (Linux collapses them).
    fn launch_lost(&mut self, slot: usize, side: usize) {
        let Some(conn) = &self.conns[slot] else { return };
        let flight = self.flights.iter(&conn.streams[side].flight);
        let lost = flight.filter(|(_, segment)| segment.place == Place::Lost);
        let lost: Vec<QueueKey> = lost.map(|(at, _)| at).collect();
        self.seldom[slot].rto_at[side] = SimTime::MAX;
        let mut rides = false;
        for flight in lost {
            self.launch(flight, rides, self.now);
            rides = true;
            if self.flights.get(flight).is_some_and(|segment| segment.place == Place::Lost) {
                break;
            }
        }
    }
}
