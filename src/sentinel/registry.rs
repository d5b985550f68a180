//! Making and removing records, loading and saving the configuration (spec sections 2.2, 4 and 15).

use super::config::{CreateError, MasterConf};
use super::instance::{Group, Instance, Master, OtherSentinel, Replica};
use super::{Cx, InstanceAddr, Sentinel, SentinelEvent};
use crate::protocol::{ArcStr, Level, literal};
use crate::sim::Millis;
use std::sync::Arc;

impl Sentinel {
    /// Makes the record of a master with default parameters (spec CMD-MONITOR-1).
    pub(super) fn create_master(
        &mut self,
        name: &str,
        addr: InstanceAddr,
        quorum: u32,
        cx: &mut Cx<'_>,
    ) -> Result<usize, CreateError> {
        if self.masters.position_by_key(name).is_some() {
            return Err(CreateError::DuplicateMaster);
        }
        let tunables = &self.process.tunables;
        let (down_after, failover_timeout) = (tunables.default_down_after, tunables.default_failover_timeout);
        let instance = self.new_instance(addr, down_after, cx);
        let group = Group::new(name.into(), quorum, failover_timeout);
        let master = Master::new(instance, group, self.process.salt, cx.now);
        self.stir();
        Ok(self.masters.insert(master))
    }

    /// Makes the record of a replica (spec MOD-37).
    pub(super) fn create_replica(
        &mut self,
        m: usize,
        addr: InstanceAddr,
        cx: &mut Cx<'_>,
    ) -> Result<usize, CreateError> {
        let name = addr.key(self.process.settings.announce_hostnames);
        if self.masters[m].replicas.position_by_key(&name).is_some() {
            return Err(CreateError::DuplicateReplica);
        }
        let down_after = self.masters[m].instance.down_after;
        let instance = self.new_instance(addr, down_after, cx);
        Ok(self.masters[m].replicas.insert(Replica::new(instance, name, cx.now)))
    }

    /// Makes the record of another Sentinel; its id is its name (spec MOD-37).
    pub(super) fn create_sentinel(
        &mut self,
        m: usize,
        addr: InstanceAddr,
        id: &str,
        cx: &mut Cx<'_>,
    ) -> Result<usize, CreateError> {
        if self.masters[m].sentinels.position_by_key(id).is_some() {
            return Err(CreateError::DuplicateSentinel);
        }
        let down_after = self.masters[m].instance.down_after;
        let instance = self.new_instance(addr, down_after, cx);
        Ok(self.masters[m].sentinels.insert(OtherSentinel::new(instance, id.into(), cx.now)))
    }

    fn new_instance(&mut self, addr: InstanceAddr, down_after: Millis, cx: &mut Cx<'_>) -> Instance {
        let link = self.process.links.create(cx.now);
        Instance::new(self.process.next_instance_id(), addr, link, down_after, cx.now)
    }

    /// Removes another Sentinel's record.
    pub(super) fn remove_sentinel(&mut self, m: usize, s: usize, cx: &mut Cx<'_>) {
        let sentinel = self.masters[m].sentinels.remove(s);
        self.process.links.release(sentinel.instance.link, cx.out);
        self.heard.clear();
    }

    /// Removes a master with all that belongs to it.
    pub(super) fn remove_master(&mut self, m: usize, cx: &mut Cx<'_>) {
        let mut master = self.masters.remove(m);
        self.heard.clear();
        let replicas = master.replicas.take().into_iter().map(|replica| replica.instance.link);
        let sentinels = master.sentinels.take().into_iter().map(|sentinel| sentinel.instance.link);
        for link in replicas.chain(sentinels).chain([master.instance.link]) {
            self.process.links.release(link, cx.out);
        }
    }

    /// A Sentinel that is known under another master too has one link for both (spec LINK-3).
    pub(super) fn share_link(&mut self, m: usize, s: usize, cx: &mut Cx<'_>) {
        let sentinel = &self.masters[m].sentinels[s];
        let (own, id) = (sentinel.instance.link, &sentinel.name);
        if self.process.links[own].refcount > 1 {
            return;
        }
        let others = self.masters.iter().enumerate().filter(|(other, _)| *other != m);
        let mut same = others.filter_map(|(_, master)| master.sentinels.by_key(id));
        let Some(shared) = same.next().map(|sentinel| sentinel.instance.link) else { return };
        self.process.links.release(own, cx.out);
        self.masters[m].sentinels[s].instance.link = self.process.links.share(shared);
    }

    /// Makes the records that the file names (spec CONF-20 to CONF-39). The file was checked when it was
    /// read; what cannot be made all the same is left out.
    pub(super) fn load_master(&mut self, conf: &MasterConf, cx: &mut Cx<'_>) {
        let addr = self.loaded_addr(&conf.host, conf.port, cx);
        let Ok(m) = self.create_master(&conf.name, addr, conf.quorum, cx) else { return };
        let master = &mut self.masters[m];
        master.instance.down_after = conf.down_after.unwrap_or(master.instance.down_after);
        master.config_epoch = conf.config_epoch;
        master.leader_epoch = conf.leader_epoch;
        let group = &mut master.group;
        group.failover_timeout = conf.failover_timeout.unwrap_or(group.failover_timeout);
        group.parallel_syncs = conf.parallel_syncs.unwrap_or(group.parallel_syncs);
        group.master_reboot_down_after = conf.master_reboot_down_after;
        group.notification_script.clone_from(&conf.notification_script);
        group.client_reconfig_script.clone_from(&conf.client_reconfig_script);
        group.auth_pass.clone_from(&conf.auth_pass);
        group.auth_user.clone_from(&conf.auth_user);
        let renamed = conf.renamed_commands.iter();
        group.renamed_commands = renamed.map(|(old, new)| (old.to_ascii_lowercase(), new.clone())).collect();
        for (host, port) in &conf.known_replicas {
            let addr = self.loaded_addr(host, *port, cx);
            // A record twice in the file is one record.
            let _ = self.create_replica(m, addr, cx);
        }
        for (host, port, id) in &conf.known_sentinels {
            let addr = self.loaded_addr(host, *port, cx);
            if let Ok(s) = self.create_sentinel(m, addr, id, cx) {
                self.masters[m].sentinels[s].instance.runid = Some(id.clone());
                self.share_link(m, s, cx);
            }
        }
    }

    /// Resolves an address given as text and number (spec CONF-21).
    pub(super) fn instance_addr(
        &mut self,
        host: &str,
        port: i64,
        cx: &mut Cx<'_>,
    ) -> Result<InstanceAddr, CreateError> {
        let port = u16::try_from(port).map_err(|_| CreateError::Port)?;
        let ip = self.process.resolve(host, cx).ok_or(CreateError::Unresolved)?;
        Ok(InstanceAddr::new(host.into(), Some(ip), port))
    }

    fn loaded_addr(&mut self, host: &ArcStr, port: u16, cx: &mut Cx<'_>) -> InstanceAddr {
        let ip = self.process.resolve(host, cx);
        InstanceAddr::new(host.clone(), ip, port)
    }

    /// Saves the configuration and says so; false where the disk refuses, which changes nothing else
    /// (spec CONF-6, LOG-11, LOG-12).
    pub(super) fn flush(&mut self, cx: &mut Cx<'_>) -> bool {
        if let Some(error) = &self.process.disk_error {
            let text =
                format!("WARNING: Sentinel was not able to save the new configuration on disk!!!: {error}");
            self.process.log(Level::Warning, text, cx.out);
            return false;
        }
        let masters = self.process.conf.masters().iter().map(|conf| &conf.name);
        // Masters are written in the order of their table in Redis, which is arbitrary; here those that the
        // file knows keep their places.
        let mut names: Vec<ArcStr> =
            masters.filter(|name| self.masters.by_key(name).is_some()).cloned().collect();
        for master in &self.masters {
            if !names.contains(master.name()) {
                names.push(master.name().clone());
            }
        }
        let masters = names.iter().filter_map(|name| self.masters.by_key(name));
        let masters = masters.map(|master| self.master_conf(master)).collect();
        let process = &mut self.process;
        let conf = process.conf.rewritten(
            process.settings.clone(),
            process.myid.clone(),
            process.current_epoch,
            masters,
        );
        process.conf = Arc::new(conf);
        cx.out.save(Arc::clone(&process.conf));
        let text = literal!("Sentinel new configuration saved on disk");
        cx.out.emit(SentinelEvent::Log { level: Level::Notice, text });
        true
    }

    /// What the file says about a master. While its replicas are reconfigured it already names the promoted
    /// one, and the old master in that one's place (spec CONF-10).
    fn master_conf(&self, master: &Master) -> MasterConf {
        let announced = master.announced_addr();
        let shown = |addr: &InstanceAddr| (self.process.shown(addr).clone(), addr.port);
        let (host, port) = shown(announced);
        let tunables = &self.process.tunables;
        let unless = |value: Millis, default: Millis| (value != default).then_some(value);
        let group = &master.group;
        let replicas = master.replicas.iter().map(|replica| &replica.instance.addr);
        let replicas =
            replicas.map(|addr| if addr.is_same(announced) { &master.instance.addr } else { addr });
        let sentinels = master.sentinels.iter().filter_map(|sentinel| {
            let (host, port) = shown(&sentinel.instance.addr);
            sentinel.instance.runid.clone().map(|id| (host, port, id))
        });
        let renamed = group.renamed_commands.iter();
        MasterConf {
            name: group.name.clone(),
            host,
            port,
            quorum: group.quorum,
            down_after: unless(master.instance.down_after, tunables.default_down_after),
            failover_timeout: unless(group.failover_timeout, tunables.default_failover_timeout),
            parallel_syncs: (group.parallel_syncs != super::tunables::DEFAULT_PARALLEL_SYNCS)
                .then_some(group.parallel_syncs),
            notification_script: group.notification_script.clone(),
            client_reconfig_script: group.client_reconfig_script.clone(),
            auth_pass: group.auth_pass.clone(),
            auth_user: group.auth_user.clone(),
            master_reboot_down_after: group.master_reboot_down_after,
            renamed_commands: renamed.map(|(old, new)| (old.as_str().into(), new.clone())).collect(),
            config_epoch: master.config_epoch,
            leader_epoch: master.leader_epoch,
            known_replicas: replicas.map(shown).collect(),
            known_sentinels: sentinels.collect(),
        }
    }
}
