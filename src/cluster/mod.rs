//! The world as one value: nodes on a network, stepped together, with its history.

mod action;
mod snapshot;

pub use action::{Action, LinkSettings, PacketVerdict, WriterMode, WriterSettings};
pub use snapshot::{
    ClientView, ClusterView, Condition, ConnectionView, FailoverView, HostView, InstanceView, LinkView,
    MasterView, NodeRole, NodeView, PacketFate, PacketKind, PacketView, RedisView, SentinelView,
};

/// A node (a process with its configuration): its place in the order in which nodes were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A host, which one or more nodes share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostId(pub u32);

/// A packet in flight: an ordered stream's segment. Never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketId(pub u64);
