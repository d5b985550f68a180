//! What only a browser can show: run by `cargo test --target wasm32-unknown-unknown --test web`.
#![cfg(target_arch = "wasm32")]

#[path = "support/known_runs.rs"]
mod known_runs;

use known_runs::{KNOWN_RUNS, played};
use leptos::prelude::document;
use leptos::task::tick;
use sentinel_lab::scenario::library;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn the_page_shows_every_node_of_the_first_scenario_as_a_labelled_button() {
    sentinel_lab::ui::mount();
    tick().await;
    for (name, role) in [("M0", "master"), ("R1", "replica"), ("R2", "replica"), ("S1", "sentinel")] {
        let found = document().query_selector(&format!("[data-testid=node-{name}]"));
        let node = found.expect("a valid selector").expect(name);
        assert_eq!(node.get_attribute("role").as_deref(), Some("button"));
        assert_eq!(node.get_attribute("data-role").as_deref(), Some(role));
        assert_eq!(node.get_attribute("data-state").as_deref(), Some("ok"));
        let title = node.query_selector("title").expect("a valid selector");
        let label = title.and_then(|title| title.text_content()).expect("a node has an accessible name");
        assert!(label.contains(name), "{label}");
    }
    // What is beside the stage depends on the width of the window, which is the test runner's.
    for part in ["play", "scrubber", "scenario", "matrix", "caption"] {
        let found = document().query_selector(&format!("[data-testid={part}]"));
        assert!(found.expect("a valid selector").is_some(), "{part} is missing");
    }
}

/// The numbers were computed natively (`tests/known_runs.rs`).
#[wasm_bindgen_test]
fn a_seed_gives_the_same_run_in_webassembly_as_natively() {
    assert_eq!(played(library()), KNOWN_RUNS);
}
