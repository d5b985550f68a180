//! What comes back on the links: replies to PING, and everything else to where it is read
//! (spec section 5).

use super::instance::Subject;
use super::link::{End, Expected, LinkId};
use super::observed::RawInfo;
use super::process::renamed;
use super::{Cx, Instance, Sentinel};
use crate::protocol::{Command, ConnId, Reply};

impl Sentinel {
    /// A reply, or a message pushed by Pub/Sub.
    pub(super) fn take_reply(&mut self, conn: ConnId, reply: Reply, cx: &mut Cx<'_>) {
        // What comes on a connection that this Sentinel has closed is ignored (spec LINK-14).
        let Some((link, end)) = self.process.links.owner(conn) else { return };
        if let Reply::Pushed { channel: _, message } = &reply
            && end == End::Pc
        {
            self.process.links.set_pc_last_activity(link, cx.now);
            self.hear_hello(message, cx);
            return;
        }
        let Some(answers) = self.process.links.answered(link, end) else { return };
        match answers {
            Expected::Ignored => {}
            // A server that refuses the subscription is dialled again and again (spec LINK-17).
            Expected::Subscribed if reply.is_error() => {
                self.process.links.close(link, End::Pc, cx.out);
                self.stir();
            }
            Expected::Subscribed => self.process.links.set_pc_last_activity(link, cx.now),
            Expected::Ping(subject) => self.take_pong(subject, link, &reply, cx),
            Expected::Info(subject) => match reply {
                Reply::Info(info) => self.take_info(subject, RawInfo::Typed(info), cx),
                Reply::Bulk(text) => self.take_info(subject, RawInfo::Text(text), cx),
                _ => {}
            },
            // Only an acknowledged hello counts (spec PCMD-8).
            Expected::Publish(_) if reply.is_error() => {}
            Expected::Publish(subject) => {
                if let Some(instance) = self.instance_mut(subject) {
                    instance.last_pub_time = cx.now;
                }
            }
            Expected::MasterDown(subject) => {
                if let Subject::Sentinel(master, sentinel) = subject {
                    self.take_opinion(master, sentinel, &reply, cx);
                }
            }
        }
    }

    /// Whether a reply to PING shows the instance alive (spec PONG-1 to PONG-5).
    fn take_pong(&mut self, subject: Subject, link: LinkId, reply: &Reply, cx: &mut Cx<'_>) {
        // A PING of a record that is gone was nobody's (spec LINK-4).
        let Some(instance) = self.instance_mut(subject) else { return };
        let (own_link, may_kill_script) = (instance.link, instance.s_down && !instance.script_kill_sent);
        self.process.links[link].last_pong_time = cx.now;
        let (Reply::Status(text) | Reply::Error(text)) = reply else { return };
        if ["PONG", "LOADING", "MASTERDOWN"].iter().any(|valid| text.starts_with(valid)) {
            let link = &mut self.process.links[own_link];
            link.last_avail_time = cx.now;
            link.act_ping_time = None;
            if let Subject::Master(id) = subject
                && text.starts_with("PONG")
                && let Some(master) = self.masters.by_id_mut(id)
            {
                master.rebooting_since = None;
            }
        } else if text.starts_with("BUSY") && may_kill_script {
            // Once per time of being down, even if it could not be sent.
            if let Some(instance) = self.instance_mut(subject) {
                instance.script_kill_sent = true;
            }
            if let Some(master) = self.masters.by_id(subject.master()) {
                let kill = renamed(&master.group, Command::ScriptKill);
                self.process.links.send(own_link, kill, Expected::Ignored, cx.out);
            }
        }
    }

    /// The record, unless it is gone: replies still expected for it are then nobody's (spec LINK-4).
    pub(super) fn instance_mut(&mut self, subject: Subject) -> Option<&mut Instance> {
        let master = self.masters.by_id_mut(subject.master())?;
        match subject {
            Subject::Master(_) => Some(&mut master.instance),
            Subject::Replica(_, id) => master.replicas.by_id_mut(id).map(|replica| &mut replica.instance),
            Subject::Sentinel(_, id) => master.sentinels.by_id_mut(id).map(|peer| &mut peer.instance),
        }
    }
}
