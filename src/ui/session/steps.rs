//! Where a step leads, and what comes next: looking ahead of the playhead, and back.

use super::Session;
use crate::cluster::{self, Record, Said};
use crate::sim::{Micros, SimTime};
use crate::ui::dom;
use crate::ui::record::{category_of, is_notable};
use crate::view::marks::{self, Category};

/// How far ahead of the playhead the director looks for the next notable event.
const LOOK_AHEAD: Micros = Micros::from_secs(60);
/// What of that it needs at once: more than it plays in a second.
const NEAR: Micros = Micros::from_secs(10);
/// Notable events this near to each other are one to the director.
const BURST: Micros = Micros(400);
/// How far a step goes at most.
const STEP_LIMIT: Micros = Micros::from_secs(600);
/// For so many frames nobody looks ahead where the playhead has caught up with the last look.
const REST: u32 = 60;
/// How long one look ahead of the director may take, in milliseconds of wall time.
const LOOK_MS: f64 = 1.0;

/// A step in the protocol's own units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A packet arrives.
    Packet,
    /// The next line of a log.
    Event,
    /// The next event that matters.
    Notable,
    /// The next phase: down, agreed, a candidate, a leader, promoted, over.
    Phase,
}

impl Session {
    /// Plays on, for `within` at most, to a moment at which a packet is on its way; returns by how much. At
    /// speeds at which packets cannot be followed this finds some to show.
    pub(crate) fn find_packet(&mut self, within: Micros) -> Micros {
        let from = self.now();
        for _ in 0..12 {
            let cluster = self.history.cluster();
            let next = cluster.next_at().filter(|at| *at <= from + within);
            let (Some(next), true) = (next, !cluster.has_packets()) else { break };
            self.advance(next);
        }
        self.now().since(from)
    }

    /// To the next arrival, log line or notable event. False where nothing came.
    pub(crate) fn step(&mut self, step: Step) -> bool {
        let found = match step {
            Step::Packet => self.history.step(cluster::Step::Packet),
            // Where nothing comes the playhead stays: an hour of silence is nothing to have gone to.
            _ => self.history.step_to(STEP_LIMIT, |record| stops(step, record)),
        };
        self.seen = self.seen.max(self.history.now());
        found
    }

    /// The last of the notable events that follow one another within a blink: the director takes them as one.
    fn last_of_burst(&self, first: SimTime) -> SimTime {
        let records = self.history.records();
        let from = records.partition_point(|r| r.at < first);
        let burst = records[from..].iter().take_while(|r| r.at.since(first) < BURST);
        burst.filter(|r| is_notable(r)).map(|r| r.at).last().unwrap_or(first)
    }

    /// The next notable event in what has been simulated.
    fn known_notable(&self) -> Option<SimTime> {
        let records = self.history.records();
        let later = records.partition_point(|r| r.at <= self.now());
        records[later..].iter().find(|r| is_notable(r)).map(|r| r.at)
    }

    /// To the last arrival, log line or notable event before the playhead, or to the beginning.
    pub(crate) fn step_back(&mut self, step: Step) {
        if step == Step::Packet {
            return self.history.step_back();
        }
        let now = self.now();
        let wanted = |record: &&Record| stops(step, record);
        let origin = self.origin();
        let before =
            self.history.records().iter().rev().filter(|r| r.at < now && r.at >= origin).find(wanted);
        let to = before.map_or(self.origin(), |r| r.at);
        self.seek(to);
    }

    /// When something notable happens next, as far as is known; looks a little further ahead at each call, unless
    /// playing is `behind` already.
    pub(crate) fn next_notable(&mut self, behind: bool) -> Option<SimTime> {
        let now = self.now();
        let found = self.known_notable().map(|at| self.last_of_burst(at));
        let end = self.history.end();
        if found.is_some() || end >= now + LOOK_AHEAD {
            return found;
        }
        // In a large cluster playing is as much as can be simulated, and it catches up with every look.
        if end == now || behind {
            if self.resting > 0 {
                self.resting -= 1;
                return None;
            }
            self.resting = REST;
        }
        // As many strides as there is time for, until there is something: before they have learned their length one
        // alone is shorter than what a frame plays, and the director would see nothing coming.
        // What is far has time: of that one stride a frame is enough.
        let most = if end < now + NEAR { LOOK_MS } else { 0.0 };
        let begun = dom::wall_ms();
        let (mut wall, mut found) = (begun, None);
        while found.is_none() && wall <= begun + most && self.history.end() < now + LOOK_AHEAD {
            self.history.look_ahead(self.look.span());
            let before = std::mem::replace(&mut wall, dom::wall_ms());
            self.look.learn(wall - before, LOOK_MS / 2.0);
            found = self.known_notable();
        }
        found.map(|at| self.last_of_burst(at))
    }
}

/// Whether a step goes no further than this record.
fn stops(step: Step, record: &Record) -> bool {
    match step {
        Step::Packet => true,
        Step::Event => record.what.log_line().is_some() || matches!(record.what, Said::Did { .. }),
        Step::Notable => is_notable(record),
        Step::Phase => match &record.what {
            Said::Sentinel(event) => marks::begins_phase(event),
            _ => category_of(record) == Category::Action,
        },
    }
}
