//! What each fault looks like to the sentinels, and what it costs.

use crate::run::{Run, SENTINELS, assert_between};
use sentinel_lab::cluster::{Action, WriterMode, WriterSettings};
use sentinel_lab::sim::Micros;

/// A client on a host of its own that writes to M0, whatever becomes of it.
fn write_to_the_master(run: &mut Run) {
    let host = run.host("C1");
    let mode = WriterMode::Fixed(run.cluster().node_named("M0").expect("it is there"));
    let interval = Micros::from_millis(10);
    let timeout = Some(Micros::from_secs(1));
    run.act(Action::StartWriter(WriterSettings { name: "w".into(), host, mode, interval, timeout }));
}

fn acknowledged(run: &Run) -> u64 {
    let writer = run.cluster().writer("w").expect("it writes");
    run.cluster().node(writer).client().expect("a client").history().acked
}

/// REPL-60, REPL-29, SIM-4, PCMD-4
#[test]
fn a_killed_master_is_refused_and_its_replicas_notice_at_once() {
    let mut run = Run::start(7);
    run.run(1000);
    run.kill("M0");
    run.run(50);
    assert!(!run.redis("R1").is_link_up() && !run.redis("R2").is_link_up());
    let told = |run: &Run| run.replica_at("S1", "R1").master_link_down.0;
    // Within ten seconds an INFO shows it, and from then on there is one each second.
    run.kill("S2");
    run.kill("S3");
    run.run(12_000);
    let mut ages = Vec::new();
    for _ in 0..30 {
        run.run(100);
        ages.push(run.replica_at("S1", "R1").info_age.expect("it was read").0);
    }
    assert!(ages.iter().all(|age| *age <= 1110), "{ages:?}");
    let down = told(&run);
    assert_between(
        down as f64,
        run.now() - 1000.0 - 2300.0,
        run.now() - 1000.0,
        "whole seconds since the loss",
    );
}

/// SIM-4, REPL-61, LINK-18
#[test]
fn a_frozen_master_is_silent_and_its_replicas_notice_nothing() {
    let mut run = Run::start(7);
    run.kill("S2");
    run.kill("S3");
    run.run(1000);
    run.freeze("M0");
    run.run(10_000);
    assert!(run.master_at("S1").instance.s_down);
    assert!(!run.master_at("S1").instance.disconnected);
    assert!(run.redis("R1").is_link_up() && run.redis("R2").is_link_up());
    run.run(60_000);
    assert!(!run.redis("R1").is_link_up(), "repl-timeout is over");
}

/// REPL-62
#[test]
fn a_master_that_stood_still_for_less_than_its_time_is_not_noticed() {
    for seed in 1..=6 {
        let mut run = Run::start(seed);
        run.run(1000 + 211 * seed);
        run.freeze("M0");
        // The PING before the pause may be a second old.
        run.run(900);
        run.resume("M0");
        run.run(5000);
        for sentinel in SENTINELS {
            assert_eq!(run.log(sentinel), Vec::<String>::new(), "seed {seed}");
        }
    }
}

/// SIM-5, TILT-1, TILT-3, TILT-9, SDOWN-11
#[test]
fn a_sentinel_that_stood_still_is_down_for_its_peers_and_mistrusts_its_clock() {
    let mut run = Run::start(3);
    run.run(1000);
    let frozen = run.now();
    run.freeze("S2");
    run.run(6000);
    for peer in ["S1", "S3"] {
        let down = run.when(peer, "+sdown sentinel S2") - frozen;
        assert_between(down, 2000.0, 3210.0, "a second until the PING, two without a reply");
    }
    let resumed = run.now();
    run.resume("S2");
    run.run(500);
    assert_between(run.when("S2", "+tilt") - resumed, 0.0, 110.0, "with its first timer");
    assert!(run.said("S1", "-sdown sentinel S2") && run.said("S3", "-sdown sentinel S2"));
    run.run(31_000);
    assert_between(run.when("S2", "-tilt") - run.when("S2", "+tilt"), 30_000.0, 30_110.0, "half a minute");
}

/// TILT-1, TILT-3, SDOWN-11
#[test]
fn a_sentinel_kept_from_the_processor_works_off_what_has_queued_and_mistrusts_its_clock() {
    let mut run = Run::start(3);
    run.run(1000);
    let stalled = run.now();
    let node = run.cluster().node_named("S2").expect("it is there");
    run.act(Action::Stall { node, span: Micros::from_secs(5) });
    run.run(4900);
    for peer in ["S1", "S3"] {
        let down = run.when(peer, "+sdown sentinel S2") - stalled;
        assert_between(down, 2000.0, 3210.0, "a second until the PING, two without a reply");
    }
    assert!(!run.said("S2", "+tilt"), "it knows nothing of it yet");
    run.run(600);
    assert_between(run.when("S2", "+tilt") - stalled, 5000.0, 5110.0, "with its first timer");
    assert!(run.said("S1", "-sdown sentinel S2") && run.said("S3", "-sdown sentinel S2"));
}

/// REPL-67, REPL-71, REPL-76, SEEDB-3, MYTH-19
#[test]
fn a_master_cut_off_from_the_majority_takes_writes_until_it_is_demoted() {
    let mut run = Run::start(6);
    write_to_the_master(&mut run);
    run.run(2000);
    run.cut_off(&["M0", "S1", "C1"]);
    run.run(15_000);
    assert!(run.said("S2", "+switch-master") && run.said("S3", "+switch-master"));
    assert_eq!(run.announced("S1"), "M0", "the minority knows of nothing");
    assert_eq!(run.master_of("M0"), None);
    let before = acknowledged(&run);
    run.run(1000);
    assert!(acknowledged(&run) > before + 50, "its clients write on");
    let healed = run.now();
    run.act(Action::Heal);
    let mut demoted = None;
    for _ in 0..300 {
        run.run(100);
        if run.master_of("M0").is_some() {
            demoted = Some(run.now() - healed);
            break;
        }
    }
    let demoted = demoted.expect("it is told in the end");
    assert_between(demoted, 8000.0, 13_000.0, "about ten seconds after it can be reached");
    let then = acknowledged(&run);
    run.run(8000);
    assert!(acknowledged(&run) <= then + 20, "a replica takes none");
    let writer = run.cluster().node(run.cluster().writer("w").expect("it writes"));
    let lost = run.cluster().lost_writes(writer.client().expect("a client"));
    let lost: u64 = lost.iter().map(|segment| segment.count).sum();
    assert!(lost > 1000, "everything since the cut: {lost}");
    assert_eq!(run.announced("S1"), run.announced("S2"));
}

/// REPL-68, INFO-17, INFO-32
#[test]
fn a_replica_that_missed_the_failover_follows_the_address_in_its_own_file_at_first() {
    let mut run = Run::start(9);
    run.run(1000);
    run.kill("R2");
    run.run(4000);
    run.kill("M0");
    run.run(12_000);
    assert_eq!(run.announced("S1"), "R1");
    let back = run.now();
    run.begin("R2");
    run.run(10_000);
    assert_eq!(run.master_of("R2").as_deref(), Some("M0"));
    run.run(30_000);
    assert_eq!(run.master_of("R2").as_deref(), Some("R1"));
    let fixes = SENTINELS.iter().filter_map(|name| run.times(name, "+fix-slave-config slave R2").next());
    let first = fixes.fold(f64::INFINITY, f64::min) - back;
    assert_between(first, 20_000.0, 32_000.0, "the failover timeout after its configuration was first seen");
}

/// REPL-69, FSM-NOONE-3, FSM-PROMOTED-4
#[test]
fn a_command_sent_to_a_stopped_process_is_carried_out_when_it_goes_on() {
    let mut run = Run::start(8);
    run.run(1000);
    run.command("S1", "SENTINEL FAILOVER mymaster");
    run.run_until("S1", "+failover-state-send-slaveof-noone");
    let chosen = if run.said("S1", "+selected-slave slave R1") { "R1" } else { "R2" };
    run.freeze(chosen);
    // The connection is dropped as idle meanwhile, and the attempt given up.
    run.run_until("S1", "-failover-abort-slave-timeout");
    assert!(run.master_of(chosen).is_some(), "it has not read it yet");
    run.resume(chosen);
    run.run(100);
    assert_eq!(run.master_of(chosen), None, "it was told, and nobody can take that back");
    run.run(30_000);
    assert_eq!(run.master_of(chosen).as_deref(), Some("M0"), "who is master was never changed");
    assert!(SENTINELS.iter().any(|name| run.said(name, "+convert-to-slave")));
}

/// MYTH-25, SEEDC-17, LINK-15, PCMD-12: in twelve silences, from the PING that was not answered any more.
#[test]
fn the_time_of_a_silent_master_counts_from_the_first_ping_without_a_reply() {
    let mut early = 0;
    for seed in 1..=12 {
        let mut run = Run::start(seed);
        run.run(1000 + 97 * seed);
        let frozen = run.now();
        run.freeze("M0");
        run.run(4000);
        let down: Vec<f64> = SENTINELS.iter().map(|name| run.when(name, "+sdown master") - frozen).collect();
        for after in &down {
            assert_between(*after, 1990.0, 3220.0, "the wait for a PING, and down-after");
        }
        early += down.iter().filter(|after| **after < 2500.0).count();
    }
    assert!((6..=30).contains(&early), "spread over more than a second: {early} of 36 in the first half");
}
