//! What the page costs: time per frame, seeking, memory, the first moving packet, size; each beside its budget.
//! Measures `dist/` as last built, in a headless Chromium of its own.
//!
//! `scripts/bench-page` runs all of it, `scripts/bench-page frames` the measures whose name has that word. It is
//! no test: nothing fails where a budget is missed, because a busy machine would fail it too.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::disallowed_methods, reason = "a browser is timed in real time")]
#![allow(dead_code, reason = "what is shared with the end-to-end tests is a vocabulary")]

mod frames;
mod measures;
#[path = "../../tests/e2e/page.rs"]
mod page;
#[path = "../../tests/e2e/site.rs"]
mod site;
mod table;
mod visit;
#[path = "../../tests/e2e/webdriver.rs"]
mod webdriver;

use table::Table;

fn main() {
    // cargo itself adds `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let mut table = Table::default();
    for (name, measure) in measures::ALL {
        if wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str())) {
            eprintln!("measuring: {name}");
            measure(&mut table);
        }
    }
    print!("{table}");
}
