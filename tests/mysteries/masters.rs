//! Failovers that do not come: mysteries 1, 3, 4, 7, 8, 11.

use crate::play::{Play, group};
use sentinel_lab::sim::SimTime;
use serde_json::{Value, json};

const FAST: fn() -> Value = || json!({"down-after-milliseconds": 1000, "failover-timeout": 2000});

/// Mystery 1: after all sentinels were away, the replicas' link-down time is beyond the limit for ever.
///
/// SEL-5
#[test]
fn a_master_that_died_while_no_sentinel_ran_is_never_replaced() {
    let play = |away: u64, down_after: u64| {
        let conf = json!({"down-after-milliseconds": down_after, "failover-timeout": 2000});
        let back = 2000 + away;
        let file = group(
            2,
            3,
            conf,
            json!({}),
            json!([
                {"at_ms": 1000, "do": "kill", "node": ["S1", "S2", "S3"]},
                {"at_ms": 2000, "do": "kill", "node": "M0"},
                {"at_ms": back, "do": "start", "node": ["S1", "S2", "S3"]},
            ]),
        );
        Play::new(&file).to(back + 90_000)
    };
    for (away, down_after, is_replaced) in
        [(2000, 1000, true), (64_000, 1000, false), (64_000, 10_000, true), (150_000, 10_000, false)]
    {
        let run = play(away, down_after);
        assert_eq!(run.count("+switch-master") > 0, is_replaced, "{away} ms away, down-after {down_after}");
        assert!(run.count("+odown") > 0);
        if !is_replaced {
            // The attempts go on, and the limit in the table says why.
            assert!(run.count("-failover-abort-no-good-slave") > 1);
            let master = run.master("S1");
            for name in ["R1", "R2"] {
                let down = run.replica("S1", name).master_link_down.0;
                let s_down = (run.world.now().since(SimTime::ZERO).0 / 1000) as i64;
                assert!(down > 10 * master.down_after.0, "{name}: {down}");
                assert!(down > away as i64 - 2000 && down < s_down);
            }
        }
    }
}

/// Mystery 1, variation: a replica that restarts while the master is down reports -1 in 7.0, not the unix
/// time, and can be promoted.
///
/// REPL-13
#[test]
fn a_replica_that_restarts_while_the_master_is_down_can_be_promoted() {
    let file = group(
        1,
        3,
        FAST(),
        json!({}),
        json!([
            {"at_ms": 1000, "do": "kill", "node": "M0"},
            {"at_ms": 1100, "do": "kill", "node": "R1"},
            {"at_ms": 1400, "do": "start", "node": "R1"},
        ]),
    );
    let run = Play::new(&file).to(30_000);
    assert!(run.count("+switch-master") == 3, "{:?}", run.events("-failover-abort-no-good-slave"));
    assert!(run.redis("R1").is_master);
}

/// Mystery 3: a look-up that takes longer than 2 s is taken for a clock that jumped.
///
/// TILT-1, LINK-7
#[test]
fn a_slow_resolver_keeps_sentinels_in_tilt() {
    let play = |failed_ms: u64, names: bool| {
        let mut actions = vec![json!({"at_ms": 100, "do": "names", "failed_ms": failed_ms, "names": {
                "m0.lab": "M0", "r1.lab": "R1", "s1.lab": "S1", "s2.lab": "S2", "s3.lab": "S3"}})];
        let mut tell = |at: u64, node: &str, words: &str| {
            let args: Vec<&str> = words.split(' ').collect();
            actions.push(json!({"at_ms": at, "do": "cmd", "node": node, "args": args}));
        };
        for s in ["S1", "S2", "S3"] {
            tell(200, s, "SENTINEL REMOVE mymaster");
            let host = if names {
                tell(300, s, &format!("SENTINEL CONFIG SET announce-ip {}.lab", s.to_lowercase()));
                tell(310, s, "SENTINEL CONFIG SET resolve-hostnames yes");
                "m0.lab"
            } else {
                "@ip:M0"
            };
            tell(400, s, &format!("SENTINEL MONITOR mymaster {host} 6379 2"));
            tell(500, s, "SENTINEL SET mymaster down-after-milliseconds 5000 failover-timeout 20000");
        }
        actions.push(json!({"at_ms": 20_000, "do": "names", "names": {"m0.lab": null}}));
        actions.push(json!({"at_ms": 20_000, "do": "kill", "node": "M0"}));
        Play::new(&group(1, 3, json!({}), json!({}), Value::Array(actions))).to(140_000)
    };
    for failed_ms in [100, 1000] {
        let run = play(failed_ms, true);
        assert_eq!(run.count("+tilt"), 0, "{failed_ms} ms");
        assert_eq!(run.count("+switch-master"), 3, "{failed_ms} ms");
    }
    for failed_ms in [2500, 10_000] {
        let run = play(failed_ms, true);
        assert!(run.count("+tilt") >= 3, "{failed_ms} ms");
        assert_eq!(run.count("+switch-master"), 0, "{failed_ms} ms");
        assert_eq!(run.count("+try-failover"), 0, "{failed_ms} ms");
        let unresolved = run.said.iter().filter_map(|record| run.world.log_line(record));
        let unresolved = unresolved.filter(|line| line.ends_with("Failed to resolve hostname 'm0.lab'"));
        assert!(unresolved.count() > 3);
    }
    // With addresses nothing is looked up.
    let run = play(10_000, false);
    assert_eq!((run.count("+tilt"), run.count("+switch-master")), (0, 3));
}

/// Mystery 4: an observer cannot undo a promotion in 7.0: it waits 8 s after a change of role, and the
/// leader's hello comes before. (With a wait of 0, as in 2.8.2, it did; 7.0 has no such setting.)
///
/// INFO-14, INFO-15
#[test]
fn no_observer_undoes_a_promotion() {
    for seed_shift in 0..20 {
        let file = group(
            2,
            3,
            FAST(),
            json!({}),
            json!([
                {"at_ms": 100, "do": "cmd", "node": "sentinels", "args": ["SENTINEL", "DEBUG", "info-period", "100"]},
                {"at_ms": 2000 + 37 * seed_shift, "do": "cmd", "node": "S1",
                 "args": ["SENTINEL", "FAILOVER", "mymaster"]},
            ]),
        );
        let run = Play::new(&file).to(40_000);
        let promoted = run.events("+promoted-slave");
        assert_eq!(promoted.len(), 1);
        let (at, _, text) = &promoted[0];
        let name = text.split(' ').nth(1).unwrap();
        let undone = run.events("+convert-to-slave");
        assert!(undone.iter().all(|(_, _, text)| !text.contains(&format!("slave {name} "))), "{undone:?}");
        assert!(undone.iter().all(|(undone, ..)| *undone > at + 8000), "{undone:?}");
        assert_eq!(run.count("+switch-master"), 3);
    }
}

/// Mystery 7: a master that restarts quickly is LOADING, which is a valid answer, and nothing is failed over.
///
/// SDOWN-8, PONG-2, REPL-63, REPL-64
#[test]
fn a_master_that_loads_is_not_down() {
    let play_with = |period: u64, delay: u64, persistent: bool, interval: u64| {
        let conf = json!({"down-after-milliseconds": 5000, "failover-timeout": 20_000,
                          "master-reboot-down-after-period": period});
        // 100 000 keys of 2 ms each take 200 s and more.
        let slow = json!({"key-load-delay": 2000, "loading-process-events-interval-bytes": interval});
        let redis = if persistent { slow } else { json!({}) };
        let mut actions = vec![
            json!({"at_ms": 100, "do": "fill", "node": "M0", "prefix": "k", "count": 100_000, "size": 10}),
        ];
        if persistent {
            actions.push(json!({"at_ms": 8000, "do": "cmd", "node": "M0", "args": ["SAVE"]}));
        }
        actions.push(json!({"at_ms": 10_000, "do": "kill", "node": "M0"}));
        actions.push(json!({"at_ms": 10_000 + delay, "do": "start", "node": "M0"}));
        Play::new(&group(2, 3, conf, redis, Value::Array(actions)))
    };
    let play = |period, delay, persistent| play_with(period, delay, persistent, 4096);
    // (a) The check is off: 200 s and more without a master that works, and one event.
    let run = play(0, 1000, true).to(200_000);
    assert_eq!((run.count("+sdown"), run.count("+reboot")), (0, 3));
    assert!(run.world.node(run.id("M0")).redis().unwrap().is_loading());
    // (b) Down 3 s after the reboot was seen, and failed over.
    let run = play(3000, 1000, true).to(60_000);
    let (reboot, down) = (run.first("+reboot"), run.first("+sdown"));
    assert!((3000..4500).contains(&(down - reboot)), "{reboot} {down}");
    assert_eq!(run.count("+switch-master"), 3);
    // (c) Without persistence the restarted master is empty, and so are its replicas soon.
    let run = play(0, 1000, false).to(60_000);
    assert_eq!((run.count("+sdown"), run.count("+reboot"), run.count("+switch-master")), (0, 3, 0));
    for name in ["M0", "R1", "R2"] {
        assert_eq!(run.redis(name).keys, 0, "{name}");
    }
    // (d) Away for longer than down-after: the ordinary failover, and the replica's data survive.
    let run = play(0, 8000, false).to(60_000);
    assert_eq!(run.count("+switch-master"), 3);
    for name in ["M0", "R1", "R2"] {
        assert_eq!(run.redis(name).keys, 100_000, "{name}");
    }
    // (e) By default the file's first 2 MB are read in one silence, which is an ordinary failure (recorded: 50a).
    let run = play_with(0, 1000, true, 2 << 20).to(60_000);
    assert_eq!((run.count("+reboot"), run.count("+switch-master")), (0, 3));
    assert!(run.first("+sdown") < 17_000);
}

/// Mystery 8: sentinels that are gone still count as voters, until SENTINEL RESET.
///
/// ELEC-1, CMD-RESET-1
#[test]
fn sentinels_that_are_gone_still_count() {
    let play = |reset: bool| {
        let conf = json!({"down-after-milliseconds": 2000, "failover-timeout": 10_000});
        let mut actions = vec![json!({"at_ms": 1000, "do": "kill", "node": "S4"})];
        if reset {
            for (at, name) in [(10_000, "S1"), (40_000, "S2"), (70_000, "S3")] {
                actions.push(json!({"at_ms": at, "do": "cmd", "node": name,
                                    "args": ["SENTINEL", "RESET", "mymaster"]}));
            }
        }
        actions.push(json!({"at_ms": 110_000, "do": "kill", "node": ["M0", "S3"]}));
        Play::new(&group(2, 4, conf, json!({}), Value::Array(actions))).to(200_000)
    };
    let run = play(false);
    assert_eq!(run.count("+switch-master"), 0);
    assert!(run.count("+odown") > 0, "the quorum of 2 is there");
    assert!(run.count("-failover-abort-not-elected") > 1);
    // Four are known, of which two live: three votes are needed.
    let master = run.master("S1");
    assert_eq!(master.sentinels.len() + 1, 4);
    assert_eq!(master.sentinels.iter().filter(|peer| !peer.s_down).count() + 1, 2);
    let run = play(true);
    assert_eq!(run.master("S1").sentinels.len() + 1, 3);
    assert_eq!(run.count("+switch-master"), 2);
}

/// Mystery 8, variations: a quorum that nobody can reach; a new id at each restart.
///
/// ODOWN-1, CMD-CKQUORUM-1, HELLO-9
#[test]
fn a_quorum_beyond_all_sentinels_and_ids_that_are_not_kept() {
    let conf = json!({"down-after-milliseconds": 2000, "failover-timeout": 10_000});
    let mut file = group(
        2,
        3,
        conf.clone(),
        json!({}),
        json!([
            {"at_ms": 1000, "do": "cmd", "node": "S1", "args": ["SENTINEL", "CKQUORUM", "mymaster"]},
            {"at_ms": 2000, "do": "kill", "node": "M0"},
        ]),
    );
    file["monitors"][0]["quorum"] = json!(4);
    let run = Play::new(&file).to(60_000);
    assert_eq!((run.count("+sdown"), run.count("+odown")), (3, 0));
    let answered = format!("{:?}", run.said);
    assert!(
        answered
            .contains("NOQUORUM 3 usable Sentinels. Not enough available Sentinels to reach the specified")
    );
    // A sentinel without its file comes back with another id, at the same address: then the old record
    // goes, and the number stays. At another address, as in a new container, it grows.
    let play = |dying: &[&str]| {
        let mut file = group(
            2,
            6,
            conf.clone(),
            json!({}),
            json!([
                {"at_ms": 1000, "do": "kill", "node": "S3"},
                {"at_ms": 2000, "do": "start", "node": "S3", "edit_conf": [["^sentinel myid .*$", ""]]},
                {"at_ms": 11_000, "do": "kill", "node": "S3"},
                {"at_ms": 12_000, "do": "start", "node": "S4"},
                {"at_ms": 22_000, "do": "kill", "node": "S4"},
                {"at_ms": 23_000, "do": "start", "node": "S5"},
                {"at_ms": 33_000, "do": "kill", "node": "S5"},
                {"at_ms": 34_000, "do": "start", "node": "S6"},
                {"at_ms": 60_000, "do": "kill", "node": dying},
            ]),
        );
        for n in 6..9 {
            file["nodes"][n]["start"] = json!(false);
        }
        Play::new(&file)
    };
    let run = play(&["M0"]).to(10_500);
    assert_eq!(run.master("S1").sentinels.len() + 1, 3);
    // Three restarts later S1 and S2 know six, of whom three live: they would need four votes. Only the
    // newcomer, who has met nobody but the living, can still be elected.
    let run = run.to(59_000);
    assert_eq!(run.master("S1").sentinels.len() + 1, 6);
    assert_eq!(run.master("S6").sentinels.len() + 1, 3);
    let run = run.to(160_000);
    let elected = run.events("+elected-leader");
    assert!(!elected.is_empty() && elected.iter().all(|(_, by, _)| by == "S6"), "{elected:?}");
    // Without it the group is stuck.
    let run = play(&["M0", "S6"]).to(160_000);
    assert_eq!(run.count("+switch-master"), 0);
    assert!(run.count("+odown") > 0 && run.count("-failover-abort-not-elected") > 0);
}

/// Mystery 11: with CONFIG disabled the transaction that promotes is refused as a whole.
///
/// FSM-CMD-2, FSM-CMD-1
#[test]
fn a_disabled_config_command_stops_every_promotion() {
    let play = |rename: Value, alias: Option<&str>, manual: bool| {
        let mut conf = json!({"down-after-milliseconds": 1000, "failover-timeout": 5000});
        if let Some(alias) = alias {
            conf["rename-command"] = json!(format!("CONFIG {alias}"));
        }
        let fail = if manual {
            json!({"at_ms": 1000, "do": "cmd", "node": "S1", "args": ["SENTINEL", "FAILOVER", "mymaster"]})
        } else {
            json!({"at_ms": 1000, "do": "kill", "node": "M0"})
        };
        Play::new(&group(2, 3, conf, json!({"rename-command": rename}), json!([fail]))).to(45_000)
    };
    for (rename, manual) in [("CONFIG \"\"", false), ("CONFIG \"\"", true), ("CONFIG secret", false)] {
        let run = play(json!(rename), None, manual);
        assert!(run.count("+failover-state-wait-promotion") > 0);
        assert!(run.count("-failover-abort-slave-timeout") > 0, "{rename} {manual}");
        assert_eq!(run.count("+switch-master"), 0);
        assert!(!run.redis("R1").is_master && !run.redis("R2").is_master);
        if !manual {
            // The next attempt comes after twice the failover-timeout.
            let tries = run.events("+try-failover");
            assert!(tries.len() > 1 && tries[1].0 - tries[0].0 >= 10_000, "{tries:?}");
        }
    }
    let run = play(json!("CONFIG secret"), Some("secret"), false);
    assert_eq!(run.count("+switch-master"), 3);
}
