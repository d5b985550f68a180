//! The kernel: time, chance, the agenda, hosts, processes and TCP-like connections between them.
//!
//! It has never heard of Redis, does no IO and reads no clock.

mod addr;
mod rng;
mod time;

pub use addr::Addr;
pub use rng::{Chance, Rng, Seed};
pub use time::{Micros, Millis, NodeTime, SimTime};
