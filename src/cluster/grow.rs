//! Nodes that are added while the world runs.

use crate::cluster::{Cluster, Disk, NodeId, Record};
use crate::protocol::ArcStr;
use crate::redis::{RedisConf, RedisServer};
use crate::sentinel::{MasterConf, SentinelConf};
use crate::sim::HostId;
use std::net::{IpAddr, Ipv4Addr};

impl Cluster {
    /// The node that most live sentinels name as the master of what they monitor first; where none lives,
    /// the first running master.
    pub fn present_master(&self) -> Option<NodeId> {
        let mut votes: Vec<(NodeId, u32)> = Vec::new();
        for id in self.node_ids().filter(|&id| self.is_alive(id)) {
            let Some(sentinel) = self.node(id).sentinel() else { continue };
            let named = sentinel.masters().iter().next().and_then(|master| master.announced_addr().dial());
            let Some(named) = named.and_then(|addr| self.node_at(addr)) else { continue };
            match votes.iter_mut().find(|(node, _)| *node == named) {
                Some((_, count)) => *count += 1,
                None => votes.push((named, 1)),
            }
        }
        // The first of those with the most votes.
        let most = votes.iter().map(|(_, count)| *count).max();
        let elected = votes.iter().find(|(_, count)| Some(*count) == most).map(|(node, _)| *node);
        elected.or_else(|| {
            let is_master = |&id: &NodeId| self.node(id).redis().is_some_and(RedisServer::is_master);
            self.node_ids().filter(|&id| self.is_alive(id)).find(is_master)
        })
    }

    /// A sentinel whose settings a new one takes over, if possible one that lives.
    pub(crate) fn model_sentinel(&self) -> Option<NodeId> {
        let is_sentinel = |&id: &NodeId| self.node(id).is_sentinel();
        let alive = self.node_ids().filter(is_sentinel).find(|&id| self.is_alive(id));
        alive.or_else(|| self.node_ids().find(is_sentinel))
    }

    /// Adds a replica of the present master, with the settings of another replica if there is one.
    pub(crate) fn add_replica(&mut self, said: &mut Vec<Record>) {
        let Some(master) = self.present_master().map(|id| self.node(id).addr) else { return };
        let model = self.nodes.iter().filter(|node| !node.removed).find_map(|node| match &node.disk {
            Disk::Redis(conf) => Some(conf.clone()),
            _ => None,
        });
        let mut conf = model.map_or_else(RedisConf::default, |conf| (*conf).clone());
        conf.port = master.port;
        conf.replicaof = Some((master.ip.to_string().into(), master.port));
        let name = self.free_name('R');
        let host = self.new_host(&name);
        let id = self.add_redis(name, host, conf);
        self.start(id, said);
    }

    /// Adds a sentinel that monitors what another one does, with the same settings and no past.
    pub(crate) fn add_another_sentinel(&mut self, said: &mut Vec<Record>) {
        let Some(model) = self.model_sentinel() else { return };
        let Disk::Sentinel(disk) = &self.node(model).disk else { return };
        let (port, masters) = (disk.settings().port, disk.masters().to_vec());
        let conf = masters.into_iter().fold(SentinelConf::new(port), |conf, master| {
            conf.monitor(MasterConf {
                config_epoch: 0,
                leader_epoch: 0,
                known_replicas: Vec::new(),
                known_sentinels: Vec::new(),
                ..master
            })
        });
        let name = self.free_name('S');
        let host = self.new_host(&name);
        let id = self.add_sentinel(name, host, conf);
        self.start(id, said);
    }

    /// A host of its own for a new node.
    fn new_host(&mut self, name: &ArcStr) -> HostId {
        let taken = |ip: IpAddr| self.host_ids().any(|host| self.host_ip(host) == ip);
        let candidates = (61..255).chain(256..60_000).map(|n: u32| Ipv4Addr::from(0x0A4D_0000 + n));
        let ip = candidates.map(IpAddr::V4).find(|&ip| !taken(ip)).expect("nodes are fewer than addresses");
        self.add_host(name.clone(), ip)
    }

    fn free_name(&self, letter: char) -> ArcStr {
        let taken = |name: &str| self.nodes.iter().any(|node| node.name == name);
        let mut names = (1..=self.nodes.len() + 1).map(|n| format!("{letter}{n}"));
        names.find(|name| !taken(name)).expect("one of more names than there are nodes is free").into()
    }
}
