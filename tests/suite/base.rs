//! 00-base, 01-conf-update, 05-manual, 06-ckquorum.

use crate::lab::*;
use sentinel_lab::protocol::Reply;

/// TST-INIT-1
#[test]
fn settings_may_stand_before_the_master_they_are_about() {
    let conf = "port 20000\n\
                sentinel down-after-milliseconds setmaster 20000\n\
                sentinel parallel-syncs setmaster 2\n\
                sentinel failover-timeout setmaster 240000\n\
                sentinel monitor setmaster 10.0.0.1 30000 2\n";
    let mut s = Suite::bare(conf);
    s.run(0.2);
    for n in 0..NODES {
        assert_eq!(s.at(n, "SENTINEL FLUSHCONFIG"), Reply::ok());
        let sentinel = s.world.node(s.sentinels[n]).sentinel().unwrap();
        assert!(sentinel.conf().to_string().starts_with(conf), "{}", sentinel.conf());
    }
}

/// TST-INIT-2, TST-INIT-3, TST-INIT-4
#[test]
fn the_common_environment_comes_up() {
    let mut s = suite();
    s.discovered();
    assert_eq!(s.master(0, "quorum"), "3");
    assert_eq!(s.master(0, "down-after-milliseconds"), "2000");
    assert_eq!(s.master(0, "failover-timeout"), "10000");
    assert_eq!(s.master(0, "parallel-syncs"), "10");
}

/// TST-00-1
#[test]
fn commands_are_counted_and_listed() {
    let mut s = suite();
    s.everywhere("SENTINEL DEBUG default-down-after 1000");
    for n in 0..NODES {
        assert_eq!(words(&s.at(n, "COMMAND LIST")).len(), 72);
        assert_eq!(s.at(n, "COMMAND COUNT"), Reply::Integer(15));
    }
}

/// TST-00-2, TST-00-3, TST-00-4, TST-00-5
#[test]
fn a_killed_master_is_failed_over() {
    let mut s = suite();
    s.everywhere("SENTINEL DEBUG ping-period 500");
    s.everywhere("SENTINEL DEBUG ask-period 500");
    assert_eq!(s.master_server(0), 0);
    s.kill_server(0);
    let new = s.switched(0);
    s.restart_server(0);
    assert_eq!(s.info(new, "role"), "master");
    for n in (0..NODES).filter(|&n| n != new) {
        s.follows(n, new);
    }
}

/// TST-00-6
#[test]
fn without_the_quorum_nothing_is_failed_over() {
    let mut s = suite();
    s.everywhere("SENTINEL SET mymaster quorum 6");
    s.kill_server(0);
    // Longer than the suite waits: nothing happens in this time either.
    s.run(20.0);
    for n in 0..NODES {
        assert!(s.master(n, "flags").contains("s_down"));
        assert!(!s.master(n, "flags").contains("o_down"));
        assert_eq!(s.master_server(n), 0);
    }
    s.restart_server(0);
    s.run(0.1);
    assert_eq!(s.master_server(0), 0);
}

/// TST-00-7
#[test]
fn without_the_majority_nothing_is_failed_over() {
    let mut s = suite();
    for n in 0..3 {
        s.kill_sentinel(n);
    }
    s.kill_server(0);
    s.run(20.0);
    assert_eq!(s.master_server(3), 0);
    s.restart_server(0);
    for n in 0..3 {
        s.restart_sentinel(n);
    }
    s.discovered();
}

/// TST-00-8
#[test]
fn all_can_agree() {
    let mut s = suite();
    s.everywhere("SENTINEL SET mymaster quorum 5");
    for n in 0..NODES {
        s.eventually(30, "INFO is fresh", |s| {
            s.master(n, "info-refresh").parse::<u64>().is_ok_and(|age| age < 100_000)
        });
    }
    s.kill_server(0);
    let new = s.switched(0);
    assert_eq!(s.info(new, "role"), "master");
    s.everywhere("SENTINEL SET mymaster quorum 3");
}

/// TST-01-1, TST-01-2
#[test]
fn a_sentinel_that_was_away_learns_of_the_new_master() {
    let mut s = suite();
    s.kill_sentinel(1);
    s.kill_server(0);
    let new = s.switched(0);
    s.restart_server(0);
    s.restart_sentinel(1);
    s.eventually(50, "it has learned", |s| s.master_server(1) != 0);
    assert_eq!(s.master_server(1), new);
    assert_eq!(s.info(new, "role"), "master");
}

/// TST-05-1
#[test]
fn a_manual_failover_needs_no_failure() {
    let mut s = suite();
    s.everywhere("SENTINEL DEBUG info-period 2000");
    s.everywhere("SENTINEL DEBUG default-down-after 6000");
    s.everywhere("SENTINEL DEBUG publish-period 1000");
    assert_eq!(s.at(0, "SENTINEL FAILOVER mymaster"), Reply::ok());
    let new = s.switched(0);
    s.eventually(5, "it is a master", |s| s.info(new, "role") == "master");
    for n in (0..NODES).filter(|&n| n != new) {
        s.follows(n, new);
    }
    assert_eq!(s.info(0, "role"), "slave");
}

/// TST-06-1, TST-06-2
#[test]
fn ckquorum_counts_usable_sentinels() {
    let mut s = suite();
    for n in 0..NODES {
        s.eventually(10, "all are usable", |s| {
            s.at(n, "SENTINEL CKQUORUM mymaster")
                == Reply::Status(
                    "OK 5 usable Sentinels. Quorum and failover authorization can be reached".into(),
                )
        });
    }
    assert_eq!(s.at(0, "SENTINEL SET mymaster quorum 6"), Reply::ok());
    let error = s.error_at(0, "SENTINEL CKQUORUM mymaster");
    assert_eq!(
        error,
        "NOQUORUM 5 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master"
    );
}

/// TST-06-3
#[test]
fn ckquorum_tells_when_no_failover_can_be_authorized() {
    let mut s = suite();
    assert_eq!(s.at(0, "SENTINEL SET mymaster quorum 1"), Reply::ok());
    for n in 1..4 {
        s.kill_sentinel(n);
    }
    s.eventually(15, "three are down", |s| {
        s.listed(0, "SENTINELS").iter().filter(|peer| peer["flags"].contains("s_down")).count() == 3
    });
    let error = s.error_at(0, "SENTINEL CKQUORUM mymaster");
    assert_eq!(
        error,
        "NOQUORUM 2 usable Sentinels. Not enough available Sentinels to reach the majority and authorize a \
         failover"
    );
}
