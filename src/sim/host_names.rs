//! The names of hosts, as a host's resolver knows them.

use crate::sim::Micros;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// The names that this host can resolve, and how long a look-up keeps the process busy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostNames {
    names: BTreeMap<String, IpAddr>,
    /// How long a look-up takes that finds the name.
    pub found_after: Micros,
    /// How long one takes that does not.
    pub failed_after: Micros,
}

impl HostNames {
    /// Makes a name known, or known otherwise. Names are not case sensitive.
    pub fn insert(&mut self, name: &str, ip: IpAddr) {
        self.names.insert(name.to_ascii_lowercase(), ip);
    }

    /// Makes a name unknown.
    pub fn remove(&mut self, name: &str) {
        self.names.remove(&name.to_ascii_lowercase());
    }

    /// What a name stands for. Every host knows itself as `localhost`.
    pub fn get(&self, name: &str) -> Option<IpAddr> {
        let name = name.to_ascii_lowercase();
        let own = || (name == "localhost").then_some(IpAddr::V4(Ipv4Addr::LOCALHOST));
        self.names.get(&name).copied().or_else(own)
    }
}
