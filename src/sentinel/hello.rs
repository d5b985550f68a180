//! Hello messages: how Sentinels find each other and spread epochs and configurations (spec section 11).

use super::address::InstanceAddr;
use super::instance::InstanceId;
use super::link::LinkId;
use super::scripts::ReconfigRole;
use super::{Cx, EventKind, Sentinel};
use crate::protocol::{ArcStr, Hello};
use std::net::IpAddr;

/// A hello message that can be sent again while nothing of it has changed.
#[derive(Clone, Debug)]
pub(super) struct CachedHello {
    local: Option<IpAddr>,
    current_epoch: u64,
    config_epoch: u64,
    master_host: ArcStr,
    master_port: u16,
    text: ArcStr,
}

/// Hellos that were taken in: the same text from the same Sentinel is passed on by every server of the group,
/// and need not be read each time.
#[derive(Clone, Debug, Default)]
pub(super) struct HeardHellos {
    texts: Vec<ArcStr>,
    /// What each text brought.
    heard: Vec<HeardHello>,
}

#[derive(Clone, Copy, Debug)]
struct HeardHello {
    current_epoch: u64,
    config_epoch: u64,
    /// The sender's record, and where it stood.
    sender: InstanceId,
    m: usize,
    s: usize,
}

impl HeardHellos {
    fn get(&self, text: &ArcStr) -> Option<HeardHello> {
        let at = self.texts.iter().position(|known| ArcStr::ptr_eq(known, text))?;
        Some(self.heard[at])
    }

    /// Remembers the last text of each sender.
    fn put(&mut self, text: ArcStr, hello: HeardHello) {
        if let Some(at) = self.heard.iter().position(|known| known.sender == hello.sender) {
            self.texts[at] = text;
            self.heard[at] = hello;
        } else {
            self.texts.push(text);
            self.heard.push(hello);
        }
    }

    /// Must follow whatever makes a record of a Sentinel another one.
    pub(super) fn clear(&mut self) {
        self.texts.clear();
        self.heard.clear();
    }
}

impl Sentinel {
    /// The hello about a master, as it goes out on a link; `None` while this host's address there is not
    /// known (spec HELLO-1, HELLO-2).
    pub(super) fn hello_message(&mut self, m: usize, link: LinkId) -> Option<ArcStr> {
        let settings = &self.process.settings;
        let local = if settings.announce_ip.is_some() {
            None
        } else {
            let cc = self.process.links[link].cc.as_ref();
            Some(cc.and_then(|cc| cc.local).or(self.process.local)?)
        };
        let master = &self.masters[m];
        let addr = master.announced_addr();
        let shown = self.process.shown(addr);
        if let Some(cached) = &master.hello
            && cached.local == local
            && cached.current_epoch == self.process.current_epoch
            && cached.config_epoch == master.config_epoch
            && cached.master_port == addr.port
            && cached.master_host == *shown
        {
            return Some(cached.text.clone());
        }
        let ip: ArcStr = match local {
            Some(ip) => ip.to_string().into(),
            None => settings.announce_ip.clone()?,
        };
        let port = match settings.announce_port {
            0 => i32::from(settings.port),
            announced => announced,
        };
        let hello = Hello {
            ip: &ip,
            port: port.into(),
            runid: &self.process.myid,
            current_epoch: self.process.current_epoch,
            master_name: master.name(),
            master_host: shown,
            master_port: addr.port.into(),
            config_epoch: master.config_epoch,
        };
        let text = ArcStr::from(hello.to_string());
        let cached = CachedHello {
            local,
            current_epoch: self.process.current_epoch,
            config_epoch: master.config_epoch,
            master_host: shown.clone(),
            master_port: addr.port,
            text: text.clone(),
        };
        self.masters[m].hello = Some(cached);
        Some(text)
    }

    /// A hello that a master or replica passed on. One's own is ignored (spec HELLO-4).
    pub(super) fn hear_hello(&mut self, text: &ArcStr, cx: &mut Cx<'_>) {
        // Texts are shared objects here, which mostly spares reading them.
        let mut own = self.masters.iter().filter_map(|master| master.hello.as_ref());
        if own.any(|hello| ArcStr::ptr_eq(&hello.text, text)) || self.heard_before(text, cx) {
            return;
        }
        if !text.contains(self.process.myid.as_str()) {
            self.process_hello(text, cx);
        }
    }

    /// Whether the same text was heard before from a record that still stands, and brings nothing newer than
    /// what is known.
    fn heard_before(&mut self, text: &ArcStr, cx: &Cx<'_>) -> bool {
        let current_epoch = self.process.current_epoch;
        let Some(heard) = self.heard.get(text) else { return false };
        let Some(master) = self.masters.get_mut(heard.m) else { return false };
        let is_old = heard.current_epoch <= current_epoch && heard.config_epoch <= master.config_epoch;
        let sender = master.sentinels.get_mut(heard.s).filter(|peer| peer.instance.id == heard.sender);
        match sender {
            Some(sender) if is_old => {
                sender.last_hello_time = cx.now;
                true
            }
            _ => false,
        }
    }

    fn remember_hello(&mut self, text: &ArcStr, hello: &Hello<'_>, m: usize, s: usize) {
        // A sender's name is looked up each time, and whether it still resolves matters (recorded, 83a).
        if hello.ip.parse::<IpAddr>().is_err() {
            return;
        }
        let sender = self.masters[m].sentinels[s].instance.id;
        let Hello { current_epoch, config_epoch, .. } = *hello;
        self.heard.put(text.clone(), HeardHello { current_epoch, config_epoch, sender, m, s });
    }

    /// Takes a hello in (spec HELLO-5 to HELLO-14).
    pub(super) fn process_hello(&mut self, text: &ArcStr, cx: &mut Cx<'_>) {
        if self.heard_before(text, cx) {
            return;
        }
        let Some(hello) = Hello::parse(text) else { return };
        let Some(m) = self.masters.position_by_key(hello.master_name) else { return };
        let sender = self.sender_of(m, &hello, cx).or_else(|| self.meet_sentinel(m, &hello, cx));
        self.meet_epoch(m, hello.current_epoch, cx);
        let Some(s) = sender else { return };
        if hello.config_epoch > self.masters[m].config_epoch {
            self.masters[m].config_epoch = hello.config_epoch;
            self.take_configuration(m, s, &hello, cx);
        }
        self.masters[m].sentinels[s].last_hello_time = cx.now;
        self.remember_hello(text, &hello, m, s);
    }

    /// The record with the sender's address and id (spec HELLO-6).
    fn sender_of(&mut self, m: usize, hello: &Hello<'_>, cx: &mut Cx<'_>) -> Option<usize> {
        let addr = self.sender_addr(hello, cx)?;
        let sentinels = &self.masters[m].sentinels;
        let s = sentinels.position_by_key(hello.runid)?;
        sentinels[s].instance.addr.is_same(&addr).then_some(s)
    }

    /// Where the sender says that it listens. A name that does not resolve stays one as long as names are resolved at
    /// all (recorded, 83b), and is no address otherwise (83a).
    fn sender_addr(&mut self, hello: &Hello<'_>, cx: &mut Cx<'_>) -> Option<InstanceAddr> {
        let port = u16::try_from(hello.port).ok()?;
        let ip = self.process.resolve(hello.ip, cx);
        let is_one = ip.is_some() || self.process.resolver.resolve_hostnames;
        is_one.then(|| InstanceAddr::new(hello.ip.into(), ip, port))
    }

    /// Makes a record for a sender that is new or has moved (spec HELLO-7 to HELLO-10). `None` where that is
    /// not possible: then an old record is gone all the same.
    fn meet_sentinel(&mut self, m: usize, hello: &Hello<'_>, cx: &mut Cx<'_>) -> Option<usize> {
        let moved = self.masters[m].sentinels.position_by_key(hello.runid);
        if let Some(s) = moved {
            self.remove_sentinel(m, s, cx);
            let note = format!(" ip {} port {} for {}", hello.ip, hello.port, hello.runid);
            self.master_event(m, EventKind::SentinelAddressSwitch, &note, cx);
        } else {
            self.forget_sentinel_at(m, hello, cx);
        }
        let addr = self.sender_addr(hello, cx)?;
        let s = self.create_sentinel(m, addr, hello.runid, cx).ok()?;
        if moved.is_none() {
            self.sentinel_event(m, s, EventKind::Sentinel, "", cx);
        }
        self.masters[m].sentinels[s].instance.runid = Some(hello.runid.into());
        self.share_link(m, s, cx);
        if moved.is_some() {
            let updated = self.update_address_elsewhere(m, s, cx);
            if updated > 0 {
                let note = format!(" {updated} additional matching instances");
                self.sentinel_event(m, s, EventKind::SentinelAddressUpdate, &note, cx);
            }
        }
        self.flush(cx);
        self.stir();
        Some(s)
    }

    /// Somebody else is known at the sender's address: that one is no more (spec HELLO-9).
    fn forget_sentinel_at(&mut self, m: usize, hello: &Hello<'_>, cx: &mut Cx<'_>) {
        let Some(addr) = self.sender_addr(hello, cx) else { return };
        let mut others = self.masters[m].sentinels.iter();
        let Some(s) = others.position(|other| other.instance.addr.is_same(&addr)) else { return };
        self.sentinel_event(m, s, EventKind::SentinelInvalidAddr, "", cx);
        let id = self.masters[m].sentinels[s].name.clone();
        for m in 0..self.masters.len() {
            if let Some(s) = self.masters[m].sentinels.position_by_key(&id) {
                self.remove_sentinel(m, s, cx);
            }
        }
    }

    /// A Sentinel that moved has moved for all masters (spec HELLO-8). Returns for how many others.
    fn update_address_elsewhere(&mut self, m: usize, s: usize, cx: &mut Cx<'_>) -> usize {
        let (id, addr) = {
            let sentinel = &self.masters[m].sentinels[s];
            (sentinel.name.clone(), sentinel.instance.addr.clone())
        };
        let mut updated = 0;
        for other in (0..self.masters.len()).filter(|other| *other != m) {
            let sentinels = &mut self.masters[other].sentinels;
            let Some(s) = sentinels.position_by_key(&id) else { continue };
            sentinels[s].instance.addr = addr.clone();
            self.heard.clear();
            let link = sentinels[s].instance.link;
            self.process.links.close_both(link, cx.out);
            updated += 1;
        }
        updated
    }

    /// A newer version of the master's address: believed at once, from whomever (spec HELLO-12, HELLO-13,
    /// HELLO-15, HELLO-16).
    fn take_configuration(&mut self, m: usize, s: usize, hello: &Hello<'_>, cx: &mut Cx<'_>) {
        let addr = self.masters[m].instance.addr.clone();
        let same_port = i64::from(addr.port) == hello.master_port;
        if same_port && self.process.is_host(&addr, hello.master_host, cx) {
            return;
        }
        self.sentinel_event(m, s, EventKind::ConfigUpdateFrom, "", cx);
        let name = self.masters[m].name().clone();
        let old = self.process.shown(&addr).clone();
        let payload = format!("{name} {old} {} {} {}", addr.port, hello.master_host, hello.master_port);
        self.process.event(EventKind::SwitchMaster, Some(&self.masters[m].group), &payload, cx);
        if self.change_master_address(m, hello.master_host, hello.master_port, cx) {
            let to = self.masters[m].instance.addr.clone();
            self.queue_client_reconfig(m, ReconfigRole::Observer, &addr, &to);
        }
    }
}
