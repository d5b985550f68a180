//! The world as one value: nodes on a network, stepped together, with its history.

mod action;
mod snapshot;

pub use crate::sim::{HostId, LinkSettings, PacketId};
pub use action::{Action, PacketVerdict, WriterMode, WriterSettings};
pub use snapshot::{
    ClientView, ClusterView, Condition, ConnectionView, FailoverView, HostView, InstanceView, LinkView,
    MasterView, NodeRole, NodeView, PacketFate, PacketKind, PacketView, RedisView, SentinelView,
};

/// A node (a process with its configuration): its place in the order in which nodes were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);
