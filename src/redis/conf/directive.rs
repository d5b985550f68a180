//! The table of directives.

use crate::protocol::{ArcStr, DirectiveError, check_directive, integer, memory};
use crate::redis::conf::{NO_EFFECT, RedisConf};

/// Why a value was refused, in Redis's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// There is no such directive.
    #[error("unknown directive")]
    Unknown,
    /// It cannot be changed while the server runs.
    #[error("can't set immutable config")]
    Immutable,
    /// It may only be changed where `enable-protected-configs` says so.
    #[error("can't set protected config")]
    Protected,
    /// Its value must look otherwise.
    #[error(transparent)]
    Value(#[from] DirectiveError),
}

/// One directive.
pub(super) struct Directive {
    pub(super) name: &'static str,
    alias: Option<&'static str>,
    /// Whether `CONFIG SET` may change it.
    pub(super) mutable: bool,
    pub(super) kind: Kind,
}

/// How a directive's value is read and written.
pub(super) enum Kind {
    Int { get: fn(&RedisConf) -> i64, set: fn(&mut RedisConf, i64) },
    Memory { get: fn(&RedisConf) -> u64, set: fn(&mut RedisConf, u64) },
    Flag { get: fn(&RedisConf) -> bool, set: fn(&mut RedisConf, bool) },
    Text { get: fn(&RedisConf) -> ArcStr, set: fn(&mut RedisConf, ArcStr) },
    Replicaof,
    Save,
}

macro_rules! directive {
    ($name:literal $(= $alias:literal)?, $mutable:literal, $kind:expr) => {
        Directive { name: $name, alias: directive!(@alias $($alias)?), mutable: $mutable, kind: $kind }
    };
    (@alias) => { None };
    (@alias $alias:literal) => { Some($alias) };
}

macro_rules! int {
    ($field:ident: $type:ty) => {
        Kind::Int {
            get: |c| c.$field as i64,
            // The few that may be larger than there is room for are as good as endless then.
            set: |c, v| c.$field = <$type>::try_from(v).unwrap_or(<$type>::MAX),
        }
    };
}

macro_rules! flag {
    ($field:ident) => {
        Kind::Flag { get: |c| c.$field, set: |c, v| c.$field = v }
    };
}

macro_rules! text {
    ($field:ident) => {
        Kind::Text { get: |c| c.$field.clone(), set: |c, v| c.$field = v }
    };
}

/// All directives with an effect, in the order in which they are written.
pub(super) static DIRECTIVES: &[Directive] = &[
    directive!("port", false, int!(port: u16)),
    directive!("replicaof" = "slaveof", false, Kind::Replicaof),
    directive!("replica-priority" = "slave-priority", true, int!(replica_priority: u32)),
    directive!("replica-announced", true, flag!(replica_announced)),
    directive!("replica-announce-ip" = "slave-announce-ip", true, text!(replica_announce_ip)),
    directive!("replica-announce-port" = "slave-announce-port", true, int!(replica_announce_port: u16)),
    directive!("repl-timeout", true, int!(repl_timeout: u32)),
    directive!(
        "repl-ping-replica-period" = "repl-ping-slave-period",
        true,
        int!(repl_ping_replica_period: u32)
    ),
    directive!(
        "repl-backlog-size",
        true,
        Kind::Memory {
            get: |c| c.repl_backlog_size,
            // A smaller one is raised to the size of one block.
            set: |c, v| c.repl_backlog_size = v.max(16 << 10),
        }
    ),
    directive!("repl-backlog-ttl", true, int!(repl_backlog_ttl: u32)),
    directive!("repl-diskless-sync", true, flag!(repl_diskless_sync)),
    directive!("repl-diskless-sync-delay", true, int!(repl_diskless_sync_delay: u32)),
    directive!("repl-diskless-sync-max-replicas", true, int!(repl_diskless_sync_max_replicas: u32)),
    directive!("replica-serve-stale-data" = "slave-serve-stale-data", true, flag!(replica_serve_stale_data)),
    directive!("replica-read-only" = "slave-read-only", true, flag!(replica_read_only)),
    directive!("min-replicas-to-write" = "min-slaves-to-write", true, int!(min_replicas_to_write: u32)),
    directive!("min-replicas-max-lag" = "min-slaves-max-lag", true, int!(min_replicas_max_lag: u32)),
    directive!(
        "requirepass",
        true,
        Kind::Text {
            get: |c| c.requirepass.clone(),
            set: |c, v| {
                c.acl.set_default_password(&v);
                c.requirepass = v;
            },
        }
    ),
    directive!("masterauth", true, text!(masterauth)),
    directive!("masteruser", true, text!(masteruser)),
    directive!("busy-reply-threshold" = "lua-time-limit", true, int!(busy_reply_threshold: u32)),
    directive!("shutdown-timeout", true, int!(shutdown_timeout: u32)),
    directive!("stop-writes-on-bgsave-error", true, flag!(stop_writes_on_bgsave_error)),
    directive!("save", true, Kind::Save),
    directive!("appendonly", true, flag!(appendonly)),
    directive!("rdb-key-save-delay", true, int!(rdb_key_save_delay: i32)),
    directive!("key-load-delay", true, int!(key_load_delay: i32)),
    directive!("loading-process-events-interval-bytes", true, int!(loading_interval: u32)),
];

/// The directive of that name or alias.
pub(super) fn find(name: &str) -> Option<&'static Directive> {
    DIRECTIVES.iter().find(|directive| directive.names().any(|known| known.eq_ignore_ascii_case(name)))
}

/// The directive without effect of that name, and whether it can be changed while the server runs.
pub(super) fn find_without_effect(name: &str) -> Option<(&'static str, bool)> {
    let found = NO_EFFECT.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
    found.map(|&(name, _, mutable)| (name, mutable))
}

impl Directive {
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.alias)
    }

    /// Reads the value from the words after the name.
    pub(super) fn set(&self, conf: &mut RedisConf, words: &[&str]) -> Result<(), DirectiveError> {
        check_directive(self.name, words)?;
        let word = words.first().copied().unwrap_or_default();
        match &self.kind {
            Kind::Int { set, .. } => set(conf, integer(word).unwrap_or_default()),
            Kind::Memory { set, .. } => set(conf, memory(word).unwrap_or_default()),
            Kind::Flag { set, .. } => set(conf, word.eq_ignore_ascii_case("yes")),
            Kind::Text { set, .. } => set(conf, word.into()),
            Kind::Replicaof => conf.replicaof = replicaof(words),
            Kind::Save => conf.save = save_points(words),
        }
        Ok(())
    }

    /// The value as `CONFIG GET` gives it.
    pub(super) fn print(&self, conf: &RedisConf) -> ArcStr {
        match &self.kind {
            Kind::Int { get, .. } => arcstr::format!("{}", get(conf)),
            Kind::Memory { get, .. } => arcstr::format!("{}", get(conf)),
            Kind::Flag { get, .. } => if get(conf) { "yes" } else { "no" }.into(),
            Kind::Text { get, .. } => get(conf),
            Kind::Replicaof => {
                conf.replicaof.as_ref().map_or(ArcStr::new(), |(host, port)| arcstr::format!("{host} {port}"))
            }
            Kind::Save => {
                let points: Vec<String> =
                    conf.save.iter().map(|(s, changes)| format!("{s} {changes}")).collect();
                points.join(" ").into()
            }
        }
    }
}

/// Whom `replicaof` names, in words that were checked; nobody by `no one`.
fn replicaof(words: &[&str]) -> Option<(ArcStr, u16)> {
    let (host, port) = (words.first()?, words.get(1)?);
    Some(((*host).into(), port.parse().ok()?))
}

/// The save points of words that were checked.
fn save_points(words: &[&str]) -> Vec<(u32, u32)> {
    let words: Vec<&str> = words.iter().flat_map(|word| word.split_ascii_whitespace()).collect();
    let number = |word: &str| word.parse().unwrap_or_default();
    words.chunks_exact(2).map(|pair| (number(pair[0]), number(pair[1]))).collect()
}
