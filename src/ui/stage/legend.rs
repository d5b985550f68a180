//! The legend: what the shapes of packets mean.

use crate::cluster::PacketKind;
use crate::i18n::Text;
use crate::ui::lab::lab;
use crate::ui::plain::view;
use crate::ui::words;
use crate::view::motion;
use leptos::prelude::*;

const KINDS: [PacketKind; 8] = [
    PacketKind::Ping,
    PacketKind::Pong,
    PacketKind::Info,
    PacketKind::Hello,
    PacketKind::AskDown,
    PacketKind::VoteRequest,
    PacketKind::Reconfigure,
    PacketKind::Replication,
];

#[component]
pub(super) fn Legend() -> impl IntoView {
    let lab = lab();
    let row = move |kind: PacketKind| {
        view! {
            <li>
                <svg viewBox="-10 -10 20 20" width="18" height="18" aria-hidden="true">
                    <g class="packet" data-shown="true" data-subject=motion::subject(kind)
                        data-reply=kind.is_reply().to_string()>
                        <path class="shape" d=motion::shape(kind).path() />
                    </g>
                </svg>
                {move || words::packet(lab.lang.get(), kind)}
            </li>
        }
    };
    view! {
        <details class="legend">
            <summary>{lab.says(Text::Legend)}</summary>
            <ul>{KINDS.map(row).collect_view()}</ul>
        </details>
    }
}
