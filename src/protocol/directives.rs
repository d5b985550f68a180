//! The directives that redis-server and redis-sentinel, one program under two names, take in a file, and what
//! their values must look like.
//!
//! What a directive does is its server's to know; this is what the program checks before anything runs.

use crate::protocol::{integer, quoted};

/// Why a directive's value is refused, in Redis's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DirectiveError {
    /// There is no such directive.
    #[error("Bad directive or wrong number of arguments")]
    Unknown,
    /// Too few words, or too many.
    #[error("wrong number of arguments")]
    Arity,
    /// Not a number.
    #[error("argument couldn't be parsed into an integer")]
    NotAnInteger,
    /// Not a number of base 8.
    #[error("argument couldn't be parsed as an octal number")]
    NotOctal,
    /// A number out of range.
    #[error("argument must be between {0} and {1} inclusive")]
    OutOfRange(i64, i64),
    /// Neither `yes` nor `no`.
    #[error("argument must be 'yes' or 'no'")]
    NotAFlag,
    /// A word that is none of the choices.
    #[error("argument(s) must be one of the following: {0}")]
    NotAChoice(&'static str),
    /// Not a number of bytes.
    #[error("argument must be a memory value")]
    NotMemory,
    /// Neither a number of bytes nor a percentage.
    #[error("argument must be a memory or percent value")]
    NotMemoryOrPercent,
    /// Save points that are none.
    #[error("Invalid save parameters")]
    Save,
    /// A port that is none.
    #[error("Invalid master port")]
    MasterPort,
    /// Not four words a class of clients.
    #[error("Wrong number of arguments in buffer limit configuration.")]
    BufferLimits,
    /// No class of clients.
    #[error("Invalid client class specified in buffer limit configuration.")]
    BufferClass,
    /// Limits that are none.
    #[error("Error in hard, soft or soft_seconds setting in buffer limit configuration.")]
    BufferSizes,
    /// A path where the name of a file is wanted.
    #[error("{0} can't be a path, just a {1}")]
    Path(&'static str, &'static str),
}

/// What a directive's words must look like.
#[derive(Clone, Copy, Debug)]
enum Form {
    Flag,
    /// Lowest and highest value.
    Int(i64, i64),
    Octal,
    /// Bytes, so many at least. Those without a least are unsigned and take any.
    Memory(Option<i64>),
    MemoryOrPercent,
    /// One of these.
    Choice(&'static str),
    /// One or more of these.
    Choices(&'static str),
    /// One word, whatever it is.
    Text,
    /// The name of a file or a directory without a path.
    Name(&'static str, &'static str),
    /// So many words.
    Words(usize),
    /// Any words, none too.
    Any,
    Save,
    Replicaof,
    BufferLimits,
}

use Form::{
    Any, BufferLimits, Choice, Choices, Flag, Int, Memory, MemoryOrPercent, Name, Octal, Replicaof, Save,
    Text, Words,
};

const INT_MIN: i64 = i32::MIN as i64;
const INT_MAX: i64 = i32::MAX as i64;
const UINT_MAX: i64 = u32::MAX as i64;

/// Checks a line of a file, given as a directive's name and the words after it. `include`, `user`,
/// `rename-command`, `loadmodule` and `sentinel` are not among them: they are the reader's own to handle.
///
/// # Errors
///
/// As redis-sentinel 7.0.15 refuses the line.
pub fn check_directive(name: &str, words: &[&str]) -> Result<(), DirectiveError> {
    form(name)?.check(words)
}

/// Checks a value that a directive is to have by `CONFIG SET`: several words come in one.
///
/// # Errors
///
/// As redis-server 7.0.15 refuses the value.
pub fn check_setting(name: &str, value: &str) -> Result<(), DirectiveError> {
    let form = form(name)?;
    if matches!(form, Any | BufferLimits | Choices(_) | Words(_)) {
        return form.check(&value.split(' ').collect::<Vec<_>>());
    }
    form.check(&[value])
}

/// A line that was accepted as `CONFIG REWRITE` writes it again: texts in quotes, words in lower case, sizes in
/// the largest unit that they are a whole number of.
pub fn rewritten_directive(name: &str, words: &[&str]) -> String {
    let value = match (form(name), words) {
        (Ok(Text | Name(..)), [text]) => quoted(text),
        (Ok(Flag | Choice(_)), [word]) => word.to_ascii_lowercase(),
        (Ok(Memory(_)), [word]) => {
            let bytes = memory(word).unwrap_or_default();
            let unit = ["gb", "mb", "kb"].into_iter().zip([30, 20, 10]);
            let whole = unit.into_iter().find(|(_, shift)| bytes > 0 && bytes.trailing_zeros() >= *shift);
            whole.map_or(bytes.to_string(), |(unit, shift)| format!("{}{unit}", bytes >> shift))
        }
        _ => words.join(" "),
    };
    format!("{} {value}", name.to_ascii_lowercase())
}

fn form(name: &str) -> Result<Form, DirectiveError> {
    let found = FORMS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, form)| *form).ok_or(DirectiveError::Unknown)
}

impl Form {
    fn check(self, words: &[&str]) -> Result<(), DirectiveError> {
        use DirectiveError as E;
        let is_one_of =
            |word: &str, choices: &str| choices.split(", ").any(|one| one.eq_ignore_ascii_case(word));
        let fail_unless = |is_right, error| if is_right { Ok(()) } else { Err(error) };
        match (self, words) {
            (Any, _) | (Text, [_]) => Ok(()),
            (Save, words) => {
                let words: Vec<&str> = words.iter().flat_map(|word| word.split_ascii_whitespace()).collect();
                let is_point = |pair: &[&str]| {
                    let number = |word: &str| integer(word).filter(|n| (0..=INT_MAX).contains(n));
                    matches!(pair, [seconds, changes] if number(seconds) > Some(0) && number(changes).is_some())
                };
                fail_unless(words.chunks(2).all(is_point), E::Save)
            }
            (BufferLimits, words) => {
                fail_unless(!words.is_empty() && words.len().is_multiple_of(4), E::BufferLimits)?;
                words.chunks(4).try_for_each(|limits| {
                    fail_unless(is_one_of(limits[0], "normal, slave, replica, pubsub"), E::BufferClass)?;
                    let seconds = integer(limits[3]).is_some_and(|seconds| (0..=INT_MAX).contains(&seconds));
                    let sizes = memory(limits[1]).is_some() && memory(limits[2]).is_some();
                    fail_unless(sizes && seconds, E::BufferSizes)
                })
            }
            (Words(count), words) => fail_unless(words.len() == count, E::Arity),
            (Replicaof, [host, port]) => {
                let nobody = host.eq_ignore_ascii_case("no") && port.eq_ignore_ascii_case("one");
                fail_unless(nobody || is_port(port), E::MasterPort)
            }
            (Choices(choices), [_, ..]) => {
                fail_unless(words.iter().all(|word| is_one_of(word, choices)), E::NotAChoice(choices))
            }
            (Flag, [word]) => fail_unless(is_one_of(word, "yes, no"), E::NotAFlag),
            (Choice(choices), [word]) => fail_unless(is_one_of(word, choices), E::NotAChoice(choices)),
            (Octal, [word]) => fail_unless(i64::from_str_radix(word, 8).is_ok(), E::NotOctal),
            (Memory(least), [word]) => {
                let bytes = memory(word).ok_or(E::NotMemory)? as i64;
                least.map_or(Ok(()), |least| fail_unless(bytes >= least, E::OutOfRange(least, i64::MAX)))
            }
            (Name(name, what), [word]) => fail_unless(!word.contains('/'), E::Path(name, what)),
            (MemoryOrPercent, [word]) => {
                let percent = word.strip_suffix('%').is_some_and(|number| number.parse::<u32>().is_ok());
                fail_unless(percent || memory(word).is_some(), E::NotMemoryOrPercent)
            }
            (Int(low, high), [word]) => {
                let value = integer(word).ok_or(E::NotAnInteger)?;
                fail_unless((low..=high).contains(&value), E::OutOfRange(low, high))
            }
            (
                Text | Name(..) | Flag | Choice(_) | Choices(_) | Octal | Memory(_) | MemoryOrPercent
                | Int(..) | Replicaof,
                _,
            ) => Err(E::Arity),
        }
    }
}

/// A port in 0..65535 (spec CONF-21).
fn is_port(word: &str) -> bool {
    integer(word).is_some_and(|port| (0..=65535).contains(&port))
}

/// A number of bytes, with a unit where one is given: `k` is a thousand, `kb` 1024, and so on. None at all is 0,
/// one that is too large the largest.
pub fn memory(word: &str) -> Option<u64> {
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = word.split_at(digits);
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" => 1000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => return None,
    };
    let number = if number.is_empty() { 0 } else { number.parse().unwrap_or(u64::MAX) };
    Some(number.saturating_mul(factor))
}

/// Every directive of 7.0.15 under each of its names, with what it was found to refuse.
static FORMS: &[(&str, Form)] = &[
    ("acl-pubsub-default", Choice("allchannels, resetchannels")),
    ("aclfile", Text),
    ("acllog-max-len", Int(0, i64::MAX)),
    ("active-defrag-cycle-max", Int(1, 99)),
    ("active-defrag-cycle-min", Int(1, 99)),
    ("active-defrag-ignore-bytes", Memory(Some(1))),
    ("active-defrag-max-scan-fields", Int(1, i64::MAX)),
    ("active-defrag-threshold-lower", Int(0, 1000)),
    ("active-defrag-threshold-upper", Int(0, 1000)),
    ("active-expire-effort", Int(1, 10)),
    ("activedefrag", Flag),
    ("activerehashing", Flag),
    ("always-show-logo", Flag),
    ("aof-disable-auto-gc", Flag),
    ("aof-load-truncated", Flag),
    ("aof-rewrite-incremental-fsync", Flag),
    ("aof-timestamp-enabled", Flag),
    ("aof-use-rdb-preamble", Flag),
    ("aof_rewrite_cpulist", Text),
    ("appenddirname", Name("appenddirname", "dirname")),
    ("appendfilename", Name("appendfilename", "filename")),
    ("appendfsync", Choice("everysec, always, no")),
    ("appendonly", Flag),
    ("auto-aof-rewrite-min-size", Memory(Some(0))),
    ("auto-aof-rewrite-percentage", Int(0, INT_MAX)),
    ("bgsave_cpulist", Text),
    ("bind", Any),
    ("bind-source-addr", Text),
    ("bio_cpulist", Text),
    ("busy-reply-threshold", Int(0, i64::MAX)),
    ("client-output-buffer-limit", BufferLimits),
    ("client-query-buffer-limit", Memory(Some(1 << 20))),
    ("cluster-allow-pubsubshard-when-down", Flag),
    ("cluster-allow-reads-when-down", Flag),
    ("cluster-allow-replica-migration", Flag),
    ("cluster-announce-bus-port", Int(0, 65535)),
    ("cluster-announce-hostname", Text),
    ("cluster-announce-ip", Text),
    ("cluster-announce-port", Int(0, 65535)),
    ("cluster-announce-tls-port", Int(0, 65535)),
    ("cluster-config-file", Text),
    ("cluster-enabled", Flag),
    ("cluster-link-sendbuf-limit", Memory(None)),
    ("cluster-migration-barrier", Int(0, INT_MAX)),
    ("cluster-node-timeout", Int(0, i64::MAX)),
    ("cluster-port", Int(0, 65535)),
    ("cluster-preferred-endpoint-type", Choice("ip, hostname, unknown-endpoint")),
    ("cluster-replica-no-failover", Flag),
    ("cluster-replica-validity-factor", Int(0, INT_MAX)),
    ("cluster-require-full-coverage", Flag),
    ("cluster-slave-no-failover", Flag),
    ("cluster-slave-validity-factor", Int(0, INT_MAX)),
    ("crash-log-enabled", Flag),
    ("crash-memcheck-enabled", Flag),
    ("daemonize", Flag),
    ("databases", Int(1, INT_MAX)),
    ("dbfilename", Name("dbfilename", "filename")),
    ("dir", Text),
    ("disable-thp", Flag),
    ("dynamic-hz", Flag),
    ("enable-debug-command", Choice("no, yes, local")),
    ("enable-module-command", Choice("no, yes, local")),
    ("enable-protected-configs", Choice("no, yes, local")),
    ("hash-max-listpack-entries", Int(0, i64::MAX)),
    ("hash-max-listpack-value", Memory(Some(0))),
    ("hash-max-ziplist-entries", Int(0, i64::MAX)),
    ("hash-max-ziplist-value", Memory(Some(0))),
    ("hll-sparse-max-bytes", Memory(Some(0))),
    ("hz", Int(0, INT_MAX)),
    ("ignore-warnings", Text),
    ("io-threads", Int(1, 128)),
    ("io-threads-do-reads", Flag),
    ("jemalloc-bg-thread", Flag),
    ("key-load-delay", Int(INT_MIN, INT_MAX)),
    ("latency-monitor-threshold", Int(0, i64::MAX)),
    ("latency-tracking", Flag),
    ("latency-tracking-info-percentiles", Any),
    ("lazyfree-lazy-eviction", Flag),
    ("lazyfree-lazy-expire", Flag),
    ("lazyfree-lazy-server-del", Flag),
    ("lazyfree-lazy-user-del", Flag),
    ("lazyfree-lazy-user-flush", Flag),
    ("lfu-decay-time", Int(0, INT_MAX)),
    ("lfu-log-factor", Int(0, INT_MAX)),
    ("list-compress-depth", Int(0, INT_MAX)),
    ("list-max-listpack-size", Int(INT_MIN, INT_MAX)),
    ("list-max-ziplist-size", Int(INT_MIN, INT_MAX)),
    ("loading-process-events-interval-bytes", Int(1024, INT_MAX)),
    ("logfile", Text),
    ("loglevel", Choice("debug, verbose, notice, warning")),
    ("lua-time-limit", Int(0, i64::MAX)),
    ("masterauth", Text),
    ("masteruser", Text),
    ("maxclients", Int(1, UINT_MAX)),
    ("maxmemory", Memory(None)),
    ("maxmemory-clients", MemoryOrPercent),
    ("maxmemory-eviction-tenacity", Int(0, 100)),
    (
        "maxmemory-policy",
        Choice(
            "volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction",
        ),
    ),
    ("maxmemory-samples", Int(1, INT_MAX)),
    ("min-replicas-max-lag", Int(0, INT_MAX)),
    ("min-replicas-to-write", Int(0, INT_MAX)),
    ("min-slaves-max-lag", Int(0, INT_MAX)),
    ("min-slaves-to-write", Int(0, INT_MAX)),
    ("no-appendfsync-on-rewrite", Flag),
    ("notify-keyspace-events", Text),
    ("oom-score-adj", Choice("no, yes, relative, absolute")),
    ("oom-score-adj-values", Words(3)),
    ("pidfile", Text),
    ("port", Int(0, 65535)),
    ("proc-title-template", Text),
    ("propagation-error-behavior", Choice("ignore, panic, panic-on-replicas")),
    ("protected-mode", Flag),
    ("proto-max-bulk-len", Memory(Some(1 << 20))),
    ("rdb-del-sync-files", Flag),
    ("rdb-key-save-delay", Int(INT_MIN, INT_MAX)),
    ("rdb-save-incremental-fsync", Flag),
    ("rdbchecksum", Flag),
    ("rdbcompression", Flag),
    ("repl-backlog-size", Memory(Some(1))),
    ("repl-backlog-ttl", Int(0, i64::MAX)),
    ("repl-disable-tcp-nodelay", Flag),
    ("repl-diskless-load", Choice("disabled, on-empty-db, swapdb")),
    ("repl-diskless-sync", Flag),
    ("repl-diskless-sync-delay", Int(0, INT_MAX)),
    ("repl-diskless-sync-max-replicas", Int(0, INT_MAX)),
    ("repl-ping-replica-period", Int(1, INT_MAX)),
    ("repl-ping-slave-period", Int(1, INT_MAX)),
    ("repl-timeout", Int(1, INT_MAX)),
    ("replica-announce-ip", Text),
    ("replica-announce-port", Int(0, 65535)),
    ("replica-announced", Flag),
    ("replica-ignore-disk-write-errors", Flag),
    ("replica-ignore-maxmemory", Flag),
    ("replica-lazy-flush", Flag),
    ("replica-priority", Int(0, INT_MAX)),
    ("replica-read-only", Flag),
    ("replica-serve-stale-data", Flag),
    ("replicaof", Replicaof),
    ("requirepass", Text),
    ("sanitize-dump-payload", Choice("no, yes, clients")),
    ("save", Save),
    ("server_cpulist", Text),
    ("set-max-intset-entries", Int(0, i64::MAX)),
    ("set-proc-title", Flag),
    ("shutdown-on-sigint", Choices("default, save, nosave, now, force")),
    ("shutdown-on-sigterm", Choices("default, save, nosave, now, force")),
    ("shutdown-timeout", Int(0, INT_MAX)),
    ("slave-announce-ip", Text),
    ("slave-announce-port", Int(0, 65535)),
    ("slave-ignore-maxmemory", Flag),
    ("slave-lazy-flush", Flag),
    ("slave-priority", Int(0, INT_MAX)),
    ("slave-read-only", Flag),
    ("slave-serve-stale-data", Flag),
    ("slaveof", Replicaof),
    ("slowlog-log-slower-than", Int(-1, i64::MAX)),
    ("slowlog-max-len", Int(0, i64::MAX)),
    ("socket-mark-id", Int(0, UINT_MAX)),
    ("stop-writes-on-bgsave-error", Flag),
    ("stream-node-max-bytes", Memory(Some(0))),
    ("stream-node-max-entries", Int(0, i64::MAX)),
    ("supervised", Choice("upstart, systemd, auto, no")),
    ("syslog-enabled", Flag),
    ("syslog-facility", Choice("user, local0, local1, local2, local3, local4, local5, local6, local7")),
    ("syslog-ident", Text),
    ("tcp-backlog", Int(0, INT_MAX)),
    ("tcp-keepalive", Int(0, INT_MAX)),
    ("timeout", Int(0, INT_MAX)),
    ("tls-auth-clients", Choice("no, yes, optional")),
    ("tls-ca-cert-dir", Text),
    ("tls-ca-cert-file", Text),
    ("tls-cert-file", Text),
    ("tls-ciphers", Text),
    ("tls-ciphersuites", Text),
    ("tls-client-cert-file", Text),
    ("tls-client-key-file", Text),
    ("tls-client-key-file-pass", Text),
    ("tls-cluster", Flag),
    ("tls-dh-params-file", Text),
    ("tls-key-file", Text),
    ("tls-key-file-pass", Text),
    ("tls-port", Int(0, 65535)),
    ("tls-prefer-server-ciphers", Flag),
    ("tls-protocols", Text),
    ("tls-replication", Flag),
    ("tls-session-cache-size", Int(0, INT_MAX)),
    ("tls-session-cache-timeout", Int(0, INT_MAX)),
    ("tls-session-caching", Flag),
    ("tracking-table-max-keys", Int(0, i64::MAX)),
    ("unixsocket", Text),
    ("unixsocketperm", Octal),
    ("zset-max-listpack-entries", Int(0, i64::MAX)),
    ("zset-max-listpack-value", Memory(Some(0))),
    ("zset-max-ziplist-entries", Int(0, i64::MAX)),
    ("zset-max-ziplist-value", Memory(Some(0))),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// CONF-2, CONF-14: each answer was taken from a redis-sentinel 7.0.15 that refused to start.
    #[test]
    fn values_are_refused_in_the_words_of_redis() {
        for (line, message) in [
            ("foo bar", "Bad directive or wrong number of arguments"),
            ("protected-mode: no", "Bad directive or wrong number of arguments"),
            ("port", "wrong number of arguments"),
            ("port 26379 # comment", "wrong number of arguments"),
            ("port 99999", "argument must be between 0 and 65535 inclusive"),
            ("port pt_port", "argument couldn't be parsed into an integer"),
            ("loglevel x", "argument(s) must be one of the following: debug, verbose, notice, warning"),
            ("daemonize maybe", "argument must be 'yes' or 'no'"),
            ("maxmemory 16xx", "argument must be a memory value"),
            ("maxmemory 1tb", "argument must be a memory value"),
            ("repl-backlog-size 0", "argument must be between 1 and 9223372036854775807 inclusive"),
            (
                "proto-max-bulk-len 99999999999999999999",
                "argument must be between 1048576 and 9223372036854775807 inclusive",
            ),
            ("timeout +1", "argument couldn't be parsed into an integer"),
            ("hz 01", "argument couldn't be parsed into an integer"),
            ("maxmemory 64mb  # small", "wrong number of arguments"),
            ("supervised systemdd", "argument(s) must be one of the following: upstart, systemd, auto, no"),
            ("save 1", "Invalid save parameters"),
            ("save 0 1", "Invalid save parameters"),
            ("dbfilename a/b", "dbfilename can't be a path, just a filename"),
            ("slaveof x", "wrong number of arguments"),
            ("client-output-buffer-limit a", "Wrong number of arguments in buffer limit configuration."),
            (
                "client-output-buffer-limit master 0 0 0",
                "Invalid client class specified in buffer limit configuration.",
            ),
            (
                "client-output-buffer-limit normal 0 0 -1",
                "Error in hard, soft or soft_seconds setting in buffer limit configuration.",
            ),
            ("vm-enabled no", "Bad directive or wrong number of arguments"),
        ] {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            assert_eq!(check_directive(words[0], &words[1..]).unwrap_err().to_string(), message, "{line}");
        }
        for line in [
            "PORT 1",
            "maxmemory 16mb",
            "maxmemory 99999999999999999999",
            "client-output-buffer-limit Replica 1mb 1 0",
            "acllog-max-len 128",
            "masterauth x",
            "save",
            "bind",
            "hz 99999",
        ] {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            assert_eq!(check_directive(words[0], &words[1..]), Ok(()), "{line}");
        }
    }
}
