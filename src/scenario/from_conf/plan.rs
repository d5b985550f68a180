//! Which nodes there are, and where.

use crate::cluster::NODES_MAX;
use crate::protocol::ArcStr;
use crate::scenario::from_conf::hosts::HostPlans;
use crate::scenario::from_conf::{
    ConfOptions, FromConfError, Line, Lines, Note, REPLICAS_DEFAULT, SENTINELS_DEFAULT,
};
use crate::sentinel::{MasterConf, SentinelConf};
use std::net::IpAddr;

/// Below this time between two looks a timer cannot tell a slow reply from none.
const TIMER_PERIOD_MS: i64 = 100;

/// A file's topology under construction.
pub(super) struct Plan<'a> {
    pub(super) conf: &'a SentinelConf,
    pub(super) lines: &'a Lines,
    pub(super) hosts: HostPlans,
    /// Masters first, that which is monitored first before the others; then replicas, then sentinels.
    pub(super) nodes: Vec<NodePlan>,
    /// The node of each monitored master, in the order of the `monitor` lines.
    pub(super) masters: Vec<usize>,
    pub(super) notes: Vec<Note>,
}

/// A node under construction.
#[derive(Clone, Debug)]
pub(super) struct NodePlan {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Its place among the hosts.
    pub(super) host: usize,
    pub(super) port: u16,
}

/// What a node is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Master,
    /// Of that node.
    Replica(usize),
    /// That of the file.
    OwnSentinel,
    /// One that the file knows: its id, and for which masters, by their places.
    KnownSentinel {
        id: ArcStr,
        of: Vec<usize>,
        host: ArcStr,
    },
    /// One that was added.
    AddedSentinel,
}

impl Kind {
    pub(super) const fn is_sentinel(&self) -> bool {
        !matches!(self, Self::Master | Self::Replica(_))
    }
}

impl<'a> Plan<'a> {
    pub(super) fn of(
        conf: &'a SentinelConf,
        lines: &'a Lines,
        options: &ConfOptions,
    ) -> Result<Self, FromConfError> {
        let mut plan = Self {
            conf,
            lines,
            hosts: HostPlans::default(),
            nodes: Vec::new(),
            masters: Vec::new(),
            notes: Vec::new(),
        };
        plan.place_masters()?;
        plan.place_known_replicas();
        plan.add_replicas(options)?;
        plan.place_sentinels(options)?;
        plan.hosts.settle(&mut plan.notes);
        plan.name_nodes();
        plan.remark();
        Ok(plan)
    }

    /// The node at an address, if one is planned there.
    fn at(&self, host: usize, port: u16) -> Option<usize> {
        self.nodes.iter().position(|node| (node.host, node.port) == (host, port))
    }

    fn push(&mut self, kind: Kind, host: usize, port: u16) -> usize {
        self.nodes.push(NodePlan { name: String::new(), kind, host, port });
        self.nodes.len() - 1
    }

    fn place_masters(&mut self) -> Result<(), FromConfError> {
        if self.conf.masters().is_empty() {
            let module = self.lines.iter().find(|line| line.words[0].contains('.'));
            let module = module.map(|line| (line.number, line.words[0].as_str().into()));
            return Err(FromConfError::NoMonitor { module });
        }
        for master in self.conf.masters() {
            if master.port == 0 {
                let line = self.lines.sentinel("monitor").find(|line| line.words[2] == master.name.as_str());
                let (line, text) = line.map_or((0, ArcStr::new()), place);
                return Err(FromConfError::NoPort { line, text });
            }
            let host = self.hosts.named(&master.host);
            // One server can be monitored under two names.
            let node = self.at(host, master.port);
            let node = node.unwrap_or_else(|| self.push(Kind::Master, host, master.port));
            self.masters.push(node);
        }
        Ok(())
    }

    fn place_known_replicas(&mut self) {
        let conf = self.conf;
        for (master, node) in conf.masters().iter().zip(self.masters.clone()) {
            for (host, port) in &master.known_replicas {
                let place = self.hosts.named(host);
                let of = self.at(place, *port).map(|n| self.nodes[n].kind.clone());
                match of {
                    None if *port != 0 => {
                        self.push(Kind::Replica(node), place, *port);
                    }
                    // The same server under another master's name.
                    Some(Kind::Replica(of)) if of == node => {}
                    _ => {
                        let line = self.line_of(master, &["known-replica", "known-slave"], host, *port);
                        self.notes.push(Note::AddressTaken { line, addr: format!("{host}:{port}") });
                    }
                }
            }
        }
    }

    /// The number of the line that names an instance of a master.
    fn line_of(&self, master: &MasterConf, directives: &[&str], host: &str, port: u16) -> u32 {
        let lines = directives.iter().flat_map(|directive| self.lines.sentinel(directive));
        let mut lines = lines.filter(|line| {
            let word = |n: usize| line.words.get(n).map(String::as_str);
            word(2) == Some(&master.name) && word(3) == Some(host) && word(4) == Some(&port.to_string())
        });
        lines.next().map_or(0, |line| line.number)
    }

    fn add_replicas(&mut self, options: &ConfOptions) -> Result<(), FromConfError> {
        let mut done: Vec<usize> = Vec::new();
        for (master, node) in self.conf.masters().iter().zip(self.masters.clone()) {
            if done.contains(&node) {
                continue;
            }
            done.push(node);
            let known = self.nodes.iter().filter(|n| n.kind == Kind::Replica(node)).count() as u32;
            let usual = if known == 0 { REPLICAS_DEFAULT } else { known };
            let wanted = options.replicas.unwrap_or(usual);
            if wanted < known {
                let master = master.name.clone();
                return Err(FromConfError::FewerReplicas { wanted, known, master });
            }
            // More than there can be are refused when the nodes are counted.
            let count = (wanted - known).min(NODES_MAX as u32 + 1);
            for _ in 0..count {
                let host = self.hosts.beside(self.nodes[node].host);
                let port = self.free_port(host, self.nodes[node].port);
                self.push(Kind::Replica(node), host, port);
            }
            if count > 0 {
                let master = master.name.to_string();
                self.notes.push(Note::ReplicasAdded { count, master, known });
            }
        }
        Ok(())
    }

    /// The first port from `port` on that no node of the host has and the file's own sentinel will not have.
    fn free_port(&self, host: usize, port: u16) -> u16 {
        let own = self.conf.settings().port;
        let is_free = |port: &u16| self.at(host, *port).is_none() && *port != own;
        (port..=u16::MAX).chain(1024..port).find(is_free).expect("nodes are fewer than ports")
    }

    fn place_sentinels(&mut self, options: &ConfOptions) -> Result<(), FromConfError> {
        let own_port = self.own_port()?;
        let told = self.own_host();
        let own = told.map(|host| self.place_own(host, own_port)).transpose()?;
        let known = self.known_sentinels();
        if own.is_none() {
            let host = self.host_without_sentinel().unwrap_or_else(|| {
                let master = self.nodes[self.masters[0]].host;
                self.hosts.beside(master)
            });
            self.place_own(host, own_port)?;
        }
        let usual = if known > 1 { known } else { SENTINELS_DEFAULT };
        let wanted = options.sentinels.unwrap_or(usual);
        if wanted < known {
            return Err(FromConfError::FewerSentinels { wanted, known });
        }
        let count = (wanted - known).min(NODES_MAX as u32 + 1);
        for _ in 0..count {
            let host = self.hosts.beside(self.nodes[self.masters[0]].host);
            let port = self.conf.settings().port;
            let port = if self.at(host, port).is_some() { self.free_port(host, port) } else { port };
            self.push(Kind::AddedSentinel, host, port);
        }
        if count > 0 {
            self.notes.push(Note::SentinelsAdded { count, known });
        }
        // That of the file is S1, wherever it came up.
        if let Some(own) = self.nodes.iter().position(|node| node.kind == Kind::OwnSentinel) {
            let first = self.nodes.iter().position(|node| node.kind.is_sentinel()).unwrap_or(own);
            let node = self.nodes.remove(own);
            self.nodes.insert(first, node);
        }
        Ok(())
    }

    /// Where the file's sentinel listens. Nothing translates ports here, so an announced one is the real one.
    fn own_port(&mut self) -> Result<u16, FromConfError> {
        let settings = self.conf.settings();
        let from = settings.port;
        if from == 0 {
            let (line, text) = self.lines.server("port").map_or((0, ArcStr::new()), place);
            return Err(FromConfError::ListensNowhere { line, text });
        }
        let to = match u16::try_from(settings.announce_port) {
            Ok(to) if to != 0 && to != from => to,
            // Nobody could be at a port that is none, whatever is said of it.
            _ => return Ok(from),
        };
        self.notes.push(Note::PortMoved { from, to });
        Ok(to)
    }

    /// The host of the file's sentinel, where the file tells it.
    fn own_host(&mut self) -> Option<usize> {
        let master = self.nodes[self.masters[0]].host;
        let bound = self.lines.server("bind").and_then(|line| line.words[1..].iter().find_map(|w| usable(w)));
        let is_local = self.hosts.0[master].ip.is_some_and(|ip| ip.is_loopback());
        match (&self.conf.settings().announce_ip, bound) {
            (Some(announced), _) => Some(self.hosts.named(announced)),
            (None, Some(bound)) => Some(self.hosts.named(&bound.to_string())),
            (None, None) => is_local.then_some(master),
        }
    }

    /// The one host of a Redis server that has no sentinel, where all known sentinels are on such hosts.
    fn host_without_sentinel(&self) -> Option<usize> {
        let hosts = |sentinels: bool| {
            let mut hosts: Vec<usize> = Vec::new();
            for node in self.nodes.iter().filter(|n| n.kind.is_sentinel() == sentinels) {
                if !hosts.contains(&node.host) {
                    hosts.push(node.host);
                }
            }
            hosts
        };
        let (servers, sentinels) = (hosts(false), hosts(true));
        let all_beside = !sentinels.is_empty() && sentinels.iter().all(|host| servers.contains(host));
        let mut free = servers.iter().filter(|host| !sentinels.contains(host));
        match (all_beside, free.next(), free.next()) {
            (true, Some(host), None) => Some(*host),
            _ => None,
        }
    }

    fn place_own(&mut self, host: usize, port: u16) -> Result<usize, FromConfError> {
        if self.at(host, port).is_some_and(|n| !self.nodes[n].kind.is_sentinel()) {
            let host = self.hosts.0[host].clone();
            let host = host.name.or_else(|| host.ip.map(|ip| ip.to_string())).unwrap_or_default();
            return Err(FromConfError::OwnAddressTaken { addr: format!("{host}:{port}").into() });
        }
        Ok(self.push(Kind::OwnSentinel, host, port))
    }

    /// Places the sentinels that the file knows; returns how many there are with its own.
    fn known_sentinels(&mut self) -> u32 {
        let conf = self.conf;
        let mut known = 1;
        for (m, master) in conf.masters().iter().enumerate() {
            for (host, port, id) in &master.known_sentinels {
                let place = self.hosts.named(host);
                let same = self.nodes.iter_mut().find_map(|node| match &mut node.kind {
                    Kind::KnownSentinel { id: other, of, .. } if other == id => Some(of),
                    _ => None,
                });
                if let Some(of) = same {
                    of.push(m);
                } else if conf.myid() == Some(id) || *port == 0 || self.at(place, *port).is_some() {
                    let line = self.line_of(master, &["known-sentinel"], host, *port);
                    self.notes.push(Note::AddressTaken { line, addr: format!("{host}:{port}") });
                } else {
                    let kind = Kind::KnownSentinel { id: id.clone(), of: vec![m], host: host.clone() };
                    self.push(kind, place, *port);
                    known += 1;
                }
            }
        }
        known
    }

    /// Names as everywhere here: `M0` (`M1`, `M2`, ... where there are several), `R1`, ..., `S1`, ...
    fn name_nodes(&mut self) {
        let masters = self.nodes.iter().filter(|node| node.kind == Kind::Master).count();
        let (mut m, mut r, mut s) = (usize::from(masters > 1), 1, 1);
        for node in &mut self.nodes {
            let (letter, number) = match node.kind {
                Kind::Master => ('M', &mut m),
                Kind::Replica(_) => ('R', &mut r),
                _ => ('S', &mut s),
            };
            node.name = format!("{letter}{number}");
            *number += 1;
        }
    }

    /// What else the reader should know.
    fn remark(&mut self) {
        let own = self.nodes.iter().find(|node| node.kind == Kind::OwnSentinel).map(|node| node.host);
        let settings = self.conf.settings();
        let told = settings.announce_ip.is_some()
            || self
                .lines
                .server("bind")
                .is_some_and(|line| line.words[1..].iter().any(|w| usable(w).is_some()));
        let own_ip = own.and_then(|host| self.hosts.0[host].ip).filter(|ip| !told && !ip.is_loopback());
        self.notes.extend(own_ip.map(Note::OwnAddress));
        let local = self.hosts.0.iter().filter_map(|host| host.ip).find(IpAddr::is_loopback);
        self.notes.extend(local.map(Note::Loopback));
        for (m, master) in self.conf.masters().iter().enumerate() {
            let watches = |node: &&NodePlan| match &node.kind {
                Kind::KnownSentinel { of, .. } => of.contains(&m),
                kind => kind.is_sentinel(),
            };
            let sentinels = self.nodes.iter().filter(watches).count() as u32;
            let (name, quorum) = (master.name.to_string(), master.quorum);
            if quorum > sentinels {
                self.notes.push(Note::QuorumTooHigh { master: name.clone(), quorum, sentinels });
            }
            if let Some(ms) = master.down_after.map(|time| time.0).filter(|ms| *ms < TIMER_PERIOD_MS) {
                self.notes.push(Note::DownAfterTooShort { master: name.clone(), ms });
            }
            match (&master.auth_pass, &master.auth_user) {
                (Some(_), None) => self.notes.push(Note::Password { master: name }),
                (Some(_), Some(user)) => {
                    let mut lines = self.lines.sentinel("auth-user");
                    let line = lines.find(|line| line.words.get(2) == Some(&name)).map_or(0, |l| l.number);
                    self.notes.push(Note::AclUser { line, user: user.to_string() });
                }
                (None, _) => {}
            }
        }
        self.remark_lines();
    }

    fn remark_lines(&mut self) {
        let mut no_effect = Vec::new();
        for line in self.lines.iter() {
            let number = line.number;
            match line.directive().as_deref() {
                Some("notification-script" | "client-reconfig-script") => {
                    let path = line.words.last().cloned().unwrap_or_default();
                    self.notes.push(Note::Script { line: number, path });
                }
                Some("known-sentinel") if line.words.len() == 5 => {
                    self.notes.push(Note::IdMissing { line: number });
                }
                Some(_) => {}
                None => {
                    let name = line.words[0].to_ascii_lowercase();
                    if name.contains('.') {
                        self.notes.push(Note::ModuleSetting { line: number, name });
                    } else if !has_effect(&name, line) {
                        no_effect.push((name, number));
                    }
                }
            }
        }
        if !no_effect.is_empty() {
            self.notes.push(Note::NoEffect(no_effect));
        }
    }
}

/// Whether a server directive changes anything here.
fn has_effect(name: &str, line: &Line) -> bool {
    match name {
        "port" | "requirepass" | "loglevel" | "sentinel" | "save" => true,
        "bind" => line.words[1..].iter().any(|word| usable(word).is_some()),
        _ => false,
    }
}

/// A line's number and text, for errors.
fn place(line: &Line) -> (u32, ArcStr) {
    (line.number, line.text.as_str().into())
}

/// An address of `bind` at which others can reach this host.
fn usable(word: &str) -> Option<IpAddr> {
    let ip: IpAddr = word.trim_start_matches('-').parse().ok()?;
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}
