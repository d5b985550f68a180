//! The forms of a Redis server and of a client.

use crate::ui::lab::lab;
use crate::ui::plain::view;
use crate::ui::stage::node::role_text;
use crate::view::face::{Face, Part, Reconf};
use crate::view::format;
use crate::view::geometry::arc;
use leptos::prelude::*;

/// A rounded square: filled, double and notched for a master, outlined with an offset bar for a replica.
#[component]
pub(super) fn ServerShape(face: ReadSignal<Option<Face>>, name: String) -> impl IntoView {
    let lab = lab();
    let part = Memo::new(move |_| face.with(|f| f.as_ref().map(|f| f.part.clone())));
    let role = move || face.with(|f| f.as_ref().map(|f| lab.t(role_text(f))));
    let filled = move || match part.get() {
        Some(Part::Redis { filled, .. }) => f64::from(filled) / 40.0 * 44.0,
        _ => 0.0,
    };
    let promoted = move || matches!(part.get(), Some(Part::Redis { promoted: true, .. })).to_string();
    // Thirds of an arc: told, turning, done.
    let reconf = move || {
        let thirds = match part.get() {
            Some(Part::Redis { reconf: Some(reconf), .. }) => match reconf {
                Reconf::Sent => 1.0,
                Reconf::InProgress => 2.0,
                Reconf::Done => 3.0,
            },
            _ => return String::new(),
        };
        arc(42.0, -150.0, -150.0 + 40.0 * thirds)
    };
    view! {
        <path class="notch" d="M-8-25L0-35L8-25Z" />
        <rect class="body" x="-32" y="-26" width="64" height="52" rx="12" />
        <rect class="inner" x="-28" y="-22" width="56" height="44" rx="9" />
        <rect class="hatched" x="-32" y="-26" width="64" height="52" rx="12" />
        <g class="offset">
            <rect class="offset-all" x="-22" y="17" width="44" height="4" rx="2" />
            <rect class="offset-has" x="-22" y="17" width=move || filled() height="4" rx="2" />
        </g>
        <text class="name" y="-1">{name}</text>
        <text class="role" y="12">{move || role()}</text>
        <path class="reconf" d=move || reconf() />
        <g class="chevron" data-shown=move || promoted() transform="translate(0 -38)">
            <path d="M-12 4L0-8L12 4V-2L0-14L-12-2Z" />
        </g>
    }
}

/// A pill with its count of writes.
#[component]
pub(super) fn ClientShape(face: ReadSignal<Option<Face>>, name: String) -> impl IntoView {
    let counts = Memo::new(move |_| {
        face.with(|f| match f.as_ref().map(|f| &f.part) {
            Some(Part::Client { acked, failed, lost }) => (*acked, *failed, *lost),
            _ => (0, 0, 0),
        })
    });
    let failed = move || {
        let (_, failed, lost) = counts.get();
        let count =
            |figure: u64, mark: &str| (figure > 0).then(|| format!("{mark}{}", format::grouped(figure)));
        [count(failed, "✕ "), count(lost, "− ")].into_iter().flatten().collect::<Vec<_>>().join("  ")
    };
    view! {
        <rect class="body" x="-38" y="-18" width="76" height="36" rx="18" />
        <text class="name" y="-2">{name}</text>
        <text class="role" y="11">{move || format::grouped(counts.get().0)}</text>
        <text class="trouble" y="30">{move || failed()}</text>
    }
}
