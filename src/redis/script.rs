//! Scripts that do not end (spec REPL-10, REPL-25, REPL-26).
//!
//! No Lua runs here. A script that loops for ever is what matters to Sentinel: the server is deaf until
//! `busy-reply-threshold`, then it answers BUSY until somebody kills the script.

use crate::protocol::{ArcStr, ConnId, Level, Message, Reply, literal};
use crate::redis::server::{Answer, Cx, RedisServer};
use crate::sim::Micros;

/// A script that is running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Script {
    /// Who runs it.
    conn: ConnId,
    /// Whether it wrote before it began to loop: then it cannot be killed.
    wrote: bool,
    /// What came from the master meanwhile.
    pub(super) held: Vec<Message>,
}

impl RedisServer {
    /// EVAL of a script that ends in `while true do end`.
    pub(super) fn eval(&mut self, cx: &mut Cx<'_>, conn: ConnId, script: &ArcStr) -> Answer {
        let text = script.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let Some(before) = text.strip_suffix("while true do end") else {
            return Reply::error(literal!(
                "ERR no Lua runs in this simulation, only a script that ends in 'while true do end'"
            ))
            .into();
        };
        let wrote = ["redis.call('set'", "redis.call(\"set\""]
            .iter()
            .any(|call| before.to_ascii_lowercase().contains(call));
        self.script = Some(Script { conn, wrote, held: Vec::new() });
        let millis = match self.conf.busy_reply_threshold {
            // Never: nobody gets an answer again.
            0 => u64::from(u32::MAX),
            threshold => u64::from(threshold),
        };
        cx.out.work(Micros::from_millis(millis));
        let text = arcstr::format!(
            "Slow script detected: still in execution after {millis} milliseconds. You can try killing the \
             script using the SCRIPT KILL command."
        );
        self.note(cx, Level::Warning, text);
        Answer::None
    }

    /// Why a command is refused while a script runs.
    pub(super) const fn busy(&self) -> Option<ArcStr> {
        if self.script.is_none() {
            return None;
        }
        Some(literal!(
            "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."
        ))
    }

    /// SCRIPT KILL
    pub(super) fn script_kill(&mut self, cx: &mut Cx<'_>) -> Reply {
        match self.script.take() {
            None => Reply::error(literal!("NOTBUSY No scripts in execution right now.")),
            Some(script) if script.wrote => {
                self.script = Some(script);
                Reply::error(literal!(
                    "UNKILLABLE Sorry the script already executed write commands against the dataset. You can \
                     either wait the script termination or kill the server in a hard way using the SHUTDOWN \
                     NOSAVE command."
                ))
            }
            Some(script) => {
                self.line(cx, Level::Notice, "Lua script killed by user with SCRIPT KILL.");
                if self.clients.get(script.conn).is_some() {
                    let text = literal!("ERR Script killed by user with SCRIPT KILL...");
                    cx.out.send(script.conn, Reply::error(text));
                }
                for message in script.held {
                    self.link_received(cx, message);
                }
                Reply::ok()
            }
        }
    }
}
