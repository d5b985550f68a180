//! Mystery 6: a sentinel of one group at the address of another group's.

use crate::play::Play;
use serde_json::json;

/// Two groups, A and B, of a master, a replica and three sentinels each. A's third sentinel dies; its address
/// goes to a new sentinel of B.
fn capture(name_b: &str, epochs: (u64, u64)) -> Play {
    let mut nodes = Vec::new();
    for group in ["A", "B"] {
        nodes.push(json!({"name": format!("M{group}"), "role": "master"}));
        nodes.push(json!({"name": format!("R{group}"), "role": "replica", "of": format!("M{group}")}));
    }
    for group in ["A", "B"] {
        nodes.extend((1..=3).map(|n| json!({"name": format!("{group}{n}"), "role": "sentinel"})));
    }
    let conf = |epoch: u64| json!({"down-after-milliseconds": 2000, "failover-timeout": 10_000, "config-epoch": epoch});
    let file = json!({
        "id": "capture", "nodes": nodes, "jitter_ms": 1, "duration_ms": 120_000,
        "monitors": [
            {"name": "mymaster", "master": "MA", "quorum": 2, "except": ["B1", "B2", "B3"],
             "conf": conf(epochs.0)},
            {"name": name_b, "master": "MB", "quorum": 2, "except": ["A1", "A2", "A3"], "conf": conf(epochs.1)},
        ],
        "actions": [
            {"at_ms": 500, "do": "cmd", "node": "MA", "args": ["SET", "mine", "A"]},
            {"at_ms": 500, "do": "cmd", "node": "MB", "args": ["SET", "mine", "B"]},
            {"at_ms": 1000, "do": "kill", "node": "A3"},
            {"at_ms": 20_000, "do": "start", "node": "A3", "edit_conf": [
                ["^sentinel (myid|known|leader-epoch|config-epoch|current-epoch).*$", ""],
                ["^sentinel monitor .*$", format!("sentinel monitor {name_b} @ip:MB @port:MB 2")],
                ["^sentinel ([a-z-]+) mymaster (\\d+)$", format!("sentinel \\1 {name_b} \\2")],
            ]},
        ],
    });
    Play::new(&file).to(90_000)
}

/// HELLO-4, HELLO-9, HELLO-13
#[test]
fn a_foreign_sentinel_at_a_recycled_address_takes_the_group_over() {
    let run = capture("mymaster", (2, 3));
    let at = |event: &str| {
        let found = run.events(event).into_iter().find(|(at, by, _)| *at > 19_000 && by == "A1");
        found.unwrap_or_else(|| panic!("A1 does not say {event}")).0
    };
    let order = ["-sdown", "+sentinel", "+config-update-from", "+switch-master"].map(at);
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(run.events("+switch-master").iter().filter(|(_, by, _)| by == "A1" || by == "A2").count(), 2);
    // The newcomer, whose own configuration is of epoch 0, has gone the same way before: to A, and back.
    assert_eq!(run.events("+switch-master").iter().filter(|(_, by, _)| by == "A3").count(), 2);
    // A's master is made a replica some ten seconds later, and loses its data.
    assert!(run.first_about("+convert-to-slave", "MA") > at("+switch-master") + 8000);
    assert!(!run.redis("MA").is_master);
    assert_eq!(run.redis("MA").follows.unwrap().1, Some(run.id("MB")));
    assert_eq!(run.world.node(run.id("MA")).redis().unwrap().dataset().get("mine").unwrap(), "B");
}

/// HELLO-13
#[test]
fn the_group_with_the_older_configuration_is_taken_over() {
    let run = capture("mymaster", (3, 2));
    assert!(run.redis("MA").is_master);
    assert!(!run.redis("MB").is_master, "B is captured by A");
}

/// HELLO-3
#[test]
fn groups_of_different_names_do_not_meet() {
    let run = capture("other", (2, 3));
    assert_eq!(run.count("+switch-master"), 0);
    assert!(run.redis("MA").is_master && run.redis("MB").is_master);
}
