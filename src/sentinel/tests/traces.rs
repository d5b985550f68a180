//! Golden traces (spec section 21): what one Sentinel logs, line by line, with the marks of the levels.

use super::lab::*;
use crate::protocol::{Reply, ctime};
use crate::sentinel::SentinelConf;
use crate::sim::Millis;

const SAVED: &str = "* Sentinel new configuration saved on disk";
const SWITCH: &str = "# +switch-master mymaster 10.0.0.1 6379 10.0.0.2 6379";
/// The other replica and the old master, once R2 is the master.
const PNEW3: &str = "slave 10.0.0.3:6379 10.0.0.3 6379 @ mymaster 10.0.0.2 6379";
const POLD: &str = "slave 10.0.0.1:6379 10.0.0.1 6379 @ mymaster 10.0.0.2 6379";

#[track_caller]
fn assert_trace(lab: &Lab, expected: &[String]) {
    let log = lab.marked();
    for (n, (logged, expected)) in log.iter().zip(expected).enumerate() {
        assert_eq!(logged, expected, "line {n} of {log:#?}");
    }
    assert!(log.len() >= expected.len(), "no more lines: {log:#?}");
}

/// What a candidate logs from its attempt on, elected by its own vote.
fn attempt(epoch: u64) -> Vec<String> {
    vec![
        format!("# +new-epoch {epoch}"),
        format!("# +try-failover {PM}"),
        SAVED.into(),
        format!("# +vote-for-leader {A} {epoch}"),
    ]
}

/// What a leader logs from its election until the replica is told.
fn election() -> Vec<String> {
    vec![
        format!("# +elected-leader {PM}"),
        format!("# +failover-state-select-slave {PM}"),
        format!("# +selected-slave {PR2}"),
        format!("* +failover-state-send-slaveof-noone {PR2}"),
        format!("* +failover-state-wait-promotion {PR2}"),
    ]
}

fn promotion() -> Vec<String> {
    vec![
        format!("- -role-change {PR2} new reported role is master"),
        SAVED.into(),
        format!("# +promoted-slave {PR2}"),
        format!("# +failover-state-reconf-slaves {PM}"),
        format!("* +slave-reconf-sent {PR3}"),
    ]
}

fn switch() -> Vec<String> {
    vec![
        format!("* +slave-reconf-inprog {PR3}"),
        format!("* +slave-reconf-done {PR3}"),
        format!("# +failover-end {PM}"),
        SWITCH.into(),
        format!("* +slave {PNEW3}"),
        format!("* +slave {POLD}"),
        SAVED.into(),
    ]
}

fn run_until(lab: &mut Lab, line: &str) {
    for _ in 0..30_000 {
        if lab.logged(line) {
            return;
        }
        lab.run(1);
    }
    panic!("no {line} in {:#?}", lab.marked());
}

/// TRACE-1, VER-1, ODOWN-8, EVT-5, EVT-10, EVT-12, EVT-13, EVT-14 to 17, EVT-19, EVT-21 to 23, EVT-25 to 29,
/// EVT-32, EVT-34, EVT-39
#[test]
fn the_leader_of_a_failover_logs_what_a_real_one_logs() {
    let mut lab = Lab::settled(2, 3);
    // The peer that sees it first agrees; both vote.
    lab.node(AT_B).says_down = true;
    lab.node(R3).obeys = false;
    lab.crash(M);
    run_until(&mut lab, "+slave-reconf-sent");
    // The peers have switched by now: the address means nothing to them any more.
    lab.node(AT_B).says_down = false;
    run_until(&mut lab, "-odown");
    lab.info(R3).master = Some(R2);
    lab.info(R3).link_up = true;
    run_until(&mut lab, "+sdown slave");
    let votes = [format!("# {B} voted for {A} 1"), format!("# {C} voted for {A} 1")];
    let down = vec![format!("# +sdown {PM}"), format!("# +odown {PM} #quorum 2/2")];
    let expected = [
        down,
        attempt(1),
        votes.to_vec(),
        election(),
        promotion(),
        vec![format!("# -odown {PM}")],
        switch(),
        vec![format!("# +sdown {POLD}")],
    ]
    .concat();
    assert_trace(&lab, &expected);
    assert_eq!(lab.marked().len(), expected.len());
}

/// TRACE-2, VER-1, EVT-16, EVT-35
#[test]
fn a_voter_logs_what_a_real_one_logs() {
    let text = conf(2).to_string().replace("sentinel failover-timeout mymaster 10000\n", "");
    let mut lab = Lab::settled_with(SentinelConf::parse(&text).unwrap(), 3);
    lab.crash(M);
    lab.run(2300);
    lab.ask(&format!("SENTINEL is-master-down-by-addr 10.0.0.1 6379 1 {B}"));
    // Six minutes after the vote, plus up to a second.
    let until = lab.master().failover_start_time + Millis(360_000);
    lab.node(AT_B).says_down = true;
    lab.run(1500);
    lab.hello_from(B, AT_B, 1, 1, R2);
    lab.run(3000);
    let expected = [
        format!("# +sdown {PM}"),
        SAVED.into(),
        "# +new-epoch 1".into(),
        SAVED.into(),
        format!("# +vote-for-leader {B} 1"),
        format!("# +odown {PM} #quorum 2/2"),
        format!("# Next failover delay: I will not start a failover before {}", ctime(until)),
        format!("# +config-update-from sentinel {B} 10.0.0.12 26379 @ mymaster 10.0.0.1 6379"),
        SWITCH.into(),
        format!("* +slave {PNEW3}"),
        format!("* +slave {POLD}"),
        SAVED.into(),
        format!("# +sdown {POLD}"),
    ];
    assert_trace(&lab, &expected);
    assert_eq!(lab.marked().len(), expected.len());
}

/// TRACE-3, VER-1, INFO-30, INFO-31, MYTH-19, SEEDB-12, REPL-68
#[test]
fn an_old_master_that_restarts_is_turned_into_a_replica_ten_seconds_later() {
    let mut lab = Lab::settled(1, 1);
    lab.crash(M);
    lab.run(12_000);
    lab.forget();
    lab.revive(M);
    lab.info(M).run_id = "9".repeat(40);
    let mut other = lab.clone();
    lab.run(25_000);
    let back = [
        format!("- -role-change {POLD} new reported role is master"),
        format!("# -sdown {POLD}"),
        format!("* +convert-to-slave {POLD}"),
        format!("- +role-change {POLD} new reported role is slave"),
    ];
    // And no `+reboot`: the record is younger than the restart.
    assert_eq!(lab.marked(), back);
    // The reply comes between two timers, and the second of them sees that the master answers.
    let up = lab.when("-sdown") - lab.when("-role-change");
    assert!(Millis(0) < up && up <= Millis(100), "{up:?}");
    let wait = lab.when("+convert-to-slave") - lab.when("-role-change");
    assert!(Millis(10_000) < wait && wait < Millis(10_200), "{wait:?}");
    let seen = lab.when("+role-change") - lab.when("+convert-to-slave");
    assert!(Millis(10_000) < seen && seen < Millis(10_200), "{seen:?}");
    // Another Sentinel was quicker by the time of the next INFO.
    other.run(9000);
    other.info(M).master = Some(R2);
    other.run(16_000);
    assert_eq!(other.marked(), [back[0].clone(), back[1].clone(), back[3].clone()]);
    assert!(other.times(M, "SLAVEOF").is_empty());
}

/// TRACE-4, VER-1, FSM-START-4, FSM-START-5, LOG-15
#[test]
fn the_leader_of_a_manual_failover_logs_what_a_real_one_logs() {
    let mut lab = Lab::settled(2, 3);
    lab.hello_from(B, AT_B, 1, 0, M);
    lab.forget();
    assert_eq!(lab.ask("SENTINEL FAILOVER mymaster"), Reply::ok());
    lab.run(40_000);
    let expected = [
        vec!["# Executing user requested FAILOVER of 'mymaster'".into()],
        attempt(2),
        election(),
        promotion(),
        switch(),
        vec![
            format!("- -role-change {POLD} new reported role is master"),
            format!("* +convert-to-slave {POLD}"),
            format!("- +role-change {POLD} new reported role is slave"),
        ],
    ]
    .concat();
    assert_trace(&lab, &expected);
    assert_eq!(lab.marked().len(), expected.len());
    assert_eq!(lab.when("+vote-for-leader"), lab.when("+failover-state-select-slave"));
    assert!(lab.when("+try-failover") < lab.when("+vote-for-leader"), "the next timer votes");
    let wait = lab.when("+convert-to-slave") - lab.when("-role-change slave 10.0.0.1");
    assert!(Millis(10_000) < wait && wait < Millis(10_200), "{wait:?}");
}

/// TRACE-5, ELEC-9, LOG-14, EVT-18
#[test]
fn both_candidates_of_a_split_vote_log_what_real_ones_log() {
    let mut lab = Lab::settled(2, 3);
    lab.crash(AT_C);
    lab.run(3000);
    lab.forget();
    lab.node(AT_B).says_down = true;
    lab.node(AT_B).vote = Vote::For(B);
    lab.crash(M);
    run_until(&mut lab, "-failover-abort-not-elected");
    lab.run(200);
    let started = lab.master().failover_start_time;
    lab.run(20_000);
    let next = format!(
        "# Next failover delay: I will not start a failover before {}",
        ctime(started + Millis(20_000))
    );
    let expected = [
        vec![format!("# +sdown {PM}"), format!("# +odown {PM} #quorum 2/2")],
        attempt(1),
        vec![format!("# {B} voted for {B} 1"), format!("# -failover-abort-not-elected {PM}"), next],
        attempt(2),
    ]
    .concat();
    assert_trace(&lab, &expected);
    let window = lab.when("-failover-abort-not-elected") - lab.when("+try-failover");
    assert!(Millis(10_000) < window && window <= Millis(11_100), "{window:?}");
    let again = lab.when("+new-epoch 2") - started;
    assert!(Millis(20_000) <= again && again <= Millis(20_100), "{again:?}");
}

/// TRACE-6, VER-11
#[test]
fn a_minority_with_quorum_1_tries_again_and_again() {
    let mut lab = Lab::settled(1, 3);
    lab.crash(AT_B);
    lab.crash(AT_C);
    lab.run(3000);
    lab.forget();
    lab.crash(M);
    lab.run(75_000);
    let log = lab.marked();
    let down = [format!("# +sdown {PM}"), format!("# +odown {PM} #quorum 1/1")];
    assert_eq!(log[..2], down);
    let mut rest = log[2..].iter();
    for epoch in 1..=3 {
        for line in attempt(epoch).into_iter().chain([format!("# -failover-abort-not-elected {PM}")]) {
            assert_eq!(rest.next(), Some(&line), "{log:#?}");
        }
        let delay = rest.next().unwrap();
        assert!(delay.starts_with("# Next failover delay: I will not start a failover before "), "{delay}");
    }
    for epoch in 1..=2 {
        let again = lab.when(&format!("+new-epoch {}", epoch + 1)) - lab.when(&format!("+new-epoch {epoch}"));
        assert!(Millis(20_000) <= again && again <= Millis(21_100), "{again:?}");
    }
}

/// TRACE-7, VER-1, TIM-8, TIM-9
#[test]
fn a_lone_sentinel_goes_from_silence_to_leadership_in_one_timer() {
    let mut lab = Lab::settled(1, 1);
    lab.crash(M);
    lab.run(6000);
    let down = vec![format!("# +sdown {PM}"), format!("# +odown {PM} #quorum 1/1")];
    assert_trace(&lab, &[down, attempt(1), election()].concat());
    assert_eq!(lab.when("+sdown"), lab.when("+failover-state-select-slave"));
    let (elected, selected) = (lab.when("+elected-leader"), lab.when("+selected-slave"));
    let sent = lab.when("+failover-state-wait-promotion");
    for gap in [selected - elected, sent - selected] {
        assert!(Millis(52) <= gap && gap <= Millis(100), "the next timer: {gap:?}");
    }
    assert_eq!(selected, lab.when("+failover-state-send-slaveof-noone"));
}

/// TRACE-8, VER-1, EVT-24
#[test]
fn a_leader_whose_replica_never_turns_master_logs_what_a_real_one_logs() {
    let mut lab = Lab::settled(1, 1);
    lab.node(R2).obeys = false;
    lab.crash(M);
    run_until(&mut lab, "-failover-abort-slave-timeout");
    lab.run(200);
    let started = lab.master().failover_start_time;
    lab.run(15_000);
    let next = format!(
        "# Next failover delay: I will not start a failover before {}",
        ctime(started + Millis(20_000))
    );
    let expected = [
        vec![format!("# +sdown {PM}"), format!("# +odown {PM} #quorum 1/1")],
        attempt(1),
        election(),
        vec![format!("# -failover-abort-slave-timeout {PM}"), next],
        attempt(2),
    ]
    .concat();
    assert_trace(&lab, &expected);
    let waited = lab.when("-failover-abort-slave-timeout") - lab.when("+failover-state-wait-promotion");
    assert!(Millis(10_000) < waited && waited <= Millis(10_100), "{waited:?}");
    let again = lab.when("+new-epoch 2") - started;
    assert!(Millis(20_000) <= again && again <= Millis(20_100), "{again:?}");
}
