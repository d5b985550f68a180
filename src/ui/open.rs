//! The dialog that opens a scenario file or a sentinel.conf: chosen, dropped or pasted.

use crate::i18n::Text;
use crate::scenario::{Note, library};
use crate::ui::guide::{Guide, guide};
use crate::ui::lab::lab;
use crate::ui::plain::view;
use crate::ui::session::{self, Session};
use crate::ui::{dom, tour};
use leptos::html;
use leptos::prelude::*;

#[component]
pub(crate) fn OpenDialog() -> impl IntoView {
    let lab = lab();
    let dialog = NodeRef::<html::Dialog>::new();
    // What is to be known of the file that was opened; its absence asks for one.
    let notes = RwSignal::new(Vec::<Note>::new());
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if lab.opening.get() && !dialog.open() {
            // Fails only where it is open already.
            let _ = dialog.show_modal();
        } else if !lab.opening.get() && dialog.open() {
            dialog.close();
        }
    });
    let closed = move |_| {
        lab.opening.set(false);
        if notes.with_untracked(|notes| !notes.is_empty()) {
            notes.set(Vec::new());
            lab.playing.set(true);
        }
    };
    let has_notes = Memo::new(move |_| notes.with(|notes| !notes.is_empty()));
    listen_for_drops(guide(), notes);
    view! {
        <dialog class="open-dialog" node_ref=dialog data-testid="open-dialog" on:close=closed
            aria-label=lab.says(Text::OpenTitle)>
            {move || if has_notes.get() {
                view! { <Notes notes=notes /> }
            } else {
                view! { <Choose notes=notes /> }
            }}
        </dialog>
    }
}

/// Begins the run of a text, and shows what is to be known of it.
fn begin(guide: Guide, notes: RwSignal<Vec<Note>>, name: String, text: String) {
    let lab = guide.lab;
    if !tour::open_file(guide, name, text) {
        return;
    }
    let told = lab.session.with_value(|session: &Session| session.notes().to_vec());
    lab.opening.set(!told.is_empty());
    if !told.is_empty() {
        // Nothing is missed while they are read.
        lab.playing.set(false);
    }
    notes.set(told);
}

/// A file dropped anywhere on the page is opened.
fn listen_for_drops(guide: Guide, notes: RwSignal<Vec<Note>>) {
    use leptos::ev;
    let over = window_event_listener(ev::dragover, |ev| ev.prevent_default());
    let dropped = window_event_listener(ev::drop, move |ev| {
        ev.prevent_default();
        let file = ev.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            dom::read_file(&file, move |name, text| begin(guide, notes, name, text));
        }
    });
    on_cleanup(move || {
        over.remove();
        dropped.remove();
    });
}

#[component]
fn Choose(notes: RwSignal<Vec<Note>>) -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let input = NodeRef::<html::Input>::new();
    let area = NodeRef::<html::Textarea>::new();
    let read = move |_| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            dom::read_file(&file, move |name, text| begin(guide, notes, name, text));
        }
        // So that the same file can be chosen again, mended.
        input.set_value("");
    };
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let run = move |ev: web_sys::SubmitEvent| {
        ev.prevent_default();
        if let Some(area) = area.get_untracked() {
            let text = area.value();
            let name = if session::is_json(&text) { "scenario.json" } else { "sentinel.conf" };
            begin(guide, notes, name.to_owned(), text);
        }
    };
    let example = move |_| {
        if let Some(area) = area.get_untracked() {
            // Small, and something happens in it.
            area.set_value(library()[0].json);
        }
    };
    let error = move || lab.notice.get().filter(|notice| notice.is_error).map(|notice| notice.text);
    view! {
        <h2>{lab.says(Text::OpenTitle)}</h2>
        <p class="hint">{lab.says(Text::OpenHint)}</p>
        <form on:submit=run>
            <button type="button" data-testid="open-choose" on:click=choose>
                {lab.says(Text::OpenChoose)}
            </button>
            <input type="file" class="unseen" accept=".json,.conf,application/json,text/plain" tabindex="-1"
                aria-hidden="true" data-testid="file" node_ref=input on:change=read />
            <div class="open-paste">
                <label for="open-text">{lab.says(Text::OpenPaste)}</label>
                <button type="button" class="small" data-testid="open-example" on:click=example>
                    {lab.says(Text::OpenExample)}
                </button>
            </div>
            <textarea id="open-text" data-testid="open-text" spellcheck="false" node_ref=area
                placeholder="sentinel monitor mymaster 10.0.0.1 6379 2"></textarea>
            {move || error().map(|text| view! {
                <p class="open-error" role="alert" data-testid="open-error">{text}</p>
            })}
            <div class="open-buttons">
                <button type="button" on:click=move |_| lab.opening.set(false)>
                    {lab.says(Text::Close)}
                </button>
                <button class="main-button" data-testid="open-run">{lab.says(Text::OpenRun)}</button>
            </div>
        </form>
    }
}

/// What became of a sentinel.conf.
#[component]
fn Notes(notes: RwSignal<Vec<Note>>) -> impl IntoView {
    let lab = lab();
    view! {
        <h2>{move || lab.session.with_value(|session: &Session| session.title().to_owned())}</h2>
        <p class="hint">{lab.says(Text::OpenNotes)}</p>
        <ul class="open-notes" data-testid="open-notes">
            {move || notes.get().iter().map(|note| view! { <li>{lab.lang.get().note(note)}</li> }).collect_view()}
        </ul>
        <div class="open-buttons">
            <button class="main-button" data-testid="open-close" on:click=move |_| lab.opening.set(false)>
                {lab.says(Text::Read)}
            </button>
        </div>
    }
}
