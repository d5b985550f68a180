//! Why a scenario was refused.

use crate::sim::Addr;

/// Why a scenario was refused: where, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// Not JSON, or not the form of a scenario.
    #[error("line {line}, column {column}: {message}")]
    Form {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A field that makes no sense.
    #[error("{place}: {message}")]
    Content {
        /// Where, such as `nodes[2].quorum`.
        place: String,
        /// What is wrong.
        message: String,
    },
}

impl ScenarioError {
    /// An error at a place.
    pub(crate) fn at(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Content { place: place.into(), message: message.into() }
    }

    /// Two nodes that would listen at one address.
    pub(crate) fn address_taken(place: String, addr: Addr, by: &str) -> Self {
        Self::at(place, format!("{addr} is taken by {by}"))
    }
}

impl From<serde_json::Error> for ScenarioError {
    fn from(error: serde_json::Error) -> Self {
        // serde_json says the place once more at the end of its message.
        let text = error.to_string();
        let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
        Self::Form { line: error.line(), column: error.column(), message: message.to_owned() }
    }
}
