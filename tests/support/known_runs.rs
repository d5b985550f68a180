//! Runs whose hash is known: native and browser tests both play them and hold them to the same numbers.
//!
//! A change of these numbers means that a seed no longer means the run that it meant: right when a rule was
//! mended, wrong otherwise. The native test prints the new ones.

use sentinel_lab::cluster::{Action, History};
use sentinel_lab::scenario::entry;
use sentinel_lab::sim::{Micros, Seed};

/// Built-in scenarios and the hash of what is said and done in them when the master is killed.
pub(crate) const KNOWN_RUNS: [(&str, u64); 2] =
    [("plain", 7_644_262_017_729_347_526), ("seed-two-machines", 12_136_225_890_005_934_869)];

/// Two quiet seconds, then the master's death and half a minute of what follows.
pub(crate) fn hash_of(id: &str) -> u64 {
    let begun = entry(id).expect("it is built in").scenario().begin(Seed(7));
    let mut history = History::new(begun.cluster, begun.records);
    history.run_until(history.now() + Micros::from_secs(2));
    let master = history.cluster().node_named("M0").expect("it has a master");
    history.act(Action::Kill(master)).expect("it runs");
    history.run_until(history.now() + Micros::from_secs(30));
    history.trace_hash()
}
