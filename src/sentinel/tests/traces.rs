//! Golden traces (spec section 21), as one Sentinel logs them.

use super::lab::*;
use crate::protocol::Level;

fn level_marks(lab: &Lab) -> Vec<String> {
    lab.log().into_iter().filter(|line| !line.starts_with('.')).collect()
}

/// TRACE-1, EVT-5, EVT-10, EVT-12, EVT-14 to 17, EVT-19, EVT-21 to 23, EVT-25 to 29, EVT-32, EVT-34
#[test]
fn the_leader_of_a_failover_logs_what_a_real_one_logs() {
    let mut lab = Lab::settled(2, 3);
    for at in [AT_B, AT_C] {
        lab.node(at).says_down = true;
    }
    lab.crash(M);
    lab.run(12_000);
    let pnew2 = "slave 10.0.0.3:6379 10.0.0.3 6379 @ mymaster 10.0.0.2 6379";
    let pold = "slave 10.0.0.1:6379 10.0.0.1 6379 @ mymaster 10.0.0.2 6379";
    let saved = "Sentinel new configuration saved on disk".to_string();
    let expected = vec![
        format!("+sdown {PM}"),
        format!("+odown {PM} #quorum 3/2"),
        "+new-epoch 1".into(),
        format!("+try-failover {PM}"),
        saved.clone(),
        format!("+vote-for-leader {A} 1"),
        format!("{B} voted for {A} 1"),
        format!("{C} voted for {A} 1"),
        format!("+elected-leader {PM}"),
        format!("+failover-state-select-slave {PM}"),
        format!("+selected-slave {PR2}"),
        format!("+failover-state-send-slaveof-noone {PR2}"),
        format!("+failover-state-wait-promotion {PR2}"),
        format!("-role-change {PR2} new reported role is master"),
        saved.clone(),
        format!("+promoted-slave {PR2}"),
        format!("+failover-state-reconf-slaves {PM}"),
        format!("+slave-reconf-sent {PR3}"),
        format!("+slave-reconf-inprog {PR3}"),
        format!("+slave-reconf-done {PR3}"),
        format!("+failover-end {PM}"),
        "+switch-master mymaster 10.0.0.1 6379 10.0.0.2 6379".into(),
        format!("+slave {pnew2}"),
        format!("+slave {pold}"),
        saved,
        format!("+sdown {pold}"),
    ];
    let mut log = level_marks(&lab);
    // Which of two peers answers first, and which of two records is made first, is chance.
    log[6..8].sort();
    log.truncate(expected.len());
    assert_eq!(log, expected);
    let _ = Level::Notice;
}

/// TRACE-2, EVT-16, EVT-35
#[test]
fn a_voter_logs_what_a_real_one_logs() {
    let mut lab = Lab::settled(2, 3);
    lab.crash(M);
    lab.run(2300);
    lab.ask(&format!("SENTINEL is-master-down-by-addr 10.0.0.1 6379 1 {B}"));
    lab.node(AT_B).says_down = true;
    lab.run(1500);
    lab.hello_from(B, AT_B, 1, 1, R2);
    lab.run(3000);
    let saved = "Sentinel new configuration saved on disk".to_string();
    let until = lab.log().iter().find(|line| line.starts_with("Next failover delay")).unwrap().clone();
    let pold = "slave 10.0.0.1:6379 10.0.0.1 6379 @ mymaster 10.0.0.2 6379";
    let expected = vec![
        format!("+sdown {PM}"),
        saved.clone(),
        "+new-epoch 1".into(),
        saved.clone(),
        format!("+vote-for-leader {B} 1"),
        format!("+odown {PM} #quorum 2/2"),
        until.clone(),
        format!("+config-update-from sentinel {B} 10.0.0.12 26379 @ mymaster 10.0.0.1 6379"),
        "+switch-master mymaster 10.0.0.1 6379 10.0.0.2 6379".into(),
        "+slave slave 10.0.0.3:6379 10.0.0.3 6379 @ mymaster 10.0.0.2 6379".into(),
        format!("+slave {pold}"),
        saved,
        format!("+sdown {pold}"),
    ];
    let log = level_marks(&lab);
    assert_eq!(log[..expected.len()], expected);
    // 2 x failover-timeout after the vote, plus up to a second.
    assert!(until.contains("before Sun Nov 22 02:17:1"), "{until}");
}

/// TRACE-7, TIM-8, TIM-9
#[test]
fn a_lone_sentinel_goes_from_silence_to_leadership_in_one_timer() {
    let mut lab = Lab::settled(1, 1);
    lab.crash(M);
    lab.run(6000);
    let expected = vec![
        format!("+sdown {PM}"),
        format!("+odown {PM} #quorum 1/1"),
        "+new-epoch 1".into(),
        format!("+try-failover {PM}"),
        "Sentinel new configuration saved on disk".into(),
        format!("+vote-for-leader {A} 1"),
        format!("+elected-leader {PM}"),
        format!("+failover-state-select-slave {PM}"),
        format!("+selected-slave {PR2}"),
        format!("+failover-state-send-slaveof-noone {PR2}"),
        format!("+failover-state-wait-promotion {PR2}"),
    ];
    assert_eq!(level_marks(&lab)[..expected.len()], expected);
    assert_eq!(lab.when("+sdown"), lab.when("+failover-state-select-slave"));
    assert!(lab.when("+selected-slave") > lab.when("+failover-state-select-slave"));
    assert!(lab.when("+failover-state-wait-promotion") > lab.when("+selected-slave"));
}
