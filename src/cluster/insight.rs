//! One sentinel's mind in full: what it knows of one master, what it waits for, and what its own rules make of
//! it at this moment. Too much to draw up for everybody with every frame, so it is asked for by the node.

use crate::cluster::observe::{Finder, master_view};
use crate::cluster::{Cluster, MasterView, NodeId};
use crate::protocol::ArcStr;
use crate::sentinel::{
    Correction, Countdown, Master, OtherSentinel, Reconf, Replica, Selection, Sentinel, Tally, Tunables,
};
use crate::sim::{Millis, NodeTime, SimTime};
use std::sync::Arc;

/// What a sentinel knows of one master, and where its rules stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Insight {
    /// Whose mind it is.
    pub sentinel: NodeId,
    /// Its id.
    pub myid: ArcStr,
    /// Its wall clock.
    pub now: NodeTime,
    /// `current_epoch`
    pub current_epoch: u64,
    /// TILT, while it lasts.
    pub tilt: Option<Countdown>,
    /// Since the last timer, against what makes it enter TILT.
    pub timer: Countdown,
    /// The figures of SENTINEL DEBUG.
    pub tunables: Tunables,
    /// The same as in the [`crate::cluster::ClusterView`].
    pub master: MasterView,
    /// For how long the master is subjectively down.
    pub s_down_for: Option<Millis>,
    /// For how long it is objectively down.
    pub o_down_for: Option<Millis>,
    /// How many hold it for down, this sentinel included where it does (spec ODOWN-1).
    pub agreeing: u32,
    /// All sentinels known, this one included (spec ELEC-2).
    pub voters: u32,
    /// How long the master has called itself a replica (spec SDOWN-3).
    pub demotion: Option<Countdown>,
    /// The epoch of its last vote.
    pub vote_epoch: u64,
    /// The wait since the last attempt (spec FSM-START-1).
    pub gate: Option<Countdown>,
    /// The wait for votes (spec FSM-WAITSTART-3), where it waits for any.
    pub window: Millis,
    /// Whether a running failover was ordered by SENTINEL FAILOVER.
    pub forced: bool,
    /// The last count of votes.
    pub tally: Option<Arc<Tally>>,
    /// The last weighing of replicas in a failover.
    pub weighed: Option<Arc<Selection>>,
    /// How a weighing would turn out now.
    pub weighing: Selection,
    /// How long an answer of a peer holds (spec ASK-2).
    pub opinion_holds: Millis,
    /// The rhythm of PING, INFO and hello to the master.
    pub rhythm: Rhythm,
    /// The replicas, in the order of [`MasterView::replicas`].
    pub replicas: Vec<ReplicaInsight>,
    /// The other sentinels, in the order of [`MasterView::sentinels`].
    pub peers: Vec<PeerInsight>,
}

/// What is sent to an instance all the time, and how long ago it was answered last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// The last PONG (spec PCMD-6).
    pub ping: Countdown,
    /// The last INFO, where there was one.
    pub info: Option<Countdown>,
    /// The last hello that was acknowledged (spec PCMD-8).
    pub hello: Countdown,
}

/// What a sentinel knows of a replica beyond [`crate::cluster::InstanceView`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaInsight {
    /// How far it is on its way to the new master.
    pub reconf: Reconf,
    /// How long ago it was sent SLAVEOF, while no sign of it has come.
    pub sent_for: Option<Millis>,
    /// How often it is asked for INFO at present (spec PCMD-4).
    pub info_period: Millis,
    /// If it calls itself master: whether it is to be turned back (spec INFO-16).
    pub turning_back: Correction,
    /// If it follows another: whether it is to be told (spec INFO-17).
    pub putting_right: Correction,
    /// Whether it reports another master than the configured one.
    pub follows_other: bool,
}

/// What a sentinel knows of another beyond [`crate::cluster::InstanceView`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerInsight {
    /// Its last answer whether the master is down (spec MOD-17); before the first one, since it is known.
    pub answered_for: Millis,
    /// Its last hello (spec MOD-16).
    pub hello_for: Millis,
}

impl Cluster {
    /// What a sentinel knows of the master of that name, or of the first by name; `None` where the node is no
    /// sentinel, was never started, or monitors no such master. The ages are those of `at`, which may lie
    /// after the world's own moment: what a turn was about to act on.
    pub fn insight(&self, id: NodeId, name: Option<&str>, at: SimTime) -> Option<Insight> {
        let node = self.nodes().get(id.0 as usize)?;
        let sentinel = node.sentinel()?;
        let now = Self::wall_clock(at);
        let wanted = |master: &&Master| name.is_none_or(|name| master.name() == name);
        let master = sentinel.masters().iter().filter(wanted).min_by(|a, b| a.name().cmp(b.name()))?;
        let s_down = master.instance.s_down;
        Some(Insight {
            sentinel: id,
            myid: sentinel.myid().clone(),
            now,
            current_epoch: sentinel.current_epoch(),
            tilt: sentinel.tilt(now),
            timer: sentinel.timer_gap(now),
            tunables: sentinel.tunables().clone(),
            master: master_view(sentinel, master, now, &mut Finder::new(self)),
            s_down_for: s_down.then(|| now - master.instance.s_down_since),
            o_down_for: master.o_down.then(|| now - master.o_down_since),
            agreeing: if s_down { master.agreeing() } else { 0 },
            voters: master.voters(),
            demotion: sentinel.demotion(master, now),
            vote_epoch: master.leader_epoch,
            gate: sentinel.retry_gate(master, now),
            window: sentinel.election_window(master),
            forced: master.failover.attempt().is_some_and(|attempt| attempt.forced),
            tally: master.tally.clone(),
            weighed: master.selection.clone(),
            weighing: sentinel.weigh_replicas(master, now),
            opinion_holds: sentinel.opinion_holds(),
            rhythm: rhythm(sentinel, master, now),
            replicas: master.replicas.iter().map(|r| replica_insight(sentinel, master, r, now)).collect(),
            peers: master.sentinels.iter().map(|peer| peer_insight(peer, now)).collect(),
        })
    }
}

fn rhythm(sentinel: &Sentinel, master: &Master, now: NodeTime) -> Rhythm {
    let (instance, info) = (&master.instance, master.reported.info_refresh);
    Rhythm {
        ping: sentinel.ping_wait(instance, now),
        info: (info != NodeTime::ZERO)
            .then(|| Countdown { elapsed: now - info, limit: sentinel.tunables().info_period }),
        hello: Countdown { elapsed: now - instance.last_pub_time, limit: sentinel.tunables().publish_period },
    }
}

fn replica_insight(sentinel: &Sentinel, master: &Master, replica: &Replica, now: NodeTime) -> ReplicaInsight {
    ReplicaInsight {
        reconf: replica.reconf,
        sent_for: replica.reconf.sent.map(|sent| now - sent),
        info_period: sentinel.info_period_of(master, replica),
        turning_back: sentinel.turning_back(master, replica, now),
        putting_right: sentinel.putting_right(master, replica, now),
        follows_other: sentinel.follows_other(master, replica),
    }
}

fn peer_insight(peer: &OtherSentinel, now: NodeTime) -> PeerInsight {
    PeerInsight {
        answered_for: now - peer.last_master_down_reply_time,
        hello_for: now - peer.last_hello_time,
    }
}
