//! How fast the world runs, natively.
//!
//! `cargo bench --bench stepping`. Simulated seconds per second are the throughput that criterion prints (an
//! "element" is a simulated second).
#![allow(missing_docs, reason = "criterion's macros make public functions")]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sentinel_lab::cluster::{Cluster, History};
use sentinel_lab::scenario::{Scenario, entry};
use sentinel_lab::sim::{Micros, Seed, SimTime};
use serde_json::json;

const SEED: Seed = Seed(7);

fn plain() -> Scenario {
    entry("plain").expect("it is built in").scenario()
}

/// One master, `replicas` replicas, `sentinels` sentinels.
fn scenario(replicas: usize, sentinels: usize) -> Scenario {
    let mut nodes = vec![json!({"name": "M0", "role": "master"})];
    nodes.extend((1..=replicas).map(|n| json!({"name": format!("R{n}"), "role": "replica", "of": "M0"})));
    nodes.extend((1..=sentinels).map(|n| json!({"name": format!("S{n}"), "role": "sentinel"})));
    let file = json!({
        "id": "bench",
        "nodes": nodes,
        "monitors": [{"name": "mymaster", "master": "M0", "quorum": 2}],
        "sentinel_conf": {"down-after-milliseconds": 5000},
        "duration_ms": 1000,
    });
    Scenario::parse(&file.to_string()).expect("the topology is possible")
}

fn run_for(world: &mut Cluster, span: Micros) {
    let until = world.now() + span;
    world.run_until(until, &mut Vec::new());
}

/// An idle hour of 1 + 2 + 3, whose budget is 50,000 simulated seconds per second.
fn idle(c: &mut Criterion) {
    let world = plain().begin(SEED).cluster;
    let mut group = c.benchmark_group("idle");
    group.throughput(Throughput::Elements(3600)).sample_size(20);
    group.bench_function("an hour of 1 + 2 + 3", |b| {
        b.iter_batched_ref(
            || world.clone(),
            |world| run_for(world, Micros::from_secs(3600)),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

/// Cost per event as the world grows: at most double from 6 to 200 nodes. The throughput counts turns.
///
/// A world goes on and on, as one does that somebody looks at: each iteration is its next 20 s, two rounds of
/// the slowest timer. A copy of it for each iteration would be measured with a cold cache.
fn growth(c: &mut Criterion) {
    let span = Micros::from_secs(20);
    let mut group = c.benchmark_group("turns by nodes");
    group.sample_size(20);
    for (replicas, sentinels) in [(2, 3), (14, 5), (52, 7), (190, 9)] {
        let mut world = scenario(replicas, sentinels).begin(SEED).cluster;
        run_for(&mut world, span);
        let mut probe = world.clone();
        let (until, mut turns) = (probe.now() + span, 0);
        while probe.step(until, &mut Vec::new()) {
            turns += 1;
        }
        group.throughput(Throughput::Elements(turns));
        let nodes = 1 + replicas + sentinels;
        group.bench_function(BenchmarkId::from_parameter(nodes), |b| b.iter(|| run_for(&mut world, span)));
    }
    group.finish();
}

/// A copy of the world, and a seek into a run of an hour (budget: 50 ms).
fn past(c: &mut Criterion) {
    let begun = plain().begin(SEED);
    let mut world = begun.cluster.clone();
    run_for(&mut world, Micros::from_secs(60));
    c.bench_function("clone of 1 + 2 + 3", |b| b.iter(|| world.clone()));
    let mut history = History::new(begun.cluster, begun.records);
    let origin = history.origin();
    history.run_until(origin + Micros::from_secs(3600));
    let mut place = 0;
    c.bench_function("seek in an hour of 1 + 2 + 3", |b| {
        b.iter(|| {
            place = (place + 1_234_567_891) % 3_600_000_000;
            history.seek(SimTime(origin.0 + place));
        });
    });
}

criterion_group!(benches, idle, growth, past);
criterion_main!(benches);
