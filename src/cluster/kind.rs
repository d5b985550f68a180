//! What a message is, as far as a picture tells it apart.

use crate::cluster::PacketKind;
use crate::protocol::{ArcStr, Command, HELLO_CHANNEL, Message, Reply};

impl PacketKind {
    /// The kind of a message; `receiver` tells the receiving sentinel's id, if a sentinel receives it. It is
    /// asked only where it matters: of thousands of packets a handful are votes.
    pub fn of<'a>(message: &Message, receiver: impl FnOnce() -> Option<&'a ArcStr>) -> Self {
        match message {
            Message::Command(command) => Self::of_command(command),
            Message::Reply(reply) => Self::of_reply(reply, receiver),
            Message::Rdb(_) => Self::Dataset,
        }
    }

    fn of_command(command: &Command) -> Self {
        match command {
            Command::Ping => Self::Ping,
            Command::Info => Self::Info,
            Command::Publish { channel, .. } if *channel == HELLO_CHANNEL => Self::Hello,
            Command::IsMasterDown { runid, .. } if runid == "*" => Self::AskDown,
            Command::IsMasterDown { .. } => Self::VoteRequest,
            Command::Multi
            | Command::Exec
            | Command::Slaveof(_)
            | Command::ConfigRewrite
            | Command::ClientKill(_) => Self::Reconfigure,
            Command::Psync(_)
            | Command::ReplconfPort(_)
            | Command::ReplconfCapa
            | Command::ReplconfAck(_) => Self::Replication,
            Command::Set { .. } => Self::Write,
            Command::Publish { .. }
            | Command::Subscribe(_)
            | Command::ClientSetname(_)
            | Command::ScriptKill
            | Command::Other(_) => Self::Command,
        }
    }

    fn of_reply<'a>(reply: &Reply, receiver: impl FnOnce() -> Option<&'a ArcStr>) -> Self {
        match reply {
            Reply::Status(text) if text == "PONG" => Self::Pong,
            Reply::Info(_) => Self::InfoReply,
            Reply::Pushed { .. } => Self::Pushed,
            // The reply to is-master-down-by-addr (spec ASK-10).
            Reply::Array(items) => match (items.as_slice(), receiver()) {
                ([Reply::Integer(down), Reply::Bulk(leader), Reply::Integer(_)], Some(receiver)) => {
                    if leader == "*" {
                        Self::AskDownReply(*down == 1)
                    } else {
                        Self::VoteReply(leader == receiver)
                    }
                }
                _ => Self::Reply,
            },
            _ => Self::Reply,
        }
    }
}
