//! Why something was said, and why what is expected has not come yet: facts with figures, each with the rule
//! of the specification that makes it count. The figures are the sentinel's own ([`Insight`]); no rule of
//! Redis is worked out here a second time.

mod event;
mod line;
mod mind;
mod not_yet;
#[cfg(test)]
mod tests;

pub use line::{Line, Part};
pub use mind::Mind;
pub use not_yet::{NotYet, not_yet};

use crate::cluster::{Cluster, ClusterView, History, Insight, NodeId, Record, Said};
use crate::i18n::Fact;
use crate::sentinel::{EventKind, SentinelEvent};
use crate::sim::{Micros, SimTime};

/// The rule of the line that tells of a vote.
const VOTED_RULE: &str = "LOG-13";

/// Why an event was said.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// The rule that describes the event itself.
    pub rule: String,
    /// What led to it.
    pub lines: Vec<Line>,
}

/// The world at one moment, and the mind of one sentinel in it.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The world.
    pub view: ClusterView,
    /// The sentinel's mind, if it had one and knew the master.
    pub insight: Option<Insight>,
}

impl Moment {
    /// The world as `cluster` has it; ages are those of `at`.
    pub fn of(cluster: &Cluster, by: NodeId, master: Option<&str>, at: SimTime) -> Self {
        Self { view: cluster.view(), insight: cluster.insight(by, master, at) }
    }

    fn mind(&self, origin: SimTime) -> Option<Mind<'_>> {
        Some(Mind { view: &self.view, insight: self.insight.as_ref()?, origin })
    }
}

/// The rule of the specification that describes an event: `EVT-10`.
pub fn event_rule(kind: EventKind) -> String {
    let place = EventKind::ALL.iter().position(|known| *known == kind).unwrap_or(0);
    format!("EVT-{}", place + 1)
}

/// The rule of an event, by its name and maybe what it is about: `+sdown master`; or of `voted`, which is no event.
pub fn rule_of(event: &str) -> String {
    let name = event.split(' ').next().unwrap_or_default();
    EventKind::from_channel(name).map_or_else(|| VOTED_RULE.to_owned(), event_rule)
}

/// Why a record of a run was said; `None` for what no sentinel said.
pub fn of_record(history: &History, record: &Record) -> Option<Why> {
    let (Said::Sentinel(event), Some(by)) = (&record.what, record.node) else { return None };
    // A turn is explained by the world just before it and just after it.
    // What was said before t = 0 is explained by the world at t = 0: there is no earlier one.
    let turn = record.turn.max(history.origin());
    let just_before = SimTime(turn.0.saturating_sub(1).max(history.origin().0));
    let master = match event {
        SentinelEvent::Event { master, .. } => master.as_deref(),
        SentinelEvent::Voted { .. } | SentinelEvent::Log { .. } => None,
    };
    let before = Moment::of(&history.world_at(just_before), by, master, turn);
    let after = Moment::of(&history.world_at(turn), by, master, turn);
    // Whose hello changed a master's address stands in the line before.
    let hello = history.records().iter().rev().find_map(|other| match &other.what {
        Said::Sentinel(SentinelEvent::Event { kind: EventKind::ConfigUpdateFrom, payload, master: of })
            if (other.turn, other.node) == (record.turn, record.node) && of.as_deref() == master =>
        {
            Some(payload.as_str())
        }
        _ => None,
    });
    Some(explain(&before, &after, event, hello, history.origin()))
}

/// Why an event was said, by the world before and after the turn in which it was; `hello` is what was said of
/// the hello with a newer configuration that came in this turn.
pub fn explain(
    before: &Moment,
    after: &Moment,
    event: &SentinelEvent,
    hello: Option<&str>,
    origin: SimTime,
) -> Why {
    match event {
        SentinelEvent::Event { kind, payload, .. } => {
            let mut lines = event::lines(before.mind(origin), after.mind(origin), *kind, payload, hello);
            if lines.is_empty() {
                // The mind is gone with the process; the payload still says something.
                lines.push(Line::says(Fact::Said { text: payload.to_string() }, "LOG-2"));
            }
            Why { rule: event_rule(*kind), lines }
        }
        SentinelEvent::Voted { peer, leader, epoch } => Why {
            rule: VOTED_RULE.to_owned(),
            lines: event::voted(before.mind(origin), peer, leader, *epoch),
        },
        SentinelEvent::Log { text, .. } => event::log_line(after.mind(origin), text),
    }
}

/// The moment `left` milliseconds after the view's.
fn after_millis(view: &ClusterView, left: i64) -> SimTime {
    view.now + Micros::from_millis(left.max(0) as u64)
}
