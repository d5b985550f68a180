//! The planned nodes as a scenario file, each with its configuration whole.

use crate::protocol::{ArcStr, Level, as_word};
use crate::redis::RedisConf;
use crate::scenario::file::{File, MonitorEntry, NodeEntry};
use crate::scenario::from_conf::plan::{Kind, NodePlan, Plan};
use crate::scenario::from_conf::{Lines, Note};
use crate::sentinel::MasterConf;
use crate::sim::Micros;
use std::collections::BTreeMap;
use std::fmt::Write as _;

impl Plan<'_> {
    /// The scenario file; what the servers cannot follow is noted.
    pub(super) fn file(&mut self, name: &str, duration: Micros) -> File {
        let places: Vec<(String, usize)> =
            self.nodes.iter().map(|node| (node.name.clone(), node.host)).collect();
        let host_names = self.hosts.names(&places);
        let mut nodes = Vec::new();
        for n in 0..self.nodes.len() {
            let node = self.nodes[n].clone();
            let (role, of, lines) = match &node.kind {
                Kind::Master => ("master", None, self.server_lines(n, None)),
                Kind::Replica(of) => {
                    ("replica", Some(self.nodes[*of].name.clone()), self.server_lines(n, Some(*of)))
                }
                Kind::OwnSentinel => ("sentinel", None, self.own_lines(&node)),
                Kind::KnownSentinel { .. } | Kind::AddedSentinel => {
                    ("sentinel", None, self.other_lines(&node))
                }
            };
            nodes.push(NodeEntry {
                name: node.name,
                role: role.to_owned(),
                of,
                host: Some(host_names[node.host].clone()),
                port: Some(i64::from(node.port)),
                lines,
                ..NodeEntry::default()
            });
        }
        let mut hosts = BTreeMap::new();
        let named = host_names.into_iter().zip(&self.hosts.0);
        hosts.extend(named.filter_map(|(name, host)| Some((name, host.ip?.to_string()))));
        let loglevel = self.conf.settings().loglevel;
        let mut about = format!("From {name}.");
        for note in &self.notes {
            // Writing to a string cannot fail.
            let _ = write!(about, " {note}.");
        }
        File {
            id: id_of(name),
            title: name.to_owned(),
            about,
            nodes,
            hosts,
            monitors: self.monitors(),
            duration_ms: (duration.0 / 1000) as i64,
            jitter_ms: Some(0),
            sentinel_loglevel: (loglevel != Level::Notice).then(|| loglevel.name().to_owned()),
            ..File::default()
        }
    }

    fn monitors(&self) -> Vec<MonitorEntry> {
        let masters = self.conf.masters().iter().zip(&self.masters).enumerate();
        let monitor = |(m, (master, node)): (usize, (&MasterConf, &usize))| {
            let is_no_concern = |node: &&NodePlan| match &node.kind {
                Kind::KnownSentinel { of, .. } => !of.contains(&m),
                _ => false,
            };
            MonitorEntry {
                name: master.name.to_string(),
                master: self.nodes[*node].name.clone(),
                quorum: i64::from(master.quorum),
                except: self.nodes.iter().filter(is_no_concern).map(|node| node.name.clone()).collect(),
                ..MonitorEntry::default()
            }
        };
        masters.map(monitor).collect()
    }

    /// A server's redis.conf, as the capture tool writes one, with the passwords and names that the sentinels
    /// use.
    fn server_lines(&mut self, n: usize, of: Option<usize>) -> Vec<String> {
        let node = &self.nodes[n];
        let mut lines = vec![
            format!("port {}", node.port),
            "save \"\"".to_owned(),
            "repl-diskless-sync-delay 0".to_owned(),
        ];
        let announces_names = self.conf.settings().announce_hostnames;
        let host = &self.hosts.0[node.host];
        let of_node = of.unwrap_or(n);
        if let Some(of) = of {
            let master = &self.nodes[of];
            let at = &self.hosts.0[master.host];
            let by_name = at.name.clone().filter(|_| announces_names);
            let at = by_name.or_else(|| at.ip.map(|ip| ip.to_string())).unwrap_or_default();
            lines.push(format!("replicaof {at} {}", master.port));
        }
        if let Some(name) = host.name.as_ref().filter(|_| announces_names) {
            lines.push(format!("replica-announce-ip {}", as_word(name)));
        }
        let m = self.masters.iter().position(|node| *node == of_node);
        let Some(master) = m.and_then(|m| self.conf.masters().get(m)) else { return lines };
        if let (Some(password), None) = (&master.auth_pass, &master.auth_user) {
            lines.push(format!("requirepass {}", as_word(password)));
            lines.push(format!("masterauth {}", as_word(password)));
        }
        for (old, new) in master.renamed_commands.iter().filter(|(old, new)| !old.eq_ignore_ascii_case(new)) {
            let line = format!("rename-command {} {}", as_word(old), as_word(new));
            if RedisConf::parse(&line).is_ok() {
                lines.push(line);
            } else if of.is_none() {
                let mut renamings = self.lines.sentinel("rename-command");
                let line = renamings.find(|line| line.words.get(3).is_some_and(|word| word == old.as_str()));
                let line = line.map_or(0, |line| line.number);
                self.notes.push(Note::NotRenamed { line, command: old.to_string() });
            }
        }
        lines
    }

    /// The file itself, but for a port that nothing translates.
    fn own_lines(&self, node: &NodePlan) -> Vec<String> {
        let mut lines = self.lines.all().to_vec();
        if self.conf.settings().port != node.port {
            let moved = format!("port {}", node.port);
            match self.lines.server("port") {
                Some(line) => lines[line.number as usize - 1] = moved,
                None => lines.push(moved),
            }
        }
        lines
    }

    /// The file as another sentinel of the same group would have it: the same settings; of what is known only
    /// what it knows itself.
    fn other_lines(&self, node: &NodePlan) -> Vec<String> {
        let known = match &node.kind {
            Kind::KnownSentinel { id, of, host } => Some((id, of, host)),
            _ => None,
        };
        let watches = |name: &str| {
            let place = self.conf.masters().iter().position(|master| master.name == name);
            place.is_some_and(|m| known.is_none_or(|(_, of, _)| of.contains(&m)))
        };
        let mut lines = vec![format!("port {}", node.port)];
        if let Some((id, ..)) = known {
            lines.push(format!("sentinel myid {id}"));
        }
        for line in self.lines.iter() {
            let keeps = match line.directive().as_deref() {
                None => !matches!(line.words[0].to_ascii_lowercase().as_str(), "port" | "bind"),
                Some("myid" | "announce-ip" | "announce-port" | "known-sentinel") => false,
                Some("current-epoch") => known.is_some(),
                Some("config-epoch" | "leader-epoch" | "known-replica" | "known-slave") => {
                    known.is_some() && watches(&line.words[2])
                }
                Some(
                    "deny-scripts-reconfig"
                    | "resolve-hostnames"
                    | "announce-hostnames"
                    | "sentinel-user"
                    | "sentinel-pass",
                ) => true,
                Some(_) => line.words.get(2).is_some_and(|name| watches(name)),
            };
            if keeps {
                lines.push(line.text.clone());
            }
        }
        if let Some((id, of, host)) = known {
            if host.parse::<std::net::IpAddr>().is_err() {
                lines.push(format!("sentinel announce-ip {}", as_word(host)));
            }
            for &m in of {
                lines.extend(self.peers_of(id, m));
            }
        }
        lines
    }

    /// The `known-sentinel` lines of a known sentinel about one master.
    fn peers_of(&self, id: &ArcStr, m: usize) -> Vec<String> {
        let name = as_word(&self.conf.masters()[m].name);
        let peer = |node: &NodePlan| {
            let peer = match &node.kind {
                Kind::OwnSentinel => self.conf.myid()?,
                Kind::KnownSentinel { id: other, of, .. } if other != id && of.contains(&m) => other,
                _ => return None,
            };
            let ip = self.hosts.0[node.host].ip?;
            Some(format!("sentinel known-sentinel {name} {ip} {} {peer}", node.port))
        };
        self.nodes.iter().filter_map(peer).collect()
    }
}

/// The scenario's id: the file's name without its folder and ending, and without what file names do not like.
fn id_of(name: &str) -> String {
    let stem = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let id: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    if id.is_empty() { "sentinel".to_owned() } else { id }
}

impl Lines {
    /// The whole file, line by line.
    fn all(&self) -> &[String] {
        &self.whole
    }
}
