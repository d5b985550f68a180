//! The built-in scenarios show what the catalogue says that they show.
#![cfg(not(target_arch = "wasm32"))]

use sentinel_lab::cluster::{Cluster, Record, Said};
use sentinel_lab::redis::RedisServer;
use sentinel_lab::scenario::{Scenario, entry};
use sentinel_lab::sim::{Micros, Seed, SimTime};

/// A run of a built-in scenario, some seconds long.
struct Run {
    origin: SimTime,
    records: Vec<Record>,
    cluster: Cluster,
}

/// Something that a sentinel said: when (milliseconds from t = 0), who, and what, names put in.
#[derive(Debug)]
struct Line {
    ms: u64,
    by: String,
    event: &'static str,
    text: String,
}

#[track_caller]
fn run(id: &str, seconds: u64, seed: u64) -> Run {
    let begun = entry(id).expect("it is built in").scenario().begin(Seed(seed));
    assert!(begun.stable, "{id} comes up");
    let (mut cluster, origin, mut records) = (begun.cluster, SimTime::ZERO, Vec::new());
    let origin = origin.max(cluster.now());
    cluster.run_until(origin + Micros::from_secs(seconds), &mut records);
    records.sort_by_key(|record| record.at);
    Run { origin, records, cluster }
}

/// The same for a few seeds: what is said of a scenario is said of every run of it.
fn runs(id: &str, seconds: u64) -> impl Iterator<Item = Run> {
    [7, 8, 9].into_iter().map(move |seed| run(id, seconds, seed))
}

impl Run {
    fn lines(&self, event: &str) -> Vec<Line> {
        let line = |record: &Record| {
            let Said::Sentinel(said) = &record.what else { return None };
            let (name, payload) = said.named();
            (name == event).then(|| Line {
                ms: record.at.since(self.origin).0 / 1000,
                by: self.cluster.node(record.node.expect("a sentinel")).name.to_string(),
                event: name,
                text: self.cluster.symbolic(&payload),
            })
        };
        self.records.iter().filter_map(line).collect()
    }

    #[track_caller]
    fn first(&self, event: &str) -> Line {
        self.lines(event).into_iter().next().unwrap_or_else(|| panic!("nobody says {event}"))
    }

    #[track_caller]
    fn assert_never(&self, event: &str) {
        let lines = self.lines(event);
        assert!(lines.is_empty(), "somebody says {event}: {lines:?}");
    }

    fn of_master(&self, event: &str) -> Vec<Line> {
        self.lines(event).into_iter().filter(|line| line.text.starts_with("master ")).collect()
    }

    fn is_master(&self, name: &str) -> bool {
        let id = self.cluster.node_named(name).expect(name);
        self.cluster.node(id).redis().is_some_and(RedisServer::is_master)
    }

    fn lost(&self, name: &str) -> u64 {
        let client = self.cluster.node(self.cluster.writer(name).expect(name)).client().expect("it runs");
        self.cluster.lost_writes(client).iter().map(|segment| segment.count).sum()
    }
}

#[test]
fn recorded_failover_and_both_seed_failures_end_with_a_new_master() {
    for (id, switched) in [("recorded-failover", 3), ("seed-process-dies", 3), ("seed-host-dies", 2)] {
        for run in runs(id, 15) {
            assert_eq!(run.lines("+switch-master").len(), switched, "{id}");
            assert!(run.is_master("R1") || run.is_master("R2"), "{id}");
        }
    }
}

/// SDOWN-1, INFO-31
#[test]
fn frozen_master_is_suspected_at_different_times_and_demoted_when_it_wakes() {
    for run in runs("frozen-master", 45) {
        let sdown = run.of_master("+sdown");
        let (first, last) = (sdown[0].ms, sdown[2].ms);
        assert!((4000..5100).contains(&first) && (4000..5100).contains(&last), "{first} {last}");
        let demoted = run.first("+convert-to-slave");
        assert!((24_000..30_000).contains(&demoted.ms), "{demoted:?}");
        assert!(!run.is_master("M0"));
    }
}

/// ODOWN-1
#[test]
fn slow_link_makes_one_sentinel_doubt_and_then_all_of_them() {
    for run in runs("slow-link", 60) {
        let early: Vec<_> = run.of_master("+sdown").into_iter().filter(|line| line.ms < 20_000).collect();
        assert!(!early.is_empty() && early.iter().all(|line| line.by == "S1"), "{early:?}");
        assert!(run.first("+odown").ms > 20_000);
        assert!(run.first("+switch-master").ms > 20_000);
        assert!(run.cluster.is_alive(run.cluster.node_named("M0").expect("it is there")));
    }
}

#[test]
fn lossy_link_is_no_matter_at_a_tenth_and_one_at_a_half() {
    for run in runs("lossy-link", 120) {
        let doubts = run.lines("+sdown");
        assert!(doubts.iter().all(|line| line.ms > 20_000), "{doubts:?}");
        assert!(!doubts.is_empty(), "half of the packets are lost, and nobody doubts");
    }
}

/// ODOWN-1
#[test]
fn minority_is_certain_and_alone() {
    for run in runs("minority", 60) {
        assert_eq!(run.of_master("+sdown").len(), 1);
        run.assert_never("+odown");
        run.assert_never("+new-epoch");
    }
}

/// ELEC-7, ELEC-9
#[test]
fn quorum_one_left_tries_in_vain_in_an_epoch_each_time() {
    for run in runs("quorum-one-left", 60) {
        assert!(run.first("+odown").text.ends_with("#quorum 1/1"));
        let tries = run.lines("+try-failover").len();
        assert!(tries >= 3 && run.lines("+new-epoch").len() == tries, "{tries} tries");
        assert!(run.lines("-failover-abort-not-elected").len() >= 3);
        run.assert_never("+elected-leader");
    }
}

/// VOTE-3
#[test]
fn quorum_one_replaces_a_master_that_only_one_sentinel_misses() {
    for run in runs("quorum-one", 30) {
        let odown = run.first("+odown");
        assert_eq!((odown.by.as_str(), odown.text.ends_with("#quorum 1/1")), ("S1", true));
        assert!(run.of_master("+sdown").iter().all(|line| line.by == "S1" || line.ms > odown.ms));
        assert_eq!(run.first("+elected-leader").by, "S1");
        assert!(run.lines("+switch-master").len() >= 3);
    }
}

/// ODOWN-1
#[test]
fn quorum_too_high_is_never_reached() {
    for run in runs("quorum-too-high", 60) {
        assert_eq!(run.of_master("+sdown").len(), 3);
        run.assert_never("+odown");
    }
}

/// ELEC-2, ELEC-7
#[test]
fn two_sentinels_cannot_do_without_one_of_them() {
    for run in runs("two-sentinels", 60) {
        assert!(run.first("+odown").text.ends_with("#quorum 1/1"));
        run.assert_never("+elected-leader");
        assert!(!run.lines("-failover-abort-not-elected").is_empty());
        assert!(!run.is_master("R1"));
    }
}

/// VOTE-6, ELEC-9
#[test]
fn a_split_vote_elects_nobody_before_twice_the_timeout() {
    for run in runs("split-vote", 70) {
        let tries = run.lines("+try-failover");
        assert_eq!(tries.iter().filter(|line| line.ms < 10_000).count(), 3, "all three stand: {tries:?}");
        let given_up = run.lines("-failover-abort-not-elected");
        assert!(
            given_up[..3].iter().all(|line| (10_000..11_500).contains(&(line.ms - tries[0].ms))),
            "{given_up:?}"
        );
        assert!(tries[3].ms - tries[0].ms >= 20_000, "{tries:?}");
        assert!(run.first("+elected-leader").ms >= tries[3].ms);
    }
}

/// VOTE-7, FSM-START-1
#[test]
fn leader_dies_and_another_takes_over_only_after_twice_the_timeout() {
    for run in runs("leader-dies", 50) {
        let elected = run.lines("+elected-leader");
        assert!(elected.len() >= 2, "{elected:?}");
        assert_ne!(elected[0].by, elected[1].by);
        assert!(elected[1].ms - elected[0].ms > 15_000, "{elected:?}");
        assert_eq!(elected[0].event, "+elected-leader");
    }
}

/// ELEC-2
#[test]
fn stale_sentinels_are_counted_for_ever() {
    for run in runs("stale-sentinels", 60) {
        assert!(!run.of_master("+odown").is_empty(), "two are enough for the quorum");
        assert!(run.lines("-failover-abort-not-elected").len() >= 2);
        run.assert_never("+elected-leader");
    }
}

/// SEL-4
#[test]
fn priority_zero_leaves_a_leader_with_nobody_to_promote() {
    for run in runs("priority-zero", 40) {
        assert!(run.lines("+elected-leader").len() >= 2);
        assert_eq!(run.lines("-failover-abort-no-good-slave").len(), run.lines("+elected-leader").len());
        run.assert_never("+selected-slave");
    }
}

/// SEL-4, SEL-10
#[test]
fn priorities_are_won_by_the_lowest_number_that_is_not_zero() {
    for run in runs("priorities", 20) {
        assert!(run.first("+selected-slave").text.starts_with("slave R2 "));
        assert!(run.is_master("R2"));
    }
}

/// FSM-START-5, INFO-31
#[test]
fn manual_failover_asks_nobody_and_loses_what_the_old_master_takes() {
    for run in runs("manual-failover", 40) {
        run.assert_never("+odown");
        let (promoted, demoted) = (run.first("+promoted-slave"), run.first("+convert-to-slave"));
        assert!(demoted.ms - promoted.ms > 8_000, "{promoted:?} {demoted:?}");
        let lost = run.lost("w");
        assert!((60..140).contains(&lost), "{lost} writes are lost");
    }
}

/// RECONF-2
#[test]
fn parallel_syncs_decides_how_many_replicas_are_sent_away_at_once() {
    for run in runs("parallel-syncs-1", 60) {
        let (sent, done) = (run.lines("+slave-reconf-sent"), run.lines("+slave-reconf-done"));
        assert_eq!((sent.len(), done.len()), (3, 3));
        assert!(sent[1].ms >= done[0].ms && sent[2].ms >= done[1].ms, "{sent:?} {done:?}");
    }
    for run in runs("parallel-syncs-4", 60) {
        let (sent, done) = (run.lines("+slave-reconf-sent"), run.lines("+slave-reconf-done"));
        assert_eq!((sent.len(), done.len()), (3, 3));
        assert!(sent[2].ms < done[0].ms, "{sent:?} {done:?}");
    }
}

/// INFO-31
#[test]
fn returning_master_stays_one_for_ten_seconds() {
    for run in runs("returning-master", 45) {
        let demoted = run.first("+convert-to-slave");
        assert!((23_000..28_000).contains(&demoted.ms), "{demoted:?}");
        assert!(!run.is_master("M0"));
    }
}

/// TILT-1, TILT-4
#[test]
fn tilt_lasts_thirty_seconds_and_only_for_the_one_that_stood_still() {
    for run in runs("tilt", 45) {
        let (begin, end) = (run.first("+tilt"), run.first("-tilt"));
        assert_eq!((begin.by.as_str(), end.by.as_str()), ("S1", "S1"));
        assert!((30_000..30_200).contains(&(end.ms - begin.ms)), "{begin:?} {end:?}");
        run.assert_never("+odown");
    }
}

#[test]
fn partition_loses_writes_and_min_replicas_saves_most_of_them() {
    for (all, few) in runs("partition-lost-writes", 50).zip(runs("partition-min-replicas", 50)) {
        let (all, few) = (all.lost("w"), few.lost("w"));
        assert!(all > 2_000, "{all} writes are lost");
        assert!((100..400).contains(&few), "{few} writes are lost all the same");
    }
}

#[test]
fn clients_find_master_at_once_where_they_listen_and_too_late_where_they_ask() {
    for run in runs("clients-find-master", 40) {
        let (asks, hears) = (run.lost("asks"), run.lost("hears"));
        assert!(asks > 60, "{asks} writes are lost by the one that asks");
        assert!(hears < 30, "{hears} writes are lost by the one that listens");
    }
}

/// The words between backquotes in docs/scenarios.md, and its example.
#[test]
fn docs_scenarios_tells_every_field_and_action_and_its_example_does_what_it_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenarios.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, rest) = text.split_once("```json\n").unwrap();
    let (example, rest) = rest.split_once("```").unwrap();
    let words: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let assert_told = |name: &str| assert!(words.contains(&name), "docs/scenarios.md has no `{name}`");
    // What a reader is told to expect in its place: the names in the order of the format's own definition.
    let error_of = |text: &str| Scenario::parse(text).unwrap_err().to_string();
    let fields = error_of(r#"{"no-such-field": 1}"#);
    let fields: Vec<&str> = fields.split('`').skip(3).step_by(2).collect();
    assert!(fields.len() > 20, "{fields:?}");
    fields.into_iter().for_each(assert_told);
    let actions = error_of(&example.replace("\"kill\"", "\"no-such-action\""));
    let (_, actions) = actions.split_once("(expected ").unwrap();
    let actions: Vec<&str> =
        actions.trim_end_matches(')').split(", ").flat_map(|a| a.split(" or ")).collect();
    assert!(actions.len() > 15, "{actions:?}");
    actions.into_iter().for_each(assert_told);

    let (mut cluster, mut said) = (Scenario::parse(example).unwrap().begin(Seed(7)).cluster, Vec::new());
    let until = cluster.now() + Micros::from_secs(60);
    cluster.run_until(until, &mut said);
    let text_of = |event: &str| {
        said.iter().find_map(|record| match &record.what {
            Said::Sentinel(said) if said.named().0 == event => Some(cluster.symbolic(&said.named().1)),
            _ => None,
        })
    };
    assert_eq!(text_of("+switch-master").as_deref(), Some("mymaster M0 R1"));
    assert_eq!(text_of("+convert-to-slave").as_deref(), Some("slave M0 M0 @ mymaster R1"));
}
