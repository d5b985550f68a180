//! The catalogue of scenarios and tours, and a run beside what was recorded of real Redis.

use crate::i18n::{Guide as Word, Told};
use crate::scenario::{Group, library};
use crate::ui::guide::{Dialog, Window, guide};
use crate::ui::plain::view;
use crate::ui::tour;
use crate::view::format;
use crate::view::recorded::{Figure, recorded, simulated};
use crate::view::tour::{TOURS, Tour};
use leptos::prelude::*;

#[component]
pub(crate) fn CatalogueDialog() -> impl IntoView {
    let guide = guide();
    let title = Signal::derive(move || guide.t(Word::Catalogue).to_owned());
    let is_open = Signal::derive(move || guide.dialog.get() == Some(Dialog::Catalogue));
    view! { <Window name="catalogue" title=title is_open=is_open><Catalogue /></Window> }
}

#[component]
fn Catalogue() -> impl IntoView {
    let guide = guide();
    let lang = guide.lab.lang;
    // Each with its number in the order in which they are best taken.
    let (guided, tours): (Vec<_>, Vec<_>) = (1..)
        .zip(TOURS)
        .filter_map(|(n, text)| Some((n, Tour::parse(text).ok()?)))
        .partition(|(_, tour)| library().iter().any(|entry| entry.id == tour.id));
    let begin = move |(n, tour): &(i32, Tour)| {
        let n = n.to_string();
        let (about, tour) = (tour.about.clone(), tour.clone());
        view! {
            <button class="small main-button" data-testid=format!("tour-{}", tour.id)
                title=move || about.get(lang.get()).to_owned() on:click=move |_| tour::start(guide, tour.clone())>
                {guide.says(Word::StartTour)}{n}
            </button>
        }
    };
    let tours = tours
        .into_iter()
        .map(|tour| {
            let (title, about, begin) = (tour.1.title.clone(), tour.1.about.clone(), begin(&tour));
            view! {
                <li class="story">
                    <h4>{move || title.get(lang.get()).to_owned()}</h4>
                    <p>{move || about.get(lang.get()).to_owned()}</p>
                    <div class="choices">{begin}</div>
                </li>
            }
        })
        .collect_view();
    let stories = move |group: Group| {
        let of_group = library().iter().enumerate().filter(move |(_, entry)| entry.group == group);
        of_group
            .map(|(n, entry)| {
                // A tour through a scenario has its id.
                let tour = guided.iter().find(|(_, tour)| tour.id == entry.id);
                view! {
                    <li class="story">
                        <h4>{move || lang.get().words(&entry.title)}</h4>
                        <p>{move || lang.get().words(&entry.about)}</p>
                        <div class="choices">
                            {tour.map(begin)}
                            <button class="small" data-testid=format!("scenario-{}", entry.id)
                                on:click=move |_| guide.play(n)>{guide.says(Word::StartScenario)}</button>
                            {entry.recorded.map(|capture| view! {
                                <button class="small badge" data-testid=format!("compare-{}", entry.id)
                                    on:click=move |_| {
                                        guide.play(n);
                                        guide.dialog.set(Some(Dialog::Recorded(capture)));
                                    }>{guide.says(Word::ComparedBadge)}</button>
                            })}
                        </div>
                    </li>
                }
            })
            .collect_view()
    };
    let has_any = |group: &Group| library().iter().any(|entry| entry.group == *group);
    view! {
        <p class="hint">{guide.says(Word::CatalogueHint)}</p>
        <h3>{guide.says(Word::Tours)}</h3>
        <ul class="stories">{tours}</ul>
        {Group::ALL.into_iter().filter(has_any).map(|group| view! {
            <h3>{move || lang.get().group(group)}</h3>
            <ul class="stories">{stories(group)}</ul>
        }).collect_view()}
    }
}

#[component]
pub(crate) fn RecordedDialog() -> impl IntoView {
    let guide = guide();
    let title = Signal::derive(move || guide.t(Word::ComparedBadge).to_owned());
    let capture = move || match guide.dialog.get() {
        Some(Dialog::Recorded(capture)) => Some(capture),
        _ => None,
    };
    let is_open = Signal::derive(move || capture().is_some());
    view! {
        <Window name="recorded" title=title is_open=is_open>
            {move || capture().map(|capture| view! { <Comparison capture=capture /> })}
        </Window>
    }
}

/// Milliseconds in hundredths of a second, which is what is shown and compared.
const fn hundredths(ms: i64) -> i64 {
    (ms + 5) / 10
}

/// Milliseconds as seconds with two digits.
fn seconds(ms: i64) -> String {
    let hundredths = hundredths(ms);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[component]
fn Comparison(capture: &'static str) -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let known = recorded(capture)?;
    let run = Memo::new(move |_| {
        lab.heard.track();
        lab.session.with_value(|s| simulated(s.cluster(), s.told(), s.now()))
    });
    let runs = known.runs;
    let row = move |figure: Figure| {
        let (name, range) = (figure.event, hundredths(figure.min)..=hundredths(figure.max));
        let at = move || run.with(|run| run.iter().find(|(event, _)| event == name).map(|(_, ms)| *ms));
        let within =
            move || at().map_or("none", |ms| if range.contains(&hundredths(ms)) { "yes" } else { "no" });
        view! {
            <tr>
                <th scope="row"><code>{name}</code></th>
                <td class="figure">
                    {seconds(figure.median)}" "
                    <span class="hint">{format!("({}–{})", seconds(figure.min), seconds(figure.max))}</span>
                    {(figure.runs < runs).then(|| view! {
                        " "<span class="hint">{move || guide.say(&Told::InRuns(figure.runs, runs))}</span>
                    })}
                </td>
                <td class="figure" data-within=within>
                    {move || at().map_or_else(|| guide.t(Word::NotYet).to_owned(), seconds)}
                </td>
            </tr>
        }
    };
    let clock = move || {
        let moment = lab.moment.get();
        format::clock(moment.now, moment.origin)
    };
    Some(view! {
        <p class="hint">{guide.says(Word::RecordedHint)}</p>
        <div class="choices">
            <button class="small" data-testid="recorded-play" on:click=move |_| lab.toggle_play()>
                {move || lab.t(if lab.playing.get() { crate::i18n::Text::Pause } else { crate::i18n::Text::Play })}
            </button>
            <output class="time">{move || clock()}</output>
        </div>
        <div class="scroll-x" tabindex="0"><table class="known" data-testid="comparison">
            <thead><tr>
                <th scope="col">{guide.says(Word::Event)}</th>
                <th scope="col">{guide.says(Word::RecordedRuns)}" · "{move || guide.say(&Told::RecordedTimes(runs))}</th>
                <th scope="col">{guide.says(Word::ThisRun)}</th>
            </tr></thead>
            <tbody>{known.figures.into_iter().map(row).collect_view()}</tbody>
        </table></div>
    })
}
