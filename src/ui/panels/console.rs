//! The console: commands to any sentinel or Redis server, and their replies as redis-cli draws them.

use crate::cluster::{Action, NodeId};
use crate::i18n::Text;
use crate::protocol::{ArcStr, Reply};
use crate::sim::{Micros, SimTime};
use crate::ui::lab::{Lab, Panel, lab};
use crate::ui::plain::{For, view};
use crate::ui::session::Session;
use crate::view::console::{self, Completion, Silence, Typed};
use leptos::html;
use leptos::prelude::*;

/// How far time moves on by itself for a reply while it stands still.
const SETTLE: Micros = Micros::from_millis(20);
/// How far it moves on when asked to: longer than the operator waits.
const SETTLE_LONG: Micros = Micros::from_millis(1100);
/// So many commands and replies are kept.
const ENTRIES_MAX: usize = 100;
/// So many suggestions are shown.
const OFFERED_MAX: usize = 12;

/// What the console holds, whichever panel is shown.
#[derive(Clone, Copy, Default)]
pub(crate) struct Console {
    entries: RwSignal<Vec<Entry>>,
    typed: RwSignal<Typed>,
    /// The line that is being typed.
    line: RwSignal<String>,
    /// To whom; `None` for the first node that there is.
    node: RwSignal<Option<NodeId>>,
    /// Counts up when the line is to have the focus.
    wanted: RwSignal<u32>,
}

/// A command, and what came of it.
#[derive(Clone, PartialEq)]
struct Entry {
    number: usize,
    /// In which run, and when.
    run: u32,
    asked: SimTime,
    node: NodeId,
    name: String,
    prompt: String,
    line: String,
    words: Vec<ArcStr>,
    answer: Answer,
}

#[derive(Clone, PartialEq)]
enum Answer {
    Pending,
    /// As redis-cli shows it.
    Text(String),
    /// Why there is none.
    None(Silence),
}

/// Has the console hear of replies and of other runs, whichever panel is shown.
pub(crate) fn watch(lab: Lab) {
    let console = lab.console;
    // Another run has other nodes.
    Effect::new(move |_| {
        lab.run.track();
        console.node.set(None);
        console.entries.update(|all| all.retain(|entry| entry.answer != Answer::Pending));
    });
    Effect::new(move |_| {
        lab.heard.track();
        console.collect(lab);
    });
}

/// Shows the console, with the line to be typed in focus, for `node` or the selected one.
pub(crate) fn open(lab: Lab, node: Option<NodeId>) {
    let console = lab.console;
    if let Some(node) = node.or(lab.selected.get_untracked()) {
        console.node.set(Some(node));
    }
    lab.panel.set(Panel::Console);
    console.wanted.update(|n| *n += 1);
}

impl Console {
    /// Sends what was typed.
    fn send(self, lab: Lab) {
        let line = self.line.get_untracked().trim().to_owned();
        let Some(node) = self.target(lab) else { return };
        if line.is_empty() {
            return;
        }
        self.line.set(String::new());
        self.typed.update(|typed| typed.push(&line));
        if line.eq_ignore_ascii_case("clear") {
            return self.entries.set(Vec::new());
        }
        let about = lab.view.with_untracked(|view| {
            let node = view.nodes.iter().find(|other| other.id == node)?;
            Some((node.name.to_string(), console::prompt(node.addr), console::silence(view, node)))
        });
        let Some((name, prompt, silence)) = about else { return };
        let asked = lab.session.with_value(Session::now);
        let number = self.entries.with_untracked(|all| all.last().map_or(0, |last| last.number + 1));
        let run = lab.run.get_untracked();
        let mut entry = Entry {
            number,
            run,
            asked,
            node,
            name,
            prompt,
            line,
            words: Vec::new(),
            answer: Answer::Pending,
        };
        match console::words(&entry.line) {
            Err(why) => entry.answer = Answer::Text(why.to_owned()),
            Ok(_) if silence == Silence::HostDead => entry.answer = Answer::None(silence),
            Ok(words) => entry.words = words,
        }
        let words = entry.words.clone();
        self.entries.update(|all| {
            all.push(entry);
            if all.len() > ENTRIES_MAX {
                all.remove(0);
            }
        });
        if !words.is_empty() {
            lab.act(Action::Command { node, words });
            if !lab.playing.get_untracked() {
                self.settle(lab, SETTLE);
            }
        }
    }

    /// Moves time on until every reply has come, for `within` at most.
    fn settle(self, lab: Lab, within: Micros) {
        let end = lab.session.with_value(Session::now) + within;
        while self.entries.with_untracked(|all| all.iter().any(|entry| entry.answer == Answer::Pending)) {
            let moved = lab.session.try_update_value(|session| session.advance_by_one(end)).unwrap_or(false);
            self.collect(lab);
            if !moved {
                break;
            }
        }
        lab.publish();
    }

    /// Takes in the replies that have come.
    fn collect(self, lab: Lab) {
        let run = lab.run.get_untracked();
        let pending = |entry: &Entry| entry.answer == Answer::Pending && entry.run == run;
        if !self.entries.with_untracked(|all| all.iter().any(pending)) {
            return;
        }
        self.entries.update(|all| {
            let mut last = None;
            for entry in all.iter_mut().filter(|entry| entry.run == run) {
                // The same words to the same node at the same moment: the answers come in their order.
                let same = (entry.asked, entry.node, entry.words.clone());
                let nth = last.take_if(|(other, _)| *other == same).map_or(0, |(_, nth)| nth + 1);
                if entry.answer == Answer::Pending {
                    let found = lab.session.with_value(|session| {
                        session
                            .answer(entry.asked, entry.node, &entry.words, nth)
                            .map(Option::<&Reply>::cloned)
                    });
                    if let Some(reply) = found {
                        entry.answer = answer(lab, entry, reply.as_ref());
                    }
                }
                last = Some((same, nth));
            }
        });
    }

    /// The node that commands go to.
    fn target(self, lab: Lab) -> Option<NodeId> {
        lab.view.with_untracked(|view| {
            let nodes = console::nodes(view);
            let chosen = self.node.get_untracked().filter(|id| nodes.iter().any(|node| node.id == *id));
            chosen.or_else(|| nodes.first().map(|node| node.id))
        })
    }
}

/// What redis-cli would show.
fn answer(lab: Lab, entry: &Entry, reply: Option<&Reply>) -> Answer {
    if let Some(reply) = reply {
        return Answer::Text(console::draw(&entry.words, reply));
    }
    lab.session.with_value(|session| {
        let view = session.view();
        let node = view.nodes.iter().find(|node| node.id == entry.node);
        match node.map(|node| (console::silence(&view, node), node.addr)) {
            Some((Silence::Refused, addr)) => Answer::Text(console::refused(addr)),
            Some((silence, _)) => Answer::None(silence),
            None => Answer::None(Silence::HostDead),
        }
    })
}

#[component]
pub(super) fn ConsolePanel() -> impl IntoView {
    let lab = lab();
    let console = lab.console;
    // Who has used it knows what it is.
    let used = Memo::new(move |_| console.entries.with(|all| !all.is_empty()));
    view! {
        <div class="console" data-testid="console">
            <Scrollback />
            {move || (!lab.playing.get()).then(|| view! {
                <p class="hint" data-testid="console-paused">{lab.says(Text::ConsolePaused)}</p>
            })}
            <Entering />
            {move || if used.get() {
                view! {
                    <p class="console-hint">
                        <button class="link" on:click=move |_| console.entries.set(Vec::new())>
                            {lab.says(Text::ConsoleClear)}
                        </button>
                    </p>
                }
            } else {
                view! { <p class="hint console-hint">{lab.says(Text::ConsoleHint)}</p> }
            }}
        </div>
    }
}

/// What was typed and answered, the newest below.
#[component]
fn Scrollback() -> impl IntoView {
    let lab = lab();
    let console = lab.console;
    let list = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        console.entries.track();
        // After the new lines were laid out.
        request_animation_frame(move || {
            if let Some(list) = list.get_untracked() {
                list.set_scroll_top(list.scroll_height());
            }
        });
    });
    view! {
        <div class="console-lines" tabindex="0" role="log" node_ref=list data-testid="console-lines"
            aria-label=lab.says(Text::ConsoleOutput)>
            <ol>
                <For each=move || console.entries.get() key=|entry| (entry.number, entry.run)
                    children=move |entry| view! { <EntryLines entry=entry /> } />
            </ol>
        </div>
    }
}

#[component]
fn EntryLines(entry: Entry) -> impl IntoView {
    let lab = lab();
    let console = lab.console;
    let Entry { number, run, name, prompt, line, .. } = entry;
    let answer = Memo::new(move |_| {
        console.entries.with(|all| {
            let entry = all.iter().find(|entry| (entry.number, entry.run) == (number, run));
            entry.map_or(Answer::Pending, |entry| entry.answer.clone())
        })
    });
    let body = move || match answer.get() {
        Answer::Text(text) => view! { <pre class="console-reply">{text}</pre> },
        Answer::None(why) => {
            let text = match why {
                Silence::Frozen => Text::ConsoleFrozen,
                Silence::HostDead => Text::ConsoleHostDead,
                Silence::Closed | Silence::Refused => Text::ConsoleClosed,
            };
            view! { <p class="console-none">{lab.says(text)}</p> }
        }
        Answer::Pending => view! {
            <p class="console-none">
                {lab.says(Text::ConsolePending)}" "
                <button class="small" data-testid="console-wait"
                    on:click=move |_| console.settle(lab, SETTLE_LONG)>
                    {lab.says(Text::ConsoleWait)}
                </button>
            </p>
        },
    };
    view! {
        <li>
            <p class="console-asked">
                <strong>{name}</strong>" "<code>{prompt}</code>" "<code class="console-line">{line}</code>
            </p>
            {body}
        </li>
    }
}

/// The node, the line to be typed, and how it can go on.
#[component]
fn Entering() -> impl IntoView {
    let lab = lab();
    let console = lab.console;
    let nodes = lab.look(|view| {
        let nodes = console::nodes(view).into_iter();
        nodes.map(|node| (node.id, node.name.to_string(), node.addr)).collect::<Vec<_>>()
    });
    let target = Memo::new(move |_| {
        let chosen = console.node.get();
        nodes.with(|all| {
            let known = all.iter().find(|(id, ..)| Some(*id) == chosen);
            known.or_else(|| all.first()).cloned()
        })
    });
    let offered = Memo::new(move |_| {
        let line = console.line.get();
        let Some((id, ..)) = target.get().filter(|_| !line.is_empty()) else { return Completion::default() };
        lab.view.with_untracked(|view| console::complete(view, id, &line))
    });
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if console.wanted.get() > 0
            && let Some(input) = input.get()
        {
            // Fails only where the element is gone.
            let _ = input.focus();
        }
    });
    let take = move |word: String| {
        console.line.update(|line| {
            line.truncate(offered.with_untracked(|o| o.start));
            line.push_str(&word);
            line.push(' ');
        });
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
    };
    let press = move |ev: web_sys::KeyboardEvent| {
        let line = console.line.get_untracked();
        let new = match ev.key().as_str() {
            "ArrowUp" => console.typed.try_update(|typed| typed.older(&line)).flatten(),
            "ArrowDown" => console.typed.try_update(Typed::newer).flatten(),
            // With nothing to complete, Tab goes to the next control as everywhere.
            "Tab" if !ev.shift_key() && offered.with_untracked(|o| !o.words.is_empty()) => {
                Some(offered.with_untracked(|o| o.apply(&line)).unwrap_or(line))
            }
            "Escape" => {
                ev.stop_propagation();
                Some(String::new())
            }
            _ => None,
        };
        if let Some(new) = new {
            ev.prevent_default();
            console.line.set(new);
        }
    };
    let choose = move |ev| {
        let chosen = event_target_value(&ev).parse().ok();
        console.node.set(chosen.map(NodeId));
    };
    let submit = move |ev: web_sys::SubmitEvent| {
        ev.prevent_default();
        console.send(lab);
    };
    view! {
        <form class="console-form" on:submit=submit>
            <select data-testid="console-node" aria-label=lab.says(Text::ConsoleNode)
                prop:value=move || target.get().map(|(id, ..)| id.0.to_string()) on:change=choose>
                {move || nodes.get().into_iter().map(|(id, name, addr)| view! {
                    <option value=id.0.to_string() selected=move || target.get().is_some_and(|t| t.0 == id)>
                        {format!("{name} {addr}>")}
                    </option>
                }).collect_view()}
            </select>
            <input type="text" class="console-input" data-testid="console-input" node_ref=input
                autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="send"
                aria-label=lab.says(Text::ConsoleInput) placeholder="SENTINEL MASTERS"
                prop:value=move || console.line.get()
                on:input=move |ev| console.line.set(event_target_value(&ev)) on:keydown=press />
            <button class="main-button" data-testid="console-send">{lab.says(Text::ConsoleRun)}</button>
        </form>
        <ul class="console-words" data-testid="console-words" aria-label=lab.says(Text::ConsoleWords)>
            {move || offered.get().words.into_iter().take(OFFERED_MAX).map(|word| {
                let chosen = word.clone();
                view! {
                    <li><button type="button" class="console-word"
                        on:click=move |_| take(chosen.clone())>{word}</button></li>
                }
            }).collect_view()}
        </ul>
    }
}
