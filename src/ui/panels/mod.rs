//! The panels at the side: node, beliefs, votes, settings; the log below them; on a phone all in a drawer.

mod beliefs;
mod clients;
pub(crate) mod console;
mod inspector;
mod lanes;
mod links;
mod log;
mod mind;
mod settings;
mod votes;
mod why;

use crate::i18n::{Guide as Word, Lang, Text};
use crate::ui::dom;
use crate::ui::lab::{Panel, lab};
use crate::ui::plain::view;
use beliefs::BeliefMatrix;
use clients::Clients;
use console::ConsolePanel;
use inspector::Inspector;
use lanes::Lanes;
use leptos::prelude::*;
pub(crate) use links::LinkValue;
use log::LogPanel;
use settings::Settings;
use votes::Votes;
use why::WhyPanel;

/// The name of a panel in attributes.
pub(crate) const fn word(panel: Panel) -> &'static str {
    match panel {
        Panel::Node => "node",
        Panel::Beliefs => "beliefs",
        Panel::Why => "why",
        Panel::Settings => "settings",
        Panel::Log => "log",
        Panel::Lanes => "lanes",
        Panel::Clients => "clients",
        Panel::Console => "console",
    }
}

const TABS: [Panel; 8] = [
    Panel::Beliefs,
    Panel::Node,
    Panel::Why,
    Panel::Clients,
    Panel::Settings,
    Panel::Console,
    Panel::Log,
    Panel::Lanes,
];

/// What a panel's tab says.
const fn title(lang: Lang, panel: Panel) -> &'static str {
    match panel {
        Panel::Beliefs => lang.text(Text::PanelBeliefs),
        Panel::Node => lang.text(Text::PanelNode),
        Panel::Why => lang.text(Text::PanelWhy),
        Panel::Clients => lang.guide(Word::PanelClients),
        Panel::Settings => lang.text(Text::PanelSettings),
        Panel::Console => lang.text(Text::PanelConsole),
        Panel::Log => lang.text(Text::PanelLog),
        Panel::Lanes => lang.text(Text::PanelLanes),
    }
}

#[component]
pub(crate) fn Panels() -> impl IntoView {
    let lab = lab();
    // Where there is room, log and lanes have places of their own and no tab.
    let wide = dom::media("(min-width: 1200px)");
    let medium = dom::media("(min-width: 900px)");
    let has_tab = move |panel| match panel {
        Panel::Log => !wide.get(),
        Panel::Lanes => !medium.get(),
        _ => true,
    };
    let shown = Memo::new(move |_| {
        let panel = lab.panel.get();
        if has_tab(panel) { panel } else { Panel::Beliefs }
    });
    let tab = move |panel: Panel| {
        view! {
            <button role="tab" class="tab" data-testid=format!("tab-{}", word(panel))
                aria-selected=move || (shown.get() == panel).to_string()
                aria-controls="panel" on:click=move |_| lab.panel.set(panel)>
                {move || title(lab.lang.get(), panel)}
            </button>
        }
    };
    let body = move || match shown.get() {
        Panel::Node => view! { <Inspector /> },
        Panel::Beliefs => view! { <BeliefMatrix /><Votes /> },
        Panel::Why => view! { <WhyPanel /> },
        Panel::Settings => view! { <Settings /> },
        Panel::Log => view! { <LogPanel /> },
        Panel::Lanes => view! { <Lanes /> },
        Panel::Clients => view! { <Clients /> },
        Panel::Console => view! { <ConsolePanel /> },
    };
    view! {
        <section class="side" aria-label=lab.says(Text::PanelsLabel)>
            <div class="tabs" role="tablist" aria-label=lab.says(Text::PanelsLabel)>
                {move || TABS.into_iter().filter(|panel| has_tab(*panel)).map(tab).collect_view()}
            </div>
            <div class="panel" role="tabpanel" id="panel" tabindex="0" data-panel=move || word(shown.get())>
                {body}
            </div>
        </section>
        {move || wide.get().then(|| view! {
            <section class="log-place" aria-label=lab.says(Text::PanelLog)><LogPanel /></section>
        })}
        {move || medium.get().then(|| view! {
            <section class="lanes-place" aria-label=lab.says(Text::PanelLanes)><Lanes /></section>
        })}
    }
}
