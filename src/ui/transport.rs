//! Play, pause, step, pace.

use crate::i18n::{Guide as Word, Phrase, Text};
use crate::ui::icons;
use crate::ui::lab::lab;
use crate::ui::plain::view;
use crate::ui::session::Step;
use crate::view::{format, pace};
use leptos::prelude::*;

#[component]
pub(crate) fn Transport() -> impl IntoView {
    let lab = lab();
    let button = move |text: Text, icon: &'static str, name: &'static str, class: &'static str| {
        move |run: Box<dyn Fn() + Send>| {
            view! {
                <button class=class title=lab.says(text) aria-label=lab.says(text) data-testid=name
                    on:click=move |_| run()>{icons::icon(icon)}</button>
            }
        }
    };
    let phase = move |word: Word, icon: &'static str, name: &'static str, back: bool| {
        let title = move || lab.lang.get().guide(word);
        view! {
            <button class="quiet" title=move || title() aria-label=move || title() data-testid=name
                on:click=move |_| lab.step(Step::Phase, back)>{icons::icon(icon)}</button>
        }
    };
    let step = move |text, icon, name, step, back| {
        button(text, icon, name, "quiet")(Box::new(move || lab.step(step, back)))
    };
    let play_text = move || lab.t(if lab.playing.get() { Text::Pause } else { Text::Play });
    let clock = move || {
        let moment = lab.moment.get();
        if lab.playing.get() && lab.speed.get() > 0.02 {
            format::clock(moment.now, moment.origin)
        } else {
            format::clock_fine(moment.now, moment.origin)
        }
    };
    // Logs have the time of day; a tooltip need not follow every frame.
    let in_logs = move || {
        lab.pulse.track();
        lab.say(&Phrase::InLogs(&format::time_of_day(lab.moment.get_untracked().now)))
    };
    let epoch = Memo::new(move |_| lab.matrix.with(|m| m.rows.iter().map(|r| r.epoch).max().unwrap_or(0)));
    let factor = move || {
        let speed = lab.speed.get();
        if lab.directed.get() { lab.say(&Phrase::Factor(&seconds(speed))) } else { format::speed(speed) }
    };
    let slide = move |ev| {
        if let Ok(at) = event_target_value(&ev).parse() {
            lab.set_speed(pace::speed_at(at));
        }
    };
    view! {
        <div class="transport" role="toolbar" aria-label=lab.says(Text::Transport)
            data-still=move || lab.still.get().to_string()>
            <div class="buttons">
                {button(Text::ToStart, icons::TO_START, "to-start", "quiet wide-only")(Box::new(move || {
                    let origin = lab.moment.get_untracked().origin;
                    lab.seek(origin);
                }))}
                {phase(Word::BackPhase, icons::BACK_PHASE, "back-phase", true)}
                {step(Text::BackNotable, icons::BACK_NOTABLE, "back-notable", Step::Notable, true)}
                {step(Text::BackEvent, icons::BACK_EVENT, "back-event", Step::Event, true)}
                {step(Text::BackPacket, icons::BACK_PACKET, "back-packet", Step::Packet, true)}
                <button class="play" title=move || play_text() aria-label=move || play_text() data-testid="play"
                    data-playing=move || lab.playing.get().to_string() on:click=move |_| lab.toggle_play()>
                    {move || icons::icon(if lab.playing.get() { icons::PAUSE } else { icons::PLAY })}
                </button>
                {step(Text::StepPacket, icons::STEP_PACKET, "step-packet", Step::Packet, false)}
                {step(Text::StepEvent, icons::STEP_EVENT, "step-event", Step::Event, false)}
                {step(Text::StepNotable, icons::STEP_NOTABLE, "step-notable", Step::Notable, false)}
                {phase(Word::Phase, icons::STEP_PHASE, "step-phase", false)}
                {button(Text::ToEnd, icons::TO_END, "to-end", "quiet wide-only")(Box::new(move || {
                    let seen = lab.moment.get_untracked().seen;
                    lab.seek(seen);
                }))}
            </div>
            <div class="clock" data-testid="clock" title=move || in_logs()>
                <output class="time">{move || clock()}</output>
                <span class="epoch">{move || lab.say(&Phrase::Epoch(epoch.get()))}</span>
            </div>
            <button class="director" title=lab.says(Text::DirectorHint) data-testid="director"
                aria-pressed=move || lab.directed.get().to_string()
                on:click=move |_| lab.directed.update(|d| *d = !*d)>{lab.says(Text::Director)}</button>
            <div class="speed" data-directed=move || lab.directed.get().to_string()>
                <button class="quiet" title=lab.says(Text::Slower) aria-label=lab.says(Text::Slower)
                    data-testid="slower"
                    on:click=move |_| lab.set_speed(pace::next_speed(lab.speed.get_untracked(), false))>"−"</button>
                <input type="range" min="-300" max="300" step="5" data-testid="speed"
                    aria-label=lab.says(Text::Speed)
                    aria-valuetext=move || format::speed(lab.speed.get())
                    prop:value=move || pace::slider_of(lab.speed.get()).to_string() on:input=slide />
                <button class="quiet" title=lab.says(Text::Faster) aria-label=lab.says(Text::Faster)
                    data-testid="faster"
                    on:click=move |_| lab.set_speed(pace::next_speed(lab.speed.get_untracked(), true))>"+"</button>
                <output class="factor" data-testid="factor">{move || factor()}</output>
            </div>
        </div>
    }
}

/// A stretch of simulated time a second of wall time shows.
fn seconds(speed: f64) -> String {
    let us = speed * 1e6;
    // Two digits: the director changes it all the time, and more would only flicker.
    let step = 10_f64.powf(us.max(1.0).log10().floor() - 1.0).max(1.0);
    format::span_us(((us / step).round() * step) as u64)
}
