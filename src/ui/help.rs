//! The help: what is what, and the keys.

use crate::i18n::{Guide, Text};
use crate::ui::lab::lab;
use crate::ui::plain::view;
use leptos::html;
use leptos::prelude::*;

const KEYS: [(&str, Text); 18] = [
    ("Space  .", Text::KeyPlay),
    ("→", Text::KeyStep),
    ("Shift →  ←", Text::KeyStepEvent),
    ("n  p", Text::KeyNotable),
    ("d", Text::KeyDirector),
    ("−  +", Text::KeySpeed),
    ("w", Text::KeyWhy),
    ("1 … 9", Text::KeySelect),
    ("0", Text::KeyTruth),
    ("↑ ↓ ← →", Text::KeyArrows),
    ("Enter", Text::KeyMenu),
    ("k", Text::KeyKill),
    ("z", Text::KeyFreeze),
    ("x", Text::KeyCut),
    ("c", Text::KeyConsole),
    ("Ctrl c", Text::KeyLeave),
    ("?", Text::KeyHelp),
    ("Esc", Text::KeyEscape),
];

const MORE_KEYS: [(&str, Guide); 8] = [
    ("]  [", Guide::KeyPhase),
    ("l", Guide::KeyLinks),
    ("t", Guide::KeyTranscript),
    ("Shift ↑ ↓ ← →", Guide::KeyMove),
    ("Shift x", Guide::KeyCutOff),
    ("↑ ↓ ← →", Guide::KeyBeliefs),
    ("↑ ↓ ← →", Guide::KeyLanes),
    ("/", Guide::KeySearch),
];

#[component]
pub(crate) fn HelpDialog() -> impl IntoView {
    let lab = lab();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if lab.help.get() && !dialog.open() {
            // Fails only where it is open already.
            let _ = dialog.show_modal();
        } else if !lab.help.get() && dialog.open() {
            dialog.close();
        }
    });
    let paragraphs = [Text::HelpIntro, Text::HelpNodes, Text::HelpPlay, Text::HelpTools];
    view! {
        <dialog class="help" node_ref=dialog aria-label=lab.says(Text::Help) data-testid="help-dialog"
            on:close=move |_| lab.help.set(false)>
            <h2>"Sentinel Lab"</h2>
            {paragraphs.map(|text| view! { <p>{lab.says(text)}</p> }).collect_view()}
            <h3>{lab.says(Text::HelpKeys)}</h3>
            <dl class="keys">
                {KEYS.map(|(keys, text)| view! {
                    <dt>{keys.split("  ").map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                    <dd>{lab.says(text)}</dd>
                }).collect_view()}
                {MORE_KEYS.map(|(keys, text)| view! {
                    <dt>{keys.split("  ").map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                    <dd>{move || lab.lang.get().guide(text)}</dd>
                }).collect_view()}
            </dl>
            <button class="main-button" data-testid="help-close" on:click=move |_| lab.help.set(false)>
                {lab.says(Text::Read)}
            </button>
        </dialog>
    }
}
