//! The panels at the side: node, beliefs, votes, settings; the log below them; on a phone all in a drawer.

mod beliefs;
mod clients;
pub(crate) mod console;
mod inspector;
mod lanes;
mod links;
mod log;
mod masters;
mod mind;
mod settings;
mod transcript;
mod votes;
mod why;

use crate::i18n::{Guide as Word, Lang, Text};
use crate::ui::guide::guide;
use crate::ui::header::NARROW;
use crate::ui::icons::{self, icon};
use crate::ui::lab::{Lab, Panel};
use crate::ui::plain::view;
use crate::ui::{dom, focus};
use beliefs::BeliefMatrix;
use clients::Clients;
use console::ConsolePanel;
use inspector::Inspector;
use lanes::Lanes;
use leptos::prelude::*;
pub(crate) use links::{LinkValue, Pairs};
use log::LogPanel;
use masters::MasterChooser;
use settings::Settings;
pub(crate) use settings::{Control, Setting};
use transcript::Transcript;
use votes::Votes;
use why::WhyPanel;

/// The name of a panel in attributes.
pub(crate) const fn word(panel: Panel) -> &'static str {
    match panel {
        Panel::Node => "node",
        Panel::Beliefs => "beliefs",
        Panel::Why => "why",
        Panel::Transcript => "transcript",
        Panel::Settings => "settings",
        Panel::Log => "log",
        Panel::Lanes => "lanes",
        Panel::Clients => "clients",
        Panel::Console => "console",
    }
}

const TABS: [Panel; 9] = [
    Panel::Beliefs,
    Panel::Node,
    Panel::Why,
    Panel::Transcript,
    Panel::Clients,
    Panel::Settings,
    Panel::Console,
    Panel::Log,
    Panel::Lanes,
];

/// Whether it shows what the sentinels hold of one master at a time.
const fn tells_of_one_master(panel: Panel) -> bool {
    matches!(panel, Panel::Beliefs | Panel::Node | Panel::Why | Panel::Settings)
}

/// What a panel's tab says.
const fn title(lang: Lang, panel: Panel) -> &'static str {
    match panel {
        Panel::Beliefs => lang.text(Text::PanelBeliefs),
        Panel::Node => lang.text(Text::PanelNode),
        Panel::Why => lang.text(Text::PanelWhy),
        Panel::Transcript => lang.guide(Word::PanelTranscript),
        Panel::Clients => lang.guide(Word::PanelClients),
        Panel::Settings => lang.text(Text::PanelSettings),
        Panel::Console => lang.text(Text::PanelConsole),
        Panel::Log => lang.text(Text::PanelLog),
        Panel::Lanes => lang.text(Text::PanelLanes),
    }
}

/// Opens the run in words and goes there.
pub(crate) fn open_transcript(lab: Lab) {
    lab.panel.set(Panel::Transcript);
    focus::focus_id("panel");
}

/// To the search of the log, wherever that is.
pub(crate) fn search(lab: Lab) {
    const SEARCH: &str = "log-search";
    if document().get_element_by_id(SEARCH).is_none() {
        lab.panel.set(Panel::Log);
    }
    // After a panel that was just opened is there.
    request_animation_frame(|| focus::focus_id(SEARCH));
}

/// Scrolls the strip of tabs to the one that is open, whatever opened it.
fn show_tab() {
    let find = |css| document().query_selector(css).ok().flatten();
    let (Some(strip), Some(tab)) = (find(".tabs"), find(".tab[aria-selected=\"true\"]")) else { return };
    let (outer, inner) = (strip.get_bounding_client_rect(), tab.get_bounding_client_rect());
    // As far as the shadow at the right reaches, and a little more.
    let (before, after) = (inner.left() - outer.left(), inner.right() + 24.0 - outer.right());
    if before < 0.0 || after > 0.0 {
        strip.set_scroll_left(strip.scroll_left() + if before < 0.0 { before } else { after } as i32);
    }
}

#[component]
pub(crate) fn Panels() -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    // Where there is room, log and lanes have places of their own and no tab.
    let wide = dom::media("(min-width: 1200px) and (min-height: 641px)");
    let medium = dom::media("(min-width: 900px) and (min-height: 641px)");
    let has_tab = move |panel| match panel {
        Panel::Log => !wide.get(),
        Panel::Lanes => !medium.get(),
        _ => true,
    };
    let shown = Memo::new(move |_| {
        let panel = lab.panel.get();
        if has_tab(panel) { panel } else { Panel::Beliefs }
    });
    // On a phone the panels are a drawer, low or tall.
    let drawer = dom::media("(max-width: 899px) and (min-height: 641px)");
    let narrow = dom::media(NARROW);
    let tall = RwSignal::new(false);
    // What a step of a tour is about is to be seen.
    let step = Memo::new(move |_| {
        guide
            .taken
            .with(|taken| taken.as_ref().map(|t| (t.tour.id.clone(), t.step, t.step().is_about_a_panel())))
    });
    Effect::new(move |_| tall.set(step.with(|step| step.as_ref().is_some_and(|step| step.2))));
    Effect::new(move |_| {
        shown.track();
        // After a strip that was just made anew is there.
        request_animation_frame(show_tab);
    });
    let is_tall = move || tall.get() && drawer.get();
    let tab = move |panel: Panel| {
        view! {
            <button role="tab" class="tab" id=format!("tab-{}", word(panel)) data-testid=format!("tab-{}", word(panel))
                tabindex=move || if shown.get() == panel { "0" } else { "-1" }
                aria-selected=move || (shown.get() == panel).to_string()
                aria-controls="panel" on:click=move |_| lab.panel.set(panel)>
                {move || title(lab.lang.get(), panel)}
            </button>
        }
    };
    // One tab is in the order of tabs; arrows lead to the others.
    let turn = move |ev: web_sys::KeyboardEvent| {
        let tabs: Vec<_> = TABS.into_iter().filter(|panel| has_tab(*panel)).collect();
        let here = tabs.iter().position(|panel| *panel == shown.get_untracked()).unwrap_or(0);
        let to = match ev.key().as_str() {
            "ArrowRight" => here + 1,
            "ArrowLeft" => here + tabs.len() - 1,
            "Home" => 0,
            "End" => tabs.len() - 1,
            _ => return,
        };
        ev.prevent_default();
        ev.stop_propagation();
        let to = tabs[to % tabs.len()];
        lab.panel.set(to);
        focus::focus_id(&format!("tab-{}", word(to)));
    };
    let body = move || match shown.get() {
        Panel::Node => view! { <Inspector /> },
        Panel::Beliefs => view! { <BeliefMatrix /><Votes /> },
        Panel::Why => view! { <WhyPanel /> },
        Panel::Transcript => view! { <Transcript /> },
        Panel::Settings => view! { <Settings narrow=narrow /> },
        Panel::Log => view! { <LogPanel /> },
        Panel::Lanes => view! { <Lanes /> },
        Panel::Clients => view! { <Clients /> },
        Panel::Console => view! { <ConsolePanel /> },
    };
    view! {
        <section class="side" aria-label=lab.says(Text::PanelsLabel) data-tall=move || is_tall().to_string()>
            <div class="side-bar">
                <div class="tabs scroll-x" role="tablist" aria-label=lab.says(Text::PanelsLabel) on:keydown=turn>
                    {move || TABS.into_iter().filter(|panel| has_tab(*panel)).map(tab).collect_view()}
                </div>
                {move || drawer.get().then(|| view! {
                    <button class="quiet taller" data-testid="taller" aria-label=lab.says(Text::DrawerTaller)
                        title=lab.says(Text::DrawerTaller) aria-pressed=move || tall.get().to_string()
                        on:click=move |_| tall.update(|tall| *tall = !*tall)>{icon(icons::TALLER)}</button>
                })}
            </div>
            <div class="panel" role="tabpanel" id="panel" tabindex="0" data-panel=move || word(shown.get())
                aria-labelledby=move || format!("tab-{}", word(shown.get()))>
                // The log and the lanes bring a heading of their own.
                {move || (!matches!(shown.get(), Panel::Log | Panel::Lanes)).then(|| view! {
                    <h2 class="unseen">{move || title(lab.lang.get(), shown.get())}</h2>
                })}
                {move || tells_of_one_master(shown.get()).then(|| view! { <MasterChooser /> })}
                {move || body()}
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
