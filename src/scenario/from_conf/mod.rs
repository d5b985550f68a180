//! A sentinel.conf as a scenario: what it monitors, knows and announces becomes a topology that runs.
//!
//! What is decided here, in the order in which it is decided:
//!
//! 1. The file is read as Redis reads it; what Redis refuses is refused with its line and Redis's reason.
//! 2. Each `monitor` line becomes a master at its address, each `known-replica` a replica of it. Where none
//!    is known, two are added.
//! 3. The file is that of the sentinel S1, and stays as it is, comments included. S1 runs at its announced
//!    address, else at the first one it is bound to, else on the one machine that has a Redis and no
//!    sentinel yet, else on a machine of its own.
//! 4. Each `known-sentinel` becomes a sentinel with that id, the same settings, and the same knowledge as it
//!    has it from its place. Others are added until there are three, with an id that they make themselves
//!    and nothing known.
//! 5. Nodes at one address share a host; a name becomes a host of that name, which every host can resolve,
//!    with an address from 10.77.0.0/24; an added host has one beside the master's. 127.0.0.1 is one
//!    machine: everything that is added to a master there is on it too, at the next free ports.
//! 6. `auth-pass` is required by the servers, renamed commands are renamed there.
//!
//! What could not be taken over as it stands is told in [`Note`]s.

mod hosts;
mod note;
mod plan;
mod write;

pub use note::Note;

use crate::protocol::{ArcStr, split_words};
use crate::scenario::file::ActionEntry;
use crate::scenario::{Scenario, ScenarioError, check};
use crate::sentinel::{ConfigErrorKind, SentinelConf, Tunables};
use crate::sim::{Micros, Millis};
use plan::Plan;

/// How many replicas a master has of which the file knows none.
const REPLICAS_DEFAULT: u32 = 2;
/// How many sentinels there are where the file knows no other.
const SENTINELS_DEFAULT: u32 = 3;
/// How long the run lasts, or goes on after the sentinels can have noticed that the master was killed.
const DURATION: Micros = Micros::from_secs(60);

/// What a sentinel.conf does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConfOptions {
    /// How many replicas each master has; without it as many as are known, or 2.
    pub replicas: Option<u32>,
    /// How many sentinels there are, that of the file included; without it as many as are known, or 3.
    pub sentinels: Option<u32>,
    /// When the process of the master that is monitored first is killed, counted from t = 0.
    pub kill_master_at: Option<Micros>,
    /// How long the run lasts; without it 60 s, or until 60 s after the kill can have been noticed.
    pub duration: Option<Micros>,
}

/// A sentinel.conf that became a scenario.
#[derive(Clone, Debug)]
pub struct FromConf {
    /// The scenario.
    pub scenario: Scenario,
    /// What the reader of the file should know.
    pub notes: Vec<Note>,
}

/// Why a sentinel.conf does not become a scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FromConfError {
    /// Redis refuses a line.
    #[error("line {line}: '{text}': {kind}{}", hint(kind))]
    Refused {
        /// The line, from 1.
        line: u32,
        /// Its text.
        text: ArcStr,
        /// Redis's reason.
        kind: ConfigErrorKind,
    },
    /// It is what a sentinel said.
    #[error(
        "it is a log, which says what happened and not what there was. Open the sentinel.conf of the sentinel that \
         wrote it: all whom it knew stand there. What a line means, Why? tells at the same line of a run; the \
         scenarios name those that puzzle, such as -failover-abort-not-elected"
    )]
    Log,
    /// It is what a run left behind.
    #[error(
        "it tells what happened in a run; what can be opened is its scenario, or the run as this page saves it"
    )]
    RunFile,
    /// Redis starts with it, and has nothing to do.
    #[error("there is no \"sentinel monitor\" line, so Redis would start and watch nothing{}", module_hint(module.as_ref()))]
    NoMonitor {
        /// A line that was taken for a module's setting, if there is one: its number and first word.
        module: Option<(u32, ArcStr)>,
    },
    /// Redis starts with it and never dials that port.
    #[error("line {line}: '{text}': the port is 0, so Redis would start and never reach the master")]
    NoPort {
        /// The line, from 1.
        line: u32,
        /// Its text.
        text: ArcStr,
    },
    /// The sentinel would listen nowhere.
    #[error("line {line}: '{text}': Configured to not listen anywhere, exiting.")]
    ListensNowhere {
        /// The line, from 1.
        line: u32,
        /// Its text.
        text: ArcStr,
    },
    /// The sentinel's own address is that of a server.
    #[error("the sentinel's own address {addr} is that of a Redis server in the same file")]
    OwnAddressTaken {
        /// The address.
        addr: ArcStr,
    },
    /// Fewer replicas are wanted than the file knows.
    #[error("--replicas {wanted}: the file knows {known} replicas of {master}")]
    FewerReplicas {
        /// How many are wanted.
        wanted: u32,
        /// How many are known.
        known: u32,
        /// The master's name.
        master: ArcStr,
    },
    /// Fewer sentinels are wanted than the file knows.
    #[error("--sentinels {wanted}: the file knows {known} sentinels, its own included")]
    FewerSentinels {
        /// How many are wanted.
        wanted: u32,
        /// How many are known.
        known: u32,
    },
    /// The master would be killed when the run is over.
    #[error("--kill-master-at {}: the run is over after {}", span(*.at), span(*.duration))]
    KilledTooLate {
        /// When it would be killed.
        at: Micros,
        /// How long the run lasts.
        duration: Micros,
    },
    /// The scenario that the file becomes is none.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

/// Whether a text is meant as a JSON object, which no sentinel.conf begins like; one of a template may.
pub fn is_json(text: &str) -> bool {
    text.trim_start().strip_prefix('{').is_some_and(|rest| !rest.starts_with(['{', '%']))
}

impl FromConf {
    /// What somebody opens: a scenario file, which is taken as it stands, or a sentinel.conf.
    ///
    /// # Errors
    /// Where it is neither, or not a sound one.
    pub fn or_scenario(name: &str, text: &str) -> Result<Self, FromConfError> {
        if !is_json(text) {
            Scenario::from_conf(name, text, &ConfOptions::default())
        } else if text.contains("\"captured_at\"") {
            Err(FromConfError::RunFile)
        } else {
            Ok(Self { scenario: Scenario::parse(text)?, notes: Vec::new() })
        }
    }
}

/// A span of time as the command line takes it.
fn span(span: Micros) -> String {
    if span.0.is_multiple_of(1_000_000) {
        format!("{}s", span.0 / 1_000_000)
    } else {
        format!("{}ms", span.0 / 1000)
    }
}

/// What to do about a refusal that often puzzles.
fn hint(kind: &ConfigErrorKind) -> &'static str {
    use crate::sentinel::CreateError;
    match kind {
        ConfigErrorKind::Create(CreateError::Unresolved) => {
            " (a host name needs the line \"sentinel resolve-hostnames yes\")"
        }
        ConfigErrorKind::NoSuchMaster => " (there is no \"sentinel monitor\" line with that name)",
        _ => "",
    }
}

fn module_hint(module: Option<&(u32, ArcStr)>) -> String {
    module.map_or_else(String::new, |(line, name)| {
        format!("; line {line} begins with \"{name}\", whose dot makes Redis take it for a module's setting")
    })
}

impl Scenario {
    /// Makes a scenario of the text of a sentinel.conf; `name` is the file's, for the title.
    ///
    /// # Errors
    /// Where Redis would refuse the file, where it gives nothing to run, or where `options` contradict it.
    pub fn from_conf(name: &str, text: &str, options: &ConfOptions) -> Result<FromConf, FromConfError> {
        let conf = SentinelConf::parse(text);
        if is_log(text) && conf.as_ref().map_or(true, |conf| conf.masters().is_empty()) {
            return Err(FromConfError::Log);
        }
        let conf = conf.map_err(|error| FromConfError::Refused {
            line: error.line,
            text: error.text,
            kind: error.kind,
        })?;
        let lines = Lines::of(text);
        // Long enough for the sentinels to notice, and then to act.
        let unset = Tunables::default().default_down_after;
        let noticed = conf.masters().first().map_or(Millis(0), |m| m.down_after.unwrap_or(unset));
        let duration = options.duration.unwrap_or_else(|| match options.kill_master_at {
            Some(at) => at + Micros::from_millis(noticed.0.clamp(0, 3_600_000) as u64) + DURATION,
            None => DURATION,
        });
        if let Some(at) = options.kill_master_at.filter(|at| *at >= duration) {
            return Err(FromConfError::KilledTooLate { at, duration });
        }
        let mut plan = Plan::of(&conf, &lines, options)?;
        let mut file = plan.file(name, duration);
        if let Some(at) = options.kill_master_at {
            file.actions.push(kill(&plan.nodes[0].name, at));
        }
        Ok(FromConf { scenario: check::check(file)?, notes: plan.notes })
    }
}

/// Whether a text that is no sentinel.conf is a log: lines end up here with whatever a container, a ticket or a
/// notification script put in front of them, but a log of more than a few lines has one of these.
fn is_log(text: &str) -> bool {
    [" # +", " * +", "+sdown ", "Redis is starting"].iter().any(|mark| text.contains(mark))
}

fn kill(master: &str, at: Micros) -> ActionEntry {
    ActionEntry {
        what: "kill".to_owned(),
        at_ms: Some((at.0 / 1000) as i64),
        failure: true,
        node: Some(master.into()),
        ..ActionEntry::default()
    }
}

/// A file and its directives.
pub(super) struct Lines {
    directives: Vec<Line>,
    whole: Vec<String>,
}

/// A directive.
pub(super) struct Line {
    /// The line's number, from 1.
    pub(super) number: u32,
    pub(super) text: String,
    pub(super) words: Vec<String>,
}

impl Lines {
    fn of(text: &str) -> Self {
        let lines = text.lines().zip(1..).filter_map(|(line, number)| {
            let text = line.trim();
            if text.is_empty() || text.starts_with('#') {
                return None;
            }
            Some(Line { number, text: text.to_owned(), words: split_words(text)? })
        });
        Self { directives: lines.collect(), whole: text.lines().map(str::to_owned).collect() }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Line> {
        self.directives.iter()
    }

    /// The last line with this server directive, which is the one that holds.
    pub(super) fn server(&self, name: &str) -> Option<&Line> {
        self.directives.iter().rev().find(|line| line.words[0].eq_ignore_ascii_case(name))
    }

    /// The lines of this `sentinel` directive.
    pub(super) fn sentinel<'a>(&'a self, directive: &'a str) -> impl Iterator<Item = &'a Line> {
        self.directives.iter().filter(move |line| line.directive().is_some_and(|it| it == directive))
    }
}

impl Line {
    /// The `sentinel` directive in lower case, if it is one.
    pub(super) fn directive(&self) -> Option<String> {
        if !self.words[0].eq_ignore_ascii_case("sentinel") {
            return None;
        }
        self.words.get(1).map(|word| word.to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests;
