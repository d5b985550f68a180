//! How packets of a swarm look: pictures that the browser draws once, to be stamped.

use crate::cluster::{PacketFate, PacketKind, PacketView};
use crate::ui::dom;
use crate::view::geometry::direction;
use crate::view::motion;
use crate::view::pixels::Stamp;
use leptos::prelude::document;
use std::f64::consts::TAU;
use wasm_bindgen::JsCast as _;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, Path2d};

/// So many directions a packet can head in: nobody sees less than five degrees.
const HEADINGS: usize = 72;
/// How wide and high a stamp is, in CSS pixels: the largest shape, turned any way, with its line.
const SIDE: f64 = 22.0;

/// The stamps that were needed so far, in one theme and at one resolution.
pub(super) struct Stamps {
    /// How many device pixels a CSS pixel has.
    ratio: f64,
    looks: Vec<Look>,
}

/// How packets of a kind look, all of which arrive or all of which are lost.
struct Look {
    kind: PacketKind,
    lost: bool,
    by_heading: Vec<Stamp>,
}

impl Stamps {
    /// Stamps for a canvas with so many device pixels to a CSS pixel.
    pub(super) const fn new(ratio: f64) -> Self {
        Self { ratio, looks: Vec::new() }
    }

    /// The stamp of a packet that heads that way (cosine and sine). `ink` gives an element with the attributes
    /// of a packet of a kind, whose style tells the colour.
    pub(super) fn of(
        &mut self,
        packet: &PacketView,
        (cos, sin): (f64, f64),
        ink: &mut impl FnMut(PacketKind) -> Element,
    ) -> &Stamp {
        let (kind, lost) = (packet.kind, packet.fate == PacketFate::Lost);
        let place = self.looks.binary_search_by_key(&(kind, lost), |look| (look.kind, look.lost));
        let place = place.unwrap_or_else(|place| {
            let side = (SIDE * self.ratio).ceil() as u32;
            // Fails in no browser that has the canvas to stamp them on.
            let sheet = sheet(&ink(kind), kind, lost, side, self.ratio).unwrap_or_default();
            let by_heading = (0..HEADINGS).map(|n| Stamp::cut(&sheet, n, side as usize)).collect();
            self.looks.insert(place, Look { kind, lost, by_heading });
            place
        });
        let turns = sin.atan2(cos) / TAU;
        let heading = (turns * HEADINGS as f64).round() as isize;
        &self.looks[place].by_heading[heading.rem_euclid(HEADINGS as isize) as usize]
    }
}

/// The bytes of a sheet with the stamps of a kind side by side by heading, each so many device pixels wide, in
/// the colour that `ink` has.
fn sheet(ink: &Element, kind: PacketKind, lost: bool, side: u32, ratio: f64) -> Option<Vec<u8>> {
    let colour = dom::style_of(ink)?.get_property_value("color").ok()?;
    let shape = Path2d::new_with_path_string(motion::shape(kind).path()).ok()?;
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(side * HEADINGS as u32);
    canvas.set_height(side);
    let pen: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    pen.set_line_width(1.8);
    pen.set_fill_style_str(&colour);
    pen.set_stroke_style_str(&colour);
    pen.set_global_alpha(if lost { 0.4 } else { 1.0 });
    let middle = f64::from(side / 2);
    for heading in 0..HEADINGS {
        let way = direction(heading as f64 / HEADINGS as f64 * 360.0);
        let (cos, sin) = (way.x * ratio, way.y * ratio);
        let left = f64::from(side) * heading as f64;
        pen.set_transform(cos, sin, -sin, cos, left + middle, middle).ok()?;
        // An answer is hollow.
        if kind.is_reply() {
            pen.stroke_with_path(&shape);
        } else {
            pen.fill_with_path_2d(&shape);
        }
    }
    let whole = pen.get_image_data(0.0, 0.0, canvas.width().into(), side.into()).ok()?;
    Some(whole.data().0)
}
