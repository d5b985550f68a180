//! Ending in an orderly way: SHUTDOWN and SIGTERM (spec REPL-51).

use crate::protocol::{ArcStr, ConnId, Level, Reply, literal};
use crate::redis::server::{Answer, Cx, RedisServer};
use crate::sim::{Millis, NodeTime};

/// Whether the dataset is saved before the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Saving {
    /// Where there are save points.
    #[default]
    AsConfigured,
    /// SAVE
    Always,
    /// NOSAVE
    Never,
}

/// A shutdown that waits for replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shutdown {
    until: NodeTime,
    next_look: NodeTime,
    options: Options,
    /// Who asked for it by command, and gets an answer if it does not come about.
    askers: Vec<ConnId>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Options {
    saving: Saving,
    /// Without waiting for replicas.
    now: bool,
    /// Whatever goes wrong.
    force: bool,
}

impl Shutdown {
    pub(super) fn next(&self) -> NodeTime {
        self.next_look.min(self.until)
    }

    pub(super) fn shift(&mut self, by: Millis) {
        self.until = self.until + by;
        self.next_look = self.next_look + by;
    }
}

impl RedisServer {
    /// SIGTERM: ends the process in an orderly way, when its replicas are up to date or after
    /// `shutdown-timeout`. A signal's handler only takes a note, which the 10 Hz timer's next turn reads.
    pub(super) fn shut_down_by_signal(&mut self, cx: &mut Cx<'_>) {
        self.shut_down(cx, Options::default(), None);
    }

    /// `SHUTDOWN [NOSAVE|SAVE] [NOW] [FORCE] [ABORT]`
    pub(super) fn shutdown_command(&mut self, cx: &mut Cx<'_>, conn: ConnId, args: &[ArcStr]) -> Answer {
        let mut options = Options::default();
        let mut abort = false;
        for arg in args {
            match &*arg.to_ascii_lowercase() {
                "nosave" if options.saving != Saving::Always => options.saving = Saving::Never,
                "save" if options.saving != Saving::Never => options.saving = Saving::Always,
                "now" => options.now = true,
                "force" => options.force = true,
                "abort" => abort = true,
                _ => return Reply::SYNTAX_ERROR.into(),
            }
        }
        if abort && args.len() > 1 {
            return Reply::SYNTAX_ERROR.into();
        }
        if abort {
            return self.abort_shutdown(cx).into();
        }
        if self.script.is_some() && options.saving != Saving::Never {
            return Reply::Error(self.busy().unwrap_or_default()).into();
        }
        self.shut_down(cx, options, Some(conn))
    }

    fn abort_shutdown(&mut self, cx: &mut Cx<'_>) -> Reply {
        let Some(shutdown) = self.shutdown.take() else {
            return Reply::error(literal!("ERR No shutdown in progress."));
        };
        self.line(cx, Level::Notice, "Shutdown manually aborted.");
        for asker in shutdown.askers {
            cx.out.send(asker, failure());
        }
        self.unpause(cx);
        Reply::ok()
    }

    fn shut_down(&mut self, cx: &mut Cx<'_>, options: Options, asker: Option<ConnId>) -> Answer {
        if let Some(shutdown) = &mut self.shutdown {
            shutdown.askers.extend(asker);
            return Answer::None;
        }
        self.line(cx, Level::Warning, "User requested shutdown...");
        let timeout = Millis(i64::from(self.conf.shutdown_timeout) * 1000);
        if options.now || timeout.0 == 0 || self.are_replicas_there() {
            return self.finish_shutdown(cx, options);
        }
        self.line(cx, Level::Notice, "Waiting for replicas before shutting down.");
        let until = cx.now + timeout;
        self.pause(NodeTime(i64::MAX), false);
        let askers = asker.into_iter().collect();
        self.shutdown = Some(Shutdown { until, next_look: self.next_look(cx), options, askers });
        Answer::None
    }

    /// The timer's next turn. Nobody asks the replicas to acknowledge: they do so once a second (recorded: after a
    /// PUBLISH, ten shutdowns waited 19 to 929 ms).
    fn next_look(&self, cx: &Cx<'_>) -> NodeTime {
        self.cron.next_turn(cx.now + Millis(1))
    }

    /// Whether no replica lacks a part of the stream.
    fn are_replicas_there(&self) -> bool {
        self.link.is_some() || self.acknowledged_by(self.repl.offset) == self.replicas.len()
    }

    pub(super) fn shutdown_goes_on(&mut self, cx: &mut Cx<'_>) {
        let next_look = self.next_look(cx);
        let Some(shutdown) = &mut self.shutdown else { return };
        shutdown.next_look = next_look;
        let over = shutdown.until <= cx.now;
        if !over && !self.are_replicas_there() {
            return;
        }
        let Some(Shutdown { options, askers, .. }) = self.shutdown.take() else { return };
        if let Answer::One(refusal) = self.finish_shutdown(cx, options) {
            for asker in askers {
                cx.out.send(asker, refusal.clone());
            }
            self.unpause(cx);
        }
    }

    /// Saves where there are save points, and ends; answers only where it cannot.
    fn finish_shutdown(&mut self, cx: &mut Cx<'_>, options: Options) -> Answer {
        if self.link.is_none() && !self.replicas.is_empty() {
            self.tell_who_lags(cx);
        }
        let saves = match options.saving {
            // What is loaded as yet is not all of it.
            _ if self.is_loading() => false,
            Saving::AsConfigured => !self.conf.save.is_empty(),
            Saving::Always => true,
            Saving::Never => false,
        };
        if saves {
            self.line(cx, Level::Notice, "Saving the final RDB snapshot before exiting.");
            if !self.save_now(cx) && !options.force {
                self.line(cx, Level::Warning, "Error trying to save the DB, can't exit.");
                self.line(
                    cx,
                    Level::Warning,
                    "Errors trying to shut down the server. Check the logs for more information.",
                );
                return failure().into();
            }
        }
        self.line(cx, Level::Warning, "Redis is now ready to exit, bye bye...");
        cx.out.exit(0);
        Answer::None
    }

    /// Logs which replicas lack a part of the stream, and how many do not.
    fn tell_who_lags(&self, cx: &mut Cx<'_>) {
        let (offset, seconds) = (self.repl.offset, cx.seconds());
        for lagging in self.replicas.iter().filter(|replica| replica.ack_offset < offset) {
            let view = lagging.view(seconds);
            let text = arcstr::format!(
                "Lagging replica {} reported offset {} behind master, lag={}, state={}.",
                lagging.name(),
                offset - lagging.ack_offset,
                view.lag,
                view.state
            );
            self.note(cx, Level::Warning, text);
        }
        let (there, total) = (self.acknowledged_by(offset), self.replicas.len());
        let text = arcstr::format!("{there} of {total} replicas are in sync when shutting down.");
        self.note(cx, Level::Notice, text);
    }
}

fn failure() -> Reply {
    Reply::error(literal!("ERR Errors trying to SHUTDOWN. Check logs."))
}
