//! The kernel: time, chance, the agenda, hosts, processes and TCP-like connections between them.
//!
//! It has never heard of Redis, does no IO and reads no clock.

mod acks;
mod addr;
mod agenda;
mod carrier;
mod conn;
mod conn_map;
mod conn_table;
mod ending;
mod exit;
mod gather;
mod host;
mod host_names;
mod kernel;
mod life;
mod link;
mod network;
mod packets;
mod process;
mod queues;
mod resend;
mod rng;
mod soon;
mod time;

#[cfg(test)]
mod tests;

pub use addr::Addr;
pub use conn_map::ConnMap;
pub use conn_table::ConnTable;
pub use host::{DiskProfile, HostProfile};
pub use host_names::HostNames;
pub use kernel::{Kernel, ProcessState, Turn};
pub use link::LinkSettings;
pub use packets::{ConnKey, Connection, Content, Flown, Packet};
pub use process::{ConnId, ConnIds, ConnectError, Ending, HostId, Input, PacketId, ProcessId};
pub(crate) use queues::{Queue, Queues};
pub use rng::{Chance, Rng, Seed};
pub use time::{Micros, Millis, NodeTime, SimTime};
