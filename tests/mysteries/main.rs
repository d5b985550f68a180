//! What people saw with Sentinel and could not explain: each mystery as a scenario that is played, with its
//! symptom and its explanation in the figures of the run.
#![cfg(not(target_arch = "wasm32"))]

mod data;
mod groups;
mod masters;
mod play;
