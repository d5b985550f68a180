//! Which kinds of packets are shown.

use crate::journeys::{click, opened_with, step_until};
use crate::page::Page;

/// How many packets of a shape are drawn on the stage, and how many messages about a subject between the lanes.
fn drawn(page: &Page, shape: &str, subject: &str) -> (usize, usize) {
    let count = |css: String| page.browser.find_all(&css).len();
    (
        count(format!(".packet[data-shown=true][data-shape={shape}][data-packet]")),
        count(format!(".lane-message[data-subject={subject}]")),
    )
}

#[test]
fn a_kind_of_packets_can_be_hidden_and_shown_again() {
    // Thirty packets are on their way between S1 and M0 then.
    let moment = "#v1&scenario=slow-link&seed=7&at=10000000";
    let page = Page::open_at(moment);
    page.find(".packet[data-shown=true][data-shape=dot][data-packet]");
    page.browser.run("document.querySelector('.legend summary').click();");
    let all = page.browser.find_all(".packet[data-shown=true][data-packet]").len();
    let (dots, _) = drawn(&page, "dot", "link");
    assert!(0 < dots && dots < all, "{dots} of {all}");
    page.find("[data-testid=kind-dot][aria-pressed=true]");
    click(&page, "kind-dot");
    page.find("[data-testid=kind-dot][aria-pressed=false]");
    page.find("[data-testid=kind-all][aria-pressed=false]");
    page.wait_until("no PING is drawn", || drawn(&page, "dot", "link") == (0, 0));
    assert_eq!(page.browser.find_all(".packet[data-shown=true][data-packet]").len(), all - dots);
    page.screenshot("kinds-hidden");
    // It is kept from visit to visit.
    page.browser.go(&page.site.url(""));
    page.browser.go(&page.site.url(moment));
    page.find(".packet[data-shown=true][data-shape=square][data-packet]");
    page.drawn();
    assert_eq!(drawn(&page, "dot", "link"), (0, 0));
    page.browser.run("document.querySelector('.legend summary').click();");
    page.find("[data-testid=kind-dot][aria-pressed=false]");
    click(&page, "kind-all");
    page.wait_until("all are drawn again", || drawn(&page, "dot", "link").0 == dots);
    // A second time hides them all.
    click(&page, "kind-all");
    page.wait_until("none is drawn", || {
        page.browser.find_all(".packet[data-shown=true][data-packet], .lane-message").is_empty()
    });
    page.find("[data-testid=kind-ring][aria-pressed=false]");
    page.assert_quiet();
}

#[test]
fn votes_alone_are_shown_between_the_lanes_and_what_was_said_stays() {
    let page = opened_with("recorded-failover");
    step_until(&page, "+elected-leader");
    page.find(".lane-message[data-subject=vote]");
    page.find(".lane-count");
    let marks = page.browser.find_all(".lane-mark").len();
    page.browser.run("document.querySelector('.legend summary').click();");
    click(&page, "kind-all");
    click(&page, "kind-ballot");
    page.wait_until("only the votes are drawn", || {
        page.browser.find_all(".lane-message:not([data-subject=vote]), .lane-count").is_empty()
            && !page.browser.find_all(".lane-message[data-subject=vote]").is_empty()
    });
    // What the director stops at is what was said, and that is no packet.
    assert_eq!(page.browser.find_all(".lane-mark").len(), marks);
    page.assert_quiet();
}
