//! What people saw with Sentinel and could not explain: each mystery as a scenario that is played, with its
//! symptom and its explanation in the figures of the run.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that meets nothing where something must be has failed")]

mod data;
mod groups;
mod masters;
mod offered;
mod play;
