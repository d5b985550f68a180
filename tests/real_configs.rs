//! Real sentinel.conf files, found in public (tests/fixtures/real-configs/INDEX.md says where): each is read
//! and becomes a cluster that settles and fails over, or is refused as a redis-sentinel 7.0.15 refuses it.
//!
//! What is written here as Redis's line and reason is what that program printed for the file.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that meets nothing where something must be has failed")]

use sentinel_lab::cluster::{Action, WriterMode, WriterSettings};
use sentinel_lab::scenario::{ConfOptions, FromConf, Scenario};
use sentinel_lab::sim::{Micros, Seed};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What becomes of a file.
enum Fate {
    /// It runs: masters, replicas, sentinels.
    Runs(usize, usize, usize),
    /// It runs, and never settles.
    NeverSettles(usize, usize, usize),
    /// Redis refuses a line, for this reason.
    Refused(u32, &'static str),
    /// Redis starts and monitors nothing.
    WatchesNothing,
}

use Fate::{NeverSettles, Refused, Runs, WatchesNothing};

const FILES: [(&str, Fate); 23] = [
    ("acl-user-systemd-three-hosts", Runs(1, 2, 3)),
    ("ansible-colons-invalid", Refused(1, "Unbalanced quotes in configuration line")),
    ("bitnami-4239-known-sentinel-without-runid", Runs(1, 2, 3)),
    ("course-misspelt-moniter", WatchesNothing),
    // Each start of a sentinel finds everything down before the first reply has come, and so it goes on.
    ("down-after-nine-milliseconds", NeverSettles(1, 2, 3)),
    ("hostname-without-resolve", Refused(2, "Can't resolve instance hostname.")),
    ("inline-comment-invalid", Refused(6, "wrong number of arguments")),
    ("k8s-charm-jinja", Refused(1, "wrong number of arguments")),
    ("mailcow-shell-defaults", Refused(8, "Can't resolve instance hostname.")),
    ("master-named-master", Runs(1, 2, 3)),
    ("notes-clipboard-garbage", Refused(9, "Unrecognized sentinel configuration statement.")),
    ("notes-rewritten-comments-out-of-place", Runs(1, 2, 3)),
    ("operator-image-no-monitor-uppercase", WatchesNothing),
    ("redis-12684-mixed-ip-families", Runs(1, 2, 3)),
    ("redis-1684-eight-masters-double-blank", Runs(2, 4, 3)),
    ("redis-1717-quorum1-of-three", Runs(1, 2, 3)),
    ("redis-8313-rewritten-announce-debug", Runs(1, 2, 3)),
    ("redis-doc-1853-windows-quoted-passwords", Runs(1, 2, 3)),
    ("resolve-after-monitor", Runs(1, 2, 3)),
    ("settings-before-monitor", Refused(20, "Can't resolve instance hostname.")),
    ("stock-62-tail-generated-state", Refused(7, "No such master with specified name.")),
    ("three-masters-placeholders", Refused(29, "argument couldn't be parsed into an integer")),
    ("windows-32100-rewritten", Runs(1, 2, 3)),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/real-configs")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(format!("{name}.conf"))).unwrap()
}

fn read(name: &str, options: &ConfOptions) -> Result<FromConf, String> {
    Scenario::from_conf(&format!("{name}.conf"), &text(name), options).map_err(|error| error.to_string())
}

#[test]
fn every_file_in_the_folder_is_listed() {
    let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| format!("{name}.conf")).collect();
    let entries = std::fs::read_dir(folder()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<String> = names.filter(|name| name != "INDEX.md").collect();
    assert_eq!(listed, found);
}

/// CONF-1, CONF-2, CONF-20 to CONF-40
#[test]
fn each_is_read_or_refused_as_redis_does() {
    for (name, fate) in &FILES {
        let made = read(name, &ConfOptions::default());
        match fate {
            Refused(line, reason) => {
                let message = made.expect_err(name);
                let file = text(name);
                let quoted = file.lines().nth(*line as usize - 1).unwrap().trim();
                assert!(
                    message.starts_with(&format!("line {line}: '{quoted}': {reason}")),
                    "{name}: {message}"
                );
            }
            WatchesNothing => {
                let message = made.expect_err(name);
                assert!(message.contains("no \"sentinel monitor\" line"), "{name}: {message}");
            }
            Runs(masters, replicas, sentinels) | NeverSettles(masters, replicas, sentinels) => {
                let FromConf { scenario, .. } = made.expect(name);
                let count =
                    |letter| scenario.nodes.iter().filter(|node| node.name.starts_with(letter)).count();
                assert_eq!((count('M'), count('R'), count('S')), (*masters, *replicas, *sentinels), "{name}");
                let begun = scenario.begin(Seed(3));
                assert_eq!(begun.stable, matches!(fate, Runs(..)), "{name}");
            }
        }
    }
}

#[test]
fn each_that_runs_fails_over_when_its_master_is_killed() {
    let at = Some(Micros::from_secs(5));
    for (name, _) in FILES.iter().filter(|(_, fate)| matches!(fate, Runs(..))) {
        let made = read(name, &ConfOptions { kill_master_at: at, ..ConfOptions::default() }).expect(name);
        let played = made.scenario.play(Seed(7));
        let said = |channel: &str| {
            let lines = played.records.iter().filter_map(|record| played.cluster.log_line(record));
            lines.filter(|line| line.contains(channel)).count()
        };
        assert!(said(" +odown master") > 0, "{name}");
        assert!(said(" +switch-master ") > 0, "{name}");
    }
}

#[test]
fn each_that_runs_can_be_written_as_a_scenario_and_read_again() {
    for (name, _) in FILES.iter().filter(|(_, fate)| matches!(fate, Runs(..) | NeverSettles(..))) {
        let scenario = read(name, &ConfOptions::default()).expect(name).scenario;
        assert_eq!(Scenario::parse(&scenario.to_json()).expect(name), scenario, "{name}");
    }
}

/// CONF-6: the file of the first sentinel is the file that was read, to the comment.
#[test]
fn the_file_itself_is_on_the_disk_of_the_first_sentinel() {
    for (name, _) in FILES.iter().filter(|(_, fate)| matches!(fate, Runs(..))) {
        let scenario = read(name, &ConfOptions::default()).expect(name).scenario;
        let first = scenario.nodes.iter().find(|node| node.name == "S1").expect(name);
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(&first.conf), lines(&text(name)), "{name}");
    }
}

/// A client knows the passwords and the names as whoever set the sentinels up would tell it.
#[test]
fn a_client_that_follows_the_sentinels_can_write_to_each() {
    for (name, _) in FILES.iter().filter(|(_, fate)| matches!(fate, Runs(..))) {
        let scenario = read(name, &ConfOptions::default()).expect(name).scenario;
        let mut cluster = scenario.begin(Seed(5)).cluster;
        let writer = WriterSettings {
            name: "C1".into(),
            host: cluster.node(cluster.node_named("S2").expect(name)).host,
            mode: WriterMode::Subscribed,
            interval: Micros::from_millis(100),
        };
        let mut said = Vec::new();
        cluster.act(Action::StartWriter(writer), &mut said).expect(name);
        cluster.run_until(cluster.now() + Micros::from_secs(3), &mut said);
        let client = cluster.node(cluster.writer("C1").expect(name)).client().expect(name);
        assert!(client.history().acked > 20, "{name}: {:?}", client.history());
    }
}
