//! The tools at the left of the stage.

use crate::cluster::Action;
use crate::i18n::Text;
use crate::ui::icons;
use crate::ui::lab::{Tool, lab};
use leptos::prelude::*;

#[component]
pub(super) fn Tools() -> impl IntoView {
    let lab = lab();
    let tools = [
        (Tool::Select, Text::ToolSelect, Text::ToolSelectHint, icons::SELECT),
        (Tool::Cut, Text::ToolCut, Text::ToolCutHint, icons::CUT),
        (Tool::Kill, Text::ToolKill, Text::ToolKillHint, icons::KILL),
        (Tool::Freeze, Text::ToolFreeze, Text::ToolFreezeHint, icons::FREEZE),
        (Tool::Isolate, Text::ToolIsolate, Text::ToolIsolateHint, icons::ISOLATE),
    ];
    let tool = move |(tool, text, hint, icon): (Tool, Text, Text, &'static str)| {
        view! {
            <button class="tool" title=move || lab.t(hint) data-testid=format!("tool-{tool:?}")
                aria-pressed=move || (lab.tool.get() == tool).to_string()
                on:click=move |_| lab.tool.set(tool)>
                {icons::icon(icon)}
                <span>{move || lab.t(text)}</span>
            </button>
        }
    };
    let doing = [
        (Action::AddReplica, Text::Replica, Text::AddReplica, icons::ADD_REPLICA),
        (Action::AddSentinel, Text::Sentinel, Text::AddSentinel, icons::ADD_SENTINEL),
        (Action::Heal, Text::Mend, Text::HealAll, icons::MEND),
    ];
    let deed = move |(action, text, hint, icon): (Action, Text, Text, &'static str)| {
        view! {
            <button class="tool" title=move || lab.t(hint) aria-label=move || lab.t(hint)
                data-testid=format!("{action:?}") on:click=move |_| lab.act(action.clone())>
                {icons::icon(icon)}
                <span>{move || lab.t(text)}</span>
            </button>
        }
    };
    view! {
        <div class="tools" role="toolbar" aria-label=move || lab.t(Text::Tools)>
            {tools.map(tool).collect_view()}
            <hr />
            {doing.map(deed).collect_view()}
        </div>
    }
}
