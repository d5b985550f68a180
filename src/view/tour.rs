//! Guided tours: a situation, captions that point at parts of the page, bets and tasks. A tour is data
//! (docs/tours.md); here it is read, checked, and it is told whether what a step waits for has come.

use crate::cluster::{Action, Cluster, Record, Said};
use crate::i18n::Lang;
use crate::scenario::ScenarioError;
use crate::scenario::share::{Origin, action_text};
use crate::sim::{Seed, SimTime};
use crate::view::face::{self, Face};
use serde::Deserialize;
use serde_json::Value;

/// The largest tour read.
const TOUR_BYTES_MAX: usize = 1 << 20;

/// The parts of the page that a step may point at, by their `data-testid`; nodes besides, as `node-M0`.
const PARTS: [&str; 13] = [
    "stage", "caption", "matrix", "ballot", "log", "lanes", "timeline", "clock", "director", "settings",
    "writer", "clients", "console",
];

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both {
    en: String,
    zh: String,
}

impl Both {
    /// In that language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }

    /// How long a reader needs for it, in milliseconds: 20 letters a second, or 9 Chinese characters, as
    /// subtitles for adults have it at most.
    pub fn reading_ms(&self, lang: Lang) -> f64 {
        let per_second = match lang {
            Lang::En => 20.0,
            Lang::Zh => 9.0,
        };
        self.get(lang).chars().count() as f64 * 1000.0 / per_second
    }
}

/// A tour.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tour {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Both,
    /// What it teaches.
    pub about: Both,
    /// A built-in scenario's id, or a whole scenario.
    scenario: Value,
    /// The run's dice.
    #[serde(default = "seven")]
    seed: u64,
    /// Whether it goes on by itself, without a press of a button.
    #[serde(default)]
    pub auto: bool,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// A step of a tour.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The caption.
    pub say: Both,
    /// What the text that the tour follows says.
    pub quote: Option<Both>,
    /// What in that is not so.
    pub not_so: Option<Both>,
    /// The part of the page that the caption is about: its `data-testid`.
    pub point: Option<String>,
    /// A panel to open other than that of `point`: `beliefs`, `node`, `settings`, `console`, `log`, `lanes` or
    /// `clients`.
    pub panel: Option<String>,
    /// A node to select.
    pub select: Option<String>,
    /// What the reader is asked to do.
    pub task: Option<Both>,
    /// The same as actions, for whoever would rather watch: `kill M0`.
    #[serde(default)]
    pub help: Vec<String>,
    /// A question to be answered before the time goes on.
    pub bet: Option<Bet>,
    /// What the step waits for.
    pub until: Option<Until>,
    /// Whether what comes until then is known, or not what the step is about: the director hurries.
    #[serde(default)]
    pub quick: bool,
}

/// A question whose answer the simulation gives.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bet {
    /// The question.
    pub ask: Both,
    /// The answers to choose from.
    pub choices: Vec<Both>,
    /// The right one, from 0.
    pub right: usize,
    /// Why it is.
    pub because: Both,
}

/// What a step waits for: everything that it names must be so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Until {
    /// A sentinel has said this event, such as `+odown`, or `voted`.
    pub event: Option<String>,
    /// Which sentinel.
    pub by: Option<String>,
    /// A part of its text, nodes by their names.
    pub text: Option<String>,
    /// How often it was said at least; once where nothing is given.
    pub times: Option<usize>,
    /// The reader (or the scenario) has done this: an action's verb, as in `help`. Where it is a task, since the
    /// step began.
    pub did: Option<String>,
    /// What the command that was typed begins with, in small or capital letters.
    pub words: Option<String>,
    /// To whom, or what is so of whom.
    pub node: Option<String>,
    /// The node's state or role as the stage shows it: `dead`, `frozen`, `sdown`, `odown`, `leader`, `tilt`,
    /// `ok`, `master`, `replica` and so on.
    pub is: Option<String>,
    /// So many milliseconds of the run have passed since the step began.
    pub after_ms: Option<u64>,
}

const fn seven() -> u64 {
    7
}

impl Tour {
    /// Whether a file is meant as a tour: a JSON object with steps.
    pub fn claims(text: &str) -> bool {
        let value: Result<Value, _> = serde_json::from_str(text);
        value.is_ok_and(|value| value.get("steps").is_some())
    }

    /// Reads a tour.
    ///
    /// # Errors
    /// Where it is not of the form that docs/tours.md describes, or its scenario makes no sense; the place is
    /// named.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let (tour, wrong) = Self::proof(text)?;
        wrong.into_iter().next().map_or(Ok(tour), Err)
    }

    /// The same for whoever is still writing it: a tour that has the form of one, and all that is wrong in it.
    ///
    /// # Errors
    /// Where it has not.
    pub fn proof(text: &str) -> Result<(Self, Vec<ScenarioError>), ScenarioError> {
        if text.len() > TOUR_BYTES_MAX {
            return Err(ScenarioError::at("file", format!("a tour has {TOUR_BYTES_MAX} bytes at most")));
        }
        let tour: Self = serde_json::from_str(text)?;
        let mut wrong = Vec::new();
        wrong.extend(tour.origin().scenario().err().map(|error| match (error, tour.scenario.is_object()) {
            (ScenarioError::Content { place, message }, true) => {
                ScenarioError::at(format!("scenario.{place}"), message)
            }
            // Its line is none of the file's.
            (ScenarioError::Form { message, .. }, _) => ScenarioError::at("scenario", message),
            (error, _) => error,
        }));
        if tour.steps.is_empty() {
            wrong.push(ScenarioError::at("steps", "a tour needs at least one"));
        }
        wrong.extend(tour.steps.iter().enumerate().filter_map(|(n, step)| {
            let (field, message) = step.check().err()?;
            Some(ScenarioError::at(format!("steps[{n}].{field}"), message))
        }));
        Ok((tour, wrong))
    }

    /// The built-in tour to be taken after this one, which is built in, too.
    pub fn following(&self) -> Option<Self> {
        let mut tours = TOURS.iter().filter_map(|text| Self::parse(text).ok());
        tours.find(|tour| tour.id == self.id)?;
        tours.next()
    }

    /// What its run begins from.
    pub fn origin(&self) -> Origin {
        match &self.scenario {
            Value::String(id) => Origin::Library(id.clone()),
            file => Origin::File(file.to_string()),
        }
    }

    /// Its run's dice.
    pub const fn seed(&self) -> Seed {
        Seed(self.seed)
    }
}

impl Step {
    /// Whether it leads to what lies in a panel, and asks for nothing that is done on the stage.
    pub fn is_about_a_panel(&self) -> bool {
        self.point.as_deref().is_some_and(|point| match point {
            "settings" | "writer" | "console" => true,
            "matrix" | "ballot" | "log" | "lanes" | "clients" => self.task.is_none(),
            _ => false,
        })
    }

    /// Whether what it waits for has come; without a wait it has.
    pub fn is_met(&self, seen: Seen<'_>) -> bool {
        self.until.as_ref().is_none_or(|until| until.is_met(seen, self.task.is_some()))
    }

    /// The field that makes no sense, and why.
    fn check(&self) -> Result<(), (&'static str, String)> {
        if let Some(point) = &self.point
            && !PARTS.contains(&point.as_str())
            && !point.starts_with("node-")
        {
            let parts = PARTS.join(", ");
            return Err(("point", format!("\"{point}\" is no part of the page ({parts} or node-NAME)")));
        }
        if let Some(bet) = &self.bet
            && bet.right >= bet.choices.len()
        {
            return Err(("bet.right", format!("there is no choice number {}", bet.right)));
        }
        let (field, message) = match &self.until {
            None if self.task.is_some() => ("until", "a task needs something by which it is seen to be done"),
            Some(until) if *until == Until::default() => ("until", "it names nothing"),
            Some(Until { is: Some(_), node: None, .. }) => ("until.is", "of which node?"),
            Some(Until { words: Some(_), did: None, .. }) => ("until.did", "by which action?"),
            Some(Until { by, text, times, event: None, .. })
                if by.is_some() || text.is_some() || times.is_some() =>
            {
                ("until.event", "of which event?")
            }
            _ => return Ok(()),
        };
        Err((field, message.to_owned()))
    }
}

/// What there is to see of a run at the playhead.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The world.
    pub cluster: &'a Cluster,
    /// What was said and done from t = 0 to the playhead.
    pub records: &'a [Record],
    /// When the step began.
    pub since: SimTime,
}

impl Until {
    /// Whether it has come; `is_asked` where the reader is asked to do it.
    fn is_met(&self, seen: Seen<'_>, is_asked: bool) -> bool {
        let Seen { cluster, records, since } = seen;
        if let Some(ms) = self.after_ms
            && cluster.now().since(since).0 < ms * 1000
        {
            return false;
        }
        if let Some(event) = &self.event {
            let count = records.iter().filter(|record| self.says(cluster, record, event)).count();
            if count < self.times.unwrap_or(1) {
                return false;
            }
        }
        let since = if is_asked { since } else { SimTime::ZERO };
        if let Some(verb) = &self.did
            && !records.iter().any(|record| record.at >= since && self.was_done(cluster, record, verb))
        {
            return false;
        }
        match (&self.is, &self.node) {
            (Some(is), Some(node)) => {
                let view = cluster.view();
                let id = view.nodes.iter().find(|n| n.name == node.as_str()).map(|n| n.id);
                let faces = face::faces(&view);
                let is_so = |face: &Face| face.state() == is || face.role() == is;
                id.and_then(|id| faces.iter().find(|face| face.id == id)).is_some_and(is_so)
            }
            _ => true,
        }
    }

    /// What is waited for, in the words of the file.
    pub fn words(&self) -> String {
        let mut text = String::new();
        let mut say = |name: &str, value: &str| {
            text += if text.is_empty() { "" } else { ", " };
            text += name;
            text += value;
        };
        for (name, value) in [
            ("event ", &self.event),
            ("by ", &self.by),
            ("text ", &self.text),
            ("did ", &self.did),
            ("words ", &self.words),
            ("node ", &self.node),
            ("is ", &self.is),
        ] {
            if let Some(value) = value {
                say(name, value);
            }
        }
        if let Some(times) = self.times {
            say("times ", &times.to_string());
        }
        if let Some(ms) = self.after_ms {
            say("after_ms ", &ms.to_string());
        }
        text
    }

    /// When what it names was done or said often enough, if that was since the step began and is all that is
    /// waited for. A frame may play past it; the world is to be seen as it was then.
    pub fn came_at(&self, seen: Seen<'_>) -> Option<SimTime> {
        let Seen { cluster, records, since } = seen;
        if self.is.is_some() || self.after_ms.is_some() {
            return None;
        }
        let is_it = |record: &&Record| match (&self.event, &self.did) {
            (Some(event), _) => self.says(cluster, record, event),
            (None, Some(verb)) => self.was_done(cluster, record, verb),
            _ => false,
        };
        let last = self.times.unwrap_or(1).saturating_sub(1);
        let at = records.iter().filter(is_it).nth(last)?.at;
        (at > since).then_some(at)
    }

    fn says(&self, cluster: &Cluster, record: &Record, event: &str) -> bool {
        let (Said::Sentinel(said), Some(speaker)) = (&record.what, record.node) else { return false };
        let (name, payload) = said.named();
        name == event
            && self.by.as_ref().is_none_or(|by| cluster.node(speaker).name == by.as_str())
            && self.text.as_ref().is_none_or(|text| cluster.symbolic(&payload).contains(text.as_str()))
    }

    fn was_done(&self, cluster: &Cluster, record: &Record, verb: &str) -> bool {
        let Said::Did { action, .. } = &record.what else { return false };
        let is_verb = action_text(action).split('.').next() == Some(verb);
        let begins = |asked: &String| match &**action {
            Action::Type { words, .. } | Action::Command { words, .. } => {
                let typed = words.join(" ");
                typed.get(..asked.len()).is_some_and(|start| start.eq_ignore_ascii_case(asked))
            }
            _ => false,
        };
        // Where a state is asked for as well, the node is that state's.
        let node = self.node.as_ref().filter(|_| self.is.is_none());
        is_verb
            && self.words.as_ref().is_none_or(begins)
            && node.is_none_or(|name| is_done_to(cluster, action, name))
    }
}

/// Whether an action is done to a node, or to the host that it is on.
fn is_done_to(cluster: &Cluster, action: &Action, name: &str) -> bool {
    let Some(id) = cluster.node_named(name) else { return false };
    let host = cluster.node(id).host;
    match action {
        Action::KillHost(at) | Action::ReviveHost(at) | Action::HostLink { host: at, .. } => *at == host,
        Action::Cut(a, b) | Action::Mend(a, b) => *a == host || *b == host,
        _ => action.node() == Some(id),
    }
}

/// A built-in tour's file.
macro_rules! tours {
    ($($file:literal),* $(,)?) => { &[$(include_str!(concat!("tours/", $file, ".json"))),*] };
}

/// The built-in tours, in the order in which they are best taken: first the one that plays by itself on the first
/// visit. One with the id of a scenario leads through it, and is found there in the catalogue.
pub const TOURS: &[&str] = tours![
    "first",
    "seed_log",
    "seed_election",
    "seed_principles",
    "frozen_master",
    "slow_link",
    "lossy_link",
    "tilt",
    "minority",
    "quorum_one",
    "quorum_too_high",
    "two_sentinels",
    "split_vote",
    "leader_dies",
    "stale_sentinels",
    "priority_zero",
    "manual_failover",
    "parallel_syncs_1",
    "returning_master",
    "partition_lost_writes",
    "partition_min_replicas",
    "clients_find_master",
    "mystery_nobody_good_enough",
    "mystery_client_waits",
    "mystery_slow_resolver",
    "mystery_observer_waits",
    "mystery_stale_master",
    "mystery_foreign_sentinel",
    "mystery_loading_master",
    "mystery_scaled_back",
    "mystery_counter_falls_back",
    "mystery_both_sides_write",
    "mystery_config_disabled",
];

#[cfg(test)]
mod tests;
