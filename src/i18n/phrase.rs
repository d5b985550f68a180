//! Sentences with names and figures in them.

use crate::sentinel::EventKind;

/// What a sentinel's event is about, with names instead of addresses and ids.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Which event.
    pub kind: EventKind,
    /// The sentinel that said it.
    pub by: &'a str,
    /// Whom it is about.
    pub about: &'a str,
    /// What else it says: a count, an epoch, a new master.
    pub extra: &'a str,
}

/// A sentence of the page.
#[derive(Clone, Copy, Debug)]
pub enum Phrase<'a> {
    /// Simulated seconds per second, from the director.
    Factor(&'a str),
    /// One sentinel voted for another.
    Voted {
        /// The voter.
        voter: &'a str,
        /// The candidate that counted the vote.
        candidate: &'a str,
        /// Whom the vote went to.
        leader: &'a str,
        /// The epoch.
        epoch: u64,
    },
    /// The number of sentinels that must agree that a master is down, and what electing takes.
    QuorumMeans {
        /// The quorum.
        quorum: u32,
        /// Sentinels in all.
        sentinels: u32,
        /// Their majority.
        majority: u32,
    },
    /// With a quorum above the number of sentinels.
    QuorumTooHigh {
        /// The quorum.
        quorum: u32,
        /// Sentinels in all.
        sentinels: u32,
    },
    /// When a master refuses writes for want of replicas.
    MinReplicas {
        /// The master.
        master: &'a str,
        /// How many replicas it has.
        replicas: u32,
        /// It does with so many of them silent; 0: always.
        silent: u32,
        /// For so many seconds.
        lag: u32,
    },
    /// What a process being killed means.
    Killed(&'a str),
    /// A process terminated in an orderly way.
    Terminated(&'a str),
    /// A process stands still.
    Froze(&'a str),
    /// A process goes on.
    Resumed(&'a str),
    /// A process does nothing: which, for how long.
    Stalled(&'a str, &'a str),
    /// A process was started; whether its configuration had been changed by hand.
    Started(&'a str, bool),
    /// A host died.
    HostDied(&'a str),
    /// A host is back.
    HostBack(&'a str),
    /// A host left or joined the network.
    HostLink(&'a str, bool),
    /// A link was cut.
    Cut(&'a str, &'a str),
    /// A link was cut one way: from, to.
    CutOneWay(&'a str, &'a str),
    /// What cuts a link one way: from, to.
    CutOnly(&'a str, &'a str),
    /// A link was mended.
    Mended(&'a str, &'a str),
    /// The network was split, with the groups as text.
    Partitioned(&'a str),
    /// All cuts are mended.
    Healed,
    /// A script is there for a sentinel, or is missing: the sentinel, the path, which.
    Script(&'a str, &'a str, bool),
    /// A sentinel's disk refuses writes with this error, or takes them again.
    Disk(&'a str, Option<&'a str>),
    /// Host names mean something else now.
    NamesChanged,
    /// What links are like now: which, how long a packet takes, how many are lost.
    LinkNow(&'a str, &'a str, &'a str),
    /// A packet was dropped, delayed or reset: its number.
    PacketDropped,
    /// A packet was delayed.
    PacketDelayed,
    /// A connection was reset.
    PacketReset,
    /// A command was sent to a node.
    Commanded(&'a str, &'a str),
    /// Keys were written to a node.
    Filled(&'a str, u32),
    /// A writer began.
    WriterStarted(&'a str),
    /// A writer ended.
    WriterStopped(&'a str),
    /// A writer has another pace: who, and writes a second.
    WriterPaced(&'a str, &'a str),
    /// A replica was added.
    ReplicaAdded,
    /// A sentinel was added.
    SentinelAdded,
    /// A node was removed.
    Removed(&'a str),
    /// An action was refused, with the reason as the core words it.
    Refused(&'a str),
    /// A scenario file was refused, with the file's name and the reason.
    BadFile(&'a str, &'a str),
    /// A file's scenario is running.
    Opened(&'a str),
    /// So many links were cut at once.
    LinksCut(u32),
    /// So many columns of the belief matrix are not shown.
    LeftOut(u32),
    /// Something was done, as it was told.
    Done(&'a str),
    /// A node's accessible name: name, role, state.
    NodeLabel(&'a str, &'a str, &'a str),
    /// A link's accessible name: both ends, latency, loss.
    LinkLabel(&'a str, &'a str, &'a str, &'a str),
    /// A packet's accessible name: kind, from, to.
    PacketLabel(&'a str, &'a str, &'a str),
    /// The time of day at the playhead.
    InLogs(&'a str),
    /// So many lines were found; whether there may be earlier ones.
    LinesFound(usize, bool),
    /// How many routine messages came.
    Routine(usize),
    /// Votes counted and needed.
    Votes {
        /// Counted.
        votes: u32,
        /// Needed.
        needed: u32,
        /// Known voters.
        voters: u32,
    },
    /// Why so many votes are needed.
    VotesNeeded {
        /// The quorum.
        quorum: u32,
        /// Known voters.
        voters: u32,
    },
    /// The failover's state and how long it has been in it.
    InState {
        /// Its name as Redis prints it.
        state: &'a str,
        /// For how long.
        since: &'a str,
    },
    /// How long it may stay.
    InStateLimit(&'a str),
    /// An epoch.
    Epoch(u64),
    /// Silence so far against down-after-milliseconds.
    SilentFor(&'a str, &'a str),
    /// A vote: for whom, in which epoch.
    VoteFor(&'a str, u64),
    /// Seconds of TILT left.
    TiltLeft(u8),
}
