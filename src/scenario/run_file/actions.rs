//! What was done: by a script, in the capture tool's words; by a person, in the same words where it has any.

use super::object;
use crate::cluster::{
    Action, Carried, Cluster, Edit, EntryNote, HostId, NoReply, NodeId, Record, Said, WriterMode,
    WriterSettings,
};
use crate::protocol::{ArcStr, Reply};
use crate::scenario::Scenario;
use crate::scenario::file::{ActionEntry, NetemRule};
use crate::sim::{LinkSettings, Micros, SimTime};
use serde_json::{Value, json};

/// An entry that took longer than this says how long.
const WORTH_TELLING: Micros = Micros::from_millis(10);

/// Everything that was done since t = 0: an object for each entry of the script and each deed of a person.
pub(super) fn actions(
    scenario: &Scenario,
    cluster: &Cluster,
    records: &[Record],
    ms: &impl Fn(SimTime) -> i64,
) -> Vec<Value> {
    let mut last = None;
    let action = |(n, record): (usize, &Record)| {
        let (Said::Did { of: Some(of), .. } | Said::Snapshot { of, .. }) = &record.what else {
            return by_hand(cluster, records, record, ms(record.at));
        };
        // Its first record stands for the whole entry.
        (last.replace(of.serial) != Some(of.serial))
            .then(|| scripted(scenario, cluster, &records[n..], of, ms(record.at)))
    };
    records.iter().enumerate().filter_map(action).collect()
}

/// An entry of the script, as the capture tool writes it. The first of `records` is its first.
fn scripted(scenario: &Scenario, cluster: &Cluster, records: &[Record], of: &Carried, t_ms: i64) -> Value {
    let name = |id: &NodeId| cluster.node(*id).name.as_str();
    let given = &scenario.file.actions[of.entry as usize];
    let note = cluster.script().note_of(of);
    let mut entry = match &records[0].what {
        // What the capture tool does not know is written as for a person.
        Said::Did { .. } if matches!(given.what.as_str(), "type" | "names" | "script" | "disk") => {
            by_hand(cluster, records, &records[0], t_ms).unwrap_or_default()
        }
        _ => json!({"do": given.what, "t_ms": t_ms}),
    };
    if !of.nodes.is_empty() {
        entry["node"] = of.nodes.iter().map(name).collect();
    }
    if let Some((speaker, event)) = &of.on {
        entry["on"] = json!({"sentinel": name(speaker), "event": event.as_str()});
    }
    match given.what.as_str() {
        "cmd" => asked(&mut entry, cluster, of, records),
        "start" => {
            let edited = edited(note, of, records);
            if !edited.is_empty() {
                entry["edited"] = Value::Array(edited);
            }
            if given.learn != Some(false) {
                entry["runid"] = json!(note.and_then(|note| note.run_id.as_deref()));
            }
        }
        "fill" => {
            entry["count"] = json!(given.count);
            entry["size"] = json!(given.size.unwrap_or(100));
        }
        "partition" => {
            let groups = deeds(of, records).find_map(|(_, action)| match action {
                Action::Partition(groups) => Some(whole_groups(cluster, groups)),
                _ => None,
            });
            entry["groups"] = json!(groups);
        }
        "netem" => entry["rules"] = given.rules.iter().flatten().map(rule).collect(),
        "writer" => writer(&mut entry, given),
        "writer_stop" => entry["name"] = json!(given.name),
        "snapshot" | "mark" => entry["label"] = json!(given.label.as_deref().unwrap_or_default()),
        _ => {}
    }
    if note.is_some_and(|note| note.lingers) {
        entry["note"] = json!("still alive after 3 s");
    }
    if given.failure {
        entry["failure"] = json!(true);
    }
    if let Some(note) = note.filter(|note| note.took > WORTH_TELLING) {
        entry["took_ms"] = json!((note.took.0 + 500) / 1000);
    }
    entry
}

/// What an entry of the script did, one thing after the other.
fn deeds<'a>(of: &Carried, records: &'a [Record]) -> impl Iterator<Item = (&'a Record, &'a Action)> {
    let serial = of.serial;
    records.iter().filter_map(move |record| match &record.what {
        Said::Did { action, of: Some(of), .. } if of.serial == serial => Some((record, &**action)),
        _ => None,
    })
}

/// A command and its reply; where several nodes were asked, each one's under its name.
fn asked(entry: &mut Value, cluster: &Cluster, of: &Carried, records: &[Record]) {
    let asked = deeds(of, records).filter_map(|(record, action)| match action {
        Action::Command { node, words } => Some((*node, words, answer(records, record, *node, words))),
        _ => None,
    });
    let asked: Vec<_> = asked.collect();
    let Some((_, words, reply)) = asked.first() else { return };
    entry["args"] = words.iter().map(|word| cluster.symbolic(word)).collect();
    entry["reply"] = if asked.len() == 1 {
        reply.clone()
    } else {
        let name = |id: NodeId| cluster.node(id).name.to_string();
        Value::Object(object(asked.iter().map(|(node, _, reply)| (name(*node), reply.clone()))))
    };
}

/// The edits of a file before its server started, each with how often its pattern was found.
fn edited(note: Option<&EntryNote>, of: &Carried, records: &[Record]) -> Vec<Value> {
    let mut counts = note.map(|note| note.edits.iter()).into_iter().flatten();
    let edits = deeds(of, records).filter_map(|(_, action)| match action {
        Action::EditAndStart { edits, .. } => Some(edits.iter().map(Edit::texts)),
        _ => None,
    });
    edits.flatten().map(|(pattern, by)| json!([pattern, by, counts.next()])).collect()
}

/// A writer's own fields.
fn writer(entry: &mut Value, given: &ActionEntry) {
    let mut put = |field: &str, value: Value| {
        if !value.is_null() {
            entry[field] = value;
        }
    };
    put("name", json!(given.name));
    put("host", json!(given.host));
    put("node", given.node.clone().unwrap_or_default());
    put("mode", json!(given.mode));
    put("interval_ms", json!(given.interval_ms));
    put("timeout_ms", json!(given.timeout_ms));
}

/// A rule for links, as it was given.
fn rule(rule: &NetemRule) -> Value {
    let mut value = json!({});
    for (field, host) in [("from", &rule.from), ("to", &rule.to)] {
        if let Some(host) = host {
            value[field] = json!(host);
        }
    }
    for (field, figure) in [("delay_ms", rule.delay_ms), ("jitter_ms", rule.jitter_ms), ("loss", rule.loss)] {
        if figure != 0.0 {
            value[field] = if figure.fract() == 0.0 { json!(figure as i64) } else { json!(figure) };
        }
    }
    if rule.block {
        value["block"] = json!(true);
    }
    value
}

/// The groups of a partition: whoever is not named belongs to the first.
fn whole_groups<'a>(cluster: &'a Cluster, groups: &[Vec<HostId>]) -> Vec<Vec<&'a str>> {
    let rest = cluster.host_ids().filter(|id| !groups.iter().any(|group| group.contains(id)));
    let host = |id: HostId| cluster.host_name(id).as_str();
    let mut whole: Vec<Vec<&str>> =
        groups.iter().map(|group| group.iter().map(|&id| host(id)).collect()).collect();
    if let Some(first) = whole.first_mut() {
        first.extend(rest.map(host));
    }
    whole
}

/// What a person did.
fn by_hand(cluster: &Cluster, records: &[Record], record: &Record, t_ms: i64) -> Option<Value> {
    let name = |id: &NodeId| cluster.node(*id).name.as_str();
    let host = |id: &HostId| cluster.host_name(*id).as_str();
    let Said::Did { action: what, failure, .. } = &record.what else { return None };
    let mut entry = match what.as_ref() {
        Action::Kill(id) => json!({"do": "kill", "node": [name(id)]}),
        Action::Terminate(id) => json!({"do": "term", "node": [name(id)]}),
        Action::Freeze(id) => json!({"do": "stop", "node": [name(id)]}),
        Action::Resume(id) => json!({"do": "cont", "node": [name(id)]}),
        Action::Stall { node, span } => json!({"do": "busy", "node": [name(node)], "ms": span.0 / 1000}),
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
        Action::StartWriter(settings) => writer_by_hand(cluster, settings),
        Action::StopWriter(writer) => json!({"do": "writer_stop", "name": writer.as_str()}),
        Action::PaceWriter { name, interval } => {
            json!({"do": "writer_pace", "name": name.as_str(), "interval_ms": interval.0 / 1000})
        }
        Action::Partition(groups) => {
            json!({"do": "partition", "groups": whole_groups(cluster, groups)})
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
            let [from, to] = [from, to].map(|end| end.as_ref().map_or("*", host));
            json!({"do": "netem", "rules": [link_rule(from, to, link)]})
        }
        other => json!({"do": format!("{other:?}")}),
    };
    entry["t_ms"] = json!(t_ms);
    if *failure {
        entry["failure"] = json!(true);
    }
    Some(entry)
}

/// A writer that a person started.
fn writer_by_hand(cluster: &Cluster, settings: &WriterSettings) -> Value {
    let mut entry = json!({
        "do": "writer",
        "name": settings.name.as_str(),
        "host": cluster.host_name(settings.host).as_str(),
        "interval_ms": settings.interval.0 / 1000,
    });
    match &settings.mode {
        WriterMode::Fixed(node) => entry["node"] = json!(cluster.node(*node).name.as_str()),
        WriterMode::Sentinel => entry["mode"] = json!("sentinel"),
        WriterMode::Once | WriterMode::Subscribed => {}
    }
    entry
}

/// How a link was set, in the capture tool's figures; without any where it is as it was at first.
fn link_rule(from: &str, to: &str, link: &LinkSettings) -> Value {
    let mut rule = json!({"from": from, "to": to});
    if *link != LinkSettings::LAN {
        rule["delay_ms"] = json!((link.latency.0 + link.jitter.0 / 2 + 500) / 1000);
        rule["jitter_ms"] = json!((link.jitter.0 / 2 + 500) / 1000);
        rule["loss"] = json!(f64::from(link.loss.ppm()) / 1_000_000.0);
        rule["block"] = json!(link.blocked);
    }
    rule
}

/// The reply to a command: the first answer to the same words at the same node after it.
fn answer(records: &[Record], asked: &Record, node: NodeId, words: &[ArcStr]) -> Value {
    let is_it = |record: &&Record| {
        record.at >= asked.at
            && record.node == Some(node)
            && matches!(&record.what, Said::Answered { words: of, .. } if **of == *words)
    };
    match records.iter().find(is_it).map(|record| &record.what) {
        Some(Said::Answered { reply: Ok(reply), .. }) => reply_value(reply),
        Some(Said::Answered { reply: Err(why), .. }) => json!(format!("ERR {}", no_reply(*why))),
        _ => json!("ERR (no reply)"),
    }
}

/// What the capture tool says where there was no reply.
pub(super) const fn no_reply(why: NoReply) -> &'static str {
    match why {
        NoReply::Refused => "(no connection: Connection refused)",
        NoReply::TimedOut => "(no reply: timed out)",
        NoReply::Closed => "(no reply: closed)",
        NoReply::Reset => "(no reply: [Errno 104] Connection reset by peer)",
    }
}

pub(super) fn reply_value(reply: &Reply) -> Value {
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
