use super::*;
use crate::cluster::History;
use crate::scenario::{entry, library};
use crate::sim::Micros;

fn tours() -> Vec<Tour> {
    TOURS.iter().map(|text| Tour::parse(text).unwrap_or_else(|why| panic!("{why}: {text:.60}"))).collect()
}

/// A tour is gone through as a reader who asks for help at every task would: each step's wait comes to its
/// end, and within five minutes of the run.
#[test]
fn every_tour_can_be_gone_through_to_its_end() {
    for tour in tours() {
        let begun = tour.origin().scenario().expect("it was checked").begin(tour.seed());
        let mut history = History::new(begun.cluster, begun.records);
        for (n, step) in tour.steps.iter().enumerate() {
            let since = history.now();
            for text in &step.help {
                let action = history.cluster().named_action(text);
                let action = action.unwrap_or_else(|| panic!("{} step {n}: {text}", tour.id));
                history.act(action).unwrap_or_else(|why| panic!("{} step {n}: {text}: {why}", tour.id));
            }
            let mut waited = 0;
            while !is_met(&history, step, since) {
                waited += 1;
                assert!(waited < 3000, "{} step {n} waits in vain for {:?}", tour.id, step.until);
                history.run_until(history.now() + Micros::from_millis(100));
            }
            // The page has the reader go on from that moment, and what is done is done then.
            if let Some(at) = came_at(&history, step, since) {
                history.seek(at);
            }
        }
    }
}

fn came_at(history: &History, step: &Step, since: SimTime) -> Option<SimTime> {
    let seen = Seen { cluster: history.cluster(), records: history.records(), since };
    step.until.as_ref().and_then(|until| until.came_at(seen))
}

fn is_met(history: &History, step: &Step, since: SimTime) -> bool {
    let origin = history.origin();
    let first = history.records().partition_point(|record| record.at < origin);
    step.is_met(Seen { cluster: history.cluster(), records: &history.records()[first..], since })
}

/// A frame may play past what a step waits for: its moment is known, and is none where it lies before the step.
#[test]
fn the_moment_that_a_step_waits_for_is_found_again() {
    let tour = tours().into_iter().find(|tour| tour.id == "first").expect("the first visit's");
    let begun = tour.origin().scenario().expect("it was checked").begin(tour.seed());
    let mut history = History::new(begun.cluster, begun.records);
    let since = history.now();
    history.run_until(since + Micros::from_secs(20));
    let seen = |since| Seen { cluster: history.cluster(), records: history.records(), since };
    let until =
        |event: &str, times| Until { event: Some(event.into()), times: Some(times), ..Until::default() };
    let (first, third) = (until("+sdown", 1).came_at(seen(since)), until("+sdown", 3).came_at(seen(since)));
    let first = first.expect("the master dies");
    assert!(first < third.expect("all three say so"));
    assert!(until("+sdown", 1).is_met(seen(first), false), "it was said, though not since");
    assert_eq!(until("+sdown", 1).came_at(seen(first)), None);
    assert_eq!(until("+tilt", 1).came_at(seen(since)), None);
    let killed = Until { did: Some("kill".into()), ..Until::default() };
    assert!(killed.came_at(seen(since)).is_some_and(|at| at < first));
    let longer = Until { after_ms: Some(15_000), ..until("+sdown", 1) };
    assert_eq!(longer.came_at(seen(since)), None, "it waits for more than that");
}

/// What is asked of the reader is not done already when it is asked.
#[test]
fn no_task_is_fulfilled_before_the_reader_acts() {
    for tour in tours() {
        let begun = tour.origin().scenario().expect("it was checked").begin(tour.seed());
        let mut history = History::new(begun.cluster, begun.records);
        for (n, step) in tour.steps.iter().enumerate() {
            let since = history.now();
            if step.task.is_some() {
                assert!(!is_met(&history, step, since), "{} step {n}", tour.id);
                // Nor is it by waiting alone, where it is a deed that is waited for.
                if step.until.as_ref().is_some_and(|until| until.did.is_some()) {
                    let mut idle = history.clone();
                    idle.run_until(since + Micros::from_secs(60));
                    assert!(!is_met(&idle, step, since), "{} step {n} is done by waiting", tour.id);
                }
            }
            for text in &step.help {
                let action = history.cluster().named_action(text).expect("it was read before");
                history.act(action).expect("it was possible before");
            }
            for _ in 0..3000 {
                if is_met(&history, step, since) {
                    break;
                }
                history.run_until(history.now() + Micros::from_millis(100));
            }
        }
    }
}

#[test]
fn every_tour_speaks_both_languages() {
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for tour in tours() {
        let mut texts = vec![&tour.title, &tour.about];
        for step in &tour.steps {
            texts.push(&step.say);
            texts.extend([&step.quote, &step.not_so, &step.task].into_iter().flatten());
            if let Some(bet) = &step.bet {
                texts.extend([&bet.ask, &bet.because]);
            }
        }
        for text in texts {
            assert!(!text.en.is_empty() && !is_chinese(&text.en), "{}: {}", tour.id, text.en);
            assert!(is_chinese(&text.zh), "{}: {}", tour.id, text.zh);
        }
    }
}

/// MYTH-1 to MYTH-25, SEEDA-1 to SEEDA-15, SEEDB-1 to SEEDB-14, SEEDC-1 to SEEDC-19
#[test]
fn the_seed_tours_say_what_is_not_so() {
    for (id, least) in [("seed-log", 9), ("seed-election", 8), ("seed-principles", 9)] {
        let tour = tours().into_iter().find(|tour| tour.id == id).expect(id);
        let corrected = tour.steps.iter().filter(|step| step.not_so.is_some()).count();
        let quoted = tour.steps.iter().filter(|step| step.quote.is_some()).count();
        assert!(corrected >= least, "{id}: {corrected}");
        assert!(quoted >= corrected, "{id} says what is not so without saying what was said");
        assert!(tour.steps.iter().any(|step| step.bet.is_some()), "{id} has no bet");
        assert!(tour.steps.iter().any(|step| step.task.is_some()), "{id} has no task");
    }
}

/// Every classic failure has a tour, with something to bet on and something to do.
#[test]
fn a_tour_leads_through_each_classic_failure() {
    let tours = tours();
    for id in [
        "frozen-master",
        "slow-link",
        "lossy-link",
        "partition-lost-writes",
        "minority",
        "two-sentinels",
        "quorum-one",
        "quorum-too-high",
        "priority-zero",
        "tilt",
        "manual-failover",
        "parallel-syncs-1",
        "returning-master",
        "stale-sentinels",
        "leader-dies",
    ] {
        let tour = tours.iter().find(|tour| tour.id == id).expect(id);
        assert!(tour.steps.iter().any(|step| step.bet.is_some()), "{id} has no bet");
        assert!(tour.steps.iter().any(|step| !step.help.is_empty()), "{id} has no task");
    }
}

/// The catalogue shows a tour at the scenario whose id it has.
#[test]
fn a_tour_with_the_id_of_a_scenario_leads_through_it() {
    for tour in tours().iter().filter(|tour| entry(&tour.id).is_some()) {
        assert_eq!(tour.origin(), Origin::Library(tour.id.clone()));
    }
}

#[test]
fn a_tour_that_makes_no_sense_is_refused_with_its_place() {
    let tour = |scenario: &str, step: &str| {
        let both = r#"{"en": "a", "zh": "b"}"#;
        let text = format!(
            r#"{{"id": "x", "title": {both}, "about": {both}, "scenario": {scenario},
                "steps": [{{"say": {both}{step}}}]}}"#
        );
        Tour::parse(&text).map_err(|why| why.to_string())
    };
    assert!(tour("\"plain\"", "").is_ok());
    for (step, place) in [
        (r#", "point": "moon""#, "steps[0].point: \"moon\""),
        (r#", "task": {"en": "a", "zh": "b"}"#, "steps[0].until: "),
        (r#", "until": {}"#, "steps[0].until: "),
        (r#", "until": {"is": "dead"}"#, "steps[0].until.is"),
        (r#", "until": {"by": "S1"}"#, "steps[0].until.event"),
        (r#", "until": {"words": "SAVE"}"#, "steps[0].until.did"),
        (r#", "colour": 1"#, "line 2, column 66: unknown field `colour`"),
        (
            r#", "bet": {"ask": {"en": "a", "zh": "b"}, "choices": [], "right": 0, "because": {"en": "a", "zh": "b"}}"#,
            "steps[0].bet.right",
        ),
    ] {
        let why = tour("\"plain\"", step).expect_err(step);
        assert!(why.starts_with(place), "{why}");
    }
    assert!(tour("\"nowhere\"", "").expect_err("unknown").starts_with("scenario: "));
    assert!(tour("{\"id\": \"x\"}", "").expect_err("half a scenario").starts_with("scenario: "));
    let lonely = "{\"id\": \"x\", \"nodes\": [], \"monitors\": [], \"duration_ms\": 1}";
    assert!(tour(lonely, "").expect_err("nobody is there").starts_with("scenario.nodes: "));
    assert!(Tour::claims(r#"{"steps": []}"#) && !Tour::claims(r#"{"id": "x"}"#) && !Tour::claims("v1&"));
}

/// On a phone such a step covers the stage.
#[test]
fn a_step_about_a_panel_leaves_the_stage_to_a_task_that_is_done_there() {
    let step = |json: &str| serde_json::from_str::<Step>(json).expect("it is a step").is_about_a_panel();
    let say = r#""say": {"en": "", "zh": ""}"#;
    let task = r#""task": {"en": "", "zh": ""}"#;
    assert!(step(&format!(r#"{{{say}, "point": "matrix"}}"#)));
    assert!(!step(&format!(r#"{{{say}, "point": "matrix", {task}}}"#)), "M0 is to be killed on the stage");
    assert!(step(&format!(r#"{{{say}, "point": "settings", {task}}}"#)), "it is done in the panel");
    assert!(step(&format!(r#"{{{say}, "point": "console", {task}}}"#)), "it is typed there");
    assert!(!step(&format!(r#"{{{say}, "point": "clock"}}"#)) && !step(&format!("{{{say}}}")));
}

/// A task at the console is done by its command, and not by any other.
#[test]
fn a_typed_task_is_done_by_its_command_alone() {
    let tour = tours().into_iter().find(|tour| tour.id == "minority").expect("it is built in");
    let begun = tour.origin().scenario().expect("it was checked").begin(tour.seed());
    let mut history = History::new(begun.cluster, begun.records);
    let step = tour.steps.iter().find(|step| step.until.as_ref().is_some_and(|u| u.words.is_some()));
    let (step, since) = (step.expect("it has one"), history.now());
    let mut is_done_by = |text: &str| {
        let action = history.cluster().named_action(text).expect("it can be typed");
        history.act(action).expect("S1 is there");
        is_met(&history, step, since)
    };
    for other in ["type S1 PING", "type S1 SENTINEL CKQUORUM", "type S2 SENTINEL CKQUORUM mymaster"] {
        assert!(!is_done_by(other), "{other}");
    }
    assert!(is_done_by("type S1 sentinel ckquorum mymaster"));
}

/// What was done before it was asked for has to be done again: it may have been undone meanwhile.
#[test]
fn a_task_counts_what_is_done_since_it_was_asked_for() {
    let tour = tours().into_iter().find(|tour| tour.id == "returning-master").expect("it is built in");
    let begun = tour.origin().scenario().expect("it was checked").begin(tour.seed());
    let mut history = History::new(begun.cluster, begun.records);
    history.run_until(history.now() + Micros::from_secs(10));
    let is_met = |is_asked| {
        let since = history.now();
        let until = Until { did: Some("kill".into()), node: Some("M0".into()), ..Until::default() };
        until.is_met(Seen { cluster: history.cluster(), records: history.records(), since }, is_asked)
    };
    assert!(is_met(false), "the scenario kills M0");
    assert!(!is_met(true), "the reader did not");
}

/// The end of a tour offers the next.
#[test]
fn each_tour_is_followed_by_the_next_of_the_list() {
    let tours = tours();
    for pair in tours.windows(2) {
        assert_eq!(pair[0].following().as_ref(), Some(&pair[1]));
    }
    let mut own = tours.last().expect("there are some").clone();
    assert_eq!(own.following(), None, "it is the last");
    own.id = "my-tour".to_owned();
    assert_eq!(own.following(), None, "it is not built in");
}

/// Whoever takes one after the other finds them in the catalogue in that order.
#[test]
fn the_list_goes_on_as_the_catalogue_does() {
    let place = |tour: &Tour| library().iter().position(|entry| entry.id == tour.id);
    let places: Vec<_> = tours().iter().filter_map(place).collect();
    assert!(places.is_sorted(), "{places:?}");
}
