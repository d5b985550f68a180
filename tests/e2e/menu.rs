//! What the menu of a node offers, and what comes of it.

use crate::journeys::{click, click_drawn, opened_with, step_until};
use crate::page::Page;
use crate::stage::slide;
use crate::webdriver::keys;
use serde_json::json;

/// Which of these the open menu shows.
fn shown(page: &Page, testids: &[&str]) -> serde_json::Value {
    page.browser.run(&format!(
        "const menu = document.querySelector('[data-testid=menu]');
         return {}.filter(id => menu.querySelector(`[data-testid=\"${{id}}\"]`)?.checkVisibility());",
        json!(testids)
    ))
}

#[test]
fn a_node_s_menu_offers_all_that_can_be_done_to_it() {
    let page = opened_with("plain");
    let all = [
        "do-Kill",
        "do-Freeze",
        "do-StartAnew",
        "do-Isolate",
        "do-Busy",
        "do-RunCommand",
        "set-replica-priority",
    ];
    click_drawn(&page, "node-R1");
    page.part("menu");
    assert_eq!(shown(&page, &all), json!(all), "of a server");
    page.screenshot("menu-server");
    click_drawn(&page, "node-S1");
    page.find("[data-testid=menu] [data-testid=do-Failover]");
    assert_eq!(shown(&page, &all), json!(all[..6]), "of a sentinel, which has no priority");
    click(&page, "do-Freeze");
    page.find("[data-testid=node-S1][data-state=frozen]");
    click_drawn(&page, "node-S1");
    page.part("menu");
    assert_eq!(
        shown(&page, &["do-Resume", "do-StartAnew", "do-Freeze"]),
        json!(["do-Resume", "do-StartAnew"])
    );
    click(&page, "do-StartAnew");
    page.wait_until("it runs", || {
        page.browser.attribute(&page.part("node-S1"), "data-state").as_deref() != Some("frozen")
    });
    click(&page, "lang-zh");
    click_drawn(&page, "node-S1");
    page.wait_for_text("[data-testid=menu]", "令其忙碌 5 秒");
    page.assert_quiet();
}

/// REPL-26: DEBUG SLEEP.
#[test]
fn a_busy_server_falls_silent_and_answers_afterwards() {
    let page = opened_with("plain");
    click(&page, "tab-settings");
    slide(&page, "set-down-after-milliseconds", -1);
    step_until(&page, "down-after-milliseconds 2000");
    click_drawn(&page, "node-R1");
    page.wait_for_text("[data-testid=do-Busy]", "5 s");
    click(&page, "do-Busy");
    step_until(&page, "DEBUG SLEEP 5");
    step_until(&page, "+sdown slave");
    step_until(&page, "-sdown slave");
    page.wait_until("all take it to be well", || {
        click(&page, "step-notable");
        page.browser.attribute(&page.part("node-R1"), "data-state").as_deref() == Some("ok")
    });
    page.assert_quiet();
}

/// TILT-1, TILT-3, by keyboard.
#[test]
fn a_busy_sentinel_mistrusts_its_clock_afterwards() {
    let page = opened_with("plain");
    page.browser.run("document.querySelector('[data-testid=node-S2]').focus()");
    page.browser.press(keys::ENTER);
    page.part("menu");
    page.browser.press(&keys::DOWN.repeat(4));
    assert_eq!(page.browser.run("return document.activeElement.dataset.testid"), json!("do-Busy"));
    page.browser.press(keys::ENTER);
    step_until(&page, "S2 gets no processor for 5.0 s");
    step_until(&page, "+tilt");
    page.find("[data-testid=node-S2][data-state=tilt]");
    page.assert_quiet();
}
