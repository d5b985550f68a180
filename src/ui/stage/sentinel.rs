//! The form of a sentinel: a circle with an eye, its epoch, the ring of its growing suspicion, and in a
//! failover its ballot.

use crate::ui::plain::view;
use crate::view::ballot::Slot;
use crate::view::face::{Face, Failover, Part};
use crate::view::geometry::arc;
use leptos::prelude::*;

#[component]
pub(super) fn SentinelShape(face: ReadSignal<Option<Face>>, name: String) -> impl IntoView {
    let part = Memo::new(move |_| face.with(|f| f.as_ref().map(|f| f.part.clone())));
    let epoch = move || match part.get() {
        Some(Part::Sentinel { epoch: Some(epoch), .. }) => format!("e{epoch}"),
        _ => String::new(),
    };
    let suspicion = move || match part.get() {
        Some(Part::Sentinel { suspicion, .. }) if suspicion > 0 => {
            arc(33.0, -90.0, -90.0 + f64::from(suspicion) * 6.0)
        }
        _ => String::new(),
    };
    let failover = Memo::new(move |_| match part.get() {
        Some(Part::Sentinel { failover, .. }) => failover,
        _ => None,
    });
    let ballot = move || failover.get().filter(|f| !f.leads).map(|f| view! { <Ballot failover=f /> });
    let leads = move || failover.get().is_some_and(|f| f.leads).to_string();
    let is_tilted = move || matches!(part.get(), Some(Part::Sentinel { tilt_left: Some(_), .. })).to_string();
    view! {
        <g class="glyph" data-tilt=move || is_tilted()>
            <circle class="body" r="28" />
            <circle class="striped" r="28" />
            <path class="eye" d="M-9-15C-5-21 5-21 9-15C5-9-5-9-9-15Z" />
            <circle class="pupil" cy="-15" r="2.6" />
            <text class="name" y="6">{name}</text>
            <text class="role" y="20">{move || epoch()}</text>
        </g>
        <path class="suspicion" d=move || suspicion() />
        <circle class="leader-ring" r="33" data-shown=move || leads() />
        <path class="pennant" d="M22-50V-26M22-50L40-44L22-38Z" data-shown=move || leads() />
        {ballot}
    }
}

/// A ring with a slot for each known voter, filled where its vote is counted, and ticks at the quorum and
/// at the number that is needed.
#[component]
fn Ballot(failover: Failover) -> impl IntoView {
    let voters = failover.voters.max(1);
    let slot = 360.0 / f64::from(voters);
    // Those that count come first, so that the ticks tell how many are missing.
    let (counted, others): (Vec<_>, Vec<_>) =
        failover.slots.into_iter().partition(|slot| matches!(slot, Slot::Counted));
    let slots = counted.into_iter().chain(others).enumerate().map(|(i, vote)| {
        let from = -90.0 + slot * i as f64;
        view! { <path class="slot" data-slot=vote.word() d=arc(38.0, from + 4.0, from + slot - 4.0) /> }
    });
    let tick = |count: u32, class: &'static str| {
        let angle = slot * f64::from(count);
        view! { <path class=class d="M0-45V-32" transform=format!("rotate({angle:.0})") /> }
    };
    view! {
        <g class="ballot">
            {slots.collect_view()}
            {tick(failover.quorum, "tick quorum")}
            {tick(failover.needed, "tick needed")}
        </g>
    }
}
