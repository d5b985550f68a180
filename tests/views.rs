//! What is told of a whole world is found in one pass over it, because a large one has thousands of beliefs. Here
//! the same is found the slow way, word for word as it is defined, at many moments of runs in which much fails.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;

use sentinel_lab::cluster::{
    ClusterView, Condition, InstanceView, MasterView, NodeId, NodeRole, SentinelView,
};
use sentinel_lab::scenario::library;
use sentinel_lab::sim::{Micros, Seed};
use sentinel_lab::view::edges;
use sentinel_lab::view::perspective;

/// How much is played of each scenario, and how often the world is looked at.
const PLAYED: Micros = Micros::from_secs(20);
const BETWEEN: Micros = Micros::from_millis(250);

fn all(master: &MasterView) -> impl Iterator<Item = &InstanceView> {
    [&master.instance].into_iter().chain(&master.replicas).chain(&master.sentinels)
}

fn minds(view: &ClusterView) -> impl Iterator<Item = (NodeId, Condition, &SentinelView)> {
    view.nodes.iter().filter_map(|node| match &node.role {
        NodeRole::Sentinel(mind) => Some((node.id, node.condition, mind)),
        _ => None,
    })
}

/// What a sentinel takes a node for, and how; of several records the first.
fn opinion(mind: &SentinelView, about: NodeId) -> Option<(u8, bool, bool)> {
    mind.masters.iter().find_map(|master| {
        let place = all(master).position(|instance| instance.node == Some(about))?;
        let instance = all(master).nth(place)?;
        let kind = if place == 0 { 0 } else { 1 + u8::from(place > master.replicas.len()) };
        Some((kind, instance.s_down, instance.o_down))
    })
}

/// About whom two running sentinels, other than itself, have different opinions or one has none.
fn disputed(view: &ClusterView) -> Vec<NodeId> {
    let is_disputed = |about: NodeId| {
        let heard = minds(view).filter(|(id, condition, mind)| {
            *id != about && *condition == Condition::Running && !mind.masters.is_empty()
        });
        let opinions: Vec<_> = heard.map(|(_, _, mind)| opinion(mind, about)).collect();
        opinions.iter().any(|other| *other != opinions[0])
    };
    let nodes = view.nodes.iter().filter(|node| !matches!(node.role, NodeRole::Client(_)));
    nodes.map(|node| node.id).filter(|id| is_disputed(*id)).collect()
}

/// The pairs that have a line, and whether anything is connected over it.
fn pairs(view: &ClusterView) -> BTreeMap<(NodeId, NodeId), bool> {
    let mut found = BTreeMap::new();
    for node in &view.nodes {
        if let NodeRole::Redis(redis) = &node.role
            && let Some((_, Some(master))) = redis.follows
            && master != node.id
        {
            found.insert((node.id.min(master), node.id.max(master)), false);
        }
    }
    for (id, _, mind) in minds(view) {
        for about in mind.masters.iter().flat_map(all).filter_map(|instance| instance.node) {
            if about != id {
                found.insert((id.min(about), id.max(about)), false);
            }
        }
    }
    found.extend(view.connections.iter().map(|c| ((c.a, c.b), c.established > 0)));
    found
}

#[test]
fn what_is_told_of_a_world_is_what_its_definition_says() {
    let (mut disputes, mut unconnected) = (0, 0);
    for (n, entry) in library().iter().enumerate() {
        let mut world = entry.scenario().begin(Seed(n as u64)).cluster;
        let end = world.now() + PLAYED;
        while world.now() < end {
            world.run_until(world.now() + BETWEEN, &mut Vec::new());
            let view = world.view();
            let place = format!("{} at {:?}", entry.id, world.now());

            let disagreed = disputed(&view);
            assert_eq!(perspective::disputed(&view), disagreed, "{place}");
            disputes += disagreed.len();

            let lines = edges::edges(&view);
            let found: BTreeMap<_, _> = lines.iter().map(|line| ((line.a, line.b), line.connected)).collect();
            assert_eq!(found, pairs(&view), "{place}");
            assert!(lines.is_sorted_by_key(|line| (line.a, line.b)), "{place}");
            unconnected += found.values().filter(|connected| !**connected).count();

            for instance in view.nodes.iter().flat_map(|node| match &node.role {
                NodeRole::Sentinel(mind) => mind.masters.iter().flat_map(all).collect(),
                _ => Vec::new(),
            }) {
                assert_eq!(instance.node, world.node_at(instance.addr), "{place}, {}", instance.name);
            }

            let sorted = view.connections.is_sorted_by(|a, b| (a.a, a.b) < (b.a, b.b));
            assert!(sorted, "each pair once, in order: {place}");
        }
    }
    // A run in which nothing of it happens would prove nothing.
    assert!(disputes > 100 && unconnected > 100, "{disputes} disputes, {unconnected} unconnected");
}
