//! For everyone: by keyboard alone, in words, with less motion, enlarged, in the reader's own colours.

use crate::journeys::{click, click_drawn, log, opened_with, pause, step_until};
use crate::page::Page;
use crate::webdriver::keys::{DOWN, ENTER, ESCAPE, HOME, PAGE_DOWN, PAGE_UP, RIGHT, SHIFT, TAB};
use serde_json::{Value, json};

/// What has the focus, by its name or id, and whether that can be seen; panics where it is lost.
#[track_caller]
pub(crate) fn focused(page: &Page) -> String {
    let found = page.wait_for("something has the focus", || {
        let found = page.browser.run(
            "const on = document.activeElement;
             if (!on || on === document.body) return null;
             const marked = [on, on.closest('.strip'), on.querySelector('.halo'), on.querySelector('.edge-grip')];
             const seen = marked.filter(Boolean).some((part) => {
               const style = getComputedStyle(part);
               const drawn = part instanceof SVGElement && !['none', 'rgba(0, 0, 0, 0)'].includes(style.stroke);
               return drawn || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
             });
             return [on.dataset.testid || on.id || on.className || on.tagName, seen];",
        );
        found.is_array().then_some(found)
    });
    let name = found[0].as_str().unwrap_or_default().to_owned();
    assert_eq!(found[1], json!(true), "that {name} has the focus cannot be seen");
    name
}

/// Tab by Tab to what has that name, from wherever the focus is.
#[track_caller]
pub(crate) fn tab_to(page: &Page, wanted: &str) {
    for _ in 0..150 {
        page.browser.press(TAB);
        // Behind the last it goes through the browser's own bars.
        let is_outside = page.browser.run("return document.activeElement === document.body;") == json!(true);
        if !is_outside && focused(page) == wanted {
            return;
        }
    }
    panic!("Tab does not lead to {wanted}");
}

/// Loads the page anew: nothing has the focus, the run is as it was left.
pub(crate) fn load_again(page: &Page) {
    // What was done is kept every two seconds.
    std::thread::sleep(std::time::Duration::from_millis(2500));
    page.browser.go(&page.site.url("?again"));
    page.find("[data-testid=play][data-playing=false]");
    page.find("[data-testid=node-M0]");
}

fn data(page: &Page, testid: &str, attribute: &str) -> String {
    page.browser.attribute(&page.part(testid), attribute).unwrap_or_default()
}

#[test]
fn the_keyboard_reaches_everything_and_its_focus_is_always_seen() {
    let page = opened_with("plain");
    load_again(&page);
    page.browser.press(TAB);
    let first = focused(&page);
    assert_eq!(first, "skip-stage");
    let mut seen = vec![first.clone()];
    for _ in 0..150 {
        page.browser.press(TAB);
        let on = page.browser.run("return document.activeElement === document.body;");
        if on == json!(true) {
            break;
        }
        let name = focused(&page);
        if name == first {
            break;
        }
        seen.push(name);
    }
    for wanted in [
        "skip-transcript",
        "scenario",
        "open-catalogue",
        "open",
        "restart",
        "new-seed",
        "share",
        "lang-zh",
        "theme",
        "help",
        "tool-Kill",
        "AddReplica",
        "Heal",
        "link-0-1",
        "node-M0",
        "see-S1",
        "tab-beliefs",
        "panel",
        "log-filter",
        "log",
        "to-start",
        "back-phase",
        "play",
        "step-phase",
        "director",
        "speed",
        "scrubber",
    ] {
        assert!(seen.iter().any(|name| name == wanted), "{wanted} is not among {seen:?}");
    }
    page.assert_quiet();
}

#[test]
fn by_keyboard_alone_the_master_is_killed_followed_and_explained() {
    let page = opened_with("plain");
    load_again(&page);
    page.browser.press(TAB);
    page.browser.press(ENTER);
    assert!(focused(&page).starts_with("link-"), "the stage is one key away");
    tab_to(&page, "node-M0");
    page.browser.press(ENTER);
    page.part("menu");
    assert_eq!(focused(&page), "do-Kill");
    page.browser.press(ENTER);
    page.find("[data-testid=node-M0][data-state*=dead]");
    // What was pressed is gone; the focus is where it came from.
    assert_eq!(focused(&page), "node-M0");
    page.wait_until("notable events lead to a new master", || {
        page.browser.press("n");
        log(&page).contains("+switch-master")
    });
    assert_eq!(focused(&page), "node-M0");
    page.browser.press("w");
    page.wait_for_text("[data-testid=why]", "+");
    // Along the tabs, and back.
    tab_to(&page, "tab-why");
    page.browser.press(RIGHT);
    assert_eq!(focused(&page), "tab-transcript");
    page.part("transcript");
    tab_to(&page, "scrubber");
    page.browser.press(HOME);
    page.wait_for_text("[data-testid=clock]", "00:00.000");
    assert_eq!(focused(&page), "scrubber");
    page.browser.press("?");
    page.find("[data-testid=help-dialog][open]");
    assert_eq!(focused(&page), "help-dialog-close");
    // It begins with its beginning, all of which is to be seen.
    let hidden = "const help = document.querySelector('[data-testid=help-dialog]');
        return help.scrollTop + help.scrollHeight - help.clientHeight;";
    assert_eq!(page.browser.run(hidden), json!(0));
    page.browser.press(ESCAPE);
    page.wait_until("it is closed", || page.browser.find_all("[data-testid=help-dialog][open]").is_empty());
    assert_eq!(focused(&page), "scrubber");
    tab_to(&page, "share");
    page.browser.press(ENTER);
    page.find("[data-testid=share-dialog][open]");
    page.browser.press(ESCAPE);
    page.wait_until("it is closed", || page.browser.find_all("[data-testid=share-dialog][open]").is_empty());
    assert_eq!(focused(&page), "share");
    page.assert_quiet();
}

#[test]
fn by_keyboard_a_link_is_cut_one_way_slowed_and_mended_a_node_moved_and_a_packet_dropped() {
    let page = opened_with("plain");
    page.browser.press("l");
    let first = focused(&page);
    page.browser.press(RIGHT);
    let link = focused(&page);
    assert!(link.starts_with("link-") && link != first, "{first}, {link}");
    page.browser.press(ENTER);
    assert_eq!(focused(&page), "do-Cut");
    page.browser.press(DOWN);
    assert!(focused(&page).starts_with("cut-"));
    page.browser.press(ENTER);
    page.find(&format!("[data-testid={link}][data-state=half-cut]"));
    page.wait_for_text("[data-testid=log]", "the way back is open");
    assert_eq!(focused(&page), link);
    page.screenshot("cut-one-way");
    page.browser.press(ENTER);
    assert_eq!(focused(&page), "do-Mend");
    tab_to(&page, "link-latency");
    for _ in 0..18 {
        page.browser.press(DOWN);
    }
    page.find(&format!("[data-testid={link}] .edge-figure[data-shown=true]"));
    page.find(&format!("[data-testid={link}][data-state=half-cut]"));
    page.browser.press(ESCAPE);
    assert_eq!(focused(&page), link);
    page.browser.press(ENTER);
    page.browser.press(ENTER);
    page.wait_until("the link is mended", || data(&page, &link, "data-state") != "half-cut");
    tab_to(&page, "node-M0");
    let before = data(&page, "node-M0", "transform");
    page.browser.chord(SHIFT, RIGHT);
    assert_ne!(data(&page, "node-M0", "transform"), before);
    // Time is stepped until a packet is on its way, and that is looked for from link to link.
    page.browser.press(ENTER);
    page.browser.press(ESCAPE);
    let is_drawn =
        || page.browser.run("return !!document.querySelector('.packet[data-packet]');") == json!(true);
    page.wait_until("a packet is on its way", || {
        // Not by the driver's click, which would take the focus along.
        page.browser.run("document.querySelector('[data-testid=step-packet]').click();");
        page.drawn();
        is_drawn()
    });
    page.browser.press("l");
    page.wait_until("its link offers it", || {
        page.browser.press(ENTER);
        let caught = !page.browser.find_all("[data-testid=on-the-way]").is_empty();
        if !caught {
            page.browser.press(ESCAPE);
            focused(&page);
            page.browser.press(RIGHT);
        }
        caught
    });
    tab_to(&page, "on-the-way");
    page.browser.press(ENTER);
    page.find("[data-testid=menu][data-target=packet]");
    assert_eq!(focused(&page), "do-Drop");
    page.browser.press(ENTER);
    page.wait_for_text("[data-testid=log]", "A packet was dropped");
    focused(&page);
    page.assert_quiet();
}

#[test]
fn the_focus_stays_in_a_tour_though_its_card_is_made_anew() {
    let page = opened_with("plain");
    click(&page, "open-catalogue");
    click(&page, "tour-seed-log");
    page.part("tour");
    let inside = || {
        focused(&page);
        page.browser.run("return !!document.activeElement.closest('[data-testid=tour]');") == json!(true)
    };
    // The button goes with its work; when the work is done, the whole card is another one.
    tab_to(&page, "tour-help");
    page.browser.press(ENTER);
    page.find("[data-testid=tour][data-met=true]");
    assert!(inside());
    tab_to(&page, "tour-next");
    page.browser.press(ENTER);
    page.find("[data-testid=tour][data-step='1']");
    assert!(inside());
}

/// Such a remote has two keys for forth and back, and `.` to pause.
#[test]
fn a_presenters_remote_turns_the_steps_of_a_tour_and_elsewhere_the_phases() {
    let page = opened_with("recorded-failover");
    // Where a scenario is chosen the keys choose among scenarios.
    page.browser.run("document.activeElement.blur();");
    let clock = || page.text("[data-testid=clock]");
    let mut passed = vec![clock()];
    while !log(&page).contains("+sdown master") {
        page.browser.press(PAGE_DOWN);
        page.wait_until("the next phase has come", || passed.last() < Some(&clock()));
        passed.push(clock());
    }
    while passed.pop().is_some() && !passed.is_empty() {
        page.browser.press(PAGE_UP);
        page.wait_until("it is gone", || passed.last() == Some(&clock()));
    }
    click(&page, "open-catalogue");
    click(&page, "tour-seed-log");
    page.find("[data-testid=tour][data-step='0']");
    // What the step waits for is still to be done.
    page.browser.press(PAGE_DOWN);
    click(&page, "tour-help");
    page.find("[data-testid=tour][data-step='0'][data-met=true]");
    page.browser.press(PAGE_DOWN);
    page.find("[data-testid=tour][data-step='1']");
    page.browser.press(PAGE_UP);
    page.find("[data-testid=tour][data-step='0']");
    page.assert_quiet();
}

#[test]
fn the_transcript_tells_the_run_with_headings_and_tables_in_both_languages() {
    let page = opened_with("recorded-failover");
    step_until(&page, "+switch-master mymaster");
    page.browser.press("t");
    page.part("transcript");
    let count = |css: &str| page.browser.find_all(&format!("[data-testid=transcript] {css}")).len();
    assert!(count("h3") >= 6, "a heading a phase");
    assert!(count("li") > count("h3"));
    assert_eq!(count("[data-testid=twin-weighing] tbody tr"), 2, "both replicas are weighed");
    let votes = page.text("[data-testid=twin-ballot]");
    assert!(votes.contains("epoch 1"), "{votes}");
    assert_eq!(count("[data-testid=twin-ballot] tbody tr"), 3, "{votes}");
    let english = count("h3, li");
    page.screenshot("transcript");
    click(&page, "lang-zh");
    page.wait_for_text("[data-testid=transcript]", "纪元 1 的投票");
    assert_eq!(count("h3, li"), english);
    page.screenshot("transcript-chinese");
    // Its times go to their moments.
    page.browser.run("document.querySelector('[data-testid=transcript] h3 button').click();");
    page.wait_for_text("[data-testid=clock]", "00:02.000");
    page.wait_until("what came later is not told", || count("[data-testid=twin-ballot]") == 0);
    // Closed, it is not there at all.
    click(&page, "tab-beliefs");
    page.wait_until("it is gone", || page.browser.find_all("[data-testid=transcript]").is_empty());
    page.assert_quiet();
}

#[test]
fn with_less_motion_nothing_flies_and_what_was_sent_is_listed() {
    let page = opened_with("plain");
    page.prefer(&[("prefers-reduced-motion", "reduce")]);
    page.find(".transport[data-still=true]");
    let looks = page.browser.run(
        "const look = (id) => getComputedStyle(document.querySelector(`[data-testid=${id}]`)).backgroundColor;
         return [look('step-notable'), look('play'), look('step-event')];",
    );
    assert_ne!(looks[0], looks[1], "the next notable event is the button to press");
    assert_ne!(looks[0], looks[2]);
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    // Whether anything flew or shone too often is looked at in every frame from here on.
    page.browser.run(
        "window.flown = 0; window.flashes = [];
         let lit = false;
         (function look(stamp) {
           window.flown += document.querySelectorAll('.packets .packet[data-comet]').length;
           if (document.querySelector('[data-testid=play][data-playing=true]')) {
             window.flown += document.querySelectorAll('.packets .packet[data-shown=true]').length;
           }
           const now = !!document.querySelector('.node[data-flash=true]');
           if (now && !lit) window.flashes.push(stamp);
           lit = now;
           requestAnimationFrame(look);
         })(0);",
    );
    step_until(&page, "+try-failover");
    click(&page, "step-notable");
    click(&page, "play");
    page.wait_until("a message is listed", || !page.browser.find_all("[data-testid=messages] li").is_empty());
    page.wait_until("its ends are outlined", || {
        page.browser.run("return window.flashes.length;").as_u64() > Some(0)
    });
    page.screenshot("less-motion");
    page.wait_for_text("[data-testid=log]", "+switch-master");
    pause(&page);
    assert_eq!(page.browser.run("return window.flown;"), json!(0), "something flew");
    let flashes = page.browser.run("return window.flashes;");
    let flashes: Vec<f64> = flashes.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    assert!(
        flashes.windows(4).all(|four| four[3] - four[0] >= 1000.0),
        "more than three a second: {flashes:?}"
    );
    page.assert_quiet();
}

#[test]
fn enlarged_to_twice_its_size_nothing_is_lost_and_nothing_overlaps() {
    let page = opened_with("plain");
    for (width, height, name) in [(720, 450, "200"), (960, 600, "150"), (1100, 700, "laptop")] {
        page.resize(width, height);
        page.part("stage");
        let found = page.wait_for("the parts have their places", || {
            let found = page.browser.run(
                "const parts = ['.header', '.stage-frame', '.caption', '.tools', '.tabs', '.panel', '.transport', '.timeline'];
                 const boxes = parts.map((css) => {
                   const box = document.querySelector(css).getBoundingClientRect();
                   return {css, l: box.left, t: box.top + scrollY, r: box.right, b: box.bottom + scrollY};
                 });
                 const wrong = [];
                 for (const box of boxes) {
                   if (box.r - box.l < 40 || box.b - box.t < 20) wrong.push(box.css + ' has no room');
                   if (box.b > document.documentElement.scrollHeight + 1) wrong.push(box.css + ' cannot be reached');
                   for (const other of boxes) {
                     if (box.css < other.css && box.l < other.r - 1 && other.l < box.r - 1
                         && box.t < other.b - 1 && other.t < box.b - 1) {
                       wrong.push(box.css + ' and ' + other.css + ' overlap');
                     }
                   }
                 }
                 const stage = document.querySelector('.stage-frame').getBoundingClientRect();
                 if (stage.height < 200) wrong.push('the stage is ' + stage.height + ' high');
                 const root = document.documentElement;
                 if (root.scrollWidth > root.clientWidth) wrong.push('it scrolls sideways');
                 return wrong;",
            );
            (found == json!([])).then_some(found.clone()).or_else(|| {
                std::thread::sleep(std::time::Duration::from_millis(300));
                Some(found)
            })
        });
        page.screenshot(&format!("enlarged-{name}"));
        assert_eq!(found, json!([]), "{width}x{height}");
        // Lanes and log are there, as parts of the page or behind a tab.
        for part in ["lanes", "log"] {
            let there = page.browser.find_all(&format!(".{part}-place, [data-testid=tab-{part}]"));
            assert!(!there.is_empty(), "{part} is nowhere at {width}x{height}");
        }
    }
}

#[test]
fn with_the_reader_s_own_colours_states_are_told_apart_without_any() {
    let page = opened_with("plain");
    page.prefer(&[("forced-colors", "active"), ("prefers-color-scheme", "dark")]);
    let pressed = |css: &str| {
        page.browser
            .run(&format!("return getComputedStyle(document.querySelector('{css}')).backgroundColor;"))
    };
    assert_ne!(pressed("[data-testid=tool-Select]"), pressed("[data-testid=tool-Kill]"));
    assert_ne!(pressed("[role=tab][aria-selected=true]"), pressed("[role=tab][aria-selected=false]"));
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    click(&page, "tool-Select");
    step_until(&page, "+sdown master");
    let ring = |css: &str| {
        page.browser.run(&format!(
            "const style = getComputedStyle(document.querySelector('{css}'));
             return [style.stroke !== 'none' && style.display !== 'none', style.strokeDasharray];"
        ))
    };
    let suspected = ring(".node .doubt");
    assert_eq!(suspected[0], json!(true));
    page.screenshot("forced-colours-sdown");
    step_until(&page, "+odown master");
    let agreed = ring("[data-testid=node-M0] .odown-ring");
    assert_eq!(agreed[0], json!(true));
    assert_ne!(suspected[1], agreed[1], "dashed the one, solid the other");
    step_until(&page, "+vote-for-leader");
    page.screenshot("forced-colours");
    let width = |slot: &str| {
        page.browser.run(&format!(
            "const slot = document.querySelector('.node .slot{slot}');
             return slot && parseFloat(getComputedStyle(slot).strokeWidth);"
        ))
    };
    assert!(width("[data-slot=counted]").as_f64() > width(":not([data-slot=counted])").as_f64());
    page.assert_quiet();
}

#[test]
fn what_the_core_refuses_is_introduced_in_chinese_on_the_chinese_page() {
    let page = opened_with("plain");
    click(&page, "lang-zh");
    crate::journeys::open_file(&page, "{ not json");
    page.wait_for_text("[data-testid=open-verdict]", "有误（原因为英文）");
    page.wait_for_text("[data-testid=open-error]", "line 1, column 3");
}

/// What a panel has left to do in the next frame finds it gone.
#[test]
fn panels_are_left_before_they_were_drawn() {
    for (width, height) in [(1440, 900), (390, 844)] {
        let page = Page::open_at("#v1&scenario=plain&seed=7&at=9000000");
        page.resize(width, height);
        page.browser.run(
            "(async () => {
               const tabs = () => [...document.querySelectorAll('[role=tab]')];
               for (let first = 0; first < tabs().length; first++) {
                 for (let other = 0; other < tabs().length; other++) {
                   tabs()[first].click();
                   document.querySelectorAll('.log, .lanes, .panel').forEach((list) => { list.scrollTop += 7; });
                   await Promise.resolve().then(() => {}).then(() => {});
                   tabs()[other].click();
                   if ((first + other) % 3 == 0) await new Promise((done) => requestAnimationFrame(done));
                 }
               }
               window.allLeft = true;
             })();",
        );
        page.wait_until("all were", || page.browser.run("return window.allLeft === true;") == json!(true));
        page.assert_quiet();
    }
}
