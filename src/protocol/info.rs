//! The reply to `INFO` of a Redis server: the fields, their text, and reading them back.

use crate::protocol::ArcStr;
use std::fmt;

/// What `INFO` of a Redis server says, as far as anybody here reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// `run_id`, new at every start of the process (spec REPL-12).
    pub run_id: ArcStr,
    /// The port it listens on.
    pub tcp_port: u16,
    /// Whole seconds since the process started.
    pub uptime_in_seconds: i64,
    /// Whether a dataset is being loaded.
    pub loading: bool,
    /// How many keys the dataset has (`db0:keys=...`).
    pub keys: u64,
    /// The replication section.
    pub replication: ReplicationInfo,
}

/// The replication section (spec REPL-13 to REPL-17).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicationInfo {
    /// What depends on the role.
    pub role: InfoRole,
    /// The `slaveN` lines, in order.
    pub replicas: Vec<ReplicaLine>,
    /// `min_slaves_good_slaves`, only where min-replicas is in force.
    pub min_slaves_good_slaves: Option<u32>,
    /// `master_failover_state`
    pub master_failover_state: &'static str,
    /// `master_replid`
    pub master_replid: ArcStr,
    /// `master_replid2`, 40 zeros where there is none.
    pub master_replid2: ArcStr,
    /// `master_repl_offset`
    pub master_repl_offset: u64,
    /// `second_repl_offset`
    pub second_repl_offset: i64,
    /// `repl_backlog_active`
    pub repl_backlog_active: bool,
    /// `repl_backlog_size`, bytes.
    pub repl_backlog_size: u64,
    /// `repl_backlog_first_byte_offset`
    pub repl_backlog_first_byte_offset: u64,
    /// `repl_backlog_histlen`, bytes.
    pub repl_backlog_histlen: u64,
}

/// The fields that only one role has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InfoRole {
    /// `role:master`
    Master,
    /// `role:slave`
    Replica {
        /// `master_host`
        master_host: ArcStr,
        /// `master_port`
        master_port: u16,
        /// `master_link_status:up`
        master_link_up: bool,
        /// `master_last_io_seconds_ago`, -1 without a link.
        master_last_io_seconds_ago: i64,
        /// `master_sync_in_progress`
        master_sync_in_progress: bool,
        /// `slave_repl_offset` (spec REPL-14)
        slave_repl_offset: u64,
        /// `master_link_down_since_seconds`, printed only while the link is not up; -1 where it was never
        /// up (spec REPL-13).
        master_link_down_since_seconds: Option<i64>,
        /// `slave_priority`
        slave_priority: u32,
        /// `replica_announced`
        replica_announced: bool,
    },
}

/// A `slaveN:` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaLine {
    /// `ip`
    pub ip: ArcStr,
    /// `port`
    pub port: u16,
    /// `state`: `wait_bgsave`, `send_bulk` or `online`.
    pub state: ArcStr,
    /// `offset`: last acknowledged.
    pub offset: u64,
    /// `lag`: whole seconds since the last acknowledgement.
    pub lag: i64,
}

impl fmt::Display for Info {
    /// The text that Redis 7.0 prints, without the fields that nobody here has.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n")?;
        write!(f, "run_id:{}\r\n", self.run_id)?;
        write!(f, "tcp_port:{}\r\nuptime_in_seconds:{}\r\n", self.tcp_port, self.uptime_in_seconds)?;
        write!(f, "\r\n# Persistence\r\nloading:{}\r\n", u8::from(self.loading))?;
        write!(f, "\r\n# Replication\r\n{}", self.replication)?;
        write!(f, "\r\n# Keyspace\r\n")?;
        if self.keys > 0 {
            write!(f, "db0:keys={},expires=0,avg_ttl=0\r\n", self.keys)?;
        }
        Ok(())
    }
}

impl fmt::Display for ReplicationInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.role {
            InfoRole::Master => write!(f, "role:master\r\n")?,
            InfoRole::Replica {
                master_host,
                master_port,
                master_link_up,
                master_last_io_seconds_ago,
                master_sync_in_progress,
                slave_repl_offset,
                master_link_down_since_seconds,
                slave_priority,
                replica_announced,
            } => {
                let status = if *master_link_up { "up" } else { "down" };
                write!(f, "role:slave\r\nmaster_host:{master_host}\r\nmaster_port:{master_port}\r\n")?;
                write!(f, "master_link_status:{status}\r\n")?;
                write!(f, "master_last_io_seconds_ago:{master_last_io_seconds_ago}\r\n")?;
                write!(f, "master_sync_in_progress:{}\r\n", u8::from(*master_sync_in_progress))?;
                write!(f, "slave_read_repl_offset:{slave_repl_offset}\r\n")?;
                write!(f, "slave_repl_offset:{slave_repl_offset}\r\n")?;
                if let Some(seconds) = master_link_down_since_seconds {
                    write!(f, "master_link_down_since_seconds:{seconds}\r\n")?;
                }
                write!(f, "slave_priority:{slave_priority}\r\nslave_read_only:1\r\n")?;
                write!(f, "replica_announced:{}\r\n", u8::from(*replica_announced))?;
            }
        }
        write!(f, "connected_slaves:{}\r\n", self.replicas.len())?;
        if let Some(good) = self.min_slaves_good_slaves {
            write!(f, "min_slaves_good_slaves:{good}\r\n")?;
        }
        for (n, line) in self.replicas.iter().enumerate() {
            let ReplicaLine { ip, port, state, offset, lag } = line;
            write!(f, "slave{n}:ip={ip},port={port},state={state},offset={offset},lag={lag}\r\n")?;
        }
        write!(f, "master_failover_state:{}\r\n", self.master_failover_state)?;
        write!(f, "master_replid:{}\r\n", self.master_replid)?;
        write!(f, "master_replid2:{}\r\n", self.master_replid2)?;
        write!(f, "master_repl_offset:{}\r\n", self.master_repl_offset)?;
        write!(f, "second_repl_offset:{}\r\n", self.second_repl_offset)?;
        write!(f, "repl_backlog_active:{}\r\n", u8::from(self.repl_backlog_active))?;
        write!(f, "repl_backlog_size:{}\r\n", self.repl_backlog_size)?;
        write!(f, "repl_backlog_first_byte_offset:{}\r\n", self.repl_backlog_first_byte_offset)?;
        write!(f, "repl_backlog_histlen:{}\r\n", self.repl_backlog_histlen)
    }
}
