//! The server: its state, what it is told, when it wakes.

use crate::protocol::{ArcStr, Command, ConnId, Dataset, Ending, Info, Input, Level, Message, Reply};
use crate::redis::RedisOutbox;
use crate::redis::blocking::Blocking;
use crate::redis::clients::Clients;
use crate::redis::conf::RedisConf;
use crate::redis::cron::Cron;
use crate::redis::event::{RedisEvent, RedisEventKind};
use crate::redis::link::MasterLink;
use crate::redis::loading::Pieces;
use crate::redis::persistence::Persistence;
use crate::redis::pubsub::PubSub;
use crate::redis::replicas::Attached;
use crate::redis::replication::Replication;
use crate::redis::script::Script;
use crate::redis::shutdown::Shutdown;
use crate::redis::sync::SyncSave;
use crate::sim::{HostNames, Millis, NodeTime, Rng};
use std::sync::Arc;

/// A Redis server process.
///
/// What every command of a client needs comes first, in one line of the processor's cache, and then what it needs to
/// pass a hello on.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct RedisServer {
    /// [`Self::is_usual`], as the last turn left it that could change it: a single look spares many.
    usual: bool,
    pub(super) clients: Clients,
    pub(super) pubsub: PubSub,
    pub(super) conf: Arc<RedisConf>,
    pub(super) rng: Rng,
    pub(super) run_id: ArcStr,
    pub(super) started: NodeTime,
    pub(super) data: Dataset,
    pub(super) persistence: Persistence,
    pub(super) repl: Replication,
    /// The link to its master, if it is a replica.
    pub(super) link: Option<MasterLink>,
    /// The replicas attached to it, in the order in which they asked.
    pub(super) replicas: Vec<Attached>,
    /// How many of them are good (spec REPL-74), as last counted.
    pub(super) good_replicas: u32,
    /// The saving of the dataset for replicas under way.
    pub(super) sync: Option<SyncSave>,
    pub(super) cron: Cron,
    /// Clients that wait.
    pub(super) blocking: Blocking,
    /// Whether some client may be watching keys.
    pub(super) watching: bool,
    /// A script that does not end.
    pub(super) script: Option<Script>,
    pub(super) shutdown: Option<Shutdown>,
    /// SIGTERM came: when the timer's turn comes that reads the note of it.
    pub(super) end_noted: Option<NodeTime>,
    /// It crashed, and ends when its report is written: at its next turn.
    pub(super) crashed_at: Option<NodeTime>,
    /// When the timer asked for rings.
    armed: Option<NodeTime>,
    pub(super) info: Option<Arc<Info>>,
    /// The names that its host can resolve.
    pub(super) hosts: Arc<HostNames>,
}

/// The signal of a process that touched memory that is not its own.
pub(super) const SIGSEGV: i32 = 11;

/// A dataset file, dump.rdb or an append-only file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dump {
    /// The keys and values.
    pub dataset: Dataset,
    /// The replication id and offset that were saved with them, if any (spec REPL-72).
    pub replication: Option<(ArcStr, u64)>,
    /// Whether it is an append-only file: that is there from the first start on, even with nothing in it.
    pub appended: bool,
}

impl From<Dataset> for Dump {
    fn from(dataset: Dataset) -> Self {
        Self { dataset, ..Self::default() }
    }
}

/// What one call works with.
pub(super) struct Cx<'a> {
    pub(super) now: NodeTime,
    pub(super) out: &'a mut RedisOutbox,
}

impl Cx<'_> {
    /// The present time in whole seconds, as Redis uses it for ages and time-outs (spec SIM-6).
    pub(super) const fn seconds(&self) -> i64 {
        self.now.0.div_euclid(1000)
    }
}

/// What a command answers.
pub(super) enum Answer {
    None,
    One(Reply),
    Several(Vec<Reply>),
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self::One(reply)
    }
}

impl RedisServer {
    /// A process that starts with the configuration on its disk and the dataset file that it finds there
    /// (an empty one without persistence). Its run id is new (spec REPL-12).
    pub fn start(
        conf: RedisConf,
        data: impl Into<Dump>,
        mut rng: Rng,
        now: NodeTime,
        out: &mut RedisOutbox,
    ) -> Self {
        let run_id: ArcStr = rng.hex(40).into();
        let replid = rng.hex(40).into();
        let link = conf.replicaof.clone().map(|(host, port)| MasterLink::new(host, port));
        let mut server = Self {
            conf: Arc::new(conf),
            rng,
            run_id,
            started: now,
            clients: Clients::default(),
            pubsub: PubSub::default(),
            data: Dataset::default(),
            persistence: Persistence::new(now.0.div_euclid(1000)),
            repl: Replication::new(replid),
            link,
            replicas: Vec::new(),
            good_replicas: 0,
            sync: None,
            // The first turn comes at once: a replica dials its master within milliseconds of its start.
            cron: Cron::starting(now),
            blocking: Blocking::default(),
            watching: false,
            script: None,
            shutdown: None,
            end_noted: None,
            crashed_at: None,
            armed: None,
            info: None,
            usual: false,
            hosts: Arc::default(),
        };
        let mut cx = Cx { now, out };
        server.start_loading_dump(&mut cx, data.into());
        server.settle(&mut cx);
        server
    }

    /// Says which names its host can resolve from now on.
    pub fn set_hosts(&mut self, hosts: Arc<HostNames>) {
        self.hosts = hosts;
    }

    /// Takes one input.
    pub fn handle(&mut self, now: NodeTime, input: Input, out: &mut RedisOutbox) {
        let cx = &mut Cx { now, out };
        if !self.usual && self.crashed_at.is_some() {
            return cx.out.exit(128 + SIGSEGV);
        }
        if !self.usual && self.pieces().is_some_and(Pieces::is_last) {
            // The last piece is read: that is over before anything else is looked at.
            self.finish_loading(cx);
        }
        match input {
            Input::Timer => self.on_timer(cx),
            Input::Connected { conn, .. } => self.link_connected(cx, conn),
            Input::ConnectFailed { conn, error } => self.link_refused(cx, conn, error),
            Input::Accepted { conn, peer } => self.admit(cx, conn, peer),
            Input::Closed(conn, _) if self.is_link(conn) => self.link_closed(cx),
            Input::Closed(conn, ending) => self.drop_client(cx, conn, ending),
            Input::Received(conn, message @ Message::Command(_)) if self.usual && self.is_link(conn) => {
                // A command of the stream changes nothing that is looked at below.
                return self.link_received(cx, message);
            }
            Input::Received(conn, message) if self.is_link(conn) => match &mut self.script {
                // Nothing of the stream is applied in the middle of a script.
                Some(script) => script.held.push(message),
                None => self.link_received(cx, message),
            },
            Input::Received(conn, Message::Command(command)) => {
                if self.usual && self.serve_at_once(cx, conn, &command) {
                    return;
                }
                self.on_command(cx, conn, command);
            }
            // A newline: a replica is still loading.
            Input::Received(conn, Message::Reply(Reply::Status(text))) if text.is_empty() => {
                self.replica_is_there(cx, conn);
            }
            // A client that sends anything else breaks the protocol.
            Input::Received(conn, Message::Reply(_) | Message::Rdb(_)) => {
                if self.clients.get(conn).is_some() {
                    self.close_client(cx, conn);
                }
            }
            Input::Terminate => self.end_noted = Some(self.cron.next_turn(cx.now)),
        }
        self.settle(cx);
    }

    /// Ends a turn that may have changed the server's condition.
    pub(super) fn settle(&mut self, cx: &mut Cx<'_>) {
        self.handover_goes_on(cx);
        self.usual = self.is_usual();
        self.arm(cx);
    }

    fn on_timer(&mut self, cx: &mut Cx<'_>) {
        if let Some(armed) = self.armed.take() {
            // Timers run on the monotonic clock (spec GEN-1): if the wall clock went back, what was to come
            // keeps its distance.
            if cx.now < armed {
                self.shift_deadlines(cx.now - armed);
            }
        }
        // A script stops all that goes by time.
        if self.script.is_some() {
            return;
        }
        if self.end_noted.is_some_and(|at| at <= cx.now || self.is_loading()) {
            self.end_noted = None;
            self.shut_down_by_signal(cx);
        }
        if self.is_loading() {
            self.load_on(cx);
            return;
        }
        self.persistence_goes_on(cx);
        self.blocking_goes_on(cx);
        if self.shutdown.as_ref().is_some_and(|shutdown| shutdown.next() <= cx.now) {
            self.shutdown_goes_on(cx);
        }
        if self.sync.as_ref().is_some_and(|sync| sync.next() <= cx.now) {
            self.sync_goes_on(cx);
        }
        if self.cron.due(cx.now, &mut self.rng) {
            self.run_cron(cx);
        }
    }

    fn shift_deadlines(&mut self, by: Millis) {
        self.cron.shift(by);
        self.persistence.shift(by);
        self.blocking.shift(by);
        if let Some(sync) = &mut self.sync {
            sync.shift(by);
        }
        if let Some(link) = &mut self.link {
            link.shift(by);
        }
        if let Some(shutdown) = &mut self.shutdown {
            shutdown.shift(by);
        }
        if let Some(at) = &mut self.end_noted {
            *at = *at + by;
        }
    }

    /// When there is something to do next.
    fn next(&self) -> NodeTime {
        if let Some(pieces) = self.pieces() {
            return pieces.at();
        }
        let mut next = self.cron.next();
        let mut sooner = |at: Option<NodeTime>| {
            if let Some(at) = at {
                next = next.min(at);
            }
        };
        sooner(self.persistence.next());
        sooner(self.blocking.next());
        sooner(self.sync.as_ref().map(SyncSave::next));
        sooner(self.shutdown.as_ref().map(Shutdown::next));
        sooner(self.end_noted);
        sooner(self.crashed_at);
        next
    }

    /// Asks for the timer, if another time than asked for already is needed.
    fn arm(&mut self, cx: &mut Cx<'_>) {
        if self.script.is_some() {
            return;
        }
        let next = self.next();
        if self.armed != Some(next) {
            self.armed = Some(next);
            cx.out.wake_in(Millis((next - cx.now).0.max(0)));
        }
    }

    /// Says something.
    pub(super) fn say(&self, cx: &mut Cx<'_>, kind: RedisEventKind) {
        cx.out.emit(RedisEvent { is_master: self.link.is_none(), kind });
    }

    /// Logs a line that is always the same.
    pub(super) fn line(&self, cx: &mut Cx<'_>, level: Level, text: &'static str) {
        self.say(cx, RedisEventKind::Line(level, text));
    }

    /// Logs another line.
    pub(super) fn note(&self, cx: &mut Cx<'_>, level: Level, text: impl Into<ArcStr>) {
        self.say(cx, RedisEventKind::Text(level, text.into()));
    }

    /// Forgets a client whose connection is gone.
    pub(super) fn drop_client(&mut self, cx: &mut Cx<'_>, conn: ConnId, ending: Ending) {
        if let Some(client) = self.clients.remove(conn) {
            self.pubsub.forget(&client);
            self.blocking.forget(conn);
            if client.is_replica {
                self.drop_replica(cx, &client, ending);
            }
        }
    }

    /// Closes a client's connection.
    pub(super) fn close_client(&mut self, cx: &mut Cx<'_>, conn: ConnId) {
        cx.out.close(conn);
        self.drop_client(cx, conn, Ending::Closed);
    }

    /// One command of a client, answered unless it has to wait.
    pub(super) fn on_command(&mut self, cx: &mut Cx<'_>, conn: ConnId, command: Command) {
        if self.postpone(conn, &command) {
            return;
        }
        match self.serve(cx, conn, command) {
            Answer::None => {}
            Answer::One(reply) => cx.out.send(conn, reply),
            Answer::Several(replies) => {
                for reply in replies {
                    cx.out.send(conn, reply);
                }
            }
        }
    }
}
