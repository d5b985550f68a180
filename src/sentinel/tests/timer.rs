//! The timer, and TILT.

use super::lab::*;
use crate::protocol::{Input, Reply};
use crate::sentinel::{MasterConf, SentinelConf};
use crate::sim::Millis;
use std::collections::BTreeSet;

/// TIM-1
#[test]
fn the_first_timer_comes_a_millisecond_after_the_start() {
    let mut lab = Lab::start(conf(2), 1);
    lab.add_group();
    assert!(lab.dials.is_empty());
    lab.run(1);
    assert_eq!(lab.dials, [(BEGIN + Millis(1), M), (BEGIN + Millis(1), M)]);
}

/// TIM-2, CON-24, SIM-1
#[test]
fn the_timer_draws_its_frequency_anew_each_time() {
    let mut lab = Lab::settled(2, 1);
    let mut gaps = BTreeSet::new();
    lab.tick();
    for _ in 0..300 {
        let before = lab.now;
        lab.tick();
        gaps.insert((lab.now - before).0);
    }
    assert_eq!(gaps, BTreeSet::from([52, 55, 58, 62, 66, 71, 76, 83, 90, 100]));
}

/// TIM-10, PCMD-4
#[test]
fn replicas_are_asked_for_info_in_the_very_timer_that_raises_odown() {
    let mut lab = Lab::settled(1, 3);
    lab.node(AT_B).vote = Vote::Nobody;
    lab.node(AT_C).vote = Vote::Nobody;
    lab.crash(M);
    lab.run(4000);
    let odown = lab.when("+odown");
    assert!(lab.times(R2, "INFO").contains(&odown));
    assert!(lab.times(R3, "INFO").contains(&odown));
}

/// TIM-12
#[test]
fn other_sentinels_get_ping_and_hello_but_no_info() {
    let mut lab = Lab::settled(2, 2);
    lab.run(30_000);
    assert!(lab.times(AT_B, "PING").len() > 20);
    assert!(lab.times(AT_B, "PUBLISH __sentinel__:hello").len() > 10);
    assert!(lab.times(AT_B, "INFO").is_empty());
    assert!(lab.times(AT_B, "SUBSCRIBE").is_empty());
}

/// TIM-4
#[test]
fn of_two_masters_that_end_their_failovers_together_one_switches_a_timer_later() {
    let conf = SentinelConf::new(26379)
        .monitor(MasterConf::new("a", "10.0.0.1", 6379, 1))
        .monitor(MasterConf::new("b", "10.0.0.4", 6379, 1));
    let mut lab = Lab::start(conf, 5);
    let (m4, r5) = (addr(4, 6379), addr(5, 6379));
    lab.add_redis(M, '1', None);
    lab.add_redis(R2, '2', Some(M));
    lab.add_redis(m4, '4', None);
    lab.add_redis(r5, '5', Some(m4));
    lab.info(M).replicas = vec![R2];
    lab.info(m4).replicas = vec![r5];
    lab.run(15_000);
    lab.forget();
    assert_eq!(lab.ask("SENTINEL FAILOVER a"), Reply::ok());
    assert_eq!(lab.ask("SENTINEL FAILOVER b"), Reply::ok());
    lab.run(5000);
    assert_eq!(lab.when("+failover-end master a"), lab.when("+failover-end master b"));
    let (a, b) = (lab.when("+switch-master a"), lab.when("+switch-master b"));
    let gap = if a < b { b - a } else { a - b };
    assert!(Millis(50) < gap && gap <= Millis(100), "{gap:?}");
}

/// TIM-6, CMD-REMOVE-1
#[test]
fn without_a_master_tilt_never_ends() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(lab.ask("SENTINEL REMOVE mymaster"), Reply::ok());
    lab.stall(3000);
    lab.run(60_000);
    assert_eq!(lab.count("+tilt"), 1);
    assert_eq!(lab.count("-tilt"), 0);
    assert!(lab.sentinel.is_tilt());
}

/// TILT-1, TILT-3, TILT-4, EVT-41, EVT-42, VER-9, CON-6, CON-7, MOD-4
#[test]
fn a_timer_more_than_two_seconds_late_enters_tilt_for_thirty_seconds() {
    let mut lab = Lab::settled(2, 2);
    lab.tick();
    lab.stall(1900);
    lab.run(500);
    assert!(!lab.logged("+tilt"));
    lab.tick();
    lab.stall(2001);
    lab.run(40_000);
    assert_eq!(lab.count("+tilt #tilt mode entered"), 1);
    let held = lab.when("-tilt #tilt mode exited") - lab.when("+tilt");
    assert!(Millis(30_000) <= held && held <= Millis(30_100), "{held:?}");
}

/// TILT-1, TILT-3, GEN-1
#[test]
fn a_clock_that_goes_back_by_any_amount_enters_tilt() {
    let mut lab = Lab::settled(2, 1);
    lab.tick();
    lab.now = lab.now - Millis(1);
    lab.give(Input::Timer);
    assert!(lab.logged("+tilt"));
}

/// TILT-2
#[test]
fn a_new_anomaly_during_tilt_starts_the_thirty_seconds_again() {
    let mut lab = Lab::settled(2, 1);
    lab.stall(3000);
    lab.run(20_000);
    lab.stall(3000);
    lab.run(29_900);
    assert_eq!(lab.count("+tilt"), 2);
    assert_eq!(lab.count("-tilt"), 0);
    lab.run(200);
    assert_eq!(lab.count("-tilt"), 1);
}

/// TILT-5, TILT-6, VOTE-2, TIM-5, MYTH-23
#[test]
fn in_tilt_a_sentinel_goes_on_listening_but_judges_nothing() {
    let mut lab = Lab::settled(2, 2);
    lab.crash(M);
    lab.run(2500);
    assert!(lab.master().instance.s_down);
    lab.stall(3000);
    lab.run(10);
    assert!(lab.sentinel.is_tilt());
    lab.forget();
    // It holds the master for down and says that it is not.
    let answer = lab.ask(&format!("SENTINEL is-master-down-by-addr 10.0.0.1 6379 1 {B}"));
    let vote = vec![Reply::Integer(0), Reply::bulk(B), Reply::Integer(1)];
    assert_eq!(answer, Reply::Array(vote));
    lab.crash(R2);
    lab.run(14_000);
    assert!(lab.dials.iter().filter(|(_, to)| *to == R2).count() > 20, "it goes on dialling");
    assert!(lab.times(R3, "PING").len() > 5);
    assert!(lab.times(R3, "INFO").len() > 1);
    assert!(!lab.times(R3, "PUBLISH").is_empty());
    assert!(lab.times(AT_B, "SENTINEL is-master-down").is_empty());
    assert_eq!(lab.count("+sdown"), 0);
    assert_eq!(lab.count("+odown"), 0);
    assert!(lab.master().instance.s_down, "flags keep their values");
}

/// TILT-8
#[test]
fn what_was_due_during_tilt_happens_in_the_timer_that_ends_it() {
    let mut lab = Lab::settled(2, 1);
    lab.stall(3000);
    lab.tick();
    lab.crash(M);
    lab.run(31_000);
    assert_eq!(lab.when("+sdown master"), lab.when("-tilt"));
}

/// TILT-9, GEN-5
#[test]
fn after_a_pause_replies_are_read_before_the_timer_notices_it() {
    let mut lab = Lab::settled(2, 1);
    lab.info(M).replicas.push(addr(4, 6379));
    // Stop right after INFO was sent to the master.
    while lab.times(M, "INFO").is_empty() {
        lab.run(1);
    }
    lab.stall(3000);
    lab.run(1);
    let log = lab.log();
    assert_in_order(&log, &["+slave slave 10.0.0.4:6379", "+tilt"]);
    assert_eq!(lab.when("+slave"), lab.when("+tilt"));
}

/// TILT-7, CMD-FAILOVER-2
#[test]
fn a_failover_asked_for_in_tilt_waits_for_its_end() {
    let mut lab = Lab::settled(2, 1);
    lab.stall(3000);
    lab.tick();
    assert_eq!(lab.ask("SENTINEL FAILOVER mymaster"), Reply::ok());
    lab.run(20_000);
    assert!(lab.logged("+try-failover"));
    assert!(!lab.logged("+elected-leader"));
    lab.run(12_000);
    assert_eq!(lab.when("+elected-leader"), lab.when("-tilt"));
}

/// A timer that finds nothing due spares looking; what comes out must be the same as if it looked each time.
#[test]
fn sparing_idle_timers_changes_nothing() {
    use crate::sim::{Rng, Seed};
    for seed in 0..6 {
        let mut rng = Rng::new(Seed(seed), 99);
        let mut quick = Lab::settled(2, 3);
        let mut thorough = quick.clone();
        thorough.thorough = true;
        for _ in 0..40 {
            let (choice, span) = (rng.below(11), i64::from(rng.below(4000)));
            let at = [M, R2, R3, AT_B, AT_C][rng.below(5) as usize];
            for lab in [&mut quick, &mut thorough] {
                match choice {
                    0 => lab.crash(at),
                    1 => lab.freeze(at),
                    2..5 => lab.revive(at),
                    5 => lab.node(AT_B).says_down = true,
                    6 => lab.node(AT_B).says_down = false,
                    7 => drop(lab.ask("SENTINEL FAILOVER mymaster")),
                    8 => {
                        let master = lab.master().announced_addr().dial().unwrap();
                        lab.hello_from(B, AT_B, u64::from(span as u32 % 20), 0, master);
                    }
                    9 => drop(lab.ask("SENTINEL SET mymaster down-after-milliseconds 3000")),
                    _ => lab.stall(span / 2),
                }
                lab.run(span);
            }
        }
        assert!(quick.count("+sdown") > 1, "seed {seed}");
        assert_eq!(quick.log(), thorough.log(), "seed {seed}");
        for at in [M, R2, R3, AT_B, AT_C] {
            assert_eq!(quick.sent_to(at), thorough.sent_to(at), "seed {seed}");
        }
        assert_eq!(quick.dials, thorough.dials, "seed {seed}");
        assert_eq!(quick.closes, thorough.closes, "seed {seed}");
        assert_eq!(quick.saved, thorough.saved, "seed {seed}");
    }
}
