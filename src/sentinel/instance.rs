//! What a Sentinel keeps of every master, replica and other Sentinel (spec section 2).

use super::address::InstanceAddr;
use super::election::Tally;
use super::failover::Failover;
use super::hello::CachedHello;
use super::link::LinkId;
use super::observed::RawInfo;
use super::selection::Selection;
use super::table::{Record, Table};
use super::tunables::{DEFAULT_PARALLEL_SYNCS, DEFAULT_PRIORITY};
use crate::protocol::ArcStr;
use crate::sim::{Millis, NodeTime};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A record's number, never used again by the same process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(pub(super) u32);

/// The three kinds of record (spec FLG-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A master.
    Master,
    /// A replica.
    Replica,
    /// Another Sentinel.
    Sentinel,
}

impl Kind {
    /// Redis's word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::Replica => "slave",
            Self::Sentinel => "sentinel",
        }
    }
}

/// Which record is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// A master.
    Master(InstanceId),
    /// A replica of a master.
    Replica(InstanceId, InstanceId),
    /// A Sentinel that watches a master.
    Sentinel(InstanceId, InstanceId),
}

impl Subject {
    /// The master that it is or belongs to.
    pub(super) fn master(self) -> InstanceId {
        match self {
            Self::Master(id) | Self::Replica(id, _) | Self::Sentinel(id, _) => id,
        }
    }
}

/// What all kinds of record have.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The record's number.
    pub id: InstanceId,
    /// Where it listens (spec MOD-13).
    pub addr: InstanceAddr,
    /// Its run id; a Sentinel's own id (spec MOD-11).
    pub runid: Option<ArcStr>,
    /// Its connections (spec MOD-14).
    pub link: LinkId,
    /// Last acknowledged hello (spec MOD-15).
    pub last_pub_time: NodeTime,
    /// Whether it is subjectively down (spec FLG-2).
    pub s_down: bool,
    /// When it was last found down; kept when it is back (spec MOD-18).
    pub s_down_since: NodeTime,
    /// How long it may stay without a valid reply (spec MOD-19).
    pub down_after: Millis,
    /// Whether SCRIPT KILL was sent since it is down (spec FLG-11).
    pub script_kill_sent: bool,
}

impl Instance {
    pub(super) fn new(
        id: InstanceId,
        addr: InstanceAddr,
        link: LinkId,
        down_after: Millis,
        now: NodeTime,
    ) -> Self {
        Self {
            id,
            addr,
            runid: None,
            link,
            last_pub_time: now,
            s_down: false,
            s_down_since: NodeTime::ZERO,
            down_after,
            script_kill_sent: false,
        }
    }
}

/// The role that a server's INFO reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `role:master`
    Master,
    /// `role:slave`
    Replica,
    /// An INFO without a role line.
    Unset,
}

impl Role {
    /// Redis's word for it: everything but a master is printed as slave (spec INFO-14).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::Replica | Self::Unset => "slave",
        }
    }
}

/// What INFO told of a master or replica.
#[derive(Clone, Debug)]
pub struct Reported {
    /// When an INFO was last read; [`NodeTime::ZERO`] for never (spec MOD-21).
    pub info_refresh: NodeTime,
    /// The role last reported; a record's own kind before any INFO (spec MOD-23).
    pub role: Role,
    /// When that changed last (spec MOD-24).
    pub role_time: NodeTime,
    /// The last reply as it came (spec MOD-36).
    pub raw: Option<RawInfo>,
}

impl Reported {
    fn new(role: Role, now: NodeTime) -> Self {
        Self { info_refresh: NodeTime::ZERO, role, role_time: now, raw: None }
    }
}

/// What an operator sets for a master; it applies to its replicas and Sentinels too.
#[derive(Clone, Debug)]
pub struct Group {
    /// The master's name (spec MOD-10).
    pub name: ArcStr,
    /// How many Sentinels must agree that the master is down, and vote for a leader.
    pub quorum: u32,
    /// `failover-timeout`
    pub failover_timeout: Millis,
    /// `parallel-syncs`; 0 or less reconfigures nobody (spec RECONF-14).
    pub parallel_syncs: i64,
    /// `master-reboot-down-after-period`; 0 where it is off (spec CON-25).
    pub master_reboot_down_after: Millis,
    /// `notification-script`
    pub notification_script: Option<ArcStr>,
    /// `client-reconfig-script`
    pub client_reconfig_script: Option<ArcStr>,
    /// `auth-pass`
    pub auth_pass: Option<ArcStr>,
    /// `auth-user`
    pub auth_user: Option<ArcStr>,
    /// `rename-command`: new names by the old name in lower case (spec MOD-22).
    pub renamed_commands: BTreeMap<String, ArcStr>,
}

impl Group {
    pub(super) fn new(name: ArcStr, quorum: u32, failover_timeout: Millis) -> Self {
        Self {
            name,
            quorum,
            failover_timeout,
            parallel_syncs: DEFAULT_PARALLEL_SYNCS,
            master_reboot_down_after: Millis(0),
            notification_script: None,
            client_reconfig_script: None,
            auth_pass: None,
            auth_user: None,
            renamed_commands: BTreeMap::new(),
        }
    }
}

/// A monitored master.
#[derive(Clone, Debug)]
pub struct Master {
    /// What all kinds have.
    pub instance: Instance,
    /// What an operator set.
    pub group: Group,
    /// What INFO told.
    pub reported: Reported,
    /// Since when its run id has changed without a PONG; only with `master-reboot-down-after-period`
    /// (spec FLG-12).
    pub rebooting_since: Option<NodeTime>,
    /// Whether it is objectively down (spec FLG-3).
    pub o_down: bool,
    /// When it was last found objectively down (spec MOD-18).
    pub o_down_since: NodeTime,
    /// The version of its address (spec MOD-12).
    pub config_epoch: u64,
    /// Whom this Sentinel voted for (spec MOD-34).
    pub leader: Option<ArcStr>,
    /// In which epoch.
    pub leader_epoch: u64,
    /// Where its failover stands.
    pub failover: Failover,
    /// When the last attempt started here or a peer got this Sentinel's vote, plus a random part
    /// (spec FSM-START-3, VOTE-7).
    pub failover_start_time: NodeTime,
    /// The start time for which the delay of the next attempt was logged (spec FSM-START-2).
    pub failover_delay_logged: NodeTime,
    /// The last count of votes, for whoever looks on.
    pub tally: Option<Arc<Tally>>,
    /// The last weighing of replicas, for whoever looks on.
    pub selection: Option<Arc<Selection>>,
    /// Its replicas.
    pub replicas: Table<Replica>,
    /// The other Sentinels that watch it.
    pub sentinels: Table<OtherSentinel>,
    pub(super) hello: Option<CachedHello>,
}

impl Master {
    pub(super) fn new(instance: Instance, group: Group, salt: u64, now: NodeTime) -> Self {
        Self {
            instance,
            group,
            reported: Reported::new(Role::Master, now),
            rebooting_since: None,
            o_down: false,
            o_down_since: NodeTime::ZERO,
            config_epoch: 0,
            leader: None,
            leader_epoch: 0,
            failover: Failover::None,
            failover_start_time: NodeTime::ZERO,
            failover_delay_logged: NodeTime::ZERO,
            tally: None,
            selection: None,
            replicas: Table::new(salt),
            sentinels: Table::new(salt),
            hello: None,
        }
    }

    /// Its name.
    pub fn name(&self) -> &ArcStr {
        &self.group.name
    }

    /// The address that clients, peers and the configuration file are given: the promoted replica's once it
    /// is promoted (spec FSM-GEN-5).
    pub fn announced_addr(&self) -> &InstanceAddr {
        let promoted = self.failover.announced().and_then(|id| self.replicas.by_id(id));
        promoted.map_or(&self.instance.addr, |replica| &replica.instance.addr)
    }

    /// How many agree that it is down: this Sentinel, which is asked only then, and its peers
    /// (spec ODOWN-1).
    pub fn agreeing(&self) -> u32 {
        1 + self.sentinels.iter().filter(|sentinel| sentinel.master_down).count() as u32
    }

    /// All Sentinels known to watch it, this one and dead ones included (spec ELEC-2).
    pub fn voters(&self) -> u32 {
        self.sentinels.len() as u32 + 1
    }

    /// How many of them are more than half (spec ELEC-7).
    pub fn majority(&self) -> u32 {
        self.voters() / 2 + 1
    }
}

impl Record for Master {
    fn id(&self) -> InstanceId {
        self.instance.id
    }
    fn key(&self) -> &str {
        &self.group.name
    }
}

/// How far a replica is on its way to the new master (spec FLG-7 to FLG-9). The three are no sequence of
/// exclusive states: one that was given up may be sent SLAVEOF again (spec RECONF-6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconf {
    /// When SLAVEOF was sent.
    pub sent: Option<NodeTime>,
    /// INFO shows the new master's address.
    pub in_progress: bool,
    /// The link to the new master is up, or it was given up.
    pub done: bool,
}

/// A replica of a monitored master.
#[derive(Clone, Debug)]
pub struct Replica {
    /// What all kinds have.
    pub instance: Instance,
    /// `ip:port` (spec MOD-10).
    pub name: ArcStr,
    /// What INFO told.
    pub reported: Reported,
    /// When its reported master changed last (spec MOD-25).
    pub slave_conf_change_time: NodeTime,
    /// How long its link to the master is down, as last reported; -1000 where it was never up
    /// (spec MOD-28).
    pub master_link_down_time: Millis,
    /// `slave_priority`
    pub priority: i64,
    /// `replica_announced`
    pub announced: i64,
    /// `master_host`
    pub master_host: Option<ArcStr>,
    /// `master_port`
    pub master_port: i64,
    /// `master_link_status`
    pub master_link_up: bool,
    /// `slave_repl_offset`
    pub repl_offset: u64,
    /// Its way to the new master.
    pub reconf: Reconf,
}

impl Replica {
    pub(super) fn new(instance: Instance, name: ArcStr, now: NodeTime) -> Self {
        Self {
            instance,
            name,
            reported: Reported::new(Role::Replica, now),
            slave_conf_change_time: now,
            master_link_down_time: Millis(0),
            priority: DEFAULT_PRIORITY,
            announced: 1,
            master_host: None,
            master_port: 0,
            master_link_up: false,
            repl_offset: 0,
            reconf: Reconf::default(),
        }
    }
}

impl Record for Replica {
    fn id(&self) -> InstanceId {
        self.instance.id
    }
    fn key(&self) -> &str {
        &self.name
    }
}

/// Another Sentinel that watches the same master.
#[derive(Clone, Debug)]
pub struct OtherSentinel {
    /// What all kinds have.
    pub instance: Instance,
    /// Its id, which is its name (spec MOD-10).
    pub name: ArcStr,
    /// Last hello (spec MOD-16).
    pub last_hello_time: NodeTime,
    /// Last answer about the master (spec MOD-17).
    pub last_master_down_reply_time: NodeTime,
    /// Whether that answer was "down" (spec FLG-4).
    pub master_down: bool,
    /// The vote that it reported (spec MOD-34).
    pub leader: Option<ArcStr>,
    /// In which epoch.
    pub leader_epoch: u64,
}

impl OtherSentinel {
    pub(super) fn new(instance: Instance, name: ArcStr, now: NodeTime) -> Self {
        Self {
            instance,
            name,
            last_hello_time: now,
            last_master_down_reply_time: now,
            master_down: false,
            leader: None,
            leader_epoch: 0,
        }
    }
}

impl Record for OtherSentinel {
    fn id(&self) -> InstanceId {
        self.instance.id
    }
    fn key(&self) -> &str {
        &self.name
    }
}
