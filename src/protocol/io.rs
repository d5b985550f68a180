//! The interface of a sans-IO node: inputs go in with the present time, effects come out.
//!
//! A node (a sentinel, a Redis server, a client) is a state machine. Whoever drives it hands it one
//! [`Input`] at a time and carries out the [`Effect`]s that it leaves in the [`Outbox`], in their order:
//!
//! - `Emit` and `Save` happen at once; a `Save` blocks the process for as long as its disk takes, so what is
//!   emitted after it is logged later. `Work` keeps the process busy likewise.
//! - `Connect`, `Send` and `Close` leave the process when the call is over, as an event loop writes its
//!   buffers after the handlers ran.
//!
//! The node never learns whether the driver is a simulation or a socket.

use crate::protocol::Message;
use crate::sim::{Addr, Micros, Millis};

pub use crate::sim::{ConnId, ConnIds, ConnectError, Ending};

/// What a node is told.
pub type Input = crate::sim::Input<Message>;

/// A log level, from the most talkative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// `.`
    Debug,
    /// `-`
    Verbose,
    /// `*`
    Notice,
    /// `#`
    Warning,
}

impl Level {
    /// The level of that name, in whichever case (`loglevel`).
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Debug, Self::Verbose, Self::Notice, Self::Warning];
        all.into_iter().find(|level| level.name().eq_ignore_ascii_case(name))
    }

    /// Its name, as `loglevel` has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Verbose => "verbose",
            Self::Notice => "notice",
            Self::Warning => "warning",
        }
    }

    /// The character that Redis prints for it (spec LOG-1).
    pub const fn mark(self) -> char {
        match self {
            Self::Debug => '.',
            Self::Verbose => '-',
            Self::Notice => '*',
            Self::Warning => '#',
        }
    }
}

/// What a node wants done. `E` is what it has to say, `D` what it keeps on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect<E, D> {
    /// Dial an address.
    Connect(ConnId, Addr),
    /// Send a message.
    Send(ConnId, Message),
    /// Close a connection; nothing more is heard of it.
    Close(ConnId),
    /// Say something: a log line, an event.
    Emit(E),
    /// Write to disk: what was saved last is all that survives a restart.
    Save(D),
    /// Stay busy for so long.
    Work(Micros),
    /// Run [`Input::Timer`] so long after this call is over, instead of any earlier such wish.
    WakeIn(Millis),
    /// End the process with this status.
    Exit(i32),
}

/// Where a node leaves its effects.
#[derive(Clone, Debug)]
pub struct Outbox<E, D> {
    effects: Vec<Effect<E, D>>,
    conns: ConnIds,
}

impl<E, D> Default for Outbox<E, D> {
    fn default() -> Self {
        Self { effects: Vec::new(), conns: ConnIds::default() }
    }
}

impl<E, D> Outbox<E, D> {
    /// Dials `to`; the outcome comes as [`Input::Connected`] or [`Input::ConnectFailed`].
    /// Messages may be sent at once: they leave when the connection is up.
    pub fn connect(&mut self, to: Addr) -> ConnId {
        let conn = self.conns.dial();
        self.effects.push(Effect::Connect(conn, to));
        conn
    }

    /// Sends a message.
    pub fn send(&mut self, conn: ConnId, message: impl Into<Message>) {
        self.effects.push(Effect::Send(conn, message.into()));
    }

    /// Closes a connection.
    pub fn close(&mut self, conn: ConnId) {
        self.effects.push(Effect::Close(conn));
    }

    /// Closes a connection before what was sent on it in this call has left.
    pub fn abandon(&mut self, conn: ConnId) {
        self.effects.retain(|effect| !matches!(effect, Effect::Send(on, _) if *on == conn));
        self.close(conn);
    }

    /// Says something.
    pub fn emit(&mut self, event: E) {
        self.effects.push(Effect::Emit(event));
    }

    /// Writes to disk.
    pub fn save(&mut self, state: D) {
        self.effects.push(Effect::Save(state));
    }

    /// Keeps the process busy.
    pub fn work(&mut self, span: Micros) {
        self.effects.push(Effect::Work(span));
    }

    /// Asks for the next [`Input::Timer`].
    pub fn wake_in(&mut self, span: Millis) {
        self.effects.push(Effect::WakeIn(span));
    }

    /// Ends the process.
    pub fn exit(&mut self, status: i32) {
        self.effects.push(Effect::Exit(status));
    }

    /// What was left so far, in order.
    pub fn effects(&self) -> &[Effect<E, D>] {
        &self.effects
    }

    /// Takes the effects out, in order.
    pub fn drain(&mut self) -> std::vec::Drain<'_, Effect<E, D>> {
        self.effects.drain(..)
    }

    /// The connection ids still to be handed out: the driver lends its own for a call.
    pub fn conns_mut(&mut self) -> &mut ConnIds {
        &mut self.conns
    }
}
