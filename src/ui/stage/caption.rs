//! What is happening, in a sentence: the last notable event before the playhead, with its line of the log.

use crate::i18n::Text;
use crate::ui::lab::lab;
use crate::ui::session;
use leptos::prelude::*;

#[component]
pub(super) fn Caption() -> impl IntoView {
    let lab = lab();
    let last = Memo::new(move |_| {
        let (_, heard, _) = lab.heard.get();
        lab.session.with_value(|s| {
            let before = s.records().get(..heard)?;
            let mut since = before.iter().rev().take_while(|r| r.at >= s.origin());
            let record = since.find(|r| session::is_notable(r))?;
            let text = lab.view.with_untracked(|v| session::tell(lab.lang.get(), v, record))?;
            let event = session::event_text(record);
            Some((text, event, session::category_of(record)))
        })
    });
    // The first scenario kills its master by itself; in the others that is for the reader to do.
    let opening = move || {
        lab.run.track();
        let is_first = lab.session.with_value(|s| *s.source() == session::Source::Library(0));
        if is_first { Text::Hello } else { Text::Quiet }
    };
    let text = move || last.get().map_or_else(|| lab.t(opening()).to_owned(), |(text, ..)| text);
    let event = move || last.get().and_then(|(_, event, _)| event);
    let category = move || last.get().map_or("quiet", |(.., category)| category.word());
    // Polite, and at most one sentence: the last.
    view! {
        <div class="caption" data-category=category data-testid="caption">
            <p role="status" aria-live="polite">{text}</p>
            {move || event().map(|event| view! { <code>{event}</code> })}
        </div>
    }
}
