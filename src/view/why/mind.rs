//! A sentinel's mind put into facts: each method tells one thing that several explanations need.

use super::after_millis;
use super::line::{Line, Part};
use crate::cluster::{ClusterView, Condition, Insight, InstanceView, NodeRole, PeerInsight, ReplicaInsight};
use crate::i18n::Fact;
use crate::protocol::ArcStr;
use crate::sentinel::{Candidate, Correction, Countdown, RunIdRank, Selection};
use crate::sim::{Millis, SimTime};
use crate::view::beliefs::sentinel_name;
use crate::view::format;
use crate::view::story::node_name;

/// A span with its unit; finer than a tenth of a second only where it is short.
pub(super) fn span(ms: Millis) -> String {
    format::span_ms(ms.0)
}

fn short(id: &str) -> String {
    id.get(..8).unwrap_or(id).to_owned()
}

/// A sentinel's mind, and the names around it.
#[derive(Clone, Copy, Debug)]
pub struct Mind<'a> {
    /// The world.
    pub view: &'a ClusterView,
    /// The mind.
    pub insight: &'a Insight,
    /// t = 0.
    pub origin: SimTime,
}

impl<'a> Mind<'a> {
    /// Whose mind it is.
    pub fn who(&self) -> String {
        node_name(self.view, self.insight.sentinel)
    }

    /// Whether its sentinel runs.
    pub(super) fn condition(&self) -> Condition {
        let node = self.view.nodes.iter().find(|node| node.id == self.insight.sentinel);
        node.map_or(Condition::Dead, |node| node.condition)
    }

    pub(super) fn name(&self, instance: &InstanceView) -> String {
        match instance.node {
            Some(id) => node_name(self.view, id),
            None => instance.addr.to_string(),
        }
    }

    pub(super) fn sentinel(&self, id: &str) -> String {
        sentinel_name(self.view, id).to_string()
    }

    pub(super) fn master(&self) -> &'a InstanceView {
        &self.insight.master.instance
    }

    pub(super) fn about(&self) -> String {
        self.name(self.master())
    }

    /// The record that an event's payload names: `<type> <name> <ip> <port> ...`.
    pub(super) fn named(&self, payload: &str) -> Option<&'a InstanceView> {
        let mut words = payload.split(' ');
        let (kind, name) = (words.next()?, words.next()?);
        let master = &self.insight.master;
        match kind {
            "master" => Some(&master.instance),
            "slave" => master.replicas.iter().find(|r| r.name == name),
            _ => master.sentinels.iter().find(|s| s.name == name),
        }
    }

    pub(super) fn replicas(&self) -> impl Iterator<Item = (&'a InstanceView, &'a ReplicaInsight)> + use<'a> {
        self.insight.master.replicas.iter().zip(&self.insight.replicas)
    }

    pub(super) fn peers(&self) -> impl Iterator<Item = (&'a InstanceView, &'a PeerInsight)> + use<'a> {
        self.insight.master.sentinels.iter().zip(&self.insight.peers)
    }

    /// The replica of that name in the sentinel's table, by the name on the stage.
    pub(super) fn replica_name(&self, name: &str) -> String {
        let known = self.insight.master.replicas.iter().find(|r| r.name == name);
        known.map_or_else(|| name.to_owned(), |r| self.name(r))
    }

    fn clock_in(&self, left: Millis) -> String {
        format::clock(after_millis(self.view, left.0), self.origin)
    }

    // Subjectively down

    /// How long an instance has been silent, against down-after-milliseconds.
    pub(super) fn silence(&self, instance: &InstanceView) -> Line {
        let limit = self.insight.master.down_after;
        let (about, silent) = (self.name(instance), instance.silent_for);
        let fact = Fact::Silent { about, silent: span(silent), limit: span(limit) };
        Line::is(silent > limit, fact, "SDOWN-2").filling(Countdown { elapsed: silent, limit })
    }

    /// What is known of an instance's last reply, and of the link to it.
    pub(super) fn contact(&self, instance: &InstanceView) -> Vec<Line> {
        let about = self.name(instance);
        let ago = span(instance.last_ok_ping);
        let mut lines = vec![Line::says(Fact::LastValid { about: about.clone(), ago }, "PONG-2")];
        if instance.disconnected {
            lines.push(Line::says(Fact::NotLinked { about }, "LINK-6"));
        }
        lines
    }

    /// A master that calls itself a replica.
    pub(super) fn demotion(&self) -> Option<Line> {
        let wait = self.insight.demotion?;
        let (since, limit) = (span(wait.elapsed), span(wait.limit));
        let fact = Fact::CallsItselfReplica { about: self.about(), since, limit };
        Some(Line::is(wait.elapsed > wait.limit, fact, "SDOWN-3").filling(wait))
    }

    // Objectively down

    /// The count against the quorum.
    pub(super) fn agreement(&self) -> Line {
        let (count, quorum) = (self.insight.agreeing, self.insight.master.quorum);
        let fact = Fact::Agree { count, quorum, about: self.about() };
        let part = Part { done: i64::from(count), of: i64::from(quorum) };
        Line::is(count >= quorum, fact, "ODOWN-1").filling(part)
    }

    /// Whether the sentinel itself holds the master for down.
    pub(super) fn own_opinion(&self) -> Line {
        let (who, about) = (self.who(), self.about());
        match self.insight.s_down_for {
            Some(down) => Line::is(true, Fact::HoldsDown { who, about, span: span(down) }, "SDOWN-5"),
            None => Line::is(false, Fact::NotHeldDown { who, about }, "ODOWN-1"),
        }
    }

    /// What the others have answered, and why those that have not said "down" did not.
    pub(super) fn opinions(&self) -> Vec<Line> {
        let holds = self.insight.opinion_holds;
        let mut lines = Vec::new();
        for (peer, more) in self.peers() {
            let name = self.name(peer);
            let ago = span(more.answered_for);
            if peer.master_down {
                let fact = Fact::PeerYes { peer: name, ago, holds: span(holds) };
                lines.push(Line::is(true, fact, "ODOWN-4"));
                continue;
            }
            if peer.s_down || peer.disconnected {
                lines.push(self.unreachable(peer, "ASK-3"));
                continue;
            }
            let asked_for = self.insight.s_down_for.unwrap_or(Millis(0));
            if more.answered_for > asked_for {
                // Nothing has come since it has reason to ask; before that it asked nobody.
                let fact = Fact::PeerAsked { peer: name.clone(), since: span(asked_for) };
                lines.push(Line::is(false, fact, "ASK-4"));
            } else if more.answered_for > holds {
                let fact = Fact::PeerMute { peer: name.clone(), ago, holds: span(holds) };
                lines.push(Line::is(false, fact, "ASK-2"));
            } else {
                lines.push(Line::is(false, Fact::PeerNo { peer: name.clone(), ago }, "ASK-11"));
            }
            lines.extend(self.silence_at(peer, &name));
        }
        let known = self.insight.voters;
        let quorum = self.insight.master.quorum;
        if quorum > known {
            lines.push(Line::is(false, Fact::QuorumTooHigh { quorum, known }, "ODOWN-6"));
        }
        lines
    }

    /// How long the peer itself has been without a reply from the same master: only the onlooker knows that.
    fn silence_at(&self, peer: &InstanceView, name: &str) -> Option<Line> {
        let node = self.view.nodes.iter().find(|n| Some(n.id) == peer.node)?;
        let NodeRole::Sentinel(sentinel) = &node.role else { return None };
        let theirs = sentinel.masters.iter().find(|m| m.instance.addr == self.master().addr)?;
        let (silent, limit) = (theirs.instance.silent_for, theirs.down_after);
        let fact = Fact::PeerSilence {
            peer: name.to_owned(),
            about: self.about(),
            silent: span(silent),
            limit: span(limit),
        };
        Some(Line::says(fact, "VOTE-2").filling(Countdown { elapsed: silent, limit }))
    }

    fn unreachable(&self, peer: &InstanceView, rule: &'static str) -> Line {
        let silent = span(Millis(peer.silent_for.0.max(peer.last_ok_ping.0)));
        Line::is(false, Fact::PeerUnreachable { peer: self.name(peer), silent }, rule)
    }

    // The start of a failover

    /// Whether the wait since the last attempt is over, and what it is counted from.
    pub(super) fn gate(&self) -> Vec<Line> {
        let Some(wait) = self.insight.gate else {
            let wait = span(Millis(self.insight.master.failover_timeout.0 * 2));
            return vec![Line::is(true, Fact::GateNever { wait }, "FSM-START-1")];
        };
        let (since, limit) = (span(wait.elapsed), span(wait.limit));
        if wait.elapsed >= wait.limit {
            return vec![Line::is(true, Fact::GateOpen { since, wait: limit }, "FSM-START-1").filling(wait)];
        }
        let (until, left) = (self.clock_in(wait.left()), span(wait.left()));
        let fact = if wait.elapsed.0 < 0 {
            Fact::GateAhead { lead: span(Millis(-wait.elapsed.0)), wait: limit, until, left }
        } else {
            Fact::GateShut { since, wait: limit, until, left }
        };
        let mut lines = vec![Line::is(false, fact, "FSM-START-1").filling(wait)];
        let other = self.insight.master.vote.as_ref().filter(|(leader, _)| *leader != self.insight.myid);
        lines.push(match other {
            Some((leader, epoch)) => {
                let leader = self.sentinel(leader);
                Line::says(Fact::GateVote { leader, epoch: *epoch }, "VOTE-7")
            }
            None => Line::says(Fact::GateAttempt, "FSM-GEN-3"),
        });
        lines
    }

    /// For how long the master is objectively down, if it is.
    pub(super) fn objectively(&self) -> Line {
        let about = self.about();
        match self.insight.o_down_for {
            Some(down) => Line::is(true, Fact::Odown { about, span: span(down) }, "FSM-START-1"),
            None => Line::is(false, Fact::NotOdown { about }, "FSM-START-1"),
        }
    }

    // Votes

    /// Votes needed, and why so many.
    pub(super) fn needed(&self) -> Line {
        let (quorum, voters) = (self.insight.master.quorum, self.insight.voters);
        let majority = voters / 2 + 1;
        let needed = majority.max(quorum);
        Line::says(Fact::Needed { quorum, majority, voters, needed }, "ELEC-7")
    }

    /// Votes counted, by the last count.
    pub(super) fn got(&self) -> Option<Line> {
        let tally = self.insight.tally.as_ref()?;
        let (votes, needed) = (tally.votes_for(&self.insight.myid), tally.needed());
        let part = Part { done: i64::from(votes), of: i64::from(needed) };
        let fact = Fact::Got { who: self.who(), votes, needed };
        Some(Line::is(votes >= needed, fact, "ELEC-7").filling(part))
    }

    /// Every vote that it knows of, and why it counts or does not.
    pub(super) fn votes(&self, epoch: u64) -> Vec<Line> {
        let current = self.insight.current_epoch;
        let mut lines = Vec::new();
        if let Some((leader, voted_in)) = &self.insight.master.vote {
            let mine = *leader == self.insight.myid && *voted_in == epoch;
            let (who, leader) = (self.who(), self.sentinel(leader));
            let fact = Fact::OwnVote { who, leader, epoch: *voted_in, wanted: epoch };
            lines.push(Line::is(mine, fact, "ELEC-6"));
        }
        let mut dead = false;
        for (peer, more) in self.peers() {
            let name = self.name(peer);
            lines.push(match &peer.vote {
                Some((leader, at)) if *at != current => {
                    let leader = self.sentinel(leader);
                    Line::is(false, Fact::VoteOld { peer: name, leader, epoch: *at, current }, "ELEC-3")
                }
                Some((leader, at)) if *leader == self.insight.myid => {
                    Line::is(true, Fact::VoteMine { peer: name, epoch: *at }, "ELEC-3")
                }
                Some((leader, at)) => {
                    let leader = self.sentinel(leader);
                    Line::is(false, Fact::VoteOther { peer: name, leader, epoch: *at }, "VOTE-6")
                }
                None if peer.s_down || peer.disconnected => {
                    dead = true;
                    self.unreachable(peer, "ELEC-2")
                }
                None => {
                    let ago = span(more.answered_for);
                    Line::is(false, Fact::VoteNone { peer: name, ago }, "ELEC-12")
                }
            });
        }
        if dead {
            lines.push(Line::says(Fact::DeadCount { voters: self.insight.voters }, "MOD-40"));
        }
        if current != epoch {
            lines.push(Line::says(Fact::EpochMoved { failover: epoch, current }, "ELEC-10"));
        }
        lines
    }

    /// How long it has waited for votes.
    pub(super) fn window(&self) -> Option<Line> {
        let elapsed = self.insight.gate?.elapsed;
        let wait = Countdown { elapsed, limit: self.insight.window };
        let fact = Fact::Window { elapsed: span(Millis(elapsed.0.max(0))), limit: span(wait.limit) };
        Some(Line::is(elapsed <= wait.limit, fact, "FSM-WAITSTART-3").filling(wait))
    }

    /// When it may try again.
    pub(super) fn retry(&self) -> Option<Line> {
        let gate = self.insight.gate?;
        let fact = Fact::RetryAt { until: self.clock_in(gate.left()), wait: span(gate.limit) };
        Some(Line::says(fact, "ELEC-9"))
    }

    // Selection

    /// The replicas of a weighing: those that fail with the filter that they fail, the others with their rank.
    pub(super) fn weighed(&self, selection: &Selection) -> Vec<Line> {
        let fit = selection.candidates.iter().filter(|c| c.unfit.is_none()).count() as u32;
        let replicas = selection.candidates.len() as u32;
        if replicas == 0 {
            return vec![Line::is(false, Fact::NoReplicas, "FSM-SELECT-1")];
        }
        let mut lines = vec![Line::is(fit > 0, Fact::Known { replicas, fit }, "FSM-SELECT-1")];
        lines.extend(selection.candidates.iter().map(|candidate| self.candidate(candidate)));
        lines
    }

    fn candidate(&self, candidate: &Candidate) -> Line {
        let replica = self.replica_name(&candidate.name);
        if let Some(check) = candidate.checks.iter().find(|check| check.fails.is_some()) {
            let (figure, limit) = (check.figure.map(span), check.limit.map(span));
            let fact = Fact::Unfit { replica, filter: check.filter, figure, limit };
            return Line::is(false, fact, check.filter.rule());
        }
        let rank = &candidate.rank;
        let (offset, run_id) = (format::grouped(rank.offset.0), run_id(&rank.runid));
        Line::is(true, Fact::Fit { replica, priority: rank.priority, offset, run_id }, "SEL-10")
    }

    /// Why the chosen one came out first: the key that decided against the next.
    pub(super) fn decided(&self, selection: &Selection) -> Option<Line> {
        let chosen = selection.candidates.iter().find(|c| Some(c.replica) == selection.chosen)?;
        let others = selection.candidates.iter().filter(|c| c.unfit.is_none() && c.replica != chosen.replica);
        let replica = self.replica_name(&chosen.name);
        let Some(next) = others.min_by(|a, b| a.rank.cmp(&b.rank)) else {
            return Some(Line::says(Fact::OnlyOne { replica }, "FSM-SELECT-2"));
        };
        let (mine, theirs, next) = (&chosen.rank, &next.rank, self.replica_name(&next.name));
        Some(if mine.priority != theirs.priority {
            let (priority, other) = (mine.priority, theirs.priority);
            Line::says(Fact::ByPriority { replica, priority, next, other }, "SEL-10")
        } else if mine.offset != theirs.offset {
            let (offset, other) = (format::grouped(mine.offset.0), format::grouped(theirs.offset.0));
            Line::says(Fact::ByOffset { replica, offset, next, other }, "SEL-11")
        } else {
            let (run_id, other) = (run_id(&mine.runid), run_id(&theirs.runid));
            Line::says(Fact::ByRunId { replica, run_id, next, other }, "SEL-12")
        })
    }

    // The states of a failover

    /// How long it has been in its state, where that is limited.
    pub(super) fn in_state(&self, rule: &'static str) -> Option<Line> {
        let failover = self.insight.master.failover.as_ref()?;
        let wait = Countdown { elapsed: failover.in_state, limit: failover.limit? };
        let fact =
            Fact::InState { state: failover.state, elapsed: span(wait.elapsed), limit: span(wait.limit) };
        Some(Line::is(wait.elapsed <= wait.limit, fact, rule).filling(wait))
    }

    /// The replica chosen for promotion.
    pub(super) fn promoted(&self) -> Option<&'a InstanceView> {
        let name = self.insight.master.failover.as_ref()?.promoted.as_ref()?;
        self.insight.master.replicas.iter().find(|r| r.name == *name)
    }

    /// What a replica's last INFO said of its role.
    pub(super) fn reported_role(&self, replica: &InstanceView) -> Line {
        let name = self.name(replica);
        match replica.info_age {
            Some(age) => {
                let is_master = replica.reports_master;
                let fact = Fact::InfoRole { replica: name, is_master, ago: span(age) };
                Line::is(is_master, fact, "FSM-WAITPROMO-2")
            }
            None => Line::is(false, Fact::InfoNever { replica: name }, "FSM-WAITPROMO-2"),
        }
    }

    /// How many places of parallel-syncs are taken.
    pub(super) fn slots(&self) -> Line {
        let used = self.replicas().filter(|(_, r)| r.reconf.sent.is_some() || r.reconf.in_progress).count();
        let fact = Fact::Slots { used: used as u32, slots: self.insight.master.parallel_syncs };
        Line::says(fact, "RECONF-2")
    }

    /// How far a replica is on its way to the new master.
    pub(super) fn on_its_way(&self, view: &InstanceView, more: &ReplicaInsight) -> Line {
        let replica = self.name(view);
        if more.reconf.done {
            Line::is(true, Fact::InStep { replica }, "RECONF-9")
        } else if view.s_down {
            Line::is(true, Fact::LeftOut { replica, silent: span(view.silent_for) }, "RECONF-10")
        } else if more.reconf.in_progress {
            Line::is(false, Fact::Turning { replica }, "RECONF-9")
        } else if let Some(elapsed) = more.sent_for {
            let wait = Countdown { elapsed, limit: self.insight.tunables.slave_reconf_timeout };
            let fact = Fact::SentFor { replica, elapsed: span(elapsed), limit: span(wait.limit) };
            Line::is(false, fact, "RECONF-6").filling(wait)
        } else {
            Line::is(false, Fact::Waits { replica }, "RECONF-2")
        }
    }

    /// All replicas but the promoted one, and how far they are.
    pub(super) fn reconfiguration(&self) -> Vec<Line> {
        let promoted = self.promoted().map(|p| &p.name);
        let mut lines = vec![self.slots()];
        let others = self.replicas().filter(|(view, _)| Some(&view.name) != promoted);
        lines.extend(others.map(|(view, more)| self.on_its_way(view, more)));
        if let Some(down) = self.promoted().filter(|p| p.s_down) {
            lines.push(Line::is(false, Fact::PromotedDown { replica: self.name(down) }, "RECONF-10"));
        }
        lines
    }

    // Corrections

    /// The conditions for telling a server whom to follow.
    pub(super) fn correction(&self, view: &InstanceView, of: Correction, is_master: bool) -> Vec<Line> {
        let replica = self.name(view);
        let (since, limit) = (span(of.wrong.elapsed), span(of.wrong.limit));
        let is_over = of.wrong.elapsed > of.wrong.limit;
        let wrong = if is_master {
            let fact = Fact::CallsItselfMaster { replica: replica.clone(), since, limit };
            Line::is(is_over, fact, "INFO-16")
        } else {
            let master = view.reported_master.as_ref().map(|(host, port)| self.at(host, *port));
            let master = master.unwrap_or_default();
            Line::is(
                is_over,
                Fact::FollowsOther { replica: replica.clone(), master, since, limit },
                "INFO-17",
            )
        };
        let ago = self.insight.rhythm.info.map_or_else(|| "–".to_owned(), |info| span(info.elapsed));
        let fresh = span(Millis(self.insight.tunables.info_period.0 * 2));
        let sane = Fact::MasterSane { sane: of.master_is_sane, ago, limit: fresh };
        let well = of.was_not_down;
        let lately = Fact::NotDownLately { replica, limit: span(of.wrong.limit), well };
        vec![
            wrong.filling(of.wrong),
            Line::is(of.master_is_sane, sane, "INFO-20"),
            Line::is(well, lately, "INFO-19"),
        ]
    }

    /// Who listens at an address as INFO names it.
    pub(super) fn at(&self, host: &ArcStr, port: i64) -> String {
        let known =
            self.view.nodes.iter().find(|n| {
                n.addr.port != 0 && n.addr.ip.to_string() == **host && i64::from(n.addr.port) == port
            });
        known.map_or_else(|| format!("{host}:{port}"), |n| n.name.to_string())
    }

    /// Another sentinel that leads a failover of the same master, in truth.
    pub(super) fn other_leader(&self) -> Option<(String, u64)> {
        self.view.nodes.iter().filter(|n| n.id != self.insight.sentinel).find_map(|node| {
            let NodeRole::Sentinel(sentinel) = &node.role else { return None };
            let master = sentinel.masters.iter().find(|m| m.name == self.insight.master.name)?;
            let failover = master.failover.as_ref().filter(|f| f.state != "wait_start")?;
            let same = master.instance.addr == self.master().addr;
            (same && node.condition == Condition::Running).then(|| (node.name.to_string(), failover.epoch))
        })
    }
}

fn run_id(rank: &RunIdRank) -> String {
    match rank {
        RunIdRank::Known(id) => short(id),
        RunIdRank::Unknown => "–".to_owned(),
    }
}
