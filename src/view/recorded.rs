//! What real Redis did in the recorded scenarios, in a few figures, to be laid beside a simulated run.
//!
//! `recorded.txt` is distilled from `tests/fixtures/captures`; a test holds the two together.

use crate::cluster::{Cluster, Record, Said};
use crate::sim::SimTime;

/// A line with a capture's name and how many runs there are, then a line an event: its name, the median of its
/// times after that of the event before it, how much earlier the earliest was, how much later the latest, and in
/// how many runs it was said where that is not all of them. An event with the figures of the one before it has
/// none of its own. Every byte of it is one of the page's.
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
    pub event: &'static str,
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
    let mut lines = RECORDED.lines().skip_while(|line| line.split(',').next() != Some(id));
    let runs = lines.next()?.split(',').nth(1)?.parse().ok()?;
    let mut last = Figure { event: "", runs, median: 0, min: 0, max: 0 };
    // A capture's name begins with a digit, an event's never.
    let rows = lines.take_while(|line| !line.starts_with(|c: char| c.is_ascii_digit()));
    let figures = rows.map(|line| {
        let mut parts = line.split(',');
        last.event = parts.next().unwrap_or_default();
        let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok());
        if let Some(step) = number() {
            last.median += step;
            last.min = last.median - number().unwrap_or_default();
            last.max = last.median + number().unwrap_or_default();
            last.runs = number().map_or(runs, |runs| runs as u64);
        }
        last.clone()
    });
    Some(Recorded { runs, figures: figures.collect() })
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
    use serde_json::Value;
    use std::fmt::Write as _;
    use std::path::Path;

    /// What the fixtures come to, each under the name of its capture.
    fn distil() -> Vec<(String, Recorded)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/captures");
        let mut all = Vec::new();
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
            let mut figures: Vec<_> = times
                .into_iter()
                .map(|(label, mut ms)| {
                    ms.sort_unstable();
                    let n = ms.len();
                    let (runs, median) = (n as u64, i64::midpoint(ms[(n - 1) / 2], ms[n / 2]));
                    // A test's few names may live as long as it does.
                    Figure { event: label.leak(), runs, median, min: ms[0], max: ms[ms.len() - 1] }
                })
                .collect();
            figures.sort_by_key(|figure| figure.median);
            let id = file.file_stem().unwrap().to_str().unwrap().to_owned();
            all.push((id, Recorded { runs: runs.len() as u64, figures }));
        }
        all
    }

    /// The form that [`recorded`] reads.
    fn write(all: &[(String, Recorded)]) -> String {
        let mut text = String::new();
        for (id, known) in all {
            writeln!(text, "{id},{}", known.runs).unwrap();
            let (mut median, mut before) = (0, None);
            for figure in &known.figures {
                text += figure.event;
                let figures = (figure.median, figure.min, figure.max, figure.runs);
                if before != Some(figures) {
                    let (earlier, later) = (figure.median - figure.min, figure.max - figure.median);
                    write!(text, ",{},{earlier},{later}", figure.median - median).unwrap();
                    if figure.runs != known.runs {
                        write!(text, ",{}", figure.runs).unwrap();
                    }
                }
                text.push('\n');
                (median, before) = (figure.median, Some(figures));
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

    /// Every event that all recorded runs of a scenario have comes in a simulated run too, and about then.
    #[test]
    fn every_badge_leads_to_a_recording_that_a_simulated_run_resembles() {
        let with_badge: Vec<_> = library().iter().filter(|entry| entry.recorded.is_some()).collect();
        assert!(with_badge.len() >= 14);
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
