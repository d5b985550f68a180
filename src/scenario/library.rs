//! The built-in scenarios, in groups, with what the page says about them.

mod table;

use crate::scenario::Scenario;

/// A text in every language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: &'static str,
    /// Simplified Chinese.
    pub zh: &'static str,
}

/// What a scenario is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// To begin with.
    Basics,
    /// Who believes whom down, and when.
    Detection,
    /// Quorum, votes and leaders.
    Election,
    /// Which replica, and what becomes of the others.
    Failover,
    /// What it costs those who write.
    Clients,
    /// What people saw and could not explain.
    Mystery,
}

impl Group {
    /// All of them, in the order of the catalogue.
    pub const ALL: [Self; 6] =
        [Self::Basics, Self::Detection, Self::Election, Self::Failover, Self::Clients, Self::Mystery];
}

/// A built-in scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id, the same as in its file.
    pub id: &'static str,
    /// Where it stands in the catalogue.
    pub group: Group,
    /// Its file.
    pub json: &'static str,
    /// The recorded scenario that is the same, where there is one (`tests/fixtures/captures`).
    pub recorded: Option<&'static str>,
    /// Its title; the English one is that of its file.
    pub title: Words,
    /// What it shows; the English text is that of its file.
    pub about: Words,
}

impl Entry {
    /// The scenario.
    pub fn scenario(&self) -> Scenario {
        Scenario::parse(self.json).expect("built-in scenarios are tested")
    }
}

/// All built-in scenarios, the one to begin with first, a group after the other.
pub const fn library() -> &'static [Entry] {
    table::LIBRARY
}

/// The built-in scenario of that id.
pub fn entry(id: &str) -> Option<&'static Entry> {
    library().iter().find(|entry| entry.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_scenario_is_read_and_is_what_the_catalogue_says() {
        for entry in library() {
            let scenario = entry.scenario();
            assert_eq!(scenario.id, entry.id);
            assert_eq!(scenario.title, entry.title.en, "{}", entry.id);
            assert_eq!(scenario.about, entry.about.en, "{}", entry.id);
            assert!(!entry.title.en.is_empty() && !entry.about.en.is_empty(), "{}", entry.id);
        }
    }

    #[test]
    fn every_built_in_scenario_has_words_in_chinese() {
        let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for entry in library() {
            assert!(is_chinese(entry.title.zh), "{}: {}", entry.id, entry.title.zh);
            assert!(is_chinese(entry.about.zh), "{}: {}", entry.id, entry.about.zh);
        }
    }

    #[test]
    fn ids_are_not_used_twice_and_groups_stand_together() {
        let groups: Vec<Group> = library().iter().map(|entry| entry.group).collect();
        assert!(groups.is_sorted());
        let mut ids: Vec<&str> = library().iter().map(|entry| entry.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), library().len());
    }
}
