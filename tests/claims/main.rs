//! What is said about Redis Sentinel, and what really happens, in whole clusters: durations, faults of every
//! kind, and the myths that the specification lists.
#![cfg(not(target_arch = "wasm32"))]

mod faults;
mod failovers;
mod run;
