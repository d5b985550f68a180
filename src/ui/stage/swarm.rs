//! Packets by the hundred: stamped on a canvas above the picture, where elements of their own would take longer
//! than a frame has. They look as their elements do, but carry no words.

use crate::cluster::{PacketId, PacketKind, PacketView};
use crate::ui::stage::stamps::Stamps;
use crate::view::geometry::{Curve, Point};
use crate::view::pixels::Picture;
use js_sys::{Uint8ClampedArray, Uint32Array};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, ImageData};

/// So near to a packet a pointer means it, in CSS pixels.
const NEAR: f64 = 10.0;

/// The canvas, and what was last drawn on it.
pub(super) struct Swarm {
    canvas: HtmlCanvasElement,
    pen: CanvasRenderingContext2d,
    /// How many device pixels a CSS pixel has, and how large the stage was when the canvas was fitted to it, in
    /// CSS pixels.
    fitted: (f64, (f64, f64)),
    stamps: Stamps,
    picture: Picture,
    shown: Option<Shown>,
    drawn: Vec<Drawn>,
}

/// The picture where the browser can see it.
struct Shown {
    image: ImageData,
    /// The same pixels, each as one number.
    pixels: Uint32Array,
}

struct Drawn {
    id: PacketId,
    at: Point,
}

impl Swarm {
    /// A swarm on `canvas`; `None` where the browser has no such thing.
    pub(super) fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let pen = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let (stamps, picture) = (Stamps::new(1.0), Picture::default());
        let fitted = (1.0, (0.0, 0.0));
        Some(Self { canvas, pen, fitted, stamps, picture, shown: None, drawn: Vec::new() })
    }

    /// Packets look different from now on.
    pub(super) fn restyle(&mut self) {
        self.stamps = Stamps::new(self.fitted.0);
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
        if self.fitted != (ratio, size) {
            self.fitted = (ratio, size);
            self.restyle();
            self.fit();
        }
        self.picture.clear();
        self.drawn.clear();
        for (packet, line, done) in packets {
            let (at, heading) = line.beside(done, aside);
            let stamp = self.stamps.of(packet, heading, &mut ink);
            self.picture.stamp(stamp, (at.x * ratio).round() as i32, (at.y * ratio).round() as i32);
            self.drawn.push(Drawn { id: packet.id, at });
        }
        if let Some(Shown { image, pixels }) = &self.shown {
            pixels.copy_from(self.picture.pixels());
            let _ = self.pen.put_image_data(image, 0.0, 0.0);
        }
    }

    /// Takes everything off the canvas.
    pub(super) fn clear(&mut self) {
        if self.drawn.is_empty() {
            return;
        }
        self.drawn.clear();
        let (width, height) = (f64::from(self.canvas.width()), f64::from(self.canvas.height()));
        self.pen.clear_rect(0.0, 0.0, width, height);
    }

    /// The packet at a place of the stage.
    pub(super) fn at(&self, place: Point) -> Option<PacketId> {
        let far = |drawn: &&Drawn| drawn.at.distance(place);
        let nearest = self.drawn.iter().min_by(|a, b| far(a).total_cmp(&far(b)))?;
        (far(&nearest) <= NEAR).then_some(nearest.id)
    }

    /// Makes the canvas as large as its place on the page. To ask for that costs a layout.
    fn fit(&mut self) {
        let rect = self.canvas.get_bounding_client_rect();
        let fitted = |span: f64| (span * self.fitted.0).round() as u32;
        let (width, height) = (fitted(rect.width()), fitted(rect.height()));
        if (self.canvas.width(), self.canvas.height()) != (width, height) {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
        self.picture = Picture::new(width as usize, height as usize);
        self.shown = Shown::new(width, height);
    }
}

impl Shown {
    /// A see-through picture of that size; `None` where the stage has no room, and then there is nothing to see.
    fn new(width: u32, height: u32) -> Option<Self> {
        let bytes = Uint8ClampedArray::new_with_length(width * height * 4);
        let pixels = Uint32Array::new(&bytes.buffer());
        let image = ImageData::new_with_js_u8_clamped_array(&bytes, width).ok()?;
        Some(Self { image, pixels })
    }
}
