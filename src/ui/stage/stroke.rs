//! A line drawn across links with the tool *Cut*: what it crosses is cut, what it encloses is parted.

use crate::cluster::Action;
use crate::i18n::Phrase;
use crate::ui::lab::{Lab, Tool};
use crate::ui::plain::view;
use crate::ui::stage::Stage;
use crate::view::geometry::Point;
use crate::view::links;
use crate::view::story;
use leptos::prelude::*;
use std::fmt::Write as _;

/// A stroke has a new point after so many pixels.
const POINT_EVERY: f64 = 5.0;
/// A stroke shorter than this is a click.
const SHORTEST: f64 = 14.0;

/// The stroke that is being drawn.
#[derive(Clone, Copy)]
pub(super) struct Stroke {
    /// Its points, in pixels of the stage.
    points: RwSignal<Vec<Point>>,
    /// Whether the pointer that was just released had drawn one: its click means nothing more.
    drawn: StoredValue<bool>,
}

impl Stroke {
    pub(super) fn new() -> Self {
        Self { points: RwSignal::new(Vec::new()), drawn: StoredValue::new(false) }
    }

    /// Whether one is being drawn.
    pub(super) fn is_under_way(self) -> bool {
        self.points.with_untracked(|p| !p.is_empty())
    }

    /// Whether the click that comes now is the end of a stroke.
    pub(super) fn was_drawn(self) -> bool {
        self.drawn.try_update_value(std::mem::take).unwrap_or(false)
    }

    /// The pointer went down on the stage.
    pub(super) fn begin(self, stage: Stage, at: Point) {
        self.drawn.set_value(false);
        if stage.lab.tool.get_untracked() == Tool::Cut {
            self.points.set(vec![at]);
        }
    }

    /// The pointer moved.
    pub(super) fn go_on(self, at: Point) {
        let far =
            self.points.with_untracked(|p| p.last().is_some_and(|last| last.distance(at) > POINT_EVERY));
        if far {
            self.points.update(|p| p.push(at));
        }
    }

    /// The pointer was released.
    pub(super) fn end(self, stage: Stage) {
        let points = self.points.try_update(std::mem::take).unwrap_or_default();
        let length: f64 = points.windows(2).map(|p| p[0].distance(p[1])).sum();
        if length < SHORTEST {
            return;
        }
        self.drawn.set_value(true);
        let lab = stage.lab;
        let actions = lab
            .view
            .with_untracked(|view| stage.plan.with_untracked(|plan| links::part(view, plan, &points)));
        cut(lab, actions);
    }

    /// The browser took the pointer away.
    pub(super) fn give_up(self) {
        self.points.set(Vec::new());
    }
}

/// Cuts links, and tells of it.
pub(super) fn cut(lab: Lab, actions: Vec<Action>) {
    let count = actions.len() as u32;
    let lang = lab.lang.get_untracked();
    let said = match actions.first() {
        Some(one) if count == 1 => lab.view.with_untracked(|v| story::tell_action(lang, v, one)),
        Some(_) => Some(lang.phrase(&Phrase::LinksCut(count))),
        None => None,
    };
    lab.act_all(actions);
    if let Some(said) = said {
        lab.tell(&Phrase::Done(&said), false);
    }
}

#[component]
pub(super) fn StrokeLine(stroke: Stroke) -> impl IntoView {
    let path = move || {
        stroke.points.with(|points| {
            let mut path = String::new();
            for (n, at) in points.iter().enumerate() {
                // Writing to a string cannot fail.
                let _ = write!(path, "{}{:.0} {:.0}", if n == 0 { 'M' } else { 'L' }, at.x, at.y);
            }
            path
        })
    };
    view! { <path class="stroke" d=move || path() data-testid="stroke" /> }
}
