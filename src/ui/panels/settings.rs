//! The settings, changed while it runs: SENTINEL SET to every sentinel, new values for every link.

use crate::i18n::{Guide as Word, Phrase, Text};
use crate::ui::guide::guide;
use crate::ui::header::RunButtons;
use crate::ui::lab::{Lab, lab};
use crate::ui::plain::view;
use crate::ui::stage::cut_off;
use crate::ui::words;
use crate::view::format;
use crate::view::settings::{self, Directive, NetworkValue, nearest};
use leptos::prelude::*;

#[component]
pub(super) fn Settings(
    /// Whether the header has no room for what concerns the run.
    narrow: ReadSignal<bool>,
) -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    view! {
        <div class="settings" data-testid="settings">
            {move || narrow.get().then(|| view! { <div class="run-buttons"><RunButtons /></div> })}
            <h3>{lab.says(Text::SettingsSentinel)}</h3>
            <p class="hint">{lab.says(Text::SettingsHint)}</p>
            {Directive::ALL.map(|directive| view! { <DirectiveControl directive=directive /> }).collect_view()}
            <h3>{lab.says(Text::SettingsNetwork)}</h3>
            <p class="hint">{lab.says(Text::NetworkHint)}</p>
            {NetworkValue::ALL.map(|value| view! { <NetworkControl value=value /> }).collect_view()}
            <button class="small" data-testid="zones" on:click=move |_| cut_off::open(guide)>{guide.says(Word::Sides)}</button>
            <h3>{lab.says(Text::Writer)}</h3>
            <p class="hint">{lab.says(Text::WriterHint)}</p>
            <WriterButton />
        </div>
    }
}

/// Starts a client that writes, or stops it.
#[component]
pub(super) fn WriterButton() -> impl IntoView {
    let lab = lab();
    let writes = lab.look(|v| settings::writes(v).is_some());
    let start_or_stop = move |_| lab.act_all(lab.view.with_untracked(|v| settings::writer(v)));
    view! {
        <button class="small" data-testid="writer" on:click=start_or_stop>
            {move || lab.t(if writes.get() { Text::WriterOff } else { Text::WriterOn })}
        </button>
    }
}

#[component]
fn DirectiveControl(directive: Directive) -> impl IntoView {
    let lab = lab();
    let held = lab.look(move |v| settings::held(v, directive).unwrap_or(0));
    let text = move || match directive {
        Directive::Quorum | Directive::ParallelSyncs => held.get().to_string(),
        Directive::DownAfter | Directive::FailoverTimeout => format::span_ms(held.get()),
    };
    let means = move || match directive {
        Directive::Quorum => quorum_means(lab, held.get() as u32),
        Directive::DownAfter => lab.t(Text::DownAfterHint).to_owned(),
        Directive::FailoverTimeout => lab.t(Text::FailoverTimeoutHint).to_owned(),
        Directive::ParallelSyncs => lab.t(Text::ParallelSyncsHint).to_owned(),
    };
    let set = move |value| {
        lab.act_all(lab.view.with_untracked(|v| settings::set(v, directive, value)));
    };
    view! {
        <StepSlider name=directive.word() label=Signal::derive(move || directive.word().to_owned())
            steps=directive.steps() value=held text=Signal::derive(text) set=Callback::new(set) />
        <p class="means">{move || means()}</p>
    }
}

fn quorum_means(lab: Lab, quorum: u32) -> String {
    let sentinels = lab.matrix.with(|m| m.rows.len()) as u32;
    let majority = sentinels / 2 + 1;
    if quorum > sentinels {
        lab.say(&Phrase::QuorumTooHigh { quorum, sentinels })
    } else {
        let means = lab.say(&Phrase::QuorumMeans { quorum, sentinels, majority });
        let pause = lab.lang.get().pause();
        if quorum == 1 && sentinels > 1 { means + pause + lab.t(Text::QuorumOne) } else { means }
    }
}

#[component]
fn NetworkControl(value: NetworkValue) -> impl IntoView {
    let lab = lab();
    let held = lab.look(move |v| settings::network(v).map_or(0, |link| value.value(&link)));
    let (label, name) = words::network(value);
    let range = lab.look(move |v| value.range(v));
    let text = move || range.get().map(|range| value.between(range)).unwrap_or_default();
    let set = move |to| {
        lab.act_all(lab.view.with_untracked(|v| value.set(v, to)));
    };
    view! {
        <StepSlider name=name label=Signal::derive(move || lab.t(label).to_owned()) steps=value.steps()
            value=held text=Signal::derive(text) set=Callback::new(set) />
    }
}

/// A slider over chosen steps, so that sensible values are easy to hit.
#[component]
fn StepSlider(
    /// For tests.
    name: &'static str,
    label: Signal<String>,
    steps: &'static [i64],
    /// The value as the world has it.
    value: ReadSignal<i64>,
    /// The same as text.
    text: Signal<String>,
    /// Called with the step that was chosen.
    set: Callback<i64>,
) -> impl IntoView {
    let chosen = move |ev| {
        let place = event_target_value(&ev).parse::<usize>().ok();
        if let Some(step) = place.and_then(|place| steps.get(place)) {
            set.run(*step);
        }
    };
    view! {
        <label class="setting">
            <span class="setting-name">{label}</span>
            <input type="range" min="0" max=(steps.len() - 1).to_string() step="1"
                data-testid=format!("set-{name}") aria-valuetext=text
                prop:value=move || nearest(steps, value.get()).to_string() on:change=chosen />
            <output class="figure">{text}</output>
        </label>
    }
}
