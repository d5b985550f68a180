use super::*;
use crate::cluster::{
    Action, Edit, HostId, LinkSettings, PacketId, PacketVerdict, WriterMode, WriterSettings,
};
use crate::scenario::TIME_MAX;
use crate::sim::Chance;
use proptest::prelude::*;

fn plain(actions: Vec<(Micros, Action)>) -> Shared {
    Shared {
        origin: Origin::Library("plain".to_owned()),
        seed: Seed(7),
        actions,
        at: Micros(5_200_000),
        see: Some(NodeId(3)),
    }
}

fn any_action() -> impl Strategy<Value = Action> {
    let node = || any::<u32>().prop_map(NodeId);
    let host = || any::<u32>().prop_map(HostId);
    let span = || (0..=TIME_MAX.0).prop_map(Micros);
    let text = || ".{0,12}".prop_map(crate::protocol::ArcStr::from);
    let to_node = prop_oneof![
        node().prop_map(Action::Kill),
        node().prop_map(Action::Terminate),
        node().prop_map(Action::Freeze),
        node().prop_map(Action::Resume),
        (node(), span()).prop_map(|(node, span)| Action::Stall { node, span }),
        node().prop_map(Action::Start),
        node().prop_map(Action::Remove),
        (node(), prop::collection::vec(text(), 0..4))
            .prop_map(|(node, words)| Action::Command { node, words }),
        (node(), prop::collection::vec(text(), 0..4)).prop_map(|(node, words)| Action::Type { node, words }),
        (node(), text(), any::<u32>(), any::<u32>())
            .prop_map(|(node, prefix, count, size)| { Action::Fill { node, prefix, count, size } }),
        (node(), text(), any::<bool>())
            .prop_map(|(node, path, executable)| { Action::Script { node, path, executable } }),
        (node(), prop::option::of(text())).prop_map(|(node, error)| { Action::Disk { node, error } }),
        (node(), prop::collection::vec(("[a-z^ .]{0,8}", "([$a-z ]|\\\\[0-9]){0,6}"), 0..3)).prop_map(
            |(node, edits)| {
                let edit = |(pattern, by): &(String, String)| Edit::new(pattern, by).expect("it is plain");
                Action::EditAndStart { node, edits: edits.iter().map(edit).collect() }
            }
        ),
    ];
    let to_host = prop_oneof![
        host().prop_map(Action::KillHost),
        host().prop_map(Action::ReviveHost),
        (host(), any::<bool>()).prop_map(|(host, up)| Action::HostLink { host, up }),
        (host(), host()).prop_map(|(a, b)| Action::Cut(a, b)),
        (host(), host()).prop_map(|(a, b)| Action::Mend(a, b)),
        prop::collection::vec(prop::collection::vec(host(), 0..3), 0..3).prop_map(Action::Partition),
        (prop::option::of(host()), prop::option::of(host()), span(), span(), 0..=1_000_000_u32).prop_map(
            |(from, to, latency, jitter, ppm)| {
                let loss = Chance::from_ppm(ppm);
                Action::SetLink { from, to, link: LinkSettings { latency, jitter, loss, blocked: ppm == 3 } }
            }
        ),
    ];
    let verdict = prop_oneof![
        Just(PacketVerdict::Drop),
        span().prop_map(PacketVerdict::Delay),
        Just(PacketVerdict::Reset)
    ];
    let mode = prop_oneof![
        node().prop_map(WriterMode::Fixed),
        Just(WriterMode::Once),
        Just(WriterMode::Sentinel),
        Just(WriterMode::Subscribed)
    ];
    let others = prop_oneof![
        Just(Action::Heal),
        Just(Action::AddReplica),
        Just(Action::AddSentinel),
        text().prop_map(Action::Mark),
        text().prop_map(Action::StopWriter),
        (text(), span()).prop_map(|(name, interval)| Action::PaceWriter { name, interval }),
        (
            prop::collection::vec((text(), prop::option::of(host())), 0..3),
            prop::option::of(span()),
            prop::option::of(span())
        )
            .prop_map(|(names, found_after, failed_after)| {
                Action::Names(crate::cluster::NamesChange { names, found_after, failed_after })
            }),
        (any::<u64>(), verdict).prop_map(|(id, verdict)| Action::Packet(PacketId(id), verdict)),
        (text(), host(), mode, span(), prop::option::of(1..TIME_MAX.0)).prop_map(
            |(name, host, mode, interval, timeout)| {
                let timeout = timeout.map(Micros);
                Action::StartWriter(WriterSettings { name, host, mode, interval, timeout })
            }
        ),
    ];
    prop_oneof![to_node, to_host, others]
}

proptest! {
    #[test]
    fn any_run_is_read_as_it_was_written(
        actions in prop::collection::vec((0..=TIME_MAX.0, any_action()), 0..6),
        seed in any::<u64>(),
        at in 0..=TIME_MAX.0,
        see in prop::option::of(any::<u32>()),
    ) {
        let mut actions: Vec<_> = actions.into_iter().map(|(at, action)| (Micros(at), action)).collect();
        actions.sort_by_key(|(at, _)| *at);
        let origin = Origin::Library("plain".to_owned());
        let run = Shared { origin, seed: Seed(seed), actions, at: Micros(at), see: see.map(NodeId) };
        let text = run.to_text();
        let read = Shared::parse(&text).expect("it was written so");
        prop_assert_eq!(&read.run, &run);
        prop_assert_eq!(read.problems, Vec::new());
        prop_assert_eq!(read.run.to_text(), text);
    }

    /// Many actions are packed, and read as they were written; however that text is changed, broken off or
    /// doubled, reading it comes to an end and makes a run that can be written and read again.
    #[test]
    fn a_packed_run_is_read_as_it_was_written_and_a_broken_one_comes_to_an_end(
        actions in prop::collection::vec((0..=TIME_MAX.0, any_action()), 20..60),
        broken_at in any::<prop::sample::Index>(),
        by in "([A-Za-z0-9_-]|[=&.%é]){0,3}",
        is_cut in any::<bool>(),
    ) {
        let mut actions: Vec<_> = actions.into_iter().map(|(at, action)| (Micros(at), action)).collect();
        actions.sort_by_key(|(at, _)| *at);
        let run = plain(actions);
        let text = run.to_text();
        let is_long = plainly(&run).len() > ACTIONS_PLAIN_MAX;
        prop_assert_eq!(text.contains("&done="), is_long);
        prop_assert_eq!(text.contains("&do="), !is_long);
        let read = Shared::parse(&text).expect("it was written so");
        prop_assert_eq!(&read.run, &run);
        prop_assert_eq!(read.problems, Vec::new());
        prop_assert_eq!(read.run.to_text(), text.clone());
        let at = broken_at.index(text.len());
        let rest = if is_cut { "" } else { text.get(at + 1..).unwrap_or_default() };
        if let Ok(read) = Shared::parse(&format!("{}{by}{rest}", &text[..at])) {
            let again = Shared::parse(&read.run.to_text()).expect("what was read can be written");
            prop_assert_eq!(again.run, read.run);
        }
    }

    /// Whatever stands behind the `#`, reading it comes to an end without a panic.
    #[test]
    fn any_text_at_all_is_read_or_refused(text in "(v1)?(&(scenario|file|seed|do|done|at|see|x)=?.{0,20}){0,5}") {
        if let Ok(read) = Shared::parse(&text) {
            let again = Shared::parse(&read.run.to_text()).expect("what was read can be written");
            prop_assert_eq!(again.run, read.run);
        }
    }
}

#[test]
fn the_form_is_as_documented() {
    let actions = vec![(Micros(4_000_000), Action::Kill(NodeId(0)))];
    assert_eq!(plain(actions).to_text(), "v1&scenario=plain&seed=7&do=4000000.kill.0&at=5200000&see=3");
    let failover = ["SENTINEL", "FAILOVER", "my master"].map(Into::into).to_vec();
    let command = Action::Command { node: NodeId(3), words: failover };
    assert_eq!(action_text(&command), "cmd.3.SENTINEL.FAILOVER.my%20master");
}

#[test]
fn a_scenario_file_travels_along_packed_and_reads_the_same() {
    let file = include_str!("../library/plain.json").replace("\"plain\"", "\"mine\"");
    let run = Shared { origin: Origin::File(file.clone()), ..plain(Vec::new()) };
    let text = run.link().expect("a small scenario fits into a link");
    assert!(text.len() < 1500, "{} bytes", text.len());
    let read = Shared::parse(&text).expect("it was written so");
    assert_eq!(read.run.origin.scenario(), Scenario::parse(&file));
    assert_eq!(read.run.to_text(), text);
}

#[test]
fn a_link_carries_a_file_without_blanks_except_in_words() {
    let title = r#"a \"b: c\" \\"#;
    let file = include_str!("../library/plain.json");
    let (before, after) = file.split_once("\"title\": \"").expect("it has a title");
    let scenario = Scenario::parse(&format!("{before}\"title\": \"{title} {after}")).expect("it is sound");
    assert!(scenario.to_compact_json().contains(&format!("\"title\":\"{title} ")));
    assert_eq!(scenario.to_compact_json(), serde_json::to_string(&*scenario.file).expect("it is JSON"));
}

#[test]
fn everything_that_was_not_understood_is_named_and_the_rest_stands() {
    let text = "v1&scenario=plain&seed=x&colour=red&do=1.kill.0&do=2.explode.0&do=3.kill.zero&do=4.kill.0.1&\
                do=99999999999999.kill.1&at=9&at=10&see=-1";
    let read = Shared::parse(text).expect("the scenario is known");
    assert_eq!(
        read.problems,
        [
            Problem::UnknownField("colour".to_owned()),
            Problem::BadAction(2, "2.explode.0".to_owned()),
            Problem::BadAction(3, "3.kill.zero".to_owned()),
            Problem::BadAction(4, "4.kill.0.1".to_owned()),
            Problem::BadAction(5, "99999999999999.kill.1".to_owned()),
            Problem::BadField("at"),
            Problem::BadField("see"),
            Problem::BadField("seed"),
        ]
    );
    assert_eq!(read.run.actions, [(Micros(1), Action::Kill(NodeId(0)))]);
    assert_eq!((read.run.seed, read.run.at, read.run.see), (Seed(7), Micros(10), None));
}

/// The fields of a run's actions as they stand where they are few.
fn plainly(run: &Shared) -> String {
    run.actions
        .iter()
        .fold(String::new(), |text, (at, action)| text + &format!("&do={}.{}", at.0, action_text(action)))
}

/// Somebody's afternoon: a node every four seconds.
fn busy(count: u64) -> Shared {
    let action = |n: u64| {
        let node = NodeId((n * 7 % 6) as u32);
        if n.is_multiple_of(3) { Action::Kill(node) } else { Action::Start(node) }
    };
    plain((0..count).map(|n| (Micros(4_000_000 + n * 4_123_457), action(n))).collect())
}

#[test]
fn actions_are_packed_exactly_where_they_are_many() {
    for count in 0..40 {
        let run = busy(count);
        let (text, fields) = (run.to_text(), plainly(&run));
        let is_long = fields.len() > ACTIONS_PLAIN_MAX;
        assert_eq!(text.contains(&fields), !is_long, "{count} actions");
        assert_eq!(text.contains("&done="), is_long, "{count} actions");
    }
    // What was more than twice as long as a link may be.
    let run = busy(800);
    assert!(plainly(&run).len() > 2 * LINK_BYTES_MAX);
    let link = run.link().expect("it fits");
    let read = Shared::parse(&link).expect("it was written so");
    assert_eq!((read.run, read.problems), (run, Vec::new()));
}

#[test]
fn a_link_that_was_written_plainly_is_read_however_long_it_is() {
    let run = busy(100);
    let old = format!("v1&scenario=plain&seed=7{}&at=5200000&see=3", plainly(&run));
    let read = Shared::parse(&old).expect("it is what was written once");
    assert_eq!((&read.run, read.problems), (&run, Vec::new()));
    assert!(run.to_text().len() < old.len() / 2);
}

#[test]
fn what_is_not_understood_in_a_packed_part_is_named_as_elsewhere() {
    let packed = pack::pack("&do=1.kill.0&do=2.explode.0&colour=red&do=3.kill.1");
    let read = Shared::parse(&format!("v1&scenario=plain&seed=7&done={packed}&at=1")).expect("it is a run");
    let bad = |n, text: &str| Problem::BadAction(n, text.to_owned());
    assert_eq!(read.problems, [bad(2, "2.explode.0"), bad(3, "colour=red")]);
    let kills = [(Micros(1), Action::Kill(NodeId(0))), (Micros(3), Action::Kill(NodeId(1)))];
    assert_eq!(read.run.actions, kills);
    let packed_by_others = pack::pack("do=1.kill.0&do=3.kill.1");
    let read = Shared::parse(&format!("v1&scenario=plain&seed=7&done={packed_by_others}&at=1"));
    assert_eq!(read.expect("it is a run").run.actions, kills);
    // Two of them, or one that is damaged.
    let twice = Shared::parse(&format!("v1&scenario=plain&seed=7&done={packed}&done={packed}&at=1"));
    assert_eq!(twice.expect("it is a run").problems[2..], [Problem::BadField("done")]);
    let damaged = Shared::parse("v1&scenario=plain&seed=7&done=!!&at=1").expect("the rest stands");
    assert_eq!(damaged.problems, [Problem::BadField("done")]);
}

#[test]
fn a_link_that_is_cut_off_says_so_and_keeps_what_came_before() {
    let run = busy(200);
    let text = run.to_text();
    let (begins, ends) =
        (text.find("&done=").expect("it is packed") + 6, text.find("&at=").expect("it has one"));
    for end in begins..ends {
        let read = Shared::parse(&text[..end]).expect("it names its scenario and seed");
        let whole = read.run.actions.len();
        assert_eq!(read.run.actions, run.actions[..whole]);
        assert_eq!(read.problems, [Problem::CutOff(whole), Problem::BadField("at")], "at {end}");
    }
    let half = Shared::parse(&text[..begins.midpoint(ends)]).expect("as above").run.actions.len();
    assert!((20..180).contains(&half), "{half} of 200 actions stand in the first half");
    let file = Shared { origin: Origin::File(include_str!("../library/plain.json").to_owned()), ..busy(0) };
    let text = file.to_text();
    let ends = text.find("&seed=").expect("it has one");
    assert_eq!(Shared::parse(&text[..ends - 100]), Err(ShareError::CutOff));
}

#[test]
fn what_there_is_nothing_to_begin_with_is_refused() {
    let refused = |text: &str| Shared::parse(text).expect_err(text);
    assert_eq!(refused("v2&scenario=plain"), ShareError::UnknownVersion("v2".to_owned()));
    assert_eq!(refused("hello"), ShareError::UnknownVersion("hello".to_owned()));
    assert_eq!(refused("v1&scenario=nowhere&seed=1"), ShareError::UnknownScenario("nowhere".to_owned()));
    assert_eq!(refused("v1&seed=1"), ShareError::NoScenario);
    assert_eq!(refused("v1&file=!!"), ShareError::Damaged);
    assert_eq!(refused(&format!("v1&file={}", pack::pack("{"))).kind(), "scenario");
    assert!(Shared::claims("v2&x") && !Shared::claims("vx") && !Shared::claims("{\"id\": 1}"));
}

#[test]
fn a_small_link_cannot_unpack_into_a_large_file() {
    let bomb = pack::pack(&" ".repeat(RUN_BYTES_MAX + 1));
    assert!(bomb.len() < LINK_BYTES_MAX, "{} bytes", bomb.len());
    assert_eq!(Shared::parse(&format!("v1&file={bomb}")), Err(ShareError::TooLarge));
    let read = Shared::parse(&format!("v1&scenario=plain&seed=1&done={bomb}&at=1")).expect("the rest stands");
    assert_eq!(read.problems, [Problem::BadField("done")]);
    let words = ["PING".repeat(RUN_BYTES_MAX / 4).as_str().into()].into();
    let run = plain(vec![(Micros(1), Action::Command { node: NodeId(1), words })]);
    assert!(run.link().is_err(), "what could not be read is no link");
    let long = "&do=1.heal".repeat(RUN_BYTES_MAX / 10);
    assert_eq!(Shared::parse(&format!("v1&scenario=plain{long}")), Err(ShareError::TooLarge));
}

#[test]
fn a_run_too_long_for_a_link_is_not_cut_short() {
    let run = busy(5000);
    assert_eq!(run.link(), Err(run.to_text().len()));
    let read = Shared::parse(&run.to_text()).expect("a file may hold it");
    assert_eq!(read.run, run);
    let too_many = (0..=ACTIONS_MAX as u64).map(|n| (Micros(n), Action::Heal)).collect();
    let read = Shared::parse(&plain(too_many).to_text()).expect("it is read as far as it goes");
    assert_eq!(read.problems, [Problem::TooManyActions(1)]);
    assert_eq!(read.run.actions.len(), ACTIONS_MAX);
}

impl ShareError {
    fn kind(&self) -> &'static str {
        match self {
            Self::Scenario(_) => "scenario",
            _ => "another",
        }
    }
}
