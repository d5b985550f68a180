//! Which replica is promoted, and why not the others (spec section 9).

use super::instance::{InstanceId, Master, Replica};
use super::process::Process;
use super::{Cx, Sentinel};
use crate::protocol::ArcStr;
use crate::sim::{Millis, NodeTime};
use std::cmp::Reverse;
use std::sync::Arc;

/// How many ping periods old a replica's last valid reply may be (spec SEL-3); also the age of its INFO while
/// the master is down (spec SEL-6).
const FRESH_PING_PERIODS: i64 = 5;
/// How many INFO periods old its INFO may be while the master is well (spec SEL-6).
const FRESH_INFO_PERIODS: i64 = 3;
/// How many times `down-after-milliseconds` its link to the master may have been down longer than the master
/// is (spec SEL-5).
const LINK_DOWN_FACTOR: i64 = 10;

/// One weighing of a master's replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// When it was done.
    pub at: NodeTime,
    /// Every replica with what became of it.
    pub candidates: Vec<Candidate>,
    /// The replica to promote.
    pub chosen: Option<InstanceId>,
}

/// One replica in a weighing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The replica's record.
    pub replica: InstanceId,
    /// Its name, `ip:port`.
    pub name: ArcStr,
    /// Where it stands in the order, even if it is unfit.
    pub rank: Rank,
    /// The first filter that it fails, with the figures that decided.
    pub unfit: Option<Unfit>,
    /// Every filter with its figures, in the order in which they are tried.
    pub checks: [Check; 6],
}

/// A filter of the selection (spec SEL-1 to SEL-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// SEL-1: not subjectively down.
    Up,
    /// SEL-2: linked.
    Connected,
    /// SEL-3: answered PING lately.
    FreshPing,
    /// SEL-4: may be promoted at all.
    Priority,
    /// SEL-6: answered INFO lately.
    FreshInfo,
    /// SEL-5: was not cut off from the master for too long.
    LinkDown,
}

impl Filter {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Self; 6] =
        [Self::Up, Self::Connected, Self::FreshPing, Self::Priority, Self::FreshInfo, Self::LinkDown];

    /// The rule of the spec.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Up => "SEL-1",
            Self::Connected => "SEL-2",
            Self::FreshPing => "SEL-3",
            Self::Priority => "SEL-4",
            Self::FreshInfo => "SEL-6",
            Self::LinkDown => "SEL-5",
        }
    }
}

/// One filter applied to one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which filter.
    pub filter: Filter,
    /// The replica's figure, where the filter compares one; `None` for an INFO that never came.
    pub figure: Option<Millis>,
    /// What the figure may be at most.
    pub limit: Option<Millis>,
    /// Why the replica does not pass, if it does not.
    pub fails: Option<Unfit>,
}

/// Why a replica may not be promoted, in the order in which the filters are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// SEL-1
    SubjectivelyDown,
    /// SEL-2
    Disconnected,
    /// SEL-3: its last valid reply to PING is too old.
    PingTooOld {
        /// How old it is.
        age: Millis,
        /// How old it may be.
        limit: Millis,
    },
    /// SEL-4: an operator said "never".
    PriorityZero,
    /// SEL-6: its last INFO is too old, or there was none.
    InfoTooOld {
        /// How old it is; `None` for never.
        age: Option<Millis>,
        /// How old it may be.
        limit: Millis,
    },
    /// SEL-5: it was cut off from the master too long before the master went down.
    LinkDownTooLong {
        /// How long its link is down.
        down: Millis,
        /// How long it may be.
        limit: Millis,
    },
}

/// The order of those that are fit: the smallest is promoted (spec SEL-10 to SEL-12).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// The lowest priority number first.
    pub priority: i64,
    /// Then the largest offset.
    pub offset: Reverse<u64>,
    /// Then the smallest run id, in lower case; one without any comes last.
    pub runid: RunIdRank,
}

/// A run id in the order of replicas.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunIdRank {
    /// Known.
    Known(String),
    /// Never reported.
    Unknown,
}

impl Process {
    /// Every filter applied to a replica.
    fn checks(&self, master: &Master, replica: &Replica, now: NodeTime) -> [Check; 6] {
        let link = &self.links[replica.instance.link];
        let fresh_ping = self.tunables.ping_period.times(FRESH_PING_PERIODS);
        let fresh_info = if master.instance.s_down {
            fresh_ping
        } else {
            self.tunables.info_period.times(FRESH_INFO_PERIODS)
        };
        let master_down = if master.instance.s_down { now - master.instance.s_down_since } else { Millis(0) };
        let link_down_max = master_down + master.instance.down_after.times(LINK_DOWN_FACTOR);
        let ping_age = now - link.last_avail_time;
        let info_refresh = replica.reported.info_refresh;
        let info_age = (info_refresh != NodeTime::ZERO).then_some(now - info_refresh);
        let link_down = replica.master_link_down_time;
        Filter::ALL.map(|filter| {
            let (figure, limit, fails) = match filter {
                Filter::Up => (None, None, replica.instance.s_down.then_some(Unfit::SubjectivelyDown)),
                Filter::Connected => (None, None, link.disconnected.then_some(Unfit::Disconnected)),
                Filter::FreshPing => {
                    let old = Unfit::PingTooOld { age: ping_age, limit: fresh_ping };
                    (Some(ping_age), Some(fresh_ping), (ping_age > fresh_ping).then_some(old))
                }
                Filter::Priority => (None, None, (replica.priority == 0).then_some(Unfit::PriorityZero)),
                Filter::FreshInfo => {
                    let old = Unfit::InfoTooOld { age: info_age, limit: fresh_info };
                    let is_old = info_age.is_none_or(|age| age > fresh_info);
                    (info_age, Some(fresh_info), is_old.then_some(old))
                }
                Filter::LinkDown => {
                    let long = Unfit::LinkDownTooLong { down: link_down, limit: link_down_max };
                    (Some(link_down), Some(link_down_max), (link_down > link_down_max).then_some(long))
                }
            };
            Check { filter, figure, limit, fails }
        })
    }
}

fn rank(replica: &Replica) -> Rank {
    let runid = replica.instance.runid.as_ref();
    Rank {
        priority: replica.priority,
        offset: Reverse(replica.repl_offset),
        runid: runid.map_or(RunIdRank::Unknown, |id| RunIdRank::Known(id.to_ascii_lowercase())),
    }
}

impl Sentinel {
    /// Weighs a master's replicas by what this Sentinel knows of them; nobody else is asked.
    pub fn weigh_replicas(&self, master: &Master, now: NodeTime) -> Selection {
        let candidates: Vec<Candidate> = master
            .replicas
            .iter()
            .map(|replica| {
                let checks = self.process.checks(master, replica, now);
                Candidate {
                    replica: replica.instance.id,
                    name: replica.name.clone(),
                    rank: rank(replica),
                    unfit: checks.iter().find_map(|check| check.fails),
                    checks,
                }
            })
            .collect();
        let fit = candidates.iter().filter(|candidate| candidate.unfit.is_none());
        let chosen = fit.min_by(|a, b| a.rank.cmp(&b.rank)).map(|candidate| candidate.replica);
        Selection { at: now, candidates, chosen }
    }

    /// Weighs them and keeps the reasons for whoever looks on.
    pub(super) fn select_replica(&mut self, m: usize, cx: &mut Cx<'_>) -> Option<InstanceId> {
        let selection = Arc::new(self.weigh_replicas(&self.masters[m], cx.now));
        let chosen = selection.chosen;
        self.masters[m].selection = Some(selection);
        chosen
    }
}
