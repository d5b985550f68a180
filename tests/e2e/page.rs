//! The page as a test speaks of it: open, click, read, wait.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine};
use sentinel_lab::scenario::library;
use serde_json::json;

use crate::site::Site;
use crate::webdriver::{Browser, Element, LogEntry};

/// How long anything may take to show; generous, because the machine may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(20);

/// Chooses a built-in scenario, as the list at the top does; the run begins anew.
pub(crate) fn choose_scenario(browser: &Browser, id: &str) {
    browser.run(&choosing(id));
}

/// The same, and pauses it before it has begun: however busy the machine is, no time passes in between.
pub(crate) fn choose_and_pause(browser: &Browser, id: &str) {
    browser.run(&format!("{} document.querySelector('[data-testid=play]').click();", choosing(id)));
}

fn choosing(id: &str) -> String {
    let n = library().iter().position(|entry| entry.id == id).expect("it is built in");
    format!(
        "const select = document.querySelector('[data-testid=scenario]');
         select.value = '{n}';
         select.dispatchEvent(new Event('change', {{bubbles: true}}));"
    )
}

/// A browser that has opened the built site. A test that panics leaves a picture in `target/screenshots/`.
pub(crate) struct Page {
    pub(crate) browser: Browser,
    pub(crate) site: Site,
    console: RefCell<Vec<LogEntry>>,
}

/// Elements by what they are for, under the names that ARIA gives them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    Button,
    Checkbox,
    Heading,
    Link,
    Option,
    Slider,
    Tab,
    TextBox,
}

impl Role {
    /// Elements that have the role by themselves, and those that are given it.
    fn selector(self) -> &'static str {
        match self {
            Self::Button => "button, summary, input[type=button], [role=button]",
            Self::Checkbox => "input[type=checkbox], [role=checkbox], [role=switch]",
            Self::Heading => "h1, h2, h3, h4, h5, h6, [role=heading]",
            Self::Link => "a[href], [role=link]",
            Self::Option => "option, [role=option]",
            Self::Slider => "input[type=range], [role=slider]",
            Self::Tab => "[role=tab]",
            Self::TextBox => {
                "input:not([type]), input[type=text], input[type=number], textarea, [role=textbox]"
            }
        }
    }
}

impl Page {
    /// Opens the page as a laptop shows it and waits until it has mounted.
    pub(crate) fn open() -> Self {
        Self::open_at("")
    }

    /// The same with a query or a fragment after the page's address.
    pub(crate) fn open_at(rest: &str) -> Self {
        let page = Self::open_from(Site::start(), rest);
        page.wait_until("the loading text has gone", || page.browser.find_all("#boot").is_empty());
        page
    }

    /// Opens the page of a given host, and waits for nothing.
    pub(crate) fn open_from(site: Site, rest: &str) -> Self {
        let page = Self::blank(Browser::start(), site);
        page.browser.go(&page.site.url(rest));
        page
    }

    /// A browser that has not yet opened anything.
    pub(crate) fn blank(browser: Browser, site: Site) -> Self {
        let page = Self { browser, site, console: RefCell::default() };
        page.resize(1440, 900);
        page
    }

    /// The first element that matches a CSS selector, waited for.
    #[track_caller]
    pub(crate) fn find(&self, css: &str) -> Element {
        self.wait_for(css, || self.browser.find_all(css).into_iter().next())
    }

    /// The element with a `data-testid`, waited for.
    #[track_caller]
    pub(crate) fn part(&self, testid: &str) -> Element {
        self.find(&format!("[data-testid=\"{testid}\"]"))
    }

    /// The element with a role and an accessible name, as a screen reader would find it, waited for.
    #[track_caller]
    pub(crate) fn named(&self, role: Role, name: &str) -> Element {
        self.wait_for(&format!("a {role:?} named {name:?}"), || {
            let candidates = self.browser.find_all(role.selector());
            candidates.into_iter().find(|e| self.browser.accessible_name(e).as_deref() == Some(name))
        })
    }

    #[track_caller]
    pub(crate) fn click(&self, role: Role, name: &str) {
        self.browser.click(&self.named(role, name));
    }

    /// The visible text of the first element that matches; empty where it has just been replaced.
    #[track_caller]
    pub(crate) fn text(&self, css: &str) -> String {
        self.browser.text(&self.find(css)).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn wait_for_text(&self, css: &str, wanted: &str) {
        self.wait_until(&format!("{css} says {wanted:?}"), || self.text(css).contains(wanted));
    }

    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        self.wait_for(what, || holds().then_some(()));
    }

    /// Lets the page draw what it has just been told: what is drawn before may be of the moment before.
    pub(crate) fn drawn(&self) {
        self.browser.run(
            "const frame = () => new Promise(requestAnimationFrame);
             return frame().then(frame).then(() => true);",
        );
    }

    /// Steps from packet to packet until a drawn one matches; it is on its way then, and stays where it is.
    #[track_caller]
    pub(crate) fn step_to_packet(&self, css: &str) -> Element {
        self.wait_for(&format!("a packet {css}"), || {
            self.browser.click(&self.part("step-packet"));
            self.drawn();
            self.browser.find_all(css).into_iter().next()
        })
    }

    #[track_caller]
    pub(crate) fn wait_for<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "waited in vain for: {what}; the console says {:#?}",
                self.console()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Everything that the console has received.
    pub(crate) fn console(&self) -> Vec<LogEntry> {
        let mut console = self.console.borrow_mut();
        console.extend(self.browser.take_log());
        console.clone()
    }

    /// No error and no warning in the console, a breach of the security policy being one; and nothing asked
    /// for that the site does not have, which is also what an absolute address would come to.
    #[track_caller]
    pub(crate) fn assert_quiet(&self) {
        let complaints: Vec<_> = self
            .console()
            .into_iter()
            .filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING"))
            .collect();
        assert!(complaints.is_empty(), "the console complains: {complaints:#?}");
        let missing: Vec<_> = self.site.requests().into_iter().filter(|request| !request.found).collect();
        assert!(missing.is_empty(), "the page asked for what is not there: {missing:#?}");
    }

    /// The size of the page's viewport in CSS pixels, as of a screen of that size.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        self.browser.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 }),
        );
    }

    /// What the reader's system asks for: a `prefers-...` feature and its value, such as
    /// `("prefers-color-scheme", "dark")`.
    pub(crate) fn prefer(&self, preferences: &[(&str, &str)]) {
        let features: Vec<_> =
            preferences.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.browser.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// Saves a picture of the window as `target/screenshots/NAME.png`.
    pub(crate) fn screenshot(&self, name: &str) {
        let file = self.save_screenshot(name);
        assert!(file.is_some(), "no picture could be saved of {name}");
    }

    fn save_screenshot(&self, name: &str) -> Option<PathBuf> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?.join("screenshots");
        std::fs::create_dir_all(&folder).ok()?;
        let file = folder.join(format!("{name}.png"));
        std::fs::write(&file, BASE64_STANDARD.decode(self.browser.screenshot()?).ok()?).ok()?;
        Some(file)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
            if let Some(file) = self.save_screenshot(&format!("failed-{test}")) {
                eprintln!("a picture of the page as it failed: {}", file.display());
            }
        }
    }
}
