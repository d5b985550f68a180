//! What a person (or a scenario) can do to the world.

use crate::cluster::{Edit, NodeId};
use crate::protocol::ArcStr;
use crate::sim::{HostId, LinkSettings, Micros, PacketId};
use std::sync::Arc;

/// One thing done to the world from outside. All of them are recorded, so that a run is its seed, its
/// topology and its actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// SIGKILL: the process ends, its host closes its connections and refuses new ones.
    Kill(NodeId),
    /// SIGTERM: the process ends in an orderly way.
    Terminate(NodeId),
    /// SIGSTOP: the process stands still; its host still accepts connections for it.
    Freeze(NodeId),
    /// SIGCONT
    Resume(NodeId),
    /// Keeps the processor from a process for so long, as a host does that swaps or whose machine stands still: what
    /// comes meanwhile waits, and the process learns nothing of it but what its clock tells.
    Stall {
        /// The node.
        node: NodeId,
        /// For how long.
        span: Micros,
    },
    /// Starts a process that does not run, with its configuration as it stands on disk.
    Start(NodeId),
    /// The same after somebody edited that configuration; an edit that Redis refuses ends the start.
    EditAndStart {
        /// The node.
        node: NodeId,
        /// What was edited.
        edits: Arc<[Edit]>,
    },
    /// The host dies: everything on it ends without a word to anybody.
    KillHost(HostId),
    /// The host is back on the network; its processes are to be started.
    ReviveHost(HostId),
    /// Takes the host off the network, or puts it back.
    HostLink {
        /// The host.
        host: HostId,
        /// Whether it is on the network.
        up: bool,
    },
    /// Cuts the link between two hosts in both directions: what is sent vanishes.
    Cut(HostId, HostId),
    /// Mends it.
    Mend(HostId, HostId),
    /// Cuts all links between different groups; hosts that are not named belong to the first.
    Partition(Vec<Vec<HostId>>),
    /// Mends all links (those of [`Action::Cut`] and [`Action::Partition`]).
    Heal,
    /// Sets what a link is like, one way; `None` means any host.
    SetLink {
        /// From which host.
        from: Option<HostId>,
        /// To which host.
        to: Option<HostId>,
        /// The new values.
        link: LinkSettings,
    },
    /// Has a script be there for a sentinel, or be missing: not there, or not executable (spec CMD-SETOPT-5).
    /// Every script is there until it is said to be missing.
    Script {
        /// The sentinel.
        node: NodeId,
        /// The script's path.
        path: ArcStr,
        /// Whether it can be run.
        executable: bool,
    },
    /// Has the disk of a sentinel refuse each write of its configuration, as where the file was replaced by
    /// a directory; what was saved before is what the next start finds (spec LOG-12).
    Disk {
        /// The sentinel.
        node: NodeId,
        /// The system's error, such as `Is a directory`; `None`: writes succeed again.
        error: Option<ArcStr>,
    },
    /// Changes what names mean, and how long look-ups take, on all hosts.
    Names(NamesChange),
    /// Does something to one packet in flight.
    Packet(PacketId, PacketVerdict),
    /// A client on the node's own host sends it a command.
    Command {
        /// To whom.
        node: NodeId,
        /// The command's words.
        words: Vec<ArcStr>,
    },
    /// A person types a command to the node at its own host, into a redis-cli that stays connected: one for
    /// each node, opened by the first command and kept until it is left or lost. What comes back are
    /// [`SessionEvent`](crate::cluster::SessionEvent)s.
    Type {
        /// To whom.
        node: NodeId,
        /// The command's words; none at all: Ctrl-C, which leaves it and closes its connection.
        words: Vec<ArcStr>,
    },
    /// Writes `count` keys `prefix:0..` to a node.
    Fill {
        /// To whom.
        node: NodeId,
        /// The keys' prefix.
        prefix: ArcStr,
        /// How many.
        count: u32,
        /// Bytes of each value.
        size: u32,
    },
    /// Starts a client that writes.
    StartWriter(WriterSettings),
    /// Stops it.
    StopWriter(ArcStr),
    /// Has it write more often, or less often, from now on; its counts go on.
    PaceWriter {
        /// Its name.
        name: ArcStr,
        /// The pause between two writes.
        interval: Micros,
    },
    /// Adds a replica of the present master on a host of its own.
    AddReplica,
    /// Adds a sentinel on a host of its own.
    AddSentinel,
    /// Ends a node for good.
    Remove(NodeId),
    /// Nothing; a mark in the record of what was done.
    Mark(ArcStr),
}

impl WriterSettings {
    /// How long the capture tool's writers wait for a server, to connect and for each reply.
    pub const TIMEOUT: Micros = Micros::from_millis(500);
}

impl Action {
    /// The node that it is done to, where there is one.
    pub const fn node(&self) -> Option<NodeId> {
        match self {
            Self::Kill(id)
            | Self::Terminate(id)
            | Self::Freeze(id)
            | Self::Resume(id)
            | Self::Start(id)
            | Self::Remove(id)
            | Self::Stall { node: id, .. }
            | Self::EditAndStart { node: id, .. }
            | Self::Command { node: id, .. }
            | Self::Type { node: id, .. }
            | Self::Script { node: id, .. }
            | Self::Disk { node: id, .. }
            | Self::Fill { node: id, .. } => Some(*id),
            _ => None,
        }
    }
}

/// A change of what names mean. A look-up keeps the process that makes it busy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamesChange {
    /// The host that each of these names means from now on; `None`: no host.
    pub names: Vec<(ArcStr, Option<HostId>)>,
    /// How long a look-up takes that finds the name, if that changes.
    pub found_after: Option<Micros>,
    /// How long one takes that does not.
    pub failed_after: Option<Micros>,
}

/// What is done to one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketVerdict {
    /// It is lost; TCP sends it again after its time-out.
    Drop,
    /// It takes so much longer.
    Delay(Micros),
    /// Its connection is reset at both ends.
    Reset,
}

/// A writing client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriterSettings {
    /// Its name.
    pub name: ArcStr,
    /// The host that it runs on.
    pub host: HostId,
    /// Where it writes.
    pub mode: WriterMode,
    /// The pause between two writes.
    pub interval: Micros,
    /// How long it waits for a server; `None` for as long as its system does.
    pub timeout: Option<Micros>,
}

/// Where a writing client writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriterMode {
    /// Always to this node.
    Fixed(NodeId),
    /// Where the sentinels said at its start, and never elsewhere.
    Once,
    /// Where the sentinels say; asked again after every error.
    Sentinel,
    /// As [`WriterMode::Sentinel`], and it also listens for `+switch-master`.
    Subscribed,
}
