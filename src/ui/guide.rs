//! What is around a run: the tour that is taken, the dialogs of catalogue, sharing and recordings, and
//! whether the page stands inside another.

use crate::cluster::Record;
use crate::i18n::{Guide as Word, Told};
use crate::sim::SimTime;
use crate::ui::embed::Frame;
use crate::ui::lab::{Lab, lab};
use crate::ui::plain::{Shown, view};
use crate::ui::session::Source;
use crate::view::tour::{Seen, Step, Tour};
use leptos::prelude::*;
use std::sync::{Arc, Mutex};

/// A tour that is being taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) tour: Arc<Tour>,
    /// Which step, from 0.
    pub(crate) step: usize,
    /// When each step so far began, and how much the reader had done by then; the present one last.
    pub(crate) began: Vec<(SimTime, usize)>,
    /// Since when the present one is shown, in milliseconds of wall time.
    pub(crate) shown_ms: f64,
    /// What was bet in the present step.
    pub(crate) bet: Option<usize>,
    /// Whether what the present step waits for has come.
    pub(crate) met: bool,
}

impl Taken {
    pub(crate) fn step(&self) -> &Step {
        &self.tour.steps[self.step]
    }

    /// How much had been done when the present step began.
    pub(crate) fn deeds(&self) -> usize {
        self.began.last().map_or(0, |(_, deeds)| *deeds)
    }

    /// Whether something was done in the present step, where so much is done by now.
    pub(crate) fn has_done(&self, done: usize) -> bool {
        self.deeds() < done
    }

    /// Whether the reader is to bet first.
    pub(crate) fn waits_for_bet(&self) -> bool {
        self.step().bet.is_some() && self.bet.is_none()
    }
}

/// A dialog of this part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    Help,
    Share,
    Catalogue,
    /// The recordings of that capture, beside the present run.
    Recorded(&'static str),
    /// The nodes that are to be cut off from all others.
    CutOff,
}

/// The state of this part of the page: handles, passed by copy.
#[derive(Clone, Copy)]
pub(crate) struct Guide {
    pub(crate) lab: Lab,
    pub(crate) taken: RwSignal<Option<Taken>>,
    pub(crate) dialog: RwSignal<Option<Dialog>>,
    pub(crate) frame: Frame,
    /// Until when a film is made, while one is.
    pub(crate) filmed: RwSignal<Option<SimTime>>,
}

impl Guide {
    /// A fixed text in the chosen language.
    pub(crate) fn t(self, word: Word) -> &'static str {
        self.lab.lang.get().guide(word)
    }

    /// The same, to be shown: it follows the language.
    pub(crate) fn says(self, word: Word) -> Shown {
        Arc::new(Mutex::new(move || self.t(word)))
    }

    /// A sentence in the chosen language.
    pub(crate) fn say(self, told: &Told<'_>) -> String {
        self.lab.lang.get().told(told)
    }

    /// The library's scenario of that number, begun anew; a tour that was taken ends.
    pub(crate) fn play(self, n: usize) {
        self.taken.set(None);
        self.dialog.set(None);
        self.lab.begin(Source::Library(n), super::FIRST_SEED);
    }
}

/// Makes the state and puts it where components find it.
pub(crate) fn provide(lab: Lab) -> Guide {
    let guide = Guide {
        lab,
        taken: RwSignal::new(None),
        dialog: RwSignal::new(None),
        frame: Frame::of_address(),
        filmed: RwSignal::new(None),
    };
    provide_context(guide);
    guide
}

/// The state.
pub(crate) fn guide() -> Guide {
    Guide { lab: lab(), ..expect_context::<Guide>() }
}

/// Looks at what a step waits for.
pub(crate) fn is_met(lab: Lab, step: &Step, since: SimTime) -> bool {
    seen(lab, since, |seen| step.is_met(seen))
}

/// When the event that a step waits for came, if that was since the step began.
pub(crate) fn came_at(lab: Lab, step: &Step, since: SimTime) -> Option<SimTime> {
    step.until.as_ref().and_then(|until| seen(lab, since, |seen| until.came_at(seen)))
}

fn seen<T>(lab: Lab, since: SimTime, of: impl FnOnce(Seen<'_>) -> T) -> T {
    lab.session.with_value(|s| {
        let records: &[Record] = s.told();
        of(Seen { cluster: s.cluster(), records, since })
    })
}

/// A link to one of the pages beside the page (scripts/docs-pages.mjs), which opens by itself: the run goes on.
pub(crate) fn doc(name: &str, word: Word) -> AnyView {
    let guide = guide();
    view! {
        <a class="doc" href=format!("docs/{name}.html") target="_blank" rel="noopener" data-testid=format!("doc-{name}")>
            {guide.says(word)}
        </a>
    }
}
