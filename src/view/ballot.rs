//! The ballot of the latest epoch: who asked for votes, who voted for whom, and what it takes.

use crate::cluster::{
    ClusterView, Condition, FailoverView, InstanceView, MasterView, NodeId, NodeRole, PacketKind,
    SentinelView,
};
use crate::protocol::ArcStr;
use crate::sentinel::{EventKind, SentinelEvent};
use crate::view::beliefs::sentinel_name;
use crate::view::story::node_name;

/// The ballot of one epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Ballot {
    /// The highest epoch that any sentinel has reached.
    pub epoch: u64,
    /// One line a sentinel.
    pub voters: Vec<Voter>,
    /// Failovers that are under way.
    pub candidates: Vec<Candidate>,
}

/// A sentinel and its one vote.
#[derive(Clone, Debug, PartialEq)]
pub struct Voter {
    /// The sentinel.
    pub id: NodeId,
    /// Its name.
    pub name: ArcStr,
    /// Whether it can vote at all.
    pub runs: bool,
    /// Whom it voted for last, and in which epoch.
    pub vote: Option<(ArcStr, u64)>,
}

/// A sentinel that runs a failover.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The sentinel.
    pub id: NodeId,
    /// Its name.
    pub name: ArcStr,
    /// Its failover's epoch.
    pub epoch: u64,
    /// The state as Redis prints it.
    pub state: &'static str,
    /// Votes counted, votes needed, voters known.
    pub votes: (u32, u32, u32),
    /// What became of each known voter's vote; its own first.
    pub slots: Vec<(ArcStr, Slot)>,
    /// Its quorum.
    pub quorum: u32,
    /// How long it has been in this state, in tenths of a second.
    pub in_state_ds: i64,
    /// How long it may be, in milliseconds.
    pub limit_ms: Option<i64>,
    /// The replica that it chose, by the name in its table.
    pub promoted: Option<ArcStr>,
}

/// What became of one voter's vote, as its candidate stands to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// It is counted.
    Counted,
    /// It is given, and the candidate has not heard of it yet.
    Granted,
    /// The question is on its way.
    Asked,
    /// It went to another in the same epoch.
    Other(ArcStr, u64),
    /// It is of another epoch.
    OldEpoch(ArcStr, u64),
    /// The voter cannot be reached.
    Unreachable,
    /// The voter has not answered.
    Silent,
}

impl Slot {
    /// Its name in attributes.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Granted => "granted",
            Self::Asked => "asked",
            Self::Other(..) => "other",
            Self::OldEpoch(..) => "old-epoch",
            Self::Unreachable => "unreachable",
            Self::Silent => "silent",
        }
    }
}

/// What became of the votes that a candidate asks for; its own first.
pub fn slots(view: &ClusterView, node: NodeId, sentinel: &SentinelView, master: &MasterView) -> Vec<Slot> {
    let Some(failover) = &master.failover else { return Vec::new() };
    let own = match &master.vote {
        Some((leader, epoch)) if *leader == sentinel.myid && *epoch == failover.epoch => Slot::Counted,
        Some((leader, epoch)) if *epoch == failover.epoch => Slot::Other(sentinel_name(view, leader), *epoch),
        Some((leader, epoch)) => Slot::OldEpoch(sentinel_name(view, leader), *epoch),
        None => Slot::Silent,
    };
    let peers = master.sentinels.iter().map(|peer| {
        let flies = |kind: PacketKind, out: bool| {
            let (from, to) = if out { (Some(node), peer.node) } else { (peer.node, Some(node)) };
            view.packets.iter().any(|p| p.kind == kind && Some(p.from) == from && Some(p.to) == to)
        };
        let current = sentinel.current_epoch;
        // Only the onlooker knows of a vote that is given and not told yet.
        let truly = view.nodes.iter().filter(|n| Some(n.id) == peer.node).find_map(|n| match &n.role {
            NodeRole::Sentinel(voter) => view.watched_by(voter).and_then(|m| m.vote.as_ref()),
            _ => None,
        });
        let is_mine = |vote: &(ArcStr, u64)| vote.0 == sentinel.myid && vote.1 == current;
        match &peer.vote {
            Some(vote) if is_mine(vote) => Slot::Counted,
            _ if truly.is_some_and(is_mine) || flies(PacketKind::VoteReply(true), false) => Slot::Granted,
            Some((leader, epoch)) if *epoch == current => Slot::Other(sentinel_name(view, leader), *epoch),
            Some((leader, epoch)) => Slot::OldEpoch(sentinel_name(view, leader), *epoch),
            None if flies(PacketKind::VoteRequest, true) => Slot::Asked,
            None if peer.s_down || peer.disconnected => Slot::Unreachable,
            None => Slot::Silent,
        }
    });
    [own].into_iter().chain(peers).collect()
}

/// Votes counted, needed, and voters known. While the candidate waits for votes, those that it has heard of:
/// it adds them up only when its timer fires (spec ELEC-3), and until then its last count would contradict
/// what stands beside it.
pub fn votes(failover: &FailoverView, slots: &[Slot]) -> (u32, u32, u32) {
    let (counted, needed, known) = failover.votes;
    let waits = failover.state == "wait_start";
    let heard = || slots.iter().filter(|slot| **slot == Slot::Counted).count() as u32;
    (if waits { heard() } else { counted }, needed, known)
}

/// The ballot about the master that is watched; `None` while nobody has voted.
pub fn ballot(view: &ClusterView) -> Option<Ballot> {
    let mut ballot = Ballot { epoch: 0, voters: Vec::new(), candidates: Vec::new() };
    for node in &view.nodes {
        let NodeRole::Sentinel(sentinel) = &node.role else { continue };
        let master = view.watched_by(sentinel);
        ballot.epoch = ballot.epoch.max(sentinel.current_epoch);
        ballot.voters.push(Voter {
            id: node.id,
            name: node.name.clone(),
            runs: node.condition == Condition::Running,
            vote: master.and_then(|m| m.vote.as_ref()).map(|(who, epoch)| (sentinel_name(view, who), *epoch)),
        });
        let failover = master.and_then(|m| Some((m, m.failover.as_ref()?)));
        if let Some((master, failover)) = failover.filter(|_| node.condition != Condition::Dead) {
            let named = |name: &ArcStr| {
                let id = master.replicas.iter().find(|r| r.name == *name)?.node?;
                view.nodes.iter().find(|n| n.id == id).map(|n| n.name.clone())
            };
            let peer = |p: &InstanceView| sentinel_name(view, &p.name);
            let voters = [node.name.clone()].into_iter().chain(master.sentinels.iter().map(peer));
            let slots = slots(view, node.id, sentinel, master);
            ballot.candidates.push(Candidate {
                votes: votes(failover, &slots),
                slots: voters.zip(slots).collect(),
                id: node.id,
                name: node.name.clone(),
                epoch: failover.epoch,
                state: failover.state,
                quorum: master.quorum,
                in_state_ds: failover.in_state.0 / 100,
                limit_ms: failover.limit.map(|l| l.0),
                promoted: failover.promoted.as_ref().map(|name| named(name).unwrap_or_else(|| name.clone())),
            });
        }
    }
    let voted = ballot.voters.iter().any(|v| v.vote.is_some());
    (voted || !ballot.candidates.is_empty()).then_some(ballot)
}

/// What the logs tell of the votes of one epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The epoch.
    pub epoch: u64,
    /// Who voted for whom, in the order of the votes.
    pub votes: Vec<(ArcStr, ArcStr)>,
    /// Who was elected.
    pub elected: Option<ArcStr>,
    /// Who gave up.
    pub given_up: Vec<ArcStr>,
}

/// To whom a sentinel says that it gives its vote, and in which epoch; nothing where it says something else.
pub(crate) fn given(event: &SentinelEvent) -> Option<(&str, u64)> {
    match event {
        SentinelEvent::Event { kind: EventKind::VoteForLeader, payload, .. } => {
            let (leader, epoch) = payload.split_once(' ')?;
            Some((leader, epoch.parse().ok()?))
        }
        _ => None,
    }
}

/// The votes of the last epoch in which anybody voted, from what sentinels have said, oldest first.
pub fn told<'a>(view: &ClusterView, said: impl Iterator<Item = (NodeId, &'a SentinelEvent)>) -> Option<Told> {
    let mut told = Told::default();
    for (by, event) in said {
        let SentinelEvent::Event { kind, .. } = event else { continue };
        let by: ArcStr = node_name(view, by).into();
        match kind {
            EventKind::VoteForLeader => {
                let Some((leader, epoch)) = given(event) else { continue };
                if epoch > told.epoch {
                    told = Told { epoch, ..Told::default() };
                }
                if epoch == told.epoch {
                    told.votes.push((by, sentinel_name(view, leader)));
                }
            }
            EventKind::ElectedLeader => told.elected = Some(by),
            EventKind::AbortNotElected => told.given_up.push(by),
            _ => {}
        }
    }
    (told.epoch > 0).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::FailoverView;
    use crate::sim::Millis;
    use crate::view::fixture;

    #[test]
    fn there_is_no_ballot_before_the_first_vote() {
        assert_eq!(ballot(&fixture::view()), None);
    }

    #[test]
    fn votes_and_candidates_are_told_by_name() {
        let mut view = fixture::view();
        fixture::belief(&mut view, "S2").vote = Some((fixture::myid(3), 1));
        let replica = fixture::belief(&mut view, "S1").replicas[0].name.clone();
        fixture::belief(&mut view, "S1").failover = Some(FailoverView {
            state: "wait_promotion",
            epoch: 1,
            in_state: Millis(250),
            limit: Some(Millis(180_000)),
            promoted: Some(replica),
            votes: (2, 2, 3),
        });
        let ballot = ballot(&view).unwrap();
        assert_eq!(ballot.voters[1].vote, Some(("S1".into(), 1)));
        assert_eq!(ballot.candidates.len(), 1);
        assert_eq!(ballot.candidates[0].promoted.as_deref(), Some("R1"));
        assert_eq!(ballot.candidates[0].in_state_ds, 2);
    }

    /// ELEC-3, VOTE-6
    #[test]
    fn each_voter_is_counted_on_its_way_or_refused_for_a_reason() {
        let mut view = fixture::view();
        let me = fixture::myid(3);
        for name in ["S1", "S2", "S3"] {
            match &mut fixture::node(&mut view, name).role {
                NodeRole::Sentinel(sentinel) => sentinel.current_epoch = 2,
                _ => panic!("not a sentinel"),
            }
        }
        let belief = fixture::belief(&mut view, "S1");
        belief.vote = Some((me.clone(), 2));
        belief.failover = Some(FailoverView {
            state: "wait_start",
            epoch: 2,
            in_state: Millis(250),
            limit: Some(Millis(10_000)),
            promoted: None,
            votes: (1, 2, 3),
        });
        let slots = |view: &ClusterView| {
            let slots = ballot(view).unwrap().candidates.remove(0).slots;
            slots.into_iter().map(|(_, slot)| slot).collect::<Vec<_>>()
        };
        assert_eq!(slots(&view), [Slot::Counted, Slot::Silent, Slot::Silent]);
        fixture::belief(&mut view, "S2").vote = Some((me.clone(), 2));
        fixture::belief(&mut view, "S1").sentinels[1].s_down = true;
        assert_eq!(slots(&view), [Slot::Counted, Slot::Granted, Slot::Unreachable]);
        let peers = &mut fixture::belief(&mut view, "S1").sentinels;
        peers[0].vote = Some((me.clone(), 2));
        peers[1].vote = Some((fixture::myid(4), 2));
        assert_eq!(slots(&view), [Slot::Counted, Slot::Counted, Slot::Other("S2".into(), 2)]);
        // Two are heard of, although the last count came to one.
        assert_eq!(ballot(&view).unwrap().candidates[0].votes, (2, 2, 3));
        fixture::belief(&mut view, "S1").sentinels[1].vote = Some((me, 1));
        assert_eq!(slots(&view)[2], Slot::OldEpoch("S1".into(), 1));
    }

    #[test]
    fn the_logs_tell_the_votes_when_the_sentinels_have_forgotten_them() {
        let event = |by, kind, payload: String| {
            (NodeId(by), SentinelEvent::Event { kind, master: None, payload: payload.into() })
        };
        let said = [
            event(3, EventKind::VoteForLeader, format!("{} 1", fixture::myid(3))),
            event(3, EventKind::AbortNotElected, String::new()),
            event(4, EventKind::VoteForLeader, format!("{} 2", fixture::myid(4))),
            event(5, EventKind::VoteForLeader, format!("{} 2", fixture::myid(4))),
            event(4, EventKind::ElectedLeader, String::new()),
        ];
        let told = told(&fixture::view(), said.iter().map(|(by, event)| (*by, event))).unwrap();
        assert_eq!(told.epoch, 2);
        assert_eq!(told.votes, [("S2".into(), "S2".into()), ("S3".into(), "S2".into())]);
        assert_eq!(told.elected.as_deref(), Some("S2"));
        assert!(told.given_up.is_empty(), "that was the epoch before");
    }
}
