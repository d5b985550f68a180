//! What is amiss with the files of a sentinel's host.

use crate::cluster::{Cluster, Machine, NodeId};
use crate::protocol::ArcStr;
use crate::sentinel::{ScriptRun, Sentinel};

impl Cluster {
    /// Has a script be there for a sentinel, or be missing, from now on and at every later start.
    pub(crate) fn change_script(&mut self, id: NodeId, path: &ArcStr, executable: bool) {
        let missing = &mut self.nodes[id.0 as usize].files.missing_scripts;
        if executable {
            missing.remove(path);
        } else {
            missing.insert(path.clone());
        }
        if let Some(sentinel) = self.sentinel_mut(id) {
            sentinel.set_script(path.clone(), executable.then(ScriptRun::default));
        }
    }

    /// Has a sentinel's disk refuse each write with this error from now on, or take writes again. What was
    /// written before stays, and is what a start finds.
    pub(crate) fn change_disk(&mut self, id: NodeId, error: Option<ArcStr>) {
        self.nodes[id.0 as usize].files.save_error.clone_from(&error);
        if let Some(sentinel) = self.sentinel_mut(id) {
            sentinel.set_disk_error(error);
        }
    }

    fn sentinel_mut(&mut self, id: NodeId) -> Option<&mut Sentinel> {
        match &mut self.nodes[id.0 as usize].machine {
            Some(Machine::Sentinel(sentinel)) => Some(sentinel),
            _ => None,
        }
    }
}
