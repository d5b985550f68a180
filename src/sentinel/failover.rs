//! The failover: from the attempt to the new master (spec section 8).

use super::instance::InstanceId;
use super::scripts::ReconfigRole;
use super::tunables::{CRASH_STATUS, DESYNC_MAX_MS};
use super::{Cx, EventKind, Sentinel};
use crate::protocol::{Level, ctime};
use crate::sim::{Millis, NodeTime};

/// Where one master's failover stands. A state holds what is known in it, no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failover {
    /// None by this Sentinel.
    None,
    /// A candidate waits for votes.
    WaitStart(Attempt),
    /// The leader is about to weigh the replicas.
    SelectReplica(Attempt),
    /// The chosen replica is about to be sent SLAVEOF NO ONE.
    SendSlaveofNoone {
        /// The attempt.
        attempt: Attempt,
        /// The chosen replica.
        promoted: InstanceId,
        /// When the state began.
        since: NodeTime,
    },
    /// It was sent; its INFO must show the role master.
    WaitPromotion {
        /// The attempt.
        attempt: Attempt,
        /// The chosen replica.
        promoted: InstanceId,
        /// When the state began.
        since: NodeTime,
    },
    /// The other replicas are being pointed to it.
    ReconfReplicas {
        /// The attempt.
        attempt: Attempt,
        /// The new master.
        promoted: InstanceId,
        /// When the state began.
        since: NodeTime,
    },
    /// At the end of this timer the record moves to the new master.
    UpdateConfig {
        /// The attempt.
        attempt: Attempt,
        /// The new master.
        promoted: InstanceId,
    },
}

/// What all states of one try share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its epoch, which becomes the version of the new address (spec FSM-PROMOTED-2).
    pub epoch: u64,
    /// Started by SENTINEL FAILOVER: votes do not matter (spec FLG-10).
    pub forced: bool,
}

impl Failover {
    /// Whether there is one (spec FLG-5).
    pub const fn is_in_progress(self) -> bool {
        !matches!(self, Self::None)
    }

    /// What all its states share.
    pub const fn attempt(self) -> Option<Attempt> {
        match self {
            Self::None => None,
            Self::WaitStart(attempt)
            | Self::SelectReplica(attempt)
            | Self::SendSlaveofNoone { attempt, .. }
            | Self::WaitPromotion { attempt, .. }
            | Self::ReconfReplicas { attempt, .. }
            | Self::UpdateConfig { attempt, .. } => Some(attempt),
        }
    }

    /// The replica chosen for promotion (spec FLG-6).
    pub const fn promoted(self) -> Option<InstanceId> {
        match self {
            Self::None | Self::WaitStart(_) | Self::SelectReplica(_) => None,
            Self::SendSlaveofNoone { promoted, .. }
            | Self::WaitPromotion { promoted, .. }
            | Self::ReconfReplicas { promoted, .. }
            | Self::UpdateConfig { promoted, .. } => Some(promoted),
        }
    }

    /// The replica that clients and peers are already given as the master (spec FSM-GEN-5).
    pub const fn announced(self) -> Option<InstanceId> {
        match self {
            Self::ReconfReplicas { promoted, .. } | Self::UpdateConfig { promoted, .. } => Some(promoted),
            _ => None,
        }
    }

    /// Redis's word for the state, the `failover-state` of SENTINEL MASTER.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::WaitStart(_) => "wait_start",
            Self::SelectReplica(_) => "select_slave",
            Self::SendSlaveofNoone { .. } => "send_slaveof_noone",
            Self::WaitPromotion { .. } => "wait_promotion",
            Self::ReconfReplicas { .. } => "reconf_slaves",
            Self::UpdateConfig { .. } => "update_config",
        }
    }
}

impl Sentinel {
    /// Starts a failover of a master that is objectively down, unless one runs or the last attempt, this
    /// Sentinel's own or one it voted for, is too young (spec FSM-START-1, FSM-START-2).
    pub(super) fn start_failover_if_needed(&mut self, m: usize, cx: &mut Cx<'_>) -> bool {
        let master = &mut self.masters[m];
        if !master.o_down || master.failover.is_in_progress() {
            return false;
        }
        let wait = master.retry_wait();
        if cx.now - master.failover_start_time < wait {
            if master.failover_delay_logged != master.failover_start_time {
                master.failover_delay_logged = master.failover_start_time;
                let until = ctime(master.failover_start_time + wait);
                let text = format!("Next failover delay: I will not start a failover before {until}");
                self.process.log(Level::Warning, text, cx.out);
            }
            return false;
        }
        self.start_failover(m, false, cx);
        true
    }

    /// Starts a failover in a new epoch (spec FSM-START-3).
    pub(super) fn start_failover(&mut self, m: usize, forced: bool, cx: &mut Cx<'_>) {
        // As an unsigned number in C does: a peer may have named the highest there is (spec CMD-DOWN-1).
        self.process.current_epoch = self.process.current_epoch.wrapping_add(1);
        let epoch = self.process.current_epoch;
        self.enter(m, Failover::WaitStart(Attempt { epoch, forced }));
        self.process.event(EventKind::NewEpoch, Some(&self.masters[m].group), &epoch.to_string(), cx);
        self.master_event(m, EventKind::TryFailover, "", cx);
        self.set_failover_start_time(m, cx.now);
    }

    /// From this time on the votes are waited for and the next attempt is put off: from now, or up to a second later,
    /// so that Sentinels fall out of step (spec CON-18).
    pub(super) fn set_failover_start_time(&mut self, m: usize, now: NodeTime) {
        let desync = Millis(i64::from(self.process.rng.below(DESYNC_MAX_MS)));
        self.masters[m].failover_start_time = now + desync;
    }

    /// At most one state is left per timer (spec FSM-GEN-1).
    pub(super) fn step_failover(&mut self, m: usize, cx: &mut Cx<'_>) {
        match self.masters[m].failover {
            Failover::None | Failover::UpdateConfig { .. } => {}
            Failover::WaitStart(attempt) => self.wait_start(m, attempt, cx),
            Failover::SelectReplica(attempt) => self.select(m, attempt, cx),
            Failover::SendSlaveofNoone { attempt, promoted, since } => {
                self.send_slaveof_noone(m, attempt, promoted, since, cx);
            }
            Failover::WaitPromotion { since, .. } => self.wait_promotion(m, since, cx),
            Failover::ReconfReplicas { attempt, promoted, since } => {
                self.reconfigure_replicas(m, attempt, promoted, since, cx);
            }
        }
    }

    /// Every state change has its replicas looked at anew: how often they are asked hangs on it.
    pub(super) fn enter(&mut self, m: usize, failover: Failover) {
        self.masters[m].failover = failover;
        self.masters[m].stir_members();
        self.masters.set_due(m, NodeTime::ZERO);
        self.quiet_until = NodeTime::ZERO;
    }

    /// Gives the attempt up. When it started still counts for the next (spec FSM-GEN-3).
    fn abort(&mut self, m: usize, why: EventKind, cx: &mut Cx<'_>) {
        self.master_event(m, why, "", cx);
        self.enter(m, Failover::None);
    }

    /// Waits to be elected, which who was told by SENTINEL FAILOVER need not be (spec FSM-WAITSTART-1 to 3).
    fn wait_start(&mut self, m: usize, attempt: Attempt, cx: &mut Cx<'_>) {
        let tally = self.count_votes(m, attempt.epoch, cx);
        if tally.elects(&self.process.myid) || attempt.forced {
            self.master_event(m, EventKind::ElectedLeader, "", cx);
            if self.process.simulate.crash_after_election {
                self.crash(cx);
                return;
            }
            self.enter(m, Failover::SelectReplica(attempt));
            self.master_event(m, EventKind::StateSelectReplica, "", cx);
            return;
        }
        let master = &self.masters[m];
        if cx.now - master.failover_start_time > self.election_window(master) {
            self.abort(m, EventKind::AbortNotElected, cx);
        }
    }

    /// Chooses the replica to promote (spec FSM-SELECT-1, FSM-SELECT-2).
    fn select(&mut self, m: usize, attempt: Attempt, cx: &mut Cx<'_>) {
        let chosen = self.select_replica(m, cx);
        let Some((promoted, r)) = chosen.and_then(|id| Some((id, self.masters[m].replicas.position(id)?)))
        else {
            self.abort(m, EventKind::AbortNoGoodReplica, cx);
            return;
        };
        self.replica_event(m, r, EventKind::SelectedReplica, "", cx);
        self.enter(m, Failover::SendSlaveofNoone { attempt, promoted, since: cx.now });
        self.replica_event(m, r, EventKind::StateSendSlaveofNoone, "", cx);
    }

    /// Sends SLAVEOF NO ONE, once (spec FSM-NOONE-1 to 3).
    fn send_slaveof_noone(
        &mut self,
        m: usize,
        attempt: Attempt,
        promoted: InstanceId,
        since: NodeTime,
        cx: &mut Cx<'_>,
    ) {
        let r = self.promoted_position(m, promoted);
        let link = self.masters[m].replicas[r].instance.link;
        if self.process.links[link].disconnected {
            if cx.now - since > self.masters[m].group.failover_timeout {
                self.abort(m, EventKind::AbortReplicaTimeout, cx);
            }
            return;
        }
        if !self.send_slaveof(m, r, None, cx) {
            return;
        }
        self.replica_event(m, r, EventKind::StateWaitPromotion, "", cx);
        self.enter(m, Failover::WaitPromotion { attempt, promoted, since: cx.now });
    }

    /// Only time is looked at here; success is seen in the replica's INFO (spec FSM-WAITPROMO-1, 2).
    fn wait_promotion(&mut self, m: usize, since: NodeTime, cx: &mut Cx<'_>) {
        if cx.now - since > self.masters[m].group.failover_timeout {
            self.abort(m, EventKind::AbortReplicaTimeout, cx);
        }
    }

    /// The promoted replica's INFO shows the role master (spec FSM-PROMOTED-2).
    pub(super) fn see_promotion(&mut self, m: usize, r: usize, attempt: Attempt, cx: &mut Cx<'_>) {
        let promoted = self.masters[m].replicas[r].instance.id;
        self.masters[m].config_epoch = attempt.epoch;
        self.enter(m, Failover::ReconfReplicas { attempt, promoted, since: cx.now });
        self.flush(cx);
        self.replica_event(m, r, EventKind::PromotedReplica, "", cx);
        if self.process.simulate.crash_after_promotion {
            self.crash(cx);
            return;
        }
        self.master_event(m, EventKind::StateReconfReplicas, "", cx);
        let from = self.masters[m].instance.addr.clone();
        let to = self.masters[m].replicas[r].instance.addr.clone();
        self.queue_client_reconfig(m, ReconfigRole::Leader, &from, &to);
        self.force_hello(m);
    }

    /// Has a hello sent to everybody with the next timer (spec PCMD-10).
    fn force_hello(&mut self, m: usize) {
        let back = self.process.tunables.publish_period + Millis(1);
        let master = &mut self.masters[m];
        let replicas = master.replicas.iter_mut().map(|replica| &mut replica.instance);
        let sentinels = master.sentinels.iter_mut().map(|sentinel| &mut sentinel.instance);
        for instance in replicas.chain(sentinels).chain([&mut master.instance]) {
            if instance.last_pub_time >= NodeTime(back.0) {
                instance.last_pub_time = instance.last_pub_time - back;
            }
        }
        self.stir();
    }

    /// Where the promoted replica's record stands. Records of replicas go only together with the failover.
    pub(super) fn promoted_position(&self, m: usize, promoted: InstanceId) -> usize {
        let position = self.masters[m].replicas.position(promoted);
        position.expect("invariant: the promoted replica is in the table while the failover lasts")
    }

    /// Ends the process as SENTINEL SIMULATE-FAILURE wanted.
    fn crash(&mut self, cx: &mut Cx<'_>) {
        self.process.log(Level::Warning, "Sentinel CRASH because of SENTINEL simulate-failure", cx.out);
        cx.out.exit(CRASH_STATUS);
        self.process.ended = true;
    }
}
