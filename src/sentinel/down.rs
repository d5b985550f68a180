//! Subjectively and objectively down, and asking the other Sentinels (spec sections 6 and 7.1).

use super::instance::{InstanceId, Role, Subject};
use super::link::{End, Expected};
use super::process::{Process, renamed};
use super::{Cx, EventKind, Instance, Sentinel, SentinelEvent};
use crate::protocol::{ArcStr, Command, Reply, literal};
use crate::sim::{Millis, NodeTime};

/// What becomes of an instance's `s_down` flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Unchanged,
    Down,
    Up,
}

impl Process {
    /// For how long an instance has been without a valid reply (spec SDOWN-1).
    pub(super) fn silence(&self, instance: &Instance, now: NodeTime) -> Millis {
        let link = &self.links[instance.link];
        match link.act_ping_time {
            Some(sent) => now - sent,
            None if link.disconnected => now - link.last_avail_time,
            None => Millis(0),
        }
    }

    /// Closes connections that have been idle for too long, to dial them anew (spec LINK-12, LINK-13).
    fn drop_idle_connections(&mut self, instance: &Instance, cx: &mut Cx<'_>) {
        let now = cx.now;
        let min_age = self.tunables.min_link_reconnect_period;
        let half = instance.down_after.half();
        let link = &self.links[instance.link];
        let cc_is_idle = link.cc.as_ref().is_some_and(|cc| now - cc.since > min_age)
            && link.act_ping_time.is_some_and(|sent| now - sent > half)
            && now - link.last_pong_time > half;
        let idle = self.tunables.pubsub_idle();
        let pc_is_idle = link.pc.as_ref().is_some_and(|pc| now - pc.since > min_age)
            && now - self.links.pc_last_activity(instance.link) > idle;
        if cc_is_idle {
            self.links.close(instance.link, End::Cc, cx.out);
        }
        if pc_is_idle {
            self.links.close(instance.link, End::Pc, cx.out);
        }
    }

    /// One instance's turn: its silence counts as it was before idle connections are dropped. `otherwise_down`
    /// tells of reasons that only masters have.
    fn check_subjectively_down(
        &mut self,
        instance: &mut Instance,
        otherwise_down: bool,
        cx: &mut Cx<'_>,
    ) -> Verdict {
        let silence = self.silence(instance, cx.now);
        self.drop_idle_connections(instance, cx);
        let down = silence > instance.down_after || otherwise_down;
        match (instance.s_down, down) {
            (false, true) => {
                instance.s_down_since = cx.now;
                instance.s_down = true;
                Verdict::Down
            }
            (true, false) => {
                instance.s_down = false;
                instance.script_kill_sent = false;
                Verdict::Up
            }
            (true, true) | (false, false) => Verdict::Unchanged,
        }
    }
}

impl Verdict {
    fn event(self) -> Option<EventKind> {
        match self {
            Self::Unchanged => None,
            Self::Down => Some(EventKind::SubjectivelyDown),
            Self::Up => Some(EventKind::SubjectivelyUp),
        }
    }
}

impl Sentinel {
    /// A master is also down that calls itself a replica for long (spec SDOWN-3), or that was restarted and
    /// has been loading for longer than it may (spec SDOWN-4).
    pub(super) fn check_master_subjectively_down(&mut self, m: usize, cx: &mut Cx<'_>) {
        let master = &mut self.masters[m];
        let grace = self.process.demotion_grace(&master.instance);
        let demoted = master.reported.role == Role::Replica && cx.now - master.reported.role_time > grace;
        let period = master.group.master_reboot_down_after;
        let loading = master.rebooting_since.is_some_and(|since| cx.now - since > period);
        let verdict = self.process.check_subjectively_down(&mut master.instance, demoted || loading, cx);
        if let Some(kind) = verdict.event() {
            self.master_event(m, kind, "", cx);
        }
    }

    pub(super) fn check_replica_subjectively_down(&mut self, m: usize, r: usize, cx: &mut Cx<'_>) {
        let master = &mut self.masters[m];
        let replica = &mut master.replicas[r];
        let verdict = self.process.check_subjectively_down(&mut replica.instance, false, cx);
        if let Some(kind) = verdict.event() {
            self.replica_event(m, r, kind, "", cx);
        }
    }

    pub(super) fn check_sentinel_subjectively_down(&mut self, m: usize, s: usize, cx: &mut Cx<'_>) {
        let sentinel = &mut self.masters[m].sentinels[s];
        let verdict = self.process.check_subjectively_down(&mut sentinel.instance, false, cx);
        if let Some(kind) = verdict.event() {
            self.sentinel_event(m, s, kind, "", cx);
        }
    }

    /// Objectively down is what a quorum of Sentinels holds for subjectively down, by their last answers
    /// (spec ODOWN-1 to ODOWN-3).
    pub(super) fn check_objectively_down(&mut self, m: usize, cx: &mut Cx<'_>) {
        let master = &self.masters[m];
        let agreeing = if master.instance.s_down { master.agreeing() } else { 0 };
        let quorum = master.group.quorum;
        let down = master.instance.s_down && agreeing >= quorum;
        if down == master.o_down {
            return;
        }
        if down {
            let note = format!(" #quorum {agreeing}/{quorum}");
            self.master_event(m, EventKind::ObjectivelyDown, &note, cx);
            self.masters[m].o_down_since = cx.now;
        } else {
            self.master_event(m, EventKind::ObjectivelyUp, "", cx);
        }
        let master = &mut self.masters[m];
        master.o_down = down;
        // Its replicas are asked for INFO at another pace from now on (spec TIM-10).
        master.stir_members();
    }

    /// Asks every other Sentinel whether it holds the master for down, and in a failover for its vote
    /// (spec ASK-1 to ASK-8).
    pub(super) fn ask_other_sentinels(&mut self, m: usize, forced: bool, cx: &mut Cx<'_>) {
        let ask_period = self.process.tunables.ask_period;
        let opinion_holds = self.process.tunables.opinion_holds();
        let master = &mut self.masters[m];
        // An opinion has a time, even while the master is well (spec ASK-2).
        for peer in &mut master.sentinels {
            let holds = peer.master_down || peer.leader.is_some();
            let age = cx.now - peer.last_master_down_reply_time;
            if holds && age > opinion_holds {
                peer.master_down = false;
                peer.leader = None;
            }
        }
        if !master.instance.s_down {
            return;
        }
        let candidate: ArcStr =
            if master.failover.is_in_progress() { self.process.myid.clone() } else { literal!("*") };
        let (ip, port) = (self.process.shown(&master.instance.addr).clone(), master.instance.addr.port);
        let question =
            Command::IsMasterDown { ip, port, epoch: self.process.current_epoch, runid: candidate };
        let question = renamed(&master.group, question);
        for peer in &master.sentinels {
            let link = peer.instance.link;
            let asked_lately = cx.now - peer.last_master_down_reply_time < ask_period;
            if !self.process.links[link].disconnected && (forced || !asked_lately) {
                let subject = Subject::Sentinel(master.instance.id, peer.instance.id);
                self.process.links.send(link, question.clone(), Expected::MasterDown(subject), cx.out);
            }
        }
    }

    /// A peer's answer: whether it holds the master for down, and whom it voted for (spec ASK-10 to ASK-12).
    pub(super) fn take_opinion(
        &mut self,
        master: InstanceId,
        peer: InstanceId,
        reply: &Reply,
        cx: &mut Cx<'_>,
    ) {
        let Reply::Array(parts) = reply else { return };
        let [Reply::Integer(down), Reply::Bulk(leader), Reply::Integer(epoch)] = parts.as_slice() else {
            return;
        };
        let Some(m) = self.masters.position(master) else { return };
        let Some(peer) = self.masters[m].sentinels.by_id_mut(peer) else { return };
        peer.last_master_down_reply_time = cx.now;
        peer.master_down = *down == 1;
        if leader != "*" {
            let epoch = *epoch as u64;
            if peer.leader_epoch != epoch {
                cx.out.emit(SentinelEvent::Voted { peer: peer.name.clone(), leader: leader.clone(), epoch });
            }
            peer.leader = Some(leader.clone());
            peer.leader_epoch = epoch;
        }
        self.masters.set_due(m, NodeTime::ZERO);
        self.quiet_until = NodeTime::ZERO;
    }
}
