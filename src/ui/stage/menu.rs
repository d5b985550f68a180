//! The menu of a node, a link or a packet: what can be done to it.

use crate::cluster::{Action, Condition, NodeId, PacketId, PacketVerdict};
use crate::i18n::{Guide, Phrase, Text};
use crate::sim::Micros;
use crate::ui::guide::guide;
use crate::ui::lab::{Lab, Menu, Target, lab, settled};
use crate::ui::panels::{self, Control, LinkValue, Setting};
use crate::ui::plain::view;
use crate::ui::stage::{Stage, cut_off};
use crate::ui::words;
use crate::view::edges;
use crate::view::face::{Face, Part};
use crate::view::format;
use crate::view::layout::Kind;
use crate::view::links;
use crate::view::settings::{NetworkValue, NodeValue};
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// So many packets of a link are offered at most.
const PACKETS: usize = 6;

/// How long a process is made busy, which the entry says.
const BUSY: Micros = Micros::from_secs(5);

/// An entry: its name in attributes, its words, what it does, whether it harms.
type Entry = (&'static str, Text, Vec<Action>, bool);

pub(crate) fn kill_or_start(face: &Face) -> Action {
    if face.condition == Condition::Dead { Action::Start(face.id) } else { Action::Kill(face.id) }
}

pub(crate) fn freeze_or_resume(face: &Face) -> Action {
    if face.condition == Condition::Frozen { Action::Resume(face.id) } else { Action::Freeze(face.id) }
}

/// Takes a node's host off the network, or puts it back.
pub(crate) fn isolate(lab: Lab, id: NodeId) {
    let host = lab.view.with_untracked(|v| {
        let node = v.nodes.iter().find(|n| n.id == id)?;
        v.hosts.iter().find(|h| h.id == node.host).map(|h| (h.id, h.connected))
    });
    if let Some((host, connected)) = host {
        lab.act(Action::HostLink { host, up: !connected });
    }
}

/// What can be done to a node as it is now.
pub(crate) fn node_entries(lab: Lab, face: &Face) -> Vec<Entry> {
    let id = face.id;
    let host = lab.view.with_untracked(|v| {
        let node = v.nodes.iter().find(|n| n.id == id)?;
        v.hosts.iter().find(|h| h.id == node.host).cloned()
    });
    let mut entries: Vec<Entry> = Vec::new();
    match face.condition {
        Condition::Running => {
            entries.push(("Kill", Text::Kill, vec![Action::Kill(id)], true));
            entries.push(("Terminate", Text::Terminate, vec![Action::Terminate(id)], true));
            entries.push(("Freeze", Text::Freeze, vec![Action::Freeze(id)], true));
        }
        Condition::Frozen => {
            entries.push(("Resume", Text::Resume, vec![Action::Resume(id)], false));
            entries.push(("Kill", Text::Kill, vec![Action::Kill(id)], true));
        }
        Condition::Dead => entries.push(("Start", Text::Start, vec![Action::Start(id)], false)),
    }
    if face.kind != Kind::Client && face.condition != Condition::Dead {
        let anew = vec![Action::Kill(id), Action::Start(id)];
        entries.push(("StartAnew", Text::StartAnew, anew, true));
        entries.push(("Busy", Text::Busy, vec![busy(face)], true));
    }
    if let Some(host) = host.filter(|_| face.kind != Kind::Client) {
        let (name, text, up) =
            if host.connected { ("Isolate", Text::Isolate, false) } else { ("Rejoin", Text::Rejoin, true) };
        entries.push((name, text, vec![Action::HostLink { host: host.id, up }], !up));
        entries.push(if host.alive {
            ("KillHost", Text::KillHost, vec![Action::KillHost(host.id)], true)
        } else {
            ("ReviveHost", Text::ReviveHost, vec![Action::ReviveHost(host.id)], false)
        });
    }
    if matches!(face.part, Part::Sentinel { .. }) && face.condition == Condition::Running {
        let words = ["SENTINEL", "FAILOVER"].map(Into::into).into_iter().chain(master_name(lab, id));
        entries.push((
            "Failover",
            Text::Failover,
            vec![Action::Command { node: id, words: words.collect() }],
            false,
        ));
    }
    if face.kind != Kind::Client {
        entries.push(("Remove", Text::Remove, vec![Action::Remove(id)], true));
    }
    entries
}

/// Has a process answer nothing for a while, and what has queued after that. A server is told to; a sentinel knows no
/// such command, and its host keeps the processor from it.
fn busy(face: &Face) -> Action {
    let node = face.id;
    if face.kind == Kind::Sentinel {
        return Action::Stall { node, span: BUSY };
    }
    let words = ["DEBUG", "SLEEP", &(BUSY.0 / 1_000_000).to_string()].map(Into::into);
    Action::Command { node, words: words.into() }
}

fn master_name(lab: Lab, id: NodeId) -> Option<crate::protocol::ArcStr> {
    lab.view.with_untracked(|v| {
        v.nodes.iter().find(|n| n.id == id).and_then(|n| match &n.role {
            crate::cluster::NodeRole::Sentinel(s) => v.watched_by(s).map(|m| m.name.clone()),
            _ => None,
        })
    })
}

fn packet_entries(id: PacketId) -> Vec<Entry> {
    vec![
        ("Drop", Text::Drop, vec![Action::Packet(id, PacketVerdict::Drop)], true),
        (
            "Delay",
            Text::Delay,
            vec![Action::Packet(id, PacketVerdict::Delay(Micros::from_millis(200)))],
            false,
        ),
        ("Reset", Text::Reset, vec![Action::Packet(id, PacketVerdict::Reset)], true),
    ]
}

/// The title of a target, and what can be done to it; nothing where it is gone.
fn contents(lab: Lab, target: Target) -> Option<(String, Vec<Entry>)> {
    let lang = lab.lang.get();
    lab.view.with_untracked(|view| match target {
        Target::Node(id) => {
            let face = lab.face_now(id)?;
            let title = format!("{} · {}", face.name, words::state(lang, &face));
            Some((title, node_entries(lab, &face)))
        }
        Target::Link(a, b) => {
            let (ab, ba) = edges::link(view, a, b)?;
            let name = |host| crate::view::story::host_name(view, host);
            let latency = format::span_us(ab.latency.0.max(ba.latency.0));
            let loss = format::percent(ab.loss.ppm().max(ba.loss.ppm()));
            let title = lang.phrase(&Phrase::LinkLabel(&name(a), &name(b), &latency, &loss));
            let action = links::cut_or_mend(view, (a, b));
            let cuts = matches!(action, Action::Cut(..));
            let (name, text) = if cuts { ("Cut", Text::Cut) } else { ("Mend", Text::Mend) };
            Some((title, vec![(name, text, vec![action], cuts)]))
        }
        Target::Packet(id) => Some((words::carried(lab, id)?, packet_entries(id))),
    })
}

/// The open menu, beside what it is for.
#[component]
pub(crate) fn MenuBox(frame: NodeRef<html::Div>) -> impl IntoView {
    let lab = lab();
    let stage = expect_context::<Stage>();
    let guide = guide();
    let open = Memo::new(move |_| lab.menu.get());
    // Nothing can be done to a packet that has arrived.
    let is_there = settled(move || match open.get().map(|menu| menu.target) {
        Some(Target::Packet(id)) => lab.view.with(|view| view.packets.iter().any(|packet| packet.id == id)),
        _ => true,
    });
    move || {
        let menu = open.get().filter(|_| is_there.get())?;
        // A new world may offer other things; a running clock alone does not rebuild the menu.
        lab.run.track();
        let (title, entries) = contents(lab, menu.target)?;
        let label = title.clone();
        let (width, height) = frame.get_untracked().map_or((944.0, 512.0), |f| {
            let rect = f.get_bounding_client_rect();
            (rect.width(), rect.height())
        });
        // A link's values; the other side of a cut, the console and the priority; what a packet carries.
        let more = match menu.target {
            Target::Link(..) | Target::Node(_) => 4,
            Target::Packet(_) => 6,
        };
        let (mine, tall) = (226.0, 44.0 + 34.0 * (entries.len() + more) as f64);
        let (x, y) = stage.zoom.seen(menu.x, menu.y);
        let left = if x + 40.0 + mine < width { x + 40.0 } else { (x - 40.0 - mine).max(4.0) };
        let top = (y - 30.0).min(height - tall - 6.0).max(6.0);
        let buttons = entries
            .into_iter()
            .map(|(name, text, actions, harms)| {
                let run = move |_| {
                    lab.menu.set(None);
                    lab.act_all(actions.clone());
                };
                view! {
                    <button class="menu-item" data-harms=harms.to_string()
                        data-testid=format!("do-{name}") on:click=run>
                        {lab.says(text)}
                    </button>
                }
            })
            .collect_view();
        let cut_off = match menu.target {
            Target::Node(id) => Some(cut_off::button(guide, id, "menu-item")),
            _ => None,
        };
        let console = match menu.target {
            Target::Node(id) if takes_commands(lab, id) => Some(view! {
                <button class="menu-item" data-testid="do-RunCommand" on:click=move |_| {
                    lab.menu.set(None);
                    panels::console::open(lab, Some(id));
                }>{lab.says(Text::RunCommand)}</button>
            }),
            _ => None,
        };
        let priority = match menu.target {
            Target::Node(id) => {
                Some(view! { <Control setting=Setting::Nodes(NodeValue::Priority, Some(id)) /> })
            }
            _ => None,
        };
        let first = NodeRef::<html::Div>::new();
        Effect::new(move |_| {
            if let Some(button) = first.get().and_then(|m| m.query_selector("button").ok().flatten()) {
                use wasm_bindgen::JsCast as _;
                if let Ok(button) = button.dyn_into::<web_sys::HtmlElement>() {
                    let _ = button.focus();
                }
            }
        });
        Some(view! {
            <div class="menu" role="dialog" aria-label=label node_ref=first data-testid="menu"
                data-target=target_word(menu.target) data-back=stage.id_of(menu.target)
                style:left=format!("{left:.0}px") style:top=format!("{top:.0}px")
                on:keydown=move |ev| menu_key(lab, &ev)>
                <p class="menu-title">{title}</p>
                {buttons}
                {cut_off}
                {console}
                {priority}
                {one_way(lab, menu.target)}
                {link_values(menu.target)}
                {on_the_way(lab, menu)}
            </div>
        })
    }
}

fn takes_commands(lab: Lab, id: NodeId) -> bool {
    lab.face_now(id).is_some_and(|face| face.kind != Kind::Client)
}

/// Cuts that leave the way back open.
fn one_way(lab: Lab, target: Target) -> Option<impl IntoView> {
    let Target::Link(a, b) = target else { return None };
    let ways = [(a, b), (b, a)].into_iter().filter_map(|(from, to)| {
        let (action, text) = lab.view.with_untracked(|view| {
            let name = |host| crate::view::story::host_name(view, host);
            let text = lab.lang.get().phrase(&Phrase::CutOnly(&name(from), &name(to)));
            Some((links::cut_one_way(view, from, to)?, text))
        })?;
        Some(view! {
            <button class="menu-item" data-harms="true" data-testid=format!("cut-{}-{}", from.0, to.0)
                on:click=move |_| {
                    lab.menu.set(None);
                    lab.act(action.clone());
                }>{text}</button>
        })
    });
    Some(ways.collect_view())
}

/// What is on its way over a link: each can be opened, which a pointer does on the picture.
fn on_the_way(lab: Lab, menu: Menu) -> Option<impl IntoView> {
    let Target::Link(a, b) = menu.target else { return None };
    let packets = lab.view.with_untracked(|view| {
        let host = |id| view.nodes.iter().find(|n| n.id == id).map(|n| n.host);
        let here = |from, to| [(Some(a), Some(b)), (Some(b), Some(a))].contains(&(host(from), host(to)));
        let packets = view.packets.iter().filter(|packet| here(packet.from, packet.to));
        packets.map(|p| (p.id, p.kind, lab.name(p.from), lab.name(p.to))).take(PACKETS).collect::<Vec<_>>()
    });
    if packets.is_empty() {
        return None;
    }
    let lang = lab.lang.get();
    let packets = packets.into_iter().map(|(id, kind, from, to)| {
        let text = lang.phrase(&Phrase::PacketLabel(words::packet(lang, kind), &from, &to));
        let open = move |_| {
            lab.playing.set(false);
            lab.menu.set(Some(Menu { target: Target::Packet(id), ..menu }));
            lab.publish();
        };
        view! {
            <button class="menu-item" data-testid="on-the-way" data-packet=id.0.to_string() aria-describedby="tip"
                on:click=open>{text}</button>
        }
    });
    Some(view! {
        <p class="menu-title">{lang.guide(Guide::OnTheWay)}</p>
        {packets.collect_view()}
    })
}

/// Choosers for a link's values.
fn link_values(target: Target) -> Option<impl IntoView> {
    let Target::Link(a, b) = target else { return None };
    let row = move |value| {
        let lab = lab();
        view! {
            <label class="menu-value"><span>{lab.says(words::network(value).0)}</span>
                <LinkValue pairs=Arc::new(move || vec![(a, b)]) value=value with=String::new() /></label>
        }
    };
    Some(view! {
        {row(NetworkValue::Latency)}
        {row(NetworkValue::Loss)}
    })
}

const fn target_word(target: Target) -> &'static str {
    match target {
        Target::Node(_) => "node",
        Target::Link(..) => "link",
        Target::Packet(_) => "packet",
    }
}

/// The focus leaves something on the stage: whoever turns to another part of the page is done with the menu. What is
/// made anew leads nowhere.
pub(super) fn leave(lab: Lab, ev: &web_sys::FocusEvent) {
    use wasm_bindgen::JsCast as _;
    let to = ev.related_target().and_then(|to| to.dyn_into::<web_sys::Element>().ok());
    if to.is_some_and(|to| matches!(to.closest(".stage-frame"), Ok(None))) {
        lab.menu.set(None);
    }
}

fn menu_key(lab: Lab, ev: &web_sys::KeyboardEvent) {
    use wasm_bindgen::JsCast as _;
    let target = ev.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let is_chooser = target.is_some_and(|target| ["SELECT", "INPUT"].contains(&&*target.tag_name()));
    let down = match ev.key().as_str() {
        // A chooser has its own use for them.
        "ArrowDown" | "ArrowUp" if is_chooser => return,
        "ArrowDown" => true,
        "ArrowUp" => false,
        "Escape" => {
            ev.stop_propagation();
            // The focus goes back to what the menu is for (`data-back`).
            lab.menu.set(None);
            return;
        }
        _ => return,
    };
    ev.prevent_default();
    ev.stop_propagation();
    let Some(here) = document().active_element() else { return };
    let next = if down { here.next_element_sibling() } else { here.previous_element_sibling() };
    if let Some(next) = next.and_then(|n| n.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = next.focus();
    }
}
