//! Notification and client-reconfiguration scripts: a queue, runs, retries (spec section 16).
//!
//! Scripts are not really run: a job that is started ends after the time and with the status that
//! [`ScriptRun`] says.

use super::event::EventKind;
use super::process::Process;
use super::{Cx, InstanceAddr, Sentinel};
use crate::protocol::ArcStr;
use crate::sim::{Millis, NodeTime};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Jobs that the queue holds (spec CON-21).
const QUEUE_MAX: usize = 256;
/// Jobs that run at a time (spec CON-21).
pub const RUNNING_MAX: usize = 16;
/// How often a job is tried (spec CON-21).
pub const ATTEMPTS_MAX: u32 = 10;
/// The signal that ends a job that runs too long.
const SIGKILL: i32 = 9;
/// What a child exits with that cannot execute its script (spec SCR-5).
const EXEC_FAILED: i32 = 2;

/// How a script of this world behaves when it is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptRun {
    /// It ends by itself.
    Exits {
        /// After how long.
        after: Millis,
        /// With this status.
        status: i32,
    },
    /// It runs until it is killed.
    Hangs,
    /// The process cannot be made.
    ForkFails,
}

impl Default for ScriptRun {
    /// A script that does its work in 20 ms.
    fn default() -> Self {
        Self::Exits { after: Millis(20), status: 0 }
    }
}

/// A script waiting or running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptJob {
    /// Its path and arguments.
    pub argv: Arc<[ArcStr]>,
    /// How often it was started.
    pub attempts: u32,
    /// Whether it runs, or when it may.
    pub state: ScriptState,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptState {
    /// Waits, at least until this moment.
    Scheduled(NodeTime),
    /// Runs.
    Running {
        /// Its process id.
        pid: u32,
        /// Since when.
        since: NodeTime,
        /// Killed for running too long.
        killed: bool,
    },
}

/// All jobs, and the scripts that there are.
#[derive(Clone, Debug, Default)]
pub struct Scripts {
    jobs: VecDeque<ScriptJob>,
    files: BTreeMap<ArcStr, Option<ScriptRun>>,
    last_pid: u32,
}

/// On whose side a client-reconfiguration script is told of a failover (spec SCR-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReconfigRole {
    Leader,
    Observer,
}

impl Scripts {
    /// Queues a job. Where there are too many, the oldest that does not run is dropped (spec SCR-3).
    pub(super) fn queue(&mut self, argv: Arc<[ArcStr]>) {
        self.jobs.push_back(ScriptJob { argv, attempts: 0, state: ScriptState::Scheduled(NodeTime::ZERO) });
        if self.jobs.len() > QUEUE_MAX
            && let Some(oldest) = self.jobs.iter().position(|job| !job.is_running())
        {
            self.jobs.remove(oldest);
        }
    }

    /// The jobs, in their order.
    pub fn jobs(&self) -> impl ExactSizeIterator<Item = &ScriptJob> {
        self.jobs.iter()
    }

    /// How many run.
    pub fn running(&self) -> usize {
        self.jobs.iter().filter(|job| job.is_running()).count()
    }

    /// Whether the file is there to be run (spec CMD-SETOPT-5).
    pub(super) fn is_executable(&self, path: &str) -> bool {
        self.files.get(path).is_none_or(Option::is_some)
    }

    /// How a job behaves when it is run; a file that is not there cannot be executed by the child.
    fn behaviour(&self, job: &ScriptJob) -> ScriptRun {
        let missing = ScriptRun::Exits { after: Millis(0), status: EXEC_FAILED };
        match self.files.get(&job.argv[0]) {
            // The one program that everybody knows to end badly.
            None if job.argv[0].rsplit('/').next() == Some("false") => {
                ScriptRun::Exits { after: Millis(1), status: 1 }
            }
            None => ScriptRun::default(),
            Some(run) => run.unwrap_or(missing),
        }
    }
}

impl ScriptJob {
    /// Whether it runs.
    pub const fn is_running(&self) -> bool {
        matches!(self.state, ScriptState::Running { .. })
    }
}

/// How a run ended.
#[derive(Clone, Copy)]
struct Ended {
    status: i32,
    signal: i32,
}

impl Process {
    /// Starts what may start, collects what has ended, kills what runs too long (spec TIM-3).
    pub(super) fn run_scripts(&mut self, cx: &mut Cx<'_>) {
        if !self.scripts.jobs.is_empty() {
            self.start_scripts(cx);
            self.collect_scripts(cx);
            self.kill_scripts(cx);
        }
    }

    /// Starts jobs in their order (spec SCR-4, SCR-5).
    fn start_scripts(&mut self, cx: &mut Cx<'_>) {
        let mut running = self.scripts.running();
        for at in 0..self.scripts.jobs.len() {
            if running >= RUNNING_MAX {
                break;
            }
            let job = &mut self.scripts.jobs[at];
            let ScriptState::Scheduled(from) = job.state else { continue };
            if from > cx.now {
                continue;
            }
            job.attempts += 1;
            let argv = job.argv.clone();
            if self.scripts.behaviour(&self.scripts.jobs[at]) == ScriptRun::ForkFails {
                let payload = format!("{} 99 0", argv[0]);
                self.event(EventKind::ScriptError, None, &payload, cx);
                continue;
            }
            self.scripts.last_pid += 1;
            let pid = self.scripts.last_pid;
            self.scripts.jobs[at].state = ScriptState::Running { pid, since: cx.now, killed: false };
            running += 1;
            self.event(EventKind::ScriptChild, None, &pid.to_string(), cx);
        }
    }

    /// Takes note of the jobs that have ended (spec SCR-6, SCR-7).
    fn collect_scripts(&mut self, cx: &mut Cx<'_>) {
        let mut at = 0;
        while at < self.scripts.jobs.len() {
            match self.scripts.ended(at, cx.now) {
                Some((pid, ended)) => at += usize::from(self.collect_script(at, pid, ended, cx)),
                None => at += 1,
            }
        }
    }

    /// Returns whether the job stays, to be tried again.
    fn collect_script(&mut self, at: usize, pid: u32, ended: Ended, cx: &mut Cx<'_>) -> bool {
        let Ended { status, signal } = ended;
        self.event(EventKind::ScriptChildEnd, None, &format!("{pid} {status} {signal}"), cx);
        let delay = self.tunables.script_retry_delay;
        let job = &mut self.scripts.jobs[at];
        let retry = signal != 0 || status == 1;
        if retry && job.attempts < ATTEMPTS_MAX {
            let delay = delay.times(1 << (job.attempts - 1));
            job.state = ScriptState::Scheduled(cx.now + delay);
            return true;
        }
        let path = job.argv[0].clone();
        self.scripts.jobs.remove(at);
        if retry || status != 0 {
            self.event(EventKind::ScriptError, None, &format!("{path} {signal} {status}"), cx);
        }
        false
    }

    /// Kills jobs that run too long (spec SCR-8).
    fn kill_scripts(&mut self, cx: &mut Cx<'_>) {
        for at in 0..self.scripts.jobs.len() {
            let job = &mut self.scripts.jobs[at];
            if let ScriptState::Running { pid, since, killed } = &mut job.state
                && cx.now - *since > self.tunables.script_max_runtime
            {
                *killed = true;
                let payload = format!("{} {pid}", job.argv[0]);
                self.event(EventKind::ScriptTimeout, None, &payload, cx);
            }
        }
    }
}

impl Scripts {
    /// How the job's run has ended, if it has.
    fn ended(&self, at: usize, now: NodeTime) -> Option<(u32, Ended)> {
        let ScriptState::Running { pid, since, killed } = self.jobs[at].state else { return None };
        if killed {
            return Some((pid, Ended { status: 0, signal: SIGKILL }));
        }
        match self.behaviour(&self.jobs[at]) {
            ScriptRun::Exits { after, status } if now - since >= after => {
                Some((pid, Ended { status, signal: 0 }))
            }
            _ => None,
        }
    }
}

impl Sentinel {
    /// Queues the client-reconfiguration script, if there is one (spec SCR-2).
    pub(super) fn queue_client_reconfig(
        &mut self,
        m: usize,
        role: ReconfigRole,
        from: &InstanceAddr,
        to: &InstanceAddr,
    ) {
        let Some(script) = self.masters[m].group.client_reconfig_script.clone() else { return };
        let role = match role {
            ReconfigRole::Leader => "leader",
            ReconfigRole::Observer => "observer",
        };
        let argv = [
            script,
            self.masters[m].name().clone(),
            role.into(),
            "start".into(),
            self.process.shown(from).clone(),
            from.port.to_string().into(),
            self.process.shown(to).clone(),
            to.port.to_string().into(),
        ];
        self.process.scripts.queue(argv.into());
    }

    /// The scripts waiting and running.
    pub fn scripts(&self) -> &Scripts {
        &self.process.scripts
    }

    /// Says how the script of that path behaves from now on; `None` means that there is no such file. Paths
    /// that nothing was said of are there and do their work.
    pub fn set_script(&mut self, path: impl Into<ArcStr>, run: Option<ScriptRun>) {
        self.process.scripts.files.insert(path.into(), run);
    }
}
