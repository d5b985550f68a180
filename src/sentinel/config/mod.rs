//! sentinel.conf: what was saved last is all that survives a restart (spec section 15).

mod directive;
mod error;
mod parse;
mod write;

pub(super) use directive::yes_or_no;
pub use error::{ConfigError, ConfigErrorKind, CreateError};

use crate::protocol::{Acl, ArcStr, Level};
use crate::sim::Millis;
use std::fmt;
use std::sync::Arc;

/// The port of a Sentinel whose file names none (spec CON-22).
pub const DEFAULT_PORT: u16 = 26379;

/// A sentinel.conf: its directives as values, and its lines as they stand.
///
/// [`fmt::Display`] gives the text, [`SentinelConf::parse`] reads it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentinelConf {
    settings: Settings,
    myid: Option<ArcStr>,
    current_epoch: u64,
    masters: Vec<MasterConf>,
    lines: Arc<[ArcStr]>,
}

/// The directives that are about no master.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `port`
    pub port: u16,
    /// `user`: who may do what; `requirepass` is the password of its default user.
    pub acl: Acl,
    /// `requirepass`: what clients and, without `sentinel_pass`, peers authenticate with (spec LINK-9).
    pub requirepass: Option<ArcStr>,
    /// `loglevel`: what is below it is published but not logged (spec LOG-2).
    pub loglevel: Level,
    /// `sentinel announce-ip` (spec HELLO-1)
    pub announce_ip: Option<ArcStr>,
    /// `sentinel announce-port`; 0 for the port that it listens on. Nothing keeps the file from naming one that
    /// is none (spec CONF-30).
    pub announce_port: i32,
    /// `sentinel deny-scripts-reconfig`
    pub deny_scripts_reconfig: bool,
    /// `sentinel resolve-hostnames`
    pub resolve_hostnames: bool,
    /// `sentinel announce-hostnames`
    pub announce_hostnames: bool,
    /// `sentinel sentinel-user`
    pub sentinel_user: Option<ArcStr>,
    /// `sentinel sentinel-pass`
    pub sentinel_pass: Option<ArcStr>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: DEFAULT_PORT,
            acl: Acl::default(),
            requirepass: None,
            loglevel: Level::Notice,
            announce_ip: None,
            announce_port: 0,
            deny_scripts_reconfig: true,
            resolve_hostnames: false,
            announce_hostnames: false,
            sentinel_user: None,
            sentinel_pass: None,
        }
    }
}

/// The directives about one master; `None` where the file says nothing and the default of the moment holds
/// (spec CONF-9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterConf {
    /// The master's name.
    pub name: ArcStr,
    /// Its host: an address, or a name with resolve-hostnames.
    pub host: ArcStr,
    /// Its port.
    pub port: u16,
    /// How many Sentinels must agree.
    pub quorum: u32,
    /// `down-after-milliseconds`
    pub down_after: Option<Millis>,
    /// `failover-timeout`
    pub failover_timeout: Option<Millis>,
    /// `parallel-syncs`
    pub parallel_syncs: Option<i64>,
    /// `notification-script`
    pub notification_script: Option<ArcStr>,
    /// `client-reconfig-script`
    pub client_reconfig_script: Option<ArcStr>,
    /// `auth-pass`
    pub auth_pass: Option<ArcStr>,
    /// `auth-user`
    pub auth_user: Option<ArcStr>,
    /// `master-reboot-down-after-period`; 0 is off.
    pub master_reboot_down_after: Millis,
    /// `rename-command`: old and new names.
    pub renamed_commands: Vec<(ArcStr, ArcStr)>,
    /// `config-epoch` (generated)
    pub config_epoch: u64,
    /// `leader-epoch` (generated)
    pub leader_epoch: u64,
    /// `known-replica` (generated): host and port.
    pub known_replicas: Vec<(ArcStr, u16)>,
    /// `known-sentinel` (generated): host, port and id.
    pub known_sentinels: Vec<(ArcStr, u16, ArcStr)>,
}

impl MasterConf {
    /// A master with nothing but its `monitor` line.
    pub fn new(name: impl Into<ArcStr>, host: impl Into<ArcStr>, port: u16, quorum: u32) -> Self {
        Self {
            name: name.into(),
            host: host.into(),
            port,
            quorum,
            down_after: None,
            failover_timeout: None,
            parallel_syncs: None,
            notification_script: None,
            client_reconfig_script: None,
            auth_pass: None,
            auth_user: None,
            master_reboot_down_after: Millis(0),
            renamed_commands: Vec::new(),
            config_epoch: 0,
            leader_epoch: 0,
            known_replicas: Vec::new(),
            known_sentinels: Vec::new(),
        }
    }
}

impl SentinelConf {
    /// A file with nothing but a `port` line.
    pub fn new(port: u16) -> Self {
        Self {
            settings: Settings { port, ..Settings::default() },
            myid: None,
            current_epoch: 0,
            masters: Vec::new(),
            lines: [ArcStr::from(format!("port {port}"))].into(),
        }
    }

    /// Adds a master and the lines that an operator would write for it.
    #[must_use]
    pub fn monitor(mut self, master: MasterConf) -> Self {
        let generated = ["config-epoch", "leader-epoch"];
        let lines = write::master_lines(&master).into_iter();
        let lines = lines.filter(|line| !generated.contains(&line.directive)).map(|line| line.text.into());
        self.lines = self.lines.iter().cloned().chain(lines).collect();
        self.masters.push(master);
        self
    }

    /// What is about no master.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The Sentinel's id; `None` before its first start (spec CONF-34).
    pub fn myid(&self) -> Option<&ArcStr> {
        self.myid.as_ref()
    }

    /// `current-epoch` (spec CONF-35)
    pub fn current_epoch(&self) -> u64 {
        self.current_epoch
    }

    /// The masters, in the order of their `monitor` lines.
    pub fn masters(&self) -> &[MasterConf] {
        &self.masters
    }

    /// The file's lines.
    pub fn lines(&self) -> &[ArcStr] {
        &self.lines
    }

    /// What a Sentinel in this state saves over this file (spec CONF-6).
    pub(super) fn rewritten(
        &self,
        settings: Settings,
        myid: ArcStr,
        current_epoch: u64,
        masters: Vec<MasterConf>,
    ) -> Self {
        let mut saved =
            Self { settings, myid: Some(myid), current_epoch, masters, lines: self.lines.clone() };
        saved.lines = write::rewrite(&self.lines, &saved).into();
        saved
    }
}

impl fmt::Display for SentinelConf {
    /// The text of the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

#[cfg(test)]
mod tests;
