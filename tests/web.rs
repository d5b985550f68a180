//! What only a browser can show: run by `cargo test --target wasm32-unknown-unknown --test web`.
#![cfg(target_arch = "wasm32")]

#[path = "support/known_runs.rs"]
mod known_runs;

use known_runs::{KNOWN_RUNS, hash_of};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn there_is_a_document_to_mount_into() {
    assert!(js_sys::global().is_object());
}

/// The values were computed natively (`tests/known_runs.rs`).
#[wasm_bindgen_test]
fn a_seed_gives_the_same_run_in_webassembly_as_natively() {
    for (id, known) in KNOWN_RUNS {
        assert_eq!(hash_of(id), known, "{id}");
    }
}
