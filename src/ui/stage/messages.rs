//! What was sent just now, as a list: for whoever has asked for less motion, instead of packets that fly.

use crate::i18n::{Guide, Phrase};
use crate::ui::lab::lab;
use crate::ui::plain::view;
use crate::ui::stage::packets::Message;
use crate::ui::words;
use leptos::prelude::*;

#[component]
pub(super) fn Messages(
    /// The latest last.
    sent: RwSignal<Vec<Message>>,
) -> impl IntoView {
    let lab = lab();
    let lines = move || {
        let lang = lab.lang.get();
        let line = |(from, to, kind): Message| {
            lang.phrase(&Phrase::PacketLabel(words::packet(lang, kind), &lab.name(from), &lab.name(to)))
        };
        sent.get().into_iter().map(|message| view! { <li>{line(message)}</li> }).collect_view()
    };
    view! {
        <ol class="messages" data-testid="messages" aria-label=move || lab.lang.get().guide(Guide::Sent)
            data-any=move || sent.with(|sent| !sent.is_empty()).to_string()>{move || lines()}</ol>
    }
}
