//! Drawing up the view of the world.

use crate::cluster::{
    ClientView, Cluster, ClusterView, ConnectionView, Disk, FailoverView, HostView, InstanceView, LinkView,
    Machine, MasterView, Node, NodeId, NodeRole, NodeView, Owner, PacketFate, PacketKind, PacketView,
    RedisView, SentinelView,
};
use crate::protocol::{ArcStr, Message};
use crate::sentinel::{Failover, Flags, Instance, Master, OtherSentinel, Replica, Reported, Role, Sentinel};
use crate::sim::{Addr, Connection, Content, Millis, NodeTime, Packet, PacketId, ProcessId};
use std::net::{IpAddr, Ipv4Addr};

/// What an address that was never resolved is shown as.
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Who listens where, asked once for each address: what thousands of records name are a few addresses.
pub(super) struct Finder<'a> {
    cluster: &'a Cluster,
    /// The answers, by address.
    known: Vec<(u64, Option<NodeId>)>,
}

impl<'a> Finder<'a> {
    pub(super) const fn new(cluster: &'a Cluster) -> Self {
        Self { cluster, known: Vec::new() }
    }

    /// [`Cluster::node_at`]
    fn node_at(&mut self, addr: Addr) -> Option<NodeId> {
        let IpAddr::V4(ip) = addr.ip else { return self.cluster.node_at(addr) };
        let key = u64::from(ip.to_bits()) << 16 | u64::from(addr.port);
        let at = self.known.partition_point(|(before, _)| *before < key);
        match self.known.get(at) {
            Some((found, node)) if *found == key => *node,
            _ => {
                let node = self.cluster.node_at(addr);
                self.known.insert(at, (key, node));
                node
            }
        }
    }
}

impl Cluster {
    /// Everything that there is to see at this moment.
    pub fn view(&self) -> ClusterView {
        let wall = Self::wall_clock(self.now());
        let mut finder = Finder::new(self);
        let hosts = self.host_ids().map(|id| HostView {
            id,
            name: self.host_name(id).clone(),
            ip: self.host_ip(id),
            alive: self.kernel.is_host_alive(id),
            connected: self.kernel.is_host_linked(id),
        });
        let nodes = self.node_ids().map(|id| {
            let node = self.node(id);
            NodeView {
                id,
                name: node.name.clone(),
                host: node.host,
                addr: node.addr,
                condition: self.condition(id),
                role: self.role_view(node, wall, &mut finder),
            }
        });
        let count = self.host_ids().count();
        let mut links = Vec::with_capacity(count * count.saturating_sub(1) / 2);
        for a in self.host_ids() {
            for b in self.host_ids().filter(|b| a < *b) {
                links.push(LinkView { a, b, ab: self.kernel.link(a, b), ba: self.kernel.link(b, a) });
            }
        }
        let mut view = ClusterView {
            now: self.now(),
            wall,
            hosts: hosts.collect(),
            nodes: nodes.collect(),
            links,
            connections: self.connection_views(),
            packets: self.packet_views(),
            watched: None,
        };
        view.watched = view.first_master().cloned();
        view
    }

    /// The packets in flight, in the order in which they were sent. They are part of [`Self::view`] too.
    pub fn packet_views(&self) -> Vec<PacketView> {
        let mut packets: Vec<PacketView> = self.packets().collect();
        packets.sort_unstable_by_key(|packet| packet.id);
        packets
    }

    /// The same in no particular order, for whoever draws thousands of them every frame.
    pub fn packets(&self) -> impl Iterator<Item = PacketView> {
        self.kernel.packets().filter_map(|packet| self.packet_view(&packet))
    }

    /// Whether any packet is in flight that [`Self::packet_views`] has.
    pub fn has_packets(&self) -> bool {
        self.packets().next().is_some()
    }

    fn owner_node(&self, process: ProcessId) -> Option<NodeId> {
        match self.owners[process.0 as usize] {
            Owner::Node(id) if !self.node(id).removed => Some(id),
            Owner::Node(_) | Owner::Operator(_) => None,
        }
    }

    pub(super) fn packet_view(&self, packet: &Packet<'_, Message>) -> Option<PacketView> {
        let end = |process: Option<ProcessId>| match process {
            Some(process) => self.owner_node(process),
            // Not accepted yet: it goes to whoever should be listening there.
            None => self.node_at(packet.target),
        };
        let (from, to) = (end(packet.from)?, end(packet.to)?);
        let kind = match packet.content {
            Content::Handshake => PacketKind::Handshake,
            Content::Close => PacketKind::Close,
            Content::Message(message) => {
                // A vote is granted where it names the one who asked.
                PacketKind::of(message, || self.node(to).sentinel().map(Sentinel::myid))
            }
        };
        Some(PacketView {
            id: packet.id,
            from,
            to,
            sent_at: packet.sent_at,
            arrives_at: packet.arrives_at,
            fate: if packet.lost { PacketFate::Lost } else { PacketFate::Arrives },
            kind,
            again: packet.again,
        })
    }

    /// The full text of a packet in flight: the command or reply that it carries.
    pub fn packet_text(&self, id: PacketId) -> Option<String> {
        let packet = self.kernel.packets().find(|packet| packet.id == id)?;
        Some(content_text(&packet.content))
    }

    fn connection_views(&self) -> Vec<ConnectionView> {
        // A table with a place for every pair of nodes: a large cluster has thousands of connections.
        let width = self.nodes.len() as u32;
        let mut up_between: Vec<Option<u32>> = vec![None; (width * width) as usize];
        for Connection { dialler, acceptor, target, is_up } in self.kernel.connections() {
            let from = dialler.and_then(|process| self.owner_node(process));
            let to = match acceptor {
                Some(process) => self.owner_node(process),
                None => self.node_at(target),
            };
            let (Some(from), Some(to)) = (from, to) else { continue };
            let place = from.min(to).0 * width + from.max(to).0;
            *up_between[place as usize].get_or_insert(0) += u32::from(is_up);
        }
        let pairs = (0..width).flat_map(|a| (0..width).map(move |b| (NodeId(a), NodeId(b))));
        let views = pairs.zip(up_between);
        views.filter_map(|((a, b), up)| Some(ConnectionView { a, b, established: up? })).collect()
    }

    fn role_view(&self, node: &Node, now: NodeTime, finder: &mut Finder<'_>) -> NodeRole {
        match &node.machine {
            Some(Machine::Redis(server)) => {
                let follows = server.master().map(|(host, port)| {
                    let ip = host.parse().ok().or_else(|| self.names.get(host));
                    let addr = Addr::new(ip.unwrap_or(NOWHERE), port);
                    (addr, finder.node_at(addr))
                });
                NodeRole::Redis(RedisView {
                    is_master: server.is_master(),
                    follows,
                    link_up: server.is_link_up(),
                    syncing: server.is_syncing(),
                    offset: server.replica_offset().unwrap_or(server.offset()),
                    priority: server.conf().replica_priority,
                    replicas: server.replica_count() as u32,
                    keys: server.dataset().len(),
                    password: node.password(),
                    run_id: server.run_id().clone(),
                })
            }
            Some(Machine::Sentinel(sentinel)) => {
                let mut masters: Vec<MasterView> = Vec::new();
                for master in sentinel.masters().iter().map(|m| master_view(sentinel, m, now, finder)) {
                    masters.insert(masters.partition_point(|before| before.name <= master.name), master);
                }
                NodeRole::Sentinel(SentinelView {
                    myid: sentinel.myid().clone(),
                    current_epoch: sentinel.current_epoch(),
                    tilt_since: sentinel.tilt_since(),
                    masters,
                })
            }
            Some(Machine::Client(client)) => NodeRole::Client(ClientView {
                target: client.target().and_then(|addr| finder.node_at(addr)),
                acked: client.history().acked,
                failed: client.history().failed(),
                lost: self.lost_writes(client).iter().map(|segment| segment.count).sum(),
                is_stopped: client.is_stopped(),
            }),
            None => not_started(node),
        }
    }
}

/// What a sentinel believes of a master.
pub(super) fn master_view(
    sentinel: &Sentinel,
    master: &Master,
    now: NodeTime,
    finder: &mut Finder<'_>,
) -> MasterView {
    let mut instance = instance_view(sentinel, &master.instance, now, finder);
    instance.name = master.name().clone();
    instance.flags = sentinel.master_flags(master);
    instance.o_down = master.o_down;
    fill_reported(&mut instance, &master.reported, now);
    let announced = master.announced_addr();
    MasterView {
        name: master.name().clone(),
        announced: Addr::new(announced.ip.unwrap_or(NOWHERE), announced.port),
        instance,
        quorum: master.group.quorum,
        down_after: master.instance.down_after,
        failover_timeout: master.group.failover_timeout,
        parallel_syncs: master.group.parallel_syncs,
        config_epoch: master.config_epoch,
        vote: master.leader.clone().map(|leader| (leader, master.leader_epoch)),
        failover: failover_view(sentinel, master, now),
        replicas: master.replicas.iter().map(|r| replica_view(sentinel, master, r, now, finder)).collect(),
        sentinels: master.sentinels.iter().map(|s| peer_view(sentinel, s, now, finder)).collect(),
    }
}

fn replica_view(
    sentinel: &Sentinel,
    master: &Master,
    replica: &Replica,
    now: NodeTime,
    finder: &mut Finder<'_>,
) -> InstanceView {
    let mut view = InstanceView {
        name: replica.name.clone(),
        flags: sentinel.replica_flags(master, replica),
        offset: replica.repl_offset,
        priority: replica.priority,
        reported_master: replica.master_host.clone().map(|host| (host, replica.master_port)),
        master_link_up: replica.master_link_up,
        master_link_down: replica.master_link_down_time,
        announced: replica.announced != 0,
        ..instance_view(sentinel, &replica.instance, now, finder)
    };
    fill_reported(&mut view, &replica.reported, now);
    view
}

fn peer_view(
    sentinel: &Sentinel,
    peer: &OtherSentinel,
    now: NodeTime,
    finder: &mut Finder<'_>,
) -> InstanceView {
    InstanceView {
        name: peer.name.clone(),
        flags: sentinel.sentinel_flags(peer),
        master_down: peer.master_down,
        vote: peer.leader.clone().map(|leader| (leader, peer.leader_epoch)),
        vote_epoch: peer.leader_epoch,
        ..instance_view(sentinel, &peer.instance, now, finder)
    }
}

/// What all kinds of instance have; the rest is empty.
fn instance_view(
    sentinel: &Sentinel,
    instance: &Instance,
    now: NodeTime,
    finder: &mut Finder<'_>,
) -> InstanceView {
    let link = &sentinel.links()[instance.link];
    let addr = Addr::new(instance.addr.ip.unwrap_or(NOWHERE), instance.addr.port);
    InstanceView {
        name: ArcStr::new(),
        addr,
        node: finder.node_at(addr),
        flags: Flags::default(),
        s_down: instance.s_down,
        o_down: false,
        master_down: false,
        disconnected: link.disconnected,
        silent_for: sentinel.silence(instance, now),
        last_ok_ping: now - link.last_avail_time,
        info_age: None,
        offset: 0,
        priority: 0,
        reports_master: false,
        role_age: Millis(0),
        run_id: instance.runid.clone(),
        reported_master: None,
        master_link_up: false,
        master_link_down: Millis(0),
        announced: true,
        vote: None,
        vote_epoch: 0,
    }
}

/// What a packet carries, in full.
pub(super) fn content_text(content: &Content<'_, Message>) -> String {
    match content {
        Content::Handshake => "SYN".to_owned(),
        Content::Close => "FIN".to_owned(),
        Content::Message(message) => message.text(),
    }
}

fn fill_reported(view: &mut InstanceView, reported: &Reported, now: NodeTime) {
    view.info_age = (reported.info_refresh != NodeTime::ZERO).then(|| now - reported.info_refresh);
    view.reports_master = reported.role == Role::Master;
    view.role_age = now - reported.role_time;
}

fn failover_view(sentinel: &Sentinel, master: &Master, now: NodeTime) -> Option<FailoverView> {
    let attempt = master.failover.attempt()?;
    let promoted = master.failover.promoted().and_then(|id| master.replicas.by_id(id));
    let timeout = master.group.failover_timeout;
    let (since, limit) = match master.failover {
        // FSM-WAITSTART-3
        Failover::WaitStart(_) => (master.failover_start_time, Some(sentinel.election_window(master))),
        Failover::SendSlaveofNoone { since, .. }
        | Failover::WaitPromotion { since, .. }
        | Failover::ReconfReplicas { since, .. } => (since, Some(timeout)),
        Failover::None | Failover::SelectReplica(_) | Failover::UpdateConfig { .. } => (now, None),
    };
    let tally = master.tally.as_ref();
    let votes = tally.map_or((0, master.majority(), master.voters()), |tally| {
        (tally.votes_for(sentinel.myid()), tally.needed(), tally.voters)
    });
    Some(FailoverView {
        state: master.failover.name(),
        epoch: attempt.epoch,
        in_state: now - since,
        limit,
        promoted: promoted.map(|replica| replica.name.clone()),
        votes,
    })
}

/// A node that has not been started: what its configuration says.
fn not_started(node: &Node) -> NodeRole {
    match &node.disk {
        Disk::Redis(conf) => NodeRole::Redis(RedisView {
            is_master: conf.replicaof.is_none(),
            follows: None,
            link_up: false,
            syncing: false,
            offset: 0,
            priority: conf.replica_priority,
            replicas: 0,
            keys: 0,
            password: None,
            run_id: ArcStr::new(),
        }),
        Disk::Sentinel(conf) => NodeRole::Sentinel(SentinelView {
            myid: conf.myid().cloned().unwrap_or_default(),
            current_epoch: conf.current_epoch(),
            tilt_since: None,
            masters: Vec::new(),
        }),
        Disk::Client(_) => {
            NodeRole::Client(ClientView { target: None, acked: 0, failed: 0, lost: 0, is_stopped: false })
        }
    }
}
