//! The help: what is what, and the keys.

use crate::i18n::Text;
use crate::ui::icons;
use crate::ui::lab::lab;
use crate::ui::plain::view;
use leptos::html;
use leptos::prelude::*;

/// Time, the stage, the panels, the page.
const KEYS: [(&str, Text); 26] = [
    ("Space  .", Text::KeyPlay),
    ("→", Text::KeyStep),
    ("Shift →  ←", Text::KeyStepEvent),
    ("n  p", Text::KeyNotable),
    ("]  [", Text::KeyPhase),
    ("−  +", Text::KeySpeed),
    ("d", Text::KeyDirector),
    ("w", Text::KeyWhy),
    ("1 … 9", Text::KeySelect),
    ("0", Text::KeyTruth),
    ("↑ ↓ ← →", Text::KeyArrows),
    ("Shift ↑ ↓ ← →", Text::KeyMove),
    ("l", Text::KeyLinks),
    ("Enter", Text::KeyMenu),
    ("k", Text::KeyKill),
    ("z", Text::KeyFreeze),
    ("x", Text::KeyCut),
    ("Shift x", Text::KeyCutOff),
    ("↑ ↓ ← →", Text::KeyBeliefs),
    ("↑ ↓ ← →", Text::KeyLanes),
    ("/", Text::KeySearch),
    ("t", Text::KeyTranscript),
    ("c", Text::KeyConsole),
    ("Ctrl c", Text::KeyLeave),
    ("?", Text::KeyHelp),
    ("Esc", Text::KeyEscape),
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
        <dialog class="window help" node_ref=dialog aria-label=lab.says(Text::Help) data-testid="help-dialog"
            on:close=move |_| lab.help.set(false)>
            // The first that can have the focus, and so at the top: a dialog opens where the focus goes.
            <header class="window-head">
                <h2>"Sentinel Lab"</h2>
                <button class="quiet" aria-label=lab.says(Text::Close) data-testid="help-close"
                    on:click=move |_| lab.help.set(false)>{icons::icon(icons::CLOSE)}</button>
            </header>
            {paragraphs.map(|text| view! { <p>{lab.says(text)}</p> }).collect_view()}
            <h3>{lab.says(Text::HelpKeys)}</h3>
            <dl class="keys">
                {KEYS.map(|(keys, text)| view! {
                    <dt>{keys.split("  ").map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                    <dd>{lab.says(text)}</dd>
                }).collect_view()}
            </dl>
        </dialog>
    }
}
