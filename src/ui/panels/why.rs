//! Why? and why not yet?: what led to something that was said, and what each sentinel waits for.

use crate::cluster::{NodeId, Said};
use crate::i18n::Term;
use crate::sentinel::SentinelEvent;
use crate::ui::lab::{Asked, Lab, lab};
use crate::ui::plain::{For, view};
use crate::ui::session;
use crate::view::format;
use crate::view::story;
use crate::view::why::{Line, Mind, NotYet, Part, not_yet};
use leptos::prelude::*;

#[component]
pub(super) fn WhyPanel() -> impl IntoView {
    let lab = lab();
    let sentinels = Memo::new(move |_| {
        let run = lab.run.get();
        lab.matrix.with(|m| m.rows.iter().map(|r| (run, r.id, r.name.to_string())).collect::<Vec<_>>())
    });
    // Of a selected sentinel only what it waits for; otherwise of all.
    let only = Memo::new(move |_| {
        lab.selected.get().filter(|id| sentinels.with(|s| s.iter().any(|(_, sentinel, _)| sentinel == id)))
    });
    let shown = move || {
        let only = only.get();
        sentinels
            .get()
            .into_iter()
            .filter(|(_, id, _)| only.is_none_or(|only| only == *id))
            .collect::<Vec<_>>()
    };
    view! {
        <Answer />
        <h3>{lab.names(Term::WhyNotYet)}</h3>
        <p class="hint">{lab.names(Term::WhyHint)}</p>
        <div class="picker" role="group" aria-label=lab.names(Term::WhyNotYet)>
            <button class="pick" aria-pressed=move || only.get().is_none().to_string()
                on:click=move |_| lab.selected.set(None)>{lab.names(Term::AllSentinels)}</button>
            <For each=move || sentinels.get() key=|s| s.clone() children=move |(_, id, name)| view! {
                <button class="pick" aria-pressed=move || (only.get() == Some(id)).to_string()
                    on:click=move |_| lab.selected.set(Some(id))>{name}</button>
            } />
        </div>
        <div class="waits" data-testid="not-yet">
            <For each=shown key=|s| s.clone() children=move |(_, id, name)| view! {
                <section class="mind">
                    <h4>{name}</h4>
                    <Waiting id=id />
                </section>
            } />
        </div>
    }
}

/// Why something was said that was asked about.
#[component]
fn Answer() -> impl IntoView {
    let lab = lab();
    move || match lab.asked.get() {
        None => view! { <p class="empty">{lab.names(Term::WhyNothing)}</p> },
        Some(asked) => {
            let lines = asked.why.lines.clone();
            let lines = Signal::derive(move || lines.clone());
            let at = asked.record.at;
            let when = move || format::clock(at, lab.moment.with(|m| m.origin));
            let by = asked.record.node.map(|id| lab.name(id)).unwrap_or_default();
            let words = session::event_text(&asked.record).unwrap_or_default();
            let told = {
                let asked = asked.clone();
                move || tell(lab, &asked)
            };
            view! {
                <section class="answer" data-testid="why" aria-live="polite"
                    data-category=session::category_of(&asked.record).word()>
                    <h3>{lab.names(Term::WhyThis)}</h3>
                    <p class="answer-told">{told}</p>
                    <p class="answer-line"><code>{words}</code></p>
                    <p class="hint">
                        {by}" · "{move || when()}" · "<code class="rule">{asked.why.rule.clone()}</code>" "
                        <button class="small" on:click=move |_| lab.seek(at)>{lab.names(Term::GoThere)}</button>
                    </p>
                    <Lines lines=lines />
                    <p class="hint">{lab.names(Term::WhyOwnWords)}</p>
                </section>
            }
        }
    }
}

fn tell(lab: Lab, asked: &Asked) -> String {
    let (Said::Sentinel(event), Some(by)) = (&asked.record.what, asked.record.node) else {
        return String::new();
    };
    let told = lab.view.with_untracked(|view| story::tell(lab.lang.get(), view, by, event));
    told.unwrap_or_else(|| match event {
        SentinelEvent::Log { text, .. } => text.to_string(),
        _ => String::new(),
    })
}

/// What a sentinel waits for, and what is still missing; follows the clock.
#[component]
pub(super) fn Waiting(id: NodeId) -> impl IntoView {
    let lab = lab();
    let insight = lab.insight(id);
    let steps = Memo::new(move |_| {
        let origin = lab.moment.with_untracked(|m| m.origin);
        lab.view.with_untracked(|view| {
            insight.with(|i| {
                i.as_ref().map(|insight| not_yet(Mind { view, insight, origin })).unwrap_or_default()
            })
        })
    });
    let step = move |n: usize| Memo::new(move |_| steps.with(|s| s.get(n).cloned()));
    view! {
        <For each=move || 0..steps.with(Vec::len) key=|n| *n children=move |n| {
            let step = step(n);
            let lines = Signal::derive(move || step.with(|s| s.as_ref().map(|s| s.lines.clone()).unwrap_or_default()));
            view! {
                <div class="step" data-next=move || step.with(|s| s.as_ref().and_then(|s| s.next).map(crate::sentinel::EventKind::channel))>
                    <p class="step-head">{move || step.with(|s| s.as_ref().map(|s| head(lab, s)))}</p>
                    <Lines lines=lines />
                </div>
            }
        } />
    }
}

fn head(lab: Lab, step: &NotYet) -> impl IntoView + use<> {
    let about = step.about.clone();
    match step.next {
        Some(next) => view! {
            {lab.term(Term::NextWouldBe)}" "<code>{next.channel()}</code>" · "{about}
        },
        None => lab.term(Term::NothingNext).into_any(),
    }
}

/// Facts, each with its mark, its meter and its rule. Only what changes is written anew.
#[component]
pub(super) fn Lines(lines: Signal<Vec<Line>>) -> impl IntoView {
    let lab = lab();
    view! {
        <ul class="why-lines">
            <For each=move || 0..lines.with(Vec::len) key=|n| *n children=move |n| {
                let line = Memo::new(move |_| lines.with(|l| l.get(n).cloned()));
                let text = move || line.with(|l| l.as_ref().map(|l| lab.lang.get().fact(&l.fact)));
                let met = move || line.with(|l| match l.as_ref().and_then(|l| l.met) {
                    Some(true) => "yes",
                    Some(false) => "no",
                    None => "plain",
                });
                let mark = move || match met() {
                    "yes" => lab.term(Term::Met),
                    "no" => lab.term(Term::Unmet),
                    _ => "",
                };
                let part = move || line.with(|l| l.as_ref().and_then(|l| l.part).map(Part::percent));
                let rule = move || line.with(|l| l.as_ref().map(|l| l.rule));
                view! {
                    <li data-met=move || met()>
                        <span class="met" aria-hidden="true"></span>
                        <span class="unseen">{move || mark()}</span>
                        <span>{move || text()}" "<code class="rule">{move || rule()}</code></span>
                        <span class="meter" data-shown=move || part().is_some().to_string() aria-hidden="true">
                            <span style:width=move || format!("{}%", part().unwrap_or(0))></span>
                        </span>
                    </li>
                }
            } />
        </ul>
    }
}
