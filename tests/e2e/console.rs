//! A real sentinel.conf opened on the page, and the console.

use crate::journeys::{click, click_drawn, log, opened_with, pause, step_until};
use crate::page::Page;
use serde_json::json;

const ENTER: &str = "\u{E007}";
const TAB: &str = "\u{E004}";
const UP: &str = "\u{E013}";
const CONTROL: &str = "\u{E009}";

fn real_conf(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/real-configs");
    std::fs::read_to_string(format!("{folder}/{name}.conf")).expect("it is part of the repository")
}

/// Pastes a text into the dialog and has it run.
fn paste(page: &Page, text: &str) {
    click(page, "open");
    page.find("[data-testid=open-dialog][open]");
    page.browser.run(&format!("document.querySelector('[data-testid=open-text]').value = {};", json!(text)));
    click(page, "open-run");
}

fn console(page: &Page) -> String {
    page.text("[data-testid=console-lines]")
}

#[test]
fn a_sentinel_conf_becomes_a_cluster_that_fails_over() {
    let page = opened_with("plain");
    paste(&page, &real_conf("notes-rewritten-comments-out-of-place"));
    page.wait_for_text("[data-testid=open-notes]", "127.0.0.1 is one machine here");
    page.screenshot("conf-notes");
    click(&page, "open-close");
    page.wait_until("the dialog has closed", || {
        page.browser.find_all("[data-testid=open-dialog][open]").is_empty()
    });
    pause(&page);
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    step_until(&page, "+switch-master mymaster 127.0.0.1 8004 127.0.0.1 800");
    assert!(log(&page).contains("127.0.0.1 8004"));
    page.assert_quiet();
}

#[test]
fn a_sentinel_conf_that_redis_refuses_is_refused_with_its_line_and_the_world_goes_on() {
    let page = opened_with("plain");
    let clock = page.text("[data-testid=clock]");
    for (name, sentence) in [
        ("inline-comment-invalid", "line 6: 'maxmemory 64mb # Small max memory for sentinel'"),
        (
            "hostname-without-resolve",
            "line 2: 'sentinel monitor mymaster redis-server 6379 2': Can't resolve",
        ),
        // A template, which is no JSON for all that it begins like.
        ("ansible-colons-invalid", "line 1: "),
        ("course-misspelt-moniter", "there is no \"sentinel monitor\" line"),
    ] {
        paste(&page, &real_conf(name));
        page.wait_for_text("[data-testid=open-error]", sentence);
        page.screenshot("conf-refused");
        page.browser.run("document.querySelector('[data-testid=open-dialog]').close();");
        page.part("node-R2");
        assert_eq!(page.text("[data-testid=clock]"), clock, "after {name}");
    }
    page.assert_quiet();
}

#[test]
fn the_console_answers_as_redis_cli_does_though_time_stands_still() {
    let page = opened_with("plain");
    page.browser.press("c");
    page.part("console-input");
    page.browser.press(&format!("sentinel get-master-addr-by-name mymaster{ENTER}"));
    page.wait_for_text("[data-testid=console-lines]", "1) \"10.77.0.10\"\n2) \"6379\"");
    assert!(console(&page).contains("S1 10.77.0.21:26379> sentinel get-master-addr-by-name mymaster"));
    // Completed by Tab, and taken from what was typed before.
    page.browser.press(&format!("SENTINEL CKQ{TAB}m{TAB}{ENTER}"));
    page.wait_for_text("[data-testid=console-lines]", "OK 3 usable Sentinels.");
    page.browser.press(&format!("{UP}{UP}{ENTER}"));
    page.wait_until("it was asked twice", || console(&page).matches("\"10.77.0.10\"").count() == 2);
    page.browser.press("SENTINEL M");
    page.wait_for_text("[data-testid=console-words]", "MASTERS");
    page.screenshot("console");
    page.assert_quiet();
}

#[test]
fn the_console_stays_connected_and_hears_of_the_failover() {
    let page = opened_with("plain");
    page.browser.press("c");
    page.part("console-input");
    // A subscriber reads while the run is stepped, takes no command, and is left by Ctrl-C.
    page.browser.press(&format!("SUBSCRIBE +switch-master{ENTER}"));
    page.wait_for_text(
        "[data-testid=console-lines]",
        "Reading messages... (press Ctrl-C to quit)\n1) \"subscribe\"\n2) \"+switch-master\"\n3) (integer) 1",
    );
    page.find("[data-testid=console-input][readonly]");
    page.browser.press(&format!("PING{ENTER}"));
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    for _ in 0..60 {
        if console(&page).contains("1) \"message\"") {
            break;
        }
        click(&page, "step-notable");
        // What a sentinel logs it tells its subscribers a moment later.
        click(&page, "step-packet");
    }
    page.wait_for_text(
        "[data-testid=console-lines]",
        "1) \"message\"\n2) \"+switch-master\"\n3) \"mymaster 10.77.0.10 6379 10.77.0.1",
    );
    assert!(!console(&page).contains("PING"), "nobody reads what is typed");
    page.screenshot("console-subscribed");
    // The past had not heard of it, and hears of it again.
    click(&page, "to-start");
    page.wait_until("the console of the past has no message", || !console(&page).contains("1) \"message\""));
    click(&page, "to-end");
    page.wait_for_text("[data-testid=console-lines]", "1) \"message\"");
    page.find("[data-testid=console-leave]");
    click(&page, "console-input");
    page.browser.chord(CONTROL, "c");
    page.wait_for_text("[data-testid=console-lines]", "^C");
    page.find("[data-testid=console-input]:not([readonly])");
    // A transaction at the replica that is left goes from command to command.
    page.browser.run(
        "const nodes = document.querySelector('[data-testid=console-node]');
         nodes.value = [...nodes.options].find((node) => node.text.startsWith('R1')).value;
         nodes.dispatchEvent(new Event('change', {bubbles: true}));",
    );
    click(&page, "console-input");
    page.browser.press(&format!("multi{ENTER}role{ENTER}"));
    page.wait_for_text("[data-testid=console-lines]", "R1 10.77.0.11:6379(TX)> role\nQUEUED");
    page.wait_for_text("[data-testid=console-node]", "R1 10.77.0.11:6379(TX)>");
    page.browser.press(&format!("exec{ENTER}"));
    page.wait_for_text("[data-testid=console-lines]", "1) 1) \"");
    page.browser.press(&format!("ping{ENTER}"));
    page.wait_for_text("[data-testid=console-lines]", "R1 10.77.0.11:6379> ping\nPONG");
    page.resize(390, 844);
    page.screenshot("console-session-phone");
    page.assert_quiet();
}

#[test]
fn a_node_s_menu_leads_to_its_console_and_a_dead_node_refuses() {
    let page = opened_with("plain");
    click_drawn(&page, "node-R1");
    click(&page, "do-RunCommand");
    page.part("console-input");
    page.browser.press(&format!("role{ENTER}"));
    page.wait_for_text("[data-testid=console-lines]", "1) \"slave\"\n2) \"10.77.0.10\"\n3) (integer) 6379");
    click(&page, "tool-Kill");
    click_drawn(&page, "node-R1");
    page.find("[data-testid=node-R1][data-state*=dead]");
    click(&page, "console-input");
    // The connection that stayed is gone, as the next command notices; the one after that makes another.
    page.browser.press(&format!("role{ENTER}"));
    page.wait_for_text("[data-testid=console-lines]", "role\nError: Server closed the connection");
    // Time has hardly moved: the host still takes connections for the process, which is a millisecond about ending.
    page.browser.press(&format!("role{ENTER}"));
    page.wait_for_text(
        "[data-testid=console-lines]",
        "not connected> role\nError: Server closed the connection",
    );
    page.browser.press(&format!("role{ENTER}"));
    page.wait_for_text(
        "[data-testid=console-lines]",
        "Could not connect to Redis at 10.77.0.11:6379: Connection refused",
    );
    page.resize(390, 844);
    page.screenshot("console-phone");
    page.assert_quiet();
}

#[test]
fn beside_a_narrow_stage_the_console_s_field_has_room_for_its_example() {
    let page = opened_with("plain");
    for (width, height) in [(1100, 700), (1440, 900)] {
        page.resize(width, height);
        click(&page, "tab-console");
        page.find(".console-input");
        page.drawn();
        let spare = page.browser.run(
            "const field = document.querySelector('.console-input');
             const style = getComputedStyle(field);
             const pen = document.createElement('canvas').getContext('2d');
             pen.font = `${style.fontSize} ${style.fontFamily}`;
             const inside = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
             return inside - pen.measureText(field.placeholder).width;",
        );
        page.screenshot(&format!("console-{width}"));
        assert!(spare.as_f64() > Some(0.0), "{spare} at {width} x {height}");
    }
    page.assert_quiet();
}
