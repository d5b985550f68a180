//! What real Redis did in the recorded scenarios, in a few figures, to be laid beside simulated runs.
//!
//! `recorded.txt` is distilled from `tests/fixtures/captures`; a test holds the two together.

use crate::cluster::{Cluster, Record, Said};
use crate::scenario::{Begun, Scenario};
use crate::sim::{Micros, Seed, SimTime};
use crate::view::sample::Sample;

/// A line with a capture's name and how many runs there are, then a line an event: its name, how much later than
/// that of the event before it its earliest time is, then how much later each next one is. An event with the times
/// of the one before it has none of its own. Every byte of it is one of the page's.
const RECORDED: &str = include_str!("recorded.txt");

/// An event that matters when two runs are compared, with the first word of what it is about where that
/// tells it apart.
fn label(event: &str, text: &str) -> Option<String> {
    match event {
        "+sdown" | "-sdown" => {
            let about = text.split(' ').next().filter(|word| matches!(*word, "master" | "slave"))?;
            Some(format!("{event} {about}"))
        }
        "+slave" | "+sentinel" | "log" | "+set" | "+monitor" | "+role-change" | "-role-change" => None,
        _ => Some(event.to_owned()),
    }
}

/// When each event was first said, in milliseconds after the failure.
fn first_times<'a>(events: impl Iterator<Item = (i64, &'a str, String)>) -> Vec<(String, i64)> {
    let mut first: Vec<(String, i64)> = Vec::new();
    for (ms, event, text) in events {
        let Some(label) = label(event, &text).filter(|_| ms >= 0) else { continue };
        match first.iter_mut().find(|(known, _)| *known == label) {
            Some((_, known)) => *known = ms.min(*known),
            None => first.push((label, ms)),
        }
    }
    first
}

/// One event in the recorded runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The event.
    pub event: &'static str,
    /// When it was first said after the failure, in milliseconds.
    pub sample: Sample,
}

/// What was recorded of one scenario: its events, in the order of their medians.
pub fn recorded(id: &str) -> Option<Vec<Figure>> {
    let mut lines = RECORDED.lines().skip_while(|line| line.split(',').next() != Some(id));
    let runs = lines.next()?.split(',').nth(1)?.parse().ok()?;
    let (mut first, mut times) = (0, Vec::new());
    // A capture's name begins with a digit, an event's never.
    let rows = lines.take_while(|line| !line.starts_with(|c: char| c.is_ascii_digit()));
    let figures = rows.map(|line| {
        let mut parts = line.split(',');
        let event = parts.next().unwrap_or_default();
        let mut at = first;
        let own: Vec<i64> = parts
            .filter_map(|part| part.parse::<i64>().ok())
            .map(|step| {
                at += step;
                at
            })
            .collect();
        if let Some(earliest) = own.first() {
            first = *earliest;
            times = own;
        }
        Figure { event, sample: Sample { runs, times: times.clone() } }
    });
    Some(figures.collect())
}

/// The longest shift of all that is done in a recorded run, drawn anew for each, so that the failure comes at any
/// phase of the sentinels' timers.
const JITTER: Micros = Micros::from_secs(1);
/// A recorded run went on for about so long after the last that is compared.
const TAIL: Micros = Micros::from_secs(1);

/// A run of a built-in scenario as the recorded ones were made: when each event was first said. The scenario itself
/// is played without a shift, and for an hour.
pub fn played(mut scenario: Scenario, figures: &[Figure], seed: Seed) -> Vec<(String, i64)> {
    let failure =
        scenario.timed.iter().find(|(_, action)| action.failure).map_or(Micros::ZERO, |(at, _)| *at);
    let mut latest = 0;
    for figure in figures {
        latest = figure.sample.range().map_or(latest, |range| range.1.max(latest));
    }
    scenario.jitter = JITTER;
    let Begun { mut cluster, mut records, jitter, .. } = scenario.begin(seed);
    let end = cluster.now() + jitter + failure + Micros::from_millis(latest.unsigned_abs()) + TAIL;
    cluster.run_until(end, &mut records);
    simulated(&cluster, &records, end)
}

/// The same of a simulated run, up to the playhead: nothing before the failure has come.
pub fn simulated(cluster: &Cluster, records: &[Record], until: SimTime) -> Vec<(String, i64)> {
    let failed = records.iter().find(|r| matches!(r.what, Said::Did { failure: true, .. })).map(|r| r.at);
    let Some(failed) = failed.filter(|at| *at <= until) else { return Vec::new() };
    let since = records.iter().filter(|record| record.at >= failed && record.at <= until);
    first_times(since.filter_map(|record| {
        let Said::Sentinel(event) = &record.what else { return None };
        let (name, payload) = event.named();
        Some((record.at.since(failed).0 as i64 / 1000, name, cluster.symbolic(&payload)))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::library;
    use serde_json::Value;
    use std::fmt::Write as _;
    use std::path::Path;

    /// What the fixtures come to, each under the name of its capture.
    fn distil() -> Vec<(String, Vec<Figure>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/captures");
        let mut all = Vec::new();
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        names.sort();
        for file in names {
            let recordings: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
            let recordings = recordings.as_array().unwrap();
            let mut figures: Vec<Figure> = Vec::new();
            for run in recordings {
                let failed = run["failure_t_ms"].as_i64().unwrap();
                let events = run["events"].as_array().unwrap().iter().map(|event| {
                    let text = event[3].as_str().unwrap().to_owned();
                    (event[0].as_i64().unwrap() - failed, event[2].as_str().unwrap(), text)
                });
                for (label, ms) in first_times(events) {
                    let known = figures.iter_mut().find(|figure| figure.event == label);
                    if let Some(figure) = known {
                        figure.sample.add(ms);
                        continue;
                    }
                    let sample = Sample { runs: recordings.len(), times: vec![ms] };
                    // A test's few names may live as long as it does.
                    figures.push(Figure { event: label.leak(), sample });
                }
            }
            figures.sort_by_key(|figure| figure.sample.median());
            all.push((file.file_stem().unwrap().to_str().unwrap().to_owned(), figures));
        }
        all
    }

    /// The form that [`recorded`] reads.
    fn write(all: &[(String, Vec<Figure>)]) -> String {
        let mut text = String::new();
        for (id, figures) in all {
            writeln!(text, "{id},{}", figures[0].sample.runs).unwrap();
            let mut before: &[i64] = &[0];
            for Figure { event, sample } in figures {
                text += event;
                if sample.times != before {
                    let mut at = before[0];
                    for time in &sample.times {
                        write!(text, ",{}", time - at).unwrap();
                        at = *time;
                    }
                    before = &sample.times;
                }
                text.push('\n');
            }
        }
        text
    }

    /// `RECORDED=write cargo test view::recorded` writes the file anew.
    #[test]
    fn the_figures_are_those_of_the_recordings() {
        let all = distil();
        if std::env::var("RECORDED").is_ok_and(|how| how == "write") {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/view/recorded.txt"), write(&all))
                .unwrap();
            return;
        }
        assert_eq!(RECORDED, write(&all));
        for (id, known) in all {
            assert_eq!(recorded(&id), Some(known), "{id}");
        }
        assert_eq!(recorded("99_never_recorded"), None);
    }

    /// What the page says of a badge: no event of simulated runs is told apart from the recorded ones.
    #[test]
    fn every_badge_leads_to_a_recording_that_simulated_runs_are_not_told_apart_from() {
        let with_badge: Vec<_> = library().iter().filter(|entry| entry.recorded.is_some()).collect();
        assert!(with_badge.len() >= 14);
        for entry in with_badge {
            let figures = recorded(entry.recorded.unwrap()).expect(entry.id);
            let runs: Vec<_> = (1..=20).map(|seed| played(entry.scenario(), &figures, Seed(seed))).collect();
            for figure in figures {
                let sample = Sample::of(figure.event, &runs);
                assert!(
                    !figure.sample.is_told_apart(&sample),
                    "{}: {figure:?}, simulated {sample:?}",
                    entry.id
                );
            }
        }
    }
}
