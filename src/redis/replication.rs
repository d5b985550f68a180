//! The replication stream: ids, offset, backlog (spec REPL-40 to REPL-42).

use crate::protocol::resp::command_len;
use crate::protocol::{ArcStr, Command, SyncCounts, literal};
use crate::redis::backlog::Backlog;
use crate::redis::replicas::Attached;
use crate::redis::server::{Cx, RedisServer};
use std::sync::Arc;

/// A replication id that is none.
pub(super) const NO_REPLID: ArcStr = literal!("0000000000000000000000000000000000000000");

/// What a node knows of the stream that it writes, or passes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replication {
    pub(super) replid: ArcStr,
    /// The id of the stream's earlier part, [`NO_REPLID`] where there is none.
    pub(super) replid2: ArcStr,
    /// The first offset that the earlier id is not valid for; -1 where there is none.
    pub(super) second_offset: i64,
    pub(super) offset: u64,
    pub(super) backlog: Option<Backlog>,
    /// Whether the stream has named its database since somebody joined it.
    pub(super) selected: bool,
    /// Second of the last replica's leaving.
    pub(super) no_replicas_since: Option<i64>,
    /// How replicas were served since the process started.
    pub(super) syncs: SyncCounts,
    /// Inside EXEC: what is to go into the stream when it is over.
    pub(super) collecting: Option<Vec<Command>>,
}

impl Replication {
    pub(super) const fn new(replid: ArcStr) -> Self {
        Self {
            replid,
            replid2: NO_REPLID,
            second_offset: -1,
            offset: 0,
            backlog: None,
            selected: false,
            no_replicas_since: None,
            syncs: SyncCounts { full: 0, partial: 0, refused: 0 },
            collecting: None,
        }
    }

    pub(super) fn forget_second_id(&mut self) {
        self.replid2 = NO_REPLID;
        self.second_offset = -1;
    }

    /// The present id becomes the second one, valid up to the present offset, and `replid` takes its place.
    pub(super) fn shift_id(&mut self, replid: ArcStr) {
        self.replid2 = std::mem::replace(&mut self.replid, replid);
        self.second_offset = self.offset as i64 + 1;
    }
}

impl RedisServer {
    /// A command that changed something goes into the stream, at the end of the transaction that it is part
    /// of.
    pub(super) fn propagate(&mut self, cx: &mut Cx<'_>, command: Command) {
        match &mut self.repl.collecting {
            Some(collected) => collected.push(command),
            None if self.repl.backlog.is_some() => {
                self.select(cx);
                self.feed(cx, command);
            }
            None => {}
        }
    }

    /// The same for PUBLISH, without making a command that nobody takes.
    pub(super) fn propagate_publish(&mut self, cx: &mut Cx<'_>, channel: &ArcStr, message: &ArcStr) {
        if self.repl.collecting.is_some() || self.repl.backlog.is_some() {
            self.propagate(cx, Command::Publish { channel: channel.clone(), message: message.clone() });
        }
    }

    /// Puts what a transaction collected into the stream: several commands stay together.
    pub(super) fn propagate_collected(&mut self, cx: &mut Cx<'_>) {
        let Some(collected) = self.repl.collecting.take() else { return };
        // A transaction that made a replica of this node has nothing to tell its replicas.
        if self.link.is_some() || self.repl.backlog.is_none() || collected.is_empty() {
            return;
        }
        self.select(cx);
        let together = collected.len() > 1;
        if together {
            self.feed(cx, Command::Multi);
        }
        for command in collected {
            self.feed(cx, command);
        }
        if together {
            self.feed(cx, Command::Exec);
        }
    }

    /// The stream names its database before its first command, and again after a replica joined.
    fn select(&mut self, cx: &mut Cx<'_>) {
        if !self.repl.selected {
            self.repl.selected = true;
            self.feed(cx, Command::Other(Arc::new([literal!("SELECT"), literal!("0")])));
        }
    }

    /// Appends a command to the stream: offset, backlog, replicas. Nothing without a backlog (spec REPL-40).
    pub(super) fn feed(&mut self, cx: &mut Cx<'_>, command: Command) {
        let Some(backlog) = &mut self.repl.backlog else { return };
        let len = command_len(&command);
        self.repl.offset += len;
        for replica in self.replicas.iter().filter(|replica| replica.is_streaming()) {
            cx.out.send(replica.conn, command.clone());
        }
        let pinned = self.replicas.iter().filter_map(Attached::needs_from).min();
        backlog.push(command, len, self.conf.repl_backlog_size, pinned);
    }
}
