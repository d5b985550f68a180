//! The future that was given up: what a person's deed in the past replaced, and how the new one differs.

use crate::cluster::{Cluster, Record, Said};
use crate::sentinel::EventKind;
use crate::sentinel::SentinelEvent;
use crate::sim::{Micros, SimTime};

/// Events further apart than this are not the same event a little later.
const SAME: Micros = Micros::from_millis(150);

/// How a stretch of a run ended, as far as it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The last new master, and when it was first announced.
    pub master: Option<(String, SimTime)>,
    /// Failovers tried.
    pub tries: usize,
    /// Failovers given up.
    pub aborts: usize,
}

/// What came of the records from `from` to `until`.
pub fn outcome(cluster: &Cluster, records: &[Record], from: SimTime, until: SimTime) -> Outcome {
    let mut outcome = Outcome::default();
    for record in between(records, from, until) {
        let Said::Sentinel(SentinelEvent::Event { kind, payload, .. }) = &record.what else { continue };
        match kind {
            EventKind::TryFailover => outcome.tries += 1,
            EventKind::AbortNotElected | EventKind::AbortNoGoodReplica | EventKind::AbortReplicaTimeout => {
                outcome.aborts += 1;
            }
            EventKind::SwitchMaster => {
                let names = cluster.symbolic(payload);
                let Some(name) = names.split(' ').nth(2) else { continue };
                if outcome.master.as_ref().is_none_or(|(known, _)| known != name) {
                    outcome.master = Some((name.to_owned(), record.at));
                }
            }
            _ => {}
        }
    }
    outcome
}

/// When two futures of one past first differ in what sentinels say; `None` while they agree. Both are known
/// from `from` on, the old one to `old_until`, the new one to `new_until`.
pub fn first_difference(
    old: &[Record],
    new: &[Record],
    from: SimTime,
    old_until: SimTime,
    new_until: SimTime,
) -> Option<SimTime> {
    let until = old_until.min(new_until);
    let mut old = between(old, from, until).filter_map(spoken);
    let mut new = between(new, from, until).filter_map(spoken);
    loop {
        match (old.next(), new.next()) {
            (None, None) => return None,
            (Some((a_at, a_by, a)), Some((b_at, b_by, b))) => {
                let apart = a_at.max(b_at).since(a_at.min(b_at));
                if a_by != b_by || a != b || apart > SAME {
                    return Some(a_at.min(b_at));
                }
            }
            // What has only one side near the end may still come on the other.
            (Some((at, ..)), None) | (None, Some((at, ..))) => return (at + SAME <= until).then_some(at),
        }
    }
}

fn between(records: &[Record], from: SimTime, until: SimTime) -> impl Iterator<Item = &Record> {
    records.iter().filter(move |record| record.turn > from && record.at <= until)
}

fn spoken(record: &Record) -> Option<(SimTime, crate::cluster::NodeId, &SentinelEvent)> {
    match &record.what {
        // Log lines such as "Next failover delay" have times in them, which differ by nature.
        Said::Sentinel(SentinelEvent::Log { .. }) => None,
        Said::Sentinel(event) => Some((record.at, record.node?, event)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{Action, History};
    use crate::scenario::entry;
    use crate::sim::Seed;

    fn history() -> History {
        let begun = entry("recorded-failover").unwrap().scenario().begin(Seed(7));
        History::new(begun.cluster, begun.records)
    }

    #[test]
    fn the_same_future_does_not_differ_and_another_does_from_its_cause_on() {
        let mut old = history();
        let start = old.origin();
        old.run_until(start + Micros::from_secs(20));
        let mut new = history();
        new.run_until(start + Micros::from_secs(3));
        let fork = new.now();
        let same = new.clone();
        new.act(Action::Start(new.cluster().node_named("M0").unwrap())).unwrap();
        let mut unchanged = same;
        unchanged.run_until(start + Micros::from_secs(20));
        new.run_until(start + Micros::from_secs(20));
        let until = new.now();
        let difference =
            |other: &History| first_difference(old.records(), other.records(), fork, until, until);
        assert_eq!(difference(&unchanged), None);
        let at = difference(&new).expect("a master that is back is not replaced");
        assert!(at > fork && at < until);
        let was = outcome(old.cluster(), old.records(), fork, until);
        let is = outcome(new.cluster(), new.records(), fork, until);
        assert_eq!((was.tries, was.aborts), (1, 0));
        assert!(was.master.is_some_and(|(name, at)| name.starts_with('R') && at > fork));
        assert_eq!(is, Outcome::default());
    }

    #[test]
    fn what_may_still_come_is_no_difference_yet() {
        let mut old = history();
        let start = old.origin();
        old.run_until(start + Micros::from_secs(20));
        let records = old.records();
        let first = records.iter().find(|r| r.at > start && spoken(r).is_some()).unwrap().at;
        let empty: &[Record] = &[];
        assert_eq!(first_difference(records, empty, start, old.now(), first + Micros(1000)), None);
        assert_eq!(first_difference(records, empty, start, old.now(), first + SAME), Some(first));
    }
}
