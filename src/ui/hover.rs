//! What is under the pointer lights up wherever else it is shown: a line of the log and its mark in the lanes, a
//! packet on the stage and its line between the lanes, and the node that a mark or line is of. A packet tells
//! its whole command or reply besides.

use crate::cluster::PacketId;
use crate::i18n::Text;
use crate::ui::lab::{Lab, Target};
use crate::ui::words;
use crate::view::geometry::{self, Point};
use leptos::ev;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

/// What bears the same value of one of these is the same thing.
const SAME: [&str; 2] = ["data-record", "data-packet"];
const LIT: &str = "lit";
/// The id of what tells of a packet.
pub(crate) const TIP: &str = "tip";

thread_local! {
    /// The packet that is told of, and whether it is on its way at the playhead.
    static TOLD: Cell<Option<(PacketId, bool)>> = const { Cell::new(None) };
    /// Where a mouse or pen rests on the stage: there, and in the window.
    static RESTS: Cell<Option<(Point, (f64, f64))>> = const { Cell::new(None) };
}

/// Watches the pointer, and the focus of the keyboard, for as long as the page lives.
pub(crate) fn watch(lab: Lab) {
    let lit: Rc<RefCell<(String, Vec<Element>)>> = Rc::default();
    let light = move |target: Option<web_sys::EventTarget>| {
        let target = target.and_then(|target| target.dyn_into::<Element>().ok());
        let found = target.and_then(|target| {
            let thing = target.closest("[data-record],[data-packet]").ok().flatten()?;
            let same =
                SAME.iter().find_map(|name| Some(format!("[{name}=\"{}\"]", thing.get_attribute(name)?)))?;
            let node = thing.get_attribute("data-node").map(|id| format!(",#node-{id}"));
            Some(same + &node.unwrap_or_default())
        });
        let wanted = found.unwrap_or_default();
        let (was, elements) = &mut *lit.borrow_mut();
        if *was == wanted {
            return;
        }
        for element in elements.drain(..) {
            let _ = element.class_list().remove_1(LIT);
        }
        if let Ok(all) = document().query_selector_all(&wanted) {
            let all = (0..all.length()).filter_map(|n| all.get(n)?.dyn_into::<Element>().ok());
            elements.extend(all.inspect(|element| {
                // Fails only where the name of the class has blanks.
                let _ = element.class_list().add_1(LIT);
            }));
        }
        *was = wanted;
    };
    let by_focus = light.clone();
    let over = window_event_listener(ev::pointerover, move |ev| {
        light(ev.target());
        point(lab, &ev);
    });
    let focused = window_event_listener(ev::focusin, move |ev| {
        by_focus(ev.target());
        let thing = ev.target().and_then(|target| target.dyn_into::<Element>().ok());
        let at = thing.as_ref().map(Element::get_bounding_client_rect);
        let at = at.map_or((0.0, 0.0), |rect| (rect.right(), rect.top()));
        tell(lab, thing.as_ref().and_then(packet_of), at);
    });
    on_cleanup(move || {
        over.remove();
        focused.remove();
    });
    // While there is no tip a frame has nothing to do with it.
    Effect::new(move |_| {
        let told = lab.tip.get().then(|| TOLD.get()).flatten();
        if let Some((id, flies)) = told {
            lab.moment.track();
            let is_opened = lab.menu.get().map(|menu| menu.target) == Some(Target::Packet(id));
            if is_opened || flies && words::carried(lab, id).is_none() {
                lab.tip.set(false);
            }
        } else if let Some(element) = document().get_element_by_id(TIP) {
            TOLD.set(None);
            element.set_text_content(None);
        }
    });
}

/// The packet that an element is or belongs to, and how it calls itself.
fn packet_of(target: &Element) -> Option<(PacketId, Option<String>)> {
    let thing = target.closest("[data-packet]").ok().flatten()?;
    let id = thing.get_attribute("data-packet")?.parse().ok()?;
    Some((PacketId(id), thing.get_attribute("aria-label")))
}

/// Tells what the packet under a mouse or pen carries. A finger covers what it touches, and opens it instead.
pub(crate) fn point(lab: Lab, ev: &web_sys::PointerEvent) {
    RESTS.set(None);
    if ev.buttons() != 0 || ev.pointer_type() == "touch" {
        return;
    }
    let Some(target) = ev.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let at = (f64::from(ev.client_x()), f64::from(ev.client_y()));
    let in_swarm = || {
        let place = Point::new(f64::from(ev.offset_x()), f64::from(ev.offset_y()));
        let is_there = target.matches(".stage-svg, .edges *").unwrap_or(false);
        RESTS.set(is_there.then_some((place, at)));
        in_swarm(lab, place).filter(|_| is_there)
    };
    let found = packet_of(&target).or_else(in_swarm);
    tell(lab, found, at);
}

/// The packet at a place of the stage, where they are on the canvas.
fn in_swarm(lab: Lab, place: Point) -> Option<(PacketId, Option<String>)> {
    lab.packets.with_value(|layer| layer.as_ref()?.at(place)).map(|id| (id, None))
}

/// Packets have moved. What comes under a pointer at rest the browser tells by itself, but for what is on the canvas.
pub(crate) fn moved(lab: Lab) {
    // One that is told of stays so until it arrives, or the pointer moves: nobody could read a flicker. An open menu
    // may be of one, and lie there.
    let rests = RESTS.get().filter(|_| TOLD.get().is_none() && lab.menu.get_untracked().is_none());
    if let Some((found, at)) = rests.and_then(|(place, at)| Some((in_swarm(lab, place)?, at))) {
        tell(lab, Some(found), at);
    }
}

/// Ends what is told, until the pointer moves.
pub(crate) fn dismiss(lab: Lab) {
    RESTS.set(None);
    lab.tip.set(false);
}

/// Tells of a packet, or of none any more. What flies on under the pointer keeps its tip where it is.
fn tell(lab: Lab, found: Option<(PacketId, Option<String>)>, at: (f64, f64)) {
    let told = TOLD.get().map(|(packet, _)| packet);
    if told == found.as_ref().map(|(packet, _)| *packet) {
        return;
    }
    let told = found.and_then(|(packet, name)| {
        let carries = words::carried(lab, packet);
        let flies = carries.is_some();
        let element = document().get_element_by_id(TIP)?.dyn_into::<HtmlElement>().ok()?;
        element.set_text_content(Some(&carries.or(name)?));
        let is_cut = element.scroll_height() > element.client_height();
        // Fails only where the name of the attribute has blanks.
        let _ = element.set_attribute("data-more", if is_cut { lab.t(Text::TipMore) } else { "" });
        let page = document().document_element()?;
        let room = (f64::from(page.client_width()), f64::from(page.client_height()));
        let size = (f64::from(element.offset_width()), f64::from(element.offset_height()));
        let (left, top) = geometry::beside(at, size, room);
        for (name, value) in [("left", left), ("top", top)] {
            // Fails only where the name or the value is none of CSS.
            let _ = element.style().set_property(name, &format!("{value:.0}px"));
        }
        Some((packet, flies))
    });
    TOLD.set(told);
    lab.tip.set(told.is_some());
}
