//! The log, as Redis prints it: the lines up to the playhead, the newest in sight. However long it is, the page holds
//! a few hundred of its lines, those around what is in sight.

use crate::cluster::{NodeId, NodeRole, Record, Said};
use crate::i18n::{Phrase, Term, Text};
use crate::sim::SimTime;
use crate::ui::lab::{Panel, lab};
use crate::ui::plain::{For, view};
use crate::ui::{dom, focus, icons, session};
use crate::view::search;
use leptos::html;
use leptos::prelude::*;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use wasm_bindgen::JsCast as _;

/// So many lines are in the page at first, and so many come when one scrolls to where they end.
const PAGE: usize = 250;
/// At most so many pages; what is far from what is in sight makes room. Only where little is found among many are
/// more of them searched.
const PAGES_MAX: usize = 3;
/// The last line is the newest there is.
const NEWEST: usize = usize::MAX;
/// As near to an end, in CSS pixels, the next lines come.
const NEAR: i32 = 40;
/// So many lines are searched for them.
const SEARCHED: usize = 4000;

#[derive(Clone, PartialEq)]
struct Line {
    /// Of which run, in which language, and its record's number.
    key: (u32, u8, usize),
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

impl Choice {
    fn wants(self, record: &Record) -> bool {
        match self {
            Self::Sentinels => session::is_of_sentinels(record),
            Self::All => true,
            Self::Notable => session::is_notable(record),
            Self::Of(id) => record.node == Some(id),
        }
    }
}

/// What is shown, oldest first.
#[derive(Clone, Default, PartialEq)]
struct Shown {
    lines: Vec<Line>,
    /// Whether there may be earlier ones.
    more: bool,
}

/// How far to the right the pointer was pressed on the log: whoever moves it before it is released marks text to
/// copy it, and clicks no line. (A stored value would be a type, and its code weigh a kilobyte.)
static PRESSED: AtomicI32 = AtomicI32::new(0);

#[component]
pub(super) fn LogPanel() -> impl IntoView {
    let lab = lab();
    let choice = RwSignal::new(Choice::Sentinels);
    let copied = RwSignal::new(false);
    let sentinels = Memo::new(move |_| {
        lab.matrix.with(|m| m.rows.iter().map(|r| (r.id, r.name.to_string())).collect::<Vec<_>>())
    });
    let typed = RwSignal::new(String::new());
    let needle = Memo::new(move |_| typed.with(|typed| typed.trim().to_owned()));
    let pages = RwSignal::new(1);
    // The record of the last line in the page.
    let end = RwSignal::new(NEWEST);
    let shown = Memo::new(move |_| {
        let ((run, heard, _), lang) = (lab.heard.get(), lab.lang.get());
        let (choice, pages) = (choice.get(), pages.get());
        let heard = heard.min(end.get().saturating_add(1));
        let view = lab.view.get_untracked();
        lab.session.with_value(|s| {
            let records = s.records().get(..heard).unwrap_or_default().iter().enumerate().rev();
            let mut wanted = records.filter(|(_, record)| choice.wants(record));
            let mut lines = Vec::new();
            let searched = wanted.by_ref().take(SEARCHED * pages);
            lines.extend(
                searched
                    .filter_map(|(i, record)| {
                        let line = session::log_line(s, &view, i, lang)?;
                        let name = record.node.map_or_else(|| "·".to_owned(), |id| lab.name(id));
                        needle.with(|needle| holds(&name, &line, needle)).then_some(())?;
                        let (prefix, text) = split(&line);
                        Some(Line {
                            key: (run, lang as u8, i),
                            at: record.at,
                            node: record.node,
                            name,
                            hue: hue(lab.view, record.node),
                            prefix,
                            text,
                            category: session::category_of(record).word(),
                            asks: matches!(record.what, Said::Sentinel(_)),
                        })
                    })
                    .take(PAGE * pages),
            );
            lines.reverse();
            Shown { more: lines.len() == PAGE * pages || wanted.next().is_some(), lines }
        })
    });
    let list = NodeRef::<html::Ol>::new();
    let stuck = StoredValue::new(true);
    let newest = move || {
        pages.set(1);
        end.set(NEWEST);
    };
    // The line at that end stays where it is in sight while others come and go.
    let keep = move |first: bool, change: &dyn Fn()| {
        let Some(list) = list.get_untracked() else { return };
        let lines = list.query_selector_all("[data-record]").ok();
        let line =
            lines.and_then(|lines| lines.item(if first { 0 } else { lines.length().saturating_sub(1) }));
        let line = line.and_then(|line| line.dyn_into::<web_sys::HtmlElement>().ok());
        let at = line.as_ref().map_or(0, web_sys::HtmlElement::offset_top) - list.scroll_top();
        stuck.set_value(false);
        change();
        request_animation_frame(move || list.set_scroll_top(line.map_or(0, |line| line.offset_top()) - at));
    };
    let earlier = move || {
        keep(true, &|| {
            let room = shown.with_untracked(|Shown { lines, .. }| {
                (lines.len() >= PAGE * PAGES_MAX).then(|| lines[lines.len() - PAGE - 1].key.2)
            });
            match room {
                Some(record) => end.set(record),
                None => pages.update(|pages| *pages += 1),
            }
        });
    };
    let later = move || {
        keep(false, &|| {
            let after = end.get_untracked() + 1;
            let found = lab.session.with_value(|s| {
                let records = s.records().get(after..s.heard()).unwrap_or_default().iter().enumerate();
                let choice = choice.get_untracked();
                records.filter(|(_, record)| choice.wants(record)).nth(PAGE).map(|(i, _)| after + i)
            });
            end.set(found.unwrap_or(NEWEST));
        });
    };
    // Told a moment later: by then the panel may be gone.
    let scrolled = move |_| {
        if let Some(list) = list.try_get_untracked().flatten() {
            let below = list.scroll_height() - list.scroll_top() - list.client_height();
            let is_newest = end.get_untracked() == NEWEST;
            stuck.set_value(below < NEAR && is_newest);
            match (below < NEAR, is_newest) {
                (true, false) => later(),
                (true, true) if pages.get_untracked() > 1 => newest(),
                (false, _) if list.scroll_top() < NEAR && shown.with_untracked(|shown| shown.more) => {
                    earlier();
                }
                _ => {}
            }
        }
    };
    // A reader who scrolled up is left where he is, until another run begins.
    Effect::new(move |before: Option<u32>| {
        let (run, ..) = lab.heard.get();
        if before.is_some_and(|before| before != run) {
            stuck.set_value(true);
            newest();
        }
        shown.track();
        if let Some(list) = list.get().filter(|_| stuck.get_value()) {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
        run
    });
    let copy = move |_| {
        let text = lab.session.with_value(|s| {
            let heard = s.heard();
            let lang = lab.lang.get_untracked();
            let view = lab.view.get_untracked();
            let choice = choice.get_untracked();
            let lines = s.records()[..heard]
                .iter()
                .enumerate()
                .filter(|(_, record)| choice.wants(record))
                .filter_map(|(i, record)| {
                    let name = record.node.map_or_else(String::new, |id| lab.name(id));
                    let line = session::log_line(s, &view, i, lang)?;
                    needle.with_untracked(|needle| holds(&name, &line, needle)).then_some(line)
                });
            lines.map(|line| line + "\n").collect::<String>()
        });
        dom::copy(&text, move |allowed| {
            if !allowed {
                return lab.notify(lab.lang.get_untracked().text(Text::LogNotCopied).to_owned(), true);
            }
            copied.set(true);
            set_timeout(move || copied.set(false), std::time::Duration::from_secs(2));
        });
    };
    let status = move || {
        if copied.get() {
            return lab.t(Text::LogCopied).to_owned();
        }
        let found = shown.with(|shown| (shown.lines.len(), shown.more));
        if needle.with(String::is_empty) {
            String::new()
        } else {
            lab.say(&Phrase::LinesFound(found.0, found.1 || end.get() != NEWEST))
        }
    };
    let choose = move |ev| {
        let value = event_target_value(&ev);
        newest();
        choice.set(match value.as_str() {
            "all" => Choice::All,
            "notable" => Choice::Notable,
            other => other.parse().map_or(Choice::Sentinels, |id| Choice::Of(NodeId(id))),
        });
    };
    let searching = move |ev: web_sys::KeyboardEvent| {
        if ev.key() == "Escape" {
            ev.stop_propagation();
            typed.set(String::new());
        }
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
            <input type="search" class="log-search" id="log-search" data-testid="log-search" spellcheck="false"
                autocomplete="off" placeholder=lab.says(Text::LogSearch) aria-label=lab.says(Text::LogSearch)
                prop:value=move || typed.get() on:keydown=searching
                on:input=move |ev| {
                    newest();
                    typed.set(event_target_value(&ev));
                } />
            <span class="hint log-status" role="status" data-testid="log-status">{move || status()}</span>
            <button class="quiet" data-testid="log-copy" title=lab.says(Text::LogCopy) aria-label=lab.says(Text::LogCopy)
                on:click=copy>{icons::icon(icons::COPY)}</button>
        </div>
        <ol class="log" node_ref=list on:scroll=scrolled on:pointerdown=move |ev| PRESSED.store(ev.client_x(), Relaxed) data-testid="log" tabindex="0"
            aria-label=lab.says(Text::PanelLog) on:keydown=move |ev| focus::rove(&ev, ".tag")
            title=lab.says(Text::LogWords)>
            {move || shown.with(|shown| shown.more).then(|| view! {
                <li class="log-earlier"><button class="small" data-testid="log-earlier" on:click=move |_| earlier()>
                    {lab.says(Text::LogEarlier)}
                </button></li>
            })}
            <For each=move || shown.with(|shown| shown.lines.clone())
                key=move |line| (line.key, needle.get_untracked()) children=move |line| {
                let at = line.at;
                let marked = |text: &str| needle.with_untracked(|needle| marked(text, needle));
                let (prefix, text) = (marked(&line.prefix), marked(&line.text));
                view! {
                    <li data-category=line.category data-node=line.node.map(|id| id.0.to_string())
                        data-selected=move || (line.node.is_some() && lab.selected.get() == line.node).to_string()
                        data-record=line.key.2.to_string()>
                        <button class="tag" tabindex="-1" data-hue=line.hue.to_string() title=lab.says(Text::JumpHere)
                            on:click=move |_| lab.seek(at)>{line.name}</button>
                        <code on:click=move |ev| if ev.client_x().abs_diff(PRESSED.load(Relaxed)) < 5 { lab.seek(at) }><span class="prefix">{prefix}</span>" "{text}</code>
                        {line.asks.then(|| view! {
                            <button class="ask" tabindex="-1" title=lab.names(Term::Why) aria-label=lab.names(Term::Why)
                                on:click=move |_| if lab.ask(line.key.2) { lab.panel.set(Panel::Why) }>"?"</button>
                        })}
                    </li>
                }
            } />
        </ol>
        {move || {
            let text = if needle.with(String::is_empty) { Text::LogEmpty } else { Text::LogNotFound };
            shown.with(|shown| shown.lines.is_empty()).then(|| view! { <p class="empty">{lab.t(text)}</p> })
        }}
    }
}

/// Whether a line, or who said it, has what is searched for.
fn holds(name: &str, line: &str, needle: &str) -> bool {
    search::find(line, needle).is_some() || name.eq_ignore_ascii_case(needle)
}

/// A text in which what is searched for stands out.
fn marked(text: &str, needle: &str) -> AnyView {
    if needle.is_empty() {
        return text.to_owned().into_any();
    }
    let pieces = search::pieces(text, needle).into_iter().map(|(found, piece)| {
        let piece = piece.to_owned();
        if found {
            view! { <mark>{piece}</mark> }
        } else {
            piece.into_any()
        }
    });
    pieces.collect_view().into_any()
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
