//! A page with the probe in it, and what a measure does with one.

use std::ops::Deref;
use std::time::Duration;

use serde_json::{Value, json};

use crate::frames::{BEGIN, Frames};
use crate::page::{Page, choose_scenario};
use crate::site::Site;
use crate::webdriver::Browser;

/// An opened page; the probe (`probe.js`) was there before the page's own scripts.
pub(crate) struct Visit(Page);

impl Deref for Visit {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.0
    }
}

/// What the page keeps, in megabytes (10^6).
pub(crate) struct Memory {
    /// The program's linear memory.
    pub(crate) wasm: f64,
    /// JavaScript's heap, and what the document keeps beside it, after a collection.
    pub(crate) heap: f64,
}

impl Visit {
    /// A browser with nothing in its cache opens the page for the first time. `slowdown` is that of the
    /// processor (1: none).
    pub(crate) fn first(slowdown: u32) -> Self {
        Self::begin(Browser::start(), slowdown)
    }

    fn begin(browser: Browser, slowdown: u32) -> Self {
        let page = Page::blank(browser, Site::start());
        let devtools = |command, parameters| page.browser.devtools(command, &parameters);
        devtools("Page.enable", json!({}));
        devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": include_str!("probe.js") }));
        devtools("Emulation.setCPUThrottlingRate", json!({ "rate": slowdown }));
        page.browser.go(&page.site.url(""));
        page.wait_until("the loading text has gone", || page.browser.find_all("#boot").is_empty());
        Self(page)
    }

    /// The same, with the library's scenario of that name chosen and time standing still.
    pub(crate) fn with(id: &str) -> Self {
        Self::first(1).choose(id)
    }

    /// The same, traced.
    pub(crate) fn traced_with(id: &str) -> Self {
        Self::begin(Browser::start_traced(), 1).choose(id)
    }

    fn choose(self, id: &str) -> Self {
        let visit = self;
        choose_scenario(&visit.browser, id);
        visit.find("[data-testid=node-M0]");
        visit.play(false);
        visit
    }

    /// Opens a scenario file by pasting it.
    pub(crate) fn open(&self, file: &Value, node: &str) {
        self.press("open");
        self.part("open-text");
        self.browser.run(&format!(
            "document.querySelector('[data-testid=open-text]').value = {};",
            json!(file.to_string())
        ));
        self.press("open-run");
        self.part(&format!("node-{node}"));
    }

    /// Presses the button with a `data-testid`.
    pub(crate) fn press(&self, testid: &str) {
        self.part(testid);
        self.browser.run(&format!("document.querySelector('[data-testid={testid}]').click();"));
    }

    /// Lets time run, or stops it.
    pub(crate) fn play(&self, on: bool) {
        let play = self.part("play");
        if self.browser.attribute(&play, "data-playing").as_deref() != Some(if on { "true" } else { "false" })
        {
            self.press("play");
        }
        self.find(&format!("[data-testid=play][data-playing={on}]"));
    }

    /// Chooses a speed, in simulated seconds a second; `None`: auto pace.
    pub(crate) fn pace(&self, speed: Option<f64>) {
        let Some(speed) = speed else {
            if self.browser.find_all("[data-testid=director][aria-pressed=false]").len() == 1 {
                self.press("director");
            }
            return;
        };
        let at = (speed.log10() * 100.0).round();
        self.browser.run(&format!(
            "const speed = document.querySelector('[data-testid=speed]');
             speed.value = '{at}';
             speed.dispatchEvent(new Event('input', {{bubbles: true}}));"
        ));
    }

    /// Kills a node, as the tool for it does.
    pub(crate) fn kill(&self, node: &str) {
        self.press("tool-Kill");
        self.part(&format!("node-{node}"));
        self.browser.run(&format!(
            "const drawn = document.querySelector('[data-testid=node-{node}]');
             drawn.dispatchEvent(new MouseEvent('click', {{bubbles: true}}));"
        ));
        self.press("tool-Select");
        self.find(&format!("[data-testid=node-{node}][data-condition=dead]"));
    }

    /// Steps from one notable event to the next until the log has a text.
    pub(crate) fn step_to(&self, wanted: &str) {
        for _ in 0..60 {
            if self.text("[data-testid=log]").contains(wanted) {
                return;
            }
            self.press("step-notable");
        }
        self.wait_for_text("[data-testid=log]", wanted);
    }

    /// Lets the page run for so many seconds and takes the times of its frames. For a traced visit, and only once.
    pub(crate) fn frames(&self, seconds: u64) -> Frames {
        self.browser.run(&format!("performance.mark('{BEGIN}');"));
        std::thread::sleep(Duration::from_secs(seconds));
        Frames::of(&self.browser.trace())
    }

    /// What is kept now.
    pub(crate) fn memory(&self) -> Memory {
        self.browser.devtools("HeapProfiler.collectGarbage", &json!({}));
        let wasm = self.browser.run("return probe.memory.buffer.byteLength;");
        let heap = self.browser.devtools("Runtime.getHeapUsage", &json!({}));
        let megabytes = |value: &Value| value.as_f64().unwrap_or(0.0) / 1e6;
        Memory {
            wasm: megabytes(&wasm),
            heap: megabytes(&heap["usedSize"]) + megabytes(&heap["embedderHeapUsedSize"]),
        }
    }

    /// Where the playhead stands, in milliseconds after the run's beginning.
    pub(crate) fn playhead_ms(&self) -> f64 {
        let at = self.browser.run("return Number(document.querySelector('[data-testid=scrubber]').value);");
        at.as_f64().expect("the scrubber has a number")
    }

    /// Plays at full speed until so much time has passed in the run, then stops. Returns how long that took.
    pub(crate) fn run_to(&self, ms: f64) -> Duration {
        let begun = std::time::Instant::now();
        self.pace(Some(1000.0));
        self.play(true);
        while self.playhead_ms() < ms {
            std::thread::sleep(Duration::from_millis(50));
        }
        self.play(false);
        begun.elapsed()
    }

    /// Seeks, and waits until that has been painted: milliseconds of work, and until it was seen.
    pub(crate) fn seek(&self, ms: f64) -> (f64, f64) {
        let took = self.browser.run(&format!("return probe.seek({});", ms.round()));
        let part = |n: usize| took[n].as_f64().expect("the probe tells two figures");
        (part(0), part(1))
    }
}
