//! Every event, filter and expected step has its explanation, in both languages, by figures and by rules that
//! there are.

use super::*;
use crate::i18n::Lang;
use crate::scenario::{Scenario, entry};
use crate::sentinel::{Countdown, Filter};
use crate::sim::{Millis, Seed};
use std::collections::BTreeSet;

const RULES: &str = include_str!("../../../tests/rules/ids.txt");

fn is_rule(id: &str) -> bool {
    RULES.lines().any(|known| known == id)
}

fn fixture(name: &str) -> Scenario {
    let path = format!("{}/tests/fixtures/scenarios/{name}.json", env!("CARGO_MANIFEST_DIR"));
    Scenario::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A scenario played for so many seconds.
fn played(scenario: &Scenario, seed: u64, seconds: u64) -> History {
    let begun = scenario.begin(Seed(seed));
    let mut history = History::new(begun.cluster, begun.records);
    history.run_until(history.origin() + Micros::from_secs(seconds));
    history
}

fn kind_of(record: &Record) -> Option<EventKind> {
    match &record.what {
        Said::Sentinel(SentinelEvent::Event { kind, .. }) => Some(*kind),
        _ => None,
    }
}

fn first(history: &History, kind: EventKind) -> &Record {
    let found = history.records().iter().find(|r| r.at >= history.origin() && kind_of(r) == Some(kind));
    found.unwrap_or_else(|| panic!("no {} in this run", kind.channel()))
}

fn said(lines: &[Line], lang: Lang) -> String {
    lines.iter().map(|line| lang.fact(&line.fact) + "\n").collect()
}

/// Fails unless the explanation has sentences in both languages, a figure, and only rules that there are.
#[track_caller]
fn assert_explains(what: &str, lines: &[Line]) {
    assert!(!lines.is_empty(), "{what}: nothing");
    for line in lines {
        assert!(is_rule(line.rule), "{what}: there is no rule {}", line.rule);
        assert!(!matches!(line.fact, Fact::Said { .. }), "{what}: only its own words");
        let [en, zh] = Lang::ALL.map(|lang| lang.fact(&line.fact));
        assert!(en.len() > 3 && zh.chars().count() > 2 && en != zh, "{what}: {en} / {zh}");
        assert!(!en.contains("  ") && !zh.contains("  "), "{what}: {en} / {zh}");
    }
}

#[test]
fn every_kind_of_event_is_explained() {
    // The leader just before and just after it saw the promotion has everything in its mind at once.
    let history = played(&fixture("01_plain_failover"), 3, 60);
    let record = first(&history, EventKind::PromotedReplica);
    let (by, turn) = (record.node.unwrap(), record.turn);
    let moment = |at| Moment::of(&history.world_at(at), by, None, turn);
    let (mut before, after) = (moment(SimTime(turn.0 - 1)), moment(turn));
    before.insight.as_mut().unwrap().tilt =
        Some(Countdown { elapsed: Millis(30_000), limit: Millis(30_000) });
    let insight = after.insight.as_ref().unwrap();
    let master = "master mymaster 10.77.0.10 6379";
    let replica =
        format!("slave {0} 10.77.0.11 6379 @ mymaster 10.77.0.10 6379", insight.master.replicas[0].name);
    let sentinel = format!("sentinel {} 10.77.0.14 26379 @ mymaster", insight.master.sentinels[0].name);
    for (n, kind) in EventKind::ALL.iter().enumerate() {
        use EventKind as K;
        let payload = match kind {
            K::NewEpoch => "1".to_owned(),
            K::VoteForLeader => format!("{} 1", insight.master.sentinels[0].name),
            K::SwitchMaster => "mymaster 10.77.0.10 6379 10.77.0.11 6379".to_owned(),
            K::Sentinel
            | K::SentinelAddressUpdate
            | K::SentinelInvalidAddr
            | K::ConfigUpdateFrom
            | K::CmdLinkReconnection => sentinel.clone(),
            K::Replica
            | K::SelectedReplica
            | K::StateSendSlaveofNoone
            | K::StateWaitPromotion
            | K::PromotedReplica
            | K::ReconfSent
            | K::ReconfInProgress
            | K::ReconfDone
            | K::ReconfSentTimeout
            | K::ReconfSentBestEffort
            | K::ConvertToReplica
            | K::FixReplicaConfig
            | K::RoleChange
            | K::RoleMismatch => replica.clone(),
            K::ScriptError => "/notify 9 0".to_owned(),
            K::ScriptTimeout | K::ScriptChild | K::ScriptChildEnd => "77".to_owned(),
            K::Tilt => "#tilt mode entered".to_owned(),
            K::TiltEnd => "#tilt mode exited".to_owned(),
            _ => master.to_owned(),
        };
        let event = SentinelEvent::Event { kind: *kind, master: None, payload: payload.into() };
        let why = explain(&before, &after, &event, None, history.origin());
        assert_eq!(why.rule, format!("EVT-{}", n + 1));
        assert!(is_rule(&why.rule));
        assert_explains(kind.channel(), &why.lines);
    }
}

#[test]
fn everything_that_sentinels_say_in_real_runs_is_explained() {
    let runs = [
        ("01_plain_failover", 60),
        ("05b_one_sentinel_of_three_q1", 40),
        ("07a_all_priority_0", 38),
        ("09c_replica_of_wrong_master", 60),
        ("10a_manual_failover", 40),
        ("11b_parallel_syncs_4", 60),
        ("14a_sentinel_frozen_tilt", 60),
        ("16a_partition_old_master", 60),
        ("22a_reset", 40),
        ("22b_set_at_run_time", 30),
        ("22c_remove_and_monitor", 40),
    ];
    let mut met = BTreeSet::new();
    for (name, seconds) in runs {
        let history = played(&fixture(name), 5, seconds);
        for record in history.records().iter().filter(|r| r.at >= history.origin()) {
            let Some(why) = of_record(&history, record) else { continue };
            assert!(is_rule(&why.rule), "{}", why.rule);
            if let Some(kind) = kind_of(record) {
                met.insert(kind);
                assert_explains(&format!("{name} {} {}", record.at, kind.channel()), &why.lines);
            }
            assert!(!why.lines.is_empty());
        }
    }
    assert!(met.len() >= 30, "only {} kinds were met: {met:?}", met.len());
}

/// FSM-WAITSTART-3, ELEC-2, ELEC-7, ELEC-9
#[test]
fn an_election_that_failed_is_told_by_its_arithmetic() {
    // S2 and S3 are dead; S1 alone can agree with itself at quorum 1, but has no majority of 3.
    let history = played(&fixture("05b_one_sentinel_of_three_q1"), 2, 40);
    let why = of_record(&history, first(&history, EventKind::AbortNotElected)).unwrap();
    let text = said(&why.lines, Lang::En);
    for wanted in [
        "the larger of the quorum, 1, and the majority of 3 known, 2: 2.",
        "At its last count S1 had 1 of 2.",
        "S1’s own vote of epoch 1 went to S1.",
        "S2 is known but cannot be reached",
        "S3 is known but cannot be reached",
        "the majority is one of all 3",
        "5.0 s, are allowed",
        "twice failover-timeout, 10.0 s",
    ] {
        assert!(text.contains(wanted), "{wanted:?} is missing in:\n{text}");
    }
    assert!(said(&why.lines, Lang::Zh).contains("S1 上次计票时有 1 票，需要 2 票"));
    let got = why.lines.iter().find(|line| matches!(line.fact, Fact::Got { .. })).unwrap();
    assert_eq!((got.met, got.part.map(Part::percent)), (Some(false), Some(50)));
}

/// HELLO-12, HELLO-13
#[test]
fn a_newer_configuration_is_told_with_the_sentinel_whose_hello_it_was() {
    let history = played(&entry("mystery-foreign-sentinel").unwrap().scenario(), 7, 13);
    let text = said(&of_record(&history, first(&history, EventKind::SwitchMaster)).unwrap().lines, Lang::En);
    assert!(text.starts_with("A3’s hello tells of configuration epoch 3; this sentinel had 2."), "{text}");
}

/// FSM-START-5
#[test]
fn an_ordered_failover_is_told_without_votes() {
    let history = played(&fixture("10a_manual_failover"), 7, 20);
    let why = of_record(&history, first(&history, EventKind::TryFailover)).unwrap();
    let facts: Vec<_> = why.lines.iter().map(|line| &line.fact).collect();
    assert_eq!(facts, [&Fact::Ordered]);
}

/// FSM-SELECT-1, SEL-4
#[test]
fn a_failover_without_a_good_replica_is_told_replica_by_replica() {
    let history = played(&fixture("07a_all_priority_0"), 2, 38);
    let why = of_record(&history, first(&history, EventKind::AbortNoGoodReplica)).unwrap();
    let text = said(&why.lines, Lang::En);
    for wanted in [
        "Replicas known: 2; passing all six filters: 0.",
        "R1 has priority 0",
        "R2 has priority 0",
        "10.0 s, after",
    ] {
        assert!(text.contains(wanted), "{wanted:?} is missing in:\n{text}");
    }
    assert_eq!(why.lines.iter().filter(|line| line.rule == "SEL-4").count(), 2);
}

/// SDOWN-2, ODOWN-1, ODOWN-4
#[test]
fn suspicion_and_agreement_are_told_by_their_figures() {
    let history = played(&fixture("01_plain_failover"), 3, 60);
    let down = of_record(&history, first(&history, EventKind::SubjectivelyDown)).unwrap();
    let silence = &down.lines[0];
    assert_eq!((silence.rule, silence.met), ("SDOWN-2", Some(true)));
    assert_eq!(silence.part.unwrap().percent(), 100);
    let agreed = of_record(&history, first(&history, EventKind::ObjectivelyDown)).unwrap();
    let yes = agreed.lines.iter().filter(|line| matches!(line.fact, Fact::PeerYes { .. })).count();
    assert!(yes >= 1 && agreed.lines[0].met == Some(true), "{:?}", agreed.lines);
}

/// SEL-1 to SEL-6
#[test]
fn every_filter_of_the_selection_has_its_words_and_figures() {
    for filter in Filter::ALL {
        assert!(is_rule(filter.rule()));
        let (figure, limit) = (Some("7.0 s".to_owned()), Some("5.0 s".to_owned()));
        let fails =
            Fact::Unfit { replica: "R1".to_owned(), filter, figure: figure.clone(), limit: limit.clone() };
        let passes = Fact::Passes { filter, figure, limit };
        let has_figures = !matches!(filter, Filter::Up | Filter::Connected | Filter::Priority);
        for lang in Lang::ALL {
            let (fails, passes) = (lang.fact(&fails), lang.fact(&passes));
            assert!(fails.contains("R1") && fails != passes);
            assert_eq!(fails.contains("7.0 s") && fails.contains("5.0 s"), has_figures, "{fails}");
            assert_eq!(passes.contains("7.0 s") && passes.contains("5.0 s"), has_figures, "{passes}");
        }
    }
}

/// What every sentinel of a run waited for, looked at ten times a second.
fn awaited(history: &mut History, seconds: u64) -> BTreeSet<Option<EventKind>> {
    let mut awaited = BTreeSet::new();
    let origin = history.origin();
    for tenth in 0..seconds * 10 {
        history.run_until(origin + Micros::from_millis(tenth * 100));
        let world = history.cluster();
        let view = world.view();
        for id in world.node_ids() {
            let Some(insight) = world.insight(id, None, view.now) else { continue };
            let steps = not_yet(Mind { view: &view, insight: &insight, origin });
            assert!(!steps.is_empty());
            for step in steps {
                assert_explains(&format!("{:?} at {}", step.next, view.now), &step.lines);
                let unmet = step.lines.iter().any(|line| line.met == Some(false) || line.part.is_some());
                let at_once = step.lines.iter().any(|line| matches!(line.fact, Fact::WithTimer { .. }));
                assert!(unmet || at_once || step.next.is_none(), "{step:?}: why not yet?");
                awaited.insert(step.next);
            }
        }
    }
    awaited
}

#[test]
fn each_step_of_a_failover_is_waited_for_with_a_reason() {
    use EventKind as K;
    let mut seen = BTreeSet::new();
    for (name, seconds) in [("01_plain_failover", 40), ("03b_master_killed_and_restarted", 40)] {
        seen.extend(awaited(&mut played(&fixture(name), 4, 0), seconds));
    }
    seen.extend(awaited(&mut played(&fixture("05b_one_sentinel_of_three_q1"), 4, 0), 30));
    seen.extend(awaited(&mut played(&fixture("14a_sentinel_frozen_tilt"), 4, 0), 30));
    seen.extend(awaited(&mut played(&fixture("05a_one_sentinel_of_three_q2"), 4, 0), 30));
    for wanted in [
        None,
        Some(K::SubjectivelyDown),
        Some(K::ObjectivelyDown),
        Some(K::TryFailover),
        Some(K::ElectedLeader),
        Some(K::PromotedReplica),
        Some(K::FailoverEnd),
        Some(K::SwitchMaster),
        Some(K::ConvertToReplica),
        Some(K::TiltEnd),
    ] {
        assert!(seen.contains(&wanted), "{wanted:?} was never waited for; {seen:?}");
    }
}

/// ODOWN-1, VOTE-2
#[test]
fn an_onlooker_sees_why_a_peer_does_not_agree() {
    let mut history = played(&fixture("05a_one_sentinel_of_three_q2"), 4, 20);
    history.run_until(history.origin() + Micros::from_secs(25));
    let world = history.cluster();
    let view = world.view();
    let s1 = world.node_named("S1").unwrap();
    let insight = world.insight(s1, None, view.now).unwrap();
    let steps = not_yet(Mind { view: &view, insight: &insight, origin: history.origin() });
    let step = steps.iter().find(|step| step.next == Some(EventKind::ObjectivelyDown)).unwrap();
    let text = said(&step.lines, Lang::En);
    assert!(text.contains("Sentinels that hold M0 for down: 1; the quorum is 2."), "{text}");
    assert!(text.contains("S2 is known but cannot be reached"), "{text}");
}

/// What a dead sentinel held when it died is not told as if it held it now.
#[test]
fn a_sentinel_that_does_not_run_waits_for_nothing() {
    let history = played(&fixture("05a_one_sentinel_of_three_q2"), 4, 20);
    let world = history.cluster();
    let view = world.view();
    let of = |name: &str| {
        let insight = world.insight(world.node_named(name).unwrap(), None, view.now).unwrap();
        not_yet(Mind { view: &view, insight: &insight, origin: history.origin() })
    };
    let gone = of("S2");
    assert!(matches!(gone[..], [NotYet { next: None, .. }]), "{gone:?}");
    assert!(said(&gone[0].lines, Lang::En).starts_with("S2 does not run"), "{gone:?}");
    assert!(of("S1").iter().any(|step| step.next.is_some()));
}

/// VOTE-7: a vote shifts the voter's own wait by up to a second, so that at first it lies ahead.
#[test]
fn no_span_of_an_explanation_is_negative() {
    let mut history = played(&entry("seed-process-dies").unwrap().scenario(), 7, 4);
    let mut ahead = 0;
    for _ in 0..20 {
        history.run_until(history.now() + Micros::from_millis(20));
        let world = history.cluster();
        let view = world.view();
        for id in world.node_ids() {
            let Some(insight) = world.insight(id, None, view.now) else { continue };
            for step in not_yet(Mind { view: &view, insight: &insight, origin: history.origin() }) {
                let text = said(&step.lines, Lang::En);
                let is_negative =
                    |word: &str| word.starts_with('-') && word.ends_with(|c: char| c.is_ascii_digit());
                assert!(!text.split(' ').any(is_negative), "{text}");
                ahead += usize::from(text.contains("By chance its wait begins"));
            }
        }
    }
    assert!(ahead > 0, "the case is met");
}
