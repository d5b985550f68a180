//! Actions and what sets them off.

use super::figures::{count, port_number, time};
use super::{Checked, redis_node};
use crate::cluster::{
    Deed, Edit, NamesChange, NodeId, ScriptedAction, Target, Trigger, WriterMode, WriterSettings,
};
use crate::protocol::ArcStr;
use crate::scenario::LinkRule;
use crate::scenario::ScenarioError;
use crate::scenario::file::{ActionEntry, File, NetemRule, TriggerEntry};
use crate::scenario::names::Names;
use crate::sim::{Chance, HostId, LinkSettings, Micros, Millis, SimTime};
use serde_json::Value;
use std::sync::Arc;

pub(super) fn check_trigger(place: &str, on: &TriggerEntry, names: &Names) -> Checked<Trigger> {
    let sentinel = on.sentinel.as_deref().map(|name| names.node(&format!("{place}.on.sentinel"), name));
    Ok(Trigger {
        event: on.event.as_str().into(),
        sentinel: sentinel.transpose()?,
        contains: on.contains.as_deref().map(ArcStr::from),
        nth: on.nth.unwrap_or(1).max(1),
        times: on.times.unwrap_or(1),
        not_before: SimTime::ZERO + time(&format!("{place}.on.after_ms"), on.after_ms.unwrap_or(0))?,
    })
}

pub(super) fn check_action(
    place: &str,
    (number, entry): (usize, &ActionEntry),
    file: &File,
    names: &Names,
    replicas: &Arc<[NodeId]>,
    writers: &mut Vec<String>,
) -> Checked<ScriptedAction> {
    let fields = check_fields(place, entry)?;
    let targets = match &entry.node {
        Some(value) if entry.what != "writer" => {
            let is_reaction = entry.on.is_some();
            check_targets(&format!("{place}.node"), value, is_reaction, names, replicas)?
        }
        _ => Vec::new(),
    };
    if fields.contains(&"node") && entry.what != "writer" && targets.is_empty() {
        return Err(ScenarioError::at(place, format!("the action \"{}\" needs \"node\"", entry.what)));
    }
    let deed = check_deed(place, entry, &targets, file, names)?;
    match &deed {
        Deed::StartWriter(settings) => writers.push(settings.name.to_string()),
        Deed::StopWriter(name) if !writers.iter().any(|writer| *writer == name.as_str()) => {
            let message = format!("no action before it starts a writer named \"{name}\"");
            return Err(ScenarioError::at(format!("{place}.name"), message));
        }
        _ => {}
    }
    let deed = on_network(file, deed);
    Ok(ScriptedAction { deed, entry: number as u32, targets, failure: entry.failure })
}

/// The fields that an action of this kind may have, if it is one and has no others.
fn check_fields(place: &str, entry: &ActionEntry) -> Checked<&'static [&'static str]> {
    let allowed: &'static [&'static str] = match entry.what.as_str() {
        "kill" | "term" | "stop" | "cont" | "linkdown" | "linkup" => &["node"],
        "start" => &["node", "edit_conf", "port", "learn"],
        "cmd" => &["node", "args", "timeout_s"],
        "type" => &["node", "args"],
        "fill" => &["node", "count", "size", "prefix"],
        "writer" => &["node", "name", "host", "mode", "interval_ms", "timeout_ms"],
        "names" => &["names", "found_ms", "failed_ms"],
        "script" => &["node", "path", "executable"],
        "disk" => &["node", "error"],
        "writer_stop" => &["name"],
        "partition" => &["groups"],
        "heal" => &[],
        "netem" => &["rules"],
        "snapshot" => &["label", "wide"],
        "mark" => &["label"],
        other => {
            return Err(ScenarioError::at(
                format!("{place}.do"),
                format!(
                    "unknown action \"{other}\" (expected kill, term, stop, cont, start, cmd, type, fill, \
                     writer, writer_stop, partition, heal, linkdown, linkup, netem, names, script, disk, \
                     snapshot or mark)"
                ),
            ));
        }
    };
    if let Some(field) = entry.fields().into_iter().find(|field| !allowed.contains(field)) {
        return Err(ScenarioError::at(
            format!("{place}.{field}"),
            format!("the action \"{}\" has no such field", entry.what),
        ));
    }
    Ok(allowed)
}

/// What is to be done, from fields that an action of this kind may have.
fn check_deed(
    place: &str,
    entry: &ActionEntry,
    targets: &[Target],
    file: &File,
    names: &Names,
) -> Checked<Deed> {
    Ok(match entry.what.as_str() {
        "kill" => Deed::Kill,
        "term" => Deed::Terminate,
        "stop" => Deed::Freeze,
        "cont" => Deed::Resume,
        "linkdown" => Deed::HostLink(false),
        "linkup" => Deed::HostLink(true),
        "heal" => Deed::Heal,
        "mark" => Deed::Mark(label(entry)),
        "snapshot" => Deed::Snapshot { label: label(entry), wide: entry.wide.unwrap_or(false) },
        "start" => check_start(place, entry)?,
        "cmd" => Deed::Command {
            words: words(&format!("{place}.args"), entry.args.as_ref(), names)?,
            timeout: check_timeout(place, entry)?,
        },
        "type" => Deed::Type(match entry.args.as_ref() {
            None => {
                let message = "the action \"type\" needs \"args\" (Ctrl-C: an empty list)";
                return Err(ScenarioError::at(place, message));
            }
            Some(args) if args.is_empty() => Vec::new(),
            args => words(&format!("{place}.args"), args, names)?,
        }),
        "fill" => Deed::Fill {
            prefix: entry.prefix.clone().unwrap_or_else(|| "f".to_owned()).into(),
            count: count(&format!("{place}.count"), entry.count.unwrap_or(-1))?,
            size: count(&format!("{place}.size"), entry.size.unwrap_or(100))?,
        },
        "partition" => Deed::Partition(check_groups(place, entry, names)?),
        "netem" => {
            let rules = entry.rules.as_deref().ok_or_else(|| {
                ScenarioError::at(place, "the action \"netem\" needs \"rules\" (none: an empty list)")
            })?;
            Deed::Netem(check_rules(&format!("{place}.rules"), rules, names)?)
        }
        "script" | "disk" => {
            only_sentinels(&format!("{place}.node"), targets, file)?;
            check_files(place, entry)?
        }
        "names" => Deed::Names(check_names_change(place, entry, names)?),
        "writer" => Deed::StartWriter(check_writer(place, entry, file, names)?),
        _ => Deed::StopWriter(entry.name.clone().unwrap_or_default().into()),
    })
}

/// What a deed is on the file's kind of network: the capture tool's "tap" network has one table of rules, and each
/// deed on links writes it anew, but no host's own link can be taken down there (the tool notes an error and goes on);
/// its bridges are only told which hosts to move.
fn on_network(file: &File, deed: Deed) -> Deed {
    match deed {
        Deed::Partition(groups) if file.net.as_deref() != Some("tap") => Deed::MoveApart(groups),
        Deed::Heal | Deed::Partition(_) if file.net.as_deref() == Some("tap") => {
            Deed::Several(vec![Deed::Netem(Vec::new()), deed])
        }
        Deed::HostLink(_) if file.net.as_deref() == Some("tap") => Deed::Several(Vec::new()),
        Deed::Netem(_) if file.net.as_deref() == Some("tap") => Deed::Several(vec![Deed::Heal, deed]),
        deed => deed,
    }
}

fn check_start(place: &str, entry: &ActionEntry) -> Checked<Deed> {
    let edit = |(n, (pattern, by)): (usize, &(String, String))| {
        Edit::new(pattern, by)
            .map_err(|error| ScenarioError::at(format!("{place}.edit_conf[{n}]"), error.to_string()))
    };
    let edits = entry.edit_conf.iter().flatten().enumerate().map(edit).collect::<Checked<Vec<_>>>()?;
    if let Some(port) = entry.port {
        // The capture tool notes the port that the edit gives; the node's own file says it here.
        port_number(&format!("{place}.port"), port)?;
    }
    Ok(Deed::Start { edits: edits.into(), learn: entry.learn.unwrap_or(true) })
}

/// How long a command's reply is waited for: a second where nothing else is said.
fn check_timeout(place: &str, entry: &ActionEntry) -> Checked<Millis> {
    let seconds = entry.timeout_s.unwrap_or(1.0);
    let is_possible = seconds.is_finite() && (0.001..=600.0).contains(&seconds);
    let message = format!("{seconds} is no time (0.001 to 600 seconds)");
    is_possible
        .then_some(Millis((seconds * 1000.0) as i64))
        .ok_or_else(|| ScenarioError::at(format!("{place}.timeout_s"), message))
}

/// What is done to the files of a sentinel's host: "script" or "disk".
fn check_files(place: &str, entry: &ActionEntry) -> Checked<Deed> {
    let given = |field: &str, text: &Option<String>| match text.as_deref() {
        Some("") => Err(ScenarioError::at(format!("{place}.{field}"), "must not be empty")),
        text => Ok(text.map(ArcStr::from)),
    };
    if entry.what == "disk" {
        return Ok(Deed::Disk(given("error", &entry.error)?));
    }
    match (given("path", &entry.path)?, entry.executable) {
        (Some(path), Some(executable)) => Ok(Deed::Script { path, executable }),
        _ => Err(ScenarioError::at(place, "the action \"script\" needs \"path\" and \"executable\"")),
    }
}

/// A node named here must be a sentinel: nobody else looks at these files.
fn only_sentinels(place: &str, targets: &[Target], file: &File) -> Checked<()> {
    let node = |target: &Target| match target {
        Target::Node(id) => Some(&file.nodes[id.0 as usize]),
        _ => None,
    };
    match targets.iter().filter_map(node).find(|node| node.role != "sentinel") {
        Some(node) => Err(ScenarioError::at(place, format!("{} is no sentinel", node.name))),
        None => Ok(()),
    }
}

fn check_writer(place: &str, entry: &ActionEntry, file: &File, names: &Names) -> Checked<WriterSettings> {
    let name = entry.name.as_deref().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| ScenarioError::at(place, "a writer needs \"name\""))?;
    let host = entry.host.as_deref().ok_or_else(|| ScenarioError::at(place, "a writer needs \"host\""))?;
    let host = names.host_or_node(&format!("{place}.host"), host)?;
    let mode = match (entry.mode.as_deref().unwrap_or("fixed"), &entry.node) {
        ("fixed", Some(Value::String(node))) => {
            WriterMode::Fixed(redis_node(&format!("{place}.node"), node, file, names)?)
        }
        ("fixed", _) => return Err(ScenarioError::at(place, "a writer with a fixed address needs \"node\"")),
        ("once", _) => WriterMode::Once,
        ("sentinel", _) => WriterMode::Sentinel,
        ("subscribed", _) => WriterMode::Subscribed,
        (other, _) => {
            let message = format!("unknown mode \"{other}\" (expected fixed, once, sentinel or subscribed)");
            return Err(ScenarioError::at(format!("{place}.mode"), message));
        }
    };
    let interval = time(&format!("{place}.interval_ms"), entry.interval_ms.unwrap_or(10))?;
    if interval == Micros::ZERO {
        return Err(ScenarioError::at(format!("{place}.interval_ms"), "must be 1 or more"));
    }
    let timeout = match entry.timeout_ms {
        None => Some(WriterSettings::TIMEOUT),
        Some(0) => None,
        Some(ms) => Some(time(&format!("{place}.timeout_ms"), ms)?),
    };
    Ok(WriterSettings { name: name.into(), host, mode, interval, timeout })
}

fn check_names_change(place: &str, entry: &ActionEntry, names: &Names) -> Checked<NamesChange> {
    let meant = entry.names.iter().flatten().map(|(name, host)| {
        let place = format!("{place}.names.{name}");
        if name.is_empty() || name.parse::<std::net::IpAddr>().is_ok() {
            return Err(ScenarioError::at(place, "an address, or nothing, is no name"));
        }
        let host = host.as_deref().map(|host| names.host_or_node(&place, host)).transpose()?;
        Ok((name.as_str().into(), host))
    });
    let span = |field: &str, ms: Option<i64>| ms.map(|ms| time(&format!("{place}.{field}"), ms)).transpose();
    let change = NamesChange {
        names: meant.collect::<Checked<_>>()?,
        found_after: span("found_ms", entry.found_ms)?,
        failed_after: span("failed_ms", entry.failed_ms)?,
    };
    if change == NamesChange::default() {
        let message = "the action \"names\" needs \"names\", \"found_ms\" or \"failed_ms\"";
        return Err(ScenarioError::at(place, message));
    }
    Ok(change)
}

fn check_targets(
    place: &str,
    value: &Value,
    is_reaction: bool,
    names: &Names,
    replicas: &Arc<[NodeId]>,
) -> Checked<Vec<Target>> {
    let texts: Vec<&str> = match value {
        Value::String(text) => vec![text],
        Value::Array(list) => {
            let text =
                |v| Value::as_str(v).ok_or_else(|| ScenarioError::at(place, "a node is given by its name"));
            list.iter().map(text).collect::<Checked<_>>()?
        }
        _ => return Err(ScenarioError::at(place, "a node is given by its name")),
    };
    let target = |text: &str| {
        Ok(match text {
            "sentinels" => Target::Sentinels,
            "replicas" => Target::Replicas(replicas.clone()),
            _ if text.starts_with('$') && !is_reaction => {
                let message = format!("\"{text}\" has a meaning only in an action with \"on\"");
                return Err(ScenarioError::at(place, message));
            }
            "$sentinel" => Target::Speaker,
            "$others" => Target::OtherSentinels,
            "$inst" => Target::Instance,
            "$not_inst" => Target::NotInstance(replicas.clone()),
            "$newmaster" => Target::NewMaster,
            "$newmaster_colocated" => Target::NewMasterHost,
            name => Target::Node(names.node(place, name)?),
        })
    };
    texts.into_iter().map(target).collect()
}

fn check_groups(place: &str, entry: &ActionEntry, names: &Names) -> Checked<Vec<Vec<HostId>>> {
    let place = format!("{place}.groups");
    let groups = entry.groups.as_ref().filter(|groups| groups.len() > 1);
    let groups = groups.ok_or_else(|| ScenarioError::at(&place, "a partition needs two groups or more"))?;
    let group = |group: &Vec<String>| group.iter().map(|name| names.host_or_node(&place, name)).collect();
    groups.iter().map(group).collect()
}

pub(super) fn check_rules(place: &str, rules: &[NetemRule], names: &Names) -> Checked<Vec<LinkRule>> {
    let rule = |(n, rule): (usize, &NetemRule)| {
        let place = format!("{place}[{n}]");
        let host = |field: &str, name: &Option<String>| match name.as_deref() {
            None | Some("*") => Ok(None),
            Some(name) => names.host_or_node(&format!("{place}.{field}"), name).map(Some),
        };
        let span = |field: &str, ms: f64| {
            let is_possible = ms.is_finite() && (0.0..=600_000.0).contains(&ms);
            let message = format!("{ms} is no time (0 to 600000 milliseconds)");
            is_possible
                .then_some(Micros((ms * 1000.0) as u64))
                .ok_or_else(|| ScenarioError::at(format!("{place}.{field}"), message))
        };
        if !(0.0..=1.0).contains(&rule.loss) {
            let message = format!("{} is no probability (0 to 1)", rule.loss);
            return Err(ScenarioError::at(format!("{place}.loss"), message));
        }
        let (delay, jitter) = (span("delay_ms", rule.delay_ms)?, span("jitter_ms", rule.jitter_ms)?);
        // The capture tool spreads the delay evenly by the jitter to both sides; what would be negative is
        // delivered at once.
        let base = LinkSettings::LAN;
        let latency = Micros(base.latency.0 + delay.0.saturating_sub(jitter.0));
        let spread = Micros(base.jitter.0 + (delay + jitter).0 - delay.0.saturating_sub(jitter.0));
        let link = LinkSettings {
            latency,
            jitter: spread,
            loss: Chance::from_ppm((rule.loss * 1_000_000.0) as u32),
            blocked: rule.block,
        };
        Ok((host("from", &rule.from)?, host("to", &rule.to)?, link))
    };
    rules.iter().enumerate().map(rule).collect()
}

pub(super) fn words(place: &str, args: Option<&Vec<Value>>, names: &Names) -> Checked<Vec<ArcStr>> {
    let args = args.filter(|args| !args.is_empty());
    let args = args.ok_or_else(|| ScenarioError::at(place, "a command needs at least one word"))?;
    let word = |value: &Value| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(ScenarioError::at(place, "a command's words are strings or numbers")),
        };
        if let Some((kind, name)) = text.strip_prefix('@').and_then(|rest| rest.split_once(':'))
            && matches!(kind, "ip" | "port" | "id")
            && !name.starts_with('$')
        {
            names.node(place, name)?;
        }
        Ok(text.into())
    };
    args.iter().map(word).collect()
}

fn label(entry: &ActionEntry) -> ArcStr {
    entry.label.as_deref().unwrap_or("").into()
}
