//! Redis Sentinel, whole and alive: the real algorithm on a simulated network.
//!
//! Modules in reading order, which is also the order of dependence: each may use those above it, never
//! those below it (`tests/architecture.rs` holds them to it).

pub mod sim;
pub mod protocol;
pub mod redis;
pub mod sentinel;
pub mod client;
pub mod cluster;
pub mod scenario;
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
pub mod i18n;
pub mod view;
#[cfg(target_arch = "wasm32")]
#[expect(
    clippy::redundant_closure,
    reason = "in markup Leptos forgets the type of a closure that it can see"
)]
pub mod ui;
