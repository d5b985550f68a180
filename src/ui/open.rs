//! The dialog that opens a scenario file, a sentinel.conf, a tour or a run: chosen, dropped, pasted or written there,
//! and shown as it would become while it is.

use crate::i18n::{Guide as Word, Text};
use crate::scenario::{Note, library};
use crate::ui::guide::{Guide, doc, guide};
use crate::ui::lab::lab;
use crate::ui::plain::view;
use crate::ui::preview::{PreviewPane, select};
use crate::ui::session::{Session, Source};
use crate::ui::{dom, tour};
use crate::view::preview::Preview;
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
    let draft = Draft { name: RwSignal::new("sentinel.conf".to_owned()), text: RwSignal::new(String::new()) };
    let has_notes = Memo::new(move |_| notes.with(|notes| !notes.is_empty()));
    listen_for_drops(guide(), notes, draft);
    view! {
        <dialog class="open-dialog" node_ref=dialog data-testid="open-dialog" on:close=closed
            aria-label=lab.says(Text::OpenTitle)>
            {move || if has_notes.get() {
                view! { <Notes notes=notes /> }
            } else {
                view! { <Choose notes=notes draft=draft /> }
            }}
        </dialog>
    }
}

/// A file as it is being written.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    text: RwSignal<String>,
}

impl Draft {
    fn set(self, name: String, text: String) {
        self.name.set(name);
        self.text.set(text);
    }
}

/// Begins the run of a text, and shows what is to be known of it.
fn begin(guide: Guide, notes: RwSignal<Vec<Note>>, draft: Draft) {
    let lab = guide.lab;
    if !tour::open_file(guide, draft.name.get_untracked(), draft.text.get_untracked()) {
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

/// A file dropped anywhere on the page is shown as it would be opened.
fn listen_for_drops(guide: Guide, notes: RwSignal<Vec<Note>>, draft: Draft) {
    use leptos::ev;
    let over = window_event_listener(ev::dragover, |ev| ev.prevent_default());
    let dropped = window_event_listener(ev::drop, move |ev| {
        ev.prevent_default();
        let file = ev.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            dom::read_file(&file, move |name, text| {
                notes.set(Vec::new());
                draft.set(name, text);
                guide.dialog.set(None);
                guide.lab.opening.set(true);
            });
        }
    });
    on_cleanup(move || {
        over.remove();
        dropped.remove();
    });
}

/// The present scenario as its writer wrote it.
fn present(session: &Session) -> (String, String) {
    match session.source() {
        Source::Library(n) => (format!("{}.json", library()[*n].id), library()[*n].json.to_owned()),
        Source::File(name, text) => (name.clone(), text.clone()),
    }
}

#[component]
fn Choose(notes: RwSignal<Vec<Note>>, draft: Draft) -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let input = NodeRef::<html::Input>::new();
    let area = NodeRef::<html::Textarea>::new();
    let read = move |_| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            dom::read_file(&file, move |name, text| {
                draft.set(name, text);
                lab.opening.set(true);
            });
        }
        // So that the same file can be chosen again, mended.
        input.set_value("");
    };
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let written = move || {
        if let Some(area) = area.get_untracked() {
            draft.text.set(area.value());
        }
    };
    let run = move |ev: web_sys::SubmitEvent| {
        ev.prevent_default();
        written();
        let is_sound = draft.text.with_untracked(|text| {
            draft.name.with_untracked(|name| Preview::of(lab.lang.get_untracked(), name, text).is_sound)
        });
        let first = || document().query_selector("[data-testid=show-where]").ok().flatten();
        if is_sound {
            begin(guide, notes, draft);
        } else if let Some((button, area)) = first().zip(area.get_untracked()) {
            select(&button, &area);
        }
    };
    // Small, and something happens in it.
    let example = move |_| draft.set("scenario.json".to_owned(), library()[0].json.to_owned());
    let edit = move |_| {
        let (name, text) = lab.session.with_value(present);
        draft.set(name, text);
    };
    view! {
        <h2>{lab.says(Text::OpenTitle)}</h2>
        <p class="hint">{lab.says(Text::OpenHint)}</p>
        <form on:submit=run>
            <div class="open-text">
                <div class="choices">
                    <button type="button" data-testid="open-choose" on:click=choose>
                        {lab.says(Text::OpenChoose)}
                    </button>
                    <button type="button" data-testid="open-edit" on:click=edit>{guide.says(Word::EditThis)}</button>
                    <button type="button" data-testid="open-example" on:click=example>
                        {lab.says(Text::OpenExample)}
                    </button>
                </div>
                <input type="file" class="unseen" accept=".json,.conf,.txt,application/json,text/plain" tabindex="-1"
                    aria-hidden="true" data-testid="file" node_ref=input on:change=read />
                <p>{doc("scenarios", Word::DocScenarios)}" · "{doc("tours", Word::DocTours)}</p>
                <label for="open-text">{lab.says(Text::OpenPaste)}</label>
                <textarea id="open-text" data-testid="open-text" spellcheck="false" wrap="off" node_ref=area
                    placeholder="sentinel monitor mymaster 10.0.0.1 6379 2" prop:value=move || draft.text.get()
                    on:input=move |_| written()></textarea>
            </div>
            <PreviewPane name=draft.name text=draft.text area=area />
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
