//! The dialogs around a run: one element, whatever is open in it.

use crate::i18n::{Guide as Word, Text};
use crate::ui::catalogue::Catalogue;
use crate::ui::guide::{Dialog, guide};
use crate::ui::help::Help;
use crate::ui::icons;
use crate::ui::plain::view;
use crate::ui::recorded::Comparison;
use crate::ui::share::Share;
use crate::ui::stage::cut_off::Sides;
use leptos::html;
use leptos::prelude::*;

/// A dialog's name in attributes.
const fn name(dialog: Dialog) -> &'static str {
    match dialog {
        Dialog::Help => "help-dialog",
        Dialog::Share => "share-dialog",
        Dialog::Catalogue => "catalogue",
        Dialog::Recorded(_) => "recorded",
        Dialog::CutOff => "cut-off",
    }
}

#[component]
pub(crate) fn Window() -> impl IntoView {
    let guide = guide();
    let window = NodeRef::<html::Dialog>::new();
    let open = guide.dialog;
    Effect::new(move |_| {
        let (wanted, Some(window)) = (open.get(), window.get()) else { return };
        if wanted.is_none() {
            window.close();
        } else if !window.open() {
            // Fails only where it is open already.
            let _ = window.show_modal();
        }
        // One that takes another's place begins with its beginning.
        window.set_scroll_top(0);
    });
    // Told a moment later: by then another may be open.
    let closed = move |_| {
        if window.get_untracked().is_some_and(|window| !window.open()) && open.get_untracked().is_some() {
            open.set(None);
        }
    };
    let title = move || {
        let word = match open.get()? {
            Dialog::Help => return Some(guide.lab.t(Text::Help)),
            Dialog::Share => Word::Share,
            Dialog::Catalogue => Word::Catalogue,
            Dialog::Recorded(_) => Word::ComparedBadge,
            Dialog::CutOff => Word::Sides,
        };
        Some(guide.t(word))
    };
    view! {
        <dialog class="window" node_ref=window aria-label=move || title() data-testid=move || open.get().map(name)
            on:close=closed>
            <header class="window-head">
                <h2>{move || title()}</h2>
                <button class="quiet" aria-label=guide.lab.says(Text::Close)
                    data-testid=move || open.get().map(|dialog| format!("{}-close", name(dialog)))
                    on:click=move |_| open.set(None)>{icons::icon(icons::CLOSE)}</button>
            </header>
            {move || open.get().map(|dialog| match dialog {
                Dialog::Help => view! { <Help /> },
                Dialog::Share => view! { <Share /> },
                Dialog::Catalogue => view! { <Catalogue /> },
                Dialog::Recorded(capture) => view! { <Comparison capture=capture /> },
                Dialog::CutOff => view! { <Sides /> },
            })}
        </dialog>
    }
}
