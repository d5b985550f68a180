//! Random runs: a topology, settings and faults drawn from a seed, after which everything is mended and all
//! must agree again.
//!
//! A [`Case`] is plain figures, so that one that breaks a rule can be made smaller ([`shrink`]) and written
//! down as a scenario file ([`Case::scenario`]) that anybody can open. [`Case::try_out`] plays it.

mod draw;
mod shrink;
mod trial;
mod write;

pub use shrink::shrink;
pub use trial::{Outcome, Reason, Sightings};

use crate::sim::{Micros, Seed};

/// One random run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What the world's dice are derived from.
    pub seed: Seed,
    /// How many replicas the master begins with.
    pub replicas: u32,
    /// How many sentinels watch it.
    pub sentinels: u32,
    /// How many of them must agree; more than there are makes a failover impossible.
    pub quorum: u32,
    /// Whether each sentinel shares its host with a server, as far as there are enough.
    pub shared_hosts: bool,
    /// `down-after-milliseconds`
    pub down_after_ms: u32,
    /// `failover-timeout`
    pub failover_timeout_ms: u32,
    /// `parallel-syncs`
    pub parallel_syncs: u32,
    /// `min-replicas-to-write`; 0 is off.
    pub min_replicas: u32,
    /// `replica-priority` of each server, the master first.
    pub priorities: Vec<u32>,
    /// Clients that write.
    pub writers: Vec<Writer>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// When everything is mended at the latest.
    pub mended_ms: u32,
}

/// A client that writes from the beginning until everything is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writer {
    /// Whether it asks the sentinels where to write; otherwise it always writes to the first master.
    pub asks: bool,
    /// The pause between two writes.
    pub interval_ms: u32,
}

/// Something that goes wrong, and when it is mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// When it begins, from t = 0.
    pub at_ms: u32,
    /// When it is mended.
    pub until_ms: u32,
    /// What.
    pub kind: FaultKind,
}

/// A node of a case: 0 is the first master, then come the replicas, then the sentinels.
pub type Place = u32;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// SIGKILL; mended by starting it again.
    Kill(Place),
    /// SIGTERM; mended by starting it again, and once more at the end: it may have had something to do first.
    Terminate(Place),
    /// SIGSTOP; mended by SIGCONT.
    Freeze(Place),
    /// Its host is off the network.
    LinkDown(Place),
    /// These nodes' hosts are cut off from all others.
    Partition(Vec<Place>),
    /// A link is bad one way; `None` is any host.
    Link {
        /// From whose host.
        from: Option<Place>,
        /// To whose.
        to: Option<Place>,
        /// So much longer a packet takes.
        delay_ms: u32,
        /// The spread of that.
        jitter_ms: u32,
        /// How many of a thousand packets are lost.
        loss_permille: u32,
        /// Whether all are.
        block: bool,
    },
    /// `SENTINEL FAILOVER`
    Failover(Place),
    /// `SENTINEL RESET`
    Reset(Place),
    /// `SENTINEL SET quorum`; mended by setting it back.
    SetQuorum(Place, u32),
    /// `SENTINEL SET down-after-milliseconds`; mended by setting it back.
    SetDownAfter(Place, u32),
    /// `SENTINEL REMOVE`; mended by `SENTINEL MONITOR` of the first master.
    Forget(Place),
    /// `REPLICAOF NO ONE`
    FollowNobody(Place),
    /// `REPLICAOF` another server
    Follow(Place, Place),
    /// The host dies and with it all that runs on it; mended by reviving it and starting that again. A
    /// scenario file cannot say this.
    KillHost(Place),
    /// One packet in flight is dropped, delayed or its connection reset. A scenario file cannot say this.
    Packet {
        /// Which of those in flight, modulo their number.
        nth: u32,
        /// What becomes of it.
        fate: PacketFault,
    },
}

/// What becomes of a single packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketFault {
    /// It is lost.
    Drop,
    /// It takes so much longer.
    Delay {
        /// How much.
        ms: u32,
    },
    /// Its connection is reset.
    Reset,
}

impl Case {
    /// How long after mending all must agree at the latest.
    ///
    /// Nothing is wrong then, but what was begun has to run out first: TILT (30 s), links to processes that
    /// vanished without a word (repl-timeout, 60 s), the wait for the next attempt (twice the
    /// failover-timeout) and the attempt itself (its states may each last a failover-timeout), more than once
    /// if a vote is split; then a master that is none is found down (down-after and 20 s, spec SDOWN-3) and
    /// servers that follow another are turned back (failover-timeout, spec INFO-17).
    pub fn patience(&self) -> Micros {
        let down_after = self.longest_down_after();
        Micros::from_millis(u64::from(180_000 + 6 * down_after + 16 * self.failover_timeout_ms))
    }

    fn longest_down_after(&self) -> u32 {
        let set = self.faults.iter().filter_map(|fault| match fault.kind {
            FaultKind::SetDownAfter(_, ms) => Some(ms),
            _ => None,
        });
        set.chain([self.down_after_ms]).max().unwrap_or(self.down_after_ms)
    }

    /// Whether the scenario file says all of it.
    pub fn is_whole_in_file(&self) -> bool {
        self.faults.iter().all(Fault::is_in_file)
    }

    /// Whether somebody has a sentinel forget what it knows, which may leave servers or agreements behind
    /// that nobody looks after (spec MOD-40, ELEC-2).
    pub fn has_amnesia(&self) -> bool {
        self.faults.iter().any(|fault| matches!(fault.kind, FaultKind::Reset(_) | FaultKind::Forget(_)))
    }

    /// Whether somebody orders failovers, which need no agreement: two of them, or one beside an automatic
    /// one, may use one config epoch for different addresses (spec SIM-9).
    pub fn has_orders(&self) -> bool {
        self.faults.iter().any(|fault| matches!(fault.kind, FaultKind::Failover(_)))
    }

    /// Whether a sentinel doubts an instance that has not answered for as long as it waits between two PINGs
    /// (spec CON-2).
    pub const fn pings_as_seldom_as_it_doubts(&self) -> bool {
        self.down_after_ms <= 1000
    }

    /// Whether somebody tells servers by hand whom to follow.
    pub fn has_hand_made_roles(&self) -> bool {
        let is_by_hand =
            |kind: &FaultKind| matches!(kind, FaultKind::Follow(..) | FaultKind::FollowNobody(_));
        self.faults.iter().any(|fault| is_by_hand(&fault.kind))
    }

    pub(crate) fn servers(&self) -> u32 {
        self.replicas + 1
    }

    pub(crate) fn nodes(&self) -> u32 {
        self.servers() + self.sentinels
    }

    pub(crate) fn name(&self, place: Place) -> String {
        match place {
            0 => "M0".to_owned(),
            n if n < self.servers() => format!("R{n}"),
            n => format!("S{}", n - self.replicas),
        }
    }
}

impl Fault {
    /// Whether a scenario file can say it.
    pub fn is_in_file(&self) -> bool {
        !matches!(self.kind, FaultKind::KillHost(_) | FaultKind::Packet { .. })
    }
}
