//! Changing roles: REPLICAOF, and what a process remembers of its stream when it starts (spec section 17.6).

use crate::protocol::{ArcStr, Level, Reply, literal};
use crate::redis::backlog::Backlog;
use crate::redis::event::RedisEventKind;
use crate::redis::link::{LinkState, MasterLink, Position};
use crate::redis::server::{Cx, RedisServer};
use crate::redis::upstream::Dial;
use std::sync::Arc;

/// Said whenever a node's own stream becomes the one that it asks a master to go on with.
const OWN_STREAM: &str = "Before turning into a replica, using my own master parameters to synthesize a \
     cached master: I may be able to synchronize with the new master with just a partial transfer.";

impl RedisServer {
    /// SLAVEOF and REPLICAOF: `to` is the new master, `by` the client that asks, as the log shows it.
    pub(super) fn replicaof(&mut self, cx: &mut Cx<'_>, to: Option<(ArcStr, u16)>, by: ArcStr) -> Reply {
        if self.blocking.handover.is_some() {
            return Reply::error(literal!("ERR REPLICAOF not allowed while failing over."));
        }
        if let Some((host, port)) = to {
            self.follow(cx, host, port, by)
        } else {
            self.become_master(cx, by);
            Reply::ok()
        }
    }

    /// Becomes a master at once (spec REPL-48); nothing on a master.
    fn become_master(&mut self, cx: &mut Cx<'_>, by: ArcStr) {
        if self.link.is_some() {
            self.stop_following(cx);
            self.say(cx, RedisEventKind::MasterModeEnabled { by });
        }
    }

    /// The node's own stream begins, with the master's as its past.
    pub(super) fn stop_following(&mut self, cx: &mut Cx<'_>) {
        let Some(link) = self.link.take() else { return };
        Arc::make_mut(&mut self.conf).replicaof = None;
        if link.is_up() {
            self.say_link_lost(cx);
        }
        if let Some(conn) = link.state.conn() {
            cx.out.close(conn);
        }
        if link.stream.is_some() {
            self.line(cx, Level::Notice, "Discarding previously cached master state.");
        }
        if let LinkState::Loading { rdb, .. } = &link.state {
            // Loading cannot be stopped half-way here: the dataset counts as loaded.
            self.data = rdb.dataset.clone();
        }
        let replid: ArcStr = self.rng.hex(40).into();
        self.repl.shift_id(replid);
        let text = arcstr::format!(
            "Setting secondary replication ID to {}, valid up to offset: {}. New replication ID is {}",
            self.repl.replid2,
            self.repl.second_offset,
            self.repl.replid
        );
        self.note(cx, Level::Warning, text);
        self.disconnect_replicas(cx);
        self.repl.selected = false;
        self.repl.no_replicas_since = Some(cx.seconds());
    }

    /// Follows a master (spec REPL-49).
    fn follow(&mut self, cx: &mut Cx<'_>, host: ArcStr, port: u16, by: ArcStr) -> Reply {
        let same = |link: &MasterLink| link.host.eq_ignore_ascii_case(&host) && link.port == port;
        if self.link.as_ref().is_some_and(same) {
            self.line(
                cx,
                Level::Notice,
                "REPLICAOF would result into synchronization with the master we are already connected with. \
                 No operation performed.",
            );
            return Reply::Status(literal!("OK Already connected to specified master"));
        }
        let master = arcstr::format!("{host}:{port}");
        self.turn_to(cx, host, port);
        self.say(cx, RedisEventKind::ReplicaofEnabled { master, by });
        Reply::ok()
    }

    /// Another master than the one that is followed, if any, is followed from now on.
    pub(super) fn turn_to(&mut self, cx: &mut Cx<'_>, host: ArcStr, port: u16) {
        self.release_waiters(cx);
        Arc::make_mut(&mut self.conf).replicaof = Some((host.clone(), port));
        let mut link = MasterLink::new(host, port);
        if let Some(old) = self.link.take() {
            if old.is_up() {
                // Redis says so while it is between two masters.
                self.say_link_lost(cx);
                link.down_since = Some(cx.seconds());
            } else {
                link.down_since = old.down_since;
            }
            if let Some(conn) = old.state.conn() {
                cx.out.close(conn);
            }
            link.stream = old.stream;
            self.link = Some(link);
        } else {
            // What it wrote itself may be a part of the new master's past.
            link.stream = Some(self.own_position());
            self.link = Some(link);
            self.line(cx, Level::Notice, OWN_STREAM);
        }
        self.dial_master(cx, Dial::Anew);
    }

    /// Redis keeps its place in the stream whatever comes next.
    pub(super) fn say_link_lost(&self, cx: &mut Cx<'_>) {
        self.say(cx, RedisEventKind::MasterLinkLost);
        self.line(cx, Level::Notice, "Caching the disconnected master state.");
    }

    fn own_position(&self) -> Position {
        Position { replid: self.repl.replid.clone(), offset: self.repl.offset }
    }

    /// At start-up: what the dataset file says of the stream. A replica goes on from there; a master begins a
    /// stream of its own and keeps the file's id as the second one (spec REPL-40, REPL-72).
    pub(super) fn restore_replication(&mut self, cx: &mut Cx<'_>, replid: ArcStr, offset: u64) {
        self.repl.offset = offset;
        if self.link.is_some() {
            self.repl.replid = replid;
            let position = self.own_position();
            self.line(cx, Level::Notice, OWN_STREAM);
            if let Some(link) = &mut self.link {
                link.stream = Some(position);
            }
        } else {
            self.repl.replid2 = replid;
            self.repl.second_offset = offset as i64 + 1;
            self.repl.backlog = Some(Backlog::new(offset));
            self.repl.no_replicas_since = Some(cx.seconds());
        }
    }
}
