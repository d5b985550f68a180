//! Runs whose hash is known: native and browser tests both play them and hold them to the same numbers.
//!
//! A change of these numbers means that a seed no longer means the run that it meant: right when a rule was
//! mended, wrong otherwise. `KNOWN_RUNS=write cargo test --test known_runs` writes the new ones.

use sentinel_lab::cluster::{Action, Condition, History};
use sentinel_lab::scenario::Entry;
use sentinel_lab::sim::{Micros, Seed};

/// Every built-in scenario, and the hash of what is said and done in it: one a line, id and number.
pub(crate) const KNOWN_RUNS: &str = include_str!("known_runs.txt");

/// The first minute of the scenario, then its first node's death, if it still lives, and half a minute of what
/// follows.
pub(crate) fn hash_of(entry: &Entry) -> u64 {
    let begun = entry.scenario().begin(Seed(7));
    let mut history = History::new(begun.cluster, begun.records);
    history.run_until(history.now() + Micros::from_secs(60));
    let first = history.cluster().node_ids().next().expect("a scenario has nodes");
    if history.cluster().condition(first) != Condition::Dead {
        history.act(Action::Kill(first)).expect("it lives");
    }
    history.run_until(history.now() + Micros::from_secs(30));
    history.trace_hash()
}

/// What was played, as `KNOWN_RUNS` has it.
pub(crate) fn played<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let lines = entries.into_iter().map(|entry| format!("{} {}", entry.id, hash_of(entry)));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}
