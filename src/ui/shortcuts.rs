//! The keys of the page. Each has a button, too.

use crate::ui::guide::{Dialog, Guide};
use crate::ui::lab::{Lab, Tool};
use crate::ui::panels;
use crate::ui::session::Step;
use crate::ui::stage::{cut_off, menu};
use crate::ui::{dom, focus, hover, tour};
use crate::view::pace;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

/// Listens, everywhere but in fields where keys mean something else.
pub(crate) fn listen(guide: Guide) {
    let handle = window_event_listener(ev::keydown, move |ev| {
        if ev.ctrl_key() || ev.meta_key() || ev.alt_key() || ev.default_prevented() {
            return;
        }
        // Whatever is behind an open dialog is out of reach, and Escape closes that.
        if document().query_selector("dialog[open]").ok().flatten().is_some() {
            return;
        }
        let target = ev.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        if target.as_ref().is_some_and(|t| types(t, &ev.key())) {
            return;
        }
        if press(guide, &ev) {
            ev.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Whether an element has its own use for the key.
fn types(element: &web_sys::Element, key: &str) -> bool {
    match element.tag_name().as_str() {
        "INPUT" => {
            let is_range = element.get_attribute("type").as_deref() == Some("range");
            // A slider only wants its arrows.
            !is_range || key.starts_with("Arrow") || matches!(key, "Home" | "End" | "PageUp" | "PageDown")
        }
        "SELECT" | "TEXTAREA" => true,
        "BUTTON" | "SUMMARY" | "A" => matches!(key, " " | "Enter"),
        // What scrolls, such as the log.
        "OL" | "DIV" => matches!(key, "PageUp" | "PageDown"),
        _ => false,
    }
}

/// Does what the key stands for; false where it stands for nothing.
fn press(guide: Guide, ev: &web_sys::KeyboardEvent) -> bool {
    let lab = guide.lab;
    let shift = ev.shift_key();
    match ev.key().as_str() {
        " " | "." => lab.toggle_play(),
        "ArrowRight" if shift => lab.step(Step::Event, false),
        "ArrowRight" => lab.step(Step::Packet, false),
        "ArrowLeft" if shift => lab.step(Step::Event, true),
        "ArrowLeft" => lab.step(Step::Packet, true),
        "n" => lab.step(Step::Notable, false),
        "p" => lab.step(Step::Notable, true),
        "]" => lab.step(Step::Phase, false),
        "[" => lab.step(Step::Phase, true),
        // What a presenter's remote sends.
        key @ ("PageDown" | "PageUp") => {
            let back = key == "PageUp";
            if !tour::turn(guide, back) {
                lab.step(Step::Phase, back);
            }
        }
        "d" => lab.directed.update(|d| *d = !*d),
        "-" => lab.set_speed(pace::next_speed(lab.speed.get_untracked(), false)),
        "+" | "=" => lab.set_speed(pace::next_speed(lab.speed.get_untracked(), true)),
        "k" => with_selected(lab, |face| lab.act(menu::kill_or_start(face))),
        "z" => with_selected(lab, |face| lab.act(menu::freeze_or_resume(face))),
        "x" => with_selected(lab, |face| menu::isolate(lab, face.id)),
        "X" => cut_off::open(guide),
        "c" => panels::console::open(lab, None),
        "t" => panels::open_transcript(lab),
        "l" => go_to_links(lab),
        "/" => panels::search(lab),
        "f" if dom::may_fill_screen() => dom::toggle_full_screen(),
        "?" => guide.dialog.set(Some(Dialog::Help)),
        "Escape" => {
            lab.menu.set(None);
            hover::dismiss(lab);
            lab.notice.set(None);
            lab.selected.set(None);
            lab.see.set(None);
            lab.tool.set(Tool::Select);
        }
        "0" => {
            lab.see.set(None);
            lab.selected.set(None);
        }
        "w" => lab.ask_about(lab.selected.get_untracked()),
        key => return select_sentinel(lab, key),
    }
    true
}

/// To the links of the selected node; to the link that was looked at last where there is none.
fn go_to_links(lab: Lab) {
    let of_node = lab
        .selected
        .get_untracked()
        .map(|id| format!(".edge[role=\"button\"]:is([id^=\"link-{0}-\"], [id$=\"-{0}\"])", id.0));
    let any = ".edge[tabindex=\"0\"]".to_owned();
    let found =
        of_node.into_iter().chain([any]).find_map(|css| document().query_selector(&css).ok().flatten());
    if let Some(link) = found {
        focus::focus(&link);
    }
}

fn with_selected(lab: Lab, run: impl FnOnce(&crate::view::face::Face)) {
    let face = lab.selected.get_untracked().and_then(|id| lab.face_now(id));
    if let Some(face) = face {
        run(&face);
    }
}

/// `1` to `9` see the cluster as a sentinel does, and select it.
fn select_sentinel(lab: Lab, key: &str) -> bool {
    let Some(n) = key.parse::<usize>().ok().filter(|n| (1..=9).contains(n)) else { return false };
    let id = lab.matrix.with_untracked(|m| m.rows.get(n - 1).map(|r| r.id));
    if id.is_some() {
        lab.selected.set(id);
        lab.see.set(id);
    }
    true
}
