//! What a person does, done to the built page (`dist/`) in a real browser. `make test` builds the page and
//! runs these; `cargo test --test e2e` runs them on the page as it was last built.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::disallowed_methods, reason = "a browser is waited for in real time")]
#![allow(dead_code, reason = "page and webdriver are a vocabulary: no test need use every word of it")]

mod axe;
mod console;
mod everyone;
mod film;
mod journeys;
mod keys;
mod kinds;
mod lanes;
mod menu;
mod packets;
mod page;
mod phone;
mod random;
mod settings;
mod site;
mod stage;
mod steps;
mod visits;
mod webdriver;
mod zoom;

use page::Page;
use site::Site;

#[test]
fn the_page_opens_from_a_sub_path_and_mounts_without_a_complaint() {
    let page = Page::open();
    assert!(page.text("body").contains("Sentinel Lab"));
    page.screenshot("opened");
    page.assert_quiet();
}

#[test]
fn nothing_is_asked_of_the_network_once_the_page_has_mounted() {
    let page = Page::open();
    let mounted = page.site.requests().len();
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(page.site.requests().len(), mounted, "{:#?}", page.site.requests());
}

#[test]
fn a_page_whose_program_does_not_load_says_so() {
    for missing in ["_bg.wasm", ".js"] {
        let page = Page::open_from(Site::start_without(Some(missing)), "");
        let says = if missing == ".js" { "If this line stays" } else { "could not start" };
        page.wait_for_text("#boot [role=status]", says);
    }
}

#[test]
fn the_page_may_load_nothing_from_elsewhere() {
    let page = Page::open();
    page.assert_quiet();
    page.browser.run(
        "const picture = document.createElement('img');
         picture.src = 'http://127.0.0.1:9/elsewhere.png';
         document.body.append(picture);",
    );
    page.wait_until("the console tells of a breach of the policy", || {
        page.console().iter().any(|entry| {
            entry.level == "SEVERE"
                && entry.message.contains("elsewhere.png")
                && entry.message.contains("Content Security Policy")
        })
    });
}
