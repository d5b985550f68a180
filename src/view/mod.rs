//! What is shown, computed without a browser: places, motion, pace, looks, wording.

pub mod ballot;
pub mod beliefs;
pub mod edges;
pub mod face;
#[cfg(test)]
pub(crate) mod fixture;
pub mod format;
pub mod geometry;
pub mod layout;
pub mod marks;
pub mod motion;
pub mod pace;
pub mod settings;
pub mod story;
pub mod why;
