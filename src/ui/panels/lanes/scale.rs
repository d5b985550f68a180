//! Where time and nodes lie on the lanes.

use crate::cluster::NodeId;
use crate::sim::{Micros, SimTime};
use crate::ui::lab::{Lab, settled};
use crate::view::lanes::{PARTS, Zoom, paced};
use crate::view::pace;
use leptos::prelude::*;

/// In what is narrower than so many pixels time runs downwards: a phone that is held upright.
const NARROW: f64 = 520.0;

/// What is left free around the lanes, in pixels.
struct Margins {
    /// Before the first moment, where the names of the lanes stand, and after the last.
    begin: f64,
    end: f64,
    /// Before the first lane and after the last.
    first: f64,
    last: f64,
    /// Where the lane of nobody in particular lies.
    nobody: f64,
    /// The least and the most from lane to lane: names that can be read, and what the eye can follow.
    lane: (f64, f64),
}

/// Time runs to the right, the figures of its axis stand below the lanes.
const RIGHT: Margins =
    Margins { begin: 52.0, end: 42.0, first: 16.0, last: 28.0, nobody: 6.0, lane: (13.0, 48.0) };
/// Time runs downwards, the figures of its axis stand to the left of the lanes.
const DOWN: Margins =
    Margins { begin: 24.0, end: 14.0, first: 92.0, last: 22.0, nobody: 74.0, lane: (30.0, 64.0) };

/// Places on the lanes, in pixels. What is drawn stays where it is on a strip that begins at the anchor, and the
/// strip as a whole moves with time: a frame costs one attribute, however much there is to see.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    lab: Lab,
    /// The size of the part of the picture that is seen, and how far it was scrolled across the lanes.
    pub(super) size: RwSignal<(f64, f64)>,
    pub(super) scrolled: RwSignal<f64>,
    pub(super) zoom: RwSignal<Zoom>,
    /// Whether time runs downwards, and not to the right.
    pub(super) down: Memo<bool>,
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
        let size = RwSignal::new((944.0, 190.0));
        let down = Memo::new(move |_| size.get().0 < NARROW);
        Self { lab, size, scrolled: RwSignal::new(0.0), zoom, down, paced, nodes, anchor }
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

    fn margins(self) -> &'static Margins {
        if self.down.get() { &DOWN } else { &RIGHT }
    }

    /// How long what is seen is along time, and how wide across the lanes.
    fn extent(self) -> (f64, f64) {
        let (width, height) = self.size.get();
        if self.down.get() { (height, width) } else { (width, height) }
    }

    fn pixels_per_us(self) -> f64 {
        let Margins { begin, end, .. } = self.margins();
        (self.extent().0 - begin - end).max(50.0) / self.span().0 as f64
    }

    /// Where the lanes begin along time.
    pub(super) fn begin(self) -> f64 {
        self.margins().begin
    }

    /// How far along the strip a moment lies.
    pub(super) fn along(self, at: SimTime) -> f64 {
        (at.0 as f64 - self.anchor().0 as f64) * self.pixels_per_us()
    }

    /// From so far along time and so far across the lanes to the right and down.
    pub(super) fn turned(self, along: f64, across: f64) -> (f64, f64) {
        if self.down.get() { (across, along) } else { (along, across) }
    }

    /// Where a moment of a node lies on the strip.
    pub(super) fn place(self, at: SimTime, node: Option<NodeId>) -> (f64, f64) {
        self.turned(self.along(at), self.lane(node))
    }

    /// How the strip is moved at present.
    pub(super) fn slid(self) -> String {
        let (x, y) = self.turned(-self.along(self.left_edge()), 0.0);
        format!("translate({x:.1} {y:.1})")
    }

    /// Where the playhead stands in the picture.
    pub(super) fn playhead(self) -> f64 {
        let now = self.lab.moment.with(|m| m.now);
        self.along(now) - self.along(self.left_edge()) + self.begin()
    }

    /// The moment at so many pixels along the picture.
    pub(super) fn time_at(self, pixels: f64) -> SimTime {
        untrack(|| {
            let us = (pixels - self.begin()).max(0.0) / self.pixels_per_us();
            self.left_edge() + Micros(us as u64)
        })
    }

    /// Goes to so many pixels later, or earlier, than a moment.
    pub(super) fn scroll(self, from: SimTime, pixels: f64) {
        let moment = self.lab.moment.get_untracked();
        let us = untrack(|| from.0 as f64 + pixels / self.pixels_per_us());
        self.lab.seek(SimTime(us.max(0.0) as u64).clamp(moment.origin, moment.seen));
    }

    /// The lane of a node, across. What concerns nobody in particular stands before the first.
    pub(super) fn lane(self, id: Option<NodeId>) -> f64 {
        let Some(id) = id else { return self.margins().nobody };
        let row = self.nodes.with(|n| n.iter().position(|(node, _)| *node == id).unwrap_or(0));
        self.margins().first + row as f64 * self.step()
    }

    /// From lane to lane: what fits.
    fn step(self) -> f64 {
        let Margins { first, last, lane: (least, most), .. } = self.margins();
        ((self.extent().1 - first - last) / self.steps()).clamp(*least, *most)
    }

    fn steps(self) -> f64 {
        (self.nodes.with(Vec::len).max(2) - 1) as f64
    }

    /// How wide and how high the whole picture is: no more than what is seen, unless there are too many lanes
    /// for that.
    pub(super) fn whole(self) -> (f64, f64) {
        let Margins { first, last, .. } = self.margins();
        let (along, across) = self.extent();
        self.turned(along, (first + self.steps() * self.step() + last).max(across).floor())
    }

    /// Where the figure of the axis that is so far along the strip stands: at the edge of what is seen.
    pub(super) fn figure(self, along: f64) -> (f64, f64) {
        let scrolled = self.scrolled.get();
        if self.down.get() {
            (scrolled + 4.0, along + 12.0)
        } else {
            (along, scrolled + self.size.get().1 - 5.0)
        }
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
