//! The same seed means the same run, today and next year, natively and in WebAssembly (`tests/web.rs`).
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/known_runs.rs"]
mod known_runs;

use known_runs::{KNOWN_RUNS, played};
use sentinel_lab::scenario::library;

#[test]
fn known_seeds_give_known_runs() {
    let played = played(library());
    if std::env::var("KNOWN_RUNS").is_ok_and(|wish| wish == "write") {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/known_runs.txt");
        std::fs::write(path, &played).expect("the file can be written");
        return;
    }
    assert!(played == KNOWN_RUNS, "a seed gives another run than it did:\n{played}");
}
