//! What kinds of mark an event leaves on the time line.

use crate::sentinel::{EventKind, SentinelEvent};
use crate::sim::{Micros, SimTime};

/// What a record is about, for its mark on the time line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Nothing to stop for.
    Quiet,
    /// Subjectively down, or up again; or restarted without having been missed.
    Sdown,
    /// Objectively down, or no longer.
    Odown,
    /// Epochs and votes.
    Vote,
    /// The leader's steps.
    Failover,
    /// A new master.
    Switch,
    /// TILT.
    Tilt,
    /// What the person did, and what a sentinel said to that.
    Action,
}

impl Category {
    /// What an event is about.
    pub const fn of(event: &SentinelEvent) -> Self {
        match event {
            SentinelEvent::Event { kind, .. } => category(*kind),
            SentinelEvent::Voted { .. } => Self::Vote,
            SentinelEvent::Log { .. } => Self::Quiet,
        }
    }

    /// Its name in attributes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Sdown => "sdown",
            Self::Odown => "odown",
            Self::Vote => "vote",
            Self::Failover => "failover",
            Self::Switch => "switch",
            Self::Tilt => "tilt",
            Self::Action => "action",
        }
    }
}

const fn category(kind: EventKind) -> Category {
    use EventKind as K;
    match kind {
        K::SubjectivelyDown | K::SubjectivelyUp | K::Reboot => Category::Sdown,
        K::ObjectivelyDown | K::ObjectivelyUp => Category::Odown,
        K::NewEpoch | K::TryFailover | K::VoteForLeader | K::ElectedLeader | K::AbortNotElected => {
            Category::Vote
        }
        K::StateSelectReplica
        | K::AbortNoGoodReplica
        | K::SelectedReplica
        | K::StateSendSlaveofNoone
        | K::StateWaitPromotion
        | K::AbortReplicaTimeout
        | K::PromotedReplica
        | K::StateReconfReplicas
        | K::ReconfSent
        | K::ReconfInProgress
        | K::ReconfDone
        | K::ReconfSentTimeout
        | K::FailoverEndForTimeout
        | K::FailoverEnd
        | K::ReconfSentBestEffort
        | K::ConvertToReplica
        | K::FixReplicaConfig => Category::Failover,
        K::SwitchMaster | K::ConfigUpdateFrom => Category::Switch,
        K::Tilt | K::TiltEnd => Category::Tilt,
        K::Monitor | K::Unmonitor | K::Set | K::ResetMaster => Category::Action,
        K::Replica
        | K::Sentinel
        | K::SentinelAddressSwitch
        | K::SentinelAddressUpdate
        | K::SentinelInvalidAddr
        | K::RoleChange
        | K::RoleMismatch
        | K::ScriptError
        | K::ScriptTimeout
        | K::ScriptChild
        | K::ScriptChildEnd
        | K::CmdLinkReconnection
        | K::PubsubLinkReconnection => Category::Quiet,
    }
}

/// Whether a phase begins with an event: down, agreed, a candidate, a leader, a replica chosen, promoted, over
/// or given up.
pub fn begins_phase(event: &SentinelEvent) -> bool {
    use EventKind as K;
    let SentinelEvent::Event { kind, payload, .. } = event else { return false };
    match kind {
        // Of a replica or a sentinel it begins nothing.
        K::SubjectivelyDown => payload.starts_with("master "),
        K::ObjectivelyDown
        | K::TryFailover
        | K::ElectedLeader
        | K::SelectedReplica
        | K::PromotedReplica
        | K::FailoverEnd
        | K::AbortNotElected
        | K::AbortNoGoodReplica
        | K::AbortReplicaTimeout
        | K::ConvertToReplica
        | K::Tilt
        | K::TiltEnd => true,
        _ => false,
    }
}

/// The form of a mark: told apart without colour.
pub const fn glyph(category: Category) -> &'static str {
    match category {
        Category::Quiet => "M2 0A2 2 0 1 1-2 0A2 2 0 1 1 2 0Z",
        Category::Sdown => "M0-6L6 5H-6Z",
        Category::Odown => "M-5-5L5 5M5-5L-5 5",
        Category::Vote => "M0-7L7 0L0 7L-7 0Z",
        Category::Failover => "M-5-5H5V5H-5Z",
        Category::Switch => "M0-8L7 0H3V7H-3V0H-7Z",
        Category::Tilt => "M-5-3L5-7V3L-5 7Z",
        Category::Action => "M0-8L2-2L8 0L2 2L0 8L-2 2L-8 0L-2-2Z",
    }
}

/// Which of the marks, in the order of time and each with the number of its lane, an arrow leads to from one of
/// them: along its lane to the next or the one before, up or down to the nearest in time of the next lane that
/// has any.
pub fn beside(marks: &[(SimTime, usize)], from: usize, (right, down): (i32, i32)) -> Option<usize> {
    let (at, lane) = *marks.get(from)?;
    let mut on_lane = marks.iter().enumerate().filter(|(_, mark)| mark.1 == lane).map(|(n, _)| n);
    if right > 0 {
        return on_lane.find(|n| *n > from);
    }
    if right < 0 {
        return on_lane.take_while(|n| *n < from).last();
    }
    let others = marks.iter().enumerate().filter(|(_, mark)| (mark.1 > lane) == (down > 0) && mark.1 != lane);
    others.min_by_key(|(_, mark)| (mark.1.abs_diff(lane), mark.0.0.abs_diff(at.0))).map(|(n, _)| n)
}

/// How much time the strip of the whole run shows: at least half a minute, and then in leaps.
pub const fn strip_span(seen: Micros) -> Micros {
    let mut span = Micros::from_secs(30).0;
    while span < seen.0 {
        span = if span * 2 >= seen.0 { span * 2 } else { span * 4 };
    }
    Micros(span)
}

/// The distance between two figures on a strip of that length: from four to ten of them fit.
pub const fn tick_step(span: Micros) -> Micros {
    let mut step = Micros::from_secs(5).0;
    let mut turn = 0;
    while span.0 / step > 8 {
        // 5 s, 10 s, 30 s, 1 min, 5 min, 10 min, 30 min ...
        step *= [2, 3, 2, 5][turn % 4];
        turn += 1;
    }
    Micros(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strip_holds_what_was_seen_and_has_a_few_figures() {
        for seconds in [0, 1, 29, 31, 70, 600, 4000, 360_000] {
            let span = strip_span(Micros::from_secs(seconds));
            assert!(span >= Micros::from_secs(seconds));
            let ticks = span.0 / tick_step(span).0;
            assert!((2..=8).contains(&ticks), "{seconds} s: {ticks}");
        }
    }

    #[test]
    fn arrows_lead_along_a_lane_and_to_the_nearest_mark_of_the_next_that_has_any() {
        let marks = [(0, 5), (10, 0), (10, 0), (12, 2), (14, 5), (20, 2), (21, 0), (40, 5)];
        let marks = marks.map(|(ms, lane)| (SimTime::from_millis(ms), lane));
        let (right, left, down, up) = ((1, 0), (-1, 0), (0, 1), (0, -1));
        for (from, way, to) in [
            (1, right, Some(2)),
            (2, right, Some(6)),
            (6, right, None),
            (6, left, Some(2)),
            (1, left, None),
            (6, down, Some(5)),
            (2, down, Some(3)),
            (3, down, Some(4)),
            (7, up, Some(5)),
            (0, up, Some(3)),
            (3, up, Some(1)),
            (1, up, None),
            (4, down, None),
        ] {
            assert_eq!(beside(&marks, from, way), to, "{from} {way:?}");
        }
        assert_eq!(beside(&[], 0, right), None);
    }

    #[test]
    fn a_phase_begins_with_the_master_s_sdown_and_not_with_a_replica_s() {
        let sdown = |payload: &'static str| SentinelEvent::Event {
            kind: EventKind::SubjectivelyDown,
            master: None,
            payload: payload.into(),
        };
        assert!(begins_phase(&sdown("master mymaster 10.0.0.1 6379")));
        assert!(!begins_phase(&sdown("slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster 10.0.0.1 6379")));
    }

    #[test]
    fn lines_that_are_no_events_leave_no_mark() {
        let log = SentinelEvent::Log { level: crate::protocol::Level::Notice, text: "hello".into() };
        assert_eq!(Category::of(&log), Category::Quiet);
    }
}
