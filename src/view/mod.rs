//! What is shown, computed without a browser: places, motion, pace, looks, wording.

pub mod ballot;
pub mod beliefs;
pub mod clients;
pub mod console;
pub mod edges;
pub mod export;
pub mod face;
pub mod failover;
#[cfg(test)]
pub(crate) mod fixture;
pub mod format;
pub mod geometry;
pub mod ghost;
pub mod hum;
pub mod kinds;
pub mod lanes;
pub mod layout;
pub mod links;
pub mod marks;
pub mod motion;
pub mod pace;
pub mod perspective;
pub mod pixels;
pub mod preview;
pub mod recorded;
pub mod sample;
pub mod search;
pub mod settings;
pub mod story;
pub mod timers;
pub mod tour;
pub mod twin;
pub mod why;
