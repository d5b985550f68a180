//! Pointing the other replicas to the promoted one.

use super::lab::*;
use crate::sentinel::Failover;
use crate::sim::{Addr, Millis};

const R4: Addr = addr(4, 6379);
const R5: Addr = addr(5, 6379);

/// Four replicas, one Sentinel, the given parallel-syncs.
fn group(parallel_syncs: i64) -> Lab {
    let mut lab = Lab::settled(1, 1);
    lab.add_redis(R4, '4', Some(M));
    lab.add_redis(R5, '5', Some(M));
    lab.info(M).replicas = vec![R2, R3, R4, R5];
    lab.ask(&format!("SENTINEL SET mymaster parallel-syncs {parallel_syncs}"));
    lab.run(12_000);
    lab.forget();
    lab
}

/// How many replicas were on their way at most, as the log tells it.
fn most_at_a_time(lab: &Lab) -> i32 {
    let mut now = 0;
    let mut most = 0;
    for line in lab.log() {
        now += i32::from(line.starts_with("+slave-reconf-sent "))
            - i32::from(line.starts_with("+slave-reconf-done"));
        most = most.max(now);
    }
    most
}

/// RECONF-1, RECONF-2, RECONF-3, RECONF-5, INFO-18, CON-16, SEEDA-11, SEEDA-13
#[test]
fn parallel_syncs_bounds_how_many_replicas_are_on_their_way() {
    for (parallel_syncs, most) in [(1, 1), (2, 2), (4, 3)] {
        let mut lab = group(parallel_syncs);
        lab.ask("SENTINEL FAILOVER mymaster");
        lab.run(9000);
        assert_eq!(lab.count("+slave-reconf-done"), 3, "{:#?}", lab.log());
        assert_eq!(most_at_a_time(&lab), most, "parallel-syncs {parallel_syncs}");
        assert!(lab.logged("+failover-end"));
        assert!(!lab.logged("+failover-end-for-timeout"));
    }
}

/// RECONF-8, RECONF-9, INFO-18, MOD-31, SEEDA-12
#[test]
fn a_replica_is_in_progress_while_its_link_to_the_new_master_is_down() {
    let mut lab = Lab::settled(1, 1);
    lab.slow_sync = true;
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(4000);
    assert!(lab.logged(&format!("+slave-reconf-inprog {PR3}")));
    assert!(!lab.logged("+slave-reconf-done"));
    assert!(lab.replica(R3).reconf.in_progress);
    lab.info(R3).link_up = true;
    lab.run(1200);
    assert!(lab.logged(&format!("+slave-reconf-done {PR3}")));
    assert_eq!(lab.times(R3, "SLAVEOF").len(), 1, "nothing is sent twice");
}

/// RECONF-4, RECONF-10
#[test]
fn a_replica_that_is_gone_but_not_yet_down_is_waited_for() {
    let mut lab = Lab::settled(1, 1);
    lab.ask("SENTINEL SET mymaster down-after-milliseconds 4000");
    lab.ask("SENTINEL FAILOVER mymaster");
    while !lab.logged("+promoted-slave") {
        lab.run(1);
    }
    lab.crash(R3);
    lab.run(3000);
    assert!(!lab.logged("+failover-end"));
    lab.run(3000);
    let (down, end) = (lab.when("+sdown slave 10.0.0.3"), lab.when("+failover-end"));
    assert!(end - down <= Millis(100));
    assert_eq!(lab.count("+slave-reconf-sent"), 0);
}

/// RECONF-6, RECONF-10, EVT-30, VER-6, CON-8, MOD-31
#[test]
fn with_a_free_slot_a_replica_that_does_not_obey_is_given_up_and_asked_once_more() {
    let mut lab = Lab::settled(1, 1);
    lab.ask("SENTINEL SET mymaster parallel-syncs 2 failover-timeout 60000");
    lab.node(R3).obeys = false;
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(16_000);
    let log = lab.log();
    let timeout = format!("-slave-reconf-sent-timeout {PR3}");
    let sent = format!("+slave-reconf-sent {PR3}");
    assert_in_order(&log, &[&sent, &timeout, &sent, "+failover-end", "+switch-master"]);
    let waited = lab.when("-slave-reconf-sent-timeout") - lab.when("+slave-reconf-sent ");
    assert!(Millis(10_000) < waited && waited <= Millis(10_100), "{waited:?}");
    assert_eq!(lab.when("-slave-reconf-sent-timeout"), lab.when("+failover-end"));
}

/// RECONF-7, RECONF-11, RECONF-12, RECONF-13, EVT-31, EVT-33, MYTH-17, VER-6, SEEDC-16
#[test]
fn with_all_slots_held_nobody_is_given_up_before_the_failover_timeout() {
    let mut lab = group(1);
    lab.ask("SENTINEL SET mymaster failover-timeout 15000");
    for at in [R2, R3, R4, R5] {
        lab.node(at).obeys = at == R2;
    }
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(25_000);
    assert_eq!(lab.count("-slave-reconf-sent-timeout"), 0);
    assert_eq!(lab.count("+slave-reconf-sent "), 1);
    let waited = lab.when("+failover-end-for-timeout") - lab.when("+promoted-slave");
    assert!(Millis(15_000) < waited && waited <= Millis(15_100), "{waited:?}");
    let log = lab.log();
    let expected = [
        "+failover-end-for-timeout",
        "+failover-end ",
        "+slave-reconf-sent-be",
        "+slave-reconf-sent-be",
        "+switch-master",
    ];
    assert_in_order(&log, &expected);
    assert_eq!(lab.count("+slave-reconf-sent-be"), 2, "not who was sent it already");
}

/// RECONF-10
#[test]
fn a_promoted_replica_that_is_down_holds_the_failover_for_good() {
    let mut lab = Lab::settled(1, 1);
    lab.node(R3).obeys = false;
    lab.ask("SENTINEL FAILOVER mymaster");
    while !lab.logged("+slave-reconf-sent") {
        lab.run(1);
    }
    lab.crash(R2);
    lab.run(60_000);
    assert!(lab.logged(&format!("+sdown {PR2}")));
    assert!(!lab.logged("+failover-end"));
    assert!(matches!(lab.master().failover, Failover::ReconfReplicas { .. }));
    lab.revive(R2);
    lab.run(3000);
    assert!(lab.logged("+failover-end-for-timeout"));
    assert!(lab.logged("+switch-master"));
}

/// RECONF-14
#[test]
fn with_parallel_syncs_0_nobody_is_told_before_the_time_is_over() {
    let text = format!("{}sentinel parallel-syncs mymaster 0\n", conf(1));
    let mut lab = Lab::settled_with(crate::sentinel::SentinelConf::parse(&text).unwrap(), 1);
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(15_000);
    assert_eq!(lab.count("+slave-reconf-sent "), 0);
    assert!(lab.logged("+failover-end-for-timeout"));
    assert!(lab.logged(&format!("+slave-reconf-sent-be {PR3}")));
    // It is written for nobody: the switch drops the link before it has left.
    let told = |at| lab.sent_to(at).iter().filter(|(_, text)| text.contains("SLAVEOF")).count();
    assert_eq!([told(R2), told(R3)], [1, 0], "R2 was promoted");
}

/// RECONF-12, RECONF-15, SEEDA-11
#[test]
fn without_other_replicas_the_failover_ends_with_the_next_timer() {
    let mut lab = Lab::start(conf(1), 3);
    lab.add_redis(M, '1', None);
    lab.add_redis(R2, '2', Some(M));
    lab.info(M).replicas = vec![R2];
    lab.run(12_000);
    lab.forget();
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(4000);
    let wait = lab.when("+failover-end") - lab.when("+promoted-slave");
    assert!(wait <= Millis(100));
    assert!(lab.times(M, "SLAVEOF").is_empty(), "the old master is left to later");
}
