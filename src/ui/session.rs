//! The run behind the page: the one place that knows how a run is begun, played, searched and changed.

use crate::cluster::{
    self, Action, Cluster, ClusterView, History, Insight, NodeId, PacketId, PacketView, Record, Said, Sent,
};
use crate::protocol::ArcStr;
use crate::scenario::share::{Origin, Shared, action_text};
use crate::scenario::{FromConf, Note, Played, Scenario, is_json, library};
use crate::sentinel::SentinelEvent;
use crate::sim::{Micros, Seed, SimTime};
pub(crate) use crate::ui::record::*;
use crate::view::console::Screen;
use crate::view::hum::Hum;
use crate::view::pace::Stride;
use crate::view::why::{self, Why};
use std::cell::OnceCell;

mod steps;

pub(crate) use steps::Step;

/// Where the run comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The library's scenario of that number.
    Library(usize),
    /// A file's name and text.
    File(String, String),
}

/// A run, and what the page has seen of it.
pub(crate) struct Session {
    history: History,
    source: Source,
    seed: Seed,
    scenario: Scenario,
    /// What the reader of an imported sentinel.conf should know.
    notes: Vec<Note>,
    stable: bool,
    jitter: Micros,
    /// The furthest moment that was shown; the run itself may have been simulated beyond it.
    seen: SimTime,
    /// The future that the last deed in the past replaced.
    ghost: Option<Box<Ghost>>,
    /// The master that is told of where sentinels monitor several; without, the first by name.
    watched: Option<ArcStr>,
    /// How far ahead one look goes.
    look: Stride,
    /// For so many calls nobody looks ahead.
    resting: u32,
    /// What names the source in the run's text.
    field: OnceCell<String>,
}

/// A future that was given up.
pub(crate) struct Ghost {
    /// Where it parted from the present one.
    pub(crate) fork: SimTime,
    /// How far it had been shown.
    pub(crate) seen: SimTime,
    history: History,
}

impl Ghost {
    /// What was said in it, from its beginning on.
    pub(crate) fn records(&self) -> &[Record] {
        self.history.records()
    }

    /// Its world.
    pub(crate) const fn cluster(&self) -> &Cluster {
        self.history.cluster()
    }
}

impl Session {
    /// Begins a run of `source`.
    ///
    /// # Errors
    /// What is wrong with the scenario, in words.
    pub(crate) fn begin(source: Source, seed: Seed) -> Result<Self, String> {
        let (source, FromConf { scenario, mut notes }) = read(source)?;
        let begun = scenario.begin(seed);
        if !begun.stable {
            notes.push(Note::NotStable);
        }
        let history = History::new(begun.cluster, begun.records);
        let (stable, jitter, shown) = (begun.stable, begun.jitter, history.now());
        Ok(Self {
            history,
            source,
            seed,
            scenario,
            notes,
            stable,
            jitter,
            seen: shown,
            ghost: None,
            watched: None,
            look: Stride::default(),
            resting: 0,
            field: OnceCell::new(),
        })
    }

    /// Makes a run again from its text. Returns the actions that were not possible, too, and why.
    ///
    /// # Errors
    /// What is wrong with the scenario, in words.
    pub(crate) fn again(run: &Shared, name: &str) -> Result<(Self, Vec<(String, String)>), String> {
        let source = match &run.origin {
            Origin::Library(id) => {
                let n = library().iter().position(|entry| entry.id == id);
                Source::Library(n.ok_or_else(|| format!("there is no scenario \"{id}\""))?)
            }
            Origin::File(text) => Source::File(name.to_owned(), text.clone()),
        };
        let mut session = Self::begin(source, run.seed)?;
        let origin = session.origin();
        let mut impossible = Vec::new();
        for (at, action) in &run.actions {
            session.history.run_until(origin + *at);
            if let Err(why) = session.history.act(action.clone()) {
                impossible.push((action_text(action), why.to_string()));
            }
        }
        let at = origin + run.at;
        session.history.run_until(at);
        session.seen = session.history.now();
        session.history.seek(at);
        Ok((session, impossible))
    }

    /// The run as a text, with the node that is looked at.
    pub(crate) fn shared(&self, see: Option<NodeId>) -> Shared {
        Shared {
            origin: origin_of(&self.source),
            seed: self.seed,
            actions: Shared::actions_of(self.history.journal(), self.origin()),
            at: self.now().since(self.origin()),
            see,
        }
    }

    /// The same as a text. The page keeps it every few seconds, so the source is packed once.
    pub(crate) fn to_text(&self, see: Option<NodeId>) -> String {
        let shared = self.shared(see);
        shared.to_text_from(self.field.get_or_init(|| shared.origin.to_field()))
    }

    /// What tells this run, up to the playhead, from any other.
    pub(crate) fn fingerprint(&self) -> String {
        format!("{:016x}", cluster::trace_hash(&self.history.records()[..self.heard()]))
    }

    /// The scenario.
    pub(crate) const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The world at the playhead.
    pub(crate) const fn cluster(&self) -> &Cluster {
        self.history.cluster()
    }

    /// What a person did, oldest first.
    pub(crate) fn journal(&self) -> &[cluster::JournalEntry] {
        self.history.journal()
    }

    /// The run up to the playhead as a run that was played, to be written as a run file.
    pub(crate) fn played(&self) -> Played {
        Played {
            seed: self.seed,
            origin: self.origin(),
            jitter: self.jitter,
            stable: self.stable,
            records: self.history.records()[..self.heard()].to_vec(),
            cluster: self.history.cluster().clone(),
        }
    }

    /// What was said from t = 0 to the playhead.
    pub(crate) fn told(&self) -> &[Record] {
        let first = self.history.records().partition_point(|record| record.at < self.origin());
        &self.history.records()[first..self.heard().max(first)]
    }

    /// From when on the caption tells what was said: t = 0, unless a topology that did not come to rest has more.
    pub(crate) fn news_from(&self) -> SimTime {
        if self.stable { self.origin() } else { SimTime::ZERO }
    }

    /// The future that the last deed in the past replaced.
    pub(crate) fn ghost(&self) -> Option<&Ghost> {
        self.ghost.as_deref()
    }

    /// Forgets it.
    pub(crate) fn forget_ghost(&mut self) {
        self.ghost = None;
    }

    /// Goes back to it; what was the present future becomes the ghost.
    pub(crate) fn swap_ghost(&mut self) {
        let Some(ghost) = &mut self.ghost else { return };
        let now = self.history.now();
        std::mem::swap(&mut self.history, &mut ghost.history);
        std::mem::swap(&mut self.seen, &mut ghost.seen);
        self.history.seek(now.min(self.seen));
    }

    /// What the reader of an imported sentinel.conf should know.
    pub(crate) fn notes(&self) -> &[Note] {
        &self.notes
    }

    pub(crate) const fn source(&self) -> &Source {
        &self.source
    }

    pub(crate) const fn seed(&self) -> Seed {
        self.seed
    }

    /// The scenario's title, as its file says it.
    pub(crate) fn title(&self) -> &str {
        &self.scenario.title
    }

    /// What a packet in flight carries, in full.
    pub(crate) fn packet_text(&self, id: PacketId) -> Option<String> {
        self.history.cluster().packet_text(id)
    }

    /// The packets in flight, in no particular order.
    pub(crate) fn packets(&self) -> impl Iterator<Item = PacketView> {
        self.history.cluster().packets()
    }

    /// What was under way at some time from `from` to `to`, as far as that was shown.
    pub(crate) fn sent(&mut self, from: SimTime, to: SimTime) -> impl Iterator<Item = &Sent> {
        self.history.sent(from, to.min(self.seen))
    }

    pub(crate) fn view(&self) -> ClusterView {
        let mut view = self.history.cluster().view();
        if let Some(name) = self.watched.as_ref().filter(|name| view.master_names().contains(name)) {
            view.watched = Some(name.clone());
        }
        view
    }

    pub(crate) fn now(&self) -> SimTime {
        self.history.now()
    }

    pub(crate) fn origin(&self) -> SimTime {
        self.history.origin()
    }

    /// The furthest moment that was shown.
    pub(crate) const fn seen(&self) -> SimTime {
        self.seen
    }

    /// Plays on to `to`.
    pub(crate) fn advance(&mut self, to: SimTime) {
        self.history.run_until(to);
        self.seen = self.seen.max(self.history.now());
    }

    /// The same for so many turns.
    pub(crate) fn advance_some(&mut self, to: SimTime, turns: u32) {
        self.history.run_some(to, turns);
        self.seen = self.seen.max(self.history.now());
    }

    pub(crate) fn seek(&mut self, to: SimTime) {
        self.history.seek(to.clamp(self.history.origin(), self.seen));
    }

    /// Back to a moment that the last frame played past; what lies beyond counts as shown only where it was
    /// before.
    pub(crate) fn take_back(&mut self, to: SimTime) {
        let was_new = self.seen == self.now();
        self.seek(to);
        if was_new {
            self.seen = self.now();
        }
    }

    /// # Errors
    /// Why it cannot be done, in words.
    pub(crate) fn act(&mut self, action: Action) -> Result<(), String> {
        let now = self.history.now();
        let old = (now < self.seen).then(|| (self.history.clone(), self.seen));
        self.history.act(action).map_err(|error| error.to_string())?;
        if let Some((history, seen)) = old {
            self.ghost = Some(Box::new(Ghost { fork: now, seen, history }));
        }
        self.resting = 0;
        // The future that had been simulated is gone, and with it what had been seen of it.
        self.seen = self.history.now();
        Ok(())
    }

    /// Plays on to whatever happens next, at or before `end`; false where nothing does.
    pub(crate) fn advance_by_one(&mut self, end: SimTime) -> bool {
        let next = self.history.cluster().next_at().filter(|at| *at <= end);
        if let Some(next) = next {
            self.advance(next);
        }
        next.is_some()
    }

    /// What stands on the console at the playhead.
    pub(crate) fn screen(&self) -> Screen {
        Screen::of(&self.history.records()[..self.heard()])
    }

    /// Everything said, oldest first; what lies after the playhead included.
    pub(crate) fn records(&self) -> &[Record] {
        self.history.records()
    }

    /// Why a record was said.
    pub(crate) fn why(&self, record: &Record) -> Option<Why> {
        why::of_record(&self.history, record)
    }

    /// Takes a look at how busy the links are; true where that is news.
    pub(crate) fn hum(&self, hum: &mut Hum) -> bool {
        hum.look(self.history.cluster())
    }

    /// The world, and the mind of the sentinel that said it, just after the turn of a record.
    pub(crate) fn weighing(&self, record: &Record) -> Option<(ClusterView, Insight)> {
        let master = match &record.what {
            Said::Sentinel(SentinelEvent::Event { master, .. }) => master.as_deref(),
            _ => None,
        };
        let world = self.history.world_at(record.turn);
        let insight = world.insight(record.node?, master, record.turn)?;
        Some((world.view(), insight))
    }

    /// From now on tells of that master where sentinels monitor several.
    pub(crate) fn watch(&mut self, master: ArcStr) {
        self.watched = Some(master);
    }

    /// A sentinel's mind at the playhead.
    pub(crate) fn insight(&self, id: NodeId) -> Option<Insight> {
        let (cluster, now) = (self.history.cluster(), self.now());
        let watched = self.watched.as_deref().and_then(|name| cluster.insight(id, Some(name), now));
        watched.or_else(|| cluster.insight(id, None, now))
    }

    /// How many of the records lie at or before the playhead.
    pub(crate) fn heard(&self) -> usize {
        self.history.records().partition_point(|r| r.at <= self.history.now())
    }

    /// How many of the records were shown at some time.
    pub(crate) fn shown(&self) -> usize {
        self.history.records().partition_point(|r| r.at <= self.seen)
    }

    /// A record as a line of the log that Redis would print.
    pub(crate) fn line(&self, record: &Record) -> Option<String> {
        self.history.cluster().log_line(record)
    }

    /// How many things the person has done in this run.
    pub(crate) fn actions(&self) -> usize {
        self.history.journal().len()
    }

    /// What it takes to make this run again, as a text that the page opens.
    pub(crate) fn recipe(&self) -> String {
        self.to_text(None)
    }
}

/// A source, read. A sentinel.conf is a scenario file from here on: what is shared and kept of the run is that.
fn read(source: Source) -> Result<(Source, FromConf), String> {
    let Source::File(name, text) = source else {
        let scenario = origin_of(&source).scenario().map_err(|error| error.to_string())?;
        return Ok((source, FromConf { scenario, notes: Vec::new() }));
    };
    let read = FromConf::or_scenario(&name, &text).map_err(|error| error.to_string())?;
    // A scenario file stays as its writer wrote it.
    let text = if is_json(&text) { text } else { read.scenario.to_json() };
    Ok((Source::File(name, text), read))
}

/// What a source is in a run's text.
fn origin_of(source: &Source) -> Origin {
    match source {
        Source::Library(n) => Origin::Library(library()[*n].id.to_owned()),
        Source::File(_, text) => Origin::File(text.clone()),
    }
}
