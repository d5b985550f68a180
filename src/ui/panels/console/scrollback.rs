//! What was typed and what came, the newest below.

use super::{SETTLE_LONG, settle};
use crate::cluster::{NodeId, SessionEvent};
use crate::i18n::Text;
use crate::protocol::{subscribes, typed_line};
use crate::ui::lab::{Lab, lab};
use crate::ui::plain::{For, view};
use crate::view::console::{self, Came, Exchange, Line, READING, Silence, Stand};
use leptos::html;
use leptos::prelude::*;

#[component]
pub(super) fn Scrollback() -> impl IntoView {
    let lab = lab();
    let console = lab.console;
    let screen = console.screen;
    let list = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        screen.track();
        if let Some(list) = list.get() {
            // After the new lines were laid out. By then the panel may be gone, and with it what it would ask.
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
    let shown = move || {
        let cleared = console.cleared.get();
        screen.with(|screen| {
            let kept = screen.exchanges.iter().filter(|one| one.number >= cleared);
            // Its lines are looked up as they come.
            kept.map(Exchange::head).collect::<Vec<_>>()
        })
    };
    let key = move |one: &Exchange| {
        (lab.run.get_untracked(), one.number, one.asked, one.node, typed_line(&one.words))
    };
    view! {
        <div class="console-lines" tabindex="0" role="log" node_ref=list data-testid="console-lines"
            aria-label=lab.says(Text::ConsoleOutput)>
            {move || screen.with(|screen| screen.is_cut).then(|| view! {
                <p class="console-none">{lab.says(Text::ConsoleCut)}</p>
            })}
            <ol>
                <For each=shown key=key children=move |one| view! { <Lines one=one /> } />
            </ol>
        </div>
    }
}

/// A command, and what came of it.
#[component]
fn Lines(one: Exchange) -> impl IntoView {
    let lab = lab();
    let screen = lab.console.screen;
    let Exchange { number, node, prompt, words, .. } = one;
    let about = lab.view.with_untracked(|view| {
        view.nodes.iter().find(|other| other.id == node).map(|node| (node.name.to_string(), node.addr))
    });
    // A node that was taken away for good has no console.
    let Some((name, addr)) = about else { return view! { <li></li> } };
    let line = typed_line(&words);
    let lines = move || {
        screen.with(|screen| {
            let found = screen.exchanges.iter().find(|one| one.number == number);
            found.map(|one| one.lines.clone()).unwrap_or_default()
        })
    };
    let is = move |what: fn(&Exchange) -> bool| {
        Memo::new(move |_| {
            screen.with(|screen| screen.exchanges.iter().any(|one| one.number == number && what(one)))
        })
    };
    let waits = is(|one| one.stand == Stand::Waits);
    // Where nobody listens there is nothing to read.
    let reading = is(|one| {
        let refused = |line: &Line| matches!(line.came, Came::Event(SessionEvent::Refused));
        subscribes(&one.words) && !one.lines.iter().any(refused)
    });
    view! {
        <li>
            <p class="console-asked">
                <strong>{name}</strong>" "<code>{prompt.text(addr)}</code>" "
                <code class="console-line">{line}</code>
            </p>
            {move || reading.get().then(|| view! { <pre class="console-reply">{READING}</pre> })}
            <For each=lines key=|line| (line.number, line.at)
                children=move |line| match line.text(&words, addr) {
                    Some(text) => view! { <pre class="console-reply">{text}</pre> },
                    None => view! { <p class="console-none">{lab.says(Text::ConsoleHostDead)}</p> },
                } />
            {move || waits.get().then(|| waiting(lab, node))}
        </li>
    }
}

/// What is said while there is no reply.
fn waiting(lab: Lab, node: NodeId) -> AnyView {
    let frozen = lab.look(move |view| {
        let node = view.nodes.iter().find(|other| other.id == node);
        node.is_some_and(|node| console::silence(view, node) == Silence::Frozen)
    });
    view! {
        <p class="console-none">
            {move || lab.t(if frozen.get() { Text::ConsoleFrozen } else { Text::ConsolePending })}" "
            <button class="small" data-testid="console-wait"
                on:click=move |_| settle(lab, node, SETTLE_LONG)>
                {lab.says(Text::ConsoleWait)}
            </button>
        </p>
    }
}
