//! Commands and their errors, word for word as 7.0.15 answers.

use super::net::Net;
use crate::protocol::Reply;

fn error(text: &str) -> Reply {
    Reply::error(text)
}

/// Each text was taken from a running redis-server 7.0.15.
#[test]
fn errors_are_in_redis_own_words() {
    let mut net = Net::new();
    net.add("");
    let conn = net.connect(0);
    for (command, text) in [
        ("FOO a b c", "ERR unknown command 'FOO', with args beginning with: 'a' 'b' 'c' "),
        ("SENTINEL MASTERS", "ERR unknown command 'SENTINEL', with args beginning with: 'MASTERS' "),
        ("GET", "ERR wrong number of arguments for 'get' command"),
        ("PING a b", "ERR wrong number of arguments for 'ping' command"),
        ("SLAVEOF h x", "ERR Invalid master port"),
        ("CLIENT KILL TYPE foo", "ERR Unknown client type 'foo'"),
        ("CLIENT FOO", "ERR unknown subcommand 'FOO'. Try CLIENT HELP."),
        ("CLIENT KILL 1.2.3.4:5", "ERR No such client"),
        ("SCRIPT KILL", "NOTBUSY No scripts in execution right now."),
        ("EXEC", "ERR EXEC without MULTI"),
        ("DISCARD", "ERR DISCARD without MULTI"),
        ("CONFIG SET foo 1", "ERR Unknown option or number of arguments for CONFIG SET - 'foo'"),
        (
            "CONFIG SET port 1",
            "ERR CONFIG SET failed (possibly related to argument 'port') - can't set immutable config",
        ),
        (
            "CONFIG SET repl-timeout -1",
            "ERR CONFIG SET failed (possibly related to argument 'repl-timeout') - argument must be between \
             1 and 2147483647 inclusive",
        ),
        (
            "CONFIG SET repl-timeout abc",
            "ERR CONFIG SET failed (possibly related to argument 'repl-timeout') - argument couldn't be \
             parsed into an integer",
        ),
        (
            "CONFIG SET replica-announced maybe",
            "ERR CONFIG SET failed (possibly related to argument 'replica-announced') - argument must be \
             'yes' or 'no'",
        ),
        (
            "CONFIG SET repl-backlog-size 1xb",
            "ERR CONFIG SET failed (possibly related to argument 'repl-backlog-size') - argument must be a \
             memory value",
        ),
        ("CONFIG SET a", "ERR wrong number of arguments for 'config|set' command"),
        ("CONFIG GET", "ERR wrong number of arguments for 'config|get' command"),
        ("DEBUG FOO", "ERR unknown subcommand or wrong number of arguments for 'FOO'. Try DEBUG HELP."),
        (
            "AUTH x",
            "ERR AUTH <password> called without any password configured for the default user. Are you sure \
             your configuration is correct?",
        ),
        ("AUTH a b", "WRONGPASS invalid username-password pair or user is disabled."),
        ("SELECT a", "ERR value is not an integer or out of range"),
        ("SET a b FOO", "ERR syntax error"),
        ("REPLCONF foo", "ERR syntax error"),
        ("REPLCONF foo bar", "ERR Unrecognized REPLCONF option: foo"),
    ] {
        assert_eq!(net.ask(conn, command), error(text), "{command}");
    }
}

#[test]
fn keys_are_set_read_counted_and_removed() {
    let mut net = Net::new();
    net.add("");
    let conn = net.connect(0);
    for (command, reply) in [
        ("GET a", Reply::Nil),
        ("SET a b XX", Reply::Nil),
        ("SET a b", Reply::ok()),
        ("SET a c NX", Reply::Nil),
        ("SET a c GET", Reply::bulk("b")),
        ("INCR n", Reply::Integer(1)),
        ("DECRBY n -4", Reply::Integer(5)),
        ("INCRBY n -4", Reply::Integer(1)),
        ("INCRBY n x", error("ERR value is not an integer or out of range")),
        ("INCR a", error("ERR value is not an integer or out of range")),
        ("MSET w:w:1 1 w:w:2 2", Reply::ok()),
        ("MGET w:w:1 w:w:3 a", Reply::Array(vec![Reply::bulk("1"), Reply::Nil, Reply::bulk("c")])),
        ("DBSIZE", Reply::Integer(4)),
        ("DEL a n x", Reply::Integer(2)),
        ("EXISTS w:w:1 w:w:2 a", Reply::Integer(2)),
        ("FLUSHALL", Reply::ok()),
        ("DBSIZE", Reply::Integer(0)),
    ] {
        assert_eq!(net.ask(conn, command), reply, "{command}");
    }
}

/// FSM-CMD-2
#[test]
fn a_transaction_applies_all_or_nothing() {
    let mut net = Net::with_replicas(1);
    let conn = net.connect(0);
    let queued = Reply::Status("QUEUED".into());
    assert_eq!(net.ask(conn, "MULTI"), Reply::ok());
    assert_eq!(net.ask(conn, "SET a 1"), queued);
    assert_eq!(net.ask(conn, "MULTI"), error("ERR MULTI calls can not be nested"));
    assert_eq!(net.ask(conn, "PUBLISH c m"), queued);
    assert_eq!(net.command(0, "GET a"), Reply::Nil);
    assert_eq!(net.ask(conn, "EXEC"), Reply::Array(vec![Reply::ok(), Reply::Integer(0)]));
    net.run(10);
    assert_eq!(net.server(1).dataset().get("a").as_deref(), Some("1"));
    net.ask(conn, "MULTI");
    net.ask(conn, "SET b 1");
    net.ask(conn, "NOSUCH");
    assert_eq!(net.ask(conn, "EXEC"), error("EXECABORT Transaction discarded because of previous errors."));
    assert_eq!(net.command(0, "GET b"), Reply::Nil);
}

/// REPL-40: checked against the stream of a running 7.0.15.
#[test]
fn the_stream_has_what_changed_something_and_keeps_transactions_together() {
    let mut net = Net::new();
    net.add("");
    let raw = net.connect(0);
    net.ask(raw, "REPLCONF capa eof capa psync2");
    net.send(raw, "PSYNC ? -1");
    net.run(200);
    net.send(raw, "REPLCONF ACK 0");
    net.run(10);
    net.received(raw);
    let conn = net.connect(0);
    for command in [
        "PUBLISH ch msg",
        "SET a b",
        "SET a c NX",
        "DEL zz",
        "INCR n",
        "FLUSHALL",
        "MULTI",
        "SET x y",
        "PUBLISH c d",
        "EXEC",
        "MULTI",
        "PUBLISH c d",
        "EXEC",
    ] {
        net.ask(conn, command);
    }
    let stream: Vec<String> = net
        .received(raw)
        .into_iter()
        .filter_map(|reply| match reply {
            Reply::Bulk(text) => text.strip_prefix("stream: ").map(str::to_owned),
            _ => None,
        })
        .collect();
    assert_eq!(
        stream,
        [
            "SELECT 0",
            "PUBLISH ch msg",
            "SET a b",
            "INCR n",
            "FLUSHALL",
            "MULTI",
            "SET x y",
            "PUBLISH c d",
            "EXEC",
            "PUBLISH c d",
        ]
    );
}

/// REPL-20
#[test]
fn without_the_password_everything_is_refused() {
    let mut net = Net::new();
    net.add("requirepass secret");
    let conn = net.connect(0);
    let refused = error("NOAUTH Authentication required.");
    for command in ["PING", "INFO", "PUBLISH a b", "SUBSCRIBE a", "MULTI", "SLAVEOF NO ONE"] {
        assert_eq!(net.ask(conn, command), refused, "{command}");
    }
    assert_eq!(
        net.ask(conn, "AUTH wrong"),
        error("WRONGPASS invalid username-password pair or user is disabled.")
    );
    assert_eq!(net.ask(conn, "AUTH secret"), Reply::ok());
    assert_eq!(net.ask(conn, "PING"), Reply::pong());
}

/// REPL-23 REPL-8
#[test]
fn without_its_master_a_replica_that_serves_no_stale_data_answers_masterdown() {
    let mut net = Net::new();
    net.add("");
    net.add_replica_of(0, "replica-serve-stale-data no");
    net.run(1000);
    assert_eq!(net.command(1, "PING"), Reply::pong());
    net.kill(0);
    net.run(100);
    let text = "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
    for command in ["PING", "GET a", "DBSIZE"] {
        assert_eq!(net.command(1, command), error(text), "{command}");
    }
    for command in ["INFO", "ROLE", "PUBLISH a b", "SUBSCRIBE a", "CONFIG GET port", "CLIENT ID"] {
        assert!(!net.command(1, command).is_error(), "{command}");
    }
    assert_eq!(net.command(1, "SLAVEOF NO ONE"), Reply::ok());
    assert_eq!(net.command(1, "PING"), Reply::pong());
}

/// REPL-53 FSM-CMD-1: names pass the rename table.
#[test]
fn a_renamed_command_is_known_by_its_new_name_only() {
    let mut net = Net::new();
    net.add("rename-command SLAVEOF MOVE\nrename-command PING \"\"");
    let conn = net.connect(0);
    assert_eq!(
        net.ask(conn, "SLAVEOF NO ONE"),
        error("ERR unknown command 'SLAVEOF', with args beginning with: 'NO' 'ONE' ")
    );
    assert_eq!(net.ask(conn, "PING"), error("ERR unknown command 'PING', with args beginning with: "));
    assert_eq!(net.ask(conn, "MOVE 10.0.0.99 6379"), Reply::ok());
    assert!(!net.server(0).is_master());
}
