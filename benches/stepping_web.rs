//! How fast the world runs in WebAssembly, in the browser that the tests use, in the profile of the page.
//!
//! `make bench` runs it; the figures stand in its output. It is no test: it asserts nothing about time.
#![cfg(target_arch = "wasm32")]

use sentinel_lab::scenario::entry;
use sentinel_lab::sim::{Micros, Seed};
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// How often the hour is run; the quickest counts, the others met something else on the machine.
const RUNS: u32 = 5;

#[wasm_bindgen_test]
fn an_idle_hour_of_1_2_3() {
    let world = entry("plain").expect("it is built in").scenario().begin(Seed(7)).cluster;
    let hour = Micros::from_secs(3600);
    let best = (0..RUNS).map(|_| {
        let mut world = world.clone();
        let until = world.now() + hour;
        let begun = js_sys::Date::now();
        world.run_until(until, &mut Vec::new());
        js_sys::Date::now() - begun
    });
    let best_ms = best.fold(f64::INFINITY, f64::min);
    let speed = 3_600_000.0 / best_ms;
    console_log!("idle, an hour of 1 + 2 + 3: {best_ms:.0} ms, {speed:.0} simulated seconds per second");
}
