//! Carrying out actions.

use crate::cluster::operator::{Asker, Fill, JobId, Operator, OperatorOutbox};
use crate::cluster::{
    Action, Carried, Cluster, Condition, Edit, NodeId, PacketVerdict, Record, Said, SessionEvent, WriterMode,
    WriterSettings,
};
use crate::protocol::ArcStr;
use crate::sim::{Addr, HostId};
use std::sync::Arc;

/// At most so many nodes: far above what the page can show, far below what would fill memory.
pub const NODES_MAX: usize = 400;

/// The signal that ends a process at once.
const SIGKILL: i32 = 9;

/// Why an action cannot be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// The node does not exist.
    #[error("there is no node number {0}")]
    NoSuchNode(u32),
    /// The host does not exist.
    #[error("there is no host number {0}")]
    NoSuchHost(u32),
    /// The packet has arrived or was lost.
    #[error("the packet is no longer in flight")]
    PacketGone,
    /// The process runs already.
    #[error("{0} runs already")]
    RunsAlready(ArcStr),
    /// The process does not run.
    #[error("{0} does not run")]
    NotRunning(ArcStr),
    /// The host is dead.
    #[error("the host of {0} is dead")]
    HostDead(ArcStr),
    /// Another process has the port.
    #[error("{0} cannot start: its port is taken")]
    PortTaken(ArcStr),
    /// The command has no words.
    #[error("a command needs at least one word")]
    EmptyCommand,
    /// No master, or no sentinel, is there to follow.
    #[error("there is no {0} to take as a model")]
    NoModel(&'static str),
    /// There are too many nodes.
    #[error("there are {NODES_MAX} nodes already, and no more are possible")]
    TooManyNodes,
    /// There is no writer of that name.
    #[error("there is no writer named {0}")]
    NoSuchWriter(ArcStr),
    /// Redis refuses the configuration file.
    #[error("{node} would not start with this configuration: {reason}")]
    BadConf {
        /// The node.
        node: ArcStr,
        /// Redis's words.
        reason: String,
    },
    /// Only a sentinel notices what is done.
    #[error("{0} is no sentinel")]
    NoSentinel(ArcStr),
    /// There is a node of that name already.
    #[error("there is a node named {0} already")]
    NameTaken(ArcStr),
}

impl Cluster {
    /// Carries out an action at the present moment. Where it is refused the world stays as it was.
    ///
    /// # Errors
    /// Where it names something that is not there or asks for what cannot be.
    pub fn act(&mut self, action: Action, said: &mut Vec<Record>) -> Result<(), ActionError> {
        self.check(&action)?;
        let before = said.len();
        self.perform(action, said);
        self.check_speakers(&said[before..]);
        self.react(before, said);
        Ok(())
    }

    /// Whether a process exists, frozen or not.
    pub fn is_alive(&self, id: NodeId) -> bool {
        self.condition(id) != Condition::Dead
    }

    fn check(&self, action: &Action) -> Result<(), ActionError> {
        let node = |id: NodeId| match self.nodes.get(id.0 as usize) {
            Some(node) if !node.removed => Ok(node),
            _ => Err(ActionError::NoSuchNode(id.0)),
        };
        let host = |id: HostId| {
            let exists = (id.0 as usize) < self.hosts.len();
            exists.then_some(()).ok_or(ActionError::NoSuchHost(id.0))
        };
        let running = |id: NodeId| {
            let name = node(id)?.name.clone();
            if self.is_alive(id) { Ok(()) } else { Err(ActionError::NotRunning(name)) }
        };
        match action {
            Action::Kill(id)
            | Action::Terminate(id)
            | Action::Freeze(id)
            | Action::Resume(id)
            | Action::Stall { node: id, .. } => running(*id),
            Action::Start(id) | Action::EditAndStart { node: id, .. } => {
                let node = node(*id)?;
                if self.is_alive(*id) {
                    return Err(ActionError::RunsAlready(node.name.clone()));
                }
                if !self.kernel.is_host_alive(node.host) {
                    return Err(ActionError::HostDead(node.name.clone()));
                }
                if node.addr.port != 0 && self.kernel.listener(node.addr).is_some() {
                    return Err(ActionError::PortTaken(node.name.clone()));
                }
                Ok(())
            }
            Action::Remove(id) | Action::Fill { node: id, .. } => node(*id).map(|_| ()),
            Action::Command { node: id, words } => {
                node(*id)?;
                if words.is_empty() { Err(ActionError::EmptyCommand) } else { Ok(()) }
            }
            Action::Type { node: id, .. } => {
                let node = node(*id)?;
                let alive = self.kernel.is_host_alive(node.host);
                alive.then_some(()).ok_or_else(|| ActionError::HostDead(node.name.clone()))
            }
            Action::Script { node: id, .. } | Action::Disk { node: id, .. } => {
                let node = node(*id)?;
                node.is_sentinel().then_some(()).ok_or_else(|| ActionError::NoSentinel(node.name.clone()))
            }
            Action::KillHost(id) | Action::ReviveHost(id) | Action::HostLink { host: id, .. } => host(*id),
            Action::Cut(a, b) | Action::Mend(a, b) => host(*a).and_then(|()| host(*b)),
            Action::Partition(groups) => groups.iter().flatten().try_for_each(|&id| host(id)),
            Action::SetLink { from, to, .. } => from.iter().chain(to).try_for_each(|&id| host(id)),
            Action::Packet(id, _) => {
                let in_flight = self.kernel.packets().any(|packet| packet.id == *id && !packet.lost);
                in_flight.then_some(()).ok_or(ActionError::PacketGone)
            }
            Action::StartWriter(WriterSettings { name, host: id, mode, .. }) => {
                host(*id)?;
                if let WriterMode::Fixed(id) = mode {
                    node(*id)?;
                }
                match self.node_named(name) {
                    Some(_) => Err(ActionError::NameTaken(name.clone())),
                    None => Ok(()),
                }
            }
            Action::StopWriter(name) | Action::PaceWriter { name, .. } => {
                self.writer(name).map(|_| ()).ok_or_else(|| ActionError::NoSuchWriter(name.clone()))
            }
            Action::AddReplica | Action::AddSentinel if self.nodes.len() >= NODES_MAX => {
                Err(ActionError::TooManyNodes)
            }
            Action::AddReplica => self.present_master().map(|_| ()).ok_or(ActionError::NoModel("master")),
            Action::AddSentinel => self.model_sentinel().map(|_| ()).ok_or(ActionError::NoModel("sentinel")),
            Action::Names(change) => change.names.iter().filter_map(|(_, to)| *to).try_for_each(host),
            Action::Heal | Action::Mark(_) => Ok(()),
        }
    }

    /// Carries out an action that was checked; one that has become impossible does nothing.
    pub(crate) fn perform(&mut self, action: Action, said: &mut Vec<Record>) {
        self.note_deed(&action, false, None, said);
        self.carry_out(action, said);
    }

    /// Writes down that an action is carried out.
    pub(crate) fn note_deed(
        &self,
        action: &Action,
        failure: bool,
        of: Option<Arc<Carried>>,
        said: &mut Vec<Record>,
    ) {
        let at = self.now();
        let what = Said::Did { action: Arc::new(action.clone()), failure, of };
        said.push(Record { at, turn: at, node: action.node(), what });
    }

    /// Carries out an action, which somebody else has written down. Returns the job of the operator that it
    /// is, if it is one.
    pub(crate) fn carry_out(&mut self, action: Action, said: &mut Vec<Record>) -> Option<JobId> {
        let place = |id: NodeId| (self.node(id).host, self.node(id).addr);
        match action {
            // It does what SHUTDOWN has it do (spec CMD-SHUT-1, REPL-51).
            Action::Terminate(id) if self.node(id).client().is_none() => {
                self.kernel.terminate(self.node(id).process);
            }
            // A client has nothing to do before it ends.
            Action::Kill(id) | Action::Terminate(id) => {
                if self.is_alive(id) {
                    self.nodes[id.0 as usize].exit = Some(-SIGKILL);
                }
                self.kernel.kill(self.node(id).process);
            }
            Action::Freeze(id) => {
                self.kernel.freeze(self.node(id).process);
                self.nodes[id.0 as usize].stopped = self.is_alive(id);
            }
            Action::Resume(id) => {
                self.kernel.resume(self.node(id).process);
                self.nodes[id.0 as usize].stopped &= !self.is_alive(id);
            }
            Action::Stall { node, span } => self.kernel.stall(self.node(node).process, span),
            Action::Start(id) => {
                self.start(id, said);
            }
            // What runs writes its file anew when it saves next, and the edit with it.
            Action::EditAndStart { node, edits } => self.edit_and_start(node, &edits, said),
            Action::KillHost(host) => self.kill_host(host, said),
            Action::ReviveHost(host) => {
                self.kernel.revive_host(host);
                let operator = self.hosts[host.0 as usize].process;
                self.kernel.start(operator, None);
            }
            Action::HostLink { host, up } => self.kernel.set_host_link(host, up),
            Action::Cut(a, b) => self.kernel.cut(a, b),
            Action::Mend(a, b) => self.kernel.mend(a, b),
            Action::Partition(groups) => self.kernel.partition(&groups),
            Action::Heal => self.kernel.heal(),
            Action::Names(change) => self.change_names(&change),
            Action::Script { node, path, executable } => self.change_script(node, &path, executable),
            Action::Disk { node, error } => self.change_disk(node, error),
            Action::SetLink { from, to, link } => self.kernel.set_link(from, to, link),
            Action::Packet(id, verdict) => {
                match verdict {
                    PacketVerdict::Drop => self.kernel.drop_packet(id),
                    PacketVerdict::Delay(span) => self.kernel.delay_packet(id, span),
                    PacketVerdict::Reset => self.kernel.reset_packet(id),
                };
            }
            Action::Command { node, words } => {
                let (host, to) = place(node);
                let now = Self::wall_clock(self.now());
                let ask = move |operator: &mut Operator, out: &mut OperatorOutbox| {
                    operator.ask(now, to, words.into(), Asker::Person, out)
                };
                self.operate(host, said, Box::new(ask));
            }
            Action::Type { node, words } => {
                let (host, to) = place(node);
                let take = move |operator: &mut Operator, out: &mut OperatorOutbox| {
                    operator.take_line(node, to, words.into(), out);
                    None
                };
                self.operate(host, said, Box::new(take));
            }
            Action::Fill { node, prefix, count, size } => {
                let (host, to) = place(node);
                let now = Self::wall_clock(self.now());
                let fill = move |operator: &mut Operator, out: &mut OperatorOutbox| {
                    Some(operator.fill(now, to, Fill::new(prefix, count, size), out))
                };
                return self.operate(host, said, Box::new(fill));
            }
            Action::StartWriter(settings) => self.start_writer(settings, said),
            Action::StopWriter(name) => {
                if let Some(id) = self.writer(&name) {
                    self.stop_writer(id, said);
                }
            }
            Action::PaceWriter { name, interval } => {
                if let Some(id) = self.writer(&name) {
                    self.pace_writer(id, interval, said);
                }
            }
            Action::AddReplica => self.add_replica(said),
            Action::AddSentinel => self.add_another_sentinel(said),
            Action::Remove(id) => {
                self.kernel.kill(self.node(id).process);
                self.nodes[id.0 as usize].removed = true;
            }
            Action::Mark(_) => {}
        }
        None
    }

    /// The power of a host fails; whoever typed there dies with it.
    fn kill_host(&mut self, host: HostId, said: &mut Vec<Record>) {
        self.kernel.kill_host(host);
        let at = self.now();
        let operator = &mut self.hosts[host.0 as usize].operator;
        operator.forget_jobs();
        for node in operator.forget_sessions() {
            let what = Said::Session(SessionEvent::HostDied);
            said.push(Record { at, turn: at, node: Some(node), what });
        }
    }

    fn edit_and_start(&mut self, id: NodeId, edits: &[Edit], said: &mut Vec<Record>) {
        let alive = self.is_alive(id);
        if self.edit_conf(id, edits).is_err() {
            // Redis says why and ends with status 1 (spec CONF-2).
            let node = &mut self.nodes[id.0 as usize];
            (node.exit, node.disowned) = (Some(1), alive);
            if !alive {
                let at = self.now();
                said.push(Record { at, turn: at, node: Some(id), what: Said::Exited(1) });
            }
        } else if alive || self.is_port_taken(id) {
            self.start_in_vain(id, said);
        } else {
            self.start(id, said);
        }
    }

    /// Whether somebody listens where the node would.
    fn is_port_taken(&self, id: NodeId) -> bool {
        let node = self.node(id);
        let port = node.disk.port();
        port.is_some_and(|port| self.kernel.listener(Addr::new(node.addr.ip, port)).is_some())
    }
}
