//! The brush: what is dragged over is shown larger, and a click goes to its moment.

use crate::ui::panels::lanes::scale::{LEFT, Scale};
use crate::ui::plain::view;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, PointerEvent};

/// Over less it is a click.
const DRAG_MIN: f64 = 5.0;

/// Where a stroke of the brush began and where it is, in pixels from the picture's left.
#[derive(Clone, Copy)]
pub(super) struct Brush(RwSignal<Option<(f64, f64)>>);

impl Brush {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// The primary button goes down beside the marks and messages, which are for a click.
    pub(super) fn down(self, ev: &PointerEvent) {
        let on = |css| event_target::<Element>(ev).closest(css).ok().flatten().is_some();
        let x = place(ev);
        if ev.button() == 0 && x >= LEFT && !on(".lane-mark, .lane-message") {
            self.0.set(Some((x, x)));
        }
    }

    pub(super) fn moved(self, ev: &PointerEvent) {
        let Some((from, to)) = self.0.get_untracked() else { return };
        let x = place(ev).max(LEFT);
        self.0.set(Some((from, x)));
        if (x - from).abs() >= DRAG_MIN && (to - from).abs() < DRAG_MIN {
            // From now on the stroke goes on outside, too.
            let _ = frame(ev).map(|frame| frame.set_pointer_capture(ev.pointer_id()));
        }
    }

    pub(super) fn up(self, scale: Scale, seek: impl Fn(crate::sim::SimTime)) {
        let Some((from, to)) = self.0.get_untracked() else { return };
        self.0.set(None);
        if (to - from).abs() >= DRAG_MIN {
            scale.zoom_to(scale.time_at(from), scale.time_at(to));
        } else {
            seek(scale.time_at(from));
        }
    }

    /// The stroke is over without a result.
    pub(super) fn cancel(self) {
        self.0.set(None);
    }

    /// What it covers.
    pub(super) fn mark(self) -> impl IntoView {
        move || {
            let (from, to) = self.0.get().filter(|(from, to)| (to - from).abs() >= DRAG_MIN)?;
            let (x, width) = (format!("{:.0}", from.min(to)), format!("{:.0}", (to - from).abs()));
            Some(view! { <rect class="lane-brush" x=x y="0" width=width height="100%" /> })
        }
    }
}

/// What the pointer is over: the whole picture.
fn frame(ev: &PointerEvent) -> Option<Element> {
    ev.current_target()?.dyn_into().ok()
}

fn place(ev: &PointerEvent) -> f64 {
    frame(ev).map_or(0.0, |frame| f64::from(ev.client_x()) - frame.get_bounding_client_rect().left())
}
