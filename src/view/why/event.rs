//! What led to an event: for each kind, from the sentinel's mind before and after the turn that said it.

use super::Why;
use super::line::Line;
use super::mind::{Mind, span};
use crate::cluster::{InstanceView, ReplicaInsight};
use crate::i18n::Fact;
use crate::protocol::ArcStr;
use crate::sentinel::{EventKind, SCRIPT_ATTEMPTS_MAX, SCRIPTS_RUNNING_MAX};
use crate::sim::Millis;

/// The minds before and after the turn, what the event says, and what was said of a hello in the same turn.
struct Told<'a> {
    before: Option<Mind<'a>>,
    after: Option<Mind<'a>>,
    payload: &'a str,
    hello: Option<&'a str>,
}

/// Somebody gave a command.
const fn ordered(command: &'static str) -> Line {
    Line::says(Fact::Command { command }, "LOG-3")
}

/// What led to the event.
pub(super) fn lines(
    before: Option<Mind<'_>>,
    after: Option<Mind<'_>>,
    kind: EventKind,
    payload: &str,
    hello: Option<&str>,
) -> Vec<Line> {
    let told = Told { before, after, payload, hello };
    told.lines(kind).unwrap_or_default()
}

/// Why a peer's vote was logged (spec LOG-13).
pub(super) fn voted(before: Option<Mind<'_>>, peer: &ArcStr, leader: &ArcStr, epoch: u64) -> Vec<Line> {
    let Some(mind) = before else { return Vec::new() };
    let known = mind.peers().find(|(view, _)| view.name == *peer);
    let before = known.map_or(0, |(view, _)| view.vote_epoch);
    let (peer, leader) = (mind.sentinel(peer), mind.sentinel(leader));
    let mut lines = vec![Line::says(Fact::VoteReported { peer, leader, epoch, before }, "ASK-12")];
    lines.push(mind.needed());
    lines.extend(mind.got());
    lines
}

/// Why a line was logged that is no event.
pub(super) fn log_line(after: Option<Mind<'_>>, text: &ArcStr) -> Why {
    if text.starts_with("Next failover delay")
        && let Some(mind) = after
    {
        return Why { rule: "LOG-14".to_owned(), lines: mind.gate() };
    }
    if text.starts_with("Sentinel new configuration saved") {
        return Why { rule: "LOG-11".to_owned(), lines: vec![Line::says(Fact::Saved, "PER-2")] };
    }
    let rule = if text.starts_with("Executing user requested FAILOVER") { "LOG-15" } else { "LOG-1" };
    Why { rule: rule.to_owned(), lines: vec![Line::says(Fact::Said { text: text.to_string() }, "LOG-1")] }
}

impl<'a> Told<'a> {
    fn then(&self) -> Option<Mind<'a>> {
        self.before.or(self.after)
    }

    fn now(&self) -> Option<Mind<'a>> {
        self.after.or(self.before)
    }

    /// The record that the event is about, as it was after the turn, or before it where it is gone.
    fn about(&self) -> Option<(Mind<'a>, &'a InstanceView)> {
        let found = |mind: Mind<'a>| Some((mind, mind.named(self.payload)?));
        self.after.and_then(found).or_else(|| self.before.and_then(found))
    }

    /// The same as it was before the turn.
    fn about_before(&self) -> Option<(Mind<'a>, &'a InstanceView)> {
        let found = |mind: Mind<'a>| Some((mind, mind.named(self.payload)?));
        self.before.and_then(found).or_else(|| self.after.and_then(found))
    }

    fn replica(&self, mind: Option<Mind<'a>>) -> Option<(Mind<'a>, &'a InstanceView, &'a ReplicaInsight)> {
        let mind = mind?;
        let record = mind.named(self.payload)?;
        let (view, more) = mind.replicas().find(|(view, _)| view.name == record.name)?;
        Some((mind, view, more))
    }

    fn name(&self) -> String {
        self.about().map_or_else(|| self.payload.to_owned(), |(mind, record)| mind.name(record))
    }

    #[allow(clippy::too_many_lines, reason = "one arm a kind")]
    fn lines(&self, kind: EventKind) -> Option<Vec<Line>> {
        use EventKind as K;
        Some(match kind {
            K::Monitor => {
                let mind = self.now()?;
                let quorum = mind.insight.master.quorum;
                let fact = Fact::Configured { who: mind.who(), about: mind.about(), quorum };
                vec![Line::says(fact, "EVT-1"), self.voters()?]
            }
            K::Unmonitor => vec![ordered("SENTINEL REMOVE"), self.forgot()?],
            K::ResetMaster => vec![ordered("SENTINEL RESET"), self.forgot()?],
            K::Set => {
                let words = self.payload.split(' ').skip(4).collect::<Vec<_>>().join(" ");
                vec![ordered("SENTINEL SET"), Line::says(Fact::SetTo { words }, "EVT-3"), self.voters()?]
            }
            K::Replica => self.met_replica()?,
            K::Sentinel => {
                vec![Line::says(Fact::HelloFrom { about: self.name() }, "HELLO-8"), self.voters()?]
            }
            K::SentinelAddressSwitch => self.moved("HELLO-7")?,
            K::SentinelAddressUpdate => self.moved("HELLO-8")?,
            K::SentinelInvalidAddr => self.moved("HELLO-9")?,
            K::SubjectivelyDown => self.went_down()?,
            K::SubjectivelyUp => self.came_back()?,
            K::ObjectivelyDown => {
                let mind = self.now()?;
                let mut lines = vec![mind.agreement(), mind.own_opinion()];
                lines.extend(mind.opinions());
                lines
            }
            K::ObjectivelyUp => self.no_longer_agreed()?,
            K::NewEpoch => self.new_epoch()?,
            K::TryFailover => self.tried()?,
            K::VoteForLeader => self.gave_vote()?,
            K::ElectedLeader => self.elected()?,
            K::AbortNotElected => self.not_elected()?,
            K::StateSelectReplica => {
                let mind = self.now()?;
                let mut lines = vec![Line::says(Fact::NobodyAsked { who: mind.who() }, "SEL-14")];
                lines.extend(mind.weighed(&mind.insight.weighing));
                lines
            }
            K::AbortNoGoodReplica => self.no_good_replica()?,
            K::SelectedReplica => self.selected()?,
            K::StateSendSlaveofNoone => {
                let (_, record) = self.about()?;
                let (replica, linked) = (self.name(), !record.disconnected);
                let fact = Fact::PromoteLink { replica: replica.clone(), linked };
                vec![
                    Line::is(linked, fact, "FSM-NOONE-1"),
                    Line::says(Fact::SentOnce { replica }, "FSM-NOONE-3"),
                ]
            }
            K::StateWaitPromotion => {
                let (mind, record) = self.about()?;
                let mut lines = vec![
                    Line::says(Fact::SentOnce { replica: self.name() }, "FSM-NOONE-3"),
                    mind.reported_role(record),
                ];
                lines.extend(mind.in_state("FSM-WAITPROMO-1"));
                lines
            }
            K::AbortReplicaTimeout => self.promotion_timed_out()?,
            K::PromotedReplica => self.promoted()?,
            K::StateReconfReplicas => {
                let mind = self.now()?;
                let mut lines = mind.reconfiguration();
                lines.extend(mind.in_state("RECONF-11"));
                lines
            }
            K::ReconfSent => {
                let (mind, view, more) = self.replica(self.after)?;
                vec![mind.on_its_way(view, more), mind.slots()]
            }
            K::ReconfInProgress => {
                let mut lines = self.names_master("RECONF-8")?;
                let (mind, view, more) = self.replica(self.before)?;
                lines.push(mind.on_its_way(view, more));
                lines
            }
            K::ReconfDone => {
                let mut lines = self.names_master("RECONF-9")?;
                lines.push(Line::is(true, Fact::LinkUp { replica: self.name() }, "RECONF-9"));
                lines
            }
            K::ReconfSentTimeout => {
                let (mind, view, more) = self.replica(self.before)?;
                let mut lines = vec![mind.on_its_way(view, more), mind.reported_role(view)];
                lines.push(mind.slots());
                lines
            }
            K::FailoverEndForTimeout | K::FailoverEnd => {
                let mind = self.before?;
                let mut lines = mind.reconfiguration();
                lines.extend(mind.in_state(if kind == K::FailoverEnd { "RECONF-12" } else { "RECONF-11" }));
                lines
            }
            K::ReconfSentBestEffort => {
                let (mind, view, more) = self.replica(self.before)?;
                let mut lines = vec![mind.on_its_way(view, more)];
                lines.extend(mind.in_state("RECONF-13"));
                lines
            }
            K::SwitchMaster => self.switched()?,
            K::ConfigUpdateFrom => self.newer_config()?,
            K::ConvertToReplica => {
                let (mind, view, more) = self.replica(self.after)?;
                mind.correction(view, more.turning_back, true)
            }
            K::FixReplicaConfig => {
                let (mind, view, more) = self.replica(self.after)?;
                mind.correction(view, more.putting_right, false)
            }
            K::RoleChange | K::RoleMismatch => self.role_changed()?,
            K::Reboot => {
                let (_, old) = self.about_before()?;
                let (_, new) = self.about()?;
                let short = |id: &Option<ArcStr>| {
                    id.as_ref().map_or_else(|| "–".to_owned(), |id| id.chars().take(8).collect())
                };
                let fact =
                    Fact::RunIds { about: self.name(), before: short(&old.run_id), now: short(&new.run_id) };
                vec![Line::says(fact, "INFO-2")]
            }
            K::Tilt => {
                let gap = self.then()?.insight.timer;
                let fact = Fact::TimerGap { gap: span(gap.elapsed), limit: span(gap.limit) };
                let lasts = span(self.then()?.insight.tunables.tilt_period);
                vec![
                    Line::is(false, fact, "TILT-1"),
                    Line::says(Fact::TiltHolds { left: lasts }, "TILT-4"),
                    Line::says(Fact::TiltSkips, "TILT-6"),
                ]
            }
            K::TiltEnd => {
                let tilt = self.then()?.insight.tilt?;
                let limit = span(tilt.limit);
                vec![Line::is(true, Fact::TiltOver { limit }, "TILT-4").filling(tilt)]
            }
            K::ScriptError => vec![Line::says(
                Fact::Script { words: self.payload.to_owned(), attempts: SCRIPT_ATTEMPTS_MAX },
                "SCR-6",
            )],
            K::ScriptTimeout => {
                let limit = span(self.then()?.insight.tunables.script_max_runtime);
                vec![Line::says(Fact::ScriptLimit { words: self.payload.to_owned(), limit }, "SCR-8")]
            }
            K::ScriptChild => vec![Line::says(
                Fact::ScriptBegan { words: self.payload.to_owned(), running_max: SCRIPTS_RUNNING_MAX as u32 },
                "SCR-4",
            )],
            K::ScriptChildEnd => {
                vec![Line::says(Fact::ScriptEnded { words: self.payload.to_owned() }, "SCR-6")]
            }
            K::CmdLinkReconnection | K::PubsubLinkReconnection => {
                let again = span(self.now()?.insight.tunables.ping_period);
                let mut lines = vec![Line::says(Fact::DialFailed { about: self.name(), again }, "LINK-10")];
                if let Some((mind, record)) = self.about() {
                    lines.push(mind.silence(record));
                }
                lines
            }
        })
    }

    /// How many sentinels are known now, and what that makes of majority and quorum.
    fn voters(&self) -> Option<Line> {
        let mind = self.now()?;
        let voters = mind.insight.voters;
        let quorum = mind.insight.master.quorum;
        Some(Line::says(Fact::VotersNow { voters, majority: voters / 2 + 1, quorum }, "ELEC-2"))
    }

    fn forgot(&self) -> Option<Line> {
        let master = &self.then()?.insight.master;
        let (replicas, sentinels) = (master.replicas.len() as u32, master.sentinels.len() as u32);
        Some(Line::says(Fact::Forgot { replicas, sentinels }, "MOD-40"))
    }

    fn moved(&self, rule: &'static str) -> Option<Vec<Line>> {
        let words = self.payload.split(' ').skip(4).collect::<Vec<_>>().join(" ");
        Some(vec![Line::says(Fact::Moved { words: format!(" {words}") }, rule), self.voters()?])
    }

    fn met_replica(&self) -> Option<Vec<Line>> {
        let mind = self.now()?;
        let replicas = mind.insight.master.replicas.len() as u32;
        let switched = self.before.is_some_and(|then| then.master().addr != mind.master().addr);
        Some(if switched {
            vec![Line::says(Fact::RecordsAnew { replicas }, "SWITCH-3")]
        } else {
            vec![Line::says(Fact::InfoLists { about: self.name(), replicas }, "INFO-4")]
        })
    }

    fn went_down(&self) -> Option<Vec<Line>> {
        let (mind, record) = self.about()?;
        let mut lines = vec![mind.silence(record)];
        lines.extend(mind.contact(record));
        let is_master = self.payload.starts_with("master ");
        if is_master {
            lines.extend(mind.demotion());
            let met = lines.iter().any(|line| line.met == Some(true));
            if !met {
                // Neither silence nor a wrong role: it was restarted and loads for too long.
                lines.push(Line::is(true, Fact::Rebooting { about: mind.about() }, "SDOWN-4"));
            }
            lines.push(mind.agreement());
        }
        Some(lines)
    }

    fn came_back(&self) -> Option<Vec<Line>> {
        let (mind, record) = self.about()?;
        let mut lines = vec![mind.silence(record)];
        lines.extend(mind.contact(record));
        let down = self.before.and_then(|then| then.insight.s_down_for);
        if let Some(down) = down.filter(|_| self.payload.starts_with("master ")) {
            lines.push(Line::says(Fact::WasDown { about: mind.about(), span: span(down) }, "SDOWN-6"));
        }
        Some(lines)
    }

    fn no_longer_agreed(&self) -> Option<Vec<Line>> {
        let mind = self.now()?;
        let mut lines = vec![mind.agreement(), mind.own_opinion()];
        lines.extend(mind.opinions());
        if let Some(failover) = &mind.insight.master.failover {
            // What has begun goes on.
            let fact = Fact::Runs { state: failover.state, epoch: failover.epoch };
            lines.push(Line::says(fact, "ODOWN-7"));
        }
        Some(lines)
    }

    fn new_epoch(&self) -> Option<Vec<Line>> {
        let epoch: u64 = self.payload.split(' ').next()?.parse().ok()?;
        let before = self.then()?.insight.current_epoch;
        // An attempt of its own, begun in this very turn, has this epoch.
        let own = self.now()?.insight.master.failover.as_ref().is_some_and(|f| f.epoch == epoch)
            || self.now()?.insight.tally.as_ref().is_some_and(|t| t.epoch == epoch);
        Some(vec![if own {
            Line::says(Fact::EpochOwn { epoch, before }, "FSM-START-3")
        } else {
            Line::says(Fact::EpochHeard { epoch, before }, "VOTE-4")
        }])
    }

    fn tried(&self) -> Option<Vec<Line>> {
        let (then, mind) = (self.then()?, self.now()?);
        if mind.insight.forced {
            return Some(vec![Line::is(true, Fact::Ordered, "FSM-START-5")]);
        }
        let mut lines = vec![mind.objectively(), mind.agreement()];
        lines.push(Line::is(true, Fact::NoneRuns, "FSM-START-1"));
        lines.extend(then.gate());
        lines.push(mind.needed());
        Some(lines)
    }

    fn gave_vote(&self) -> Option<Vec<Line>> {
        let (then, mind) = (self.then()?, self.now()?);
        let (id, epoch) = self.payload.split_once(' ')?;
        let epoch: u64 = epoch.parse().ok()?;
        let leader = mind.sentinel(id);
        if id == mind.insight.myid.as_str() {
            let fact = Fact::VotedItself { who: leader, epoch };
            return Some(vec![Line::says(fact, "ELEC-5"), mind.needed()]);
        }
        let last = then.insight.vote_epoch;
        let mut lines = vec![Line::says(Fact::FirstAsked { leader: leader.clone(), epoch, last }, "VOTE-5")];
        if mind.insight.master.failover.is_some() {
            lines.push(Line::says(Fact::FrontRunner { leader }, "ELEC-5"));
        }
        let wait = span(Millis(mind.insight.master.failover_timeout.0 * 2));
        lines.push(Line::says(Fact::VoteBlocks { who: mind.who(), wait }, "VOTE-7"));
        Some(lines)
    }

    fn elected(&self) -> Option<Vec<Line>> {
        let mind = self.now()?;
        let mut lines = Vec::new();
        if mind.insight.forced {
            lines.push(Line::is(true, Fact::Ordered, "FSM-WAITSTART-2"));
        }
        lines.push(mind.needed());
        lines.extend(mind.got());
        lines.extend(mind.votes(mind.insight.tally.as_ref()?.epoch));
        Some(lines)
    }

    /// Votes needed and got, each voter's answer, the time, and when it may be tried again.
    fn not_elected(&self) -> Option<Vec<Line>> {
        let mind = self.now()?;
        let tally = mind.insight.tally.as_ref()?;
        let mut lines = vec![mind.needed()];
        lines.extend(mind.got());
        lines.extend(mind.votes(tally.epoch));
        lines.extend(mind.window());
        lines.extend(mind.retry());
        Some(lines)
    }

    fn no_good_replica(&self) -> Option<Vec<Line>> {
        let mind = self.now()?;
        let mut lines = mind.weighed(mind.insight.weighed.as_deref()?);
        lines.push(Line::says(Fact::NobodyAsked { who: mind.who() }, "SEL-14"));
        lines.extend(mind.retry());
        Some(lines)
    }

    fn selected(&self) -> Option<Vec<Line>> {
        let mind = self.now()?;
        let selection = mind.insight.weighed.as_deref()?;
        let mut lines: Vec<Line> = mind.decided(selection).into_iter().collect();
        lines.extend(mind.weighed(selection));
        lines.push(Line::says(Fact::NobodyAsked { who: mind.who() }, "SEL-14"));
        Some(lines)
    }

    fn promotion_timed_out(&self) -> Option<Vec<Line>> {
        let mind = self.before?;
        let promoted = mind.promoted()?;
        let mut lines: Vec<Line> = mind.in_state("FSM-WAITPROMO-1").into_iter().collect();
        lines.push(mind.reported_role(promoted));
        lines.push(mind.silence(promoted));
        lines.extend(mind.contact(promoted));
        lines.extend(self.now()?.retry());
        Some(lines)
    }

    fn promoted(&self) -> Option<Vec<Line>> {
        let (then, mind) = (self.then()?, self.now()?);
        let (_, record) = self.about()?;
        let mut lines = vec![mind.reported_role(record)];
        lines.extend(then.in_state("FSM-WAITPROMO-1"));
        let epoch = mind.insight.master.config_epoch;
        let before = then.insight.master.config_epoch;
        lines.push(Line::says(Fact::ConfigEpoch { who: mind.who(), epoch, before }, "FSM-PROMOTED-2"));
        Some(lines)
    }

    fn names_master(&self, rule: &'static str) -> Option<Vec<Line>> {
        let (mind, view, _) = self.replica(self.after)?;
        let master = view.reported_master.as_ref().map(|(host, port)| mind.at(host, *port))?;
        Some(vec![Line::is(true, Fact::NamesMaster { replica: self.name(), master }, rule)])
    }

    fn switched(&self) -> Option<Vec<Line>> {
        let (then, mind) = (self.then()?, self.now()?);
        let mut words = self.payload.split(' ').skip(1);
        let mut next = || Some((ArcStr::from(words.next()?), words.next()?.parse::<i64>().ok()?));
        let (from, to) = (next()?, next()?);
        let epoch = mind.insight.master.config_epoch;
        let before = then.insight.master.config_epoch;
        let replicas = mind.insight.master.replicas.len() as u32;
        let (from, to) = (mind.at(&from.0, from.1), mind.at(&to.0, to.1));
        // `sentinel <id> <ip> <port> ...`: whoever the hello came from, who need not be the leader.
        let mut lines = if let Some(hello) = self.hello {
            let peer = mind.sentinel(hello.split(' ').nth(1)?);
            vec![Line::says(Fact::NewerConfig { peer, epoch, before }, "HELLO-13")]
        } else {
            let led = then.insight.master.failover.as_ref();
            let fact = Fact::LeaderSwitch { from, to, epoch: led.map_or(epoch, |led| led.epoch) };
            vec![Line::says(fact, "FSM-UPDATE-1")]
        };
        lines.push(Line::says(Fact::RecordsAnew { replicas }, "SWITCH-2"));
        Some(lines)
    }

    fn newer_config(&self) -> Option<Vec<Line>> {
        let (then, mind) = (self.then()?, self.now()?);
        let (epoch, before) = (mind.insight.master.config_epoch, then.insight.master.config_epoch);
        let fact = Fact::NewerConfig { peer: self.name(), epoch, before };
        Some(vec![Line::is(epoch > before, fact, "HELLO-12")])
    }

    fn role_changed(&self) -> Option<Vec<Line>> {
        let (_, old) = self.about_before()?;
        let (_, new) = self.about()?;
        let word = |is_master: bool| if is_master { "master" } else { "slave" };
        let kind = word(self.payload.starts_with("master "));
        let fact = Fact::Role {
            about: self.name(),
            kind,
            role: word(new.reports_master),
            before: word(old.reports_master),
        };
        Some(vec![Line::says(fact, "INFO-14")])
    }
}
