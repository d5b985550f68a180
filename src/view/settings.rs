//! The settings as the sentinels hold them now, and the actions that change them.

mod nodes;

pub use nodes::{MinReplicas, NodeValue, min_replicas};

use crate::cluster::{
    Action, ClusterView, Condition, LinkSettings, MasterView, NodeId, NodeRole, WriterMode, WriterSettings,
};
use crate::protocol::ArcStr;
use crate::sim::Micros;
use crate::view::format;

/// A directive of a master that can be changed at run time with SENTINEL SET.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directive {
    /// `quorum`
    Quorum,
    /// `down-after-milliseconds`
    DownAfter,
    /// `failover-timeout`
    FailoverTimeout,
    /// `parallel-syncs`
    ParallelSyncs,
}

impl Directive {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Quorum, Self::DownAfter, Self::FailoverTimeout, Self::ParallelSyncs];

    /// Its name, as SENTINEL SET takes it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Quorum => "quorum",
            Self::DownAfter => "down-after-milliseconds",
            Self::FailoverTimeout => "failover-timeout",
            Self::ParallelSyncs => "parallel-syncs",
        }
    }

    /// Its value in a sentinel's table.
    pub fn value(self, master: &MasterView) -> i64 {
        match self {
            Self::Quorum => i64::from(master.quorum),
            Self::DownAfter => master.down_after.0,
            Self::FailoverTimeout => master.failover_timeout.0,
            Self::ParallelSyncs => master.parallel_syncs,
        }
    }

    /// The steps of its control.
    pub const fn steps(self) -> &'static [i64] {
        match self {
            Self::Quorum => &[1, 2, 3, 4, 5, 6, 7],
            Self::DownAfter => &[200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000],
            Self::FailoverTimeout => {
                &[1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 180_000, 360_000]
            }
            Self::ParallelSyncs => &[1, 2, 3, 4, 5, 6],
        }
    }
}

/// The value that the running sentinels hold; the first one's where they differ.
pub fn held(view: &ClusterView, directive: Directive) -> Option<i64> {
    masters(view).next().map(|(_, master)| directive.value(master))
}

/// SENTINEL SET for every sentinel that is there to hear it.
pub fn set(view: &ClusterView, directive: Directive, value: i64) -> Vec<Action> {
    masters(view)
        .map(|(node, master)| {
            let words = ["SENTINEL", "SET", &master.name, directive.word(), &value.to_string()];
            Action::Command { node, words: words.map(ArcStr::from).into() }
        })
        .collect()
}

fn masters(view: &ClusterView) -> impl Iterator<Item = (NodeId, &MasterView)> {
    view.nodes.iter().filter(|n| n.condition != Condition::Dead).filter_map(|n| match &n.role {
        NodeRole::Sentinel(sentinel) => Some((n.id, view.watched_by(sentinel)?)),
        _ => None,
    })
}

/// How many sentinels there are, running or not.
pub fn sentinels(view: &ClusterView) -> u32 {
    view.nodes.iter().filter(|n| matches!(n.role, NodeRole::Sentinel(_))).count() as u32
}

/// What a link of the network is like that nobody has changed alone: as most of them are, whatever is cut.
pub fn network(view: &ClusterView) -> Option<LinkSettings> {
    let mut kinds: Vec<(LinkSettings, u32)> = Vec::new();
    for link in view.links.iter().flat_map(|l| [l.ab, l.ba]) {
        let link = LinkSettings { blocked: false, ..link };
        match kinds.iter_mut().find(|(kind, _)| *kind == link) {
            Some((_, count)) => *count += 1,
            None => kinds.push((link, 1)),
        }
    }
    // Of equals the first one met.
    kinds.into_iter().rev().max_by_key(|(_, count)| *count).map(|(link, _)| link)
}

/// A value of the network that has a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkValue {
    /// In microseconds.
    Latency,
    /// In microseconds.
    Jitter,
    /// In parts per million.
    Loss,
}

impl NetworkValue {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Latency, Self::Jitter, Self::Loss];

    /// Its value.
    pub const fn value(self, link: &LinkSettings) -> i64 {
        match self {
            Self::Latency => link.latency.0 as i64,
            Self::Jitter => link.jitter.0 as i64,
            Self::Loss => link.loss.ppm() as i64,
        }
    }

    /// The steps of its control.
    pub const fn steps(self) -> &'static [i64] {
        match self {
            Self::Latency => &[
                50, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 20_000, 30_000, 40_000, 50_000, 70_000,
                100_000, 150_000, 200_000, 250_000, 500_000,
            ],
            Self::Jitter => &[0, 50, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 500_000],
            Self::Loss => {
                &[0, 1000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 300_000, 500_000, 800_000]
            }
        }
    }

    /// A value with its unit.
    pub fn text(self, value: i64) -> String {
        match self {
            Self::Latency | Self::Jitter => format::span_us(value as u64),
            Self::Loss => format::percent(value as u32),
        }
    }

    /// The values from one to another, the same or higher.
    pub fn between(self, (low, high): (i64, i64)) -> String {
        if low < high { format!("{} – {}", self.text(low), self.text(high)) } else { self.text(low) }
    }

    /// The lowest and the highest that a link has, one way.
    pub fn range(self, view: &ClusterView) -> Option<(i64, i64)> {
        let values = || view.links.iter().flat_map(|l| [self.value(&l.ab), self.value(&l.ba)]);
        values().min().zip(values().max())
    }

    /// The actions that set it for every link. What a link has of its own beside it stays.
    pub fn set(self, view: &ClusterView, value: i64) -> Vec<Action> {
        let Some(usual) = network(view) else { return Vec::new() };
        let with = |mut link| {
            self.put(&mut link, value);
            link
        };
        let usual = with(usual);
        let ways = view.links.iter().flat_map(|l| [(l.a, l.b, l.ab, l.ba), (l.b, l.a, l.ba, l.ab)]);
        let others = ways.map(|(from, to, link, back)| (from, to, with(own(link, back))));
        let others = others.filter(|(.., link)| *link != usual);
        let others = others.map(|(from, to, link)| Action::SetLink { from: Some(from), to: Some(to), link });
        [Action::SetLink { from: None, to: None, link: usual }].into_iter().chain(others).collect()
    }
}

/// What was set for a link one way, of which `back` is the other. What blocks both ways is a cut, which is another
/// matter.
pub(super) const fn own(link: LinkSettings, back: LinkSettings) -> LinkSettings {
    LinkSettings { blocked: link.blocked && !back.blocked, ..link }
}

/// The client that is writing, if one is.
pub fn writes(view: &ClusterView) -> Option<ArcStr> {
    let mut running = view.nodes.iter().filter(|n| n.condition != Condition::Dead);
    let writing = running.find(|n| matches!(&n.role, NodeRole::Client(client) if !client.is_stopped));
    writing.map(|n| n.name.clone())
}

/// Starts a client that writes ten times a second where the sentinels say, on the last sentinel's host; or
/// stops the one that does. A stopped one keeps its counts, so the next has a name of its own.
pub fn writer(view: &ClusterView) -> Option<Action> {
    if let Some(name) = writes(view) {
        return Some(Action::StopWriter(name));
    }
    let host = view.nodes.iter().rev().find(|n| matches!(n.role, NodeRole::Sentinel(_)))?.host;
    let name = (1..=view.nodes.len() + 1)
        .map(|n| format!("C{n}"))
        .find(|name| view.nodes.iter().all(|n| n.name != *name))?;
    let interval = Micros::from_millis(100);
    Some(Action::StartWriter(WriterSettings {
        name: name.into(),
        host,
        mode: WriterMode::Subscribed,
        timeout: Some(WriterSettings::TIMEOUT),
        interval,
    }))
}

/// The place on a control with these steps that is nearest to a value.
pub fn nearest(steps: &[i64], value: i64) -> usize {
    let distance = |step: &i64| {
        let (a, b) = ((step + 1).max(1) as f64, (value + 1).max(1) as f64);
        ((a / b).ln().abs() * 1e6) as u64
    };
    let nearest = steps.iter().enumerate().min_by_key(|(_, step)| distance(step));
    nearest.map_or(0, |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Seed;
    use crate::view::fixture;

    #[test]
    fn a_setting_goes_to_every_sentinel_that_runs() {
        let mut view = fixture::view();
        fixture::node(&mut view, "S2").condition = Condition::Dead;
        let actions = set(&view, Directive::Quorum, 3);
        assert_eq!(actions.len(), 2);
        let Action::Command { words, .. } = &actions[0] else { panic!("not a command") };
        assert_eq!(words.join(" "), "SENTINEL SET mymaster quorum 3");
    }

    #[test]
    fn a_value_of_the_network_leaves_the_others_alone() {
        let view = fixture::view();
        let actions = NetworkValue::Loss.set(&view, 5000);
        let [Action::SetLink { from: None, to: None, link }] = actions[..] else { panic!("{actions:?}") };
        assert_eq!(link.loss.ppm(), 5000);
        assert_eq!(link.latency, Micros(500));
    }

    #[test]
    fn a_link_that_differs_keeps_what_it_has_of_its_own() {
        let mut view = fixture::view();
        let (slow, cut) = (&mut view.links[0], LinkSettings { blocked: true, ..LinkSettings::LAN });
        (slow.ab.latency, slow.ba.blocked) = (Micros(400_000), true);
        let (a, b) = (Some(slow.a), Some(slow.b));
        (view.links[1].ab, view.links[1].ba) = (cut, cut);
        assert_eq!(NetworkValue::Latency.range(&view).unwrap().1, 400_000);
        assert_eq!(NetworkValue::Loss.range(&view), Some((0, 0)));
        let own: Vec<_> = NetworkValue::Loss.set(&view, 5000).into_iter().skip(1).collect();
        let [
            Action::SetLink { from: from_a, to: to_b, link: there },
            Action::SetLink { from: from_b, to: to_a, link: back },
            ..,
        ] = own[..]
        else {
            panic!("{own:?}")
        };
        assert_eq!([from_a, to_b, from_b, to_a], [a, b, b, a]);
        assert_eq!((there.latency, there.loss.ppm(), there.blocked), (Micros(400_000), 5000, false));
        assert_eq!((back.loss.ppm(), back.blocked), (5000, true));
        // A cut is none of its business.
        assert!(
            own.iter().skip(2).all(|action| matches!(action, Action::SetLink { link, .. } if !link.blocked))
        );
    }

    #[test]
    fn controls_stand_at_the_nearest_step() {
        let steps = Directive::DownAfter.steps();
        assert_eq!(steps[nearest(steps, 30_000)], 30_000);
        assert_eq!(steps[nearest(steps, 1)], 200);
        assert_eq!(steps[nearest(steps, 999_999)], 120_000);
        assert_eq!(NetworkValue::Loss.steps()[nearest(NetworkValue::Loss.steps(), 0)], 0);
    }

    /// One that was stopped is followed by another, which has a name of its own.
    #[test]
    fn a_stopped_writer_is_followed_by_another() {
        let begun = crate::scenario::entry("plain").expect("it is built in").scenario().begin(Seed(7));
        let mut cluster = begun.cluster;
        let mut press = || {
            let action = writer(&cluster.view()).expect("there are sentinels");
            cluster.act(action, &mut Vec::new()).expect("it is possible");
            writes(&cluster.view()).map(|name| name.to_string())
        };
        assert_eq!(press().as_deref(), Some("C1"));
        assert_eq!(press(), None, "it was stopped");
        assert_eq!(press().as_deref(), Some("C2"));
    }
}
