//! Ending in an orderly way.

use super::net::Net;
use crate::protocol::Reply;

/// REPL-51
#[test]
fn a_master_with_no_lagging_replica_ends_with_its_timers_next_turn() {
    let mut net = Net::with_replicas(1);
    net.run(1100);
    net.terminate(0);
    // The next turn of the 10 Hz timer ends it.
    net.run(101);
    assert_eq!(net.exits, [(0, 0)]);
}

/// REPL-51 REPL-27
#[test]
fn a_master_waits_for_a_lagging_replica_and_answers_ping_meanwhile() {
    let mut net = Net::with_replicas(1);
    net.freeze(1, true);
    net.command(0, "SET a 1");
    let (pinger, publisher) = (net.connect(0), net.connect(0));
    net.terminate(0);
    net.run(3000);
    assert_eq!(net.ask(pinger, "PING"), Reply::pong());
    net.send(publisher, "PUBLISH c m");
    net.send(publisher, "PING");
    net.run(1000);
    assert_eq!(net.received(publisher), []);
    assert!(net.exits.is_empty());
    net.freeze(1, false);
    net.run(1200);
    assert_eq!(net.exits, [(0, 0)]);
    assert_eq!(net.server(1).dataset().get("a").as_deref(), Some("1"));
}

/// REPL-51 REPL-31: recorded (63j and ten shutdowns by hand, each right after a PUBLISH).
#[test]
fn a_master_waits_for_what_its_replicas_acknowledge_once_a_second() {
    let waits = (0..10).map(|n| {
        let mut net = Net::with_replicas(2);
        net.run(1100 + n * 100);
        net.command(0, "PUBLISH c m");
        let conn = net.connect(0);
        net.send(conn, "SHUTDOWN");
        let start = net.now;
        while net.exits.is_empty() && net.now - start < 3000 {
            net.run(1);
        }
        net.now - start
    });
    let waits: Vec<_> = waits.collect();
    assert!(waits.iter().all(|wait| *wait <= 1110), "{waits:?}");
    assert!(waits.iter().filter(|wait| **wait > 300).count() >= 5, "{waits:?}");
}

/// REPL-51
#[test]
fn after_shutdown_timeout_a_master_ends_without_its_replicas() {
    let mut net = Net::with_replicas(1);
    net.freeze(1, true);
    net.command(0, "SET a 1");
    net.terminate(0);
    net.run(9800);
    assert!(net.exits.is_empty());
    net.run(500);
    assert_eq!(net.exits, [(0, 0)]);
    assert!(net.lines(0).iter().any(|line| line == "0 of 1 replicas are in sync when shutting down."));
}

#[test]
fn a_shutdown_can_be_aborted_and_what_waited_runs() {
    let mut net = Net::with_replicas(1);
    net.freeze(1, true);
    let (asker, writer) = (net.connect(0), net.connect(0));
    net.ask(writer, "SET a 1");
    net.send(asker, "SHUTDOWN");
    net.run(10);
    net.send(writer, "SET a 2");
    net.run(100);
    assert_eq!(net.command(0, "SHUTDOWN ABORT"), Reply::ok());
    net.run(10);
    assert_eq!(net.received(asker), [Reply::error("ERR Errors trying to SHUTDOWN. Check logs.")]);
    assert_eq!(net.received(writer), [Reply::ok()]);
    assert_eq!(net.ask(asker, "GET a"), Reply::bulk("2"));
}

#[test]
fn with_save_points_the_last_state_is_on_disk() {
    let mut net = Net::new();
    net.add("save 3600 1");
    net.command(0, "SET a 1");
    net.terminate(0);
    net.run(101);
    net.start(0);
    net.run(10);
    assert_eq!(net.command(0, "GET a"), Reply::bulk("1"));
}

/// Recorded (65d): nobody is answered while the report of the crash is written, nor after it.
#[test]
fn debug_segfault_ends_the_process_as_a_crash_does() {
    let mut net = Net::with_replicas(1);
    let (conn, other) = (net.connect(0), net.connect(0));
    net.send(conn, "DEBUG SEGFAULT");
    net.run(10);
    net.send(other, "PING");
    net.run(190);
    assert_eq!(net.exits, []);
    assert!(net.server(1).is_link_up());
    net.run(100);
    assert_eq!(net.exits, [(0, 139)]);
    assert_eq!((net.received(conn), net.received(other)), (vec![], vec![]));
    assert!(!net.server(1).is_link_up());
}
