//! redis.conf: the directives that matter to Sentinel and clients, their defaults, and how they are read and
//! written (spec REPL-1 to REPL-11).

mod directive;
mod file;
mod no_effect;
#[cfg(test)]
mod tests;

pub use directive::SetError;
pub use file::{ConfError, ConfErrorKind};

use crate::protocol::glob;
use crate::protocol::{Acl, ArcStr, check_setting, literal};
use directive::{DIRECTIVES, Directive, Kind};
use no_effect::NO_EFFECT;
use std::collections::BTreeMap;

/// The port that a server listens on unless told otherwise.
pub const DEFAULT_PORT: u16 = 6379;

/// The configuration of one server: on disk as redis.conf, in memory as `CONFIG SET` left it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a directive")]
pub struct RedisConf {
    /// `port`; what the server listens on.
    pub port: u16,
    /// `replicaof`: whom it follows, as given.
    pub replicaof: Option<(ArcStr, u16)>,
    /// `replica-priority` (spec REPL-1): 100; 0 is never promoted.
    pub replica_priority: u32,
    /// `replica-announced` (spec REPL-2).
    pub replica_announced: bool,
    /// `replica-announce-ip` (spec REPL-3); empty where not set.
    pub replica_announce_ip: ArcStr,
    /// `replica-announce-port` (spec REPL-3); 0 where not set.
    pub replica_announce_port: u16,
    /// `repl-timeout`, seconds (spec REPL-4).
    pub repl_timeout: u32,
    /// `repl-ping-replica-period`, seconds (spec REPL-5).
    pub repl_ping_replica_period: u32,
    /// `repl-backlog-size`, bytes (spec REPL-6).
    pub repl_backlog_size: u64,
    /// `repl-backlog-ttl`, seconds; 0 keeps it for ever (spec REPL-6).
    pub repl_backlog_ttl: u32,
    /// `repl-diskless-sync` (spec REPL-7).
    pub repl_diskless_sync: bool,
    /// `repl-diskless-sync-delay`, seconds (spec REPL-7).
    pub repl_diskless_sync_delay: u32,
    /// `repl-diskless-sync-max-replicas`; 0 is no limit (spec REPL-7).
    pub repl_diskless_sync_max_replicas: u32,
    /// `replica-serve-stale-data` (spec REPL-8).
    pub replica_serve_stale_data: bool,
    /// `replica-read-only` (spec REPL-75).
    pub replica_read_only: bool,
    /// `min-replicas-to-write` (spec REPL-9); 0 is off.
    pub min_replicas_to_write: u32,
    /// `min-replicas-max-lag`, seconds (spec REPL-9); 0 is off.
    pub min_replicas_max_lag: u32,
    /// `user`: who may do what; `requirepass` is the password of its default user.
    pub acl: Acl,
    /// `requirepass`; empty where not set.
    pub requirepass: ArcStr,
    /// `masterauth`; empty where not set.
    pub masterauth: ArcStr,
    /// `masteruser`; empty where not set.
    pub masteruser: ArcStr,
    /// `busy-reply-threshold`, milliseconds (spec REPL-10); 0 never answers BUSY.
    pub busy_reply_threshold: u32,
    /// `shutdown-timeout`, seconds (spec REPL-51).
    pub shutdown_timeout: u32,
    /// `stop-writes-on-bgsave-error` (spec REPL-11).
    pub stop_writes_on_bgsave_error: bool,
    /// `save`: the save points, (seconds, changes).
    pub save: Vec<(u32, u32)>,
    /// `appendonly`
    pub appendonly: bool,
    /// `rdb-key-save-delay`, microseconds for each key; negative: so many keys in a microsecond.
    pub rdb_key_save_delay: i32,
    /// `key-load-delay`, microseconds for each key; negative: so many keys in a microsecond.
    pub key_load_delay: i32,
    /// `loading-process-events-interval-bytes`: after so many bytes of a dataset file clients are looked at.
    pub loading_interval: u32,
    /// `rename-command`: the new name by the old one, both in lower case; an empty one is no command.
    pub renames: BTreeMap<ArcStr, ArcStr>,
    /// Directives that Redis knows and that change nothing here, as written.
    pub others: BTreeMap<&'static str, ArcStr>,
}

impl Default for RedisConf {
    /// The defaults of Redis 7.0.
    fn default() -> Self {
        Self {
            port: DEFAULT_PORT,
            replicaof: None,
            replica_priority: 100,
            replica_announced: true,
            replica_announce_ip: literal!(""),
            replica_announce_port: 0,
            repl_timeout: 60,
            repl_ping_replica_period: 10,
            repl_backlog_size: 1 << 20,
            repl_backlog_ttl: 3600,
            repl_diskless_sync: true,
            repl_diskless_sync_delay: 5,
            repl_diskless_sync_max_replicas: 0,
            replica_serve_stale_data: true,
            replica_read_only: true,
            min_replicas_to_write: 0,
            min_replicas_max_lag: 10,
            acl: Acl::default(),
            requirepass: literal!(""),
            masterauth: literal!(""),
            masteruser: literal!(""),
            busy_reply_threshold: 5000,
            shutdown_timeout: 10,
            stop_writes_on_bgsave_error: true,
            save: vec![(3600, 1), (300, 100), (60, 10_000)],
            appendonly: false,
            rdb_key_save_delay: 0,
            key_load_delay: 0,
            loading_interval: 2 << 20,
            renames: BTreeMap::new(),
            others: BTreeMap::new(),
        }
    }
}

impl RedisConf {
    /// What `CONFIG GET` answers: names and values of the directives that match the glob pattern, under the
    /// name or alias that matched. What is no pattern is a name, and is shown as it was given.
    pub fn matching(&self, pattern: &str) -> Vec<(ArcStr, ArcStr)> {
        let given = ArcStr::from(pattern);
        let is_name = !pattern.bytes().any(|byte| b"*?[".contains(&byte));
        let pattern = pattern.to_ascii_lowercase();
        // Directives for debugging are found only by their full names.
        let hidden = ["rdb-key-save-delay", "key-load-delay", "loading-process-events-interval-bytes"];
        let shown = |name: &'static str| {
            if is_name {
                return (name == pattern).then(|| given.clone());
            }
            (glob::matches(&pattern, name) && !hidden.contains(&name)).then(|| name.into())
        };
        let mut found = Vec::new();
        for directive in DIRECTIVES {
            for name in directive.names().filter_map(shown) {
                found.push((name, directive.print(self)));
            }
        }
        for &(name, default, _) in NO_EFFECT {
            if let Some(shown) = shown(name) {
                found.push((shown, self.others.get(name).cloned().unwrap_or_else(|| default.into())));
            }
        }
        found
    }

    /// Whether `CONFIG SET` may set a directive.
    ///
    /// # Errors
    ///
    /// Where there is no such directive, or where it cannot be changed while the server runs.
    pub fn may_set(&self, name: &str) -> Result<(), SetError> {
        let mutable = match directive::find(name) {
            Some(directive) => Some(directive.mutable),
            None => directive::find_without_effect(name).map(|(_, mutable)| mutable),
        };
        match mutable {
            None => Err(SetError::Unknown),
            Some(false) => Err(SetError::Immutable),
            Some(true) if self.protects(name) => Err(SetError::Protected),
            Some(true) => Ok(()),
        }
    }

    /// Whether a directive says where files are written, which not even a client on the same host may change
    /// unless the file allows it.
    fn protects(&self, name: &str) -> bool {
        let allowed =
            self.others.get("enable-protected-configs").is_some_and(|who| !who.eq_ignore_ascii_case("no"));
        !allowed && ["dir", "dbfilename"].iter().any(|known| name.eq_ignore_ascii_case(known))
    }

    /// Sets one directive as `CONFIG SET` does.
    ///
    /// # Errors
    ///
    /// Where there is no such directive, where it cannot be changed while the server runs, or where the value
    /// is none.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), SetError> {
        self.may_set(name)?;
        if let Some(directive) = directive::find(name) {
            directive.set(self, &[value])?;
        } else if let Some((name, _)) = directive::find_without_effect(name) {
            check_setting(name, value)?;
            self.others.insert(name, value.into());
        }
        Ok(())
    }

    /// Whether min-replicas is in force (spec REPL-9).
    pub const fn min_replicas_active(&self) -> bool {
        self.min_replicas_to_write > 0 && self.min_replicas_max_lag > 0
    }
}
