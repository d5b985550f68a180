//! The text twin: a run in words, in phases, with its ballots and weighings as tables. Made of the same records
//! as the picture and the exported transcript, for whoever reads rather than looks.

use crate::cluster::{Action, ClusterView, Insight, NodeId, Record, Said};
use crate::i18n::Lang;
use crate::sentinel::{EventKind, Filter, RunIdRank, SentinelEvent};
use crate::sim::SimTime;
use crate::view::beliefs::sentinel_name;
use crate::view::story::{self, node_name};
use crate::view::{ballot, marks};
use std::mem::{Discriminant, discriminant};

/// A stretch of a run under one heading: what its first record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Its first record, by its number.
    pub from: usize,
    /// The first that is not of it any more.
    pub to: usize,
}

/// Something that a phase holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A sentence, with the line of the log that it is about.
    Line {
        /// When.
        at: SimTime,
        /// In plain words.
        text: String,
        /// As Redis says it; nothing where a person did something.
        event: Option<String>,
    },
    /// How an election went, once it is over.
    Ballot {
        /// Its epoch.
        epoch: u64,
        /// Its votes, in the order in which they were given.
        votes: Vec<Vote>,
    },
    /// Replicas were weighed: the number of the record that says so.
    Weighing(usize),
}

/// A vote that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Who gave it.
    pub voter: String,
    /// To whom.
    pub candidate: String,
    /// When it was given.
    pub at: SimTime,
    /// When the candidate heard of it; at once where it is its own.
    pub heard: Option<SimTime>,
}

/// A replica as it was weighed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// Its name.
    pub name: String,
    /// The first filter that it did not pass.
    pub fails: Option<Filter>,
    /// Whether it was chosen.
    pub chosen: bool,
    /// Its priority.
    pub priority: i64,
    /// Its offset.
    pub offset: u64,
    /// The beginning of its run id, where it is known.
    pub run_id: Option<String>,
}

/// What makes two beginnings of a phase alike: three sentinels that suspect the master are one phase.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Began {
    Event(EventKind),
    Deed(Discriminant<Action>),
}

fn begins(record: &Record) -> Option<Began> {
    match &record.what {
        Said::Sentinel(event @ SentinelEvent::Event { kind, .. }) => {
            marks::begins_phase(event).then_some(Began::Event(*kind))
        }
        Said::Did { action, .. } => Some(Began::Deed(discriminant(&**action))),
        _ => None,
    }
}

/// The phases of a run that has said `records`; what went before the first is one, too.
pub fn phases(records: &[Record]) -> Vec<Phase> {
    let mut found: Vec<(Option<Began>, Phase)> = Vec::new();
    for (n, began) in records.iter().enumerate().filter_map(|(n, record)| Some((n, Some(begins(record)?)))) {
        match found.last_mut() {
            Some((last, _)) if *last == began => continue,
            Some((_, phase)) => phase.to = n,
            None if n > 0 => found.push((None, Phase { from: 0, to: n })),
            None => {}
        }
        found.push((began, Phase { from: n, to: n }));
    }
    if let Some((_, phase)) = found.last_mut() {
        phase.to = records.len();
    } else if !records.is_empty() {
        found.push((None, Phase { from: 0, to: records.len() }));
    }
    found.into_iter().map(|(_, phase)| phase).collect()
}

/// What a phase holds, its heading's line first.
pub fn entries(lang: Lang, view: &ClusterView, records: &[Record], phase: Phase) -> Vec<Entry> {
    let mut found = Vec::new();
    for (n, record) in records.iter().enumerate().take(phase.to).skip(phase.from) {
        if let Some(text) = sentence(lang, view, records, n) {
            let event = match &record.what {
                Said::Sentinel(event) => Some(event.to_string()),
                _ => None,
            };
            found.push(Entry::Line { at: record.at, text, event });
        }
        match kind_of(record) {
            Some(EventKind::ElectedLeader | EventKind::AbortNotElected) => {
                found.extend(votes_of(view, &records[..n], record));
            }
            Some(EventKind::SelectedReplica | EventKind::AbortNoGoodReplica) => {
                found.push(Entry::Weighing(n));
            }
            _ => {}
        }
    }
    found
}

/// What the record of that number says in plain words, where it says anything that matters. The last of several
/// that changed links at one moment speaks for all of them.
pub fn sentence(lang: Lang, view: &ClusterView, records: &[Record], n: usize) -> Option<String> {
    let record = records.get(n)?;
    let rule = |other: &Record| match &other.what {
        Said::Did { action, .. } if other.at == record.at => match **action {
            Action::SetLink { from, to, link } => Some((from, to, link)),
            _ => None,
        },
        _ => None,
    };
    if rule(record).is_some() {
        let is_last = records.get(n + 1).and_then(rule).is_none();
        let rules = records[..=n].iter().rev().map_while(rule);
        return is_last.then(|| story::links::tell(lang, view, rules));
    }
    match &record.what {
        Said::Sentinel(event) => record.node.and_then(|by| story::tell(lang, view, by, event)),
        Said::Did { action, .. } => story::tell_action(lang, view, action),
        _ => None,
    }
}

const fn kind_of(record: &Record) -> Option<EventKind> {
    match &record.what {
        Said::Sentinel(SentinelEvent::Event { kind, .. }) => Some(*kind),
        _ => None,
    }
}

/// A vote as a sentinel says that it gives it: to whom, in which epoch.
fn given(record: &Record) -> Option<(&str, u64)> {
    match &record.what {
        Said::Sentinel(event) => ballot::given(event),
        _ => None,
    }
}

/// The votes of the epoch in which the sentinel that said `end` had asked for them.
fn votes_of(view: &ClusterView, before: &[Record], end: &Record) -> Option<Entry> {
    let candidate = end.node?;
    let mut own = before.iter().rev().filter(|record| record.node == Some(candidate));
    let (_, epoch) = own.find_map(given)?;
    let heard = |voter: NodeId, name: &str, at: SimTime| {
        let says = |record: &&Record| match &record.what {
            Said::Sentinel(SentinelEvent::Voted { peer, epoch: of, .. }) => {
                record.node == Some(candidate) && *of == epoch && sentinel_name(view, peer) == *name
            }
            _ => false,
        };
        if voter == candidate { Some(at) } else { before.iter().find(says).map(|record| record.at) }
    };
    let votes = before.iter().filter_map(|record| {
        let (leader, of) = given(record)?;
        let by = record.node.filter(|_| of == epoch)?;
        let voter = node_name(view, by);
        let heard = heard(by, &voter, record.at);
        Some(Vote { candidate: sentinel_name(view, leader).to_string(), at: record.at, heard, voter })
    });
    Some(Entry::Ballot { epoch, votes: votes.collect() })
}

/// The replicas as a sentinel last weighed them in a failover; none where its mind does not hold that.
pub fn weighed(view: &ClusterView, insight: &Insight) -> Vec<Weighed> {
    let Some(selection) = &insight.weighed else { return Vec::new() };
    let name = |key: &str| {
        let known = insight.master.replicas.iter().find(|replica| replica.name == key);
        known.and_then(|replica| replica.node).map_or_else(|| key.to_owned(), |id| node_name(view, id))
    };
    let all = selection.candidates.iter().map(|candidate| Weighed {
        name: name(&candidate.name),
        fails: candidate.checks.iter().find(|check| check.fails.is_some()).map(|check| check.filter),
        chosen: selection.chosen == Some(candidate.replica),
        priority: candidate.rank.priority,
        offset: candidate.rank.offset.0,
        run_id: match &candidate.rank.runid {
            RunIdRank::Known(id) => Some(id.chars().take(6).collect()),
            RunIdRank::Unknown => None,
        },
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{Cluster, History};
    use crate::scenario::entry;
    use crate::sim::{Micros, Seed};

    /// A run of the library up to `seconds` after t = 0, and what was said in that time.
    fn played(id: &str, seconds: u64) -> (Cluster, Vec<Record>) {
        let begun = entry(id).unwrap().scenario().begin(Seed(7));
        let (mut cluster, origin) = (begun.cluster, SimTime::ZERO);
        let origin = origin.max(cluster.now());
        let mut records = Vec::new();
        cluster.run_until(origin + Micros::from_secs(seconds), &mut records);
        records.sort_by_key(|record| record.at);
        (cluster, records)
    }

    /// VOTE-4, LOG-13
    #[test]
    fn a_failover_is_told_in_phases_with_its_ballot_and_every_record_is_in_one() {
        let (cluster, records) = played("recorded-failover", 15);
        let view = cluster.view();
        let phases = phases(&records);
        assert_eq!(phases[0].from, 0);
        assert_eq!(phases.last().unwrap().to, records.len());
        assert!(phases.windows(2).all(|pair| pair[0].to == pair[1].from && pair[0].from < pair[0].to));
        let all: Vec<_> =
            phases.iter().flat_map(|phase| entries(Lang::En, &view, &records, *phase)).collect();
        let ballots: Vec<_> = all
            .iter()
            .filter_map(|entry| match entry {
                Entry::Ballot { epoch, votes } => Some((*epoch, votes)),
                _ => None,
            })
            .collect();
        let [(1, votes)] = &ballots[..] else { panic!("{ballots:?}") };
        assert_eq!(votes.len(), 3, "each sentinel votes once: {votes:?}");
        assert!(votes.iter().all(|vote| vote.candidate == votes[0].voter), "{votes:?}");
        // Its own vote at once; another one that it had heard of made it the leader.
        assert_eq!(votes[0].heard, Some(votes[0].at));
        let from_others: Vec<_> = votes[1..].iter().filter(|vote| vote.heard.is_some()).collect();
        assert!(!from_others.is_empty(), "{votes:?}");
        assert!(from_others.iter().all(|vote| vote.heard > Some(vote.at)), "{votes:?}");
        let headings: Vec<_> = phases
            .iter()
            .filter_map(|phase| entries(Lang::En, &view, &records, *phase).into_iter().next())
            .collect();
        let heading = |word: &str| {
            headings
                .iter()
                .any(|entry| matches!(entry, Entry::Line { event: Some(e), .. } if e.starts_with(word)))
        };
        for word in ["+sdown master", "+odown", "+try-failover", "+elected-leader", "+selected-slave"] {
            assert!(heading(word), "{word}: {headings:?}");
        }
        let chinese: Vec<_> = phases.iter().flat_map(|p| entries(Lang::Zh, &view, &records, *p)).collect();
        assert_eq!(all.len(), chinese.len());
    }

    /// SEL-10, SEL-11, SEL-12
    #[test]
    fn the_weighing_that_is_told_is_the_one_that_chose() {
        let begun = entry("recorded-failover").unwrap().scenario().begin(Seed(7));
        let mut history = History::new(begun.cluster, begun.records);
        history.run_until(history.now() + Micros::from_secs(15));
        let chose = |record: &&Record| kind_of(record) == Some(EventKind::SelectedReplica);
        let record = history.records().iter().find(chose).unwrap();
        let world = history.world_at(record.turn);
        let insight = world.insight(record.node.unwrap(), None, record.turn).unwrap();
        let weighed = weighed(&world.view(), &insight);
        assert_eq!(weighed.len(), 2);
        let [chosen] = weighed.iter().filter(|w| w.chosen).collect::<Vec<_>>()[..] else {
            panic!("{weighed:?}")
        };
        assert_eq!(chosen.fails, None);
        let Said::Sentinel(event) = &record.what else { panic!() };
        let at = world.view().nodes.iter().find(|n| n.name == chosen.name.as_str()).unwrap().addr;
        assert!(event.to_string().contains(&at.to_string()), "{event}: {weighed:?}");
    }

    #[test]
    fn sentinels_that_suspect_one_after_another_are_one_phase_and_nothing_is_none() {
        assert_eq!(phases(&[]), []);
        let (_, records) = played("recorded-failover", 15);
        let suspected = phases(&records)
            .into_iter()
            .filter(|phase| begins(&records[phase.from]) == Some(Began::Event(EventKind::SubjectivelyDown)));
        assert_eq!(suspected.count(), 1);
    }
}
