//! The Sentinel machine, sans-IO.

mod event;

pub use event::{EventKind, SentinelEvent};
