//! Packets by the hundred: drawn on a canvas above the picture, where elements of their own would take longer
//! than a frame has. They look as their elements do, but carry no words.

use crate::cluster::{PacketFate, PacketId, PacketKind, PacketView};
use crate::ui::dom;
use crate::view::geometry::{Curve, Point};
use crate::view::motion;
use leptos::prelude::*;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast as _;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, Path2d};

/// After so many frames the canvas is fitted to the window again, and the style of one kind is asked again: the
/// system's theme may be another by now. Each answer costs the browser a look at the whole page.
const FRESH: u32 = 30;

/// So near to a packet a pointer means it, in CSS pixels.
const NEAR: f64 = 10.0;

/// The canvas, and what was last drawn on it.
pub(super) struct Swarm {
    canvas: HtmlCanvasElement,
    pen: CanvasRenderingContext2d,
    looks: BTreeMap<PacketKind, Look>,
    /// How many device pixels a CSS pixel has.
    ratio: f64,
    frames: u32,
    drawn: Vec<Drawn>,
}

/// How packets of a kind look.
struct Look {
    shape: Path2d,
    colour: String,
}

#[derive(Clone, Copy)]
struct Drawn {
    kind: PacketKind,
    lost: bool,
    id: PacketId,
    at: Point,
    /// Its cosine and sine.
    heading: (f64, f64),
}

impl Swarm {
    /// A swarm on `canvas`; `None` where the browser has no such thing.
    pub(super) fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let pen = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { canvas, pen, looks: BTreeMap::new(), ratio: 1.0, frames: 0, drawn: Vec::new() })
    }

    /// Packets look different from now on.
    pub(super) fn restyle(&mut self) {
        self.looks.clear();
    }

    /// Draws packets so far along their lines, `aside` pixels beside them. `ink` gives an element with the
    /// attributes of a packet of a kind, whose style tells the colour.
    pub(super) fn draw<'a>(
        &mut self,
        mut ink: impl FnMut(PacketKind) -> Element,
        packets: impl Iterator<Item = (&'a PacketView, Curve, f64)>,
        aside: f64,
    ) {
        if self.frames.is_multiple_of(FRESH) {
            // The next in turn.
            let nth = (self.frames / FRESH) as usize % self.looks.len().max(1);
            if let Some(kind) = self.looks.keys().nth(nth).copied() {
                self.looks.remove(&kind);
            }
            self.ratio = window().device_pixel_ratio().clamp(1.0, 3.0);
            self.fit();
        }
        self.frames = self.frames.wrapping_add(1);
        self.clear();
        self.drawn.extend(packets.map(|(packet, line, done)| {
            let (at, heading) = line.beside(done, aside);
            let (kind, lost) = (packet.kind, packet.fate == PacketFate::Lost);
            Drawn { kind, lost, id: packet.id, at, heading }
        }));
        // Each change of the pen costs, so like goes with like.
        self.drawn.sort_unstable_by_key(|drawn| (drawn.kind, drawn.lost));
        let (pen, ratio) = (&self.pen, self.ratio);
        pen.set_line_width(1.8);
        for like in self.drawn.chunk_by(|a, b| (a.kind, a.lost) == (b.kind, b.lost)) {
            let kind = like[0].kind;
            if let std::collections::btree_map::Entry::Vacant(place) = self.looks.entry(kind) {
                let Some(look) = Look::of(kind, &ink(kind)) else { continue };
                place.insert(look);
            }
            let Look { shape, colour } = &self.looks[&kind];
            pen.set_fill_style_str(colour);
            pen.set_stroke_style_str(colour);
            pen.set_global_alpha(if like[0].lost { 0.4 } else { 1.0 });
            for Drawn { at, heading: (cos, sin), .. } in like {
                let (cos, sin) = (cos * ratio, sin * ratio);
                // Fails in no browser that has the rest.
                let _ = pen.set_transform(cos, sin, -sin, cos, at.x * ratio, at.y * ratio);
                // An answer is hollow.
                if kind.is_reply() {
                    pen.stroke_with_path(shape);
                } else {
                    pen.fill_with_path_2d(shape);
                }
            }
        }
    }

    /// Takes everything off the canvas.
    pub(super) fn clear(&mut self) {
        if self.drawn.is_empty() {
            return;
        }
        self.drawn.clear();
        let (width, height) = (f64::from(self.canvas.width()), f64::from(self.canvas.height()));
        let _ = self.pen.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        self.pen.clear_rect(0.0, 0.0, width, height);
    }

    /// The packet at a place of the stage.
    pub(super) fn at(&self, place: Point) -> Option<PacketId> {
        let far = |drawn: &&Drawn| drawn.at.distance(place);
        let nearest = self.drawn.iter().min_by(|a, b| far(a).total_cmp(&far(b)))?;
        (far(&nearest) <= NEAR).then_some(nearest.id)
    }

    /// Makes the canvas as large as its place on the page.
    fn fit(&self) {
        let rect = self.canvas.get_bounding_client_rect();
        let fitted = |span: f64| (span * self.ratio).round() as u32;
        let wanted = (fitted(rect.width()), fitted(rect.height()));
        if (self.canvas.width(), self.canvas.height()) != wanted {
            self.canvas.set_width(wanted.0);
            self.canvas.set_height(wanted.1);
        }
    }
}

impl Look {
    fn of(kind: PacketKind, ink: &Element) -> Option<Self> {
        let colour = dom::style_of(ink)?.get_property_value("--subject").ok()?.trim().to_owned();
        let shape = Path2d::new_with_path_string(motion::shape(kind).path()).ok()?;
        Some(Self { shape, colour })
    }
}
