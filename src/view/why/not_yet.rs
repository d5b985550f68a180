//! Why the next step has not been taken yet: the conditions of what a sentinel is waiting for, met and unmet.

use super::line::Line;
use super::mind::{Mind, span};
use crate::cluster::{Condition, FailoverView, InstanceView};
use crate::i18n::Fact;
use crate::sentinel::EventKind;
use crate::sim::Millis;

/// Silence below this is an ordinary wait for a reply.
const ORDINARY: Millis = Millis(1000);
/// So many silent instances are told of besides the master.
const OTHERS: usize = 3;

/// A step that may be expected, and its conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotYet {
    /// The event that would tell of it; `None` where nothing is expected.
    pub next: Option<EventKind>,
    /// Whom it would be about.
    pub about: String,
    /// Its conditions.
    pub lines: Vec<Line>,
}

/// What a sentinel is waiting for, the gravest first. Never empty.
pub fn not_yet(mind: Mind<'_>) -> Vec<NotYet> {
    let insight = mind.insight;
    // What it holds was so when it last ran.
    let stands = match mind.condition() {
        Condition::Running => None,
        Condition::Frozen => Some(Line::says(Fact::StandsStill { who: mind.who() }, "TILT-3")),
        Condition::Dead => Some(Line::says(Fact::NotRunning { who: mind.who() }, "ELEC-2")),
    };
    if let Some(line) = stands {
        return vec![NotYet { next: None, about: mind.who(), lines: vec![line] }];
    }
    if let Some(tilt) = insight.tilt {
        let lines = vec![
            Line::is(false, Fact::TiltHolds { left: span(tilt.left()) }, "TILT-4").filling(tilt),
            Line::says(Fact::TiltSkips, "TILT-6"),
        ];
        return vec![NotYet { next: Some(EventKind::TiltEnd), about: mind.who(), lines }];
    }
    let mut steps = Vec::new();
    match &insight.master.failover {
        Some(failover) => steps.push(in_failover(mind, failover)),
        None => steps.extend(before_failover(mind)),
    }
    if insight.master.failover.is_none()
        && let Some((leader, epoch)) = mind.other_leader()
    {
        let lines = vec![
            Line::is(true, Fact::LeadsAlready { leader: leader.clone(), epoch }, "FSM-PROMOTED-3"),
            Line::is(false, Fact::WaitsForHello { leader }, "HELLO-13"),
        ];
        steps.push(NotYet { next: Some(EventKind::SwitchMaster), about: mind.about(), lines });
    }
    steps.extend(corrections(mind));
    let members = insight.master.replicas.iter().chain(&insight.master.sentinels);
    let silent = members.filter(|i| !i.s_down && i.silent_for >= ORDINARY);
    steps.extend(silent.take(OTHERS).map(|instance| going_down(mind, instance)));
    if steps.is_empty() {
        let silent = span(mind.master().silent_for);
        let limit = span(insight.master.down_after);
        let fact = Fact::Nothing { about: mind.about(), silent, limit };
        steps.push(NotYet { next: None, about: mind.about(), lines: vec![Line::says(fact, "SDOWN-1")] });
    }
    for step in &mut steps {
        // Ten to nineteen times a second it looks whether it may.
        if step.next.is_some() && step.lines.iter().all(|line| line.met != Some(false)) && !fills(step) {
            step.lines.push(Line::says(Fact::WithTimer { gap: "52–100 ms".to_owned() }, "TIM-2"));
        }
    }
    steps
}

/// Whether something in it has still to fill up.
fn fills(step: &NotYet) -> bool {
    step.lines.iter().any(|line| line.met.is_none() && line.part.is_some_and(|part| part.done < part.of))
}

fn going_down(mind: Mind<'_>, instance: &InstanceView) -> NotYet {
    let mut lines = vec![mind.silence(instance)];
    lines.extend(mind.contact(instance));
    NotYet { next: Some(EventKind::SubjectivelyDown), about: mind.name(instance), lines }
}

fn before_failover(mind: Mind<'_>) -> Option<NotYet> {
    let master = mind.master();
    let about = mind.about();
    if !master.s_down {
        let demotion = mind.demotion();
        if master.silent_for < ORDINARY && !master.disconnected && demotion.is_none() {
            return None;
        }
        let mut step = going_down(mind, master);
        step.lines.extend(demotion);
        return Some(step);
    }
    if !master.o_down {
        let mut lines = vec![mind.agreement(), mind.own_opinion()];
        lines.extend(mind.opinions());
        return Some(NotYet { next: Some(EventKind::ObjectivelyDown), about, lines });
    }
    let mut lines = vec![mind.objectively(), Line::is(true, Fact::NoneRuns, "FSM-START-1")];
    lines.extend(mind.gate());
    Some(NotYet { next: Some(EventKind::TryFailover), about, lines })
}

fn in_failover(mind: Mind<'_>, failover: &FailoverView) -> NotYet {
    let promoted = mind.promoted();
    let name = promoted.map_or_else(|| mind.about(), |p| mind.name(p));
    let mut lines = Vec::new();
    let (next, about) = match failover.state {
        "wait_start" => {
            if mind.insight.forced {
                lines.push(Line::is(true, Fact::Ordered, "FSM-START-5"));
            }
            lines.push(mind.needed());
            lines.extend(mind.got());
            lines.extend(mind.votes(failover.epoch));
            lines.extend(mind.window());
            (EventKind::ElectedLeader, mind.who())
        }
        "select_slave" => {
            lines.extend(mind.weighed(&mind.insight.weighing));
            lines.extend(mind.decided(&mind.insight.weighing));
            (EventKind::SelectedReplica, mind.about())
        }
        "send_slaveof_noone" => {
            let linked = promoted.is_some_and(|p| !p.disconnected);
            lines.push(Line::is(linked, Fact::PromoteLink { replica: name.clone(), linked }, "FSM-NOONE-1"));
            lines.extend(mind.in_state("FSM-NOONE-1"));
            (EventKind::StateWaitPromotion, name)
        }
        "wait_promotion" => {
            lines.push(Line::is(true, Fact::SentOnce { replica: name.clone() }, "FSM-NOONE-3"));
            lines.extend(promoted.map(|p| mind.reported_role(p)));
            lines.extend(mind.in_state("FSM-WAITPROMO-1"));
            (EventKind::PromotedReplica, name)
        }
        "reconf_slaves" => {
            lines.extend(mind.reconfiguration());
            lines.extend(mind.in_state("RECONF-11"));
            (EventKind::FailoverEnd, mind.about())
        }
        state => {
            lines.push(Line::says(Fact::Runs { state, epoch: failover.epoch }, "FSM-UPDATE-1"));
            (EventKind::SwitchMaster, mind.about())
        }
    };
    NotYet { next: Some(next), about, lines }
}

/// Servers that are not what they should be, and what still keeps the sentinel from telling them.
fn corrections(mind: Mind<'_>) -> Vec<NotYet> {
    let promoted = mind.promoted().map(|p| p.name.clone());
    let wrong = mind.replicas().filter(|(view, _)| Some(&view.name) != promoted.as_ref());
    wrong
        .filter_map(|(view, more)| {
            let (next, lines) = if view.reports_master {
                (EventKind::ConvertToReplica, mind.correction(view, more.turning_back, true))
            } else if more.follows_other && mind.insight.master.failover.is_none() {
                (EventKind::FixReplicaConfig, mind.correction(view, more.putting_right, false))
            } else {
                return None;
            };
            Some(NotYet { next: Some(next), about: mind.name(view), lines })
        })
        .collect()
}
