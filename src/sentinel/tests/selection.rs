//! Which replica is promoted.

use super::lab::*;
use crate::protocol::Reply;
use crate::sentinel::Unfit;
use crate::sim::{Addr, Millis};

fn chosen(lab: &Lab) -> Option<String> {
    let selection = lab.sentinel.weigh_replicas(lab.master(), lab.now);
    let id = selection.chosen?;
    selection.candidates.iter().find(|candidate| candidate.replica == id).map(|c| c.name.to_string())
}

fn unfit(lab: &Lab, at: Addr) -> Option<Unfit> {
    let selection = lab.sentinel.weigh_replicas(lab.master(), lab.now);
    selection.candidates.iter().find(|candidate| candidate.name == at.to_string()).unwrap().unfit
}

/// SEL-10, SEL-11, SEL-12, MYTH-1, SEEDC-11, SEEDB-10, SIM-1
#[test]
fn lowest_priority_then_largest_offset_then_smallest_run_id() {
    // Priority, offset and run id of both replicas; the one chosen.
    for (two, three, wins) in [
        ((100, 10, 'a'), (100, 10, 'b'), R2),
        ((100, 10, 'b'), (100, 10, 'a'), R3),
        ((100, 10, 'B'), (100, 10, 'a'), R3),
        ((100, 10, 'b'), (100, 10, 'A'), R3),
        ((100, 10, 'a'), (100, 11, 'b'), R3),
        ((100, 10, 'a'), (99, 1, 'b'), R3),
        ((1, 10, 'b'), (100, 900, 'a'), R2),
    ] {
        let mut lab = Lab::start(conf(1), 3);
        lab.add_group();
        for (at, (priority, offset, id)) in [(R2, two), (R3, three)] {
            let info = lab.info(at);
            info.priority = priority;
            info.offset = offset;
            info.run_id = id.to_string().repeat(40);
        }
        lab.run(3000);
        assert_eq!(chosen(&lab), Some(wins.to_string()), "{two:?} {three:?}");
    }
}

/// SEL-12
#[test]
fn a_replica_without_a_run_id_comes_last() {
    let mut lab = Lab::settled(1, 1);
    let sentinel = &mut lab.sentinel;
    let replicas = &mut sentinel.masters[0].replicas;
    let at = replicas.position_by_key("10.0.0.2:6379").unwrap();
    replicas[at].instance.runid = None;
    assert_eq!(chosen(&lab), Some(R3.to_string()));
}

/// SEL-1, SEL-2, SEEDB-11
#[test]
fn a_replica_that_is_down_or_disconnected_is_unfit() {
    let mut lab = Lab::settled(1, 1);
    lab.crash(R2);
    lab.run(20);
    assert_eq!(unfit(&lab, R2), Some(Unfit::Disconnected));
    lab.run(3000);
    assert_eq!(unfit(&lab, R2), Some(Unfit::SubjectivelyDown));
    assert_eq!(chosen(&lab), Some(R3.to_string()));
}

/// SEL-3, SEL-6
#[test]
fn a_replica_silent_for_five_seconds_is_unfit() {
    let mut lab = Lab::settled(1, 1);
    lab.ask("SENTINEL SET mymaster down-after-milliseconds 60000");
    lab.freeze(R2);
    lab.run(3800);
    assert_eq!(unfit(&lab, R2), None);
    lab.run(2500);
    let reason = unfit(&lab, R2);
    let Some(Unfit::PingTooOld { age, limit }) = reason else { panic!("{reason:?}") };
    assert_eq!(limit, Millis(5000));
    assert!(age > limit && age < Millis(7700));
}

/// SEL-4
#[test]
fn priority_0_means_never() {
    let mut lab = Lab::settled(1, 1);
    lab.info(R2).priority = 0;
    lab.info(R3).offset = 1;
    lab.run(11_000);
    assert_eq!(unfit(&lab, R2), Some(Unfit::PriorityZero));
    assert_eq!(chosen(&lab), Some(R3.to_string()));
}

/// SEL-5, INFO-6
#[test]
fn a_replica_cut_off_long_before_the_master_went_down_is_unfit() {
    let mut lab = Lab::settled(1, 1);
    lab.info(R2).link_up = false;
    lab.info(R2).link_down_since = 20;
    lab.run(11_000);
    assert_eq!(unfit(&lab, R2), None, "20 s are ten times down-after");
    lab.info(R2).link_down_since = 21;
    lab.run(2000);
    let reason = Unfit::LinkDownTooLong { down: Millis(21_000), limit: Millis(20_000) };
    assert_eq!(unfit(&lab, R2), Some(reason));
    // For as long as the master is down, a link may be down longer.
    lab.node(R2).obeys = false;
    lab.node(R3).obeys = false;
    lab.freeze(M);
    lab.run(5000);
    assert_eq!(unfit(&lab, R2), None);
}

/// SEL-6, SEL-15
#[test]
fn info_must_be_five_seconds_young_if_the_master_is_down_else_thirty() {
    let mut lab = Lab::settled(3, 1);
    let refresh = |lab: &mut Lab, age: i64| {
        let now = lab.now;
        let replicas = &mut lab.sentinel.masters[0].replicas;
        let at = replicas.position_by_key("10.0.0.2:6379").unwrap();
        replicas[at].reported.info_refresh = now - Millis(age);
    };
    refresh(&mut lab, 30_000);
    assert_eq!(unfit(&lab, R2), None);
    refresh(&mut lab, 30_001);
    assert_eq!(unfit(&lab, R2), Some(Unfit::InfoTooOld { age: Some(Millis(30_001)), limit: Millis(30_000) }));
    lab.crash(M);
    lab.run(3000);
    refresh(&mut lab, 5000);
    assert_eq!(unfit(&lab, R2), None);
    refresh(&mut lab, 5001);
    assert_eq!(unfit(&lab, R2), Some(Unfit::InfoTooOld { age: Some(Millis(5001)), limit: Millis(5000) }));
}

/// SEL-6
#[test]
fn a_replica_never_asked_is_unfit() {
    let mut lab = Lab::settled(1, 1);
    lab.sentinel.masters[0].replicas[0].reported.info_refresh = crate::sim::NodeTime::ZERO;
    let name = lab.sentinel.masters[0].replicas[0].name.clone();
    let selection = lab.sentinel.weigh_replicas(lab.master(), lab.now);
    let candidate = selection.candidates.iter().find(|candidate| candidate.name == name).unwrap();
    assert_eq!(candidate.unfit, Some(Unfit::InfoTooOld { age: None, limit: Millis(30_000) }));
}

/// SEL-13
#[test]
fn being_unannounced_loading_or_never_synced_does_not_matter() {
    let mut lab = Lab::settled(1, 1);
    lab.info(R2).announced = false;
    lab.info(R2).link_up = false;
    lab.info(R2).link_down_since = -1;
    lab.node(R2).ping = Reply::error("LOADING Redis is loading the dataset in memory");
    lab.run(12_000);
    assert_eq!(lab.replica(R2).master_link_down_time, Millis(-1000));
    assert_eq!(unfit(&lab, R2), None);
    assert_eq!(chosen(&lab), Some(R2.to_string()));
}

/// SEL-14
#[test]
fn offsets_are_those_of_the_last_info() {
    let mut lab = Lab::settled(2, 1);
    while lab.times(R3, "INFO").is_empty() {
        lab.run(1);
    }
    lab.run(10);
    // From now on the other replica is ahead, and nobody asks before the choice is made.
    lab.info(R3).offset = 99_000;
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(300);
    assert!(lab.logged(&format!("+selected-slave {PR2}")), "{:#?}", lab.log());
}

/// MYTH-4, FSM-SELECT-2
#[test]
fn the_leader_keeps_the_reasons_of_its_choice() {
    let mut lab = Lab::settled(1, 1);
    lab.crash(M);
    lab.run(3500);
    let selection = lab.master().selection.clone().unwrap();
    assert_eq!(selection.at, lab.when("+selected-slave"));
    assert_eq!(selection.candidates.len(), 2);
    assert!(selection.candidates.iter().all(|candidate| candidate.unfit.is_none()));
    assert_eq!(lab.master().failover.promoted(), selection.chosen);
}
