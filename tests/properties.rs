//! Whatever goes wrong, the rules hold; and when nothing is wrong any more, all agree.
//!
//! A small part of what `sentinel-lab hunt` plays, with the same cases. What fails shrinks to a scenario file.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use sentinel_lab::scenario::random::{Case, Fault, FaultKind, Reason, Sightings, shrink};
use sentinel_lab::scenario::{Scenario, library, run_file};
use sentinel_lab::sim::Seed;
use std::cell::RefCell;
use std::fs;
use std::path::Path;

/// How many random runs are played, a minute of faults each: a hundredth of what is hunted by hand.
const RUNS: u32 = 1000;

const MINUTE_MS: u32 = 60_000;

/// Every case that a seed can give.
#[derive(Debug)]
struct AnyCase;

/// A case that proptest makes smaller as long as it fails.
struct CaseTree {
    /// The smallest that failed so far.
    failed: Case,
    current: Case,
    untried: std::vec::IntoIter<Case>,
}

impl Strategy for AnyCase {
    type Tree = CaseTree;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let seed = proptest::num::u64::ANY.new_tree(runner)?.current();
        let case = Case::random(Seed(seed), MINUTE_MS);
        Ok(CaseTree { failed: case.clone(), current: case, untried: Vec::new().into_iter() })
    }
}

impl ValueTree for CaseTree {
    type Value = Case;

    fn current(&self) -> Case {
        self.current.clone()
    }

    /// The present case fails: try what is smaller.
    fn simplify(&mut self) -> bool {
        self.failed = self.current.clone();
        self.untried = self.failed.simpler().into_iter();
        self.complicate()
    }

    /// The present case does not fail: try the next that is smaller than the last that did.
    fn complicate(&mut self) -> bool {
        let next = self.untried.next();
        let more = next.is_some();
        self.current = next.unwrap_or_else(|| self.failed.clone());
        more
    }
}

/// What broke in a case, as a sentence.
fn complaint(case: &Case) -> (Option<String>, Sightings) {
    let outcome = case.try_out();
    let first = outcome.violations.first();
    (first.map(|broken| format!("{}: {} at {}", broken.rule, broken.text, broken.at)), outcome.sightings)
}

/// SIM-8, SIM-9, GEN-6
#[test]
fn whatever_goes_wrong_the_rules_hold_and_all_agree_when_it_is_mended() {
    let config =
        Config { cases: RUNS, max_shrink_iters: 500, failure_persistence: None, ..Config::default() };
    // The same cases in every run of the test, so that CI fails for a change and not for a throw of dice.
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[8; 32]);
    let seen = RefCell::new(Sightings::default());
    let result = TestRunner::new_with_rng(config, rng).run(&AnyCase, |case| {
        let (complaint, sightings) = complaint(&case);
        seen.borrow_mut().add(&sightings);
        complaint.map_or(Ok(()), |complaint| Err(TestCaseError::fail(complaint)))
    });
    if let Err(TestError::Fail(why, case)) = &result {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("random-{}.json", case.seed.0));
        let file = case.scenario().to_json();
        fs::write(&path, &file).expect("the target folder can be written to");
        panic!("{why}\n{case:?}\nas a scenario, also in {}:\n{file}", path.display());
    }
    result.expect("the cases can be drawn");

    // Runs in which nothing happens prove nothing.
    let seen = seen.into_inner();
    assert!(seen.attempts > u64::from(RUNS) / 4, "{seen:?}");
    assert!(seen.promotions > u64::from(RUNS) / 8, "{seen:?}");
    assert!(seen.split_votes > 0, "{seen:?}");
    assert!(seen.conversions > 0, "{seen:?}");
    assert!(seen.tilts > 0, "{seen:?}");
    assert!(seen.acked > seen.lost && seen.lost > 0, "{seen:?}");
}

#[test]
fn a_case_is_played_the_same_way_twice() {
    for seed in 1..=8 {
        let case = Case::random(Seed(seed), MINUTE_MS);
        assert_eq!(case, Case::random(Seed(seed), MINUTE_MS));
        let (first, second) = (case.try_out(), case.try_out());
        assert_eq!(first.sightings, second.sightings);
        assert_eq!((first.violations, first.agreed_after), (second.violations, second.agreed_after));
    }
}

/// The file of a case is the case: whoever opens it sees the run that was found.
#[test]
fn a_scenario_read_from_its_own_file_is_the_same() {
    let again = |scenario: &Scenario| Scenario::parse(&scenario.to_json()).expect("it was one before");
    for seed in 1..=200 {
        let scenario = Case::random(Seed(seed), MINUTE_MS).scenario();
        assert_eq!(again(&scenario), scenario, "case {seed}");
    }
    for entry in library() {
        assert_eq!(again(&entry.scenario()), entry.scenario(), "{}", entry.id);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/scenarios");
    for file in fs::read_dir(folder).expect("the fixtures are there") {
        let text = fs::read_to_string(file.expect("the fixtures are there").path()).expect("it is text");
        let scenario = Scenario::parse(&text).expect("the fixtures are scenarios");
        assert_eq!(again(&scenario), scenario, "{}", scenario.id);
    }
    let scenario = support::story();
    let run = |scenario: &Scenario| run_file(scenario, &scenario.play(Seed(1))).to_string();
    assert_eq!(run(&again(&scenario)), run(&scenario));
}

/// Shrinking keeps what it is told to keep and drops the rest.
#[test]
fn a_case_shrinks_to_what_matters() {
    let promotes = |case: &Case| case.try_out().sightings.promotions > 0;
    let mut cases = (1..).map(|seed| Case::random(Seed(seed), MINUTE_MS));
    let case = cases.find(|case| case.faults.len() > 3 && promotes(case)).expect("some case promotes");
    let smallest = shrink(&case, promotes);
    assert!(promotes(&smallest));
    assert_eq!(smallest.faults.len(), 1, "one fault is enough for a failover: {smallest:?}");
    assert!(smallest.writers.is_empty() && smallest.replicas == 1, "{smallest:?}");
}

/// SEL-4, SDOWN-3, CMD-RESET-1: found by the hunt; what an operator did cannot be repaired by any sentinel.
#[test]
fn what_no_sentinel_could_repair_is_told_apart() {
    for (seed, reason) in [(8_130, Reason::NobodyToPromote), (45_797, Reason::Parted)] {
        let outcome = Case::random(Seed(seed), MINUTE_MS).try_out();
        assert!(outcome.agreed_after.is_none(), "{seed}");
        assert_eq!(outcome.by_design, Some(reason), "{seed}");
        assert!(outcome.violations.is_empty(), "{seed}: {:?}", outcome.violations);
    }
}

/// Found by the hunt: a master that was told to end while it stood still ends once it goes on, and only then can
/// it be started again.
#[test]
fn one_told_to_end_while_frozen_is_mended_too() {
    let at = |at_ms, until_ms, kind| Fault { at_ms, until_ms, kind };
    for freeze_until in [20_000, 60_000] {
        let faults = vec![
            at(1000, 6000, FaultKind::Kill(0)),
            at(7000, freeze_until, FaultKind::Freeze(0)),
            at(2000, 9000, FaultKind::Kill(0)),
            at(8000, 30_000, FaultKind::Terminate(0)),
        ];
        // Nobody takes its place: the quorum cannot be reached.
        let case =
            Case { faults, writers: Vec::new(), sentinels: 1, quorum: 2, ..Case::random(Seed(1), MINUTE_MS) };
        let outcome = case.try_out();
        assert!(outcome.agreed_after.is_some(), "{outcome:?}");
    }
}
