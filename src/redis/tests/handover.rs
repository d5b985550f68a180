//! FAILOVER, as asked of Redis 7.0.15.

use super::net::{Net, addr, ip};
use crate::protocol::Reply;

fn state(net: &mut Net, n: usize) -> &'static str {
    net.info(n).replication.master_failover_state
}

fn error(text: &str) -> Reply {
    Reply::error(text)
}

/// REPL-44, REPL-46, REPL-48: recorded (41m).
#[test]
fn the_first_replica_that_has_everything_becomes_the_master_and_the_old_one_follows_it() {
    let mut net = Net::with_replicas(2);
    let writer = net.connect(0);
    net.freeze(1, true);
    net.ask(writer, "SET a 1");
    assert_eq!(net.command(0, "FAILOVER"), Reply::ok());
    assert_eq!(state(&mut net, 0), "waiting-for-sync");
    net.send(writer, "SET b 1");
    net.run(1500);
    assert!(!net.server(0).is_master() && net.server(2).is_master());
    assert!(net.server(0).is_link_up(), "it went on in its own stream");
    assert_eq!(state(&mut net, 0), "no-failover");
    assert_eq!(net.received(writer), [error("READONLY You can't write against a read only replica.")]);
    assert_eq!(net.server(0).replid(), net.server(2).replid());
    let lines = net.lines(0);
    let from = lines.iter().position(|line| line.starts_with("FAILOVER requested")).unwrap();
    assert_eq!(lines[from], "FAILOVER requested to any replica.");
    assert_eq!(lines[from + 1], format!("Failover target {} is synced, failing over.", addr(2)));
    assert!(lines[from + 2].starts_with("Before turning into a replica"));
    let said = |n: usize, part: &str| net.lines(n).iter().filter(|line| line.contains(part)).count();
    assert_eq!(said(2, "MASTER MODE enabled (failover request from 'id="), 1);
    assert_eq!(said(0, "Successful partial resynchronization with master."), 1);
    // The other replica goes on below the old master.
    net.freeze(1, false);
    net.run(2500);
    assert!(net.server(1).is_link_up());
    assert_eq!(net.server(1).replid(), net.server(2).replid());
}

/// REPL-49
#[test]
fn nobody_writes_and_no_role_changes_until_it_is_aborted() {
    let mut net = Net::with_replicas(1);
    net.freeze(1, true);
    let writer = net.connect(0);
    net.ask(writer, "SET a 1");
    net.command(0, "FAILOVER");
    assert_eq!(net.command(0, "FAILOVER"), error("ERR FAILOVER already in progress."));
    let refused = error("ERR REPLICAOF not allowed while failing over.");
    assert_eq!(net.command(0, "REPLICAOF NO ONE"), refused);
    assert_eq!(net.command(0, &format!("REPLICAOF {} 6379", ip(1))), refused);
    net.send(writer, "SET b 1");
    net.run(3000);
    assert_eq!(net.received(writer), []);
    assert_eq!(net.command(0, "FAILOVER ABORT"), Reply::ok());
    net.run(5);
    assert_eq!(net.received(writer), [Reply::ok()]);
    assert_eq!(net.command(0, "FAILOVER ABORT"), error("ERR No failover in progress."));
    assert!(net.server(0).is_master());
}

/// REPL-48
#[test]
fn when_its_time_is_over_it_ends_or_goes_on_by_force_until_the_target_refuses() {
    let mut net = Net::with_replicas(1);
    net.freeze(1, true);
    net.command(0, "SET a 1");
    net.command(0, "FAILOVER TIMEOUT 500");
    net.run(700);
    let target = addr(1);
    let aborted = "FAILOVER to any replica aborted: Replica never caught up before timeout";
    assert!(net.lines(0).iter().any(|line| line == aborted));
    assert_eq!(state(&mut net, 0), "no-failover");
    // The target has become a master by the time it reads the request.
    let conn = net.connect(1);
    net.send(conn, "REPLICAOF NO ONE");
    net.run(5);
    net.command(0, &format!("FAILOVER TO {} 6379 TIMEOUT 300 FORCE", ip(1)));
    net.run(600);
    assert_eq!(state(&mut net, 0), "failover-in-progress");
    assert!(!net.server(0).is_master());
    net.freeze(1, false);
    net.run(50);
    assert!(net.server(0).is_master() && net.server(1).is_master());
    let lines = net.lines(0);
    for said in [
        format!("FAILOVER to {target} time out exceeded, failing over."),
        "Master does not support PSYNC or is in error state (reply: -ERR PSYNC FAILOVER can't be sent to a \
         master.)"
            .into(),
        format!("FAILOVER to {target} aborted: Failover target rejected psync request"),
    ] {
        assert!(lines.contains(&said), "{said}");
    }
}

/// CMD-1: as asked of Redis 7.0.15.
#[test]
fn what_failover_refuses() {
    let mut net = Net::with_replicas(1);
    net.add("");
    let to = format!("FAILOVER TO {} 6379", ip(1));
    for (n, command, text) in [
        (2, "FAILOVER", "ERR FAILOVER requires connected replicas."),
        (2, "FAILOVER FORCE", "ERR FAILOVER requires connected replicas."),
        (1, "FAILOVER", "ERR FAILOVER is not valid when server is a replica."),
        (0, "FAILOVER TIMEOUT 0", "ERR FAILOVER timeout must be greater than 0"),
        (0, "FAILOVER TIMEOUT x", "ERR value is not an integer or out of range"),
        (0, "FAILOVER TO 10.0.0.99 6379", "ERR FAILOVER target HOST and PORT is not a replica."),
        (0, "FAILOVER NO", "ERR syntax error"),
        (0, "FAILOVER ABORT TO", "ERR syntax error"),
        (0, "FAILOVER TIMEOUT 1 TIMEOUT 1", "ERR syntax error"),
        (0, &format!("{to} ABORT"), "ERR syntax error"),
        (
            0,
            &format!("{to} FORCE"),
            "ERR FAILOVER with force option requires both a timeout and target HOST and IP.",
        ),
        (0, "PSYNC aa 12 FAILOVER", "ERR PSYNC FAILOVER can't be sent to a master."),
        (1, "PSYNC aa 12 FAILOVER", "ERR PSYNC FAILOVER replid must match my replid."),
    ] {
        assert_eq!(net.command(n, command), error(text), "{command}");
    }
}
