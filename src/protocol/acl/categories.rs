//! The categories of commands, as `ACL CAT` of Redis 7.0.15 lists them, for the commands that are simulated.

/// All categories, in the order in which ACL CAT gives them.
pub(super) const CATEGORIES: &[&str] = &[
    "keyspace",
    "read",
    "write",
    "set",
    "sortedset",
    "list",
    "hash",
    "string",
    "bitmap",
    "hyperloglog",
    "geo",
    "stream",
    "pubsub",
    "admin",
    "fast",
    "slow",
    "blocking",
    "dangerous",
    "connection",
    "transaction",
    "scripting",
];

/// Whether there is such a category.
pub(super) fn is_category(name: &str) -> bool {
    name == "all" || CATEGORIES.contains(&name)
}

/// The categories of a command, given by its full name.
pub(super) fn of(name: &str) -> &'static [&'static str] {
    match name {
        "ping" | "auth" | "hello" | "echo" | "select" | "quit" | "reset" => &["fast", "connection"],
        "publish" => &["pubsub", "fast"],
        "subscribe" | "psubscribe" | "unsubscribe" | "punsubscribe" => &["pubsub", "slow"],
        "info" => &["slow", "dangerous"],
        "role" | "lastsave" => &["admin", "fast", "dangerous"],
        "multi" | "discard" | "watch" | "unwatch" => &["fast", "transaction"],
        "exec" => &["slow", "transaction"],
        "time" => &["fast"],
        "wait" | "command" => &["slow", "connection"],
        "eval" => &["slow", "scripting"],
        "get" | "strlen" | "mget" => &["read", "string", "fast"],
        "set" | "mset" => &["write", "string", "slow"],
        "append" | "decr" | "decrby" | "getset" | "incr" | "incrby" | "setnx" => &["write", "string", "fast"],
        "del" => &["keyspace", "write", "slow"],
        "unlink" => &["keyspace", "write", "fast"],
        "exists" | "type" | "dbsize" => &["keyspace", "read", "fast"],
        "keys" => &["keyspace", "read", "slow", "dangerous"],
        "flushall" | "flushdb" => &["keyspace", "write", "slow", "dangerous"],
        "shutdown" | "slaveof" | "replicaof" | "failover" | "psync" | "replconf" | "debug" | "save"
        | "bgsave" | "sentinel" => &["admin", "slow", "dangerous"],
        "client|kill" | "client|list" | "client|no-evict" | "client|pause" | "client|unblock"
        | "client|unpause" => &["admin", "slow", "dangerous", "connection"],
        "acl|cat" | "acl|genpass" | "acl|help" | "acl|whoami" | "config|help" | "sentinel|help" => &["slow"],
        _ => match name.split_once('|').map(|(parent, _)| parent) {
            Some("acl" | "config" | "sentinel") => &["admin", "slow", "dangerous"],
            Some("client" | "command") => &["slow", "connection"],
            Some("pubsub") => &["pubsub", "slow"],
            Some("script") => &["slow", "scripting"],
            _ => &["slow"],
        },
    }
}
