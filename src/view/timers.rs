//! What a sentinel waits for, on one logarithmic axis, each wait with the setting that rules it.

use crate::cluster::{Insight, NodeId};
use crate::sentinel::Countdown;
use crate::sim::Millis;

/// The axis, in milliseconds: from the shortest round trip to twice the default failover-timeout and beyond.
pub const AXIS_MS: (f64, f64) = (10.0, 1_000_000.0);

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// The next timer; too late means TILT.
    Timer,
    /// The next PING to the master.
    Ping,
    /// The next INFO to the master.
    Info,
    /// The next hello to the master.
    Hello,
    /// A valid reply of an instance.
    Silence,
    /// The next question to a peer whether the master is down.
    Ask,
    /// The end of a peer's opinion.
    Opinion,
    /// Votes.
    Election,
    /// The end of a failover's state.
    State,
    /// The next attempt.
    Gate,
    /// A replica's turn to the new master.
    Reconf,
    /// The end of TILT.
    Tilt,
}

impl Wait {
    /// The setting that rules it: a directive of sentinel.conf, or a key of SENTINEL DEBUG.
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Timer => "tilt-trigger",
            Self::Ping => "ping-period",
            Self::Info => "info-period",
            Self::Hello => "publish-period",
            Self::Silence => "down-after-milliseconds",
            Self::Ask => "ask-period",
            Self::Opinion => "5 × ask-period",
            Self::Election => "election-timeout, failover-timeout",
            Self::State => "failover-timeout",
            Self::Gate => "2 × failover-timeout",
            Self::Reconf => "slave-reconf-timeout",
            Self::Tilt => "tilt-period",
        }
    }

    /// Whether what comes at its end is bad news, or good.
    pub const fn is_threat(self) -> bool {
        matches!(
            self,
            Self::Timer | Self::Silence | Self::Election | Self::State | Self::Reconf | Self::Opinion
        )
    }
}

/// A wait, and how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer {
    /// For what.
    pub wait: Wait,
    /// Whom it concerns, where that is not the master.
    pub about: Option<NodeId>,
    /// How far it is; `None` where it does not run at present.
    pub elapsed: Option<Millis>,
    /// Its length.
    pub limit: Millis,
}

impl Timer {
    fn running(wait: Wait, about: Option<NodeId>, of: Countdown) -> Self {
        Self { wait, about, elapsed: Some(of.elapsed), limit: of.limit }
    }
}

/// Where on the axis a span lies, from 0 to 1.
pub fn place(ms: Millis) -> f64 {
    let (low, high) = (AXIS_MS.0.ln(), AXIS_MS.1.ln());
    (((ms.0.max(1) as f64).ln() - low) / (high - low)).clamp(0.0, 1.0)
}

/// The round figures that are written at the axis, in milliseconds.
pub const TICKS_MS: [i64; 3] = [10, 1000, 100_000];

/// The waits of a sentinel, the shortest first.
pub fn timers(insight: &Insight) -> Vec<Timer> {
    let master = &insight.master;
    let tunables = &insight.tunables;
    let idle = |wait, limit| Timer { wait, about: None, elapsed: None, limit };
    let mut timers = vec![
        Timer::running(Wait::Timer, None, insight.timer),
        Timer::running(Wait::Ping, None, insight.rhythm.ping),
        Timer::running(Wait::Hello, None, insight.rhythm.hello),
        insight
            .rhythm
            .info
            .map_or(idle(Wait::Info, tunables.info_period), |info| Timer::running(Wait::Info, None, info)),
    ];
    // The master first; of the others those that have been silent for a while.
    let others = master.replicas.iter().chain(&master.sentinels).filter(|i| i.silent_for.0 >= 1000);
    for instance in [&master.instance].into_iter().chain(others) {
        let about = instance.node.filter(|id| Some(*id) != master.instance.node);
        let wait = Countdown { elapsed: instance.silent_for, limit: master.down_after };
        timers.push(Timer::running(Wait::Silence, about, wait));
    }
    for (peer, more) in master.sentinels.iter().zip(&insight.peers) {
        if master.instance.s_down {
            let wait = Countdown { elapsed: more.answered_for, limit: tunables.ask_period };
            timers.push(Timer::running(Wait::Ask, peer.node, wait));
        }
        if peer.master_down || peer.vote.is_some() {
            let wait = Countdown { elapsed: more.answered_for, limit: insight.opinion_holds };
            timers.push(Timer::running(Wait::Opinion, peer.node, wait));
        }
    }
    let failover = master.failover.as_ref();
    let state = failover.and_then(|f| Some((f.state, Countdown { elapsed: f.in_state, limit: f.limit? })));
    timers.push(match state {
        Some(("wait_start", of)) => Timer::running(Wait::Election, None, of),
        _ => idle(Wait::Election, insight.window),
    });
    timers.push(match state {
        Some((state, of)) if state != "wait_start" => Timer::running(Wait::State, None, of),
        _ => idle(Wait::State, master.failover_timeout),
    });
    for (replica, more) in master.replicas.iter().zip(&insight.replicas) {
        if let Some(elapsed) = more.sent_for {
            let wait = Countdown { elapsed, limit: tunables.slave_reconf_timeout };
            timers.push(Timer::running(Wait::Reconf, replica.node, wait));
        }
    }
    timers.push(match insight.gate.filter(|gate| gate.elapsed < gate.limit) {
        Some(gate) => Timer::running(Wait::Gate, None, gate),
        None => idle(Wait::Gate, Millis(master.failover_timeout.0 * 2)),
    });
    if let Some(tilt) = insight.tilt {
        timers.push(Timer::running(Wait::Tilt, None, tilt));
    }
    let mut sorted: Vec<Timer> = Vec::with_capacity(timers.len());
    for timer in timers {
        sorted.insert(sorted.partition_point(|before| before.limit <= timer.limit), timer);
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::History;
    use crate::scenario::library;
    use crate::sim::{Micros, Seed};

    #[test]
    fn the_axis_is_logarithmic() {
        let decades: Vec<f64> = TICKS_MS.iter().map(|ms| place(Millis(*ms))).collect();
        for pair in decades.windows(2) {
            assert!((pair[1] - pair[0] - 0.4).abs() < 1e-9, "{decades:?}");
        }
        assert_eq!((place(Millis(0)), place(Millis(i64::MAX))), (0.0, 1.0));
    }

    #[test]
    fn a_failover_starts_its_timers() {
        let mut seen = Vec::new();
        // Who asks for opinions, and for how long, differs from run to run.
        for seed in 1..=4 {
            let begun = library()[0].scenario().begin(Seed(seed));
            let mut history = History::new(begun.cluster, begun.records);
            let s1 = history.cluster().node_named("S1").unwrap();
            let running = |history: &History| {
                let insight = history.cluster().insight(s1, None, history.now()).unwrap();
                let timers = timers(&insight);
                assert!(timers.is_sorted_by_key(|t| t.limit));
                timers.into_iter().filter(|t| t.elapsed.is_some()).map(|t| t.wait).collect::<Vec<_>>()
            };
            let quiet = running(&history);
            assert!(quiet.contains(&Wait::Silence) && !quiet.contains(&Wait::Gate));
            for _ in 0..600 {
                history.run_until(history.now() + Micros::from_millis(100));
                seen.extend(running(&history));
            }
        }
        for wait in [Wait::Ask, Wait::Opinion, Wait::Gate] {
            assert!(seen.contains(&wait), "{wait:?} never ran");
        }
    }
}
