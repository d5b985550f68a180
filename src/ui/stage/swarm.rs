//! Packets by the hundred: drawn on a canvas above the picture, where elements of their own would take longer
//! than a frame has. They look as their elements do, but carry no words.

use crate::cluster::{PacketFate, PacketId, PacketKind, PacketView};
use crate::ui::dom;
use crate::view::geometry::{Curve, Point};
use crate::view::motion;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, Path2d};

/// So near to a packet a pointer means it, in CSS pixels.
const NEAR: f64 = 10.0;

/// The canvas, and what was last drawn on it.
pub(super) struct Swarm {
    canvas: HtmlCanvasElement,
    pen: CanvasRenderingContext2d,
    /// How many device pixels a CSS pixel has.
    ratio: f64,
    /// How large the stage was when the canvas was fitted to it, in CSS pixels.
    fitted: (f64, f64),
    /// By kind: each change of the pen costs, so like goes with like.
    drawn: Vec<Like>,
}

/// Packets of a kind, all of which arrive or all of which are lost.
struct Like {
    kind: PacketKind,
    lost: bool,
    /// `None` until it is asked for.
    look: Option<Look>,
    packets: Vec<Drawn>,
}

/// How packets of a kind look.
struct Look {
    shape: Path2d,
    colour: String,
}

struct Drawn {
    id: PacketId,
    at: Point,
    /// Its cosine and sine.
    heading: (f64, f64),
}

impl Swarm {
    /// A swarm on `canvas`; `None` where the browser has no such thing.
    pub(super) fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let pen = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { canvas, pen, ratio: 1.0, fitted: (0.0, 0.0), drawn: Vec::new() })
    }

    /// Packets look different from now on.
    pub(super) fn restyle(&mut self) {
        for like in &mut self.drawn {
            like.look = None;
        }
    }

    /// Draws packets so far along their lines, `aside` pixels beside them, on a stage of that size. `ink` gives
    /// an element with the attributes of a packet of a kind, whose style tells the colour.
    pub(super) fn draw<'a>(
        &mut self,
        mut ink: impl FnMut(PacketKind) -> Element,
        packets: impl Iterator<Item = (&'a PacketView, Curve, f64)>,
        aside: f64,
        size: (f64, f64),
    ) {
        let ratio = window().device_pixel_ratio().clamp(1.0, 3.0);
        if (self.fitted, self.ratio) != (size, ratio) {
            (self.fitted, self.ratio) = (size, ratio);
            self.fit();
        }
        self.clear();
        for (packet, line, done) in packets {
            let (at, heading) = line.beside(done, aside);
            let (kind, lost) = (packet.kind, packet.fate == PacketFate::Lost);
            let like = self.drawn.partition_point(|like| (like.kind, like.lost) < (kind, lost));
            if self.drawn.get(like).is_none_or(|like| (like.kind, like.lost) != (kind, lost)) {
                self.drawn.insert(like, Like { kind, lost, look: None, packets: Vec::new() });
            }
            self.drawn[like].packets.push(Drawn { id: packet.id, at, heading });
        }
        let (pen, ratio) = (&self.pen, self.ratio);
        pen.set_line_width(1.8);
        for Like { kind, lost, look, packets } in
            self.drawn.iter_mut().filter(|like| !like.packets.is_empty())
        {
            if look.is_none() {
                *look = Look::of(*kind, &ink(*kind));
            }
            let Some(Look { shape, colour }) = look else { continue };
            pen.set_fill_style_str(colour);
            pen.set_stroke_style_str(colour);
            pen.set_global_alpha(if *lost { 0.4 } else { 1.0 });
            for Drawn { at, heading: (cos, sin), .. } in packets {
                let (cos, sin) = (*cos * ratio, *sin * ratio);
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
        if self.drawn.iter().all(|like| like.packets.is_empty()) {
            return;
        }
        for like in &mut self.drawn {
            like.packets.clear();
        }
        let (width, height) = (f64::from(self.canvas.width()), f64::from(self.canvas.height()));
        let _ = self.pen.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        self.pen.clear_rect(0.0, 0.0, width, height);
    }

    /// The packet at a place of the stage.
    pub(super) fn at(&self, place: Point) -> Option<PacketId> {
        let far = |drawn: &&Drawn| drawn.at.distance(place);
        let all = self.drawn.iter().flat_map(|like| &like.packets);
        let nearest = all.min_by(|a, b| far(a).total_cmp(&far(b)))?;
        (far(&nearest) <= NEAR).then_some(nearest.id)
    }

    /// Makes the canvas as large as its place on the page. To ask for that costs a layout.
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
