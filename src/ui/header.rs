//! The bar at the top, the line at the foot, and what the page has to tell.

use crate::i18n::{Guide as Word, Lang, Text};
use crate::scenario::{Group, library};
use crate::ui::guide::{Dialog, guide};
use crate::ui::icons;
use crate::ui::lab::{Lab, lab};
use crate::ui::plain::view;
use crate::ui::prefs::Theme;
use crate::ui::session::{Session, Source};
use crate::ui::{crash, dom, saved, tour};
use leptos::prelude::*;

/// Where the header has no room for what concerns the run; the settings have it there.
pub(crate) const NARROW: &str = "(max-width: 899px), (max-height: 460px)";

#[component]
pub(crate) fn Header() -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    keep_recipe(lab);
    let narrow = dom::media(NARROW);
    // In a page of somebody else's: the way out, with the very run.
    let out = move || {
        lab.heard.track();
        let text = lab.session.with_value(|s| s.to_text(lab.selected.get()));
        format!("{}#{text}", saved::address())
    };
    let theme = move || {
        lab.t(match lab.theme.get() {
            Theme::Auto => Text::ThemeAuto,
            Theme::Light => Text::ThemeLight,
            Theme::Dark => Text::ThemeDark,
        })
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
            <button class="library" data-testid="open-catalogue" title=guide.says(Word::Catalogue)
                on:click=move |_| guide.dialog.set(Some(Dialog::Catalogue))>
                {icons::icon(icons::BOOK)}<span>{guide.says(Word::Catalogue)}</span>
            </button>
            <FileButton />
            {move || (!narrow.get()).then(|| view! { <RunButtons /> })}
            <span class="spring"></span>
            {guide.frame.is_embedded().then(|| view! {
                <a class="out" href=move || out() target="_blank" rel="noopener" data-testid="open-in-lab">
                    {guide.says(Word::OpenInLab)}
                </a>
            })}
            <button class="quiet" title=guide.says(Word::Share) aria-label=guide.says(Word::Share)
                data-testid="share" on:click=move |_| {
                    lab.playing.set(false);
                    guide.dialog.set(Some(Dialog::Share));
                }>{icons::icon(icons::SHARE)}</button>
            <div class="langs" role="group" aria-label=lab.says(Text::Language)>
                {Lang::ALL.map(|lang| view! {
                    <button class="quiet" lang=lang.tag() data-testid=format!("lang-{}", lang.tag())
                        aria-pressed=move || (lab.lang.get() == lang).to_string()
                        on:click=move |_| lab.lang.set(lang)>{lang.name()}</button>
                }).collect_view()}
            </div>
            <button class="quiet" title=move || theme() aria-label=move || theme() data-testid="theme"
                on:click=move |_| lab.theme.update(|t| *t = t.next())>{icons::icon(icons::THEME)}</button>
            {dom::may_fill_screen().then(|| view! {
                <button class="quiet wide-only" title=lab.says(Text::FullScreen) aria-label=lab.says(Text::FullScreen)
                    data-testid="full-screen" on:click=move |_| dom::toggle_full_screen()>
                    {icons::icon(icons::FULL_SCREEN)}
                </button>
            })}
            <button class="quiet" title=lab.says(Text::Help) aria-label=lab.says(Text::Help)
                data-testid="help" on:click=move |_| guide.dialog.set(Some(Dialog::Help))>"?"</button>
        </header>
    }
}

/// What concerns the run as a whole: again, with other dice, beside the recorded one.
#[component]
pub(crate) fn RunButtons() -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let again = move |_| {
        let (source, seed) = lab.session.with_value(|s| (s.source().clone(), s.seed()));
        guide.taken.set(None);
        lab.begin(source, seed);
    };
    let seed = move || {
        lab.run.track();
        lab.session.with_value(|s| s.seed().0)
    };
    view! {
        <button class="quiet" title=lab.says(Text::Restart) aria-label=lab.says(Text::Restart)
            data-testid="restart" on:click=again>
            {icons::icon(icons::RESTART)}<span class="word">{lab.says(Text::Restart)}</span>
        </button>
        <button class="quiet seed" title=lab.says(Text::NewSeed)
            aria-label=move || format!("{} {}", lab.t(Text::NewSeed), seed()) data-testid="new-seed"
            on:click=move |_| tour::other_dice(guide)>
            {icons::icon(icons::DICE)}<span class="word">{lab.says(Text::NewSeed)}</span>" "<span class="figure">{move || seed()}</span>
        </button>
        {move || {
            lab.run.track();
            recorded_of(lab).map(|capture| view! {
                <button class="badge" data-testid="badge" title=guide.says(Word::ComparedBadge)
                    on:click=move |_| guide.dialog.set(Some(Dialog::Recorded(capture)))>
                    {icons::icon(icons::COMPARE)}<span>{guide.says(Word::ComparedBadge)}</span>
                </button>
            })
        }}
    }
}

/// Keeps the way to make this run again ready for a crash.
fn keep_recipe(lab: Lab) {
    let actions = Memo::new(move |_| (lab.heard.get().0, lab.session.with_value(Session::actions)));
    Effect::new(move |_| {
        // Read, for a memo that is only tracked is never worked out.
        let _ = actions.get();
        let words = [Text::CrashTitle, Text::CrashBody, Text::CrashReload].map(|text| lab.t(text));
        crash::remember(lab.session.with_value(Session::recipe), words);
    });
}

/// The capture that the present scenario has, if it has one.
fn recorded_of(lab: Lab) -> Option<&'static str> {
    lab.session.with_value(|s| match s.source() {
        Source::Library(n) => library()[*n].recorded,
        Source::File(..) => None,
    })
}

#[component]
fn ScenarioChooser() -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
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
            Source::File(name, _) if name == s.title() => Some(name.clone()),
            Source::File(name, _) => Some(format!("{} ({name})", s.title())),
            Source::Library(_) => None,
        })
    };
    let choose = move |ev| {
        if let Ok(n) = event_target_value(&ev).parse() {
            guide.play(n);
        }
    };
    let options = move |group: Group| {
        let of_group = library().iter().enumerate().filter(move |(_, entry)| entry.group == group);
        of_group
            .map(|(n, entry)| {
                view! {
                    <option value=n.to_string()>{move || lab.lang.get().words(&entry.title)}</option>
                }
            })
            .collect_view()
    };
    view! {
        <label class="scenario">
            <span>{lab.says(Text::Scenario)}</span>
            <select data-testid="scenario" aria-label=lab.says(Text::Scenario) prop:value=chosen on:change=choose>
                {Group::ALL.map(|group| view! {
                    <optgroup label=move || lab.lang.get().group(group)>{options(group)}</optgroup>
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
        <button class="quiet" title=lab.says(Text::OpenFile) aria-label=lab.says(Text::OpenFile)
            data-testid="open" on:click=move |_| lab.opening.set(true)>{icons::icon(icons::OPEN)}</button>
    }
}

#[component]
pub(crate) fn Footer() -> impl IntoView {
    let lab = lab();
    view! {
        <footer class="footer">
            <span>{lab.says(Text::Tagline)}</span>
            <span>{lab.says(Text::NotAffiliated)}</span>
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
                    <button class="quiet" aria-label=lab.says(Text::Close)
                        on:click=move |_| lab.notice.set(None)>{icons::icon(icons::CLOSE)}</button>
                </div>
            })}
        </div>
    }
}
