//! The one frame loop: simulated time from time stamps, never from a count of frames.

use crate::sim::{Micros, SimTime};
use crate::ui::lab::Lab;
use crate::ui::session::Session;
use crate::ui::{dom, hover};
use crate::view::pace::Shot;
use leptos::prelude::*;

/// A gap between two frames longer than this is a hidden tab or a stall: the rest of it is dropped.
const LONGEST_FRAME_MS: f64 = 250.0;
/// How much wall time of a frame the simulation may take, looking ahead included, so that the page stays alive
/// at any speed.
const BUDGET_MS: f64 = 3.0;
/// The same in a frame that draws up a large world or shows it.
const BESIDE_MS: f64 = 0.4;
/// What it does not manage it makes good in the next frames, but of no more than so many seconds of wall time.
const ARREARS: f64 = 0.1;
/// So many turns lie between two looks at the clock: some tenth of a millisecond. Not a stretch of time, because
/// where one message goes to hundreds a moment has more turns than a second before it.
const TURNS: u32 = 100;
/// How often a packet is looked for where they are too quick to be seen, in milliseconds of wall time.
const SAMPLE_MS: f64 = 70.0;
/// From which speed on.
const SAMPLE_SPEED: f64 = 0.1;
/// The director's stretch when nothing notable is in sight.
const QUIET: Micros = Micros::from_secs(20);

/// So many times as quick is the director where it hurries.
const HURRY: f64 = 3.0;

/// What the loop remembers from frame to frame.
#[derive(Default)]
pub(crate) struct Player {
    last_stamp: Option<f64>,
    /// The microseconds that were not played yet, a part of one included.
    rest: f64,
    /// Whether the last frame did not manage all that it should have played.
    behind: bool,
    shot: Option<Shot>,
    /// When a packet was last looked for.
    sampled: f64,
    dirty: bool,
    /// Whether time ran in the last frame.
    played: bool,
}

impl Player {
    /// The world was published: the packets are to be drawn even if time stands.
    pub(crate) fn dirty(&mut self) {
        self.dirty = true;
    }

    /// The playhead or the future has changed: the director plans anew.
    pub(crate) fn forget_plan(&mut self) {
        self.shot = None;
        self.rest = 0.0;
    }
}

/// Starts the loop; `then` is called at the end of every frame.
pub(crate) fn start(lab: Lab, mut then: impl FnMut() + 'static) {
    dom::every_frame(Box::new(move |stamp| {
        let last = lab.player.try_update_value(|p| p.last_stamp.replace(stamp)).flatten();
        let elapsed_ms = last.map_or(0.0, |last| (stamp - last).clamp(0.0, LONGEST_FRAME_MS));
        let playing = lab.playing.get_untracked();
        if playing && elapsed_ms > 0.0 {
            play(lab, elapsed_ms / 1000.0);
            sample(lab, stamp);
            lab.publish();
        }
        let played = lab.player.try_update_value(|p| std::mem::replace(&mut p.played, playing));
        if !playing && played == Some(true) {
            // Where the world is large, the last look at it may be old, or not over.
            lab.publish();
        }
        let dirty = lab.player.try_update_value(|p| std::mem::take(&mut p.dirty)).unwrap_or(false);
        lab.packets.update_value(|layer| {
            if let Some(layer) = layer {
                layer.frame(lab, stamp, dirty);
            }
        });
        if dirty {
            hover::moved(lab);
        }
        then();
    }));
}

fn play(lab: Lab, seconds: f64) {
    let until = dom::wall_ms() + if lab.publishes_much() { BESIDE_MS } else { BUDGET_MS };
    let now = lab.session.with_value(Session::now);
    let to = if lab.directed.get_untracked() {
        directed(lab, now, seconds)
    } else {
        lab.player
            .try_update_value(|p| {
                let speed = 1e6 * lab.speed.get_untracked();
                let span = seconds * speed + p.rest.min(ARREARS * speed);
                let whole = span.max(0.0).floor();
                p.rest = span - whole;
                now + Micros(whole as u64)
            })
            .unwrap_or(now)
    };
    let play = |s: &mut Session| {
        while s.now() < to {
            s.advance_some(to, TURNS);
            if dom::wall_ms() >= until {
                break;
            }
        }
        to.since(s.now())
    };
    let missing = lab.session.try_update_value(play).unwrap_or(Micros::ZERO);
    lab.player.update_value(|p| {
        p.rest += missing.0 as f64;
        p.behind = missing > Micros::ZERO;
    });
}

/// Where packets are too quick to be seen, moves on by a hair to a moment at which one is under way, so that
/// the stage can show it; what was gained is taken back from the next frames.
fn sample(lab: Lab, stamp: f64) {
    let speed = lab.speed.get_untracked();
    let is_due = lab.player.with_value(|p| stamp - p.sampled >= SAMPLE_MS);
    if speed < SAMPLE_SPEED || !is_due {
        return;
    }
    let mut within = Micros((SAMPLE_MS * 1000.0 * speed * 0.3) as u64);
    if lab.directed.get_untracked() {
        // Whoever waits for an event sees the world as it is then, not a hair later.
        let now = lab.session.with_value(Session::now);
        let target = lab.player.with_value(|p| p.shot.map(|shot| shot.target()));
        within = within.min(target.map_or(within, |target| target.since(now)));
    }
    if within == Micros::ZERO {
        return;
    }
    let gained = lab.session.try_update_value(|s| s.find_packet(within)).unwrap_or(Micros::ZERO);
    lab.player.update_value(|p| {
        p.sampled = stamp;
        p.rest -= gained.0 as f64;
    });
}

/// Where the director is after `seconds` more: on the way to the next notable event.
fn directed(lab: Lab, now: SimTime, seconds: f64) -> SimTime {
    let behind = lab.player.with_value(|p| p.behind);
    let next = lab.session.try_update_value(|s| s.next_notable(behind)).flatten();
    let target = next.unwrap_or(now + QUIET);
    let hurry = if lab.hurried.get_value() { HURRY } else { 1.0 };
    lab.player
        .try_update_value(|p| {
            let planned = p.shot.filter(|shot| !shot.is_over());
            let mut shot = match planned {
                // In quiet the end moves along; it is not planned anew for that.
                Some(shot) if next.is_none() && shot.target() > now => shot,
                Some(shot) => shot.retarget(now, target),
                None => Shot::new(now, target),
            };
            let to = shot.advance(seconds * hurry);
            lab.speed.set(shot.speed() * hurry);
            p.shot = Some(shot);
            // Without motion it is a slide show: the world stands until its next moment has come.
            if lab.still.get_untracked() && !shot.is_over() { now } else { to.max(now) }
        })
        .unwrap_or(now)
}
