//! The timer: what is looked at in which order, and when it comes again (spec section 3).

use super::{Cx, EventKind, Failover, Sentinel};
use crate::sim::{Millis, NodeTime};

impl Sentinel {
    /// One timer (spec TIM-3).
    pub(super) fn tick(&mut self, cx: &mut Cx<'_>) {
        // A signal's handler only takes a note, which the timer's turn is the first to read.
        if self.process.asked_to_end {
            return self.process.end(cx.out);
        }
        self.end_pause(cx);
        self.check_tilt(cx);
        if cx.now >= self.quiet_until || self.process.tilt_since.is_some() {
            self.walk(cx);
            if self.process.ended {
                return;
            }
        }
        self.process.run_scripts(cx);
        // The frequency is drawn anew each time, so that Sentinels started together drift apart
        // (spec TIM-2).
        let hz = 10 + self.process.rng.below(10);
        cx.out.wake_in(Millis(i64::from(1000 / hz)));
    }

    /// A timer that comes much too late, or before the one before it, means that the clock or the process
    /// cannot be trusted (spec TILT-1, TILT-2).
    fn check_tilt(&mut self, cx: &mut Cx<'_>) {
        let delta = cx.now - self.process.previous_time;
        if delta < Millis(0) || delta > self.process.tunables.tilt_trigger {
            self.process.tilt_since = Some(cx.now);
            self.process.event(EventKind::Tilt, None, "#tilt mode entered", cx);
        }
        self.process.previous_time = cx.now;
    }

    /// Whether the acting half is to be skipped; the first instance looked at after the time is over ends
    /// TILT for all (spec TIM-6).
    pub(super) fn is_held_by_tilt(&mut self, cx: &mut Cx<'_>) -> bool {
        let Some(since) = self.process.tilt_since else { return false };
        if cx.now - since < self.process.tunables.tilt_period {
            return true;
        }
        self.process.tilt_since = None;
        self.process.event(EventKind::TiltEnd, None, "#tilt mode exited", cx);
        // From here on everything counts that TILT held back.
        self.stir();
        false
    }

    /// Handles each master, its replicas, its Sentinels; then at most one address switch (spec TIM-4).
    fn walk(&mut self, cx: &mut Cx<'_>) {
        let mut quiet_until = NodeTime(i64::MAX);
        let mut switching = None;
        let all = self.process.tilt_since.is_some();
        // What stirs during the walk concerns the next one too.
        self.quiet_until = NodeTime(i64::MAX);
        for m in 0..self.masters.len() {
            if all || cx.now >= self.masters.due(m) {
                self.handle_master(m, cx);
                if self.process.ended {
                    return;
                }
                let due = self.master_due(m, cx.now);
                self.masters.set_due(m, due);
            }
            quiet_until = quiet_until.min(self.masters.due(m));
            for r in 0..self.masters[m].replicas.len() {
                if all || cx.now >= self.masters[m].replicas.due(r) {
                    self.handle_replica(m, r, cx);
                    let due = self.replica_due(m, r, cx.now);
                    self.masters[m].replicas.set_due(r, due);
                }
                quiet_until = quiet_until.min(self.masters[m].replicas.due(r));
            }
            for s in 0..self.masters[m].sentinels.len() {
                if all || cx.now >= self.masters[m].sentinels.due(s) {
                    self.handle_sentinel(m, s, cx);
                    let due = self.sentinel_due(m, s, cx.now);
                    self.masters[m].sentinels.set_due(s, due);
                }
                quiet_until = quiet_until.min(self.masters[m].sentinels.due(s));
            }
            if matches!(self.masters[m].failover, Failover::UpdateConfig { .. }) {
                switching = Some(m);
            }
        }
        self.quiet_until = self.quiet_until.min(quiet_until);
        if let Some(m) = switching {
            self.switch_to_promoted(m, cx);
        }
    }

    /// The monitoring half, then the acting half (spec TIM-5 to TIM-8).
    fn handle_master(&mut self, m: usize, cx: &mut Cx<'_>) {
        self.monitor_master(m, cx);
        if self.is_held_by_tilt(cx) {
            return;
        }
        self.check_master_subjectively_down(m, cx);
        self.check_objectively_down(m, cx);
        if self.start_failover_if_needed(m, cx) {
            self.ask_other_sentinels(m, true, cx);
        }
        self.step_failover(m, cx);
        if !self.process.ended {
            self.ask_other_sentinels(m, false, cx);
        }
    }

    fn handle_replica(&mut self, m: usize, r: usize, cx: &mut Cx<'_>) {
        self.monitor_replica(m, r, cx);
        if !self.is_held_by_tilt(cx) {
            self.check_replica_subjectively_down(m, r, cx);
        }
    }

    fn handle_sentinel(&mut self, m: usize, s: usize, cx: &mut Cx<'_>) {
        self.monitor_sentinel(m, s, cx);
        if !self.is_held_by_tilt(cx) {
            self.check_sentinel_subjectively_down(m, s, cx);
        }
    }
}
