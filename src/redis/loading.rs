//! Loading a dataset, at start-up or from the master (spec REPL-24, REPL-35, REPL-47, REPL-63).
//!
//! A server that loads looks at its clients only now and then: when it has read another
//! `loading-process-events-interval-bytes` of a file, 2 MB by default, or another thousand commands of an
//! append-only file. Whoever asks meanwhile waits, and hears LOADING at the next look, or is served when all is
//! loaded. Nothing goes by time: no cron, no saving. Recorded on 7.0.15: 2000 keys of 500 equal bytes, which
//! are 51 kB on disk, with a `key-load-delay` of 1000 microseconds: 2.2 s of silence; with an interval of 1024
//! bytes, LOADING every 45 ms.

use crate::protocol::{ArcStr, ConnId, Dataset, Level, Rdb, Reply};
use crate::redis::backlog::Backlog;
use crate::redis::conf::RedisConf;
use crate::redis::cost;
use crate::redis::event::RedisEventKind;
use crate::redis::link::{LinkState, Position};
use crate::redis::server::{Cx, Dump, RedisServer};
use crate::sim::{Micros, Millis, NodeTime};
use std::sync::Arc;

/// A loading that takes less is over in the turn in which it begins.
const VISIBLE: Micros = Micros::from_millis(4);

/// After so many commands of an append-only file the server looks at its clients.
const COMMANDS_A_PIECE: u64 = 1024;

/// The shortest piece: shorter intervals are taken together.
const SHORTEST: Micros = Micros::from_millis(1);

/// What is said before a dataset is read.
const LOADING_FILE: &str = "Loading RDB produced by version 7.0.15";

/// What is said when one has been read.
fn loaded(keys: u64) -> ArcStr {
    arcstr::format!("Done loading RDB, keys loaded: {keys}, keys expired: 0.")
}

/// How far a loading is; it goes on piece by piece, and between two of them clients are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pieces {
    /// How long all takes.
    span: Micros,
    /// How long what has not begun yet takes.
    left: Micros,
    each: Micros,
    /// When the first one began.
    begun: NodeTime,
    /// When the present one began: it is over when the process is no longer busy.
    at: NodeTime,
    /// Second in which the master heard of the loading last.
    told: i64,
}

/// The loading of the dataset file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileLoad {
    pub(super) dump: Dump,
    pub(super) pieces: Pieces,
    /// Who asked for it by DEBUG RELOAD; nobody where it is the start of the server.
    asked_by: Option<ConnId>,
}

impl Pieces {
    /// Loading `data` from a dataset file or from an append-only one; `before` is what comes before the file
    /// is read.
    fn new(conf: &RedisConf, data: &Dataset, appendonly: bool, before: Micros, now: NodeTime) -> Self {
        let loading = cost::load(conf, data);
        let (all, a_piece) = if appendonly {
            (data.len(), COMMANDS_A_PIECE)
        } else {
            (data.file_bytes(), u64::from(conf.loading_interval))
        };
        let each = Micros((loading.0 * 1000 / all.max(1)).saturating_mul(a_piece) / 1000);
        let span = before + loading;
        Self { span, left: span, each: each.max(SHORTEST), begun: now, at: now, told: now.0.div_euclid(1000) }
    }

    /// Begins the next piece; returns how long it takes.
    fn go_on(&mut self, now: NodeTime) -> Micros {
        let piece = self.each.min(self.left);
        self.left = Micros(self.left.0 - piece.0);
        self.at = now;
        piece
    }

    /// Whether everything is read when the present piece is over.
    pub(super) const fn is_last(&self) -> bool {
        self.left.0 == 0
    }

    pub(super) const fn at(&self) -> NodeTime {
        self.at
    }

    /// How long after the beginning the last look was; no time where there was none.
    fn looked_for(&self) -> Millis {
        self.at - self.begun
    }

    pub(super) fn shift(&mut self, by: Millis) {
        self.begun = self.begun + by;
        self.at = self.at + by;
    }
}

impl RedisServer {
    /// Whether a dataset is being loaded, so that most commands answer LOADING (spec REPL-24).
    pub const fn is_loading(&self) -> bool {
        self.pieces().is_some()
    }

    /// How far the loading is, if there is one.
    pub(super) const fn pieces(&self) -> Option<&Pieces> {
        match (&self.persistence.loading, &self.link) {
            (Some(loading), _) => Some(&loading.pieces),
            (None, Some(link)) => link.pieces(),
            (None, None) => None,
        }
    }

    /// Begins to load the dataset file at start-up.
    pub(super) fn start_loading_dump(&mut self, cx: &mut Cx<'_>, dump: Dump) {
        if dump == Dump::default() {
            self.say(cx, RedisEventKind::Ready);
            return;
        }
        self.line(cx, Level::Notice, LOADING_FILE);
        if self.conf.appendonly {
            // The commands follow a dataset that was empty when the server started for the first time.
            self.note(cx, Level::Notice, loaded(0));
            self.line(cx, Level::Notice, "DB loaded from base file appendonly.aof.1.base.rdb: 0.000 seconds");
        }
        let pieces = Pieces::new(&self.conf, &dump.dataset, self.conf.appendonly, Micros(0), cx.now);
        self.persistence.loading = Some(FileLoad { dump, pieces, asked_by: None });
        self.load_on(cx);
    }

    /// Begins to load what was saved anew.
    pub(super) fn reload_dump(&mut self, cx: &mut Cx<'_>, dump: Dump, asked_by: ConnId) {
        let flush = cost::flush(&self.data);
        let pieces = Pieces::new(&self.conf, &dump.dataset, false, flush, cx.now);
        self.line(cx, Level::Notice, LOADING_FILE);
        self.persistence.loading = Some(FileLoad { dump, pieces, asked_by: Some(asked_by) });
        self.load_on(cx);
    }

    /// The dataset is there: the old one is dropped, with all that hung on it (spec REPL-35, REPL-47).
    pub(super) fn start_loading(&mut self, cx: &mut Cx<'_>, rdb: &Arc<Rdb>) {
        self.line(
            cx,
            Level::Notice,
            "MASTER <-> REPLICA sync: receiving streamed RDB from master with EOF to disk",
        );
        let Some(link) = &mut self.link else { return };
        let had_stream = link.stream.take().is_some();
        let conn = link.state.conn();
        let flush = cost::flush(&self.data);
        let pieces = Pieces::new(&self.conf, &rdb.dataset, false, cost::RECEIVE, cx.now);
        link.state = LinkState::Loading { conn, rdb: rdb.clone(), pieces };
        if had_stream {
            self.line(cx, Level::Notice, "Discarding previously cached master state.");
        }
        self.line(cx, Level::Notice, "MASTER <-> REPLICA sync: Flushing old data");
        if flush > VISIBLE {
            cx.out.work(flush);
        }
        self.line(cx, Level::Notice, "MASTER <-> REPLICA sync: Loading DB in memory");
        self.disconnect_replicas(cx);
        self.repl.backlog = None;
        // The file that was received stays on the disk (captures 09a: a replica restarts with it).
        self.persistence.dump = Some(Dump {
            dataset: rdb.dataset.clone(),
            replication: Some((rdb.replid.clone(), rdb.offset)),
            appended: false,
        });
        self.data.clear();
        self.line(cx, Level::Notice, LOADING_FILE);
        self.load_on(cx);
    }

    /// Reads the next piece. Nobody is served until that is done.
    pub(super) fn load_on(&mut self, cx: &mut Cx<'_>) {
        let (pieces, master) = match (&mut self.persistence.loading, &mut self.link) {
            (Some(loading), _) => (&mut loading.pieces, None),
            (None, Some(link)) => match &mut link.state {
                LinkState::Loading { pieces, conn, .. } => (pieces, *conn),
                _ => return,
            },
            (None, None) => return,
        };
        let piece = pieces.go_on(cx.now);
        cx.out.work(piece);
        if !pieces.is_last() {
            // At a look the master is told that somebody is still there, by a newline, once a second.
            let seconds = (cx.now.0 + (piece.0 / 1000) as i64).div_euclid(1000);
            if pieces.told != seconds {
                pieces.told = seconds;
                if let Some(master) = master {
                    cx.out.send(master, Reply::Status(ArcStr::new()));
                }
            }
        } else if pieces.span < VISIBLE {
            self.finish_loading(cx);
        }
    }

    /// Everything is read: from now on the server serves.
    pub(super) fn finish_loading(&mut self, cx: &mut Cx<'_>) {
        if let Some(pieces) = self.pieces() {
            let (begun, looked_for) = (pieces.begun, pieces.looked_for());
            self.cron.resume(begun, looked_for, cx.now);
        }
        if let Some(FileLoad { dump, pieces, asked_by }) = self.persistence.loading.take() {
            match asked_by {
                Some(conn) => self.finish_reloading(cx, &dump, conn),
                None => self.finish_loading_dump(cx, dump, pieces.span),
            }
        } else if let Some(link) = &self.link
            && let LinkState::Loading { conn, rdb, .. } = &link.state
        {
            let (conn, rdb) = (*conn, rdb.clone());
            self.finish_loading_sync(cx, conn, &rdb);
        }
    }

    fn finish_reloading(&mut self, cx: &mut Cx<'_>, dump: &Dump, conn: ConnId) {
        self.data = dump.dataset.clone();
        self.note(cx, Level::Notice, loaded(self.data.len()));
        self.line(cx, Level::Warning, "DB reloaded by DEBUG RELOAD");
        if self.clients.get(conn).is_some() {
            cx.out.send(conn, Reply::ok());
        }
    }

    fn finish_loading_dump(&mut self, cx: &mut Cx<'_>, dump: Dump, span: Micros) {
        self.data = dump.dataset.clone();
        let (seconds, millis) = (span.0 / 1_000_000, span.0 / 1000 % 1000);
        if self.conf.appendonly {
            let commands = (!self.data.is_empty()).then_some("incr file appendonly.aof.1.incr.aof");
            for file in commands.into_iter().chain(["append only file"]) {
                let text = arcstr::format!("DB loaded from {file}: {seconds}.{millis:03} seconds");
                self.note(cx, Level::Notice, text);
            }
        } else {
            self.note(cx, Level::Notice, loaded(self.data.len()));
            let text = arcstr::format!("DB loaded from disk: {seconds}.{millis:03} seconds");
            self.note(cx, Level::Notice, text);
        }
        if let Some((replid, offset)) = dump.replication.clone() {
            self.restore_replication(cx, replid, offset);
        }
        self.persistence.dump = Some(dump);
        self.say(cx, RedisEventKind::Ready);
    }

    /// The dataset that the master sent is loaded: the link is up (spec REPL-47).
    fn finish_loading_sync(&mut self, cx: &mut Cx<'_>, conn: Option<ConnId>, rdb: &Rdb) {
        let seconds = cx.seconds();
        let Some(link) = &mut self.link else { return };
        self.data = rdb.dataset.clone();
        link.stream = Some(Position { replid: rdb.replid.clone(), offset: rdb.offset });
        link.down_since = None;
        link.last_io = seconds;
        self.repl.replid = rdb.replid.clone();
        self.repl.offset = rdb.offset;
        self.repl.forget_second_id();
        self.repl.backlog = Some(Backlog::new(rdb.offset));
        if let Some(conn) = conn {
            link.state = LinkState::Connected(conn);
        }
        self.note(cx, Level::Notice, loaded(self.data.len()));
        self.say(cx, RedisEventKind::FullSyncDone);
        match conn {
            // At once, because the master starts the stream when it hears it.
            Some(_) => self.acknowledge(cx),
            None => self.lose_link(cx),
        }
    }
}
