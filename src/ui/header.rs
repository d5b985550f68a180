//! The bar at the top, the line at the foot, and what the page has to tell.

use crate::i18n::{Lang, Text};
use crate::ui::icons;
use crate::ui::lab::{Lab, lab};
use crate::ui::prefs::Theme;
use crate::ui::session::{self, Session, Source};
use crate::ui::{crash, fresh_seed};
use leptos::prelude::*;

#[component]
pub(crate) fn Header() -> impl IntoView {
    let lab = lab();
    keep_recipe(lab);
    let again = move |_| {
        let (source, seed) = lab.session.with_value(|s| (s.source().clone(), s.seed()));
        lab.begin(source, seed);
    };
    let other = move |_| {
        let source = lab.session.with_value(|s| s.source().clone());
        lab.begin(source, fresh_seed());
    };
    let theme = move || {
        lab.t(match lab.theme.get() {
            Theme::Auto => Text::ThemeAuto,
            Theme::Light => Text::ThemeLight,
            Theme::Dark => Text::ThemeDark,
        })
    };
    let seed = move || {
        lab.run.track();
        lab.session.with_value(|s| s.seed().0)
    };
    view! {
        <header class="header">
            <h1 class="brand">
                <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
                    <circle class="brand-ring" cx="16" cy="16" r="13" />
                    <path class="brand-eye" d="M5 16C10 8 22 8 27 16C22 24 10 24 5 16Z" />
                    <circle class="brand-pupil" cx="16" cy="16" r="4" />
                </svg>
                "Sentinel Lab"
            </h1>
            <ScenarioChooser />
            <FileButton />
            <button class="quiet" title=move || lab.t(Text::Restart) aria-label=move || lab.t(Text::Restart)
                data-testid="restart" on:click=again>{icons::icon(icons::RESTART)}</button>
            <button class="quiet seed" title=move || lab.t(Text::NewSeed) aria-label=move || lab.t(Text::NewSeed)
                data-testid="new-seed" on:click=other>
                {icons::icon(icons::DICE)}<span class="figure">{seed}</span>
            </button>
            <span class="spring"></span>
            <div class="langs" role="group" aria-label=move || lab.t(Text::Language)>
                {Lang::ALL.map(|lang| view! {
                    <button class="quiet" lang=lang.tag() data-testid=format!("lang-{}", lang.tag())
                        aria-pressed=move || (lab.lang.get() == lang).to_string()
                        on:click=move |_| lab.lang.set(lang)>{lang.name()}</button>
                }).collect_view()}
            </div>
            <button class="quiet" title=theme aria-label=theme data-testid="theme"
                on:click=move |_| lab.theme.update(|t| *t = t.next())>{icons::icon(icons::THEME)}</button>
            <button class="quiet" title=move || lab.t(Text::Help) aria-label=move || lab.t(Text::Help)
                data-testid="help" on:click=move |_| lab.help.set(true)>"?"</button>
        </header>
    }
}

/// Keeps the way to make this run again ready for a crash.
fn keep_recipe(lab: Lab) {
    let actions = Memo::new(move |_| (lab.heard.get().0, lab.session.with_value(Session::actions)));
    Effect::new(move |_| {
        actions.track();
        let words = [Text::CrashTitle, Text::CrashBody, Text::CrashReload].map(|text| lab.t(text));
        crash::remember(lab.session.with_value(Session::recipe), words);
    });
}

/// A scenario's title and what it is about, in the page's language.
fn scenario_words(lab: Lab, id: &str, title: &str) -> String {
    match id {
        "first-failover" => lab.t(Text::ScenarioFirst).to_owned(),
        "plain" => lab.t(Text::ScenarioPlain).to_owned(),
        "seed-two-machines" => lab.t(Text::ScenarioSeed).to_owned(),
        _ => title.to_owned(),
    }
}

#[component]
fn ScenarioChooser() -> impl IntoView {
    let lab = lab();
    let chosen = move || {
        lab.run.track();
        lab.session.with_value(|s| match s.source() {
            Source::Library(n) => n.to_string(),
            Source::File(..) => "file".to_owned(),
        })
    };
    let file = move || {
        lab.run.track();
        lab.session.with_value(|s| match s.source() {
            Source::File(name, _) => Some(format!("{} ({name})", s.title())),
            Source::Library(_) => None,
        })
    };
    let choose = move |ev| {
        if let Ok(n) = event_target_value(&ev).parse() {
            lab.begin(Source::Library(n), super::FIRST_SEED);
        }
    };
    view! {
        <label class="scenario">
            <span>{move || lab.t(Text::Scenario)}</span>
            <select data-testid="scenario" prop:value=chosen on:change=choose>
                {session::scenarios().enumerate().map(|(n, (id, title))| view! {
                    <option value=n.to_string()>{move || scenario_words(lab, id, &title)}</option>
                }).collect_view()}
                {move || file().map(|name| view! {
                    <option value="file" selected=true>{format!("{}: {name}", lab.t(Text::ScenarioFile))}</option>
                })}
            </select>
        </label>
    }
}

#[component]
fn FileButton() -> impl IntoView {
    let lab = lab();
    view! {
        <button class="quiet" title=move || lab.t(Text::OpenFile) aria-label=move || lab.t(Text::OpenFile)
            data-testid="open" on:click=move |_| lab.opening.set(true)>{icons::icon(icons::OPEN)}</button>
    }
}

#[component]
pub(crate) fn Footer() -> impl IntoView {
    let lab = lab();
    view! {
        <footer class="footer">
            <span>{move || lab.t(Text::Tagline)}</span>
            <span>{move || lab.t(Text::NotAffiliated)}</span>
        </footer>
    }
}

/// What the page has to tell: how an action went, what is wrong with a file.
#[component]
pub(crate) fn NoticeBar() -> impl IntoView {
    let lab = lab();
    view! {
        <div class="notice-place" role="alert">
            {move || lab.notice.get().map(|notice| view! {
                <div class="notice" data-error=notice.is_error.to_string() data-testid="notice">
                    <p>{notice.text}</p>
                    <button class="quiet" aria-label=move || lab.t(Text::Close)
                        on:click=move |_| lab.notice.set(None)>{icons::icon(icons::CLOSE)}</button>
                </div>
            })}
        </div>
    }
}
