//! The brush: what is dragged over is shown larger, and a click goes to its moment. Where time runs downwards, a
//! finger scrolls it instead.

use crate::sim::SimTime;
use crate::ui::panels::lanes::scale::Scale;
use crate::ui::plain::view;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, PointerEvent};

/// Over less it is a click.
const DRAG_MIN: f64 = 5.0;

/// Where a stroke of the brush began and where it is, in pixels along the picture.
#[derive(Clone, Copy, PartialEq)]
struct Stroke {
    from: f64,
    to: f64,
    /// For a finger that scrolls: the moment that the playhead was at.
    scrolls: Option<SimTime>,
    /// Whether it began on a mark or a message, which take clicks themselves.
    on_mark: bool,
}

impl Stroke {
    fn is_click(self) -> bool {
        (self.to - self.from).abs() < DRAG_MIN
    }
}

#[derive(Clone, Copy)]
pub(super) struct Brush {
    stroke: RwSignal<Option<Stroke>>,
    scale: Scale,
}

impl Brush {
    pub(super) fn new(scale: Scale) -> Self {
        Self { stroke: RwSignal::new(None), scale }
    }

    /// The primary button or a finger goes down.
    pub(super) fn down(self, ev: &PointerEvent, now: SimTime) {
        let on = |css| event_target::<Element>(ev).closest(css).ok().flatten().is_some();
        let at = self.along(ev);
        if ev.button() == 0 && at >= untrack(|| self.scale.begin()) {
            let is_finger = self.scale.down.get_untracked() && ev.pointer_type() == "touch";
            let (scrolls, on_mark) = (is_finger.then_some(now), on(".lane-mark, .lane-message"));
            self.stroke.set(Some(Stroke { from: at, to: at, scrolls, on_mark }));
        }
    }

    pub(super) fn moved(self, ev: &PointerEvent) {
        let Some(before) = self.stroke.get_untracked() else { return };
        let stroke = Stroke { to: self.along(ev).max(untrack(|| self.scale.begin())), ..before };
        self.stroke.set(Some(stroke));
        if before.is_click() && !stroke.is_click() {
            // From now on the stroke goes on outside, too.
            let _ = frame(ev).map(|frame| frame.set_pointer_capture(ev.pointer_id()));
        }
        if let Some(now) = stroke.scrolls
            && !stroke.is_click()
        {
            self.scale.scroll(now, stroke.from - stroke.to);
        }
    }

    pub(super) fn up(self, seek: impl Fn(SimTime)) {
        let (Some(stroke), scale) = (self.stroke.get_untracked(), self.scale) else { return };
        self.stroke.set(None);
        if stroke.is_click() {
            if !stroke.on_mark {
                seek(scale.time_at(stroke.from));
            }
        } else if stroke.scrolls.is_none() {
            scale.zoom_to(scale.time_at(stroke.from), scale.time_at(stroke.to));
        }
    }

    /// The stroke is over without a result.
    pub(super) fn cancel(self) {
        self.stroke.set(None);
    }

    /// What it covers.
    pub(super) fn mark(self) -> impl IntoView {
        move || {
            let stroke = self.stroke.get().filter(|stroke| !stroke.is_click() && stroke.scrolls.is_none())?;
            let (from, length) = (stroke.from.min(stroke.to), (stroke.to - stroke.from).abs());
            let ((x, y), whole) = (self.scale.turned(from, 0.0), self.scale.whole());
            let (width, height) = if self.scale.down.get() { (whole.0, length) } else { (length, whole.1) };
            let [x, y, width, height] = [x, y, width, height].map(|figure| format!("{figure:.0}"));
            Some(view! { <rect class="lane-brush" x=x y=y width=width height=height /> })
        }
    }

    /// How far along the picture the pointer is.
    fn along(self, ev: &PointerEvent) -> f64 {
        let Some(frame) = frame(ev).map(|frame| frame.get_bounding_client_rect()) else { return 0.0 };
        if self.scale.down.get_untracked() {
            f64::from(ev.client_y()) - frame.top()
        } else {
            f64::from(ev.client_x()) - frame.left()
        }
    }
}

/// What the pointer is over: the whole picture.
fn frame(ev: &PointerEvent) -> Option<Element> {
    ev.current_target()?.dyn_into().ok()
}
