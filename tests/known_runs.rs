//! The same seed means the same run, today and next year, natively and in WebAssembly (`tests/web.rs`).
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/known_runs.rs"]
mod known_runs;

use known_runs::{KNOWN_RUNS, hash_of};

#[test]
fn known_seeds_give_known_runs() {
    let played = KNOWN_RUNS.map(|(id, _)| (id, hash_of(id)));
    assert_eq!(played, KNOWN_RUNS, "a seed gives another run than it did");
}
