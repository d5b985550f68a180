//! Reading the text of a run: everything that can be read is, and everything that cannot is named.

use super::pack::{Unpack, unescape, unpack};
use super::{ACTIONS_MAX, Origin, RUN_BYTES_MAX, Shared, VERSION, parse_action};
use crate::cluster::{Action, NodeId};
use crate::scenario::{ScenarioError, TIME_MAX, entry};
use crate::sim::{Micros, Seed};

/// What was read, and what was not.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The run, without what could not be read.
    pub run: Shared,
    /// What could not be read, in the order of the text.
    pub problems: Vec<Problem>,
}

/// A part of the text that was not understood; the rest stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A field of an unknown name.
    UnknownField(String),
    /// A field of a known name that is missing or makes no sense; a default stands for it.
    BadField(&'static str),
    /// An action that was not understood, and left out: its number from 1, and its text.
    BadAction(usize, String),
    /// The text ends within its packed actions; so many could be read.
    CutOff(usize),
    /// There are more actions than are read; so many were left out.
    TooManyActions(usize),
}

/// Why nothing could be made of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// It is not the text of a run, or of another version of it: what it begins with.
    UnknownVersion(String),
    /// No such scenario is built in.
    UnknownScenario(String),
    /// It names no scenario.
    NoScenario,
    /// The scenario file was damaged on the way.
    Damaged,
    /// The text ends within the scenario file.
    CutOff,
    /// The text, or the scenario in it when unpacked, is longer than [`RUN_BYTES_MAX`].
    TooLarge,
    /// The scenario file makes no sense.
    Scenario(ScenarioError),
}

impl Shared {
    /// Whether a text claims to be a run, of whichever version.
    pub fn claims(text: &str) -> bool {
        let version = text.split('&').next().unwrap_or_default();
        version.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    }

    /// Reads the text of a run.
    ///
    /// # Errors
    /// Where there is nothing to begin with: an unknown version, an unknown scenario, a damaged file.
    pub fn parse(text: &str) -> Result<Read, ShareError> {
        if text.len() > RUN_BYTES_MAX {
            return Err(ShareError::TooLarge);
        }
        let mut fields = text.trim().split('&');
        let version = fields.next().unwrap_or_default();
        if version != VERSION {
            return Err(ShareError::UnknownVersion(version.chars().take(20).collect()));
        }
        let (mut origin, mut seed, mut at, mut see) = (None, None, None, None);
        let (mut actions, mut problems) = (Actions::default(), Vec::new());
        let mut has_packed = false;
        for field in fields {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            let once = |is_first: bool, name: &'static str, problems: &mut Vec<Problem>| {
                if !is_first {
                    problems.push(Problem::BadField(name));
                }
            };
            match name {
                "scenario" => {
                    once(origin.is_none(), "scenario", &mut problems);
                    origin = Some(read_id(value)?);
                }
                "file" => {
                    once(origin.is_none(), "file", &mut problems);
                    origin = Some(read_file(value)?);
                }
                "seed" => {
                    once(seed.is_none(), "seed", &mut problems);
                    seed = number(value).map(Seed);
                }
                "at" => {
                    once(at.is_none(), "at", &mut problems);
                    at = number(value).map(Micros).filter(|at| *at <= TIME_MAX);
                }
                "see" => {
                    once(see.is_none(), "see", &mut problems);
                    see = number(value).and_then(|n| u32::try_from(n).ok()).map(NodeId);
                    if see.is_none() {
                        problems.push(Problem::BadField("see"));
                    }
                }
                "do" => actions.read(value, &mut problems),
                "done" => {
                    once(!has_packed, "done", &mut problems);
                    // A second one is not unpacked: a small text must not make for much work.
                    if !std::mem::replace(&mut has_packed, true) {
                        actions.read_packed(value, &mut problems);
                    }
                }
                other => problems.push(Problem::UnknownField(other.chars().take(40).collect())),
            }
        }
        if actions.count > ACTIONS_MAX {
            problems.push(Problem::TooManyActions(actions.count - ACTIONS_MAX));
        }
        let origin = origin.ok_or(ShareError::NoScenario)?;
        if seed.is_none() {
            problems.push(Problem::BadField("seed"));
        }
        if at.is_none() {
            problems.push(Problem::BadField("at"));
        }
        let (seed, at) = (seed.unwrap_or(Seed(7)), at.unwrap_or_default());
        Ok(Read { run: Self { origin, seed, actions: actions.all, at, see }, problems })
    }
}

/// The actions of a text as they are read.
#[derive(Default)]
struct Actions {
    all: Vec<(Micros, Action)>,
    /// How many there were, those left out included.
    count: usize,
}

impl Actions {
    fn read(&mut self, value: &str, problems: &mut Vec<Problem>) {
        self.count += 1;
        match read_action(value) {
            _ if self.count > ACTIONS_MAX => {}
            // What was done at one moment keeps its order.
            Some(action) => {
                self.all.insert(self.all.partition_point(|(at, _)| *at <= action.0), action);
            }
            None => problems.push(Problem::BadAction(self.count, value.chars().take(60).collect())),
        }
    }

    /// Actions that were packed: their fields as they stand in a text otherwise.
    fn read_packed(&mut self, packed: &str, problems: &mut Vec<Problem>) {
        let (text, is_whole) = match unpack(packed, RUN_BYTES_MAX) {
            Ok(text) => (text, true),
            // The last one may have lost its end, and mean something else without it.
            Err(Unpack::CutOff(text)) => {
                (text.rsplit_once('&').map_or("", |(whole, _)| whole).to_owned(), false)
            }
            Err(_) => return problems.push(Problem::BadField("done")),
        };
        let text = text.strip_prefix('&').unwrap_or(&text);
        for field in text.split('&').filter(|_| !text.is_empty()) {
            self.read(field.strip_prefix("do=").unwrap_or(field), problems);
        }
        if !is_whole {
            problems.push(Problem::CutOff(self.count));
        }
    }
}

fn read_id(value: &str) -> Result<Origin, ShareError> {
    let shown = || value.chars().take(60).collect();
    let id = unescape(value).ok_or_else(|| ShareError::UnknownScenario(shown()))?;
    match entry(&id) {
        Some(_) => Ok(Origin::Library(id)),
        None => Err(ShareError::UnknownScenario(shown())),
    }
}

fn read_file(value: &str) -> Result<Origin, ShareError> {
    let file = unpack(value, RUN_BYTES_MAX).map_err(|why| match why {
        Unpack::Damaged => ShareError::Damaged,
        Unpack::CutOff(_) => ShareError::CutOff,
        Unpack::TooLarge => ShareError::TooLarge,
    })?;
    let origin = Origin::File(file);
    origin.scenario().map_err(ShareError::Scenario)?;
    Ok(origin)
}

fn read_action(value: &str) -> Option<(Micros, crate::cluster::Action)> {
    let (at, action) = value.split_once('.')?;
    let at = number(at).map(Micros).filter(|at| *at <= TIME_MAX)?;
    Some((at, parse_action(action)?))
}

/// Digits only: what `parse` would take besides, such as a sign, is not canonical.
pub(super) fn number(text: &str) -> Option<u64> {
    let is_canonical = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    is_canonical.then(|| text.parse().ok()).flatten()
}
