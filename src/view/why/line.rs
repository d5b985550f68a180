//! One line of an explanation.

use crate::i18n::Fact;
use crate::sentinel::Countdown;

/// A fact, and what it counts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The fact.
    pub fact: Fact,
    /// The rule that makes it count.
    pub rule: &'static str,
    /// Whether it is a condition, and then whether it is met.
    pub met: Option<bool>,
    /// How far something has come that fills up.
    pub part: Option<Part>,
}

/// So much of so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What there is.
    pub done: i64,
    /// What it takes.
    pub of: i64,
}

impl Part {
    /// In per cent, at most 100.
    pub fn percent(self) -> u8 {
        (self.done.max(0) * 100 / self.of.max(1)).min(100) as u8
    }
}

impl From<Countdown> for Part {
    fn from(wait: Countdown) -> Self {
        Self { done: wait.elapsed.0, of: wait.limit.0 }
    }
}

impl Line {
    /// A plain statement.
    pub const fn says(fact: Fact, rule: &'static str) -> Self {
        Self { fact, rule, met: None, part: None }
    }

    /// A condition.
    pub const fn is(met: bool, fact: Fact, rule: &'static str) -> Self {
        Self { fact, rule, met: Some(met), part: None }
    }

    pub(super) fn filling(mut self, part: impl Into<Part>) -> Self {
        self.part = Some(part.into());
        self
    }
}
