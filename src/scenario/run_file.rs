//! Run files: what happened, in the form of the captures (captures/FORMAT.md).

mod actions;
mod state;
mod writers;

use crate::cluster::{Cluster, NodeId, Record, Said};
use crate::protocol::{ArcStr, time_stamp};
use crate::scenario::{Played, Role, Scenario};
use crate::sentinel::SentinelEvent;
use crate::sim::{Millis, SimTime};
use serde_json::{Map, Value, json};
use state::Look;

/// What happened, as one JSON object with the fields of a capture. Times are whole milliseconds from t = 0.
pub fn run_file(scenario: &Scenario, played: &Played) -> Value {
    let Played { cluster, records, origin, .. } = played;
    let ms = |at: SimTime| ms_since(*origin, at);
    let (mut setup, mut events) = (Vec::new(), Vec::new());
    for record in records {
        if let Some(event) = event(scenario, cluster, record, ms(record.at)) {
            if record.at < *origin { setup.push(event) } else { events.push(event) }
        }
    }
    let failure = records.iter().find(|record| matches!(record.what, Said::Did { failure: true, .. }));
    let zero = records.partition_point(|record| record.at < *origin);
    let checks = checks(&scenario.file.expect, &events);
    let ok = checks.iter().all(|check| check["ok"] == true);
    let mut file = json!({
        "scenario": scenario.id.as_str(),
        "title": scenario.title.as_str(),
        "about": scenario.about.as_str(),
        "simulator": concat!("sentinel-lab ", env!("CARGO_PKG_VERSION")),
        "redis_version": "7.0.15",
        "seed": played.seed.0,
        "captured_at": time_stamp(Cluster::wall_clock(*origin)),
        "jitter_ms": (played.jitter.0 + 500) / 1000,
        "net": scenario.file.net.as_deref().unwrap_or("bridge"),
        "t0": "the moment at which the whole topology was stable",
        "stable": played.stable,
        "failure_t_ms": failure.map(|record| ms(record.at)),
        "duration_ms": ms(cluster.now()),
        "topology": topology(scenario, cluster),
        "config": scenario.config,
        "actions": actions::actions(scenario, cluster, &records[zero..], &ms),
        "setup_events": setup,
        "events": events,
        "redis_log": redis_log(cluster, records, *origin),
        "snapshots": snapshots(scenario, records, &ms),
        "final": state::state(cluster, scenario, &Look { patience: Millis(1000), wide: false }),
        "checks": checks,
        "ok": ok,
    });
    let writers = writers::writers(cluster, *origin);
    if !writers.is_empty() {
        file["writers"] = Value::Object(writers);
    }
    file
}

/// A JSON object, one entry after the other: to `collect` one would sort it, which is code of its own each time.
pub(super) fn object(entries: impl IntoIterator<Item = (String, Value)>) -> Map<String, Value> {
    let mut object = Map::new();
    object.extend(entries);
    object
}

fn ms_since(origin: SimTime, at: SimTime) -> i64 {
    (at.0 as i64 - origin.0 as i64).div_euclid(1000)
}

/// A sentinel's event or log line, where a capture would have kept it.
fn event(scenario: &Scenario, cluster: &Cluster, record: &Record, t_ms: i64) -> Option<Value> {
    let (Said::Sentinel(event), Some(node)) = (&record.what, record.node) else { return None };
    if event.level() < scenario.sentinel_loglevel || is_routine(event) {
        return None;
    }
    let (name, payload) = event.named();
    Some(json!({
        "t_ms": t_ms,
        "sentinel": cluster.node(node).name.as_str(),
        "event": name,
        "payload": payload,
        "sym": cluster.symbolic(&payload),
    }))
}

/// Lines that captures leave out: configuration saved, start-up, that an end was asked for.
fn is_routine(event: &SentinelEvent) -> bool {
    const ROUTINE: [&str; 3] = ["new configuration saved", "Sentinel ID is", "User requested"];
    match event {
        SentinelEvent::Log { text, .. } => ROUTINE.iter().any(|part| text.contains(part)),
        _ => false,
    }
}

fn topology(scenario: &Scenario, cluster: &Cluster) -> Vec<Value> {
    let spec = |(n, spec): (usize, &crate::scenario::NodeSpec)| {
        let node = cluster.node(NodeId(n as u32));
        let (role, of) = match spec.role {
            Role::Master => ("master", None),
            Role::Replica(of) => ("replica", Some(cluster.node(of).name.as_str())),
            Role::Sentinel => ("sentinel", None),
        };
        let mut entry = json!({
            "name": node.name.as_str(),
            "role": role,
            "host": cluster.host_name(node.host).as_str(),
            "ip": cluster.host_ip(node.host).to_string(),
            "port": node.addr.port,
            "runid": node.ids.first().map(ArcStr::as_str),
        });
        if node.ids.len() > 1 {
            entry["later_runids"] = json!(node.ids[1..].iter().map(ArcStr::as_str).collect::<Vec<_>>());
        }
        if node.ports.len() > 1 {
            entry["later_ports"] = json!(node.ports[1..]);
        }
        if let Some(of) = of {
            entry["of"] = json!(of);
        }
        entry
    };
    scenario.nodes.iter().enumerate().map(spec).collect()
}

fn redis_log(cluster: &Cluster, records: &[Record], origin: SimTime) -> Vec<Value> {
    let line = |record: &Record| {
        let (Said::Redis(event), Some(node)) = (&record.what, record.node) else { return None };
        (record.at >= origin).then(|| {
            json!({
                "t_ms": ms_since(origin, record.at),
                "node": cluster.node(node).name.as_str(),
                "role": event.role_mark().to_string(),
                "msg": cluster.symbolic(&event.to_string()),
            })
        })
    };
    records.iter().filter_map(line).collect()
}

fn snapshots(scenario: &Scenario, records: &[Record], ms: &impl Fn(SimTime) -> i64) -> Vec<Value> {
    let snapshot = |record: &Record| match &record.what {
        Said::Snapshot { label, wide, world, .. } => Some(json!({
            "t_ms": ms(record.at),
            "label": label.as_str(),
            "state": state::state(&world.0, scenario, &Look { patience: Millis(400), wide: *wide }),
        })),
        _ => None,
    };
    records.iter().filter_map(snapshot).collect()
}

/// What the scenario expects of the events, and whether it is so.
fn checks(expected: &[Value], events: &[Value]) -> Vec<Value> {
    let check = |expectation: &Value| {
        let wants = |field: &str, found: &Value| {
            expectation[field].as_str().is_none_or(|wanted| wanted.is_empty() || found == wanted)
        };
        let figure = |field: &str| expectation[field].as_i64();
        let is_meant = |event: &&Value| {
            let t_ms = event["t_ms"].as_i64().unwrap_or_default();
            wants("event", &event["event"])
                && wants("sentinel", &event["sentinel"])
                && expectation["contains"]
                    .as_str()
                    .is_none_or(|part| event["sym"].as_str().is_some_and(|text| text.contains(part)))
                && t_ms >= figure("after_ms").unwrap_or(0)
                && t_ms < figure("before_ms").unwrap_or(i64::MAX)
        };
        let n = events.iter().filter(is_meant).count() as i64;
        let max = figure("max");
        let least = figure("min").unwrap_or(i64::from(max.is_none()));
        let mut check = expectation.clone();
        check["n"] = json!(n);
        check["ok"] = json!(least <= n && n <= max.unwrap_or(i64::MAX));
        check
    };
    // What is no object says nothing that could be looked for.
    expected.iter().filter(|expectation| expectation.is_object()).map(check).collect()
}
