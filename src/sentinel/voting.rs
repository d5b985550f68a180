//! Giving one's vote, and answering who asks about a master (spec section 7.3).

use super::tunables::DESYNC_MAX_MS;
use super::{Cx, EventKind, Sentinel};
use crate::protocol::{ArcStr, Reply, literal};
use crate::sim::Millis;

/// What a Sentinel answers to `SENTINEL is-master-down-by-addr`.
struct Answer {
    down: bool,
    vote: Option<(ArcStr, u64)>,
}

impl Sentinel {
    /// The vote rule: a request of an epoch in which this Sentinel has not voted gets its vote; in all cases
    /// the answer is the vote that stands (spec VOTE-4 to VOTE-8).
    pub(super) fn vote(
        &mut self,
        m: usize,
        epoch: u64,
        candidate: &ArcStr,
        cx: &mut Cx<'_>,
    ) -> (Option<ArcStr>, u64) {
        if epoch > self.process.current_epoch {
            self.process.current_epoch = epoch;
            self.flush(cx);
            self.process.event(EventKind::NewEpoch, Some(&self.masters[m].group), &epoch.to_string(), cx);
        }
        if self.masters[m].leader_epoch < epoch && self.process.current_epoch <= epoch {
            let current_epoch = self.process.current_epoch;
            let master = &mut self.masters[m];
            master.leader = Some(candidate.clone());
            master.leader_epoch = current_epoch;
            // The vote is on disk before anybody learns of it.
            self.flush(cx);
            let payload = format!("{candidate} {current_epoch}");
            self.process.event(EventKind::VoteForLeader, Some(&self.masters[m].group), &payload, cx);
            // Who voted for another waits before it tries itself.
            if !candidate.eq_ignore_ascii_case(&self.process.myid) {
                let desync = Millis(i64::from(self.process.rng.below(DESYNC_MAX_MS)));
                self.masters[m].failover_start_time = cx.now + desync;
            }
        }
        let master = &self.masters[m];
        (master.leader.clone(), master.leader_epoch)
    }

    /// Answers a peer's question. The master is found by its address, never by its name (spec VOTE-1 to
    /// VOTE-3).
    pub(super) fn answer_is_master_down(
        &mut self,
        ip: &str,
        port: i64,
        epoch: u64,
        candidate: &ArcStr,
        cx: &mut Cx<'_>,
    ) -> Reply {
        let found = self.master_at(ip, port, cx);
        let answer = match found {
            None => Answer { down: false, vote: None },
            Some(m) => {
                let down = self.process.tilt_since.is_none() && self.masters[m].instance.s_down;
                let vote = (candidate != "*").then(|| self.vote(m, epoch, candidate, cx));
                let vote = vote.map(|(leader, epoch)| (leader.unwrap_or(literal!("*")), epoch));
                Answer { down, vote }
            }
        };
        let (leader, epoch) = answer.vote.unwrap_or((literal!("*"), 0));
        Reply::Array(vec![
            Reply::Integer(i64::from(answer.down)),
            Reply::Bulk(leader),
            Reply::Integer(epoch as i64),
        ])
    }

    fn master_at(&mut self, ip: &str, port: i64, cx: &mut Cx<'_>) -> Option<usize> {
        let process = &mut self.process;
        self.masters.iter().position(|master| {
            let addr = &master.instance.addr;
            i64::from(addr.port) == port && process.is_host(addr, ip, cx)
        })
    }
}
