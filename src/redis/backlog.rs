//! The replication backlog: the last part of the replication stream, for replicas that come back.
//!
//! Offsets count bytes as everywhere in Redis, but what is kept are commands: no replica ever asks from the
//! middle of one. Commands lie in chunks that clones share.

use crate::protocol::Command;
use std::collections::VecDeque;
use std::sync::Arc;

/// How many commands a chunk takes. A clone made between two pushes costs one copy of a chunk.
const CHUNK: usize = 64;

/// The backlog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Backlog {
    chunks: VecDeque<Arc<Vec<Entry>>>,
    /// The offset of the last byte pushed.
    end: u64,
    /// The offset of the first byte that a replica may still ask for.
    first: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    /// The offset of its last byte.
    end: u64,
    command: Command,
}

impl Backlog {
    /// An empty backlog behind `offset` bytes of stream.
    pub(super) fn new(offset: u64) -> Self {
        Self { chunks: VecDeque::new(), end: offset, first: offset + 1 }
    }

    /// The offset of the first byte that it still has, or would have (spec REPL-42).
    pub(super) const fn first(&self) -> u64 {
        self.first
    }

    /// How many bytes it has.
    pub(super) const fn histlen(&self) -> u64 {
        self.end + 1 - self.first
    }

    /// Whether a replica may go on from the byte at `offset` (spec REPL-44).
    pub(super) const fn has(&self, offset: u64) -> bool {
        self.first <= offset && offset <= self.end + 1
    }

    /// Appends a command that takes `len` bytes, then forgets what is beyond `size` bytes, but nothing from
    /// the offset `pinned` on.
    pub(super) fn push(&mut self, command: Command, len: u64, size: u64, pinned: Option<u64>) {
        self.end += len;
        let entry = Entry { end: self.end, command };
        if let Some(chunk) = self.chunks.back_mut().filter(|chunk| chunk.len() < CHUNK) {
            Arc::make_mut(chunk).push(entry);
        } else {
            let mut chunk = Vec::with_capacity(CHUNK);
            chunk.push(entry);
            self.chunks.push_back(Arc::new(chunk));
        }
        self.first = self.first.max((self.end + 1).saturating_sub(size));
        let keep = pinned.map_or(self.first, |pinned| pinned.min(self.first));
        while self.chunks.front().is_some_and(|chunk| chunk.last().is_some_and(|last| last.end < keep)) {
            self.chunks.pop_front();
        }
    }

    /// The commands from the byte at `offset` on.
    pub(super) fn from(&self, offset: u64) -> impl Iterator<Item = &Command> {
        let skipped = self.chunks.partition_point(|chunk| chunk.last().is_some_and(|last| last.end < offset));
        let entries = self.chunks.iter().skip(skipped).flat_map(|chunk| chunk.iter());
        entries.skip_while(move |entry| entry.end < offset).map(|entry| &entry.command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::resp::command_len;

    fn set(n: u64) -> Command {
        Command::Set { key: arcstr::format!("{n:04}"), value: "v".into() }
    }

    fn filled(count: u64, size: u64, pinned: Option<u64>) -> Backlog {
        let mut backlog = Backlog::new(100);
        for n in 0..count {
            backlog.push(set(n), command_len(&set(n)), size, pinned);
        }
        backlog
    }

    /// REPL-42
    #[test]
    fn the_backlog_holds_the_last_bytes_only() {
        let len = command_len(&set(0));
        let backlog = filled(1000, 50 * len, None);
        assert_eq!(backlog.histlen(), 50 * len);
        assert_eq!(backlog.first(), 100 + 950 * len + 1);
        assert!(backlog.has(backlog.first()));
        assert!(backlog.has(100 + 1000 * len + 1));
        assert!(!backlog.has(backlog.first() - 1));
        assert!(!backlog.has(100 + 1000 * len + 2));
        let commands: Vec<_> = backlog.from(backlog.first()).cloned().collect();
        assert_eq!(commands, (950..1000).map(set).collect::<Vec<_>>());
        assert!(backlog.chunks.len() <= 3);
    }

    #[test]
    fn what_a_replica_in_sync_still_needs_is_kept() {
        let len = command_len(&set(0));
        let backlog = filled(1000, 50 * len, Some(101));
        assert_eq!(backlog.from(101).count(), 1000);
        assert!(!backlog.has(101), "but nobody else may ask for it");
    }
}
