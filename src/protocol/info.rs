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
    /// What only people read.
    pub figures: InfoFigures,
    /// The replication section.
    pub replication: ReplicationInfo,
}

/// Figures of a server that no Sentinel reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InfoFigures {
    /// `connected_clients`, replicas not counted.
    pub clients: u64,
    /// `blocked_clients`
    pub blocked: u64,
    /// `total_connections_received`
    pub connections: u64,
    /// `sync_full`, `sync_partial_ok`, `sync_partial_err`
    pub syncs: SyncCounts,
    /// `pubsub_channels`
    pub channels: u64,
    /// `pubsub_patterns`
    pub patterns: u64,
    /// `rdb_changes_since_last_save`
    pub changes: u64,
    /// `rdb_bgsave_in_progress`
    pub saving: bool,
    /// `rdb_last_save_time`, seconds since 1970.
    pub last_save: i64,
    /// `rdb_last_bgsave_status:err`
    pub save_failed: bool,
    /// `aof_enabled`
    pub appendonly: bool,
}

/// How a master has served those who asked for its stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncCounts {
    /// With a whole dataset.
    pub full: u64,
    /// With what they lacked.
    pub partial: u64,
    /// With a whole dataset although they asked for less.
    pub refused: u64,
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
        /// `slave_read_only`
        slave_read_only: bool,
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
        let Self { run_id, tcp_port, uptime_in_seconds, figures, .. } = self;
        write!(
            f,
            "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nrun_id:{run_id}\r\n\
             tcp_port:{tcp_port}\r\nuptime_in_seconds:{uptime_in_seconds}\r\nuptime_in_days:{}\r\nhz:10\r\n\
             \r\n# Clients\r\nconnected_clients:{}\r\nblocked_clients:{}\r\n\
             \r\n# Persistence\r\nloading:{}\r\nasync_loading:0\r\nrdb_changes_since_last_save:{}\r\n\
             rdb_bgsave_in_progress:{}\r\nrdb_last_save_time:{}\r\nrdb_last_bgsave_status:{}\r\naof_enabled:{}\r\n\
             \r\n# Stats\r\ntotal_connections_received:{}\r\nsync_full:{}\r\nsync_partial_ok:{}\r\n\
             sync_partial_err:{}\r\npubsub_channels:{}\r\npubsub_patterns:{}\r\n\
             \r\n# Replication\r\n{}\
             \r\n# Cluster\r\ncluster_enabled:0\r\n\
             \r\n# Keyspace\r\n",
            uptime_in_seconds / 86_400,
            figures.clients,
            figures.blocked,
            u8::from(self.loading),
            figures.changes,
            u8::from(figures.saving),
            figures.last_save,
            if figures.save_failed { "err" } else { "ok" },
            u8::from(figures.appendonly),
            figures.connections,
            figures.syncs.full,
            figures.syncs.partial,
            figures.syncs.refused,
            figures.channels,
            figures.patterns,
            self.replication,
        )?;
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
                slave_read_only,
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
                write!(f, "slave_priority:{slave_priority}\r\n")?;
                write!(f, "slave_read_only:{}\r\n", u8::from(*slave_read_only))?;
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
