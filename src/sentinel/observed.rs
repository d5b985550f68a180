//! What a Sentinel reads out of an INFO reply (spec section 10), from its text or from its typed form.

use super::instance::Role;
use crate::protocol::{ArcStr, Info, InfoRole, leading_number, leading_unsigned};
use std::fmt;
use std::sync::Arc;

/// An INFO reply as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawInfo {
    /// Its fields.
    Typed(Arc<Info>),
    /// Its text.
    Text(ArcStr),
}

impl fmt::Display for RawInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Typed(info) => fmt::Display::fmt(info, f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// One line of INFO that means something to a Sentinel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fact<'a> {
    /// `run_id:` (spec INFO-2)
    RunId(&'a str),
    /// `slaveN:` (spec INFO-3)
    Replica { ip: &'a str, port: i64 },
    /// `master_link_down_since_seconds:` (spec INFO-6)
    MasterLinkDownSince(i64),
    /// `role:` (spec INFO-7)
    Role(Role),
    /// `master_host:` (spec INFO-8)
    MasterHost(&'a str),
    /// `master_port:` (spec INFO-9)
    MasterPort(i64),
    /// `master_link_status:` (spec INFO-10)
    MasterLinkUp(bool),
    /// `slave_priority:` (spec INFO-11)
    Priority(i64),
    /// `slave_repl_offset:` (spec INFO-11)
    ReplOffset(u64),
    /// `replica_announced:` (spec INFO-12)
    Announced(i64),
}

impl RawInfo {
    /// What it says, in the order of its lines.
    pub(super) fn facts(&self) -> Vec<Fact<'_>> {
        match self {
            Self::Typed(info) => typed_facts(info),
            Self::Text(text) => text.split("\r\n").filter_map(fact).collect(),
        }
    }
}

fn typed_facts(info: &Info) -> Vec<Fact<'_>> {
    let replication = &info.replication;
    let mut facts = Vec::with_capacity(9 + replication.replicas.len());
    facts.push(Fact::RunId(&info.run_id));
    match &replication.role {
        InfoRole::Master => facts.push(Fact::Role(Role::Master)),
        InfoRole::Replica {
            master_host,
            master_port,
            master_link_up,
            master_last_io_seconds_ago: _,
            master_sync_in_progress: _,
            slave_repl_offset,
            master_link_down_since_seconds,
            slave_priority,
            slave_read_only: _,
            replica_announced,
        } => {
            facts.extend([
                Fact::Role(Role::Replica),
                Fact::MasterHost(master_host),
                Fact::MasterPort(i64::from(*master_port)),
                Fact::MasterLinkUp(*master_link_up),
                Fact::ReplOffset(*slave_repl_offset),
            ]);
            facts.extend(master_link_down_since_seconds.map(Fact::MasterLinkDownSince));
            facts.push(Fact::Priority(i64::from(*slave_priority)));
            facts.push(Fact::Announced(i64::from(*replica_announced)));
        }
    }
    let replicas = replication.replicas.iter();
    facts.extend(replicas.map(|line| Fact::Replica { ip: &line.ip, port: i64::from(line.port) }));
    facts
}

/// Reads one line, by exact prefix.
fn fact(line: &str) -> Option<Fact<'_>> {
    if line.starts_with("slave") && line.as_bytes().get(5).is_some_and(u8::is_ascii_digit) {
        return replica_line(line);
    }
    let (key, value) = line.split_once(':')?;
    Some(match key {
        "run_id" if value.len() >= 40 => Fact::RunId(value.get(..40)?),
        "master_link_down_since_seconds" => Fact::MasterLinkDownSince(leading_number(value)),
        "role" if value.starts_with("master") => Fact::Role(Role::Master),
        "role" if value.starts_with("slave") => Fact::Role(Role::Replica),
        "master_host" => Fact::MasterHost(value),
        "master_port" => Fact::MasterPort(leading_number(value)),
        "master_link_status" => Fact::MasterLinkUp(value.eq_ignore_ascii_case("up")),
        "slave_priority" => Fact::Priority(leading_number(value)),
        "slave_repl_offset" => Fact::ReplOffset(leading_unsigned(value)),
        "replica_announced" => Fact::Announced(leading_number(value)),
        _ => return None,
    })
}

/// `slave0:ip=10.0.0.2,port=6379,state=online,...`, or in old servers `slave0:10.0.0.2,6379,online`.
fn replica_line(line: &str) -> Option<Fact<'_>> {
    let (ip, port) = if line.contains("ip=") {
        let value = |key: &str| Some(line.split_once(key)?.1.split(',').next().unwrap_or_default());
        (value("ip=")?, value("port=")?)
    } else {
        let mut parts = line.split_once(':')?.1.splitn(3, ',');
        let address = (parts.next()?, parts.next()?);
        parts.next()?;
        address
    };
    Some(Fact::Replica { ip, port: leading_number(port) })
}
