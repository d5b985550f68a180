//! The log, as Redis prints it: the lines up to the playhead, the newest in sight.

use crate::cluster::{NodeId, NodeRole, Said};
use crate::i18n::{Term, Text};
use crate::sim::SimTime;
use crate::ui::lab::{Panel, lab};
use crate::ui::plain::{For, view};
use crate::ui::{dom, focus, icons, session};
use leptos::html;
use leptos::prelude::*;

/// How many lines are kept in the page; older ones are reached by going back in time.
const MOST: usize = 250;

#[derive(Clone, PartialEq)]
struct Line {
    key: (u32, usize),
    at: SimTime,
    node: Option<NodeId>,
    name: String,
    hue: usize,
    prefix: String,
    text: String,
    category: &'static str,
    /// Whether it can be asked why it was said.
    asks: bool,
}

/// Which lines are shown.
#[derive(Clone, Copy, PartialEq)]
enum Choice {
    /// What sentinels say, and what was done.
    Sentinels,
    All,
    Notable,
    Of(NodeId),
}

#[component]
pub(super) fn LogPanel() -> impl IntoView {
    let lab = lab();
    let choice = RwSignal::new(Choice::Sentinels);
    let copied = RwSignal::new(false);
    let sentinels = Memo::new(move |_| {
        lab.matrix.with(|m| m.rows.iter().map(|r| (r.id, r.name.to_string())).collect::<Vec<_>>())
    });
    let lines = Memo::new(move |_| {
        let (run, heard, _) = lab.heard.get();
        let choice = choice.get();
        lab.session.with_value(|s| {
            let records = s.records().get(..heard).unwrap_or_default().iter().enumerate().rev();
            let wanted = records.filter(|(_, r)| match choice {
                Choice::Sentinels => session::is_of_sentinels(r),
                Choice::All => true,
                Choice::Notable => session::is_notable(r),
                Choice::Of(id) => r.node == Some(id),
            });
            let view = lab.view.get_untracked();
            let mut lines: Vec<_> = wanted
                .filter_map(|(i, record)| {
                    let (prefix, text) = split(&session::log_line(s, &view, record, lab.lang.get())?);
                    Some(Line {
                        key: (run, i),
                        at: record.at,
                        node: record.node,
                        name: record.node.map_or_else(|| "·".to_owned(), |id| lab.name(id)),
                        hue: hue(lab.view, record.node),
                        prefix,
                        text,
                        category: session::category_of(record).word(),
                        asks: matches!(record.what, Said::Sentinel(_)),
                    })
                })
                .take(MOST)
                .collect();
            lines.reverse();
            lines
        })
    });
    let list = NodeRef::<html::Ol>::new();
    let stuck = StoredValue::new(true);
    let scrolled = move |_| {
        if let Some(list) = list.get_untracked() {
            let below = list.scroll_height() - list.scroll_top() - list.client_height();
            stuck.set_value(below < 40);
        }
    };
    // A reader who scrolled up is left where he is.
    Effect::new(move |_| {
        lines.track();
        if let Some(list) = list.get().filter(|_| stuck.get_value()) {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
    let copy = move |_| {
        dom::copy(&lab.session.with_value(|s| {
            let heard = s.heard();
            let lang = lab.lang.get_untracked();
            let view = lab.view.get_untracked();
            let lines = s.records()[..heard].iter().filter_map(|r| session::log_line(s, &view, r, lang));
            lines.map(|line| line + "\n").collect::<String>()
        }));
        copied.set(true);
        set_timeout(move || copied.set(false), std::time::Duration::from_secs(2));
    };
    let choose = move |ev| {
        let value = event_target_value(&ev);
        choice.set(match value.as_str() {
            "all" => Choice::All,
            "notable" => Choice::Notable,
            other => other.parse().map_or(Choice::Sentinels, |id| Choice::Of(NodeId(id))),
        });
    };
    view! {
        <div class="log-bar">
            <h2>{lab.says(Text::PanelLog)}</h2>
            <select on:change=choose aria-label=lab.says(Text::LogAll) data-testid="log-filter">
                <option value="sentinels">{lab.says(Text::LogSentinels)}</option>
                <option value="all">{lab.says(Text::LogAll)}</option>
                <option value="notable">{lab.says(Text::LogNotable)}</option>
                <For each=move || sentinels.get() key=|s| s.clone() children=|(id, name)| view! {
                    <option value=id.0.to_string()>{name}</option>
                } />
            </select>
            <span class="spring"></span>
            <span class="hint" role="status">{move || copied.get().then(|| lab.t(Text::LogCopied))}</span>
            <button class="quiet" title=lab.says(Text::LogCopy) aria-label=lab.says(Text::LogCopy)
                on:click=copy>{icons::icon(icons::COPY)}</button>
        </div>
        <ol class="log" node_ref=list on:scroll=scrolled data-testid="log" tabindex="0"
            aria-label=lab.says(Text::PanelLog) on:keydown=move |ev| focus::rove(&ev, ".tag")
            title=lab.says(Text::LogWords)>
            <For each=move || lines.get() key=|line| line.key children=move |line| {
                let at = line.at;
                view! {
                    <li data-category=line.category data-node=line.node.map(|id| id.0.to_string())>
                        <button class="tag" tabindex="-1" data-hue=line.hue.to_string() title=lab.says(Text::JumpHere)
                            on:click=move |_| lab.seek(at)>{line.name}</button>
                        <code><span class="prefix">{line.prefix}</span>" "{line.text}</code>
                        {line.asks.then(|| view! {
                            <button class="ask" tabindex="-1" title=lab.names(Term::Why) aria-label=lab.names(Term::Why)
                                on:click=move |_| if lab.ask(line.key.1) { lab.panel.set(Panel::Why) }>"?"</button>
                        })}
                    </li>
                }
            } />
        </ol>
        {move || lines.with(Vec::is_empty).then(|| view! { <p class="empty">{lab.t(Text::LogEmpty)}</p> })}
    }
}

/// A line of the log before and after the mark of its level.
fn split(line: &str) -> (String, String) {
    let mark = line
        .find([' '])
        .and_then(|_| line.find(" # ").or_else(|| line.find(" * ")).or_else(|| line.find(" - ")));
    match mark {
        Some(at) => (line[..at + 2].to_owned(), line[at + 3..].to_owned()),
        None => (String::new(), line.to_owned()),
    }
}

/// Which of the hues of the log a sentinel has: its place among the sentinels; 0 for everybody else.
fn hue(view: RwSignal<std::sync::Arc<crate::cluster::ClusterView>>, id: Option<NodeId>) -> usize {
    view.with_untracked(|v| {
        let mut sentinels = v.nodes.iter().filter(|n| matches!(n.role, NodeRole::Sentinel(_)));
        sentinels.position(|n| Some(n.id) == id).map_or(0, |n| n % 6 + 1)
    })
}
