//! Full synchronisation: saving the dataset for the replicas that wait for it (spec REPL-7, REPL-35).

use crate::protocol::{ConnId, Dataset, Level, Message, Rdb, Reply};
use crate::redis::cost;
use crate::redis::event::RedisEventKind;
use crate::redis::replicas::{Attached, ReplicaState};
use crate::redis::server::{Cx, RedisServer};
use crate::sim::{Millis, NodeTime};
use std::sync::Arc;

/// A saving of the dataset for replicas. It serves those that waited when it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyncSave {
    /// Straight into the replicas' sockets, or to a file first.
    diskless: bool,
    /// The dataset as it was when the saving began.
    dataset: Dataset,
    offset: u64,
    /// When the last byte is written; `None` once it is.
    written: Option<NodeTime>,
    /// When the end of the saving process is noticed.
    noticed: NodeTime,
}

impl SyncSave {
    /// When there is something to do next.
    pub(super) fn next(&self) -> NodeTime {
        self.written.unwrap_or(self.noticed)
    }

    pub(super) fn shift(&mut self, by: Millis) {
        self.written = self.written.map(|at| at + by);
        self.noticed = self.noticed + by;
    }
}

impl RedisServer {
    /// A replica waits for the dataset: now, with the saving under way, or with the next one.
    pub(super) fn join_sync(&mut self, cx: &mut Cx<'_>, conn: ConnId) {
        match &self.sync {
            // What is being written to a file now can be sent to one more.
            Some(SyncSave { diskless: false, offset, written: Some(_), .. }) => {
                let offset = *offset;
                self.line(cx, Level::Notice, "Waiting for end of BGSAVE for SYNC");
                self.promise(cx, conn, offset);
            }
            Some(SyncSave { diskless: true, .. }) => {
                self.line(
                    cx,
                    Level::Notice,
                    "Current BGSAVE has socket target. Waiting for next BGSAVE for SYNC",
                );
            }
            // A file that is written by now, or that of a save point.
            saving if saving.is_some() || self.persistence.is_saving() => {
                self.line(
                    cx,
                    Level::Notice,
                    "Can't attach the replica to the current BGSAVE. Waiting for next BGSAVE for SYNC",
                );
            }
            _ if self.waits_for_more() => {
                self.line(cx, Level::Notice, "Delay next BGSAVE for diskless SYNC");
            }
            _ => self.start_sync(cx),
        }
    }

    /// Whether a diskless sync would still wait for more replicas to come (spec REPL-7).
    fn waits_for_more(&self) -> bool {
        self.conf.repl_diskless_sync
            && self.conf.repl_diskless_sync_delay > 0
            && self.replicas.iter().any(|replica| replica.eof)
    }

    /// Starts the saving where the replica that waits longest has waited long enough, or enough of them wait
    /// (spec REPL-7). Done once a second, and when a saving ends.
    pub(super) fn start_sync_if_waited_for(&mut self, cx: &mut Cx<'_>) {
        if self.sync.is_some() || self.persistence.is_saving() {
            return;
        }
        let mut waiting = 0;
        let mut longest = 0;
        for replica in self.waiting() {
            waiting += 1;
            longest = longest.max(cx.seconds() - replica.last_word);
        }
        let most = self.conf.repl_diskless_sync_max_replicas;
        let delay = i64::from(self.conf.repl_diskless_sync_delay);
        let due = !self.conf.repl_diskless_sync || longest >= delay || (most > 0 && waiting >= most);
        if waiting > 0 && due {
            self.start_sync(cx);
        }
    }

    /// Starts saving for all replicas that wait.
    fn start_sync(&mut self, cx: &mut Cx<'_>) {
        let waiting: Vec<ConnId> = self.waiting().map(|replica| replica.conn).collect();
        // One that does not take a dataset of unknown length needs it as a file, and so all do.
        let diskless = self.conf.repl_diskless_sync && self.waiting().all(|replica| replica.eof);
        self.say(cx, RedisEventKind::SyncSaveStarted { diskless });
        let offset = self.repl.offset;
        let saving = cost::save(&self.conf, &self.data, &mut self.rng);
        let written = cx.now + saving;
        let noticed = written + cost::reap(saving, &mut self.rng);
        let dataset = self.data.clone();
        self.sync = Some(SyncSave { diskless, dataset, offset, written: Some(written), noticed });
        for conn in waiting {
            self.promise(cx, conn, offset);
        }
    }

    /// Tells a replica at which offset its dataset stands.
    fn promise(&mut self, cx: &mut Cx<'_>, conn: ConnId, offset: u64) {
        if let Some(replica) = self.replicas.iter_mut().find(|replica| replica.conn == conn) {
            replica.state = ReplicaState::Saving { from: offset + 1 };
            let text = arcstr::format!("FULLRESYNC {} {offset}", self.repl.replid);
            cx.out.send(conn, Reply::Status(text));
            // It does not know which database is selected.
            self.repl.selected = false;
        }
    }

    /// The saving reached its end, or its end was noticed.
    pub(super) fn sync_goes_on(&mut self, cx: &mut Cx<'_>) {
        let Some(sync) = &mut self.sync else { return };
        if sync.written.is_some_and(|at| at <= cx.now) {
            sync.written = None;
            if sync.diskless {
                let text = arcstr::format!(
                    "Diskless rdb transfer, done reading from pipe, {} replicas still up.",
                    self.saved_for().count()
                );
                self.note(cx, Level::Warning, text);
                self.send_dataset(cx);
            } else {
                self.line(cx, Level::Notice, "DB saved on disk");
            }
        }
        let Some(sync) = &self.sync else { return };
        if sync.written.is_none() && sync.noticed <= cx.now {
            self.end_sync(cx);
        }
    }

    fn send_dataset(&self, cx: &mut Cx<'_>) {
        let Some(sync) = &self.sync else { return };
        let rdb = Arc::new(Rdb {
            replid: self.repl.replid.clone(),
            offset: sync.offset,
            dataset: sync.dataset.clone(),
        });
        for replica in self.saved_for() {
            cx.out.send(replica.conn, Message::Rdb(rdb.clone()));
        }
    }

    /// The replicas that wait for the next saving.
    fn waiting(&self) -> impl Iterator<Item = &Attached> {
        self.replicas.iter().filter(|replica| replica.state == ReplicaState::WaitsForSave)
    }

    /// The replicas that the present saving serves.
    fn saved_for(&self) -> impl Iterator<Item = &Attached> {
        self.replicas.iter().filter(|replica| matches!(replica.state, ReplicaState::Saving { .. }))
    }

    /// The replicas are online; the stream goes to each when it acknowledges its dataset.
    fn end_sync(&mut self, cx: &mut Cx<'_>) {
        let Some(sync) = &self.sync else { return };
        if sync.diskless {
            self.line(cx, Level::Notice, "Background RDB transfer terminated with success");
        } else {
            self.line(cx, Level::Notice, "Background saving terminated with success");
            self.send_dataset(cx);
        }
        let diskless = sync.diskless;
        self.sync = None;
        let seconds = cx.seconds();
        let mut online = Vec::new();
        for replica in &mut self.replicas {
            if let ReplicaState::Saving { from } = replica.state {
                // Redis starts the stream behind a file at once; the replica reads it when it has loaded the
                // file, which is when it acknowledges.
                replica.state = ReplicaState::Online { start: Some(from) };
                replica.ack_time = seconds;
                online.push(replica.name());
            }
        }
        for replica in online {
            if diskless {
                let text = arcstr::format!(
                    "Streamed RDB transfer with replica {replica} succeeded (socket). Waiting for REPLCONF ACK \
                     from slave to enable streaming"
                );
                self.note(cx, Level::Notice, text);
            }
            self.say(cx, RedisEventKind::ReplicaOnline { replica });
        }
        self.count_good_replicas(cx);
        self.start_sync_if_waited_for(cx);
    }

    /// A replica left: a saving into sockets that nobody listens to any more ends, and the next may begin.
    pub(super) fn leave_sync(&mut self, cx: &mut Cx<'_>) {
        let orphaned = self.sync.as_ref().is_some_and(|sync| sync.diskless && sync.written.is_some());
        if orphaned && self.saved_for().next().is_none() {
            self.line(cx, Level::Warning, "Diskless rdb transfer, last replica dropped, killing fork child.");
            self.sync = None;
            self.start_sync_if_waited_for(cx);
        }
    }
}
