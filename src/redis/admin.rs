//! Commands about the server itself: CONFIG, CLIENT, DEBUG, REPLCONF and the like.

use crate::protocol::{
    ArcStr, ClientFilter, ConnId, DEFAULT_USER, KillType, Level, Reply, SeenClient, client_formality, help,
    integer, literal,
};
use crate::redis::clients::Client;
use crate::redis::conf::SetError;
use crate::redis::cost::CRASH_REPORT;
use crate::redis::server::{Answer, Cx, RedisServer, SIGSEGV};
use crate::redis::table;
use crate::sim::Micros;
use std::sync::Arc;

impl RedisServer {
    /// The client as the log shows it, running `command`.
    pub(super) fn describe_client(&self, cx: &Cx<'_>, conn: ConnId, command: &'static str) -> ArcStr {
        let Some(client) = self.clients.get(conn) else { return ArcStr::new() };
        let command = if client.transaction.is_some() { "exec" } else { command };
        SeenClient { command, ..client.seen() }.line(cx.now).into()
    }

    /// RESET: the client is as it was when it connected.
    pub(super) fn reset(&mut self, conn: ConnId) -> Reply {
        if let Some(client) = self.clients.get_mut(conn) {
            self.pubsub.forget(client);
            client.transaction = None;
            client.watched = None;
            let record = &mut client.record;
            record.channels.clear();
            record.patterns.clear();
            record.authenticated = !self.conf.acl.requires_auth();
            record.user = DEFAULT_USER;
            record.name = ArcStr::new();
        }
        Reply::Status(literal!("RESET"))
    }

    pub(super) fn config(&mut self, cx: &mut Cx<'_>, args: &[ArcStr]) -> Reply {
        match (&*args[0].to_ascii_lowercase(), &args[1..]) {
            ("get", patterns) => {
                let mut found: Vec<(ArcStr, ArcStr)> = Vec::new();
                for pattern in patterns {
                    for (name, value) in self.conf.matching(pattern) {
                        if found.iter().all(|(known, _)| !known.eq_ignore_ascii_case(&name)) {
                            found.push((name, value));
                        }
                    }
                }
                Reply::bulks(found.into_iter().flat_map(|(name, value)| [name, value]))
            }
            ("set", pairs) if pairs.len() % 2 == 1 => Reply::SYNTAX_ERROR,
            ("set", pairs) => self.config_set(cx, pairs),
            ("rewrite", _) => self.config_rewrite(cx),
            ("resetstat", _) => Reply::ok(),
            _ => help::reply("CONFIG", help::CONFIG),
        }
    }

    /// CONFIG SET: all of the pairs, or none. The names are looked at before the values.
    fn config_set(&mut self, cx: &Cx<'_>, pairs: &[ArcStr]) -> Reply {
        let failed = |name: &str, why: ArcStr| {
            Reply::error(arcstr::format!(
                "ERR CONFIG SET failed (possibly related to argument '{name}') - {why}"
            ))
        };
        for (n, pair) in pairs.chunks_exact(2).enumerate() {
            let name = &pair[0];
            match self.conf.may_set(name) {
                Err(SetError::Unknown) => {
                    return Reply::error(arcstr::format!(
                        "ERR Unknown option or number of arguments for CONFIG SET - '{name}'"
                    ));
                }
                Err(error) => return failed(name, arcstr::format!("{error}")),
                Ok(()) => {}
            }
            if pairs.chunks_exact(2).take(n).any(|other| other[0].eq_ignore_ascii_case(name)) {
                return failed(name, literal!("duplicate parameter"));
            }
        }
        let mut conf = (*self.conf).clone();
        for pair in pairs.chunks_exact(2) {
            if let Err(error) = conf.set(&pair[0], &pair[1]) {
                return failed(&pair[0].to_ascii_lowercase(), arcstr::format!("{error}"));
            }
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

    pub(super) fn client(&mut self, cx: &mut Cx<'_>, conn: ConnId, args: &[ArcStr]) -> Reply {
        let Some(client) = self.clients.get(conn) else { return Reply::Nil };
        match (&*args[0].to_ascii_lowercase(), &args[1..]) {
            ("id", []) => Reply::Integer(client.record.id as i64),
            ("getname", []) => client.record.name_reply(),
            ("setname", [name]) => self.client_setname(conn, name),
            ("info", []) => Reply::bulk(client.seen().line(cx.now) + "\n"),
            ("list", filter) => self.client_list(cx, filter),
            ("pause", [_] | [_, _]) => self.client_pause(cx, &args[1..]),
            ("unpause", []) => {
                self.unpause(cx);
                Reply::ok()
            }
            ("kill", filters) => self.client_kill(cx, conn, filters),
            _ => client_formality(args).unwrap_or_else(|| {
                table::not_simulated(&format!("client|{}", args[0]))
                    .unwrap_or_else(|| Reply::wrong_subcommand("CLIENT", &args[0]))
            }),
        }
    }

    /// `CLIENT LIST [TYPE type | ID id ...]`
    fn client_list(&self, cx: &Cx<'_>, filter: &[ArcStr]) -> Reply {
        let clients: Vec<SeenClient<'_>> = self.clients.iter().map(Client::seen).collect();
        match ClientFilter::to_list(filter) {
            Ok(filter) => filter.list(&clients, cx.now),
            Err(refusal) => refusal,
        }
    }

    pub(super) fn client_setname(&mut self, conn: ConnId, name: &ArcStr) -> Reply {
        self.clients.get_mut(conn).map_or(Reply::Nil, |client| client.record.set_name(name))
    }

    /// CLIENT KILL with an address, or with filters.
    fn client_kill(&mut self, cx: &mut Cx<'_>, conn: ConnId, filters: &[ArcStr]) -> Reply {
        let filter = match ClientFilter::to_kill(filters, |user| self.conf.acl.has(user)) {
            Ok(filter) => filter,
            Err(refusal) => return refusal,
        };
        if filter.means_master() {
            return Reply::Integer(i64::from(self.kill_link(cx)));
        }
        let hit =
            |client: &&Client| filter.means(&client.seen()) && !(filter.skips_me && client.conn == conn);
        let victims: Vec<ConnId> = self.clients.iter().filter(hit).map(|client| client.conn).collect();
        self.kill(cx, conn, &victims, filter.killed(victims.len()))
    }

    /// CLIENT KILL TYPE: all clients of a type but the one that asks (spec FSM-CMD-3).
    pub(super) fn kill_clients_of(&mut self, cx: &mut Cx<'_>, conn: ConnId, kind: KillType) -> Reply {
        let hit = |client: &&Client| client.seen().is(kind) && client.conn != conn;
        let victims: Vec<ConnId> = self.clients.iter().filter(hit).map(|client| client.conn).collect();
        self.kill(cx, conn, &victims, Reply::Integer(victims.len() as i64))
    }

    pub(super) fn kill(&mut self, cx: &mut Cx<'_>, conn: ConnId, victims: &[ConnId], answer: Reply) -> Reply {
        for &victim in victims {
            if victim == conn {
                // It still gets its answer.
                cx.out.send(conn, answer.clone());
            }
            self.close_client(cx, victim);
        }
        answer
    }

    pub(super) fn replconf(&mut self, conn: ConnId, args: &[ArcStr]) -> Answer {
        if args.len() % 2 == 1 {
            return Reply::SYNTAX_ERROR.into();
        }
        let Some(client) = self.clients.get_mut(conn) else { return Answer::None };
        for pair in args.chunks_exact(2) {
            let value = &pair[1];
            match &*pair[0].to_ascii_lowercase() {
                "listening-port" => {
                    if let Some(port) = integer(value) {
                        client.replconf.port = port as u16;
                    } else {
                        return Reply::NOT_AN_INTEGER.into();
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

    pub(super) fn debug(&mut self, cx: &mut Cx<'_>, conn: ConnId, args: &[ArcStr]) -> Answer {
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
            _ => table::not_simulated(&format!("debug|{}", args[0]))
                .unwrap_or_else(|| Reply::wrong_subcommand("DEBUG", &args[0])),
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

    pub(super) fn pubsub_command(&self, args: &[ArcStr]) -> Reply {
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
            _ => Reply::wrong_subcommand("PUBSUB", &args[0]),
        }
    }
}

pub(super) fn select(index: &ArcStr) -> Reply {
    match integer(index) {
        Some(0) => Reply::ok(),
        Some(1..=15) => Reply::error(literal!("ERR databases other than 0 are not simulated")),
        Some(_) => Reply::error(literal!("ERR DB index is out of range")),
        None => Reply::NOT_AN_INTEGER,
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
