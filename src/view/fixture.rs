//! A small cluster, made by hand, for the tests of this layer.

use crate::cluster::{
    Cluster, ClusterView, Condition, ConnectionView, HostId, HostView, InstanceView, LinkSettings, LinkView,
    MasterView, NodeId, NodeRole, NodeView, RedisView, SentinelView,
};
use crate::protocol::ArcStr;
use crate::scenario::Scenario;
use crate::sentinel::{Flag, Flags};
use crate::sim::{Addr, Chance, Micros, Millis, NodeTime, Seed, SimTime};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr};

const NAMES: [&str; 6] = ["M0", "R1", "R2", "S1", "S2", "S3"];

fn addr(i: u32) -> Addr {
    let port = if i < 3 { 6379 } else { 26379 };
    Addr::new(IpAddr::V4(Ipv4Addr::new(10, 77, 0, 10 + i as u8)), port)
}

/// A sentinel's id: its digit forty times.
pub(crate) fn myid(i: u32) -> ArcStr {
    i.to_string().repeat(40).into()
}

fn instance(i: u32, kind: Flag) -> InstanceView {
    InstanceView {
        name: addr(i).to_string().into(),
        addr: addr(i),
        node: Some(NodeId(i)),
        flags: Flags::default().with(kind, true),
        s_down: false,
        o_down: false,
        master_down: false,
        disconnected: false,
        silent_for: Millis(0),
        last_ok_ping: Millis(300),
        info_age: Some(Millis(4000)),
        offset: 1000,
        priority: 100,
        vote: None,
        reports_master: i == 0,
        role_age: Millis(9000),
        run_id: Some(myid(i)),
        reported_master: (i == 1 || i == 2).then(|| (addr(0).ip.to_string().into(), 6379)),
        master_link_up: true,
        master_link_down: Millis(0),
        announced: true,
        vote_epoch: 0,
    }
}

fn role(i: u32) -> NodeRole {
    if i < 3 {
        NodeRole::Redis(RedisView {
            is_master: i == 0,
            follows: (i != 0).then(|| (addr(0), Some(NodeId(0)))),
            link_up: i != 0,
            syncing: false,
            offset: 1000,
            priority: 100,
            replicas: if i == 0 { 2 } else { 0 },
            keys: 10,
            password: None,
            run_id: myid(i),
        })
    } else {
        let master = MasterView {
            name: "mymaster".into(),
            announced: addr(0),
            instance: instance(0, Flag::Master),
            quorum: 2,
            down_after: Millis(30_000),
            failover_timeout: Millis(180_000),
            parallel_syncs: 1,
            config_epoch: 0,
            vote: None,
            failover: None,
            replicas: vec![instance(1, Flag::Replica), instance(2, Flag::Replica)],
            sentinels: (3..6).filter(|peer| *peer != i).map(|peer| instance(peer, Flag::Sentinel)).collect(),
        };
        NodeRole::Sentinel(SentinelView {
            myid: myid(i),
            current_epoch: 0,
            tilt_since: None,
            masters: vec![master],
        })
    }
}

/// M0, R1, R2, S1, S2, S3, each on a host of its own, all well.
pub(crate) fn view() -> ClusterView {
    let link =
        LinkSettings { latency: Micros(500), jitter: Micros::ZERO, loss: Chance::NEVER, blocked: false };
    let pairs = || (0..6_u32).flat_map(|a| (a + 1..6).map(move |b| (a, b)));
    ClusterView {
        now: SimTime::from_millis(10_000),
        wall: NodeTime(1_700_000_010_000),
        hosts: (0..6)
            .map(|i| HostView {
                id: HostId(i),
                name: format!("H{i}").into(),
                ip: addr(i).ip,
                alive: true,
                connected: true,
            })
            .collect(),
        nodes: (0..6)
            .map(|i| NodeView {
                id: NodeId(i),
                name: NAMES[i as usize].into(),
                host: HostId(i),
                addr: addr(i),
                condition: Condition::Running,
                role: role(i),
            })
            .collect(),
        links: pairs().map(|(a, b)| LinkView { a: HostId(a), b: HostId(b), ab: link, ba: link }).collect(),
        connections: pairs()
            .filter(|(a, b)| *b > 2 || *a == 0)
            .map(|(a, b)| ConnectionView { a: NodeId(a), b: NodeId(b), established: 2 })
            .collect(),
        packets: Vec::new(),
        watched: Some("mymaster".into()),
    }
}

/// The node of that name.
/// A world of many nodes, all well: a master, ten replicas, twenty sentinels.
pub(crate) fn crowd() -> Cluster {
    let mut nodes = vec![json!({"name": "M0", "role": "master"})];
    nodes.extend((1..=10).map(|n| json!({"name": format!("R{n}"), "role": "replica", "of": "M0"})));
    nodes.extend((1..=20).map(|n| json!({"name": format!("S{n}"), "role": "sentinel"})));
    let file = json!({
        "id": "crowd",
        "nodes": nodes,
        "monitors": [{"name": "mymaster", "master": "M0", "quorum": 2}],
        "sentinel_conf": {"down-after-milliseconds": 5000},
        "duration_ms": 1000,
    });
    Scenario::parse(&file.to_string()).expect("the topology is possible").begin(Seed(1)).cluster
}

pub(crate) fn node<'a>(view: &'a mut ClusterView, name: &str) -> &'a mut NodeView {
    view.nodes.iter_mut().find(|n| n.name == name).unwrap()
}

/// What a sentinel believes of its one master.
pub(crate) fn belief<'a>(view: &'a mut ClusterView, sentinel: &str) -> &'a mut MasterView {
    match &mut node(view, sentinel).role {
        NodeRole::Sentinel(sentinel) => &mut sentinel.masters[0],
        _ => panic!("not a sentinel"),
    }
}

/// The master as a sentinel sees it.
pub(crate) fn master_seen_by<'a>(view: &'a mut ClusterView, sentinel: &str) -> &'a mut InstanceView {
    &mut belief(view, sentinel).instance
}
