//! Running the world: a process takes its turn, and what it wants is carried out.

use crate::client::Client;
use crate::cluster::operator::{Answer, JobId, Operator, OperatorOutbox, Whom};
use crate::cluster::{Cluster, Disk, Machine, NodeId, Owner, Record, Said};
use crate::protocol::{Effect, Level, Message, Outbox};
use crate::redis::{RedisEvent, RedisEventKind, RedisServer};
use crate::sentinel::{Sentinel, SentinelEvent};
use crate::sim::{HostId, Kernel, Micros, ProcessId, ProcessState, Rng, SimTime, Turn};
use std::collections::VecDeque;
use std::sync::Arc;

/// How long a process takes from its start to the line that it cannot listen (captures: 14 to 17 ms).
const VAIN_START: Micros = Micros::from_millis(15);

/// Below this number the kernel's own streams of dice lie.
const FIRST_NODE_STREAM: u64 = 1 << 32;

impl Cluster {
    /// Runs the world up to and including `until`; what is said is added to `said`.
    pub fn run_until(&mut self, until: SimTime, said: &mut Vec<Record>) {
        while self.step(until, said) {}
    }

    /// The same for so many turns at most, and those of the same moment as the last.
    pub(super) fn run_some(&mut self, until: SimTime, turns: u32, said: &mut Vec<Record>) {
        for _ in 0..turns {
            if !self.step(until, said) {
                return;
            }
        }
        self.run_until(self.now(), said);
    }

    /// Takes the next turn, or does the next thing that the script says, at or before `until`. Returns false
    /// where there is none: then time has moved to `until`.
    pub fn step(&mut self, until: SimTime, said: &mut Vec<Record>) -> bool {
        let before = said.len();
        let scripted = self.scripted_at().unwrap_or(SimTime::MAX);
        let stepped = if let Some(turn) = self.kernel.next_turn(until.min(scripted)) {
            self.take_turn(turn, said);
            true
        } else if scripted <= until {
            self.perform_scripted(said);
            true
        } else {
            false
        };
        if said.len() > before {
            self.check_speakers(&said[before..]);
            self.react(before, said);
        }
        stepped
    }

    /// When the next thing happens, whatever it is.
    pub fn next_at(&self) -> Option<SimTime> {
        [self.kernel.next_at(), self.scripted_at()].into_iter().flatten().min()
    }

    fn take_turn(&mut self, Turn { process, input }: Turn<Message>, said: &mut Vec<Record>) {
        let now = Self::wall_clock(self.kernel.now());
        let Self { kernel, nodes, hosts, scratch, owners, .. } = self;
        let mut stage = Stage { kernel, saves: &mut scratch.saves, said, process, node: None };
        let id = match owners[process.0 as usize] {
            Owner::Operator(host) => {
                let operator = &mut hosts[host.0 as usize].operator;
                let before = stage.said.len();
                stage.play(&mut scratch.operator, |out| operator.handle(now, input, out), |()| {});
                self.name_answerers(host, &mut said[before..]);
                return;
            }
            Owner::Node(id) => id,
        };
        stage.node = Some(id);
        let node = &mut nodes[id.0 as usize];
        let disk = &mut node.disk;
        let exit = match &mut node.machine {
            Some(Machine::Sentinel(sentinel)) => stage.play(
                &mut scratch.sentinel,
                |out| sentinel.handle(now, input, out),
                |conf| *disk = Disk::Sentinel(conf),
            ),
            Some(Machine::Redis(server)) => stage.play(
                &mut scratch.redis,
                |out| server.handle(now, input, out),
                |conf| *disk = Disk::Redis(conf),
            ),
            Some(Machine::Client(client)) => {
                stage.play(&mut scratch.client, |out| client.handle(now, input, out), |()| {})
            }
            None => None,
        };
        if let Some(status) = exit {
            self.exited(id, status, said);
        }
    }

    /// Starts a node's process with what is on its disk. Returns false where its host is dead, its port is
    /// taken, it runs already, or it is a sentinel that ends at once because it cannot read its own file, or a
    /// script of it is missing (spec CONF-2, CONF-25, CONF-26).
    pub fn start(&mut self, id: NodeId, said: &mut Vec<Record>) -> bool {
        let node = &mut self.nodes[id.0 as usize];
        if self.kernel.state(node.process) != ProcessState::Dead {
            return false;
        }
        let port = node.disk.port();
        if !node.read_files() {
            let at = self.kernel.now();
            said.push(Record { at, turn: at, node: Some(id), what: Said::Exited(1) });
            return false;
        }
        if !self.kernel.start(node.process, port) {
            return false;
        }
        (node.exit, node.stopped, node.disowned) = (None, false, false);
        node.addr.port = port.unwrap_or(0);
        if !node.ports.contains(&node.addr.port) {
            node.ports.push(node.addr.port);
        }
        if let Some(status) = self.start_machine(id, said) {
            self.exited(id, status, said);
        }
        true
    }

    /// The machine of a process that was started begins with what is on its disk. Returns the exit status where it
    /// ends at once.
    fn start_machine(&mut self, id: NodeId, said: &mut Vec<Record>) -> Option<i32> {
        let now = Self::wall_clock(self.kernel.now());
        let Self { kernel, nodes, scratch, names, .. } = self;
        let node = &mut nodes[id.0 as usize];
        // One stream of dice for each start of each node.
        let stream = FIRST_NODE_STREAM + (u64::from(id.0) << 16) + u64::from(node.starts);
        let rng = Rng::new(self.seed, stream);
        node.starts += 1;
        // The dataset file that the last process left, if any: a replica keeps that of its last full sync.
        let dump = node.redis().map(RedisServer::disk).unwrap_or_default();
        let (mut machine, mut saved) = (None, None);
        let mut stage =
            Stage { kernel, saves: &mut scratch.saves, said, process: node.process, node: Some(id) };
        let exit = match node.disk.clone() {
            Disk::Redis(conf) => stage.play(
                &mut scratch.redis,
                |out| {
                    let mut server = RedisServer::start((*conf).clone(), dump, rng, now, out);
                    server.set_hosts(Arc::clone(names));
                    machine = Some(Machine::Redis(Box::new(server)));
                },
                |conf| saved = Some(Disk::Redis(conf)),
            ),
            Disk::Sentinel(conf) => stage.play(
                &mut scratch.sentinel,
                |out| {
                    let (conf, hosts) = ((*conf).clone(), Arc::clone(names));
                    let sentinel = Sentinel::start_on(conf, hosts, &node.files, rng, now, out);
                    machine = Some(Machine::Sentinel(Box::new(sentinel)));
                },
                |conf| saved = Some(Disk::Sentinel(conf)),
            ),
            Disk::Client(conf) => stage.play(
                &mut scratch.client,
                |out| machine = Some(Machine::Client(Box::new(Client::start(conf, rng, now, out)))),
                |()| {},
            ),
        };
        let own_id = machine.as_ref().and_then(Machine::id).cloned();
        node.ids.extend(own_id.filter(|id| node.ids.last() != Some(id)));
        node.machine = machine;
        if let Some(disk) = saved {
            node.disk = disk;
        }
        exit
    }

    /// Has the operator of a host do something.
    pub(crate) fn operate(
        &mut self,
        host: HostId,
        said: &mut Vec<Record>,
        act: OperatorAct<'_>,
    ) -> Option<JobId> {
        let Self { kernel, hosts, scratch, .. } = self;
        let (id, host) = (host, &mut hosts[host.0 as usize]);
        let process = host.process;
        let before = said.len();
        let mut stage = Stage { kernel, saves: &mut scratch.saves, said, process, node: None };
        let mut job = None;
        stage.play(&mut scratch.operator, |out| job = act(&mut host.operator, out), |()| {});
        self.name_answerers(id, &mut said[before..]);
        job
    }

    /// Says of each answer to an operator which node it concerns.
    fn name_answerers(&mut self, host: HostId, said: &mut [Record]) {
        let answered = self.hosts[host.0 as usize].operator.take_answered();
        for (record, whom) in said.iter_mut().zip(answered) {
            record.node = match whom {
                Whom::At(addr) => self.node_at(addr),
                Whom::Node(id) => Some(id),
            };
        }
    }

    /// A process is started where one has the port: it says so and ends (captures: some 15 ms later).
    pub(crate) fn start_in_vain(&mut self, id: NodeId, said: &mut Vec<Record>) {
        let node = &mut self.nodes[id.0 as usize];
        let runs = self.kernel.state(node.process) != ProcessState::Dead;
        (node.exit, node.stopped, node.disowned) = (Some(1), false, runs);
        let (turn, addr) = (self.kernel.now(), node.addr);
        let at = turn + VAIN_START;
        let lines = [
            format!(
                "Warning: Could not create server TCP listening socket {addr}: bind: Address already in use"
            ),
            format!("Failed listening on port {} (TCP), aborting.", addr.port),
        ];
        for line in lines {
            let what = if node.is_sentinel() {
                Said::Sentinel(SentinelEvent::Log { level: Level::Warning, text: line.into() })
            } else {
                let is_master = node.redis().is_none_or(RedisServer::is_master);
                let kind = RedisEventKind::Text(Level::Warning, line.into());
                Said::Redis(RedisEvent { is_master, kind })
            };
            said.push(Record { at, turn, node: Some(id), what });
        }
    }

    /// A process has ended by itself.
    fn exited(&mut self, id: NodeId, status: i32, said: &mut Vec<Record>) {
        self.kernel.exit(self.node(id).process);
        self.nodes[id.0 as usize].exit = Some(status);
        let at = self.kernel.now();
        said.push(Record { at, turn: at, node: Some(id), what: Said::Exited(status) });
    }
}

/// What an operator is to do. Boxed, so that there is one way of carrying it out and not one for each.
pub(crate) type OperatorAct<'a> = Box<dyn FnOnce(&mut Operator, &mut OperatorOutbox) -> Option<JobId> + 'a>;

/// Where a process takes a turn.
pub(crate) struct Stage<'a> {
    pub(crate) kernel: &'a mut Kernel<Message>,
    /// How long each save of the turn takes; empty between turns.
    pub(crate) saves: &'a mut VecDeque<Micros>,
    pub(crate) said: &'a mut Vec<Record>,
    pub(crate) process: ProcessId,
    pub(crate) node: Option<NodeId>,
}

impl Stage<'_> {
    /// Has a machine act and carries out what it leaves in `out`: what it says and saves at once, each save
    /// taking the time that the disk takes; what it wants of the network when it is done. Returns the exit
    /// status where it ends.
    pub(crate) fn play<E: Into<Said>, D>(
        &mut self,
        out: &mut Outbox<E, D>,
        act: impl FnOnce(&mut Outbox<E, D>),
        mut keep: impl FnMut(D),
    ) -> Option<i32> {
        std::mem::swap(out.conns_mut(), self.kernel.conn_ids());
        act(out);
        std::mem::swap(out.conns_mut(), self.kernel.conn_ids());
        let turn = self.kernel.now();
        // What goes out leaves when everything is done, so how long that takes is worked out first.
        let mut leaves = turn + self.kernel.turn_cost(self.process);
        for effect in out.effects() {
            match effect {
                Effect::Save(_) => {
                    let span = self.kernel.draw_disk_time(self.process);
                    leaves += span;
                    self.saves.push_back(span);
                }
                Effect::Work(span) => leaves += *span,
                _ => {}
            }
        }
        let (mut at, mut wake_in, mut exit) = (turn, None, None);
        for effect in out.drain() {
            match effect {
                Effect::Emit(event) => {
                    self.said.push(Record { at, turn, node: self.node, what: event.into() });
                }
                Effect::Save(state) => {
                    at += self.saves.pop_front().expect("one time was drawn for each save");
                    keep(state);
                }
                Effect::Work(span) => at += span,
                Effect::WakeIn(span) => wake_in = Some(Micros::from_millis(span.0.max(0) as u64)),
                Effect::Exit(status) => exit = Some(status),
                Effect::Connect(conn, to) => self.kernel.connect(self.process, conn, to, leaves),
                Effect::Send(conn, message) => self.kernel.send(conn, message, leaves),
                // At once: what is saved afterwards does not hold it up.
                Effect::Close(conn) => self.kernel.close(conn, at + self.kernel.turn_cost(self.process)),
            }
        }
        self.kernel.end_turn(self.process, leaves, wake_in);
        exit
    }
}

impl From<Answer> for Said {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Command { words, reply } => Self::Answered { words, reply },
            Answer::Session(event) => Self::Session(event),
        }
    }
}
