//! Clients that have to wait.

use super::net::{Net, ip};
use crate::protocol::Reply;

/// REPL-70
#[test]
fn wait_answers_when_enough_replicas_have_the_write_or_when_its_time_is_over() {
    let mut net = Net::with_replicas(2);
    let conn = net.connect(0);
    net.ask(conn, "SET a 1");
    assert_eq!(net.ask(conn, "WAIT 2 0"), Reply::Integer(2));
    net.freeze(2, true);
    net.ask(conn, "SET b 1");
    assert_eq!(net.ask(conn, "WAIT 1 0"), Reply::Integer(1));
    net.ask(conn, "SET c 1");
    net.send(conn, "WAIT 2 500");
    net.send(conn, "GET a");
    net.run(400);
    assert_eq!(net.received(conn), [], "nor does it get what it asked for afterwards");
    net.run(200);
    assert_eq!(net.received(conn), [Reply::Integer(1), Reply::bulk("1")]);
}

/// REPL-49
#[test]
fn a_role_change_sends_waiting_clients_away() {
    let mut net = Net::with_replicas(1);
    net.freeze(1, true);
    let conn = net.connect(0);
    net.ask(conn, "SET a 1");
    net.send(conn, "WAIT 1 0");
    net.run(10);
    net.command(0, &format!("SLAVEOF {} 6379", ip(9)));
    net.run(10);
    let Reply::Error(text) = &net.received(conn)[0] else { panic!("an error") };
    assert!(text.starts_with("UNBLOCKED"));
    assert!(net.is_closed(conn));
}

/// REPL-27, VER-10
#[test]
fn client_pause_write_holds_publish_and_what_comes_after_it_on_the_connection() {
    let mut net = Net::with_replicas(1);
    let (sentinel, other) = (net.connect(0), net.connect(0));
    assert_eq!(net.command(0, "CLIENT PAUSE 1000 WRITE"), Reply::ok());
    assert_eq!(net.ask(sentinel, "PING"), Reply::pong());
    net.send(sentinel, "PUBLISH c m");
    net.send(sentinel, "PING");
    net.run(500);
    assert_eq!(net.received(sentinel), []);
    assert_eq!(net.ask(other, "GET a"), Reply::Nil);
    net.run(600);
    assert_eq!(net.received(sentinel), [Reply::Integer(0), Reply::pong()]);
}

/// REPL-28
#[test]
fn client_pause_all_holds_everything_but_the_replicas() {
    let mut net = Net::with_replicas(1);
    let conn = net.connect(0);
    net.command(0, "CLIENT PAUSE 3000");
    net.send(conn, "PING");
    net.run(2500);
    assert_eq!(net.received(conn), []);
    net.run(1000);
    assert_eq!(net.received(conn), [Reply::pong()]);
    assert!(net.replica_lines(0)[0].lag <= 1, "acknowledgements came through");
}
