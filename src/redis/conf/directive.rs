//! The table of directives.

use crate::protocol::ArcStr;
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
    /// Too few words, or too many.
    #[error("wrong number of arguments")]
    Arity,
    /// Not a number.
    #[error("argument couldn't be parsed into an integer")]
    NotAnInteger,
    /// A number out of range.
    #[error("argument must be between {min} and {max} inclusive")]
    OutOfRange {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// Neither `yes` nor `no`.
    #[error("argument must be 'yes' or 'no'")]
    NotAFlag,
    /// Not a number of bytes.
    #[error("argument must be a memory value")]
    NotMemory,
    /// A `replicaof` with a bad port.
    #[error("Invalid master port")]
    MasterPort,
    /// Save points that are none.
    #[error("Invalid save parameters")]
    Save,
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
    Int { min: i64, max: i64, get: fn(&RedisConf) -> i64, set: fn(&mut RedisConf, i64) },
    Memory { get: fn(&RedisConf) -> u64, set: fn(&mut RedisConf, u64) },
    Flag { get: fn(&RedisConf) -> bool, set: fn(&mut RedisConf, bool) },
    Text { get: fn(&RedisConf) -> ArcStr, set: fn(&mut RedisConf, ArcStr) },
    Replicaof,
    Save,
}

const INT_MAX: i64 = i32::MAX as i64;

macro_rules! directive {
    ($name:literal $(= $alias:literal)?, $mutable:literal, $kind:expr) => {
        Directive { name: $name, alias: directive!(@alias $($alias)?), mutable: $mutable, kind: $kind }
    };
    (@alias) => { None };
    (@alias $alias:literal) => { Some($alias) };
}

macro_rules! int {
    ($field:ident: $type:ty, $min:expr, $max:expr) => {
        Kind::Int { min: $min, max: $max, get: |c| c.$field as i64, set: |c, v| c.$field = v as $type }
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
    directive!("port", false, int!(port: u16, 0, 65535)),
    directive!("replicaof" = "slaveof", false, Kind::Replicaof),
    directive!("replica-priority" = "slave-priority", true, int!(replica_priority: u32, 0, INT_MAX)),
    directive!("replica-announced", true, flag!(replica_announced)),
    directive!("replica-announce-ip" = "slave-announce-ip", true, text!(replica_announce_ip)),
    directive!(
        "replica-announce-port" = "slave-announce-port",
        true,
        int!(replica_announce_port: u16, 0, 65535)
    ),
    directive!("repl-timeout", true, int!(repl_timeout: u32, 1, INT_MAX)),
    directive!(
        "repl-ping-replica-period" = "repl-ping-slave-period",
        true,
        int!(repl_ping_replica_period: u32, 1, INT_MAX)
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
    directive!("repl-backlog-ttl", true, int!(repl_backlog_ttl: u32, 0, INT_MAX)),
    directive!("repl-diskless-sync", true, flag!(repl_diskless_sync)),
    directive!("repl-diskless-sync-delay", true, int!(repl_diskless_sync_delay: u32, 0, INT_MAX)),
    directive!(
        "repl-diskless-sync-max-replicas",
        true,
        int!(repl_diskless_sync_max_replicas: u32, 0, INT_MAX)
    ),
    directive!("replica-serve-stale-data" = "slave-serve-stale-data", true, flag!(replica_serve_stale_data)),
    directive!("replica-read-only" = "slave-read-only", true, flag!(replica_read_only)),
    directive!(
        "min-replicas-to-write" = "min-slaves-to-write",
        true,
        int!(min_replicas_to_write: u32, 0, INT_MAX)
    ),
    directive!(
        "min-replicas-max-lag" = "min-slaves-max-lag",
        true,
        int!(min_replicas_max_lag: u32, 0, INT_MAX)
    ),
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
    directive!("busy-reply-threshold" = "lua-time-limit", true, int!(busy_reply_threshold: u32, 0, INT_MAX)),
    directive!("shutdown-timeout", true, int!(shutdown_timeout: u32, 0, INT_MAX)),
    directive!("stop-writes-on-bgsave-error", true, flag!(stop_writes_on_bgsave_error)),
    directive!("save", true, Kind::Save),
    directive!("appendonly", true, flag!(appendonly)),
    directive!("rdb-key-save-delay", true, int!(rdb_key_save_delay: i32, i32::MIN as i64, INT_MAX)),
    directive!("key-load-delay", true, int!(key_load_delay: i32, i32::MIN as i64, INT_MAX)),
    directive!("loading-process-events-interval-bytes", true, int!(loading_interval: u32, 1024, INT_MAX)),
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
    pub(super) fn set(&self, conf: &mut RedisConf, words: &[&str]) -> Result<(), SetError> {
        match (&self.kind, words) {
            (Kind::Int { min, max, set, .. }, [word]) => {
                let value = word.parse().map_err(|_| SetError::NotAnInteger)?;
                if value < *min || value > *max {
                    return Err(SetError::OutOfRange { min: *min, max: *max });
                }
                set(conf, value);
            }
            (Kind::Memory { set, .. }, [word]) => set(conf, memory(word).ok_or(SetError::NotMemory)?),
            (Kind::Flag { set, .. }, [word]) => set(conf, flag(word)?),
            (Kind::Text { set, .. }, [word]) => set(conf, (*word).into()),
            (Kind::Replicaof, [host, port]) => conf.replicaof = replicaof(host, port)?,
            (Kind::Save, words) => conf.save = save_points(words)?,
            _ => return Err(SetError::Arity),
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

fn flag(word: &str) -> Result<bool, SetError> {
    match word.to_ascii_lowercase().as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(SetError::NotAFlag),
    }
}

fn replicaof(host: &str, port: &str) -> Result<Option<(ArcStr, u16)>, SetError> {
    if host.eq_ignore_ascii_case("no") && port.eq_ignore_ascii_case("one") {
        return Ok(None);
    }
    Ok(Some((host.into(), port.parse().map_err(|_| SetError::MasterPort)?)))
}

fn save_points(words: &[&str]) -> Result<Vec<(u32, u32)>, SetError> {
    let words: Vec<&str> = words.iter().flat_map(|word| word.split_ascii_whitespace()).collect();
    let number = |word: &str| word.parse::<u32>().map_err(|_| SetError::Save);
    let mut points = Vec::new();
    for pair in words.chunks(2) {
        let [seconds, changes] = pair else { return Err(SetError::Save) };
        let (seconds, changes) = (number(seconds)?, number(changes)?);
        if seconds == 0 {
            return Err(SetError::Save);
        }
        points.push((seconds, changes));
    }
    Ok(points)
}

/// A number of bytes, with a unit where one is given: `k` is a thousand, `kb` 1024, and so on.
fn memory(word: &str) -> Option<u64> {
    let word = word.to_ascii_lowercase();
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = word.split_at(digits);
    let factor: u64 = match unit {
        "" | "b" => 1,
        "k" => 1000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}
