//! Clients that have to wait: CLIENT PAUSE, WAIT, and what they send meanwhile (spec REPL-27, REPL-28,
//! REPL-70).

use crate::protocol::{ArcStr, Command, ConnId, Reply, integer, literal, read_pause};
use crate::redis::handover::Handover;
use crate::redis::server::{Answer, Cx, RedisServer};
use crate::redis::table::Spec;
use crate::sim::{Millis, NodeTime};
use std::sync::Arc;

/// Why clients wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Blocking {
    /// The end of CLIENT PAUSE, and whether it is one for all commands.
    pause: Option<Pause>,
    /// The handing over of the master's role, which keeps everybody from writing.
    pub(super) handover: Option<Handover>,
    waiters: Vec<Waiter>,
    /// What came from clients that wait, in order.
    postponed: Vec<(ConnId, Command)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pause {
    until: NodeTime,
    all: bool,
}

/// A client in WAIT.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Waiter {
    conn: ConnId,
    /// How far the replicas are to be.
    offset: u64,
    /// How many of them.
    replicas: usize,
    until: Option<NodeTime>,
}

impl Blocking {
    /// Whether nobody waits for anything.
    pub(super) const fn is_idle(&self) -> bool {
        self.pause.is_none() && self.waiters.is_empty() && self.handover.is_none()
    }

    /// How many clients are in WAIT.
    pub(super) fn waiting(&self) -> usize {
        self.waiters.len()
    }

    /// When somebody need not wait any longer.
    pub(super) fn next(&self) -> Option<NodeTime> {
        if self.is_idle() {
            return None;
        }
        let pause = self.pause.map(|pause| pause.until);
        let handover = self.handover.as_ref().and_then(Handover::until);
        self.waiters.iter().filter_map(|waiter| waiter.until).chain(pause).chain(handover).min()
    }

    pub(super) fn shift(&mut self, by: Millis) {
        if let Some(pause) = &mut self.pause {
            pause.until = pause.until + by;
        }
        if let Some(handover) = &mut self.handover {
            handover.shift(by);
        }
        for until in self.waiters.iter_mut().filter_map(|waiter| waiter.until.as_mut()) {
            *until = *until + by;
        }
    }

    /// A client is gone.
    pub(super) fn forget(&mut self, conn: ConnId) {
        self.waiters.retain(|waiter| waiter.conn != conn);
        self.postponed.retain(|(client, _)| *client != conn);
    }
}

impl RedisServer {
    /// Whether a command has to wait; then it is kept.
    pub(super) fn postpone(&mut self, conn: ConnId, command: &Command) -> bool {
        if self.blocking.is_idle() {
            return false;
        }
        let waits = self.blocking.waiters.iter().any(|waiter| waiter.conn == conn)
            || self.blocking.postponed.iter().any(|(client, _)| *client == conn)
            || self.is_paused(conn, command);
        if waits {
            self.blocking.postponed.push((conn, command.clone()));
        }
        waits
    }

    fn is_paused(&self, conn: ConnId, command: &Command) -> bool {
        let all = self.blocking.pause.is_some_and(|pause| pause.all);
        if self.blocking.pause.is_none() && self.blocking.handover.is_none() {
            return false;
        }
        let Some(client) = self.clients.get(conn) else { return false };
        if client.is_replica || (client.transaction.is_some() && !matches!(command, Command::Exec)) {
            return false;
        }
        let replicated = |spec: &Spec| spec.write || matches!(spec.name, "publish" | "eval");
        all || match self.resolve(command.clone()) {
            Ok((spec, _)) if spec.name == "exec" => self.transaction_has(conn, replicated),
            Ok((spec, _)) => replicated(spec),
            Err(_) => false,
        }
    }

    /// Pauses clients until a time: all their commands, or those that go into the stream.
    pub(super) const fn pause(&mut self, until: NodeTime, all: bool) {
        self.blocking.pause = Some(Pause { until, all });
    }

    /// Ends the pause, and runs what was kept.
    pub(super) fn unpause(&mut self, cx: &mut Cx<'_>) {
        self.blocking.pause = None;
        self.run_postponed(cx);
    }

    pub(super) fn run_postponed(&mut self, cx: &mut Cx<'_>) {
        for (conn, command) in std::mem::take(&mut self.blocking.postponed) {
            // One of them may make others wait again.
            self.on_command(cx, conn, command);
        }
    }

    /// `CLIENT PAUSE timeout [WRITE|ALL]`
    pub(super) fn client_pause(&mut self, cx: &Cx<'_>, args: &[ArcStr]) -> Reply {
        match read_pause(args) {
            Ok((timeout, all)) => {
                self.pause(cx.now + timeout, all);
                Reply::ok()
            }
            Err(error) => Reply::Error(error),
        }
    }

    /// `WAIT replicas timeout`: answers when so many replicas acknowledged what this client wrote, or when the
    /// time is over, with how many they are.
    pub(super) fn wait(&mut self, cx: &mut Cx<'_>, conn: ConnId, args: &[ArcStr]) -> Answer {
        if self.link.is_some() {
            return Reply::error(literal!(
                "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a \
                 replica is configured to be writable (which is not the default) writes to replicas are just \
                 local and are not propagated."
            ))
            .into();
        }
        let Some(replicas) = integer(&args[0]) else {
            return Reply::NOT_AN_INTEGER.into();
        };
        let timeout = match integer(&args[1]) {
            None => {
                return Reply::error(literal!("ERR timeout is not an integer or out of range")).into();
            }
            Some(..0) => return Reply::error(literal!("ERR timeout is negative")).into(),
            Some(timeout) => timeout,
        };
        let Some(client) = self.clients.get(conn) else { return Answer::None };
        let (offset, in_transaction) = (client.write_offset, client.transaction.is_some());
        let reached = self.acknowledged_by(offset);
        if reached as i64 >= replicas || in_transaction {
            return Reply::Integer(reached as i64).into();
        }
        let until = (timeout > 0).then(|| cx.now + Millis(timeout));
        self.blocking.waiters.push(Waiter { conn, offset, replicas: replicas as usize, until });
        self.ask_for_acknowledgement(cx);
        Answer::None
    }

    /// How many replicas acknowledged the stream up to an offset.
    pub(super) fn acknowledged_by(&self, offset: u64) -> usize {
        self.replicas.iter().filter(|replica| replica.is_online() && replica.ack_offset >= offset).count()
    }

    /// REPLCONF GETACK: the replicas are to acknowledge at once.
    pub(super) fn ask_for_acknowledgement(&mut self, cx: &mut Cx<'_>) {
        let words = [literal!("REPLCONF"), literal!("GETACK"), literal!("*")];
        self.feed(cx, Command::Other(Arc::new(words)));
    }

    /// Answers those whose wait is over: enough replicas, or enough time.
    pub(super) fn answer_waiters(&mut self, cx: &mut Cx<'_>) {
        let mut over = Vec::new();
        for waiter in &self.blocking.waiters {
            let reached = self.acknowledged_by(waiter.offset);
            if reached >= waiter.replicas || waiter.until.is_some_and(|until| until <= cx.now) {
                over.push((waiter.conn, reached));
            }
        }
        if over.is_empty() {
            return;
        }
        for (conn, reached) in over {
            self.blocking.waiters.retain(|waiter| waiter.conn != conn);
            cx.out.send(conn, Reply::Integer(reached as i64));
        }
        self.run_postponed(cx);
    }

    /// The role changes: clients that wait for replicas are sent away (spec REPL-49).
    pub(super) fn release_waiters(&mut self, cx: &mut Cx<'_>) {
        for waiter in std::mem::take(&mut self.blocking.waiters) {
            let text = literal!(
                "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)"
            );
            cx.out.send(waiter.conn, Reply::error(text));
            self.close_client(cx, waiter.conn);
        }
    }

    /// The time of a wait may be over.
    pub(super) fn blocking_goes_on(&mut self, cx: &mut Cx<'_>) {
        if self.blocking.pause.is_some_and(|pause| pause.until <= cx.now) {
            self.unpause(cx);
        }
        self.answer_waiters(cx);
    }
}
