//! The page inside another page: how much of it is shown, and the messages that it understands and sends
//! (docs/embed.md).

use crate::cluster::Said;
use crate::sim::{Micros, SimTime};
use crate::ui::guide::Guide;
use crate::ui::session::{self, Session};
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// The largest message read.
const MESSAGE_BYTES_MAX: usize = 16 << 10;

/// How much of the page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// The page stands for itself.
    Whole,
    /// Everything but the header's and footer's own matters.
    Panels,
    /// The stage and the time.
    Player,
    /// The stage.
    Stage,
}

impl Frame {
    /// What the address asks for: `?embed=stage`, `player` or `panels`.
    pub(crate) fn of_address() -> Self {
        let query = window().location().search().unwrap_or_default();
        let mut fields = query.trim_start_matches('?').split('&');
        match fields.find_map(|field| field.strip_prefix("embed=")) {
            Some("stage") => Self::Stage,
            Some("player") => Self::Player,
            Some(_) => Self::Panels,
            None => Self::Whole,
        }
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Whole => "no",
            Self::Panels => "panels",
            Self::Player => "player",
            Self::Stage => "stage",
        }
    }

    pub(crate) const fn is_embedded(self) -> bool {
        !matches!(self, Self::Whole)
    }
}

/// Listens to the page around this one, and tells it what happens. Does nothing where there is none.
pub(crate) fn listen(guide: Guide) {
    let Some(parent) = window().parent().ok().flatten().filter(|parent| *parent != window()) else { return };
    let from = parent.clone();
    let closure = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |ev: web_sys::MessageEvent| {
        // Only the page around this one is listened to.
        if ev.source().as_ref().map(AsRef::<JsValue>::as_ref) != Some(from.as_ref()) {
            return;
        }
        let text = js_sys::JSON::stringify(&ev.data()).ok().map(String::from).unwrap_or_default();
        if text.len() > MESSAGE_BYTES_MAX {
            return;
        }
        let Ok(message) = serde_json::from_str::<Value>(&text) else { return };
        // Other scripts send messages, too.
        if message["lab"] == 1 {
            post(&from, &answer(guide, &message));
        }
    });
    let _ = window().add_event_listener_with_callback("message", closure.as_ref().unchecked_ref());
    closure.forget();
    post(&parent, &state(guide, "ready", &Value::Null));
    tell(guide, parent);
}

fn post(to: &web_sys::Window, message: &Value) {
    if let Ok(value) = js_sys::JSON::parse(&message.to_string()) {
        // Nothing in it is secret: whoever embeds the page may read it.
        let _ = to.post_message(&value, "*");
    }
}

fn answer(guide: Guide, message: &Value) -> Value {
    let lab = guide.lab;
    let failed = |why: &str| json!({"lab": 1, "type": "error", "id": message["id"], "message": why});
    match message["type"].as_str() {
        Some("play") => {
            // NaN and infinity are null by the time that they come here.
            if let Some(speed) = message.get("speed") {
                let Some(speed) = speed.as_f64().filter(|speed| *speed > 0.0) else {
                    return failed("speed is no positive number");
                };
                lab.set_speed(speed.clamp(0.001, 1000.0));
            }
            lab.playing.set(true);
        }
        Some("pause") => lab.playing.set(false),
        Some("seek") => {
            let Some(ms) = message["at_ms"].as_f64().filter(|ms| *ms >= 0.0) else {
                return failed("seek needs at_ms");
            };
            // Events and states tell fractions, too.
            let at = Micros((ms.min(24.0 * 3_600_000.0) * 1000.0).round() as u64);
            let at = lab.session.with_value(Session::origin) + at;
            lab.playing.set(false);
            // Unlike a person's hand on the strip, a page may go to what was not played yet.
            lab.session.update_value(|s| {
                if at > s.seen() {
                    s.seek(s.seen());
                    s.advance(at);
                } else {
                    s.seek(at);
                }
            });
            lab.moved();
        }
        Some("act") => {
            let text = message["action"].as_str().unwrap_or_default();
            let action = lab.session.with_value(|s| s.cluster().named_action(text));
            let Some(action) = action else { return failed(&format!("not understood: {text}")) };
            if let Err(why) = lab.try_act(action) {
                return failed(&why);
            }
        }
        Some("open") => {
            let text = message["run"].as_str().unwrap_or_default();
            if let Err(why) = crate::scenario::share::Shared::parse(text) {
                return failed(&crate::i18n::Lang::En.told(&crate::i18n::Told::NotOpened(&why)));
            }
            crate::ui::saved::open(guide, text, "");
        }
        Some("state") => {}
        other => return failed(&format!("unknown type: {}", other.unwrap_or("none"))),
    }
    state(guide, "state", &message["id"])
}

fn state(guide: Guide, kind: &str, id: &Value) -> Value {
    let lab = guide.lab;
    lab.session.with_value(|s| {
        let at = s.now().since(s.origin()).0;
        json!({
            "lab": 1, "type": kind, "id": id,
            "at_ms": at as f64 / 1000.0,
            "seen_ms": s.seen().since(s.origin()).0 as f64 / 1000.0,
            "playing": lab.playing.get_untracked(),
            "scenario": s.scenario().id.as_str(),
            "seed": s.seed().0,
            "fingerprint": s.fingerprint(),
            "run": s.to_text(None),
        })
    })
}

/// Tells each event that is shown for the first time, and each deed.
fn tell(guide: Guide, parent: web_sys::Window) {
    let lab = guide.lab;
    let parent = StoredValue::new_local(parent);
    Effect::new(move |before: Option<(u32, usize, SimTime)>| {
        let (run, _, shown) = lab.heard.get();
        let seen = lab.session.with_value(Session::seen);
        let messages: Vec<Value> = lab.session.with_value(|s| {
            let is_deed = |r: &crate::cluster::Record| r.at == s.now() && matches!(r.what, Said::Did { .. });
            let from = match before {
                // A deed in the past takes the place of something that was told.
                Some((same, _, before)) if same == run && seen < before => {
                    s.records().iter().rposition(is_deed).unwrap_or(shown)
                }
                Some((same, told, _)) if same == run => told.min(shown),
                _ => shown,
            };
            let new = s.records().get(from..shown).unwrap_or_default();
            let message = |record: &crate::cluster::Record| {
                let what = match &record.what {
                    Said::Sentinel(event) => event.named(),
                    Said::Did { action, .. } => {
                        ("did", std::borrow::Cow::Owned(crate::scenario::share::action_text(action)))
                    }
                    _ => return None,
                };
                let by = record.node.map(|id| s.cluster().node(id).name.to_string());
                Some(json!({
                    "lab": 1, "type": "event",
                    "at_ms": record.at.since(s.origin()).0 as f64 / 1000.0,
                    "event": what.0,
                    "text": s.cluster().symbolic(&what.1),
                    "node": by,
                    "notable": session::is_notable(record),
                }))
            };
            new.iter().filter_map(message).collect()
        });
        parent.with_value(|parent| messages.iter().for_each(|message| post(parent, message)));
        (run, shown, seen)
    });
}
