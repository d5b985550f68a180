//! MULTI, EXEC, DISCARD, WATCH.

use crate::protocol::{ArcStr, Command, ConnId, Reply, literal};
use crate::redis::clients::Transaction;
use crate::redis::server::{Answer, Cx, RedisServer};
use crate::redis::table::{self, Spec};

impl RedisServer {
    pub(super) fn multi(&mut self, conn: ConnId) -> Reply {
        match self.clients.get_mut(conn) {
            Some(client) if client.transaction.is_none() => {
                client.transaction = Some(Box::default());
                Reply::ok()
            }
            _ => Reply::error(literal!("ERR MULTI calls can not be nested")),
        }
    }

    pub(super) fn discard(&mut self, conn: ConnId) -> Reply {
        match self.clients.get_mut(conn).filter(|client| client.transaction.is_some()) {
            Some(client) => {
                client.transaction = None;
                client.watched = None;
                Reply::ok()
            }
            None => Reply::error(literal!("ERR DISCARD without MULTI")),
        }
    }

    /// `WATCH key ...`: the next EXEC does nothing if one of them is written until then.
    pub(super) fn watch(&mut self, conn: ConnId, keys: &[ArcStr]) -> Reply {
        let Some(client) = self.clients.get_mut(conn) else { return Reply::Nil };
        if client.transaction.is_some() {
            return Reply::error(literal!("ERR WATCH inside MULTI is not allowed"));
        }
        client.watched.get_or_insert_default().keys.extend_from_slice(keys);
        self.watching = true;
        Reply::ok()
    }

    pub(super) fn unwatch(&mut self, conn: ConnId) -> Reply {
        if let Some(client) = self.clients.get_mut(conn) {
            client.watched = None;
        }
        Reply::ok()
    }

    /// A command changed the dataset: who watches the keys that it names learns of it, all of them where it
    /// names none.
    pub(super) fn touch(&mut self, command: &Command) {
        let words = command.args();
        let spec = table::find(&words[0].to_ascii_lowercase());
        let keys = spec.map_or(Vec::new(), |spec| table::keys_of(spec, &words));
        self.watching = false;
        for watched in self.clients.iter_mut().filter_map(|client| client.watched.as_deref_mut()) {
            self.watching = true;
            watched.touched |= keys.is_empty() || watched.keys.iter().any(|key| keys.contains(key));
        }
    }

    /// Keeps a command for EXEC.
    pub(super) fn queue(&mut self, conn: ConnId, command: Command) -> Reply {
        if let Some(transaction) = self.transaction(conn) {
            transaction.queued.push(command);
        }
        Reply::Status(literal!("QUEUED"))
    }

    /// A command was refused: where it belongs to a transaction, EXEC will apply nothing (spec FSM-CMD-2).
    pub(super) fn spoil(&mut self, conn: ConnId) {
        if let Some(transaction) = self.transaction(conn) {
            transaction.spoiled = true;
        }
    }

    fn transaction(&mut self, conn: ConnId) -> Option<&mut Transaction> {
        self.clients.get_mut(conn)?.transaction.as_deref_mut()
    }

    /// EXEC: applies all or, if one of them was refused when it came, nothing.
    pub(super) fn exec(&mut self, cx: &mut Cx<'_>, conn: ConnId) -> Reply {
        let Some(transaction) = self.clients.get(conn).and_then(|client| client.transaction.as_deref())
        else {
            return Reply::error(literal!("ERR EXEC without MULTI"));
        };
        if transaction.spoiled {
            self.discard(conn);
            let text = literal!("EXECABORT Transaction discarded because of previous errors.");
            return Reply::Error(text);
        }
        let queued = transaction.queued.clone();
        let watched = self.clients.get_mut(conn).and_then(|client| client.watched.take());
        if watched.is_some_and(|watched| watched.touched) {
            self.discard(conn);
            return Reply::NilArray;
        }
        self.repl.collecting = Some(Vec::new());
        let mut replies = Vec::with_capacity(queued.len());
        for command in queued {
            let answer = match self.resolve(command) {
                Ok((spec, command)) => self.call(cx, conn, spec, command),
                Err(refusal) => refusal.into(),
            };
            match answer {
                Answer::None => {}
                Answer::One(reply) => replies.push(reply),
                Answer::Several(several) => replies.extend(several),
            }
        }
        // The client shows as one in a transaction until here, as in Redis's log.
        self.discard(conn);
        self.propagate_collected(cx);
        Reply::Array(replies)
    }

    /// What EXEC answers where the server's condition refuses it as a whole.
    pub(super) fn refuse_exec(&mut self, conn: ConnId, why: &str) -> Reply {
        self.discard(conn);
        Reply::error(arcstr::format!("EXECABORT Transaction discarded because of: {why}"))
    }

    /// Whether a command of the client's transaction passes a test.
    pub(super) fn transaction_has(&self, conn: ConnId, test: impl Fn(&Spec) -> bool) -> bool {
        let transaction = self.clients.get(conn).and_then(|client| client.transaction.as_deref());
        transaction.is_some_and(|transaction| {
            let resolved = |command: &Command| self.resolve(command.clone());
            transaction.queued.iter().any(|command| resolved(command).is_ok_and(|(spec, _)| test(spec)))
        })
    }
}
