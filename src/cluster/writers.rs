//! Writing clients: starting them, and what became of their writes.

use crate::client::{Client, ClientConf};
use crate::cluster::{Cluster, Disk, NodeId, Record, WriterSettings};

impl Cluster {
    /// The client of that name.
    pub fn writer(&self, name: &str) -> Option<NodeId> {
        self.node_named(name).filter(|&id| matches!(self.node(id).disk, Disk::Client(_)))
    }
    pub(crate) fn start_writer(&mut self, settings: WriterSettings, said: &mut Vec<Record>) {
        let id = self.add_client(settings.name, settings.host, ClientConf);
        self.start(id, said);
    }
    pub(crate) fn lost_writes(&self, _client: &Client) -> u64 {
        0
    }
}
