//! A replica's side of replication: reaching the master, going on in its stream or taking its dataset, and
//! applying what comes (spec REPL-30 to REPL-39, REPL-46, REPL-47).

use crate::protocol::{ArcStr, Command, ConnId, ConnectError, Level, Message, Reply, literal};
use crate::redis::backlog::Backlog;
use crate::redis::event::RedisEventKind;
use crate::redis::keyspace;
use crate::redis::link::{LinkState, MasterLink, Position};
use crate::redis::server::{Cx, RedisServer};
use std::sync::Arc;

/// Why the master is dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dial {
    /// It is due.
    Anew,
    /// The established link was lost.
    AfterLoss,
    /// A connection came to nothing.
    AfterFailure,
}

/// The reply to PSYNC, read.
enum PsyncReply {
    Continue(Option<ArcStr>),
    FullResync(Position),
    Refused(ArcStr),
}

impl RedisServer {
    /// Whether `conn` is the connection to the master.
    pub(super) fn is_link(&self, conn: ConnId) -> bool {
        // It is the only one that this node dials.
        conn.is_dialler() && self.link.as_ref().is_some_and(|link| link.state.conn() == Some(conn))
    }

    /// Once a second: gives up what takes too long (spec REPL-4, REPL-37) and dials where that is due.
    pub(super) fn check_master_link(&mut self, cx: &mut Cx<'_>) {
        let timeout = i64::from(self.conf.repl_timeout);
        let Some(link) = &self.link else { return };
        let overdue = cx.seconds() - link.last_io > timeout;
        match &link.state {
            LinkState::Connected(_) if overdue => {
                self.line(cx, Level::Warning, "MASTER timeout: no data nor PING received...");
                self.close_link(cx);
                self.lose_link(cx);
            }
            LinkState::Connecting(_)
            | LinkState::Ping(_)
            | LinkState::Handshake { .. }
            | LinkState::Psync(_)
                if overdue =>
            {
                self.line(cx, Level::Warning, "Timeout connecting to the MASTER...");
                self.cancel_handshake(cx);
            }
            LinkState::Transfer(_) if overdue => {
                self.line(
                    cx,
                    Level::Warning,
                    "Timeout receiving bulk data from MASTER... If the problem persists try to set the \
                     'repl-timeout' parameter in redis.conf to a larger value.",
                );
                self.cancel_handshake(cx);
            }
            _ => {}
        }
        if self.link.as_ref().is_some_and(|link| link.state == LinkState::Connect) {
            self.dial_master(cx, Dial::Anew);
        }
    }

    /// Dials the master.
    pub(super) fn dial_master(&mut self, cx: &mut Cx<'_>, why: Dial) {
        let Some(MasterLink { host, port, .. }) = &self.link else { return };
        let kind = match (why, self.link.as_ref().and_then(|link| link.addr(&self.hosts))) {
            (Dial::Anew, Some(addr)) => RedisEventKind::ConnectingToMaster(addr),
            (Dial::Anew, None) => text(arcstr::format!("Connecting to MASTER {host}:{port}")),
            (Dial::AfterLoss, _) => text(arcstr::format!("Reconnecting to MASTER {host}:{port}")),
            (Dial::AfterFailure, _) => {
                text(arcstr::format!("Reconnecting to MASTER {host}:{port} after failure"))
            }
        };
        self.say(cx, kind);
        let Some(link) = &mut self.link else { return };
        let Some(addr) = link.addr(&self.hosts) else {
            // A name that means nothing here.
            return self.line(cx, Level::Warning, "Unable to connect to MASTER: Invalid argument");
        };
        link.state = LinkState::Connecting(cx.out.connect(addr));
        link.last_io = cx.seconds();
        self.line(cx, Level::Notice, "MASTER <-> REPLICA sync started");
    }

    /// The master's host took the connection: PING first (spec REPL-32).
    pub(super) fn link_connected(&mut self, cx: &mut Cx<'_>, conn: ConnId) {
        let Some(link) = self.link.as_mut().filter(|link| link.state == LinkState::Connecting(conn)) else {
            return;
        };
        link.state = LinkState::Ping(conn);
        link.last_io = cx.seconds();
        cx.out.send(conn, Command::Ping);
        self.line(cx, Level::Notice, "Non blocking connect for SYNC fired the event.");
    }

    /// The connection did not come about: again at the next turn of the cron (spec REPL-32).
    pub(super) fn link_refused(&mut self, cx: &mut Cx<'_>, conn: ConnId, error: ConnectError) {
        let Some(link) = self.link.as_mut().filter(|link| link.state == LinkState::Connecting(conn)) else {
            return;
        };
        link.state = LinkState::Connect;
        let text = match error {
            ConnectError::Reset => "Error condition on socket for SYNC: Connection reset by peer",
            ConnectError::Refused => "Error condition on socket for SYNC: Connection refused",
            ConnectError::TimedOut => "Error condition on socket for SYNC: Connection timed out",
            ConnectError::Unreachable => "Error condition on socket for SYNC: No route to host",
        };
        self.line(cx, Level::Warning, text);
    }

    /// The connection to the master was closed, by it or by the network.
    pub(super) fn link_closed(&mut self, cx: &mut Cx<'_>) {
        let Some(link) = &mut self.link else { return };
        match &mut link.state {
            LinkState::Connected(_) => return self.lose_link(cx),
            // The loading goes on; that nobody is there any more shows when it is over.
            LinkState::Loading { conn, .. } => {
                *conn = None;
                return;
            }
            _ => {}
        }
        // Redis has no word for the error here, so that it says the same of an end and of a reset (recorded).
        let asked = match std::mem::replace(&mut link.state, LinkState::Connect) {
            LinkState::Transfer(_) => {
                self.line(cx, Level::Warning, "I/O error reading bulk count from MASTER: Success");
                return self.dial_master(cx, Dial::AfterFailure);
            }
            LinkState::Psync(_) => "Master did not reply to PSYNC, will try later",
            _ => "Master did not respond to command during SYNC handshake",
        };
        self.line(cx, Level::Warning, "Failed to read response from the server: Success");
        self.line(cx, Level::Warning, asked);
    }

    /// An established link was lost: the seconds since count from now, the stream can be gone on with, and
    /// the master is dialled at once (spec REPL-36).
    pub(super) fn lose_link(&mut self, cx: &mut Cx<'_>) {
        self.say_link_lost(cx);
        let seconds = cx.seconds();
        let Some(link) = &mut self.link else { return };
        link.state = LinkState::Connect;
        link.down_since = Some(seconds);
        self.dial_master(cx, Dial::AfterLoss);
    }

    /// Somebody ends its connection with its master, if it is established. Returns whether it was.
    pub(super) fn kill_link(&mut self, cx: &mut Cx<'_>) -> bool {
        let up = self.link.as_ref().is_some_and(MasterLink::is_up);
        if up {
            self.close_link(cx);
            self.lose_link(cx);
        }
        up
    }

    fn close_link(&self, cx: &mut Cx<'_>) {
        if let Some(conn) = self.link.as_ref().and_then(|link| link.state.conn()) {
            cx.out.close(conn);
        }
    }

    /// Gives up a connection that is not yet a link, and dials again at once (spec REPL-37).
    fn cancel_handshake(&mut self, cx: &mut Cx<'_>) {
        self.retry_later(cx);
        self.dial_master(cx, Dial::AfterFailure);
    }

    /// Gives up the connection until the next turn of the cron.
    fn retry_later(&mut self, cx: &mut Cx<'_>) {
        self.close_link(cx);
        if let Some(link) = &mut self.link {
            link.state = LinkState::Connect;
        }
    }

    /// Something came from the master.
    pub(super) fn link_received(&mut self, cx: &mut Cx<'_>, message: Message) {
        let seconds = cx.seconds();
        let Some(link) = &mut self.link else { return };
        link.last_io = seconds;
        match (&link.state, message) {
            (LinkState::Connected(_), Message::Command(command)) => self.apply(cx, command),
            // A newline: the master is still busy with what is to come (spec REPL-34).
            (_, Message::Reply(Reply::Status(text))) if text.is_empty() => {}
            (LinkState::Ping(conn), Message::Reply(reply)) => {
                let conn = *conn;
                self.greet(cx, conn, &reply);
            }
            (LinkState::Handshake { .. }, Message::Reply(reply)) => self.handshake_reply(cx, &reply),
            (LinkState::Psync(conn), Message::Reply(reply)) => {
                let conn = *conn;
                self.psync_reply(cx, conn, &reply);
            }
            (LinkState::Transfer(_), Message::Rdb(rdb)) => self.start_loading(cx, &rdb),
            _ => {}
        }
    }

    /// The reply to PING (spec REPL-33).
    fn greet(&mut self, cx: &mut Cx<'_>, conn: ConnId, reply: &Reply) {
        if let Reply::Error(text) = reply {
            // Being refused for want of authentication is fine: that comes next.
            if !["NOAUTH", "NOPERM", "ERR operation not permitted"].iter().any(|code| text.starts_with(code))
            {
                self.note(cx, Level::Warning, arcstr::format!("Error reply to PING from master: '-{text}'"));
                return self.retry_later(cx);
            }
        }
        self.line(cx, Level::Notice, "Master replied to PING, replication can continue...");
        let directives = &self.conf;
        let auth = !directives.masterauth.is_empty();
        let mut commands = Vec::new();
        if auth {
            let mut words = vec![literal!("AUTH")];
            words.extend(Some(directives.masteruser.clone()).filter(|user| !user.is_empty()));
            words.push(directives.masterauth.clone());
            commands.push(Command::Other(words.into()));
        }
        let announced = directives.replica_announce_port;
        commands.push(Command::ReplconfPort(if announced == 0 { directives.port } else { announced }));
        if !directives.replica_announce_ip.is_empty() {
            let words =
                [literal!("REPLCONF"), literal!("ip-address"), directives.replica_announce_ip.clone()];
            commands.push(Command::Other(Arc::new(words)));
        }
        commands.push(Command::ReplconfCapa);
        let replconfs = commands.len() as u8 - u8::from(auth);
        // The handshake's connection has Nagle's algorithm on: while the first of these small writes is not
        // acknowledged, which comes with its reply, the others wait. It shows where packets take long.
        cx.out.send(conn, commands.remove(0));
        if let Some(link) = &mut self.link {
            link.state = LinkState::Handshake { conn, auth, replconfs, held: commands };
        }
    }

    /// A reply to AUTH or REPLCONF; errors of the latter do not matter (spec REPL-33).
    fn handshake_reply(&mut self, cx: &mut Cx<'_>, reply: &Reply) {
        let Some(link) = &mut self.link else { return };
        let LinkState::Handshake { conn, auth, replconfs, held } = &mut link.state else { return };
        for command in std::mem::take(held) {
            cx.out.send(*conn, command);
        }
        if std::mem::take(auth) {
            if let Reply::Error(text) = reply {
                self.note(cx, Level::Warning, arcstr::format!("Unable to AUTH to MASTER: -{text}"));
                self.retry_later(cx);
            }
            return;
        }
        *replconfs -= 1;
        if *replconfs == 0 {
            let conn = *conn;
            link.state = LinkState::Psync(conn);
            self.ask_for_stream(cx, conn);
        }
    }

    /// Asks to go on in the stream, or for everything (spec REPL-43).
    fn ask_for_stream(&mut self, cx: &mut Cx<'_>, conn: ConnId) {
        let position = self.link.as_ref().and_then(|link| link.stream.clone());
        let request = position.map(|position| (position.replid, position.offset + 1));
        match &request {
            Some((replid, from)) => self.note(
                cx,
                Level::Notice,
                arcstr::format!("Trying a partial resynchronization (request {replid}:{from})."),
            ),
            None => {
                self.line(cx, Level::Notice, "Partial resynchronization not possible (no cached master)");
            }
        }
        cx.out.send(conn, self.psync_request(request));
    }

    fn psync_reply(&mut self, cx: &mut Cx<'_>, conn: ConnId, reply: &Reply) {
        match read_psync_reply(reply) {
            PsyncReply::Continue(replid) => {
                self.go_on(cx, conn, replid);
                self.handover_answered(cx, true);
            }
            PsyncReply::FullResync(Position { replid, offset }) => {
                self.say(cx, RedisEventKind::FullSyncBegun { replid, offset });
                if let Some(link) = &mut self.link {
                    link.state = LinkState::Transfer(conn);
                }
                self.handover_answered(cx, true);
            }
            PsyncReply::Refused(text) => {
                let later = text.starts_with("NOMASTERLINK") || text.starts_with("LOADING");
                let text = if later {
                    arcstr::format!(
                        "Master is currently unable to PSYNC but should be in the future: -{text}"
                    )
                } else if text.starts_with("ERR") {
                    arcstr::format!("Master does not support PSYNC or is in error state (reply: -{text})")
                } else {
                    arcstr::format!("Unexpected reply to PSYNC from master: -{text}")
                };
                self.note(cx, Level::Notice, text);
                self.retry_later(cx);
                self.handover_answered(cx, false);
            }
        }
    }

    /// The master lets this replica go on from where it was (spec REPL-46).
    fn go_on(&mut self, cx: &mut Cx<'_>, conn: ConnId, replid: Option<ArcStr>) {
        self.say(cx, RedisEventKind::PartialSyncDone);
        let Some(link) = &mut self.link else { return };
        link.state = LinkState::Connected(conn);
        link.down_since = None;
        let changed = match (&mut link.stream, replid) {
            (Some(stream), Some(replid)) if stream.replid != replid => {
                stream.replid = replid.clone();
                Some(replid)
            }
            _ => None,
        };
        if let Some(replid) = changed {
            self.note(cx, Level::Warning, arcstr::format!("Master replication ID changed to {replid}"));
            self.repl.shift_id(replid);
            // They would otherwise not learn that the id has changed.
            self.disconnect_replicas(cx);
        }
        // A node that starts from a dataset file has no backlog yet.
        if self.repl.backlog.is_none() {
            self.repl.backlog = Some(Backlog::new(self.repl.offset));
        }
        self.line(cx, Level::Notice, "MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization.");
    }

    /// Tells the master how far the stream is applied (spec REPL-39).
    pub(super) fn acknowledge(&mut self, cx: &mut Cx<'_>) {
        if let Some(MasterLink { state: LinkState::Connected(conn), stream: Some(stream), .. }) = &self.link {
            cx.out.send(*conn, Command::ReplconfAck(stream.offset));
        }
    }

    /// Applies a command of the stream and passes it on unchanged (spec REPL-41).
    fn apply(&mut self, cx: &mut Cx<'_>, command: Command) {
        let wants_ack = match &command {
            Command::Ping | Command::Multi | Command::Exec => false,
            Command::Publish { channel, message } => {
                self.pubsub.publish(channel, message, cx.out);
                false
            }
            Command::Other(words) if words[0].eq_ignore_ascii_case("REPLCONF") => true,
            write => {
                keyspace::apply(&mut self.data, write);
                self.persistence.changes += 1;
                false
            }
        };
        let before = self.repl.offset;
        self.feed(cx, command);
        if let Some(stream) = self.link.as_mut().and_then(|link| link.stream.as_mut()) {
            stream.offset += self.repl.offset - before;
        }
        if wants_ack {
            self.acknowledge(cx);
        }
    }
}

fn text(text: ArcStr) -> RedisEventKind {
    RedisEventKind::Text(Level::Notice, text)
}

fn read_psync_reply(reply: &Reply) -> PsyncReply {
    match reply {
        Reply::Status(text) => {
            let mut words = text.split(' ');
            match (words.next(), words.next(), words.next()) {
                (Some("CONTINUE"), replid, _) => PsyncReply::Continue(replid.map(ArcStr::from)),
                (Some("FULLRESYNC"), Some(replid), Some(offset)) => match offset.parse() {
                    Ok(offset) => PsyncReply::FullResync(Position { replid: replid.into(), offset }),
                    Err(_) => PsyncReply::Refused(text.clone()),
                },
                _ => PsyncReply::Refused(text.clone()),
            }
        }
        Reply::Error(text) => PsyncReply::Refused(text.clone()),
        _ => PsyncReply::Refused(literal!("")),
    }
}
