//! A run beside what was recorded of real Redis, and beside other simulated runs.

use crate::i18n::{Guide as Word, Text, Told};
use crate::scenario::{Entry, library};
use crate::sim::Seed;
use crate::ui::guide::guide;
use crate::ui::plain::view;
use crate::view::recorded::{Figure, played, recorded, simulated};
use crate::view::sample::{Sample, Verdict};
use crate::view::{format, why};
use leptos::prelude::*;
use std::sync::Arc;

/// So many simulated runs stand beside the recorded ones.
const RUNS: usize = 20;

/// When something was first said in that run.
fn time(run: &[(String, i64)], event: &str) -> Option<i64> {
    run.iter().find(|(said, _)| said == event).map(|(_, ms)| *ms)
}

/// Milliseconds as seconds with two digits.
fn seconds(ms: i64) -> String {
    let hundredths = (ms + 5) / 10;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A verdict's name in attributes.
const fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Equal => "equal",
        Verdict::Chance => "chance",
        Verdict::Apart => "apart",
    }
}

const fn word(verdict: Verdict) -> Word {
    match verdict {
        Verdict::Equal => Word::Equal,
        Verdict::Chance => Word::ByChance,
        Verdict::Apart => Word::Apart,
    }
}

/// What the simulated runs come to, an event each: when it was first said, and whether that is told apart from the
/// recorded runs.
type Judged = Vec<(Sample, bool)>;

/// Plays the scenario once more in every frame, until there are enough runs to judge or nobody looks any more.
fn play_others(
    entry: &'static Entry,
    known: Arc<Vec<Figure>>,
    mut runs: Vec<Vec<(String, i64)>>,
    judged: RwSignal<Option<Judged>>,
) {
    request_animation_frame(move || {
        if judged.is_disposed() {
            return;
        }
        runs.push(played(entry.scenario(), &known, Seed(runs.len() as u64 + 1)));
        if runs.len() < RUNS {
            return play_others(entry, known, runs, judged);
        }
        let judge = |Figure { event, sample }: &Figure| {
            let others = Sample::of(event, &runs);
            let is_told_apart = sample.is_told_apart(&others);
            (others, is_told_apart)
        };
        judged.try_set(Some(known.iter().map(judge).collect()));
    });
}

#[component]
pub(crate) fn Comparison(capture: &'static str) -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let known = Arc::new(recorded(capture)?);
    let runs = known.first()?.sample.runs;
    let run = Memo::new(move |_| {
        lab.heard.track();
        lab.session.with_value(|s| simulated(s.cluster(), s.told(), s.now()))
    });
    let judged = RwSignal::new(None::<Judged>);
    let entry = library().iter().find(|entry| entry.recorded == Some(capture))?;
    play_others(entry, Arc::clone(&known), Vec::new(), judged);
    // The median of a sample with its range, and in how many of the runs it is said where that is not in all.
    let figure = move |sample: &Sample| {
        let (said, of) = (sample.times.len(), sample.runs);
        let Some((first, last)) = sample.range() else { return view! { <span>"–"</span> } };
        let range = format!("({}–{})", seconds(first), seconds(last));
        let many = if said < of { guide.say(&Told::InRuns(said, of)) } else { String::new() };
        view! { {seconds(sample.median())}" "<span class="hint">{range}" "{many}</span> }
    };
    let row = |n: usize| {
        let Figure { event, sample: real } = known[n].clone();
        let real = Arc::new(real);
        let shown = Arc::clone(&real);
        let at = move || run.with(|run| time(run, event));
        let other = move || judged.with(|judged| judged.as_ref().map(|judged| figure(&judged[n].0)));
        let verdict = Arc::new(move || {
            judged.with(|judged| judged.as_ref().map(|judged| real.verdict(judged[n].1, at())))
        });
        let word = Arc::clone(&verdict);
        view! {
            <tr>
                <th scope="row"><code>{event}</code>" "<code class="rule">{why::rule_of(event)}</code></th>
                <td class="figure">{move || figure(&shown)}</td>
                <td class="figure">{move || other()}</td>
                <td class="figure">{move || at().map_or_else(|| guide.t(Word::NotYet).to_owned(), seconds)}</td>
                <td data-verdict=move || verdict().map(name)>{move || word().map(|verdict| guide.t(self::word(verdict)))}</td>
            </tr>
        }
    };
    let rows = (0..known.len()).map(row).collect_view();
    let clock = move || {
        let moment = lab.moment.get();
        format::clock(moment.now, moment.origin)
    };
    let times = move |runs: usize| guide.say(&Told::RecordedTimes(runs));
    let summary = move || {
        judged.with(|judged| match judged {
            Some(judged) => {
                let equal = judged.iter().filter(|(_, is_told_apart)| !is_told_apart).count();
                guide.say(&Told::NotToldApart(equal, judged.len()))
            }
            None => guide.t(Word::PlaysOthers).to_owned(),
        })
    };
    Some(view! {
        <p data-testid="verdict" role="status">{move || summary()}</p>
        <p class="hint">{guide.says(Word::RecordedHint)}</p>
        <div class="choices">
            <button class="small" data-testid="recorded-play" on:click=move |_| lab.toggle_play()>
                {move || lab.t(if lab.playing.get() { Text::Pause } else { Text::Play })}
            </button>
            <output class="time">{move || clock()}</output>
        </div>
        <div class="scroll-x" tabindex="0"><table class="known" data-testid="comparison">
            <thead><tr>
                <th scope="col">{guide.says(Word::Event)}</th>
                <th scope="col">{guide.says(Word::RecordedRuns)}" · "{move || times(runs)}</th>
                <th scope="col">{guide.says(Word::SimulatedRuns)}" · "{move || times(RUNS)}</th>
                <th scope="col">{guide.says(Word::ThisRun)}</th>
                <th scope="col">{guide.says(Word::Verdict)}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
        <details data-testid="not-simulated">
            <summary>{guide.says(Word::NotSimulated)}</summary>
            <ul>{move || guide.t(Word::NotSimulatedList).lines().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
        </details>
    })
}
