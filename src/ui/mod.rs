//! The page (Leptos, wasm32 only): holds no rule of Redis, reads snapshots, sends actions.

#![allow(unreachable_pub, reason = "the component macro makes its props public")]
#![allow(clippy::needless_pass_by_value, reason = "components own their props")]
#![allow(clippy::large_types_passed_by_value, reason = "the page's state is a bundle of handles")]
#![allow(clippy::too_many_lines, reason = "a component reads best whole, its markup included")]

mod catalogue;
mod crash;
mod dom;
mod embed;
mod export;
mod ghost;
mod guide;
mod header;
mod help;
mod icons;
mod lab;
mod open;
mod panels;
mod plain;
mod player;
mod prefs;
mod record;
mod saved;
mod session;
mod share;
mod shortcuts;
mod stage;
mod timeline;
mod tour;
mod transport;
mod words;

use crate::sim::Seed;
use crate::ui::plain::view;
use crate::view;
use catalogue::{CatalogueDialog, RecordedDialog};
use header::{Footer, Header, NoticeBar};
use help::HelpDialog;
use leptos::prelude::*;
use open::OpenDialog;
use panels::Panels;
use session::{Session, Source};
use share::ShareDialog;
use stage::StagePanel;
use timeline::Timeline;
use transport::Transport;

/// The seed of the first run: the same for everybody, so that what is written about it stays true.
const FIRST_SEED: Seed = Seed(7);

/// Mounts the page into the document's body.
pub fn mount() {
    crash::watch();
    mount_to_body(App);
}

/// A seed from the browser's own chance.
pub(crate) fn fresh_seed() -> Seed {
    // Small enough to be read out and typed.
    Seed(getrandom::u32().map_or(1, |bits| u64::from(bits % 100_000)))
}

#[component]
fn App() -> impl IntoView {
    let first = Session::begin(Source::Library(0), FIRST_SEED);
    let session = first.expect("invariant: the scenarios of the library are valid, a test reads them");
    let lab =
        lab::provide(session, prefs::lang(), prefs::theme(), dom::media("(prefers-reduced-motion: reduce)"));
    prefs::apply(lab.lang, lab.theme);
    panels::console::watch(lab);
    shortcuts::listen(lab);
    player::start(lab);
    let guide = guide::provide(lab);
    let is_first = !guide.frame.is_embedded() && tour::is_first_visit();
    if !saved::restore(guide) && is_first {
        let first = view::tour::Tour::parse(view::tour::TOURS[0]);
        tour::start(guide, first.expect("invariant: the built-in tours are valid, a test reads them"));
    }
    embed::listen(guide);
    view! {
        <div class="app" data-testid="app" data-panel=move || panels::word(lab.panel.get())
            data-run=move || lab.run.get().to_string()
            data-playing=move || lab.playing.get().to_string() data-embed=guide.frame.word()>
            <Header />
            <main class="main">
                <StagePanel />
                <Panels />
            </main>
            <div class="bottom">
                <Transport />
                <Timeline />
                <ghost::GhostLine />
            </div>
            <Footer />
            <NoticeBar />
            <HelpDialog />
            <ShareDialog />
            <CatalogueDialog />
            <RecordedDialog />
            <OpenDialog />
        </div>
    }
}
