//! What TCP holds back while acknowledgements stay out. On links that are quick both ways none is ever missed,
//! and nothing here is asked. Where a round trip takes longer than the retransmission timer waits, or the way
//! back is blocked, that timer fires although what was sent has arrived; from then on the sender keeps what is
//! new to itself until it hears from the other side (Linux: the state Loss, with a window of one segment).

use crate::sim::conn::{EndState, Payload, RTO_MAX, RTO_MIN, TRIES_MAX, ring};
use crate::sim::kernel::{Kernel, Work};
use crate::sim::link::LinkSettings;
use crate::sim::{ConnectError, Micros, SimTime};

/// From which latency one way on a round trip counts beside the shortest retransmission timer: Linux's timers have
/// cells of 4 ms.
const SLOW: Micros = Micros::from_millis(2);

/// Whether a link with these settings makes it necessary to keep account of acknowledgements: they are late, or do
/// not come at all.
pub(crate) fn keeps_acks(link: &LinkSettings) -> bool {
    link.blocked || link.latency + link.jitter >= SLOW
}

/// What one side of a connection knows of its acknowledgements.
#[derive(Clone, Debug)]
pub(crate) struct Acks<M> {
    /// The smoothed round-trip time and its deviation.
    srtt: Micros,
    deviation: Micros,
    waiting: Option<Waiting>,
    /// What was to be sent since the timer fired.
    held: Vec<Payload<M>>,
    /// When something is to be done for what is waited for.
    due: SimTime,
}

/// Something sent whose acknowledgement will be late.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    sent_at: SimTime,
    /// When it arrives: what the other side sends from then on acknowledges it.
    reached_at: SimTime,
    /// How long the timer waits for the first time.
    rto: Micros,
    /// How often it was sent again in vain.
    tries: u8,
    /// Whether an acknowledgement is on its way, and due.
    answered: bool,
}

impl<M> Default for Acks<M> {
    fn default() -> Self {
        let (srtt, deviation) = (Micros::ZERO, Micros::ZERO);
        Self { srtt, deviation, waiting: None, held: Vec::new(), due: SimTime::MAX }
    }
}

impl<M> Acks<M> {
    /// What is known when a handshake took that long (RFC 6298).
    fn of_handshake(round: Micros) -> Self {
        Self { srtt: round, deviation: Micros(round.0 / 2), ..Self::default() }
    }

    /// How long the retransmission timer of data waits for the first time (RFC 6298).
    pub(crate) fn rto(&self) -> Micros {
        (self.srtt + RTO_MIN.max(Micros(self.deviation.0 * 4))).min(RTO_MAX)
    }

    /// How long after the last segment the probe leaves (Linux: `tcp_schedule_loss_probe`).
    pub(crate) fn probe_timeout(&self) -> Micros {
        Micros(self.srtt.0 * 2)
    }

    /// Takes a measured round trip into account (RFC 6298).
    fn sample(&mut self, round: Micros) {
        let error = round.0.abs_diff(self.srtt.0);
        self.deviation = Micros((self.deviation.0 * 3 + error) / 4);
        self.srtt = Micros((self.srtt.0 * 7 + round.0) / 8);
    }
}

/// The ways between two hosts, as one of them sees them.
struct Ways {
    there_open: bool,
    back_open: bool,
    there: Micros,
    round: Micros,
}

impl<M: Clone> Kernel<M> {
    /// Lets what a side wants to send pass, or keeps it; `None` in that case.
    pub(crate) fn pass(
        &mut self,
        slot: usize,
        side: usize,
        payload: Payload<M>,
        at: SimTime,
    ) -> Option<Payload<M>> {
        if !matches!(payload, Payload::Data(_) | Payload::Fin) {
            return Some(payload);
        }
        let Some(ways) = self.ways(slot, side) else { return Some(payload) };
        let acks = &mut self.seldom[slot].acks_mut()[side];
        if let Some(waiting) = acks.waiting {
            if acks.held.is_empty() && at < waiting.sent_at + Micros(waiting.rto.0 * 2) {
                return Some(payload);
            }
            acks.held.push(payload);
            return None;
        }
        let rto = acks.rto();
        if !ways.there_open {
            // It will be lost, and its own timer runs for it.
        } else if ways.back_open && ways.round < rto {
            acks.sample(ways.round);
        } else {
            let due = if ways.back_open { at + ways.round } else { ring(at, rto) };
            let reached_at = at + ways.there;
            let answered = ways.back_open;
            acks.waiting = Some(Waiting { sent_at: at, reached_at, rto, tries: 0, answered });
            acks.due = due;
            self.agenda.schedule(due, Work::Ack { slot: slot as u32, side: side as u8 });
        }
        Some(payload)
    }

    /// An acknowledgement is due, or the timer of what has none fires (again).
    pub(crate) fn acknowledge(&mut self, slot: usize, side: usize) {
        let now = self.now;
        let Some(ways) = self.ways(slot, side) else { return };
        let acks = &mut self.seldom[slot].acks_mut()[side];
        let Some(waiting) = acks.waiting.as_mut().filter(|_| acks.due == now) else { return };
        let open = ways.there_open && ways.back_open;
        if open && waiting.answered {
            return self.let_go(slot, side, ways.round);
        }
        waiting.answered = open;
        let span = if open {
            ways.round
        } else {
            waiting.tries += 1;
            // First as a probe, as in `Conn::rto`; that holds nothing up.
            Micros(waiting.rto.0 << (waiting.tries - 1)).min(RTO_MAX)
        };
        if waiting.tries > TRIES_MAX {
            self.lose_end(slot, side, ConnectError::TimedOut);
            self.release_if_over(slot);
            return;
        }
        acks.due = if open { now + span } else { ring(now, span) };
        self.agenda.schedule(acks.due, Work::Ack { slot: slot as u32, side: side as u8 });
    }

    /// What has arrived for a side, sent at `sent_at`, acknowledges what had arrived before.
    pub(crate) fn hear(&mut self, slot: usize, side: usize, sent_at: SimTime) {
        let acks = self.seldom[slot].acks.as_ref().map(|acks| &acks[side]);
        if acks.and_then(|acks| acks.waiting).is_some_and(|waiting| waiting.reached_at <= sent_at)
            && let Some(ways) = self.ways(slot, side)
        {
            self.let_go(slot, side, ways.round);
        }
    }

    /// A connection has come up: both sides know how long a round trip takes.
    pub(crate) fn measure_handshake(&mut self, slot: usize) {
        if let Some(ways) = self.ways(slot, 0) {
            self.seldom[slot].acks = Some(Box::new([0, 1].map(|_| Acks::of_handshake(ways.round))));
        }
    }

    /// Sends what was held back.
    fn let_go(&mut self, slot: usize, side: usize, round: Micros) {
        let now = self.now;
        let acks = &mut self.seldom[slot].acks_mut()[side];
        acks.sample(round);
        acks.waiting = None;
        acks.due = SimTime::MAX;
        let held = std::mem::take(&mut acks.held);
        let is_done_for = self.conns[slot].as_ref().is_some_and(|conn| {
            conn.ends[side].state == EndState::Closed && !conn.streams[1 - side].flight.is_empty()
        });
        if is_done_for && held.iter().any(|payload| matches!(payload, Payload::Data(_))) {
            // Nobody holds this end any more, and the other side has answers for it, which are met by a reset
            // (recorded: of the hellos that a deaf Sentinel kept none arrives after it has given the link up, 66d).
            return self.push(slot, side, Payload::Reset, now);
        }
        for payload in held {
            self.push(slot, side, payload, now);
        }
    }

    fn ways(&self, slot: usize, side: usize) -> Option<Ways> {
        let conn = self.conns[slot].as_ref()?;
        let (from, to) = (conn.ends[side].host()?, conn.ends[1 - side].host()?);
        let (there, back) = (self.links.effective(from, to), self.links.effective(to, from));
        let latency = |link: &LinkSettings| link.latency + Micros(link.jitter.0 / 2);
        Some(Ways {
            there_open: !there.blocked && self.hosts[to.0 as usize].alive,
            back_open: !back.blocked,
            there: latency(&there),
            round: latency(&there) + latency(&back),
        })
    }
}
