//! Steps there and back, in the protocol's own units.

use crate::journeys::{click, click_drawn, opened_with};
use crate::page::Page;
use crate::webdriver::keys::{LEFT, RIGHT, SHIFT};
use serde_json::json;

fn clock(page: &Page) -> String {
    page.drawn();
    page.text("[data-testid=clock] .time")
}

#[test]
fn time_goes_back_packet_by_packet_and_line_by_line() {
    let page = opened_with("plain");
    // What the sentinels have to say about that makes lines.
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    click(&page, "tool-Select");
    page.browser.run("document.activeElement.blur()");
    let mut there = vec![clock(&page)];
    for _ in 0..4 {
        page.browser.press(RIGHT);
        there.push(clock(&page));
        assert_ne!(there[there.len() - 2..][0], there[there.len() - 1]);
    }
    page.browser.press(LEFT);
    assert_eq!(clock(&page), there[3], "a packet back by key");
    click(&page, "back-packet");
    assert_eq!(clock(&page), there[2], "and by button");
    page.browser.run("document.activeElement.blur()");
    page.browser.chord(SHIFT, RIGHT);
    let line = clock(&page);
    page.browser.chord(SHIFT, RIGHT);
    assert_ne!(clock(&page), line);
    page.browser.chord(SHIFT, LEFT);
    assert_eq!(clock(&page), line, "a line back");
    page.browser.press("?");
    page.wait_for_text("dialog[open] .keys", "next or previous packet");
    page.assert_quiet();
}

/// On a phone the step back by a packet is there, and all buttons of time are in one row that fits.
#[test]
fn a_phone_has_room_for_the_step_back_by_packet() {
    let page = opened_with("plain");
    for (width, height) in [(390, 844), (844, 390), (1100, 700), (1440, 900)] {
        page.resize(width, height);
        page.drawn();
        let row = page.browser.run(
            "const row = document.querySelector('.transport .buttons');
             const shown = [...row.querySelectorAll('button')].map(b => b.getBoundingClientRect()).filter(b => b.width);
             const clock = document.querySelector('[data-testid=clock]').getBoundingClientRect();
             const last = shown.at(-1);
             return [
               Boolean(row.querySelector('[data-testid=back-packet]').checkVisibility()),
               shown.every(box => box.left >= 0 && box.right <= innerWidth && box.top === shown[0].top
                 || box.height !== shown[0].height),
               shown.every((box, n) => !n || box.left >= shown[n - 1].right - 0.5),
               clock.left >= last.right - 0.5 || clock.top >= last.bottom - 0.5,
               Math.min(...shown.map(box => box.width)) >= (innerWidth < 900 ? 44 : 24),
             ];",
        );
        assert_eq!(row, json!([true, true, true, true, true]), "{width}x{height}");
        page.screenshot(&format!("transport-{width}x{height}"));
    }
    page.assert_quiet();
}
