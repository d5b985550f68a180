//! What is under the pointer lights up wherever else it is shown: a line of the log and its mark in the lanes, a
//! packet on the stage and its line between the lanes, and the node that a mark or line is of.

use leptos::ev;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

/// What bears the same value of one of these is the same thing.
const SAME: [&str; 2] = ["data-record", "data-packet"];
const LIT: &str = "lit";

/// Watches the pointer, and the focus of the keyboard, for as long as the page lives.
pub(crate) fn watch() {
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
    let over = window_event_listener(ev::pointerover, move |ev| light(ev.target()));
    let focused = window_event_listener(ev::focusin, move |ev| by_focus(ev.target()));
    on_cleanup(move || {
        over.remove();
        focused.remove();
    });
}
