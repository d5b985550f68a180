//! The directives that redis-server and redis-sentinel, one program under two names, take in a file, and what
//! their values must look like.
//!
//! What a directive does is its server's to know; this is what the program checks before anything runs.

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
}

/// What a directive's words must look like.
#[derive(Clone, Copy, Debug)]
enum Form {
    Flag,
    /// Lowest and highest value.
    Int(i64, i64),
    Octal,
    Memory,
    MemoryOrPercent,
    /// One of these.
    Choice(&'static str),
    /// One or more of these.
    Choices(&'static str),
    /// One word, whatever it is.
    Text,
    /// So many words.
    Words(usize),
    /// Any words, none too.
    Any,
    Save,
    Replicaof,
    BufferLimits,
}

use Form::{
    Any, BufferLimits, Choice, Choices, Flag, Int, Memory, MemoryOrPercent, Octal, Replicaof, Save, Text,
    Words,
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
    let found = FORMS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let (_, form) = found.ok_or(DirectiveError::Unknown)?;
    form.check(words)
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
                let number = |word: &&str| word.parse::<u32>().is_ok();
                fail_unless(words.len().is_multiple_of(2) && words.iter().all(number), E::Save)
            }
            (BufferLimits, words) => {
                fail_unless(!words.is_empty() && words.len().is_multiple_of(4), E::BufferLimits)
            }
            (Words(count), words) => fail_unless(words.len() == count, E::Arity),
            (Replicaof, [host, port]) => {
                let nobody = host.eq_ignore_ascii_case("no") && port.eq_ignore_ascii_case("one");
                fail_unless(nobody || port.parse::<u16>().is_ok(), E::MasterPort)
            }
            (Choices(choices), [_, ..]) => {
                fail_unless(words.iter().all(|word| is_one_of(word, choices)), E::NotAChoice(choices))
            }
            (Flag, [word]) => fail_unless(is_one_of(word, "yes, no"), E::NotAFlag),
            (Choice(choices), [word]) => fail_unless(is_one_of(word, choices), E::NotAChoice(choices)),
            (Octal, [word]) => fail_unless(i64::from_str_radix(word, 8).is_ok(), E::NotOctal),
            (Memory, [word]) => fail_unless(is_memory(word), E::NotMemory),
            (MemoryOrPercent, [word]) => {
                let percent = word.strip_suffix('%').is_some_and(|number| number.parse::<u32>().is_ok());
                fail_unless(percent || is_memory(word), E::NotMemoryOrPercent)
            }
            (Int(low, high), [word]) => {
                let value: i64 = word.parse().map_err(|_| E::NotAnInteger)?;
                fail_unless((low..=high).contains(&value), E::OutOfRange(low, high))
            }
            (
                Text | Flag | Choice(_) | Choices(_) | Octal | Memory | MemoryOrPercent | Int(..) | Replicaof,
                _,
            ) => Err(E::Arity),
        }
    }
}

/// A number of bytes, with a unit where one is given.
fn is_memory(word: &str) -> bool {
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let unit = word[digits..].to_ascii_lowercase();
    digits > 0 && matches!(unit.as_str(), "" | "b" | "k" | "kb" | "m" | "mb" | "g" | "gb")
}

/// Every directive of 7.0.15 under each of its names, with what it was found to refuse.
static FORMS: &[(&str, Form)] = &[
    ("acl-pubsub-default", Choice("allchannels, resetchannels")),
    ("aclfile", Text),
    ("acllog-max-len", Int(0, i64::MAX)),
    ("active-defrag-cycle-max", Int(1, 99)),
    ("active-defrag-cycle-min", Int(1, 99)),
    ("active-defrag-ignore-bytes", Memory),
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
    ("appenddirname", Text),
    ("appendfilename", Text),
    ("appendfsync", Choice("everysec, always, no")),
    ("appendonly", Flag),
    ("auto-aof-rewrite-min-size", Memory),
    ("auto-aof-rewrite-percentage", Int(0, INT_MAX)),
    ("bgsave_cpulist", Text),
    ("bind", Any),
    ("bind-source-addr", Text),
    ("bio_cpulist", Text),
    ("busy-reply-threshold", Int(0, i64::MAX)),
    ("client-output-buffer-limit", BufferLimits),
    ("client-query-buffer-limit", Memory),
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
    ("cluster-link-sendbuf-limit", Memory),
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
    ("dbfilename", Text),
    ("dir", Text),
    ("disable-thp", Flag),
    ("dynamic-hz", Flag),
    ("enable-debug-command", Choice("no, yes, local")),
    ("enable-module-command", Choice("no, yes, local")),
    ("enable-protected-configs", Choice("no, yes, local")),
    ("hash-max-listpack-entries", Int(0, i64::MAX)),
    ("hash-max-listpack-value", Memory),
    ("hash-max-ziplist-entries", Int(0, i64::MAX)),
    ("hash-max-ziplist-value", Memory),
    ("hll-sparse-max-bytes", Memory),
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
    ("logfile", Text),
    ("loglevel", Choice("debug, verbose, notice, warning")),
    ("lua-time-limit", Int(0, i64::MAX)),
    ("masterauth", Text),
    ("masteruser", Text),
    ("maxclients", Int(1, UINT_MAX)),
    ("maxmemory", Memory),
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
    ("proto-max-bulk-len", Memory),
    ("rdb-del-sync-files", Flag),
    ("rdb-key-save-delay", Int(INT_MIN, INT_MAX)),
    ("rdb-save-incremental-fsync", Flag),
    ("rdbchecksum", Flag),
    ("rdbcompression", Flag),
    ("repl-backlog-size", Memory),
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
    ("stream-node-max-bytes", Memory),
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
    ("zset-max-listpack-value", Memory),
    ("zset-max-ziplist-entries", Int(0, i64::MAX)),
    ("zset-max-ziplist-value", Memory),
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
            ("maxmemory 64mb  # small", "wrong number of arguments"),
            ("supervised systemdd", "argument(s) must be one of the following: upstart, systemd, auto, no"),
            ("save 1", "Invalid save parameters"),
            ("slaveof x", "wrong number of arguments"),
            ("client-output-buffer-limit a", "Wrong number of arguments in buffer limit configuration."),
            ("vm-enabled no", "Bad directive or wrong number of arguments"),
        ] {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            assert_eq!(check_directive(words[0], &words[1..]).unwrap_err().to_string(), message, "{line}");
        }
        for line in
            ["PORT 1", "maxmemory 16mb", "acllog-max-len 128", "masterauth x", "save", "bind", "hz 99999"]
        {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            assert_eq!(check_directive(words[0], &words[1..]), Ok(()), "{line}");
        }
    }
}
