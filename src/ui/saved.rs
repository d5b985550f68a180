//! Runs that come from elsewhere: from the address, from the last visit, from a file.

use crate::i18n::{Guide as Word, Told};
use crate::scenario::share::{RUN_BYTES_MAX, Shared};
use crate::ui::dom;
use crate::ui::guide::Guide;
use crate::ui::session::Session;
use leptos::ev;
use leptos::prelude::*;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// What the last session is kept under.
const KEPT: &str = "session";
/// How often it is kept.
const EVERY: Duration = Duration::from_secs(2);

/// The run that the address names, and how much had been done in it.
static NAMED: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];

/// The present run, and how much has been done in it.
fn present(guide: Guide) -> [usize; 2] {
    [guide.lab.run.get_untracked() as usize, guide.lab.session.with_value(Session::actions)]
}

/// What stands behind the `#` of the address.
fn fragment() -> String {
    window().location().hash().unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Opens what the address names; otherwise the last session. Returns whether either was there. From now on
/// another address is opened, and the session is kept.
pub(crate) fn restore(guide: Guide) -> bool {
    let named = fragment();
    let found = if named.is_empty() {
        let kept = if guide.frame.is_embedded() { None } else { dom::recall(KEPT) };
        kept.is_some_and(|text| reopen(guide, &text))
    } else {
        open(guide, &named, "");
        true
    };
    let handle = window_event_listener(ev::hashchange, move |_| {
        let named = fragment();
        if !named.is_empty() {
            open(guide, &named, "");
        }
    });
    on_cleanup(move || handle.remove());
    if !guide.frame.is_embedded() {
        keep(guide);
    }
    found
}

/// Opens the last session. Whatever is wrong with it is nobody's business any more: then it is forgotten.
fn reopen(guide: Guide, text: &str) -> bool {
    let Ok(read) = Shared::parse(text) else { return false };
    // Where the library's first run stands at its beginning there is nothing to come back to.
    let Ok((session, _)) = Session::again(&read.run, "") else { return false };
    guide.lab.show(session);
    guide.lab.playing.set(false);
    guide.lab.selected.set(read.run.see);
    guide.lab.notify(guide.lab.lang.get_untracked().guide(Word::Restored).to_owned(), false);
    true
}

/// Opens a run from its text, and tells all that could not be read or done. Returns whether it was opened.
pub(crate) fn open(guide: Guide, text: &str, name: &str) -> bool {
    let read = match Shared::parse(text) {
        Ok(read) => read,
        Err(why) => {
            guide.tell(&Told::NotOpened(&why), true);
            return false;
        }
    };
    let opened = Session::again(&read.run, name);
    let Ok((session, impossible)) = opened else {
        // The scenario was checked when it was read.
        return false;
    };
    guide.taken.set(None);
    guide.dialog.set(None);
    guide.lab.show(session);
    guide.lab.playing.set(false);
    if name.is_empty() {
        NAMED.iter().zip(present(guide)).for_each(|(named, now)| named.store(now, Relaxed));
    }
    guide.lab.selected.set(
        read.run
            .see
            .filter(|id| guide.lab.view.with_untracked(|view| view.nodes.iter().any(|node| node.id == *id))),
    );
    let lang = guide.lab.lang.get_untracked();
    let problems = read.problems.iter().map(|problem| lang.told(&Told::Problem(problem)));
    let refused = impossible.iter().map(|(text, why)| lang.told(&Told::Impossible(text, why)));
    let all: Vec<String> = problems.chain(refused).collect();
    if !all.is_empty() {
        let head = lang.told(&Told::Skipped(all.len()));
        let shown = all.iter().take(6).cloned().collect::<Vec<_>>().join("; ");
        let more = if all.len() > 6 { "; …" } else { "" };
        guide.lab.notify(format!("{head} {shown}{more}"), true);
    }
    true
}

/// Keeps the session, now and then and when the page goes. An address that names a run from which this one has
/// parted goes, or it would be that run which comes when the page is loaded again.
fn keep(guide: Guide) {
    let write = move || {
        let text = guide.lab.session.with_value(|s| s.to_text(guide.lab.selected.get_untracked()));
        if text.len() <= RUN_BYTES_MAX {
            dom::keep(KEPT, &text);
        }
        let is_named = NAMED.iter().zip(present(guide)).all(|(named, now)| named.load(Relaxed) == now);
        if !is_named && !fragment().is_empty() {
            dom::show_address(&address());
        }
    };
    set_interval(write, EVERY);
    let handle = window_event_listener(ev::pagehide, move |_| write());
    on_cleanup(move || handle.remove());
}

/// The page's address without what stands behind the `#`, and without a query.
pub(crate) fn address() -> String {
    let location = window().location();
    let (origin, path) = (location.origin().unwrap_or_default(), location.pathname().unwrap_or_default());
    format!("{origin}{path}")
}
