//! A WebDriver client, as much of one as these tests use: plain HTTP to a chromedriver of its own.
//!
//! Written out because it is short, blocking, and reaches what the client crates leave to raw requests
//! anyway: the browser's console and its developer commands.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// The key under which WebDriver hands out an element's id; fixed by the standard.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One browser window with a driver of its own; both end with the value.
pub(crate) struct Browser {
    driver: Child,
    agent: ureq::Agent,
    /// `http://127.0.0.1:PORT/session/ID`
    session: String,
}

/// An element of the page now shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element(String);

/// A line of the browser's console.
#[derive(Clone, Debug)]
pub(crate) struct LogEntry {
    /// `SEVERE`, `WARNING`, `INFO`, ...
    pub(crate) level: String,
    pub(crate) message: String,
}

/// Starts a chromedriver; with the port that it took, unless it ended before it had one.
fn drive() -> Option<(Child, String)> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .spawn()
        .expect("chromedriver starts; `scripts/setup tests` installs it");
    let stdout = driver.stdout.take().expect("stdout is piped");
    let mut lines = BufReader::new(stdout).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| Some(line.split_once("successfully on port ")?.1.trim_end_matches('.').to_owned()));
    let Some(port) = port else {
        let _ = driver.wait();
        return None;
    };
    // Read on, or the driver would block once the pipe is full.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    Some((driver, port))
}

impl Browser {
    /// Starts chromedriver on a port that is free, and through it a headless Chromium.
    pub(crate) fn start() -> Self {
        Self::start_as(&json!({}))
    }

    /// The same with the page's thread traced from the beginning, for [`Self::trace`].
    pub(crate) fn start_traced() -> Self {
        Self::start_as(&json!({
            "enableNetwork": false,
            "enablePage": false,
            "traceCategories": "devtools.timeline,blink.user_timing",
        }))
    }

    /// `trace`: what chromedriver is to record of the page's performance; nothing where that is empty.
    fn start_as(trace: &Value) -> Self {
        // Between choosing a port that is free and taking it another driver may take it.
        let (driver, port) = (0..5)
            .find_map(|_| drive())
            .expect("chromedriver says which port it took, at one of five attempts");

        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_mins(1)))
            .build()
            .new_agent();
        let mut browser = Self { driver, agent, session: format!("http://127.0.0.1:{port}/session") };

        let mut capabilities: Value =
            serde_json::from_str(include_str!("../../webdriver.json")).expect("webdriver.json is JSON");
        capabilities["goog:loggingPrefs"] = json!({ "browser": "ALL" });
        if trace.as_object().is_some_and(|wanted| !wanted.is_empty()) {
            capabilities["goog:loggingPrefs"]["performance"] = json!("ALL");
            capabilities["goog:chromeOptions"]["perfLoggingPrefs"] = trace.clone();
        }
        let session = browser.post("", &json!({ "capabilities": { "alwaysMatch": capabilities } }));
        let id = session["sessionId"].as_str().expect("a session has an id");
        browser.session = format!("{}/{id}", browser.session);
        browser
    }

    pub(crate) fn go(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// The elements that match a CSS selector, in document order.
    pub(crate) fn find_all(&self, css: &str) -> Vec<Element> {
        let found = self.post("/elements", &json!({ "using": "css selector", "value": css }));
        let found = found.as_array().expect("elements are an array");
        found.iter().map(|e| Element(e[ELEMENT].as_str().expect("an element has an id").to_owned())).collect()
    }

    pub(crate) fn click(&self, element: &Element) {
        self.post(&format!("/element/{}/click", element.0), &json!({}));
    }

    /// The text as a person sees it: nothing of what is hidden. `None` where the element has gone.
    pub(crate) fn text(&self, element: &Element) -> Option<String> {
        self.try_get(&format!("/element/{}/text", element.0)).and_then(text)
    }

    /// The name that a screen reader would say. `None` where the element has gone.
    pub(crate) fn accessible_name(&self, element: &Element) -> Option<String> {
        self.try_get(&format!("/element/{}/computedlabel", element.0)).and_then(text)
    }

    pub(crate) fn attribute(&self, element: &Element, name: &str) -> Option<String> {
        self.try_get(&format!("/element/{}/attribute/{name}", element.0)).and_then(text)
    }

    /// Presses and releases keys, one after another, wherever the focus is. Special keys have code points of
    /// their own, such as [`keys::TAB`].
    pub(crate) fn press(&self, keys: &str) {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
            })
            .collect();
        self.post(
            "/actions",
            &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] }),
        );
    }

    /// Moves the mouse to a point and presses nothing; in CSS pixels of the window.
    pub(crate) fn hover(&self, (x, y): (i32, i32)) {
        let moved = json!({ "type": "pointerMove", "x": x, "y": y, "duration": 20 });
        self.post(
            "/actions",
            &json!({ "actions": [{ "type": "pointer", "id": "mouse", "actions": [moved] }] }),
        );
    }

    /// Presses the mouse on one point, moves to another and lets go; in CSS pixels of the window.
    pub(crate) fn drag(&self, from: (i32, i32), to: (i32, i32)) {
        let at = |(x, y), ms| json!({ "type": "pointerMove", "x": x, "y": y, "duration": ms });
        let actions = [
            at(from, 0),
            json!({ "type": "pointerDown", "button": 0 }),
            at(to, 200),
            json!({ "type": "pointerUp", "button": 0 }),
        ];
        self.post(
            "/actions",
            &json!({ "actions": [{ "type": "pointer", "id": "mouse", "actions": actions }] }),
        );
    }

    /// Presses and releases a key while another is held.
    pub(crate) fn chord(&self, held: &str, key: &str) {
        let stroke = |kind: &str, value: &str| json!({ "type": kind, "value": value });
        let strokes =
            [stroke("keyDown", held), stroke("keyDown", key), stroke("keyUp", key), stroke("keyUp", held)];
        self.post(
            "/actions",
            &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] }),
        );
    }

    /// Touches a point with a finger, for a moment; in CSS pixels of the window.
    pub(crate) fn tap(&self, at: (i32, i32)) {
        self.swipe(at, at);
    }

    /// Moves a finger over the screen.
    pub(crate) fn swipe(&self, from: (i32, i32), to: (i32, i32)) {
        let at = |(x, y): (i32, i32), duration: u32| json!({ "type": "pointerMove", "x": x, "y": y, "duration": duration });
        let moved = if from == to { json!({ "type": "pause", "duration": 40 }) } else { at(to, 200) };
        let actions = [
            at(from, 0),
            json!({ "type": "pointerDown", "button": 0 }),
            moved,
            json!({ "type": "pointerUp", "button": 0 }),
        ];
        let finger = json!({ "type": "pointer", "id": "finger", "parameters": { "pointerType": "touch" },
            "actions": actions });
        self.post("/actions", &json!({ "actions": [finger] }));
    }

    /// Runs the body of a JavaScript function in the page and returns what it returns.
    pub(crate) fn run(&self, body: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": body, "args": [] }))
    }

    /// A command of Chromium's developer protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// What the console received since this was last asked.
    pub(crate) fn take_log(&self) -> Vec<LogEntry> {
        let entries = self.post("/se/log", &json!({ "type": "browser" }));
        let field = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        entries
            .as_array()
            .expect("a log is an array")
            .iter()
            .map(|entry| LogEntry { level: field(entry, "level"), message: field(entry, "message") })
            .collect()
    }

    /// What was recorded, as events in Chromium's trace format. Ends the recording: chromedriver does not begin
    /// another.
    pub(crate) fn trace(&self) -> Vec<Value> {
        let entries = self.post("/se/log", &json!({ "type": "performance" }));
        let event = |entry: &Value| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let is_trace = message["message"]["method"] == "Tracing.dataCollected";
            is_trace.then(|| message["message"]["params"].clone())
        };
        entries.as_array().expect("a log is an array").iter().filter_map(event).collect()
    }

    /// The window's contents as a PNG, in base64.
    pub(crate) fn screenshot(&self) -> Option<String> {
        self.try_get("/screenshot").and_then(text)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.session);
        let mut response = self
            .agent
            .post(&url)
            .header("content-type", "application/json")
            .send(body.to_string())
            .expect("chromedriver answers");
        // A trace is long.
        let answer = response.body_mut().with_config().limit(1 << 30).read_to_string();
        let answer = answer.expect("chromedriver's answer is text");
        assert!(response.status().is_success(), "POST {path} {body}: {answer}");
        value(&answer)
    }

    /// `None` where WebDriver reports an error, above all an element that the page has replaced meanwhile.
    fn try_get(&self, path: &str) -> Option<Value> {
        let mut response =
            self.agent.get(format!("{}{path}", self.session)).call().expect("chromedriver answers");
        let mut body = response.body_mut().with_config().limit(64 << 20).reader();
        let answer = std::io::read_to_string(&mut body).expect("chromedriver's answer is text");
        response.status().is_success().then(|| value(&answer))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Closes Chromium; then the driver has nothing left to tidy up.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Keys that stand for no character, for [`Browser::press`]; the code points are the standard's.
pub(crate) mod keys {
    pub(crate) const TAB: &str = "\u{e004}";
    pub(crate) const ENTER: &str = "\u{e007}";
    pub(crate) const ESCAPE: &str = "\u{e00c}";
    pub(crate) const SHIFT: &str = "\u{e008}";
    pub(crate) const HOME: &str = "\u{e011}";
    pub(crate) const PAGE_UP: &str = "\u{e00e}";
    pub(crate) const PAGE_DOWN: &str = "\u{e00f}";
    pub(crate) const UP: &str = "\u{e013}";
    pub(crate) const LEFT: &str = "\u{e012}";
    pub(crate) const RIGHT: &str = "\u{e014}";
    pub(crate) const DOWN: &str = "\u{e015}";
}

fn value(answer: &str) -> Value {
    let mut answer: Value = serde_json::from_str(answer).expect("chromedriver's answer is JSON");
    answer["value"].take()
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
