//! Nodes and their configuration files.

use super::figures::{port_number, quorum};
use super::{Checked, redis_node};
use crate::cluster::NodeId;
use crate::redis::{self, RedisConf};
use crate::scenario::file::{File, NodeEntry, Settings};
use crate::scenario::names::Names;
use crate::scenario::{NodeSpec, Role, ScenarioError};
use crate::sentinel::{self, SentinelConf};
use crate::sim::Addr;
use serde_json::Value;
use std::fmt::Write as _;

pub(super) fn check_node(place: &str, n: usize, file: &File, names: &Names) -> Checked<NodeSpec> {
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
    let unset = if role == Role::Sentinel { sentinel::DEFAULT_PORT } else { redis::DEFAULT_PORT };
    let port = node.port.unwrap_or_else(|| unset.into());
    let port = port_number(&format!("{place}.port"), port)?;
    if node.quorum.is_some() && role != Role::Sentinel {
        return Err(ScenarioError::at(format!("{place}.quorum"), "only a sentinel has a quorum"));
    }
    let conf = match role {
        _ if !node.lines.is_empty() => whole_file(place, node, role, port)?,
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

/// The configuration file that stands in the scenario whole.
fn whole_file(place: &str, node: &NodeEntry, role: Role, port: u16) -> Checked<String> {
    let place = format!("{place}.lines");
    if !node.conf.is_empty() || node.quorum.is_some() {
        return Err(ScenarioError::at(place, "a whole file leaves no place for \"conf\" and \"quorum\""));
    }
    let text = node.lines.join("\n") + "\n";
    let own = match role {
        Role::Sentinel => SentinelConf::parse(&text)
            .map(|conf| conf.settings().port)
            .map_err(|e| ScenarioError::at(format!("{place}[{}]", e.line - 1), e.kind.to_string()))?,
        Role::Master | Role::Replica(_) => RedisConf::parse(&text)
            .map(|conf| conf.port)
            .map_err(|e| ScenarioError::at(format!("{place}[{}]", e.line - 1), e.kind.to_string()))?,
    };
    if own != port {
        return Err(ScenarioError::at(place, format!("the file's port is {own}, the node's {port}")));
    }
    Ok(text)
}

/// The configuration file that the capture tool writes for a sentinel.
fn sentinel_conf(place: &str, node: &NodeEntry, port: u16, file: &File, names: &Names) -> Checked<String> {
    let mut text = format!("port {port}\n");
    if let Some(level) = &file.sentinel_loglevel {
        let _ = writeln!(text, "loglevel {level}");
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
        let _ = writeln!(text, "sentinel monitor {} {} {} {own_quorum}", monitor.name, addr.ip, addr.port);
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
        let _ = writeln!(text, "replicaof {} {}", addr.ip, addr.port);
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
    let port = file.nodes[node.0 as usize].port.map_or(redis::DEFAULT_PORT, |port| port as u16);
    Addr::new(names.hosts[host.0 as usize].ip, port)
}

pub(super) fn check_addresses(nodes: &[NodeSpec], names: &Names) -> Checked<()> {
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
