//! How a failover goes, and how long it takes.

use crate::run::{Run, SENTINELS, assert_between};

/// TRACE-9, VER-2, PCMD-12, SEEDB-1, SEEDC-9
#[test]
fn a_failover_takes_as_long_as_a_real_one() {
    for seed in 1..=12 {
        let mut run = Run::start(seed);
        run.run(1500 + 137 * seed);
        let killed = run.now();
        run.kill("M0");
        run.run(12_000);
        let leader = run.leader();
        for sentinel in SENTINELS {
            let down = run.times(sentinel, "+sdown master").next();
            // Who hears of the new master before finds nobody down.
            let Some(down) = down else { continue };
            assert_between(down - killed, 2000.0, 2210.0, "+sdown of the killed master");
        }
        let when = |line: &str| run.when(leader, line);
        let agreed = when("+odown") - when("+sdown master");
        assert_between(agreed, 50.0, 1300.0, "+odown needs the answer of a peer that is asked each second");
        // The times of log lines that follow a save in the same turn have the save in them.
        let elected = when("+elected-leader") - when("+try-failover");
        assert_between(elected, 50.0, 260.0, "two timers after the attempt the votes are counted");
        let told = when("+failover-state-wait-promotion") - when("+elected-leader");
        assert_between(told, 100.0, 215.0, "two timers");
        let promoted = when("+promoted-slave") - when("+failover-state-wait-promotion");
        assert_between(promoted, 0.0, 1200.0, "INFO each second");
        let reconfigured = when("+slave-reconf-done") - when("+slave-reconf-sent");
        assert_between(reconfigured, 0.0, 2300.0, "one INFO for the address, one for the link");
        let total = when("+switch-master") - killed;
        assert_between(total, 2500.0, 7500.0, "down-after and about four seconds");
    }
}

/// SEEDA-14, SEEDB-9, FSM-PROMOTED-3, CONF-10, MYTH-10, HELLO-13
#[test]
fn observers_switch_before_the_leader_has_finished() {
    for seed in 1..=4 {
        let mut run = Run::start(seed);
        run.run(1000);
        run.kill("M0");
        run.run(15_000);
        let leader = run.leader();
        let (promoted, end) = (run.when(leader, "+promoted-slave"), run.when(leader, "+failover-end"));
        for observer in SENTINELS.into_iter().filter(|name| *name != leader) {
            let switched = run.when(observer, "+switch-master");
            assert!(promoted < switched && switched < end, "{observer}: {promoted} {switched} {end}");
            let told = run.when(observer, "+config-update-from");
            assert_between(switched - told, 0.0, 0.1, "at once");
            for line in ["+slave-reconf", "+promoted-slave", "+failover-state", "+elected-leader"] {
                assert!(!run.said(observer, line), "{observer}: {line}");
            }
        }
    }
}

/// SEEDA-2, MYTH-9, VOTE-8, MYTH-5, SEEDA-5, SEEDC-10
#[test]
fn a_vote_names_a_sentinel_and_there_is_one_an_epoch() {
    for seed in 1..=6 {
        let mut run = Run::start(seed);
        run.run(1000);
        run.kill("M0");
        run.run(10_000);
        let leader = run.leader();
        for sentinel in SENTINELS {
            let log = run.log(sentinel);
            let votes: Vec<_> =
                log.iter().filter_map(|line| line.strip_prefix("+vote-for-leader ")).collect();
            let names: Vec<_> = votes.iter().map(|vote| vote.split(' ').next().unwrap_or_default()).collect();
            assert!(names.iter().all(|name| SENTINELS.contains(name)), "{votes:?}");
            let mut epochs: Vec<_> = votes.iter().map(|vote| vote.split(' ').nth(1)).collect();
            let all = epochs.len();
            epochs.dedup();
            assert_eq!(epochs.len(), all, "{votes:?}");
        }
        let log = run.log(leader);
        let place = |line: &str| log.iter().position(|logged| logged.starts_with(line));
        assert!(place("+new-epoch") < place("+try-failover"));
        assert!(place("+try-failover") < place("+vote-for-leader"));
        assert!(place("+vote-for-leader") < place("+elected-leader"));
    }
}

/// MYTH-21, SEEDC-15, REPL-73
#[test]
fn the_other_replica_goes_on_with_what_it_has() {
    let mut run = Run::start(3);
    run.command("M0", "SET key value");
    run.run(2000);
    run.kill("M0");
    run.run(12_000);
    let master = run.announced("S1");
    let other = if master == "R1" { "R2" } else { "R1" };
    assert_eq!(run.master_of(other), Some(master.clone()));
    let log = run.log(other);
    let partial = log.iter().filter(|line| line.contains("Successful partial resynchronization")).count();
    assert_eq!(partial, 1, "{log:#?}");
    assert!(!log.iter().any(|line| line.contains("Full resync from master")), "{log:#?}");
}

/// MYTH-19, INFO-31, SEEDB-12, REPL-50
#[test]
fn an_old_master_is_a_master_until_it_is_told_otherwise() {
    let mut run = Run::start(5);
    run.run(1000);
    run.kill("M0");
    run.run(15_000);
    let back = run.now();
    run.begin("M0");
    run.run(5000);
    assert_eq!(run.master_of("M0"), None);
    run.run(15_000);
    assert_eq!(run.master_of("M0"), Some(run.announced("S1")));
    let converted = SENTINELS.iter().filter_map(|name| run.times(name, "+convert-to-slave slave M0").next());
    let first = converted.fold(f64::INFINITY, f64::min);
    assert_between(first - back, 9_900.0, 11_500.0, "after the INFO that follows the first by ten seconds");
    // What it was told it has on its disk.
    run.kill("M0");
    run.run(200);
    run.begin("M0");
    run.run(300);
    assert_eq!(run.master_of("M0"), Some(run.announced("S1")));
}

/// SEEDC-13, SIM-9, MYTH-20, SEEDB-8
#[test]
fn two_failovers_by_hand_have_two_leaders_at_a_time() {
    let mut run = Run::start(2);
    run.run(1000);
    run.command("S1", "SENTINEL FAILOVER mymaster");
    run.command("S2", "SENTINEL FAILOVER mymaster");
    run.run(400);
    let elected = |name: &str| run.when(name, "+elected-leader");
    assert_between((elected("S1") - elected("S2")).abs(), 0.0, 200.0, "both lead, and nobody voted");
    assert!(!run.log("S3").iter().any(|line| line.starts_with("+vote-for-leader")));
    run.run(60_000);
    let masters: Vec<String> = SENTINELS.iter().map(|name| run.announced(name)).collect();
    let epochs: Vec<u64> = SENTINELS.iter().map(|name| run.master_at(name).config_epoch).collect();
    assert!(epochs[1..].iter().all(|epoch| *epoch == epochs[0]), "{epochs:?}");
    assert!(masters.iter().all(|name| *name == "R1" || *name == "R2"), "{masters:?}");
}

/// SIM-10, LINK-3, TIM-6
#[test]
fn a_sentinel_mistrusts_its_clock_for_all_its_masters() {
    let mut run = Run::start(4);
    run.command("S1", "SENTINEL MONITOR other 10.9.9.9 6379 1");
    run.run(1000);
    run.freeze("S1");
    run.run(3000);
    run.resume("S1");
    run.run(20_000);
    assert!(run.said("S1", "+tilt") && !run.said("S1", "+sdown master other"));
    run.run(20_000);
    let (end, down) = (run.when("S1", "-tilt"), run.when("S1", "+sdown master other"));
    assert_between(down - end, 0.0, 100.0, "of the other master too it judges again");
    // Their epochs are one, their states are not.
    assert!(!run.said("S1", "+sdown master mymaster"));
}
