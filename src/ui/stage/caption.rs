//! What is happening, in a sentence: the last notable event before the playhead, with its line of the log.

use crate::cluster::Said;
use crate::i18n::{Term, Text};
use crate::ui::lab::{Panel, lab};
use crate::ui::plain::view;
use crate::ui::session;
use leptos::prelude::*;

#[component]
pub(super) fn Caption() -> impl IntoView {
    let lab = lab();
    let last = Memo::new(move |_| {
        let (_, heard, _) = lab.heard.get();
        lab.session.with_value(|s| {
            let before = s.records().get(..heard)?;
            let mut since = before.iter().enumerate().rev().take_while(|(_, r)| r.at >= s.origin());
            let (n, record) = since.find(|(_, r)| session::is_notable(r))?;
            let text = lab.view.with_untracked(|v| session::tell(lab.lang.get(), v, before, n))?;
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
        <div class="caption" data-category=category data-testid="caption">
            <div>
                <p role="status" aria-live="polite">{text}</p>
                {move || event().map(|event| view! { <code>{event}</code> })}
            </div>
            {move || asks.get().then(|| view! {
                <button class="small" data-testid="caption-why" on:click=ask>{lab.term(Term::Why)}</button>
            })}
        </div>
    }
}
