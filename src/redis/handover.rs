//! FAILOVER: a master hands its role over to one of its replicas, in the words and the order of Redis 7.0.15
//! as recorded (tests/fixtures/own, 41m) and asked. It lets nobody write, waits until a replica has
//! acknowledged all of its stream, and asks that one to be the master and to let it follow.

use crate::protocol::{ArcStr, Command, ConnId, Level, Reply, integer, literal};
use crate::redis::event::RedisEventKind;
use crate::redis::server::{Answer, Cx, RedisServer};
use crate::sim::{Millis, NodeTime};
use std::sync::Arc;

/// A handing over that is not done yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Handover {
    /// To whom; `None` as long as it may be any replica.
    target: Option<(ArcStr, u16)>,
    /// Whether it begins without the replica's acknowledgement when the time is over.
    force: bool,
    /// When the time is over.
    until: Option<NodeTime>,
    /// Whether this node follows its target already, and waits for its consent.
    asked: bool,
}

/// How far a handing over is, as INFO tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    None,
    WaitsForSync,
    InProgress,
}

impl Stage {
    /// As `master_failover_state` shows it.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::None => "no-failover",
            Self::WaitsForSync => "waiting-for-sync",
            Self::InProgress => "failover-in-progress",
        }
    }
}

/// The words of the command.
#[derive(Debug, Default)]
struct Options {
    target: Option<(ArcStr, u16)>,
    timeout: Option<i64>,
    force: bool,
    abort: bool,
}

impl Options {
    fn parse(args: &[ArcStr]) -> Result<Self, Reply> {
        let mut options = Self::default();
        let mut rest = args;
        while let [word, after @ ..] = rest {
            rest = match (&*word.to_ascii_lowercase(), after) {
                ("abort", []) if args.len() == 1 => {
                    options.abort = true;
                    after
                }
                ("force", _) if !options.force => {
                    options.force = true;
                    after
                }
                ("timeout", [span, after @ ..]) if options.timeout.is_none() => {
                    let span = integer(span).ok_or(Reply::NOT_AN_INTEGER)?;
                    if span <= 0 {
                        let text = literal!("ERR FAILOVER timeout must be greater than 0");
                        return Err(Reply::Error(text));
                    }
                    options.timeout = Some(span);
                    after
                }
                ("to", [host, port, after @ ..]) if options.target.is_none() => {
                    let port = integer(port).ok_or(Reply::NOT_AN_INTEGER)?;
                    options.target = Some((host.clone(), port as u16));
                    after
                }
                _ => return Err(Reply::SYNTAX_ERROR),
            };
        }
        Ok(options)
    }
}

impl Handover {
    pub(super) const fn until(&self) -> Option<NodeTime> {
        self.until
    }

    pub(super) fn shift(&mut self, by: Millis) {
        self.until = self.until.map(|until| until + by);
    }

    fn target_name(&self) -> ArcStr {
        let named = self.target.as_ref().map(|(host, port)| arcstr::format!("{host}:{port}"));
        named.unwrap_or(literal!("any replica"))
    }
}

impl RedisServer {
    pub(super) fn handover_stage(&self) -> Stage {
        match &self.blocking.handover {
            None => Stage::None,
            Some(Handover { asked: false, .. }) => Stage::WaitsForSync,
            Some(Handover { asked: true, .. }) => Stage::InProgress,
        }
    }

    /// `FAILOVER [TO host port [FORCE]] [ABORT] [TIMEOUT milliseconds]`
    pub(super) fn failover_command(&mut self, cx: &mut Cx<'_>, args: &[ArcStr]) -> Reply {
        let options = match Options::parse(args) {
            Ok(options) => options,
            Err(refusal) => return refusal,
        };
        if options.abort {
            if self.blocking.handover.is_none() {
                return Reply::error(literal!("ERR No failover in progress."));
            }
            self.abort_handover(cx, "Failover manually aborted");
            return Reply::ok();
        }
        if let Some(refusal) = self.handover_refusal(&options) {
            return Reply::Error(refusal);
        }
        let until = options.timeout.map(|span| cx.now + Millis(span));
        let handover = Handover { target: options.target, force: options.force, until, asked: false };
        self.note(cx, Level::Notice, arcstr::format!("FAILOVER requested to {}.", handover.target_name()));
        self.blocking.handover = Some(handover);
        Reply::ok()
    }

    fn handover_refusal(&self, options: &Options) -> Option<ArcStr> {
        if self.blocking.handover.is_some() {
            return Some(literal!("ERR FAILOVER already in progress."));
        }
        if self.link.is_some() {
            return Some(literal!("ERR FAILOVER is not valid when server is a replica."));
        }
        if self.replicas.is_empty() {
            return Some(literal!("ERR FAILOVER requires connected replicas."));
        }
        if options.force && (options.timeout.is_none() || options.target.is_none()) {
            return Some(literal!(
                "ERR FAILOVER with force option requires both a timeout and target HOST and IP."
            ));
        }
        let (host, port) = options.target.as_ref()?;
        let target = self.replicas.iter().find(|r| r.port == *port && r.ip.eq_ignore_ascii_case(host));
        match target {
            None => Some(literal!("ERR FAILOVER target HOST and PORT is not a replica.")),
            Some(target) if !target.is_online() => {
                Some(literal!("ERR FAILOVER target replica is not online."))
            }
            Some(_) => None,
        }
    }

    /// A replica may have caught up, or the time may be over.
    pub(super) fn handover_goes_on(&mut self, cx: &mut Cx<'_>) {
        let Some(handover) = self.blocking.handover.as_ref().filter(|handover| !handover.asked) else {
            return;
        };
        let caught_up = self.replicas.iter().find(|replica| {
            let is_meant = handover
                .target
                .as_ref()
                .is_none_or(|(host, port)| replica.port == *port && replica.ip.eq_ignore_ascii_case(host));
            is_meant && replica.is_online() && replica.ack_offset == self.repl.offset
        });
        if let Some(replica) = caught_up {
            let target = (replica.ip.clone(), replica.port);
            let text = arcstr::format!("Failover target {} is synced, failing over.", replica.name());
            self.note(cx, Level::Notice, text);
            self.hand_over_to(cx, target);
        } else if handover.until.is_some_and(|until| until <= cx.now) {
            match handover.target.clone().filter(|_| handover.force) {
                Some(target) => {
                    let text = arcstr::format!(
                        "FAILOVER to {} time out exceeded, failing over.",
                        handover.target_name()
                    );
                    self.note(cx, Level::Notice, text);
                    self.hand_over_to(cx, target);
                }
                None => self.abort_handover(cx, "Replica never caught up before timeout"),
            }
        }
    }

    /// Follows the target, which is asked for its consent with PSYNC.
    fn hand_over_to(&mut self, cx: &mut Cx<'_>, (host, port): (ArcStr, u16)) {
        if let Some(handover) = &mut self.blocking.handover {
            handover.target = Some((host.clone(), port));
            handover.until = None;
            handover.asked = true;
        }
        self.turn_to(cx, host, port);
    }

    /// What asks the master to go on in the stream, and while it takes the role over, to take it.
    pub(super) fn psync_request(&self, request: Option<(ArcStr, u64)>) -> Command {
        match (self.handover_stage(), request) {
            (Stage::InProgress, Some((replid, from))) => Command::Other(Arc::new([
                literal!("PSYNC"),
                replid,
                arcstr::format!("{from}"),
                literal!("FAILOVER"),
            ])),
            (_, request) => Command::Psync(request),
        }
    }

    /// The target consented, or refused with an error that was logged.
    pub(super) fn handover_answered(&mut self, cx: &mut Cx<'_>, consents: bool) {
        if self.handover_stage() != Stage::InProgress {
            return;
        }
        if consents {
            self.blocking.handover = None;
            self.run_postponed(cx);
        } else {
            self.abort_handover(cx, "Failover target rejected psync request");
        }
    }

    fn abort_handover(&mut self, cx: &mut Cx<'_>, why: &str) {
        let Some(handover) = self.blocking.handover.take() else { return };
        let text = arcstr::format!("FAILOVER to {} aborted: {why}", handover.target_name());
        self.note(cx, Level::Notice, text);
        if handover.asked {
            self.stop_following(cx);
        }
        self.run_postponed(cx);
    }

    /// `PSYNC replid offset FAILOVER`: the master asks this node to be the master.
    pub(super) fn psync_words(&mut self, cx: &mut Cx<'_>, conn: ConnId, args: &[ArcStr]) -> Answer {
        let Some(from) = args.get(1).and_then(|from| integer(from)) else {
            return Reply::NOT_AN_INTEGER.into();
        };
        let replid = args[0].clone();
        if args.get(2).is_some_and(|word| word.eq_ignore_ascii_case("failover")) {
            let text = arcstr::format!("Failover request received for replid {replid}.");
            self.note(cx, Level::Warning, text);
            if self.link.is_none() {
                return Reply::error(literal!("ERR PSYNC FAILOVER can't be sent to a master.")).into();
            }
            if !replid.eq_ignore_ascii_case(&self.repl.replid) {
                return Reply::error(literal!("ERR PSYNC FAILOVER replid must match my replid.")).into();
            }
            let by = self.describe_client(cx, conn, "psync");
            self.stop_following(cx);
            self.say(cx, RedisEventKind::HandedOver { by });
        }
        self.psync(cx, conn, Some((replid, from as u64)))
    }
}
