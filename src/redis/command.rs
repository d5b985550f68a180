//! Serving clients: finding a command, refusing it where the server's condition does not allow it (spec
//! section 17.3), running it.

use crate::protocol::{ArcStr, Command, ConnId, Reply, literal};
use crate::redis::admin::select;
use crate::redis::link::MasterLink;
use crate::redis::server::{Answer, Cx, RedisServer};
use crate::redis::table::{self, Spec};
use std::sync::Arc;

impl RedisServer {
    /// Whether nothing about the server changes what a plain command means.
    pub(super) fn is_usual(&self) -> bool {
        self.script.is_none()
            && self.blocking.is_idle()
            && self.persistence.is_well()
            && self.link.as_ref().is_none_or(MasterLink::is_up)
            && self.conf.renames.is_empty()
            && self.conf.acl.is_open()
            && self.crashed_at.is_none()
    }

    /// What Sentinels and replicas send all the time is served without further ado while the server is as
    /// usual, unless the client is in any condition that matters. Returns whether that was done; then it
    /// changed nothing that [`Self::settle`] looks at. [`Self::serve`] does the same.
    pub(super) fn serve_at_once(&mut self, cx: &mut Cx<'_>, conn: ConnId, command: &Command) -> bool {
        let name = match command {
            Command::Ping => "ping",
            Command::Publish { .. } => "publish",
            Command::ReplconfAck(_) => "replconf",
            Command::Info => "info",
            _ => return false,
        };
        let Some(client) = self.clients.get_mut(conn).filter(|client| client.is_plain()) else {
            return false;
        };
        client.record.active = cx.now;
        client.record.command = name;
        match command {
            Command::Publish { channel, message } => {
                let receivers = self.publish(cx, channel, message);
                cx.out.send(conn, receivers);
            }
            Command::ReplconfAck(offset) => self.replica_acknowledged(cx, conn, *offset),
            Command::Info => {
                let info = self.info(cx);
                cx.out.send(conn, Reply::Info(info));
            }
            _ => cx.out.send(conn, Reply::pong()),
        }
        true
    }

    /// One command of a client.
    pub(super) fn serve(&mut self, cx: &mut Cx<'_>, conn: ConnId, command: Command) -> Answer {
        let Some(client) = self.clients.get_mut(conn) else { return Answer::None };
        client.record.active = cx.now;
        let is_exec = matches!(&command, Command::Other(words) if words[0].eq_ignore_ascii_case("exec"));
        let (spec, command) = match self.resolve(command) {
            Ok(resolved) => resolved,
            Err(Reply::Error(text)) if is_exec => {
                return self.refuse_exec(conn, text.strip_prefix("ERR ").unwrap_or(&text)).into();
            }
            Err(refusal) => {
                self.spoil(conn);
                return refusal.into();
            }
        };
        let Some(client) = self.clients.get_mut(conn) else { return Answer::None };
        client.record.command = table::full_name(spec, &command);
        let in_transaction = client.transaction.is_some();
        if let Some(refusal) = self.refusal(conn, spec, &command) {
            if spec.name == "exec" {
                return self.refuse_exec(conn, &refusal).into();
            }
            self.spoil(conn);
            return Reply::Error(refusal).into();
        }
        if in_transaction && !matches!(spec.name, "exec" | "discard" | "multi" | "quit" | "reset" | "watch") {
            if spec.no_multi {
                self.spoil(conn);
                return Reply::error(literal!("ERR Command not allowed inside a transaction")).into();
            }
            return self.queue(conn, command).into();
        }
        self.call(cx, conn, spec, command)
    }

    /// Finds a command under the name that this server knows it by, and checks the number of its words.
    pub(super) fn resolve(&self, command: Command) -> Result<(&'static Spec, Command), Reply> {
        let renames = &self.conf.renames;
        if let Some(spec) = table::of(&command) {
            if renames.is_empty() || !renames.contains_key(spec.name) {
                return Ok((spec, command));
            }
            return Err(Reply::unknown_command(&command.args()));
        }
        let words = command.args();
        let name = words[0].to_ascii_lowercase();
        let known_as = renames.iter().find(|(_, new)| !new.is_empty() && new.as_str() == name);
        let canonical = match known_as {
            Some((old, _)) => old.as_str(),
            None if renames.contains_key(name.as_str()) => return Err(Reply::unknown_command(&words)),
            None => name.as_str(),
        };
        let Some(spec) = table::find(canonical) else {
            return Err(table::not_simulated(canonical).unwrap_or_else(|| Reply::unknown_command(&words)));
        };
        spec.check(&words)?;
        if known_as.is_none() {
            return Ok((spec, command));
        }
        let mut words = words;
        words[0] = canonical.into();
        Ok((spec, Command::parse(&words).expect("a command has words")))
    }

    /// Why the command is refused in the present condition, in the order of spec section 17.3.
    fn refusal(&self, conn: ConnId, spec: &Spec, command: &Command) -> Option<ArcStr> {
        let client = self.clients.get(conn)?;
        if let Some(refusal) = self.acl_refusal(client, spec, command) {
            return Some(refusal);
        }
        let writes = spec.write || (spec.name == "exec" && self.transaction_has(conn, |queued| queued.write));
        if writes && let Some(refusal) = self.write_refusal() {
            return Some(refusal);
        }
        if spec.name == "ping"
            && let Some(misconf) = self.misconf()
        {
            return Some(misconf);
        }
        if client.record.subscriptions() > 0 && !allowed_to_subscribers(spec.name) {
            return Some(arcstr::format!(
                "ERR Can't execute '{}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are \
                 allowed in this context",
                table::full_name(spec, command)
            ));
        }
        let link = self.link.as_ref();
        if !spec.stale && !self.conf.replica_serve_stale_data && link.is_some_and(|link| !link.is_up()) {
            return Some(literal!(
                "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."
            ));
        }
        if !spec.loading && self.is_loading() {
            return Some(literal!("LOADING Redis is loading the dataset in memory"));
        }
        let kills_script = matches!(command, Command::ScriptKill);
        if !spec.busy && !kills_script { self.busy() } else { None }
    }

    /// Why a client's write is refused, if it is.
    pub(super) fn write_refusal(&self) -> Option<ArcStr> {
        if let Some(misconf) = self.misconf() {
            return Some(misconf);
        }
        let good_enough = self.good_replicas >= self.conf.min_replicas_to_write;
        match &self.link {
            None if self.conf.min_replicas_active() && !good_enough => {
                Some(literal!("NOREPLICAS Not enough good replicas to write."))
            }
            Some(_) if self.conf.replica_read_only => {
                Some(literal!("READONLY You can't write against a read only replica."))
            }
            _ => None,
        }
    }

    /// Runs a command.
    pub(super) fn call(
        &mut self,
        cx: &mut Cx<'_>,
        conn: ConnId,
        spec: &'static Spec,
        command: Command,
    ) -> Answer {
        match command {
            Command::Ping => self.ping(conn, None).into(),
            Command::Info => Reply::Info(self.info(cx)).into(),
            Command::Publish { channel, message } => self.publish(cx, &channel, &message).into(),
            Command::ReplconfAck(offset) => {
                self.replica_acknowledged(cx, conn, offset);
                Answer::None
            }
            Command::Set { .. } => self.write(cx, conn, command).into(),
            Command::Subscribe(channel) => self.subscribe(conn, &[channel], false),
            Command::Multi => self.multi(conn).into(),
            Command::Exec => self.exec(cx, conn).into(),
            Command::Slaveof(to) => {
                let by = self.describe_client(cx, conn, "slaveof");
                self.replicaof(cx, to, by).into()
            }
            Command::ConfigRewrite => self.config_rewrite(cx).into(),
            Command::ClientKill(kind) => self.kill_clients_of(cx, conn, kind).into(),
            Command::ClientSetname(name) => self.client_setname(conn, &name).into(),
            Command::ScriptKill => self.script_kill(cx).into(),
            Command::Psync(request) => self.psync(cx, conn, request),
            Command::ReplconfPort(port) => {
                if let Some(client) = self.clients.get_mut(conn) {
                    client.replconf.port = port;
                }
                Reply::ok().into()
            }
            Command::ReplconfCapa => {
                if let Some(client) = self.clients.get_mut(conn) {
                    client.replconf.eof = true;
                }
                Reply::ok().into()
            }
            Command::IsMasterDown { .. } => Reply::unknown_command(&command.args()).into(),
            Command::Other(words) => self.call_words(cx, conn, spec, &words),
        }
    }

    /// A command given as words. The number of its words is checked, that of a subcommand is not.
    fn call_words(
        &mut self,
        cx: &mut Cx<'_>,
        conn: ConnId,
        spec: &'static Spec,
        words: &Arc<[ArcStr]>,
    ) -> Answer {
        let args = &words[1..];
        match spec.name {
            "ping" if args.len() > 1 => Reply::wrong_arity("ping").into(),
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
            "watch" => self.watch(conn, args).into(),
            "unwatch" => self.unwatch(conn).into(),
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

    /// PING, which answers as a message does where the client is a subscriber.
    pub(super) fn ping(&self, conn: ConnId, text: Option<&ArcStr>) -> Reply {
        let subscribed = self.clients.get(conn).is_some_and(|client| client.record.subscriptions() > 0);
        match (subscribed, text) {
            (false, None) => Reply::pong(),
            (false, Some(text)) => Reply::Bulk(text.clone()),
            (true, text) => Reply::bulks([literal!("pong"), text.cloned().unwrap_or_default()]),
        }
    }
}

fn allowed_to_subscribers(name: &str) -> bool {
    matches!(name, "ping" | "subscribe" | "unsubscribe" | "psubscribe" | "punsubscribe" | "quit" | "reset")
}
