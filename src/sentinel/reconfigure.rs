//! Pointing servers to the new master, and moving the master's record to its address
//! (spec sections 8.8 to 8.11).

use super::instance::{InstanceId, Role};
use super::link::Expected;
use super::process::renamed;
use super::{Attempt, Cx, EventKind, Failover, InstanceAddr, Sentinel};
use crate::protocol::{ArcStr, Command, KillType};
use crate::sim::{Micros, NodeTime};

/// How long it takes to close the connections of a master and its replicas, which a reset does. Of 783 recorded
/// `+switch-master` (captures and own) the `+slave` after it was stamped a millisecond later in 22 of 100, and
/// two or more in 2.
const RESETTING: Micros = Micros(250);

impl Sentinel {
    /// Reconfigures replicas, at most `parallel-syncs` at a time, until all that are up have the new master
    /// (spec RECONF-1 to RECONF-14).
    pub(super) fn reconfigure_replicas(
        &mut self,
        m: usize,
        attempt: Attempt,
        promoted: InstanceId,
        since: NodeTime,
        cx: &mut Cx<'_>,
    ) {
        let to_promoted = self.send_reconfigurations(m, promoted, cx);
        // Without the promoted replica nothing ends, not even by time (spec RECONF-10).
        let p = self.promoted_position(m, promoted);
        if self.masters[m].replicas[p].instance.s_down {
            return;
        }
        let waits = |replica: &super::Replica| {
            replica.instance.id != promoted && !replica.reconf.done && !replica.instance.s_down
        };
        let waiting = self.masters[m].replicas.iter().any(waits);
        let timed_out = cx.now - since > self.masters[m].group.failover_timeout;
        if timed_out {
            self.master_event(m, EventKind::FailoverEndForTimeout, "", cx);
        }
        if timed_out || !waiting {
            self.master_event(m, EventKind::FailoverEnd, "", cx);
            self.enter(m, Failover::UpdateConfig { attempt, promoted });
        }
        if timed_out {
            self.reconfigure_the_rest(m, promoted, &to_promoted, cx);
        }
    }

    /// The walk over the replicas. It begins only while a slot is free, so that with all slots held by
    /// replicas that do not answer nobody is given up (spec RECONF-2, RECONF-7).
    fn send_reconfigurations(&mut self, m: usize, promoted: InstanceId, cx: &mut Cx<'_>) -> (ArcStr, u16) {
        let parallel_syncs = self.masters[m].group.parallel_syncs;
        let timeout = self.process.tunables.slave_reconf_timeout;
        let p = self.promoted_position(m, promoted);
        let target = self.slaveof_target(&self.masters[m].replicas[p].instance.addr);
        let is_under_way =
            |replica: &super::Replica| replica.reconf.sent.is_some() || replica.reconf.in_progress;
        let mut in_progress =
            self.masters[m].replicas.iter().filter(|replica| is_under_way(replica)).count() as i64;
        for r in 0..self.masters[m].replicas.len() {
            if in_progress >= parallel_syncs {
                break;
            }
            let replica = &mut self.masters[m].replicas[r];
            if replica.instance.id == promoted || replica.reconf.done {
                continue;
            }
            if replica.reconf.sent.is_some_and(|sent| cx.now - sent > timeout) {
                // Given up, and asked once more all the same (spec RECONF-6).
                replica.reconf.sent = None;
                replica.reconf.done = true;
                self.replica_event(m, r, EventKind::ReconfSentTimeout, "", cx);
            }
            let replica = &self.masters[m].replicas[r];
            if is_under_way(replica) || self.process.links[replica.instance.link].disconnected {
                continue;
            }
            if self.send_slaveof(m, r, Some(target.clone()), cx) {
                self.masters[m].replicas[r].reconf.sent = Some(cx.now);
                self.replica_event(m, r, EventKind::ReconfSent, "", cx);
                in_progress += 1;
            }
        }
        target
    }

    /// After the time is over every replica that can be reached is told once, without regard to
    /// `parallel-syncs` (spec RECONF-13).
    fn reconfigure_the_rest(
        &mut self,
        m: usize,
        promoted: InstanceId,
        target: &(ArcStr, u16),
        cx: &mut Cx<'_>,
    ) {
        for r in 0..self.masters[m].replicas.len() {
            let replica = &self.masters[m].replicas[r];
            let settled =
                replica.instance.id == promoted || replica.reconf.done || replica.reconf.sent.is_some();
            if settled || self.process.links[replica.instance.link].disconnected {
                continue;
            }
            if self.send_slaveof(m, r, Some(target.clone()), cx) {
                self.replica_event(m, r, EventKind::ReconfSentBestEffort, "", cx);
                self.masters[m].replicas[r].reconf.sent = Some(cx.now);
            }
        }
    }

    /// An address as SLAVEOF gives it.
    pub(super) fn slaveof_target(&self, addr: &InstanceAddr) -> (ArcStr, u16) {
        (self.process.shown(addr).clone(), addr.port)
    }

    /// Sends a replica the transaction that gives it another master, or none, has it remember that, and has
    /// its clients ask anew who the master is. Success is seen in its INFO (spec FSM-CMD-1).
    pub(super) fn send_slaveof(
        &mut self,
        m: usize,
        r: usize,
        target: Option<(ArcStr, u16)>,
        cx: &mut Cx<'_>,
    ) -> bool {
        let master = &self.masters[m];
        let (link, links) = (master.replicas[r].instance.link, &mut self.process.links);
        let transaction = [
            Command::Multi,
            Command::Slaveof(target),
            Command::ConfigRewrite,
            Command::ClientKill(KillType::Normal),
            Command::ClientKill(KillType::Pubsub),
            Command::Exec,
        ];
        transaction
            .into_iter()
            .all(|command| links.send(link, renamed(&master.group, command), Expected::Ignored, cx.out))
    }

    /// The leader's own switch, at the end of the timer that ended the failover (spec FSM-UPDATE-1).
    pub(super) fn switch_to_promoted(&mut self, m: usize, cx: &mut Cx<'_>) {
        let master = &self.masters[m];
        let old = &master.instance.addr;
        let new = master.announced_addr().clone();
        let (name, old_host, old_port) = (master.name(), self.process.shown(old), old.port);
        let payload = format!("{name} {old_host} {old_port} {} {}", self.process.shown(&new), new.port);
        self.process.event(EventKind::SwitchMaster, Some(&master.group), &payload, cx);
        self.change_master_address(m, &new.hostname, i64::from(new.port), cx);
    }

    /// Moves the record to another address: every replica is made anew, the old master becomes one of them
    /// (spec SWITCH-1 to SWITCH-6). False where the address cannot be resolved.
    pub(super) fn change_master_address(&mut self, m: usize, host: &str, port: i64, cx: &mut Cx<'_>) -> bool {
        let Ok(new) = self.instance_addr(host, port, cx) else { return false };
        let master = &self.masters[m];
        let old = master.instance.addr.clone();
        let mut replicas: Vec<_> =
            master.replicas.iter().map(|replica| replica.instance.addr.clone()).collect();
        replicas.retain(|addr| !addr.is_same(&new));
        if !old.is_same(&new) {
            replicas.push(old);
        }
        self.reset_master(m, cx);
        let master = &mut self.masters[m];
        master.instance.addr = new;
        master.instance.s_down_since = NodeTime::ZERO;
        master.o_down_since = NodeTime::ZERO;
        for addr in replicas {
            if let Ok(r) = self.create_replica(m, addr, cx) {
                self.replica_event(m, r, EventKind::Replica, "", cx);
            }
        }
        self.flush(cx);
        true
    }

    /// Forgets the replicas and what was known of the master's state. The other Sentinels stay, with their
    /// links and votes (spec SWITCH-2).
    pub(super) fn reset_master(&mut self, m: usize, cx: &mut Cx<'_>) {
        let master = &mut self.masters[m];
        for replica in master.replicas.take() {
            self.process.links.release(replica.instance.link, cx.out);
        }
        self.process.links.close_both(master.instance.link, cx.out);
        cx.out.work(RESETTING);
        self.process.links[master.instance.link].forget_pings(cx.now);
        master.instance.s_down = false;
        master.instance.script_kill_sent = false;
        master.instance.runid = None;
        master.o_down = false;
        master.rebooting_since = None;
        master.leader = None;
        master.failover = Failover::None;
        master.failover_start_time = NodeTime::ZERO;
        master.reported.role = Role::Master;
        master.reported.role_time = cx.now;
        self.stir();
    }
}
