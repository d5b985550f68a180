//! The legend: what the shapes of packets and the signs at nodes mean.

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

/// Signs at nodes: their classes there, how each is drawn here, and its words.
const SIGNS: [(&str, &str, Text); 7] = [
    ("suspicion", "M0-8A8 8 0 1 1-8 0", Text::LegendSuspicion),
    ("doubt", "M-9-2A9 9 0 0 0 9-2", Text::Sdown),
    ("odown-ring", "M0-8A8 8 0 1 0 .1-8Z", Text::Odown),
    ("slot", "M0-8A8 8 0 0 1 7 4", Text::Candidate),
    ("pennant", "M-4 9V-8L7-3L-4 2", Text::Leader),
    ("chevron", "M-8 4L0-5L8 4V0L0-9L-8 0Z", Text::Promoted),
    ("dispute-mark", "M-7-3H7M-7 3H7M5-8L-5 8", Text::LegendDispute),
];

#[component]
pub(super) fn Legend() -> impl IntoView {
    let lab = lab();
    // One kind of line for both: each kind would be code of its own.
    let line = move |n: usize| {
        let sign = n.checked_sub(KINDS.len()).map(|n| SIGNS[n]);
        let kind = KINDS[n % KINDS.len()];
        let (group, class, d) =
            sign.map_or(("packet", "shape", motion::shape(kind).path()), |(class, d, _)| ("sign", class, d));
        let text = move || {
            let lang = lab.lang.get();
            sign.map_or_else(|| words::packet(lang, kind), |(_, _, text)| lang.text(text))
        };
        view! {
            <li>
                <svg viewBox="-10 -10 20 20" width="18" height="18" aria-hidden="true">
                    <g class=group data-shown="true" data-subject=motion::subject(kind)
                        data-reply=kind.is_reply().to_string()>
                        <path class=class d=d />
                    </g>
                </svg>
                {move || text()}
            </li>
        }
    };
    view! {
        <details class="legend">
            <summary>{lab.says(Text::Legend)}</summary>
            <ul>{(0..KINDS.len() + SIGNS.len()).map(line).collect_view()}</ul>
        </details>
    }
}
