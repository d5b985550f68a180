//! What belongs to the process and not to one master (spec section 2.1).

use super::address::{InstanceAddr, Resolved, Resolver};
use super::clients::{Clients, Pause};
use super::config::{SentinelConf, Settings};
use super::instance::{Group, InstanceId};
use super::link::Links;
use super::scripts::Scripts;
use super::tunables::Tunables;
use super::{Cx, SentinelOutbox};
use crate::protocol::{ArcStr, Command, Level};
use crate::sim::{HostNames, Micros, NodeTime, Rng};
use std::net::IpAddr;
use std::sync::Arc;

/// The process-wide state.
#[derive(Clone, Debug)]
pub(super) struct Process {
    pub(super) myid: ArcStr,
    pub(super) current_epoch: u64,
    /// Since when this Sentinel mistrusts its clock (spec MOD-4).
    pub(super) tilt_since: Option<NodeTime>,
    pub(super) previous_time: NodeTime,
    pub(super) settings: Settings,
    pub(super) tunables: Tunables,
    pub(super) simulate: SimulateFailure,
    pub(super) resolver: Resolver,
    pub(super) links: Links,
    pub(super) clients: Clients,
    pub(super) scripts: Scripts,
    pub(super) rng: Rng,
    /// What the tables' orders hang on.
    pub(super) salt: u64,
    /// The file as it was saved last, which gives the next one its lines.
    pub(super) conf: Arc<SentinelConf>,
    /// This host's address on the connection that came up last.
    pub(super) local: Option<IpAddr>,
    /// Names of its connections (spec LINK-8).
    pub(super) client_names: [ArcStr; 2],
    /// When the process started.
    pub(super) started: NodeTime,
    /// Why the file cannot be written, where it cannot.
    pub(super) disk_error: Option<ArcStr>,
    /// A simulated crash or SHUTDOWN ended the process.
    pub(super) ended: bool,
    /// SIGTERM came; the next timer ends the process.
    pub(super) asked_to_end: bool,
    /// CLIENT PAUSE is in force.
    pub(super) pause: Option<Box<Pause>>,
    next_instance: u32,
}

/// What `SENTINEL SIMULATE-FAILURE` armed (spec MOD-7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SimulateFailure {
    /// Crash when elected.
    pub crash_after_election: bool,
    /// Crash when the promotion is seen.
    pub crash_after_promotion: bool,
}

impl Process {
    pub(super) fn new(conf: Arc<SentinelConf>, hosts: Arc<HostNames>, mut rng: Rng, now: NodeTime) -> Self {
        let salt = u64::from(rng.bits()) << 32 | u64::from(rng.bits());
        let myid = conf.myid().cloned().unwrap_or_else(|| rng.hex(40).into());
        let short = &myid[..myid.floor_char_boundary(8)];
        let client_names =
            [format!("sentinel-{short}-cmd").into(), format!("sentinel-{short}-pubsub").into()];
        let settings = conf.settings().clone();
        let resolve_hostnames = settings.resolve_hostnames;
        Self {
            myid,
            current_epoch: conf.current_epoch(),
            tilt_since: None,
            previous_time: now,
            settings,
            tunables: Tunables::default(),
            simulate: SimulateFailure::default(),
            resolver: Resolver { resolve_hostnames, hosts },
            links: Links::default(),
            clients: Clients::default(),
            scripts: Scripts::default(),
            rng,
            salt,
            conf,
            local: None,
            client_names,
            started: now,
            disk_error: None,
            ended: false,
            asked_to_end: false,
            pause: None,
            next_instance: 0,
        }
    }

    /// Ends the process in an orderly way; nothing is saved (spec CMD-SHUT-1). Both lines are those of a real
    /// one's log.
    pub(super) fn end(&mut self, out: &mut SentinelOutbox) {
        for line in ["User requested shutdown...", "Sentinel is now ready to exit, bye bye..."] {
            self.log(Level::Warning, line, out);
        }
        out.exit(0);
        self.ended = true;
    }

    pub(super) fn next_instance_id(&mut self) -> InstanceId {
        self.next_instance += 1;
        InstanceId(self.next_instance)
    }

    /// An address as this Sentinel shows it: a name or the resolved address.
    pub(super) fn shown<'a>(&self, addr: &'a InstanceAddr) -> &'a ArcStr {
        addr.shown(self.settings.announce_hostnames)
    }

    /// Resolves a host, which may keep the process busy; a failure is logged (spec LOG-18).
    pub(super) fn resolve(&mut self, host: &str, cx: &mut Cx<'_>) -> Option<IpAddr> {
        let ip = self.look_up(host, cx);
        if ip.is_none() {
            self.log(Level::Warning, format!("Failed to resolve hostname '{host}'"), cx.out);
        }
        ip
    }

    /// The same without a word.
    pub(super) fn look_up(&self, host: &str, cx: &mut Cx<'_>) -> Option<IpAddr> {
        let Resolved { ip, took } = self.resolver.resolve(host);
        if took > Micros::ZERO {
            cx.out.work(took);
        }
        ip
    }

    /// Whether `host` means this address: what it resolves to decides, if it resolves (spec MOD-39).
    pub(super) fn is_host(&self, addr: &InstanceAddr, host: &str, cx: &mut Cx<'_>) -> bool {
        if addr.ip.is_some() && host == addr.ip_text().as_str() {
            return true;
        }
        match self.look_up(host, cx) {
            Some(ip) => addr.ip == Some(ip),
            None if self.settings.resolve_hostnames => addr.hostname.eq_ignore_ascii_case(host),
            None => addr.ip_text().eq_ignore_ascii_case(host),
        }
    }
}

/// The command under the name that the group's servers know it by (spec LINK-9, FSM-CMD-1).
pub(super) fn renamed(group: &Group, command: Command) -> Command {
    if group.renamed_commands.is_empty() {
        return command;
    }
    let mut words = command.args();
    let new_name = words.first().and_then(|name| group.renamed_commands.get(&name.to_ascii_lowercase()));
    let Some(new_name) = new_name.cloned() else { return command };
    words[0] = new_name;
    Command::parse(&words).unwrap_or(command)
}
