//! A closer look at the stage: by buttons, by two fingers, by the wheel.

use crate::journeys::{click, opened_with};
use crate::page::Page;
use serde_json::{Value, json};

/// How large the sheet is, in hundredths of its frame, and how far it is scrolled, in pixels.
fn sheet(page: &Page) -> (i64, i64, i64) {
    let at = page.browser.run(
        "const frame = document.querySelector('.stage-scroll');
         return [100 * frame.scrollWidth / frame.clientWidth, frame.scrollLeft, frame.scrollTop].map(Math.round);",
    );
    let part = |n: usize| at[n].as_i64().expect("a figure");
    (part(0), part(1), part(2))
}

/// The middle of a node, in CSS pixels of the window.
fn node(page: &Page, name: &str) -> (i32, i32) {
    let at = page.browser.run(&format!(
        "const box = document.querySelector('[data-testid=node-{name}] .body').getBoundingClientRect();
         return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];"
    ));
    let part = |n: usize| at[n].as_i64().expect("a place has two figures") as i32;
    (part(0), part(1))
}

fn fingers(page: &Page, kind: &str, places: &[(i32, i32)]) {
    let points: Vec<Value> =
        places.iter().enumerate().map(|(id, (x, y))| json!({"x": x, "y": y, "id": id})).collect();
    page.browser.devtools("Input.dispatchTouchEvent", &json!({"type": kind, "touchPoints": points}));
}

#[test]
fn on_a_phone_two_fingers_look_closer_and_one_moves_the_picture() {
    let page = opened_with("plain");
    page.resize(390, 844);
    page.browser
        .devtools("Emulation.setTouchEmulationEnabled", &json!({"enabled": true, "maxTouchPoints": 5}));
    page.find("[data-testid=closer]");
    assert_eq!(sheet(&page), (100, 0, 0));
    // Two fingers around a node: it stays between them.
    let (x, y) = node(&page, "S2");
    fingers(&page, "touchStart", &[(x - 30, y)]);
    fingers(&page, "touchStart", &[(x - 30, y), (x + 30, y)]);
    for reach in [40, 50, 60] {
        fingers(&page, "touchMove", &[(x - reach, y), (x + reach, y)]);
    }
    fingers(&page, "touchEnd", &[]);
    page.wait_until("the sheet is twice as large", || (sheet(&page).0 - 200).abs() < 10);
    page.wait_until("the node is where it was", || {
        let now = node(&page, "S2");
        (now.0 - x).abs() < 30 && (now.1 - y).abs() < 30
    });
    page.screenshot("phone-closer");
    // One finger takes it along, and has neither drawn nor chosen anything.
    let before = sheet(&page);
    page.browser.swipe((x - 60, y - 60), (x - 20, y - 30));
    page.wait_until("it moved", || sheet(&page).1 < before.1 - 20);
    assert!(page.browser.find_all("[data-testid^=node-][data-selected=true]").is_empty());
    // A node is touched where it is seen.
    let seen = node(&page, "S2");
    page.browser.tap(seen);
    page.find("[data-testid=node-S2][data-selected=true]");
    // Together again, and all is to be seen.
    let (x, y) = seen;
    fingers(&page, "touchStart", &[(x - 60, y)]);
    fingers(&page, "touchStart", &[(x - 60, y), (x + 60, y)]);
    fingers(&page, "touchMove", &[(x - 15, y), (x + 15, y)]);
    fingers(&page, "touchEnd", &[]);
    page.wait_until("all of it is seen", || sheet(&page) == (100, 0, 0));
    page.assert_quiet();
}

#[test]
fn by_buttons_and_by_the_wheel_the_stage_becomes_larger_and_whole_again() {
    let page = opened_with("plain");
    page.resize(390, 844);
    click(&page, "closer");
    page.wait_until("it is larger", || (sheet(&page).0 - 150).abs() < 5);
    click(&page, "further");
    page.wait_until("it is whole", || sheet(&page).0 == 100);
    page.resize(1440, 900);
    let (x, y) = node(&page, "M0");
    let wheel = |delta: i32, ctrl: u32| {
        let turn =
            json!({"type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": delta, "modifiers": ctrl});
        page.browser.devtools("Input.dispatchMouseEvent", &turn);
    };
    wheel(-100, 2);
    page.wait_until("it is larger", || (sheet(&page).0 - 150).abs() < 5);
    wheel(300, 2);
    page.wait_until("it is whole", || sheet(&page).0 == 100);
    page.assert_quiet();
}

#[test]
fn the_buttons_keep_in_view_what_is_selected() {
    let page = opened_with("plain");
    page.resize(390, 844);
    page.find("[data-testid=closer]");
    page.browser.run("document.querySelector('[data-testid=node-S3] .body').dispatchEvent(new MouseEvent('click', {bubbles: true}));");
    page.find("[data-testid=node-S3][data-selected=true]");
    let before = node(&page, "S3");
    // At the edge there is room for its words beside it: further than that it does not go.
    let is_there = || {
        let now = node(&page, "S3");
        (now.0 - before.0).abs() < 40 && (now.1 - before.1).abs() < 40
    };
    for (button, size) in
        [("closer", 150), ("closer", 225), ("closer", 338), ("further", 225), ("further", 150)]
    {
        click(&page, button);
        page.wait_until("the sheet is as large", || (sheet(&page).0 - size).abs() < 6);
        page.wait_until("S3 is where it was", is_there);
    }
    page.screenshot("phone-closer-to-the-selected");
    // So does a link that is in hand, here M0's to S1.
    click(&page, "further");
    page.wait_until("it is whole", || sheet(&page).0 == 100);
    page.browser.run("document.querySelector('[data-testid=link-0-3]').focus();");
    page.browser.run("document.querySelector('[data-testid=link-0-3] .edge-grip').dispatchEvent(new MouseEvent('click', {bubbles: true}));");
    page.find("[data-testid=menu][data-target=link]");
    let link = || {
        let at = page.browser.run(
            "const line = document.querySelector('[data-testid=link-0-3] .edge-grip');
             const at = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM());
             return [Math.round(at.x), Math.round(at.y)];",
        );
        [0, 1].map(|n| at[n].as_i64().expect("a place has two figures"))
    };
    let before = link();
    click(&page, "closer");
    page.wait_until("the link is where it was", || {
        sheet(&page).0 > 145 && link().iter().zip(before).all(|(now, before)| (now - before).abs() < 40)
    });
    page.assert_quiet();
}
