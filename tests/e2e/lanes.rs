//! The lanes and the log: messages as lines, the brush, the search, and one thing lit in every view.

use crate::journeys::{click, opened_with, step_until};
use crate::page::Page;
use crate::webdriver::keys::ESCAPE;
use serde_json::{Value, json};

/// The middle of the first thing that matches, in CSS pixels of the window.
fn middle(page: &Page, css: &str) -> (i32, i32) {
    page.find(css);
    let at = page.browser.run(&format!(
        "const box = document.querySelector('{css}').getBoundingClientRect();
         return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];"
    ));
    let part = |n: usize| at[n].as_i64().expect("a place has two figures") as i32;
    (part(0), part(1))
}

fn count(page: &Page, css: &str) -> u64 {
    let count = page.browser.run(&format!("return document.querySelectorAll('{css}').length;"));
    count.as_u64().expect("a count")
}

/// How much time the lanes show.
fn span(page: &Page) -> String {
    page.text(".lanes-bar output")
}

#[test]
fn the_lanes_show_who_asked_whom_and_a_stroke_shows_it_larger() {
    let page = opened_with("recorded-failover");
    step_until(&page, "+elected-leader");
    // Twenty seconds of heartbeats are counted, two votes are drawn.
    page.wait_until("the votes are drawn", || count(&page, ".lane-message[data-subject=vote]") >= 4);
    assert!(count(&page, ".lane-count") > 6);
    let wide = span(&page);
    assert_eq!(wide, "20.0 s");
    page.screenshot("lanes-wide");
    // A stroke around the last second.
    let (x, y) = middle(&page, ".lane-now");
    page.browser.drag((x - 40, y), (x - 1, y + 10));
    page.wait_until("less time is shown", || span(&page) != wide);
    let narrow = span(&page);
    let is_shorter = narrow.ends_with(" ms") || narrow.starts_with('0') || narrow.starts_with('1');
    assert!(is_shorter, "{narrow} of {wide}");
    page.wait_until("the routine is drawn, too", || count(&page, ".lane-count") == 0);
    assert!(count(&page, ".lane-message[data-subject=link]") > 0);
    let vote =
        page.browser.run("return document.querySelector('.lane-message[data-subject=vote]').ariaLabel;");
    let vote = vote.as_str().expect("a line says what it is");
    assert!(vote.contains("is-master-down-by-addr") && vote.contains(" → "), "{vote}");
    page.screenshot("lanes-narrow");
    // A click on a message goes to the middle of its flight, where it is on the stage.
    let clicked = page.browser.run(
        "const line = document.querySelector('.lane-message[data-subject=vote]');
         line.dispatchEvent(new MouseEvent('click', {bubbles: true}));
         return line.dataset.packet;",
    );
    let flying = format!(".packet[data-packet=\"{}\"]", clicked.as_str().expect("it has an id"));
    page.find(&flying);
    // A click beside them goes to that moment, and following the pace shows as much as before.
    let before = page.text(".time");
    let (x, y) = middle(&page, "[data-testid=lanes]");
    page.browser.drag((x, y), (x, y));
    page.wait_until("the playhead has moved", || page.text(".time") != before);
    page.browser.run("document.querySelector('.lanes-bar button:last-of-type').click();");
    page.wait_until("it follows again", || span(&page) == wide);
    page.assert_quiet();
}

#[test]
fn on_a_phone_time_runs_downwards_and_a_finger_scrolls_it() {
    let page = opened_with("recorded-failover");
    step_until(&page, "+switch-master");
    page.resize(390, 844);
    page.browser
        .devtools("Emulation.setTouchEmulationEnabled", &json!({"enabled": true, "maxTouchPoints": 5}));
    click(&page, "tab-lanes");
    click(&page, "taller");
    page.find("[data-testid=lanes][data-down=true]");
    // The names stand side by side above, a later mark lies below an earlier one.
    let [first, second] = [0, 5].map(|id| middle(&page, &format!(".lane[data-node=\"{id}\"] .lane-name")));
    assert!(first.0 < second.0 && first.1 == second.1, "{first:?} {second:?}");
    let [killed, down] =
        ["action", "sdown"].map(|what| middle(&page, &format!(".lane-mark[data-category={what}]")));
    assert!(killed.1 < down.1, "{killed:?} {down:?}");
    page.screenshot("phone-lanes");
    // What is drawn goes where the finger goes, and time the other way.
    let before = page.text(".time");
    let (x, y) = middle(&page, "[data-testid=lanes]");
    page.browser.swipe((x, y), (x, y + 60));
    page.wait_until("it is earlier", || page.text(".time") < before);
    let earlier = page.text(".time");
    page.browser.swipe((x, y), (x, y - 30));
    page.wait_until("it is later again", || page.text(".time") > earlier);
    assert!(page.text(".time") < before);
    assert_eq!(span(&page), "20.0 s", "a finger is no brush");
    page.browser.tap((x, y));
    page.wait_until("it goes to the moment", || page.text(".time") != earlier);
    page.assert_quiet();
}

#[test]
fn a_cut_shows_what_was_lost_in_the_lanes() {
    let page = opened_with("plain");
    page.browser.run(
        "document.querySelector('[data-testid=\"tool-Isolate\"]').click();
         document.querySelector('[data-testid=\"node-M0\"]').dispatchEvent(new MouseEvent('click', {bubbles: true}));",
    );
    step_until(&page, "+sdown master");
    for _ in 0..3 {
        page.browser.run("document.querySelector('[aria-label=\"Show less time\"]').click();");
    }
    // Whoever has lost something keeps what is new to itself; it tries again every second or so.
    let (mut tries, lost) = (0, ".lane-message[data-lost=true]");
    while count(&page, lost) == 0 && tries < 300 {
        click(&page, "step-packet");
        page.drawn();
        tries += 1;
    }
    assert!(count(&page, lost) > 0);
    page.assert_quiet();
}

#[test]
fn what_is_under_the_pointer_lights_up_in_the_other_views() {
    let page = opened_with("recorded-failover");
    step_until(&page, "+odown master");
    let lit = || {
        page.browser.run("return [...document.querySelectorAll('.lit')].map(e => e.id || e.tagName).sort();")
    };
    page.browser.run(
        "const line = [...document.querySelectorAll('[data-testid=log] li')].find(li => li.textContent.includes('+odown'));
         line.querySelector('code').dispatchEvent(new PointerEvent('pointerover', {bubbles: true}));",
    );
    page.wait_until("line, mark and node are lit", || lit().as_array().is_some_and(|all| all.len() == 3));
    let all: Vec<String> =
        lit().as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    assert!(all[0] == "LI" && all[1].starts_with("mark-") && all[2].starts_with("node-"), "{all:?}");
    page.browser.run(
        "document.querySelector('header').dispatchEvent(new PointerEvent('pointerover', {bubbles: true}));",
    );
    page.wait_until("nothing is", || lit() == json!([]));
    page.assert_quiet();
}

#[test]
fn the_log_can_be_searched_and_read_back() {
    let page = opened_with("recorded-failover");
    step_until(&page, "+switch-master");
    page.browser.press("/");
    page.find("#log-search:focus");
    page.browser.press("+SDOWN master");
    page.wait_until("other lines are gone", || !page.text("[data-testid=log]").contains("+switch-master"));
    let found = count(&page, "[data-testid=log] li[data-record]");
    assert!(found >= 2);
    page.wait_for_text("[data-testid=log-status]", &format!("{found} found"));
    assert_eq!(count(&page, "[data-testid=log] mark"), found);
    page.screenshot("log-search");
    page.browser.press("nowhere");
    page.wait_for_text(".log-place .empty", "No line up to the playhead");
    page.browser.press(ESCAPE);
    page.wait_until("all are back", || page.text("[data-testid=log]").contains("+switch-master"));
    page.assert_quiet();
}

#[test]
fn a_long_log_is_read_to_its_first_line_and_back_while_the_page_holds_a_part_of_it() {
    let page = opened_with("lossy-link");
    page.browser.run(
        "const choice = document.querySelector('[data-testid=log-filter]');
         choice.value = 'all';
         choice.dispatchEvent(new Event('change', {bubbles: true}));
         const speed = document.querySelector('[data-testid=speed]');
         speed.value = '300';
         speed.dispatchEvent(new Event('input', {bubbles: true}));
         document.querySelector('[data-testid=play]').click();",
    );
    let lines = "[data-testid=log] li[data-record]";
    let record = |which: &str| -> i64 {
        let found =
            page.browser.run(&format!("return +document.querySelector('{lines}{which}').dataset.record;"));
        found.as_i64().expect("a number")
    };
    let first = || record("");
    let last = || record(":last-child");
    page.wait_until("there are more than four pages of it", || last() > 1_500);
    click(&page, "play");
    assert_eq!(count(&page, lines), 250);
    let newest = last();
    // As a person would, to the top and on: what is in sight stays there while earlier lines come.
    let scroll = |to: &str| {
        page.browser
            .run(&format!("const log = document.querySelector('[data-testid=log]'); log.scrollTop = {to};"));
    };
    let mut held = 0;
    while count(&page, "[data-testid=log-earlier]") == 1 {
        let before = first();
        scroll("0");
        page.wait_until("earlier ones come", || first() < before);
        held = held.max(count(&page, lines));
        page.wait_until("what was the first is in sight still", || {
            page.browser.run(&format!(
                "const log = document.querySelector('[data-testid=log]').getBoundingClientRect();
                 const line = document.querySelector('[data-record=\"{before}\"]').getBoundingClientRect();
                 return line.bottom > log.top && line.top < log.bottom;"
            )) == json!(true)
        });
    }
    assert!(last() < newest, "the newest have made room");
    while last() < newest {
        let before = last();
        scroll("log.scrollHeight");
        page.wait_until("later ones come", || last() > before);
        held = held.max(count(&page, lines));
    }
    assert!((500..=750).contains(&held), "{held} lines at most were in the page");
    page.assert_quiet();
}

/// Where the browser keeps its clipboard to itself, nobody is told that something was copied.
#[test]
fn a_log_that_cannot_be_copied_is_said_not_to_be() {
    let page = opened_with("plain");
    for clipboard in ["undefined", "{writeText: () => Promise.reject('no')}"] {
        page.browser.run(&format!(
            "Object.defineProperty(navigator, 'clipboard', {{value: {clipboard}, configurable: true}});
             document.querySelector('[data-testid=log-copy]').click();"
        ));
        page.wait_for_text("[data-testid=notice]", "did not allow copying");
        assert_eq!(page.text("[data-testid=log-status]"), "");
        page.browser.run("document.querySelector('[data-testid=notice] button').click();");
        page.wait_until("it is gone", || count(&page, "[data-testid=notice]") == 0);
    }
    page.assert_quiet();
}
