//! What real Redis did in the recorded scenarios, in a few figures, to be laid beside a simulated run.
//!
//! `recorded.json` is distilled from `tests/fixtures/captures`; a test holds the two together.

use crate::cluster::{Cluster, Record, Said};
use crate::sim::SimTime;
use serde_json::Value;

const RECORDED: &str = include_str!("recorded.json");

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

/// When each event was first said, in milliseconds after the failure, in the order of time.
fn first_times<'a>(events: impl Iterator<Item = (i64, &'a str, String)>) -> Vec<(String, i64)> {
    let mut first: Vec<(String, i64)> = Vec::new();
    for (ms, event, text) in events.filter(|(ms, ..)| *ms >= 0) {
        if let Some(label) = label(event, &text)
            && !first.iter().any(|(known, _)| *known == label)
        {
            first.push((label, ms));
        }
    }
    first
}

/// One event in the recorded runs: when it was first said after the failure, in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The event.
    pub event: String,
    /// In how many runs it was said.
    pub runs: u64,
    /// The median of the times.
    pub median: i64,
    /// The earliest.
    pub min: i64,
    /// The latest.
    pub max: i64,
}

/// What was recorded of one scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// How many runs.
    pub runs: u64,
    /// Its events, in the order of their medians.
    pub figures: Vec<Figure>,
}

/// The recorded runs of that capture.
pub fn recorded(id: &str) -> Option<Recorded> {
    let all: Value = serde_json::from_str(RECORDED).expect("invariant: a test reads it");
    let entry = all.get(id)?;
    let figures = entry["events"].as_array()?.iter().map(|row| {
        let number = |n: usize| row[n].as_i64().unwrap_or_default();
        Figure {
            event: row[0].as_str().unwrap_or_default().to_owned(),
            runs: number(1) as u64,
            median: number(2),
            min: number(3),
            max: number(4),
        }
    });
    Some(Recorded { runs: entry["runs"].as_u64()?, figures: figures.collect() })
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
    use crate::sim::{Micros, Seed};
    use serde_json::json;
    use std::path::Path;

    fn distil() -> Value {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/captures");
        let mut all = serde_json::Map::new();
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        names.sort();
        for file in names {
            let runs: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
            let runs = runs.as_array().unwrap();
            let mut times: Vec<(String, Vec<i64>)> = Vec::new();
            for run in runs {
                let failed = run["failure_t_ms"].as_i64().unwrap();
                let events = run["events"].as_array().unwrap().iter().map(|event| {
                    let text = event[3].as_str().unwrap().to_owned();
                    (event[0].as_i64().unwrap() - failed, event[2].as_str().unwrap(), text)
                });
                for (label, ms) in first_times(events) {
                    match times.iter_mut().find(|(known, _)| *known == label) {
                        Some((_, all)) => all.push(ms),
                        None => times.push((label, vec![ms])),
                    }
                }
            }
            let mut rows: Vec<_> = times
                .into_iter()
                .map(|(label, mut ms)| {
                    ms.sort_unstable();
                    (ms[ms.len() / 2], json!([label, ms.len(), ms[ms.len() / 2], ms[0], ms[ms.len() - 1]]))
                })
                .collect();
            rows.sort_by_key(|(median, _)| *median);
            let rows: Vec<Value> = rows.into_iter().map(|(_, row)| row).collect();
            let id = file.file_stem().unwrap().to_str().unwrap().to_owned();
            all.insert(id, json!({"runs": runs.len(), "events": rows}));
        }
        Value::Object(all)
    }

    /// `RECORDED=write cargo test view::recorded` writes the file anew.
    #[test]
    fn the_figures_are_those_of_the_recordings() {
        let (distilled, path) = (distil(), concat!(env!("CARGO_MANIFEST_DIR"), "/src/view/recorded.json"));
        if std::env::var("RECORDED").is_ok_and(|how| how == "write") {
            let text = distilled.to_string().replace("},\"", "},\n\"").replace("],[", "],\n [");
            std::fs::write(path, text + "\n").unwrap();
        }
        let kept: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(kept, distilled);
    }

    /// Every event that all recorded runs of a scenario have comes in a simulated run too, and about then.
    #[test]
    fn every_badge_leads_to_a_recording_that_a_simulated_run_resembles() {
        let with_badge: Vec<_> = library().iter().filter(|entry| entry.recorded.is_some()).collect();
        assert!(with_badge.len() >= 6);
        for entry in with_badge {
            let known = recorded(entry.recorded.unwrap()).expect(entry.id);
            let begun = entry.scenario().begin(Seed(7));
            let (mut cluster, mut said) = (begun.cluster, Vec::new());
            let until = cluster.now() + Micros::from_secs(60);
            cluster.run_until(until, &mut said);
            said.sort_by_key(|record| record.at);
            let run = simulated(&cluster, &said, until);
            for figure in known.figures.iter().filter(|figure| figure.runs == known.runs) {
                let at = run.iter().find(|(event, _)| *event == figure.event).map(|(_, ms)| *ms);
                let at = at.unwrap_or_else(|| panic!("{}: no {}", entry.id, figure.event));
                // One run against a few: a generous margin tells a wrong scenario from chance.
                let margin = 1_500 + figure.median / 3;
                assert!(
                    (figure.min - margin..figure.max + margin).contains(&at),
                    "{}: {} at {at}, recorded {figure:?}",
                    entry.id,
                    figure.event
                );
            }
        }
    }
}
