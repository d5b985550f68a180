//! Simulated runs against recorded runs of real Redis Sentinel 7.0.15 (tests/fixtures).
//!
//! A scenario is a random experiment, so single runs are not compared. What one sentinel logs, in which order,
//! is: whatever really happened more than once must happen here too, and what happens here most must really
//! have happened.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that meets nothing where something must be has failed")]

use sentinel_lab::cluster::Said;
use sentinel_lab::protocol::Level;
use sentinel_lab::scenario::Scenario;
use sentinel_lab::sim::Seed;
use serde_json::Value;
use std::collections::BTreeMap;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=60;

/// What one sentinel logged in one run: events with the kind of instance that they are about.
type Sequence = Vec<String>;

/// The event and, where there is one, the kind of its instance. Whom a vote is for is kept as "itself" or
/// "another".
fn kind(sentinel: &str, event: &str, text: &str) -> Option<String> {
    let first = text.split(' ').next().unwrap_or_default();
    Some(match event {
        // Where these stand depends on which of two sentinels is quicker by a millisecond.
        "voted" | "log" => return None,
        "+vote-for-leader" if first == sentinel => "+vote-for-leader itself".to_owned(),
        "+vote-for-leader" => "+vote-for-leader another".to_owned(),
        _ if matches!(first, "master" | "slave" | "sentinel") => format!("{event} {first}"),
        _ => event.to_owned(),
    })
}

fn sequences(events: impl Iterator<Item = (String, String, String)>) -> Vec<Sequence> {
    let mut by_sentinel: BTreeMap<String, Sequence> = BTreeMap::new();
    for (sentinel, event, text) in events {
        if let Some(kind) = kind(&sentinel, &event, &text) {
            by_sentinel.entry(sentinel).or_default().push(kind);
        }
    }
    by_sentinel.into_values().collect()
}

fn recorded(name: &str) -> Vec<Sequence> {
    let read = |folder| {
        let path = format!("{}/tests/fixtures/{folder}/{name}.json", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path)
    };
    let runs = read("captures").or_else(|_| read("own")).unwrap();
    let runs: Value = serde_json::from_str(&runs).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let run = |run: &Value| {
        let events = run["events"].as_array().unwrap().clone();
        sequences(events.into_iter().map(|e| (text(&e[1]), text(&e[2]), text(&e[3]))))
    };
    runs.as_array().unwrap().iter().flat_map(run).collect()
}

fn simulated(name: &str) -> Vec<Sequence> {
    let path = format!("{}/tests/fixtures/scenarios/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let scenario = Scenario::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    let run = |seed| {
        let played = scenario.play(Seed(seed));
        assert!(played.stable, "seed {seed} never became stable");
        let cluster = &played.cluster;
        let events: Vec<_> = played.records.iter().filter(|record| record.at >= played.origin).collect();
        sequences(events.into_iter().filter_map(|record| match &record.what {
            Said::Sentinel(event) if event.level() >= Level::Notice => {
                let (kind, payload) = event.named();
                let name = cluster.node(record.node?).name.to_string();
                Some((name, kind.to_owned(), cluster.symbolic(&payload)))
            }
            _ => None,
        }))
    };
    SEEDS.flat_map(run).collect()
}

fn counts(sequences: Vec<Sequence>) -> BTreeMap<Sequence, usize> {
    let mut counts = BTreeMap::new();
    for sequence in sequences {
        *counts.entry(sequence).or_default() += 1;
    }
    counts
}

#[track_caller]
fn agree(name: &str) {
    let (real, ours) = (counts(recorded(name)), counts(simulated(name)));
    for (sequence, times) in &real {
        assert!(
            *times < 2 || ours.contains_key(sequence),
            "{name}: recorded {times} times, never simulated:\n{}",
            sequence.join("\n")
        );
    }
    let (most, times) = ours.iter().max_by_key(|(_, times)| **times).unwrap();
    // Where chance has many ways, as in a series of retries, none of them need be among a few recordings.
    let is_typical = 3 * times >= ours.values().sum();
    assert!(
        !is_typical || real.contains_key(most),
        "{name}: simulated {times} times, never recorded:\n{}",
        most.join("\n")
    );
}

macro_rules! scenarios {
    ($($test:ident: $name:literal;)*) => {
        $(#[test] fn $test() { agree($name); })*
    };
}

scenarios! {
    a_plain_failover_is_logged_as_recorded: "01_plain_failover";
    a_failover_with_one_replica_is_logged_as_recorded: "02a_seed_process_killed";
    a_dead_host_is_logged_as_recorded: "02b_seed_host_dead";
    a_frozen_master_that_comes_back_is_logged_as_recorded: "03a_master_stopped_and_back";
    a_master_that_is_started_again_is_logged_as_recorded: "03b_master_killed_and_restarted";
    sentinels_resumed_after_a_failover_are_logged_as_recorded: "04c_five_two_frozen";
    a_minority_that_cannot_agree_is_logged_as_recorded: "05a_one_sentinel_of_three_q2";
    a_minority_that_is_never_elected_is_logged_as_recorded: "05b_one_sentinel_of_three_q1";
    a_choice_by_priority_is_logged_as_recorded: "06a_priorities_100_50_0";
    a_failover_without_a_good_replica_is_logged_as_recorded: "07a_all_priority_0";
    a_failover_by_command_is_logged_as_recorded: "10a_manual_failover";
    replicas_moved_one_by_one_are_logged_as_recorded: "11a_parallel_syncs_1";
    replicas_moved_at_once_are_logged_as_recorded: "11b_parallel_syncs_4";
    a_leader_that_dies_half_way_is_logged_as_recorded: "12b_leader_killed_after_promotion";
    a_choice_that_dies_is_logged_as_recorded: "13a_chosen_dies_when_selected";
    a_sentinel_that_stood_still_is_logged_as_recorded: "14a_sentinel_frozen_tilt";
    a_partition_is_logged_as_recorded: "16a_partition_old_master";
    a_partition_with_min_replicas_is_logged_as_recorded: "16b_partition_old_master_min_replicas";
    a_link_blocked_one_way_is_logged_as_recorded: "18a_one_way_block";
    a_sentinel_that_is_not_heard_is_logged_as_recorded: "18f_one_sentinel_not_heard";
    an_edited_configuration_is_logged_as_recorded: "25c_edited_quorum";
    a_chosen_replica_without_slaveof_is_logged_as_recorded: "30b_slaveof_renamed";
    a_user_who_may_no_longer_ping_is_logged_as_recorded: "30c_acl_user_loses_ping";
    replicas_that_serve_no_stale_data_are_logged_as_recorded: "30g_stale_replicas";
    a_replica_of_a_replica_is_logged_as_recorded: "30h_chained";
    a_master_told_to_follow_its_replica_is_logged_as_recorded: "40m_master_told_to_follow";
    roles_switched_by_hand_are_logged_as_recorded: "40n_switched_by_hand";
    a_role_handed_over_is_logged_as_recorded: "41m_failover_command";
    a_sentinel_that_answers_nobody_is_logged_as_recorded: "44d_sentinel_paused";
    a_master_that_loads_in_silence_is_logged_as_recorded: "50a_loads_in_silence";
    sentinels_that_find_old_requests_for_votes_are_logged_as_recorded: "51c_seven_sentinels";
    a_host_that_comes_back_is_logged_as_recorded: "54d_host_of_all_dies";
    failovers_in_each_others_way_are_logged_as_recorded: "55d_failover_twice";
    replicas_that_give_a_frozen_master_up_are_logged_as_recorded: "61e_repl_timeout_short";
    a_vote_asked_for_by_hand_is_logged_as_recorded: "65j_votes_asked_by_hand";
    a_dataset_that_is_reloaded_is_logged_as_recorded: "66a_reload_and_looks";
    a_partition_during_another_is_logged_as_recorded: "80r_partition_in_a_partition";
    a_replica_that_refuses_subscribers_is_logged_as_recorded: "81d_subscribe_refused";
    a_hello_from_a_name_is_logged_as_recorded: "81g_malformed_hello";
    zones_that_are_parted_are_logged_as_recorded: "90u09_parted_zones";
    failovers_with_loss_everywhere_are_logged_as_recorded: "90u07_loss_everywhere";
}
