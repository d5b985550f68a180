//! The commands that a Sentinel has in common with a server (spec 14.1), as far as they mean something here.

use super::super::clients::Pause;
use super::super::{Cx, Sentinel};
use super::surface::{self, Found};
use crate::protocol::{
    ArcStr, ClientFilter, ConnId, Reply, SeenClient, client_formality, integer, literal, read_pause,
};
use crate::sim::NodeTime;
use std::fmt::Write as _;

/// The version that is modelled.
const VERSION: &str = "7.0.15";

impl Sentinel {
    /// Everything but SENTINEL. `None` where the replies were sent already.
    pub(super) fn server_command(
        &mut self,
        conn: ConnId,
        found: &Found,
        words: &[ArcStr],
        cx: &mut Cx<'_>,
    ) -> Option<Reply> {
        let (name, arguments) = (found.name, &words[found.words..]);
        Some(match name {
            "ping" => self.ping_command(conn, arguments),
            "publish" => self.publish_command(&arguments[0], &arguments[1], cx),
            "info" => self.info_command(arguments, cx),
            "role" => self.role_command(),
            "hello" => self.hello_command(conn, arguments),
            "auth" => self.auth_command(conn, arguments),
            "shutdown" => return self.shutdown_command(arguments, cx),
            "subscribe" => return self.subscribe(conn, arguments, false, cx),
            "unsubscribe" => return self.unsubscribe(conn, arguments, false, cx),
            "psubscribe" => return self.subscribe(conn, arguments, true, cx),
            "punsubscribe" => return self.unsubscribe(conn, arguments, true, cx),
            "command|count" => Reply::Integer(surface::count() as i64),
            "command|list" => Reply::bulks(surface::names()),
            "client|id" => Reply::Integer(self.process.clients.get(conn)?.id as i64),
            "client|getname" => self.process.clients.get(conn)?.name_reply(),
            "client|pause" if arguments.len() > 2 => Reply::wrong_subcommand("CLIENT", &words[1]),
            "client|pause" => self.pause_command(arguments, cx.now),
            "client|unpause" => Reply::ok(),
            "client|setname" => self.process.clients.get_mut(conn)?.set_name(&arguments[0]),
            "client|info" => Reply::bulk(self.process.clients.get(conn)?.seen().line(cx.now) + "\n"),
            "client|list" => self.client_list_command(arguments, cx.now),
            "client|kill" => self.client_kill_command(conn, arguments, cx),
            _ if name.starts_with("acl|") => return self.acl_command(conn, name, arguments, cx),
            // They exist in Redis and do nothing that could be seen here.
            _ => client_formality(&words[1..]).unwrap_or_else(|| Reply::not_simulated(name)),
        })
    }

    /// `CLIENT PAUSE milliseconds [WRITE|ALL]`: no client is served meanwhile, not even the other Sentinels.
    /// WRITE holds nothing back, as nobody writes here.
    fn pause_command(&mut self, arguments: &[ArcStr], now: NodeTime) -> Reply {
        match read_pause(arguments) {
            Ok((span, all)) => {
                self.process.pause = all.then(|| Box::new(Pause { until: now + span, held: Vec::new() }));
                Reply::ok()
            }
            Err(error) => Reply::Error(error),
        }
    }

    /// Serves what was held back, once the pause is over.
    pub(in crate::sentinel) fn end_pause(&mut self, cx: &mut Cx<'_>) {
        if let Some(pause) = self.process.pause.take_if(|pause| pause.until <= cx.now) {
            for (conn, command) in pause.held {
                self.serve(conn, command, cx);
            }
        }
    }

    /// `PING [message]`; a subscriber gets an array (spec CMD-PING-1).
    fn ping_command(&self, conn: ConnId, arguments: &[ArcStr]) -> Reply {
        let message = arguments.first().cloned();
        let subscribed = self.process.clients.get(conn).is_some_and(|client| client.subscriptions() > 0);
        if subscribed {
            return Reply::bulks([literal!("pong"), message.unwrap_or_default()]);
        }
        message.map_or(Reply::pong(), Reply::Bulk)
    }

    /// `INFO [section ...]` (spec CMD-INFO-1), without the fields that nobody here has.
    fn info_command(&self, sections: &[ArcStr], cx: &Cx<'_>) -> Reply {
        let all = ["all", "everything", "default"];
        let wanted = |section: &str| {
            let named = |name: &str| sections.iter().any(|word| word.eq_ignore_ascii_case(name));
            sections.is_empty() || named(section) || all.iter().any(|name| named(name))
        };
        let uptime = (cx.now - self.process.started).0 / 1000;
        let settings = &self.process.settings;
        let clients = &self.process.clients;
        let mut texts = Vec::new();
        if wanted("server") {
            texts.push(format!(
                "# Server\r\nredis_version:{VERSION}\r\nredis_mode:sentinel\r\ntcp_port:{}\r\n\
                 uptime_in_seconds:{uptime}\r\nuptime_in_days:{}\r\n",
                settings.port,
                uptime / 86_400
            ));
        }
        if wanted("clients") {
            texts.push(format!(
                "# Clients\r\nconnected_clients:{}\r\nmaxclients:10000\r\n",
                clients.iter().count()
            ));
        }
        if wanted("cpu") {
            // A simulated process takes no time but what its disk and its look-ups take.
            texts.push("# CPU\r\nused_cpu_sys:0.000000\r\nused_cpu_user:0.000000\r\n".into());
        }
        if wanted("stats") {
            let channels = clients.iter().map(|(_, client)| client.channels.len()).sum::<usize>();
            let patterns = clients.iter().map(|(_, client)| client.patterns.len()).sum::<usize>();
            texts.push(format!("# Stats\r\npubsub_channels:{channels}\r\npubsub_patterns:{patterns}\r\n"));
        }
        if wanted("sentinel") {
            texts.push(self.sentinel_section(cx));
        }
        Reply::bulk(texts.join("\r\n"))
    }

    /// The section of its own (spec CMD-INFO-2).
    fn sentinel_section(&self, cx: &Cx<'_>) -> String {
        let process = &self.process;
        let tilt_seconds = process.tilt_since.map_or(-1, |since| (cx.now - since).0 / 1000);
        let simulate = process.simulate;
        let flags = u8::from(simulate.crash_after_election) | u8::from(simulate.crash_after_promotion) << 1;
        let mut text = format!(
            "# Sentinel\r\nsentinel_masters:{}\r\nsentinel_tilt:{}\r\n\
             sentinel_tilt_since_seconds:{tilt_seconds}\r\nsentinel_running_scripts:{}\r\n\
             sentinel_scripts_queue_length:{}\r\nsentinel_simulate_failure_flags:{flags}\r\n",
            self.masters.len(),
            u8::from(process.tilt_since.is_some()),
            process.scripts.running(),
            process.scripts.jobs().len(),
        );
        for (n, master) in self.masters.iter().enumerate() {
            let addr = &master.instance.addr;
            let status = match (master.o_down, master.instance.s_down) {
                (true, _) => "odown",
                (false, true) => "sdown",
                (false, false) => "ok",
            };
            let _ = write!(
                text,
                "master{n}:name={},status={status},address={}:{},slaves={},sentinels={}\r\n",
                master.name(),
                process.shown(addr),
                addr.port,
                master.replicas.len(),
                master.voters()
            );
        }
        text
    }

    /// `ROLE` (spec CMD-ROLE-1)
    fn role_command(&self) -> Reply {
        let names = self.masters.iter().map(|master| master.name().clone());
        Reply::Array(vec![Reply::bulk("sentinel"), Reply::bulks(names)])
    }

    /// `HELLO [protocol] [AUTH user pass] [SETNAME name]` (spec CMD-HELLO-1)
    fn hello_command(&mut self, conn: ConnId, arguments: &[ArcStr]) -> Reply {
        let protocol = match arguments.first().map(|word| integer(word)) {
            None => 2,
            Some(Some(version @ (2 | 3))) => version,
            Some(Some(_)) => return Reply::error(literal!("NOPROTO unsupported protocol version")),
            Some(None) => {
                return Reply::error(literal!("ERR Protocol version is not an integer or out of range"));
            }
        };
        let mut rest = arguments.get(1..).unwrap_or_default();
        while let [option, after @ ..] = rest {
            rest = match (option.to_ascii_lowercase().as_str(), after) {
                ("auth", [_, _, left @ ..]) => {
                    let reply = self.auth_command(conn, &after[..2]);
                    if reply.is_error() {
                        return reply;
                    }
                    left
                }
                ("setname", [name, after @ ..]) => {
                    let reply = self.process.clients.get_mut(conn).map(|client| client.set_name(name));
                    if let Some(refusal) = reply.filter(Reply::is_error) {
                        return refusal;
                    }
                    after
                }
                _ => return Reply::error(format!("ERR Syntax error in HELLO option '{option}'")),
            };
        }
        let Some(client) = self
            .process
            .clients
            .get(conn)
            .filter(|client| client.authenticated || !self.process.settings.acl.requires_auth())
        else {
            return Reply::error(literal!(
                "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> \
                 AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol \
                 version at the same time"
            ));
        };
        Reply::Array(vec![
            Reply::bulk("server"),
            Reply::bulk("redis"),
            Reply::bulk("version"),
            Reply::bulk(VERSION),
            Reply::bulk("proto"),
            Reply::Integer(protocol),
            Reply::bulk("id"),
            Reply::Integer(client.id as i64),
            Reply::bulk("mode"),
            Reply::bulk("sentinel"),
            Reply::bulk("modules"),
            Reply::Array(Vec::new()),
        ])
    }

    /// `SHUTDOWN`: at once, and nothing is saved (spec CMD-SHUT-1).
    fn shutdown_command(&mut self, arguments: &[ArcStr], cx: &mut Cx<'_>) -> Option<Reply> {
        let known = ["nosave", "save", "now", "force", "abort"];
        let is = |word: &ArcStr, known: &str| word.eq_ignore_ascii_case(known);
        let has = |known: &str| arguments.iter().any(|word| is(word, known));
        let abort = has("abort");
        let unknown = arguments.iter().any(|word| !known.iter().any(|known| is(word, known)));
        let with_abort = known.iter().take(4).any(|known| has(known));
        if unknown || (has("nosave") && has("save")) || (abort && with_abort) {
            return Some(Reply::SYNTAX_ERROR);
        }
        if abort {
            return Some(Reply::error(literal!("ERR No shutdown in progress.")));
        }
        self.process.end(cx.out);
        None
    }

    fn client_list_command(&self, filter: &[ArcStr], now: NodeTime) -> Reply {
        let clients: Vec<SeenClient<'_>> =
            self.process.clients.iter().map(|(_, client)| client.seen()).collect();
        match ClientFilter::to_list(filter) {
            Ok(filter) => filter.list(&clients, now),
            Err(refusal) => refusal,
        }
    }

    /// CLIENT KILL with an address, or with filters.
    fn client_kill_command(&mut self, conn: ConnId, filters: &[ArcStr], cx: &mut Cx<'_>) -> Reply {
        let filter = match ClientFilter::to_kill(filters, |user| self.process.settings.acl.has(user)) {
            Ok(filter) => filter,
            Err(refusal) => return refusal,
        };
        let clients = self.process.clients.iter();
        let hit = clients
            .filter(|(other, client)| filter.means(&client.seen()) && !(filter.skips_me && *other == conn));
        let victims: Vec<ConnId> = hit.map(|(other, _)| other).collect();
        let answer = filter.killed(victims.len());
        for victim in victims {
            if victim == conn {
                // It still gets its answer.
                cx.out.send(conn, answer.clone());
            }
            self.process.clients.closed(victim);
            cx.out.close(victim);
        }
        answer
    }
}
