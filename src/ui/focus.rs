//! The focus is never lost: where what had it is gone, whatever took its place has it next.
//!
//! Much of the page is made anew when the world changes, a button that was just pressed included; a browser then
//! drops the focus at the top of the page, and whoever works by keyboard starts over.

use leptos::ev;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

/// What can have the focus by Tab.
const FOCUSABLE: &str = "button:not(:disabled), select, input, textarea, a[href], summary";

/// What had the focus last, with all that it was in, innermost first; and what had it before that.
#[derive(Default)]
struct Trail {
    path: Vec<Element>,
    before: Option<Element>,
}

/// Watches over the focus for as long as the page lives. What it returns looks whether the focus was lost: to be
/// called every frame.
pub(crate) fn keeper() -> impl FnMut() {
    let trail: Rc<RefCell<Trail>> = Rc::default();
    let kept = Rc::clone(&trail);
    let handle = window_event_listener(ev::focusin, move |ev| {
        let target = ev.target().and_then(|target| target.dyn_into::<Element>().ok());
        let path: Vec<_> = std::iter::successors(target, |element| element.parent_element()).collect();
        let mut trail = kept.borrow_mut();
        trail.before = trail.path.first().cloned();
        trail.path = path;
    });
    on_cleanup(move || handle.remove());
    move || {
        let holds = document().active_element().is_some_and(|active| active.tag_name() != "BODY");
        if holds || trail.borrow().path.is_empty() {
            return;
        }
        let Trail { path, before } = trail.take();
        // What is still there was left on purpose, by a click beside it.
        let left_on_purpose = path.first().is_some_and(can_have);
        if let Some(heir) = heir(&path, before).filter(|_| !left_on_purpose) {
            focus(&heir);
        }
    }
}

/// Gives an element the focus.
pub(crate) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        // Fails only where the element is gone.
        let _ = element.focus();
    } else if let Some(element) = element.dyn_ref::<web_sys::SvgElement>() {
        let _ = element.focus();
    }
}

/// Gives the element with an id the focus.
pub(crate) fn focus_id(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        focus(&element);
    }
}

/// Gives the first thing in the element of that name the focus.
pub(crate) fn focus_in(testid: &str) {
    if let Some(first) = named(testid).as_ref().and_then(first_in) {
        focus(&first);
    }
}

/// Where an arrow points: so far to the right, so far down.
pub(crate) fn arrow(key: &str) -> Option<(i32, i32)> {
    match key {
        "ArrowRight" => Some((1, 0)),
        "ArrowDown" => Some((0, 1)),
        "ArrowLeft" => Some((-1, 0)),
        "ArrowUp" => Some((0, -1)),
        _ => None,
    }
}

/// Leads the arrows from one control of a list to another: up and down along those that match `rows`, right and
/// left along all buttons. The list is in the order of tabs as a whole, its controls are not.
pub(crate) fn rove(ev: &web_sys::KeyboardEvent, rows: &str) {
    let (css, forth) = match ev.key().as_str() {
        "ArrowDown" => (rows, true),
        "ArrowUp" => (rows, false),
        "ArrowRight" => ("button", true),
        "ArrowLeft" => ("button", false),
        _ => return,
    };
    let list = ev.current_target().and_then(|list| list.dyn_into::<Element>().ok());
    let (Some(list), Some(here)) = (list, document().active_element()) else { return };
    let all = list.get_elements_by_tag_name("button");
    let all: Vec<Element> = (0..all.length()).filter_map(|n| all.item(n)).collect();
    let all: Vec<Element> = all.into_iter().filter(|button| button.matches(css).unwrap_or(false)).collect();
    // From the list itself down to its first, up to its last: there is what happened last.
    let is_before = |other: &Element| here.compare_document_position(other) & FOLLOWS != 0;
    let to = if forth {
        all.iter().find(|other| is_before(other))
    } else if here == list {
        all.last()
    } else {
        all.iter().rev().find(|other| **other != here && !is_before(other))
    };
    ev.prevent_default();
    ev.stop_propagation();
    if let Some(to) = to {
        focus(to);
    }
}

/// `Node.DOCUMENT_POSITION_FOLLOWING`
const FOLLOWS: u16 = 4;

fn can_have(element: &Element) -> bool {
    element.is_connected()
        && element.get_bounding_client_rect().width() > 0.0
        && !element.matches(":disabled").unwrap_or(false)
}

fn named(testid: &str) -> Option<Element> {
    document().query_selector(&format!("[data-testid=\"{testid}\"]")).ok().flatten()
}

/// What in an element comes first: what is in the order of tabs by itself, else any control.
fn first_in(element: &Element) -> Option<Element> {
    let find = |what: &str| element.query_selector(what).ok().flatten().filter(can_have);
    let itself = element.matches("[tabindex=\"0\"]").unwrap_or(false).then(|| element.clone());
    itself.or_else(|| find("[tabindex=\"0\"]")).or_else(|| find(FOCUSABLE))
}

/// Who has the focus next: what bears the same name; what the part that is gone says that it leads back to; the
/// first thing in what took the part's place; where the focus was before; the first thing around.
fn heir(path: &[Element], before: Option<Element>) -> Option<Element> {
    let testid = |element: &Element| element.get_attribute("data-testid");
    if let Some(same) = path.first().and_then(testid).and_then(|id| named(&id)).filter(can_have) {
        return Some(same);
    }
    for gone in path.iter().skip(1).filter(|element| !element.is_connected()) {
        let back = gone.get_attribute("data-back").and_then(|id| document().get_element_by_id(&id));
        let place = || testid(gone).and_then(|id| named(&id)).as_ref().and_then(first_in);
        if let Some(found) = back.or_else(place) {
            return Some(found);
        }
    }
    let mut around = path.iter().skip(1).filter(|element| can_have(element));
    let is = |element: &&Element, css: &str| element.matches(css).unwrap_or(false);
    let list = around.clone().next().filter(|list| is(list, "[tabindex=\"0\"]"));
    // What its marks leave behind as time goes on keeps the focus itself.
    let holder = list.or_else(|| around.clone().find(|part| is(part, "[data-keeps]")));
    holder.cloned().or_else(|| before.filter(can_have)).or_else(|| around.find_map(first_in))
}
