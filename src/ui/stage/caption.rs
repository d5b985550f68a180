//! What is happening, in a sentence: the last notable event before the playhead, with its line of the log.

use crate::cluster::{Record, Said};
use crate::i18n::{Term, Text};
use crate::ui::lab::{Panel, lab};
use crate::ui::plain::view;
use crate::ui::session;
use leptos::prelude::*;

/// So many things done at one moment are told.
const DEEDS_MAX: usize = 3;

#[component]
pub(super) fn Caption() -> impl IntoView {
    let lab = lab();
    let last = Memo::new(move |_| {
        let (_, heard, _) = lab.heard.get();
        lab.session.with_value(|s| {
            let before = s.records().get(..heard)?;
            let lang = lab.lang.get();
            let tell = |n| lab.view.with_untracked(|v| session::tell(lang, v, before, n));
            let since = before.iter().enumerate().rev().take_while(|(_, r)| r.at >= s.news_from());
            let mut notable = since.filter(|(_, r)| session::is_notable(r));
            let (n, record, text) = notable.find_map(|(n, r)| Some((n, r, tell(n)?)))?;
            // What was done at one moment is one deed: two sentinels die, not the last of them.
            let is_deed = |r: &Record| matches!(r.what, Said::Did { .. });
            let mut told = vec![text];
            if is_deed(record) {
                for (n, _) in notable.take_while(|(_, r)| is_deed(r) && r.at == record.at) {
                    if let Some(earlier) = tell(n).filter(|earlier| !told.contains(earlier)) {
                        told.insert(0, earlier);
                    }
                }
            }
            if told.len() > DEEDS_MAX {
                told.truncate(DEEDS_MAX);
                told.push("…".to_owned());
            }
            let text = told.join(lang.pause());
            let event = session::event_text(record);
            let n = matches!(record.what, Said::Sentinel(_)).then_some(n);
            Some((text, event, n, session::category_of(record)))
        })
    });
    // The first scenario kills its master by itself; in the others that is for the reader to do.
    let opening = move || {
        lab.run.track();
        let is_first = lab.session.with_value(|s| *s.source() == session::Source::Library(0));
        if is_first { Text::Hello } else { Text::Quiet }
    };
    let text = move || last.get().map_or_else(|| lab.t(opening()).to_owned(), |(text, ..)| text);
    let event = move || last.get().and_then(|(_, event, ..)| event);
    let category = move || last.get().map_or("quiet", |(.., category)| category.word());
    let number = Memo::new(move |_| last.get().and_then(|(_, _, n, _)| n));
    // The button stays the same from sentence to sentence, and with it the focus that it may have.
    let asks = Memo::new(move |_| number.get().is_some());
    let ask = move |_| {
        if number.get_untracked().is_some_and(|n| lab.ask(n)) {
            lab.panel.set(Panel::Why);
        }
    };
    // Polite, and at most one sentence: the last.
    view! {
        <div class="caption" data-category=move || category() data-testid="caption">
            <div>
                <p role="status" aria-live="polite">{move || text()}</p>
                {move || event().map(|event| view! { <code>{event}</code> })}
            </div>
            {move || asks.get().then(|| view! {
                <button class="small" data-testid="caption-why" on:click=ask>{lab.term(Term::Why)}</button>
            })}
        </div>
    }
}
