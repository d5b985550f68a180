//! The world as one value: nodes on a network, stepped together, with its history.
//!
//! [`Cluster`] is plain `Clone` data. [`Cluster::run_until`] moves it from event to event; the same seed,
//! topology and actions give the same run, bit for bit. [`History`] adds the past: checkpoints, seek, fork.

mod action;
mod agreement;
mod apply;
mod carry;
mod edit;
mod files;
mod grow;
mod history;
mod insight;
mod invariants;
mod kind;
mod names;
mod node;
mod observe;
mod operator;
mod record;
mod script;
mod sessions;
mod snapshot;
mod trace;
mod traffic;
mod turn;
mod writers;

pub use crate::sim::{HostId, LinkSettings, PacketId};
pub use action::{Action, NamesChange, PacketVerdict, WriterMode, WriterSettings};
pub use apply::{ActionError, NODES_MAX};
pub use edit::Edit;
pub use history::{History, JournalEntry, Step};
pub use insight::{Insight, PeerInsight, ReplicaInsight, Rhythm};
pub use invariants::{Rule, Violation};
pub use node::{Disk, Machine, Node, NodeId};
pub use record::{Carried, NoReply, Record, Said, SessionEvent, World};
pub use script::{Deed, EntryNote, Reaction, Script, ScriptedAction, Target, Trigger};
pub use snapshot::{
    ClientView, ClusterView, Condition, ConnectionView, FailoverView, HostView, InstanceView, LinkView,
    MasterView, NodeRole, NodeView, PacketFate, PacketKind, PacketView, RedisView, SentinelView,
};
pub use trace::trace_hash;
pub use traffic::Sent;

use crate::client::{ClientConf, ClientOutbox};
use crate::cluster::operator::{Operator, OperatorOutbox};
use crate::cluster::turn::Stage;
use crate::protocol::{ArcStr, Message};
use crate::redis::{RedisConf, RedisOutbox};
use crate::sentinel::{Files, SentinelConf, SentinelOutbox};
use crate::sim::{
    Addr, HostNames, HostProfile, Kernel, Micros, NodeTime, ProcessId, ProcessState, Seed, SimTime,
};
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;

/// What a right clock shows at the beginning of a world: 2026-01-01 10:00:00 UTC, in milliseconds.
pub const WALL_CLOCK_AT_ZERO: NodeTime = NodeTime(1_767_261_600_000);

/// The world: hosts, nodes, packets in flight, clock, dice.
#[derive(Clone, Debug)]
pub struct Cluster {
    seed: Seed,
    kernel: Kernel<Message>,
    hosts: Vec<Host>,
    /// The hosts' names, which every host can resolve.
    names: Arc<HostNames>,
    nodes: Vec<Node>,
    /// Whose process it is, by process.
    owners: Vec<Owner>,
    script: Script,
    /// What the invariants have seen.
    watch: invariants::Watch,
    scratch: Scratch,
}

#[derive(Clone, Debug)]
struct Host {
    name: ArcStr,
    operator: Operator,
    process: ProcessId,
}

#[derive(Clone, Copy, Debug)]
enum Owner {
    Node(NodeId),
    Operator(HostId),
}

/// Buffers used again in each turn; empty between turns.
#[derive(Clone, Debug, Default)]
struct Scratch {
    sentinel: SentinelOutbox,
    redis: RedisOutbox,
    client: ClientOutbox,
    operator: OperatorOutbox,
    saves: VecDeque<Micros>,
}

impl Cluster {
    /// An empty world.
    pub fn new(seed: Seed) -> Self {
        Self {
            seed,
            kernel: Kernel::new(seed),
            hosts: Vec::new(),
            names: Arc::default(),
            nodes: Vec::new(),
            owners: Vec::new(),
            script: Script::default(),
            watch: invariants::Watch::default(),
            scratch: Scratch::default(),
        }
    }

    /// Adds a host. No two hosts may have one address. Everybody can resolve its name from now on.
    pub fn add_host(&mut self, name: impl Into<ArcStr>, ip: IpAddr) -> HostId {
        let name = name.into();
        Arc::make_mut(&mut self.names).insert(&name, ip);
        self.spread_names();
        let id = self.kernel.add_host(ip, HostProfile::default());
        let process = self.kernel.add_process(id);
        self.kernel.start(process, None);
        self.owners.push(Owner::Operator(id));
        self.hosts.push(Host { name, operator: Operator::default(), process });
        id
    }

    /// Adds a Redis server that does not run yet.
    pub fn add_redis(&mut self, name: impl Into<ArcStr>, host: HostId, conf: RedisConf) -> NodeId {
        let port = conf.port;
        self.add_node(name.into(), host, port, Disk::Redis(Arc::new(conf)))
    }

    /// Adds a sentinel that does not run yet.
    pub fn add_sentinel(&mut self, name: impl Into<ArcStr>, host: HostId, conf: SentinelConf) -> NodeId {
        let port = conf.settings().port;
        self.add_node(name.into(), host, port, Disk::Sentinel(Arc::new(conf)))
    }

    /// Adds a client that does not run yet.
    pub fn add_client(&mut self, name: impl Into<ArcStr>, host: HostId, conf: ClientConf) -> NodeId {
        self.add_node(name.into(), host, 0, Disk::Client(conf))
    }

    fn add_node(&mut self, name: ArcStr, host: HostId, port: u16, disk: Disk) -> NodeId {
        let process = self.kernel.add_process(host);
        let id = NodeId(self.nodes.len() as u32);
        self.owners.push(Owner::Node(id));
        let addr = Addr::new(self.kernel.ip_of(host), port);
        self.nodes.push(Node {
            name,
            host,
            process,
            addr,
            disk,
            machine: None,
            starts: 0,
            ids: Vec::new(),
            ports: vec![port],
            exit: None,
            stopped: false,
            disowned: false,
            removed: false,
            files: Files::default(),
        });
        id
    }

    /// What the run's dice are derived from.
    pub const fn seed(&self) -> Seed {
        self.seed
    }

    /// The present.
    pub const fn now(&self) -> SimTime {
        self.kernel.now()
    }

    /// What a right clock shows at a moment.
    pub const fn wall_clock(at: SimTime) -> NodeTime {
        NodeTime(WALL_CLOCK_AT_ZERO.0 + (at.0 / 1000) as i64)
    }

    /// All nodes, by id.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The ids of all nodes that were not removed.
    pub fn node_ids(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0..self.nodes.len() as u32).map(NodeId).filter(|&id| !self.node(id).removed)
    }

    /// The node of that name.
    pub fn node_named(&self, name: &str) -> Option<NodeId> {
        self.node_ids().find(|&id| self.node(id).name == name)
    }

    /// The host of that name.
    pub fn host_named(&self, name: &str) -> Option<HostId> {
        self.hosts.iter().position(|host| host.name == name).map(|n| HostId(n as u32))
    }

    /// A host's name.
    pub fn host_name(&self, id: HostId) -> &ArcStr {
        &self.hosts[id.0 as usize].name
    }

    /// A host's address.
    pub fn host_ip(&self, id: HostId) -> IpAddr {
        self.kernel.ip_of(id)
    }

    /// The ids of all hosts.
    pub fn host_ids(&self) -> impl Iterator<Item = HostId> + use<> {
        (0..self.hosts.len() as u32).map(HostId)
    }

    /// The node that listens at an address, or did last.
    pub fn node_at(&self, addr: Addr) -> Option<NodeId> {
        if let Some(Owner::Node(id)) =
            self.kernel.listener(addr).map(|process| self.owners[process.0 as usize])
        {
            return Some(id);
        }
        self.node_ids().find(|&id| self.node(id).addr == addr)
    }

    /// Whether a node runs.
    pub fn condition(&self, id: NodeId) -> Condition {
        match self.kernel.state(self.node(id).process) {
            ProcessState::Running => Condition::Running,
            ProcessState::Frozen => Condition::Frozen,
            ProcessState::Dead => Condition::Dead,
        }
    }

    /// Puts a script into force: its times count from `origin`.
    pub fn set_script(&mut self, script: Script) {
        self.script = script;
    }
}
