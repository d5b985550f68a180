//! Looking at the whole world: in one frame, or spread over several where it is large.

use crate::cluster::ClusterView;
use crate::ui::dom;
use crate::ui::lab::Lab;
use crate::ui::session::Session;
use leptos::prelude::*;
use std::sync::Arc;

/// A look may take so many milliseconds every frame. In a large cluster it takes longer: it is spread over
/// frames then, and so many times as long must lie between two. Meanwhile only time goes on, and packets move.
const LOOK_MS: f64 = 1.5;
const REST: f64 = 50.0;
/// How often panels that cannot follow every frame are drawn, in milliseconds.
const PULSE_MS: f64 = 125.0;

/// When the world is looked at as a whole, and how far the present look is. Times are wall time in
/// milliseconds.
pub(crate) struct Looks {
    /// When the pulse was sent last.
    pulsed: f64,
    /// When the next look may begin.
    due: f64,
    next: Next,
    /// What the present look took so far.
    spent: f64,
    /// What the last one took.
    took: f64,
}

/// What a look does next.
enum Next {
    /// It begins.
    View,
    /// It shows what it saw.
    Show(Arc<ClusterView>),
    /// It lets go of what was shown before: of a large world that is thousands of records.
    Forget(Arc<ClusterView>),
    /// It lets the panels follow.
    Pulse,
}

impl Default for Looks {
    /// The next look is taken at once and as a whole, and the panels follow.
    fn default() -> Self {
        Self { pulsed: f64::MIN, due: f64::MIN, next: Next::View, spent: 0.0, took: 0.0 }
    }
}

impl Looks {
    /// Whether one of the steps is due that are most of what a look at a large world takes.
    pub(crate) fn is_heavy(&self) -> bool {
        let is_due = match self.next {
            Next::View => dom::wall_ms() >= self.due,
            Next::Show(_) => true,
            Next::Forget(_) | Next::Pulse => false,
        };
        is_due && self.took > LOOK_MS
    }

    /// Does what is due in this frame: of a look that takes long no more than a step.
    pub(crate) fn take_turn(&mut self, lab: Lab) {
        let begun = dom::wall_ms();
        if matches!(self.next, Next::View) && begun < self.due {
            return;
        }
        loop {
            self.next = match std::mem::replace(&mut self.next, Next::View) {
                Next::View => Next::Show(Arc::new(lab.session.with_value(Session::view))),
                Next::Show(view) => {
                    let before = lab.view.get_untracked();
                    lab.view.set(view);
                    Next::Forget(before)
                }
                Next::Forget(before) => {
                    drop(before);
                    Next::Pulse
                }
                Next::Pulse => {
                    if begun - self.pulsed > PULSE_MS {
                        self.pulsed = begun;
                        lab.pulse.update(|n| *n = n.wrapping_add(1));
                    }
                    Next::View
                }
            };
            if self.took > LOOK_MS || matches!(self.next, Next::View) {
                break;
            }
        }
        let now = dom::wall_ms();
        self.spent += now - begun;
        if matches!(self.next, Next::View) {
            self.took = std::mem::take(&mut self.spent);
            self.due = if self.took > LOOK_MS { now + self.took * REST } else { now };
        }
    }
}
