//! What can be done to single links, and to many with one stroke: values, cuts, partitions.

use crate::cluster::{Action, ClusterView, HostId, LinkSettings};
use crate::sim::{Chance, Micros};
use crate::view::edges;
use crate::view::geometry::Point;
use crate::view::layout::Plan;
use crate::view::settings::{self, NetworkValue};

/// What the tool *Delay* gives to a link, each way.
const DELAYED: Micros = Micros::from_millis(200);
/// What the tool *Lose* takes from a link, in parts per million.
const LOST_PPM: u32 = 300_000;
/// Into so many pieces a line is divided to see whether a stroke crosses it.
const PIECES: u32 = 24;

/// A value of a link; the worse of its two directions.
pub fn value(view: &ClusterView, (a, b): (HostId, HostId), value: NetworkValue) -> Option<i64> {
    let (ab, ba) = edges::link(view, a, b)?;
    Some(value.value(&ab).max(value.value(&ba)))
}

/// The lowest and the highest value of these links, of each the worse of its two directions; 0 where there are none.
pub fn range(view: &ClusterView, pairs: &[(HostId, HostId)], which: NetworkValue) -> (i64, i64) {
    let values = || pairs.iter().filter_map(|pair| value(view, *pair, which));
    (values().min().unwrap_or(0), values().max().unwrap_or(0))
}

/// The actions that set a value of a link, both ways, leaving its other values alone.
pub fn set(view: &ClusterView, (a, b): (HostId, HostId), which: NetworkValue, to: i64) -> Vec<Action> {
    let Some((ab, ba)) = edges::link(view, a, b) else { return Vec::new() };
    [(a, b, ab, ba), (b, a, ba, ab)]
        .into_iter()
        .map(|(from, to_host, link, back)| {
            let mut link = settings::own(link, back);
            which.put(&mut link, to);
            Action::SetLink { from: Some(from), to: Some(to_host), link }
        })
        .collect()
}

/// The links between these hosts and all others: what a zone has to the rest of the network.
pub fn across(view: &ClusterView, side: &[HostId]) -> Vec<(HostId, HostId)> {
    let (one, other): (Vec<_>, Vec<_>) = hosts(view).into_iter().partition(|host| side.contains(host));
    one.iter().flat_map(|a| other.iter().map(|b| (*a, *b))).collect()
}

/// What the tool *Cut* does to a link: cuts it both ways, or mends it, whichever way it is blocked.
pub fn cut_or_mend(view: &ClusterView, (a, b): (HostId, HostId)) -> Action {
    match edges::link(view, a, b) {
        Some((ab, ba)) if ab.blocked && ba.blocked => Action::Mend(a, b),
        Some((ab, _)) if ab.blocked => block(a, b, ab, false),
        Some((_, ba)) if ba.blocked => block(b, a, ba, false),
        _ => Action::Cut(a, b),
    }
}

/// The action after which nothing gets from `from` to `to` any more, while the way back stays open; `None` where
/// something is blocked already.
pub fn cut_one_way(view: &ClusterView, from: HostId, to: HostId) -> Option<Action> {
    let (there, back) = edges::link(view, from, to)?;
    (!there.blocked && !back.blocked).then(|| block(from, to, there, true))
}

/// The actions that open what stays closed when cuts and partitions are mended: links that a rule blocks, one way
/// or both. A host that is dead or off the network is another matter.
pub fn open_blocked(view: &ClusterView) -> Vec<Action> {
    let is_there = |id| view.hosts.iter().any(|host| host.id == id && host.alive && host.connected);
    let blocked = view.links.iter().filter(|link| link.ab.blocked || link.ba.blocked);
    let blocked = blocked.filter(|link| is_there(link.a) && is_there(link.b));
    blocked.map(|link| cut_or_mend(view, (link.a, link.b))).collect()
}

const fn block(from: HostId, to: HostId, link: LinkSettings, blocked: bool) -> Action {
    Action::SetLink { from: Some(from), to: Some(to), link: LinkSettings { blocked, ..link } }
}

/// What the tools *Delay* and *Lose* do to a link: give it much of it, or take that back.
pub fn toggle(view: &ClusterView, link: (HostId, HostId), which: NetworkValue) -> Vec<Action> {
    let much = match which {
        NetworkValue::Loss => i64::from(LOST_PPM),
        NetworkValue::Latency | NetworkValue::Jitter => DELAYED.0 as i64,
    };
    let usual = settings::network(view).map_or(0, |usual| which.value(&usual));
    let has = value(view, link, which).unwrap_or(0);
    set(view, link, which, if has >= much { usual } else { much })
}

impl NetworkValue {
    /// Gives a link the value.
    pub const fn put(self, link: &mut LinkSettings, value: i64) {
        let value = if value < 0 { 0 } else { value as u64 };
        match self {
            Self::Latency => link.latency = Micros(value),
            Self::Jitter => link.jitter = Micros(value),
            Self::Loss => link.loss = Chance::from_ppm(value as u32),
        }
    }
}

/// The pairs of hosts, `a < b`, with a line between nodes of theirs that a stroke crosses.
pub fn crossed(view: &ClusterView, plan: &Plan, stroke: &[Point]) -> Vec<(HostId, HostId)> {
    let mut pairs = Vec::new();
    for (n, one) in view.nodes.iter().enumerate() {
        for other in &view.nodes[n + 1..] {
            let pair = (one.host.min(other.host), one.host.max(other.host));
            let Err(at) = pairs.binary_search(&pair) else { continue };
            if pair.0 == pair.1 {
                continue;
            }
            // The line from border to border, and what the two nodes cover of it.
            let places = plan.places.get(&one.id).zip(plan.places.get(&other.id));
            let (Some(line), Some((first, last))) = (plan.line(one.id, other.id), places) else { continue };
            let on_line = (0..=PIECES).map(|n| line.at(f64::from(n) / f64::from(PIECES)));
            let way: Vec<Point> = [*first].into_iter().chain(on_line).chain([*last]).collect();
            let meets = |a: Point, b: Point| stroke.windows(2).any(|part| cross(a, b, part[0], part[1]));
            if way.windows(2).any(|piece| meets(piece[0], piece[1])) {
                pairs.insert(at, pair);
            }
        }
    }
    pairs
}

/// What a stroke across links does: where it parts the hosts into groups, the network is parted into these;
/// otherwise every drawn link that it crosses is cut.
pub fn part(view: &ClusterView, plan: &Plan, stroke: &[Point]) -> Vec<Action> {
    let pairs = crossed(view, plan, stroke);
    if pairs.is_empty() {
        return Vec::new();
    }
    let groups = groups(view, &pairs);
    if groups.len() > 1 {
        return vec![Action::Partition(groups)];
    }
    // Where nobody talks no line is drawn, and nobody meant to cut it.
    let drawn: Vec<_> =
        edges::edges(view).iter().map(|e| (e.hosts.0.min(e.hosts.1), e.hosts.0.max(e.hosts.1))).collect();
    let seen = pairs.into_iter().filter(|pair| drawn.contains(pair));
    seen.map(|(a, b)| Action::Cut(a, b)).collect()
}

/// The hosts with nodes, each with the names of its nodes: what [`cut_off`] chooses from.
pub fn sides(view: &ClusterView) -> Vec<(HostId, String)> {
    let mut hosts: Vec<(HostId, String)> = Vec::new();
    for node in &view.nodes {
        match hosts.iter_mut().find(|(host, _)| *host == node.host) {
            Some((_, names)) => *names = format!("{names} · {}", node.name),
            None => hosts.push((node.host, node.name.to_string())),
        }
    }
    hosts
}

/// What a line drawn around these hosts does: parts them from all others. `None` where that leaves a side empty.
pub fn cut_off(view: &ClusterView, side: &[HostId]) -> Option<Action> {
    let hosts = hosts(view);
    let first = side.contains(hosts.first()?);
    let (one, other): (Vec<_>, Vec<_>) = hosts.into_iter().partition(|host| side.contains(host) == first);
    (!other.is_empty()).then(|| Action::Partition(vec![one, other]))
}

/// The hosts with nodes.
fn hosts(view: &ClusterView) -> Vec<HostId> {
    let mut hosts: Vec<HostId> = Vec::new();
    for node in &view.nodes {
        if let Err(place) = hosts.binary_search(&node.host) {
            hosts.insert(place, node.host);
        }
    }
    hosts
}

/// The hosts with nodes, in groups that no crossed pair holds together.
fn groups(view: &ClusterView, crossed: &[(HostId, HostId)]) -> Vec<Vec<HostId>> {
    let all = hosts(view);
    let mut hosts = all.clone();
    let mut groups: Vec<Vec<HostId>> = Vec::new();
    while let Some(first) = hosts.first().copied() {
        let mut group = vec![first];
        hosts.remove(0);
        let mut next = 0;
        while let Some(here) = group.get(next).copied() {
            let (near, rest) =
                hosts.iter().partition(|there| !crossed.contains(&(here.min(**there), here.max(**there))));
            group.extend::<Vec<HostId>>(near);
            hosts = rest;
            next += 1;
        }
        groups.push(all.iter().copied().filter(|host| group.contains(host)).collect());
    }
    groups
}

/// Whether two straight pieces cross.
fn cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    let side = |p: Point, q: Point, r: Point| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    // A point on the line counts to one side of it, so that a stroke through a joint crosses one piece.
    let parted = |p: Point, q: Point, r: Point, s: Point| (side(p, q, r) >= 0.0) != (side(p, q, s) >= 0.0);
    parted(a, b, c, d) && parted(c, d, a, b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture;
    use crate::view::layout;
    use std::collections::BTreeMap;

    fn staged() -> (ClusterView, Plan) {
        let view = fixture::view();
        let plan = layout::plan(&layout::seats(&view), (944.0, 512.0), true, &BTreeMap::new());
        (view, plan)
    }

    #[test]
    fn a_stroke_around_a_node_parts_it_from_the_others() {
        let (view, plan) = staged();
        let s1 = view.nodes[3].clone();
        let at = plan.places[&s1.id];
        let around: Vec<Point> = (0..=12)
            .map(|n| f64::from(n) * std::f64::consts::TAU / 12.0)
            .map(|turn| Point::new(at.x + 70.0 * turn.cos(), at.y + 70.0 * turn.sin()))
            .collect();
        let [Action::Partition(groups)] = &part(&view, &plan, &around)[..] else {
            panic!("{:?}", part(&view, &plan, &around))
        };
        assert_eq!(groups.len(), 2);
        assert!(groups.contains(&vec![s1.host]), "{groups:?}");
    }

    #[test]
    fn a_stroke_from_edge_to_edge_parts_the_stage() {
        let (view, plan) = staged();
        let (master, replica) = (plan.places[&view.nodes[0].id], plan.places[&view.nodes[1].id]);
        let x = master.x.midpoint(replica.x);
        let groups = match &part(&view, &plan, &[Point::new(x, -10.0), Point::new(x, 600.0)])[..] {
            [Action::Partition(groups)] => groups.clone(),
            other => panic!("{other:?}"),
        };
        let left: Vec<_> = view.nodes.iter().filter(|n| plan.places[&n.id].x < x).map(|n| n.host).collect();
        assert!(groups.contains(&left), "{groups:?}, left of {x}: {left:?}");
        // Without drawing, from whichever side it is told.
        let right: Vec<_> = view.nodes.iter().map(|n| n.host).filter(|host| !left.contains(host)).collect();
        assert_eq!(cut_off(&view, &left), Some(Action::Partition(groups.clone())));
        assert_eq!(cut_off(&view, &right), Some(Action::Partition(groups)));
    }

    #[test]
    fn whoever_is_cut_off_goes_with_its_host_and_leaves_somebody_behind() {
        let (mut view, _) = staged();
        let host = view.nodes[0].host;
        view.nodes[3].host = host;
        let all: Vec<_> = sides(&view).iter().map(|(host, _)| *host).collect();
        assert_eq!(sides(&view)[0], (host, "M0 · S1".to_owned()));
        assert_eq!(all.len(), 5);
        let rest: Vec<_> = all[1..].to_vec();
        assert_eq!(cut_off(&view, &[host]), Some(Action::Partition(vec![vec![host], rest])));
        assert_eq!(cut_off(&view, &all), None);
        assert_eq!(cut_off(&view, &[]), None);
    }

    #[test]
    fn a_zone_is_linked_to_the_others_by_what_leads_out_of_it_and_by_nothing_within() {
        let (mut view, _) = staged();
        let all: Vec<_> = view.nodes.iter().map(|n| n.host).collect();
        let zone = [all[0], all[3]];
        let pairs = across(&view, &zone);
        assert_eq!(pairs.len(), 8);
        assert!(pairs.iter().all(|(a, b)| zone.contains(a) && !zone.contains(b)), "{pairs:?}");
        assert_eq!((across(&view, &[]), across(&view, &all)), (vec![], vec![]));
        let usual = range(&view, &pairs, NetworkValue::Latency);
        assert_eq!(usual.0, usual.1);
        let slow = view.links.iter_mut().find(|link| pairs.contains(&(link.a, link.b))).unwrap();
        slow.ba.latency = Micros(40_000);
        assert_eq!(range(&view, &pairs, NetworkValue::Latency), (usual.0, 40_000));
    }

    #[test]
    fn a_short_stroke_cuts_what_it_crosses_and_no_more() {
        let (view, plan) = staged();
        let line = plan.line(view.nodes[0].id, view.nodes[1].id).unwrap();
        let (at, turn) = (line.at(0.5), line.heading(0.5).to_radians());
        let end = |far: f64| Point::new(at.x - turn.sin() * far, at.y + turn.cos() * far);
        let actions = part(&view, &plan, &[end(-4.0), end(4.0)]);
        let [Action::Cut(a, b)] = &actions[..] else { panic!("{actions:?}") };
        assert_eq!((*a, *b), (view.nodes[0].host, view.nodes[1].host));
        assert_eq!(part(&view, &plan, &[Point::new(1.0, 1.0), Point::new(3.0, 3.0)]), []);
    }

    #[test]
    fn a_link_is_cut_one_way_keeps_that_when_it_is_slowed_and_is_mended_by_the_tool_or_with_all() {
        let (mut view, _) = staged();
        let (a, b) = (view.links[3].a, view.links[3].b);
        let apply = |view: &mut ClusterView, action: Action| {
            let Action::SetLink { from: Some(from), link, .. } = action else { panic!("{action:?}") };
            let held = &mut view.links[3];
            if from == held.a {
                held.ab = link;
            } else {
                held.ba = link;
            }
            (held.ab.blocked, held.ba.blocked)
        };
        assert_eq!(cut_or_mend(&view, (a, b)), Action::Cut(a, b));
        let action = cut_one_way(&view, b, a).unwrap();
        assert_eq!(apply(&mut view, action), (false, true));
        assert_eq!(cut_one_way(&view, a, b), None);
        for action in set(&view, (a, b), NetworkValue::Latency, 500_000) {
            apply(&mut view, action);
        }
        assert_eq!(value(&view, (a, b), NetworkValue::Latency), Some(500_000));
        assert_eq!((view.links[3].ab.blocked, view.links[3].ba.blocked), (false, true));
        assert_eq!(open_blocked(&view), [cut_or_mend(&view, (a, b))]);
        let action = cut_or_mend(&view, (b, a));
        assert_eq!(apply(&mut view, action), (false, false));
        (view.links[3].ab.blocked, view.links[3].ba.blocked) = (true, true);
        assert_eq!(cut_or_mend(&view, (a, b)), Action::Mend(a, b));
        assert_eq!(open_blocked(&view), [Action::Mend(a, b)]);
        view.hosts.iter_mut().find(|host| host.id == b).unwrap().alive = false;
        assert_eq!(open_blocked(&view), []);
    }

    #[test]
    fn a_tool_gives_a_link_a_value_and_takes_it_back() {
        let (mut view, _) = staged();
        let pair = (view.links[3].a, view.links[3].b);
        for which in [NetworkValue::Latency, NetworkValue::Loss] {
            let before = value(&view, pair, which).unwrap();
            let apply = |view: &mut ClusterView| {
                for action in toggle(view, pair, which) {
                    let Action::SetLink { from: Some(from), to: Some(_), link } = action else { panic!() };
                    let held = &mut view.links[3];
                    if from == held.a { held.ab = link } else { held.ba = link }
                }
                value(view, pair, which).unwrap()
            };
            assert!(apply(&mut view) > before);
            assert_eq!(apply(&mut view), before);
        }
    }
}
