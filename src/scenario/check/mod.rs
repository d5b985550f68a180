//! Checking a scenario file: every name stands for something, every figure is possible.

mod actions;
mod figures;
mod nodes;

use crate::cluster::{NODES_MAX, NodeId, ScriptedAction};
use crate::protocol::{ArcStr, Level};
use crate::scenario::file::{File, MonitorEntry};
use crate::scenario::names::Names;
use crate::scenario::run_file::object;
use crate::scenario::{DoneWhenSpec, FillSpec, MonitorSpec, ReactionSpec, Scenario, ScenarioError};
use crate::sim::Micros;
use figures::{count, quorum, time};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::Arc;

/// The largest file read; the captures' are a few kilobytes.
const FILE_BYTES_MAX: usize = 4 << 20;

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

/// Checks a file that was read or made.
pub(super) fn check(file: File) -> Checked<Scenario> {
    check_frame(&file)?;
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
        .map(|(n, _)| nodes::check_node(&format!("nodes[{n}]"), n, &file, &names))
        .collect::<Checked<Vec<_>>>()?;
    nodes::check_addresses(&nodes, &names)?;
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
        Ok((node, actions::words(&format!("{place}.args"), Some(&command.args), &names)?))
    });
    let setup_commands = setup.collect::<Checked<_>>()?;
    let (timed, reactions) = check_script(&file, &names)?;
    let links =
        actions::check_rules("netem_from_start", file.netem_from_start.as_deref().unwrap_or(&[]), &names)?;
    let done_when = match &file.done_when {
        None => None,
        Some(done) => Some(DoneWhenSpec {
            event: done.event.as_str().into(),
            count: done.count.max(1),
            contains: done.contains.as_deref().map(ArcStr::from),
            tail: time("done_when.tail_ms", done.tail_ms.unwrap_or(3000))?,
        }),
    };
    let stable_timeout = time("stable_timeout_s", file.stable_timeout_s.unwrap_or(60).saturating_mul(1000))?;
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
        stable_timeout: (!file.no_stable_wait).then_some(stable_timeout),
        config: config_of(&file),
        sentinel_loglevel: loglevel(file.sentinel_loglevel.as_deref())?,
        id: file.id.as_str().into(),
        title: file.title.as_str().into(),
        about: file.about.as_str().into(),
        hosts: names.hosts,
        file: Arc::new(file),
    })
}

type Scripted = (Vec<(Micros, ScriptedAction)>, Vec<ReactionSpec>);

/// The actions: those with a time, and those in answer to an event.
fn check_script(file: &File, names: &Names) -> Checked<Scripted> {
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
        let action = actions::check_action(&place, (n, entry), file, names, &replicas, &mut writers)?;
        match (entry.at_ms, &entry.on) {
            (Some(at), None) => {
                if entry.delay_ms.is_some() {
                    return Err(ScenarioError::at(place, "delay_ms belongs to an action with \"on\""));
                }
                timed.push((time(&format!("{place}.at_ms"), at)?, action));
            }
            (None, Some(on)) => reactions.push(ReactionSpec {
                trigger: actions::check_trigger(&place, on, names)?,
                delay: time(&format!("{place}.delay_ms"), entry.delay_ms.unwrap_or(0))?,
                action,
            }),
            _ => return Err(ScenarioError::at(place, "an action needs either \"at_ms\" or \"on\"")),
        }
    }
    Ok((timed, reactions))
}

fn loglevel(name: Option<&str>) -> Checked<Level> {
    let Some(name) = name else { return Ok(Level::Notice) };
    Level::named(name).filter(|level| level.name() == name).ok_or_else(|| {
        let message = format!("unknown level \"{name}\" (expected debug, verbose, notice or warning)");
        ScenarioError::at("sentinel_loglevel", message)
    })
}

/// What holds for the file as a whole.
fn check_frame(file: &File) -> Checked<()> {
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
    Ok(())
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

fn redis_node(place: &str, name: &str, file: &File, names: &Names) -> Checked<NodeId> {
    let node = names.node(place, name)?;
    if file.nodes[node.0 as usize].role == "sentinel" {
        return Err(ScenarioError::at(place, format!("\"{name}\" is a sentinel, not a Redis server")));
    }
    Ok(node)
}

/// What run files repeat of the scenario.
fn config_of(file: &File) -> Value {
    let with_conf = file.nodes.iter().filter(|node| !node.conf.is_empty());
    let node_conf = object(with_conf.map(|node| (node.name.clone(), json!(node.conf))));
    json!({
        "monitors": file.monitors,
        "sentinel_conf": file.sentinel_conf,
        "redis_conf": file.redis_conf,
        "node_conf": node_conf,
    })
}
