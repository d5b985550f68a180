//! What is measured, and how.

use std::path::{Path, PathBuf};

use sentinel_lab::scenario::Scenario;
use sentinel_lab::sim::{Micros, Seed};
use serde_json::{Value, json};

use crate::frames::Frames;
use crate::table::{Table, quantile};
use crate::visit::Visit;

/// A measure's name, and how it is taken.
type Measure = (&'static str, fn(&mut Table));

/// All measures.
pub(crate) const ALL: [Measure; 6] = [
    ("size", size),
    ("first packet", first_packet),
    ("frames, default topology", frames_default),
    ("frames, 100 nodes", frames_crowd),
    ("seek", seek),
    ("memory", memory),
];

const HOUR_MS: f64 = 3_600_000.0;

/// The page's files as a host would send them, without the documents beside it, which are not loaded with it.
fn size(table: &mut Table) {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    let files = std::fs::read_dir(dist).expect("dist/ is built").flatten().map(|entry| entry.path());
    let files: Vec<_> = files.filter(|path| path.is_file()).collect();
    // gzip's header and end are 18 bytes and the file's name.
    let sent = |file: &PathBuf| {
        let bytes = std::fs::read(file).expect("a built file can be read");
        18 + miniz_oxide::deflate::compress_to_vec(&bytes, 9).len()
    };
    let all: usize = files.iter().map(sent).sum();
    let note = format!("{} files, deflated", files.len());
    table.judge("the page over the wire", all as f64 / 1000.0, "kB", 300.0, note);
}

/// From the navigation to the first packet that has moved; the tour that plays at a first visit.
fn first_packet(table: &mut Table) {
    for (slowdown, machine) in [(1, "this machine"), (4, "a processor a quarter as fast")] {
        let times: Vec<f64> = (0..3)
            .map(|_| {
                let visit = Visit::first(slowdown);
                visit.wait_for("a packet has moved", || visit.browser.run("return probe.moved;").as_f64())
            })
            .collect();
        let what = format!("navigation to the first moving packet, {machine}");
        table.tell(what, quantile(&times, 0.5), "ms", "median of 3 first visits");
    }
}

fn tell_frames(table: &mut Table, what: &str, frames: &Frames, budget_ms: f64, more: &str) {
    let p95 = |values| quantile(values, 0.95);
    let note = format!(
        "median {:.1}, worst {:.1}; by the clock p95 {:.1}; style and layout p95 {:.1}, paint {:.1}; {} frames, \
         {:.0} ms apart{more}",
        quantile(&frames.script, 0.5),
        quantile(&frames.script, 1.0),
        p95(&frames.script_wall),
        p95(&frames.layout),
        p95(&frames.paint),
        frames.script.len(),
        quantile(&frames.apart, 0.5),
    );
    table.judge(format!("script of a frame, p95: {what}"), p95(&frames.script), "ms", budget_ms, note);
}

/// A failover of the first scenario, at several speeds.
fn frames_default(table: &mut Table) {
    let visit = Visit::traced_with("plain");
    visit.kill("M0");
    visit.pace(None);
    visit.play(true);
    tell_frames(table, "1 + 2 + 3, auto pace, a failover", &visit.frames(12), 4.0, "");

    for (speed, name) in [(0.02, "1/50"), (1.0, "1/1"), (100.0, "100x")] {
        let visit = Visit::traced_with("plain");
        visit.kill("M0");
        if speed < 1.0 {
            visit.step_to("+try-failover");
        }
        visit.pace(Some(speed));
        visit.play(true);
        tell_frames(table, &format!("1 + 2 + 3, {name}, a failover"), &visit.frames(8), 4.0, "");
    }
}

/// 100 nodes on links on which 2,000 packets are under way at once: mostly the hellos of 59 sentinels, each of
/// which 41 servers hand on to all of them.
pub(crate) fn crowd() -> Value {
    let mut nodes = vec![json!({"name": "M0", "role": "master"})];
    nodes.extend((1..=40).map(|n| json!({"name": format!("R{n}"), "role": "replica", "of": "M0"})));
    nodes.extend((1..=59).map(|n| json!({"name": format!("S{n}"), "role": "sentinel"})));
    json!({
        "id": "crowd",
        "title": "100 nodes, 2,000 packets in flight",
        "nodes": nodes,
        "monitors": [{"name": "mymaster", "master": "M0", "quorum": 30}],
        "sentinel_conf": {"down-after-milliseconds": 5000},
        "netem_from_start": [{"delay_ms": 14}],
        "duration_ms": 60_000,
    })
}

/// How many packets are under way in it on average, over its first seconds.
fn in_flight() -> f64 {
    let scenario = Scenario::parse(&crowd().to_string()).expect("the topology is possible");
    let mut world = scenario.begin(Seed(7)).cluster;
    let counts: Vec<f64> = (0..40)
        .map(|_| {
            world.run_until(world.now() + Micros::from_millis(50), &mut Vec::new());
            world.packet_views().len() as f64
        })
        .collect();
    counts.iter().sum::<f64>() / counts.len() as f64
}

fn frames_crowd(table: &mut Table) {
    table.tell("packets in flight among 100 nodes", in_flight(), "", "mean of two seconds, natively");
    for (speed, name) in [(Some(0.05), "1/20"), (Some(0.2), "1/5"), (Some(1.0), "1/1"), (None, "auto pace")] {
        let visit = Visit::traced_with("plain");
        visit.open(&crowd(), "S59");
        visit.pace(speed);
        visit.play(true);
        std::thread::sleep(std::time::Duration::from_secs(1));
        let before = visit.playhead_ms();
        let frames = visit.frames(8);
        let played = format!("; {:.2} s were played", (visit.playhead_ms() - before) / 1000.0);
        tell_frames(table, &format!("100 nodes, {name}"), &frames, 8.0, &played);
    }
}

/// Places all over a run of an hour.
fn seek(table: &mut Table) {
    let visit = Visit::with("plain");
    visit.kill("M0");
    visit.run_to(HOUR_MS);
    let places = (0..40).map(|n| HOUR_MS * f64::from(n * 17 % 40) / 40.0 + 12_345.0);
    let (work, seen): (Vec<f64>, Vec<f64>) = places.map(|place| visit.seek(place)).unzip();
    let note = format!(
        "median {:.1}; worst {:.1}; until painted, the wait for a frame included: median {:.1}, p95 {:.1}",
        quantile(&work, 0.5),
        quantile(&work, 1.0),
        quantile(&seen, 0.5),
        quantile(&seen, 0.95),
    );
    table.judge("seek in an hour of 1 + 2 + 3, p95 of 40", quantile(&work, 0.95), "ms", 50.0, note);
}

/// After one hour, and after two.
fn memory(table: &mut Table) {
    let visit = Visit::with("plain");
    visit.kill("M0");
    let mut tell = |what: &str, note: String| {
        let kept = visit.memory();
        let note = format!("wasm {:.1}, heap {:.1}{note}", kept.wasm, kept.heap);
        table.judge(what, kept.wasm + kept.heap, "MB", 100.0, note);
    };
    tell("memory at the beginning", String::new());
    for hours in [1, 2] {
        let took = visit.run_to(HOUR_MS * f64::from(hours)).as_secs_f64();
        tell(&format!("memory after {hours} h simulated"), format!("; the last hour took {took:.1} s"));
    }
}
