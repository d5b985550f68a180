//! The text twin: the run in words, with a heading a phase, for whoever reads it rather than looks at it. It is
//! made only while it is open, and of it only what is new.

use crate::i18n::{Guide as Word, Lang, Term, Text, Told};
use crate::sentinel::Filter;
use crate::sim::SimTime;
use crate::ui::focus;
use crate::ui::guide::guide;
use crate::ui::lab::Lab;
use crate::ui::plain::{For, view};
use crate::view::format;
use crate::view::twin::{self, Entry, Phase, Vote, Weighed};
use leptos::prelude::*;

#[component]
pub(super) fn Transcript() -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let phases = Memo::new(move |_| {
        let (run, ..) = lab.heard.get();
        let lang = lab.lang.get();
        let phases = lab.session.with_value(|s| twin::phases(s.told()));
        phases.into_iter().map(|phase| (run, lang.tag(), phase.from, phase.to)).collect::<Vec<_>>()
    });
    view! {
        <p class="hint">{guide.says(Word::TranscriptHint)}</p>
        {move || phases.with(Vec::is_empty).then(|| view! {
            <p class="empty">{guide.says(Word::TranscriptEmpty)}</p>
        })}
        <div class="twin" role="region" aria-label=guide.says(Word::PanelTranscript) tabindex="0"
            data-testid="transcript" on:keydown=move |ev| focus::rove(&ev, "button")>
            <For each=move || phases.get() key=|phase| *phase
                children=move |(.., from, to)| phase_view(lab, Phase { from, to }) />
        </div>
    }
}

/// A phase. It is not said anew: what comes later in it makes another one in its place.
fn phase_view(lab: Lab, phase: Phase) -> AnyView {
    let lang = lab.lang.get_untracked();
    let view = lab.view.get_untracked();
    let entries = lab.session.with_value(|s| {
        let told = s.told();
        // A run that was changed in the past may have fewer records than a phase that is on its way out.
        let phase = Phase { to: phase.to.min(told.len()), ..phase };
        twin::entries(lang, &view, told, phase)
    });
    let mut entries = entries.into_iter().peekable();
    let head = entries.next_if(|entry| matches!(entry, Entry::Line { .. }));
    let head = match head {
        Some(Entry::Line { at, text, event }) => line(lab, at, text, event),
        _ => lang.guide(Word::Beginning).into_any(),
    };
    let rest: Vec<_> = entries.map(|entry| entry_view(lab, lang, entry)).collect();
    view! {
        <h3>{head}</h3>
        {(!rest.is_empty()).then(|| view! { <ul>{rest}</ul> })}
    }
}

/// A sentence with its time, which goes to its moment, and its line of the log.
fn line(lab: Lab, at: SimTime, text: String, event: Option<String>) -> AnyView {
    let clock = clock(lab, at);
    view! {
        <button class="link" tabindex="-1" title=lab.says(Text::JumpHere) on:click=move |_| lab.seek(at)>{clock}</button>
        " "<span>{text}</span>
        {event.map(|event| view! { " "<code>{event}</code> })}
    }
}

fn clock(lab: Lab, at: SimTime) -> String {
    format::clock(at, lab.moment.with_untracked(|moment| moment.origin))
}

fn entry_view(lab: Lab, lang: Lang, entry: Entry) -> AnyView {
    match entry {
        Entry::Line { at, text, event } => view! { <li>{line(lab, at, text, event)}</li> },
        Entry::Ballot { epoch, votes } => {
            let heads =
                [Word::Voter, Word::VotedFor, Word::VotedAt, Word::HeardAt].map(|word| lang.guide(word));
            let row = |vote: Vote| {
                let heard = vote.heard.map_or_else(|| "–".to_owned(), |at| clock(lab, at));
                vec![vote.voter, vote.candidate, clock(lab, vote.at), heard]
            };
            let rows = votes.into_iter().map(row).collect();
            table("twin-ballot", lang.told(&Told::Ballot(epoch)), heads.to_vec(), rows)
        }
        Entry::Weighing(n) => {
            let weighed = lab.session.with_value(|s| {
                let (world, insight) = s.weighing(s.told().get(n)?)?;
                Some(twin::weighed(&world, &insight))
            });
            let terms = [Term::Replica, Term::OrderPriority, Term::OrderOffset, Term::OrderRunId];
            let mut heads: Vec<_> = terms.map(|term| lang.term(term)).to_vec();
            heads.push(lang.guide(Word::Verdict));
            let row = |replica: Weighed| {
                let run_id = replica.run_id.clone().unwrap_or_else(|| "–".to_owned());
                let verdict = verdict(lang, &replica);
                let (priority, offset) = (replica.priority.to_string(), format::grouped(replica.offset));
                vec![replica.name, priority, offset, run_id, verdict]
            };
            let rows: Vec<_> = weighed.unwrap_or_default().into_iter().map(row).collect();
            // A mind that has gone with its process tells nothing any more.
            if rows.is_empty() {
                return ().into_any();
            }
            table("twin-weighing", lang.term(Term::Selection).to_owned(), heads, rows)
        }
    }
}

fn verdict(lang: Lang, replica: &Weighed) -> String {
    let term = match replica.fails {
        _ if replica.chosen => return lang.term(Term::Chosen).to_owned(),
        None => return lang.term(Term::Passes).to_owned(),
        Some(Filter::Up) => Term::FilterUp,
        Some(Filter::Connected) => Term::FilterConnected,
        Some(Filter::FreshPing) => Term::FilterFreshPing,
        Some(Filter::Priority) => Term::FilterPriority,
        Some(Filter::FreshInfo) => Term::FilterFreshInfo,
        Some(Filter::LinkDown) => Term::FilterLinkDown,
    };
    format!("{}: {}", lang.term(Term::Fails), lang.term(term))
}

/// A table whose rows begin with what they are about.
fn table(name: &'static str, caption: String, heads: Vec<&'static str>, rows: Vec<Vec<String>>) -> AnyView {
    let heads: Vec<_> = heads.into_iter().map(|head| view! { <th scope="col">{head}</th> }).collect();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let mut cells = row.into_iter();
            let first = cells.next();
            let cells: Vec<_> = cells.map(|cell| view! { <td>{cell}</td> }).collect();
            view! { <tr><th scope="row">{first}</th>{cells}</tr> }
        })
        .collect();
    view! {
        <li>
            <table class="known" data-testid=name>
                <caption>{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </li>
    }
}
