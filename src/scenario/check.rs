//! Checking a scenario file: every name stands for something, every figure is possible.

use crate::cluster::{Deed, NODES_MAX, NodeId, ScriptedAction, Target, Trigger, WriterMode, WriterSettings};
use crate::protocol::{ArcStr, Level};
use crate::redis::RedisConf;
use crate::scenario::file::{ActionEntry, File, MonitorEntry, NetemRule, NodeEntry, Settings, TriggerEntry};
use crate::scenario::names::Names;
use crate::scenario::{
    DoneWhenSpec, FillSpec, MonitorSpec, NodeSpec, ReactionSpec, Role, Scenario, ScenarioError,
};
use crate::sentinel::SentinelConf;
use crate::sim::{Addr, Chance, HostId, LinkSettings, Micros, SimTime};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::Arc;

/// The largest file read; the captures' are a few kilobytes.
const FILE_BYTES_MAX: usize = 4 << 20;

/// A day: longer scenarios are mistakes.
const TIME_MS_MAX: i64 = 24 * 3600 * 1000;

type Checked<T> = Result<T, ScenarioError>;

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    /// Where it is not JSON, or anything in it is unknown, missing or impossible; the error names the place.
    pub fn parse(text: &str) -> Checked<Self> {
        if text.len() > FILE_BYTES_MAX {
            return Err(ScenarioError::at(
                "file",
                format!("{} bytes are more than the {FILE_BYTES_MAX} that a scenario may have", text.len()),
            ));
        }
        let file: File = serde_json::from_str(text)?;
        check(file)
    }
}

fn check(file: File) -> Checked<Scenario> {
    if file.id.is_empty() {
        return Err(ScenarioError::at("id", "a scenario needs an id"));
    }
    if file.nodes.is_empty() {
        return Err(ScenarioError::at("nodes", "a scenario needs at least one node"));
    }
    if file.nodes.len() > NODES_MAX {
        let message = format!("{} nodes are more than the {NODES_MAX} that are possible", file.nodes.len());
        return Err(ScenarioError::at("nodes", message));
    }
    if let Some(net) = file.net.as_deref().filter(|net| !matches!(*net, "bridge" | "tap")) {
        let message = format!("unknown network \"{net}\" (expected \"bridge\" or \"tap\")");
        return Err(ScenarioError::at("net", message));
    }
    let names = name_hosts_and_nodes(&file)?;
    let monitors = file
        .monitors
        .iter()
        .enumerate()
        .map(|(n, monitor)| check_monitor(&format!("monitors[{n}]"), monitor, &file, &names))
        .collect::<Checked<Vec<_>>>()?;
    let nodes = file
        .nodes
        .iter()
        .enumerate()
        .map(|(n, _)| check_node(&format!("nodes[{n}]"), n, &file, &names))
        .collect::<Checked<Vec<NodeSpec>>>()?;
    check_addresses(&nodes, &names)?;
    let preload = file.preload.iter().enumerate().map(|(n, fill)| {
        let place = format!("preload[{n}]");
        Ok(FillSpec {
            node: redis_node(&format!("{place}.node"), &fill.node, &file, &names)?,
            prefix: fill.prefix.clone().unwrap_or_else(|| "pre".to_owned()).into(),
            count: count(&format!("{place}.count"), fill.count)?,
            size: count(&format!("{place}.size"), fill.size.unwrap_or(100))?,
        })
    });
    let preload = preload.collect::<Checked<_>>()?;
    let setup = file.setup_cmds.iter().enumerate().map(|(n, command)| {
        let place = format!("setup_cmds[{n}]");
        let node = names.node(&format!("{place}.node"), &command.node)?;
        Ok((node, words(&format!("{place}.args"), Some(&command.args), &names)?))
    });
    let setup_commands = setup.collect::<Checked<_>>()?;
    let replicas: Arc<[NodeId]> = file
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.role == "replica")
        .map(|(n, _)| NodeId(n as u32))
        .collect();
    let (mut timed, mut reactions) = (Vec::new(), Vec::new());
    let mut writers = Vec::new();
    for (n, entry) in file.actions.iter().enumerate() {
        let place = format!("actions[{n}]");
        let action = check_action(&place, entry, &file, &names, &replicas, &mut writers)?;
        match (entry.at_ms, &entry.on) {
            (Some(at), None) => {
                if entry.delay_ms.is_some() {
                    return Err(ScenarioError::at(place, "delay_ms belongs to an action with \"on\""));
                }
                timed.push((time(&format!("{place}.at_ms"), at)?, action));
            }
            (None, Some(on)) => reactions.push(ReactionSpec {
                trigger: check_trigger(&place, on, &names)?,
                delay: time(&format!("{place}.delay_ms"), entry.delay_ms.unwrap_or(0))?,
                action,
            }),
            _ => return Err(ScenarioError::at(place, "an action needs either \"at_ms\" or \"on\"")),
        }
    }
    let links = check_rules("netem_from_start", file.netem_from_start.as_deref().unwrap_or(&[]), &names)?;
    let done_when = match &file.done_when {
        None => None,
        Some(done) => Some(DoneWhenSpec {
            event: done.event.as_str().into(),
            count: done.count.max(1),
            contains: done.contains.as_deref().map(ArcStr::from),
            tail: time("done_when.tail_ms", done.tail_ms.unwrap_or(3000))?,
        }),
    };
    let sentinel_loglevel = match file.sentinel_loglevel.as_deref() {
        None | Some("notice") => Level::Notice,
        Some("debug") => Level::Debug,
        Some("verbose") => Level::Verbose,
        Some("warning") => Level::Warning,
        Some(other) => {
            let message = format!("unknown level \"{other}\" (expected debug, verbose, notice or warning)");
            return Err(ScenarioError::at("sentinel_loglevel", message));
        }
    };
    let stable_s = file.stable_timeout_s.unwrap_or(60);
    Ok(Scenario {
        monitors,
        nodes,
        preload,
        setup_commands,
        links,
        timed,
        reactions,
        duration: time("duration_ms", file.duration_ms)?,
        jitter: time("jitter_ms", file.jitter_ms.unwrap_or(1000))?,
        done_when,
        stable_timeout: match file.no_stable_wait {
            true => None,
            false => Some(time("stable_timeout_s", stable_s.saturating_mul(1000))?),
        },
        config: config_of(&file),
        sentinel_loglevel,
        id: file.id.into(),
        title: file.title.into(),
        about: file.about.into(),
        hosts: names.hosts,
    })
}

/// Hosts in the order in which the capture tool makes them: named ones, then those of the nodes, then the
/// clients'.
fn name_hosts_and_nodes(file: &File) -> Checked<Names> {
    let mut names = Names::default();
    for (name, ip) in &file.hosts {
        let place = format!("hosts.{name}");
        let ip: IpAddr =
            ip.parse().map_err(|_| ScenarioError::at(&place, format!("\"{ip}\" is not an IP address")))?;
        if let Some(other) = names.hosts.iter().find(|host| host.ip == ip) {
            return Err(ScenarioError::at(place, format!("{ip} is the address of {} already", other.name)));
        }
        names.add_host(name, ip);
    }
    for (n, node) in file.nodes.iter().enumerate() {
        let place = format!("nodes[{n}].name");
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if node.name.is_empty() || node.name.len() > 32 || !node.name.chars().all(is_plain) {
            let message = format!("\"{}\" is no name: 1 to 32 letters, digits, _ and - make one", node.name);
            return Err(ScenarioError::at(place, message));
        }
        if names.nodes.iter().any(|(name, _)| *name == node.name) {
            return Err(ScenarioError::at(place, format!("there are two nodes named \"{}\"", node.name)));
        }
        let host = node.host.as_deref().unwrap_or(&node.name);
        let host = names.host(host).unwrap_or_else(|| names.add_host_anywhere(host));
        names.nodes.push((node.name.as_str().into(), host));
    }
    for client in &file.clients {
        if names.host(client).is_none() {
            names.add_host_anywhere(client);
        }
    }
    Ok(names)
}

fn check_monitor(place: &str, monitor: &MonitorEntry, file: &File, names: &Names) -> Checked<MonitorSpec> {
    quorum(&format!("{place}.quorum"), monitor.quorum)?;
    if monitor.name.is_empty() || monitor.name.contains(char::is_whitespace) {
        let message = format!("\"{}\" is no name for a master", monitor.name);
        return Err(ScenarioError::at(format!("{place}.name"), message));
    }
    let master = redis_node(&format!("{place}.master"), &monitor.master, file, names)?;
    let except = monitor.except.iter().map(|name| names.node(&format!("{place}.except"), name));
    Ok(MonitorSpec { name: monitor.name.as_str().into(), master, except: except.collect::<Checked<_>>()? })
}

fn check_node(place: &str, n: usize, file: &File, names: &Names) -> Checked<NodeSpec> {
    let node = &file.nodes[n];
    let role = match (node.role.as_str(), &node.of) {
        ("master", None) => Role::Master,
        ("sentinel", None) => Role::Sentinel,
        ("replica", Some(of)) => {
            let master = redis_node(&format!("{place}.of"), of, file, names)?;
            if master.0 as usize == n {
                return Err(ScenarioError::at(format!("{place}.of"), "a replica cannot follow itself"));
            }
            Role::Replica(master)
        }
        ("replica", None) => {
            let message = "a replica needs \"of\": the node that it follows";
            return Err(ScenarioError::at(place, message));
        }
        ("master" | "sentinel", Some(_)) => {
            return Err(ScenarioError::at(format!("{place}.of"), "only a replica follows another node"));
        }
        (other, _) => {
            let message = format!("unknown role \"{other}\" (expected master, replica or sentinel)");
            return Err(ScenarioError::at(format!("{place}.role"), message));
        }
    };
    let port = node.port.unwrap_or(if role == Role::Sentinel { 26379 } else { 6379 });
    let port = u16::try_from(port).ok().filter(|port| *port > 0).ok_or_else(|| {
        ScenarioError::at(format!("{place}.port"), format!("{port} is no port (1 to 65535)"))
    })?;
    if node.quorum.is_some() && role != Role::Sentinel {
        return Err(ScenarioError::at(format!("{place}.quorum"), "only a sentinel has a quorum"));
    }
    let conf = match role {
        Role::Sentinel => sentinel_conf(place, node, port, file, names)?,
        Role::Master | Role::Replica(_) => redis_conf(place, node, role, port, file, names)?,
    };
    let host = names.nodes[n].1;
    Ok(NodeSpec {
        name: node.name.as_str().into(),
        role,
        host,
        port,
        conf,
        start: node.start.unwrap_or(true),
    })
}

/// The configuration file that the capture tool writes for a sentinel.
fn sentinel_conf(place: &str, node: &NodeEntry, port: u16, file: &File, names: &Names) -> Checked<String> {
    let mut text = format!("port {port}\n");
    if let Some(level) = &file.sentinel_loglevel {
        text += &format!("loglevel {level}\n");
    }
    if let Some(own) = node.quorum {
        quorum(&format!("{place}.quorum"), own)?;
    }
    for monitor in &file.monitors {
        if monitor.except.contains(&node.name) {
            continue;
        }
        let master = names.node("monitors", &monitor.master)?;
        let addr = address(master, file, names);
        let own_quorum = node.quorum.unwrap_or(monitor.quorum);
        text += &format!("sentinel monitor {} {} {} {own_quorum}\n", monitor.name, addr.ip, addr.port);
        let mut settings = Settings::new();
        for (from, origin) in [
            (&file.sentinel_conf, "sentinel_conf".to_owned()),
            (&monitor.conf, "monitors".to_owned()),
            (&node.conf, format!("{place}.conf")),
        ] {
            for (name, value) in from {
                let line = format!("sentinel {name} {} {}\n", monitor.name, setting(&origin, name, value)?);
                // Each setting is tried by itself, so that the error names it.
                let alone = format!("sentinel monitor {} 10.0.0.1 6379 1\n{line}", monitor.name);
                SentinelConf::parse(&alone)
                    .map_err(|error| ScenarioError::at(format!("{origin}.{name}"), error.kind.to_string()))?;
                settings.insert(name.clone(), Value::String(line));
            }
        }
        text.extend(settings.values().filter_map(Value::as_str));
    }
    SentinelConf::parse(&text).map_err(|error| ScenarioError::at(place, error.to_string()))?;
    Ok(text)
}

/// The configuration file that the capture tool writes for a Redis server.
fn redis_conf(
    place: &str,
    node: &NodeEntry,
    role: Role,
    port: u16,
    file: &File,
    names: &Names,
) -> Checked<String> {
    let mut text = format!("port {port}\nsave \"\"\n");
    let mut settings = Settings::new();
    settings.insert("repl-diskless-sync-delay".to_owned(), Value::from(0));
    settings.extend(file.redis_conf.clone());
    settings.extend(node.conf.clone());
    for (name, value) in &settings {
        let origin = if node.conf.contains_key(name) { format!("{place}.conf") } else { "redis_conf".into() };
        let line = format!("{name} {}\n", setting(&origin, name, value)?);
        RedisConf::parse(&line)
            .map_err(|error| ScenarioError::at(format!("{origin}.{name}"), error.to_string()))?;
        text += &line;
    }
    if let Role::Replica(master) = role {
        let addr = address(master, file, names);
        text += &format!("replicaof {} {}\n", addr.ip, addr.port);
    }
    RedisConf::parse(&text).map_err(|error| ScenarioError::at(place, error.to_string()))?;
    Ok(text)
}

fn setting(place: &str, name: &str, value: &Value) -> Checked<String> {
    match value {
        Value::String(text) if text.is_empty() => Ok("\"\"".to_owned()),
        Value::String(text) if !text.contains(['\n', '\r']) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(yes) => Ok(if *yes { "yes" } else { "no" }.to_owned()),
        _ => {
            Err(ScenarioError::at(format!("{place}.{name}"), "a setting is a string, a number or true/false"))
        }
    }
}

fn address(node: NodeId, file: &File, names: &Names) -> Addr {
    let host = names.nodes[node.0 as usize].1;
    let port = file.nodes[node.0 as usize].port.unwrap_or(6379);
    Addr::new(names.hosts[host.0 as usize].ip, port as u16)
}

fn check_addresses(nodes: &[NodeSpec], names: &Names) -> Checked<()> {
    for (n, node) in nodes.iter().enumerate() {
        if let Some(other) =
            nodes[..n].iter().find(|other| (other.host, other.port) == (node.host, node.port))
        {
            let addr = Addr::new(names.hosts[node.host.0 as usize].ip, node.port);
            return Err(ScenarioError::address_taken(format!("nodes[{n}]"), addr, &other.name));
        }
    }
    Ok(())
}

fn redis_node(place: &str, name: &str, file: &File, names: &Names) -> Checked<NodeId> {
    let node = names.node(place, name)?;
    if file.nodes[node.0 as usize].role == "sentinel" {
        return Err(ScenarioError::at(place, format!("\"{name}\" is a sentinel, not a Redis server")));
    }
    Ok(node)
}

fn check_trigger(place: &str, on: &TriggerEntry, names: &Names) -> Checked<Trigger> {
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

fn check_action(
    place: &str,
    entry: &ActionEntry,
    file: &File,
    names: &Names,
    replicas: &Arc<[NodeId]>,
    writers: &mut Vec<String>,
) -> Checked<ScriptedAction> {
    let allowed: &[&str] = match entry.what.as_str() {
        "kill" | "term" | "stop" | "cont" | "linkdown" | "linkup" => &["node"],
        "start" => &["node", "edit_conf", "port", "learn"],
        "cmd" => &["node", "args", "timeout_s"],
        "fill" => &["node", "count", "size", "prefix"],
        "writer" => &["node", "name", "host", "mode", "interval_ms"],
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
                    "unknown action \"{other}\" (expected kill, term, stop, cont, start, cmd, fill, writer, \
                     writer_stop, partition, heal, linkdown, linkup, netem, snapshot or mark)"
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
    let targets = match &entry.node {
        Some(value) if entry.what != "writer" => {
            let is_reaction = entry.on.is_some();
            check_targets(&format!("{place}.node"), value, is_reaction, names, replicas)?
        }
        _ => Vec::new(),
    };
    if allowed.contains(&"node") && entry.what != "writer" && targets.is_empty() {
        return Err(ScenarioError::at(place, format!("the action \"{}\" needs \"node\"", entry.what)));
    }
    let deed = match entry.what.as_str() {
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
        "cmd" => Deed::Command(words(&format!("{place}.args"), entry.args.as_ref(), names)?),
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
        "writer" => {
            let settings = check_writer(place, entry, file, names)?;
            writers.push(settings.name.to_string());
            Deed::StartWriter(settings)
        }
        _ => {
            let name = entry.name.clone().unwrap_or_default();
            if !writers.contains(&name) {
                let message = format!("no action before it starts a writer named \"{name}\"");
                return Err(ScenarioError::at(format!("{place}.name"), message));
            }
            Deed::StopWriter(name.into())
        }
    };
    Ok(ScriptedAction { deed, targets, failure: entry.failure })
}

fn check_start(place: &str, entry: &ActionEntry) -> Checked<Deed> {
    for (field, is_given) in [("edit_conf", entry.edit_conf.is_some()), ("port", entry.port.is_some())] {
        if is_given {
            let message = "starting with an edited configuration is not supported yet";
            return Err(ScenarioError::at(format!("{place}.{field}"), message));
        }
    }
    Ok(Deed::Start)
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
        ("sentinel", _) => WriterMode::Sentinel,
        ("subscribed", _) => WriterMode::Subscribed,
        (other, _) => {
            let message = format!("unknown mode \"{other}\" (expected fixed, sentinel or subscribed)");
            return Err(ScenarioError::at(format!("{place}.mode"), message));
        }
    };
    let interval = time(&format!("{place}.interval_ms"), entry.interval_ms.unwrap_or(10))?;
    if interval == Micros::ZERO {
        return Err(ScenarioError::at(format!("{place}.interval_ms"), "must be 1 or more"));
    }
    Ok(WriterSettings { name: name.into(), host, mode, interval })
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

fn check_rules(
    place: &str,
    rules: &[NetemRule],
    names: &Names,
) -> Checked<Vec<(Option<HostId>, Option<HostId>, LinkSettings)>> {
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

fn words(place: &str, args: Option<&Vec<Value>>, names: &Names) -> Checked<Vec<ArcStr>> {
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

fn quorum(place: &str, quorum: i64) -> Checked<()> {
    if (1..=i64::from(u32::MAX)).contains(&quorum) {
        return Ok(());
    }
    Err(ScenarioError::at(place, format!("quorum must be 1 or greater, got {quorum}")))
}

fn count(place: &str, count: i64) -> Checked<u32> {
    if (0..=10_000_000).contains(&count) {
        return Ok(count as u32);
    }
    Err(ScenarioError::at(place, format!("must be 0 to 10000000, got {count}")))
}

fn time(place: &str, ms: i64) -> Checked<Micros> {
    if (0..=TIME_MS_MAX).contains(&ms) {
        return Ok(Micros::from_millis(ms as u64));
    }
    let message = format!("a time is 0 to {TIME_MS_MAX} milliseconds, got {ms}");
    Err(ScenarioError::at(place, message))
}

/// What run files repeat of the scenario.
fn config_of(file: &File) -> Value {
    let with_conf = file.nodes.iter().filter(|node| !node.conf.is_empty());
    let node_conf: serde_json::Map<String, Value> =
        with_conf.map(|node| (node.name.clone(), json!(node.conf))).collect();
    let monitors: Vec<Value> = file
        .monitors
        .iter()
        .map(|m| json!({"name": m.name, "master": m.master, "quorum": m.quorum}))
        .collect();
    json!({
        "monitors": monitors,
        "sentinel_conf": file.sentinel_conf,
        "redis_conf": file.redis_conf,
        "node_conf": node_conf,
    })
}
