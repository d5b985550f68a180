//! Run files against one of the capture tool's own: the same fields, and the same account of what was done.
//!
//! The recorded run (tests/fixtures/run_files) has commands to what is frozen, dead, asleep or ending, starts of
//! what runs, and signals to what stands still.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that meets nothing where something must be has failed")]

use sentinel_lab::cluster::{Action, History, Said};
use sentinel_lab::scenario::{Scenario, run_file};
use sentinel_lab::sim::{Micros, Seed};
use serde_json::Value;
use std::collections::BTreeSet;

const NAME: &str = "30m_operators_waits";

fn fixture(path: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/fixtures/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn recorded() -> Value {
    serde_json::from_str(&fixture(&format!("run_files/{NAME}.run01.json"))).unwrap()
}

fn simulated(seed: u64) -> Value {
    let scenario = Scenario::parse(&fixture(&format!("scenarios/{NAME}.json"))).unwrap();
    run_file(&scenario, &scenario.play(Seed(seed)))
}

/// Every path through a file, names of nodes and places in lists left out, with the kind of what stands there.
fn paths(value: &Value, path: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let is_node = name.len() <= 3 && name.starts_with(['M', 'R', 'S']);
                paths(field, &format!("{path}.{}", if is_node { "*" } else { name }), into);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| paths(item, &format!("{path}[]"), into)),
        Value::Null => _ = into.insert(format!("{path}: null")),
        Value::Bool(_) => _ = into.insert(format!("{path}: bool")),
        Value::Number(_) => _ = into.insert(format!("{path}: number")),
        Value::String(_) => _ = into.insert(format!("{path}: text")),
    }
}

fn all_paths(run: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    paths(run, "", &mut all);
    all
}

#[test]
fn a_run_file_has_the_fields_of_a_capture() {
    let (real, ours) = (all_paths(&recorded()), all_paths(&simulated(1)));
    let lacking: Vec<_> = real.difference(&ours).collect();
    assert!(lacking.is_empty(), "{lacking:#?}");
    // Who made it, and whether it ever was stable, is said on top.
    let more: Vec<_> = ours.difference(&real).collect();
    assert_eq!(more, [".simulator: text", ".stable: bool"]);
}

/// What was done and what came of it, times and ids left out.
fn account(run: &Value) -> Vec<Value> {
    let mut actions = run["actions"].as_array().unwrap().clone();
    for action in &mut actions {
        let fields = action.as_object_mut().unwrap();
        fields.remove("t_ms");
        if let Some(id) = fields.remove("runid") {
            assert_eq!(id.as_str().unwrap().len(), 40);
        }
        if let Some(took) = fields.remove("took_ms") {
            // Tenths of a second: what takes less is the machine's own affair.
            let tenths = (took.as_u64().unwrap() + 50) / 100;
            if tenths > 0 {
                fields.insert("tenths".to_owned(), tenths.into());
            }
        }
    }
    actions
}

#[test]
fn what_was_done_is_told_as_in_a_capture() {
    let real = account(&recorded());
    for seed in 1..=5 {
        assert_eq!(account(&simulated(seed)), real, "seed {seed}");
    }
}

#[test]
fn what_everybody_is_at_the_end_is_told_as_in_a_capture() {
    let (real, ours) = (recorded(), simulated(1));
    for (path, same) in [
        ("/final/sentinels/S2", true),
        ("/final/sentinels/S3", true),
        ("/final/redis/M0", true),
        ("/final/redis/R2", true),
        // It lives, with offsets and ids of its own.
        ("/final/redis/R1", false),
    ] {
        let (real, ours) = (real.pointer(path).unwrap(), ours.pointer(path).unwrap());
        assert_eq!(real == ours, same, "{path}: {real} and {ours}");
        assert_eq!(real["alive"], ours["alive"], "{path}");
    }
}

/// A command is waited for in vain: its host is dead before it is given, or dies while it waits.
#[test]
fn a_script_goes_on_where_a_person_killed_the_host() {
    let scenario = r#"{"id": "x", "title": "x", "nodes": [{"name": "M0", "role": "master"},
        {"name": "R1", "role": "replica", "of": "M0"}, {"name": "S1", "role": "sentinel"}],
        "monitors": [{"name": "mymaster", "master": "M0", "quorum": 1}], "duration_ms": 9000, "jitter_ms": 0,
        "actions": [{"at_ms": 3000, "do": "cmd", "node": "M0", "args": ["DEBUG", "SLEEP", "5"]},
            {"at_ms": 3100, "do": "kill", "node": "R1"}]}"#;
    for killed_ms in [2000, 3050] {
        let begun = Scenario::parse(scenario).unwrap().begin(Seed(7));
        let (mut history, mut step) = (History::new(begun.cluster, begun.records), 0);
        while step < 4000 {
            history.run_until(history.now() + Micros::from_millis(50));
            step += 50;
            if step == killed_ms {
                let deed = history.cluster().named_action("hostdown M0").unwrap();
                history.act(deed).unwrap();
            }
        }
        let r1 = history.cluster().node_named("R1").unwrap();
        assert!(!history.cluster().is_alive(r1), "M0's host died at {killed_ms} ms");
        // Well before the patience with the command would have been at its end.
        let killed = history.records().iter().any(|record| {
            matches!(&record.what, Said::Did { action, .. } if **action == Action::Kill(r1))
                && record.at.since(history.origin()) < Micros::from_millis(3200)
        });
        assert!(killed, "M0's host died at {killed_ms} ms");
    }
}

/// The capture tool notices an event and does what it sets off, in the order of the scenario's file.
#[test]
fn what_one_event_sets_off_is_done_in_the_order_of_the_file() {
    let scenario = r#"{"id": "x", "title": "x", "nodes": [{"name": "M0", "role": "master"},
        {"name": "R1", "role": "replica", "of": "M0"}, {"name": "S1", "role": "sentinel"}],
        "monitors": [{"name": "mymaster", "master": "M0", "quorum": 1}], "duration_ms": 2000, "jitter_ms": 0,
        "actions": [{"at_ms": 1000, "do": "cmd", "node": "S1", "args": ["SENTINEL", "SET", "mymaster", "quorum", "2"]},
            {"on": {"event": "+set"}, "do": "mark", "label": "first"},
            {"on": {"event": "+set"}, "do": "stop", "node": "R1"},
            {"on": {"event": "+set"}, "do": "mark", "label": "last"},
            {"on": {"event": "+set"}, "delay_ms": 50, "do": "cont", "node": "R1"}]}"#;
    let scenario = Scenario::parse(scenario).unwrap();
    for seed in 1..=10 {
        let run = run_file(&scenario, &scenario.play(Seed(seed)));
        let actions = run["actions"].as_array().unwrap();
        let did: Vec<_> = actions.iter().map(|action| action["do"].as_str().unwrap()).collect();
        assert_eq!(did, ["cmd", "mark", "stop", "mark", "cont"], "seed {seed}");
        assert_eq!(
            (&actions[1]["label"], &actions[3]["label"]),
            (&"first".into(), &"last".into()),
            "seed {seed}"
        );
        let at = |n: usize| actions[n]["t_ms"].as_u64().unwrap();
        assert_eq!(at(1), at(3), "noticed at once, seed {seed}");
        // Once there are no more events to look out for, it looks at the clock every 30 ms.
        assert!((50..=80).contains(&(at(4) - at(3))), "seed {seed}: {}", at(4) - at(3));
    }
}
