//! What a packet carries, told to whoever points at it or has it in focus.

use crate::journeys::{open_file, opened_with, pause, step_until};
use crate::page::Page;
use crate::stage::{busy, drawn_place};
use crate::webdriver::keys::ESCAPE;
use serde_json::json;

/// A hello on its way to a server that no other packet lies on: its place in CSS pixels of the window.
fn hello(page: &Page) -> Option<(i32, i32)> {
    let at = page.browser.run(
        "const hello = '.packet[data-shown=true][data-shape=ring][data-reply=false][data-packet] .shape';
         for (const shape of document.querySelectorAll(hello)) {
           const box = shape.getBoundingClientRect();
           const at = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
           const word = shape.parentNode.querySelector('text').textContent;
           if (shape.parentNode.contains(document.elementFromPoint(...at)) && word === 'hello') return at;
         }
         return null;",
    );
    let part = |n: usize| at[n].as_i64().map(|at| at as i32);
    Some((part(0)?, part(1)?))
}

/// To the next packet that arrives, with the pointer staying where it is.
fn step(page: &Page) {
    page.part("step-packet");
    page.browser.run("document.querySelector('[data-testid=step-packet]').click();");
    page.drawn();
}

/// What the tip tells; nothing where there is none.
fn tip(page: &Page) -> String {
    page.browser.text(&page.part("tip")).unwrap_or_default()
}

#[test]
fn a_packet_under_the_pointer_tells_its_whole_command() {
    let page = opened_with("plain");
    assert_eq!(tip(&page), "");
    let (x, y) = page.wait_for("a hello is on its way", || {
        step(&page);
        hello(&page)
    });
    page.browser.hover((x, y));
    page.wait_until("the hello is told", || tip(&page).contains("__sentinel__:hello"));
    let told = tip(&page);
    assert!(told.contains(" → ") && told.contains(",mymaster,"), "{told}");
    page.screenshot("hovered");
    // It does not lie on what it tells of, nor beyond the window.
    let apart = page.browser.run(&format!(
        "const box = document.getElementById('tip').getBoundingClientRect();
         const on = box.left <= {x} && {x} <= box.right && box.top <= {y} && {y} <= box.bottom;
         return !on && box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;"
    ));
    assert_eq!(apart, json!(true));
    page.browser.press(ESCAPE);
    page.wait_until("Escape dismisses it", || tip(&page).is_empty());
    page.browser.hover((5, 5));
    page.browser.hover((x, y));
    page.wait_until("it is told again", || !tip(&page).is_empty());
    page.browser.hover((5, 5));
    page.wait_until("the pointer has left it", || tip(&page).is_empty());
    page.browser.hover((x, y));
    page.wait_until("it is told once more", || !tip(&page).is_empty());
    // What has arrived is told no more, although the pointer stays.
    page.wait_until("it has arrived", || {
        step(&page);
        tip(&page) != told
    });
    page.assert_quiet();
}

#[test]
fn a_packet_that_has_the_focus_tells_its_whole_command() {
    let page = opened_with("recorded-failover");
    step_until(&page, "+elected-leader");
    page.find(".lane-message[data-subject=vote]");
    page.browser.run("document.querySelector('.lane-message[data-subject=vote]').focus();");
    page.wait_until("the message between the lanes is told", || {
        tip(&page).contains("is-master-down-by-addr")
    });
    page.browser.run("document.activeElement.blur(); document.querySelector('[data-testid=play]').focus();");
    page.wait_until("the focus has left it", || tip(&page).is_empty());
    page.assert_quiet();
}

#[test]
fn a_packet_of_hundreds_tells_its_whole_command() {
    let page = opened_with("plain");
    open_file(&page, &busy(8).to_string());
    page.part("node-S8");
    page.browser.run("document.querySelector('[data-testid=play][data-playing=false]')?.click();");
    page.wait_for("hundreds are under way", || drawn_place(&page));
    pause(&page);
    let place = page.wait_for("they are still drawn", || drawn_place(&page));
    page.browser.hover(place);
    page.wait_until("one of them is told", || tip(&page).contains(" → ") && tip(&page).lines().count() > 1);
    page.screenshot("hovered-swarm");
    page.assert_quiet();
}
