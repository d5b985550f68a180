//! The commands that a Sentinel serves (spec section 14).

mod acl;
mod config;
mod debug;
mod instances;
mod monitoring;
mod pubsub;
mod server;
mod set;
pub(super) mod surface;

pub use config::config_options;
pub use set::SET_OPTIONS;

use super::{Cx, Sentinel};
use crate::protocol::{ArcStr, Command, ConnId, HELLO_CHANNEL, Reply, help, integer, literal};

/// What is answered to a master's name that is not known (spec CMD-2).
const NO_SUCH_MASTER: Reply = Reply::Error(literal!("ERR No such master with that name"));

/// The names of all commands in lower case, a subcommand's with a bar, such as `sentinel|masters`.
pub fn command_names() -> impl Iterator<Item = &'static str> {
    surface::names()
}

impl Sentinel {
    /// Serves one command of a client, and answers it.
    pub(super) fn serve(&mut self, conn: ConnId, command: Command, cx: &mut Cx<'_>) {
        let Some(client) = self.process.clients.get_mut(conn) else { return };
        client.active = cx.now;
        client.command = match command {
            Command::Ping => "ping",
            Command::Publish { .. } => "publish",
            Command::IsMasterDown { .. } => "sentinel|is-master-down-by-addr",
            _ => client.command,
        };
        // What other Sentinels send all the time is served without a look at the words.
        let open = self.process.settings.acl.is_open();
        let plain = open && client.authenticated && client.subscriptions() == 0;
        let reply = match command {
            Command::Ping if plain => Reply::pong(),
            Command::Publish { channel, message } if plain => self.publish_command(&channel, &message, cx),
            Command::IsMasterDown { ip, port, epoch, runid } if plain => {
                self.answer_is_master_down(&ip, i64::from(port), epoch, &runid, cx)
            }
            command => match self.serve_words(conn, &command.args(), cx) {
                Some(reply) => reply,
                None => return,
            },
        };
        cx.out.send(conn, reply);
    }

    /// Looks a command up, checks that it may be given, and carries it out. `None` where the replies were
    /// sent already.
    fn serve_words(&mut self, conn: ConnId, words: &[ArcStr], cx: &mut Cx<'_>) -> Option<Reply> {
        let found = match surface::lookup(words) {
            Ok(found) => found,
            Err(refusal) => return Some(refusal),
        };
        self.process.clients.get_mut(conn)?.command = found.name;
        let client = self.process.clients.get(conn)?;
        if let Some(refusal) = self.acl_refusal(client, &found, words) {
            return Some(refusal);
        }
        if client.subscriptions() > 0 && !found.is_for_subscribers() {
            return Some(Reply::error(format!(
                "ERR Can't execute '{}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are \
                 allowed in this context",
                found.name
            )));
        }
        let arguments = &words[found.words..];
        if let Some(sub) = found.name.strip_prefix("sentinel|") {
            return Some(self.sentinel_command(sub, arguments, cx));
        }
        self.server_command(conn, &found, words, cx)
    }

    /// `SENTINEL sub ...` (spec 14.2). The number of arguments was checked.
    fn sentinel_command(&mut self, sub: &str, arguments: &[ArcStr], cx: &mut Cx<'_>) -> Reply {
        let first = arguments.first().map_or("", ArcStr::as_str);
        match sub {
            "masters" => self.masters_command(cx.now),
            "master" => self.master_command(first, cx.now),
            "replicas" | "slaves" => self.replicas_command(first, cx.now),
            "sentinels" => self.sentinels_command(first, cx.now),
            "myid" => Reply::Bulk(self.process.myid.clone()),
            "get-master-addr-by-name" => self.master_addr_by_name(first),
            "is-master-down-by-addr" => self.is_master_down_command(arguments, cx),
            "reset" => self.reset_command(first, cx),
            "failover" => self.failover_command(first, cx),
            "ckquorum" => self.ckquorum_command(first),
            "monitor" => self.monitor_command(arguments, cx),
            "remove" => self.remove_command(first, cx),
            "flushconfig" => self.flushed(cx),
            "set" => self.set_command(first, &arguments[1..], cx),
            "config" => self.config_command(arguments, cx),
            "debug" => self.debug_command(arguments),
            "info-cache" => self.info_cache_command(arguments, cx.now),
            "pending-scripts" => self.pending_scripts_command(cx.now),
            "simulate-failure" => self.simulate_failure_command(arguments, cx),
            _ => help::reply("SENTINEL", help::SENTINEL),
        }
    }

    /// Saves the configuration on a client's behalf (spec CMD-FLUSH-1).
    fn flushed(&mut self, cx: &mut Cx<'_>) -> Reply {
        if self.flush(cx) {
            Reply::ok()
        } else {
            Reply::error(literal!("ERR Failed to save config file. Check server logs."))
        }
    }

    /// Only hello messages may be published; they are not passed on but taken in (spec CMD-PUBLISH-1).
    fn publish_command(&mut self, channel: &ArcStr, message: &ArcStr, cx: &mut Cx<'_>) -> Reply {
        if *channel != HELLO_CHANNEL {
            return Reply::error(literal!("ERR Only HELLO messages are accepted by Sentinel instances."));
        }
        self.process_hello(message, cx);
        Reply::Integer(1)
    }

    /// The address that clients are given (spec CMD-ADDR-1).
    fn master_addr_by_name(&self, name: &str) -> Reply {
        let Some(master) = self.masters.by_key(name) else { return Reply::NilArray };
        let addr = master.announced_addr();
        Reply::bulks([self.process.shown(addr).clone(), addr.port.to_string().into()])
    }

    /// The question in a form that has no type: numbers out of the ordinary (spec CMD-DOWN-1).
    fn is_master_down_command(&mut self, arguments: &[ArcStr], cx: &mut Cx<'_>) -> Reply {
        let [ip, port, epoch, runid] = arguments else { return Reply::NOT_AN_INTEGER };
        let (Some(port), Some(epoch)) = (integer(port), integer(epoch)) else {
            return Reply::NOT_AN_INTEGER;
        };
        self.answer_is_master_down(ip, port, epoch as u64, runid, cx)
    }
}

/// A map of RESP2: keys and values in turn (spec CMD-3).
#[derive(Default)]
struct Map(Vec<Reply>);

impl Map {
    fn put(&mut self, key: &'static str, value: &impl ToString) {
        self.put_reply(key, Reply::bulk(value.to_string()));
    }

    fn put_reply(&mut self, key: &'static str, value: Reply) {
        self.0.push(Reply::bulk(key));
        self.0.push(value);
    }

    fn reply(self) -> Reply {
        Reply::Array(self.0)
    }
}
