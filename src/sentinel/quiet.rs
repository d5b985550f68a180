//! When the timer may find something to do: most timers find nothing, and need not look.
//!
//! Each record has a moment before which no rule of the timer applies to it. It is worked out after every
//! look from all that could come due. What arrives in between either puts off what is due, as a PONG does,
//! and then a look too early costs little; or it stirs the record, which is looked at with the next timer.

use super::instance::{Instance, Master, Reported, Role};
use super::periodic::ping_period;
use super::process::Process;
use super::{Sentinel, Tunables};
use crate::sim::{Millis, NodeTime};

/// One millisecond past a limit that must be exceeded, not reached.
const STRICTLY: Millis = Millis(1);
/// Never, unless something stirs.
const NEVER: NodeTime = NodeTime(i64::MAX);

impl Sentinel {
    /// The next timer looks at everything.
    pub(super) fn stir(&mut self) {
        self.quiet_until = NodeTime::ZERO;
        self.masters.stir();
        for master in &mut self.masters {
            master.stir_members();
        }
    }

    /// Before which moment the timer can leave a master alone.
    pub(super) fn master_due(&self, m: usize, now: NodeTime) -> NodeTime {
        let master = &self.masters[m];
        // While it is down or being failed over, everything moves; and if it reboots or calls itself a
        // replica, it may be down any time.
        let unsettled = master.instance.s_down
            || master.is_urgent()
            || master.rebooting_since.is_some()
            || master.reported.role != Role::Master;
        if unsettled {
            return now;
        }
        let opinion_holds = self.process.tunables.opinion_holds();
        let opinions = master.sentinels.iter().filter(|peer| peer.master_down || peer.leader.is_some());
        let opinions = opinions.map(|peer| peer.last_master_down_reply_time + opinion_holds + STRICTLY);
        let info =
            self.process.info_due(self.process.tunables.info_period, &master.reported, &master.instance);
        let link = self.process.link_due(&master.instance, now);
        opinions.min().unwrap_or(NEVER).min(info).min(link)
    }

    /// Before which moment the timer can leave a replica alone.
    pub(super) fn replica_due(&self, m: usize, r: usize, now: NodeTime) -> NodeTime {
        let master = &self.masters[m];
        let replica = &master.replicas[r];
        let period = self.process.replica_info_period(master.is_urgent(), replica);
        let info = self.process.info_due(period, &replica.reported, &replica.instance);
        self.process.link_due(&replica.instance, now).min(info)
    }

    /// Before which moment the timer can leave another Sentinel alone.
    pub(super) fn sentinel_due(&self, m: usize, s: usize, now: NodeTime) -> NodeTime {
        self.process.link_due(&self.masters[m].sentinels[s].instance, now)
    }
}

impl Master {
    /// The timer looks at every replica and Sentinel of the group.
    pub(super) fn stir_members(&mut self) {
        self.replicas.stir();
        self.sentinels.stir();
    }
}

impl Process {
    /// From when on something may have to be done about an instance's link, whatever kind it is.
    fn link_due(&self, instance: &Instance, now: NodeTime) -> NodeTime {
        // What is down is looked at each time: any reply may bring it back.
        if instance.s_down {
            return now;
        }
        let link = &self.links[instance.link];
        let Tunables { ping_period: dial_period, publish_period, .. } = self.tunables;
        let next = if !link.disconnected {
            let period = ping_period(instance, dial_period);
            let ping = (link.last_pong_time + period).max(link.last_ping_time + period.half());
            let hello = instance.last_pub_time + publish_period;
            ping.min(hello) + STRICTLY
        } else if instance.addr.port == 0 {
            NEVER
        } else {
            link.last_reconn_time + dial_period
        };
        next.min(self.silence_due(instance))
    }

    /// From when on a link may be found down or idle (spec SDOWN-1, LINK-12, LINK-13).
    fn silence_due(&self, instance: &Instance) -> NodeTime {
        let (link, down_after) = (&self.links[instance.link], instance.down_after);
        let min_age = self.tunables.min_link_reconnect_period;
        let down = match link.act_ping_time {
            Some(sent) => sent + down_after,
            None if link.disconnected => link.last_avail_time + down_after,
            None => NEVER,
        };
        let half = down_after.half();
        let commands_idle = link.act_ping_time.zip(link.cc.as_ref()).map_or(NEVER, |(sent, cc)| {
            (sent + half).max(link.last_pong_time + half).max(cc.since + min_age)
        });
        let subscription_idle = link.pc.as_ref().map_or(NEVER, |pc| {
            let idle = self.links.pc_last_activity(instance.link) + self.tunables.pubsub_idle();
            idle.max(pc.since + min_age)
        });
        down.min(commands_idle).min(subscription_idle) + STRICTLY
    }

    fn info_due(&self, period: Millis, reported: &Reported, instance: &Instance) -> NodeTime {
        if self.links[instance.link].disconnected {
            return NEVER;
        }
        reported.info_refresh + period + STRICTLY
    }
}
