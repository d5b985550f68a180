//! A sentinel's mind opened up: which replica it would promote, the failover's states, its running waits.

use crate::cluster::{Insight, NodeId};
use crate::i18n::{Lang, Term};
use crate::sentinel::{Check, Filter};
use crate::ui::lab::{Lab, lab};
use crate::ui::panels::why::Waiting;
use crate::ui::plain::{For, view};
use crate::ui::words;
use crate::view::failover::{self, State, When};
use crate::view::format;
use crate::view::story::node_name;
use crate::view::timers::{self, TICKS_MS, Timer, Wait, place};
use leptos::prelude::*;
use std::sync::Arc;

/// All of it.
#[component]
pub(super) fn MindOf(id: NodeId) -> impl IntoView {
    let lab = lab();
    let insight = lab.insight(id);
    let has = Memo::new(move |_| insight.with(Option::is_some));
    move || {
        has.get().then(|| {
            view! {
                <section class="mind">
                    <h4>{lab.names(Term::WhyNotYet)}</h4>
                    <Waiting id=id />
                </section>
                <SelectionTable insight=insight />
                <States insight=insight />
                <Timers insight=insight />
            }
        })
    }
}

/// What a replica's column says.
#[derive(Clone, PartialEq)]
struct Column {
    name: String,
    chosen: bool,
    place: Option<usize>,
    cells: Vec<(bool, String)>,
}

fn columns(lab: Lab, insight: &Insight) -> Vec<Column> {
    let selection = &insight.weighing;
    let mut order: Vec<&crate::sentinel::Candidate> = Vec::new();
    for fit in selection.candidates.iter().filter(|c| c.unfit.is_none()) {
        order.insert(order.partition_point(|before| before.rank <= fit.rank), fit);
    }
    let name = |key: &str| {
        let record = insight.master.replicas.iter().find(|r| r.name == key);
        let node = record.and_then(|r| r.node);
        node.map_or_else(|| key.to_owned(), |id| lab.view.with_untracked(|v| node_name(v, id)))
    };
    let column = |candidate: &crate::sentinel::Candidate| {
        let mut cells: Vec<(bool, String)> =
            candidate.checks.iter().map(|check| (check.fails.is_none(), figure(check))).collect();
        let run_id = match &candidate.rank.runid {
            crate::sentinel::RunIdRank::Known(id) => id.chars().take(6).collect(),
            crate::sentinel::RunIdRank::Unknown => "–".to_owned(),
        };
        cells.extend([
            (true, candidate.rank.priority.to_string()),
            (true, format::grouped(candidate.rank.offset.0)),
            (true, run_id),
        ]);
        Column {
            name: name(&candidate.name),
            chosen: selection.chosen == Some(candidate.replica),
            place: order.iter().position(|c| c.replica == candidate.replica).map(|n| n + 1),
            cells,
        }
    };
    selection.candidates.iter().map(column).collect()
}

/// What a filter compares, where it compares a figure.
fn figure(check: &Check) -> String {
    match (check.figure, check.limit) {
        (Some(figure), Some(limit)) => format!("{} ≤ {}", tenths(figure.0), tenths(limit.0)),
        (None, Some(limit)) => format!("– ≤ {}", tenths(limit.0)),
        _ => String::new(),
    }
}

/// Seconds with a tenth, without their unit where the row says it: columns are narrow.
fn tenths(ms: i64) -> String {
    if ms.abs() < 100_000 { format!("{:.1}", ms as f64 / 1000.0) } else { format!("{} s", ms / 1000) }
}

const ROWS: [(Term, &str, &str); 9] = [
    (Term::FilterUp, "SEL-1", ""),
    (Term::FilterConnected, "SEL-2", ""),
    (Term::FilterFreshPing, "SEL-3", " (s)"),
    (Term::FilterPriority, "SEL-4", ""),
    (Term::FilterFreshInfo, "SEL-6", " (s)"),
    (Term::FilterLinkDown, "SEL-5", " (s)"),
    (Term::OrderPriority, "SEL-10", ""),
    (Term::OrderOffset, "SEL-11", ""),
    (Term::OrderRunId, "SEL-12", ""),
];

/// A row a filter or key of the order, a column a replica.
#[component]
fn SelectionTable(insight: Memo<Option<Arc<Insight>>>) -> impl IntoView {
    let lab = lab();
    let columns =
        Memo::new(move |_| insight.with(|i| i.as_ref().map(|i| columns(lab, i)).unwrap_or_default()));
    let count = Memo::new(move |_| columns.with(Vec::len));
    let cell = move |n: usize, row: usize| {
        Memo::new(move |_| columns.with(|c| c.get(n).and_then(|c| c.cells.get(row).cloned())))
    };
    let body = move || {
        let count = count.get();
        if count == 0 {
            return view! { <p class="empty">{lab.term(Term::SelectionNone)}</p> };
        }
        let heads = (0..count).map(|n| {
            let column = Memo::new(move |_| columns.with(|c| c.get(n).cloned()));
            let chosen = move || column.with(|c| c.as_ref().is_some_and(|c| c.chosen)).to_string();
            view! {
                <th scope="col" data-chosen=move || chosen()>{move || column.with(|c| c.as_ref().map(|c| c.name.clone()))}</th>
            }
        });
        let rows = ROWS.iter().enumerate().map(|(row, (term, rule, unit))| {
            let cells = (0..count).map(|n| {
                let cell = cell(n, row);
                let is_filter = row < Filter::ALL.len();
                let passes = move || cell.with(|c| c.as_ref().is_none_or(|(passes, _)| *passes));
                let how = move || if !is_filter { "key" } else if passes() { "passes" } else { "fails" };
                let word = move || match how() {
                    "passes" => lab.term(Term::Passes),
                    "fails" => lab.term(Term::Fails),
                    _ => "",
                };
                view! {
                    <td data-how=move || how() title=move || word()><span class="met" aria-hidden="true"></span>
                        <span class="unseen">{move || word()}</span>
                        <span class="figure">{move || cell.with(|c| c.as_ref().map(|(_, text)| text.clone()))}</span></td>
                }
            });
            view! {
                <tr class:first-key=row == Filter::ALL.len()>
                    <th scope="row">{lab.names(*term)}{*unit}" "<code class="rule">{*rule}</code></th>
                    {cells.collect_view()}
                </tr>
            }
        });
        let places = (0..count).map(|n| {
            let column = Memo::new(move |_| columns.with(|c| c.get(n).cloned()));
            let chosen = move || column.with(|c| c.as_ref().is_some_and(|c| c.chosen));
            let text = move || {
                let place = column.with(|c| c.as_ref().and_then(|c| c.place));
                place.map_or_else(|| "–".to_owned(), |n| format!("{n}."))
            };
            view! {
                <td data-how="key" data-chosen=move || chosen().to_string()
                    title=move || if chosen() { lab.term(Term::Chosen) } else { "" }>
                    <strong>{move || text()}</strong></td>
            }
        });
        view! {
            <div class="scroll-x" tabindex="0"><table class="selection" data-testid="selection">
                <thead><tr><th scope="col">{lab.names(Term::Replica)}</th>{heads.collect_view()}</tr></thead>
                <tbody>{rows.collect_view()}
                    <tr class="first-key"><th scope="row">{lab.names(Term::Place)}</th>{places.collect_view()}</tr>
                </tbody>
            </table></div>
        }
    };
    view! {
        <h4>{lab.names(Term::Selection)}</h4>
        <p class="hint">{lab.names(Term::SelectionHint)}</p>
        {body}
    }
}

/// The failover's states, with the time-out that runs and where each leads.
#[component]
fn States(insight: Memo<Option<Arc<Insight>>>) -> impl IntoView {
    let lab = lab();
    let row = move |n: usize| {
        let state = Memo::new(move |_| insight.with(|i| i.as_ref().map(|i| failover::states(i)[n])));
        let when = move || state.get().map_or("to-come", |s| s.when.word());
        let wait = move || state.get().and_then(|s| s.wait);
        let running = move || state.get().is_some_and(|s| s.when == When::Now);
        let limit = move || match wait() {
            Some(wait) if running() => words::of(wait.elapsed.0, wait.limit.0),
            Some(wait) => format::span_ms(wait.limit.0),
            None => lab.term(Term::StateNoLimit).to_owned(),
        };
        let filled = move || {
            let part = wait().filter(|_| running()).map_or(0, |w| w.elapsed.0 * 100 / w.limit.0.max(1));
            format!("{}%", part.clamp(0, 100))
        };
        let of = move |what: fn(State) -> Option<&'static str>| move || state.get().and_then(what);
        let setting = move || state.get().map_or("", |s| s.setting);
        view! {
            <li data-when=move || when()>
                <div class="state-name"><code>{of(|s| Some(s.name))}</code></div>
                <div class="state-limit" title=move || setting()>
                    <span class="figure">{move || limit()}</span>
                    <span class="meter" data-shown=move || (running() && wait().is_some()).to_string() aria-hidden="true">
                        <span style:width=move || filled()></span></span>
                </div>
                <div class="state-ways">
                    <span>{lab.names(Term::StateThen)}" "<code>{of(|s| Some(s.then.channel()))}</code></span>
                    {move || state.get().and_then(|s| s.otherwise).map(|event| view! {
                        <span class="otherwise">{lab.term(Term::StateOtherwise)}" "<code>{event.channel()}</code></span>
                    })}
                </div>
            </li>
        }
    };
    view! {
        <h4>{lab.names(Term::States)}</h4>
        <p class="hint">{lab.names(Term::StatesHint)}</p>
        <ol class="machine" data-testid="states">{(0..6).map(row).collect_view()}</ol>
    }
}

/// Every wait on one logarithmic axis.
#[component]
fn Timers(insight: Memo<Option<Arc<Insight>>>) -> impl IntoView {
    let lab = lab();
    let all = Memo::new(move |_| insight.with(|i| i.as_ref().map(|i| timers::timers(i)).unwrap_or_default()));
    let ticks = TICKS_MS.map(|ms| {
        let left = place(crate::sim::Millis(ms)) * 100.0;
        let text = match ms {
            1000.. => format!("{} s", ms / 1000),
            _ => format!("{ms} ms"),
        };
        view! { <span style:left=format!("{left:.1}%")>{text}</span> }
    });
    view! {
        <h4>{lab.names(Term::Timers)}</h4>
        <p class="hint">{lab.names(Term::TimersHint)}</p>
        <div class="timers" data-testid="timers">
            <div class="timer-axis" aria-hidden="true">{ticks.collect_view()}</div>
            <ul>
                <For each=move || 0..all.with(Vec::len) key=|n| *n children=move |n| {
                    let timer = Memo::new(move |_| all.with(|t| t.get(n).copied()));
                    view! { <TimerRow timer=timer /> }
                } />
            </ul>
        </div>
    }
}

#[component]
fn TimerRow(timer: Memo<Option<Timer>>) -> impl IntoView {
    let lab = lab();
    let of = move || timer.get();
    let name = move || {
        of().map(|t| {
            let about = t.about.map(|id| lab.name(id)).unwrap_or_default();
            format!("{} {about}", wait_word(lab.lang.get(), t.wait))
        })
    };
    let figures = move || {
        of().map(|t| match t.elapsed {
            Some(elapsed) => words::of(elapsed.0, t.limit.0),
            None => format::span_ms(t.limit.0),
        })
    };
    let runs = move || of().is_some_and(|t| t.elapsed.is_some());
    let threat = move || of().is_some_and(|t| t.wait.is_threat());
    let done = move || {
        let part = of().and_then(|t| t.elapsed).map_or(0.0, |elapsed| place(elapsed) * 100.0);
        format!("{part:.1}%")
    };
    let end = move || format!("{:.1}%", of().map_or(0.0, |t| place(t.limit)) * 100.0);
    view! {
        <li data-runs=move || runs().to_string() data-threat=move || threat().to_string()>
            <span class="timer-name">{move || name()}<code>{move || of().map(|t| t.wait.setting())}</code></span>
            <span class="timer-bar" aria-hidden="true">
                <span class="timer-way" style:width=move || end()></span>
                <span class="timer-done" style:width=move || done()></span>
                <span class="timer-end" style:left=move || end()></span>
            </span>
            <span class="figure">{move || figures()}</span>
        </li>
    }
}

const fn wait_word(lang: Lang, wait: Wait) -> &'static str {
    lang.term(match wait {
        Wait::Timer => Term::WaitTimer,
        Wait::Ping => Term::WaitPing,
        Wait::Info => Term::WaitInfo,
        Wait::Hello => Term::WaitHello,
        Wait::Silence => Term::WaitSilence,
        Wait::Ask => Term::WaitAsk,
        Wait::Opinion => Term::WaitOpinion,
        Wait::Election => Term::WaitElection,
        Wait::State => Term::WaitState,
        Wait::Gate => Term::WaitGate,
        Wait::Reconf => Term::WaitReconf,
        Wait::Tilt => Term::WaitTilt,
    })
}
