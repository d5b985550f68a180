//! The catalogue of scenarios and tours.

use crate::i18n::{Guide as Word, Lang, Text};
use crate::scenario::{Group, library};
use crate::ui::guide::{Dialog, guide};
use crate::ui::plain::view;
use crate::ui::tour;
use crate::view::search;
use crate::view::tour::{TOURS, Tour};
use leptos::prelude::*;

#[component]
pub(crate) fn Catalogue() -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let typed = RwSignal::new(String::new());
    // Each with its number in the order in which they are best taken.
    let (mut guided, mut tours) = (Vec::new(), Vec::new());
    for (n, text) in (1..).zip(TOURS) {
        if let Ok(tour) = Tour::parse(text) {
            let is_guided = library().iter().any(|entry| entry.id == tour.id);
            if is_guided { &mut guided } else { &mut tours }.push((n, tour));
        }
    }
    let found = move || {
        let lang = lab.lang.get();
        let begin = |(n, tour): &(i32, Tour)| {
            let (n, about, tour) = (n.to_string(), tour.about.get(lang).to_owned(), tour.clone());
            view! {
                <button class="small main-button" data-testid=format!("tour-{}", tour.id) title=about
                    on:click=move |_| tour::start(guide, tour.clone())>{guide.t(Word::StartTour)}{n}</button>
            }
        };
        // Title and text in every language: terms of Redis are English in any, and people know some of both. Its
        // id says in bare words what a title may tell more nicely.
        let story = |id: &str, texts: [[&str; 2]; 2], choices: &dyn Fn() -> Vec<AnyView>| {
            let [title, about] = texts[lang as usize];
            let [[a, b], [c, d]] = texts;
            typed.with(|words| search::has_words(&[a, b, c, d, id], words)).then(|| {
                view! {
                    <li class="story">
                        <h4>{title.to_owned()}</h4>
                        <p>{about.to_owned()}</p>
                        <div class="choices">{choices()}</div>
                    </li>
                }
            })
        };
        let mut parts = Vec::new();
        let mut part = |title: &'static str, stories: Vec<AnyView>| {
            if !stories.is_empty() {
                parts.push(view! { <h3>{title}</h3><ul class="stories">{stories}</ul> });
            }
        };
        let mut stories = Vec::new();
        for tour in &tours {
            let texts = Lang::ALL.map(|lang| [tour.1.title.get(lang), tour.1.about.get(lang)]);
            stories.extend(story(&tour.1.id, texts, &|| vec![begin(tour)]));
        }
        part(guide.t(Word::Tours), stories);
        for group in Group::ALL {
            let mut stories = Vec::new();
            for (n, entry) in library().iter().enumerate().filter(|(_, entry)| entry.group == group) {
                let texts = Lang::ALL.map(|lang| [lang.words(&entry.title), lang.words(&entry.about)]);
                stories.extend(story(entry.id, texts, &|| {
                    let mut choices = Vec::new();
                    // A tour through a scenario has its id.
                    choices.extend(guided.iter().find(|(_, tour)| tour.id == entry.id).map(begin));
                    choices.push(view! {
                        <button class="small" data-testid=format!("scenario-{}", entry.id)
                            on:click=move |_| guide.play(n)>{guide.t(Word::StartScenario)}</button>
                    });
                    choices.extend(entry.recorded.map(|capture| {
                        view! {
                            <button class="small badge" data-testid=format!("compare-{}", entry.id)
                                on:click=move |_| {
                                    guide.play(n);
                                    guide.dialog.set(Some(Dialog::Recorded(capture)));
                                }>{guide.t(Word::ComparedBadge)}</button>
                        }
                    }));
                    choices
                }));
            }
            part(lang.group(group), stories);
        }
        if parts.is_empty() {
            parts.push(view! {
                <p class="empty" role="alert" data-testid="catalogue-none">{guide.t(Word::NothingFound)}</p>
            });
        }
        parts
    };
    // Escape empties the field first; the next one closes the dialog.
    let clear = move |ev: web_sys::KeyboardEvent| {
        if ev.key() == "Escape" && typed.with_untracked(|typed| !typed.is_empty()) {
            ev.prevent_default();
            typed.set(String::new());
        }
    };
    view! {
        <p class="hint">{guide.says(Word::CatalogueHint)}</p>
        <div class="choices">
            <input type="search" class="log-search" data-testid="catalogue-search" spellcheck="false"
                autocomplete="off" placeholder=lab.says(Text::LogSearch) aria-label=lab.says(Text::LogSearch)
                prop:value=move || typed.get() on:keydown=clear on:input=move |ev| typed.set(event_target_value(&ev)) />
        </div>
        {found}
    }
}
