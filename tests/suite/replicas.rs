//! 02-slaves-reconf, 04-slave-selection, 10-replica-priority, 12-master-reboot.

use crate::lab::*;
use sentinel_lab::protocol::Reply;

/// TST-02-1, TST-02-2
#[test]
fn all_replicas_follow_and_so_does_the_returned_master() {
    let mut s = suite();
    s.all_follow();
    s.kill_server(0);
    s.switched(0);
    s.restart_server(0);
    for line in ["info-period 100", "default-down-after 1000", "publish-period 100"] {
        s.everywhere(&format!("SENTINEL DEBUG {line}"));
    }
    s.all_follow();
}

/// TST-02-3, TST-02-4, TST-02-5
#[test]
fn a_replica_that_was_away_follows_later() {
    let mut s = suite();
    s.kill_server(4);
    s.kill_server(0);
    let new = s.switched(0);
    assert_ne!(new, 4);
    s.restart_server(0);
    s.all_follow();
    for n in 0..NODES {
        s.eventually(60, "the failover is over", |s| s.master(n, "failover-state").is_empty());
    }
    s.restart_server(4);
    s.all_follow();
    assert_eq!(s.info(4, "master_link_status"), "up");
}

/// TST-04-1
#[test]
fn no_suitable_replica_no_failover_else_the_best_offset() {
    let mut s = suite();
    for n in 1..NODES {
        assert_eq!(s.on(n, "CONFIG SET replica-priority 0"), Reply::ok());
    }
    for n in 0..NODES {
        s.eventually(30, "all priorities are known", |s| {
            s.listed(n, "REPLICAS").iter().all(|replica| replica["slave-priority"] == "0")
        });
    }
    s.kill_server(0);
    s.run(60.0);
    for n in 0..NODES {
        assert_eq!(s.master_server(n), 0);
    }
    s.restart_server(0);
    for n in 1..NODES {
        assert_eq!(s.on(n, "CONFIG SET replica-priority 100"), Reply::ok());
    }
    s.run(30.0);
    s.all_follow();
    // Three replicas fall behind: of the master's last writes they see nothing.
    for n in [1, 2, 4] {
        s.act(sentinel_lab::cluster::Action::Freeze(s.servers[n]));
    }
    for n in 0..50 {
        s.on(0, &format!("SET k{n} v"));
    }
    s.kill_server(0);
    s.run(0.1);
    for n in [1, 2, 4] {
        s.act(sentinel_lab::cluster::Action::Resume(s.servers[n]));
        // What had reached its socket is lost with the connection's buffer only where the process dies.
        s.kill_server(n);
        s.restart_server(n);
    }
    let new = s.switched(0);
    assert_eq!(new, 3, "the one with all writes");
}

/// TST-10-1
#[test]
fn replica_announced_takes_yes_and_no() {
    let mut s = suite();
    for (value, taken) in [("no", true), ("yes", true), ("321", false), ("a3b2c1", false)] {
        let reply = s.on(1, &format!("CONFIG SET replica-announced {value}"));
        assert_eq!(reply == Reply::ok(), taken, "{value}: {reply:?}");
    }
}

/// TST-10-2
#[test]
fn replicas_that_are_not_announced_are_not_listed() {
    let mut s = suite();
    s.everywhere("SENTINEL DEBUG info-period 100");
    for (silent, count) in [(0, 4), (2, 2), (0, 4)] {
        for n in 1..NODES {
            let value = if n <= silent { "no" } else { "yes" };
            assert_eq!(s.on(n, &format!("CONFIG SET replica-announced {value}")), Reply::ok());
        }
        for n in 0..NODES {
            s.eventually(20, "the list is right", |s| s.listed(n, "REPLICAS").len() == count);
        }
    }
}

/// TST-12-1
#[test]
fn a_master_that_loads_too_long_is_failed_over() {
    let mut s = suite();
    for line in [
        "DEBUG POPULATE 10000",
        "BGSAVE",
        "CONFIG SET key-load-delay 1500",
        "CONFIG SET loading-process-events-interval-bytes 1024",
        "CONFIG SET save \"\"",
        "CONFIG REWRITE",
    ] {
        let reply = s.on(0, line);
        assert!(!reply.is_error(), "{line}: {reply:?}");
        s.run(0.5);
    }
    s.everywhere("SENTINEL SET mymaster master-reboot-down-after-period 5000");
    s.everywhere("SENTINEL DEBUG ping-period 500");
    s.everywhere("SENTINEL DEBUG ask-period 500");
    s.kill_server(0);
    s.restart_server(0);
    s.run(0.05);
    assert_eq!(s.on(0, "PING"), Reply::error("LOADING Redis is loading the dataset in memory"));
    let new = s.switched(0);
    assert_eq!(s.info(new, "role"), "master");
    for n in (0..NODES).filter(|&n| n != new) {
        s.follows(n, new);
    }
}
