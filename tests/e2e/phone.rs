//! A phone of 390 x 844: everything by a finger, nothing too small for one, nothing beside the screen.

use crate::journeys::{click, log};
use crate::page::Page;
use serde_json::{Value, json};

/// Opens the page on a phone.
fn opened() -> Page {
    let page = Page::open();
    page.resize(390, 844);
    page.browser
        .devtools("Emulation.setTouchEmulationEnabled", &json!({"enabled": true, "maxTouchPoints": 5}));
    page
}

/// Touches the middle of a part of the page.
#[track_caller]
fn tap(page: &Page, testid: &str) {
    page.part(testid);
    let place = page.browser.run(&format!(
        "const part = document.querySelector('[data-testid=\"{testid}\"]');
         part.scrollIntoView({{block: 'nearest', inline: 'nearest'}});
         const box = (part.querySelector('.halo') || part).getBoundingClientRect();
         return [box.x + box.width / 2, box.y + box.height / 2];"
    ));
    let part = |n: usize| place[n].as_f64().expect("a place has two figures") as i32;
    page.browser.tap((part(0), part(1)));
}

/// Nothing hangs over at the side, and whatever can be pressed is as large as a fingertip.
#[track_caller]
fn assert_fits(page: &Page, when: &str) {
    let wrong = page.browser.run(
        "const root = document.documentElement;
         const wrong = root.scrollWidth > root.clientWidth ? ['it scrolls sideways'] : [];
         const scope = document.querySelector('dialog[open]') || document;
         const parts = 'button, select, input:not(.unseen), textarea, summary, a[href], [role=button].node, [role=tab]';
         for (const part of scope.querySelectorAll(parts)) {
           const box = (part.querySelector('.halo') || part).getBoundingClientRect();
           if (!box.width || part.matches('.skip') || getComputedStyle(part).visibility === 'hidden') continue;
           if (Math.min(box.width, box.height) < 43.5) {
             const name = part.dataset.testid || part.className || part.tagName;
             wrong.push(name + ' ' + Math.round(box.width) + 'x' + Math.round(box.height));
           }
         }
         return [...new Set(wrong)];",
    );
    page.screenshot(&format!("phone-{when}"));
    assert_eq!(wrong, json!([]), "{when}");
}

#[test]
fn on_a_phone_a_failover_is_begun_and_followed_and_a_scenario_opened() {
    let page = opened();
    page.part("to-sandbox");
    assert_fits(&page, "first-visit");
    tap(&page, "to-sandbox");
    page.wait_until("the tour has gone", || page.browser.find_all("[data-testid=tour]").is_empty());
    tap(&page, "play");
    page.find("[data-testid=play][data-playing=false]");
    let tabs = page
        .browser
        .run("return [...document.querySelectorAll('[role=tab]')].map((tab) => tab.dataset.testid);");
    let tabs: Vec<_> =
        tabs.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    assert_eq!(tabs.len(), 9, "{tabs:?}");
    tap(&page, "node-M0");
    page.find("[data-testid=app][data-panel=node]");
    assert_fits(&page, "node");
    tap(&page, "act-Kill");
    page.find("[data-testid=node-M0][data-state*=dead]");
    tap(&page, "tab-log");
    for _ in 0..60 {
        if log(&page).contains("+switch-master") {
            break;
        }
        tap(&page, "step-notable");
    }
    page.wait_for_text("[data-testid=log]", "+switch-master mymaster");
    for tab in &tabs {
        tap(&page, tab);
        page.find(&format!("[data-testid={tab}][aria-selected=true]"));
        assert_fits(&page, tab);
    }
    // The drawer is pulled up and pushed down again; the stage stays.
    let height = |part: &str| {
        let box_of = format!("return document.querySelector('{part}').getBoundingClientRect().height;");
        page.browser.run(&box_of).as_f64().expect("it is a figure")
    };
    let low = height("#panel");
    tap(&page, "taller");
    page.wait_until("the panel is taller", || height("#panel") > low * 1.5);
    assert!(height("[data-testid=stage-frame]") > 150.0);
    page.screenshot("phone-taller");
    tap(&page, "taller");
    page.wait_until("the panel is as it was", || (height("#panel") - low).abs() < 1.0);
    // By phases back to the beginning, and forth.
    let clock = page.text("[data-testid=clock]");
    tap(&page, "back-phase");
    page.wait_until("the playhead has moved", || page.text("[data-testid=clock]") != clock);
    tap(&page, "step-phase");
    tap(&page, "open-catalogue");
    page.find("[data-testid=catalogue][open]");
    assert_fits(&page, "catalogue");
    tap(&page, "scenario-quorum-one-left");
    page.wait_until("it is closed", || page.browser.find_all("[data-testid=catalogue][open]").is_empty());
    page.find("[data-testid=play][data-playing=true]");
    tap(&page, "play");
    tap(&page, "tab-log");
    assert!(!log(&page).contains("+switch-master mymaster"));
    tap(&page, "help");
    page.find("[data-testid=help-dialog][open]");
    assert_fits(&page, "help");
    page.assert_quiet();
}

#[test]
fn on_a_phone_the_open_tab_is_in_sight_whatever_opened_it() {
    let page = opened();
    tap(&page, "to-sandbox");
    for (key, tab) in [("c", "tab-console"), ("/", "tab-log"), ("t", "tab-transcript")] {
        page.browser.run("document.activeElement.blur();");
        page.browser.press(key);
        page.find(&format!("[data-testid={tab}][aria-selected=true]"));
        page.wait_until(&format!("{tab} is in sight"), || {
            page.browser.run(&format!(
                "const strip = document.querySelector('.tabs').getBoundingClientRect();
                 const tab = document.querySelector('[data-testid={tab}]').getBoundingClientRect();
                 return tab.left >= strip.left - 1 && tab.right <= strip.right + 1;"
            )) == json!(true)
        });
    }
    page.assert_quiet();
}

#[test]
fn on_a_phone_the_low_drawer_shows_several_lines_of_the_log() {
    let page = Page::open_at("#v1&scenario=recorded-failover&seed=7&at=16000000");
    page.resize(390, 844);
    click(&page, "tab-log");
    page.wait_for_text("[data-testid=log]", "+sdown slave");
    page.screenshot("phone-log");
    let seen = || {
        let seen = page.browser.run(
            "const log = document.querySelector('.log').getBoundingClientRect();
             const lines = [...document.querySelectorAll('.log li')].map((line) => line.getBoundingClientRect());
             return lines.filter((line) => line.top > log.top - 4 && line.bottom < log.bottom + 4).length;",
        );
        seen.as_u64()
    };
    page.wait_until("at least three of them", || seen() >= Some(3));
    page.assert_quiet();
}

#[test]
fn on_a_phone_a_node_is_not_hidden_by_the_grip_of_a_packet_beside_it() {
    let page = opened();
    tap(&page, "to-sandbox");
    page.part("stage-frame");
    tap(&page, "play");
    page.find("[data-testid=play][data-playing=false]");
    // A packet that has just left: between it and the middle of its node lies the node.
    let place = page.wait_for("a packet beside a node", || {
        tap(&page, "step-packet");
        page.drawn();
        let place = page.browser.run(
            "const middle = (part) => {
               const box = part.getBoundingClientRect();
               return [box.x + box.width / 2, box.y + box.height / 2];
             };
             for (const packet of document.querySelectorAll('.packet[data-shown=true][data-packet]')) {
               const [x, y] = middle(packet.querySelector('.grip'));
               for (const node of document.querySelectorAll('.node')) {
                 const [left, top] = middle(node.querySelector('.halo'));
                 const far = Math.hypot(left - x, top - y);
                 const share = 13 / far;
                 const [a, b] = [x + (left - x) * share, y + (top - y) * share];
                 const hit = document.elementFromPoint(a, b);
                 if (far < 34 && hit.matches('.grip')) return [a, b, node.dataset.testid.slice(5)];
               }
             }
             return null;",
        );
        (!place.is_null()).then_some(place)
    });
    let part = |n: usize| place[n].as_f64().expect("a place has two figures") as i32;
    page.browser.tap((part(0), part(1)));
    page.find("[data-testid=app][data-panel=node]");
    page.find(&format!(
        "[data-testid=node-{}][data-selected=true]",
        place[2].as_str().expect("it has a name")
    ));
    assert!(page.browser.find_all("[data-testid=menu][data-target=packet]").is_empty());
    page.assert_quiet();
}

#[test]
fn on_a_phone_each_step_of_a_tour_begins_with_its_first_line() {
    let page = opened();
    tap(&page, "to-sandbox");
    tap(&page, "open-catalogue");
    tap(&page, "tour-seed-log");
    page.part("tour-help");
    // As low as on the smallest of phones: it has been read to its end.
    page.browser.run("document.querySelector('.tour-body').style.maxHeight = '30px';");
    let scrolled = || page.browser.run("return document.querySelector('.tour-body').scrollTop;").as_f64();
    page.browser.run("document.querySelector('.tour-body').scrollTop = 999;");
    assert!(scrolled() > Some(10.0));
    tap(&page, "tour-help");
    tap(&page, "tour-next");
    page.find("[data-testid=tour][data-step='1']");
    page.wait_until("it begins at its beginning", || scrolled() == Some(0.0));
    page.assert_quiet();
}

#[test]
fn on_a_phone_the_first_tour_shows_the_picture_above_the_beliefs_that_it_points_at() {
    let page = opened();
    page.find("[data-testid=matrix][data-pointed]");
    page.drawn();
    let seen = page.browser.run(
        "const of = (css) => document.querySelector(css);
         const height = (css) => of(css).getBoundingClientRect().height;
         const frame = getComputedStyle(of('[data-testid=matrix]').parentElement);
         return [height('.stage-frame') >= 160, height('.panel') >= 150, frame.outlineStyle];",
    );
    page.screenshot("phone-first-tour-beliefs");
    assert_eq!(seen, json!([true, true, "solid"]));
}

#[test]
fn on_a_phone_held_across_play_is_in_sight_wherever_the_page_is_scrolled_to() {
    let page = opened();
    page.part("to-sandbox");
    tap(&page, "to-sandbox");
    page.wait_until("the tour has gone", || page.browser.find_all("[data-testid=tour]").is_empty());
    page.resize(844, 390);
    for top in [0, 200, 5000] {
        page.browser.run(&format!("window.scrollTo(0, {top});"));
        page.drawn();
        let seen = page.browser.run(
            "const play = document.querySelector('[data-testid=play]');
             const box = play.getBoundingClientRect();
             return play.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));",
        );
        page.screenshot(&format!("phone-across-{top}"));
        assert_eq!(seen, json!(true), "scrolled to {top}");
    }
}

#[test]
fn on_a_phone_held_across_the_picture_is_wide_and_the_buttons_of_a_dialog_are_in_sight() {
    let page = opened();
    for (width, height) in [(844, 390), (932, 430)] {
        page.resize(width, height);
        page.part("tour");
        page.drawn();
        let room = page.browser.run(
            "const box = document.querySelector('.stage-frame').getBoundingClientRect();
             const top = (css) => document.querySelector(css).getBoundingClientRect().top;
             return [box.width, box.height, top('.bottom') - top('.tour-body')];",
        );
        page.screenshot(&format!("phone-across-{width}-tour"));
        let room = |n: usize| room[n].as_f64().expect("a size is a figure");
        assert!(room(0) > f64::from(width) - 20.0, "the stage is {} wide of {width}", room(0));
        assert!(room(1) >= 140.0, "the stage is {} high of {height}", room(1));
        assert!(room(2) >= 16.0, "the first line of the card is covered at {width} x {height}: {}", room(2));
        tap(&page, "open");
        page.find("[data-testid=open-dialog][open]");
        page.drawn();
        let hidden = page.browser.run(
            "return [...document.querySelectorAll('.open-buttons button')].filter((button) => {
               const box = button.getBoundingClientRect();
               const at = document.elementFromPoint(box.x + box.width / 2, box.bottom - 4);
               return box.top < 0 || !button.contains(at);
             }).length;",
        );
        page.screenshot(&format!("phone-across-{width}-open"));
        assert_eq!(hidden, json!(0), "at {width} x {height}");
        page.browser.run("document.querySelector('[data-testid=open-dialog]').close();");
    }
    // Without a tour there are the tools: a row below the picture.
    tap(&page, "to-sandbox");
    for (width, height) in [(932, 430), (844, 390)] {
        page.resize(width, height);
        page.drawn();
        let heights = page.browser.run(
            "return ['.stage-frame', '.tools'].map((css) =>
               document.querySelector(css).getBoundingClientRect().height);",
        );
        page.screenshot(&format!("phone-across-{width}-tools"));
        let of = |n: usize| heights[n].as_f64().expect("a size is a figure");
        assert!(of(0) >= 140.0, "the stage is {} high of {height}", of(0));
        assert!(of(1) <= 60.0, "the tools are {} high of {height}", of(1));
    }
    page.assert_quiet();
}

#[test]
fn on_a_phone_held_across_a_tour_is_led_on_without_scrolling() {
    let page = opened();
    tap(&page, "to-sandbox");
    for (width, height) in [(844, 390), (932, 430)] {
        page.resize(width, height);
        tap(&page, "open-catalogue");
        tap(&page, "tour-split-vote");
        page.part("tour-next");
        page.drawn();
        let seen = page.browser.run(
            "window.scrollTo(0, 0);
             const next = document.querySelector('[data-testid=tour-next]').getBoundingClientRect();
             const body = document.querySelector('.tour-body').getBoundingClientRect();
             const bottom = document.querySelector('.bottom').getBoundingClientRect().top;
             const over = document.elementFromPoint(next.x + next.width / 2, next.y + next.height / 2);
             return [over.dataset.testid, next.right <= innerWidth, bottom - body.top > 40];",
        );
        page.screenshot(&format!("phone-across-{width}-next"));
        assert_eq!(seen, json!(["tour-next", true, true]), "at {width} x {height}");
    }
    page.assert_quiet();
}

#[test]
fn on_a_tablet_the_longest_step_of_a_tour_leaves_the_picture_above_the_drawer() {
    let page = opened();
    page.resize(768, 1024);
    tap(&page, "to-sandbox");
    tap(&page, "open-catalogue");
    tap(&page, "tour-partition-lost-writes");
    page.part("tour");
    tap(&page, "taller");
    page.find(".side[data-tall=true]");
    // As long as the card lets a text be.
    page.browser.run("document.querySelector('.tour-body').style.minHeight = '34vh';");
    page.drawn();
    let seen = page.browser.run(
        "const box = (css) => document.querySelector(css).getBoundingClientRect();
         const [frame, tour, panel, bottom] = ['.stage-frame', '.tour', '.panel', '.bottom'].map(box);
         return [frame.height >= 160, tour.top >= frame.bottom - 1, panel.height >= 100, bottom.bottom <= innerHeight + 1];",
    );
    page.screenshot("tablet-tour-taller");
    assert_eq!(seen, json!([true, true, true, true]));
    page.assert_quiet();
}
