//! Where time and nodes lie on the lanes.

use crate::cluster::NodeId;
use crate::sim::{Micros, SimTime};
use crate::ui::lab::{Lab, settled};
use crate::view::lanes::{PARTS, Zoom, paced};
use crate::view::pace;
use leptos::prelude::*;

/// The least and the most from lane to lane, in pixels: names that can be read, and what the eye can follow.
const LANE: (f64, f64) = (13.0, 48.0);
/// Above the first lane, and below the last for the figures of the axis, in pixels.
const ABOVE: f64 = 16.0;
const BELOW: f64 = 24.0;
/// Where the lanes begin, in pixels: to the left stand their names.
pub(super) const LEFT: f64 = 52.0;
/// What is left free to the right of the last moment: half of the figure that stands below it.
const RIGHT: f64 = 42.0;

/// Places on the lanes, in pixels. What is drawn stays where it is on a strip that begins at the anchor, and the
/// strip as a whole moves with time: a frame costs one attribute, however much there is to see.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    lab: Lab,
    /// The size of the part of the picture that is seen, and how far down it was scrolled.
    pub(super) size: RwSignal<(f64, f64)>,
    pub(super) scrolled: RwSignal<f64>,
    pub(super) zoom: RwSignal<Zoom>,
    paced: Memo<Micros>,
    /// The nodes, a lane each.
    pub(super) nodes: ReadSignal<Vec<(NodeId, String)>>,
    anchor: ReadSignal<SimTime>,
}

impl Scale {
    pub(super) fn new(lab: Lab) -> Self {
        let zoom = RwSignal::new(Zoom::Pace);
        let paced = Memo::new(move |before: Option<&Micros>| {
            let before = before.copied().unwrap_or(Micros::from_secs(20));
            if lab.playing.get() { paced(pace::lane_window_ms(lab.speed.get()), before) } else { before }
        });
        let anchor = settled(move || {
            let (zoom, paced, moment) = (zoom.get(), paced.get(), lab.moment.get());
            let edge = zoom.left_edge(paced, moment.now, moment.origin).since(moment.origin).0;
            let every = zoom.span(paced).0 / PARTS;
            moment.origin + Micros(edge / every * every)
        });
        let nodes = lab.look(|v| v.nodes.iter().map(|n| (n.id, n.name.to_string())).collect::<Vec<_>>());
        Self {
            lab,
            size: RwSignal::new((944.0, 190.0)),
            scrolled: RwSignal::new(0.0),
            zoom,
            paced,
            nodes,
            anchor,
        }
    }

    /// How much time is shown.
    pub(super) fn span(self) -> Micros {
        self.zoom.get().span(self.paced.get())
    }

    /// The first moment shown.
    pub(super) fn left_edge(self) -> SimTime {
        let moment = self.lab.moment.get();
        self.zoom.get().left_edge(self.paced.get(), moment.now, moment.origin)
    }

    /// Where the strip begins. The strip is a part of the span longer than what is shown.
    pub(super) fn anchor(self) -> SimTime {
        self.anchor.get()
    }

    /// The time from one figure of the axis to the next.
    pub(super) fn part(self) -> Micros {
        Micros(self.span().0 / PARTS)
    }

    /// The end of the strip.
    pub(super) fn strip_end(self) -> SimTime {
        self.anchor() + self.span() + self.part()
    }

    fn pixels_per_us(self) -> f64 {
        (self.size.get().0 - LEFT - RIGHT).max(50.0) / self.span().0 as f64
    }

    /// Where a moment lies on the strip.
    pub(super) fn x(self, at: SimTime) -> f64 {
        (at.0 as f64 - self.anchor().0 as f64) * self.pixels_per_us()
    }

    /// How the strip is moved at present.
    pub(super) fn slid(self) -> String {
        format!("translate({:.1})", -self.x(self.left_edge()))
    }

    /// Where the playhead stands in the picture.
    pub(super) fn playhead(self) -> String {
        let now = self.lab.moment.with(|m| m.now);
        format!("{:.1}", self.x(now) - self.x(self.left_edge()) + LEFT)
    }

    /// The moment at so many pixels from the picture's left.
    pub(super) fn time_at(self, pixels: f64) -> SimTime {
        untrack(|| {
            let us = (pixels - LEFT).max(0.0) / self.pixels_per_us();
            self.left_edge() + Micros(us as u64)
        })
    }

    /// The lane of a node. What concerns nobody in particular stands above the first.
    pub(super) fn lane(self, id: Option<NodeId>) -> f64 {
        let Some(id) = id else { return 6.0 };
        let row = self.nodes.with(|n| n.iter().position(|(node, _)| *node == id).unwrap_or(0));
        ABOVE + row as f64 * self.step()
    }

    /// From lane to lane: what fits.
    fn step(self) -> f64 {
        let steps = self.nodes.with(Vec::len).max(2) - 1;
        ((self.size.get().1 - ABOVE - BELOW) / steps as f64).clamp(LANE.0, LANE.1)
    }

    /// How high the whole picture is: no more than what is seen, unless there are too many lanes for that.
    pub(super) fn height(self) -> f64 {
        let steps = self.nodes.with(Vec::len).max(2) - 1;
        (ABOVE + steps as f64 * self.step() + BELOW).max(self.size.get().1).floor()
    }

    /// Where the figures of the axis stand: at the bottom of what is seen.
    pub(super) fn axis(self) -> f64 {
        self.scrolled.get() + self.size.get().1 - 5.0
    }

    /// Shows more or less time.
    pub(super) fn zoom_by(self, longer: bool) {
        let (paced, origin) = (self.paced.get_untracked(), self.lab.moment.get_untracked().origin);
        self.zoom.update(|zoom| *zoom = zoom.by(longer, paced, origin));
    }

    /// Shows the time between two moments. The playhead is where one looks: it comes along.
    pub(super) fn zoom_to(self, a: SimTime, b: SimTime) {
        let moment = self.lab.moment.get_untracked();
        let [a, b] = [a, b].map(|at| at.clamp(moment.origin, moment.seen));
        self.zoom.set(Zoom::between(a, b));
        if !(a.min(b) <= moment.now && moment.now <= a.max(b)) {
            self.lab.seek(a.min(b));
        }
    }
}
