//! Finding nodes and hosts by name, and giving hosts their addresses as the capture tool does.

use crate::cluster::NodeId;
use crate::protocol::ArcStr;
use crate::scenario::{HostSpec, ScenarioError};
use crate::sim::HostId;
use std::net::{IpAddr, Ipv4Addr};

/// The names of a scenario under construction.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) hosts: Vec<HostSpec>,
    pub(crate) nodes: Vec<(ArcStr, HostId)>,
    /// The last octets that a host without a name of the usual form was given.
    next: u32,
}

impl Names {
    pub(crate) fn node(&self, place: &str, name: &str) -> Result<NodeId, ScenarioError> {
        let n = self.nodes.iter().position(|(node, _)| node == name);
        let n = n.ok_or_else(|| {
            let known: Vec<&str> = self.nodes.iter().take(12).map(|(node, _)| node.as_str()).collect();
            let more = if self.nodes.len() > known.len() { ", ..." } else { "" };
            let known = known.join(", ");
            ScenarioError::at(place, format!("there is no node named \"{name}\" (there are {known}{more})"))
        })?;
        Ok(NodeId(n as u32))
    }

    pub(crate) fn host(&self, name: &str) -> Option<HostId> {
        self.hosts.iter().position(|host| host.name == name).map(|n| HostId(n as u32))
    }

    /// The host that a name stands for: a host's own name or that of a node on it.
    pub(crate) fn host_or_node(&self, place: &str, name: &str) -> Result<HostId, ScenarioError> {
        if let Some(host) = self.host(name) {
            return Ok(host);
        }
        let node = self.node(place, name)?;
        Ok(self.nodes[node.0 as usize].1)
    }

    pub(crate) fn add_host(&mut self, name: &str, ip: IpAddr) -> HostId {
        self.hosts.push(HostSpec { name: name.into(), ip });
        HostId(self.hosts.len() as u32 - 1)
    }

    /// Adds a host with the address that the capture tool would give it: masters and replicas from
    /// 10.77.0.10 on, sentinels from 10.77.0.20 on, by their number; others from 10.77.0.51 on.
    pub(crate) fn add_host_anywhere(&mut self, name: &str) -> HostId {
        let usual = name.split_at_checked(1).and_then(|(letter, number)| {
            let base = match letter {
                "M" | "R" => 10,
                "S" => 20,
                _ => return None,
            };
            let number: u32 = number.parse().ok().filter(|_| number.bytes().all(|b| b.is_ascii_digit()))?;
            (base + number < 51).then_some(base + number)
        });
        let free = |names: &Self, n: u32| {
            let ip = IpAddr::V4(Ipv4Addr::from(0x0A4D_0000 + n));
            names.hosts.iter().all(|host| host.ip != ip).then_some(ip)
        };
        if let Some(ip) = usual.and_then(|n| free(self, n)) {
            return self.add_host(name, ip);
        }
        loop {
            self.next += 1;
            if let Some(ip) = free(self, 50 + self.next) {
                return self.add_host(name, ip);
            }
        }
    }
}
