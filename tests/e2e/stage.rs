//! Whose view, faults on the picture, and why: what the stage is there for.

use crate::journeys::{click, click_drawn, log, open_file, opened_with, pause, step_until};
use crate::page::Page;
use serde_json::{Value, json};

/// An attribute of a node on the stage.
fn node(page: &Page, name: &str, attribute: &str) -> String {
    page.browser.attribute(&page.part(&format!("node-{name}")), attribute).unwrap_or_default()
}

/// Whether the page has an element.
fn is_there(page: &Page, css: &str) -> bool {
    !page.browser.find_all(css).is_empty()
}

/// Where a node stands in the window.
fn place(page: &Page, name: &str) -> (i32, i32) {
    page.part(&format!("node-{name}"));
    let place = page.browser.run(&format!(
        "const box = document.querySelector('[data-testid=node-{name}] .halo').getBoundingClientRect();
         return [box.x + box.width / 2, box.y + box.height / 2];"
    ));
    let part = |n: usize| place[n].as_f64().expect("a place has two figures") as i32;
    (part(0), part(1))
}

/// How many lines of the stage are cut.
fn cuts(page: &Page) -> usize {
    page.browser.find_all(".edge[data-state=cut]").len()
}

/// Moves a slider to another of its steps.
pub(crate) fn slide(page: &Page, testid: &str, by: i32) {
    page.part(testid);
    page.browser.run(&format!(
        "const slider = document.querySelector('[data-testid={testid}]');
         slider.value = String(Number(slider.value) + {by});
         slider.dispatchEvent(new Event('input', {{bubbles: true}}));
         slider.dispatchEvent(new Event('change', {{bubbles: true}}));"
    ));
}

#[test]
fn the_stage_shows_what_one_sentinel_believes() {
    let page = opened_with("plain");
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    click(&page, "tool-Select");
    step_until(&page, "+sdown master");
    // One sentinel doubts, the others do not yet: a ring says that they disagree.
    assert_eq!(node(&page, "M0", "data-disputed"), "true");
    assert!(node(&page, "M0", "data-state").contains("dead"));
    let doubter = log(&page).lines().rev().find(|line| line.contains("+sdown master")).map(str::to_owned);
    assert!(doubter.is_some());
    click(&page, "see-S2");
    page.find(".stage-frame[data-see=belief]");
    // Whether a process runs is nothing that a sentinel knows.
    page.find("[data-testid=node-M0][data-condition=running]");
    assert_eq!(node(&page, "M0", "data-disputed"), "false");
    let own = page.browser.find_all(".edge[data-use=watch]").len();
    assert_eq!(own, 5, "its own lines: to three servers and two sentinels");
    page.screenshot("seen-as-S2");
    page.browser.press("0");
    page.find(".stage-frame[data-see=truth]");
    page.find("[data-testid=node-M0][data-condition=dead]");
    page.browser.press("3");
    page.find("[data-testid=see-S3][aria-pressed=true]");
    page.assert_quiet();
}

#[test]
fn a_drawn_line_parts_the_network_and_mending_joins_it() {
    let page = opened_with("plain");
    click(&page, "tool-Cut");
    let (master, replica) = (place(&page, "M0"), place(&page, "R1"));
    let x = master.0.midpoint(replica.0);
    let frame = page.browser.run(
        "const box = document.querySelector('.stage-svg').getBoundingClientRect();
         return [box.top, box.bottom];",
    );
    let edge = |n: usize| frame[n].as_f64().expect("a frame has edges") as i32;
    page.browser.drag((x, edge(0) + 3), (x, edge(1) - 3));
    page.wait_until("lines are cut", || cuts(&page) >= 6);
    page.wait_for_text("[data-testid=log]", "The network is split");
    page.screenshot("parted-by-a-line");
    click(&page, "Heal");
    page.wait_until("all are mended", || cuts(&page) == 0);
    page.assert_quiet();
}

#[test]
fn a_vote_in_flight_can_be_opened_and_dropped() {
    let page = opened_with("plain");
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    click(&page, "tool-Select");
    step_until(&page, "+try-failover");
    click(&page, "tab-beliefs");
    page.find("[data-testid=slots] [data-slot=counted]");
    // On to the moment at which a vote is on its way.
    let ballot = ".packet[data-shown=true][data-shape=ballot][data-packet]";
    page.step_to_packet(ballot);
    let caught = page.browser.run(&format!(
        "const packet = document.querySelector('{ballot}');
         const box = packet.getBoundingClientRect();
         const at = {{bubbles: true, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, pointerId: 1}};
         packet.dispatchEvent(new MouseEvent('click', at));
         return packet.getAttribute('data-packet');"
    ));
    assert_ne!(caught, Value::Null);
    // Opened, it tells the whole command.
    page.wait_for_text("[data-testid=menu]", "is-master-down-by-addr");
    page.screenshot("a-vote-caught");
    click(&page, "do-Drop");
    page.wait_until("the menu has closed", || !is_there(&page, "[data-testid=menu]"));
    page.wait_for_text("[data-testid=log]", "A packet was dropped");
    page.assert_quiet();
}

#[test]
fn the_menu_of_a_packet_closes_when_the_packet_has_arrived() {
    let page = opened_with("plain");
    page.step_to_packet(".packet[data-shown=true][data-packet]");
    page.browser.run(
        "document.querySelector('.packet[data-shown=true][data-packet] .shape')
           .dispatchEvent(new MouseEvent('click', {bubbles: true}));",
    );
    page.find("[data-testid=menu][data-target=packet]");
    page.wait_until("the menu has closed", || {
        click(&page, "step-packet");
        page.drawn();
        !is_there(&page, "[data-testid=menu]")
    });
    page.assert_quiet();
}

/// Where the canvas has something drawn, in the window; the last such place, or nothing.
pub(crate) fn drawn_place(page: &Page) -> Option<(i32, i32)> {
    let place = page.browser.run(
        "const canvas = document.querySelector('.stage canvas');
         const box = canvas.getBoundingClientRect();
         if (!canvas.width || !canvas.height) return null;
         const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
         copy.drawImage(canvas, 0, 0);
         const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
         // From the middle on, so that it is not beside a node at the edge.
         for (let row = canvas.height >> 1; row < canvas.height; row += 2) {
           for (let column = 0; column < canvas.width; column++) {
             if (pixels[4 * (row * canvas.width + column) + 3] < 200) continue;
             const at = [box.x + column * box.width / canvas.width, box.y + row * box.height / canvas.height];
             const under = document.elementFromPoint(...at);
             if (under && under.closest('.stage-svg') && !under.closest('.node')) return at;
           }
         }
         return null;",
    );
    let part = |n: usize| place[n].as_f64().map(|at| at.round() as i32);
    Some((part(0)?, part(1)?))
}

/// A master, two replicas and so many sentinels, on links on which hundreds of packets are under way at once.
pub(crate) fn busy(sentinels: u32) -> Value {
    let mut nodes = vec![json!({"name": "M0", "role": "master"})];
    nodes.extend((1..=2).map(|n| json!({"name": format!("R{n}"), "role": "replica", "of": "M0"})));
    nodes.extend((1..=sentinels).map(|n| json!({"name": format!("S{n}"), "role": "sentinel"})));
    json!({
        "id": "busy",
        "title": "Hundreds of packets",
        "nodes": nodes,
        "monitors": [{"name": "mymaster", "master": "M0", "quorum": 2}],
        "sentinel_conf": {"down-after-milliseconds": 60_000},
        "actions": [{"at_ms": 500, "do": "netem", "rules": [{"delay_ms": 6000}]}],
        "duration_ms": 60_000,
    })
}

#[test]
fn a_packet_of_hundreds_on_the_canvas_can_be_opened_and_dropped() {
    // Few enough for every line to be drawn, and so many that none is but the replication's.
    for sentinels in [8, 30] {
        let page = opened_with("plain");
        open_file(&page, &busy(sentinels).to_string());
        page.part(&format!("node-S{sentinels}"));
        page.browser.run("document.querySelector('[data-testid=play][data-playing=false]')?.click();");
        page.wait_for("hundreds are under way", || drawn_place(&page));
        // Now they stand.
        pause(&page);
        let place = page.wait_for("they are still drawn", || drawn_place(&page));
        assert!(!is_there(&page, ".packet[data-shown=true][data-packet]"), "they are no elements");
        page.browser.drag(place, place);
        page.wait_for_text("[data-testid=menu]", "→");
        page.screenshot(&format!("swarm-{sentinels}"));
        click(&page, "do-Drop");
        page.wait_for_text("[data-testid=log]", "A packet was dropped");
        page.assert_quiet();
    }
}

#[test]
fn words_of_packets_that_follow_one_another_do_not_cover_each_other() {
    // Thirty packets are on their way between S1 and M0 then.
    let page = Page::open_at("#v1&scenario=slow-link&seed=7&at=10000000");
    page.find(".packet[data-shown=true][data-quiet=true]");
    let seen = page.browser.run(
        "const seen = [...document.querySelectorAll('.packet[data-shown=true] text')]
           .filter(text => getComputedStyle(text).visibility === 'visible')
           .map(text => text.getBoundingClientRect());
         const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
         return [seen.length, seen.filter((a, n) => seen.slice(n + 1).some(b => meet(a, b))).length];",
    );
    let (words, covered) = (seen[0].as_u64().expect("a number"), seen[1].as_u64().expect("a number"));
    assert!(words >= 4, "{words} have words");
    assert_eq!(covered, 0, "of {words}");
    // Nor do they lie on the address of a node that they leave, reach or pass: there they stand below their packet.
    let on_addresses = page.browser.run(
        "const box = (part) => part.getBoundingClientRect();
         // Between the lines of a text there is air.
         const meet = (a, b) => a.left < b.right && b.left < a.right && a.top + 3 < b.bottom - 3 && b.top + 3 < a.bottom - 3;
         const addresses = [...document.querySelectorAll('.node .addr')].map(box);
         const words = [...document.querySelectorAll('.packet[data-shown=true] text')]
           .filter(text => getComputedStyle(text).visibility === 'visible');
         return [
           words.filter(text => addresses.some(address => meet(address, box(text)))).map(text => text.textContent),
           words.filter(text => text.getAttribute('y') === '20').length,
         ];",
    );
    assert_eq!(on_addresses[0], json!([]));
    assert!(on_addresses[1].as_u64() > Some(0), "none stands below: nothing was shown");
    page.assert_quiet();
}

#[test]
fn settings_changed_while_it_runs_change_what_is_waited_for() {
    let page = opened_with("plain");
    click(&page, "tab-settings");
    slide(&page, "set-quorum", 1);
    slide(&page, "set-down-after-milliseconds", -1);
    step_until(&page, "quorum 3");
    step_until(&page, "down-after-milliseconds 2000");
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    click(&page, "tool-Select");
    step_until(&page, "+sdown master");
    click(&page, "tab-why");
    page.wait_for_text("[data-testid=not-yet]", "the quorum is 3");
    page.wait_for_text("[data-testid=not-yet]", "2.0 s");
    page.assert_quiet();
}

#[test]
fn an_aborted_election_is_explained_with_its_figures() {
    let page = opened_with("quorum-one-left");
    step_until(&page, "-failover-abort-not-elected");
    page.browser.press("w");
    page.wait_for_text(
        "[data-testid=why]",
        "Votes needed: the larger of the quorum, 1, and the majority of 3",
    );
    let text = page.text("[data-testid=why]");
    for wanted in ["EVT-18", "had 1 of 2", "cannot be reached", "twice failover-timeout", "ELEC-7"] {
        assert!(text.contains(wanted), "{wanted:?} is missing in:\n{text}");
    }
    page.screenshot("why-not-elected");
    click(&page, "lang-zh");
    page.wait_for_text("[data-testid=why]", "有 1 票，需要 2 票");
    page.assert_quiet();
}

#[test]
fn a_sentinels_mind_is_open_selection_states_and_timers() {
    let page = opened_with("plain");
    page.browser.press("1");
    click(&page, "tab-node");
    page.wait_for_text("[data-testid=selection]", "SEL-12");
    page.find("[data-testid=selection] td[data-chosen=true]");
    page.wait_for_text("[data-testid=states]", "-failover-abort-slave-timeout");
    page.wait_for_text("[data-testid=timers]", "down-after-milliseconds");
    // The same by keyboard and finger as the tools do on the picture, where the truth is shown.
    click(&page, "see-truth");
    // A chooser tells the value that there is, although it is none of those that it offers.
    let value = "return document.querySelector('[data-testid=links] [data-testid=link-latency]').selectedOptions[0].text;";
    assert_eq!(page.browser.run(value), json!("60 µs"));
    page.browser.run(
        "const select = document.querySelector('[data-testid=links] [data-testid=link-latency]');
         select.selectedIndex = select.options.length - 1;
         select.dispatchEvent(new Event('change', {bubbles: true}));",
    );
    page.wait_until("a line says how slow it is", || {
        page.browser.run("return [...document.querySelectorAll('.edge-figure')].some(f => f.textContent.includes('500 ms'));")
            == json!(true)
    });
    page.assert_quiet();
}

#[test]
fn why_is_answered_for_a_line_of_the_log() {
    let page = opened_with("plain");
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    click(&page, "tool-Select");
    step_until(&page, "+sdown master");
    page.browser.run(
        "const line = [...document.querySelectorAll('[data-testid=log] li')]
           .find(line => line.textContent.includes('+sdown master'));
         line.querySelector('.ask').click();",
    );
    page.wait_for_text("[data-testid=why]", "down-after-milliseconds, is 5.0 s");
    page.wait_for_text("[data-testid=why]", "SDOWN-2");
    page.assert_quiet();
}

#[test]
fn a_click_on_a_line_of_the_log_goes_to_its_moment_and_marking_it_does_not() {
    let page = opened_with("plain");
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    step_until(&page, "+odown");
    let clock = || page.text("[data-testid=clock]");
    let late = clock();
    let place = page.browser.run(
        "const line = document.querySelector('[data-testid=log] li[data-category] code');
         line.scrollIntoView({block: 'center'});
         const box = line.getBoundingClientRect();
         return [box.x + 20, box.y + 8];",
    );
    let part = |n: usize| place[n].as_f64().expect("a place has two figures") as i32;
    let at = (part(0), part(1));
    page.browser.drag(at, (at.0 + 90, at.1));
    assert_ne!(page.browser.run("return getSelection().toString();"), json!(""));
    assert_eq!(clock(), late);
    page.browser.drag(at, at);
    page.wait_until("the playhead is at the line's moment", || clock() != late);
    page.assert_quiet();
}

#[test]
fn the_panel_offers_what_can_be_done_to_a_node_as_it_is_now() {
    let page = opened_with("plain");
    click(&page, "tab-node");
    page.browser.press("1");
    for (deed, then) in [("act-Freeze", "act-Resume"), ("act-Resume", "act-Kill"), ("act-Kill", "act-Start")]
    {
        click(&page, deed);
        page.part(then);
        assert!(!is_there(&page, &format!("[data-testid={deed}]")), "{deed} is offered no more");
    }
    page.assert_quiet();
}

#[test]
fn a_menu_closes_when_another_part_of_the_page_is_turned_to() {
    let page = opened_with("plain");
    click_drawn(&page, "node-S2");
    page.find("[data-testid=menu][data-target=node]");
    // A look as the sentinel is another look at the same.
    click(&page, "see-S1");
    page.find("[data-testid=menu][data-target=node]");
    click(&page, "tab-settings");
    page.wait_until("the menu has closed", || !is_there(&page, "[data-testid=menu]"));
    page.find("[data-testid=app][data-panel=settings]");
    page.assert_quiet();
}

#[test]
fn all_tools_are_in_sight_on_a_laptop_however_low_it_is() {
    let page = opened_with("plain");
    for (width, height) in [(1440, 900), (1440, 790), (1366, 650), (1280, 600), (1100, 700)] {
        page.resize(width, height);
        page.drawn();
        let over = page.browser.run(
            "const column = document.querySelector('.tools');
             const edge = column.getBoundingClientRect();
             const outside = [...column.querySelectorAll('button')].filter((tool) => {
               const box = tool.getBoundingClientRect();
               return box.bottom > edge.bottom || box.right > edge.right || tool.scrollWidth > tool.clientWidth;
             });
             return outside.map((tool) => tool.dataset.testid);",
        );
        page.screenshot(&format!("tools-{width}-{height}"));
        assert_eq!(over, json!([]), "at {width} x {height}");
    }
    page.assert_quiet();
}

#[test]
fn the_names_of_hosts_with_several_masters_stand_before_the_lines_that_pass_them() {
    let page = opened_with("plain");
    click(&page, "open");
    page.part("open-text");
    let two = |tail: &str| {
        let of = |(name, port)| tail.replace("NAME", name).replace("PORT", port);
        [("a", "6379"), ("b", "6380")].map(of).concat()
    };
    let conf = two("sentinel monitor NAME 10.0.0.1 PORT 2\n")
        + &two("sentinel known-replica NAME 10.0.0.2 PORT\nsentinel known-replica NAME 10.0.0.3 PORT\n");
    page.browser.run(&format!("document.querySelector('[data-testid=open-text]').value = {};", json!(conf)));
    click(&page, "open-run");
    click(&page, "open-close");
    pause(&page);
    page.find(".card text");
    page.drawn();
    page.screenshot("hosts-with-two-masters");
    let seen = page.browser.run(
        "const before = (a, b) =>
           Boolean(document.querySelector(a).compareDocumentPosition(document.querySelector(b)) & 4);
         const name = getComputedStyle(document.querySelector('.card text'));
         // What lies under a card is touched through it.
         const cards = [...document.querySelectorAll('.card rect')].map((card) => card.getBoundingClientRect());
         const isWithin = ([x, y]) => cards.some((c) => x > c.left && x < c.right && y > c.top && y < c.bottom);
         const touched = [...document.querySelectorAll('.edge-grip')].some((grip) => {
           const place = grip.getPointAtLength(grip.getTotalLength() * 0.1).matrixTransform(grip.getScreenCTM());
           const at = [place.x, place.y];
           return isWithin(at) && Boolean(document.elementFromPoint(...at)?.closest('.edge'));
         });
         return [before('.edges', '.cards'), before('.cards', '.nodes'), name.paintOrder.startsWith('stroke'),
           parseFloat(name.strokeWidth) >= 4, name.stroke !== 'none', touched];",
    );
    assert_eq!(seen, json!([true, true, true, true, true, true]));
    page.assert_quiet();
}

/// The thick line from the new master to the other replica passes below the old one, where it says who holds that
/// down.
#[test]
fn after_a_failover_no_line_of_replication_lies_on_words() {
    let page = Page::open_at("#v1&scenario=recorded-failover&seed=7&at=16000000");
    page.find("[data-testid=link-1-2][data-use=replication]");
    for (width, height) in [(390, 844), (1440, 900), (1280, 600)] {
        page.resize(width, height);
        page.drawn();
        page.screenshot(&format!("failed-over-{width}x{height}"));
        let seen = page.browser.run(
            "const words = [...document.querySelectorAll('.node .badge')].filter((badge) => badge.textContent);
             const lines = [...document.querySelectorAll('.edge[data-use=replication] .edge-line')];
             const meets = (line, word) => {
               const box = word.getBoundingClientRect();
               return [...Array(101).keys()].some((n) => {
                 const at = line.getPointAtLength(line.getTotalLength() * n / 100).matrixTransform(line.getScreenCTM());
                 return at.x > box.left && at.x < box.right && at.y > box.top && at.y < box.bottom;
               });
             };
             return [words.length > 1, lines.length > 0, lines.some((line) => words.some((word) => meets(line, word)))];",
        );
        assert_eq!(seen, json!([true, true, false]), "{width} x {height}");
    }
    page.assert_quiet();
}
