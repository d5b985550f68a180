//! The help: what is what, and the keys.

use crate::i18n::Text;
use crate::ui::lab::lab;
use crate::ui::plain::view;
use leptos::prelude::*;

/// Time, the stage, the panels, the page.
const KEYS: [(&str, Text); 28] = [
    ("Space  .", Text::KeyPlay),
    ("→  ←", Text::KeyStep),
    ("Shift → ←", Text::KeyStepEvent),
    ("n  p", Text::KeyNotable),
    ("]  [", Text::KeyPhase),
    ("PgDn  PgUp", Text::KeyTour),
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
    ("f", Text::FullScreen),
    ("?", Text::KeyHelp),
    ("Esc", Text::KeyEscape),
];

#[component]
pub(crate) fn Help() -> impl IntoView {
    let lab = lab();
    let paragraphs = [Text::HelpIntro, Text::HelpNodes, Text::HelpPlay, Text::HelpTools];
    view! {
        {paragraphs.map(|text| view! { <p>{lab.says(text)}</p> }).collect_view()}
        <h3>{lab.says(Text::HelpKeys)}</h3>
        <dl class="keys">
            {KEYS.map(|(keys, text)| view! {
                <dt>{keys.split("  ").map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                <dd>{lab.says(text)}</dd>
            }).collect_view()}
        </dl>
    }
}
