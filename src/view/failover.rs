//! The failover as a machine: its states, what each waits for, how long it may, and where it goes then.

use crate::cluster::Insight;
use crate::sentinel::{Countdown, EventKind};
use crate::sim::Millis;

/// A state of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Its name as `SENTINEL MASTER` prints it.
    pub name: &'static str,
    /// Whether it is past, present or to come.
    pub when: When,
    /// How long it may last, where that is limited, and how much of that is over while it lasts.
    pub wait: Option<Countdown>,
    /// The setting that limits it.
    pub setting: &'static str,
    /// What is said when it is left as hoped.
    pub then: EventKind,
    /// What is said when it is not.
    pub otherwise: Option<EventKind>,
}

/// Whether a state is past, present or to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It has been left.
    Past,
    /// The machine is in it.
    Now,
    /// It has not been reached, or there is no failover.
    ToCome,
}

impl When {
    /// Its name in attributes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Past => "done",
            Self::Now => "now",
            Self::ToCome => "to-come",
        }
    }
}

/// What each state is left with, and what it is given up with (spec section 8.12).
const STATES: [(&str, &str, EventKind, Option<EventKind>); 6] = [
    (
        "wait_start",
        "min(election-timeout, failover-timeout)",
        EventKind::ElectedLeader,
        Some(EventKind::AbortNotElected),
    ),
    ("select_slave", "", EventKind::SelectedReplica, Some(EventKind::AbortNoGoodReplica)),
    (
        "send_slaveof_noone",
        "failover-timeout",
        EventKind::StateWaitPromotion,
        Some(EventKind::AbortReplicaTimeout),
    ),
    ("wait_promotion", "failover-timeout", EventKind::PromotedReplica, Some(EventKind::AbortReplicaTimeout)),
    ("reconf_slaves", "failover-timeout", EventKind::FailoverEnd, Some(EventKind::FailoverEndForTimeout)),
    ("update_config", "", EventKind::SwitchMaster, None),
];

/// The states in their order, as they stand in a sentinel's mind.
pub fn states(insight: &Insight) -> [State; 6] {
    let failover = insight.master.failover.as_ref();
    let at = failover.and_then(|f| STATES.iter().position(|(name, ..)| *name == f.state));
    let mut n = 0;
    STATES.map(|(name, setting, then, otherwise)| {
        let when = match at {
            Some(at) if n < at => When::Past,
            Some(at) if n == at => When::Now,
            _ => When::ToCome,
        };
        n += 1;
        let limit = match name {
            "wait_start" => Some(insight.window),
            "select_slave" | "update_config" => None,
            _ => Some(insight.master.failover_timeout),
        };
        let elapsed =
            failover.filter(|_| when == When::Now).map_or(Millis(0), |f| Millis(f.in_state.0.max(0)));
        let wait = limit.map(|limit| Countdown { elapsed, limit });
        State { name, when, wait, setting, then, otherwise }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::History;
    use crate::scenario::library;
    use crate::sim::{Micros, Seed};
    use std::collections::BTreeSet;

    /// FSM-GEN-1, FSM-WAITSTART-3
    #[test]
    fn a_failover_passes_through_the_states_in_their_order() {
        let begun = library()[0].scenario().begin(Seed(1));
        let mut history = History::new(begun.cluster, begun.records);
        let mut seen = BTreeSet::new();
        for _ in 0..12_000 {
            history.run_until(history.now() + Micros::from_millis(5));
            let world = history.cluster();
            for id in world.node_ids() {
                let Some(insight) = world.insight(id, None, world.now()) else { continue };
                let states = states(&insight);
                let now = states.iter().position(|s| s.when == When::Now);
                assert_eq!(now.is_some(), insight.master.failover.is_some());
                if let Some(now) = now {
                    assert!(states[..now].iter().all(|s| s.when == When::Past));
                    assert!(states[now + 1..].iter().all(|s| s.when == When::ToCome));
                    let failover = insight.master.failover.as_ref().unwrap();
                    assert_eq!(states[now].wait.map(|w| w.limit), failover.limit, "{}", failover.state);
                    seen.insert(states[now].name);
                }
            }
        }
        assert!(seen.contains("wait_promotion") && seen.len() >= 3, "{seen:?}");
    }
}
