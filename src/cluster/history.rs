//! A run with its past: a journal of what a person did, checkpoints, seek, fork.
//!
//! The world at any moment is a function of the first world and the journal. A checkpoint is a copy of the
//! world; seeking takes the last one before the moment and runs on from there.

use crate::cluster::traffic::{Sent, Traffic};
use crate::cluster::{Action, ActionError, Cluster, Record, Said};
use crate::protocol::Level;
use crate::sim::{Micros, SimTime};
use std::sync::Arc;

/// The first distance between checkpoints; it doubles whenever there are [`CHECKPOINTS_MAX`] of them.
const CHECKPOINT_EVERY: Micros = Micros::from_secs(10);

/// With 128 checkpoints at most, memory stays bounded however long a run is, and an hour has one every 40 s.
const CHECKPOINTS_MAX: usize = 128;

/// How far ahead one look for a record goes.
const STEP_SLICE: Micros = Micros::from_secs(2);

/// How far back a step looks for what happened last; a running sentinel does something every tenth of a second.
/// Where nothing did, it looks so many times further.
const BACK_SLICE: Micros = Micros::from_millis(100);
const BACK_FURTHER: u64 = 20;

/// So many records are kept; then the oldest are forgotten, those of servers and clients first (a failover says
/// about a hundred things, a replica without its master three a second for as long as that lasts).
const RECORDS_MAX: usize = 50_000;

/// One run with its past.
#[derive(Clone, Debug)]
pub struct History {
    origin: SimTime,
    /// At the playhead.
    present: Walk,
    end: SimTime,
    records: Vec<Record>,
    journal: Vec<JournalEntry>,
    checkpoints: Vec<Checkpoint>,
    checkpoint_every: Micros,
    next_checkpoint: SimTime,
    /// The world at the end, where somebody looked ahead.
    scout: Option<Box<Walk>>,
    traffic: Traffic,
}

/// A world that is led along a journal.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    pub(super) world: Cluster,
    /// How much of the journal it has seen.
    journal_done: usize,
}

/// Something that a person did.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalEntry {
    /// When.
    pub at: SimTime,
    /// What.
    pub action: Action,
}

#[derive(Clone, Debug)]
struct Checkpoint {
    at: SimTime,
    walk: Arc<Walk>,
}

/// How far to step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the next thing that happens to anybody: mostly the arrival of a packet.
    Packet,
    /// To the next line that somebody logs.
    Event,
    /// To the next line of warning level, such as `+sdown` or `+switch-master`.
    Notable,
}

impl Step {
    /// Whether a record is what is looked for.
    pub fn stops_at(self, record: &Record) -> bool {
        match (self, record.what.log_line()) {
            (Self::Packet, _) => true,
            (Self::Event, line) => line.is_some(),
            (Self::Notable, line) => {
                matches!(record.what, Said::Sentinel(_)) && line.is_some_and(|(l, _)| l == Level::Warning)
            }
        }
    }
}

impl Walk {
    pub(super) const fn now(&self) -> SimTime {
        self.world.now()
    }

    /// Goes on to `to`, doing what the journal says on the way. What is said is known already.
    pub(super) fn run_until(&mut self, journal: &[JournalEntry], to: SimTime) {
        let mut unheard = Vec::new();
        while let Some(entry) = journal.get(self.journal_done).filter(|entry| entry.at <= to) {
            self.world.run_until(entry.at, &mut unheard);
            let again = self.world.act(entry.action.clone(), &mut unheard);
            debug_assert!(again.is_ok(), "what was possible once is possible again");
            self.world.run_until(entry.at, &mut unheard);
            self.journal_done += 1;
            unheard.clear();
        }
        self.world.run_until(to, &mut unheard);
    }

    /// When something happens next, a person's recorded deeds included.
    fn next_at(&self, journal: &[JournalEntry]) -> Option<SimTime> {
        let recorded = journal.get(self.journal_done).map(|entry| entry.at);
        [self.world.next_at(), recorded].into_iter().flatten().min()
    }

    /// The last moment before `to` at which something happens from here on.
    fn last_before(mut self, journal: &[JournalEntry], to: SimTime) -> Option<SimTime> {
        let mut last = None;
        while let Some(at) = self.next_at(journal).filter(|at| *at < to) {
            self.run_until(journal, at);
            last = Some(at);
        }
        last
    }
}

impl History {
    /// A run that begins with `world` as it is now; `records` is what has been said in it so far.
    pub fn new(mut world: Cluster, mut records: Vec<Record>) -> Self {
        let origin = world.now();
        // Whatever is due at the first moment belongs to it (see `act`).
        world.run_until(origin, &mut records);
        let present = Walk { world, journal_done: 0 };
        let first = Checkpoint { at: origin, walk: Arc::new(present.clone()) };
        Self {
            origin,
            present,
            end: origin,
            records,
            journal: Vec::new(),
            checkpoints: vec![first],
            checkpoint_every: CHECKPOINT_EVERY,
            next_checkpoint: origin + CHECKPOINT_EVERY,
            scout: None,
            traffic: Traffic::default(),
        }
    }

    /// The world at the playhead.
    pub const fn cluster(&self) -> &Cluster {
        &self.present.world
    }

    /// The playhead.
    pub const fn now(&self) -> SimTime {
        self.present.now()
    }

    /// How far the run has been simulated.
    pub const fn end(&self) -> SimTime {
        self.end
    }

    /// t = 0: the run's first moment.
    pub const fn origin(&self) -> SimTime {
        self.origin
    }

    /// Everything that was said and done, oldest first, up to the end.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Everything that a person did, oldest first.
    pub fn journal(&self) -> &[JournalEntry] {
        &self.journal
    }

    /// How many copies of the world are kept: 129 at most, however long the run is.
    pub const fn checkpoint_count(&self) -> usize {
        self.checkpoints.len()
    }

    /// Plays on to `to`; does nothing where that is past.
    pub fn run_until(&mut self, to: SimTime) {
        while self.now() < to {
            let stop = to.min(self.next_checkpoint.max(self.now()));
            self.run_segment(stop);
            if self.now() >= self.next_checkpoint {
                self.take_checkpoint(self.present.clone());
            }
        }
    }

    /// Plays on towards `to` for so many turns, and those of the same moment as the last; to the next checkpoint at
    /// most, or to what a person did.
    pub fn run_some(&mut self, to: SimTime, turns: u32) {
        let now = self.now();
        if to <= now {
            return;
        }
        let is_known = now < self.end;
        let known = if is_known { self.end } else { SimTime::MAX };
        let deed = self.journal.get(self.present.journal_done).map_or(SimTime::MAX, |deed| deed.at);
        let stop = to.min(known).min(deed).min(self.next_checkpoint.max(now));
        let mut said = Vec::new();
        self.present.world.run_some(stop, turns, &mut said);
        if is_known {
            self.run_segment(self.now());
        } else {
            self.end = self.now();
            self.keep(said);
        }
        if self.now() >= self.next_checkpoint {
            self.take_checkpoint(self.present.clone());
        }
    }

    /// Simulates `span` beyond the end, so that what is said there is known, and leaves the playhead where it is.
    pub fn look_ahead(&mut self, span: Micros) {
        let kept = self.scout.take().filter(|scout| scout.now() == self.end);
        let at_end = || if self.now() == self.end { self.present.clone() } else { self.walk_to(self.end) };
        let mut scout = kept.unwrap_or_else(|| Box::new(at_end()));
        let (to, mut said) = (self.end + span, Vec::new());
        while self.end < to {
            // All that is in the journal lies before the end.
            let stop = to.min(self.next_checkpoint.max(self.end));
            scout.world.run_until(stop, &mut said);
            self.end = stop;
            if stop >= self.next_checkpoint {
                self.take_checkpoint((*scout).clone());
            }
        }
        self.keep(said);
        self.scout = Some(scout);
    }

    /// Plays on to the next thing of the kind, for an hour at most. Returns whether there was one.
    pub fn step(&mut self, step: Step) -> bool {
        let limit = Micros::from_secs(3600);
        if step != Step::Packet {
            return self.step_to(limit, |record| step.stops_at(record));
        }
        let limit = self.now() + limit;
        let next = self.present.next_at(&self.journal);
        let found = next.is_some_and(|at| at <= limit);
        self.run_until(next.unwrap_or(limit).min(limit));
        found
    }

    /// Moves the playhead back to the last thing that happened to anybody before it, mostly the arrival of a packet:
    /// what undoes a [`Step::Packet`]. To the origin where there was none.
    pub fn step_back(&mut self) {
        let (now, mut span) = (self.now(), BACK_SLICE);
        loop {
            let from = SimTime(now.0.saturating_sub(span.0)).max(self.origin);
            let walk = self.walk_to(from);
            let last = walk.clone().last_before(&self.journal, now);
            if last.is_some() || from == self.origin {
                self.present = walk;
                self.run_until(last.unwrap_or(from));
                return;
            }
            span = Micros(span.0 * BACK_FURTHER);
        }
    }

    /// Moves the playhead on to the next record that is looked for. Where none comes `within` so much time, the
    /// playhead stays and false is returned.
    pub fn step_to(&mut self, within: Micros, wanted: impl Fn(&Record) -> bool) -> bool {
        let from = self.now();
        let limit = from + within;
        // The playhead runs ahead with the simulation and comes back once: every return is simulated again.
        loop {
            let later = self.records.partition_point(|record| record.at <= from);
            if let Some(at) = self.records[later..].iter().find(|r| wanted(r)).map(|r| r.at) {
                // What a busy process says lies a little in the future, maybe beyond what was simulated.
                self.run_until(at);
                self.seek(at);
                return true;
            }
            if self.end >= limit {
                self.seek(from);
                return false;
            }
            self.run_until((self.end + STEP_SLICE).min(limit));
        }
    }

    /// Moves the playhead anywhere between the origin and the end (nearer, where it is outside).
    pub fn seek(&mut self, to: SimTime) {
        let to = to.clamp(self.origin, self.end);
        if to < self.now() || self.checkpoint_before(to).at > self.now() {
            self.present = (*self.checkpoint_before(to).walk).clone();
            // What was done at the checkpoint's own moment may have been done after it was taken.
            self.run_segment(self.now());
        }
        self.run_until(to);
    }

    /// Does something at the playhead. In the past this begins another future: the old one is dropped.
    ///
    /// # Errors
    /// Where the action is refused; then nothing has changed, the future included.
    pub fn act(&mut self, action: Action) -> Result<(), ActionError> {
        let now = self.now();
        let mut said = Vec::new();
        // Only an action that is accepted drops the future.
        self.present.world.act(action.clone(), &mut said)?;
        // What it sets off at this very moment belongs to it. So the world at a moment is always the world
        // after everything of that moment, whether it was played there or sought, and a record's turn tells
        // on which side of the playhead it is.
        self.present.world.run_until(now, &mut said);
        if now < self.end {
            self.forget_after(now);
        }
        self.scout = None;
        self.journal.push(JournalEntry { at: now, action });
        self.present.journal_done = self.journal.len();
        self.end = now;
        self.keep(said);
        Ok(())
    }

    /// The world as it was at another moment between the origin and the end; the playhead stays.
    pub fn world_at(&self, at: SimTime) -> Cluster {
        self.walk_to(at).world
    }

    /// The same, to be led on from there.
    fn walk_to(&self, at: SimTime) -> Walk {
        let at = at.clamp(self.origin, self.end);
        let mut walk = (*self.checkpoint_before(at).walk).clone();
        walk.run_until(&self.journal, at);
        walk
    }

    /// What was under way between nodes at some time from `from` to `to` (no further than the end): first what
    /// arrived or was lost by then, in the order in which it did, then the rest; the playhead stays. It costs
    /// what simulating that time again costs, and less where it continues what was asked before.
    pub fn sent(&mut self, from: SimTime, to: SimTime) -> impl Iterator<Item = &Sent> {
        let from = from.clamp(self.origin, self.end);
        let mut traffic = std::mem::take(&mut self.traffic);
        let span = (from, to.clamp(from, self.end));
        traffic.follow(&self.journal, span, |at| self.walk_to(at));
        self.traffic = traffic;
        self.traffic.between(span)
    }

    fn forget_after(&mut self, now: SimTime) {
        self.traffic.forget_after(now);
        self.records.retain(|record| record.turn <= now);
        self.journal.truncate(self.present.journal_done);
        self.checkpoints.retain(|checkpoint| checkpoint.at <= now);
        self.next_checkpoint = self.checkpoints.last().map_or(self.origin, |c| c.at) + self.checkpoint_every;
    }

    fn checkpoint_before(&self, to: SimTime) -> &Checkpoint {
        let n = self.checkpoints.partition_point(|checkpoint| checkpoint.at <= to);
        &self.checkpoints[n.saturating_sub(1)]
    }

    /// Runs to `to`, doing again what the journal says on the way, all of which lies before the end.
    fn run_segment(&mut self, to: SimTime) {
        self.present.run_until(&self.journal, to.min(self.end));
        if to > self.end {
            let mut said = Vec::new();
            self.present.world.run_until(to, &mut said);
            self.end = to;
            self.keep(said);
        }
    }

    /// Adds what was said to the records, which are in the order of their time stamps.
    fn keep(&mut self, said: Vec<Record>) {
        for record in said {
            let place = self.records.iter().rposition(|known| known.at <= record.at).map_or(0, |n| n + 1);
            self.records.insert(place, record);
            // With each one: however much is played at a time, the same ones go.
            if self.records.len() > RECORDS_MAX {
                self.forget_some();
            }
        }
    }

    fn forget_some(&mut self) {
        let mut excess = RECORDS_MAX / 10;
        self.records.retain(|record| {
            let goes = excess > 0 && matches!(record.what, Said::Redis(_) | Said::Client(_));
            excess -= usize::from(goes);
            !goes
        });
        self.records.drain(..excess);
    }

    fn take_checkpoint(&mut self, walk: Walk) {
        let at = walk.now();
        if self.checkpoints.last().is_none_or(|last| last.at < at) {
            self.checkpoints.push(Checkpoint { at, walk: Arc::new(walk) });
        }
        if self.checkpoints.len() > CHECKPOINTS_MAX {
            // Every other one goes, the first stays.
            let mut n = 0;
            self.checkpoints.retain(|_| {
                n += 1;
                n % 2 == 1
            });
            self.checkpoint_every = self.checkpoint_every + self.checkpoint_every;
        }
        let last = self.checkpoints.last().map_or(at, |checkpoint| checkpoint.at);
        self.next_checkpoint = last.max(at) + self.checkpoint_every;
    }
}
