//! Showing what is known of masters, replicas and Sentinels (spec sections 14.2 and 14.3).

use super::super::instance::{Instance, Master, OtherSentinel, Replica, Reported};
use super::super::{Failover, Flags, Sentinel};
use super::{Map, NO_SUCH_MASTER};
use crate::protocol::{ArcStr, Reply};
use crate::sim::{Millis, NodeTime};

impl Sentinel {
    /// `SENTINEL MASTERS` (spec CMD-MASTERS-1)
    pub(super) fn masters_command(&self, now: NodeTime) -> Reply {
        Reply::Array(self.masters.iter().map(|master| self.master_map(master, now)).collect())
    }

    /// `SENTINEL MASTER name` (spec CMD-MASTER-1)
    pub(super) fn master_command(&self, name: &str, now: NodeTime) -> Reply {
        self.masters.by_key(name).map_or(NO_SUCH_MASTER, |master| self.master_map(master, now))
    }

    /// `SENTINEL REPLICAS name`: those that do not want to be announced are left out (spec CMD-REPLICAS-1).
    pub(super) fn replicas_command(&self, name: &str, now: NodeTime) -> Reply {
        let Some(master) = self.masters.by_key(name) else { return NO_SUCH_MASTER };
        let shown = master.replicas.iter().filter(|replica| replica.announced != 0);
        Reply::Array(shown.map(|replica| self.replica_map(master, replica, now)).collect())
    }

    /// `SENTINEL SENTINELS name` (spec CMD-SENTINELS-1)
    pub(super) fn sentinels_command(&self, name: &str, now: NodeTime) -> Reply {
        let Some(master) = self.masters.by_key(name) else { return NO_SUCH_MASTER };
        let peers = master.sentinels.iter();
        Reply::Array(peers.map(|sentinel| self.sentinel_map(sentinel, now)).collect())
    }

    fn master_map(&self, master: &Master, now: NodeTime) -> Reply {
        let mut map = Map::default();
        let shown = Shown {
            name: master.name(),
            instance: &master.instance,
            flags: self.master_flags(master),
            failover: master.failover,
            o_down_since: master.o_down.then_some(master.o_down_since),
        };
        self.put_common(&mut map, &shown, now);
        put_reported(&mut map, &master.reported, now);
        let group = &master.group;
        map.put("config-epoch", &master.config_epoch);
        map.put("num-slaves", &master.replicas.len());
        map.put("num-other-sentinels", &master.sentinels.len());
        map.put("quorum", &group.quorum);
        map.put("failover-timeout", &group.failover_timeout.0);
        map.put("parallel-syncs", &group.parallel_syncs);
        if let Some(script) = &group.notification_script {
            map.put("notification-script", &script);
        }
        if let Some(script) = &group.client_reconfig_script {
            map.put("client-reconfig-script", &script);
        }
        map.reply()
    }

    fn replica_map(&self, master: &Master, replica: &Replica, now: NodeTime) -> Reply {
        let mut map = Map::default();
        let shown = Shown::member(&replica.name, &replica.instance, self.replica_flags(master, replica));
        self.put_common(&mut map, &shown, now);
        put_reported(&mut map, &replica.reported, now);
        map.put("master-link-down-time", &replica.master_link_down_time.0);
        map.put("master-link-status", &if replica.master_link_up { "ok" } else { "err" });
        map.put("master-host", &replica.master_host.as_deref().unwrap_or("?"));
        map.put("master-port", &replica.master_port);
        map.put("slave-priority", &replica.priority);
        map.put("slave-repl-offset", &replica.repl_offset);
        map.put("replica-announced", &replica.announced);
        map.reply()
    }

    fn sentinel_map(&self, sentinel: &OtherSentinel, now: NodeTime) -> Reply {
        let mut map = Map::default();
        let shown = Shown::member(&sentinel.name, &sentinel.instance, self.sentinel_flags(sentinel));
        self.put_common(&mut map, &shown, now);
        map.put("last-hello-message", &(now - sentinel.last_hello_time).0);
        map.put("voted-leader", &sentinel.leader.as_deref().unwrap_or("?"));
        map.put("voted-leader-epoch", &sentinel.leader_epoch);
        map.reply()
    }

    /// The fields that all kinds have (spec CMD-MAP-1).
    fn put_common(&self, map: &mut Map, shown: &Shown<'_>, now: NodeTime) {
        let instance = shown.instance;
        let link = &self.process.links[instance.link];
        map.put("name", &shown.name);
        map.put("ip", &self.process.shown(&instance.addr));
        map.put("port", &instance.addr.port);
        map.put("runid", &instance.runid.as_deref().unwrap_or_default());
        map.put("flags", &shown.flags);
        map.put("link-pending-commands", &link.pending_commands);
        map.put("link-refcount", &link.refcount);
        if shown.failover.is_in_progress() {
            map.put("failover-state", &shown.failover.name());
        }
        map.put("last-ping-sent", &link.act_ping_time.map_or(0, |sent| (now - sent).0));
        map.put("last-ok-ping-reply", &(now - link.last_avail_time).0);
        map.put("last-ping-reply", &(now - link.last_pong_time).0);
        if instance.s_down {
            map.put("s-down-time", &(now - instance.s_down_since).0);
        }
        if let Some(since) = shown.o_down_since {
            map.put("o-down-time", &(now - since).0);
        }
        map.put("down-after-milliseconds", &instance.down_after.0);
    }
}

/// What the common fields are made of.
struct Shown<'a> {
    name: &'a ArcStr,
    instance: &'a Instance,
    flags: Flags,
    /// The failover and the objectively-down state that only a master has.
    failover: Failover,
    o_down_since: Option<NodeTime>,
}

impl<'a> Shown<'a> {
    /// A replica or another Sentinel.
    const fn member(name: &'a ArcStr, instance: &'a Instance, flags: Flags) -> Self {
        Self { name, instance, flags, failover: Failover::None, o_down_since: None }
    }
}

/// The fields of masters and replicas (spec CMD-MAP-2).
fn put_reported(map: &mut Map, reported: &Reported, now: NodeTime) {
    let age = if reported.info_refresh == NodeTime::ZERO { Millis(0) } else { now - reported.info_refresh };
    map.put("info-refresh", &age.0);
    map.put("role-reported", &reported.role.name());
    map.put("role-reported-time", &(now - reported.role_time).0);
}
