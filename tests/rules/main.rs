//! The rule table: every rule of the specification is shown by a test, or a reason says why it needs none.
//!
//! `ids.txt` names every rule. A test cites the rules that it shows in the comment above it (`VOTE-4`, or
//! `EVT-14 to 17`); `untested.txt` has the others, each with its reason. `docs/rules.md` is the table made of
//! the three, for people; `RULES=write cargo test --test rules` writes it anew.
#![cfg(not(target_arch = "wasm32"))]

mod citations;

use citations::{Citation, citations};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The rules in the specification's order, and for each the reason why no test shows it, where there is one.
struct Rules {
    ids: Vec<String>,
    reasons: BTreeMap<String, String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Rules {
    fn read() -> Self {
        let ids = read("tests/rules/ids.txt").lines().map(str::to_owned).collect();
        let mut reasons = BTreeMap::new();
        for line in read("tests/rules/untested.txt").lines().filter(|line| !line.starts_with('#')) {
            let (id, reason) = line.split_once(": ").unwrap_or_else(|| panic!("no reason in {line:?}"));
            assert!(reason.len() > 20, "a reason is a sentence: {line:?}");
            assert!(reasons.insert(id.to_owned(), reason.to_owned()).is_none(), "{id} is there twice");
        }
        Self { ids, reasons }
    }
}

/// What shows each rule.
fn shown() -> BTreeMap<String, Vec<Citation>> {
    let mut shown: BTreeMap<String, Vec<Citation>> = BTreeMap::new();
    for citation in citations(&root()) {
        shown.entry(citation.id.clone()).or_default().push(citation);
    }
    shown
}

#[test]
fn every_rule_has_a_test_or_a_reason_and_not_both() {
    let rules = Rules::read();
    let shown = shown();
    let known: BTreeSet<&String> = rules.ids.iter().collect();
    assert_eq!(known.len(), rules.ids.len(), "a rule is there twice");

    let missing: Vec<_> =
        rules.ids.iter().filter(|id| !shown.contains_key(*id) && !rules.reasons.contains_key(*id)).collect();
    assert!(missing.is_empty(), "{} rules without a test or a reason: {missing:?}", missing.len());
    let both: Vec<_> = rules.reasons.keys().filter(|id| shown.contains_key(*id)).collect();
    assert!(both.is_empty(), "a test shows these, so they need no reason: {both:?}");
    let strange: Vec<_> = rules.reasons.keys().filter(|id| !known.contains(id)).collect();
    assert!(strange.is_empty(), "reasons for no rule: {strange:?}");
}

#[test]
fn tests_cite_only_rules_that_there_are() {
    let rules = Rules::read();
    let known: BTreeSet<&String> = rules.ids.iter().collect();
    let families: BTreeSet<&str> = rules.ids.iter().filter_map(|id| id.split('-').next()).collect();
    // What looks like a rule of one of the specification's families is meant as one.
    let is_meant = |id: &str| id.split('-').next().is_some_and(|family| families.contains(family));
    let strange: Vec<String> = shown()
        .into_values()
        .flatten()
        .filter(|citation| is_meant(&citation.id) && !known.contains(&citation.id))
        .map(|citation| format!("{} cites {}", citation.place(), citation.id))
        .collect();
    assert!(strange.is_empty(), "{strange:#?}");
}

#[test]
fn the_table_for_people_is_up_to_date() {
    let table = table(&Rules::read(), &shown());
    if std::env::var("RULES").is_ok_and(|wish| wish == "write") {
        fs::write(root().join("docs/rules.md"), &table).expect("docs/ can be written");
    }
    let hint = "docs/rules.md is out of date: run RULES=write cargo test --test rules";
    assert!(read("docs/rules.md") == table, "{hint}");
}

fn table(rules: &Rules, shown: &BTreeMap<String, Vec<Citation>>) -> String {
    let tested = rules.ids.iter().filter(|id| shown.contains_key(*id)).count();
    let mut table = format!(
        "# Rules and the tests that show them\n\n\
         Made by `RULES=write cargo test --test rules`; not to be edited.\n\
         The specification has {} rules; tests show {tested} of them, and the others have a reason why no test does.\n",
        rules.ids.len(),
    );
    let mut family = "";
    for id in &rules.ids {
        let this = id.trim_end_matches(|c: char| c.is_ascii_digit());
        if this != family {
            family = this;
            let name = this.trim_end_matches('-');
            write!(table, "\n## {name}\n\n| rule | shown by |\n|---|---|\n").expect("a string takes all");
        }
        let by = match shown.get(id) {
            Some(citations) => citations.iter().map(Citation::link).collect::<Vec<_>>().join("<br>"),
            None => format!("*no test*: {}", rules.reasons.get(id).map_or("", String::as_str)),
        };
        writeln!(table, "| {id} | {by} |").expect("a string takes all");
    }
    table
}
