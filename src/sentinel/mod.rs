//! The Sentinel machine, sans-IO: inputs go in with the present time, effects come out.
//!
//! It models Redis 7.0.15 by the numbered rules of `sentinel-spec.md`, one file per concern under
//! Sentinel's own terms. What changes the machine:
//!
//! - [`Sentinel::start`]: the process starts from what its file says.
//! - [`Sentinel::handle`]: the timer, a connection's fate, a reply, a client's command. Nothing else.
//!
//! The other methods only look. Nothing here reads a clock, and all chance comes from the one generator
//! handed in at the start.

mod address;
mod clients;
mod command;
mod config;
mod dial;
mod discovery;
mod down;
mod election;
mod event;
mod failover;
mod files;
mod flags;
mod hello;
mod instance;
mod link;
mod observed;
mod outlook;
mod periodic;
mod process;
mod quiet;
mod reconfigure;
mod registry;
mod replies;
mod say;
mod scripts;
mod selection;
mod table;
mod timer;
mod tunables;
mod voting;

pub use crate::sim::HostNames;
pub use address::InstanceAddr;
pub use clients::Clients;
pub use command::{SET_OPTIONS, command_names, config_options};
pub use config::{
    ConfigError, ConfigErrorKind, CreateError, DEFAULT_PORT, MasterConf, SentinelConf, Settings,
};
pub use election::{Tally, Winner};
pub use event::{EventKind, SentinelEvent};
pub use failover::{Attempt, Failover};
pub use files::Files;
pub use flags::{Flag, Flags};
pub use instance::{
    Group, Instance, InstanceId, Kind, Master, OtherSentinel, Reconf, Replica, Reported, Role,
};
pub use link::{Connection, Link, LinkId, Links};
pub use observed::RawInfo;
pub use outlook::{Correction, Countdown};
pub use process::SimulateFailure;
pub use scripts::{
    ATTEMPTS_MAX as SCRIPT_ATTEMPTS_MAX, RUNNING_MAX as SCRIPTS_RUNNING_MAX, ScriptJob, ScriptRun,
    ScriptState, Scripts,
};
pub use selection::{Candidate, Check, Filter, Rank, RunIdRank, Selection, Unfit};
pub use table::{Record, Table};
pub use tunables::Tunables;

use crate::protocol::{ArcStr, ConnId, Input, Level, Message, Outbox};
use crate::sim::{Millis, NodeTime, Rng};
use hello::HeardHellos;
use process::Process;
use std::sync::Arc;

/// Where a Sentinel leaves its effects. What it saves is its sentinel.conf.
pub type SentinelOutbox = Outbox<SentinelEvent, Arc<SentinelConf>>;

/// A Sentinel process.
#[derive(Clone, Debug)]
pub struct Sentinel {
    masters: Table<Master>,
    process: Process,
    /// Before this moment a timer has nothing to do, unless something is heard in between.
    quiet_until: NodeTime,
    /// Spares reading the same hello again and again.
    heard: HeardHellos,
}

/// The call that is being served: its time, and where its effects go.
struct Cx<'a> {
    now: NodeTime,
    out: &'a mut SentinelOutbox,
}

impl Sentinel {
    /// Starts the process from what its file says; `rng` is its only source of chance.
    ///
    /// Without an id it makes one and saves it at once. The timer comes about 1 ms later (spec CONF-5,
    /// TIM-1).
    pub fn start(conf: SentinelConf, rng: Rng, now: NodeTime, out: &mut SentinelOutbox) -> Self {
        Self::start_on(conf, Arc::default(), &Files::default(), rng, now, out)
    }

    /// As [`Self::start`], on a host that can resolve names and has these files. That no script of the
    /// configuration is missing among them is for the caller to see to ([`Files::lack_a_script_of`]).
    pub fn start_on(
        conf: SentinelConf,
        hosts: Arc<HostNames>,
        files: &Files,
        rng: Rng,
        now: NodeTime,
        out: &mut SentinelOutbox,
    ) -> Self {
        let conf = Arc::new(conf);
        let process = Process::new(Arc::clone(&conf), hosts, rng, now);
        let masters = Table::new(process.salt);
        let mut sentinel =
            Self { masters, process, quiet_until: NodeTime::ZERO, heard: HeardHellos::default() };
        sentinel.find_files(files);
        let cx = &mut Cx { now, out };
        for master in conf.masters() {
            sentinel.load_master(master, cx);
        }
        if conf.myid().is_none() {
            sentinel.flush(cx);
        }
        let id = format!("Sentinel ID is {}", sentinel.process.myid);
        sentinel.process.log(Level::Warning, id, cx.out);
        for m in 0..sentinel.masters.len() {
            sentinel.announce_monitoring(m, cx);
        }
        cx.out.wake_in(Millis(1));
        sentinel
    }

    /// Takes `input` in at `now`, this host's own clock, which may have jumped.
    pub fn handle(&mut self, now: NodeTime, input: Input, out: &mut SentinelOutbox) {
        if self.process.ended {
            return;
        }
        let cx = &mut Cx { now, out };
        match input {
            Input::Timer => self.tick(cx),
            Input::Received(conn, Message::Reply(reply)) => self.take_reply(conn, reply, cx),
            Input::Received(conn, Message::Command(command)) => match &mut self.process.pause {
                None => self.serve(conn, command, cx),
                Some(pause) => pause.held.push((conn, command)),
            },
            // Nobody sends a Sentinel a dataset.
            Input::Received(_, Message::Rdb(_)) => {}
            Input::Connected { conn, local } => {
                self.process.links.connected(conn, local);
                self.process.local = Some(local);
            }
            Input::ConnectFailed { conn, error: _ } => self.lose(conn),
            Input::Accepted { conn, peer } => {
                let authenticated = !self.process.settings.acl.requires_auth();
                self.process.clients.accept(conn, peer, authenticated, cx.now);
            }
            Input::Closed(conn, _) if conn.is_dialler() => self.lose(conn),
            Input::Closed(conn, _) => self.process.clients.closed(conn),
            Input::Terminate => self.process.asked_to_end = true,
        }
    }

    /// A connection that this process dialled is gone (spec LINK-11).
    fn lose(&mut self, conn: ConnId) {
        self.process.links.lost(conn);
        self.stir();
    }

    /// The monitored masters (spec MOD-3).
    pub fn masters(&self) -> &Table<Master> {
        &self.masters
    }

    /// The epoch that all its masters share (spec MOD-2).
    pub fn current_epoch(&self) -> u64 {
        self.process.current_epoch
    }

    /// Its id (spec MOD-1).
    pub fn myid(&self) -> &ArcStr {
        &self.process.myid
    }

    /// Whether it mistrusts its clock (spec TILT-1).
    pub fn is_tilt(&self) -> bool {
        self.process.tilt_since.is_some()
    }

    /// Since when it does.
    pub fn tilt_since(&self) -> Option<NodeTime> {
        self.process.tilt_since
    }

    /// Its file as it was saved last, or as it was at the start.
    pub fn conf(&self) -> &Arc<SentinelConf> {
        &self.process.conf
    }

    /// Its settings as they are now.
    pub fn settings(&self) -> &Settings {
        &self.process.settings
    }

    /// The figures of SENTINEL DEBUG.
    pub fn tunables(&self) -> &Tunables {
        &self.process.tunables
    }

    /// The links; an instance names its own.
    pub fn links(&self) -> &Links {
        &self.process.links
    }

    /// For how long an instance has been without a valid reply while one was due: what is held against
    /// `down-after-milliseconds` (spec SDOWN-1).
    pub fn silence(&self, instance: &Instance, now: NodeTime) -> Millis {
        self.process.silence(instance, now)
    }

    /// Who is connected to it.
    pub fn clients(&self) -> &Clients {
        &self.process.clients
    }

    /// What SENTINEL SIMULATE-FAILURE armed.
    pub fn simulate_failure(&self) -> SimulateFailure {
        self.process.simulate
    }

    /// Says which names its host can resolve from now on.
    pub fn set_hosts(&mut self, hosts: Arc<HostNames>) {
        self.process.resolver.hosts = hosts;
    }
}

#[cfg(test)]
mod tests;
