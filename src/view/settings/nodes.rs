//! What servers and writers were told, as they have it now, and the actions that change it: CONFIG SET for a
//! server, another pace for a writer.

use crate::cluster::{Action, Cluster, Node, NodeId};
use crate::protocol::ArcStr;
use crate::redis::RedisServer;
use crate::sim::Micros;
use crate::view::format;

/// A value of servers or writers that has a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeValue {
    /// `replica-priority` of a server.
    Priority,
    /// `min-replicas-to-write` of a server.
    MinReplicas,
    /// `min-replicas-max-lag` of a server, in seconds.
    MaxLag,
    /// A writer's pause between two writes, in milliseconds.
    Pace,
}

impl NodeValue {
    /// Its name: that of the directive, where it is one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Priority => "replica-priority",
            Self::MinReplicas => "min-replicas-to-write",
            Self::MaxLag => "min-replicas-max-lag",
            Self::Pace => "writes-per-second",
        }
    }

    /// The steps of its control, all of which Redis accepts (spec REPL-1, REPL-9).
    pub const fn steps(self) -> &'static [i64] {
        match self {
            Self::Priority => &[0, 1, 10, 25, 50, 75, 100, 150, 200, 500, 1000],
            Self::MinReplicas => &[0, 1, 2, 3, 4, 5],
            Self::MaxLag => &[0, 1, 2, 3, 5, 10, 20, 30, 60],
            Self::Pace => &[1000, 500, 200, 100, 50, 20, 10, 5, 2],
        }
    }

    /// The values from one to another, the same or higher.
    pub fn between(self, (low, high): (i64, i64)) -> String {
        let text = |value: i64| match self {
            Self::Priority | Self::MinReplicas => value.to_string(),
            Self::MaxLag => format!("{value} s"),
            Self::Pace => format::rate(value),
        };
        if low < high { format!("{} – {}", text(low), text(high)) } else { text(low) }
    }

    /// The lowest and the highest that a process has; of one node, where that is asked for. None where nobody has
    /// any.
    pub fn range(self, cluster: &Cluster, of: Option<NodeId>) -> Option<(i64, i64)> {
        let values = || self.holders(cluster, of).map(|(_, value)| value);
        values().min().zip(values().max())
    }

    /// The actions that set it, for one node or for all that there are to hear it.
    pub fn set(self, cluster: &Cluster, of: Option<NodeId>, value: i64) -> Vec<Action> {
        let set = |(node, _)| match self {
            Self::Pace => Action::PaceWriter {
                name: cluster.node(node).name.clone(),
                interval: Micros::from_millis(value.unsigned_abs()),
            },
            Self::Priority | Self::MinReplicas | Self::MaxLag => {
                let words = ["CONFIG", "SET", self.name(), &value.to_string()].map(ArcStr::from);
                Action::Command { node, words: words.into() }
            }
        };
        self.holders(cluster, of).map(set).collect()
    }

    /// Who has it, and what it is there.
    fn holders(self, cluster: &Cluster, of: Option<NodeId>) -> impl Iterator<Item = (NodeId, i64)> {
        let asked = move |id: &NodeId| of.is_none_or(|of| of == *id) && cluster.is_alive(*id);
        cluster.node_ids().filter(asked).filter_map(move |id| Some((id, self.of(cluster.node(id))?)))
    }

    fn of(self, node: &Node) -> Option<i64> {
        let conf = || node.redis().map(RedisServer::conf);
        Some(match self {
            Self::Priority => conf()?.replica_priority.into(),
            Self::MinReplicas => conf()?.min_replicas_to_write.into(),
            Self::MaxLag => conf()?.min_replicas_max_lag.into(),
            Self::Pace => node.client().filter(|client| !client.is_stopped())?.conf().interval.0,
        })
    }
}

/// When a master refuses writes for want of replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinReplicas {
    /// The master.
    pub master: ArcStr,
    /// How many replicas it has.
    pub replicas: u32,
    /// With so many of them silent it refuses writes; 0: it refuses all.
    pub silent: u32,
    /// Silent for longer than so many seconds.
    pub lag: u32,
}

/// When the present master refuses writes for want of replicas (spec REPL-74). None where min-replicas is off, or
/// where there is no master.
pub fn min_replicas(cluster: &Cluster) -> Option<MinReplicas> {
    let is_master =
        |id: &NodeId| cluster.is_alive(*id) && cluster.node(*id).redis().is_some_and(RedisServer::is_master);
    // Without a sentinel nobody says which one it is.
    let node = cluster.node(cluster.present_master().or_else(|| cluster.node_ids().find(is_master))?);
    let server = node.redis()?;
    let (conf, replicas) = (server.conf(), server.replica_count() as u32);
    conf.min_replicas_active().then(|| MinReplicas {
        master: node.name.clone(),
        replicas,
        silent: (replicas + 1).saturating_sub(conf.min_replicas_to_write),
        lag: conf.min_replicas_max_lag,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{History, WriterMode, WriterSettings};
    use crate::scenario::entry;
    use crate::sim::Seed;

    fn begun() -> History {
        let begun = entry("plain").unwrap().scenario().begin(Seed(7));
        History::new(begun.cluster, begun.records)
    }

    fn act(history: &mut History, actions: Vec<Action>) {
        assert!(!actions.is_empty());
        for action in actions {
            history.act(action).unwrap();
        }
        history.run_until(history.now() + Micros::from_millis(50));
    }

    fn command(node: NodeId, words: &str) -> Vec<Action> {
        vec![Action::Command { node, words: words.split(' ').map(ArcStr::from).collect() }]
    }

    /// REPL-1, REPL-9
    #[test]
    fn every_step_is_one_that_redis_accepts_and_is_had_afterwards() {
        let mut history = begun();
        for value in [NodeValue::Priority, NodeValue::MinReplicas, NodeValue::MaxLag] {
            for &step in value.steps() {
                let actions = value.set(history.cluster(), None, step);
                assert_eq!(actions.len(), 3, "there are three servers");
                act(&mut history, actions);
                assert_eq!(value.range(history.cluster(), None), Some((step, step)), "{}", value.name());
            }
        }
    }

    /// REPL-1
    #[test]
    fn what_the_console_set_is_shown_and_a_restart_keeps_what_was_rewritten() {
        let mut history = begun();
        let of = history.cluster().node_named("R1");
        let r1 = of.unwrap();
        let priority = |history: &History, of| NodeValue::Priority.range(history.cluster(), of);
        act(&mut history, command(r1, "CONFIG SET replica-priority 7"));
        assert_eq!(priority(&history, of), Some((7, 7)));
        assert_eq!(NodeValue::Priority.between(priority(&history, None).unwrap()), "7 – 100");
        act(&mut history, command(r1, "CONFIG REWRITE"));
        act(&mut history, command(r1, "CONFIG SET replica-priority 8"));
        assert_eq!(priority(&history, of), Some((8, 8)));
        act(&mut history, vec![Action::Kill(r1)]);
        assert_eq!(priority(&history, of), None, "nobody hears");
        assert!(NodeValue::Priority.set(history.cluster(), of, 1).is_empty());
        act(&mut history, vec![Action::Start(r1)]);
        assert_eq!(priority(&history, of), Some((7, 7)));
    }

    /// However many are set at one moment, as with an arrow key while time stands, the last one holds.
    #[test]
    fn the_last_of_several_values_of_one_moment_holds() {
        let mut history = begun();
        for value in [75, 50, 25, 10, 1, 0] {
            for action in NodeValue::Priority.set(history.cluster(), None, value) {
                history.act(action).unwrap();
            }
        }
        history.run_until(history.now() + Micros::from_millis(50));
        assert_eq!(NodeValue::Priority.range(history.cluster(), None), Some((0, 0)));
    }

    /// REPL-74
    #[test]
    fn it_is_told_when_a_master_refuses_writes() {
        let mut history = begun();
        assert_eq!(min_replicas(history.cluster()), None, "it is off");
        let mut told = |wanted| {
            let actions = NodeValue::MinReplicas.set(history.cluster(), None, wanted);
            act(&mut history, actions);
            min_replicas(history.cluster())
                .map(|told| (told.master.to_string(), told.replicas, told.silent, told.lag))
        };
        let m0 = || "M0".to_owned();
        assert_eq!(told(1), Some((m0(), 2, 2, 10)));
        assert_eq!(told(2), Some((m0(), 2, 1, 10)));
        assert_eq!(told(3), Some((m0(), 2, 0, 10)));
        let actions = NodeValue::MaxLag.set(history.cluster(), None, 0);
        act(&mut history, actions);
        assert_eq!(min_replicas(history.cluster()), None);
    }

    #[test]
    fn a_writer_told_another_pace_keeps_it_and_its_counts() {
        let mut history = begun();
        let host = history.cluster().node(history.cluster().node_named("S1").unwrap()).host;
        let writer = WriterSettings {
            name: "w".into(),
            host,
            mode: WriterMode::Sentinel,
            interval: Micros::from_secs(1),
            timeout: None,
        };
        act(&mut history, vec![Action::StartWriter(writer)]);
        let w = history.cluster().writer("w");
        let acked = |history: &History| history.cluster().node(w.unwrap()).client().unwrap().history().acked;
        assert_eq!((acked(&history), NodeValue::Pace.range(history.cluster(), w)), (1, Some((1000, 1000))));
        // The pause of a second that is under way is one of 10 ms from here on.
        let actions = NodeValue::Pace.set(history.cluster(), None, 10);
        act(&mut history, actions);
        history.run_until(history.now() + Micros::from_millis(950));
        assert!((80..100).contains(&acked(&history)), "{}", acked(&history));
        assert_eq!(NodeValue::Pace.between((10, 10)), "100");
        // Started once more it writes as it did last.
        act(&mut history, vec![Action::Kill(w.unwrap())]);
        assert_eq!(NodeValue::Pace.range(history.cluster(), w), None);
        act(&mut history, vec![Action::Start(w.unwrap())]);
        assert_eq!(NodeValue::Pace.range(history.cluster(), w), Some((10, 10)));
    }
}
