//! The same seed and the same actions give the same run, bit for bit, however one gets there.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use sentinel_lab::cluster::{Action, History, Said, Step, WriterMode, WriterSettings};
use sentinel_lab::scenario::{entry, run_file};
use sentinel_lab::sim::{Micros, Seed};
use support::{assert_same_records, assert_same_world, at, node, story, story_history};

const END_MS: u64 = 60_000;

fn run_file_of(seed: u64) -> String {
    let scenario = story();
    run_file(&scenario, &scenario.play(Seed(seed))).to_string()
}

#[test]
fn a_seed_means_one_run_file_byte_for_byte() {
    let first = run_file_of(7);
    assert_eq!(first, run_file_of(7));
    assert!(first.contains("+switch-master"), "the story has a failover");
}

/// SIM-1
#[test]
fn another_seed_is_another_run() {
    let hash = |seed| sentinel_lab::cluster::trace_hash(&story().play(Seed(seed)).records);
    let hashes: std::collections::BTreeSet<u64> = (1..=8).map(hash).collect();
    assert_eq!(hashes.len(), 8);
}

#[test]
fn two_runs_agree_at_every_step() {
    let begun = story().begin(Seed(3));
    let end = begun.cluster.now() + Micros::from_secs(12);
    let (mut left, mut right) = (begun.cluster.clone(), begun.cluster);
    let (mut left_said, mut right_said) = (Vec::new(), Vec::new());
    let mut steps = 0_u32;
    loop {
        let more = left.step(end, &mut left_said);
        assert_eq!(more, right.step(end, &mut right_said), "step {steps}");
        assert_eq!(left.now(), right.now(), "step {steps}");
        assert_same_records(&left_said, &right_said);
        left_said.clear();
        right_said.clear();
        // A view costs much more than a step.
        if steps.is_multiple_of(200) {
            assert_same_world(&left, &right);
        }
        if !more {
            break;
        }
        steps += 1;
    }
    assert!(steps > 2_000, "only {steps} steps");
}

#[test]
fn how_far_one_runs_at_a_time_does_not_matter() {
    let begun = story().begin(Seed(5));
    let end = begun.cluster.now() + Micros::from_secs(15);
    let (mut straight, mut sliced) = (begun.cluster.clone(), begun.cluster);
    let (mut said, mut said_in_slices) = (Vec::new(), Vec::new());
    straight.run_until(end, &mut said);
    while sliced.now() < end {
        let to = (sliced.now() + Micros(777)).min(end);
        sliced.run_until(to, &mut said_in_slices);
    }
    assert_same_records(&said, &said_in_slices);
    assert_same_world(&straight, &sliced);
}

#[test]
fn playing_in_frames_gives_what_playing_at_once_gives() {
    let mut frames = story_history(4);
    let mut straight = story_history(4);
    while frames.now() < at(&frames, END_MS) {
        let to = (frames.now() + Micros(16_667)).min(at(&frames, END_MS));
        frames.run_until(to);
    }
    straight.run_until(at(&straight, END_MS));
    assert_same_records(frames.records(), straight.records());
    assert_same_world(frames.cluster(), straight.cluster());
}

/// As a page does it that looks at the clock after so many turns, some of them known from a look ahead.
#[test]
fn playing_some_turns_at_a_time_gives_what_playing_at_once_gives() {
    let actions = |history: &History| [(3_300, Action::Kill(node(history.cluster(), "S1")))];
    let begun = story_history(16);
    let straight = with_actions(begun.clone(), &actions(&begun));
    let mut by_turns = with_actions(begun.clone(), &actions(&begun));
    by_turns.seek(at(&begun, 1_000));
    let mut stops = 0;
    while by_turns.now() < at(&begun, END_MS) {
        by_turns.run_some(at(&begun, END_MS), 7);
        // What is done now is done after all that happens now.
        assert!(by_turns.cluster().next_at().is_none_or(|next| next > by_turns.now()));
        stops += 1;
        if stops % 500 == 0 && by_turns.end() < at(&begun, END_MS - 1_000) {
            by_turns.look_ahead(Micros::from_millis(300));
        }
    }
    assert!((1_000..20_000).contains(&stops), "{stops} stops");
    assert_same_history(&by_turns, &straight);
    assert_same_world(by_turns.cluster(), straight.cluster());
}

/// The world's look at every second of the story.
fn looks(history: &mut History) -> Vec<u64> {
    (0..=END_MS / 1000)
        .map(|second| {
            history.run_until(at(history, second * 1000));
            history.cluster().view_hash()
        })
        .collect()
}

#[test]
fn seeking_anywhere_shows_what_was_there() {
    let mut history = story_history(1);
    let seen = looks(&mut history);
    let (records, hash) = (history.records().to_vec(), history.trace_hash());
    // Back and forth, on and beside checkpoints, to the ends.
    for second in [60, 0, 30, 31, 29, 10, 9, 20, 59, 1, 45, 3, 60, 0] {
        history.seek(at(&history, second * 1000));
        assert_eq!(history.now(), at(&history, second * 1000));
        assert_eq!(history.cluster().view_hash(), seen[second as usize], "at {second} s");
        assert_eq!(history.end(), at(&history, END_MS), "seeking drops nothing");
    }
    assert_same_records(history.records(), &records);
    assert_eq!(history.trace_hash(), hash);

    // Going on from a place in the past comes to the same end, and beyond it to the same future.
    history.seek(at(&history, 12_345));
    history.run_until(at(&history, END_MS + 5_000));
    let mut straight = story_history(1);
    straight.run_until(at(&straight, END_MS + 5_000));
    assert_same_records(history.records(), straight.records());
    assert_same_world(history.cluster(), straight.cluster());
}

#[test]
fn seeking_to_where_one_is_changes_nothing() {
    let mut history = story_history(2);
    history.run_until(at(&history, 8_000));
    let (world, records) = (history.cluster().clone(), history.records().to_vec());
    for _ in 0..3 {
        history.seek(history.now());
        assert_same_world(history.cluster(), &world);
    }
    // Outside of what was played the nearest end is taken.
    history.seek(at(&history, END_MS));
    assert_same_world(history.cluster(), &world);
    assert_same_records(history.records(), &records);
}

/// Does things at given milliseconds and plays to the story's end.
fn with_actions(mut history: History, actions: &[(u64, Action)]) -> History {
    for (ms, action) in actions {
        history.run_until(at(&history, *ms));
        history.act(action.clone()).expect("the action is possible");
    }
    history.run_until(at(&history, END_MS));
    history
}

#[track_caller]
fn assert_same_history(left: &History, right: &History) {
    assert_eq!(left.journal(), right.journal());
    assert_same_records(left.records(), right.records());
    assert_same_world(left.cluster(), right.cluster());
    assert_eq!(left.trace_hash(), right.trace_hash());
}

#[test]
fn acting_in_the_past_is_as_if_it_had_been_done_at_once() {
    let begun = story_history(6);
    let id = |name: &str| node(begun.cluster(), name);
    let old = [(2_000, Action::Freeze(id("R1"))), (10_000, Action::Resume(id("R1")))];
    let new = [(6_500, Action::Kill(id("S1"))), (25_000, Action::Start(id("S1")))];
    let mut forked = with_actions(begun.clone(), &old);
    forked.seek(at(&forked, 6_500));
    forked.act(new[0].1.clone()).expect("S1 runs");
    assert_eq!(forked.end(), at(&forked, 6_500), "the old future is dropped");
    let forked = with_actions(forked, &new[1..]);
    let fresh = with_actions(begun, &[old[0].clone(), new[0].clone(), new[1].clone()]);
    assert_same_history(&forked, &fresh);
}

/// Whoever is resumed takes a turn at that very moment: its words must not be heard twice.
#[test]
fn acting_where_one_acted_before_repeats_nothing() {
    let begun = story_history(8);
    let s1 = node(begun.cluster(), "S1");
    let actions = [(1_000, Action::Freeze(s1)), (5_000, Action::Resume(s1)), (5_000, Action::Kill(s1))];
    let mut forked = with_actions(begun.clone(), &actions[..2]);
    forked.seek(at(&forked, 5_000));
    let forked = with_actions(forked, &actions[2..]);
    let fresh = with_actions(begun, &actions);
    assert_same_history(&forked, &fresh);
}

/// Back from packet to packet by the same moments as there, past what was done, checkpoints and the beginning.
#[test]
fn a_step_back_undoes_a_step() {
    let begun = story_history(12);
    let s1 = node(begun.cluster(), "S1");
    let mut history = with_actions(begun, &[(9_990, Action::Freeze(s1)), (10_020, Action::Resume(s1))]);
    for ms in [9_980, 0] {
        history.seek(at(&history, ms));
        // To a moment at which something happens.
        assert!(ms == 0 || history.step(Step::Packet));
        let mut before = Vec::new();
        for _ in 0..200 {
            before.push(history.clone());
            assert!(history.step(Step::Packet));
        }
        let (records, end) = (history.records().to_vec(), history.end());
        while let Some(there) = before.pop() {
            history.step_back();
            assert_eq!(history.now(), there.now());
            assert_same_world(history.cluster(), there.cluster());
        }
        assert_eq!((history.records(), history.end()), (&*records, end));
    }
    history.step_back();
    assert_eq!(history.now(), history.origin(), "nothing lies before");
}

/// Where nobody has done anything for long, as all are dead, the last thing is found as well.
#[test]
fn a_step_back_passes_a_long_silence() {
    let mut history = story_history(13);
    history.run_until(at(&history, 5_000));
    for id in history.cluster().host_ids().collect::<Vec<_>>() {
        history.act(Action::KillHost(id)).expect("it is there");
    }
    history.run_until(at(&history, 3_600_000));
    history.step_back();
    let last = history.now();
    assert!(last >= at(&history, 5_000) && last < at(&history, 600_000), "{last:?}");
}

#[test]
fn what_is_done_at_the_first_moment_stays_done() {
    let begun = story_history(9);
    let id = |name: &str| node(begun.cluster(), name);
    let actions = [(0, Action::Freeze(id("S1"))), (0, Action::Kill(id("R2"))), (4_000, Action::Heal)];
    let fresh = with_actions(begun.clone(), &actions);
    let mut again = with_actions(begun.clone(), &actions[..1]);
    again.seek(again.origin());
    let again = with_actions(again, &actions[1..]);
    assert_same_history(&again, &fresh);
    // And seeking there shows it.
    let mut sought = fresh.clone();
    sought.seek(sought.origin());
    let mut only_those = begun;
    for (_, action) in &actions[..2] {
        only_those.act(action.clone()).expect("the action is possible");
    }
    assert_same_world(sought.cluster(), only_those.cluster());
}

#[test]
fn actions_of_one_moment_are_done_again_in_their_order() {
    let begun = story_history(10);
    let (s1, host) = (node(begun.cluster(), "S1"), begun.cluster().node(node(begun.cluster(), "R1")).host);
    let writer = |name: &str| {
        let (mode, interval) = (WriterMode::Sentinel, Micros::from_millis(50));
        Action::StartWriter(WriterSettings {
            name: name.into(),
            host,
            mode,
            interval,
            timeout: Some(WriterSettings::TIMEOUT),
        })
    };
    let actions = [
        (7_000, Action::Kill(s1)),
        (7_000, Action::Start(s1)),
        (7_000, writer("a")),
        (7_000, Action::StopWriter("a".into())),
        (7_000, writer("b")),
        (7_000, Action::PaceWriter { name: "b".into(), interval: Micros::from_millis(5) }),
        (7_000, Action::Stall { node: s1, span: Micros::from_secs(3) }),
        (7_000, Action::Mark("the last".into())),
    ];
    let played = with_actions(begun, &actions);
    let done: Vec<&Action> = played.journal().iter().map(|entry| &entry.action).collect();
    assert_eq!(done, actions.iter().map(|(_, action)| action).collect::<Vec<_>>());
    let mut sought = played.clone();
    sought.seek(at(&sought, 6_900));
    sought.seek(at(&sought, END_MS));
    assert_same_history(&sought, &played);
}

#[test]
fn a_refused_action_leaves_the_future_as_it_was() {
    let mut history = story_history(11);
    history.run_until(at(&history, 20_000));
    let (records, m0) = (history.records().to_vec(), node(history.cluster(), "M0"));
    history.seek(at(&history, 10_000));
    history.act(Action::Kill(m0)).expect_err("M0 is dead already");
    assert_eq!(history.end(), at(&history, 20_000));
    assert_same_records(history.records(), &records);
    assert!(history.journal().is_empty());
}

#[test]
fn stepping_always_gets_on() {
    let mut history = story_history(12);
    let s1 = node(history.cluster(), "S1");
    history.act(Action::Freeze(s1)).expect("S1 runs");
    history.run_until(at(&history, 3_000));
    history.act(Action::Resume(s1)).expect("S1 stands still");
    for _ in 0..200 {
        let before = history.now();
        assert!(history.step(Step::Packet));
        assert!(history.now() > before, "stuck at {before}");
    }
    for kind in [Step::Event, Step::Notable] {
        let before = history.now();
        assert!(history.step(kind));
        let now = history.now();
        let here: Vec<_> = history.records().iter().filter(|record| record.at == now).collect();
        assert!(here.iter().any(|record| kind.stops_at(record)), "{kind:?} stopped at nothing");
        let between = |record: &&sentinel_lab::cluster::Record| record.at > before && record.at < now;
        let skipped = history.records().iter().filter(between).find(|record| kind.stops_at(record));
        assert_eq!(skipped, None);
    }
}

#[test]
fn a_step_goes_to_a_line_that_is_stamped_beyond_what_was_simulated() {
    let mut history = story_history(12);
    let mut found = 0;
    while history.now() < at(&history, 20_000) {
        let now = history.now();
        history.step(Step::Packet);
        let next = history.records().iter().find(|record| record.at > history.now()).map(|record| record.at);
        if let Some(next) = next.filter(|next| *next > history.end()) {
            // Its sentinel is busy saving, and says it when it has saved.
            let (mut other, here) = (history.clone(), history.now());
            assert!(other.step_to(Micros::from_secs(60), |record| record.at > here));
            assert_eq!(other.now(), next);
            found += 1;
        }
        assert!(history.now() > now);
    }
    assert!(found > 0, "no sentinel saved");
}

#[test]
fn a_step_to_what_never_comes_stays() {
    let mut history = story_history(12);
    history.run_until(at(&history, 5_000));
    assert!(!history.step_to(Micros::from_secs(30), |_| false));
    assert_eq!(history.now(), at(&history, 5_000));
}

#[test]
fn stepping_changes_nothing_of_the_run() {
    let mut stepped = story_history(13);
    while stepped.now() < at(&stepped, 20_000) {
        stepped.step(Step::Event);
    }
    stepped.run_until(at(&stepped, END_MS));
    let mut straight = story_history(13);
    straight.run_until(at(&straight, END_MS));
    assert_same_history(&stepped, &straight);
}

#[test]
fn a_packet_dropped_in_the_past_is_the_same_packet_again() {
    let mut history = story_history(14);
    history.run_until(at(&history, 2_000));
    while history.cluster().packet_views().is_empty() {
        history.step(Step::Packet);
    }
    let moment = history.now();
    let packet = history.cluster().packet_views()[0].clone();
    history.run_until(at(&history, END_MS));
    history.seek(moment);
    assert_eq!(history.cluster().packet_views()[0], packet);
    let verdict = sentinel_lab::cluster::PacketVerdict::Drop;
    history.act(Action::Packet(packet.id, verdict)).expect("it is in flight");
    history.run_until(at(&history, END_MS));
    let played = history.clone();
    history.seek(history.origin());
    history.seek(at(&history, END_MS));
    assert_same_history(&history, &played);
}

#[test]
fn hours_of_idling_keep_few_checkpoints_and_any_moment_is_there() {
    let scenario = entry("plain").expect("it is built in").scenario();
    let begun = scenario.begin(Seed(1));
    let mut history = History::new(begun.cluster, begun.records);
    let mut seen = Vec::new();
    let mut most = 0;
    for quarter in 0..=20 {
        history.run_until(at(&history, quarter * 900_000));
        most = most.max(history.checkpoint_count());
        seen.push((history.now(), history.cluster().view_hash()));
    }
    assert!((64..=129).contains(&most), "{most} checkpoints after five hours");
    for (moment, look) in seen.into_iter().rev().step_by(6) {
        history.seek(moment);
        assert_eq!(history.cluster().view_hash(), look);
    }
    let is_bad = |said: &Said| said.log_line().is_some_and(|(_, text)| text.to_string().contains("down"));
    assert!(
        !history.records().iter().any(|record| is_bad(&record.what)),
        "nothing happens to an idle cluster"
    );
}

/// Two replicas without a master say six things a second between them, for as long as that lasts.
#[test]
fn what_replicas_repeat_for_hours_does_not_crowd_out_what_happened() {
    let begun = entry("minority").unwrap().scenario().begin(Seed(7));
    let mut history = History::new(begun.cluster, begun.records);
    let deeds_and_events = |history: &History| {
        let matters = |what: &Said| matches!(what, Said::Did { .. } | Said::Sentinel(_));
        history.records().iter().filter(|record| matters(&record.what)).cloned().collect::<Vec<_>>()
    };
    history.run_until(history.origin() + Micros::from_secs(3600));
    let (first, all) = (deeds_and_events(&history), history.records().len());
    history.run_until(history.origin() + Micros::from_secs(4 * 3600));
    assert_same_records(&first, &deeds_and_events(&history));
    // Else nothing had to be forgotten.
    assert!(history.records().len() < 3 * all, "{} of {all} an hour", history.records().len());
}

#[test]
fn looking_ahead_tells_what_will_be_said_and_moves_nothing() {
    let actions = |history: &History| {
        let id = node(history.cluster(), "S1");
        [(3_300, Action::Kill(id)), (21_000, Action::Start(id))]
    };
    let begun = story_history(15);
    let straight = with_actions(begun.clone(), &actions(&begun));

    // As a player does it: always some way ahead of what is shown, across checkpoints, deeds and a seek.
    let mut scouted = begun;
    let mut deeds = actions(&scouted).into_iter().peekable();
    while scouted.now() < at(&scouted, END_MS) {
        if let Some((_, action)) = deeds.next_if(|(ms, _)| at(&scouted, *ms) <= scouted.now()) {
            scouted.act(action).expect("the action is possible");
        }
        let (now, look) = (scouted.now(), scouted.cluster().view_hash());
        if scouted.end() < at(&scouted, END_MS).min(now + Micros::from_secs(14)) {
            let end = scouted.end();
            scouted.look_ahead(Micros::from_millis(700));
            assert_eq!(scouted.end(), end + Micros::from_millis(700));
        }
        assert_eq!((scouted.now(), scouted.cluster().view_hash()), (now, look));
        if now == at(&scouted, 15_000) {
            scouted.seek(at(&scouted, 4_000));
            scouted.seek(now);
        }
        scouted.run_until((now + Micros::from_millis(100)).min(at(&scouted, END_MS)));
    }
    let end = scouted.now();
    assert_eq!(end, straight.now());
    let heard = scouted.records().partition_point(|record| record.at <= end);
    assert_same_records(&scouted.records()[..heard], straight.records());
    assert_same_world(scouted.cluster(), straight.cluster());
    scouted.seek(at(&scouted, 9_000));
    let mut sought = straight.clone();
    sought.seek(at(&sought, 9_000));
    assert_same_world(scouted.cluster(), sought.cluster());
}
