//! Where an instance listens, and what a name resolves to (spec MOD-13, MOD-38, MOD-39).

use crate::protocol::ArcStr;
use crate::sim::{Addr, HostNames, Micros};
use std::net::IpAddr;
use std::sync::Arc;

/// An instance's address: the host as it was given, and what it resolved to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceAddr {
    /// The host as given: a name or a literal address.
    pub hostname: ArcStr,
    /// The resolved address; `None` while a name has not been resolved (spec CONF-20).
    pub ip: Option<IpAddr>,
    /// The port; 0 is never dialled.
    pub port: u16,
    ip_text: ArcStr,
}

impl InstanceAddr {
    /// An address whose host resolved to `ip`.
    pub fn new(hostname: ArcStr, ip: Option<IpAddr>, port: u16) -> Self {
        let ip_text = match ip {
            Some(ip) if hostname.parse() == Ok(ip) => hostname.clone(),
            Some(ip) => ip.to_string().into(),
            None => ArcStr::new(),
        };
        Self { hostname, ip, port, ip_text }
    }

    /// The address as text; empty where it is not known.
    pub fn ip_text(&self) -> &ArcStr {
        &self.ip_text
    }

    /// What peers, clients and the log are shown: the name with announce-hostnames, else the address.
    pub fn shown(&self, announce_hostnames: bool) -> &ArcStr {
        if announce_hostnames { &self.hostname } else { &self.ip_text }
    }

    /// `host:port`, IPv6 as `[ip]:port`: how a replica is named (spec MOD-10).
    pub fn key(&self, announce_hostnames: bool) -> ArcStr {
        let host = self.shown(announce_hostnames);
        let port = self.port;
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }.into()
    }

    /// Where to dial; `None` with port 0 or without an address.
    pub fn dial(&self) -> Option<Addr> {
        self.ip.filter(|_| self.port != 0).map(|ip| Addr::new(ip, self.port))
    }

    /// Takes over another resolution of the same name.
    pub(super) fn resolved_again(&mut self, ip: IpAddr) {
        if self.ip != Some(ip) {
            *self = Self::new(self.hostname.clone(), Some(ip), self.port);
        }
    }

    /// Whether both mean the same place (spec MOD-38).
    pub fn is_same(&self, other: &Self) -> bool {
        self.port == other.port
            && (self.ip_text == other.ip_text || self.hostname.eq_ignore_ascii_case(&other.hostname))
    }
}

/// How hosts given as text are understood.
#[derive(Clone, Debug, Default)]
pub(super) struct Resolver {
    /// `resolve-hostnames`: without it only literal addresses are accepted.
    pub(super) resolve_hostnames: bool,
    /// The names that there are.
    pub(super) hosts: Arc<HostNames>,
}

/// What came of resolving a host, and how long it took.
pub(super) struct Resolved {
    pub(super) ip: Option<IpAddr>,
    pub(super) took: Micros,
}

impl Resolver {
    pub(super) fn resolve(&self, host: &str) -> Resolved {
        if let Ok(ip) = host.parse() {
            return Resolved { ip: Some(ip), took: Micros::ZERO };
        }
        if !self.resolve_hostnames {
            return Resolved { ip: None, took: Micros::ZERO };
        }
        let ip = self.hosts.get(host);
        let took = if ip.is_some() { self.hosts.found_after } else { self.hosts.failed_after };
        Resolved { ip, took }
    }
}
