//! The capture tool's "tap" network: one table of rules, written anew by each action on links.

use sentinel_lab::cluster::{Cluster, History, Said};
use sentinel_lab::scenario::{Scenario, run_file};
use sentinel_lab::sim::{Micros, Seed};

/// Two nodes, and what is done to the links between their hosts, a second apart.
fn history(net: &str, actions: &[&str]) -> History {
    let action = |(n, does): (usize, &&str)| format!(r#"{{"at_ms": {}, {does}}}"#, n * 1000);
    let actions: Vec<String> = actions.iter().enumerate().map(action).collect();
    let file = format!(
        r#"{{"id": "tap", "net": "{net}", "duration_ms": 9000, "monitors": [],
            "nodes": [{{"name": "M0", "role": "master"}}, {{"name": "R1", "role": "replica", "of": "M0"}}],
            "actions": [{}]}}"#,
        actions.join(", ")
    );
    let begun = Scenario::parse(&file).unwrap_or_else(|error| panic!("{error}")).begin(Seed(1));
    History::new(begun.cluster, begun.records)
}

/// Whether M0's and R1's packets get through, and how long those of M0 take at least, after so many seconds.
fn links(history: &mut History, seconds: u64) -> (bool, bool, u64) {
    // Scripted actions come up to a jitter late.
    history.run_until(history.origin() + Micros::from_millis(seconds * 1000 + 990));
    let cluster: &Cluster = history.cluster();
    let view = cluster.view();
    let link = view.links.first().expect("there are two hosts");
    (!link.ab.blocked, !link.ba.blocked, link.ab.latency.0 / 1000)
}

const DELAY_AND_BLOCK: &str =
    r#""do": "netem", "rules": [{"delay_ms": 30}, {"from": "R1", "to": "M0", "block": true}]"#;
const PARTITION: &str = r#""do": "partition", "groups": [["M0"], ["R1"]]"#;
const HEAL: &str = r#""do": "heal""#;

#[test]
fn on_a_tap_network_each_action_on_links_replaces_what_was_there() {
    let mut run = history("tap", &[DELAY_AND_BLOCK, HEAL, PARTITION, DELAY_AND_BLOCK, PARTITION, HEAL]);
    let seen: Vec<_> = (0..6).map(|second| links(&mut run, second)).collect();
    let (open, cut, one_way) = ((true, true, 0), (false, false, 0), (true, false, 30));
    assert_eq!(seen, [one_way, open, cut, one_way, cut, open]);
}

#[test]
fn on_a_bridge_partitions_and_rules_are_two_things() {
    let mut run = history("bridge", &[DELAY_AND_BLOCK, HEAL, PARTITION, HEAL]);
    let seen: Vec<_> = (0..4).map(|second| links(&mut run, second)).collect();
    let (one_way, cut) = ((true, false, 30), (false, false, 30));
    assert_eq!(seen, [one_way, one_way, cut, one_way]);
}

/// Recorded (80r28): the tool moves the hosts of all groups but the first to a bridge of their own, and those of the
/// first stay where the partition before has put them.
#[test]
fn on_a_bridge_a_partition_during_another_moves_only_some_hosts() {
    let back = r#""do": "partition", "groups": [["R1"], ["M0"]]"#;
    let (open, cut) = ((true, true, 0), (false, false, 0));
    for (net, second) in [("bridge", open), ("tap", cut)] {
        let mut run = history(net, &[PARTITION, back, HEAL, back]);
        let seen: Vec<_> = (0..4).map(|second| links(&mut run, second)).collect();
        assert_eq!(seen, [cut, second, open, cut], "{net}");
    }
}

/// Recorded (80r39): the tool finds no port of a bridge to take down, and goes on.
#[test]
fn on_a_tap_network_no_host_is_taken_off_it() {
    let down = r#""do": "linkdown", "node": "R1""#;
    for (net, seen) in [("tap", (true, true, 0)), ("bridge", (false, false, 0))] {
        assert_eq!(links(&mut history(net, &[down]), 0), seen, "{net}");
    }
}

/// What a scenario's rule blocks is open again when a person mends that link; its delay stays.
#[test]
fn a_person_mends_what_a_rule_blocks() {
    for net in ["tap", "bridge"] {
        let mut run = history(net, &[DELAY_AND_BLOCK]);
        assert_eq!(links(&mut run, 0), (true, false, 30));
        let mend =
            run.cluster().named_action("mend M0 R1").unwrap_or_else(|| panic!("two hosts have a link"));
        run.act(mend).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(links(&mut run, 1), (true, true, 30), "{net}");
    }
}

#[test]
fn a_run_file_tells_what_was_done_to_links_as_a_capture_does() {
    let file = r#"{"id": "tap", "net": "tap", "duration_ms": 4000, "monitors": [], "jitter_ms": 0,
        "nodes": [{"name": "M0", "role": "master"}, {"name": "R1", "role": "replica", "of": "M0"}],
        "actions": [{"at_ms": 1000, "do": "netem", "rules": [{"from": "M0", "delay_ms": 200, "jitter_ms": 50},
                                                           {"from": "R1", "to": "M0", "block": true}]},
                    {"at_ms": 2000, "do": "netem", "rules": []}]}"#;
    let scenario = Scenario::parse(file).unwrap_or_else(|error| panic!("{error}"));
    let run = run_file(&scenario, &scenario.play(Seed(1)));
    let expected = serde_json::json!([
        {"t_ms": 1000, "do": "netem", "rules": [
            {"from": "M0", "delay_ms": 200, "jitter_ms": 50},
            {"from": "R1", "to": "M0", "block": true},
        ]},
        {"t_ms": 2000, "do": "netem", "rules": []},
    ]);
    assert_eq!(run["actions"], expected);
}

/// REPL-33: recorded runs with slow links show these round trips: one to find a host that was never spoken to, one
/// for the connection, one for PING, and two for what follows, as only the first of several small writes leaves
/// before something has been acknowledged.
#[test]
fn a_replica_needs_five_round_trips_until_it_asks_for_the_stream() {
    let file = r#"{"id": "tap", "net": "tap", "duration_ms": 9000, "monitors": [],
        "nodes": [{"name": "M0", "role": "master"}, {"name": "R1", "role": "replica", "of": "M0"},
                  {"name": "R2", "role": "replica", "of": "M0"}],
        "actions": [{"at_ms": 0, "do": "netem", "rules": [{"delay_ms": 100}]},
                    {"at_ms": 4000, "do": "cmd", "node": "R2", "args": ["REPLICAOF", "@ip:R1", "@port:R1"]}]}"#;
    let scenario = Scenario::parse(file).unwrap_or_else(|error| panic!("{error}"));
    let played = scenario.play(Seed(1));
    let when = |text: &str| {
        let is_it = |what: &Said| matches!(what, Said::Redis(event) if event.to_string().starts_with(text));
        let found = played.records.iter().rev().find(|record| is_it(&record.what));
        found.map_or_else(|| panic!("no line {text}"), |record| record.at.millis())
    };
    let dialled = when("MASTER <-> REPLICA sync started");
    let steps = ["Non blocking connect", "Master replied to PING", "Trying a partial"]
        .map(|text| when(text) - dialled);
    for (step, expected) in steps.into_iter().zip([400, 600, 1000]) {
        assert!((expected..expected + 20).contains(&step), "{steps:?}");
    }
}
