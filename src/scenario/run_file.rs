//! Run files: what happened, in the form of the captures (captures/FORMAT.md).

use crate::client::{Follow, Target};
use crate::cluster::{
    Action, ClusterView, Condition, Disk, Edit, HostId, InstanceView, MasterView, NodeId, NodeRole, Record,
    RedisView, Said, SentinelView, WriterMode,
};
use crate::cluster::{Cluster, NodeView};
use crate::protocol::{ArcStr, Reply};
use crate::scenario::{Played, Role, Scenario};
use crate::sentinel::SentinelEvent;
use crate::sim::{Addr, LinkSettings, NodeTime, SimTime};
use serde_json::{Map, Value, json};

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
    let after_zero = records.iter().filter(|record| record.at >= *origin);
    let actions: Vec<Value> = after_zero.filter_map(|record| action(cluster, records, record, &ms)).collect();
    let mut file = json!({
        "scenario": scenario.id.as_str(),
        "title": scenario.title.as_str(),
        "about": scenario.about.as_str(),
        "simulator": concat!("sentinel-lab ", env!("CARGO_PKG_VERSION")),
        "redis_version": "7.0.15",
        "seed": played.seed.0,
        "jitter_ms": played.jitter.0 / 1000,
        "t0": "the moment at which the whole topology was stable",
        "stable": played.stable,
        "failure_t_ms": failure.map(|record| ms(record.at)),
        "duration_ms": ms(cluster.now()),
        "topology": topology(scenario, cluster),
        "config": scenario.config,
        "actions": with_whole_tables(actions),
        "setup_events": setup,
        "events": events,
        "redis_log": redis_log(cluster, records, *origin),
        "snapshots": snapshots(cluster, records, &ms),
        "final": state(cluster, &cluster.view(), false),
    });
    let writers = writers(cluster, *origin);
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
            "port": spec.port,
            "runid": node.ids.first().map(ArcStr::as_str),
        });
        if node.ids.len() > 1 {
            entry["later_runids"] = json!(node.ids[1..].iter().map(ArcStr::as_str).collect::<Vec<_>>());
        }
        if let Some(of) = of {
            entry["of"] = json!(of);
        }
        entry
    };
    scenario.nodes.iter().enumerate().map(spec).collect()
}

fn action(
    cluster: &Cluster,
    records: &[Record],
    record: &Record,
    ms: &impl Fn(SimTime) -> i64,
) -> Option<Value> {
    let name = |id: &NodeId| cluster.node(*id).name.as_str();
    let host = |id: &HostId| cluster.host_name(*id).as_str();
    let (what, failure) = match &record.what {
        Said::Did { action, failure } => (action, *failure),
        Said::Snapshot { label, .. } => {
            return Some(json!({"t_ms": ms(record.at), "do": "snapshot", "label": label.as_str()}));
        }
        _ => return None,
    };
    let mut entry = match what.as_ref() {
        Action::Kill(id) => json!({"do": "kill", "node": [name(id)]}),
        Action::Terminate(id) => json!({"do": "term", "node": [name(id)]}),
        Action::Freeze(id) => json!({"do": "stop", "node": [name(id)]}),
        Action::Resume(id) => json!({"do": "cont", "node": [name(id)]}),
        Action::Start(id) => json!({"do": "start", "node": [name(id)]}),
        Action::EditAndStart { node, edits } => {
            let edited: Vec<_> = edits.iter().map(Edit::texts).collect();
            json!({"do": "start", "node": [name(node)], "edited": edited})
        }
        Action::HostLink { host: id, up } => {
            json!({"do": if *up { "linkup" } else { "linkdown" }, "host": host(id)})
        }
        Action::Command { node, words } | Action::Type { node, words } => {
            let args: Vec<String> = words.iter().map(|word| cluster.symbolic(word)).collect();
            let is_typed = matches!(**what, Action::Type { .. });
            let mut entry = json!({
                "do": if is_typed { "type" } else { "cmd" },
                "node": [name(node)],
                "args": args,
            });
            if !is_typed {
                entry["reply"] = answer(records, record, *node, words);
            }
            entry
        }
        Action::Fill { node, count, size, .. } => {
            json!({"do": "fill", "node": [name(node)], "count": count, "size": size})
        }
        Action::StartWriter(writer) => {
            let mut entry = json!({
                "do": "writer",
                "name": writer.name.as_str(),
                "host": host(&writer.host),
                "interval_ms": writer.interval.0 / 1000,
            });
            match &writer.mode {
                WriterMode::Fixed(node) => entry["node"] = json!(name(node)),
                WriterMode::Sentinel => entry["mode"] = json!("sentinel"),
                WriterMode::Once | WriterMode::Subscribed => {}
            }
            entry
        }
        Action::StopWriter(writer) => json!({"do": "writer_stop", "name": writer.as_str()}),
        Action::Partition(groups) => {
            // Whoever is not named belongs to the first group.
            let mut groups = groups.clone();
            let rest = cluster.host_ids().filter(|id| !groups.iter().any(|group| group.contains(id)));
            let rest: Vec<HostId> = rest.collect();
            if let Some(first) = groups.first_mut() {
                first.extend(rest);
            }
            let groups: Vec<Vec<&str>> =
                groups.iter().map(|group| group.iter().map(host).collect()).collect();
            json!({"do": "partition", "groups": groups})
        }
        Action::Heal => json!({"do": "heal"}),
        Action::Script { node, path, executable } => {
            json!({"do": "script", "node": [name(node)], "path": path.as_str(), "executable": executable})
        }
        Action::Disk { node, error } => {
            json!({"do": "disk", "node": [name(node)], "error": error.as_deref()})
        }
        Action::Names(change) => json!({
            "do": "names",
            "names": object(
                change.names.iter().map(|(name, to)| (name.to_string(), json!(to.as_ref().map(host))))
            ),
            "found_ms": change.found_after.map(|span| span.0 / 1000),
            "failed_ms": change.failed_after.map(|span| span.0 / 1000),
        }),
        Action::Mark(label) => json!({"do": "mark", "label": label.as_str()}),
        Action::SetLink { from, to, link } => {
            let mut rule =
                json!({"from": from.as_ref().map_or("*", host), "to": to.as_ref().map_or("*", host)});
            if *link != LinkSettings::LAN {
                rule["delay_ms"] = json!((link.latency.0 + link.jitter.0 / 2 + 500) / 1000);
                rule["jitter_ms"] = json!((link.jitter.0 / 2 + 500) / 1000);
                rule["loss"] = json!(f64::from(link.loss.ppm()) / 1_000_000.0);
                rule["block"] = json!(link.blocked);
            }
            json!({"do": "netem", "rules": [rule]})
        }
        other => json!({"do": format!("{other:?}")}),
    };
    entry["t_ms"] = json!(ms(record.at));
    if failure {
        entry["failure"] = json!(true);
    }
    Some(entry)
}

/// Puts rules for links that were set at one time into one action, as the capture tool has them: on its tap network
/// that begins with a clean table, which is a healing where nothing else follows.
fn with_whole_tables(actions: Vec<Value>) -> Vec<Value> {
    let clean = json!([{"from": "*", "to": "*"}]);
    let mut whole: Vec<Value> = Vec::new();
    for mut action in actions {
        let last = whole.last_mut().filter(|last| last["t_ms"] == action["t_ms"] && action["do"] == "netem");
        match last {
            Some(last) if last["do"] == "heal" && action["rules"] == clean => {}
            Some(last) if last["do"] == "heal" => *last = action,
            Some(last) if last["do"] == "netem" => {
                let rules = action["rules"].as_array_mut().map(std::mem::take).unwrap_or_default();
                if let Some(all) = last["rules"].as_array_mut() {
                    all.extend(rules);
                }
            }
            _ => whole.push(action),
        }
    }
    whole
}

/// The reply to a command: the first answer to the same words at the same node after it.
fn answer(records: &[Record], asked: &Record, node: NodeId, words: &[ArcStr]) -> Value {
    let is_it = |record: &&Record| {
        record.at >= asked.at
            && record.node == Some(node)
            && matches!(&record.what, Said::Answered { words: of, .. } if **of == *words)
    };
    match records.iter().find(is_it).map(|record| &record.what) {
        Some(Said::Answered { reply: Some(reply), .. }) => reply_value(reply),
        _ => json!("ERR (no reply)"),
    }
}

fn reply_value(reply: &Reply) -> Value {
    match reply {
        Reply::Status(text) | Reply::Bulk(text) => json!(text.as_str()),
        // The capture tool marks an error by one more ERR before Redis's own text.
        Reply::Error(text) => json!(format!("ERR {text}")),
        Reply::Integer(n) => json!(n),
        Reply::Info(info) => json!(info.to_string()),
        Reply::Nil | Reply::NilArray => Value::Null,
        Reply::Array(items) => Value::Array(items.iter().map(reply_value).collect()),
        Reply::Pushed { channel, message } => json!(["message", channel.as_str(), message.as_str()]),
    }
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

fn snapshots(cluster: &Cluster, records: &[Record], ms: &impl Fn(SimTime) -> i64) -> Vec<Value> {
    let snapshot = |record: &Record| match &record.what {
        Said::Snapshot { label, wide, view } => Some(json!({
            "t_ms": ms(record.at),
            "label": label.as_str(),
            "state": state(cluster, view, *wide),
        })),
        _ => None,
    };
    records.iter().filter_map(snapshot).collect()
}

/// The state of all sentinels and servers.
fn state(cluster: &Cluster, view: &ClusterView, wide: bool) -> Value {
    let (mut sentinels, mut redis) = (Map::new(), Map::new());
    for node in &view.nodes {
        let running = node.condition == Condition::Running;
        let silent = json!({
            "alive": node.condition != Condition::Dead,
            "stopped": node.condition == Condition::Frozen,
        });
        match &node.role {
            NodeRole::Sentinel(sentinel) => {
                let state = if running { sentinel_state(cluster, node, sentinel, wide) } else { silent };
                sentinels.insert(node.name.to_string(), state);
            }
            NodeRole::Redis(server) => {
                let state = if running { server_state(cluster, server) } else { silent };
                redis.insert(node.name.to_string(), state);
            }
            NodeRole::Client(_) => {}
        }
    }
    json!({"sentinels": sentinels, "redis": redis})
}

/// What the capture tool, which gives no password, learns of a server.
fn server_state(cluster: &Cluster, server: &RedisView) -> Value {
    if server.password.is_some() {
        return json!({"alive": true, "role": null, "dbsize": "NOAUTH Authentication required."});
    }
    json!({
        "alive": true,
        "role": if server.is_master { "master" } else { "slave" },
        "master": server.follows.map(|(addr, _)| cluster.symbolic(&addr.to_string())),
        "master_host": server.follows.map(|(addr, _)| addr.ip.to_string()),
        "master_port": server.follows.map(|(addr, _)| addr.port.to_string()),
        "master_link_status": server.follows.map(|_| if server.link_up { "up" } else { "down" }),
        "slave_repl_offset": server.follows.map(|_| server.offset.to_string()),
        "slave_priority": server.follows.map(|_| server.priority.to_string()),
        "master_repl_offset": server.offset.to_string(),
        "connected_slaves": server.replicas.to_string(),
        "dbsize": server.keys,
    })
}

fn sentinel_state(cluster: &Cluster, node: &NodeView, sentinel: &SentinelView, wide: bool) -> Value {
    let state = |master: &MasterView| (master.name.to_string(), master_state(cluster, node, master, wide));
    let masters = object(sentinel.masters.iter().map(state));
    let Disk::Sentinel(disk) = &cluster.node(node.id).disk else { return Value::Null };
    json!({
        "alive": true,
        "masters": masters,
        "tilt": if sentinel.tilt_since.is_some() { "1" } else { "0" },
        "current_epoch": disk.current_epoch(),
    })
}

fn master_state(cluster: &Cluster, node: &NodeView, master: &MasterView, wide: bool) -> Value {
    let addr = master.announced;
    let replicas = object(
        master
            .replicas
            .iter()
            .filter(|replica| replica.announced)
            .map(|replica| (cluster.symbolic(&replica.name), replica_state(cluster, replica, wide))),
    );
    let sentinels = object(master.sentinels.iter().map(|peer| {
        let (leader, epoch) = match &peer.vote {
            Some((leader, epoch)) => (cluster.symbolic(leader), *epoch),
            None => ("?".to_owned(), peer.vote_epoch),
        };
        let state = json!({
            "flags": peer.flags.to_string(),
            "voted-leader": leader,
            "voted-leader-epoch": epoch.to_string(),
        });
        (cluster.symbolic(&peer.name), state)
    }));
    let mut state = json!({
        "get_master_addr": [addr.ip.to_string(), addr.port.to_string()],
        "master": cluster.symbolic(&addr.to_string()),
        "flags": master.instance.flags.to_string(),
        "quorum": master.quorum.to_string(),
        "config-epoch": master.config_epoch.to_string(),
        "num-slaves": master.replicas.len().to_string(),
        "num-other-sentinels": master.sentinels.len().to_string(),
        "role-reported": if master.instance.reports_master { "master" } else { "slave" },
        "failover-timeout": master.failover_timeout.0.to_string(),
        "parallel-syncs": master.parallel_syncs.to_string(),
        "down-after-milliseconds": master.down_after.0.to_string(),
        "replicas": replicas,
        "sentinels": sentinels,
    });
    let Disk::Sentinel(disk) = &cluster.node(node.id).disk else { return state };
    if let Some(saved) = disk.masters().iter().find(|saved| saved.name == master.name) {
        state["config_epoch_on_disk"] = json!(saved.config_epoch);
        state["leader_epoch_on_disk"] = json!(saved.leader_epoch);
        state["monitor_on_disk"] = json!(cluster.symbolic(&format!("{} {}", saved.host, saved.port)));
    }
    state
}

fn replica_state(cluster: &Cluster, replica: &InstanceView, wide: bool) -> Value {
    let reported = replica.reported_master.as_ref();
    let mut state = json!({
        "flags": replica.flags.to_string(),
        "master-link-status": if replica.master_link_up { "ok" } else { "err" },
        "slave-priority": replica.priority.to_string(),
        "slave-repl-offset": replica.offset.to_string(),
        "role-reported": if replica.reports_master { "master" } else { "slave" },
        "replica-announced": u8::from(replica.announced).to_string(),
        "master": reported.map_or("?:0".to_owned(), |(host, port)| cluster.symbolic(&format!("{host}:{port}"))),
    });
    if wide {
        state["runid"] = json!(replica.run_id.as_ref().map_or("", ArcStr::as_str));
        state["info-refresh"] = json!(replica.info_age.map_or(0, |age| age.0).to_string());
        state["last-ok-ping-reply"] = json!(replica.last_ok_ping.0.to_string());
        state["master-link-down-time"] = json!(replica.master_link_down.0.to_string());
        state["role-reported-time"] = json!(replica.role_age.0.to_string());
    }
    state
}

/// What became of the clients' writes (captures/FORMAT.md, "Writers").
fn writers(cluster: &Cluster, origin: SimTime) -> Map<String, Value> {
    let wall_origin = Cluster::wall_clock(origin);
    let ms = |at: NodeTime| (at - wall_origin).0;
    let master = cluster.present_master().map(|id| cluster.node(id).name.as_str());
    let mut writers = Map::new();
    for id in cluster.node_ids() {
        let Some(client) = cluster.node(id).client() else { continue };
        let (history, conf) = (client.history(), client.conf());
        let lost = cluster.lost_writes(client);
        let (mode, to) = match &conf.target {
            Target::Fixed(addr) => ("fixed", Some(cluster.symbolic(&addr.to_string()))),
            Target::Master { follow: Follow::Once, .. } => ("once", None),
            Target::Master { follow: Follow::EachConnection, .. } => ("sentinel", None),
            Target::Master { follow: Follow::Announced, .. } => ("subscribed", None),
        };
        let acked = |(addr, count): (&Addr, &u64)| (cluster.symbolic(&addr.to_string()), json!(count));
        let acked_by = object(history.acked_by.iter().map(acked));
        let errors = object(history.errors.iter().map(|(kind, count)| (kind.to_string(), json!(count))));
        let segments: Vec<Value> =
            lost.iter().map(|segment| json!([ms(segment.from), ms(segment.to), segment.count])).collect();
        let report = json!({
            "mode": mode,
            "to": to,
            "interval_ms": conf.interval.0,
            "sent": history.sent,
            "acked": history.acked,
            "errors": errors,
            "acked_by": acked_by,
            "final_master": master,
            "acked_but_lost": lost.iter().map(|segment| segment.count).sum::<u64>(),
            "lost_from_t_ms": lost.first().map(|segment| ms(segment.from)),
            "lost_to_t_ms": lost.last().map(|segment| ms(segment.to)),
            "lost_segments": segments,
            "last_ack_t_ms": history.last_ack.map(ms),
            "longest_gap_ms": history.longest_gap.map(|(gap, _)| gap.0),
            "longest_gap_from_t_ms": history.longest_gap.map(|(_, from)| ms(from)),
        });
        writers.insert(cluster.node(id).name.to_string(), report);
    }
    writers
}
