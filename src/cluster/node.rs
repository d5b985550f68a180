//! A node: a process with its configuration on disk and the machine that it runs.

use crate::client::{Client, ClientConf};
use crate::protocol::ArcStr;
use crate::redis::{RedisConf, RedisServer};
use crate::sentinel::{Files, Sentinel, SentinelConf};
use crate::sim::{Addr, HostId, ProcessId};
use std::sync::Arc;

/// A node: its place in the order in which nodes were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A process with its configuration on disk and the machine that it runs.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name: `M0`, `R1`, `S1`, `C1`; never changes.
    pub name: ArcStr,
    /// The host that it runs on.
    pub host: HostId,
    /// Its process.
    pub process: ProcessId,
    /// Where it listens, or listened last; a client's port is 0.
    pub addr: Addr,
    /// What is on its disk.
    pub disk: Disk,
    /// The machine that runs, or ran last; `None` before the first start.
    pub machine: Option<Machine>,
    /// How often it was started.
    pub starts: u32,
    /// Every run id (Redis) or id (sentinel) that it has had, oldest first.
    pub ids: Vec<ArcStr>,
    /// Every port that it has had.
    pub ports: Vec<u16>,
    /// How its last process ended that did: its exit status, or the signal that ended it, negative.
    pub exit: Option<i32>,
    /// Whether a script stopped it (SIGSTOP) and neither let it go on nor started it since.
    pub stopped: bool,
    /// Whether a script started it once more while it ran. Of the process that runs it has no knowledge then:
    /// the one that it started last has ended.
    pub disowned: bool,
    /// Whether it was removed from the world for good.
    pub removed: bool,
    /// The other files that a sentinel finds; each node has its own, as a container does.
    pub files: Files,
}

/// What a process finds when it starts, and what survives its death.
#[derive(Clone, Debug)]
pub enum Disk {
    /// A Redis server's configuration and its dataset, if it keeps one on disk.
    Redis(Arc<RedisConf>),
    /// A sentinel's configuration.
    Sentinel(Arc<SentinelConf>),
    /// A client's settings.
    Client(ClientConf),
}

/// A sans-IO machine.
#[derive(Clone, Debug)]
pub enum Machine {
    /// A Redis server.
    Redis(Box<RedisServer>),
    /// A sentinel.
    Sentinel(Box<Sentinel>),
    /// A client.
    Client(Box<Client>),
}

impl Disk {
    /// Where a process with this configuration listens; a client nowhere.
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Redis(conf) => Some(conf.port),
            Self::Sentinel(conf) => Some(conf.settings().port),
            Self::Client(_) => None,
        }
    }
}

impl Machine {
    /// A server's run id or a sentinel's id.
    pub fn id(&self) -> Option<&ArcStr> {
        match self {
            Self::Redis(server) => Some(server.run_id()),
            Self::Sentinel(sentinel) => Some(sentinel.myid()),
            Self::Client(_) => None,
        }
    }
}

impl Node {
    /// Its process reads its files. False for a sentinel that ends at once: what it wrote it may not be able to
    /// read, and a script may be missing (spec CONF-2, CONF-25, CONF-26).
    pub(super) fn read_files(&mut self) -> bool {
        let Disk::Sentinel(conf) = &self.disk else { return true };
        if self.starts == 0 {
            return !self.files.lack_a_script_of(conf);
        }
        let Ok(conf) = SentinelConf::parse(&conf.to_string()) else { return false };
        let is_whole = !self.files.lack_a_script_of(&conf);
        self.disk = Disk::Sentinel(Arc::new(conf));
        is_whole
    }

    /// The pid in its log lines; another one after each start.
    pub fn pid(&self) -> u32 {
        1000 + 37 * self.process.0 + self.starts
    }

    /// The running or last sentinel.
    pub fn sentinel(&self) -> Option<&Sentinel> {
        match &self.machine {
            Some(Machine::Sentinel(sentinel)) => Some(sentinel),
            _ => None,
        }
    }

    /// The running or last Redis server.
    pub fn redis(&self) -> Option<&RedisServer> {
        match &self.machine {
            Some(Machine::Redis(server)) => Some(server),
            _ => None,
        }
    }

    /// The running or last client.
    pub fn client(&self) -> Option<&Client> {
        match &self.machine {
            Some(Machine::Client(client)) => Some(client),
            _ => None,
        }
    }

    /// The password that it asks its clients for, as it runs or ran last.
    pub fn password(&self) -> Option<ArcStr> {
        match &self.machine {
            Some(Machine::Redis(server)) => Some(server.conf().requirepass.clone()).filter(|p| !p.is_empty()),
            Some(Machine::Sentinel(sentinel)) => sentinel.conf().settings().requirepass.clone(),
            Some(Machine::Client(_)) | None => None,
        }
    }

    /// Whether it is a sentinel, started or not.
    pub const fn is_sentinel(&self) -> bool {
        matches!(self.disk, Disk::Sentinel(_))
    }

    /// Whether it is a Redis server, started or not.
    pub const fn is_redis(&self) -> bool {
        matches!(self.disk, Disk::Redis(_))
    }
}
