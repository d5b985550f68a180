//! What a text that somebody writes or pastes would become, and what is wrong with it: a scenario file, a
//! sentinel.conf, a tour or a run, without beginning it.

mod draw;
mod place;

use crate::i18n::{Guide as Word, Lang, Told};
use crate::scenario::share::{Origin, Shared, action_text};
use crate::scenario::{FromConf, FromConfError, Scenario, ScenarioError, entry, is_json};
use crate::sim::{Micros, SimTime};
use crate::view::format;
use crate::view::layout::Kind;
use crate::view::tour::{Step, Tour};
use draw::plain;
use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::ops::Range;

/// So many rows are listed, and so many faults.
const ROWS: usize = 200;
const FAULTS: usize = 8;

/// What a text would become.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// What is wrong with it; with anything wrong it cannot be opened.
    pub faults: Vec<Fault>,
    /// Whether it can be opened, what was wrong with it being left out.
    pub is_sound: bool,
    /// What it is.
    pub kind: Option<Word>,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// Who is there, in words.
    pub cast: String,
    /// The same as a picture, in SVG.
    pub picture: String,
    /// What sentinels watch, and their settings.
    pub settings: Vec<String>,
    /// What the rows are.
    pub heading: Option<Word>,
    /// What happens when; of a tour its steps.
    pub rows: Vec<Row>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, and what was expected.
    pub text: String,
    /// Where in the text, in its bytes.
    pub at: Option<Range<usize>>,
}

/// An action, or a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// When, or which.
    pub when: String,
    /// What.
    pub what: String,
    /// What belongs to it: task, bet, wait.
    pub more: Vec<String>,
}

impl Preview {
    /// In one line: what it is and who is there, or that something is wrong.
    pub fn verdict(&self, lang: Lang) -> String {
        match (self.kind, self.faults.is_empty()) {
            (_, false) => format!("⚠ {}", lang.guide(Word::WrongHere)),
            (Some(kind), _) => format!("✓ {} · {}", lang.guide(kind), self.cast),
            (None, _) => lang.guide(Word::BecomesHint).to_owned(),
        }
    }

    /// The rest as markup. A button beside a fault has its place in the text as `data-from` and `data-to`, in
    /// UTF-16 as a browser counts. (Elements of the page's own would each be code of their own.)
    pub fn markup(&self, lang: Lang, text: &str) -> String {
        let units = |end: usize| text.get(..end).map_or(0, |text| text.encode_utf16().count());
        let mut html = String::from("<ul class=\"open-faults\" data-testid=\"open-error\">");
        // Writing to a string cannot fail.
        for Fault { text: why, at } in &self.faults {
            let _ = write!(html, "<li><span>{}</span>", plain(why));
            if let Some(at) = at {
                let (from, to, word) = (units(at.start), units(at.end), lang.guide(Word::ShowWhere));
                let _ = write!(
                    html,
                    "<button type=\"button\" class=\"small\" data-testid=\"show-where\" data-from=\"{from}\" \
                     data-to=\"{to}\">{word}</button>"
                );
            }
            html += "</li>";
        }
        html += "</ul>";
        html += &element("h3", "", &self.title);
        html += &element("p", "hint", &self.about);
        html += &self.picture;
        html += &element("p", "hint open-settings", &self.settings.join(" · "));
        html += &element("h4", "", self.heading.map_or("", |word| lang.guide(word)));
        html += "<ol class=\"open-rows\" data-testid=\"open-rows\">";
        for row in &self.rows {
            let _ = write!(html, "<li><b>{}</b><span>{}", plain(&row.when), plain(&row.what));
            for more in &row.more {
                let _ = write!(html, "<small>{}</small>", plain(more));
            }
            html += "</span></li>";
        }
        html + "</ol>"
    }

    /// Of a text that is a file of that name. Nothing, where there is no text.
    pub fn of(lang: Lang, name: &str, text: &str) -> Self {
        if text.trim().is_empty() {
            Self::default()
        } else if let Some(error) = unsound_json(text) {
            Self::wrong(vec![Fault::of(text, &error)])
        } else if Tour::claims(text) {
            Self::of_tour(lang, text)
        } else if Shared::claims(text) {
            Self::of_run(lang, text)
        } else {
            match FromConf::or_scenario(name, text) {
                Ok(FromConf { scenario, .. }) => {
                    let kind = if is_json(text) { Word::KindScenario } else { Word::KindConf };
                    Self { kind: Some(kind), is_sound: true, ..Self::of_scenario(lang, &scenario) }
                }
                Err(error) => Self::wrong(vec![Fault::of_conf(text, &error)]),
            }
        }
    }

    fn wrong(mut faults: Vec<Fault>) -> Self {
        faults.truncate(FAULTS);
        Self { faults, ..Self::default() }
    }

    fn of_scenario(lang: Lang, scenario: &Scenario) -> Self {
        let (seats, _) = draw::seats(scenario);
        let count = |kind| seats.iter().filter(|seat| seat.kind == kind).count();
        let is_first = |n: usize| !seats[..n].iter().any(|seat| seat.host == seats[n].host);
        let cast = lang.told(&Told::Cast {
            servers: count(Kind::Redis),
            sentinels: count(Kind::Sentinel),
            clients: count(Kind::Client),
            hosts: (0..seats.len()).filter(|n| is_first(*n)).count(),
        });
        let mut rows = Vec::new();
        for entry in scenario.to_entries().iter().take(ROWS) {
            rows.extend(Row::of_entry(entry));
        }
        Self {
            title: if scenario.title.is_empty() { &scenario.id } else { &scenario.title }.to_string(),
            about: scenario.about.to_string(),
            picture: draw::picture(lang, scenario, &cast),
            cast,
            settings: scenario.settings(),
            heading: Some(if rows.is_empty() { Word::NothingHappens } else { Word::WhatHappens }),
            rows,
            ..Self::default()
        }
    }

    fn of_tour(lang: Lang, text: &str) -> Self {
        let (tour, wrong) = match Tour::proof(text) {
            Ok(read) => read,
            Err(error) => return Self::wrong(vec![Fault::of(text, &error)]),
        };
        let scenario = tour.origin().scenario();
        let scenario = scenario.map(|scenario| Self::of_scenario(lang, &scenario)).unwrap_or_default();
        let steps = tour.steps.iter().enumerate().take(ROWS);
        Self {
            kind: Some(Word::KindTour),
            title: tour.title.get(lang).to_owned(),
            about: tour.about.get(lang).to_owned(),
            heading: Some(Word::Steps),
            rows: steps.map(|(n, step)| Row::of_step(lang, n + 1, step)).collect(),
            is_sound: wrong.is_empty(),
            faults: wrong.iter().take(FAULTS).map(|error| Fault::of(text, error)).collect(),
            ..scenario
        }
    }

    fn of_run(lang: Lang, text: &str) -> Self {
        let read = match Shared::parse(text) {
            Ok(read) => read,
            Err(why) => {
                return Self::wrong(vec![Fault { text: lang.told(&Told::NotOpened(&why)), at: None }]);
            }
        };
        let Ok(scenario) = read.run.origin.scenario() else { return Self::default() };
        let mut found = Self::of_scenario(lang, &scenario);
        if let Origin::Library(id) = &read.run.origin
            && let Some(entry) = entry(id)
        {
            (found.title, found.about) =
                (lang.words(&entry.title).to_owned(), lang.words(&entry.about).to_owned());
        }
        found.rows.clear();
        for (at, action) in read.run.actions.iter().take(ROWS) {
            let mut what = String::new();
            for (n, word) in action_text(action).split('.').enumerate() {
                // The first number is that of a node, if the action is done to one.
                let node = action.node().filter(|_| n == 1).and_then(|id| scenario.nodes.get(id.0 as usize));
                say(&mut what, node.map_or(word, |node| &node.name));
            }
            found.rows.push(Row { when: clock(*at), what, more: Vec::new() });
        }
        Self {
            kind: Some(Word::KindRun),
            is_sound: true,
            faults: read
                .problems
                .iter()
                .take(FAULTS)
                .map(|problem| Fault { text: lang.told(&Told::Problem(problem)), at: None })
                .collect(),
            heading: Some(if found.rows.is_empty() { Word::NothingDone } else { Word::WhatWasDone }),
            ..found
        }
    }
}

/// Why a text that is meant as JSON is none; whatever it was to become, that is what is wrong first.
fn unsound_json(text: &str) -> Option<ScenarioError> {
    let read = is_json(text).then(|| serde_json::from_str::<Value>(text));
    Some(read?.err()?.into())
}

/// An element with a text in it; without a text, none.
fn element(tag: &str, class: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<{tag} class=\"{class}\">{}</{tag}>", plain(text)) }
}

fn clock(at: Micros) -> String {
    format::clock(SimTime::ZERO + at, SimTime::ZERO)
}

impl Fault {
    fn of(text: &str, error: &ScenarioError) -> Self {
        let at = match error {
            ScenarioError::Form { line, column, .. } => Some(place::of_line(text, *line, *column)),
            ScenarioError::Content { place, .. } => place::of_path(text, place),
        };
        Self { text: error.to_string(), at }
    }

    fn of_conf(text: &str, error: &FromConfError) -> Self {
        let at = match error {
            FromConfError::Scenario(error) => return Self::of(text, error),
            FromConfError::Refused { line, .. }
            | FromConfError::NoPort { line, .. }
            | FromConfError::ListensNowhere { line, .. } => Some(place::of_line(text, *line as usize, 0)),
            _ => None,
        };
        Self { text: error.to_string(), at }
    }
}

impl Row {
    /// An action of a scenario file, in the file's own words.
    fn of_entry(entry: &Value) -> Option<Self> {
        let entry = entry.as_object()?;
        let ms = |field: &str| entry.get(field).and_then(Value::as_u64);
        let (mut when, mut what) = (String::new(), String::new());
        if let Some(on) = entry.get("on").and_then(Value::as_object) {
            say_fields(&mut when, on, &["event"]);
            if let Some(later) = ms("delay_ms") {
                say(&mut when, "+");
                say(&mut when, &format::span_ms(later as i64));
            }
        } else {
            when = clock(Micros::from_millis(ms("at_ms").unwrap_or_default()));
        }
        say_fields(&mut what, entry, &["do", "node", "args"]);
        Some(Self { when, what, more: Vec::new() })
    }

    fn of_step(lang: Lang, number: usize, step: &Step) -> Self {
        let mut more = Vec::new();
        if let Some(task) = &step.task {
            more.push(format!("☐ {}", task.get(lang)));
        }
        if !step.help.is_empty() {
            more.push(format!("▸ {}", step.help.join("; ")));
        }
        if let Some(bet) = &step.bet {
            let mut asked = format!("? {}", bet.ask.get(lang));
            for (n, choice) in bet.choices.iter().enumerate() {
                say(&mut asked, if n == bet.right { "●" } else { "○" });
                say(&mut asked, choice.get(lang));
            }
            more.push(asked);
        }
        if let Some(until) = &step.until {
            more.push(format!("… {}", until.words()));
        }
        Self { when: number.to_string(), what: step.say.get(lang).to_owned(), more }
    }
}

/// Adds a word to a text.
fn say(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

/// Adds the fields of an object: the first without their names, then the others, but those that say when.
fn say_fields(text: &mut String, of: &Map<String, Value>, first: &[&str]) {
    for value in first.iter().filter_map(|name| of.get(*name)) {
        say(text, &words(value));
    }
    for (name, value) in of {
        if !first.contains(&name.as_str()) && !["at_ms", "on", "delay_ms", "failure"].contains(&name.as_str())
        {
            say(text, name);
            text.push('=');
            text.push_str(&words(value));
        }
    }
}

/// A value as one would say it: lists without brackets, texts without quotes.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if !items.iter().any(|item| item.is_object() || item.is_array()) => {
            let mut text = String::new();
            for item in items {
                say(&mut text, &words(item));
            }
            text
        }
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests;
