//! The flags of masters, replicas and Sentinels (spec section 2.3).

use super::Sentinel;
use super::instance::{Instance, Master, OtherSentinel, Replica};
use std::fmt;

/// A flag, in the order in which Redis prints them (spec FLG-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Subjectively down.
    SDown,
    /// Objectively down; masters only.
    ODown,
    /// It is a master.
    Master,
    /// It is a replica.
    Replica,
    /// It is another Sentinel.
    Sentinel,
    /// Its link is not up.
    Disconnected,
    /// A Sentinel that said that it believes the master down.
    MasterDown,
    /// A master that this Sentinel fails over.
    FailoverInProgress,
    /// The replica chosen to become master.
    Promoted,
    /// It was told to follow the promoted replica.
    ReconfSent,
    /// It says that it follows the promoted replica.
    ReconfInProgress,
    /// Its link to the promoted replica is up, or is not waited for any longer.
    ReconfDone,
    /// The failover was asked for by SENTINEL FAILOVER.
    ForceFailover,
    /// SCRIPT KILL was sent since it is subjectively down.
    ScriptKillSent,
}

/// Redis's words for them.
const WORDS: [&str; 14] = [
    "s_down",
    "o_down",
    "master",
    "slave",
    "sentinel",
    "disconnected",
    "master_down",
    "failover_in_progress",
    "promoted",
    "reconf_sent",
    "reconf_inprog",
    "reconf_done",
    "force_failover",
    "script_kill_sent",
];

/// The flags that are set on an instance. Shown, they are Redis's words with commas between them; kept as bits,
/// because the view of a large cluster has thousands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u16);

impl Flags {
    /// These flags, and `flag` where it is set.
    pub const fn with(self, flag: Flag, is_set: bool) -> Self {
        Self(self.0 | (is_set as u16) << flag as u16)
    }

    /// Whether `flag` is set.
    pub const fn has(self, flag: Flag) -> bool {
        self.0 >> flag as u16 & 1 == 1
    }
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = WORDS.iter().enumerate().filter(|(n, _)| self.0 >> n & 1 == 1);
        for (place, (_, word)) in set.enumerate() {
            f.write_str(if place == 0 { "" } else { "," })?;
            f.write_str(word)?;
        }
        Ok(())
    }
}

impl Sentinel {
    /// A master's flags (spec FLG-1 to FLG-14).
    pub fn master_flags(&self, master: &Master) -> Flags {
        self.common_flags(&master.instance)
            .with(Flag::Master, true)
            .with(Flag::ODown, master.o_down)
            .with(Flag::FailoverInProgress, master.failover.is_in_progress())
            .with(Flag::ForceFailover, master.failover.attempt().is_some_and(|attempt| attempt.forced))
    }

    /// A replica's flags (spec FLG-1 to FLG-14).
    pub fn replica_flags(&self, master: &Master, replica: &Replica) -> Flags {
        self.common_flags(&replica.instance)
            .with(Flag::Replica, true)
            .with(Flag::Promoted, master.failover.promoted() == Some(replica.instance.id))
            .with(Flag::ReconfSent, replica.reconf.sent.is_some())
            .with(Flag::ReconfInProgress, replica.reconf.in_progress)
            .with(Flag::ReconfDone, replica.reconf.done)
    }

    /// Another Sentinel's flags (spec FLG-1 to FLG-14).
    pub fn sentinel_flags(&self, sentinel: &OtherSentinel) -> Flags {
        self.common_flags(&sentinel.instance)
            .with(Flag::Sentinel, true)
            .with(Flag::MasterDown, sentinel.master_down)
    }

    fn common_flags(&self, instance: &Instance) -> Flags {
        Flags::default()
            .with(Flag::SDown, instance.s_down)
            .with(Flag::Disconnected, self.process.links[instance.link].disconnected)
            .with(Flag::ScriptKillSent, instance.script_kill_sent)
    }
}
