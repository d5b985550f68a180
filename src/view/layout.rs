//! Where things stand on the stage: data nodes on an upper arc, sentinels on a wider lower one, clients at
//! the left edge; where hosts carry several nodes, each host is a card and a column.
//!
//! The plan depends on who takes part, never on roles: a cluster stays put when roles change.

use crate::cluster::{ClusterView, HostId, NodeId, NodeRole};
use crate::view::geometry::{Curve, Point, direction};
use std::collections::{BTreeMap, BTreeSet};

/// What a node is, as far as its form goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A Redis server.
    Redis,
    /// A sentinel.
    Sentinel,
    /// A writing client.
    Client,
}

impl Kind {
    /// The kind of a node's role.
    pub const fn of(role: &NodeRole) -> Self {
        match role {
            NodeRole::Redis(_) => Self::Redis,
            NodeRole::Sentinel(_) => Self::Sentinel,
            NodeRole::Client(_) => Self::Client,
        }
    }

    /// Its name in attributes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Redis => "redis",
            Self::Sentinel => "sentinel",
            Self::Client => "client",
        }
    }

    /// How far from its centre a node's lines begin, at full size.
    pub const fn reach(self) -> f64 {
        match self {
            Self::Redis => 40.0,
            Self::Sentinel => 36.0,
            Self::Client => 34.0,
        }
    }

    /// How far below its centre a node's address stands, at full size.
    pub const fn address(self) -> f64 {
        match self {
            Self::Redis => 42.0,
            Self::Sentinel | Self::Client => 47.0,
        }
    }
}

/// Somebody to be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Who.
    pub id: NodeId,
    /// What it is.
    pub kind: Kind,
    /// On which host.
    pub host: HostId,
}

/// Everybody who has to be placed, by id.
pub fn seats(view: &ClusterView) -> Vec<Seat> {
    view.nodes.iter().map(|n| Seat { id: n.id, kind: Kind::of(&n.role), host: n.host }).collect()
}

/// The frame around a host's nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Card {
    /// Which host.
    pub host: HostId,
    /// Its upper left corner.
    pub corner: Point,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The nodes' centres.
    pub places: BTreeMap<NodeId, Point>,
    /// What they are.
    pub kinds: BTreeMap<NodeId, Kind>,
    /// The hosts' cards; none where no host carries two nodes.
    pub cards: Vec<Card>,
    /// How large nodes are drawn, 1 being full size.
    pub scale: f64,
    /// The middle of the stage, away from which lines bow.
    pub centre: Point,
    /// Whether there is no room for the words of all: only those of whom somebody looks at are shown then.
    pub is_crowd: bool,
    /// The lines of each pair, where there are few enough nodes to find ways around them.
    lines: BTreeMap<(NodeId, NodeId), Curve>,
}

/// How much of the stage's top belongs to the switch that says whose view it is, in pixels.
const CROWN: f64 = 48.0;
/// A stage narrower than this is a phone's, in pixels.
const NARROW: f64 = 560.0;
/// How far above its highest node a card begins, at full size.
const CARD_TOP: f64 = 78.0;

/// How wide the column of a host with one node is, and how much wider with each node beside it, at full size.
const COLUMN: f64 = 168.0;
const BESIDE: f64 = 92.0;

/// How far to each side of a node its words reach, and from where to where below its middle: its address, how it is,
/// and what others think of that, whether a ring moves them down or not. At full size.
const WORDS_ASIDE: f64 = 50.0;
const WORDS: (f64, f64) = (32.0, 100.0);

/// Nodes drawn smaller than this have larger words instead of an address.
pub const SMALL: f64 = 0.9;

/// How far to each side the longest words of a server reach ("link to master down"), at full size and where it is
/// small; its own form, and a sentinel's.
const LONG_ASIDE: (f64, f64) = (64.0, 98.0);
const FORM_ASIDE: (f64, f64) = (33.0, 36.0);
/// So far below a server stands what has to be below both lines of its words with words of its own, with its form
/// below the first line, and a sentinel that has to be below that. At full size.
const BELOW_BOTH: f64 = 64.0;
const BELOW_FIRST: f64 = 80.0;
const SENTINEL_BELOW: f64 = 92.0;
/// How far below a node with a ring the foot of its second line of words lies, at full size.
const FOOT: f64 = 94.0;

/// With more nodes than this, drawn small, there is no room for the words of all.
const CROWD: usize = 12;

/// With more nodes than this, lines are not led around them.
const LED_AROUND: usize = 24;

impl Plan {
    /// The node whose shape covers a place.
    pub fn node_at(&self, at: Point) -> Option<NodeId> {
        let covers = |(id, place): &(&NodeId, &Point)| {
            self.kinds.get(id).is_some_and(|kind| place.distance(at) < kind.reach() * self.scale)
        };
        self.places.iter().find(covers).map(|(id, _)| *id)
    }

    /// Whether the word above a packet at `at` would lie on the address of a node, which a ring around the node
    /// moves down by `lower`, in pixels.
    pub fn has_address_at(&self, id: NodeId, at: Point, lower: f64) -> bool {
        let (Some(kind), Some(place)) = (self.kinds.get(&id), self.places.get(&id)) else { return false };
        let below = at.y - place.y - (kind.address() + lower) * self.scale;
        // Both are 12 pixels high, and the word stands 11 above the packet.
        (at.x - place.x).abs() < 50.0 * self.scale + 24.0 && (-3.0..26.0).contains(&below)
    }

    /// The line from `a` to `b`, from border to border. The line back lies on the same curve.
    pub fn line(&self, a: NodeId, b: NodeId) -> Option<Curve> {
        let known = self.lines.get(&(a.min(b), a.max(b))).copied();
        let curve = known.or_else(|| self.curve(a.min(b), a.max(b)))?;
        Some(if a <= b { curve } else { curve.reversed() })
    }

    /// The line of a pair, `a < b`: bowed as usual, or otherwise where that leads through another node. Between two
    /// servers there may be replication, whose line is thick: it keeps off the words of the servers that it passes.
    fn curve(&self, a: NodeId, b: NodeId) -> Option<Curve> {
        let end = |id| Some((*self.kinds.get(&id)?, *self.places.get(&id)?));
        let (first, last) = (end(a)?, end(b)?);
        let reach = |kind: Kind| kind.reach() * self.scale;
        let usual = bow(self, first, last);
        let bowed = |bow: f64| Curve::bowed(first.1, last.1, bow).trimmed(reach(first.0), reach(last.0));
        if self.places.len() > LED_AROUND {
            return Some(bowed(usual));
        }
        let of_servers = (first.0, last.0) == (Kind::Redis, Kind::Redis);
        let (aside, enough) = (46.0 * self.scale, 44.0 * self.scale);
        let mut best: Option<(f64, Curve)> = None;
        for step in 0..if of_servers { 6 } else { 3 } {
            let more = aside * f64::from(step);
            for way in [usual + more, -usual - more] {
                let curve = bowed(way);
                let others = self.places.keys().filter(|id| **id != a && **id != b);
                let room = others.map(|id| self.room(*id, curve, of_servers)).fold(f64::MAX, f64::min);
                if room > enough {
                    return Some(curve);
                }
                if best.is_none_or(|(most, _)| room > most) {
                    best = Some((room, curve));
                }
            }
        }
        best.map(|(_, curve)| curve)
    }

    /// How far from the middle of a node a line passes, in pixels. Where the words of servers count, being near these
    /// is being as near to the node, and so is being about to leave the stage at its top.
    fn room(&self, id: NodeId, line: Curve, words_count: bool) -> f64 {
        let Some(place) = self.places.get(&id) else { return f64::MAX };
        let has_words = words_count && self.kinds.get(&id) == Some(&Kind::Redis);
        let room = |at: Point| {
            let (x, y) = ((at.x - place.x) / self.scale, (at.y - place.y) / self.scale);
            let aside = Point::new((x.abs() - WORDS_ASIDE).max(0.0), (WORDS.0 - y).max(y - WORDS.1).max(0.0));
            let from_words = (aside.distance(Point::default()) + 36.0) * self.scale;
            let from_node = at.distance(*place).min(at.y + 38.0 * self.scale);
            if has_words { from_node.min(from_words) } else { from_node }
        };
        (1..16).map(|n| room(line.at(f64::from(n) / 16.0))).fold(f64::MAX, f64::min)
    }

    /// The node next to `from` in a direction (degrees: 0 to the right, 90 downwards), if there is one.
    pub fn neighbour(&self, from: NodeId, towards: f64) -> Option<NodeId> {
        let here = *self.places.get(&from)?;
        let others = self.places.iter().filter(|(id, _)| **id != from);
        let ahead = others.filter_map(|(id, place)| {
            let turn = (here.bearing(*place) - towards) / 360.0;
            let turn = (turn - turn.round()) * 360.0;
            // Straight ahead counts as near, aside as far.
            (turn.abs() < 80.0).then(|| (here.distance(*place) * (1.0 + turn.abs() / 45.0), *id))
        });
        ahead.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
    }
}

/// Places `seats` on a stage of the given size, at whose top the switch may stand; `moved` are places chosen by
/// dragging, as fractions of the stage, so that they survive a resize.
pub fn plan(
    seats: &[Seat],
    (width, height): (f64, f64),
    has_switch: bool,
    moved: &BTreeMap<NodeId, Point>,
) -> Plan {
    let has_clients = seats.iter().any(|s| s.kind == Kind::Client);
    let left = if has_clients { (width * 0.12).min(96.0) } else { 0.0 };
    let area = Area { left, width: width - left, height };
    let mut plan = if shares_hosts(seats) { columns(seats, area) } else { arcs(seats, area, has_switch) };
    spread_clients(seats, &mut plan, left, height);
    plan.is_crowd |= plan.places.len() > CROWD && plan.scale < 0.45;
    plan.kinds.extend(seats.iter().map(|s| (s.id, s.kind)));
    for (id, place) in moved {
        if let Some(mine) = plan.places.get_mut(id) {
            *mine = Point::new(place.x * width, place.y * height);
        }
    }
    if !plan.cards.is_empty() {
        plan.cards = cards(seats, &plan);
    }
    if seats.len() <= LED_AROUND {
        let ids: Vec<_> = seats.iter().map(|s| s.id).collect();
        let pairs = ids.iter().flat_map(|a| ids.iter().filter(move |b| a < *b).map(move |b| (*a, *b)));
        let lines: Vec<_> = pairs.filter_map(|(a, b)| Some(((a, b), plan.curve(a, b)?))).collect();
        plan.lines.extend(lines);
    }
    plan
}

#[derive(Clone, Copy)]
struct Area {
    left: f64,
    width: f64,
    height: f64,
}

fn shares_hosts(seats: &[Seat]) -> bool {
    let mut used = BTreeSet::new();
    seats.iter().filter(|s| s.kind != Kind::Client).any(|s| !used.insert(s.host))
}

fn arcs(seats: &[Seat], area: Area, has_switch: bool) -> Plan {
    let of = |kind| seats.iter().filter(|s| s.kind == kind).map(|s| s.id).collect::<Vec<_>>();
    let (data, sentinels) = (of(Kind::Redis), of(Kind::Sentinel));
    // An odd number of places, so that the first server keeps the middle when others come and go.
    let places_for_data = data.len() | 1;
    let crowd = places_for_data.max(sentinels.len()) as f64;
    // Neighbours need about 118 pixels at full size; a phone has less than that for three.
    let scale = |height: f64| (area.width * 0.82 / crowd / 118.0).min(height / 400.0).clamp(0.3, 1.0);
    // On a phone, and among many sentinels, the master with its rings cannot stand beside the switch at the top.
    let switch = 132.0 + 40.0 * sentinels.len() as f64;
    let beside = area.left + area.width / 2.0 - 58.0 * scale(area.height);
    let is_below = has_switch && (area.width < NARROW || beside < switch);
    let room = if is_below { CROWN * 0.9 } else { 0.0 };
    let area = Area { height: area.height - room, ..area };
    // Below the nodes stand their words, up to two lines below a ring, so the middle lies above the middle.
    let centre = Point::new(area.left + area.width / 2.0, room + area.height * 0.46);
    let scale = scale(area.height);
    // However small the nodes of a crowd are, the highest keeps its distance from what stands at the top.
    let ry = (area.height * 0.49 - 72.0 * scale).min(area.height * 0.46 - 28.0);
    let rx = area.width * 0.5 - 62.0 * scale;
    let mut places = BTreeMap::new();
    // A low stage has room aside: there its nodes stand as far apart as their words need.
    let aside = |share: f64, least: f64| rx.min((ry * share).max(least * scale));
    let inner = Point::new(aside(2.0, 316.0) * 0.86, ry * 0.96);
    let outer = Point::new(aside(2.3, 360.0), ry * 0.98);
    for (id, angle) in centre_out(&data).into_iter().zip(fan(places_for_data, 52.0, 150.0)) {
        let way = direction(angle - 90.0);
        places.insert(id, Point::new(centre.x + inner.x * way.x, centre.y + inner.y * way.y));
    }
    let spread = fan(sentinels.len(), 60.0, 165.0);
    for (id, angle) in sentinels.iter().rev().zip(spread) {
        let way = direction(angle + 90.0);
        places.insert(*id, Point::new(centre.x + outer.x * way.x, centre.y + outer.y * way.y));
    }
    let lower = stepped_down(&places, &data, &sentinels, scale, room + area.height);
    let is_crowd = lower.is_none();
    Plan { places: lower.unwrap_or(places), scale, centre, is_crowd, ..Plan::default() }
}

/// Where neighbours stand so near to each other that the words of one would lie on the other or on its words, the
/// outer one stands lower: `data` from the middle outwards, then the sentinels. None where the stage does not reach
/// so far down, or sentinels would lie on one another.
fn stepped_down(
    places: &BTreeMap<NodeId, Point>,
    data: &[NodeId],
    sentinels: &[NodeId],
    scale: f64,
    foot: f64,
) -> Option<BTreeMap<NodeId, Point>> {
    let words = if scale < SMALL { LONG_ASIDE.1 } else { LONG_ASIDE.0 };
    let lowest = foot - FOOT * scale;
    let mut places = places.clone();
    for (n, id) in data.iter().enumerate().skip(1) {
        let (inner, here) = (places[&data[n.saturating_sub(2)]], places[id]);
        let below = match (here.x - inner.x).abs() / scale {
            aside if aside < words + FORM_ASIDE.0 => BELOW_FIRST,
            aside if aside < 2.0 * words => BELOW_BOTH,
            _ => continue,
        };
        lower(&mut places, *id, inner.y + below * scale, lowest)?;
    }
    let mut before: Option<(Point, bool)> = None;
    for id in sentinels {
        let here = places[id];
        let is_near = |server: &Point| (here.x - server.x).abs() < (words + FORM_ASIDE.1) * scale;
        let over = data.iter().map(|id| places[id]).filter(is_near);
        let to = over.map(|server| server.y + SENTINEL_BELOW * scale).fold(f64::MIN, f64::max);
        let is_moved = lower(&mut places, *id, to, lowest)?;
        let is_on = |(there, was_moved): (Point, bool)| {
            (is_moved || was_moved) && there.distance(places[id]) < 2.0 * FORM_ASIDE.1 * scale
        };
        if before.is_some_and(is_on) {
            return None;
        }
        before = Some((places[id], is_moved));
    }
    Some(places)
}

/// Has a node stand no higher than `to`; whether it stands lower now. None where that is below the `lowest` place.
fn lower(places: &mut BTreeMap<NodeId, Point>, id: NodeId, to: f64, lowest: f64) -> Option<bool> {
    let place = places.get_mut(&id)?;
    let is_higher = place.y < to;
    if is_higher {
        place.y = to;
    }
    (!is_higher || to <= lowest).then_some(is_higher)
}

/// The angles of `n` nodes around the middle of an arc: `step` apart while that fits into `most` degrees.
fn fan(n: usize, step: f64, most: f64) -> Vec<f64> {
    if n < 2 {
        return vec![0.0; n];
    }
    let step = step.min(most / (n - 1) as f64);
    (0..n).map(|i| (i as f64 - (n - 1) as f64 / 2.0) * step).collect()
}

/// The ids from left to right such that the first stands in the middle and later ones further out, in turn
/// left and right.
fn centre_out(ids: &[NodeId]) -> Vec<NodeId> {
    let mut row = std::collections::VecDeque::new();
    for (i, id) in ids.iter().enumerate() {
        if i % 2 == 1 {
            row.push_front(*id);
        } else {
            row.push_back(*id);
        }
    }
    row.into()
}

fn columns(seats: &[Seat], area: Area) -> Plan {
    let mut hosts: Vec<HostId> = Vec::new();
    for seat in seats.iter().filter(|s| s.kind != Kind::Client) {
        if let Err(place) = hosts.binary_search(&seat.host) {
            hosts.insert(place, seat.host);
        }
    }
    // A host is as wide as the longer of its rows, and takes its part of the stage.
    let row = |host: HostId, kind: Kind| seats.iter().filter(move |s| s.host == host && s.kind == kind);
    let beside = |host: HostId| {
        let most = row(host, Kind::Redis).count().max(row(host, Kind::Sentinel).count());
        BESIDE * most.saturating_sub(1) as f64
    };
    let whole: f64 = hosts.iter().map(|host| COLUMN + beside(*host)).sum();
    let gap = area.width / whole;
    let scale = gap.min(area.height / 400.0).clamp(0.3, 1.0);
    // Where the stage is low, everything stands so much lower that the cards' labels clear the switch above them.
    let crown = (CROWN - (area.height * 0.27 - CARD_TOP * scale)).clamp(0.0, area.height * 0.2);
    let height = area.height - crown;
    let scale = scale.min(height / 400.0).max(0.3);
    let centre = Point::new(area.left + area.width / 2.0, crown + height * 0.5);
    let mut places = BTreeMap::new();
    let mut end = area.left;
    for host in hosts.iter().copied() {
        let width = gap * (COLUMN + beside(host));
        let x = end + width / 2.0;
        end += width;
        // Inner columns stand a little lower, so that lines between outer ones pass above them.
        let from_middle = (x - centre.x).abs() / (area.width / 2.0);
        let sag = (1.0 - from_middle) * 22.0 * scale;
        for (kind, level) in [(Kind::Redis, 0.27), (Kind::Sentinel, 0.73)] {
            for (seat, turn) in row(host, kind).zip(fan(row(host, kind).count(), BESIDE, f64::MAX)) {
                let aside = turn * scale.min(gap);
                places.insert(seat.id, Point::new(x + aside, crown + height * level + sag));
            }
        }
    }
    // Not empty, which says that there are cards; `plan` measures them when all have their places.
    let card = Card { host: hosts[0], corner: centre, width: 0.0, height: 0.0 };
    Plan { places, cards: vec![card], scale, centre, ..Plan::default() }
}

fn cards(seats: &[Seat], plan: &Plan) -> Vec<Card> {
    let mut bounds: BTreeMap<HostId, (Point, Point)> = BTreeMap::new();
    for seat in seats.iter().filter(|s| s.kind != Kind::Client) {
        let Some(place) = plan.places.get(&seat.id) else { continue };
        let (low, high) = bounds.entry(seat.host).or_insert((*place, *place));
        *low = Point::new(low.x.min(place.x), low.y.min(place.y));
        *high = Point::new(high.x.max(place.x), high.y.max(place.y));
    }
    let (side, top, foot) = (78.0 * plan.scale, CARD_TOP * plan.scale, 74.0 * plan.scale);
    bounds
        .into_iter()
        .map(|(host, (low, high))| Card {
            host,
            corner: Point::new(low.x - side, low.y - top),
            width: high.x - low.x + 2.0 * side,
            height: high.y - low.y + top + foot,
        })
        .collect()
}

fn spread_clients(seats: &[Seat], plan: &mut Plan, left: f64, height: f64) {
    let clients: Vec<_> = seats.iter().filter(|s| s.kind == Kind::Client).collect();
    // Where it is small its name is larger, and stands above it.
    let step = if plan.scale < SMALL { 88.0 } else { 64.0 } * plan.scale;
    for (seat, turn) in clients.iter().zip(fan(clients.len(), step, height * 0.84)) {
        plan.places.insert(seat.id, Point::new(left * 0.62, height * 0.46 + turn));
    }
}

/// How far a line between two kinds of node bows, in pixels to the left of its direction: lines between
/// sentinels swing outwards, away from the data's traffic; others bend a little, so that two nodes in one
/// direction do not hide behind one line.
pub fn bow(plan: &Plan, a: (Kind, Point), b: (Kind, Point)) -> f64 {
    let length = a.1.distance(b.1);
    // Far ones must not swing through those between them.
    let (share, most) = match (a.0, b.0) {
        (Kind::Sentinel, Kind::Sentinel) => (0.16, 44.0),
        (Kind::Redis, Kind::Redis) => (0.1, 60.0),
        _ => (0.03, 12.0),
    };
    let middle = Point::new(a.1.x.midpoint(b.1.x), a.1.y.midpoint(b.1.y));
    let (dx, dy) = (b.1.x - a.1.x, b.1.y - a.1.y);
    // Positive where the left of the line is the side away from the centre.
    let side = (middle.x - plan.centre.x) * dy - (middle.y - plan.centre.y) * dx;
    (length * share).min(most * plan.scale) * if side < 0.0 { -1.0 } else { 1.0 }
}

#[cfg(test)]
mod tests;
