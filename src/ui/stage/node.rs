//! A node on the stage: its place, its ring of beliefs, its words; what is inside depends on its kind.

use crate::cluster::{Condition, NodeId};
use crate::i18n::{Phrase, Term, Text};
use crate::ui::focus;
use crate::ui::plain::view;
use crate::ui::stage::Stage;
use crate::ui::stage::sentinel::SentinelShape;
use crate::ui::stage::server::{ClientShape, ServerShape};
use crate::ui::words;
use crate::view::face::{Face, Part};
use crate::view::geometry::arc;
use crate::view::layout::Kind;
use leptos::prelude::*;

/// How wide a believer's piece of the SDOWN ring is, in degrees.
const PIECE: f64 = 46.0;

/// The node `id`.
#[component]
pub(super) fn NodeGroup(id: NodeId, kind: Kind) -> impl IntoView {
    let stage = expect_context::<Stage>();
    let lab = stage.lab;
    let face = lab.seen_face(id);
    let place = Memo::new(move |_| stage.plan.with(|p| p.places.get(&id).map(|at| (*at, p.scale))));
    let transform = move || {
        place.get().map(|(at, scale)| format!("translate({:.1} {:.1}) scale({scale:.3})", at.x, at.y))
    };
    let condition = move || face.with(|f| f.as_ref().map_or("gone", Face::state));
    let label = move || {
        face.with(|f| {
            let face = f.as_ref()?;
            let lang = lab.lang.get();
            let mut label = lang.phrase(&Phrase::NodeLabel(
                &face.name,
                words::role(lang, face),
                words::state(lang, face),
            ));
            if face.disputed {
                label = format!("{label}, {}", lang.term(Term::Disputed));
            }
            Some(label)
        })
    };
    // What is so of it, and below what others think of that: side by side they would cover the neighbours.
    let badge = move |line: usize| {
        move || {
            let text = face.with(|f| f.as_ref().map(|f| words::badge(lab, f)))?;
            text.split(" · ").nth(line).map(str::to_owned)
        }
    };
    let below = if kind == Kind::Redis { 58 } else { 60 };
    let is_selected = Memo::new(move |_| lab.selected.get() == Some(id));
    // One node is in the order of tabs; arrows lead to the others.
    let tab = Memo::new(move |_| {
        let first = || stage.plan.with(|p| p.places.keys().next() == Some(&id));
        if is_selected.get() || (lab.selected.get().is_none() && first()) { "0" } else { "-1" }
    });
    let grab = move |ev: web_sys::PointerEvent| stage.grab(id, &ev);
    let click = move |ev: web_sys::MouseEvent| {
        ev.stop_propagation();
        if !stage.was_drag() {
            stage.touch(id);
        }
    };
    let context = move |ev: web_sys::MouseEvent| {
        ev.prevent_default();
        ev.stop_propagation();
        lab.selected.set(Some(id));
        stage.open_menu(id);
    };
    let key = move |ev: web_sys::KeyboardEvent| node_key(stage, id, &ev);
    let doubts = Memo::new(move |_| {
        let Some(face) = face.get() else { return Vec::new() };
        let places = stage.plan.get();
        let Some(here) = places.places.get(&id) else { return Vec::new() };
        let bearing = |who: &NodeId| places.places.get(who).map(|there| here.bearing(*there));
        face.doubters
            .iter()
            .filter_map(bearing)
            .map(|b| arc(47.0, b - PIECE / 2.0, b + PIECE / 2.0))
            .collect()
    });
    let disputed = move || face.with(|f| f.as_ref().is_some_and(|f| f.disputed)).to_string();
    // A badge is a question that can be asked.
    let why = move |ev: web_sys::MouseEvent| {
        ev.stop_propagation();
        if !stage.was_drag() {
            lab.selected.set(Some(id));
            lab.ask_about(Some(id));
        }
    };
    let dead = move || face.with(|f| f.as_ref().is_some_and(|f| f.condition == Condition::Dead));
    let name = lab.name(id);
    view! {
        <g class="node" id=format!("node-{}", id.0) transform=move || transform()
            role="button" tabindex=move || tab.get()
            data-testid=format!("node-{name}") data-kind=move || face.with(|f| f.as_ref().map_or(kind.word(), Face::role)) data-state=move || condition()
            data-role=move || face.with(|f| f.as_ref().map(Face::role))
            data-condition=move || face.with(|f| f.as_ref().map(|f| condition_word(f.condition)))
            data-odown=move || face.with(|f| f.as_ref().is_some_and(|f| !f.condemners.is_empty())).to_string()
            data-ringed=move || face.with(|f| f.as_ref().is_some_and(is_ringed)).to_string()
            data-isolated=move || face.with(|f| f.as_ref().is_some_and(|f| f.host_gone)).to_string()
            data-selected=move || is_selected.get().to_string()
            data-disputed=move || disputed()
            data-known=move || face.with(|f| f.as_ref().is_none_or(|f| f.known)).to_string()
            on:pointerdown=grab on:click=click on:contextmenu=context on:keydown=key>
            <title>{move || label()}</title>
            <circle class="halo" r="52" />
            <circle class="dispute" r="55" />
            // A sentinel may have a pennant to its right; to the left of the master a phone has the switch "See as".
            <g class="dispute-mark" transform=if kind == Kind::Redis { "translate(43 -43)" } else { "translate(-43 -43)" } on:click=why>
                <circle r="10" /><path d="M-5-2.5H5M-5 2.5H5M3.5-6L-3.5 6" />
            </g>
            {match kind {
                Kind::Redis => view! { <ServerShape face=face name=name.clone() /> },
                Kind::Sentinel => view! { <SentinelShape face=face name=name.clone() /> },
                Kind::Client => view! { <ClientShape face=face name=name.clone() /> },
            }}
            <g class="doubts">
                {move || doubts.get().into_iter().map(|d| view! { <path class="doubt" d=d /> }).collect_view()}
            </g>
            <circle class="odown-ring" r="47" />
            <path class="strike" d="M-16 5H16" data-shown=move || dead().to_string() />
            <g class="frozen-mark" transform="translate(24 -24)">
                <circle r="9" />
                <path d="M0-5.5V5.5M-4.8-2.8L4.8 2.8M-4.8 2.8L4.8-2.8" />
            </g>
            <text class="addr" y=format!("{:.0}", kind.address())>
                {move || face.with(|f| f.as_ref().map(Face::addr_text))}
            </text>
            <text class="badge" y=below on:click=why>{badge(0)}</text>
            <text class="badge" y=below + 14 on:click=why>{badge(1)}</text>
        </g>
    }
}

/// How far down a ring moves a node's words, in pixels, as the style sheet has it.
pub(super) fn lowered(face: &Face) -> f64 {
    match (face.disputed, is_ringed(face)) {
        (true, _) => 25.0,
        (_, true) => 17.0,
        _ => 0.0,
    }
}

/// Whether a ring is drawn around it that its words must clear.
fn is_ringed(face: &Face) -> bool {
    let is_candidate = matches!(&face.part, Part::Sentinel { failover: Some(f), .. } if !f.leads);
    !face.doubters.is_empty() || (is_candidate && face.condition == Condition::Running)
}

const fn condition_word(condition: Condition) -> &'static str {
    match condition {
        Condition::Running => "running",
        Condition::Frozen => "frozen",
        Condition::Dead => "dead",
    }
}

fn node_key(stage: Stage, id: NodeId, ev: &web_sys::KeyboardEvent) {
    let way = focus::arrow(&ev.key());
    if way.is_none() && !matches!(ev.key().as_str(), "Enter" | " ") {
        return;
    }
    // The arrows belong to the nodes while one has the focus, not to the time line.
    ev.prevent_default();
    ev.stop_propagation();
    let Some((right, down)) = way else {
        stage.lab.selected.set(Some(id));
        return stage.open_menu(id);
    };
    if ev.shift_key() {
        return stage.nudge(id, (right.into(), down.into()));
    }
    let direction = f64::from(90 * down + if right < 0 { 180 } else { 0 });
    if let Some(next) = stage.plan.with_untracked(|p| p.neighbour(id, direction)) {
        stage.lab.selected.set(Some(next));
        focus::focus_id(&format!("node-{}", next.0));
    }
}

/// Whether a face is that of a master, a promoted replica or a replica, as a word below its name.
pub(super) fn role_text(face: &Face) -> Text {
    match face.part {
        Part::Redis { is_master: true, .. } => Text::Master,
        Part::Redis { .. } => Text::Replica,
        Part::Sentinel { .. } => Text::Sentinel,
        Part::Client { .. } => Text::Client,
    }
}
