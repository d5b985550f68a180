//! What a packet carries, told to whoever points at it or has it in focus.

use crate::journeys::{open_file, opened_with, pause, step_until};
use crate::page::Page;
use crate::stage::{busy, drawn_place};
use crate::webdriver::keys::ESCAPE;
use sentinel_lab::cluster::{History, PacketKind, Step};
use sentinel_lab::scenario::entry;
use sentinel_lab::sim::Seed;
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

/// The page where packets are drawn by the hundred, and the place of one of them.
fn with_hundreds() -> (Page, (i32, i32)) {
    let page = opened_with("plain");
    open_file(&page, &busy(8).to_string());
    page.part("node-S8");
    page.browser.run("document.querySelector('[data-testid=play][data-playing=false]')?.click();");
    page.wait_for("hundreds are under way", || drawn_place(&page));
    pause(&page);
    let place = page.wait_for("they are still drawn", || drawn_place(&page));
    (page, place)
}

#[test]
fn a_packet_of_hundreds_tells_its_whole_command() {
    let (page, place) = with_hundreds();
    page.browser.hover(place);
    page.wait_until("one of them is told", || tip(&page).contains(" → ") && tip(&page).lines().count() > 1);
    page.screenshot("hovered-swarm");
    page.assert_quiet();
}

/// What is drawn on the canvas is no element: no browser tells that it comes under a pointer at rest.
#[test]
fn a_packet_of_hundreds_that_comes_under_a_pointer_at_rest_is_told() {
    let (page, place) = with_hundreds();
    let press = |testid: &str| {
        page.browser.run(&format!("document.querySelector('[data-testid={testid}]').click();"));
        page.drawn();
    };
    press("to-start");
    page.browser.hover(place);
    page.drawn();
    assert_eq!(tip(&page), "", "nothing is there yet");
    press("to-end");
    page.wait_until("what is there now is told", || tip(&page).contains(" → "));
    page.browser.press(ESCAPE);
    page.wait_until("Escape dismisses it", || tip(&page).is_empty());
    press("step-packet");
    assert_eq!(tip(&page), "", "and it stays away until the pointer moves");
    page.assert_quiet();
}

/// The link to a moment at which a reply to INFO is on its way.
fn with_a_reply_to_info() -> String {
    let begun = entry("plain").expect("it is built in").scenario().begin(Seed(7));
    let mut history = History::new(begun.cluster, begun.records);
    let flies = |history: &History| history.cluster().packets().any(|p| p.kind == PacketKind::InfoReply);
    while !flies(&history) {
        assert!(history.step(Step::Packet));
    }
    format!("#v1&scenario=plain&seed=7&at={}", history.now().since(history.origin()).0)
}

/// A reply to INFO is longer than a low window: its beginning is told, and that there is more.
#[test]
fn what_is_too_long_for_the_window_is_told_from_its_beginning_with_a_word_that_there_is_more() {
    const REPLY: &str = ".packet[data-shown=true][data-shape=square][data-reply=true][data-packet] .shape";
    let page = Page::open_at(&with_a_reply_to_info());
    page.find(REPLY);
    let point_at = |css: &str| {
        page.browser.run(&format!(
            "const thing = document.querySelector('{css}'), box = thing.getBoundingClientRect();
             const at = {{bubbles: true, clientX: box.x, clientY: box.y, pointerType: 'mouse', buttons: 0}};
             thing.dispatchEvent(new PointerEvent('pointerover', at));"
        ));
    };
    // How long it is, whether it is in the window, and what stands at its foot.
    let seen = || {
        page.browser.run(
            "const tip = document.getElementById('tip'), box = tip.getBoundingClientRect();
             const foot = getComputedStyle(tip, '::after').content;
             return [tip.scrollHeight > tip.clientHeight, box.top >= 0 && box.bottom <= innerHeight, foot];",
        )
    };
    let low = [("en", "\"… and more: open it\""), ("zh", "\"……还有更多：请打开它\"")];
    for (height, lang, is_cut, foot) in
        [(900, "en", false, "none")].into_iter().chain(low.map(|(lang, foot)| (390, lang, true, foot)))
    {
        page.resize(if is_cut { 844 } else { 1440 }, height);
        page.browser.run(&format!("document.querySelector('[data-testid=lang-{lang}]').click();"));
        page.drawn();
        point_at(REPLY);
        page.wait_until("the reply is told", || tip(&page).contains("run_id"));
        assert_eq!(seen(), json!([is_cut, true, foot]), "{height} pixels, {lang}");
        page.screenshot(&format!("tip-{height}-{lang}"));
        point_at("body");
        page.wait_until("it is told no more", || tip(&page).is_empty());
    }
    // Opened it is all there.
    page.browser.run(&format!(
        "const box = document.querySelector('{REPLY}').getBoundingClientRect();
         document.querySelector('{REPLY}').dispatchEvent(
           new PointerEvent('pointerdown', {{bubbles: true, clientX: box.x + 4, clientY: box.y + 4, pointerId: 1}}));
         document.querySelector('{REPLY}').dispatchEvent(
           new PointerEvent('pointerup', {{bubbles: true, clientX: box.x + 4, clientY: box.y + 4, pointerId: 1}}));
         document.querySelector('{REPLY}').dispatchEvent(
           new MouseEvent('click', {{bubbles: true, clientX: box.x + 4, clientY: box.y + 4}}));"
    ));
    page.wait_for_text("[data-testid=menu] .menu-title", "repl_backlog_histlen");
    page.assert_quiet();
}
