//! The commands that a Sentinel serves (spec section 14).

mod pubsub;

use super::{Cx, Sentinel};
use crate::protocol::{ArcStr, Command, ConnId, HELLO_CHANNEL, Reply, literal};

impl Sentinel {
    /// Serves one command of a client, and answers it.
    pub(super) fn serve(&mut self, conn: ConnId, command: Command, cx: &mut Cx<'_>) {
        if self.process.clients.get(conn).is_none() {
            return;
        }
        let reply = match command {
            Command::Ping => Reply::pong(),
            Command::Publish { channel, message } => self.publish_command(&channel, &message, cx),
            Command::IsMasterDown { ip, port, epoch, runid } => {
                self.answer_is_master_down(&ip, i64::from(port), epoch, &runid, cx)
            }
            Command::ClientSetname(name) => {
                if let Some(client) = self.process.clients.get_mut(conn) {
                    client.name = name;
                }
                Reply::ok()
            }
            Command::Subscribe(channel) => {
                self.subscribe(conn, &[channel], cx);
                return;
            }
            command => {
                let words = command.args();
                let Some(reply) = self.serve_words(conn, &words, cx) else { return };
                reply
            }
        };
        cx.out.send(conn, reply);
    }

    /// Everything that has no typed form. `None` where the replies were sent already.
    fn serve_words(&mut self, conn: ConnId, words: &[ArcStr], cx: &mut Cx<'_>) -> Option<Reply> {
        let (name, arguments) = words.split_first()?;
        Some(match (name.to_ascii_lowercase().as_str(), arguments) {
            ("subscribe", channels) => {
                self.subscribe(conn, channels, cx);
                return None;
            }
            ("psubscribe", patterns) => {
                self.psubscribe(conn, patterns, cx);
                return None;
            }
            ("unsubscribe", channels) => {
                self.unsubscribe(conn, channels, cx);
                return None;
            }
            ("punsubscribe", patterns) => {
                self.punsubscribe(conn, patterns, cx);
                return None;
            }
            ("sentinel", [sub, name]) if sub.eq_ignore_ascii_case("get-master-addr-by-name") => {
                self.master_addr_by_name(name)
            }
            _ => Reply::error(format!("ERR unknown command '{name}', with args beginning with: ")),
        })
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
}
