//! A closer look: the stage as a sheet that is larger than its frame, by two fingers, by the wheel with Ctrl (as
//! trackpads send a pinch) or by buttons; what does not fit is reached by dragging.

use crate::i18n::Text;
use crate::ui::plain::view;
use crate::ui::stage::Stage;
use crate::view::geometry::Point;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, PointerEvent, WheelEvent};

/// The largest sheet, in frames.
const MOST: f64 = 4.0;
/// What one press of a button does.
const STEP: f64 = 1.5;
/// How many pixels of a wheel make the sheet larger by half its size, at most at a time.
const WHEEL: f64 = 100.0;
/// So far from the edge stays what is selected, in pixels.
const ROOM: f64 = 48.0;
/// How far a pointer moves before it takes the sheet along, in pixels.
const DRAG_FROM: f64 = 6.0;

/// How large the sheet is, and what moves it.
#[derive(Clone, Copy)]
pub(super) struct Zoom {
    /// The sheet's width and height in those of its frame.
    factor: RwSignal<f64>,
    /// The frame, which scrolls.
    pub(super) frame: NodeRef<html::Div>,
    held: StoredValue<Held>,
}

/// What holds the sheet. Places are those of the window, in pixels.
#[derive(Clone, Default)]
struct Held {
    /// The pointers that are down.
    pointers: Vec<(i32, Point)>,
    /// Where one began that may take the sheet along, and how far the frame was scrolled then.
    drag: Option<(Point, Point)>,
    dragging: bool,
}

impl Zoom {
    pub(super) fn new() -> Self {
        Self { factor: RwSignal::new(1.0), frame: NodeRef::new(), held: StoredValue::default() }
    }

    pub(super) fn is_close(self) -> bool {
        self.factor.get() > 1.0
    }

    /// Where a place of the sheet is seen in the frame.
    pub(super) fn seen(self, x: f64, y: f64) -> (f64, f64) {
        let scrolled = self.scrolled();
        (x - scrolled.x, y - scrolled.y)
    }

    /// A pointer goes down; `may_drag` where it took hold of nothing else. True where it is the second of two:
    /// then it means a closer look, whatever the first one began.
    pub(super) fn down(self, ev: &PointerEvent, may_drag: bool) -> bool {
        let scrolled = self.scrolled();
        let close = self.factor.get_untracked() > 1.0;
        let held = |held: &mut Held| {
            if ev.is_primary() {
                *held = Held::default();
            }
            held.pointers.push((ev.pointer_id(), place(ev)));
            held.drag = (may_drag && close && held.pointers.len() == 1).then(|| (place(ev), scrolled));
            held.pointers.len() == 2
        };
        self.held.try_update_value(held).unwrap_or(false)
    }

    /// A pointer moved. True where that moved or stretched the sheet.
    pub(super) fn moved(self, ev: &PointerEvent) -> bool {
        let (before, at) = (self.held.get_value(), place(ev));
        self.held.update_value(|held| {
            if let Some(pointer) = held.pointers.iter_mut().find(|(id, _)| *id == ev.pointer_id()) {
                pointer.1 = at;
            }
        });
        let after = self.held.with_value(|held| held.pointers.clone());
        if let ([(_, a), (_, b)], [(_, c), (_, d)]) = (&*before.pointers, &*after) {
            let factor = self.factor.get_untracked() * c.distance(*d) / a.distance(*b).max(1.0);
            self.stretch(factor, middle(*c, *d));
            return true;
        }
        let Some((from, scrolled)) = before.drag else { return false };
        if !before.dragging && from.distance(at) < DRAG_FROM {
            return false;
        }
        if !before.dragging {
            self.held.update_value(|held| held.dragging = true);
            // What the pointer is over when it is released is not meant by it.
            let sheet = ev.current_target().and_then(|sheet| sheet.dyn_into::<Element>().ok());
            let _ = sheet.map(|sheet| sheet.set_pointer_capture(ev.pointer_id()));
        }
        self.scroll_to(Point::new(scrolled.x + from.x - at.x, scrolled.y + from.y - at.y));
        true
    }

    pub(super) fn up(self, ev: &PointerEvent) {
        self.held.update_value(|held| {
            held.pointers.retain(|(id, _)| *id != ev.pointer_id());
            (held.drag, held.dragging) = (None, false);
        });
    }

    /// The wheel turned: with Ctrl it is a closer look.
    pub(super) fn wheel(self, ev: &WheelEvent) {
        if ev.ctrl_key() {
            ev.prevent_default();
            let factor =
                self.factor.get_untracked() * (1.0 - ev.delta_y() / WHEEL / 2.0).clamp(1.0 / STEP, STEP);
            self.stretch(factor, Point::new(f64::from(ev.client_x()), f64::from(ev.client_y())));
        }
    }

    /// Makes the sheet as large as that; what lies under a place of the window stays there.
    fn stretch(self, factor: f64, at: Point) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let rect = frame.get_bounding_client_rect();
        let (before, after) = (self.factor.get_untracked(), factor.clamp(1.0, MOST));
        let (scrolled, grown) = (self.scrolled(), after / before);
        self.factor.set(after);
        // At once, not with the next frame: the next event reckons with how far the frame is scrolled now.
        if let Some(sheet) = sheet_in(&frame) {
            let percent = format!("{:.1}%", after * 100.0);
            let _ = sheet.style().set_property("width", &percent);
            let _ = sheet.style().set_property("height", &percent);
        }
        let to = |scrolled: f64, at: f64| (scrolled + at) * grown - at;
        self.scroll_to(Point::new(to(scrolled.x, at.x - rect.left()), to(scrolled.y, at.y - rect.top())));
    }

    /// A button was pressed: what is selected stays where it is seen, otherwise what is in the middle.
    fn by(self, factor: f64, stage: Stage) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let rect = frame.get_bounding_client_rect();
        let (width, height) = (rect.width(), rect.height());
        let meant = || stage.meant().map(|at| self.seen(at.x, at.y));
        let inside = |(x, y): &(f64, f64)| (0.0..=width).contains(x) && (0.0..=height).contains(y);
        let before = meant().filter(inside);
        let (x, y) = before.unwrap_or((width / 2.0, height / 2.0));
        self.stretch(self.factor.get_untracked() * factor, Point::new(rect.left() + x, rect.top() + y));
        // A larger sheet is not the same picture enlarged: where does it stand now?
        if before.is_some()
            && let Some(sheet) = sheet_in(&frame)
        {
            let rect = sheet.get_bounding_client_rect();
            stage.size.set((rect.width().round(), rect.height().round()));
            // Its words beside it are to be seen, too.
            let [x, y] = [(x, width), (y, height)]
                .map(|(at, span)| at.clamp(ROOM.min(span / 2.0), (span - ROOM).max(span / 2.0)));
            if let Some((now_x, now_y)) = meant() {
                let scrolled = self.scrolled();
                self.scroll_to(Point::new(scrolled.x + now_x - x, scrolled.y + now_y - y));
            }
        }
        stage.lab.menu.set(None);
    }

    fn scrolled(self) -> Point {
        let frame = self.frame.get_untracked();
        let (x, y) = frame.map_or((0, 0), |frame| (frame.scroll_left(), frame.scroll_top()));
        Point::new(f64::from(x), f64::from(y))
    }

    fn scroll_to(self, to: Point) {
        if let Some(frame) = self.frame.get_untracked() {
            frame.set_scroll_left(to.x.round() as i32);
            frame.set_scroll_top(to.y.round() as i32);
        }
    }
}

/// The sheet in its frame.
fn sheet_in(frame: &Element) -> Option<HtmlElement> {
    frame.first_element_child()?.dyn_into().ok()
}

fn place(ev: &PointerEvent) -> Point {
    Point::new(f64::from(ev.client_x()), f64::from(ev.client_y()))
}

fn middle(a: Point, b: Point) -> Point {
    Point::new(f64::midpoint(a.x, b.x), f64::midpoint(a.y, b.y))
}

/// The buttons, where the picture is small or was made larger.
pub(super) fn buttons(stage: Stage, is_small: Signal<bool>) -> impl IntoView {
    let Stage { lab, zoom, .. } = stage;
    let at_most = move || zoom.factor.get() >= MOST;
    let at_least = move || !zoom.is_close();
    move || {
        (is_small.get() || zoom.is_close()).then(|| {
            view! {
                <div class="stage-zoom">
                    <button data-testid="closer" aria-label=lab.says(Text::Closer) title=lab.says(Text::Closer)
                        disabled=move || at_most() on:click=move |_| zoom.by(STEP, stage)>"+"</button>
                    <button data-testid="further" aria-label=lab.says(Text::Further) title=lab.says(Text::Further)
                        disabled=move || at_least() on:click=move |_| zoom.by(1.0 / STEP, stage)>"−"</button>
                </div>
            }
        })
    }
}
