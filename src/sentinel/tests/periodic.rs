//! INFO, PING and hello, and what counts as an answer.

use super::lab::*;
use crate::protocol::Reply;
use crate::sentinel::SentinelConf;
use crate::sim::{Millis, NodeTime};

fn gaps(times: &[NodeTime]) -> Vec<i64> {
    times.windows(2).map(|pair| (pair[1] - pair[0]).0).collect()
}

#[track_caller]
fn assert_gaps(times: &[NodeTime], low: i64, high: i64) {
    let gaps = gaps(times);
    assert!(gaps.len() > 3, "{gaps:?}");
    assert!(gaps.iter().all(|gap| (low..=high).contains(gap)), "{gaps:?}");
}

/// PCMD-6, SEEDC-5, SEEDC-19: the period counts from the last reply, so it is a little more than a second.
#[test]
fn a_healthy_instance_is_pinged_a_little_less_than_once_a_second() {
    let mut lab = Lab::settled(2, 2);
    lab.run(60_000);
    for at in [M, R2, AT_B] {
        assert_gaps(&lab.times(at, "PING"), 1003, 1103);
    }
}

/// PCMD-6, SEEDC-19
#[test]
fn a_short_down_after_makes_pings_as_frequent() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL SET mymaster down-after-milliseconds 500");
    lab.run(10_000);
    assert_gaps(&lab.times(M, "PING")[1..], 501, 603);
}

/// PCMD-6, PCMD-7
#[test]
fn a_silent_instance_is_pinged_every_half_second() {
    let mut lab = Lab::settled(2, 1);
    lab.freeze(M);
    lab.run(2000);
    let pings = lab.times(M, "PING");
    assert!(gaps(&pings).iter().all(|gap| (501..=600).contains(gap)), "{pings:?}");
    assert_eq!(lab.link(&lab.master().instance).act_ping_time, Some(pings[0]), "the oldest counts");
    assert_eq!(lab.link(&lab.master().instance).last_ping_time, *pings.last().unwrap());
}

/// PCMD-6, PONG-3, SEEDC-4
#[test]
fn an_instance_that_answers_errors_is_pinged_at_the_usual_pace_and_is_down_in_time() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL SET mymaster down-after-milliseconds 5000");
    lab.node(M).ping = Reply::error("MISCONF Redis is configured to save RDB snapshots");
    lab.run(20_000);
    assert_gaps(&lab.times(M, "PING"), 1003, 1103);
    let first = lab.times(M, "PING")[0];
    let after = lab.when("+sdown master") - first;
    assert!(Millis(5000) < after && after <= Millis(5100), "{after:?}");
}

/// PCMD-3, PCMD-4
#[test]
fn info_is_asked_for_every_ten_seconds() {
    let mut lab = Lab::settled(2, 1);
    lab.run(60_000);
    assert_gaps(&lab.times(M, "INFO"), 10_001, 10_103);
    assert_gaps(&lab.times(R2, "INFO"), 10_001, 10_103);
}

/// PCMD-4, MYTH-13, SEEDC-12
#[test]
fn only_replicas_are_asked_every_second_while_the_master_is_objectively_down() {
    let mut lab = Lab::settled(1, 1);
    for at in [R2, R3] {
        lab.info(at).priority = 0;
    }
    lab.run(11_000);
    lab.freeze(M);
    lab.run(3000);
    assert!(lab.master().o_down);
    lab.forget();
    lab.run(8000);
    assert_gaps(&lab.times(R2, "INFO"), 1001, 1103);
    // The master's own INFO is long due and asked for again and again, but not before its ten seconds.
    lab.revive(M);
    lab.run(1000);
    lab.forget();
    lab.run(9000);
    assert!(lab.times(M, "INFO").len() <= 1);
}

/// PCMD-4, MOD-28, INFO-6, SEEDC-12
#[test]
fn a_replica_that_lost_its_master_is_asked_every_second() {
    let mut lab = Lab::settled(2, 1);
    lab.info(R2).link_up = false;
    lab.info(R2).link_down_since = -1;
    lab.run(11_000);
    assert_eq!(lab.replica(R2).master_link_down_time, Millis(-1000));
    lab.forget();
    lab.run(6000);
    assert_gaps(&lab.times(R2, "INFO"), 1001, 1103);
    assert!(lab.times(R3, "INFO").len() <= 1);
}

/// PCMD-5, SEEDC-19
#[test]
fn info_without_a_reply_is_asked_for_with_every_timer() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL SET mymaster down-after-milliseconds 60000");
    lab.run(8000);
    lab.forget();
    lab.freeze(R2);
    lab.run(6000);
    let infos = lab.times(R2, "INFO");
    assert!(infos.len() > 10);
    assert!(gaps(&infos).iter().all(|gap| *gap <= 100));
}

/// PCMD-8, SEEDC-19
#[test]
fn a_hello_is_sent_every_two_seconds_and_with_every_timer_while_unanswered() {
    let mut lab = Lab::settled(2, 1);
    lab.run(20_000);
    assert_gaps(&lab.times(M, "PUBLISH"), 2001, 2103);
    lab.forget();
    lab.freeze(M);
    lab.run(4000);
    let hellos = lab.times(M, "PUBLISH");
    assert!(hellos.len() > 20, "{}", hellos.len());
}

/// PCMD-2, PCMD-11, VER-2, CON-17
#[test]
fn not_more_than_a_hundred_commands_wait_for_a_reply() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL SET mymaster down-after-milliseconds 60000");
    lab.freeze(M);
    let mut reached = None;
    let frozen = lab.now;
    for _ in 0..300 {
        lab.run(50);
        let pending = lab.link(&lab.master().instance).pending_commands;
        assert!(pending <= 102, "{pending}");
        if pending >= 100 && reached.is_none() {
            reached = Some(lab.now - frozen);
        }
    }
    let reached = reached.unwrap();
    assert!(Millis(5000) < reached && reached < Millis(12_000), "{reached:?}");
}

/// PONG-2, MYTH-14, PONG-1, SEEDB-14, SEEDC-4
#[test]
fn only_pong_loading_and_masterdown_show_an_instance_alive() {
    for (reply, alive) in [
        (Reply::pong(), true),
        (Reply::Status("PONGO".into()), true),
        (Reply::error("LOADING Redis is loading the dataset in memory"), true),
        (Reply::error("MASTERDOWN Link with MASTER is down"), true),
        (Reply::error("NOAUTH Authentication required."), false),
        (Reply::error("ERR unknown command"), false),
        (Reply::error("BUSY Redis is busy"), false),
        (Reply::bulk("PONG"), false),
    ] {
        let mut lab = Lab::settled(2, 1);
        lab.node(R2).ping = reply.clone();
        lab.run(6000);
        assert_eq!(lab.logged("+sdown slave 10.0.0.2:6379"), !alive, "{reply:?}");
        // Any reply counts as one, and keeps the connection.
        assert!(lab.now - lab.link(&lab.replica(R2).instance).last_pong_time < Millis(1200), "{reply:?}");
    }
}

/// PONG-5, FLG-11
#[test]
fn a_busy_instance_gets_script_kill_once_in_each_time_of_being_down() {
    let mut lab = Lab::settled(2, 1);
    let busy = Reply::error("BUSY Redis is busy running a script.");
    lab.node(M).ping = busy.clone();
    lab.run(10_000);
    assert_eq!(lab.times(M, "SCRIPT KILL").len(), 1);
    assert!(lab.times(M, "SCRIPT KILL")[0] > lab.when("+sdown master"));
    assert!(lab.sentinel.master_flags(lab.master()).to_string().ends_with("script_kill_sent"));
    lab.node(M).ping = Reply::pong();
    lab.run(3000);
    assert!(lab.logged("-sdown master"));
    lab.node(M).ping = busy;
    lab.run(5000);
    assert_eq!(lab.times(M, "SCRIPT KILL").len(), 2);
}

/// HELLO-1, HELLO-2
#[test]
fn the_hello_tells_sender_epochs_and_the_masters_address() {
    let mut lab = Lab::settled(2, 2);
    lab.run(3000);
    let hello = format!("PUBLISH __sentinel__:hello 10.0.0.11,26379,{A},0,mymaster,10.0.0.1,6379,0");
    assert!(!lab.times(M, &hello).is_empty());
    assert!(!lab.times(R2, &hello).is_empty());
    assert!(!lab.times(AT_B, &hello).is_empty());
    let announced = format!("{}sentinel announce-ip 1.2.3.4\nsentinel announce-port 5000\n", conf(2));
    let mut lab = Lab::settled_with(SentinelConf::parse(&announced).unwrap(), 2);
    lab.run(3000);
    let hello = format!("PUBLISH __sentinel__:hello 1.2.3.4,5000,{A},0,mymaster,10.0.0.1,6379,0");
    assert!(!lab.times(M, &hello).is_empty());
}

/// HELLO-17
#[test]
fn the_first_hello_to_an_instance_comes_two_seconds_after_its_record() {
    let mut lab = Lab::start(conf(2), 1);
    lab.add_group();
    lab.run(5000);
    let first = lab.times(M, "PUBLISH")[0] - BEGIN;
    assert!(Millis(2000) < first && first <= Millis(2100), "{first:?}");
}

/// PCMD-10, FSM-PROMOTED-3
#[test]
fn everybody_gets_a_hello_with_the_timer_after_the_promotion() {
    let mut lab = Lab::settled(2, 2);
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(5000);
    let promoted = lab.when("+promoted-slave");
    let hello = format!("PUBLISH __sentinel__:hello 10.0.0.11,26379,{A},1,mymaster,10.0.0.2,6379,1");
    for at in [M, R3, AT_B] {
        let first = lab.times(at, &hello)[0] - promoted;
        assert!(first <= Millis(100), "{at}: {first:?}");
    }
}
