//! What axe-core finds in the page: every main view, in both themes and languages, on a laptop and a phone, and
//! with forced colours.

use crate::journeys::{click, click_drawn, opened_with, pause, step_until};
use crate::page::Page;
use serde_json::{Value, json};
use std::path::PathBuf;

/// The findings that no view may have.
const IMPACTS: [&str; 3] = ["critical", "serious", "moderate"];

/// The text of axe-core, where scripts/common.sh says that scripts/setup puts it.
fn axe_core() -> String {
    let pins = include_str!("../../scripts/tools.env");
    let version = pins.lines().find_map(|line| line.strip_prefix("AXE_CORE_VERSION="));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let folder = cache.expect("HOME is set").join("sentinel-lab");
    let file = folder.join(format!("axe-core-{}.js", version.expect("its version is pinned")));
    std::fs::read_to_string(&file)
        .unwrap_or_else(|why| panic!("{}: {why}; `scripts/setup tests` fetches it", file.display()))
}

/// Has axe-core look at the page as it is now, and collects what it finds.
struct Audit<'a> {
    page: &'a Page,
    found: Vec<String>,
    views: usize,
}

impl<'a> Audit<'a> {
    fn of(page: &'a Page) -> Self {
        let mut audit = Self { page, found: Vec::new(), views: 0 };
        audit.load();
        audit
    }

    /// Gives the document that is now shown its axe-core.
    fn load(&mut self) {
        self.page.browser.run(&axe_core());
    }

    fn look(&mut self, view: &str) {
        let result = self.page.browser.run(
            "return axe.run(document, {resultTypes: ['violations']}).then((found) => ({
               passes: found.passes.length,
               violations: found.violations.map((rule) => ({
                 id: rule.id, impact: rule.impact, help: rule.help,
                 nodes: rule.nodes.slice(0, 4).map((node) => node.target.join(' ') + ': ' + node.failureSummary),
               })),
             }));",
        );
        // A page that axe-core did not look at has no findings, either.
        assert!(result["passes"].as_u64() > Some(5), "axe-core saw nothing of {view}: {result}");
        self.views += 1;
        for rule in result["violations"].as_array().into_iter().flatten() {
            if IMPACTS.iter().any(|impact| rule["impact"] == *impact) {
                let places: Vec<_> =
                    rule["nodes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                self.found.push(format!(
                    "{view}: {} ({}), {}\n    {}",
                    rule["id"].as_str().unwrap_or_default(),
                    rule["impact"].as_str().unwrap_or_default(),
                    rule["help"].as_str().unwrap_or_default(),
                    places.join("\n    ")
                ));
            }
        }
    }

    #[track_caller]
    fn finish(self, views: usize) {
        assert!(self.found.is_empty(), "axe-core finds:\n{}", self.found.join("\n"));
        assert_eq!(self.views, views, "not every view was looked at");
        self.page.assert_quiet();
    }
}

/// Opens the log where it has no place of its own.
fn open_log(page: &Page) {
    if !page.browser.find_all("[data-testid=tab-log]").is_empty() {
        click(page, "tab-log");
    }
    page.part("log");
}

/// Looks at every view of the whole page; returns how many these are.
fn look_around(audit: &mut Audit<'_>) {
    let page = audit.page;
    audit.look("the stage at rest");
    click(page, "tool-Kill");
    click_drawn(page, "node-M0");
    click(page, "tool-Select");
    open_log(page);
    step_until(page, "+vote-for-leader");
    // All that a failover can show of itself: rings, a ballot, votes, lines of the log to ask about.
    let shown = page
        .browser
        .run("return [...document.querySelectorAll('[role=tab]')].map((tab) => tab.dataset.testid);");
    for tab in shown.as_array().into_iter().flatten().filter_map(Value::as_str) {
        click(page, tab);
        page.find(&format!("[data-testid={tab}][aria-selected=true]"));
        if tab == "tab-why" {
            // Whatever was said last, by whomever.
            page.browser.press("0");
            page.browser.press("w");
            page.part("why");
        }
        if tab == "tab-node" {
            page.browser.press("2");
            page.part("selection");
        }
        audit.look(tab);
    }
    page.browser.press("0");
    open_log(page);
    step_until(page, "+switch-master");
    click(page, "tool-Select");
    page.browser
        .run("document.querySelector('.edge-grip').dispatchEvent(new MouseEvent('click', {bubbles: true}));");
    page.part("menu");
    audit.look("a link's menu");
    page.browser.press("\u{e00c}");
    click_drawn(page, "node-S1");
    // On a phone the drawer has what can be done to a node, and the menu is not drawn.
    page.part("menu");
    audit.look("a node's menu");
    page.browser.press("\u{e00c}");
    for (button, dialog) in [
        ("share", "share-dialog"),
        ("open-catalogue", "catalogue"),
        ("open", "open-dialog"),
        ("help", "help-dialog"),
    ] {
        click(page, button);
        page.find(&format!("[data-testid={dialog}][open]"));
        audit.look(dialog);
        page.browser.press("\u{e00c}");
        page.wait_until("the dialog has closed", || {
            page.browser.find_all(&format!("[data-testid={dialog}][open]")).is_empty()
        });
    }
    // A tour with its bet, and a run beside the recorded ones.
    click(page, "open-catalogue");
    click(page, "tour-seed-log");
    page.part("tour");
    audit.look("a tour");
    click(page, "tour-leave");
    click(page, "open-catalogue");
    click(page, "compare-recorded-failover");
    page.part("comparison");
    audit.look("a run beside the recorded ones");
    click(page, "recorded-close");
    pause(page);
    page.browser.run(
        "const scrubber = document.querySelector('[data-testid=scrubber]');
         scrubber.value = '0';
         scrubber.dispatchEvent(new Event('input', {bubbles: true}));",
    );
    click(page, "tool-Kill");
    click_drawn(page, "node-S1");
    page.part("ghost");
    audit.look("the future that was, and what was done");
}

/// How many views a laptop has; a phone has tabs for the log and the lanes, too.
const VIEWS: usize = 17;

/// Opens the page in a language and a look of the system's.
fn opened_in(lang: &str, preferences: &[(&str, &str)]) -> Page {
    let page = opened_with("plain");
    page.prefer(preferences);
    click(&page, &format!("lang-{lang}"));
    page.wait_until("the page speaks it", || {
        page.browser.run("return document.documentElement.lang;") == json!(lang)
    });
    page
}

#[test]
fn axe_finds_nothing_on_a_laptop_in_the_light() {
    let page = opened_in("en", &[("prefers-color-scheme", "light")]);
    let mut audit = Audit::of(&page);
    look_around(&mut audit);
    audit.finish(VIEWS);
}

#[test]
fn axe_finds_nothing_on_a_laptop_in_the_dark_in_chinese() {
    let page = opened_in("zh", &[("prefers-color-scheme", "dark")]);
    let mut audit = Audit::of(&page);
    look_around(&mut audit);
    audit.finish(VIEWS);
}

#[test]
fn axe_finds_nothing_on_a_phone_in_the_dark() {
    let page = opened_in("en", &[("prefers-color-scheme", "dark")]);
    page.resize(390, 844);
    let mut audit = Audit::of(&page);
    look_around(&mut audit);
    audit.finish(VIEWS + 2);
}

#[test]
fn axe_finds_nothing_on_a_phone_in_the_light_in_chinese() {
    let page = opened_in("zh", &[("prefers-color-scheme", "light")]);
    page.resize(390, 844);
    let mut audit = Audit::of(&page);
    look_around(&mut audit);
    audit.finish(VIEWS + 2);
}

#[test]
fn axe_finds_nothing_with_forced_colours() {
    let page = opened_in("en", &[("forced-colors", "active"), ("prefers-color-scheme", "dark")]);
    let mut audit = Audit::of(&page);
    look_around(&mut audit);
    audit.finish(VIEWS);
}

#[test]
fn axe_finds_nothing_on_a_first_visit_nor_in_an_embed() {
    let page = Page::open();
    page.part("tour");
    let mut audit = Audit::of(&page);
    audit.look("a first visit");
    for level in ["stage", "player", "panels"] {
        page.browser
            .go(&page.site.url(&format!("?embed={level}#v1&scenario=recorded-failover&seed=7&at=9000000")));
        page.part("open-in-lab");
        audit.load();
        audit.look(&format!("an embed: {level}"));
    }
    audit.finish(4);
}
