//! The operator: a client on each host through which commands from outside reach the nodes, as somebody
//! at a shell would type them.

use crate::cluster::sessions::{Came, Sessions};
use crate::cluster::{Cluster, NoReply, NodeId, Said, SessionEvent};
use crate::protocol::{ArcStr, Command, ConnId, Input, Message, Outbox, Reply};
use crate::sim::{Addr, ConnectError, Ending, Micros, Millis, NodeTime};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long the operator waits for a reply (the capture tool's time-out).
pub(crate) const REPLY_TIMEOUT: Millis = Millis(1000);

/// How many commands of a fill are on their way at a time (as the capture tool sends them).
const PIPELINE: u32 = 200;

/// What the operator has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// To a command that was given alone.
    Command { words: Arc<[ArcStr]>, reply: Result<Reply, NoReply> },
    /// To what is typed.
    Session(SessionEvent),
}

/// Something that the operator is about; never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JobId(u32);

/// Who gives a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    Person,
    Script {
        /// How long the reply is waited for.
        timeout: Millis,
    },
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
/// sessions that somebody types into. Once an AUTH of a person was answered well it is given first on each later
/// connection of a person's to that node; a script's commands know nothing of it, as the capture tool's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operator {
    jobs: Vec<Job>,
    next_job: u32,
    /// To whom what it has emitted in this turn went, in that order.
    answered: Vec<Whom>,
    /// The last AUTH that was accepted there: it goes first on each later connection.
    accepted: BTreeMap<Addr, Arc<[ArcStr]>>,
    sessions: Sessions,
    /// What a person wants to send when what was sent there before is answered, in order.
    next: Vec<(Addr, Arc<[ArcStr]>)>,
}

#[derive(Clone, Debug)]
struct Job {
    id: JobId,
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
    /// Whether a person gave it.
    by_hand: bool,
}

/// Keys to be written, `prefix:0` and so on, all with the same value.
#[derive(Clone, Debug)]
pub(crate) struct Fill {
    prefix: ArcStr,
    value: ArcStr,
    next: u32,
    count: u32,
}

impl Fill {
    /// So many keys, with so many bytes each.
    pub(crate) fn new(prefix: ArcStr, count: u32, size: u32) -> Self {
        Self { prefix, value: "x".repeat(size as usize).into(), next: 0, count }
    }
}

impl Operator {
    /// Sends one command on a connection of its own. A person's is authenticated as the last accepted AUTH there
    /// was; of a script's connection nothing is known to anybody else. A person gives a node one command after the
    /// other: which of two connections a server reads first is left to chance.
    pub(crate) fn ask(
        &mut self,
        now: NodeTime,
        to: Addr,
        words: Arc<[ArcStr]>,
        by: Asker,
        out: &mut OperatorOutbox,
    ) -> Option<JobId> {
        let command = Command::parse(&words)?;
        if by == Asker::Person && self.waits_for(to) {
            self.next.push((to, words));
            return None;
        }
        let conn = out.connect(to);
        let (timeout, accepted) = match by {
            Asker::Person => (REPLY_TIMEOUT, self.accepted.get(&to)),
            Asker::Script { timeout } => (timeout, None),
        };
        let auth = accepted.and_then(|words| Command::parse(words));
        let id = self.next_id();
        self.jobs.push(Job {
            id,
            conn,
            to,
            words,
            deadline: now + timeout,
            fill: None,
            waiting: 1,
            auth: auth.is_some(),
            by_hand: by == Asker::Person,
        });
        if let Some(auth) = auth {
            out.send(conn, auth);
        }
        out.send(conn, command);
        self.wake(now, out);
        Some(id)
    }

    /// Whether a person waits for an answer from there.
    fn waits_for(&self, to: Addr) -> bool {
        self.jobs.iter().any(|job| job.by_hand && job.to == to)
    }

    /// Sends what a person had to wait with.
    fn go_on(&mut self, now: NodeTime, out: &mut OperatorOutbox) {
        while let Some(n) = self.next.iter().position(|(to, _)| !self.waits_for(*to)) {
            let (to, words) = self.next.remove(n);
            self.ask(now, to, words, Asker::Person, out);
        }
    }

    const fn next_id(&mut self) -> JobId {
        self.next_job += 1;
        JobId(self.next_job)
    }

    /// Its host died: nobody waits for a reply there any more.
    pub(crate) fn forget_jobs(&mut self) {
        self.jobs.clear();
        self.next.clear();
    }

    /// Whether it is still about that.
    pub(crate) fn is_about(&self, id: JobId) -> bool {
        self.jobs.iter().any(|job| job.id == id)
    }

    /// Writes many keys.
    pub(crate) fn fill(&mut self, now: NodeTime, to: Addr, fill: Fill, out: &mut OperatorOutbox) -> JobId {
        let (conn, fill) = (out.connect(to), Some(fill));
        // A fill is given as long as it takes: 30 s as in the capture tool.
        let deadline = now + Millis(30_000);
        let (id, words) = (self.next_id(), Arc::from([]));
        let mut job = Job { id, conn, to, words, deadline, fill, waiting: 0, auth: false, by_hand: false };
        job.send_batch(out);
        self.jobs.push(job);
        self.wake(now, out);
        id
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
            Input::Closed(conn, Ending::Reset)
            | Input::ConnectFailed { conn, error: ConnectError::Reset } => {
                self.give_up(|job| job.conn == conn, NoReply::Reset, out);
            }
            Input::Closed(conn, _) => self.give_up(|job| job.conn == conn, NoReply::Closed, out),
            Input::ConnectFailed { conn, error: ConnectError::Refused } => {
                self.give_up(|job| job.conn == conn, NoReply::Refused, out);
            }
            Input::ConnectFailed { conn, .. } => {
                self.give_up(|job| job.conn == conn, NoReply::TimedOut, out);
            }
            Input::Timer => self.give_up(|job| job.deadline <= now, NoReply::TimedOut, out),
            Input::Received(..) | Input::Connected { .. } | Input::Accepted { .. } | Input::Terminate => {}
        }
        self.go_on(now, out);
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
            if job.by_hand && is_auth(&job.words) && reply == Reply::ok() {
                self.accepted.insert(job.to, Arc::clone(&job.words));
            }
            if job.fill.is_none() {
                self.answered.push(Whom::At(job.to));
                out.emit(Answer::Command { words: job.words, reply: Ok(reply) });
            }
        }
    }

    fn give_up(&mut self, over: impl Fn(&Job) -> bool, why: NoReply, out: &mut OperatorOutbox) {
        for job in self.jobs.extract_if(.., |job| over(job)) {
            out.close(job.conn);
            self.answered.push(Whom::At(job.to));
            out.emit(Answer::Command { words: job.words, reply: Err(why) });
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

impl Cluster {
    /// Has a client on the node's own host ask it something, and runs the world until the reply is there or
    /// `patience` is at its end.
    ///
    /// # Errors
    /// Where there was no reply.
    pub fn ask(&mut self, node: NodeId, words: &[ArcStr], patience: Millis) -> Result<Reply, NoReply> {
        let (host, to, now) = (self.node(node).host, self.node(node).addr, Self::wall_clock(self.now()));
        let (words, mut said): (Arc<[ArcStr]>, _) = (words.into(), Vec::new());
        let ask = move |operator: &mut Operator, out: &mut OperatorOutbox| {
            operator.ask(now, to, words, Asker::Script { timeout: patience }, out)
        };
        let job = self.operate(host, &mut said, Box::new(ask)).ok_or(NoReply::Refused)?;
        // The operator's own timer is what ends it at the latest.
        let end = self.now() + Micros::from_millis(patience.0.max(0) as u64 + 1000);
        while self.hosts[host.0 as usize].operator.is_about(job) && self.step(end, &mut said) {}
        let answer = said.into_iter().rev().find_map(|record| match record.what {
            Said::Answered { reply, .. } if record.node == Some(node) => Some(reply),
            _ => None,
        });
        answer.unwrap_or(Err(NoReply::TimedOut))
    }
}
