//! What is sent to every instance all the time: dialling, INFO, PING, hello (spec sections 4 and 5), and
//! when the next of it is due.

use super::instance::{Group, Instance, Kind, Master, Reported, Subject};
use super::link::{End, Expected, Link};
use super::process::{Process, renamed};
use super::tunables::{IDLE_PUBLISH_PERIODS, OPINION_ASK_PERIODS, PENDING_COMMANDS_MAX};
use super::{Cx, Sentinel, Tunables};
use crate::protocol::{ArcStr, Command, HELLO_CHANNEL, literal};
use crate::sim::{Millis, NodeTime};

/// One millisecond past a limit that must be exceeded, not reached.
const STRICTLY: Millis = Millis(1);

impl Master {
    /// Whether its replicas are asked for INFO every second (spec PCMD-4).
    pub(super) fn is_urgent(&self) -> bool {
        self.o_down || self.failover.is_in_progress()
    }
}

impl Process {
    /// Dials what is missing of a disconnected link, at most once per ping period (spec LINK-5 to LINK-8).
    fn reconnect(&mut self, group: &Group, subject: Subject, instance: &mut Instance, cx: &mut Cx<'_>) {
        let link = &self.links[instance.link];
        if !link.disconnected || instance.addr.port == 0 {
            return;
        }
        if cx.now - link.last_reconn_time < self.tunables.ping_period {
            return;
        }
        self.links[instance.link].last_reconn_time = cx.now;
        if self.links[instance.link].cc.is_none() {
            self.resolve_again(instance, cx);
            self.dial_cc(group, subject, instance, cx);
        }
        let has_pc = !matches!(subject, Subject::Sentinel(..));
        if has_pc && self.links[instance.link].pc.is_none() {
            self.dial_pc(group, subject, instance, cx);
        }
        let link = &mut self.links[instance.link];
        if link.cc.is_some() && (!has_pc || link.pc.is_some()) {
            link.disconnected = false;
        }
    }

    /// A name may mean another address by now; if it means none, the old one stays (spec LINK-7).
    fn resolve_again(&mut self, instance: &mut Instance, cx: &mut Cx<'_>) {
        if self.settings.resolve_hostnames {
            let host = instance.addr.hostname.clone();
            if let Some(ip) = self.resolve(&host, cx) {
                instance.addr.resolved_again(ip);
            }
        }
    }

    fn dial_cc(&mut self, group: &Group, subject: Subject, instance: &Instance, cx: &mut Cx<'_>) {
        let Some(to) = instance.addr.dial() else { return };
        self.links.dial(instance.link, End::Cc, to, cx.now, cx.out);
        let auth = self.auth(group, subject);
        let setname = renamed(group, Command::ClientSetname(self.client_names[0].clone()));
        let ping = renamed(group, Command::Ping);
        let link = &mut self.links[instance.link];
        if let Some(auth) = auth {
            link.send(auth, Expected::Ignored, cx.out);
        }
        link.send(setname, Expected::Ignored, cx.out);
        link.send_ping(ping, subject, cx.now, cx.out);
    }

    fn dial_pc(&mut self, group: &Group, subject: Subject, instance: &Instance, cx: &mut Cx<'_>) {
        let Some(to) = instance.addr.dial() else { return };
        self.links.dial(instance.link, End::Pc, to, cx.now, cx.out);
        let auth = self.auth(group, subject);
        let setname = renamed(group, Command::ClientSetname(self.client_names[1].clone()));
        let subscribe = renamed(group, Command::Subscribe(HELLO_CHANNEL));
        let link = &mut self.links[instance.link];
        if let Some(auth) = auth {
            link.send_on_pc(auth, Expected::Ignored, cx.out);
        }
        link.send_on_pc(setname, Expected::Ignored, cx.out);
        link.send_on_pc(subscribe, Expected::Subscribed, cx.out);
    }

    /// How this Sentinel authenticates there, if it has to (spec LINK-9).
    fn auth(&self, group: &Group, subject: Subject) -> Option<Command> {
        let settings = &self.settings;
        let (user, pass) = match subject {
            Subject::Master(_) | Subject::Replica(..) => (&group.auth_user, &group.auth_pass),
            Subject::Sentinel(..) if settings.sentinel_pass.is_some() => {
                (&settings.sentinel_user, &settings.sentinel_pass)
            }
            Subject::Sentinel(..) => (&None, &settings.requirepass),
        };
        let pass = pass.clone()?;
        let words: Vec<ArcStr> = match user.clone() {
            Some(user) => vec![literal!("AUTH"), user, pass],
            None => vec![literal!("AUTH"), pass],
        };
        Some(renamed(group, Command::Other(words.into())))
    }

    /// How long after one INFO the next is sent (spec PCMD-4).
    fn info_period(&self, hurried: bool) -> Millis {
        if hurried { Millis(1000) } else { self.tunables.info_period }
    }

    /// Whether INFO is due. There is no guard against asking again before the reply (spec PCMD-3, PCMD-5).
    fn info_is_due(&self, kind: Kind, hurried: bool, reported: &Reported, now: NodeTime) -> bool {
        let hurried = hurried && kind == Kind::Replica;
        reported.info_refresh == NodeTime::ZERO || now - reported.info_refresh > self.info_period(hurried)
    }

    /// INFO, PING and hello, each if it is due, in this order (spec PCMD-1 to PCMD-9).
    fn send_periodic_commands(
        &mut self,
        group: &Group,
        subject: Subject,
        instance: &Instance,
        info_is_due: bool,
        hello: Option<ArcStr>,
        cx: &mut Cx<'_>,
    ) {
        let link = &mut self.links[instance.link];
        if link.disconnected || link.pending_commands >= PENDING_COMMANDS_MAX * link.refcount {
            return;
        }
        if info_is_due {
            link.send(renamed(group, Command::Info), Expected::Info(subject), cx.out);
        }
        let period = ping_period(instance, self.tunables.ping_period);
        if cx.now - link.last_pong_time > period && cx.now - link.last_ping_time > Millis(period.0 / 2) {
            link.send_ping(renamed(group, Command::Ping), subject, cx.now, cx.out);
        }
        if let Some(message) = hello {
            let publish = Command::Publish { channel: HELLO_CHANNEL, message };
            link.send(renamed(group, publish), Expected::Publish(subject), cx.out);
        }
    }

    /// Whether a hello is due: the last *acknowledged* one counts (spec PCMD-8).
    fn hello_is_due(&self, instance: &Instance, now: NodeTime) -> bool {
        now - instance.last_pub_time > self.tunables.publish_period
    }

    /// From when on something may have to be done about an instance's link, whatever kind it is.
    fn link_due(&self, instance: &Instance, now: NodeTime) -> NodeTime {
        let link = &self.links[instance.link];
        let Tunables { ping_period: reconnect_period, publish_period, .. } = self.tunables;
        // What is down is looked at each time: any reply may bring it back.
        if instance.s_down {
            return now;
        }
        let mut due = NodeTime(i64::MAX);
        if link.disconnected {
            if instance.addr.port != 0 {
                due = due.min(link.last_reconn_time + reconnect_period);
            }
        } else {
            let period = ping_period(instance, reconnect_period);
            let ping = (link.last_pong_time + period).max(link.last_ping_time + Millis(period.0 / 2));
            let hello = instance.last_pub_time + publish_period;
            due = due.min(ping + STRICTLY).min(hello + STRICTLY);
        }
        due.min(self.link_down_due(link, instance.down_after))
    }

    /// From when on a link may be found down or idle (spec SDOWN-1, LINK-12, LINK-13).
    fn link_down_due(&self, link: &Link, down_after: Millis) -> NodeTime {
        let Tunables { min_link_reconnect_period, publish_period, .. } = self.tunables;
        let mut due = match link.act_ping_time {
            Some(sent) => sent + down_after,
            None => link.last_avail_time + down_after,
        };
        if link.act_ping_time.is_none() && !link.disconnected {
            due = NodeTime(i64::MAX);
        }
        if let (Some(cc), Some(sent)) = (&link.cc, link.act_ping_time) {
            let half = Millis(down_after.0 / 2);
            let idle = (sent + half).max(link.last_pong_time + half);
            due = due.min(idle.max(cc.since + min_link_reconnect_period));
        }
        if let Some(pc) = &link.pc {
            let idle = link.pc_last_activity + Millis(IDLE_PUBLISH_PERIODS * publish_period.0);
            due = due.min(idle.max(pc.since + min_link_reconnect_period));
        }
        due + STRICTLY
    }

    fn info_due(&self, hurried: bool, reported: &Reported, instance: &Instance) -> NodeTime {
        if self.links[instance.link].disconnected {
            return NodeTime(i64::MAX);
        }
        reported.info_refresh + self.info_period(hurried) + STRICTLY
    }
}

impl Sentinel {
    /// The monitoring half for a master (spec TIM-5).
    pub(super) fn monitor_master(&mut self, m: usize, cx: &mut Cx<'_>) {
        let hello = self.due_hello(m, |master| &master.instance, cx.now);
        let master = &mut self.masters[m];
        let subject = Subject::Master(master.instance.id);
        self.process.reconnect(&master.group, subject, &mut master.instance, cx);
        let info = self.process.info_is_due(Kind::Master, false, &master.reported, cx.now);
        self.process.send_periodic_commands(&master.group, subject, &master.instance, info, hello, cx);
    }

    /// The monitoring half for a replica.
    pub(super) fn monitor_replica(&mut self, m: usize, r: usize, cx: &mut Cx<'_>) {
        let hello = self.due_hello(m, |master| &master.replicas[r].instance, cx.now);
        let master = &mut self.masters[m];
        let hurried = master.is_urgent();
        let replica = &mut master.replicas[r];
        let subject = Subject::Replica(master.instance.id, replica.instance.id);
        self.process.reconnect(&master.group, subject, &mut replica.instance, cx);
        let hurried = hurried || replica.master_link_down_time != Millis(0);
        let info = self.process.info_is_due(Kind::Replica, hurried, &replica.reported, cx.now);
        self.process.send_periodic_commands(&master.group, subject, &replica.instance, info, hello, cx);
    }

    /// The monitoring half for another Sentinel, which gets no INFO (spec TIM-12).
    pub(super) fn monitor_sentinel(&mut self, m: usize, s: usize, cx: &mut Cx<'_>) {
        let hello = self.due_hello(m, |master| &master.sentinels[s].instance, cx.now);
        let master = &mut self.masters[m];
        let sentinel = &mut master.sentinels[s];
        let subject = Subject::Sentinel(master.instance.id, sentinel.instance.id);
        self.process.reconnect(&master.group, subject, &mut sentinel.instance, cx);
        self.process.send_periodic_commands(&master.group, subject, &sentinel.instance, false, hello, cx);
    }

    fn due_hello(&mut self, m: usize, of: impl Fn(&Master) -> &Instance, now: NodeTime) -> Option<ArcStr> {
        let instance = of(&self.masters[m]);
        if !self.process.hello_is_due(instance, now) {
            return None;
        }
        let link = instance.link;
        self.hello_message(m, link)
    }

    /// Before which moment the timer can leave a master alone.
    pub(super) fn master_due(&self, m: usize, now: NodeTime) -> NodeTime {
        let master = &self.masters[m];
        let period = self.process.tunables.ask_period;
        // While it is down or being failed over, everything moves.
        if master.instance.s_down || master.is_urgent() || master.rebooting_since.is_some() {
            return now;
        }
        // A master that calls itself a replica will be down in the end (spec SDOWN-3).
        if master.reported.role != super::Role::Master {
            return now;
        }
        let stale = master.sentinels.iter().filter(|peer| peer.master_down || peer.leader.is_some());
        let stale = stale
            .map(|peer| peer.last_master_down_reply_time + Millis(OPINION_ASK_PERIODS * period.0) + STRICTLY);
        let due = stale.min().unwrap_or(NodeTime(i64::MAX));
        due.min(self.process.link_due(&master.instance, now)).min(self.process.info_due(
            false,
            &master.reported,
            &master.instance,
        ))
    }

    /// Before which moment the timer can leave a replica alone.
    pub(super) fn replica_due(&self, m: usize, r: usize, now: NodeTime) -> NodeTime {
        let master = &self.masters[m];
        let replica = &master.replicas[r];
        let hurried = master.is_urgent() || replica.master_link_down_time != Millis(0);
        let info = self.process.info_due(hurried, &replica.reported, &replica.instance);
        self.process.link_due(&replica.instance, now).min(info)
    }

    /// Before which moment the timer can leave another Sentinel alone.
    pub(super) fn sentinel_due(&self, m: usize, s: usize, now: NodeTime) -> NodeTime {
        self.process.link_due(&self.masters[m].sentinels[s].instance, now)
    }
}

/// How long after a PONG the next PING is sent (spec PCMD-6).
fn ping_period(instance: &Instance, ping_period: Millis) -> Millis {
    instance.down_after.min(ping_period)
}
