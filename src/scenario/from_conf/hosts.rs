//! Hosts for what a sentinel.conf names, and addresses for those that have none.

use crate::scenario::from_conf::Note;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The network of hosts whose address nothing tells.
const NETWORK: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 9);

/// A host under construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HostPlan {
    /// The name by which the file knows it, if it does.
    pub(super) name: Option<String>,
    /// Its address, once it is known.
    pub(super) ip: Option<IpAddr>,
    /// Beside which address one is looked for where there is none.
    near: IpAddr,
}

/// The hosts, in the order in which they came up.
#[derive(Clone, Debug, Default)]
pub(super) struct HostPlans(pub(super) Vec<HostPlan>);

impl HostPlans {
    /// The host that a text stands for: an address, or a name.
    pub(super) fn named(&mut self, text: &str) -> usize {
        if text.eq_ignore_ascii_case("localhost") {
            return self.at(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        if let Ok(ip) = text.parse() {
            return self.at(ip);
        }
        let same = |host: &HostPlan| host.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(text));
        self.0.iter().position(same).unwrap_or_else(|| {
            self.push(HostPlan { name: Some(text.to_owned()), ip: None, near: IpAddr::V4(NETWORK) })
        })
    }

    fn at(&mut self, ip: IpAddr) -> usize {
        let known = self.0.iter().position(|host| host.ip == Some(ip));
        known.unwrap_or_else(|| self.push(HostPlan { name: None, ip: Some(ip), near: ip }))
    }

    /// A host of its own beside `other`; on a loopback address there is no other machine, and it is `other`.
    pub(super) fn beside(&mut self, other: usize) -> usize {
        let HostPlan { ip, near, .. } = self.0[other];
        if ip.is_some_and(|ip| ip.is_loopback()) {
            return other;
        }
        self.push(HostPlan { name: None, ip: None, near: ip.unwrap_or(near) })
    }

    fn push(&mut self, host: HostPlan) -> usize {
        self.0.push(host);
        self.0.len() - 1
    }

    /// Gives an address to each host that has none.
    pub(super) fn settle(&mut self, notes: &mut Vec<Note>) {
        for n in 0..self.0.len() {
            if self.0[n].ip.is_some() {
                continue;
            }
            let mut ip = next(self.0[n].near);
            while self.0.iter().any(|host| host.ip == Some(ip)) {
                ip = next(ip);
            }
            self.0[n].ip = Some(ip);
            if let Some(name) = self.0[n].name.clone() {
                notes.push(Note::Named { name, ip });
            }
        }
    }

    /// A host's name in the scenario, of those of its nodes: its own, that of the only node on it, or a number.
    pub(super) fn names(&self, nodes: &[(String, usize)]) -> Vec<String> {
        let mut numbers = 0;
        let mut count = BTreeMap::new();
        for (_, host) in nodes {
            *count.entry(*host).or_insert(0) += 1;
        }
        let name = |(n, host): (usize, &HostPlan)| {
            let only = || {
                let node = nodes.iter().find(|(_, at)| *at == n).filter(|_| count.get(&n) == Some(&1));
                node.map(|(name, _)| name.clone())
            };
            host.name.clone().or_else(only).unwrap_or_else(|| {
                numbers += 1;
                format!("H{numbers}")
            })
        };
        self.0.iter().enumerate().map(name).collect()
    }
}

/// The next address; of each IPv4 network of 256 the first and the last are left out.
fn next(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            let ip = if d >= 254 { [a, b, c.wrapping_add(1), 1] } else { [a, b, c, d + 1] };
            IpAddr::V4(Ipv4Addr::from(ip))
        }
        IpAddr::V6(ip) => {
            let mut segments = ip.segments();
            segments[7] = segments[7].checked_add(1).unwrap_or(1);
            IpAddr::V6(Ipv6Addr::from(segments))
        }
    }
}
