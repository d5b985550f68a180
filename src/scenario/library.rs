//! The built-in scenarios.

use crate::scenario::Scenario;

/// A built-in scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id, the same as in its file.
    pub id: &'static str,
    /// Its file.
    pub json: &'static str,
}

impl Entry {
    /// The scenario.
    pub fn scenario(&self) -> Scenario {
        Scenario::parse(self.json).expect("built-in scenarios are tested")
    }
}

const LIBRARY: &[Entry] = &[
    Entry { id: "first-failover", json: include_str!("library/first_failover.json") },
    Entry { id: "plain", json: include_str!("library/plain.json") },
    Entry { id: "seed-two-machines", json: include_str!("library/seed_two_machines.json") },
];

/// All built-in scenarios, the one to begin with first.
pub const fn library() -> &'static [Entry] {
    LIBRARY
}

/// The built-in scenario of that id.
pub fn entry(id: &str) -> Option<&'static Entry> {
    LIBRARY.iter().find(|entry| entry.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_scenario_is_read_and_has_the_id_it_is_listed_under() {
        for entry in library() {
            assert_eq!(entry.scenario().id, entry.id);
        }
    }
}
