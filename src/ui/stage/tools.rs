//! The tools at the left of the stage.

use crate::cluster::Action;
use crate::i18n::{Lang, Term, Text};
use crate::ui::icons;
use crate::ui::lab::{Tool, lab};
use crate::ui::plain::view;
use crate::view::links;
use leptos::prelude::*;

const TOOLS: [Tool; 7] =
    [Tool::Select, Tool::Cut, Tool::Delay, Tool::Lose, Tool::Kill, Tool::Freeze, Tool::Isolate];

/// A tool's name and what it does.
const fn words(lang: Lang, tool: Tool) -> (&'static str, &'static str) {
    match tool {
        Tool::Select => (lang.text(Text::ToolSelect), lang.text(Text::ToolSelectHint)),
        Tool::Cut => (lang.text(Text::ToolCut), lang.term(Term::ToolCutHint)),
        Tool::Delay => (lang.term(Term::ToolDelay), lang.term(Term::ToolDelayHint)),
        Tool::Lose => (lang.term(Term::ToolLose), lang.term(Term::ToolLoseHint)),
        Tool::Kill => (lang.text(Text::ToolKill), lang.text(Text::ToolKillHint)),
        Tool::Freeze => (lang.text(Text::ToolFreeze), lang.text(Text::ToolFreezeHint)),
        Tool::Isolate => (lang.text(Text::ToolIsolate), lang.text(Text::ToolIsolateHint)),
    }
}

const fn icon_of(tool: Tool) -> &'static str {
    match tool {
        Tool::Select => icons::SELECT,
        Tool::Cut => icons::CUT,
        Tool::Delay => icons::DELAY,
        Tool::Lose => icons::LOSE,
        Tool::Kill => icons::KILL,
        Tool::Freeze => icons::FREEZE,
        Tool::Isolate => icons::ISOLATE,
    }
}

#[component]
pub(super) fn Tools() -> impl IntoView {
    let lab = lab();
    let tool = move |tool: Tool| {
        let words = move || words(lab.lang.get(), tool);
        let (text, hint) = (move || words().0, move || words().1);
        let icon = icon_of(tool);
        view! {
            <button class="tool" title=hint aria-label=hint data-testid=format!("tool-{tool:?}")
                aria-pressed=move || (lab.tool.get() == tool).to_string()
                on:click=move |_| lab.tool.set(tool)>
                {icons::icon(icon)}
                <span>{text}</span>
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
            <button class="tool" title=lab.says(hint) aria-label=lab.says(hint)
                data-testid=format!("{action:?}") on:click=move |_| {
                    lab.act(action.clone());
                    if matches!(action, Action::Heal) {
                        lab.act_all(lab.view.with_untracked(|v| links::open_blocked(v)));
                    }
                }>
                {icons::icon(icon)}
                <span>{lab.says(text)}</span>
            </button>
        }
    };
    view! {
        <div class="tools" role="toolbar" aria-label=lab.says(Text::Tools)>
            {TOOLS.map(tool).collect_view()}
            <hr />
            {doing.map(deed).collect_view()}
        </div>
    }
}
