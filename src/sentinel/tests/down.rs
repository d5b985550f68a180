//! Subjectively and objectively down, and asking the others.

use super::lab::*;
use crate::protocol::{Input, Reply};
use crate::sim::Millis;

/// SDOWN-2, SDOWN-5, SDOWN-6, MOD-18, EVT-11, SEEDB-1
#[test]
fn being_down_is_said_once_and_the_moment_is_kept_afterwards() {
    let mut lab = Lab::settled(2, 1);
    lab.freeze(M);
    lab.run(8000);
    assert_eq!(lab.count("+sdown"), 1);
    let since = lab.when("+sdown");
    assert_eq!(lab.master().instance.s_down_since, since);
    lab.revive(M);
    lab.run(3000);
    assert_eq!(lab.count(&format!("-sdown {PM}")), 1);
    assert!(!lab.master().instance.s_down);
    assert_eq!(lab.master().instance.s_down_since, since);
}

/// SDOWN-3, INFO-21, SDOWN-10, VER-11
#[test]
fn a_master_that_calls_itself_a_replica_is_down_twenty_seconds_after_its_time() {
    let mut lab = Lab::settled(2, 1);
    lab.info(M).master = Some(R2);
    lab.run(40_000);
    let after = lab.when("+sdown master") - lab.when("-role-change master");
    assert!(Millis(22_000) < after && after <= Millis(22_100), "{after:?}");
    assert_eq!(lab.log()[0], format!("-role-change {PM} new reported role is slave"));
    lab.info(M).master = None;
    lab.run(11_000);
    assert!(lab.logged(&format!("+role-change {PM} new reported role is master")));
    assert!(lab.logged("-sdown master"));
}

/// SDOWN-4, SDOWN-8, PONG-4, FLG-12, SEEDB-14, MOD-20
#[test]
fn a_master_that_reboots_and_loads_too_long_is_down_if_the_operator_says_so() {
    for (period, down) in [(0, false), (3000, true)] {
        let mut lab = Lab::settled(2, 1);
        lab.ask(&format!("SENTINEL SET mymaster master-reboot-down-after-period {period}"));
        lab.info(M).run_id = "9".repeat(40);
        lab.node(M).ping = Reply::error("LOADING Redis is loading the dataset in memory");
        lab.run(20_000);
        assert!(lab.logged(&format!("+reboot {PM}")));
        assert_eq!(lab.logged("+sdown master"), down, "{period}");
        if down {
            let after = lab.when("+sdown master") - lab.when("+reboot master");
            assert!(Millis(3000) < after && after <= Millis(3100), "{after:?}");
            lab.node(M).ping = Reply::pong();
            lab.run(2000);
            assert!(lab.logged("-sdown master"));
        }
    }
}

/// SDOWN-9
#[test]
fn a_reboot_period_set_during_the_reboot_holds_at_once() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL SET mymaster master-reboot-down-after-period 60000");
    lab.info(M).run_id = "9".repeat(40);
    lab.node(M).ping = Reply::error("LOADING Redis is loading the dataset in memory");
    lab.run(12_000);
    assert!(lab.logged("+reboot") && !lab.logged("+sdown"));
    lab.ask("SENTINEL SET mymaster master-reboot-down-after-period 0");
    lab.run(200);
    assert!(lab.logged("+sdown master"));
}

/// SDOWN-11, MYTH-22, ODOWN-5
#[test]
fn replicas_and_sentinels_become_down_but_never_objectively() {
    let mut lab = Lab::settled(1, 2);
    lab.crash(R2);
    lab.crash(AT_B);
    lab.run(4000);
    assert!(lab.logged(&format!("+sdown {PR2}")));
    assert!(lab.logged(&format!("+sdown sentinel {B} 10.0.0.12 26379 @ mymaster 10.0.0.1 6379")));
    assert!(!lab.logged("+odown"));
    lab.revive(R2);
    lab.run(2000);
    assert!(lab.logged(&format!("-sdown {PR2}")));
}

/// SDOWN-7
#[test]
fn a_reset_takes_the_flag_away_without_a_word() {
    let mut lab = Lab::settled(2, 1);
    lab.crash(M);
    lab.run(2500);
    lab.forget();
    assert_eq!(lab.ask("SENTINEL RESET *"), Reply::Integer(1));
    assert!(!lab.master().instance.s_down);
    lab.run(1000);
    assert!(!lab.logged("-sdown"));
    lab.run(1500);
    assert!(lab.logged("+sdown master"), "it begins anew");
}

/// ODOWN-1, ODOWN-2, ODOWN-6, MYTH-2, SEEDA-1, SEEDB-2, SEEDC-6, SEEDC-7
#[test]
fn objectively_down_is_a_quorum_of_agreeing_sentinels_not_a_majority() {
    for (quorum, agreeing, odown) in [(1, 0, true), (2, 0, false), (2, 1, true), (3, 1, false), (4, 2, false)]
    {
        let mut lab = Lab::settled(quorum, 3);
        for at in [AT_B, AT_C].into_iter().take(agreeing) {
            lab.node(at).says_down = true;
        }
        lab.crash(M);
        lab.run(6000);
        assert_eq!(lab.logged("+odown"), odown, "quorum {quorum}, {agreeing} peers agree");
        if odown {
            let count = if quorum == 1 { 1 } else { agreeing + 1 };
            assert!(lab.logged(&format!("+odown {PM} #quorum {count}/{quorum}")), "{:?}", lab.log());
        }
    }
}

/// ODOWN-3, ODOWN-4, ODOWN-7, EVT-13, MYTH-11, SEEDC-18
#[test]
fn objectively_down_ends_with_the_agreement_and_the_failover_goes_on() {
    let mut lab = Lab::settled(2, 3);
    for at in [AT_B, AT_C] {
        lab.node(at).says_down = true;
        lab.node(at).vote = Vote::Nobody;
    }
    lab.freeze(M);
    lab.run(4000);
    assert!(lab.logged("+try-failover"));
    for at in [AT_B, AT_C] {
        lab.node(at).says_down = false;
    }
    lab.run(1500);
    assert!(lab.logged(&format!("-odown {PM}")));
    assert!(!lab.master().o_down && lab.master().instance.s_down);
    assert!(lab.master().failover.is_in_progress());
}

/// ASK-2, ODOWN-4, SEEDB-2
#[test]
fn an_opinion_holds_for_five_seconds() {
    let mut lab = Lab::settled(2, 2);
    lab.node(AT_B).says_down = true;
    lab.node(AT_B).vote = Vote::Nobody;
    lab.freeze(M);
    lab.run(3500);
    assert!(lab.peer(B).master_down);
    lab.freeze(AT_B);
    let last = lab.peer(B).last_master_down_reply_time;
    lab.run(7000);
    assert!(!lab.peer(B).master_down);
    let after = lab.when("-odown") - last;
    assert!(Millis(5000) < after && after <= Millis(5200), "{after:?}");
}

/// ASK-3, ASK-5, ASK-7
#[test]
fn peers_are_asked_only_while_the_master_is_down_and_for_votes_only_in_a_failover() {
    let mut lab = Lab::settled(2, 2);
    lab.run(5000);
    assert!(lab.times(AT_B, "SENTINEL").is_empty());
    lab.crash(M);
    lab.run(3000);
    let plain = "SENTINEL is-master-down-by-addr 10.0.0.1 6379 0 *";
    assert!(!lab.times(AT_B, plain).is_empty());
    assert_eq!(lab.times(AT_B, plain).len(), lab.times(AT_B, "SENTINEL").len());
    lab.node(AT_B).says_down = true;
    lab.node(AT_B).vote = Vote::Nobody;
    lab.run(2000);
    let vote = format!("SENTINEL is-master-down-by-addr 10.0.0.1 6379 1 {A}");
    assert!(!lab.times(AT_B, &vote).is_empty());
}

/// ASK-4, ASK-6, VER-4, SEEDC-9, SEEDC-19
#[test]
fn who_answers_is_asked_each_second_and_who_does_not_with_every_timer() {
    let mut lab = Lab::settled(3, 2);
    lab.crash(M);
    lab.run(20_000);
    let times = lab.times(AT_B, "SENTINEL");
    let gaps: Vec<_> = times.windows(2).map(|pair| (pair[1] - pair[0]).0).collect();
    assert!(gaps.len() > 10 && gaps.iter().all(|gap| (1002..=1103).contains(gap)), "{gaps:?}");
    lab.freeze(AT_B);
    lab.run(2200);
    lab.forget();
    lab.run(1000);
    assert!(lab.times(AT_B, "SENTINEL").len() >= 10);
}

/// ASK-6, ASK-1
#[test]
fn in_the_timer_that_starts_a_failover_a_peer_may_be_asked_twice() {
    let mut lab = Lab::settled(1, 2);
    lab.node(AT_B).vote = Vote::Nobody;
    lab.crash(M);
    lab.run(3000);
    let start = lab.when("+try-failover");
    let asked = lab.times(AT_B, "SENTINEL").into_iter().filter(|time| *time == start).count();
    assert_eq!(asked, 2);
}

/// ASK-8
#[test]
fn a_sentinel_that_is_down_but_connected_is_asked_too() {
    let mut lab = Lab::settled(3, 2);
    lab.node(AT_B).ping = Reply::error("NOAUTH Authentication required.");
    lab.crash(M);
    lab.run(6000);
    assert!(lab.peer(B).instance.s_down);
    lab.forget();
    lab.run(3000);
    assert!(!lab.times(AT_B, "SENTINEL").is_empty());
}

/// ASK-10
#[test]
fn an_answer_of_another_shape_is_ignored() {
    let mut lab = Lab::settled(2, 2);
    lab.freeze(AT_B);
    lab.crash(M);
    lab.run(2500);
    let cc = lab.link(&lab.peer(B).instance).cc.as_ref().unwrap().id;
    let before = lab.peer(B).last_master_down_reply_time;
    for _ in 0..200 {
        let odd = Reply::Array(vec![Reply::Integer(1), Reply::Integer(0), Reply::Integer(0)]);
        lab.give(Input::Received(cc, odd.into()));
    }
    assert!(!lab.peer(B).master_down);
    assert_eq!(lab.peer(B).last_master_down_reply_time, before);
    assert_eq!(lab.link(&lab.peer(B).instance).pending_commands, 0, "they were replies all the same");
}

/// ASK-11, ASK-12, LOG-13, MYTH-5, SEEDA-5
#[test]
fn a_vote_is_logged_when_its_epoch_is_new_and_kept_while_the_peer_tells_of_none() {
    let mut lab = Lab::settled(2, 3);
    lab.node(AT_B).says_down = true;
    lab.node(AT_B).vote = Vote::For(C);
    lab.node(AT_C).vote = Vote::Nobody;
    lab.crash(M);
    lab.run(6000);
    assert_eq!(lab.count(&format!("{B} voted for {C} 1")), 1);
    assert_eq!(lab.peer(B).leader.as_deref(), Some(C));
    lab.node(AT_B).vote = Vote::Nobody;
    lab.run(2000);
    assert_eq!(lab.peer(B).leader.as_deref(), Some(C));
    assert_eq!(lab.sentinel.current_epoch(), 1, "a reply's epoch is not adopted");
}
