//! The future that a deed in the past replaced: one line that says how the two differ.

use crate::i18n::{Guide as Word, Told};
use crate::sim::SimTime;
use crate::ui::guide::guide;
use crate::ui::lab::Lab;
use crate::ui::plain::view;
use crate::ui::session::{self, Session};
use crate::view::format;
use crate::view::ghost::{Outcome, first_difference, outcome};
use crate::view::marks::Category;
use leptos::prelude::*;

/// How two futures stand to each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparison {
    /// Where they part.
    pub(crate) fork: SimTime,
    /// How far the old one had been shown.
    pub(crate) until: SimTime,
    /// Where they first differ.
    pub(crate) differs: Option<SimTime>,
    was: Outcome,
    is: Outcome,
}

/// The comparison with the ghost, if there is one; it follows what was shown.
pub(crate) fn comparison(lab: Lab) -> Memo<Option<Comparison>> {
    Memo::new(move |_| {
        lab.heard.track();
        lab.session.with_value(|s| {
            let ghost = s.ghost()?;
            let (fork, until) = (ghost.fork, ghost.seen);
            let differs = first_difference(ghost.records(), s.records(), fork, until, s.seen());
            let was = outcome(ghost.cluster(), ghost.records(), fork, until);
            let is = outcome(s.cluster(), s.records(), fork, s.seen());
            Some(Comparison { fork, until, differs, was, is })
        })
    })
}

/// The marks of the ghost: which of its records, when, and what about.
pub(crate) fn marks(lab: Lab) -> Memo<Vec<(usize, SimTime, Category)>> {
    let of_ghost = move |_: Option<&Vec<_>>| {
        lab.heard.track();
        lab.session.with_value(|s| {
            let Some(ghost) = s.ghost() else { return Vec::new() };
            let notable = ghost.records().iter().enumerate().filter(|(_, record)| {
                record.turn > ghost.fork && record.at <= ghost.seen && session::is_notable(record)
            });
            notable.map(|(n, record)| (n, record.at, session::category_of(record))).collect()
        })
    };
    Memo::new(of_ghost)
}

#[component]
pub(crate) fn GhostLine() -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let comparison = comparison(lab);
    let text = move || {
        let found = comparison.get()?;
        let clock = |at| format::clock(at, lab.moment.get_untracked().origin);
        let came = |outcome: &Outcome| match &outcome.master {
            Some((name, at)) => guide.say(&Told::NewMaster(name, &clock(*at))),
            None => guide.say(&Told::NoMaster(outcome.tries, outcome.aborts)),
        };
        let differs = match found.differs {
            Some(at) => guide.say(&Told::Differs(&clock(at))),
            None => guide.say(&Told::Same),
        };
        let parts = [
            guide.say(&Told::Forked(&clock(found.fork))),
            differs,
            guide.say(&Told::Was(&came(&found.was))),
            guide.say(&Told::Is(&came(&found.is))),
        ];
        Some(parts.join(lab.lang.get().pause()))
    };
    let change = move |how: fn(&mut Session)| {
        lab.session.update_value(how);
        lab.playing.set(false);
        // Records of another future are other records, even where they are as many.
        lab.run.update(|n| *n += 1);
        lab.moved();
    };
    move || {
        text().map(|text| view! {
            <div class="ghost-line" data-testid="ghost">
                <p role="status">{text}</p>
                <button class="small" data-testid="ghost-back" on:click=move |_| change(Session::swap_ghost)>
                    {guide.says(Word::GhostBack)}
                </button>
                <button class="small quiet" data-testid="ghost-forget" on:click=move |_| change(Session::forget_ghost)>
                    {guide.says(Word::GhostForget)}
                </button>
            </div>
        })
    }
}
