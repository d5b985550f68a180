//! Who is who.

use crate::sim::{Addr, NodeTime};
use std::net::{IpAddr, Ipv4Addr};

/// 2026-11-22 02:16:40 UTC.
pub(in crate::sentinel::tests) const BEGIN: NodeTime = NodeTime(1_795_313_800_000);
/// The Sentinel under test.
pub(in crate::sentinel::tests) const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
/// Its peers.
pub(in crate::sentinel::tests) const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
pub(in crate::sentinel::tests) const C: &str = "cccccccccccccccccccccccccccccccccccccccc";
/// The master and its replicas.
pub(in crate::sentinel::tests) const M: Addr = addr(1, 6379);
pub(in crate::sentinel::tests) const R2: Addr = addr(2, 6379);
pub(in crate::sentinel::tests) const R3: Addr = addr(3, 6379);
/// Where the Sentinels listen.
pub(in crate::sentinel::tests) const HOST_A: IpAddr = addr(11, 0).ip;
pub(in crate::sentinel::tests) const AT_B: Addr = addr(12, 26379);
pub(in crate::sentinel::tests) const AT_C: Addr = addr(13, 26379);

/// How events name them.
pub(in crate::sentinel::tests) const PM: &str = "master mymaster 10.0.0.1 6379";
pub(in crate::sentinel::tests) const PR2: &str = "slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster 10.0.0.1 6379";
pub(in crate::sentinel::tests) const PR3: &str = "slave 10.0.0.3:6379 10.0.0.3 6379 @ mymaster 10.0.0.1 6379";

pub(in crate::sentinel::tests) const fn addr(host: u8, port: u16) -> Addr {
    Addr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, host)), port)
}
