//! What a Sentinel learns from INFO and what it does about it at once (spec section 10).

use super::instance::{InstanceId, Replica, Role, Subject};
use super::observed::{Fact, RawInfo};
use super::{Cx, EventKind, Failover, Sentinel};
use crate::sim::{Millis, NodeTime};

impl Sentinel {
    /// Reads an INFO reply.
    pub(super) fn take_info(&mut self, subject: Subject, info: RawInfo, cx: &mut Cx<'_>) {
        let Some(m) = self.masters.position(subject.master()) else { return };
        match subject {
            Subject::Master(_) => {
                self.take_master_info(m, info, cx);
                self.masters.set_due(m, NodeTime::ZERO);
            }
            Subject::Replica(_, id) => {
                let Some(r) = self.masters[m].replicas.position(id) else { return };
                self.take_replica_info(m, r, info, cx);
                self.masters[m].replicas.set_due(r, NodeTime::ZERO);
            }
            Subject::Sentinel(..) => {}
        }
        // The next INFO may be due at another time than it seemed.
        self.quiet_until = NodeTime::ZERO;
    }

    fn take_master_info(&mut self, m: usize, info: RawInfo, cx: &mut Cx<'_>) {
        let mut role = Role::Unset;
        for fact in info.facts() {
            match fact {
                Fact::RunId(runid) => self.take_master_runid(m, runid, cx),
                Fact::Replica { ip, port } => self.meet_replica(m, ip, port, cx),
                Fact::Role(reported) => role = reported,
                // The rest is about a replica's master.
                Fact::MasterLinkDownSince(_)
                | Fact::MasterHost(_)
                | Fact::MasterPort(_)
                | Fact::MasterLinkUp(_)
                | Fact::Priority(_)
                | Fact::ReplOffset(_)
                | Fact::Announced(_) => {}
            }
        }
        let reported = &mut self.masters[m].reported;
        reported.raw = Some(info);
        reported.info_refresh = cx.now;
        if reported.role != role {
            reported.role = role;
            reported.role_time = cx.now;
            let kind = if role == Role::Master { EventKind::RoleChange } else { EventKind::RoleMismatch };
            let note = format!(" new reported role is {}", role.name());
            self.master_event(m, kind, &note, cx);
        }
    }

    /// Another run id than before means that the server was started anew (spec INFO-2, SDOWN-8).
    fn take_master_runid(&mut self, m: usize, runid: &str, cx: &mut Cx<'_>) {
        match &self.masters[m].instance.runid {
            Some(known) if known == runid => return,
            Some(_) => {
                self.master_event(m, EventKind::Reboot, "", cx);
                let master = &mut self.masters[m];
                if master.group.master_reboot_down_after > Millis(0) {
                    master.rebooting_since = Some(cx.now);
                }
            }
            None => {}
        }
        self.masters[m].instance.runid = Some(runid.into());
    }

    /// A replica that the master lists (spec INFO-3 to INFO-5).
    fn meet_replica(&mut self, m: usize, host: &str, port: i64, cx: &mut Cx<'_>) {
        if self.knows_replica(m, host, port) {
            return;
        }
        // A bad address makes no replica; nothing is said about it.
        let Ok(addr) = self.instance_addr(host, port, cx) else { return };
        let Ok(r) = self.create_replica(m, addr, cx) else { return };
        self.replica_event(m, r, EventKind::Replica, "", cx);
        self.flush(cx);
        self.stir();
    }

    /// Spares resolving an address that is known as it stands.
    fn knows_replica(&self, m: usize, host: &str, port: i64) -> bool {
        let replicas = &self.masters[m].replicas;
        replicas.iter().any(|replica| {
            let addr = &replica.instance.addr;
            i64::from(addr.port) == port && self.process.shown(addr).as_str() == host
        })
    }

    fn take_replica_info(&mut self, m: usize, r: usize, info: RawInfo, cx: &mut Cx<'_>) {
        let mut role = Role::Unset;
        self.masters[m].replicas[r].master_link_down_time = Millis(0);
        for fact in info.facts() {
            match fact {
                Fact::RunId(runid) => self.take_replica_runid(m, r, runid, cx),
                Fact::Role(reported) => role = reported,
                Fact::MasterLinkDownSince(seconds) => {
                    let since = Millis(seconds.saturating_mul(1000));
                    self.masters[m].replicas[r].master_link_down_time = since;
                }
                // A server that is no replica keeps what it last said as one (spec INFO-11).
                fact if role == Role::Replica => self.masters[m].replicas[r].take_fact(fact, cx.now),
                _ => {}
            }
        }
        let replica = &mut self.masters[m].replicas[r];
        replica.reported.raw = Some(info);
        replica.reported.info_refresh = cx.now;
        self.note_replica_role(m, r, role, cx);
        if self.process.tilt_since.is_some() {
            return;
        }
        match role {
            Role::Master => self.meet_replica_as_master(m, r, cx),
            Role::Replica => {
                self.fix_replica_config(m, r, cx);
                self.follow_reconfiguration(m, r, cx);
            }
            Role::Unset => {}
        }
    }

    fn take_replica_runid(&mut self, m: usize, r: usize, runid: &str, cx: &mut Cx<'_>) {
        match &self.masters[m].replicas[r].instance.runid {
            Some(known) if known == runid => return,
            Some(_) => self.replica_event(m, r, EventKind::Reboot, "", cx),
            None => {}
        }
        self.masters[m].replicas[r].instance.runid = Some(runid.into());
    }

    /// A changed role starts the clocks that hang on it (spec INFO-14).
    fn note_replica_role(&mut self, m: usize, r: usize, role: Role, cx: &mut Cx<'_>) {
        let replica = &mut self.masters[m].replicas[r];
        if replica.reported.role == role {
            return;
        }
        replica.reported.role = role;
        replica.reported.role_time = cx.now;
        if role == Role::Replica {
            replica.slave_conf_change_time = cx.now;
        }
        let kind = if role == Role::Replica { EventKind::RoleChange } else { EventKind::RoleMismatch };
        let note = format!(" new reported role is {}", role.name());
        self.replica_event(m, r, kind, &note, cx);
    }

    /// A replica that calls itself master: the promotion that was waited for, or one to be undone
    /// (spec INFO-22, INFO-16).
    fn meet_replica_as_master(&mut self, m: usize, r: usize, cx: &mut Cx<'_>) {
        let id = self.masters[m].replicas[r].instance.id;
        match self.masters[m].failover {
            Failover::WaitPromotion { attempt, promoted, .. } if promoted == id => {
                self.see_promotion(m, r, attempt, cx);
                return;
            }
            failover if failover.promoted() == Some(id) => return,
            _ => {}
        }
        let master = &self.masters[m];
        if self.turning_back(master, &master.replicas[r], cx.now).is_due() && self.point_to_master(m, r, cx) {
            self.replica_event(m, r, EventKind::ConvertToReplica, "", cx);
        }
    }

    /// A replica that follows another master than it should (spec INFO-17).
    fn fix_replica_config(&mut self, m: usize, r: usize, cx: &mut Cx<'_>) {
        if self.follows(m, r, None, cx) {
            return;
        }
        let master = &self.masters[m];
        if self.putting_right(master, &master.replicas[r], cx.now).is_due() && self.point_to_master(m, r, cx)
        {
            self.replica_event(m, r, EventKind::FixReplicaConfig, "", cx);
        }
    }

    /// How far a replica is on its way to the promoted one (spec RECONF-8, RECONF-9).
    fn follow_reconfiguration(&mut self, m: usize, r: usize, cx: &mut Cx<'_>) {
        let reconf = self.masters[m].replicas[r].reconf;
        let Some(promoted) = self.masters[m].failover.promoted() else { return };
        if reconf.sent.is_some() && self.follows(m, r, Some(promoted), cx) {
            let reconf = &mut self.masters[m].replicas[r].reconf;
            reconf.sent = None;
            reconf.in_progress = true;
            self.replica_event(m, r, EventKind::ReconfInProgress, "", cx);
        }
        let replica = &mut self.masters[m].replicas[r];
        if replica.reconf.in_progress && replica.master_link_up {
            replica.reconf.in_progress = false;
            replica.reconf.done = true;
            self.replica_event(m, r, EventKind::ReconfDone, "", cx);
        }
    }

    /// Whether a replica reports the configured master as its own, or the given replica.
    fn follows(&mut self, m: usize, r: usize, whom: Option<InstanceId>, cx: &mut Cx<'_>) -> bool {
        let master = &self.masters[m];
        let replica = &master.replicas[r];
        let leader = whom.and_then(|id| master.replicas.by_id(id));
        let addr = leader.map_or(&master.instance.addr, |replica| &replica.instance.addr);
        let Some(host) = replica.master_host.clone() else { return false };
        replica.master_port == i64::from(addr.port) && self.process.is_host(addr, &host, cx)
    }

    fn point_to_master(&mut self, m: usize, r: usize, cx: &mut Cx<'_>) -> bool {
        let to = self.slaveof_target(&self.masters[m].instance.addr);
        self.send_slaveof(m, r, Some(to), cx)
    }
}

impl Replica {
    /// Takes what it says of itself as a replica.
    fn take_fact(&mut self, fact: Fact<'_>, now: NodeTime) {
        match fact {
            Fact::MasterHost(host) => {
                let known = self.master_host.as_ref();
                if !known.is_some_and(|known| known.eq_ignore_ascii_case(host)) {
                    self.master_host = Some(host.into());
                    self.slave_conf_change_time = now;
                }
            }
            Fact::MasterPort(port) => {
                if self.master_port != port {
                    self.master_port = port;
                    self.slave_conf_change_time = now;
                }
            }
            Fact::MasterLinkUp(up) => self.master_link_up = up,
            Fact::Priority(priority) => self.priority = priority,
            Fact::ReplOffset(offset) => self.repl_offset = offset,
            Fact::Announced(announced) => self.announced = announced,
            // Its own replicas are not this master's (spec INFO-33); the others do not depend on its role.
            Fact::Replica { .. } | Fact::RunId(_) | Fact::Role(_) | Fact::MasterLinkDownSince(_) => {}
        }
    }
}
