//! What servers and writers are told while they run: CONFIG SET, and a writer's pace.

use crate::everyone::load_again;
use crate::journeys::{click, click_drawn, opened_with, pause, step_until};
use crate::page::Page;
use crate::stage::slide;
use crate::webdriver::keys;

/// What stands at a slider: its value, and the sentence below it.
fn setting(page: &Page, within: &str, name: &str) -> (String, String) {
    let read = page.browser.run(&format!(
        "const slider = document.querySelector('{within} [data-testid=set-{name}]');
         const label = slider?.closest('label');
         return slider && [label.querySelector('output').textContent, label.nextElementSibling.textContent];"
    ));
    let text = |n: usize| read[n].as_str().unwrap_or_default().to_owned();
    (text(0), text(1))
}

/// Selects a node, and closes the menu that opens.
fn select(page: &Page, name: &str) {
    click_drawn(page, &format!("node-{name}"));
    page.part("menu");
    page.browser.run("document.querySelector('[data-testid=menu] button').focus()");
    page.browser.press(keys::ESCAPE);
    page.wait_until("the menu is closed", || page.browser.find_all("[data-testid=menu]").is_empty());
}

/// What is set takes effect when time goes on.
fn wait_for_value(page: &Page, within: &str, name: &str, value: &str) {
    page.wait_until(&format!("{name} is {value}"), || {
        click(page, "step-packet");
        page.drawn();
        setting(page, within, name).0 == value
    });
}

/// REPL-1, REPL-9, REPL-74
#[test]
fn servers_are_told_other_values_while_they_run_and_keep_them_when_the_page_is_loaded_again() {
    let page = opened_with("plain");
    click(&page, "tab-settings");
    let (min, lag) = ("min-replicas-to-write", "min-replicas-max-lag");
    let value = |name| setting(&page, ".settings", name);
    assert_eq!(value(min).0, "0");
    assert!(value(min).1.starts_with("Off:"), "{:?}", value(min));
    assert_eq!(value(lag).0, "10 s");
    slide(&page, &format!("set-{min}"), 1);
    slide(&page, &format!("set-{lag}"), -1);
    wait_for_value(&page, ".settings", lag, "5 s");
    assert_eq!(value(min).0, "1");
    let refuses = "M0 refuses writes (NOREPLICAS) while 2 of its 2 replicas have been silent for over 5 s.";
    assert_eq!(value(min).1, refuses);
    slide(&page, &format!("set-{min}"), 2);
    wait_for_value(&page, ".settings", min, "3");
    assert_eq!(value(min).1, "M0 refuses every write (NOREPLICAS): it has only 2.");

    // One server alone, in the panel of the node, once its menu is closed.
    select(&page, "R1");
    click(&page, "tab-node");
    assert_eq!(setting(&page, "#panel", "replica-priority").0, "100");
    slide(&page, "set-replica-priority", -6);
    wait_for_value(&page, "#panel", "replica-priority", "0");
    assert!(setting(&page, "#panel", "replica-priority").1.starts_with("0: it is never promoted"));
    page.screenshot("settings-priority");

    load_again(&page);
    click(&page, "tab-settings");
    page.wait_until("min-replicas is as it was left", || value(min).0 == "3");
    assert_eq!(value(lag).0, "5 s");
    click(&page, "lang-zh");
    page.wait_until("it is said in Chinese", || {
        value(min).1 == "M0 只有 2 个副本：它拒绝一切写入（NOREPLICAS）。"
    });
    page.assert_quiet();
}

/// Where servers differ the control for all says so; what the console set counts as well.
#[test]
fn what_servers_have_of_their_own_is_told() {
    let page = opened_with("plain");
    select(&page, "R1");
    page.browser.press("c");
    page.part("console-input");
    page.browser.press(&format!("CONFIG SET min-replicas-to-write 1{}", keys::ENTER));
    page.wait_for_text("[data-testid=console-lines]", "OK");
    click(&page, "tab-settings");
    let min = "min-replicas-to-write";
    page.wait_until("they differ", || setting(&page, ".settings", min).0 == "0 – 1");
    page.assert_quiet();
}

/// SEL-4, CON-1: a replica of priority 0 is not promoted once the sentinels have heard of it.
#[test]
fn a_priority_set_in_the_menu_by_keyboard_decides_who_is_promoted() {
    let page = opened_with("plain");
    page.browser.run("document.querySelector('[data-testid=node-R1]').focus()");
    page.browser.press(keys::ENTER);
    page.find("[data-testid=menu] [data-testid=set-replica-priority]");
    page.browser
        .run("document.querySelector('[data-testid=menu] [data-testid=set-replica-priority]').focus()");
    page.browser.press(&keys::LEFT.repeat(6));
    page.wait_for_text("[data-testid=log]", "CONFIG SET replica-priority 0");
    page.browser.press(keys::ESCAPE);
    // Until all sentinels have read it in INFO.
    click(&page, "play");
    page.wait_until("some ten seconds have passed", || page.text("[data-testid=clock]").as_str() > "00:12");
    pause(&page);
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    click(&page, "tool-Select");
    step_until(&page, "+switch-master mymaster 10.77.0.10 6379 10.77.0.12 6379");
    page.assert_quiet();
}

/// A writer's pace changes, and its counts go on.
#[test]
fn a_writer_is_told_to_write_more_often() {
    let page = opened_with("plain");
    click(&page, "tab-settings");
    assert_eq!(setting(&page, ".settings", "writes-per-second").0, "", "nobody writes");
    click(&page, "writer");
    page.wait_until("it writes ten times a second", || {
        setting(&page, ".settings", "writes-per-second").0 == "10"
    });
    slide(&page, "set-writes-per-second", 3);
    page.wait_until("it is told", || setting(&page, ".settings", "writes-per-second").0 == "100");
    click(&page, "tab-clients");
    page.wait_until("the account of the client has it, too", || {
        setting(&page, "[data-testid=client-C1]", "writes-per-second").0 == "100"
    });
    page.assert_quiet();
}
