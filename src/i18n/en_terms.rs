//! English: the stage's tools, perspectives, a sentinel's mind.

#![allow(clippy::match_same_arms, reason = "each text has its own line, whichever says the same today")]

use crate::i18n::Term;

#[allow(clippy::too_many_lines, reason = "one line a text")]
pub(super) const fn term(term: Term) -> &'static str {
    use Term as T;
    match term {
        T::Why => "Why?",
        T::WhyThis => "Why was this said?",
        T::WhyNotYet => "Why not yet?",
        T::WhyHint => {
            "What each sentinel waits for, by its own rules and figures. The code behind a line is the rule of the specification."
        }
        T::WhyNothing => {
            "Ask with the question mark at a line of the log, with w, or with a click on a mark in the lanes."
        }
        T::WhyOwnWords => "Explained by the state of the sentinel just before and after that moment.",
        T::NextWouldBe => "next would be",
        T::NothingNext => "nothing is due",
        T::GoThere => "Go to that moment",
        T::Met => "met",
        T::Unmet => "not met",
        T::AllSentinels => "All",
        T::SeeAs => "See as",
        T::SeeTruth => "Truth",
        T::SeeHint => "The cluster as it is, or as one sentinel believes it to be",
        T::UnknownTo => "unknown to it",
        T::Disputed => "sentinels disagree",
        T::SaysDown => "says “down”",
        T::ConfigShort => "cfg",
        T::Selection => "Which replica would be promoted",
        T::SelectionHint => {
            "Six filters, then an order; by what this sentinel knows now, nobody else is asked."
        }
        T::SelectionNone => "It knows no replica.",
        T::Replica => "Replica",
        T::FilterUp => "not subjectively down",
        T::FilterConnected => "connected",
        T::FilterFreshPing => "last valid reply",
        T::FilterPriority => "priority not 0",
        T::FilterFreshInfo => "age of its INFO",
        T::FilterLinkDown => "cut off from master",
        T::OrderPriority => "1. lowest priority",
        T::OrderOffset => "2. largest offset",
        T::OrderRunId => "3. smallest run id",
        T::Place => "Place",
        T::Passes => "passes",
        T::Fails => "fails",
        T::Chosen => "would be chosen",
        T::States => "The failover’s states",
        T::StatesHint => {
            "One state is left with each timer at most. Where time runs out, the event on the right ends the attempt."
        }
        T::StateThen => "then",
        T::StateOtherwise => "else",
        T::StateNoLimit => "no time limit",
        T::Timers => "Running waits",
        T::TimersHint => {
            "On a logarithmic axis; each ends at the tick, which the setting below its name rules."
        }
        T::WaitTimer => "since the last timer",
        T::WaitPing => "next PING",
        T::WaitInfo => "next INFO",
        T::WaitHello => "next hello",
        T::WaitSilence => "silence",
        T::WaitAsk => "next question to",
        T::WaitOpinion => "answer expires:",
        T::WaitElection => "waiting for votes",
        T::WaitState => "this state of the failover",
        T::WaitGate => "until the next attempt",
        T::WaitReconf => "turning to the new master:",
        T::WaitTilt => "TILT",
        T::SlotCounted => "counted",
        T::SlotGranted => "given, not heard of yet",
        T::SlotAsked => "the question is on its way",
        T::SlotOther => "went to",
        T::SlotOldEpoch => "of another epoch:",
        T::SlotUnreachable => "cannot be reached",
        T::SlotSilent => "no answer yet",
        T::ToolDelay => "Delay",
        T::ToolLose => "Lose",
        T::ToolDelayHint => "Delay: click a link to give it 200 ms each way, or to take them back",
        T::ToolLoseHint => "Lose: click a link to lose 30 % of its packets, or to take that back",
        T::ToolCutHint => {
            "Cut: click a link to cut or mend it, or draw a line across links to part the network there"
        }
        T::AnyHost => "all",
        T::AllLinks => "All links",
        T::OtherLinks => "All other links",
        T::AllPackets => "all packets",
        T::LinkPackets => "PING, connections, other",
        T::DataPackets => "replication, writes",
    }
}
