//! Dialling what is missing of a link, and what is sent first (spec section 4).

use super::Cx;
use super::instance::{Group, Instance, Subject};
use super::link::{End, Expected};
use super::process::{Process, renamed};
use crate::protocol::{ArcStr, Command, HELLO_CHANNEL, literal};

impl Process {
    /// Dials what is missing of a disconnected link, at most once per ping period (spec LINK-5 to LINK-8).
    /// False where that failed at once, because the instance's name means no address (spec LINK-10).
    pub(super) fn reconnect(
        &mut self,
        group: &Group,
        subject: Subject,
        instance: &mut Instance,
        cx: &mut Cx<'_>,
    ) -> bool {
        let link = &self.links[instance.link];
        if !link.disconnected || instance.addr.port == 0 {
            return true;
        }
        if cx.now - link.last_reconn_time < self.tunables.ping_period {
            return true;
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
        link.cc.is_some()
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
        let (links, link) = (&mut self.links, instance.link);
        if let Some(auth) = auth {
            links.send(link, auth, Expected::Ignored, cx.out);
        }
        links.send(link, setname, Expected::Ignored, cx.out);
        links.send_ping(link, ping, subject, cx.now, cx.out);
    }

    fn dial_pc(&mut self, group: &Group, subject: Subject, instance: &Instance, cx: &mut Cx<'_>) {
        let Some(to) = instance.addr.dial() else { return };
        self.links.dial(instance.link, End::Pc, to, cx.now, cx.out);
        let auth = self.auth(group, subject);
        let setname = renamed(group, Command::ClientSetname(self.client_names[1].clone()));
        let subscribe = renamed(group, Command::Subscribe(HELLO_CHANNEL));
        let (links, link) = (&mut self.links, instance.link);
        if let Some(auth) = auth {
            links.send_on_pc(link, auth, Expected::Ignored, cx.out);
        }
        links.send_on_pc(link, setname, Expected::Ignored, cx.out);
        links.send_on_pc(link, subscribe, Expected::Subscribed, cx.out);
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
}
