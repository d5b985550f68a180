//! Looking inside: DEBUG, INFO-CACHE, PENDING-SCRIPTS, SIMULATE-FAILURE.

use super::super::instance::Reported;
use super::super::scripts::{ScriptJob, ScriptState};
use super::super::{Cx, Sentinel, SimulateFailure};
use super::Map;
use crate::protocol::{ArcStr, Level, Reply, integer, literal};
use crate::sim::{Millis, NodeTime};

impl Sentinel {
    /// `SENTINEL DEBUG [option value ...]` (spec CMD-DEBUG-1, 2)
    pub(super) fn debug_command(&mut self, arguments: &[ArcStr]) -> Reply {
        if arguments.is_empty() {
            let entries = self.process.tunables.entries().into_iter();
            let words = entries.flat_map(|(key, value)| [key.to_ascii_uppercase(), value.0.to_string()]);
            return Reply::bulks(words);
        }
        self.stir();
        let mut rest = arguments;
        while let [option, values @ ..] = rest {
            let unknown = || {
                Reply::error(format!(
                    "ERR Unknown option or number of arguments for SENTINEL DEBUG '{option}'"
                ))
            };
            let [value, after @ ..] = values else { return unknown() };
            let Some(figure) = self.process.tunables.entry_mut(option) else { return unknown() };
            let Some(value_ms) = integer(value).filter(|ms| *ms > 0) else {
                return Reply::error(format!("ERR Invalid argument '{value}' for SENTINEL DEBUG '{option}'"));
            };
            *figure = Millis(value_ms);
            rest = after;
        }
        Reply::ok()
    }

    /// `SENTINEL INFO-CACHE name ...` (spec CMD-INFOCACHE-1)
    pub(super) fn info_cache_command(&self, names: &[ArcStr], now: NodeTime) -> Reply {
        let mut reply = Vec::new();
        // Each once, however often and in which order it is named.
        for master in self.masters.iter().filter(|master| names.contains(master.name())) {
            // Whether the master was ever asked decides for its replicas too.
            let known = master.reported.info_refresh != NodeTime::ZERO;
            let entry = |reported: &Reported| {
                let age = if known { now - reported.info_refresh } else { Millis(0) };
                let text = reported.raw.as_ref().map_or(Reply::Nil, |raw| Reply::bulk(raw.to_string()));
                Reply::Array(vec![Reply::Integer(age.0), text])
            };
            let replicas = master.replicas.iter().map(|replica| entry(&replica.reported));
            let entries = std::iter::once(entry(&master.reported)).chain(replicas).collect();
            reply.push(Reply::Bulk(master.name().clone()));
            reply.push(Reply::Array(entries));
        }
        Reply::Array(reply)
    }

    /// `SENTINEL PENDING-SCRIPTS` (spec CMD-PENDING-1)
    pub(super) fn pending_scripts_command(&self, now: NodeTime) -> Reply {
        Reply::Array(self.process.scripts.jobs().map(|job| script_map(job, now)).collect())
    }

    /// `SENTINEL SIMULATE-FAILURE flag ...` (spec CMD-SIMFAIL-1)
    pub(super) fn simulate_failure_command(&mut self, flags: &[ArcStr], cx: &mut Cx<'_>) -> Reply {
        const WILL_CRASH: &str = "Failure simulation: this Sentinel will crash after";
        self.process.simulate = SimulateFailure::default();
        for flag in flags {
            let when = match flag.to_ascii_lowercase().as_str() {
                "crash-after-election" => {
                    self.process.simulate.crash_after_election = true;
                    "being successfully elected as failover leader"
                }
                "crash-after-promotion" => {
                    self.process.simulate.crash_after_promotion = true;
                    "promoting the selected replica to master"
                }
                "help" => return Reply::bulks(["crash-after-election", "crash-after-promotion"]),
                _ => return Reply::error(literal!("ERR Unknown failure simulation specified")),
            };
            self.process.log(Level::Warning, format!("{WILL_CRASH} {when}"), cx.out);
        }
        Reply::ok()
    }
}

fn script_map(job: &ScriptJob, now: NodeTime) -> Reply {
    let mut map = Map::default();
    map.put_reply("argv", Reply::bulks(job.argv.iter().cloned()));
    match job.state {
        ScriptState::Running { pid, since, .. } => {
            map.put("flags", &"running");
            map.put("pid", &pid);
            map.put("run-time", &(now - since).0);
        }
        ScriptState::Scheduled(from) => {
            map.put("flags", &"scheduled");
            map.put("pid", &0);
            map.put("run-delay", &(from - now).0.max(0));
        }
    }
    map.put("retry-num", &job.attempts);
    map.reply()
}
