//! The test vocabulary: one Sentinel, and around it Redis servers and other Sentinels that answer it as told.
//!
//! Messages take 1 ms each way. Time passes with [`Lab::run`]; what the Sentinel logged, sent and saved can
//! be looked at afterwards.

mod names;
mod nodes;
mod seen;

pub(in crate::sentinel::tests) use names::*;
pub(in crate::sentinel::tests) use nodes::{Mode, Node, NodeInfo, Vote};
pub(in crate::sentinel::tests) use seen::assert_in_order;

use crate::protocol::{ArcStr, Command, ConnId, ConnectError, Effect, Ending, HELLO_CHANNEL, Hello, Reply};
use crate::sentinel::*;
use crate::sim::{Addr, Millis, NodeTime, Rng, Seed};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Clone, Debug)]
struct Conn {
    to: Addr,
    subscribed: bool,
}

/// The Sentinel among its played instances.
#[derive(Clone, Debug)]
pub(in crate::sentinel::tests) struct Lab {
    pub(in crate::sentinel::tests) now: NodeTime,
    pub(in crate::sentinel::tests) sentinel: Sentinel,
    pub(in crate::sentinel::tests) nodes: BTreeMap<Addr, Node>,
    pub(in crate::sentinel::tests) saved: Option<Arc<SentinelConf>>,
    pub(in crate::sentinel::tests) saves: usize,
    pub(in crate::sentinel::tests) exit: Option<i32>,
    out: SentinelOutbox,
    timer: NodeTime,
    conns: BTreeMap<ConnId, Conn>,
    inbox: Vec<(NodeTime, Input)>,
    /// What frozen instances have not read yet.
    held: Vec<(ConnId, Command)>,
    log: Vec<(NodeTime, SentinelEvent)>,
    sent: Vec<(NodeTime, Addr, Command)>,
    /// When which address was dialled, and when a connection to it was closed by the Sentinel.
    pub(in crate::sentinel::tests) dials: Vec<(NodeTime, Addr)>,
    pub(in crate::sentinel::tests) closes: Vec<(NodeTime, Addr)>,
    /// Lines that every server's INFO has besides.
    pub(in crate::sentinel::tests) extra_info: String,
    /// Lines that a master's INFO has besides.
    pub(in crate::sentinel::tests) extra_info_of_master: String,
    /// Whether a replica's link to a new master stays down at first.
    pub(in crate::sentinel::tests) slow_sync: bool,
    /// Whether subscribers get no message.
    pub(in crate::sentinel::tests) mute: bool,
    /// Whether every timer looks at everything.
    pub(in crate::sentinel::tests) thorough: bool,
    pub(in crate::sentinel::tests) answers: Vec<(ConnId, Reply)>,
    client: Option<ConnId>,
    client_ids: crate::protocol::ConnIds,
}

/// A configuration with one master.
pub(in crate::sentinel::tests) fn conf(quorum: u32) -> SentinelConf {
    let mut master = MasterConf::new("mymaster", "10.0.0.1", 6379, quorum);
    master.down_after = Some(Millis(2000));
    master.failover_timeout = Some(Millis(10_000));
    let text = format!("sentinel myid {A}\n{}", SentinelConf::new(26379).monitor(master));
    SentinelConf::parse(&text).unwrap()
}

impl Lab {
    /// A Sentinel started from `conf`, with no instance around it.
    pub(in crate::sentinel::tests) fn start(conf: SentinelConf, seed: u64) -> Self {
        Self::start_with_hosts(conf, Arc::default(), seed)
    }

    /// The same, where names can be resolved.
    pub(in crate::sentinel::tests) fn start_with_hosts(
        conf: SentinelConf,
        hosts: Arc<HostNames>,
        seed: u64,
    ) -> Self {
        let mut out = SentinelOutbox::default();
        let rng = Rng::new(Seed(seed), 0);
        let sentinel = Sentinel::start_on(conf, hosts, &Files::default(), rng, BEGIN, &mut out);
        let mut lab = Self {
            now: BEGIN,
            sentinel,
            nodes: BTreeMap::new(),
            saved: None,
            saves: 0,
            exit: None,
            out,
            timer: BEGIN,
            conns: BTreeMap::new(),
            inbox: Vec::new(),
            held: Vec::new(),
            log: Vec::new(),
            sent: Vec::new(),
            dials: Vec::new(),
            closes: Vec::new(),
            extra_info: String::new(),
            extra_info_of_master: String::new(),
            slow_sync: false,
            mute: false,
            thorough: false,
            answers: Vec::new(),
            client: None,
            client_ids: crate::protocol::ConnIds::default(),
        };
        lab.carry_out();
        lab
    }

    /// A Sentinel of the masters `a` at [`M`] and `b` at [`R2`], which has just heard of the peer [`B`] for both.
    pub(in crate::sentinel::tests) fn with_two_masters() -> Self {
        let conf = SentinelConf::new(26379)
            .monitor(MasterConf::new("a", "10.0.0.1", 6379, 1))
            .monitor(MasterConf::new("b", "10.0.0.2", 6379, 1));
        let mut lab = Self::start(conf, 5);
        lab.add_redis(M, '1', None);
        lab.add_redis(R2, '2', None);
        lab.add_sentinel(AT_B);
        lab.run(100);
        for master in ["a,10.0.0.1", "b,10.0.0.2"] {
            lab.say_hello(&format!("10.0.0.12,26379,{B},0,{master},6379,0"));
        }
        lab
    }

    /// A master with two replicas and, with the one under test, `sentinels` Sentinels that know each other;
    /// all is well and discovered. The log is empty.
    pub(in crate::sentinel::tests) fn settled(quorum: u32, sentinels: usize) -> Self {
        Self::settled_with(conf(quorum), sentinels)
    }

    pub(in crate::sentinel::tests) fn settled_with(conf: SentinelConf, sentinels: usize) -> Self {
        let mut lab = Self::start(conf, 7);
        lab.add_group();
        lab.run(100);
        for (id, at) in [(B, AT_B), (C, AT_C)].into_iter().take(sentinels - 1) {
            lab.add_sentinel(at);
            lab.hello_from(id, at, 0, 0, M);
        }
        lab.run(12_000);
        assert_eq!(lab.master().sentinels.len() + 1, sentinels);
        assert_eq!(lab.master().replicas.len(), 2);
        lab.forget();
        lab
    }

    pub(in crate::sentinel::tests) fn add_group(&mut self) {
        self.add_redis(M, '1', None);
        self.add_redis(R2, '2', Some(M));
        self.add_redis(R3, '3', Some(M));
        self.info(M).replicas = vec![R2, R3];
    }

    pub(in crate::sentinel::tests) fn add_redis(&mut self, at: Addr, run_id: char, master: Option<Addr>) {
        let info = NodeInfo {
            run_id: run_id.to_string().repeat(40),
            master,
            link_up: true,
            link_down_since: 0,
            priority: 100,
            offset: 1000,
            replicas: Vec::new(),
            announced: true,
        };
        self.nodes.insert(at, Node { info: Some(info), ..Node::sentinel() });
    }

    pub(in crate::sentinel::tests) fn add_sentinel(&mut self, at: Addr) {
        self.nodes.insert(at, Node::sentinel());
    }

    pub(in crate::sentinel::tests) fn node(&mut self, at: Addr) -> &mut Node {
        self.nodes.get_mut(&at).unwrap()
    }

    pub(in crate::sentinel::tests) fn info(&mut self, at: Addr) -> &mut NodeInfo {
        self.node(at).info.as_mut().unwrap()
    }

    pub(in crate::sentinel::tests) fn master(&self) -> &Master {
        self.sentinel.masters().by_key("mymaster").unwrap()
    }

    pub(in crate::sentinel::tests) fn replica(&self, at: Addr) -> &Replica {
        self.master().replicas.by_key(&at.to_string()).unwrap()
    }

    pub(in crate::sentinel::tests) fn peer(&self, id: &str) -> &OtherSentinel {
        self.master().sentinels.by_key(id).unwrap()
    }

    pub(in crate::sentinel::tests) fn link(&self, instance: &Instance) -> &Link {
        &self.sentinel.links()[instance.link]
    }

    pub(in crate::sentinel::tests) fn pc_last_activity(&self, instance: &Instance) -> NodeTime {
        self.sentinel.links().pc_last_activity(instance.link)
    }

    /// The process is gone, its host is there.
    pub(in crate::sentinel::tests) fn crash(&mut self, at: Addr) {
        self.node(at).mode = Mode::Dead;
        let lost: Vec<ConnId> =
            self.conns.iter().filter(|(_, conn)| conn.to == at).map(|(id, _)| *id).collect();
        for conn in lost {
            self.conns.remove(&conn);
            self.inbox.push((self.now + Millis(1), Input::Closed(conn, Ending::Closed)));
        }
        // The link of its replicas is down from now on.
        for info in self.nodes.values_mut().filter_map(|node| node.info.as_mut()) {
            if info.master == Some(at) {
                info.link_up = false;
            }
        }
    }

    /// No answer any more; connections stay.
    pub(in crate::sentinel::tests) fn freeze(&mut self, at: Addr) {
        self.node(at).mode = Mode::Frozen;
    }

    /// Up again; what came while it was frozen is answered now (spec REPL-69).
    pub(in crate::sentinel::tests) fn revive(&mut self, at: Addr) {
        self.node(at).mode = Mode::Up;
        for (conn, command) in std::mem::take(&mut self.held) {
            self.answer(conn, command);
        }
    }

    /// Lets `ms` pass.
    pub(in crate::sentinel::tests) fn run(&mut self, ms: i64) {
        let end = self.now + Millis(ms);
        loop {
            let input_at = self.inbox.iter().map(|(at, _)| *at).min();
            let next = input_at.map_or(self.timer, |at| at.min(self.timer));
            if next > end || self.exit.is_some() {
                break;
            }
            self.now = self.now.max(next);
            // What has arrived is read before a timer that is due (spec GEN-5).
            if input_at == Some(next) {
                let first = self.inbox.iter().position(|(at, _)| *at == next).unwrap();
                let (_, input) = self.inbox.remove(first);
                self.give(input);
            } else {
                self.give(Input::Timer);
            }
        }
        self.now = end;
    }

    /// Runs until the next timer has been served.
    pub(in crate::sentinel::tests) fn tick(&mut self) {
        let span = self.timer - self.now;
        self.run(span.0.max(0));
    }

    /// The process stands still for `ms`, then goes on where it was.
    pub(in crate::sentinel::tests) fn stall(&mut self, ms: i64) {
        self.now = self.now + Millis(ms);
        for (at, _) in &mut self.inbox {
            *at = (*at).max(self.now);
        }
        self.timer = self.timer.max(self.now);
    }

    pub(in crate::sentinel::tests) fn give(&mut self, input: Input) {
        if self.thorough && input == Input::Timer {
            self.sentinel.stir();
        }
        self.sentinel.handle(self.now, input, &mut self.out);
        self.carry_out();
    }

    fn carry_out(&mut self) {
        let effects: Vec<_> = self.out.drain().collect();
        for effect in effects {
            match effect {
                Effect::Emit(event) => self.log.push((self.now, event)),
                Effect::Save(conf) => {
                    self.saved = Some(conf);
                    self.saves += 1;
                }
                Effect::WakeIn(span) => self.timer = self.now + span,
                Effect::Exit(status) => self.exit = Some(status),
                Effect::Work(span) => self.now = self.now + Millis(span.0 as i64 / 1000),
                Effect::Connect(conn, to) => self.dial(conn, to),
                Effect::Close(conn) => {
                    if let Some(closed) = self.conns.remove(&conn) {
                        self.closes.push((self.now, closed.to));
                    }
                    self.inbox.retain(|(_, input)| !is_on(input, conn));
                }
                Effect::Send(conn, Message::Command(command)) => self.take(conn, command),
                Effect::Send(conn, Message::Reply(reply)) => self.answers.push((conn, reply)),
                Effect::Send(..) => panic!("a Sentinel sends no dataset"),
            }
        }
    }

    /// Carries out what a call beside [`Lab::give`] wanted done.
    pub(in crate::sentinel::tests) fn hear(&mut self, out: &mut SentinelOutbox) {
        std::mem::swap(&mut self.out, out);
        self.carry_out();
    }

    fn dial(&mut self, conn: ConnId, to: Addr) {
        self.dials.push((self.now, to));
        match self.nodes.get(&to).map(|node| node.mode) {
            Some(Mode::Up | Mode::Frozen) => {
                self.conns.insert(conn, Conn { to, subscribed: false });
                self.inbox.push((self.now + Millis(1), Input::Connected { conn, local: HOST_A }));
            }
            Some(Mode::Dead) | None => {
                let failed = Input::ConnectFailed { conn, error: ConnectError::Refused };
                self.inbox.push((self.now + Millis(1), failed));
            }
        }
    }

    /// A played instance gets a command.
    fn take(&mut self, conn: ConnId, command: Command) {
        let Some(Conn { to, .. }) = self.conns.get(&conn).cloned() else { return };
        self.sent.push((self.now, to, command.clone()));
        self.answer(conn, command);
    }

    fn answer(&mut self, conn: ConnId, command: Command) {
        let Some(Conn { to, .. }) = self.conns.get(&conn).cloned() else { return };
        let node = self.nodes.get_mut(&to).unwrap();
        if node.mode != Mode::Up {
            self.held.push((conn, command));
            return;
        }
        let reply = match (node.reply(&command), &command) {
            (Reply::Bulk(text), Command::Info) if text.contains("role:master") => {
                Reply::bulk(format!("{text}{}{}", self.extra_info_of_master, self.extra_info))
            }
            (Reply::Bulk(text), Command::Info) => Reply::bulk(format!("{text}{}", self.extra_info)),
            (reply, _) => reply,
        };
        if self.slow_sync
            && let (Command::Slaveof(Some(_)), Some(info)) = (&command, &mut node.info)
        {
            info.link_up = false;
        }
        match &command {
            Command::Subscribe(_) if !reply.is_error() => {
                self.conns.get_mut(&conn).unwrap().subscribed = true;
            }
            Command::Publish { channel, message } if *channel == HELLO_CHANNEL => {
                self.push_hello(to, message);
            }
            Command::Exec => self.kill_subscribers(to),
            _ => {}
        }
        self.inbox.push((self.now + Millis(2), Input::Received(conn, reply.into())));
    }

    fn push_hello(&mut self, at: Addr, message: &ArcStr) {
        if self.mute {
            return;
        }
        let subscribed = self.conns.iter().filter(|(_, conn)| conn.to == at && conn.subscribed);
        for (id, _) in subscribed {
            let pushed = Reply::Pushed { channel: HELLO_CHANNEL, message: message.clone() };
            self.inbox.push((self.now + Millis(2), Input::Received(*id, pushed.into())));
        }
    }

    fn kill_subscribers(&mut self, at: Addr) {
        let killed: Vec<ConnId> = self
            .conns
            .iter()
            .filter(|(_, conn)| conn.to == at && conn.subscribed)
            .map(|(id, _)| *id)
            .collect();
        for conn in killed {
            self.conns.remove(&conn);
            self.inbox.push((self.now + Millis(2), Input::Closed(conn, Ending::Closed)));
        }
    }

    /// A hello of a peer comes directly, with an epoch and a configuration.
    pub(in crate::sentinel::tests) fn hello_from(
        &mut self,
        id: &str,
        at: Addr,
        epoch: u64,
        config_epoch: u64,
        master: Addr,
    ) {
        let hello = Hello {
            ip: &at.ip.to_string(),
            port: at.port.into(),
            runid: id,
            current_epoch: epoch,
            master_name: "mymaster",
            master_host: &master.ip.to_string(),
            master_port: master.port.into(),
            config_epoch,
        };
        self.say_hello(&hello.to_string());
    }

    /// A hello as text, published directly at the Sentinel.
    pub(in crate::sentinel::tests) fn say_hello(&mut self, text: &str) {
        let reply = self.command(&["PUBLISH", "__sentinel__:hello", text]);
        assert_eq!(reply, Reply::Integer(1));
    }

    /// A client's command and its reply.
    pub(in crate::sentinel::tests) fn command(&mut self, words: &[&str]) -> Reply {
        let conn = self.client();
        self.answers.clear();
        let words: Vec<ArcStr> = words.iter().map(|word| ArcStr::from(*word)).collect();
        let command = Command::parse(&words).unwrap();
        self.give(Input::Received(conn, command.into()));
        let (to, reply) = self.answers.pop().unwrap();
        assert_eq!(to, conn);
        reply
    }

    /// A client's command, its words separated by single spaces.
    pub(in crate::sentinel::tests) fn ask(&mut self, line: &str) -> Reply {
        self.command(&line.split(' ').collect::<Vec<_>>())
    }

    /// The connection that commands are given on.
    pub(in crate::sentinel::tests) fn client(&mut self) -> ConnId {
        if let Some(conn) = self.client {
            return conn;
        }
        let conn = self.connect_client();
        self.client = Some(conn);
        conn
    }

    /// Another client's connection.
    pub(in crate::sentinel::tests) fn connect_client(&mut self) -> ConnId {
        let conn = self.client_ids.dial().peer();
        self.give(Input::Accepted { conn, peer: addr(99, 40_000) });
        conn
    }
}

fn is_on(input: &Input, conn: ConnId) -> bool {
    match input {
        Input::Timer | Input::Terminate => false,
        Input::Connected { conn: on, .. }
        | Input::ConnectFailed { conn: on, .. }
        | Input::Accepted { conn: on, .. }
        | Input::Closed(on, _)
        | Input::Received(on, _) => *on == conn,
    }
}
