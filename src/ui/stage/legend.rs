//! The legend: what the shapes of packets and the signs at nodes mean. Each shape is a button that hides the
//! packets of that shape, or shows them again.

use crate::cluster::PacketKind;
use crate::i18n::{Term, Text};
use crate::ui::lab::lab;
use crate::ui::plain::view;
use crate::ui::player::Player;
use crate::ui::words;
use crate::view::kinds::Hidden;
use crate::view::motion::{self, Shape};
use leptos::prelude::*;

/// A packet of each shape, for its colour and its words.
const fn example(shape: Shape) -> PacketKind {
    match shape {
        Shape::Dot => PacketKind::Ping,
        Shape::Square => PacketKind::Info,
        Shape::Ring => PacketKind::Hello,
        Shape::Diamond => PacketKind::AskDown,
        Shape::Ballot => PacketKind::VoteRequest,
        Shape::Triangle => PacketKind::Reconfigure,
        Shape::Bar => PacketKind::Replication,
    }
}

/// An answer, which is hollow, and the signs at nodes: their classes there, how each is drawn here, and its words.
const SIGNS: [(&str, &str, &str, Text); 8] = [
    ("packet", "shape", Shape::Dot.path(), Text::PPong),
    ("sign", "suspicion", "M0-8A8 8 0 1 1-8 0", Text::LegendSuspicion),
    ("sign", "doubt", "M-9-2A9 9 0 0 0 9-2", Text::Sdown),
    ("sign", "odown-ring", "M0-8A8 8 0 1 0 .1-8Z", Text::Odown),
    ("sign", "slot", "M0-8A8 8 0 0 1 7 4", Text::Candidate),
    ("sign", "pennant", "M-4 9V-8L7-3L-4 2", Text::Leader),
    ("sign", "chevron", "M-8 4L0-5L8 4V0L0-9L-8 0Z", Text::Promoted),
    ("sign", "dispute-mark", "M-7-3H7M-7 3H7M5-8L-5 8", Text::LegendDispute),
];

#[component]
pub(super) fn Legend() -> impl IntoView {
    let lab = lab();
    let picture = |(group, class, d): (&'static str, &'static str, &'static str), kind: PacketKind| {
        view! {
            <svg viewBox="-10 -10 20 20" width="18" height="18" aria-hidden="true">
                <g class=group data-shown="true" data-subject=motion::subject(kind)
                    data-reply=kind.is_reply().to_string()>
                    <path class=class d=d />
                </g>
            </svg>
        }
    };
    // The first is for all of them.
    let switch = move |n: usize| {
        let shape = n.checked_sub(1).map(|n| Shape::ALL[n]);
        let (word, kind) = shape.map_or(("all", PacketKind::Ping), |shape| (shape.word(), example(shape)));
        let drawn = shape.map(|shape| picture(("packet", "shape", shape.path()), kind));
        let text = move || {
            let lang = lab.lang.get();
            match shape {
                None => lang.term(Term::AllPackets),
                Some(Shape::Dot) => lang.term(Term::LinkPackets),
                Some(Shape::Bar) => lang.term(Term::DataPackets),
                Some(_) => words::packet(lang, kind),
            }
        };
        let is_shown = move || {
            let hidden = lab.kinds();
            shape.map_or_else(|| hidden.count() == 0, |shape| !hidden.has(shape))
        };
        let toggle = move |_| {
            let hidden = untrack(|| lab.kinds());
            let next = match shape {
                Some(shape) => hidden.toggled(shape),
                None if hidden.count() == 0 => Hidden::ALL,
                None => Hidden::default(),
            };
            lab.hidden.set(next.bits());
            lab.player.update_value(Player::dirty);
        };
        view! {
            <li><button class="kind" data-testid=format!("kind-{word}") aria-pressed=move || is_shown().to_string()
                on:click=toggle>{drawn}{move || text()}</button></li>
        }
    };
    let sign = move |(group, class, d, text)| {
        view! { <li>{picture((group, class, d), PacketKind::Pong)}{lab.says(text)}</li> }
    };
    view! {
        <details class="legend">
            <summary>{lab.says(Text::Legend)}</summary>
            <ul>
                {(0..=Shape::ALL.len()).map(switch).collect_view()}
                {SIGNS.into_iter().map(sign).collect_view()}
            </ul>
        </details>
    }
}
