//! Writing clients: starting and stopping them, and what became of their writes.

use crate::client::{Access, Client, ClientConf, Follow, LostSegment, Target};
use crate::cluster::{Cluster, Disk, Machine, NodeId, Record, Stage, WriterMode, WriterSettings};
use crate::redis::RedisServer;
use crate::sim::{Addr, Micros, Millis};
use std::sync::Arc;

/// A writer's pause or patience, in the whole milliseconds that it counts.
fn millis(span: Micros) -> Millis {
    Millis((span.0 / 1000).max(1) as i64)
}

impl Cluster {
    /// The client of that name.
    pub fn writer(&self, name: &str) -> Option<NodeId> {
        self.node_named(name).filter(|&id| matches!(self.node(id).disk, Disk::Client(_)))
    }

    pub(crate) fn start_writer(&mut self, settings: WriterSettings, said: &mut Vec<Record>) {
        let target = match settings.mode {
            WriterMode::Fixed(id) => Target::Fixed(self.node(id).addr),
            WriterMode::Once | WriterMode::Sentinel | WriterMode::Subscribed => {
                let sentinels = self.node_ids().filter(|&id| self.node(id).is_sentinel());
                let sentinels: Vec<Addr> = sentinels.map(|id| self.node(id).addr).collect();
                let named = self.model_sentinel().and_then(|id| match &self.node(id).disk {
                    Disk::Sentinel(conf) => conf.masters().first().map(|master| master.name.clone()),
                    _ => None,
                });
                Target::Master {
                    name: named.unwrap_or_default(),
                    sentinels: sentinels.into(),
                    follow: match settings.mode {
                        WriterMode::Once => Follow::Once,
                        WriterMode::Subscribed => Follow::Announced,
                        _ => Follow::EachConnection,
                    },
                }
            }
        };
        let interval = millis(settings.interval);
        let timeout = settings.timeout.map(millis);
        let name = settings.name.clone();
        let conf = ClientConf { name, interval, timeout, target, access: self.access() };
        let id = self.add_client(settings.name, settings.host, conf);
        self.start(id, said);
    }

    /// What whoever set the sentinels up would tell a client.
    fn access(&self) -> Access {
        let mut access = Access { hosts: Arc::clone(&self.names), ..Access::default() };
        if let Some(Disk::Sentinel(conf)) = self.model_sentinel().map(|id| &self.node(id).disk) {
            access.sentinel_password.clone_from(&conf.settings().requirepass);
            // A user other than the default one is none that servers know here.
            let master = conf.masters().first().filter(|master| master.auth_user.is_none());
            access.server_password = master.and_then(|master| master.auth_pass.clone());
        }
        access
    }

    /// Tells a writer to stop; its counts stay to be read.
    pub(crate) fn stop_writer(&mut self, id: NodeId, said: &mut Vec<Record>) {
        let Self { kernel, nodes, scratch, .. } = self;
        let node = &mut nodes[id.0 as usize];
        let process = node.process;
        let Some(Machine::Client(client)) = &mut node.machine else { return };
        let mut stage = Stage { kernel, saves: &mut scratch.saves, said, process, node: Some(id) };
        stage.play(&mut scratch.client, |out| client.stop(out), |()| {});
    }

    /// Gives a writer another pause between two writes, which it also has when it is started again.
    pub(crate) fn pace_writer(&mut self, id: NodeId, interval: Micros, said: &mut Vec<Record>) {
        let (interval, now) = (millis(interval), Self::wall_clock(self.now()));
        let Self { kernel, nodes, scratch, .. } = self;
        let node = &mut nodes[id.0 as usize];
        if let Disk::Client(conf) = &mut node.disk {
            conf.interval = interval;
        }
        let process = node.process;
        let Some(Machine::Client(client)) = &mut node.machine else { return };
        let mut stage = Stage { kernel, saves: &mut scratch.saves, said, process, node: Some(id) };
        stage.play(&mut scratch.client, |out| client.pace(interval, now, out), |()| {});
    }

    /// Acknowledged writes of a client that the present master does not have.
    pub fn lost_writes(&self, client: &Client) -> Vec<LostSegment> {
        let dataset = self.present_master().and_then(|id| self.node(id).redis()).map(RedisServer::dataset);
        dataset.map_or_else(Vec::new, |dataset| client.history().lost(&client.conf().name, dataset))
    }
}
