//! The lines of the picture: who is connected with whom, and what the network does to it.

use crate::cluster::{ClusterView, HostId, LinkSettings, LinkView, NodeId, NodeRole, NodeView};
use crate::view::layout::Kind;

/// A line between two nodes, `a < b`.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// One end.
    pub a: NodeId,
    /// The other.
    pub b: NodeId,
    /// Their kinds.
    pub kinds: (Kind, Kind),
    /// Their hosts; equal where they share one, and then nothing can cut them.
    pub hosts: (HostId, HostId),
    /// What it stands for.
    pub use_: Use,
    /// Whether anything is connected over it.
    pub connected: bool,
    /// What the network does: from `a` to `b` and back.
    pub cut: Cut,
    /// The worse of its two latencies, in microseconds, without jitter.
    pub latency_us: u64,
    /// The worse of its two losses, in parts per million.
    pub loss_ppm: u32,
}

/// What a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A sentinel watches a server or another sentinel.
    Watch,
    /// `b` replicates `a`, or the other way round; `up` where the link is up.
    Replication {
        /// The end that is the master.
        master: NodeId,
        /// Whether data flows.
        up: bool,
    },
    /// A client's line.
    Client,
}

/// Whether packets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Both ways.
    No,
    /// One way only.
    OneWay,
    /// Neither way.
    Both,
}

impl Cut {
    /// Its name in attributes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::OneWay => "one-way",
            Self::Both => "both",
        }
    }
}

impl Edge {
    /// The name of its use in attributes.
    pub const fn word(&self) -> &'static str {
        match self.use_ {
            Use::Watch => "watch",
            Use::Replication { .. } => "replication",
            Use::Client => "client",
        }
    }

    /// How it is, for attributes.
    pub const fn state(&self) -> &'static str {
        match (self.cut, self.connected) {
            (Cut::Both, _) => "cut",
            (Cut::OneWay, _) => "half-cut",
            (Cut::No, true) => "up",
            (Cut::No, false) => "down",
        }
    }
}

/// The link between two hosts, with the direction from `a` first; `None` within one host.
pub fn link(view: &ClusterView, a: HostId, b: HostId) -> Option<(LinkSettings, LinkSettings)> {
    let (low, high) = (a.min(b), a.max(b));
    let at = view.links.binary_search_by_key(&(low, high), |l| (l.a, l.b)).ok()?;
    let LinkView { ab, ba, .. } = view.links[at];
    Some(if a <= b { (ab, ba) } else { (ba, ab) })
}

/// All lines, by their ends. A pair has one where it has a connection, where one replicates the other, or
/// where a cut link keeps a sentinel from somebody whom it watches.
pub fn edges(view: &ClusterView) -> Vec<Edge> {
    lines(view).into_iter().filter_map(|line| edge(view, line)).collect()
}

/// The ends of a line, who replicates whom there, and whether anything is connected over it.
type Line = ((NodeId, NodeId), Option<Use>, bool);

/// The lines, by their ends, without a look at what the network does to them.
fn lines(view: &ClusterView) -> Vec<Line> {
    // A table with a place for every pair: a large cluster's sentinels watch thousands, most of them twice.
    let width = view.nodes.last().map_or(0, |node| node.id.0 + 1);
    let place = |(a, b): (NodeId, NodeId)| (a.0 * width + b.0) as usize;
    let mut found: Vec<Option<(Option<Use>, bool)>> = vec![None; (width * width) as usize];
    for c in &view.connections {
        found[place((c.a, c.b))] = Some((None, c.established > 0));
    }
    for node in &view.nodes {
        match &node.role {
            NodeRole::Redis(redis) => {
                if let Some((_, Some(master))) = redis.follows
                    && master != node.id
                {
                    let use_ = Use::Replication { master, up: redis.link_up };
                    found[place(pair(node.id, master))].get_or_insert((None, false)).0 = Some(use_);
                }
            }
            NodeRole::Sentinel(sentinel) => {
                for master in &sentinel.masters {
                    let watched = [&master.instance].into_iter().chain(&master.replicas);
                    for target in watched.chain(&master.sentinels).filter_map(|i| i.node) {
                        if target != node.id {
                            found[place(pair(node.id, target))].get_or_insert((None, false));
                        }
                    }
                }
            }
            NodeRole::Client(_) => {}
        }
    }
    let pairs = (0..width).flat_map(|a| (0..width).map(move |b| (NodeId(a), NodeId(b))));
    pairs
        .zip(found)
        .filter_map(|(ends, line)| line.map(|(use_, connected)| (ends, use_, connected)))
        .collect()
}

/// With more lines than this those that say nothing by themselves are not drawn.
const CROWD: usize = 300;

/// The lines that are drawn: all, or in a large cluster, where nobody could tell one from another, those that
/// replicate, those of clients, and those that are cut.
pub fn drawn(view: &ClusterView) -> Vec<Edge> {
    let mut lines = lines(view);
    if lines.len() > CROWD {
        let cut: Vec<&LinkView> = view.links.iter().filter(|l| l.ab.blocked || l.ba.blocked).collect();
        lines.retain(|((a, b), use_, _)| {
            let (Some(a), Some(b)) = (node(view, *a), node(view, *b)) else { return false };
            let hosts = (a.host.min(b.host), a.host.max(b.host));
            let is_cut = || cut.binary_search_by_key(&hosts, |l| (l.a, l.b)).is_ok();
            use_.unwrap_or_else(|| default_use(a, b)) != Use::Watch || is_cut()
        });
        lines.truncate(CROWD);
    }
    lines.into_iter().filter_map(|line| edge(view, line)).collect()
}

fn pair(a: NodeId, b: NodeId) -> (NodeId, NodeId) {
    (a.min(b), a.max(b))
}

fn node(view: &ClusterView, id: NodeId) -> Option<&NodeView> {
    view.nodes.binary_search_by_key(&id, |node| node.id).ok().map(|at| &view.nodes[at])
}

/// What a line between two nodes stands for where neither replicates the other.
fn default_use(a: &NodeView, b: &NodeView) -> Use {
    let is_client = |node: &NodeView| Kind::of(&node.role) == Kind::Client;
    if is_client(a) || is_client(b) { Use::Client } else { Use::Watch }
}

fn edge(view: &ClusterView, (ends, use_, connected): Line) -> Option<Edge> {
    let (a, b) = (node(view, ends.0)?, node(view, ends.1)?);
    let link = link(view, a.host, b.host);
    let cut = match link {
        Some((ab, ba)) if ab.blocked && ba.blocked => Cut::Both,
        Some((ab, ba)) if ab.blocked || ba.blocked => Cut::OneWay,
        _ => Cut::No,
    };
    Some(Edge {
        a: a.id,
        b: b.id,
        kinds: (Kind::of(&a.role), Kind::of(&b.role)),
        hosts: (a.host, b.host),
        use_: use_.unwrap_or_else(|| default_use(a, b)),
        connected,
        cut,
        latency_us: link.map_or(0, |(ab, ba)| ab.latency.0.max(ba.latency.0)),
        loss_ppm: link.map_or(0, |(ab, ba)| ab.loss.ppm().max(ba.loss.ppm())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Action;
    use crate::view::fixture;

    #[test]
    fn a_small_cluster_has_all_its_lines() {
        let view = fixture::view();
        assert_eq!(drawn(&view), edges(&view));
    }

    #[test]
    fn of_a_large_cluster_those_lines_are_drawn_that_say_something() {
        let mut world = fixture::crowd();
        assert!(edges(&world.view()).len() > CROWD);
        let all_well = drawn(&world.view());
        assert_eq!(all_well.len(), 10, "the replication links");
        let host = |name: &str| world.node(world.node_named(name).unwrap()).host;
        let (a, b) = (host("S3"), host("S4"));
        world.act(Action::Cut(a, b), &mut Vec::new()).unwrap();
        let parted = drawn(&world.view());
        assert_eq!(parted.len(), 11);
        assert_eq!(parted.iter().filter(|edge| edge.cut == Cut::Both && edge.hosts == (a, b)).count(), 1);
    }
}
