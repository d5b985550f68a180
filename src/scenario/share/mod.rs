//! A run as a short text: what it was begun from, what was done in it, and where the playhead stood.
//!
//! The text is `v1&scenario=plain&seed=7&do=4000000.kill.0&at=5200000&see=3`: the version, then fields. It
//! stands behind the `#` of a link, is what the page keeps of the last visit, and is what the file of an
//! exported run holds. A scenario that is not built in travels along as `file=`, packed; so do many actions, as
//! `done=` ([`ACTIONS_PLAIN_MAX`]). Times are microseconds from t = 0. What is written is canonical: reading and
//! writing it again gives the same text.

mod action;
mod named;
mod pack;
mod read;

pub use action::{action_text, parse_action};
pub use read::{Problem, Read, ShareError};

use crate::cluster::{JournalEntry, NodeId};
use crate::scenario::{Scenario, ScenarioError, entry};
use crate::sim::{Micros, Seed};
use std::fmt::Write as _;

/// A link is at most this long, in bytes after the `#`: longer ones do not survive chats and mail.
pub const LINK_BYTES_MAX: usize = 8 << 10;

/// A run in a file is at most this long, and so is a scenario when it is unpacked.
pub const RUN_BYTES_MAX: usize = 1 << 20;

/// At most so many actions are read.
pub const ACTIONS_MAX: usize = 5_000;

/// Actions whose `do=` fields have more bytes than this together are written packed: some twenty. Fewer can be
/// read and changed by whoever sees the link, and packing gains little on them.
pub const ACTIONS_PLAIN_MAX: usize = 400;

/// The version of the text that this program writes, and the only one it reads.
const VERSION: &str = "v1";

/// What a run is begun from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A built-in scenario, by its id.
    Library(String),
    /// A scenario file's text.
    File(String),
}

/// A run: what it takes to make it again, and where it was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// What it begins from.
    pub origin: Origin,
    /// Its dice.
    pub seed: Seed,
    /// What was done; times count from t = 0, in their order.
    pub actions: Vec<(Micros, crate::cluster::Action)>,
    /// The playhead, from t = 0.
    pub at: Micros,
    /// The node that was looked at.
    pub see: Option<NodeId>,
}

impl Origin {
    /// The scenario.
    ///
    /// # Errors
    /// Where the file makes no sense; of an id that is not built in, too.
    pub fn scenario(&self) -> Result<Scenario, ScenarioError> {
        match self {
            Self::Library(id) => match entry(id) {
                Some(entry) => Ok(entry.scenario()),
                None => Err(ScenarioError::at("scenario", format!("there is no built-in scenario \"{id}\""))),
            },
            Self::File(text) => Scenario::parse(text),
        }
    }

    /// The field that names it in a run's text; a scenario file is packed into it, which takes a while. A file
    /// that cannot be read is written as it stands.
    pub fn to_field(&self) -> String {
        match self {
            Self::Library(id) => format!("&scenario={}", pack::escape(id)),
            Self::File(file) => {
                let plain = Scenario::parse(file).map_or_else(|_| file.clone(), |s| s.to_compact_json());
                format!("&file={}", pack::pack(&plain))
            }
        }
    }
}

impl Shared {
    /// The text of the run.
    pub fn to_text(&self) -> String {
        self.to_text_from(&self.origin.to_field())
    }

    /// The same for whoever has the field that names the origin already.
    pub fn to_text_from(&self, origin: &str) -> String {
        let mut text = format!("{VERSION}{origin}");
        // Writing to a string cannot fail.
        let _ = write!(text, "&seed={}", self.seed.0);
        text += &self.actions_fields();
        let _ = write!(text, "&at={}", self.at.0);
        if let Some(node) = self.see {
            let _ = write!(text, "&see={}", node.0);
        }
        text
    }

    /// A field for each action, or one for all of them packed. What nobody could unpack again is not packed.
    fn actions_fields(&self) -> String {
        let texts = self.actions.iter().map(|(at, action)| format!("&do={}.{}", at.0, action_text(action)));
        let plain: String = texts.collect();
        if (ACTIONS_PLAIN_MAX + 1..=RUN_BYTES_MAX).contains(&plain.len()) {
            format!("&done={}", pack::pack(&plain))
        } else {
            plain
        }
    }

    /// The text, where it is short enough for a link.
    ///
    /// # Errors
    /// How long it would be.
    pub fn link(&self) -> Result<String, usize> {
        let text = self.to_text();
        if text.len() > LINK_BYTES_MAX { Err(text.len()) } else { Ok(text) }
    }

    /// The actions of a journal, their times counted from `origin`.
    pub fn actions_of(
        journal: &[JournalEntry],
        origin: crate::sim::SimTime,
    ) -> Vec<(Micros, crate::cluster::Action)> {
        journal.iter().map(|entry| (entry.at.since(origin), entry.action.clone())).collect()
    }
}

#[cfg(test)]
mod tests;
