//! The dataset file: save points, BGSAVE, SAVE, and what a failing disk does (spec
//! REPL-22, REPL-24, REPL-65).

use crate::protocol::{ArcStr, ConnId, InfoFigures, Level, Reply, literal};
use crate::redis::cost;
use crate::redis::loading::FileLoad;
use crate::redis::server::{Answer, Cx, Dump, RedisServer};
use crate::sim::{Micros, Millis, NodeTime};

/// After a failed saving the save points wait so many seconds.
const RETRY_SECONDS: i64 = 5;

/// What a server knows of its dataset file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Persistence {
    /// The file on its disk.
    pub(super) dump: Option<Dump>,
    /// Changes since the last saving.
    pub(super) changes: u64,
    /// Second of the last successful saving.
    last_save: i64,
    /// Second of the last attempt.
    last_try: i64,
    /// Whether the last saving in the background failed.
    failed: bool,
    /// Whether the disk takes no more.
    pub(super) disk_broken: bool,
    bgsave: Option<Bgsave>,
    /// The loading of the file.
    pub(super) loading: Option<FileLoad>,
}

/// A saving in the background.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bgsave {
    dump: Dump,
    changes: u64,
    until: NodeTime,
}

impl Persistence {
    pub(super) const fn new(seconds: i64) -> Self {
        Self {
            dump: None,
            changes: 0,
            last_save: seconds,
            last_try: 0,
            failed: false,
            disk_broken: false,
            bgsave: None,
            loading: None,
        }
    }

    /// Whether commands are served as ever.
    pub(super) const fn is_well(&self) -> bool {
        self.loading.is_none() && !self.failed
    }

    pub(super) const fn is_saving(&self) -> bool {
        self.bgsave.is_some()
    }

    /// What INFO shows of it.
    pub(super) const fn tell(&self, figures: &mut InfoFigures) {
        figures.changes = self.changes;
        figures.saving = self.bgsave.is_some();
        figures.last_save = self.last_save;
        figures.save_failed = self.failed;
    }

    /// When there is something to do next.
    pub(super) fn next(&self) -> Option<NodeTime> {
        self.bgsave.as_ref().map(|bgsave| bgsave.until)
    }

    pub(super) fn shift(&mut self, by: Millis) {
        if let Some(bgsave) = &mut self.bgsave {
            bgsave.until = bgsave.until + by;
        }
        if let Some(loading) = &mut self.loading {
            loading.pieces.shift(by);
        }
    }
}

impl RedisServer {
    /// What a process that is started anew finds on this one's disk.
    pub fn disk(&self) -> Dump {
        // Whoever ends while it still reads its file has written no other.
        if let Some(loading) = &self.persistence.loading {
            return loading.dump.clone();
        }
        if self.conf.appendonly {
            // Every write is in the append-only file before it is acknowledged.
            return Dump { dataset: self.data.clone(), replication: None, appended: true };
        }
        self.persistence.dump.clone().unwrap_or_default()
    }

    /// Breaks its disk, or mends it: while it is broken no dataset can be saved (spec REPL-65).
    pub const fn break_disk(&mut self, broken: bool) {
        self.persistence.disk_broken = broken;
    }

    /// A saving may be over.
    pub(super) fn persistence_goes_on(&mut self, cx: &mut Cx<'_>) {
        if self.persistence.bgsave.as_ref().is_some_and(|bgsave| bgsave.until <= cx.now) {
            self.end_bgsave(cx);
        }
    }

    /// Once a second: whether a save point is reached.
    pub(super) fn check_save_points(&mut self, cx: &mut Cx<'_>) {
        if self.persistence.changes == 0 || self.persistence.bgsave.is_some() || self.sync.is_some() {
            return;
        }
        let Persistence { changes, last_save, last_try, failed, .. } = self.persistence;
        let seconds = cx.seconds();
        let reached =
            self.conf.save.iter().copied().find(|&(after, least)| {
                changes >= u64::from(least) && seconds - last_save > i64::from(after)
            });
        if let Some((after, least)) = reached.filter(|_| !failed || seconds - last_try > RETRY_SECONDS) {
            self.note(cx, Level::Notice, arcstr::format!("{least} changes in {after} seconds. Saving..."));
            self.start_bgsave(cx);
        }
    }

    fn start_bgsave(&mut self, cx: &mut Cx<'_>) {
        let saving = cost::save(&self.conf, &self.data, &mut self.rng);
        let until = cx.now + saving + cost::reap(saving, &mut self.rng);
        let (dump, changes) = (self.present_dump(), self.persistence.changes);
        self.persistence.bgsave = Some(Bgsave { dump, changes, until });
        self.persistence.last_try = cx.seconds();
        self.line(cx, Level::Notice, "Background saving started");
    }

    fn end_bgsave(&mut self, cx: &mut Cx<'_>) {
        let Some(Bgsave { dump, changes, .. }) = self.persistence.bgsave.take() else { return };
        if self.disk_fails() {
            self.persistence.failed = true;
            self.line(cx, Level::Warning, "Background saving error");
        } else {
            self.saved(cx, dump, changes);
            self.line(cx, Level::Notice, "Background saving terminated with success");
        }
        self.start_sync_if_waited_for(cx);
    }

    /// The dataset as it would be saved now, with its place in the stream where there is one.
    fn present_dump(&self) -> Dump {
        let stream = self.link.as_ref().and_then(|link| link.stream.as_ref());
        let replication = match (&self.link, stream) {
            (Some(_), Some(stream)) => Some((stream.replid.clone(), stream.offset)),
            (None, _) if self.repl.backlog.is_some() => Some((self.repl.replid.clone(), self.repl.offset)),
            _ => None,
        };
        Dump { dataset: self.data.clone(), replication, appended: false }
    }

    fn saved(&mut self, cx: &Cx<'_>, dump: Dump, changes: u64) {
        let persistence = &mut self.persistence;
        persistence.dump = Some(dump);
        persistence.changes -= changes.min(persistence.changes);
        persistence.last_save = cx.seconds();
        persistence.failed = false;
    }

    /// Saves in the foreground; returns whether that succeeded.
    pub(super) fn save_now(&mut self, cx: &mut Cx<'_>) -> bool {
        let Millis(span) = cost::save(&self.conf, &self.data, &mut self.rng);
        cx.out.work(Micros::from_millis(span as u64));
        if self.disk_fails() {
            return false;
        }
        let (dump, changes) = (self.present_dump(), self.persistence.changes);
        self.saved(cx, dump, changes);
        self.line(cx, Level::Notice, "DB saved on disk");
        true
    }

    /// `DEBUG RELOAD [NOSAVE]`: saves the dataset and loads it again, or loads what was saved last. The answer
    /// comes when all is loaded.
    pub(super) fn debug_reload(&mut self, cx: &mut Cx<'_>, conn: ConnId, saves: bool) -> Answer {
        if saves && !self.save_now(cx) {
            return Reply::error(literal!("ERR Error saving DB")).into();
        }
        let Some(dump) = self.persistence.dump.clone() else {
            let text = literal!("ERR Error trying to load the RDB dump, check server logs.");
            return Reply::error(text).into();
        };
        self.reload_dump(cx, dump, conn);
        Answer::None
    }

    /// Whether the dataset cannot be written: the disk is broken, or `dir` is the root folder, where an
    /// ordinary user may not write, or one of those in which nobody may.
    fn disk_fails(&self) -> bool {
        let dir = self.conf.others.get("dir").map(|dir| dir.trim_end_matches('/'));
        self.persistence.disk_broken || matches!(dir, Some("" | "/proc" | "/sys"))
    }

    /// Why writes and PING are refused, if the last saving failed (spec REPL-22).
    pub(super) fn misconf(&self) -> Option<ArcStr> {
        let stop = self.conf.stop_writes_on_bgsave_error && !self.conf.save.is_empty();
        (self.persistence.failed && stop).then(|| {
            literal!(
                "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to \
                 disk. Commands that may modify the data set are disabled, because this instance is \
                 configured to report errors during writes if RDB snapshotting fails \
                 (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB \
                 error."
            )
        })
    }

    /// SAVE, BGSAVE, LASTSAVE.
    pub(super) fn save_command(&mut self, cx: &mut Cx<'_>, name: &str, args: &[ArcStr]) -> Reply {
        if args.iter().any(|arg| !arg.eq_ignore_ascii_case("schedule")) {
            return Reply::SYNTAX_ERROR;
        }
        let busy = self.persistence.bgsave.is_some();
        match name {
            "lastsave" => Reply::Integer(self.persistence.last_save),
            "save" | "bgsave" if busy => Reply::error(literal!("ERR Background save already in progress")),
            "save" if self.save_now(cx) => Reply::ok(),
            "save" => Reply::error(literal!("ERR")),
            _ if self.sync.is_some() => Reply::error(literal!(
                "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in \
                 order to schedule a BGSAVE whenever possible."
            )),
            _ => {
                self.start_bgsave(cx);
                Reply::Status(literal!("Background saving started"))
            }
        }
    }
}
