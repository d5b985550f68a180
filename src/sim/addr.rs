//! Where a process listens.

use std::fmt;
use std::net::IpAddr;

/// An IP address and a TCP port. Port 0 means "nowhere": nothing listens there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Addr {
    /// The host's address.
    pub ip: IpAddr,
    /// The TCP port.
    pub port: u16,
}

impl Addr {
    /// The address `ip:port`.
    pub const fn new(ip: IpAddr, port: u16) -> Self {
        Self { ip, port }
    }
}

impl fmt::Display for Addr {
    /// `ip:port`, IPv6 as `[ip]:port`, as Redis names a replica (spec MOD-10).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip {
            IpAddr::V4(ip) => write!(f, "{ip}:{}", self.port),
            IpAddr::V6(ip) => write!(f, "[{ip}]:{}", self.port),
        }
    }
}

impl fmt::Debug for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
