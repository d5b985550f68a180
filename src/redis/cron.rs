//! What is done once a second (spec REPL-4, REPL-5, REPL-31, REPL-39).

use crate::protocol::{Command, Level};
use crate::redis::server::{Cx, RedisServer};
use crate::sim::{Millis, NodeTime, Rng};

/// Every tenth turn of the server's 10 Hz timer, which is armed anew after each turn: a little more than a
/// second (captures: replicas of a dead master dial again after 1004 ms at the median).
const PERIOD: Millis = Millis(1004);

/// So many turns make one period.
const TURNS: i64 = 10;

/// When the next turn is due, and how many there were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cron {
    next: NodeTime,
    turns: u64,
}

impl Cron {
    /// The first turn comes a millisecond after the start.
    pub(super) fn starting(now: NodeTime) -> Self {
        Self { next: now + Millis(1), turns: 0 }
    }

    pub(super) const fn next(&self) -> NodeTime {
        self.next
    }

    /// The 10 Hz timer's next turn, whose tenths are those of [`Self::next`].
    pub(super) fn next_turn(&self, now: NodeTime) -> NodeTime {
        let left = (self.next.0 - now.0).max(0);
        NodeTime(self.next.0 - left * TURNS / PERIOD.0 * PERIOD.0 / TURNS)
    }

    /// Whether the tenth turn has come. A process that stood still did so before any of the ten, and the turns
    /// that were left come one by one (captures 61e: a master that was frozen hears that its replicas have gone
    /// before it looks how long they were silent).
    pub(super) fn due(&mut self, now: NodeTime, rng: &mut Rng) -> bool {
        if self.turns > 0 && (now - self.next).0 >= PERIOD.0 / TURNS {
            let left = i64::from(rng.below(TURNS as u32));
            self.next = now + Millis(left * PERIOD.0 / TURNS);
        }
        self.next <= now
    }

    /// Goes on after a loading from `begun` to `now`. The turn that would have come meanwhile comes once, and late. But
    /// the looks at clients count turns, one for each tenth of a second that has begun, of which none is taken.
    /// Measured on 7.0.15: a replica that starts with 1,000 commands in its append-only file dials its master at once,
    /// with 1,500 to 100,000 after 0.9 s, and with 300,000, which take 0.3 and 0.4 s, after 0.7 and 0.5 s; one that
    /// loads what its master has sent, in 0.1 s and with looks, acknowledges 0.8 s later, without looks after a second.
    pub(super) fn resume(&mut self, begun: NodeTime, looked_for: Millis, now: NodeTime) {
        const TURN: i64 = PERIOD.0 / TURNS;
        let next_turn = self.next_turn(begun);
        let before_tenth = (self.next - next_turn).0 / TURN - (looked_for.0 + TURN - 1) / TURN;
        self.next = next_turn.max(now) + Millis(before_tenth.rem_euclid(TURNS) * PERIOD.0 / TURNS);
    }

    pub(super) fn shift(&mut self, by: Millis) {
        self.next = self.next + by;
    }
}

impl RedisServer {
    pub(super) fn run_cron(&mut self, cx: &mut Cx<'_>) {
        self.check_master_link(cx);
        self.acknowledge(cx);
        let period = u64::from(self.conf.repl_ping_replica_period);
        let feeds = self.link.is_none() && !self.replicas.is_empty() && self.blocking.handover.is_none();
        if feeds && self.cron.turns.is_multiple_of(period) {
            self.feed(cx, Command::Ping);
        }
        self.check_replicas(cx);
        self.check_backlog_ttl(cx);
        self.check_save_points(cx);
        self.start_sync_if_waited_for(cx);
        self.count_good_replicas(cx);
        self.cron.turns += 1;
        self.cron.next = cx.now + PERIOD;
    }

    /// A master that had no replicas for long enough forgets its stream (spec REPL-6).
    fn check_backlog_ttl(&mut self, cx: &mut Cx<'_>) {
        let ttl = i64::from(self.conf.repl_backlog_ttl);
        if self.link.is_some() || !self.replicas.is_empty() || self.repl.backlog.is_none() || ttl == 0 {
            return;
        }
        if self.repl.no_replicas_since.is_some_and(|since| cx.seconds() - since > ttl) {
            // A replica that comes back later could otherwise continue in a stream with a hole.
            self.repl.replid = self.rng.hex(40).into();
            self.repl.forget_second_id();
            self.repl.backlog = None;
            self.note(
                cx,
                Level::Notice,
                arcstr::format!("Replication backlog freed after {ttl} seconds without connected replicas."),
            );
        }
    }
}
