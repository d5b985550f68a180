//! Messages as lines from lane to lane, and what goes all the time as figures on the lanes.

use crate::cluster::{PacketFate, PacketView, Sent};
use crate::i18n::{Phrase, Text};
use crate::sim::{Micros, SimTime};
use crate::ui::lab::{Lab, lab};
use crate::ui::panels::lanes::scale::Scale;
use crate::ui::plain::{For, view};
use crate::ui::words;
use crate::view::lanes::{self, Bubble, Messages};
use crate::view::{format, motion};
use leptos::prelude::*;
use std::sync::Arc;

/// What of what was sent is drawn; follows the pulse.
pub(super) fn drawn(lab: Lab, scale: Scale) -> Memo<Arc<Messages>> {
    Memo::new(move |_| {
        lab.pulse.track();
        lab.heard.track();
        let (anchor, span, end) = (scale.anchor(), scale.span(), scale.strip_end());
        let sentinels = lab.matrix.with(|matrix| matrix.rows.len());
        if !lanes::shows_messages(sentinels, scale.nodes.with(Vec::len), span) {
            return Arc::default();
        }
        let end = end.min(lab.moment.with_untracked(|moment| moment.seen));
        let kinds = lab.kinds();
        let drawn = lab.session.try_update_value(|session| {
            let shown = session.sent(anchor, end).filter(|sent| kinds.shows(sent.packet.kind));
            lanes::messages(shown, anchor, span, end)
        });
        Arc::new(drawn.unwrap_or_default())
    })
}

#[component]
pub(super) fn MessageLines(drawn: Memo<Arc<Messages>>, scale: Scale) -> impl IntoView {
    let lab = lab();
    let run = move || lab.run.get_untracked();
    view! {
        <For each=move || drawn.with(|drawn| drawn.bubbles.clone())
            key=move |bubble| (run(), *bubble, lab.lang.get().tag())
            children=move |bubble| bubble_view(lab, scale, bubble) />
        <For each=move || drawn.with(|drawn| drawn.lines.clone())
            key=move |line| (run(), line.packet.id, line.packet.fate == PacketFate::Lost, lab.lang.get().tag())
            children=move |line| line_view(lab, scale, line) />
    }
}

/// The id of a message's line.
pub(super) fn id(line: &Sent) -> String {
    format!("sent-{}", line.packet.id.0)
}

/// The middle of a message's flight: there it is on the stage.
pub(super) fn middle(Sent { packet, .. }: &Sent) -> SimTime {
    packet.sent_at + Micros(packet.arrives_at.since(packet.sent_at).0 / 2)
}

fn line_view(lab: Lab, scale: Scale, line: Sent) -> AnyView {
    let (label, middle, name) = (title(lab, &line), middle(&line), id(&line));
    let PacketView { id, from, to, sent_at, arrives_at, fate, kind, .. } = line.packet;
    let lost = fate == PacketFate::Lost;
    let way = move || lanes::path(scale.place(sent_at, Some(from)), scale.place(arrives_at, Some(to)), lost);
    view! {
        <g class="lane-message" id=name role="button" tabindex="-1" aria-label=label data-packet=id.0.to_string() data-subject=motion::subject(kind)
            data-lost=lost.to_string() data-reply=kind.is_reply().to_string() on:click=move |_| lab.seek(middle)>
            <path class="reach" d=move || way() />
            <path d=move || way() />
        </g>
    }
}

/// What it was, from whom to whom, how long it took and what it said.
fn title(lab: Lab, Sent { packet, text }: &Sent) -> String {
    let lang = lab.lang.get_untracked();
    let [from, to] = [packet.from, packet.to].map(|id| lab.name(id));
    let what = lang.phrase(&Phrase::PacketLabel(words::packet(lang, packet.kind), &from, &to));
    let took = match packet.fate {
        PacketFate::Lost => lang.text(Text::PacketLost).to_owned(),
        PacketFate::Arrives => format::span_us(packet.arrives_at.since(packet.sent_at).0),
    };
    let text = text.as_ref().map(|text| format!("\n{text}")).unwrap_or_default();
    format!("{what} · {took}{text}")
}

fn bubble_view(lab: Lab, scale: Scale, Bubble { node, at, count }: Bubble) -> AnyView {
    let place = move || scale.place(at, Some(node));
    let (x, y) = (move || format!("{:.1}", place().0), move || format!("{:.1}", place().1 + 4.0));
    let title = lab.lang.get_untracked().phrase(&Phrase::Routine(count));
    view! {
        <text class="lane-count" x=x y=y>{count.to_string()}<title>{title}</title></text>
    }
}
