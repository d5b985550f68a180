//! The cluster as one sentinel believes it: only what it knows, as it knows it; and where sentinels disagree.

use crate::cluster::{
    ClusterView, Condition, InstanceView, MasterView, NodeId, NodeRole, NodeView, SentinelView,
};
use crate::view::beliefs::sentinel_name;
use crate::view::edges::{self, Cut, Edge, Use};
use crate::view::face::{self, Face, Heard, Part};
use crate::view::layout::Kind;
use std::collections::BTreeMap;

/// The nodes as the sentinel `id` believes them to be; as they are where it is no sentinel or has gone.
/// Whom it does not know is there still, marked as unknown: a cluster stays put.
pub fn faces(view: &ClusterView, id: NodeId) -> Vec<Face> {
    let mut all = face::faces(view);
    let Some(mind) = sentinel(view, id) else { return all };
    let longest = mind.masters.iter().flat_map(|m| &m.replicas).map(|r| r.offset).max().unwrap_or(0);
    for (face, node) in all.iter_mut().zip(&view.nodes) {
        face.disputed = false;
        if node.id == id {
            continue;
        }
        believe(face, view, node, id, mind, longest);
    }
    all
}

fn sentinel(view: &ClusterView, id: NodeId) -> Option<&SentinelView> {
    match &view.nodes.iter().find(|n| n.id == id)?.role {
        NodeRole::Sentinel(sentinel) => Some(sentinel),
        _ => None,
    }
}

/// A node's record in a sentinel's table, and whether it is the master's, a replica's or another sentinel's.
fn record(master: &MasterView, node: NodeId) -> Option<(&InstanceView, Record)> {
    let is = |instance: &&InstanceView| instance.node == Some(node);
    if master.instance.node == Some(node) {
        return Some((&master.instance, Record::Master));
    }
    let replica = master.replicas.iter().find(is).map(|r| (r, Record::Replica));
    replica.or_else(|| master.sentinels.iter().find(is).map(|s| (s, Record::Sentinel)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Record {
    Master,
    Replica,
    Sentinel,
}

fn believe(
    face: &mut Face,
    view: &ClusterView,
    node: &NodeView,
    believer: NodeId,
    mind: &SentinelView,
    longest: u64,
) {
    let found = mind.masters.iter().find_map(|master| Some((master, record(master, node.id)?)));
    // What it cannot know: whether a process runs, a host is cut off, what others believe.
    face.condition = Condition::Running;
    face.host_gone = false;
    face.doubters.clear();
    face.condemners.clear();
    let Some((master, (instance, record))) = found else {
        face.known = false;
        return;
    };
    if instance.s_down {
        face.doubters.push(believer);
    }
    if instance.o_down {
        face.condemners.push(believer);
    }
    match &mut face.part {
        Part::Redis { is_master, in_step, syncing, filled, promoted, reconf, followed_by } => {
            *is_master = record == Record::Master;
            *in_step = *is_master || instance.master_link_up;
            *syncing = false;
            *filled = (instance.offset * 40 / longest.max(1)).min(40) as u8;
            let chosen = master.failover.as_ref().and_then(|f| f.promoted.as_ref());
            *promoted = record == Record::Replica && chosen == Some(&instance.name);
            *reconf = face::reconf_of(instance);
            *followed_by = u32::from(*is_master);
        }
        Part::Sentinel { epoch, failover, tilt_left, suspicion } => {
            // A sentinel keeps the highest epoch that it heard of, not whose it was.
            *epoch = None;
            *failover = None;
            *tilt_left = None;
            *suspicion = 0;
            let vote = instance.vote.as_ref().map(|(who, epoch)| (sentinel_name(view, who), *epoch));
            face.heard = Some(Heard { down: instance.master_down, vote });
        }
        Part::Client { .. } => {}
    }
}

/// The lines that the sentinel `id` knows of: its own, and who replicates whom by the last INFO.
pub fn lines(view: &ClusterView, id: NodeId) -> Vec<Edge> {
    let all = edges::edges(view);
    let Some(mind) = sentinel(view, id) else { return all };
    let mut known: BTreeMap<(NodeId, NodeId), Edge> = BTreeMap::new();
    for mut edge in all {
        let other = if edge.a == id { edge.b } else { edge.a };
        let is_own = edge.a == id || edge.b == id;
        let instance = mind.masters.iter().find_map(|master| Some(record(master, other)?.0));
        if let Some(instance) = instance.filter(|_| is_own) {
            edge.cut = Cut::No;
            edge.connected = !instance.disconnected;
            edge.latency_us = 0;
            edge.loss_ppm = 0;
            known.insert((edge.a, edge.b), edge);
        }
    }
    for replica in mind.masters.iter().flat_map(|m| &m.replicas) {
        let at = |(host, port): &(crate::protocol::ArcStr, i64)| {
            view.nodes.iter().find(|n| {
                !matches!(n.role, NodeRole::Client(_))
                    && n.addr.ip.to_string() == **host
                    && i64::from(n.addr.port) == *port
            })
        };
        let ends = replica.reported_master.as_ref().and_then(at).zip(replica.node);
        let Some((master, replica_id)) = ends.filter(|(m, r)| m.id != *r && !replica.reports_master) else {
            continue;
        };
        let host = |id: NodeId| view.nodes.iter().find(|n| n.id == id).map(|n| n.host);
        let (a, b) = (master.id.min(replica_id), master.id.max(replica_id));
        let Some(hosts) = host(a).zip(host(b)) else { continue };
        let use_ = Use::Replication { master: master.id, up: replica.master_link_up };
        let edge = Edge {
            a,
            b,
            kinds: (Kind::Redis, Kind::Redis),
            hosts,
            use_,
            connected: true,
            cut: Cut::No,
            latency_us: 0,
            loss_ppm: 0,
        };
        known.insert((a, b), edge);
    }
    known.into_values().collect()
}

/// What running sentinels said of one node so far.
#[derive(Clone, Default)]
struct Opinions {
    /// Whose opinion came last.
    last: Option<NodeId>,
    /// The first: what it takes the node for, and whether it believes it subjectively and objectively down.
    first: Option<(Record, bool, bool)>,
    /// How many have one.
    count: usize,
    /// Whether any differs from the first.
    differ: bool,
}

/// The nodes about which running sentinels disagree: whether they are down, or what they are. Who has never heard
/// of a node disagrees with those who have.
pub fn disputed(view: &ClusterView) -> Vec<NodeId> {
    // By the nodes' numbers: a large cluster has thousands of opinions.
    let mut all = vec![Opinions::default(); view.nodes.last().map_or(0, |node| node.id.0 as usize + 1)];
    let mut minds: Vec<NodeId> = Vec::new();
    for node in view.nodes.iter().filter(|n| n.condition == Condition::Running) {
        let NodeRole::Sentinel(mind) = &node.role else { continue };
        if mind.masters.is_empty() {
            continue;
        }
        minds.push(node.id);
        for master in &mind.masters {
            let masters = [(&master.instance, Record::Master)].into_iter();
            let replicas = master.replicas.iter().map(|replica| (replica, Record::Replica));
            let sentinels = master.sentinels.iter().map(|peer| (peer, Record::Sentinel));
            for (instance, record) in masters.chain(replicas).chain(sentinels) {
                let about = instance.node.filter(|about| *about != node.id);
                let said = about.and_then(|about| all.get_mut(about.0 as usize));
                // Of several records of the same node the first counts, as in `record`.
                let Some(said) = said.filter(|said| said.last != Some(node.id)) else { continue };
                let opinion = (record, instance.s_down, instance.o_down);
                said.last = Some(node.id);
                said.count += 1;
                said.differ |= *said.first.get_or_insert(opinion) != opinion;
            }
        }
    }
    let is_disputed = |node: &&NodeView| {
        let said = &all[node.id.0 as usize];
        let others = minds.len() - usize::from(minds.binary_search(&node.id).is_ok());
        said.differ || said.count > 0 && said.count < others
    };
    let kinds = view.nodes.iter().filter(|node| !matches!(node.role, NodeRole::Client(_)));
    kinds.filter(is_disputed).map(|node| node.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture;

    fn id(view: &mut ClusterView, name: &str) -> NodeId {
        fixture::node(view, name).id
    }

    #[test]
    fn a_sentinel_sees_only_its_own_doubts() {
        let mut view = fixture::view();
        fixture::master_seen_by(&mut view, "S2").s_down = true;
        let (s1, s2) = (id(&mut view, "S1"), id(&mut view, "S2"));
        assert_eq!(faces(&view, s1)[0].state(), "ok");
        let seen = faces(&view, s2);
        assert_eq!((seen[0].state(), seen[0].doubters.as_slice()), ("sdown", [s2].as_slice()));
    }

    #[test]
    fn whether_a_process_runs_is_no_belief() {
        let mut view = fixture::view();
        fixture::node(&mut view, "M0").condition = Condition::Dead;
        let s1 = id(&mut view, "S1");
        assert_eq!(faces(&view, s1)[0].state(), "ok", "nobody has told S1 yet");
    }

    #[test]
    fn roles_are_those_of_its_table() {
        let mut view = fixture::view();
        let s3 = id(&mut view, "S3");
        let belief = fixture::belief(&mut view, "S3");
        let replica = belief.replicas.remove(0);
        let master = std::mem::replace(&mut belief.instance, replica);
        belief.replicas.push(master);
        let seen = faces(&view, s3);
        assert_eq!((seen[0].role(), seen[1].role()), ("replica", "master"));
        assert_eq!(faces(&view, id(&mut view.clone(), "S1"))[0].role(), "master");
    }

    #[test]
    fn whom_it_does_not_know_is_unknown() {
        let mut view = fixture::view();
        let s1 = id(&mut view, "S1");
        fixture::belief(&mut view, "S1").sentinels.remove(0);
        let unknown: Vec<_> = faces(&view, s1).iter().filter(|f| !f.known).map(|f| f.name.clone()).collect();
        assert_eq!(unknown, ["S2"]);
    }

    #[test]
    fn its_lines_are_its_own_and_what_info_told() {
        let mut view = fixture::view();
        let s1 = id(&mut view, "S1");
        let lines = lines(&view, s1);
        let replication = lines.iter().filter(|e| e.word() == "replication").count();
        assert_eq!(replication, 2);
        assert!(lines.iter().filter(|e| e.word() == "watch").all(|e| e.a == s1 || e.b == s1));
        assert_eq!(lines.len(), 7, "M0, R1, R2, S2, S3, and two of replication");
    }

    #[test]
    fn a_dispute_needs_two_opinions() {
        let mut view = fixture::view();
        assert_eq!(disputed(&view), []);
        fixture::master_seen_by(&mut view, "S2").s_down = true;
        let m0 = id(&mut view, "M0");
        assert_eq!(disputed(&view), [m0]);
        for sentinel in ["S1", "S3"] {
            fixture::master_seen_by(&mut view, sentinel).s_down = true;
        }
        assert_eq!(disputed(&view), [], "all agree");
        fixture::master_seen_by(&mut view, "S1").s_down = false;
        fixture::node(&mut view, "S1").condition = Condition::Dead;
        assert_eq!(disputed(&view), [], "what a dead one believed counts no more");
    }
}
