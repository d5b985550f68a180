//! The mysteries that the library offers: each shows what the catalogue says of it.

use crate::play::Play;
use sentinel_lab::scenario::entry;
use sentinel_lab::sim::Seed;

/// The run of a built-in mystery for so long, for some seeds.
fn runs(id: &str, ms: u64) -> impl Iterator<Item = Play> {
    let entry = entry(id).unwrap_or_else(|| panic!("{id} is not built in"));
    [7, 8, 9].map(Seed).into_iter().map(move |seed| {
        assert!(entry.scenario().begin(seed).stable, "{id} comes up");
        Play::seeded(entry.json, seed).to(ms)
    })
}

/// Mystery 1. SEL-5
#[test]
fn no_replica_is_good_enough_after_the_sentinels_return() {
    for run in runs("mystery-nobody-good-enough", 120_000) {
        assert!(run.count("+odown") > 0);
        let aborted = run.count("-failover-abort-no-good-slave");
        assert!(aborted > 3 && run.count("+elected-leader") == aborted, "{aborted}");
        assert_eq!(run.count("+selected-slave"), 0);
        let master = run.master("S1");
        for name in ["R1", "R2"] {
            assert!(run.replica("S1", name).master_link_down.0 > 10 * master.down_after.0);
        }
    }
}

/// Mystery 2. REPL-60
#[test]
fn clients_wait_although_the_switch_is_done() {
    for run in runs("mystery-client-waits", 60_000) {
        let switch = run.first("+switch-master") - 5000;
        assert!(run.outage("told") < switch + 1500, "{} {switch}", run.outage("told"));
        assert!(run.outage("timed") < switch + 7000, "{} {switch}", run.outage("timed"));
        for client in ["once", "patient"] {
            assert!(run.outage(client) > 50_000, "{client}");
        }
    }
}

/// Mystery 3. TILT-1, LINK-7
#[test]
fn a_resolver_that_takes_2500_ms_brings_tilt_and_no_failover() {
    for run in runs("mystery-slow-resolver", 120_000) {
        assert!(run.events("+tilt").iter().all(|(at, ..)| *at > 5000));
        for sentinel in ["S1", "S2", "S3"] {
            let tilts = run.events("+tilt").iter().filter(|(_, by, _)| by == sentinel).count();
            assert!(tilts >= 2, "{sentinel}: {tilts}");
        }
        assert_eq!((run.count("+try-failover"), run.count("+switch-master")), (0, 0));
    }
}

/// Mystery 4. INFO-14, INFO-15
#[test]
fn observers_wait_eight_seconds_before_they_correct_a_role() {
    for run in runs("mystery-observer-waits", 40_000) {
        let promoted = run.events("+promoted-slave");
        assert_eq!((promoted.len(), run.count("+switch-master")), (1, 3));
        let corrected = run.events("+convert-to-slave");
        assert!(!corrected.is_empty());
        for (at, _, text) in corrected {
            assert!(text.starts_with("slave M0 ") && at > promoted[0].0 + 8000, "{at} {text}");
        }
    }
}

/// Mystery 5. SEL-5, INFO-12
#[test]
fn an_old_master_that_is_alone_is_master_again_without_the_new_data() {
    for run in runs("mystery-stale-master", 34_000) {
        assert!(run.has_key("R1", "old") && run.has_key("R1", "new"));
        let run = run.to(90_000);
        assert!(run.redis("M0").is_master);
        assert_eq!(run.master("S1").announced, run.world.node(run.id("M0")).addr);
        assert!(run.has_key("M0", "old") && !run.has_key("M0", "new"));
    }
}

/// Mystery 6. HELLO-4, HELLO-9, HELLO-13
#[test]
fn a_foreign_sentinel_brings_group_a_to_the_master_of_b() {
    for run in runs("mystery-foreign-sentinel", 60_000) {
        for sentinel in ["A1", "A2"] {
            assert_eq!(run.master(sentinel).announced, run.world.node(run.id("MB")).addr);
        }
        assert!(run.redis("MB").is_master && !run.redis("MA").is_master);
        let data = run.world.node(run.id("MA")).redis().unwrap().dataset();
        assert_eq!(data.get("mine").unwrap(), "B");
    }
}

/// Mystery 7. SDOWN-8, PONG-2
#[test]
fn a_master_that_loads_for_200_s_is_not_replaced() {
    for run in runs("mystery-loading-master", 200_000) {
        assert_eq!((run.count("+reboot"), run.count("+sdown"), run.count("+switch-master")), (3, 0, 0));
        assert!(run.world.node(run.id("M0")).redis().unwrap().is_loading());
        let run = run.to(220_000);
        assert!(!run.world.node(run.id("M0")).redis().unwrap().is_loading());
        assert_eq!(run.redis("M0").keys, 10_000);
    }
}

/// Mystery 8. ELEC-1
#[test]
fn a_sentinel_that_was_taken_away_still_counts() {
    for run in runs("mystery-scaled-back", 90_000) {
        assert!(run.events("+odown").iter().any(|(_, _, text)| text.ends_with("#quorum 2/2")));
        assert!(run.count("-failover-abort-not-elected") > 1);
        assert_eq!((run.count("+elected-leader"), run.master("S1").sentinels.len() + 1), (0, 4));
    }
}

/// Mystery 9. INFO-16, REPL-71
#[test]
fn a_planned_failover_sets_the_counter_back_by_about_ten() {
    for run in runs("mystery-counter-falls-back", 50_000) {
        let demoted = run.first_about("+convert-to-slave", "M0") - 10_000;
        let lost = run.lost("counter");
        assert!((8000..14_000).contains(&demoted) && (7..=13).contains(&lost), "{demoted} {lost}");
    }
}

/// Mystery 10. REPL-71
#[test]
fn what_was_written_at_the_wrong_side_is_thrown_away() {
    for run in runs("mystery-both-sides-write", 34_900) {
        let history = |client: &str| run.world.node(run.id(client)).client().unwrap().history();
        assert!(history("a").errors.is_empty() && run.outage("a") < 1000);
        assert!(
            !history("b").errors.is_empty()
                && history("b").last_ack > history("b").longest_gap.map(|(_, at)| at)
        );
        assert!(run.redis("M0").is_master && (run.redis("R1").is_master || run.redis("R2").is_master));
        let run = run.to(70_000);
        let demoted = run.first_about("+convert-to-slave", "M0") - 35_000;
        assert!((7000..20_000).contains(&demoted), "{demoted}");
        // Nearly 50 writes a second.
        let (lost, span) = (run.lost("a"), 30_000 + demoted);
        assert!(lost * 20 > span * 8 / 10 && lost * 20 < span * 11 / 10, "{lost} in {span} ms");
    }
}

/// Mystery 11. FSM-CMD-2
#[test]
fn no_promotion_completes_without_config() {
    for run in runs("mystery-config-disabled", 45_000) {
        assert!(run.count("+failover-state-wait-promotion") > 1);
        assert!(run.count("-failover-abort-slave-timeout") > 0);
        assert_eq!((run.count("+promoted-slave"), run.count("+switch-master")), (0, 0));
        assert!(!run.redis("R1").is_master && !run.redis("R2").is_master);
    }
}
