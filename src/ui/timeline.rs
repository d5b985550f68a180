//! The strip of the whole run: its marks, and the playhead, which can be dragged.

use crate::i18n::{Guide as Word, Text};
use crate::sim::{Micros, SimTime};
use crate::ui::lab::{lab, settled};
use crate::ui::plain::{For, view};
use crate::ui::{ghost, session};
use crate::view::{format, marks};
use leptos::prelude::*;

/// The strip is so many units wide, whatever its size on the screen.
const WIDTH: f64 = 1000.0;

#[component]
pub(crate) fn Timeline() -> impl IntoView {
    let lab = lab();
    // Grows by leaps, so that marks stand still in between.
    let comparison = ghost::comparison(lab);
    let gone = ghost::marks(lab);
    let span = settled(move || {
        let moment = lab.moment.get();
        let until = comparison.get().map_or(moment.seen, |found| found.until.max(moment.seen));
        marks::strip_span(until.since(moment.origin))
    });
    let x = move |at: SimTime| {
        let origin = lab.moment.get_untracked().origin;
        at.since(origin).0 as f64 / span.get().0 as f64 * WIDTH
    };
    let found = Memo::new(move |_| {
        let (run, _, shown) = lab.heard.get();
        lab.session.with_value(|s| {
            let origin = s.origin();
            let notable = s.records()[..shown].iter().enumerate();
            let notable = notable.filter(|(_, r)| r.at >= origin && session::is_notable(r));
            notable.map(|(i, r)| (run, i, r.at, session::category_of(r))).collect::<Vec<_>>()
        })
    });
    let ticks = move || {
        let step = marks::tick_step(span.get());
        (1..20)
            .map(|n| Micros(step.0 * n))
            .take_while(|at| at.0 < span.get().0)
            .map(|at| {
                let left = at.0 as f64 / span.get().0 as f64 * 100.0;
                view! { <span class="tick" style:left=format!("{left:.2}%")>{format::span_ms((at.0 / 1000) as i64)}</span> }
            })
            .collect_view()
    };
    let moment = move || lab.moment.get();
    let slide = move |ev| {
        if let Ok(ms) = event_target_value(&ev).parse::<u64>() {
            lab.seek(lab.moment.get_untracked().origin + Micros::from_millis(ms));
        }
    };
    let part = move |at: SimTime| format!("{:.3}%", x(at) / 10.0);
    view! {
        <div class="timeline" data-testid="timeline">
            <div class="strip">
                <div class="seen" style:width=move || part(moment().seen)></div>
                {move || comparison.get().map(|found| view! {
                    <div class="gone" style:left=part(found.fork)
                        style:width=format!("{:.3}%", (x(found.until) - x(found.fork)) / 10.0)></div>
                    {found.differs.map(|at| view! {
                        <div class="differs" style:left=part(at) data-testid="differs"
                            title=move || lab.lang.get().guide(Word::GhostMark)></div>
                    })}
                })}
                <div class="ticks" aria-hidden="true">{move || ticks()}</div>
                <svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
                    <For each=move || gone.get() key=|(n, at, _)| (*n, *at)
                        children=move |(_, at, category)| view! {
                            <line class="mark" data-gone="true" data-category=category.word() y1="13" y2="20"
                                x1=move || format!("{:.2}", x(at)) x2=move || format!("{:.2}", x(at)) />
                        } />
                    <For each=move || found.get() key=|(run, i, at, _)| (*run, *i, *at)
                        children=move |(_, _, at, category)| view! {
                            <line class="mark" data-category=category.word() y1="2" y2="18"
                                x1=move || format!("{:.2}", x(at)) x2=move || format!("{:.2}", x(at)) />
                        } />
                </svg>
                <div class="playhead" style:left=move || part(moment().now)></div>
                <input type="range" min="0" step="1" data-testid="scrubber"
                    max=move || (span.get().0 / 1000).to_string()
                    aria-label=lab.says(Text::Playhead)
                    aria-valuetext=move || format::clock(moment().now, moment().origin)
                    prop:value=move || (moment().now.since(moment().origin).0 / 1000).to_string()
                    on:input=slide />
            </div>
        </div>
    }
}
