//! Giving one's vote, and answering who asks about a master (spec section 7.3).

use super::{Cx, EventKind, Sentinel};
use crate::protocol::{ArcStr, Reply, literal};

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
        self.meet_epoch(m, epoch, cx);
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
                self.set_failover_start_time(m, cx.now);
            }
        }
        let master = &self.masters[m];
        (master.leader.clone(), master.leader_epoch)
    }

    /// An epoch later than the current one becomes it, and is on disk before anything else is done (spec VOTE-4,
    /// HELLO-11).
    pub(super) fn meet_epoch(&mut self, m: usize, epoch: u64, cx: &mut Cx<'_>) {
        if epoch > self.process.current_epoch {
            self.process.current_epoch = epoch;
            self.flush(cx);
            self.process.event(EventKind::NewEpoch, Some(&self.masters[m].group), &epoch.to_string(), cx);
        }
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
        let in_tilt = self.process.tilt_since.is_some();
        let down = found.is_some_and(|m| !in_tilt && self.masters[m].instance.s_down);
        let to_vote_on = found.filter(|_| candidate != "*");
        let (leader, epoch) = to_vote_on.map_or((None, 0), |m| self.vote(m, epoch, candidate, cx));
        Reply::Array(vec![
            Reply::Integer(i64::from(down)),
            Reply::Bulk(leader.unwrap_or(literal!("*"))),
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
