//! The menu of a node, a link or a packet: what can be done to it.

use crate::cluster::{Action, Condition, HostId, NodeId, PacketId, PacketVerdict};
use crate::i18n::{Phrase, Term, Text};
use crate::sim::Micros;
use crate::ui::lab::{Lab, Target, lab};
use crate::ui::panels::{self, LinkValue};
use crate::ui::plain::view;
use crate::ui::words;
use crate::view::edges;
use crate::view::face::{Face, Part};
use crate::view::format;
use crate::view::layout::Kind;
use crate::view::settings::NetworkValue;
use leptos::html;
use leptos::prelude::*;

/// An entry: its words, what it does, whether it harms.
type Entry = (Text, Vec<Action>, bool);

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

pub(crate) fn cut_or_mend(lab: Lab, (a, b): (HostId, HostId)) -> Action {
    let link = lab.view.with_untracked(|v| edges::link(v, a, b));
    let blocked = link.is_some_and(|(ab, ba)| ab.blocked || ba.blocked);
    if blocked { Action::Mend(a, b) } else { Action::Cut(a, b) }
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
            entries.push((Text::Kill, vec![Action::Kill(id)], true));
            entries.push((Text::Terminate, vec![Action::Terminate(id)], true));
            entries.push((Text::Freeze, vec![Action::Freeze(id)], true));
        }
        Condition::Frozen => {
            entries.push((Text::Resume, vec![Action::Resume(id)], false));
            entries.push((Text::Kill, vec![Action::Kill(id)], true));
        }
        Condition::Dead => entries.push((Text::Start, vec![Action::Start(id)], false)),
    }
    if let Some(host) = host.filter(|_| face.kind != Kind::Client) {
        let (text, up) = if host.connected { (Text::Isolate, false) } else { (Text::Rejoin, true) };
        entries.push((text, vec![Action::HostLink { host: host.id, up }], !up));
        entries.push(if host.alive {
            (Text::KillHost, vec![Action::KillHost(host.id)], true)
        } else {
            (Text::ReviveHost, vec![Action::ReviveHost(host.id)], false)
        });
    }
    if matches!(face.part, Part::Sentinel { .. }) && face.condition == Condition::Running {
        let words = ["SENTINEL", "FAILOVER"].map(Into::into).into_iter().chain(master_name(lab, id));
        entries.push((Text::Failover, vec![Action::Command { node: id, words: words.collect() }], false));
    }
    if face.kind != Kind::Client {
        entries.push((Text::Remove, vec![Action::Remove(id)], true));
    }
    entries
}

fn master_name(lab: Lab, id: NodeId) -> Option<crate::protocol::ArcStr> {
    lab.view.with_untracked(|v| {
        v.nodes.iter().find(|n| n.id == id).and_then(|n| match &n.role {
            crate::cluster::NodeRole::Sentinel(s) => s.masters.first().map(|m| m.name.clone()),
            _ => None,
        })
    })
}

fn packet_entries(id: PacketId) -> Vec<Entry> {
    vec![
        (Text::Drop, vec![Action::Packet(id, PacketVerdict::Drop)], true),
        (Text::Delay, vec![Action::Packet(id, PacketVerdict::Delay(Micros::from_millis(200)))], false),
        (Text::Reset, vec![Action::Packet(id, PacketVerdict::Reset)], true),
    ]
}

/// The title of a target, and what can be done to it; nothing where it is gone.
fn contents(lab: Lab, target: Target) -> Option<(String, Vec<Entry>)> {
    let lang = lab.lang.get();
    lab.view.with_untracked(|view| match target {
        Target::Node(id) => {
            let face = lab.face(id).get_untracked()?;
            let title = format!("{} · {}", face.name, words::state(lang, &face));
            Some((title, node_entries(lab, &face)))
        }
        Target::Link(a, b) => {
            let (ab, ba) = edges::link(view, a, b)?;
            let name = |host| crate::view::story::host_name(view, host);
            let latency = format::span_us(ab.latency.0.max(ba.latency.0));
            let loss = format::percent(ab.loss.ppm().max(ba.loss.ppm()));
            let title = lang.phrase(&Phrase::LinkLabel(&name(a), &name(b), &latency, &loss));
            let action = cut_or_mend(lab, (a, b));
            let text = if matches!(action, Action::Mend(..)) { Text::Mend } else { Text::Cut };
            Some((title, vec![(text, vec![action], text == Text::Cut)]))
        }
        Target::Packet(id) => {
            let packet = view.packets.iter().find(|p| p.id == id)?;
            let (from, to) = (lab.name(packet.from), lab.name(packet.to));
            let title = lang.phrase(&Phrase::PacketLabel(words::packet(lang, packet.kind), &from, &to));
            let text = lab.session.with_value(|s| s.packet_text(id)).unwrap_or_default();
            let text: String = text.chars().take(300).collect();
            Some((format!("{title}\n{text}"), packet_entries(id)))
        }
    })
}

/// The open menu, beside what it is for.
#[component]
pub(crate) fn MenuBox(frame: NodeRef<html::Div>) -> impl IntoView {
    let lab = lab();
    let open = Memo::new(move |_| lab.menu.get());
    move || {
        let menu = open.get()?;
        // A new world may offer other things; a running clock alone does not rebuild the menu.
        lab.run.track();
        let (title, entries) = contents(lab, menu.target)?;
        let label = title.clone();
        let (width, height) = frame.get_untracked().map_or((944.0, 512.0), |f| {
            let rect = f.get_bounding_client_rect();
            (rect.width(), rect.height())
        });
        // A link's values, or the console.
        let more = if matches!(menu.target, Target::Link(..)) { 2 } else { 1 };
        let (mine, tall) = (226.0, 44.0 + 34.0 * (entries.len() + more) as f64);
        let left = if menu.x + 40.0 + mine < width { menu.x + 40.0 } else { (menu.x - 40.0 - mine).max(4.0) };
        let top = (menu.y - 30.0).min(height - tall - 6.0).max(6.0);
        let buttons = entries
            .into_iter()
            .map(|(text, actions, harms)| {
                let run = move |_| {
                    lab.menu.set(None);
                    lab.act_all(actions.clone());
                };
                view! {
                    <button role="menuitem" class="menu-item" data-harms=harms.to_string()
                        data-testid=format!("do-{text:?}") on:click=run>
                        {lab.says(text)}
                    </button>
                }
            })
            .collect_view();
        let console = match menu.target {
            Target::Node(id) if takes_commands(lab, id) => Some(view! {
                <button role="menuitem" class="menu-item" data-testid="do-RunCommand" on:click=move |_| {
                    lab.menu.set(None);
                    panels::console::open(lab, Some(id));
                }>{lab.says(Text::RunCommand)}</button>
            }),
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
            <div class="menu" role="menu" aria-label=label node_ref=first data-testid="menu"
                data-target=target_word(menu.target)
                style:left=format!("{left:.0}px") style:top=format!("{top:.0}px")
                on:keydown=move |ev| menu_key(lab, &ev)>
                <p class="menu-title">{title}</p>
                {buttons}
                {console}
                {link_values(menu.target)}
            </div>
        })
    }
}

fn takes_commands(lab: Lab, id: NodeId) -> bool {
    lab.face(id).get_untracked().is_some_and(|face| face.kind != Kind::Client)
}

/// Choosers for a link's values.
fn link_values(target: Target) -> Option<impl IntoView> {
    let Target::Link(a, b) = target else { return None };
    let row = move |value, term: Term| {
        let lab = lab();
        view! {
            <label class="menu-value"><span>{lab.names(term)}</span>
                <LinkValue pair=(a, b) value=value with=String::new() /></label>
        }
    };
    Some(view! {
        {row(NetworkValue::Latency, Term::LinkLatency)}
        {row(NetworkValue::Loss, Term::LinkLoss)}
    })
}

const fn target_word(target: Target) -> &'static str {
    match target {
        Target::Node(_) => "node",
        Target::Link(..) => "link",
        Target::Packet(_) => "packet",
    }
}

fn menu_key(lab: Lab, ev: &web_sys::KeyboardEvent) {
    use wasm_bindgen::JsCast as _;
    let down = match ev.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        "Escape" => {
            ev.stop_propagation();
            lab.menu.set(None);
            if let Some(id) = lab.selected.get_untracked() {
                let node = document().get_element_by_id(&format!("node-{}", id.0));
                if let Some(node) = node.and_then(|n| n.dyn_into::<web_sys::SvgElement>().ok()) {
                    let _ = node.focus();
                }
            }
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
