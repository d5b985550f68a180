//! Commands about the server itself: CONFIG, CLIENT, DEBUG, REPLCONF and the like.

use crate::protocol::{ArcStr, Command, ConnId, KillType, Level, Reply, help, literal};
use crate::redis::clients::Client;
use crate::redis::conf::SetError;
use crate::redis::cost::CRASH_REPORT;
use crate::redis::server::{Answer, Cx, RedisServer, SIGSEGV};
use crate::redis::table::{self, Spec};
use crate::sim::Micros;
use std::sync::Arc;

/// A filter of CLIENT KILL and CLIENT LIST.
type ClientTest = Box<dyn Fn(&Client) -> bool>;

impl RedisServer {
    /// A command given as words. The number of its words is checked, that of a subcommand is not.
    pub(super) fn call_words(
        &mut self,
        cx: &mut Cx<'_>,
        conn: ConnId,
        spec: &'static Spec,
        words: &Arc<[ArcStr]>,
    ) -> Answer {
        let args = &words[1..];
        match spec.name {
            "ping" if args.len() > 1 => arity("ping").into(),
            "ping" => self.ping(conn, args.first()).into(),
            "echo" => Reply::Bulk(args[0].clone()).into(),
            "info" => self.info_sections(cx, args).into(),
            "role" => self.role_reply().into(),
            "subscribe" => self.subscribe(conn, args, false),
            "psubscribe" => self.subscribe(conn, args, true),
            "unsubscribe" => self.unsubscribe(conn, args, false),
            "punsubscribe" => self.unsubscribe(conn, args, true),
            "pubsub" => self.pubsub_command(args).into(),
            "discard" => self.discard(conn).into(),
            "slaveof" | "replicaof" => match Command::parse(words) {
                Some(Command::Slaveof(to)) => {
                    let by = self.describe_client(cx, conn, spec.name);
                    self.replicaof(cx, to, by).into()
                }
                _ => Reply::error(literal!("ERR Invalid master port")).into(),
            },
            "config" => self.config(cx, args).into(),
            "client" => self.client(cx, conn, args).into(),
            "debug" => self.debug(cx, conn, args),
            "eval" => self.eval(cx, conn, &args[0]),
            "wait" => self.wait(cx, conn, args),
            "save" | "bgsave" | "lastsave" => self.save_command(cx, spec.name, args).into(),
            "shutdown" => self.shutdown_command(cx, conn, args),
            "acl" => self.acl(cx, conn, args).into(),
            "auth" => self.auth(conn, args).into(),
            "replconf" => self.replconf(conn, args),
            "select" => select(&args[0]).into(),
            "script" => unknown_subcommand(&args[0], "SCRIPT").into(),
            "time" => {
                let (seconds, millis) = (cx.now.0.div_euclid(1000), cx.now.0.rem_euclid(1000));
                Reply::bulks([seconds.to_string(), (millis * 1000).to_string()]).into()
            }
            "quit" => {
                cx.out.send(conn, Reply::ok());
                self.close_client(cx, conn);
                Answer::None
            }
            "reset" => self.reset(conn).into(),
            "psync" => self.psync_words(cx, conn, args),
            "failover" => self.failover_command(cx, args).into(),
            _ if spec.write => self.write(cx, conn, Command::Other(words.clone())).into(),
            _ => self.read(words),
        }
    }

    /// The client as the log shows it, running `command`.
    pub(super) fn describe_client(&self, cx: &Cx<'_>, conn: ConnId, command: &'static str) -> ArcStr {
        let Some(client) = self.clients.get(conn) else { return ArcStr::new() };
        let command = if client.transaction.is_some() { "exec" } else { command };
        Client { command, ..client.clone() }.describe(cx.now).into()
    }

    /// RESET: the client is as it was when it connected.
    fn reset(&mut self, conn: ConnId) -> Reply {
        if let Some(client) = self.clients.get_mut(conn) {
            self.pubsub.forget(client);
            client.channels.clear();
            client.patterns.clear();
            client.transaction = None;
            client.authenticated = !self.conf.acl.requires_auth();
            client.user = literal!("default");
            client.name = ArcStr::new();
        }
        Reply::Status(literal!("RESET"))
    }

    fn config(&mut self, cx: &mut Cx<'_>, args: &[ArcStr]) -> Reply {
        match (&*args[0].to_ascii_lowercase(), &args[1..]) {
            ("get", []) => arity("config|get"),
            ("get", patterns) => {
                let mut found: Vec<(&str, ArcStr)> = Vec::new();
                for pattern in patterns {
                    for (name, value) in self.conf.matching(pattern) {
                        if found.iter().all(|(known, _)| *known != name) {
                            found.push((name, value));
                        }
                    }
                }
                let flat = found.into_iter().flat_map(|(name, value)| [ArcStr::from(name), value]);
                Reply::bulks(flat)
            }
            ("set", pairs) if pairs.is_empty() || pairs.len() % 2 == 1 => arity("config|set"),
            ("set", pairs) => self.config_set(cx, pairs),
            ("rewrite", []) => self.config_rewrite(cx),
            ("resetstat", []) => Reply::ok(),
            ("help", []) => help::reply("CONFIG", help::CONFIG),
            ("rewrite" | "resetstat" | "help", _) => {
                arity(&arcstr::format!("config|{}", args[0].to_ascii_lowercase()))
            }
            _ => unknown_subcommand(&args[0], "CONFIG"),
        }
    }

    /// CONFIG SET: all of the pairs, or none.
    fn config_set(&mut self, cx: &Cx<'_>, pairs: &[ArcStr]) -> Reply {
        let mut conf = (*self.conf).clone();
        for (n, pair) in pairs.chunks_exact(2).enumerate() {
            let (name, value) = (&pair[0], &pair[1]);
            let known_twice = pairs.chunks_exact(2).take(n).any(|other| other[0].eq_ignore_ascii_case(name));
            let error = match conf.set(name, value) {
                _ if known_twice => literal!("duplicate parameter"),
                Ok(()) => continue,
                Err(SetError::Unknown) => {
                    return Reply::error(arcstr::format!(
                        "ERR Unknown option or number of arguments for CONFIG SET - '{name}'"
                    ));
                }
                Err(error) => arcstr::format!("{error}"),
            };
            return Reply::error(arcstr::format!(
                "ERR CONFIG SET failed (possibly related to argument '{name}') - {error}"
            ));
        }
        self.conf = Arc::new(conf);
        self.count_good_replicas(cx);
        Reply::ok()
    }

    /// CONFIG REWRITE: the present configuration is what the next start finds (spec REPL-50).
    pub(super) fn config_rewrite(&mut self, cx: &mut Cx<'_>) -> Reply {
        cx.out.save(self.conf.clone());
        self.line(cx, Level::Warning, "CONFIG REWRITE executed with success.");
        Reply::ok()
    }

    fn client(&mut self, cx: &mut Cx<'_>, conn: ConnId, args: &[ArcStr]) -> Reply {
        let Some(client) = self.clients.get(conn) else { return Reply::Nil };
        match (&*args[0].to_ascii_lowercase(), &args[1..]) {
            ("id", []) => Reply::Integer(client.id as i64),
            ("getname", []) if client.name.is_empty() => Reply::Nil,
            ("getname", []) => Reply::Bulk(client.name.clone()),
            ("setname", [name]) => self.client_setname(conn, name.clone()),
            ("info", []) => Reply::bulk(client.describe(cx.now) + "\n"),
            ("list", filter) => self.client_list(cx, filter),
            ("pause", [_] | [_, _]) => self.client_pause(cx, &args[1..]),
            ("unpause", []) => {
                self.unpause(cx);
                Reply::ok()
            }
            ("kill", []) => arity("client|kill"),
            ("pause", _) => arity("client|pause"),
            ("unpause", _) => arity("client|unpause"),
            ("kill", filters) => self.client_kill(cx, conn, filters),
            ("id" | "getname" | "setname" | "info", _) => {
                arity(&arcstr::format!("client|{}", args[0].to_ascii_lowercase()))
            }
            _ => unknown_subcommand(&args[0], "CLIENT"),
        }
    }

    /// `CLIENT LIST [TYPE type]`, the oldest client first.
    fn client_list(&self, cx: &Cx<'_>, filter: &[ArcStr]) -> Reply {
        let test: ClientTest = match filter {
            [] => Box::new(|_| true),
            [word, name] if word.eq_ignore_ascii_case("type") => match test_of_type(name) {
                Some(test) => test,
                None => return unknown_type(name),
            },
            _ => return Reply::error(literal!("ERR syntax error")),
        };
        // Sorting them would cost the page more bytes than all else here.
        let after = |id: u64| {
            let clients = self.clients.iter().filter(|client| client.id > id && test(client));
            clients.min_by_key(|client| client.id)
        };
        let (mut list, mut next) = (String::new(), after(0));
        while let Some(client) = next {
            list += &client.describe(cx.now);
            list.push('\n');
            next = after(client.id);
        }
        Reply::bulk(list)
    }

    pub(super) fn client_setname(&mut self, conn: ConnId, name: ArcStr) -> Reply {
        if !name.bytes().all(|byte| (b'!'..=b'~').contains(&byte)) {
            return Reply::error(literal!(
                "ERR Client names cannot contain spaces, newlines or special characters."
            ));
        }
        if let Some(client) = self.clients.get_mut(conn) {
            client.name = name;
        }
        Reply::ok()
    }

    /// CLIENT KILL with an address, or with filters.
    fn client_kill(&mut self, cx: &mut Cx<'_>, conn: ConnId, filters: &[ArcStr]) -> Reply {
        if let [addr] = filters {
            let found = self.clients.iter().find(|client| client.peer.to_string() == addr.as_str());
            let Some(victim) = found.map(|client| client.conn) else {
                return Reply::error(literal!("ERR No such client"));
            };
            self.close_client(cx, victim);
            return Reply::ok();
        }
        if filters.is_empty() || filters.len() % 2 == 1 {
            return Reply::error(literal!("ERR syntax error"));
        }
        let (mut skip_me, mut master) = (true, false);
        let mut tests: Vec<ClientTest> = Vec::new();
        for pair in filters.chunks_exact(2) {
            let value = pair[1].clone();
            match &*pair[0].to_ascii_lowercase() {
                "id" => match value.parse::<u64>() {
                    Ok(id) if id > 0 => tests.push(Box::new(move |client| client.id == id)),
                    _ => {
                        return Reply::error(literal!("ERR client-id should be greater than 0"));
                    }
                },
                "type" => {
                    let Some(test) = test_of_type(&value) else { return unknown_type(&value) };
                    tests.push(test);
                    // The link that is meant has no other filter here.
                    master |= value.eq_ignore_ascii_case("master") && filters.len() == 2;
                }
                "addr" => tests.push(Box::new(move |client| client.peer.to_string() == value.as_str())),
                "user" if !self.conf.acl.has(&value) => {
                    return Reply::error(arcstr::format!("ERR No such user '{value}'"));
                }
                "user" => tests.push(Box::new(move |client| client.user == value)),
                "skipme" if value.eq_ignore_ascii_case("yes") => skip_me = true,
                "skipme" if value.eq_ignore_ascii_case("no") => skip_me = false,
                _ => return Reply::error(literal!("ERR syntax error")),
            }
        }
        let hit =
            |client: &&Client| tests.iter().all(|test| test(client)) && !(skip_me && client.conn == conn);
        let victims: Vec<ConnId> = self.clients.iter().filter(hit).map(|client| client.conn).collect();
        if master {
            return Reply::Integer(i64::from(self.kill_link(cx)));
        }
        self.kill(cx, conn, &victims)
    }

    /// CLIENT KILL TYPE: all clients of a type but the one that asks (spec FSM-CMD-3).
    pub(super) fn kill_clients_of(&mut self, cx: &mut Cx<'_>, conn: ConnId, kind: KillType) -> Reply {
        let hit = |client: &&Client| is_of(client, kind) && client.conn != conn;
        let victims: Vec<ConnId> = self.clients.iter().filter(hit).map(|client| client.conn).collect();
        self.kill(cx, conn, &victims)
    }

    pub(super) fn kill(&mut self, cx: &mut Cx<'_>, conn: ConnId, victims: &[ConnId]) -> Reply {
        let count = Reply::Integer(victims.len() as i64);
        for &victim in victims {
            if victim == conn {
                // It still gets its answer.
                cx.out.send(conn, count.clone());
            }
            self.close_client(cx, victim);
        }
        count
    }

    fn replconf(&mut self, conn: ConnId, args: &[ArcStr]) -> Answer {
        if args.len() % 2 == 1 {
            return Reply::error(literal!("ERR syntax error")).into();
        }
        let Some(client) = self.clients.get_mut(conn) else { return Answer::None };
        for pair in args.chunks_exact(2) {
            let value = &pair[1];
            match &*pair[0].to_ascii_lowercase() {
                "listening-port" => {
                    if let Ok(port) = value.parse::<u64>() {
                        client.replconf.port = port as u16;
                    } else {
                        let text = literal!("ERR value is not an integer or out of range");
                        return Reply::error(text).into();
                    }
                }
                "ip-address" => client.replconf.ip = Some(value.clone()),
                "capa" => client.replconf.eof |= value.eq_ignore_ascii_case("eof"),
                "ack" | "getack" => return Answer::None,
                "rdb-only" | "rdb-filter-only" => {}
                _ => {
                    let text = arcstr::format!("ERR Unrecognized REPLCONF option: {}", pair[0]);
                    return Reply::error(text).into();
                }
            }
        }
        Reply::ok().into()
    }

    fn debug(&mut self, cx: &mut Cx<'_>, conn: ConnId, args: &[ArcStr]) -> Answer {
        let reply = match (&*args[0].to_ascii_lowercase(), &args[1..]) {
            ("sleep", [seconds]) => {
                if let Some(span) = span(seconds).filter(|span| *span > Micros::ZERO) {
                    cx.out.work(span);
                }
                Reply::ok()
            }
            ("change-repl-id", []) => {
                self.line(cx, Level::Notice, "Changing replication IDs after receiving change-repl-id");
                self.repl.replid = self.rng.hex(40).into();
                self.repl.forget_second_id();
                Reply::ok()
            }
            ("reload", []) => return self.debug_reload(cx, conn, true),
            ("reload", [option]) if option.eq_ignore_ascii_case("nosave") => {
                return self.debug_reload(cx, conn, false);
            }
            ("populate", [count, rest @ ..]) if rest.len() <= 2 => self.populate(count, rest),
            ("segfault", []) => {
                self.note(
                    cx,
                    Level::Warning,
                    arcstr::format!("Redis 7.0.15 crashed by signal: {SIGSEGV}, si_code: 0"),
                );
                cx.out.work(CRASH_REPORT);
                self.crashed_at = Some(cx.now);
                return Answer::None;
            }
            _ => table::not_simulated(&format!("debug|{}", args[0])).unwrap_or_else(|| {
                Reply::error(arcstr::format!(
                    "ERR unknown subcommand or wrong number of arguments for '{}'. Try DEBUG HELP.",
                    args[0]
                ))
            }),
        };
        reply.into()
    }

    /// DEBUG POPULATE count [prefix [size]]: many keys at once, here only.
    fn populate(&mut self, count: &ArcStr, rest: &[ArcStr]) -> Reply {
        let number = |word: &ArcStr| word.parse::<u32>();
        let (Ok(count), Ok(size)) = (number(count), rest.get(1).map(number).transpose()) else {
            return Reply::error(literal!("ERR value is out of range, must be positive"));
        };
        let prefix = rest.first().map_or("key", ArcStr::as_str);
        for n in 0..count {
            let key = arcstr::format!("{prefix}:{n}");
            if !self.data.contains(&key) {
                let mut value = format!("value:{n}");
                if let Some(size) = size {
                    value.truncate(size as usize);
                    value.extend(std::iter::repeat_n('\0', size as usize - value.len()));
                }
                self.data.set(&key, &value.into());
            }
        }
        Reply::ok()
    }

    fn pubsub_command(&self, args: &[ArcStr]) -> Reply {
        match (&*args[0].to_ascii_lowercase(), &args[1..]) {
            ("channels", []) => Reply::bulks(self.pubsub.channels().cloned()),
            ("channels", [pattern]) => {
                let matching = |name: &&ArcStr| crate::protocol::glob::matches(pattern, name);
                Reply::bulks(self.pubsub.channels().filter(matching).cloned())
            }
            ("numsub", names) => Reply::Array(
                names
                    .iter()
                    .flat_map(|name| {
                        let listeners = self.pubsub.listeners(name) as i64;
                        [Reply::Bulk(name.clone()), Reply::Integer(listeners)]
                    })
                    .collect(),
            ),
            ("numpat", []) => Reply::Integer(self.pubsub.patterns() as i64),
            _ => unknown_subcommand(&args[0], "PUBSUB"),
        }
    }
}

/// The clients of a type that is given by its name. No client is a master: that link is the server's own.
fn test_of_type(name: &ArcStr) -> Option<ClientTest> {
    Some(match &*name.to_ascii_lowercase() {
        "normal" => Box::new(|client| is_of(client, KillType::Normal)),
        "pubsub" => Box::new(|client| is_of(client, KillType::Pubsub)),
        "replica" | "slave" => Box::new(|client| client.is_replica),
        "master" => Box::new(|_| false),
        _ => return None,
    })
}

fn unknown_type(name: &ArcStr) -> Reply {
    Reply::error(arcstr::format!("ERR Unknown client type '{name}'"))
}

/// Whether a client is of a type: replicas are neither, and subscribers are not normal.
fn is_of(client: &Client, kind: KillType) -> bool {
    let subscribed = client.subscriptions() > 0;
    !client.is_replica
        && match kind {
            KillType::Normal => !subscribed,
            KillType::Pubsub => subscribed,
        }
}

fn select(index: &ArcStr) -> Reply {
    match index.parse::<i64>() {
        Ok(0) => Reply::ok(),
        Ok(_) => Reply::error(literal!("ERR DB index is out of range")),
        Err(_) => Reply::error(literal!("ERR value is not an integer or out of range")),
    }
}

/// So many seconds, written as people write them, to the microsecond; nothing where it is no such number. By
/// hand, because reading floats takes tables that weigh twelve kilobytes in the page.
fn span(seconds: &str) -> Option<Micros> {
    let (number, exponent) = seconds.split_once(['e', 'E']).unwrap_or((seconds, "0"));
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits: u64 = format!("{whole}{part}").parse().ok()?;
    let power = exponent.parse::<i16>().ok()? as i32 + 6 - part.len() as i32;
    let Some(factor) = 10_u64.checked_pow(power.unsigned_abs()) else {
        // Too small to be one, or too large to be waited for.
        return (power < 0).then_some(Micros::ZERO);
    };
    if power < 0 { Some(Micros(digits / factor)) } else { digits.checked_mul(factor).map(Micros) }
}

pub(super) fn arity(name: &str) -> Reply {
    Reply::error(arcstr::format!("ERR wrong number of arguments for '{name}' command"))
}

pub(super) fn unknown_subcommand(sub: &ArcStr, command: &str) -> Reply {
    table::not_simulated(&format!("{command}|{sub}")).unwrap_or_else(|| {
        Reply::error(arcstr::format!("ERR unknown subcommand '{sub}'. Try {command} HELP."))
    })
}

#[cfg(test)]
mod tests {
    use super::span;
    use crate::sim::Micros;

    #[test]
    fn seconds_of_debug_sleep() {
        let cases =
            [("2", 2_000_000), ("1.5", 1_500_000), (".25", 250_000), ("+1.", 1_000_000), ("25e-2", 250_000)];
        let at_the_limits =
            [("0", 0), ("0.0000019", 1), ("1e-300", 0), ("0.000000000000000000000000000001", 0)];
        for (text, micros) in cases.into_iter().chain(at_the_limits) {
            assert_eq!(span(text), Some(Micros(micros)), "{text}");
        }
        for text in ["", "-1", "soon", "1.5s", "1.2.3", "1e", "1e300", "99999999999999999999"] {
            assert_eq!(span(text), None, "{text}");
        }
    }
}
