//! Publish/Subscribe, and what replication makes of it.

use super::net::Net;
use crate::protocol::Reply;

fn pushed(channel: &str, message: &str) -> Reply {
    Reply::Pushed { channel: channel.into(), message: message.into() }
}

/// REPL-40 HELLO-4
#[test]
fn what_is_published_on_a_master_reaches_the_subscribers_of_its_replicas() {
    let mut net = Net::with_replicas(1);
    let (on_master, on_replica) = (net.connect(0), net.connect(1));
    for conn in [on_master, on_replica] {
        let reply = net.ask(conn, "SUBSCRIBE __sentinel__:hello");
        assert_eq!(
            reply,
            Reply::Array(vec![
                Reply::bulk("subscribe"),
                Reply::bulk("__sentinel__:hello"),
                Reply::Integer(1)
            ])
        );
    }
    assert_eq!(net.command(0, "PUBLISH __sentinel__:hello hi"), Reply::Integer(1));
    net.run(10);
    assert_eq!(net.received(on_master), [pushed("__sentinel__:hello", "hi")]);
    assert_eq!(net.received(on_replica), [pushed("__sentinel__:hello", "hi")]);
}

/// REPL-41
#[test]
fn what_is_published_on_a_replica_stays_there() {
    let mut net = Net::with_replicas(2);
    let (on_master, on_other) = (net.connect(0), net.connect(2));
    net.ask(on_master, "SUBSCRIBE c");
    net.ask(on_other, "SUBSCRIBE c");
    let offset = net.server(1).offset();
    assert_eq!(net.command(1, "PUBLISH c m"), Reply::Integer(0));
    net.run(50);
    assert!(net.received(on_master).is_empty() && net.received(on_other).is_empty());
    assert_eq!(net.server(1).offset(), offset);
}

#[test]
fn patterns_unsubscribing_and_the_rules_for_subscribers_are_as_in_redis() {
    let mut net = Net::new();
    net.add("");
    let conn = net.connect(0);
    net.send(conn, "PSUBSCRIBE +s* x");
    net.run(10);
    assert_eq!(net.received(conn).len(), 2);
    assert_eq!(net.command(0, "PUBLISH +sdown text"), Reply::Integer(1));
    net.run(10);
    assert_eq!(net.received(conn), [Reply::bulks(["pmessage", "+s*", "+sdown", "text"])]);
    assert_eq!(net.ask(conn, "PING"), Reply::bulks(["pong", ""]));
    let Reply::Error(text) = net.ask(conn, "GET a") else { panic!() };
    assert_eq!(
        text,
        "ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in \
         this context"
    );
    net.send(conn, "PUNSUBSCRIBE");
    net.run(10);
    assert_eq!(net.received(conn).len(), 2);
    assert_eq!(net.ask(conn, "GET a"), Reply::Nil);
    assert_eq!(net.command(0, "PUBLISH +sdown text"), Reply::Integer(0));
}

/// REPL-24 REPL-40: recorded (66a).
#[test]
fn what_is_published_while_a_master_loads_does_not_reach_its_replicas() {
    let mut net = Net::new();
    net.add("key-load-delay 1000\nloading-process-events-interval-bytes 1024");
    net.add_replica_of(0, "");
    net.run(2000);
    net.command(0, "DEBUG POPULATE 1000 k");
    net.run(1000);
    let [own, theirs] = [0, 1].map(|n| {
        let conn = net.connect(n);
        net.ask(conn, "SUBSCRIBE c");
        conn
    });
    let reloading = net.connect(0);
    net.send(reloading, "DEBUG RELOAD");
    net.run(300);
    let before = net.slave_offset(1);
    assert_eq!(net.command(0, "PUBLISH c m"), Reply::Integer(1));
    net.run(100);
    assert_eq!((net.received(own).len(), net.received(theirs).len()), (1, 0));
    assert_eq!((net.slave_offset(1), net.received(reloading)), (before, vec![]));
}
