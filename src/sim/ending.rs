//! How connections end: closed by one side, which the other reads as the end of what comes, or reset, which makes
//! reading fail.
//!
//! Linux resets a connection that is closed while something waits in it to be read, and answers with a reset what comes
//! for one that is closed. Who has read the end of a connection that was reset meanwhile can no longer ask who was on
//! the other side. Recorded in a hundred captures: a frozen master's replicas turn to another; back, it first passes
//! on to them what sentinels have published, and then knows them by their numbers only.

use crate::sim::acks::Acks;
use crate::sim::conn::{EndState, Payload};
use crate::sim::kernel::Kernel;
use crate::sim::{ConnId, ConnectError, Ending, HostId, Input, Micros, ProcessId, SimTime};

/// How long a process takes to wake up for a packet: an arrival is the moment when it has, and its host had the
/// packet so much earlier. Fitted to 35 recorded failovers at an operator's wish, in 22 of which the master knew the
/// replica that left it by its number only.
const WAKING: Micros = Micros(20);

impl<M: Clone> Kernel<M> {
    /// A process closes its end of a connection, at `at` (not before now).
    pub fn close(&mut self, conn: ConnId, at: SimTime) {
        if let Some(held) = self.conn_mut(conn)
            && let Some(process) = held.ends[conn.side()].process()
        {
            if self.has_unread(process, conn) {
                self.mark_unread(conn);
            }
            self.close_end(conn.slot(), conn.side(), at);
        }
    }

    /// Whether something waits on a connection that its process has not read. What follows the present turn's input
    /// on the same connection was read with it.
    fn has_unread(&self, process: ProcessId, conn: ConnId) -> bool {
        let is_of = |input: &&Input<M>| matches!(input, Input::Received(of, _) if *of == conn);
        let mut inbox = self.process(process).inbox.iter();
        if self.reads_on {
            inbox.by_ref().take_while(is_of).for_each(drop);
        }
        inbox.any(|input| is_of(&input))
    }

    /// What has arrived on a connection will not be read.
    pub(super) fn mark_unread(&mut self, conn: ConnId) {
        if let Some(held) = self.conn_mut(conn) {
            held.ends[conn.side()].unread = true;
        }
    }

    /// A process closes its end, or its host does after its death: what was sent still goes out, then word
    /// of the end.
    pub(crate) fn close_end(&mut self, slot: usize, side: usize, at: SimTime) {
        let Some(conn) = &mut self.conns[slot] else { return };
        let end = &mut conn.ends[side];
        let (state, unread) = (end.state, end.unread);
        if !end.is_held() {
            return;
        }
        end.state = EndState::Closed;
        if state == EndState::Left {
            // Nobody is there who could learn of it.
            self.abandon(slot, side);
            self.release_if_over(slot);
        } else if unread {
            self.abandon(slot, side);
            self.push(slot, side, Payload::Reset, at);
        } else {
            self.seldom[slot].unsent.clear();
            self.push(slot, side, Payload::Fin, at);
        }
    }

    /// Something has come for an end that its process has closed, or has had closed from a moment on that is still
    /// to come, as it is busy until then. What the host had before that moment was not read. The answer to what came
    /// after it may be there before the other process has woken up for the end.
    pub(super) fn answer_with_reset(&mut self, slot: usize, side: usize) {
        let now = self.now;
        let Some(conn) = &mut self.conns[slot] else { return };
        let flight = self.flights.iter(&conn.streams[side].flight);
        let is_word = |payload: &Payload<M>| matches!(payload, Payload::Fin | Payload::Reset);
        let word = flight.filter(|(_, segment)| is_word(&segment.payload)).map(|(at, _)| at).last();
        if let Some(word) = word.and_then(|at| self.flights.get_mut(at)) {
            if now < word.sent_at + WAKING {
                word.payload = Payload::Reset;
                return;
            }
            if let (Some(from), Some(to)) = (conn.ends[side].host(), conn.ends[1 - side].host())
                && matches!(word.payload, Payload::Fin)
            {
                // Nobody has to wake up at either end of the answer's way.
                let way = self.links.effective(from, to).latency;
                conn.ends[1 - side].overtaken |= now + way < word.arrives_at + WAKING + WAKING;
            }
        }
        // At once, whatever was still to be sent again (captures 61g).
        self.abandon(slot, side);
        self.push(slot, side, Payload::Reset, now);
    }

    /// The other side has closed; the process is told, and may send until it comes to look.
    pub(super) fn hear_the_end(&mut self, slot: usize, side: usize) {
        let id = self.conn_id(slot, side);
        let Some(conn) = &mut self.conns[slot] else { return };
        let end = &mut conn.ends[side];
        if end.state == EndState::Open {
            end.state = if end.overtaken { EndState::Closed } else { EndState::Left };
            let process = end.process();
            self.tell(process, Input::Closed(id, Ending::Closed));
        } else {
            self.lose_end(slot, side, ConnectError::Refused);
        }
    }

    /// What has become of a connection by the time that its process looks at it.
    #[cold]
    pub(super) fn as_it_is_now(&mut self, conn: ConnId, input: Input<M>) -> Input<M> {
        let (slot, side) = (conn.slot(), conn.side());
        let state = self.conn_mut(conn).map(|held| held.ends[side].state);
        match input {
            Input::Closed(_, Ending::Closed) if state == Some(EndState::Left) => {
                self.close_end(slot, side, self.now);
                input
            }
            Input::Closed(_, Ending::Closed) => Input::Closed(conn, Ending::ClosedThenReset),
            Input::Connected { .. } if !matches!(state, Some(EndState::Open | EndState::Left)) => {
                Input::ConnectFailed { conn, error: ConnectError::Reset }
            }
            input => input,
        }
    }

    /// An end's connection is gone through no doing of its process, which is told.
    pub(crate) fn lose_end(&mut self, slot: usize, side: usize, error: ConnectError) {
        let id = self.conn_id(slot, side);
        let Some(conn) = &mut self.conns[slot] else { return };
        let (state, process) = (conn.ends[side].state, conn.ends[side].process());
        conn.ends[side].state = EndState::Closed;
        self.abandon(slot, side);
        match state {
            EndState::Dialling => self.tell(process, Input::ConnectFailed { conn: id, error }),
            EndState::Open => self.tell(process, Input::Closed(id, Ending::Reset)),
            // It knows, or is told already.
            EndState::Absent | EndState::Left | EndState::Closed => {}
        }
    }

    /// An end vanishes with its host: nothing is sent again, nobody is told.
    pub(crate) fn silence_end(&mut self, slot: usize, side: usize, host: HostId) {
        let Some(conn) = &mut self.conns[slot] else { return };
        if conn.ends[side].host() == Some(host) {
            if conn.ends[side].state != EndState::Absent {
                conn.ends[side].state = EndState::Closed;
            }
            self.abandon(slot, side);
            self.release_if_over(slot);
        }
    }

    /// Forgets what a side would still have sent, for the first time or again.
    fn abandon(&mut self, slot: usize, side: usize) {
        let Some(conn) = &mut self.conns[slot] else { return };
        conn.streams[side].abandon(&mut self.flights);
        conn.ends[side].tries = 0;
        let seldom = &mut self.seldom[slot];
        seldom.unsent.clear();
        seldom.rto_at[side] = SimTime::MAX;
        if let Some(acks) = &mut seldom.acks {
            acks[side] = Acks::default();
        }
    }
}
