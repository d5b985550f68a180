//! A tiny switchboard: servers and plain clients, every message a millisecond on its way.

use crate::protocol::split_words;
use crate::protocol::{
    ArcStr, Command, ConnId, ConnectError, Effect, Ending, Info, InfoRole, Input, Message, ReplicaLine, Reply,
};
use crate::redis::{Dump, RedisConf, RedisEvent, RedisEventKind, RedisOutbox, RedisServer};
use crate::sim::{Addr, NodeTime, Rng, Seed};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// When the world begins.
const START: i64 = 1_700_000_000_000;
const LATENCY: i64 = 1;

/// Who holds one end of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Holder {
    Node(usize),
    Client,
}

struct Node {
    server: Option<RedisServer>,
    /// What is on its disk.
    conf: Arc<RedisConf>,
    dump: Dump,
    frozen: bool,
    waiting: Vec<Input>,
    timer: u64,
    /// When the work of the last call is over.
    busy_until: i64,
}

enum Event {
    Input(Holder, Input),
    Timer(usize, u64),
}

pub(super) struct Net {
    pub(super) now: i64,
    nodes: Vec<Node>,
    agenda: BTreeMap<(i64, u64), Event>,
    seq: u64,
    out: RedisOutbox,
    ends: BTreeMap<ConnId, Holder>,
    replies: BTreeMap<ConnId, Vec<Reply>>,
    closed: Vec<ConnId>,
    pub(super) log: Vec<(i64, usize, RedisEvent)>,
    /// Pairs of nodes between which nothing gets through.
    cuts: Vec<(usize, usize)>,
    /// What they sent each other: TCP sends it again until it gets through.
    held: Vec<Event>,
    pub(super) exits: Vec<(usize, i32)>,
}

/// Node `n` listens here.
pub(super) fn addr(n: usize) -> Addr {
    Addr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 10 + n as u8)), 6379)
}

pub(super) fn ip(n: usize) -> String {
    addr(n).ip.to_string()
}

impl Net {
    pub(super) fn new() -> Self {
        Self {
            now: START,
            nodes: Vec::new(),
            agenda: BTreeMap::new(),
            seq: 0,
            out: RedisOutbox::default(),
            ends: BTreeMap::new(),
            replies: BTreeMap::new(),
            closed: Vec::new(),
            log: Vec::new(),
            cuts: Vec::new(),
            held: Vec::new(),
            exits: Vec::new(),
        }
    }

    /// A master and `replicas` replicas of it, all links up, with no delay before a diskless sync.
    pub(super) fn with_replicas(replicas: usize) -> Self {
        let mut net = Self::new();
        net.add("");
        for _ in 0..replicas {
            net.add_replica_of(0, "");
        }
        net.run(2000);
        for n in 1..=replicas {
            assert!(net.server(n).is_link_up(), "replica {n} did not come up");
        }
        net
    }

    /// Adds a server with these lines of configuration, and starts it.
    pub(super) fn add(&mut self, lines: &str) -> usize {
        let conf = RedisConf::shared(&format!("save \"\"\nrepl-diskless-sync-delay 0\n{lines}")).unwrap();
        self.nodes.push(Node {
            server: None,
            conf,
            dump: Dump::default(),
            frozen: false,
            waiting: Vec::new(),
            timer: 0,
            busy_until: 0,
        });
        let n = self.nodes.len() - 1;
        self.start(n);
        n
    }

    pub(super) fn add_replica_of(&mut self, master: usize, lines: &str) -> usize {
        self.add(&format!("replicaof {} 6379\n{lines}", ip(master)))
    }

    pub(super) fn start(&mut self, n: usize) {
        let rng = Rng::new(Seed(self.seq + 1), n as u64);
        let node = &self.nodes[n];
        let (conf, dump) = ((*node.conf).clone(), node.dump.clone());
        let server = RedisServer::start(conf, dump, rng, NodeTime(self.now), &mut self.out);
        self.nodes[n].server = Some(server);
        self.carry_out(Holder::Node(n));
    }

    pub(super) fn kill(&mut self, n: usize) {
        let server = self.nodes[n].server.take().expect("a running node");
        self.nodes[n].dump = server.disk();
        self.nodes[n].frozen = false;
        self.nodes[n].waiting.clear();
        self.nodes[n].timer += 1;
        let own: Vec<ConnId> =
            self.ends.iter().filter(|(_, holder)| **holder == Holder::Node(n)).map(|(&c, _)| c).collect();
        for conn in own {
            self.close(conn);
        }
    }

    /// SIGSTOP, and with `false` SIGCONT.
    pub(super) fn freeze(&mut self, n: usize, frozen: bool) {
        self.nodes[n].frozen = frozen;
        if !frozen {
            let timer = self.nodes[n].timer;
            self.schedule(0, Event::Timer(n, timer));
            for input in std::mem::take(&mut self.nodes[n].waiting) {
                self.schedule(0, Event::Input(Holder::Node(n), input));
            }
        }
    }

    /// From now on nothing gets through between two nodes; what is sent arrives when that is mended, but
    /// connections cannot be made.
    pub(super) fn cut(&mut self, a: usize, b: usize) {
        self.cuts.push((a.min(b), a.max(b)));
    }

    pub(super) fn mend(&mut self) {
        self.cuts.clear();
        for event in std::mem::take(&mut self.held) {
            self.schedule(LATENCY, event);
        }
    }

    pub(super) fn server(&self, n: usize) -> &RedisServer {
        self.nodes[n].server.as_ref().expect("a running node")
    }

    pub(super) fn server_mut(&mut self, n: usize) -> &mut RedisServer {
        self.nodes[n].server.as_mut().expect("a running node")
    }

    /// SIGTERM
    pub(super) fn terminate(&mut self, n: usize) {
        self.node_input(n, Input::Terminate);
    }

    /// What is on the node's disk.
    pub(super) fn disk(&self, n: usize) -> &RedisConf {
        &self.nodes[n].conf
    }

    /// A client's connection to a node.
    pub(super) fn connect(&mut self, n: usize) -> ConnId {
        let conn = self.out.conns_mut().dial();
        self.ends.insert(conn, Holder::Client);
        self.ends.insert(conn.peer(), Holder::Node(n));
        let peer = Addr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 99)), 40_000);
        self.schedule(0, Event::Input(Holder::Node(n), Input::Accepted { conn: conn.peer(), peer }));
        conn
    }

    /// Sends words, which may be quoted, on a client's connection.
    pub(super) fn send(&mut self, conn: ConnId, text: &str) {
        let words: Vec<ArcStr> = split_words(text).unwrap().into_iter().map(ArcStr::from).collect();
        let command = Command::parse(&words).unwrap();
        if let Some(&holder) = self.ends.get(&conn.peer()) {
            self.schedule(LATENCY, Event::Input(holder, Input::Received(conn.peer(), command.into())));
        }
    }

    /// What came on a client's connection since the last call.
    pub(super) fn received(&mut self, conn: ConnId) -> Vec<Reply> {
        self.replies.remove(&conn).unwrap_or_default()
    }

    /// Whether the server closed a client's connection.
    pub(super) fn is_closed(&self, conn: ConnId) -> bool {
        self.closed.contains(&conn)
    }

    /// Sends words and waits for one reply.
    pub(super) fn ask(&mut self, conn: ConnId, text: &str) -> Reply {
        self.send(conn, text);
        for _ in 0..100 {
            self.run(1);
            if let Some(replies) = self.replies.get_mut(&conn).filter(|replies| !replies.is_empty()) {
                return replies.remove(0);
            }
        }
        panic!("no reply to {text}");
    }

    /// A command on a connection of its own.
    pub(super) fn command(&mut self, n: usize, text: &str) -> Reply {
        let conn = self.connect(n);
        let reply = self.ask(conn, text);
        self.close(conn);
        reply
    }

    pub(super) fn info(&mut self, n: usize) -> Arc<Info> {
        match self.command(n, "INFO") {
            Reply::Info(info) => info,
            other => panic!("{other:?}"),
        }
    }

    /// `master_link_down_since_seconds` of a replica.
    pub(super) fn down_since(&mut self, n: usize) -> Option<i64> {
        match &self.info(n).replication.role {
            InfoRole::Replica { master_link_down_since_seconds, .. } => *master_link_down_since_seconds,
            InfoRole::Master => panic!("a master"),
        }
    }

    /// `slave_repl_offset` of a replica.
    pub(super) fn slave_offset(&mut self, n: usize) -> u64 {
        match &self.info(n).replication.role {
            InfoRole::Replica { slave_repl_offset, .. } => *slave_repl_offset,
            InfoRole::Master => panic!("a master"),
        }
    }

    pub(super) fn replica_lines(&mut self, n: usize) -> Vec<ReplicaLine> {
        self.info(n).replication.replicas.clone()
    }

    /// Runs the world for so many milliseconds.
    pub(super) fn run(&mut self, ms: i64) {
        let end = self.now + ms;
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= end) {
            let ((at, _), event) = entry.remove_entry();
            self.now = at;
            match event {
                Event::Input(Holder::Client, input) => self.client_input(input),
                Event::Input(Holder::Node(n), input) => self.node_input(n, input),
                Event::Timer(n, timer) if self.nodes[n].timer == timer => self.node_input(n, Input::Timer),
                Event::Timer(..) => {}
            }
        }
        self.now = end;
    }

    /// Lines of a node's log.
    pub(super) fn lines(&self, n: usize) -> Vec<String> {
        self.log.iter().filter(|(_, node, _)| *node == n).map(|(_, _, event)| event.to_string()).collect()
    }

    /// How often a node said something.
    pub(super) fn said(&self, n: usize, test: impl Fn(&RedisEventKind) -> bool) -> usize {
        self.log.iter().filter(|(_, node, event)| *node == n && test(&event.kind)).count()
    }

    fn client_input(&mut self, input: Input) {
        match input {
            Input::Received(conn, Message::Reply(reply)) => self.replies.entry(conn).or_default().push(reply),
            Input::Received(conn, Message::Command(Command::Ping)) => {
                self.replies.entry(conn).or_default().push(Reply::bulk("stream: PING"));
            }
            Input::Received(conn, Message::Command(command)) => {
                let text = format!("stream: {}", command.text());
                self.replies.entry(conn).or_default().push(Reply::bulk(text));
            }
            Input::Received(conn, Message::Rdb(rdb)) => {
                let text = format!("rdb: {}", rdb.offset);
                self.replies.entry(conn).or_default().push(Reply::bulk(text));
            }
            Input::Closed(conn, _) => self.closed.push(conn),
            other => panic!("{other:?}"),
        }
    }

    fn node_input(&mut self, n: usize, input: Input) {
        let node = &mut self.nodes[n];
        if node.frozen {
            if input != Input::Timer {
                node.waiting.push(input);
            }
            return;
        }
        if node.busy_until > self.now {
            let wait = node.busy_until - self.now;
            let timer = node.timer;
            let event = match input {
                Input::Timer => Event::Timer(n, timer),
                input => Event::Input(Holder::Node(n), input),
            };
            self.schedule(wait, event);
            return;
        }
        if let Some(server) = &mut node.server {
            server.handle(NodeTime(self.now), input, &mut self.out);
            self.carry_out(Holder::Node(n));
        }
    }

    fn schedule(&mut self, after: i64, event: Event) {
        self.seq += 1;
        self.agenda.insert((self.now + after, self.seq), event);
    }

    /// The connections that a node has dialled, or those that it has accepted, end for it.
    pub(super) fn end_for(&mut self, n: usize, dialled: bool, ending: Ending) {
        let mut own: Vec<ConnId> =
            self.ends.iter().filter(|end| *end.1 == Holder::Node(n)).map(|end| *end.0).collect();
        own.retain(|conn| conn.is_dialler() == dialled);
        for conn in own {
            self.ends.remove(&conn);
            self.ends.remove(&conn.peer());
            self.schedule(0, Event::Input(Holder::Node(n), Input::Closed(conn, ending)));
        }
    }

    fn close(&mut self, conn: ConnId) {
        let own = self.ends.remove(&conn);
        if let Some(peer) = self.ends.remove(&conn.peer()) {
            self.transmit(own.unwrap_or(Holder::Client), peer, Input::Closed(conn.peer(), Ending::Closed));
        }
    }

    fn transmit(&mut self, from: Holder, to: Holder, input: Input) {
        let event = Event::Input(to, input);
        if self.is_cut(from, to) {
            self.held.push(event);
        } else {
            self.schedule(LATENCY, event);
        }
    }

    fn is_cut(&self, from: Holder, to: Holder) -> bool {
        match (from, to) {
            (Holder::Node(a), Holder::Node(b)) => self.cuts.contains(&(a.min(b), a.max(b))),
            _ => false,
        }
    }

    fn carry_out(&mut self, from: Holder) {
        let effects: Vec<_> = self.out.drain().collect();
        let Holder::Node(n) = from else { return };
        for effect in effects {
            match effect {
                Effect::Connect(conn, to) => self.dial(n, conn, to),
                Effect::Send(conn, message) => {
                    if let Some(&peer) = self.ends.get(&conn.peer()) {
                        self.transmit(from, peer, Input::Received(conn.peer(), message));
                    }
                }
                Effect::Close(conn) => self.close(conn),
                Effect::Emit(event) => self.log.push((self.now, n, event)),
                Effect::Save(conf) => self.nodes[n].conf = conf,
                Effect::Work(span) => self.nodes[n].busy_until = self.now + span.0 as i64 / 1000,
                Effect::WakeIn(span) => {
                    self.nodes[n].timer += 1;
                    let timer = self.nodes[n].timer;
                    // It counts from the end of the turn, and comes after what has arrived until then.
                    let busy = (self.nodes[n].busy_until - self.now).max(0);
                    self.seq += 1;
                    let after_all = self.seq + (1 << 32);
                    self.agenda.insert((self.now + busy + span.0, after_all), Event::Timer(n, timer));
                }
                Effect::Exit(status) => {
                    self.exits.push((n, status));
                    self.kill(n);
                    return;
                }
            }
        }
    }

    fn dial(&mut self, n: usize, conn: ConnId, to: Addr) {
        let target = (0..self.nodes.len()).find(|&n| addr(n) == to);
        let from = Holder::Node(n);
        match target {
            Some(target) if self.is_cut(from, Holder::Node(target)) => {}
            Some(target) if self.nodes[target].server.is_some() => {
                self.ends.insert(conn, from);
                self.ends.insert(conn.peer(), Holder::Node(target));
                let peer = Addr::new(addr(n).ip, 50_000);
                let accepted = Input::Accepted { conn: conn.peer(), peer };
                self.schedule(LATENCY, Event::Input(Holder::Node(target), accepted));
                let connected = Input::Connected { conn, local: addr(n).ip };
                self.schedule(LATENCY, Event::Input(from, connected));
            }
            _ => {
                let failed = Input::ConnectFailed { conn, error: ConnectError::Refused };
                self.schedule(LATENCY, Event::Input(from, failed));
            }
        }
    }
}
