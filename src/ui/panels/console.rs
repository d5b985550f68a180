//! The console: commands typed to any sentinel or Redis server, in a redis-cli for each that stays connected,
//! and what comes, as redis-cli draws it.

mod entering;
mod scrollback;

use crate::cluster::{Action, NodeId};
use crate::i18n::Text;
use crate::sim::Micros;
use crate::ui::lab::{Lab, Panel, lab};
use crate::ui::plain::view;
use crate::ui::session::Session;
use crate::view::console::{self, Screen, Silence, Stand, Typed};
use entering::Entering;
use leptos::prelude::*;
use scrollback::Scrollback;
use std::sync::Arc;

/// How far time moves on by itself for a reply while it stands still.
const SETTLE: Micros = Micros::from_millis(20);
/// How far it moves on when asked to.
const SETTLE_LONG: Micros = Micros::from_millis(1100);

/// What the console holds, whichever panel is shown. What was typed and answered is part of the run.
#[derive(Clone, Copy, Default)]
pub(crate) struct Console {
    typed: RwSignal<Typed>,
    /// The line that is being typed.
    line: RwSignal<String>,
    /// To whom; `None` for the first node that there is.
    node: RwSignal<Option<NodeId>>,
    /// Counts up when the line is to have the focus.
    wanted: RwSignal<u32>,
    /// What was typed and came, as long as the panel is shown.
    screen: RwSignal<Arc<Screen>>,
    /// How many commands of the run are no longer shown.
    cleared: RwSignal<usize>,
}

/// Has the console hear of other runs, whichever panel is shown.
pub(crate) fn watch(lab: Lab) {
    let console = lab.console;
    // Another run has other nodes, and a console of its own.
    Effect::new(move |_| {
        lab.run.track();
        console.node.set(None);
        console.cleared.set(0);
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

fn screen(lab: Lab) -> Screen {
    lab.session.with_value(Session::screen)
}

impl Console {
    /// What is typed goes to that node.
    pub(crate) fn turn_to(self, node: Option<NodeId>) {
        self.node.set(node);
    }

    /// Sends what was typed.
    fn send(self, lab: Lab) {
        let line = self.line.get_untracked().trim().to_owned();
        let Some(node) = self.target(lab).filter(|_| !line.is_empty()) else { return };
        let screen = screen(lab);
        if screen.stand(node) == Stand::Reads {
            return;
        }
        self.line.set(String::new());
        self.typed.update(|typed| typed.push(&line));
        match line.to_ascii_lowercase().as_str() {
            "clear" => return self.clear(&screen),
            "exit" | "quit" => return self.leave(lab),
            _ => {}
        }
        let dead = lab.view.with_untracked(|view| {
            let node = view.nodes.iter().find(|other| other.id == node);
            node.is_none_or(|node| console::silence(view, node) == Silence::HostDead)
        });
        let words = console::words(&line).map_err(str::to_owned);
        let host_dead = || lab.lang.get_untracked().text(Text::ConsoleHostDead).to_owned();
        let words = words.and_then(|words| if dead { Err(host_dead()) } else { Ok(words) });
        match words {
            Err(why) => lab.notify(format!("{line}: {why}"), true),
            Ok(words) => {
                // In the past of what was cleared another future begins, which is to be seen.
                let before = count(&screen);
                self.cleared.update(|cleared| *cleared = before.min(*cleared));
                lab.act(Action::Type { node, words });
                if !lab.playing.get_untracked() {
                    settle(lab, node, SETTLE);
                }
            }
        }
    }

    /// Presses Ctrl-C: the session is left.
    fn leave(self, lab: Lab) {
        self.line.set(String::new());
        let open = self.target(lab).filter(|node| screen(lab).is_open(*node));
        if let Some(node) = open {
            lab.act(Action::Type { node, words: Vec::new() });
        }
    }

    /// Shows nothing of what has been typed so far.
    fn clear(self, screen: &Screen) {
        self.cleared.set(count(screen));
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

/// Moves time on until what was typed to a node was answered, for `within` at most.
fn settle(lab: Lab, node: NodeId, within: Micros) {
    let end = lab.session.with_value(Session::now) + within;
    while screen(lab).is_awaited(node)
        && lab.session.try_update_value(|session| session.advance_by_one(end)).unwrap_or(false)
    {}
    lab.publish();
}

/// How many commands there were.
fn count(screen: &Screen) -> usize {
    screen.exchanges.last().map_or(0, |last| last.number + 1)
}

#[component]
pub(super) fn ConsolePanel() -> impl IntoView {
    let lab = lab();
    let console = lab.console;
    let screen = console.screen;
    Effect::new(move |_| {
        lab.heard.track();
        screen.set(Arc::new(self::screen(lab)));
    });
    // Who has used it knows what it is.
    let used = Memo::new(move |_| screen.with(|screen| count(screen) > console.cleared.get()));
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
                        <button class="link" on:click=move |_| screen.with_untracked(|s| console.clear(s))>
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
