//! The kernel: runs processes on hosts and carries what they say to each other.
//!
//! A process is single-threaded. It takes one [`Turn`] at a time: one input, then whatever it wants done.
//! While it is busy (a turn takes time, above all one that writes to disk) what arrives waits in its inbox.
//! It has an event loop: whenever it has nothing left to do it finds all that waits, deals with that, and then with
//! its timer if that is due; what has arrived meanwhile it finds next (spec GEN-5).

use crate::sim::agenda::Agenda;
use crate::sim::conn::{Arrival, Conn, Segment, Seldom};
use crate::sim::gather::Gathering;
use crate::sim::host::{Host, HostProfile};
use crate::sim::link::Links;
use crate::sim::packets::Flown;
use crate::sim::queues::Queues;
use crate::sim::{Addr, ConnIds, HostId, Input, Micros, ProcessId, Rng, Seed, SimTime};
use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;

/// What is to be done at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Work {
    /// A packet arrives.
    Arrive(Arrival),
    /// A retransmission timer fires.
    Rto { slot: u32, side: u8 },
    /// Something is due for what a side holds back.
    Ack { slot: u32, side: u8 },
    /// A process that was busy takes what waits for it.
    Wake(ProcessId),
    /// A process's timer is due.
    Timer(ProcessId),
}

/// Hosts, processes, connections and time. `M` is what connections carry.
#[derive(Clone, Debug)]
pub struct Kernel<M> {
    pub(crate) now: SimTime,
    pub(crate) agenda: Agenda<Work>,
    gathering: Gathering,
    pub(crate) hosts: Vec<Host>,
    pub(crate) processes: Vec<Process<M>>,
    pub(crate) conns: Vec<Option<Conn>>,
    /// The other half of each connection.
    pub(crate) seldom: Vec<Seldom<M>>,
    pub(crate) flights: Queues<Segment<M>>,
    /// Packets whose flight is over, where somebody keeps a record of them.
    pub(crate) flown: Option<Vec<Flown<M>>>,
    pub(crate) conn_ids: ConnIds,
    /// Shared between checkpoints: it changes seldom and is large with many hosts.
    pub(crate) links: Arc<Links>,
    /// Whether account is kept of acknowledgements, as there was ever a link on which they are late.
    pub(crate) keeps_acks: bool,
    pub(crate) hosts_by_ip: BTreeMap<IpAddr, HostId>,
    pub(crate) listeners: BTreeMap<Addr, ProcessId>,
    pub(crate) next_packet: u64,
    /// Whether whoever takes the present turn goes on with the same connection in the next.
    pub(super) reads_on: bool,
    /// Processes that may have something to do at once, after an event that concerned several.
    pub(crate) ready: VecDeque<ProcessId>,
    seed: Seed,
}

/// One input for one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn<M> {
    /// Who.
    pub process: ProcessId,
    /// What.
    pub input: Input<M>,
}

/// What became of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessState {
    /// It runs.
    Running,
    /// It was stopped: its host still accepts connections and data for it.
    Frozen,
    /// It does not exist.
    Dead,
}

/// One line of the processor's cache, like a [`Conn`]: each turn reads and writes it.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct Process<M> {
    pub(crate) host: HostId,
    /// Where it listens, if it does.
    pub(super) port: Option<u16>,
    pub(crate) state: ProcessState,
    pub(super) inbox: VecDeque<Input<M>>,
    pub(super) busy_until: SimTime,
    /// When its timer is due; [`SimTime::MAX`] where it has asked for none.
    pub(super) timer_at: SimTime,
    pub(super) timer_due: bool,
    /// How many inputs of those that wait the event loop has found already; a timer that is due comes after them,
    /// and after that the others.
    pub(super) found: u32,
    /// Whether the event loop has not looked for inputs since the timer was set: it does before the timer's turn, even
    /// where that is due at once, as with a server that loads its dataset piece by piece.
    pub(super) unlooked: bool,
    wake_scheduled: bool,
}

impl<M> Process<M> {
    /// Whether it would take an input at once, and nothing waits for it.
    fn is_idle(&self, now: SimTime) -> bool {
        self.state == ProcessState::Running
            && self.busy_until <= now
            && self.inbox.is_empty()
            && !self.timer_due
    }

    /// It exists no more, and has no timer. Returns what it will not read.
    pub(super) fn end(&mut self) -> VecDeque<Input<M>> {
        self.state = ProcessState::Dead;
        (self.found, self.unlooked) = (0, false);
        (self.timer_at, self.timer_due) = (SimTime::MAX, false);
        std::mem::take(&mut self.inbox)
    }

    /// Whether it finds and takes an input at once; then it has.
    pub(crate) fn finds(&mut self, now: SimTime) -> bool {
        let is_idle = self.is_idle(now);
        self.unlooked &= !is_idle;
        is_idle
    }
}

impl<M: Clone> Kernel<M> {
    /// An empty world at time 0.
    pub fn new(seed: Seed) -> Self {
        Self {
            now: SimTime::ZERO,
            agenda: Agenda::new(),
            gathering: Gathering::default(),
            hosts: Vec::new(),
            processes: Vec::new(),
            conns: Vec::new(),
            seldom: Vec::new(),
            flights: Queues::new(),
            flown: None,
            conn_ids: ConnIds::default(),
            links: Arc::new(Links::new()),
            keeps_acks: false,
            hosts_by_ip: BTreeMap::new(),
            listeners: BTreeMap::new(),
            next_packet: 1,
            reads_on: false,
            ready: VecDeque::new(),
            seed,
        }
    }

    /// The present.
    pub const fn now(&self) -> SimTime {
        self.now
    }

    /// Adds a host. No two hosts may have one address.
    pub fn add_host(&mut self, ip: IpAddr, profile: HostProfile) -> HostId {
        let id = HostId(self.hosts.len() as u32);
        // Streams below 2^32 are the hosts', those above are for whoever uses the kernel.
        let rng = Rng::new(self.seed, u64::from(id.0));
        self.hosts.push(Host::new(ip, profile, rng));
        Arc::make_mut(&mut self.links).add_host();
        let taken = self.hosts_by_ip.insert(ip, id);
        assert!(taken.is_none(), "two hosts have the address {ip}");
        id
    }

    /// Adds a process that does not run yet.
    pub fn add_process(&mut self, host: HostId) -> ProcessId {
        self.processes.push(Process {
            host,
            port: None,
            state: ProcessState::Dead,
            inbox: VecDeque::new(),
            busy_until: SimTime::ZERO,
            timer_at: SimTime::MAX,
            timer_due: false,
            found: 0,
            unlooked: false,
            wake_scheduled: false,
        });
        ProcessId(self.processes.len() as u32 - 1)
    }

    /// What became of a process.
    pub fn state(&self, process: ProcessId) -> ProcessState {
        self.process(process).state
    }

    /// The host that a process runs on.
    pub fn host_of(&self, process: ProcessId) -> HostId {
        self.process(process).host
    }

    /// A host's address.
    pub fn ip_of(&self, host: HostId) -> IpAddr {
        self.hosts[host.0 as usize].ip
    }

    /// Whether a host is alive.
    pub fn is_host_alive(&self, host: HostId) -> bool {
        self.hosts[host.0 as usize].alive
    }

    /// Whether any host is in the network of an address: 256 addresses, or what IPv6 has for one.
    pub(crate) fn has_network_of(&self, ip: IpAddr) -> bool {
        let (first, last) = match ip {
            IpAddr::V4(ip) => {
                let net = ip.to_bits() & !0xff;
                (IpAddr::V4(net.into()), IpAddr::V4((net | 0xff).into()))
            }
            IpAddr::V6(ip) => {
                let rest = u128::from(u64::MAX);
                (IpAddr::V6((ip.to_bits() & !rest).into()), IpAddr::V6((ip.to_bits() | rest).into()))
            }
        };
        self.hosts_by_ip.range(first..=last).next().is_some()
    }

    /// The process that listens at an address, if it lives.
    pub fn listener(&self, addr: Addr) -> Option<ProcessId> {
        let listener = self.listeners.get(&addr).copied();
        listener.filter(|&process| self.state(process) != ProcessState::Dead)
    }

    /// How many connection attempts and connections a process holds.
    pub fn connections_of(&self, process: ProcessId) -> usize {
        let holds = |end: &crate::sim::conn::End| end.process() == Some(process) && end.is_held();
        self.conns.iter().flatten().flat_map(|conn| &conn.ends).filter(|end| holds(end)).count()
    }

    /// The next turn that somebody takes at or before `until`; time moves to it. `None` where there is
    /// none: then time has moved to `until`.
    ///
    /// After each turn [`Self::end_turn`] must be called for its process.
    pub fn next_turn(&mut self, until: SimTime) -> Option<Turn<M>> {
        loop {
            while let Some(process) = self.ready.pop_front() {
                if let Some(turn) = self.take_turn(process) {
                    return Some(turn);
                }
            }
            let Some((at, work)) = self.agenda.pop(until) else {
                self.now = self.now.max(until);
                return None;
            };
            self.now = at;
            match work {
                Work::Arrive(arrival) => {
                    if let Some(turn) = self.arrive(arrival) {
                        return Some(turn);
                    }
                }
                Work::Timer(process) if self.process(process).is_idle(at) => {
                    // The usual case, and every tick of every process: nothing else waits for its turn.
                    let p = self.process_mut(process);
                    if p.timer_at == at {
                        p.timer_at = SimTime::MAX;
                        return Some(Turn { process, input: Input::Timer });
                    }
                }
                Work::Rto { slot, side } => self.retransmit(slot as usize, side as usize),
                Work::Ack { slot, side } => self.acknowledge(slot as usize, side as usize),
                Work::Wake(process) => {
                    self.process_mut(process).wake_scheduled = false;
                    if let Some(turn) = self.take_turn(process) {
                        return Some(turn);
                    }
                }
                Work::Timer(process) => self.timer(process),
            }
        }
    }

    /// When the next thing happens, whatever it is.
    pub fn next_at(&self) -> Option<SimTime> {
        if self.ready.is_empty() { self.agenda.next_at() } else { Some(self.now) }
    }

    /// Ends a process's turn: it was busy until `until` and asked to be woken so long after that.
    pub fn end_turn(&mut self, process: ProcessId, until: SimTime, wake_in: Option<Micros>) {
        self.reads_on = false;
        let p = self.process_mut(process);
        if p.state == ProcessState::Dead {
            return;
        }
        p.busy_until = until;
        if let Some(span) = wake_in {
            let at = until + span;
            p.timer_at = at;
            p.timer_due = false;
            p.unlooked = true;
            self.agenda.schedule(at, Work::Timer(process));
        }
        self.schedule_wake(process);
    }

    /// Draws how long the process's disk takes to save a configuration.
    pub fn draw_disk_time(&mut self, process: ProcessId) -> Micros {
        let host = self.process(process).host;
        let host = &mut self.hosts[host.0 as usize];
        host.profile.disk.draw(&mut host.rng)
    }

    /// What the present turn costs on the process's host: less where one look at a connection found more (recorded,
    /// 63f and 63g: 20,000 commands at once take 0.12 to 0.26 s, in a stream 0.1).
    pub fn turn_cost(&self, process: ProcessId) -> Micros {
        let turn = self.hosts[self.process(process).host.0 as usize].profile.turn;
        if self.reads_on { Micros(turn.0 / 4) } else { turn }
    }

    /// What a host is like.
    pub fn profile(&self, host: HostId) -> HostProfile {
        self.hosts[host.0 as usize].profile
    }

    /// Changes what a host is like.
    pub fn set_profile(&mut self, host: HostId, profile: HostProfile) {
        self.hosts[host.0 as usize].profile = profile;
    }

    /// The connection ids to lend to a process for its turn.
    pub fn conn_ids(&mut self) -> &mut ConnIds {
        &mut self.conn_ids
    }

    fn timer(&mut self, process: ProcessId) {
        let now = self.now;
        let p = self.process_mut(process);
        if p.timer_at != now {
            return;
        }
        p.timer_at = SimTime::MAX;
        if p.state == ProcessState::Dead {
            return self.end_on(process);
        }
        p.timer_due = true;
        self.schedule_wake_or_ready(process);
    }

    /// Hands an input to a process; it takes it when it gets to it.
    pub(crate) fn deliver(&mut self, process: ProcessId, input: Input<M>) {
        let p = self.process_mut(process);
        if p.state == ProcessState::Dead {
            return self.leave_unread(&input);
        }
        p.inbox.push_back(input);
        self.schedule_wake_or_ready(process);
    }

    pub(super) fn schedule_wake_or_ready(&mut self, process: ProcessId) {
        if self.process(process).busy_until <= self.now {
            self.ready.push_back(process);
        } else {
            self.schedule_wake(process);
        }
    }

    /// Makes sure that a process with something to do gets to it when it is no longer busy.
    #[inline]
    pub(super) fn schedule_wake(&mut self, process: ProcessId) {
        let p = self.process_mut(process);
        let has_work = p.timer_due || !p.inbox.is_empty();
        if p.state == ProcessState::Running && has_work && !p.wake_scheduled {
            p.wake_scheduled = true;
            let at = p.busy_until;
            self.agenda.schedule(at.max(self.now), Work::Wake(process));
        }
    }

    fn take_turn(&mut self, process: ProcessId) -> Option<Turn<M>> {
        let now = self.now;
        let Self { processes, gathering, reads_on, .. } = self;
        let p = &mut processes[process.0 as usize];
        if p.state != ProcessState::Running {
            return None;
        }
        if p.busy_until > now {
            self.schedule_wake(process);
            return None;
        }
        let looks_first = p.unlooked && !p.inbox.is_empty();
        let input = if p.timer_due && p.found == 0 && !looks_first {
            p.timer_due = false;
            Input::Timer
        } else {
            if p.found == 0 {
                p.unlooked = false;
                p.found = gathering.gather(&mut p.inbox);
            }
            let input = p.inbox.pop_front()?;
            p.found -= 1;
            let next = p.inbox.front().filter(|_| p.found > 0);
            *reads_on = next.is_some_and(|next| next.is_beside(&input));
            if p.inbox.is_empty() {
                // What comes next lies at the beginning of the room again: the same few lines of the cache.
                p.inbox.clear();
            }
            match input {
                Input::Connected { conn, .. } | Input::Closed(conn, _) => self.as_it_is_now(conn, input),
                input => input,
            }
        };
        Some(Turn { process, input })
    }

    pub(crate) fn process(&self, process: ProcessId) -> &Process<M> {
        &self.processes[process.0 as usize]
    }

    pub(crate) fn process_mut(&mut self, process: ProcessId) -> &mut Process<M> {
        &mut self.processes[process.0 as usize]
    }
}
