//! By keyboard alone: the beliefs cell by cell, the lanes mark by mark, and a cut between two sides.

use crate::everyone::{focused, tab_to};
use crate::journeys::{click, opened_with, step_until};
use crate::page::{Page, Role};
use crate::webdriver::keys::{DOWN, ENTER, ESCAPE, LEFT, RIGHT, SHIFT, TAB, UP};
use serde_json::json;

/// What a screen reader says of what has the focus.
fn name_of_focused(page: &Page) -> String {
    page.browser.accessible_name(&page.find(":focus")).unwrap_or_default()
}

/// Pictures of what has the focus, in the light and in the dark.
fn picture(page: &Page, name: &str) {
    for scheme in ["light", "dark"] {
        page.prefer(&[("prefers-color-scheme", scheme)]);
        page.screenshot(&format!("{name}-{scheme}"));
    }
}

#[test]
fn by_keyboard_every_belief_can_be_read_and_asked_about() {
    let page = opened_with("recorded-failover");
    step_until(&page, "+sdown master");
    click(&page, "tab-beliefs");
    tab_to(&page, "cell--0");
    for (key, wanted) in [
        (LEFT, "cell--0"),
        (UP, "cell--0"),
        (DOWN, "cell-3-0"),
        (LEFT, "cell-3-"),
        (RIGHT, "cell-3-0"),
        (RIGHT, "cell-3-1"),
        (DOWN, "cell-4-1"),
        (UP, "cell-3-1"),
    ] {
        page.browser.press(key);
        assert_eq!(focused(&page), wanted);
    }
    let name = name_of_focused(&page);
    assert!(name.starts_with("S1: R1, replica, well, Silent for: "), "{name}");
    picture(&page, "focus-cell");
    // The matrix is one stop of the Tab key: where it was left, there it is entered again.
    let stops =
        page.browser.run("return document.querySelectorAll('[data-testid=matrix] [tabindex=\"0\"]').length;");
    assert_eq!(stops, json!(1));
    page.browser.press(TAB);
    assert!(!focused(&page).starts_with("cell-"));
    page.browser.chord(SHIFT, TAB);
    assert_eq!(focused(&page), "cell-3-1");
    // A name selects, as a click on it does.
    page.browser.press(LEFT);
    page.browser.press(UP);
    assert_eq!(focused(&page), "cell--0");
    page.browser.press(ENTER);
    page.find("[data-testid=node-M0][data-selected=true]");
    page.browser.press(DOWN);
    page.browser.press(ENTER);
    page.wait_for_text("[data-testid=why]", "+sdown master");
    focused(&page);
    page.assert_quiet();
}

#[test]
fn by_keyboard_every_mark_of_the_lanes_can_be_read_and_gone_to() {
    let page = opened_with("recorded-failover");
    step_until(&page, "+switch-master");
    // A mark's place: how far right, how far down.
    let place = || {
        let at = page.browser.run(
            "const box = document.activeElement.getBoundingClientRect();
             return [box.x + box.width / 2, box.y + box.height / 2];",
        );
        let part = |n: usize| at[n].as_f64().expect("a place has two figures");
        (part(0), part(1))
    };
    let on_a_mark = || {
        let name = focused(&page);
        assert!(name.starts_with("mark-"), "{name}");
        name
    };
    tab_to(&page, "lanes");
    page.browser.press(LEFT);
    // What happened last, and when.
    let last = on_a_mark();
    let clock = page.text("[data-testid=clock]");
    let name = name_of_focused(&page);
    let (said, at) = name.rsplit_once(" · ").unwrap_or_else(|| panic!("a mark says when: {name:?}"));
    assert!(said.starts_with('S') && said.contains(": +switch-master mymaster"), "{name}");
    assert!(clock.starts_with(at), "{clock}, {name}");
    picture(&page, "focus-mark");
    let (x, y) = place();
    page.browser.press(LEFT);
    assert_ne!(on_a_mark(), last);
    let (earlier, same) = place();
    assert!(earlier <= x && (same - y).abs() < 4.0, "along the lane: {earlier} {x}, {same} {y}");
    page.browser.press(RIGHT);
    assert_eq!(on_a_mark(), last);
    page.browser.press(UP);
    let above = on_a_mark();
    assert!(place().1 < y - 4.0, "{:?} is not above {y}", place());
    page.browser.press(DOWN);
    assert!(place().1 > y - 4.0);
    page.browser.press(UP);
    assert_eq!(on_a_mark(), above);
    // Back along its lane, and there.
    let gone_to = on_a_mark();
    page.browser.press(LEFT);
    let gone_to = if on_a_mark() == gone_to { gone_to } else { on_a_mark() };
    let at = name_of_focused(&page);
    let at = at.rsplit_once(" · ").expect("a mark says when").1.to_owned();
    page.browser.press(ENTER);
    page.wait_until("the clock is there", || page.text("[data-testid=clock]").starts_with(&at));
    assert_eq!(on_a_mark(), gone_to, "the focus stays");
    // With Shift to what was sent, too, and from there to a mark again.
    let of_sent = (0..30).find(|_| {
        page.browser.chord(SHIFT, LEFT);
        focused(&page).starts_with("sent-")
    });
    assert!(of_sent.is_some(), "{}", focused(&page));
    let name = name_of_focused(&page);
    assert!(name.contains(" → "), "{name}");
    page.browser.press(RIGHT);
    on_a_mark();
    click(&page, "lang-zh");
    page.wait_until("marks speak Chinese", || {
        let titles =
            "return [...document.querySelectorAll('.lane-mark title')].map(t => t.textContent).join();";
        page.browser.run(titles).as_str().is_some_and(|titles| titles.contains("被杀死"))
    });
    page.assert_quiet();
}

#[test]
fn by_keyboard_the_network_is_cut_between_two_sides_and_mended() {
    let page = opened_with("plain");
    let cuts = || page.browser.find_all(".edge[data-state=cut]").len();
    tab_to(&page, "node-M0");
    page.browser.press(ENTER);
    page.part("menu");
    while focused(&page) != "do-CutOff" {
        page.browser.press(DOWN);
    }
    page.browser.press(ENTER);
    page.find("[data-testid=cut-off][open]");
    let pressed =
        |testid: &str| page.browser.attribute(&page.part(testid), "aria-pressed").unwrap_or_default();
    assert_eq!(["side-0", "side-3"].map(pressed), ["true", "false"]);
    tab_to(&page, "side-0");
    page.browser.press(ENTER);
    page.find("[data-testid=cut-off-do]:disabled");
    page.browser.press(ENTER);
    tab_to(&page, "side-3");
    page.browser.press(" ");
    page.wait_until("S1 goes with it", || pressed("side-3") == "true");
    picture(&page, "cut-off");
    tab_to(&page, "cut-off-do");
    page.browser.press(ENTER);
    page.wait_until("it is closed", || page.browser.find_all("[data-testid=cut-off][open]").is_empty());
    page.wait_for_text("[data-testid=log]", "The network is split: M0 S1 | R1 R2 S2 S3");
    page.wait_until("links are cut", || cuts() > 0);
    page.find("[data-testid=link-0-1][data-state=cut]");
    page.find("[data-testid=link-0-3]:not([data-state=cut])");
    assert_eq!(focused(&page), "node-M0", "the focus is where it came from");
    // By its own key, and out again.
    page.browser.press("X");
    page.find("[data-testid=cut-off][open]");
    page.browser.press(ESCAPE);
    page.wait_until("it is closed", || page.browser.find_all("[data-testid=cut-off][open]").is_empty());
    assert_eq!(focused(&page), "node-M0");
    tab_to(&page, "Heal");
    page.browser.press(ENTER);
    page.wait_until("all is mended", || cuts() == 0);
    // All of it is told under `?`.
    page.browser.press("?");
    page.find("[data-testid=help-dialog][open] .keys");
    let help = page.text("[data-testid=help-dialog]");
    for wanted in
        ["cut the selected node off", "in the beliefs: from cell to cell", "in the lanes: from mark to mark"]
    {
        assert!(help.contains(wanted), "{help}");
    }
    page.assert_quiet();
}

#[test]
fn with_a_keyboard_at_a_phone_cells_and_marks_are_reached_too() {
    let page = opened_with("recorded-failover");
    page.resize(390, 844);
    click(&page, "tab-log");
    step_until(&page, "+switch-master");
    click(&page, "tab-beliefs");
    tab_to(&page, "cell--0");
    page.browser.press(DOWN);
    assert_eq!(focused(&page), "cell-3-0");
    picture(&page, "phone-focus-cell");
    click(&page, "tab-lanes");
    tab_to(&page, "lanes");
    page.browser.press(LEFT);
    assert!(focused(&page).starts_with("mark-"));
    picture(&page, "phone-focus-mark");
    page.assert_quiet();
}

#[test]
fn the_page_fills_the_screen_and_gives_it_back_by_key_and_by_button() {
    let page = opened_with("plain");
    let is_full = || page.browser.run("return document.fullscreenElement !== null;") == json!(true);
    page.browser.press("f");
    page.wait_until("it fills the screen", is_full);
    page.browser.press("f");
    page.wait_until("it gives the screen back", || !is_full());
    page.click(Role::Button, "Full screen");
    page.wait_until("it fills the screen again", is_full);
    page.click(Role::Button, "Full screen");
    page.wait_until("it gives the screen back again", || !is_full());
    page.browser.press("?");
    page.wait_for_text("[data-testid=help-dialog] .keys", "Full screen");
    page.assert_quiet();
}

/// Three zones with 40 ms between them, which takes no more than to say who is in one and who is in another.
#[test]
fn the_links_between_zones_are_given_values_at_once() {
    let page = opened_with("plain");
    click(&page, "tab-settings");
    click(&page, "zones");
    let latency = "document.querySelector('[data-testid=cut-off] [data-testid=link-latency]')";
    let choose = || {
        page.browser.run(&format!(
            "{latency}.value = [...{latency}.options].find((option) => option.text === '40 ms').value;
             {latency}.dispatchEvent(new Event('change', {{bubbles: true}}));"
        ))
    };
    let shown = || page.browser.run(&format!("return {latency}.selectedOptions[0].text;"));
    let is_off = || page.browser.run(&format!("return {latency}.disabled;"));
    page.wait_until("nobody is chosen, so there is nothing to set", || is_off() == json!(true));
    click(&page, "side-0");
    click(&page, "side-3");
    page.wait_until("now there is", || is_off() == json!(false));
    page.wait_until("all links to the others are alike", || shown() == json!("60 µs"));
    choose();
    page.wait_until("they are slow", || shown() == json!("40 ms"));
    // Sixteen rules of one-way links are one line of the log.
    page.wait_for_text("[data-testid=log] li:last-child", "40 ms");
    let told = page.browser.run(
        "return [...document.querySelectorAll('[data-testid=log] li')].filter((li) => li.textContent.includes('40 ms')).length;",
    );
    assert_eq!(told, json!(1));
    for side in ["side-0", "side-3", "side-1"] {
        click(&page, side);
    }
    page.wait_until("those of the second zone differ", || shown() == json!("60 µs – 40 ms"));
    picture(&page, "zones");
    choose();
    page.wait_until("they are slow, too", || shown() == json!("40 ms"));
    click(&page, "cut-off-close");
    let of = |link: &str| page.browser.attribute(&page.part(link), "aria-label").unwrap_or_default();
    for (link, is_slow) in [("link-0-1", true), ("link-1-4", true), ("link-0-3", false), ("link-2-4", false)]
    {
        page.wait_until(&format!("{link} is slow: {is_slow}"), || of(link).contains("40 ms") == is_slow);
    }
    page.assert_quiet();
}
