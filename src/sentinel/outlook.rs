//! What the timer and the replies go by, for the machine itself and for whoever looks on: how long a wait is,
//! how much of it is over, and which condition is still unmet. Nothing here changes anything.

use super::instance::{Instance, Master, Replica, Role};
use super::process::Process;
use super::tunables::CONVERT_PUBLISH_PERIODS;
use super::{Sentinel, periodic};
use crate::sim::{Millis, NodeTime};

/// A wait: how much of it is over, and how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Countdown {
    /// Since it began.
    pub elapsed: Millis,
    /// Its length.
    pub limit: Millis,
}

impl Countdown {
    /// What is left of it; 0 when it is over.
    pub fn left(self) -> Millis {
        Millis((self.limit.0 - self.elapsed.0).max(0))
    }
}

/// Whether a server that is not what it should be is to be told so (spec INFO-16, INFO-17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The configured master looks like one (spec INFO-20).
    pub master_is_sane: bool,
    /// The server was not found down within the wait (spec INFO-19).
    pub was_not_down: bool,
    /// How long it has been wrong, and how long it may be.
    pub wrong: Countdown,
}

impl Correction {
    /// Whether all conditions are met.
    pub fn is_due(self) -> bool {
        self.master_is_sane && self.was_not_down && self.wrong.elapsed > self.wrong.limit
    }
}

impl Master {
    /// How long after an attempt's start the next one may begin (spec FSM-START-1).
    pub fn retry_wait(&self) -> Millis {
        self.group.failover_timeout.times(2)
    }
}

impl Process {
    /// For how long a master may call itself a replica before it counts as down (spec SDOWN-3).
    pub(super) fn demotion_grace(&self, master: &Instance) -> Millis {
        master.down_after + self.tunables.info_period.times(2)
    }
}

impl Sentinel {
    /// How long a candidate waits for votes (spec FSM-WAITSTART-3).
    pub fn election_window(&self, master: &Master) -> Millis {
        self.process.tunables.election_timeout.min(master.group.failover_timeout)
    }

    /// How far the wait since the last attempt is (spec FSM-START-1); `None` where there was none since the
    /// start or the last switch.
    pub fn retry_gate(&self, master: &Master, now: NodeTime) -> Option<Countdown> {
        let since = master.failover_start_time;
        (since != NodeTime::ZERO).then(|| Countdown { elapsed: now - since, limit: master.retry_wait() })
    }

    /// How long a master has called itself a replica, and how long it may (spec SDOWN-3).
    pub fn demotion(&self, master: &Master, now: NodeTime) -> Option<Countdown> {
        (master.reported.role == Role::Replica).then(|| Countdown {
            elapsed: now - master.reported.role_time,
            limit: self.process.demotion_grace(&master.instance),
        })
    }

    /// How long TILT has lasted, and how long it lasts (spec TILT-4).
    pub fn tilt(&self, now: NodeTime) -> Option<Countdown> {
        let since = self.process.tilt_since?;
        Some(Countdown { elapsed: now - since, limit: self.process.tunables.tilt_period })
    }

    /// How long ago the last timer was, and how long the next may take without TILT (spec TILT-1).
    pub fn timer_gap(&self, now: NodeTime) -> Countdown {
        Countdown { elapsed: now - self.process.previous_time, limit: self.process.tunables.tilt_trigger }
    }

    /// How long a peer's answer holds (spec ASK-2).
    pub fn opinion_holds(&self) -> Millis {
        self.process.tunables.opinion_holds()
    }

    /// How long after a PONG the next PING is sent (spec PCMD-6), and how long ago that PONG was.
    pub fn ping_wait(&self, instance: &Instance, now: NodeTime) -> Countdown {
        Countdown {
            elapsed: now - self.process.links[instance.link].last_pong_time,
            limit: periodic::ping_period(instance, self.process.tunables.ping_period),
        }
    }

    /// How long after one INFO the next is sent to a replica (spec PCMD-4).
    pub fn info_period_of(&self, master: &Master, replica: &Replica) -> Millis {
        self.process.replica_info_period(master.is_urgent(), replica)
    }

    /// Whether a replica that calls itself master is to be turned back (spec INFO-16). Others may have
    /// promoted it: their hello must have had the time to arrive.
    pub fn turning_back(&self, master: &Master, replica: &Replica, now: NodeTime) -> Correction {
        let limit = self.process.tunables.publish_period.times(CONVERT_PUBLISH_PERIODS);
        self.correction(master, replica, Countdown { elapsed: now - replica.reported.role_time, limit }, now)
    }

    /// Whether a replica that follows another master than it should is to be told (spec INFO-17).
    pub fn putting_right(&self, master: &Master, replica: &Replica, now: NodeTime) -> Correction {
        let limit = master.group.failover_timeout;
        self.correction(
            master,
            replica,
            Countdown { elapsed: now - replica.slave_conf_change_time, limit },
            now,
        )
    }

    /// Whether a replica that calls itself one reports another master than the configured one; names that
    /// would have to be resolved are compared as they are (spec MOD-39).
    pub fn follows_other(&self, master: &Master, replica: &Replica) -> bool {
        let addr = &master.instance.addr;
        let is_replica = replica.reported.role == Role::Replica;
        replica.master_host.as_ref().filter(|_| is_replica).is_some_and(|host| {
            let is_ip = addr.ip.is_some_and(|ip| ip.to_string() == **host);
            let is_name = addr.hostname.eq_ignore_ascii_case(host);
            replica.master_port != i64::from(addr.port) || !(is_ip || is_name)
        })
    }

    /// The moment at which a replica was last found down counts, even if it is back (spec INFO-19).
    fn correction(&self, master: &Master, replica: &Replica, wrong: Countdown, now: NodeTime) -> Correction {
        let found_down = replica.instance.s_down_since;
        Correction {
            master_is_sane: self.master_looks_sane(master, now),
            was_not_down: found_down == NodeTime::ZERO || now - found_down > wrong.limit,
            wrong,
        }
    }

    /// Whether the configured master looks like one (spec INFO-20).
    fn master_looks_sane(&self, master: &Master, now: NodeTime) -> bool {
        let fresh = self.process.tunables.info_period.times(2);
        master.reported.role == Role::Master
            && !master.instance.s_down
            && !master.o_down
            && now - master.reported.info_refresh < fresh
    }
}
