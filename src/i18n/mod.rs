//! Every word that the page shows, one file per language.
//!
//! A [`Text`] is a fixed text, a [`Phrase`] a sentence with figures or names in it, an [`Event`] what a
//! sentinel's event means in plain words. Each language matches them without `_`, so a text that lacks a
//! translation does not compile.

mod en;
mod en_events;
mod en_guide;
mod en_terms;
mod en_why;
mod fact;
mod guide;
mod phrase;
mod term;
mod text;
mod zh;
mod zh_events;
mod zh_guide;
mod zh_notes;
mod zh_terms;
mod zh_why;

pub use fact::Fact;
pub use guide::{Guide, Told};
pub use phrase::{Event, Phrase};
pub use term::Term;
pub use text::Text;

use crate::scenario::Note;

/// A reason without the full stop that some of Redis's own end with: the sentence around it has one.
fn ended(why: &str) -> &str {
    why.trim_end_matches('.')
}

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English
    #[default]
    En,
    /// Simplified Chinese
    Zh,
}

impl Lang {
    /// All of them, in the order of the chooser.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// Its tag (BCP 47), as the document's `lang` says it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// Its own name for itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Zh => "中文",
        }
    }

    /// The language that a browser's tag asks for; English where there is none.
    pub fn of_tag(tag: &str) -> Self {
        if tag.to_ascii_lowercase().starts_with("zh") { Self::Zh } else { Self::En }
    }

    /// What stands between two sentences: Chinese full stops have their room with them.
    pub const fn pause(self) -> &'static str {
        match self {
            Self::En => " ",
            Self::Zh => "",
        }
    }

    /// A fixed text.
    pub const fn text(self, text: Text) -> &'static str {
        match self {
            Self::En => en::text(text),
            Self::Zh => zh::text(text),
        }
    }

    /// A sentence.
    pub fn phrase(self, phrase: &Phrase<'_>) -> String {
        match self {
            Self::En => en::phrase(phrase),
            Self::Zh => zh::phrase(phrase),
        }
    }

    /// A fixed text around a run.
    pub const fn guide(self, text: Guide) -> &'static str {
        match self {
            Self::En => en_guide::text(text),
            Self::Zh => zh_guide::text(text),
        }
    }

    /// A sentence around a run.
    pub fn told(self, told: &Told<'_>) -> String {
        match self {
            Self::En => en_guide::told(told),
            Self::Zh => zh_guide::told(told),
        }
    }

    /// A text of the catalogue.
    pub const fn words(self, words: &crate::scenario::Words) -> &'static str {
        match self {
            Self::En => words.en,
            Self::Zh => words.zh,
        }
    }

    /// A group of the catalogue.
    pub const fn group(self, group: crate::scenario::Group) -> &'static str {
        guide::group(group, matches!(self, Self::Zh))
    }

    /// What the reader of an imported sentinel.conf should know.
    pub fn note(self, note: &Note) -> String {
        match self {
            Self::En => note.to_string(),
            Self::Zh => zh_notes::note(note),
        }
    }

    /// What an event means.
    pub fn event(self, event: &Event<'_>) -> String {
        match self {
            Self::En => en_events::event(event),
            Self::Zh => zh_events::event(event),
        }
    }

    /// A fixed text of the stage's tools and of a sentinel's mind.
    pub const fn term(self, term: Term) -> &'static str {
        match self {
            Self::En => en_terms::term(term),
            Self::Zh => zh_terms::term(term),
        }
    }

    /// What explains an event.
    pub fn fact(self, fact: &Fact) -> String {
        match self {
            Self::En => en_why::fact(fact),
            Self::Zh => zh_why::fact(fact),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentinel::EventKind;

    #[test]
    fn browsers_that_ask_for_chinese_get_it() {
        assert_eq!(Lang::of_tag("zh-CN"), Lang::Zh);
        assert_eq!(Lang::of_tag("ZH"), Lang::Zh);
        assert_eq!(Lang::of_tag("en-GB"), Lang::En);
        assert_eq!(Lang::of_tag("fr"), Lang::En);
    }

    #[test]
    fn every_event_says_who_said_it_in_both_languages() {
        for kind in EventKind::ALL {
            let event = Event { kind: *kind, by: "S9", about: "R7", extra: "2/2" };
            for lang in Lang::ALL {
                let text = lang.event(&event);
                assert!(text.contains("S9"), "{}: {text}", kind.channel());
            }
        }
    }
}
