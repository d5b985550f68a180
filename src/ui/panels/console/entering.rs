//! The line that is being typed.

use crate::cluster::{NodeId, NodeView};
use crate::i18n::Text;
use crate::ui::lab::lab;
use crate::ui::plain::view;
use crate::view::console::{self, Completion, Stand, Typed};
use leptos::html;
use leptos::prelude::*;

/// So many suggestions are shown.
const OFFERED_MAX: usize = 12;

/// The node, the line to be typed, and how it can go on.
#[component]
pub(super) fn Entering() -> impl IntoView {
    let lab = lab();
    let console = lab.console;
    let screen = console.screen;
    let nodes = lab.look(move |view| {
        screen.with(|screen| {
            let entry = |node: &NodeView| {
                (node.id, format!("{} {}", node.name, screen.prompt(node.id).text(node.addr)))
            };
            console::nodes(view).into_iter().map(entry).collect::<Vec<_>>()
        })
    });
    let target = Memo::new(move |_| {
        let chosen = console.node.get();
        nodes.with(|all| {
            let known = all.iter().find(|(id, ..)| Some(*id) == chosen);
            known.or_else(|| all.first()).cloned()
        })
    });
    let reads = Memo::new(move |_| {
        target.get().is_some_and(|(id, _)| screen.with(|screen| screen.stand(id) == Stand::Reads))
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
            // A selection is copied, as everywhere.
            "c" if ev.ctrl_key() && !has_selection(&ev) => {
                console.leave(lab);
                Some(String::new())
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
                {move || nodes.get().into_iter().map(|(id, prompt)| view! {
                    <option value=id.0.to_string() selected=move || target.get().is_some_and(|t| t.0 == id)>
                        {prompt}
                    </option>
                }).collect_view()}
            </select>
            <input type="text" class="console-input" data-testid="console-input" node_ref=input
                autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="send"
                aria-label=lab.says(Text::ConsoleInput) readonly=reads
                placeholder="SENTINEL MASTERS"
                prop:value=move || console.line.get()
                on:input=move |ev| console.line.set(event_target_value(&ev)) on:keydown=press />
            {move || if reads.get() {
                view! {
                    <button type="button" class="main-button" data-testid="console-leave"
                        on:click=move |_| console.leave(lab)>{lab.says(Text::ConsoleLeave)}</button>
                }
            } else {
                view! {
                    <button class="main-button" data-testid="console-send">{lab.says(Text::ConsoleRun)}</button>
                }
            }}
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

/// Whether some of the line is selected.
fn has_selection(ev: &web_sys::KeyboardEvent) -> bool {
    let input: web_sys::HtmlInputElement = event_target(ev);
    input.selection_start().ok() != input.selection_end().ok()
}
