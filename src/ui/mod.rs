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
mod film;
mod focus;
mod ghost;
mod guide;
mod header;
mod help;
mod hover;
mod icons;
mod lab;
mod looks;
mod open;
mod panels;
mod plain;
mod player;
mod prefs;
mod preview;
mod record;
mod recorded;
mod saved;
mod session;
mod share;
mod shortcuts;
mod stage;
mod timeline;
mod tour;
mod transport;
mod window;
mod words;

use crate::i18n::{Guide as Word, Text};
use crate::sim::Seed;
use crate::ui::plain::view;
use crate::view;
use header::{Footer, Header, NoticeBar};
use leptos::prelude::*;
use open::OpenDialog;
use panels::Panels;
use session::{Session, Source};
use stage::StagePanel;
use timeline::Timeline;
use transport::Transport;
use window::Window;

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
    prefs::apply(lab.lang, lab.theme, lab.hidden);
    panels::console::watch(lab);
    player::start(lab, focus::keeper());
    hover::watch(lab);
    let guide = guide::provide(lab);
    shortcuts::listen(guide);
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
            <Skip />
            <Header />
            <main class="main">
                <StagePanel />
                <Panels />
            </main>
            <section class="bottom" aria-label=lab.says(Text::Overview)>
                <Transport />
                <Timeline />
                <ghost::GhostLine />
            </section>
            <Footer />
            <NoticeBar />
            <film::FilmBar />
            <Window />
            <OpenDialog />
            <div class="tip" id=hover::TIP role="tooltip" data-testid="tip"></div>
        </div>
    }
}

/// The ways past the header for whoever comes by keyboard; seen only while they have the focus.
#[component]
fn Skip() -> impl IntoView {
    let lab = lab::lab();
    view! {
        <nav class="skips" aria-label="Sentinel Lab">
            <button class="skip" data-testid="skip-stage" on:click=move |_| focus::focus_in("stage-frame")>
                {move || lab.lang.get().guide(Word::SkipToStage)}
            </button>
            <button class="skip" data-testid="skip-transcript" on:click=move |_| panels::open_transcript(lab)>
                {move || lab.lang.get().guide(Word::SkipToTranscript)}
            </button>
        </nav>
    }
}
