//! A run in one number: what was said, by whom and when. Equal on every target for equal runs.

use crate::cluster::{Cluster, History, Record, Said};
use std::fmt::{self, Write};
use std::hash::Hasher as _;

/// Hashes text piece by piece, the same on every target.
#[derive(Default)]
struct TraceHasher(fnv::FnvHasher);

impl TraceHasher {
    fn number(&mut self, n: u64) {
        self.0.write(&n.to_le_bytes());
    }
}

impl Write for TraceHasher {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

/// A hash of what was said and done: for each record its time stamp, the node, the log line or what was done
/// and answered. Native and wasm give the same for the same run.
pub fn trace_hash(records: &[Record]) -> u64 {
    let mut hasher = TraceHasher::default();
    for record in records {
        hasher.number(record.at.0);
        hasher.number(record.turn.0);
        hasher.number(record.node.map_or(u64::MAX, |id| u64::from(id.0)));
        // Writing into a hasher cannot fail.
        let _ = match (&record.what, record.what.log_line()) {
            (_, Some((level, text))) => write!(hasher, "{} {text}", level.mark()),
            (Said::Snapshot { label, world, .. }, None) => write!(hasher, "{label} {:?}", world.0.view()),
            (Said::Answered { words, reply }, None) => {
                write!(hasher, "Answered {{ words: {words:?}, reply: {:?} }}", reply.as_ref().ok())
            }
            // Which entry of the file it was done for is known by when it was done.
            (Said::Did { action, failure, .. }, None) => {
                write!(hasher, "Did {{ action: {action:?}, failure: {failure} }}")
            }
            (what, None) => write!(hasher, "{what:?}"),
        };
        hasher.number(0);
    }
    hasher.0.finish()
}

impl Cluster {
    /// A hash of everything that there is to see at this moment.
    pub fn view_hash(&self) -> u64 {
        let mut hasher = TraceHasher::default();
        let _ = write!(hasher, "{:?}", self.view());
        hasher.0.finish()
    }
}

impl History {
    /// [`trace_hash`] of all records up to the end.
    pub fn trace_hash(&self) -> u64 {
        trace_hash(self.records())
    }
}
