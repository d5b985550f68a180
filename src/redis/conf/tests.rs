use super::*;

/// REPL-1 REPL-2 REPL-3 REPL-4 REPL-5 REPL-6 REPL-7 REPL-8 REPL-9 REPL-10 REPL-11: `CONFIG GET` of a 7.0.15
/// that was started without a configuration file.
#[test]
fn the_defaults_are_those_of_redis() {
    let conf = RedisConf::default();
    for (name, value) in [
        ("replica-priority", "100"),
        ("replica-announced", "yes"),
        ("replica-announce-ip", ""),
        ("replica-announce-port", "0"),
        ("repl-timeout", "60"),
        ("repl-ping-replica-period", "10"),
        ("repl-backlog-size", "1048576"),
        ("repl-backlog-ttl", "3600"),
        ("repl-diskless-sync", "yes"),
        ("repl-diskless-sync-delay", "5"),
        ("repl-diskless-sync-max-replicas", "0"),
        ("replica-serve-stale-data", "yes"),
        ("min-replicas-to-write", "0"),
        ("min-replicas-max-lag", "10"),
        ("busy-reply-threshold", "5000"),
        ("stop-writes-on-bgsave-error", "yes"),
        ("save", "3600 1 300 100 60 10000"),
        ("shutdown-timeout", "10"),
        ("replicaof", ""),
        ("maxmemory-policy", "noeviction"),
    ] {
        assert_eq!(conf.matching(name), [(name.into(), value.into())], "{name}");
    }
}

#[test]
fn old_names_set_the_same_directive_and_are_shown_when_asked_for() {
    let conf = RedisConf::parse("slave-priority 7\nmin-slaves-to-write 2").unwrap();
    assert_eq!((conf.replica_priority, conf.min_replicas_to_write), (7, 2));
    assert_eq!(
        conf.matching("*-priority"),
        [("replica-priority".into(), "7".into()), ("slave-priority".into(), "7".into())]
    );
    // What is no pattern is shown as it was asked for.
    assert_eq!(conf.matching("Slave-Priority"), [("Slave-Priority".into(), "7".into())]);
    assert_eq!(conf.matching("\\slave-priority"), []);
}

#[test]
fn a_file_is_read_and_written_back() {
    let text = "port 7001\nreplicaof 10.0.0.1 6379\nreplica-priority 50\nrepl-backlog-size 2097152\n\
                requirepass \"with space\"\nsave 60 1000\nsave 10 5\nrename-command config cfg\n\
                rename-command debug \"\"\nmaxmemory 100mb\n";
    let conf = RedisConf::parse(text).unwrap();
    assert_eq!(conf.to_string(), text);
    assert_eq!(RedisConf::parse(&conf.to_string()).unwrap(), conf);
    assert_eq!(conf.save, [(60, 1000), (10, 5)]);
    let conf = RedisConf::parse("# comment\n\n  SAVE \"\"  \nrepl-backlog-size 2mb").unwrap();
    assert_eq!(conf.save, []);
    assert_eq!(conf.to_string(), "port 6379\nrepl-backlog-size 2097152\nsave \"\"\n");
}

/// Each text was taken from a redis-server 7.0.15 that refused to start.
#[test]
fn what_redis_refuses_is_refused_with_its_line() {
    for (line, message) in [
        ("foo bar", "Bad directive or wrong number of arguments"),
        ("rename-command get", "Bad directive or wrong number of arguments"),
        ("user", "Bad directive or wrong number of arguments"),
        ("replica-priority abc", "argument couldn't be parsed into an integer"),
        ("replica-priority -1", "argument must be between 0 and 2147483647 inclusive"),
        ("replica-priority", "wrong number of arguments"),
        ("repl-timeout 5 6", "wrong number of arguments"),
        ("replicaof a", "wrong number of arguments"),
        ("replicaof a b", "Invalid master port"),
        ("replica-announced maybe", "argument must be 'yes' or 'no'"),
        ("repl-backlog-size 1xb", "argument must be a memory value"),
        ("save 1", "Invalid save parameters"),
        ("timeout abc", "argument couldn't be parsed into an integer"),
        ("loglevel loud", "argument(s) must be one of the following: debug, verbose, notice, warning"),
        ("maxmemory 64 mb", "wrong number of arguments"),
        ("rdbcompression maybe", "argument must be 'yes' or 'no'"),
        ("user alice bogus", "Error in user declaration 'user': Syntax error"),
        ("user alice on bogus", "Error in user declaration 'alice': Syntax error"),
        ("user alice on >p bogus ~*", "Error in user declaration 'on': Syntax error"),
        (
            "user alice on +nosuch",
            "Error loading ACL rule '+nosuch' for the user named 'alice': Unknown command or category name in ACL",
        ),
        ("foo.bar", "Module config specified without value"),
        ("sentinel monitor m 10.0.0.1 6379 2", "sentinel directive while not in sentinel mode"),
        ("requirepass \"a b", "Unbalanced quotes in configuration line"),
        ("rename-command foo bar", "No such command in rename-command"),
        ("rename-command config get", "Target command name already exists"),
    ] {
        let error = RedisConf::parse(&format!("port 7003\n{line}")).unwrap_err();
        assert_eq!(error.to_string(), format!("line 2: '{line}': {message}"));
    }
    let twice = RedisConf::parse("user alice on\nuser alice off").unwrap_err().to_string();
    assert!(
        twice.ends_with("'alice': Duplicate user found. A user can only be defined once in config files"),
        "{twice}"
    );
    for line in
        ["foo.bar x", "rename-command LPUSH \"\"", "maxmemory 99999999999999999999", "masterauth \"\\x41\""]
    {
        assert!(RedisConf::parse(line).is_ok(), "{line}");
    }
}

#[test]
fn what_cannot_change_while_the_server_runs_is_not_set() {
    let mut conf = RedisConf::default();
    assert_eq!(conf.set("port", "1"), Err(SetError::Immutable));
    assert_eq!(conf.set("replicaof", "a 1"), Err(SetError::Immutable));
    assert_eq!(conf.set("nonsense", "1"), Err(SetError::Unknown));
    assert_eq!(conf.set("repl-backlog-size", "1"), Ok(()));
    assert_eq!(conf.repl_backlog_size, 16384, "raised to the least");
    assert_eq!(conf.set("save", "900 1 300 10"), Ok(()));
    assert_eq!(conf.save, [(900, 1), (300, 10)]);
    assert_eq!(conf.set("maxmemory", "5"), Ok(()));
    let refused = |value: &str| RedisConf::default().set("client-output-buffer-limit", value).is_err();
    assert!(refused("normal 1") && refused("x 0 0 0") && !refused("normal 0 0 0 pubsub 1mb 1mb 1"));
    assert_eq!(conf.matching("maxmemory"), [("maxmemory".into(), "5".into())]);
}

#[test]
fn directives_for_debugging_show_only_under_their_full_names() {
    let conf = RedisConf::default();
    assert_eq!(conf.matching("rdb-key-*"), []);
    assert_eq!(conf.matching("rdb-key-save-delay"), [("rdb-key-save-delay".into(), "0".into())]);
}
