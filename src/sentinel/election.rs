//! Counting the votes (spec section 7.4).

use super::{Cx, Sentinel};
use crate::protocol::ArcStr;
use crate::sim::NodeTime;
use std::sync::Arc;

/// One count of the votes for a failover's leader, as the candidate sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// When it was counted.
    pub at: NodeTime,
    /// The epoch of the failover.
    pub epoch: u64,
    /// The epoch that peers' votes must be of: it may have moved past the failover's (spec ELEC-3).
    pub current_epoch: u64,
    /// All Sentinels known, this one included, dead or alive (spec ELEC-2).
    pub voters: u32,
    /// How many votes a leader needs because of them.
    pub majority: u32,
    /// How many it needs because the operator says so.
    pub quorum: u32,
    /// Votes by candidate, in the order in which they were met.
    pub votes: Vec<(ArcStr, u32)>,
    /// This Sentinel's own vote and its epoch.
    pub own: Option<(ArcStr, u64)>,
    /// Who has the most votes.
    pub winner: Winner,
}

/// What a count came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Winner {
    /// Nobody has a vote.
    Nobody,
    /// In front, without both the majority and the quorum (spec ELEC-7).
    TooFewVotes(ArcStr),
    /// Elected.
    Leader(ArcStr),
}

impl Tally {
    /// The votes of a candidate.
    pub fn votes_for(&self, candidate: &str) -> u32 {
        self.votes.iter().find(|(id, _)| id == candidate).map_or(0, |(_, votes)| *votes)
    }

    /// Whether that Sentinel is elected (spec ELEC-8).
    pub fn elects(&self, id: &str) -> bool {
        matches!(&self.winner, Winner::Leader(leader) if leader.eq_ignore_ascii_case(id))
    }

    /// Votes needed: both the majority and the quorum.
    pub fn needed(&self) -> u32 {
        self.majority.max(self.quorum)
    }

    fn add(&mut self, candidate: &ArcStr) -> u32 {
        if let Some((_, votes)) = self.votes.iter_mut().find(|(id, _)| id == candidate) {
            *votes += 1;
            return *votes;
        }
        self.votes.push((candidate.clone(), 1));
        1
    }
}

impl Sentinel {
    /// Counts the votes for the failover of `epoch`. Counting has a side effect: a candidate that has not
    /// voted yet votes for whoever is in front, and that is itself as long as nobody has answered
    /// (spec ELEC-1 to ELEC-8).
    pub(super) fn count_votes(&mut self, m: usize, epoch: u64, cx: &mut Cx<'_>) -> Arc<Tally> {
        let master = &self.masters[m];
        let current_epoch = self.process.current_epoch;
        let mut tally = Tally {
            at: cx.now,
            epoch,
            current_epoch,
            voters: master.voters(),
            majority: master.majority(),
            quorum: master.group.quorum,
            votes: Vec::new(),
            own: None,
            winner: Winner::Nobody,
        };
        for peer in master.sentinels.iter().filter(|peer| peer.leader_epoch == current_epoch) {
            if let Some(leader) = &peer.leader {
                tally.add(leader);
            }
        }
        // Of equals, whoever was met first: Redis leaves it to the order of a hash table, as we do
        // (spec ELEC-4).
        let mut front: Option<(ArcStr, u32)> = None;
        for (candidate, votes) in &tally.votes {
            if front.as_ref().is_none_or(|(_, most)| votes > most) {
                front = Some((candidate.clone(), *votes));
            }
        }
        let choice = front.as_ref().map_or_else(|| self.process.myid.clone(), |(id, _)| id.clone());
        let (own, own_epoch) = self.vote(m, epoch, &choice, cx);
        // The own vote counts only if it was given in this failover's epoch.
        if let Some(own) = own.filter(|_| own_epoch == epoch) {
            let votes = tally.add(&own);
            if front.as_ref().is_none_or(|(_, most)| votes > *most) {
                front = Some((own.clone(), votes));
            }
            tally.own = Some((own, own_epoch));
        }
        tally.winner = match front {
            None => Winner::Nobody,
            Some((id, votes)) if votes >= tally.needed() => Winner::Leader(id),
            Some((id, _)) => Winner::TooFewVotes(id),
        };
        let tally = Arc::new(tally);
        self.masters[m].tally = Some(Arc::clone(&tally));
        tally
    }
}
