//! What commands drawn by dice, given to a server of ours and to one of Redis 7.0.15, were answered
//! differently: each as the real one answers.

use super::net::*;
use crate::protocol::Reply;

fn error(text: &str) -> Reply {
    Reply::error(text)
}

/// FSM-CMD-2
#[test]
fn a_transaction_does_nothing_once_a_watched_key_was_written() {
    let mut net = Net::new();
    net.add("");
    let (one, two) = (net.connect(0), net.connect(0));
    let mut exec_after = |between: &[&str]| {
        net.ask(one, "WATCH a b");
        for line in between {
            net.ask(two, line);
        }
        net.ask(one, "MULTI");
        net.ask(one, "SET c 1");
        net.ask(one, "EXEC")
    };
    let done = Reply::Array(vec![Reply::ok()]);
    assert_eq!(exec_after(&[]), done);
    assert_eq!(exec_after(&["SET x 1", "DEL b"]), done, "b was not there");
    assert_eq!(exec_after(&["SET b 1"]), Reply::NilArray);
    assert_eq!(exec_after(&["MSET x 1 a 2"]), Reply::NilArray);
    assert_eq!(exec_after(&["FLUSHALL"]), Reply::NilArray);
    assert_eq!(exec_after(&[]), done, "what was watched is forgotten");
    for leave in ["UNWATCH", "RESET"] {
        net.ask(one, "WATCH a");
        net.ask(two, "SET a 2");
        net.ask(one, leave);
        net.ask(one, "MULTI");
        assert_eq!(net.ask(one, "WATCH a"), error("ERR WATCH inside MULTI is not allowed"));
        assert_eq!(net.ask(one, "EXEC"), Reply::Array(Vec::new()), "{leave}");
    }
}

/// FSM-CMD-2
#[test]
fn a_subcommand_is_looked_at_before_it_is_queued_and_exec_takes_no_words() {
    let mut net = Net::new();
    net.add("");
    let conn = net.connect(0);
    for (line, text) in [
        ("CONFIG GET", "ERR wrong number of arguments for 'config|get' command"),
        ("CLIENT nosuch", "ERR unknown subcommand 'nosuch'. Try CLIENT HELP."),
        ("ACL WHOAMI x", "ERR wrong number of arguments for 'acl|whoami' command"),
        ("SLOWLOG GET", "ERR 'slowlog' is not simulated"),
    ] {
        net.ask(conn, "MULTI");
        assert_eq!(net.ask(conn, line), error(text), "{line}");
        let aborted = error("EXECABORT Transaction discarded because of previous errors.");
        assert_eq!(net.ask(conn, "EXEC"), aborted, "{line}");
    }
    net.ask(conn, "MULTI");
    let text = "EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command";
    assert_eq!(net.ask(conn, "EXEC now"), error(text));
    assert_eq!(net.ask(conn, "DISCARD"), error("ERR DISCARD without MULTI"), "it is over");
}

#[test]
fn words_that_no_arity_forbids_are_answered_as_redis_does() {
    let mut net = Net::new();
    net.add("");
    let conn = net.connect(0);
    for (line, text) in [
        ("CONFIG SET maxmemory 1 x", "syntax error"),
        ("CONFIG SET maxmemory", "wrong number of arguments for 'config|set' command"),
        (
            "CONFIG SET maxmemory 1 nosuch 2",
            "Unknown option or number of arguments for CONFIG SET - 'nosuch'",
        ),
        (
            "CONFIG SET Repl-Timeout x",
            "CONFIG SET failed (possibly related to argument 'repl-timeout') - argument couldn't be parsed into an \
             integer",
        ),
        (
            "CONFIG SET hz x DatabaseS 3",
            "CONFIG SET failed (possibly related to argument 'DatabaseS') - can't set immutable config",
        ),
        (
            "CONFIG SET dir /tmp",
            "CONFIG SET failed (possibly related to argument 'dir') - can't set protected config",
        ),
        (
            "CLIENT PAUSE 0 all x",
            "unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP.",
        ),
        ("REPLICAOF 10.0.0.1 +1", "Invalid master port"),
        ("INCRBY n +1", "value is not an integer or out of range"),
        ("SELECT 1", "databases other than 0 are not simulated"),
        ("SELECT 16", "DB index is out of range"),
        ("CLIENT KILL 10.0.0.1:1", "No such client"),
    ] {
        assert_eq!(net.ask(conn, line), error(&format!("ERR {text}")), "{line}");
    }
    assert_eq!(net.ask(conn, "CONFIG GET MaxMemory"), Reply::bulks(["MaxMemory", "0"]));
    assert_eq!(net.ask(conn, "CLIENT KILL LADDR 10.0.0.1:1"), Reply::Integer(0));
}

/// REPL-21: also one that is not simulated.
#[test]
fn a_users_rules_may_name_any_command_of_redis() {
    let mut net = Net::new();
    net.add("user app on >p ~* +hset +@geo +memory|usage");
    let conn = net.connect(0);
    assert_eq!(net.ask(conn, "ACL SETUSER u +get +lpush -hset +client|tracking"), Reply::ok());
    let Reply::Array(lines) = net.ask(conn, "ACL LIST") else { panic!() };
    let shown = Reply::bulk("user u off resetchannels -@all +get +lpush +client|tracking");
    assert_eq!(lines[2], shown);
    assert!(
        matches!(&lines[0], Reply::Bulk(app) if app.ends_with(" -@all +hset +@geo +memory|usage")),
        "{lines:?}"
    );
    assert!(net.ask(conn, "ACL SETUSER u +nosuch").is_error());
}

/// REPL-20, REPL-21
#[test]
fn a_default_user_that_a_file_declares_begins_with_nothing() {
    let mut net = Net::new();
    net.add("requirepass q\nuser adm on nopass ~* &* +@all\nuser default on nopass ~*");
    let conn = net.connect(0);
    net.ask(conn, "AUTH adm x");
    net.ask(conn, "ACL SETUSER u skip-sanitize-payload");
    let Reply::Array(lines) = net.ask(conn, "ACL LIST") else { panic!() };
    assert_eq!(lines[1], Reply::bulk("user default on nopass sanitize-payload ~* resetchannels -@all"));
    assert_eq!(lines[2], Reply::bulk("user u off skip-sanitize-payload resetchannels -@all"));
}

/// REPL-12, REPL-13, REPL-16
#[test]
fn info_has_the_sections_that_tell_how_a_server_is() {
    let mut net = Net::with_replicas(1);
    let conn = net.connect(0);
    let mut info = |section: &str| match net.ask(conn, &format!("INFO {section}")) {
        Reply::Bulk(text) => text.to_string(),
        other => panic!("{other:?}"),
    };
    let clients = info("CLIENTS");
    assert_eq!(clients, "# Clients\r\nconnected_clients:1\r\nblocked_clients:0\r\n");
    let stats = info("stats");
    assert!(stats.contains("\r\nsync_full:1\r\nsync_partial_ok:0\r\nsync_partial_err:0\r\n"), "{stats}");
    let saving = info("persistence");
    assert!(saving.contains("\r\nrdb_changes_since_last_save:0\r\nrdb_bgsave_in_progress:0\r\n"), "{saving}");
    assert!(saving.contains("\r\nrdb_last_bgsave_status:ok\r\naof_enabled:0\r\n"), "{saving}");
    assert_eq!(info("cluster"), "# Cluster\r\ncluster_enabled:0\r\n");
    let conn = net.connect(1);
    net.ask(conn, "CONFIG SET replica-read-only no");
    let Reply::Bulk(text) = net.ask(conn, "INFO replication") else { panic!() };
    assert!(text.contains("\r\nslave_read_only:0\r\n"), "{text}");
}
