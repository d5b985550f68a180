//! A node's side of replication toward its replicas: who they are, how far they are, and what they get when
//! they ask for the stream (spec REPL-15, REPL-44, REPL-45, REPL-74).

use crate::protocol::{ArcStr, ConnId, Ending, Level, Reply, literal};
use crate::redis::backlog::Backlog;
use crate::redis::clients::Client;
use crate::redis::event::RedisEventKind;
use crate::redis::replication::NO_REPLID;
use crate::redis::server::{Answer, Cx, RedisServer};

/// A replica that asked for the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attached {
    pub(super) conn: ConnId,
    /// As INFO lists it (spec REPL-3).
    pub(super) ip: ArcStr,
    pub(super) port: u16,
    pub(super) state: ReplicaState,
    /// Whether it takes a dataset of unknown length.
    pub(super) eof: bool,
    /// The offset that it acknowledged last.
    pub(super) ack_offset: u64,
    /// Second of that acknowledgement.
    pub(super) ack_time: i64,
    /// Second of its last word.
    pub(super) last_word: i64,
}

/// How far a replica is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ReplicaState {
    /// Waits for the next saving of the dataset.
    WaitsForSave,
    /// The dataset that it gets is being saved.
    Saving {
        /// The first byte of the stream that the dataset does not contain.
        from: u64,
    },
    /// It is online.
    Online {
        /// The first byte of the stream that it is to get when it acknowledges; `None` where it gets the
        /// stream already.
        start: Option<u64>,
    },
}

/// An attached replica, for views and tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaView {
    /// The replica's connection, as this node names it.
    pub conn: ConnId,
    /// Its address as listed.
    pub ip: ArcStr,
    /// Its port as listed.
    pub port: u16,
    /// `wait_bgsave` or `online`.
    pub state: ArcStr,
    /// The offset that it acknowledged last.
    pub offset: u64,
    /// Whole seconds since.
    pub lag: i64,
}

impl Attached {
    pub(super) const fn is_online(&self) -> bool {
        matches!(self.state, ReplicaState::Online { .. })
    }

    /// Whether it gets what goes into the stream.
    pub(super) const fn is_streaming(&self) -> bool {
        matches!(self.state, ReplicaState::Online { start: None })
    }

    /// The first byte of the stream that must be kept for it.
    pub(super) const fn needs_from(&self) -> Option<u64> {
        match self.state {
            ReplicaState::WaitsForSave => None,
            ReplicaState::Saving { from } => Some(from),
            ReplicaState::Online { start } => start,
        }
    }

    /// As the log names it.
    pub(super) fn name(&self) -> ArcStr {
        name(&self.ip, self.port)
    }

    pub(super) fn view(&self, seconds: i64) -> ReplicaView {
        let online = self.is_online();
        ReplicaView {
            conn: self.conn,
            ip: self.ip.clone(),
            port: self.port,
            state: if online { literal!("online") } else { literal!("wait_bgsave") },
            offset: self.ack_offset,
            lag: if online { seconds - self.ack_time } else { 0 },
        }
    }
}

fn name(ip: &str, port: u16) -> ArcStr {
    match port {
        0 => arcstr::format!("{ip}:<unknown-replica-port>"),
        port => arcstr::format!("{ip}:{port}"),
    }
}

fn listed_ip(client: &Client) -> ArcStr {
    client.replconf.ip.clone().unwrap_or_else(|| client.record.peer.ip.to_string().into())
}

impl RedisServer {
    /// PSYNC: the rest of the stream where that is possible, else everything.
    pub(super) fn psync(&mut self, cx: &mut Cx<'_>, conn: ConnId, request: Option<(ArcStr, u64)>) -> Answer {
        let Some(client) = self.clients.get(conn) else { return Answer::None };
        if client.is_replica {
            return Answer::None;
        }
        if self.link.as_ref().is_some_and(|link| !link.is_up()) {
            let text = literal!("NOMASTERLINK Can't SYNC while not connected with my master");
            return Reply::Error(text).into();
        }
        let replica = Attached {
            conn,
            ip: listed_ip(client),
            port: client.replconf.port,
            state: ReplicaState::WaitsForSave,
            eof: client.replconf.eof,
            ack_offset: 0,
            ack_time: cx.seconds(),
            last_word: cx.seconds(),
        };
        let name = replica.name();
        self.note(cx, Level::Notice, arcstr::format!("Replica {name} asks for synchronization"));
        let asked = request.is_some();
        if let Some(from) = self.partial_sync_from(cx, &name, request) {
            self.repl.syncs.partial += 1;
            self.continue_stream(cx, replica, from);
        } else {
            self.repl.syncs.full += 1;
            self.repl.syncs.refused += u64::from(asked);
            self.promise_dataset(cx, replica);
        }
        if let Some(client) = self.clients.get_mut(conn) {
            client.is_replica = true;
        }
        self.repl.no_replicas_since = None;
        Answer::None
    }

    /// The offset from which a replica may go on, if it may (spec REPL-44); says why where it may not.
    fn partial_sync_from(
        &self,
        cx: &mut Cx<'_>,
        name: &ArcStr,
        request: Option<(ArcStr, u64)>,
    ) -> Option<u64> {
        let Some((replid, from)) = request else {
            self.say(cx, RedisEventKind::FullSyncRequested { replica: name.clone() });
            return None;
        };
        let repl = &self.repl;
        let in_second = replid == repl.replid2 && repl.replid2 != NO_REPLID;
        if replid != repl.replid && !(in_second && from as i64 <= repl.second_offset) {
            let why = if in_second {
                arcstr::format!(
                    "Requested offset for second ID was {from}, but I can reply up to {}",
                    repl.second_offset
                )
            } else {
                arcstr::format!(
                    "Replication ID mismatch (Replica asked for '{replid}', my replication IDs are '{}' and \
                     '{}')",
                    repl.replid,
                    repl.replid2
                )
            };
            self.say(cx, RedisEventKind::PartialSyncRefused { why });
            return None;
        }
        if repl.backlog.as_ref().is_some_and(|backlog| backlog.has(from)) {
            return Some(from);
        }
        let text = arcstr::format!(
            "Unable to partial resync with replica {name} for lack of backlog (Replica request was: {from})."
        );
        self.note(cx, Level::Notice, text);
        if from > repl.offset + 1 {
            let text = arcstr::format!(
                "Warning: replica {name} tried to PSYNC with an offset that is greater than the master \
                 replication offset."
            );
            self.note(cx, Level::Warning, text);
        }
        None
    }

    fn continue_stream(&mut self, cx: &mut Cx<'_>, mut replica: Attached, from: u64) {
        let bytes = self.repl.offset + 1 - from;
        cx.out.send(replica.conn, Reply::Status(arcstr::format!("CONTINUE {}", self.repl.replid)));
        self.send_stream(cx, replica.conn, from);
        let name = replica.name();
        self.say(cx, RedisEventKind::PartialSyncAccepted { replica: name, bytes, offset: from });
        replica.state = ReplicaState::Online { start: None };
        self.replicas.push(replica);
        self.count_good_replicas(cx);
    }

    fn promise_dataset(&mut self, cx: &mut Cx<'_>, replica: Attached) {
        if self.repl.backlog.is_none() {
            // What was written so far is in no stream: the stream begins anew under an id of its own.
            self.repl.replid = self.rng.hex(40).into();
            self.repl.forget_second_id();
            self.repl.backlog = Some(Backlog::new(self.repl.offset));
            let text = arcstr::format!(
                "Replication backlog created, my new replication IDs are '{}' and '{}'",
                self.repl.replid,
                self.repl.replid2
            );
            self.note(cx, Level::Notice, text);
        }
        let conn = replica.conn;
        self.replicas.push(replica);
        self.join_sync(cx, conn);
    }

    /// Sends what the backlog has from an offset on.
    pub(super) fn send_stream(&self, cx: &mut Cx<'_>, conn: ConnId, from: u64) {
        if let Some(backlog) = &self.repl.backlog {
            for command in backlog.from(from) {
                cx.out.send(conn, command.clone());
            }
        }
    }

    /// REPLCONF ACK (spec REPL-39): never answered.
    pub(super) fn replica_acknowledged(&mut self, cx: &mut Cx<'_>, conn: ConnId, offset: u64) {
        let seconds = cx.seconds();
        let Some(replica) = self.replicas.iter_mut().find(|replica| replica.conn == conn) else { return };
        replica.ack_offset = replica.ack_offset.max(offset);
        replica.ack_time = seconds;
        replica.last_word = seconds;
        if let ReplicaState::Online { start: Some(from) } = replica.state {
            replica.state = ReplicaState::Online { start: None };
            self.send_stream(cx, conn, from);
        }
        if !self.blocking.is_idle() {
            self.answer_waiters(cx);
        }
    }

    /// A replica that loads shows that it is there, without an acknowledgement (spec REPL-4).
    pub(super) fn replica_is_there(&mut self, cx: &Cx<'_>, conn: ConnId) {
        if let Some(replica) = self.replicas.iter_mut().find(|replica| replica.conn == conn) {
            replica.ack_time = cx.seconds();
        }
    }

    /// Once a second: replicas that said nothing for too long are given up (spec REPL-4), and those that wait
    /// for their dataset are told that somebody is still there (spec REPL-34).
    pub(super) fn check_replicas(&mut self, cx: &mut Cx<'_>) {
        let timeout = i64::from(self.conf.repl_timeout);
        let seconds = cx.seconds();
        let mut silent = None;
        for replica in &self.replicas {
            if !replica.is_online() {
                cx.out.send(replica.conn, Reply::Status(ArcStr::new()));
            } else if seconds - replica.ack_time > timeout {
                silent.get_or_insert_with(Vec::new).push(replica.conn);
            }
        }
        for conn in silent.into_iter().flatten() {
            let name = self.replica_name(conn);
            let text = arcstr::format!("Disconnecting timedout replica (streaming sync): {name}");
            self.note(cx, Level::Warning, text);
            self.close_client(cx, conn);
        }
    }

    fn replica_name(&self, conn: ConnId) -> ArcStr {
        self.replicas.iter().find(|replica| replica.conn == conn).map_or(ArcStr::new(), Attached::name)
    }

    /// Counts the good replicas (spec REPL-74).
    pub(super) fn count_good_replicas(&mut self, cx: &Cx<'_>) {
        if !self.conf.min_replicas_active() {
            return;
        }
        let lag = i64::from(self.conf.min_replicas_max_lag);
        let good = |replica: &&Attached| replica.is_online() && cx.seconds() - replica.ack_time <= lag;
        self.good_replicas = self.replicas.iter().filter(good).count() as u32;
    }

    /// Forgets a replica whose connection is gone. Redis names it by its address only while the socket has a peer:
    /// by its number as a client once the connection was reset.
    pub(super) fn drop_replica(&mut self, cx: &mut Cx<'_>, client: &Client, ending: Ending) {
        let conn = client.conn;
        let replica = match ending {
            Ending::Closed => self.replica_name(conn),
            Ending::ClosedThenReset | Ending::Reset => arcstr::format!("client id #{}", client.record.id),
        };
        self.replicas.retain(|replica| replica.conn != conn);
        self.say(cx, RedisEventKind::ReplicaLost { replica });
        if self.replicas.is_empty() {
            self.repl.no_replicas_since = Some(cx.seconds());
        }
        self.leave_sync(cx);
        self.count_good_replicas(cx);
    }

    /// Closes the connections of all replicas.
    pub(super) fn disconnect_replicas(&mut self, cx: &mut Cx<'_>) {
        if self.replicas.is_empty() {
            return;
        }
        // No saving for one of them while the others go.
        self.sync = None;
        for replica in std::mem::take(&mut self.replicas) {
            self.say(cx, RedisEventKind::ReplicaLost { replica: replica.name() });
            self.clients.remove(replica.conn);
            cx.out.close(replica.conn);
        }
        self.repl.no_replicas_since = Some(cx.seconds());
        self.count_good_replicas(cx);
    }
}
