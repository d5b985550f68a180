//! The world as plain data, for whoever draws it.

use crate::cluster::{HostId, LinkSettings, NodeId, PacketId};
use crate::protocol::ArcStr;
use crate::sentinel::Flags;
use crate::sim::{Addr, Millis, NodeTime, SimTime};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Everything that there is to see at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterView {
    /// The moment.
    pub now: SimTime,
    /// The same on the wall clock of a host whose clock is right.
    pub wall: NodeTime,
    /// The hosts, by id.
    pub hosts: Vec<HostView>,
    /// The nodes, by id; a removed one is left out.
    pub nodes: Vec<NodeView>,
    /// Each pair of hosts once, `a < b`.
    pub links: Vec<LinkView>,
    /// Pairs of nodes with a connection between them, each pair once, `a < b`.
    pub connections: Vec<ConnectionView>,
    /// Packets in flight, in the order in which they were sent.
    pub packets: Vec<PacketView>,
    /// The master that is told of where there is room for one: the first by name, unless whoever looks chooses.
    pub watched: Option<ArcStr>,
}

impl ClusterView {
    /// The names of all monitored masters, each once.
    pub fn master_names(&self) -> Vec<ArcStr> {
        let mut names = BTreeSet::new();
        names.extend(self.names_of_masters());
        names.into_iter().cloned().collect()
    }

    /// The first of them by name.
    pub(crate) fn first_master(&self) -> Option<&ArcStr> {
        self.names_of_masters().min()
    }

    /// As often as sentinels monitor them.
    fn names_of_masters(&self) -> impl Iterator<Item = &ArcStr> {
        self.minds().flat_map(|mind| &mind.masters).map(|master| &master.name)
    }

    /// What a sentinel believes of the master that is watched, if it monitors that.
    pub fn watched_by<'a>(&self, mind: &'a SentinelView) -> Option<&'a MasterView> {
        let is_watched = |master: &&MasterView| self.watched.as_ref().is_none_or(|name| master.name == *name);
        mind.masters.iter().find(is_watched)
    }

    /// What each sentinel holds.
    pub fn minds(&self) -> impl Iterator<Item = &SentinelView> {
        self.nodes.iter().filter_map(|node| match &node.role {
            NodeRole::Sentinel(mind) => Some(mind),
            NodeRole::Redis(_) | NodeRole::Client(_) => None,
        })
    }
}

/// A host.
#[derive(Clone, Debug, PartialEq)]
pub struct HostView {
    /// Its id.
    pub id: HostId,
    /// Its name.
    pub name: ArcStr,
    /// Its address.
    pub ip: IpAddr,
    /// False after its death.
    pub alive: bool,
    /// Whether it is on the network.
    pub connected: bool,
}

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeView {
    /// Its id.
    pub id: NodeId,
    /// Its name: `M0`, `R1`, `S1`, `C1`; never changes, whatever its role.
    pub name: ArcStr,
    /// The host that it runs on.
    pub host: HostId,
    /// Where it listens; for a client port 0.
    pub addr: Addr,
    /// Whether it runs.
    pub condition: Condition,
    /// What it is, and how it is.
    pub role: NodeRole,
}

/// Whether a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It runs.
    Running,
    /// It stands still (SIGSTOP).
    Frozen,
    /// It does not exist.
    Dead,
}

/// What a node is, and how it is. Of a dead node: how it was.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeRole {
    /// A Redis server.
    Redis(RedisView),
    /// A sentinel.
    Sentinel(SentinelView),
    /// A writing client.
    Client(ClientView),
}

/// A Redis server as it truly is.
#[derive(Clone, Debug, PartialEq)]
pub struct RedisView {
    /// Whether it is a master.
    pub is_master: bool,
    /// Whom it follows, if a replica; the node where one listens there.
    pub follows: Option<(Addr, Option<NodeId>)>,
    /// Whether its link to its master is up.
    pub link_up: bool,
    /// Whether it is receiving or loading a dataset.
    pub syncing: bool,
    /// Its replication offset.
    pub offset: u64,
    /// `replica-priority`
    pub priority: u32,
    /// How many replicas are attached.
    pub replicas: u32,
    /// How many keys it has.
    pub keys: u64,
    /// The password that it asks its clients for.
    pub password: Option<ArcStr>,
    /// Its run id.
    pub run_id: ArcStr,
}

/// A sentinel, and what it believes.
#[derive(Clone, Debug, PartialEq)]
pub struct SentinelView {
    /// Its id.
    pub myid: ArcStr,
    /// `current_epoch`
    pub current_epoch: u64,
    /// Since when it is in TILT mode, if it is.
    pub tilt_since: Option<NodeTime>,
    /// What it monitors, by name.
    pub masters: Vec<MasterView>,
}

/// What one sentinel believes of one master.
#[derive(Clone, Debug, PartialEq)]
pub struct MasterView {
    /// The master's name.
    pub name: ArcStr,
    /// The address as clients are told (spec FSM-GEN-5).
    pub announced: Addr,
    /// The master itself.
    pub instance: InstanceView,
    /// `quorum`
    pub quorum: u32,
    /// `down-after-milliseconds`
    pub down_after: Millis,
    /// `failover-timeout`
    pub failover_timeout: Millis,
    /// `parallel-syncs`
    pub parallel_syncs: i64,
    /// `config-epoch`
    pub config_epoch: u64,
    /// Whom it voted for last, and in which epoch.
    pub vote: Option<(ArcStr, u64)>,
    /// A failover that it runs.
    pub failover: Option<FailoverView>,
    /// The replicas that it knows.
    pub replicas: Vec<InstanceView>,
    /// The other sentinels that it knows.
    pub sentinels: Vec<InstanceView>,
}

/// What one sentinel believes of one instance.
#[allow(clippy::struct_excessive_bools, reason = "they are Redis's flags, any of which may be set")]
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceView {
    /// Its name in the sentinel's table.
    pub name: ArcStr,
    /// Its address.
    pub addr: Addr,
    /// The node that listens there, if any.
    pub node: Option<NodeId>,
    /// The flags as `SENTINEL MASTER` prints them.
    pub flags: Flags,
    /// Subjectively down.
    pub s_down: bool,
    /// Objectively down (masters only).
    pub o_down: bool,
    /// A peer that said that it believes the master down.
    pub master_down: bool,
    /// The link is not up.
    pub disconnected: bool,
    /// For how long no valid reply to a PING has come while one is due (what is held against
    /// down-after-milliseconds, spec SDOWN-1); 0 while all is well.
    pub silent_for: Millis,
    /// Age of the last valid PING reply.
    pub last_ok_ping: Millis,
    /// Age of the last INFO, if there was one.
    pub info_age: Option<Millis>,
    /// Replica: the offset that it reported last.
    pub offset: u64,
    /// Replica: the priority that it reported last.
    pub priority: i64,
    /// The role that its last INFO reported: master, or not.
    pub reports_master: bool,
    /// When that changed last: its age.
    pub role_age: Millis,
    /// Its run id, where known.
    pub run_id: Option<ArcStr>,
    /// Replica: the master that it reported last, as it named it.
    pub reported_master: Option<(ArcStr, i64)>,
    /// Replica: whether it reported its link to the master as up.
    pub master_link_up: bool,
    /// Replica: for how long that link has been down, as reported.
    pub master_link_down: Millis,
    /// Replica: `replica-announced`, as reported.
    pub announced: bool,
    /// A peer's vote, as it reported it.
    pub vote: Option<(ArcStr, u64)>,
    /// The epoch of the last vote that a peer reported, kept when the vote itself has expired.
    pub vote_epoch: u64,
}

/// A failover that a sentinel runs.
#[derive(Clone, Debug, PartialEq)]
pub struct FailoverView {
    /// The state's name as `SENTINEL MASTER` prints it (`wait_start`, ...).
    pub state: &'static str,
    /// Its epoch.
    pub epoch: u64,
    /// How long it has been in this state.
    pub in_state: Millis,
    /// How long it may stay, where something limits it.
    pub limit: Option<Millis>,
    /// The replica chosen, by its name.
    pub promoted: Option<ArcStr>,
    /// Votes counted for this sentinel, how many it needs, how many voters it knows.
    pub votes: (u32, u32, u32),
}

/// A writing client.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientView {
    /// Where it writes at present.
    pub target: Option<NodeId>,
    /// Writes acknowledged.
    pub acked: u64,
    /// Writes refused or failed.
    pub failed: u64,
    /// Acknowledged writes that the node now believed to be the master does not have.
    pub lost: u64,
    /// Whether it was told to stop.
    pub is_stopped: bool,
}

/// A pair of hosts.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkView {
    /// The first host.
    pub a: HostId,
    /// The second host.
    pub b: HostId,
    /// From `a` to `b`; `blocked` where anything stops packets that way.
    pub ab: LinkSettings,
    /// From `b` to `a`.
    pub ba: LinkSettings,
}

/// A pair of nodes that are, or try to be, connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionView {
    /// The first node.
    pub a: NodeId,
    /// The second node.
    pub b: NodeId,
    /// How many connections are up.
    pub established: u32,
}

/// A packet in flight.
#[derive(Clone, Debug, PartialEq)]
pub struct PacketView {
    /// Its id.
    pub id: PacketId,
    /// Who sent it.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// When it left.
    pub sent_at: SimTime,
    /// When it arrives, or would.
    pub arrives_at: SimTime,
    /// What becomes of it.
    pub fate: PacketFate,
    /// What it carries.
    pub kind: PacketKind,
    /// Whether it was sent before and lost.
    pub again: bool,
}

/// What becomes of a packet in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketFate {
    /// It arrives.
    Arrives,
    /// It is lost on the way (chance, a cut, a drop); it vanishes half-way.
    Lost,
}

/// What a packet carries, as far as the picture tells it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PacketKind {
    /// The opening of a connection, or the answer to it.
    Handshake,
    /// The end of a connection.
    Close,
    /// `PING`
    Ping,
    /// The reply to it.
    Pong,
    /// `INFO`
    Info,
    /// The reply to it.
    InfoReply,
    /// `PUBLISH` of a hello.
    Hello,
    /// A Pub/Sub message on its way to a subscriber.
    Pushed,
    /// `SENTINEL is-master-down-by-addr` without a candidate.
    AskDown,
    /// The reply to it: whether the master is down.
    AskDownReply(bool),
    /// `SENTINEL is-master-down-by-addr` asking for a vote.
    VoteRequest,
    /// The reply to it: whether the vote went to the one who asked.
    VoteReply(bool),
    /// `SLAVEOF` and what goes with it.
    Reconfigure,
    /// The replication stream, acknowledgements, handshakes of replicas.
    Replication,
    /// A whole dataset.
    Dataset,
    /// A client's write.
    Write,
    /// Any other command.
    Command,
    /// Any other reply.
    Reply,
}

impl PacketKind {
    /// Whether such packets go all the time, whatever happens: what keeps connections, knowledge and data alive.
    pub const fn is_routine(self) -> bool {
        !matches!(
            self,
            Self::AskDown
                | Self::AskDownReply(_)
                | Self::VoteRequest
                | Self::VoteReply(_)
                | Self::Reconfigure
                | Self::Dataset
        )
    }

    /// Whether it is an answer (drawn hollow).
    pub const fn is_reply(self) -> bool {
        matches!(
            self,
            Self::Pong
                | Self::InfoReply
                | Self::AskDownReply(_)
                | Self::VoteReply(_)
                | Self::Reply
                | Self::Pushed
        )
    }
}
