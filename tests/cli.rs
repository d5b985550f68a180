//! The command line, as a person uses it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that meets nothing where something must be has failed")]

use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Command, Output};

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/scenarios/{name}.json", env!("CARGO_MANIFEST_DIR"))
}

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sentinel-lab")).arg("run").args(args).output().unwrap()
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// What is printed where a scenario is refused.
#[track_caller]
fn refusal(name: &str, text: &str) -> String {
    let path = folder(name).join("scenario.json");
    std::fs::write(&path, text).unwrap();
    let output = run(&[path.to_str().unwrap(), "--log"]);
    assert!(!output.status.success(), "{name} was accepted");
    assert!(output.stdout.is_empty());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(!message.contains("panicked"), "{message}");
    assert!(message.starts_with("sentinel-lab: "), "{message}");
    message
}

/// The plain scenario with one thing changed.
fn changed(change: impl FnOnce(&mut Value)) -> String {
    let text = std::fs::read_to_string(fixture("01_plain_failover")).unwrap();
    let mut scenario: Value = serde_json::from_str(&text).unwrap();
    change(&mut scenario);
    scenario.to_string()
}

#[test]
fn the_log_has_the_form_of_redis() {
    let output = run(&[&fixture("01_plain_failover"), "--seed", "7", "--log"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find(|line| line.contains("+odown")).expect("the master is found down");
    let words: Vec<&str> = line.split_whitespace().collect();
    assert!(words[0].starts_with('S'));
    assert!(words[1].ends_with(":X"), "{line}");
    assert_eq!(&words[2..5], ["01", "Jan", "2026"]);
    assert_eq!(&words[6..9], ["#", "+odown", "master"]);
    assert!(line.contains("mymaster 10.77.0.10 6379 #quorum "), "{line}");
}

#[test]
fn a_range_of_seeds_writes_a_run_file_for_each_and_the_same_one_every_time() {
    let scenario = fixture("02a_seed_process_killed");
    let read = |name: &str| {
        let out = folder(name);
        let output = run(&[&scenario, "--seeds", "1..3", "--out", out.to_str().unwrap()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let file = |n| std::fs::read(out.join(format!("02a_seed_process_killed.seed{n:02}.json"))).unwrap();
        assert!(!out.join("02a_seed_process_killed.seed04.json").exists());
        [file(1), file(2), file(3)]
    };
    let first = read("seeds-first");
    assert_eq!(first, read("seeds-second"), "the same seeds gave other files");
    assert_ne!(first[0], first[1]);
    let run: Value = serde_json::from_slice(&first[0]).unwrap();
    assert_eq!(run["scenario"], "02a_seed_process_killed");
    assert_eq!(run["final"]["redis"]["R1"]["role"], "master");
    assert!(run["failure_t_ms"].as_i64().unwrap() >= 2000);
    assert_eq!(run["topology"].as_array().unwrap().len(), 5);
    assert!(run["events"].as_array().unwrap().iter().any(|event| event["event"] == "+switch-master"));
}

/// The list of the first seed tutorial, without what the captures contradict: its fourth line is a voter's
/// (a leader logs `+vote-for-leader` once, after `+try-failover`), and its lines 16 to 18 do not appear with a
/// single replica (spec sections 19 and 21, captures/INDEX.md).
#[test]
fn the_first_seed_tutorial_s_lines_come_in_its_order() {
    let output = run(&[&fixture("02a_seed_process_killed"), "--seed", "3", "--log"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let leader =
        text.lines().find(|line| line.contains("+elected-leader")).unwrap().split(' ').next().unwrap();
    let mut log = text.lines().filter(|line| line.split(' ').next() == Some(leader));
    for expected in [
        "+sdown master mymaster 10.77.0.121 6379",
        "+odown master mymaster 10.77.0.121 6379 #quorum",
        "+new-epoch 1",
        "+try-failover master mymaster 10.77.0.121 6379",
        "+vote-for-leader",
        " voted for ",
        " voted for ",
        "+elected-leader master mymaster 10.77.0.121 6379",
        "+failover-state-select-slave master mymaster 10.77.0.121 6379",
        "+selected-slave slave 10.77.0.122:6379 10.77.0.122 6379 @ mymaster 10.77.0.121 6379",
        "+failover-state-send-slaveof-noone slave 10.77.0.122:6379 10.77.0.122 6379 @ mymaster 10.77.0.121 6379",
        "+failover-state-wait-promotion slave 10.77.0.122:6379 10.77.0.122 6379 @ mymaster 10.77.0.121 6379",
        "+promoted-slave slave 10.77.0.122:6379 10.77.0.122 6379 @ mymaster 10.77.0.121 6379",
        "+failover-state-reconf-slaves master mymaster 10.77.0.121 6379",
        "+failover-end master mymaster 10.77.0.121 6379",
        "+switch-master mymaster 10.77.0.121 6379 10.77.0.122 6379",
    ] {
        assert!(log.any(|line| line.contains(expected)), "{expected} is missing or comes too early:\n{text}");
    }
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    let message = refusal("not-json", "{\n \"id\": \"x\",\n nodes\n}");
    assert!(message.contains("line 3, column 2"), "{message}");
}

#[test]
fn a_missing_node_is_named() {
    let without_master = changed(|s| {
        s["nodes"].as_array_mut().unwrap().remove(0);
    });
    let message = refusal("no-master", &without_master);
    assert!(message.contains("monitors[0].master: there is no node named \"M0\""), "{message}");
    let message = refusal("no-nodes", &changed(|s| s["nodes"] = json!([])));
    assert!(message.contains("nodes: a scenario needs at least one node"), "{message}");
}

#[test]
fn an_unknown_action_field_or_node_is_named() {
    let message = refusal("unknown-action", &changed(|s| s["actions"][0]["do"] = json!("explode")));
    assert!(message.contains("actions[0].do: unknown action \"explode\""), "{message}");
    let message = refusal("unknown-node", &changed(|s| s["actions"][0]["node"] = json!("M9")));
    assert!(message.contains("actions[0].node: there is no node named \"M9\""), "{message}");
    let message = refusal("unknown-field", &changed(|s| s["actions"][0]["colour"] = json!("red")));
    assert!(message.contains("unknown field `colour`"), "{message}");
    let message = refusal("foreign-field", &changed(|s| s["actions"][0]["groups"] = json!([])));
    assert!(message.contains("actions[0].groups: the action \"kill\" has no such field"), "{message}");
}

#[test]
fn files_that_go_wrong_are_part_of_a_scenario() {
    let with = |action: Value| changed(|s| s["actions"].as_array_mut().unwrap().insert(0, action));
    let scenario = with(json!({"at_ms": 10, "do": "disk", "node": "sentinels", "error": "Is a directory"}));
    let path = folder("files").join("scenario.json");
    std::fs::write(&path, scenario).unwrap();
    let output = run(&[path.to_str().unwrap(), "--log"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let warning = "WARNING: Sentinel was not able to save the new configuration on disk!!!: Is a directory";
    assert!(text.contains(warning) && text.contains("+switch-master"), "{text}");
    for (action, wanted) in [
        (json!({"do": "disk", "node": "R1"}), "actions[0].node: R1 is no sentinel"),
        (json!({"do": "disk", "node": "S1", "error": ""}), "actions[0].error: must not be empty"),
        (
            json!({"do": "script", "node": "S1", "path": "/x"}),
            "actions[0]: the action \"script\" needs \"path\" and \"executable\"",
        ),
        (json!({"do": "script", "path": "/x"}), "actions[0]: the action \"script\" needs \"node\""),
    ] {
        let mut action = action;
        action["at_ms"] = json!(10);
        let message = refusal("files-refused", &with(action));
        assert!(message.contains(wanted), "{message}");
    }
}

#[test]
fn impossible_figures_are_named() {
    let message = refusal("quorum-0", &changed(|s| s["monitors"][0]["quorum"] = json!(0)));
    assert!(message.contains("monitors[0].quorum: quorum must be 1 or greater, got 0"), "{message}");
    let message = refusal("negative-time", &changed(|s| s["actions"][0]["at_ms"] = json!(-5)));
    assert!(message.contains("actions[0].at_ms: a time is 0 to"), "{message}");
    let message =
        refusal("bad-setting", &changed(|s| s["sentinel_conf"]["down-after-milliseconds"] = json!(0)));
    assert!(message.contains("sentinel_conf.down-after-milliseconds: "), "{message}");
    let message = refusal("unknown-setting", &changed(|s| s["redis_conf"] = json!({"no-such": 1})));
    assert!(message.contains("redis_conf.no-such: "), "{message}");
}

#[test]
fn a_million_nodes_are_too_many() {
    let million = changed(|s| {
        let node = |n: u32| json!({"name": format!("S{n}"), "role": "sentinel"});
        let nodes = s["nodes"].as_array_mut().unwrap();
        nodes.extend((4..1_000_000).map(node));
    });
    let message = refusal("million", &million);
    assert!(message.contains("than the"), "{message}");
    let thousand = changed(|s| {
        let node = |n: u32| json!({"name": format!("S{n}"), "role": "sentinel"});
        let nodes = s["nodes"].as_array_mut().unwrap();
        nodes.extend((4..1000).map(node));
    });
    let message = refusal("thousand", &thousand);
    assert!(message.contains("nodes: 1002 nodes are more than the 400 that are possible"), "{message}");
}

#[test]
fn a_file_that_is_not_there_and_seeds_that_are_none_are_named() {
    let output = run(&["no-such-file.json"]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot read no-such-file.json"));
    let output = run(&[&fixture("01_plain_failover"), "--seeds", "5..2", "--out", "x"]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("\"5..2\" is no range of seeds"));
}

fn real(name: &str) -> String {
    format!("{}/tests/fixtures/real-configs/{name}.conf", env!("CARGO_MANIFEST_DIR"))
}

/// Runs with a sentinel.conf; what was printed, and what was said beside it.
fn run_conf(args: &[&str]) -> (bool, String, String) {
    let output = run(args);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_sentinel_conf_runs_and_its_master_is_killed_when_asked() {
    let file = real("notes-rewritten-comments-out-of-place");
    let (ok, log, notes) = run_conf(&["--conf", &file, "--kill-master-at", "5s", "--seed", "3", "--log"]);
    assert!(ok, "{notes}");
    let switch = log.lines().find(|line| line.contains("+switch-master")).expect("it fails over");
    assert!(switch.contains("+switch-master mymaster 127.0.0.1 8004 127.0.0.1 800"), "{switch}");
    assert!(notes.lines().all(|line| line.starts_with("sentinel-lab: note: ")), "{notes}");
    assert!(notes.contains("127.0.0.1 is one machine here"), "{notes}");
    // The id is the file's own.
    assert!(log.contains("Sentinel ID is 5724fd60af87e728e6f8f03ded693960c983e156"));
}

#[test]
fn a_sentinel_conf_writes_run_files_as_a_scenario_does() {
    let out = folder("conf-runs");
    let file = real("redis-1717-quorum1-of-three");
    let args = ["--conf", &file, "--replicas", "3", "--sentinels", "5", "--kill-master-at", "500ms"];
    let seeds = ["--duration", "30s", "--seeds", "1..2", "--out", out.to_str().unwrap()];
    let (ok, _, notes) = run_conf(&[&args[..], &seeds[..]].concat());
    assert!(ok, "{notes}");
    let read = |n: u32| {
        let text = std::fs::read(out.join(format!("redis-1717-quorum1-of-three.seed0{n}.json"))).unwrap();
        serde_json::from_slice::<Value>(&text).unwrap()
    };
    let first = read(1);
    assert_eq!(first["topology"].as_array().unwrap().len(), 1 + 3 + 5);
    assert_eq!(first["failure_t_ms"], 500);
    assert_ne!(first["events"], read(2)["events"]);
}

#[test]
fn a_sentinel_conf_that_redis_refuses_is_refused_with_file_line_and_reason() {
    let file = real("inline-comment-invalid");
    let (ok, log, message) = run_conf(&["--conf", &file, "--log"]);
    assert!(!ok && log.is_empty());
    assert_eq!(
        message,
        format!(
            "sentinel-lab: {file}: line 6: 'maxmemory 64mb  # Small max memory for sentinel': wrong number of \
             arguments\n"
        )
    );
    let (_, _, message) = run_conf(&["--conf", "no-such.conf"]);
    assert!(message.contains("cannot read no-such.conf"), "{message}");
    let (_, _, message) = run_conf(&["--conf", &real("windows-32100-rewritten"), "--replicas", "1"]);
    assert!(message.contains("--replicas 1: the file knows 2 replicas of mymaster"), "{message}");
}

#[test]
fn options_that_do_not_go_together_are_named() {
    let file = real("redis-1717-quorum1-of-three");
    let scenario = fixture("01_plain_failover");
    for (args, expected) in [
        (vec!["--conf", &file, "--kill-master-at", "5"], "--kill-master-at"),
        (vec!["--conf", &file, "--kill-master-at", "90s", "--duration", "1m"], "--kill-master-at 90s"),
        (vec!["--conf", &file, &scenario], "--conf"),
        (vec![&scenario, "--replicas", "3"], "--replicas"),
        (vec!["--log"], "SCENARIO"),
    ] {
        let (ok, log, message) = run_conf(&args);
        assert!(!ok && log.is_empty(), "{args:?}");
        assert!(message.contains(expected) && !message.contains("panicked"), "{args:?}: {message}");
    }
}
