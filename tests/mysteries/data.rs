//! Writes that vanish and clients that wait: mysteries 2, 5, 9, 10.

use crate::play::{Play, group};
use serde_json::{Value, json};

/// Mystery 2: what a client notices of a failover hangs on how it learns of it.
///
/// REPL-60, REPL-61, REPL-75
#[test]
fn only_a_reset_a_time_out_or_an_event_moves_a_client() {
    let play = |fault: &str, down_after: u64| {
        let conf = json!({"down-after-milliseconds": down_after, "failover-timeout": 60_000});
        let writer = |name: &str, mode: &str, timeout: u64| {
            json!({"at_ms": 100, "do": "writer", "name": name, "host": "A", "mode": mode,
                   "interval_ms": 100, "timeout_ms": timeout})
        };
        let file = group(
            2,
            3,
            conf,
            json!({}),
            json!([
                writer("once", "once", 0),
                writer("patient", "sentinel", 0),
                writer("timed", "sentinel", 5000),
                writer("told", "subscribed", 0),
                {"at_ms": 5000, "do": fault, "node": "M0"},
            ]),
        );
        Play::new(&file).to(5000 + down_after + 40_000)
    };
    for down_after in [1000, 5000, 30_000] {
        // Killed: the reset tells everybody at once. Who asks goes with the switch, who does not never.
        let run = play("kill", down_after);
        let switch = run.first("+switch-master") - 5000;
        assert!(switch >= down_after && switch < down_after + 5000);
        for client in ["patient", "timed", "told"] {
            let outage = run.outage(client);
            assert!((down_after - 1000..switch + 3000).contains(&outage), "{client}: {outage}, {switch}");
        }
        assert!(run.outage("once") > down_after + 30_000);
        for fault in ["stop", "linkdown"] {
            let run = play(fault, down_after);
            let switch = run.first("+switch-master") - 5000;
            assert!(run.outage("told") < switch + 1500, "{fault}: {}", run.outage("told"));
            // The time-out, again and again until the switch.
            assert!(run.outage("timed") < switch + 7000, "{fault}: {}", run.outage("timed"));
            for client in ["once", "patient"] {
                assert!(run.outage(client) > down_after + 30_000, "{fault} {client}");
            }
        }
    }
}

/// Mystery 2, the end: the old master comes back as a replica, and who never asks gets READONLY.
///
/// REPL-75
#[test]
fn who_never_asks_ends_at_a_read_only_replica() {
    let conf = json!({"down-after-milliseconds": 1000, "failover-timeout": 60_000});
    let file = group(
        1,
        3,
        conf,
        json!({}),
        json!([
            {"at_ms": 100, "do": "writer", "name": "once", "host": "A", "mode": "once", "interval_ms": 100},
            {"at_ms": 3000, "do": "kill", "node": "M0"},
            {"at_ms": 15_000, "do": "start", "node": "M0"},
        ]),
    );
    let run = Play::new(&file).to(50_000);
    assert!(run.errors("once", "READONLY") > 100);
}

/// Mystery 5: the old master comes back alone and is all there is.
///
/// INFO-12, SEL-5, REPL-13
#[test]
fn a_stale_old_master_that_is_alone_becomes_master_again() {
    let play = |returning: Value| {
        let conf = json!({"down-after-milliseconds": 3000, "failover-timeout": 10_000});
        let mut actions = vec![
            json!({"at_ms": 500, "do": "cmd", "node": "M0", "args": ["SET", "old", "1"]}),
            json!({"at_ms": 2000, "do": "kill", "node": "M0"}),
            json!({"at_ms": 30_000, "do": "cmd", "node": "R1", "args": ["SET", "new", "1"]}),
            json!({"at_ms": 60_000, "do": "kill", "node": "R1"}),
        ];
        actions.extend(returning.as_array().unwrap().iter().cloned());
        Play::new(&group(1, 3, conf, json!({}), Value::Array(actions)))
    };
    let saved = json!({"at_ms": 1000, "do": "cmd", "node": "M0", "args": ["SAVE"]});
    // (a) As the master that its file says it is: selected, and what was written to B is gone.
    let run = play(json!([saved, {"at_ms": 75_000, "do": "start", "node": "M0"}])).to(74_000);
    assert!(run.has_key("R1", "new") && !run.has_key("M0", "new"));
    let run = run.to(150_000);
    assert!(run.redis("M0").is_master);
    assert_eq!(run.master("S1").announced, run.world.node(run.id("M0")).addr);
    assert!(run.has_key("M0", "old") && !run.has_key("M0", "new"));
    // (b) As a replica of B that was never connected: 7.0 reports -1 seconds, so it is selected too. (What
    // 6.0 reported, the whole unix time, would have it refused.)
    let run = play(json!([saved, {"at_ms": 75_000, "do": "start", "node": "M0",
        "edit_conf": [["^port 6379$", "port 6379\nreplicaof @ip:R1 6379"]]}]))
    .to(76_500);
    assert_eq!(run.replica("S1", "M0").master_link_down.0, -1000);
    let run = run.to(150_000);
    assert!(run.redis("M0").is_master && !run.has_key("M0", "new"));
    // (c) B first: A is made its replica, and nothing is lost.
    let run = play(json!([
        saved,
        {"at_ms": 59_000, "do": "cmd", "node": "R1", "args": ["SAVE"]},
        {"at_ms": 62_000, "do": "start", "node": "R1"},
        {"at_ms": 75_000, "do": "start", "node": "M0"},
    ]))
    .to(150_000);
    assert!(run.redis("R1").is_master && !run.redis("M0").is_master);
    assert!(run.has_key("M0", "new") && run.has_key("R1", "new"));
}

/// Mystery 9: a planned failover loses what the old master takes until it is demoted.
///
/// INFO-16, REPL-71
#[test]
fn a_manual_failover_loses_about_ten_seconds() {
    let play = |mode: &str, min_replicas: u64, crash: bool| {
        let conf = json!({"down-after-milliseconds": 5000, "failover-timeout": 60_000});
        let redis = json!({"min-replicas-to-write": min_replicas, "min-replicas-max-lag": 10});
        let fail = if crash {
            json!({"at_ms": 20_000, "do": "kill", "node": "M0"})
        } else {
            json!({"at_ms": 20_000, "do": "cmd", "node": "S1", "args": ["SENTINEL", "FAILOVER", "mymaster"]})
        };
        let file = group(
            2,
            3,
            conf,
            redis,
            json!([
                {"at_ms": 100, "do": "writer", "name": "counter", "host": "A", "mode": mode, "interval_ms": 1000},
                fail,
            ]),
        );
        Play::new(&file).to(60_000)
    };
    let plain = play("sentinel", 0, false);
    let lost = plain.lost("counter");
    assert!((7..=13).contains(&lost), "{lost}");
    let converted = plain.first_about("+convert-to-slave", "M0");
    assert!((8_000..14_000).contains(&(converted - 20_000)), "{converted}");
    let told = play("subscribed", 0, false).lost("counter");
    assert!(told < lost, "{told} of {lost}");
    let limited = play("sentinel", 1, false).lost("counter");
    assert!(limited < lost, "{limited} of {lost}");
    assert!(play("sentinel", 0, true).lost("counter") <= 1);
}

/// Mystery 10: what an isolated master takes is gone when the cut heals, unless min-replicas stops it.
///
/// REPL-71, REPL-74, REPL-67
#[test]
fn writes_at_the_wrong_side_of_a_cut_vanish() {
    let play = |min_replicas: u64, lag: u64, cut_ms: u64| {
        let nodes: Vec<Value> = (0..3)
            .flat_map(|n| {
                let name = if n == 0 { "M0".to_owned() } else { format!("R{n}") };
                let mut server = json!({"name": name, "role": "master", "host": format!("h{n}")});
                if n > 0 {
                    server["role"] = json!("replica");
                    server["of"] = json!("M0");
                }
                [server, json!({"name": format!("S{}", n + 1), "role": "sentinel", "host": format!("h{n}")})]
            })
            .collect();
        let file = json!({
            "id": "cut", "nodes": nodes, "clients": ["ca", "cb"], "jitter_ms": 1, "duration_ms": 200_000,
            "monitors": [{"name": "mymaster", "master": "M0", "quorum": 2}],
            "sentinel_conf": {"down-after-milliseconds": 5000, "failover-timeout": 60_000},
            "redis_conf": {"min-replicas-to-write": min_replicas, "min-replicas-max-lag": lag},
            "actions": [
                {"at_ms": 100, "do": "writer", "name": "a", "host": "ca", "node": "M0", "interval_ms": 10},
                {"at_ms": 100, "do": "writer", "name": "b", "host": "cb", "mode": "sentinel",
                 "interval_ms": 10},
                {"at_ms": 10_000, "do": "partition", "groups": [["h0", "ca"], ["h1", "h2", "cb"]]},
                {"at_ms": 10_000 + cut_ms, "do": "heal"},
            ],
        });
        Play::new(&file).to(10_000 + cut_ms + 40_000)
    };
    let lost = |min_replicas, lag, cut_ms| {
        let run = play(min_replicas, lag, cut_ms);
        (run.lost("a"), run)
    };
    let (all, run) = lost(0, 10, 60_000);
    // All of the cut and the time until the old master is demoted, at nearly 100 writes a second.
    let demoted = run.first_about("+convert-to-slave", "M0") - 70_000;
    assert!((7_000..20_000).contains(&demoted), "{demoted}");
    let span = 60_000 + demoted;
    assert!(all * 10 > span * 8 / 10 && all * 10 < span * 11 / 10, "{all} in {span} ms");
    let (ten, run) = lost(1, 10, 60_000);
    assert!((700..1300).contains(&ten), "{ten}");
    assert!(run.errors("a", "NOREPLICAS") > 1000);
    let (three, _) = lost(1, 3, 60_000);
    assert!((200..600).contains(&three), "{three}");
    let (none, run) = lost(0, 10, 4000);
    assert_eq!((none, run.count("+switch-master")), (0, 0));
}
