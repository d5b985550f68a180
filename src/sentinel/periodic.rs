//! What is sent to every instance all the time: INFO, PING, hello (spec section 5).

use super::event::EventKind;
use super::instance::{Group, Instance, Master, Replica, Reported, Subject};
use super::link::Expected;
use super::process::{Process, renamed};
use super::tunables::PENDING_COMMANDS_MAX;
use super::{Cx, Sentinel};
use crate::protocol::{ArcStr, Command, HELLO_CHANNEL};
use crate::sim::{Millis, NodeTime};

/// How often a replica is asked for INFO when it matters (spec PCMD-4).
const URGENT_INFO_PERIOD: Millis = Millis(1000);
/// What a dial says that has no address to go to (spec EVT-47, EVT-48).
const NO_ADDRESS: &str = " #Name or service not known";

impl Master {
    /// Whether its replicas are asked for INFO every second (spec PCMD-4).
    pub(super) fn is_urgent(&self) -> bool {
        self.o_down || self.failover.is_in_progress()
    }
}

impl Sentinel {
    /// The monitoring half for a master (spec TIM-5).
    pub(super) fn monitor_master(&mut self, m: usize, cx: &mut Cx<'_>) {
        let hello = self.due_hello(m, |master| &master.instance, cx.now);
        let master = &mut self.masters[m];
        let subject = Subject::Master(master.instance.id);
        if !self.process.reconnect(&master.group, subject, &mut master.instance, cx) {
            self.master_event(m, EventKind::CmdLinkReconnection, NO_ADDRESS, cx);
            self.master_event(m, EventKind::PubsubLinkReconnection, NO_ADDRESS, cx);
        }
        let master = &self.masters[m];
        let info = master.reported.is_older_than(self.process.tunables.info_period, cx.now);
        self.process.send_periodic_commands(&master.group, subject, &master.instance, info, hello, cx);
    }

    /// The monitoring half for a replica.
    pub(super) fn monitor_replica(&mut self, m: usize, r: usize, cx: &mut Cx<'_>) {
        let hello = self.due_hello(m, |master| &master.replicas[r].instance, cx.now);
        let master = &mut self.masters[m];
        let urgent = master.is_urgent();
        let replica = &mut master.replicas[r];
        let subject = Subject::Replica(master.instance.id, replica.instance.id);
        if !self.process.reconnect(&master.group, subject, &mut replica.instance, cx) {
            self.replica_event(m, r, EventKind::CmdLinkReconnection, NO_ADDRESS, cx);
            self.replica_event(m, r, EventKind::PubsubLinkReconnection, NO_ADDRESS, cx);
        }
        let master = &self.masters[m];
        let replica = &master.replicas[r];
        let info = replica.reported.is_older_than(self.process.replica_info_period(urgent, replica), cx.now);
        self.process.send_periodic_commands(&master.group, subject, &replica.instance, info, hello, cx);
    }

    /// The monitoring half for another Sentinel, which gets no INFO (spec TIM-12).
    pub(super) fn monitor_sentinel(&mut self, m: usize, s: usize, cx: &mut Cx<'_>) {
        let hello = self.due_hello(m, |master| &master.sentinels[s].instance, cx.now);
        let master = &mut self.masters[m];
        let sentinel = &mut master.sentinels[s];
        let subject = Subject::Sentinel(master.instance.id, sentinel.instance.id);
        if !self.process.reconnect(&master.group, subject, &mut sentinel.instance, cx) {
            self.sentinel_event(m, s, EventKind::CmdLinkReconnection, NO_ADDRESS, cx);
        }
        let master = &self.masters[m];
        let sentinel = &master.sentinels[s];
        self.process.send_periodic_commands(&master.group, subject, &sentinel.instance, false, hello, cx);
    }

    /// The hello for an instance, if it is due: the last *acknowledged* one counts (spec PCMD-8).
    fn due_hello(&mut self, m: usize, of: impl Fn(&Master) -> &Instance, now: NodeTime) -> Option<ArcStr> {
        let instance = of(&self.masters[m]);
        let link = instance.link;
        let due = now - instance.last_pub_time > self.process.tunables.publish_period;
        due.then(|| self.hello_message(m, link)).flatten()
    }
}

impl Process {
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
        let link = &self.links[instance.link];
        if link.disconnected || link.pending_commands >= PENDING_COMMANDS_MAX * link.refcount {
            return;
        }
        let period = ping_period(instance, self.tunables.ping_period);
        let ping_is_due =
            cx.now - link.last_pong_time > period && cx.now - link.last_ping_time > period.half();
        let (links, link) = (&mut self.links, instance.link);
        if info_is_due {
            links.send(link, renamed(group, Command::Info), Expected::Info(subject), cx.out);
        }
        if ping_is_due {
            links.send_ping(link, renamed(group, Command::Ping), subject, cx.now, cx.out);
        }
        if let Some(message) = hello {
            let publish = Command::Publish { channel: HELLO_CHANNEL, message };
            links.send(link, renamed(group, publish), Expected::Publish(subject), cx.out);
        }
    }

    /// How long after one INFO the next is sent to a replica (spec PCMD-4).
    pub(super) fn replica_info_period(&self, urgent: bool, replica: &Replica) -> Millis {
        let urgent = urgent || replica.master_link_down_time != Millis(0);
        if urgent { URGENT_INFO_PERIOD } else { self.tunables.info_period }
    }
}

impl Reported {
    /// Whether INFO is due. Nothing keeps it from being sent again before the reply (spec PCMD-3, PCMD-5).
    fn is_older_than(&self, period: Millis, now: NodeTime) -> bool {
        self.info_refresh == NodeTime::ZERO || now - self.info_refresh > period
    }
}

/// How long after a PONG the next PING is sent (spec PCMD-6).
pub(super) fn ping_period(instance: &Instance, ping_period: Millis) -> Millis {
    instance.down_after.min(ping_period)
}
