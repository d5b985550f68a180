//! The instances around the Sentinel: what they report, and what they answer.

use crate::protocol::{ArcStr, Command, HELLO_CHANNEL, KillType, Reply, literal};
use crate::sim::Addr;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How a played instance behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sentinel::tests) enum Mode {
    /// Answers.
    Up,
    /// Its process is gone: connections are reset, dials refused.
    Dead,
    /// Connections stay, nothing is answered.
    Frozen,
}

/// Whom a played Sentinel votes for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sentinel::tests) enum Vote {
    /// Whoever asks first in an epoch.
    Asker,
    /// Always the same, in the epoch asked for.
    For(&'static str),
    /// Nobody.
    Nobody,
}

/// A played instance.
#[derive(Clone, Debug)]
pub(in crate::sentinel::tests) struct Node {
    pub(in crate::sentinel::tests) mode: Mode,
    /// What PING is answered with.
    pub(in crate::sentinel::tests) ping: Reply,
    /// What SUBSCRIBE is answered with, if with an error.
    pub(in crate::sentinel::tests) subscribe_error: Option<Reply>,
    pub(in crate::sentinel::tests) info: Option<NodeInfo>,
    /// Whether it takes SLAVEOF.
    pub(in crate::sentinel::tests) obeys: bool,
    /// For a Sentinel: what it holds of the master.
    pub(in crate::sentinel::tests) says_down: bool,
    pub(in crate::sentinel::tests) vote: Vote,
    pub(super) voted: BTreeMap<u64, ArcStr>,
}

/// What a played Redis server reports.
#[derive(Clone, Debug)]
pub(in crate::sentinel::tests) struct NodeInfo {
    pub(in crate::sentinel::tests) run_id: String,
    /// `None` for a master.
    pub(in crate::sentinel::tests) master: Option<Addr>,
    pub(in crate::sentinel::tests) link_up: bool,
    pub(in crate::sentinel::tests) link_down_since: i64,
    pub(in crate::sentinel::tests) priority: i64,
    pub(in crate::sentinel::tests) offset: u64,
    pub(in crate::sentinel::tests) replicas: Vec<Addr>,
    pub(in crate::sentinel::tests) announced: bool,
}

impl NodeInfo {
    pub(super) fn text(&self) -> String {
        let mut text = format!("# Server\r\nrun_id:{}\r\n# Replication\r\n", self.run_id);
        match self.master {
            None => text += "role:master\r\n",
            Some(master) => {
                let status = if self.link_up { "up" } else { "down" };
                let _ = write!(
                    text,
                    "role:slave\r\nmaster_host:{}\r\nmaster_port:{}\r\n",
                    master.ip, master.port
                );
                let _ = write!(text, "master_link_status:{status}\r\nslave_repl_offset:{}\r\n", self.offset);
                if !self.link_up {
                    let _ = write!(text, "master_link_down_since_seconds:{}\r\n", self.link_down_since);
                }
                let _ = write!(text, "slave_priority:{}\r\n", self.priority);
                let _ = write!(text, "replica_announced:{}\r\n", u8::from(self.announced));
            }
        }
        for (n, at) in self.replicas.iter().enumerate() {
            let _ = write!(text, "slave{n}:ip={},port={},state=online,offset=1,lag=0\r\n", at.ip, at.port);
        }
        text
    }
}

impl Node {
    pub(super) fn sentinel() -> Self {
        Self {
            mode: Mode::Up,
            ping: Reply::pong(),
            subscribe_error: None,
            info: None,
            obeys: true,
            says_down: false,
            vote: Vote::Asker,
            voted: BTreeMap::new(),
        }
    }

    pub(super) fn reply(&mut self, command: &Command) -> Reply {
        match command {
            Command::Ping => self.ping.clone(),
            Command::Info => self.info.as_ref().map_or(Reply::Nil, |info| Reply::bulk(info.text())),
            Command::Publish { .. } => Reply::Integer(1),
            Command::Subscribe(_) => self.subscribe_error.clone().unwrap_or(Reply::Array(vec![
                Reply::bulk("subscribe"),
                Reply::Bulk(HELLO_CHANNEL),
                Reply::Integer(1),
            ])),
            Command::Slaveof(target) if self.obeys => {
                if let Some(info) = &mut self.info {
                    info.master = target.as_ref().map(|(host, port)| Addr::new(host.parse().unwrap(), *port));
                    info.link_up = true;
                }
                Reply::Status(literal!("QUEUED"))
            }
            Command::ClientKill(KillType::Normal | KillType::Pubsub) => Reply::Status(literal!("QUEUED")),
            Command::IsMasterDown { epoch, runid, .. } => self.opinion(*epoch, runid),
            _ => Reply::ok(),
        }
    }

    fn opinion(&mut self, epoch: u64, runid: &ArcStr) -> Reply {
        let vote = match (&self.vote, runid.as_str()) {
            (Vote::Nobody, _) | (_, "*") => None,
            (Vote::Asker, _) => Some(self.voted.entry(epoch).or_insert(runid.clone()).clone()),
            (Vote::For(id), _) => Some(ArcStr::from(*id)),
        };
        let vote_epoch = if vote.is_some() { epoch as i64 } else { 0 };
        Reply::Array(vec![
            Reply::Integer(i64::from(self.says_down)),
            Reply::Bulk(vote.unwrap_or(literal!("*"))),
            Reply::Integer(vote_epoch),
        ])
    }
}
