//! The subscription to `+switch-master` at one of the Sentinels.

use crate::client::ClientOutbox;
use crate::client::conf::{Access, SENTINEL_TIMEOUT, authenticate};
use crate::protocol::{ArcStr, Command, ConnId, Input, Message, Reply, literal};
use crate::sim::{Addr, Millis, NodeTime};
use std::sync::Arc;

/// How long after a failure the next Sentinel is tried.
const RETRY: Millis = Millis(1000);

/// How often it asks whether the Sentinel is still there.
const PING_PERIOD: Millis = Millis(5000);

/// A subscription, or the attempt at one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listener {
    master: ArcStr,
    sentinels: Arc<[Addr]>,
    /// The one subscribed to, or tried.
    at: usize,
    state: State,
    deadline: NodeTime,
    access: Access,
    /// Whether the next reply is that to AUTH.
    authenticating: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Until the next attempt.
    Waiting,
    /// Subscribing, or waiting for the reply to a PING.
    Unsure(ConnId),
    /// Subscribed.
    Listening(ConnId),
}

impl Listener {
    pub(super) fn new(master: ArcStr, sentinels: Arc<[Addr]>, access: Access) -> Self {
        let (state, deadline) = (State::Waiting, NodeTime::ZERO);
        Self { master, sentinels, at: 0, state, deadline, access, authenticating: false }
    }

    pub(super) const fn deadline(&self) -> NodeTime {
        self.deadline
    }

    pub(super) fn dial(&mut self, now: NodeTime, out: &mut ClientOutbox) {
        self.deadline = now + RETRY;
        if let Some(&addr) = self.sentinels.get(self.at) {
            let conn = out.connect(addr);
            self.authenticating = authenticate(conn, self.access.sentinel_password.as_ref(), out);
            out.send(conn, Command::Subscribe(literal!("+switch-master")));
            self.state = State::Unsure(conn);
        }
    }

    /// Whether an input is about the listener's connection.
    pub(super) fn owns(&self, input: &Input) -> bool {
        input.conn().is_some_and(|conn| self.conn() == Some(conn))
    }

    const fn conn(&self) -> Option<ConnId> {
        match self.state {
            State::Waiting => None,
            State::Unsure(conn) | State::Listening(conn) => Some(conn),
        }
    }

    /// Takes an input about its connection; returns the new master, if it heard of one.
    pub(super) fn handle(&mut self, now: NodeTime, input: Input, out: &mut ClientOutbox) -> Option<Addr> {
        match input {
            // Where the password is wrong, the next reply says so.
            Input::Received(..) if std::mem::take(&mut self.authenticating) => {}
            Input::Received(conn, Message::Reply(Reply::Error(_))) => {
                out.close(conn);
                self.try_next(now);
            }
            Input::Received(conn, message) => {
                self.state = State::Listening(conn);
                self.deadline = now + PING_PERIOD;
                if let Message::Reply(Reply::Pushed { channel, message }) = message {
                    return self.read(&channel, &message);
                }
            }
            Input::ConnectFailed { .. } | Input::Closed(..) => self.try_next(now),
            _ => {}
        }
        None
    }

    /// The time that it waited for is over.
    pub(super) fn on_time_out(&mut self, now: NodeTime, out: &mut ClientOutbox) {
        match self.state {
            State::Waiting => self.dial(now, out),
            State::Listening(conn) => {
                out.send(conn, Command::Ping);
                self.state = State::Unsure(conn);
                self.deadline = now + SENTINEL_TIMEOUT;
            }
            State::Unsure(conn) => {
                out.close(conn);
                self.at = (self.at + 1) % self.sentinels.len().max(1);
                self.dial(now, out);
            }
        }
    }

    pub(super) fn close(&mut self, out: &mut ClientOutbox) {
        if let Some(conn) = self.conn() {
            out.close(conn);
        }
        self.state = State::Waiting;
    }

    fn try_next(&mut self, now: NodeTime) {
        self.at = (self.at + 1) % self.sentinels.len().max(1);
        self.state = State::Waiting;
        self.deadline = now + RETRY;
    }

    /// `<name> <old ip> <old port> <new ip> <new port>` (spec EVT-34).
    fn read(&self, channel: &str, payload: &str) -> Option<Addr> {
        let words: Vec<&str> = payload.split(' ').collect();
        match words[..] {
            [name, _, _, ip, port] if channel == "+switch-master" && name == self.master => {
                self.access.addr(ip, port)
            }
            _ => None,
        }
    }
}
