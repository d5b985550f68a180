//! The operator: a client on each host through which commands from outside reach the nodes, as somebody
//! at a shell would type them.

use crate::cluster::sessions::{Came, Sessions};
use crate::cluster::{NodeId, SessionEvent};
use crate::protocol::{ArcStr, Command, ConnId, Input, Message, Outbox, Reply, literal};
use crate::sim::{Addr, Millis, NodeTime};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long the operator waits for a reply (the capture tool's time-out).
const REPLY_TIMEOUT: Millis = Millis(1000);

/// How many commands of a fill are on their way at a time (as the capture tool sends them).
const PIPELINE: u32 = 200;

/// What the operator has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// To a command that was given alone; `None` where there was no reply.
    Command { words: Arc<[ArcStr]>, reply: Option<Reply> },
    /// To what is typed.
    Session(SessionEvent),
}

/// Whom an answer concerns.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whom {
    /// Whoever has this address.
    At(Addr),
    /// This node.
    Node(NodeId),
}

pub(crate) type OperatorOutbox = Outbox<Answer, ()>;

/// A client that sends single commands, each on a connection of its own, fills nodes with keys, and keeps the
/// sessions that somebody types into. Once an AUTH was answered well it is given first on each later connection
/// to that node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operator {
    jobs: Vec<Job>,
    /// To whom what it has emitted in this turn went, in that order.
    answered: Vec<Whom>,
    /// The last AUTH that was accepted there: it goes first on each later connection.
    accepted: BTreeMap<Addr, Arc<[ArcStr]>>,
    sessions: Sessions,
}

#[derive(Clone, Debug)]
struct Job {
    conn: ConnId,
    to: Addr,
    words: Arc<[ArcStr]>,
    /// When a reply must have come.
    deadline: NodeTime,
    /// Commands still to be sent, and replies still to come.
    fill: Option<Fill>,
    waiting: u32,
    /// Whether the next reply is that to an AUTH which went first.
    auth: bool,
}

#[derive(Clone, Debug)]
struct Fill {
    prefix: ArcStr,
    value: ArcStr,
    next: u32,
    count: u32,
}

impl Operator {
    /// Sends one command, authenticated as the last accepted AUTH there was.
    pub(crate) fn ask(&mut self, now: NodeTime, to: Addr, words: Arc<[ArcStr]>, out: &mut OperatorOutbox) {
        let Some(command) = Command::parse(&words) else { return };
        let conn = out.connect(to);
        let auth = self.accepted.get(&to).and_then(|words| Command::parse(words));
        let deadline = now + REPLY_TIMEOUT;
        let job = Job { conn, to, words, deadline, fill: None, waiting: 1, auth: auth.is_some() };
        self.jobs.push(job);
        if let Some(auth) = auth {
            out.send(conn, auth);
        }
        out.send(conn, command);
        self.wake(now, out);
    }

    /// Makes a password known to it, as if AUTH had been accepted there.
    pub(crate) fn learn_password(&mut self, to: Addr, password: ArcStr) {
        self.accepted.insert(to, [literal!("AUTH"), password].into());
    }

    /// Writes `count` keys.
    pub(crate) fn fill(
        &mut self,
        now: NodeTime,
        to: Addr,
        (prefix, count, size): (ArcStr, u32, u32),
        out: &mut OperatorOutbox,
    ) {
        let conn = out.connect(to);
        let fill = Fill { prefix, value: "x".repeat(size as usize).into(), next: 0, count };
        // A fill is given as long as it takes: 30 s as in the capture tool.
        let deadline = now + Millis(30_000);
        let mut job =
            Job { conn, to, words: Arc::from([]), deadline, fill: Some(fill), waiting: 0, auth: false };
        job.send_batch(out);
        self.jobs.push(job);
        self.wake(now, out);
    }

    /// A line is typed into the session with a node; without words it is Ctrl-C.
    pub(crate) fn take_line(
        &mut self,
        node: NodeId,
        to: Addr,
        words: Arc<[ArcStr]>,
        out: &mut OperatorOutbox,
    ) {
        if words.is_empty() {
            return self.sessions.leave(node, out);
        }
        let came = self.sessions.take_line((node, to), words, &self.accepted, out);
        self.tell(came, out);
    }

    /// Its host died. Returns with whom there were sessions.
    pub(crate) fn forget_sessions(&mut self) -> Vec<NodeId> {
        self.sessions.forget()
    }

    fn tell(&mut self, came: Came, out: &mut OperatorOutbox) {
        for (node, event) in came {
            self.answered.push(Whom::Node(node));
            out.emit(Answer::Session(event));
        }
    }

    pub(crate) fn handle(&mut self, now: NodeTime, input: Input, out: &mut OperatorOutbox) {
        if let Some(came) = self.sessions.handle(&input, &mut self.accepted, out) {
            return self.tell(came, out);
        }
        match input {
            Input::Received(conn, Message::Reply(reply)) => self.replied(conn, reply, out),
            Input::Closed(conn) | Input::ConnectFailed { conn, .. } => {
                self.give_up(|job| job.conn == conn, out);
            }
            Input::Timer => self.give_up(|job| job.deadline <= now, out),
            Input::Received(..) | Input::Connected { .. } | Input::Accepted { .. } => {}
        }
        self.wake(now, out);
    }

    fn replied(&mut self, conn: ConnId, reply: Reply, out: &mut OperatorOutbox) {
        let Some(n) = self.jobs.iter().position(|job| job.conn == conn) else { return };
        let job = &mut self.jobs[n];
        if std::mem::take(&mut job.auth) {
            return;
        }
        job.waiting = job.waiting.saturating_sub(1);
        if job.waiting > 0 {
            return;
        }
        job.send_batch(out);
        if job.waiting == 0 {
            let job = self.jobs.remove(n);
            out.close(job.conn);
            if is_auth(&job.words) && reply == Reply::ok() {
                self.accepted.insert(job.to, Arc::clone(&job.words));
            }
            if job.fill.is_none() {
                self.answered.push(Whom::At(job.to));
                out.emit(Answer::Command { words: job.words, reply: Some(reply) });
            }
        }
    }

    fn give_up(&mut self, over: impl Fn(&Job) -> bool, out: &mut OperatorOutbox) {
        for job in self.jobs.extract_if(.., |job| over(job)) {
            out.close(job.conn);
            self.answered.push(Whom::At(job.to));
            out.emit(Answer::Command { words: job.words, reply: None });
        }
    }

    /// To whom went what it emitted since this was asked last.
    pub(crate) fn take_answered(&mut self) -> Vec<Whom> {
        std::mem::take(&mut self.answered)
    }

    fn wake(&self, now: NodeTime, out: &mut OperatorOutbox) {
        if let Some(deadline) = self.jobs.iter().map(|job| job.deadline).min() {
            out.wake_in(Millis((deadline - now).0.max(1)));
        }
    }
}

/// Whether it gives a password.
pub(crate) fn is_auth(words: &[ArcStr]) -> bool {
    words.first().is_some_and(|name| name.eq_ignore_ascii_case("AUTH"))
}

impl Job {
    /// Sends the next keys of a fill, if it is one.
    fn send_batch(&mut self, out: &mut OperatorOutbox) {
        let Some(fill) = &mut self.fill else { return };
        let end = (fill.next + PIPELINE).min(fill.count);
        for n in fill.next..end {
            let key = format!("{}:{n}", fill.prefix).into();
            out.send(self.conn, Command::Set { key, value: fill.value.clone() });
        }
        self.waiting = end - fill.next;
        fill.next = end;
    }
}
