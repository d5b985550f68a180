//! What a Sentinel says: its events, which it publishes, and the lines that only its log has
//! (spec section 13).

use crate::protocol::{ArcStr, Level};
use std::borrow::Cow;
use std::fmt;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $channel:literal, $level:ident;)*) => {
        /// The kinds of event that Redis 7.0.15 knows (spec EVT-1 to EVT-48).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventKind { $($(#[$doc])* $kind,)* }

        impl EventKind {
            /// All of them, in the order of the spec.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The event's name, which is also the channel that it is published on.
            pub const fn channel(self) -> &'static str {
                match self { $(Self::$kind => $channel,)* }
            }

            /// The level that it is logged at; debug events are not published (spec LOG-2).
            pub const fn level(self) -> Level {
                match self { $(Self::$kind => Level::$level,)* }
            }
        }
    };
}

kinds! {
    /// EVT-1
    Monitor = "+monitor", Warning;
    /// EVT-2
    Unmonitor = "-monitor", Warning;
    /// EVT-3
    Set = "+set", Warning;
    /// EVT-4
    ResetMaster = "+reset-master", Warning;
    /// EVT-5
    Replica = "+slave", Notice;
    /// EVT-6
    Sentinel = "+sentinel", Notice;
    /// EVT-7
    SentinelAddressSwitch = "+sentinel-address-switch", Notice;
    /// EVT-8
    SentinelAddressUpdate = "+sentinel-address-update", Notice;
    /// EVT-9
    SentinelInvalidAddr = "+sentinel-invalid-addr", Notice;
    /// EVT-10
    SubjectivelyDown = "+sdown", Warning;
    /// EVT-11
    SubjectivelyUp = "-sdown", Warning;
    /// EVT-12
    ObjectivelyDown = "+odown", Warning;
    /// EVT-13
    ObjectivelyUp = "-odown", Warning;
    /// EVT-14
    NewEpoch = "+new-epoch", Warning;
    /// EVT-15
    TryFailover = "+try-failover", Warning;
    /// EVT-16
    VoteForLeader = "+vote-for-leader", Warning;
    /// EVT-17
    ElectedLeader = "+elected-leader", Warning;
    /// EVT-18
    AbortNotElected = "-failover-abort-not-elected", Warning;
    /// EVT-19
    StateSelectReplica = "+failover-state-select-slave", Warning;
    /// EVT-20
    AbortNoGoodReplica = "-failover-abort-no-good-slave", Warning;
    /// EVT-21
    SelectedReplica = "+selected-slave", Warning;
    /// EVT-22
    StateSendSlaveofNoone = "+failover-state-send-slaveof-noone", Notice;
    /// EVT-23
    StateWaitPromotion = "+failover-state-wait-promotion", Notice;
    /// EVT-24
    AbortReplicaTimeout = "-failover-abort-slave-timeout", Warning;
    /// EVT-25
    PromotedReplica = "+promoted-slave", Warning;
    /// EVT-26
    StateReconfReplicas = "+failover-state-reconf-slaves", Warning;
    /// EVT-27
    ReconfSent = "+slave-reconf-sent", Notice;
    /// EVT-28
    ReconfInProgress = "+slave-reconf-inprog", Notice;
    /// EVT-29
    ReconfDone = "+slave-reconf-done", Notice;
    /// EVT-30
    ReconfSentTimeout = "-slave-reconf-sent-timeout", Notice;
    /// EVT-31
    FailoverEndForTimeout = "+failover-end-for-timeout", Warning;
    /// EVT-32
    FailoverEnd = "+failover-end", Warning;
    /// EVT-33
    ReconfSentBestEffort = "+slave-reconf-sent-be", Notice;
    /// EVT-34
    SwitchMaster = "+switch-master", Warning;
    /// EVT-35
    ConfigUpdateFrom = "+config-update-from", Warning;
    /// EVT-36
    ConvertToReplica = "+convert-to-slave", Notice;
    /// EVT-37
    FixReplicaConfig = "+fix-slave-config", Notice;
    /// EVT-38
    RoleChange = "+role-change", Verbose;
    /// EVT-39
    RoleMismatch = "-role-change", Verbose;
    /// EVT-40
    Reboot = "+reboot", Notice;
    /// EVT-41
    Tilt = "+tilt", Warning;
    /// EVT-42
    TiltEnd = "-tilt", Warning;
    /// EVT-43
    ScriptError = "-script-error", Warning;
    /// EVT-44
    ScriptTimeout = "-script-timeout", Warning;
    /// EVT-45
    ScriptChild = "+script-child", Debug;
    /// EVT-46
    ScriptChildEnd = "-script-child", Debug;
    /// EVT-47
    CmdLinkReconnection = "-cmd-link-reconnection", Debug;
    /// EVT-48
    PubsubLinkReconnection = "-pubsub-link-reconnection", Debug;
}

impl EventKind {
    /// The kind of that name.
    pub fn from_channel(channel: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.channel() == channel)
    }
}

/// One thing that a Sentinel said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentinelEvent {
    /// An event: logged, published unless of debug level, given to the notification script (spec LOG-2).
    Event {
        /// Which.
        kind: EventKind,
        /// The master that it is about or whose instance it is about, if any.
        master: Option<ArcStr>,
        /// The text after the kind.
        payload: ArcStr,
    },
    /// `<peer-id> voted for <runid> <epoch>`: log only (spec LOG-13).
    Voted {
        /// The peer that answered.
        peer: ArcStr,
        /// Whom it voted for.
        leader: ArcStr,
        /// In which epoch.
        epoch: u64,
    },
    /// Another line of the log that is no event (spec LOG-10 to LOG-20).
    Log {
        /// Its level.
        level: Level,
        /// Its text.
        text: ArcStr,
    },
}

impl SentinelEvent {
    /// The level that it is logged at.
    pub const fn level(&self) -> Level {
        match self {
            Self::Event { kind, .. } => kind.level(),
            Self::Voted { .. } => Level::Warning,
            Self::Log { level, .. } => *level,
        }
    }
}

impl SentinelEvent {
    /// The name and the rest of the line as captures keep them: an event's own name, `voted`, or `log` for
    /// any other line.
    pub fn named(&self) -> (&'static str, Cow<'_, str>) {
        match self {
            Self::Event { kind, payload, .. } => (kind.channel(), Cow::Borrowed(payload)),
            Self::Voted { .. } => ("voted", Cow::Owned(self.to_string())),
            Self::Log { text, .. } => ("log", Cow::Borrowed(text)),
        }
    }
}

impl fmt::Display for SentinelEvent {
    /// The log line without its prefix.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event { kind, payload, .. } => write!(f, "{} {payload}", kind.channel()),
            Self::Voted { peer, leader, epoch } => write!(f, "{peer} voted for {leader} {epoch}"),
            Self::Log { text, .. } => f.write_str(text),
        }
    }
}
