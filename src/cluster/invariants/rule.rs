//! The rules that must hold, and how one was broken.

use crate::cluster::NodeId;
use crate::protocol::ArcStr;
use crate::sim::SimTime;
use std::fmt;

/// A rule that must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A sentinel gives one vote per epoch and master, across restarts (spec VOTE-8, PER-4).
    OneVote,
    /// Of sentinels that know the same sentinels, at most one is elected per epoch and master (spec ELEC-7).
    OneLeader,
    /// Who is elected without being told to has the majority and the quorum (spec ELEC-7).
    EnoughVotes,
    /// A sentinel's current epoch never decreases; after a restart it is at least what was saved
    /// (spec MOD-2, PER-1).
    EpochGrows,
    /// A master's config epoch never decreases on a sentinel, but for its own promotion in an older epoch
    /// (spec HELLO-12, FSM-PROMOTED-2).
    ConfigEpochGrows,
    /// A master that is objectively down is subjectively down (spec ODOWN-1).
    ObjectivelyImpliesSubjectively,
    /// While a replica is being promoted it is one of those known (spec FSM-SELECT-2).
    PromotedIsKnown,
    /// What a sentinel voted is on its disk before anybody learns of it (spec VOTE-5, VOTE-8).
    VoteIsSaved,
    /// When nothing is broken any more, all agree on the master (spec SIM-8).
    Agreement,
    /// A replica that is up to date has its master's data (spec REPL-44 to REPL-47).
    SameData,
    /// A server that was a master all the time has every write that it acknowledged (spec REPL-70).
    WritesSurvive,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::OneVote,
        Self::OneLeader,
        Self::EnoughVotes,
        Self::EpochGrows,
        Self::ConfigEpochGrows,
        Self::ObjectivelyImpliesSubjectively,
        Self::PromotedIsKnown,
        Self::VoteIsSaved,
        Self::Agreement,
        Self::SameData,
        Self::WritesSurvive,
    ];

    /// Its name, in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OneVote => "one vote per sentinel, epoch and master",
            Self::OneLeader => "one leader per epoch and master",
            Self::EnoughVotes => "a leader has majority and quorum",
            Self::EpochGrows => "the current epoch never decreases",
            Self::ConfigEpochGrows => "config epochs only grow",
            Self::ObjectivelyImpliesSubjectively => "objectively down implies subjectively down",
            Self::PromotedIsKnown => "the promoted replica is a known one",
            Self::VoteIsSaved => "a vote is saved before it is told",
            Self::Agreement => "all agree when everything is mended",
            Self::SameData => "a replica that is up to date has its master's data",
            Self::WritesSurvive => "a master keeps what it acknowledged",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// When it was noticed.
    pub at: SimTime,
    /// By whom it was broken, if it is one node's fault.
    pub node: Option<NodeId>,
    /// Which rule.
    pub rule: Rule,
    /// How.
    pub text: ArcStr,
}
