//! Commands on keys.

use crate::protocol::glob;
use crate::protocol::{ArcStr, Command, ConnId, Dataset, Reply, integer, literal};
use crate::redis::server::{Answer, Cx, RedisServer};
use crate::redis::table;
use std::sync::Arc;

/// What a write did.
struct Written {
    reply: Reply,
    /// What goes into the replication stream: nothing where nothing changed.
    propagate: Option<Command>,
}

impl RedisServer {
    /// Runs a command that changes the dataset, and puts it into the replication stream.
    pub(super) fn write(&mut self, cx: &mut Cx<'_>, conn: ConnId, command: Command) -> Reply {
        let Written { reply, propagate } = run(&mut self.data, command);
        if let Some(command) = propagate {
            self.persistence.changes += 1;
            if self.watching {
                self.touch(&command);
            }
            // A writable replica keeps its own writes to itself.
            if self.link.is_none() {
                self.propagate(cx, command);
            }
        }
        if let Some(client) = self.clients.get_mut(conn) {
            client.write_offset = self.repl.offset;
        }
        reply
    }

    /// Runs a command that only reads.
    pub(super) fn read(&self, words: &[ArcStr]) -> Answer {
        let value = |key: &ArcStr| self.data.get(key).map_or(Reply::Nil, Reply::Bulk);
        match &*words[0].to_ascii_lowercase() {
            "get" => value(&words[1]),
            "mget" => Reply::Array(words[1..].iter().map(value).collect()),
            "exists" | "touch" => {
                let found = words[1..].iter().filter(|key| self.data.contains(key)).count();
                Reply::Integer(found as i64)
            }
            "strlen" => Reply::Integer(self.data.get(&words[1]).map_or(0, |value| value.len() as i64)),
            "type" => {
                let there = self.data.contains(&words[1]);
                Reply::Status(if there { literal!("string") } else { literal!("none") })
            }
            // No key ever expires here.
            "ttl" | "pttl" | "expiretime" | "pexpiretime" => {
                Reply::Integer(if self.data.contains(&words[1]) { -1 } else { -2 })
            }
            "keys" => Reply::bulks(self.data.keys().filter(|key| glob::matches(&words[1], key))),
            _ => Reply::Integer(self.data.len() as i64),
        }
        .into()
    }
}

/// Applies a command of the replication stream.
pub(super) fn apply(data: &mut Dataset, command: &Command) {
    run(data, command.clone());
}

fn run(data: &mut Dataset, command: Command) -> Written {
    match &command {
        Command::Set { key, value } => {
            data.set(key, value);
            changed(Reply::ok(), command)
        }
        Command::Other(words) => run_words(data, &words.clone(), command),
        _ => unchanged(Reply::SYNTAX_ERROR),
    }
}

fn changed(reply: Reply, command: Command) -> Written {
    Written { reply, propagate: Some(command) }
}

fn unchanged(reply: Reply) -> Written {
    Written { reply, propagate: None }
}

fn run_words(data: &mut Dataset, words: &[ArcStr], command: Command) -> Written {
    let (name, args) = words.split_first().expect("a command has words");
    match (&*name.to_ascii_lowercase(), args) {
        ("set", [key, value, options @ ..]) => set(data, key, value, options),
        ("setnx", [key, value]) => {
            if data.contains(key) {
                return unchanged(Reply::Integer(0));
            }
            data.set(key, value);
            changed(Reply::Integer(1), command)
        }
        ("getset", [key, value]) => {
            let old = data.get(key).map_or(Reply::Nil, Reply::Bulk);
            data.set(key, value);
            changed(old, Command::Set { key: key.clone(), value: value.clone() })
        }
        ("mset", pairs) if pairs.len() % 2 == 0 => {
            for pair in pairs.chunks_exact(2) {
                data.set(&pair[0], &pair[1]);
            }
            changed(Reply::ok(), command)
        }
        ("mset", _) => unchanged(Reply::wrong_arity("mset")),
        ("persist", _) => unchanged(Reply::Integer(0)),
        ("rename" | "renamenx", [from, to]) => rename(data, from, to, name.len() > "rename".len(), command),
        ("append", [key, value]) => {
            let joined: ArcStr = [data.get(key).unwrap_or_default().as_str(), value].concat().into();
            data.set(key, &joined);
            changed(Reply::Integer(joined.len() as i64), command)
        }
        ("incr", [key]) => add(data, key, 1, command),
        ("decr", [key]) => add(data, key, -1, command),
        ("incrby", [key, step]) => match integer(step) {
            Some(step) => add(data, key, step, command),
            None => unchanged(Reply::NOT_AN_INTEGER),
        },
        ("decrby", [key, step]) => match integer(step).map(i64::checked_neg) {
            Some(Some(step)) => add(data, key, step, command),
            Some(None) => unchanged(Reply::error(literal!("ERR decrement would overflow"))),
            None => unchanged(Reply::NOT_AN_INTEGER),
        },
        ("del" | "unlink", keys) => {
            let removed = keys.iter().filter(|key| data.remove(key)).count();
            let reply = Reply::Integer(removed as i64);
            if removed == 0 { unchanged(reply) } else { changed(reply, command) }
        }
        ("flushall" | "flushdb", [mode, ..])
            if args.len() > 1 || !["sync", "async"].iter().any(|known| mode.eq_ignore_ascii_case(known)) =>
        {
            unchanged(Reply::SYNTAX_ERROR)
        }
        ("flushall" | "flushdb", _) => {
            data.clear();
            changed(Reply::ok(), command)
        }
        // The stream names the only database that there is.
        _ => unchanged(Reply::ok()),
    }
}

/// RENAME, and RENAMENX, which leaves a key alone that is there already.
fn rename(data: &mut Dataset, from: &ArcStr, to: &ArcStr, only_new: bool, command: Command) -> Written {
    let Some(value) = data.get(from) else {
        return unchanged(Reply::error(literal!("ERR no such key")));
    };
    if only_new && data.contains(to) {
        return unchanged(Reply::Integer(0));
    }
    if from == to {
        return unchanged(Reply::ok());
    }
    data.remove(from);
    data.set(to, &value);
    changed(if only_new { Reply::Integer(1) } else { Reply::ok() }, command)
}

/// SET with NX, XX and GET. Keys do not expire here, so EX and the like are refused.
fn set(data: &mut Dataset, key: &ArcStr, value: &ArcStr, options: &[ArcStr]) -> Written {
    let (mut nx, mut xx, mut get) = (false, false, false);
    for option in options {
        match &*option.to_ascii_lowercase() {
            "nx" => nx = true,
            "xx" => xx = true,
            "get" => get = true,
            other => {
                let refusal = table::not_simulated(&format!("set|{other}"));
                return unchanged(refusal.unwrap_or(Reply::SYNTAX_ERROR));
            }
        }
    }
    if nx && xx {
        return unchanged(Reply::SYNTAX_ERROR);
    }
    let old = data.get(key);
    let exists = old.is_some();
    let old = old.map_or(Reply::Nil, Reply::Bulk);
    if (nx && exists) || (xx && !exists) {
        return unchanged(if get { old } else { Reply::Nil });
    }
    data.set(key, value);
    let words = [&[literal!("SET"), key.clone(), value.clone()][..], options].concat();
    let command = Command::parse(&words).unwrap_or_else(|| Command::Other(Arc::from(words)));
    changed(if get { old } else { Reply::ok() }, command)
}

fn add(data: &mut Dataset, key: &ArcStr, step: i64, command: Command) -> Written {
    let old = data.get(key).map_or(Some(0), |value| integer(&value));
    let Some(old) = old else {
        return unchanged(Reply::NOT_AN_INTEGER);
    };
    let Some(new) = old.checked_add(step) else {
        return unchanged(Reply::error(literal!("ERR increment or decrement would overflow")));
    };
    data.set(key, &arcstr::format!("{new}"));
    changed(Reply::Integer(new), command)
}
