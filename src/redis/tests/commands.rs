//! Commands and their errors, word for word as 7.0.15 answers.

use super::net::Net;
use crate::protocol::Reply;

fn error(text: &str) -> Reply {
    Reply::error(text)
}

/// A reply in the notation of `recorded.txt`.
fn show(reply: &Reply) -> String {
    match reply {
        Reply::Status(text) => format!("+{text}"),
        Reply::Error(text) => format!("-{text}"),
        Reply::Integer(number) => format!(":{number}"),
        Reply::Bulk(text) => format!("{text:?}").replace("\\0", "\\u0000"),
        Reply::Nil | Reply::NilArray => "(nil)".to_owned(),
        Reply::Array(parts) => format!("[{}]", parts.iter().map(show).collect::<Vec<_>>().join(", ")),
        other => format!("{other:?}"),
    }
}

/// REPL-9 REPL-49 REPL-53 FSM-CMD-2: word for word.
#[test]
fn replies_are_those_of_a_real_server() {
    let mut net = Net::new();
    net.add("");
    let conn = net.connect(0);
    let mut differences = Vec::new();
    let mut lines = include_str!("recorded.txt").lines().filter(|line| !line.starts_with('#'));
    while let (Some(command), Some(recorded)) = (lines.next(), lines.next()) {
        let command = command.strip_prefix("> ").unwrap();
        let reply = show(&net.ask(conn, command));
        if reply != recorded {
            differences.push(format!("{command}\n  here: {reply}\n  real: {recorded}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    net.run(10);
    assert!(net.is_closed(conn), "the last command was QUIT");
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

/// REPL-23 REPL-8, VER-10
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
    net.add("rename-command SLAVEOF RELOCATE\nrename-command PING \"\"");
    let conn = net.connect(0);
    assert_eq!(
        net.ask(conn, "SLAVEOF NO ONE"),
        error("ERR unknown command 'SLAVEOF', with args beginning with: 'NO' 'ONE' ")
    );
    assert_eq!(net.ask(conn, "PING"), error("ERR unknown command 'PING', with args beginning with: "));
    assert_eq!(net.ask(conn, "RELOCATE 10.0.0.99 6379"), Reply::ok());
    assert!(!net.server(0).is_master());
}
