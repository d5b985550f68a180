//! What was sent in the past: a world of its own goes the same way again and keeps a record of its packets.
//!
//! The run itself keeps none, which would cost every run what only a look at the past needs.

use crate::cluster::history::Walk;
use crate::cluster::observe::content_text;
use crate::cluster::{Cluster, JournalEntry, PacketFate, PacketView};
use crate::sim::{Micros, SimTime};

/// Over a longer gap the record begins anew from the checkpoint before.
const GAP_MAX: Micros = Micros::from_secs(20);

/// Something that was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// The packet.
    pub packet: PacketView,
    /// The full command or reply; `None` for routine (see [`crate::cluster::PacketKind::is_routine`]).
    pub text: Option<String>,
}

/// A record of what was sent over some time.
#[derive(Clone, Debug, Default)]
pub(super) struct Traffic {
    walk: Option<Box<Walk>>,
    from: SimTime,
    /// In the order in which the flights ended.
    sent: Vec<Sent>,
}

impl Traffic {
    /// What was under way at some time between `from` and `to`: first what arrived or was lost by then, in the
    /// order in which it did, then the rest. `begin` gives the world at a moment.
    pub(super) fn between(
        &mut self,
        journal: &[JournalEntry],
        (from, to): (SimTime, SimTime),
        begin: impl FnOnce(SimTime) -> Walk,
    ) -> Vec<Sent> {
        let known = self.walk.as_ref().map(|walk| walk.now());
        let mut walk = match self.walk.take() {
            Some(walk) if self.from <= from && known.is_some_and(|known| from <= known + GAP_MAX) => walk,
            _ => {
                let mut walk = Box::new(begin(from));
                walk.world.keep_sent();
                self.from = from;
                self.sent.clear();
                walk
            }
        };
        walk.run_until(journal, to);
        self.sent.extend(walk.world.take_sent());
        // What lies further back than a window is not asked for again as a rule.
        let keep = SimTime(from.0.saturating_sub(to.since(from).0));
        if self.from < keep {
            self.sent.retain(|sent| sent.packet.arrives_at >= keep);
            self.from = keep;
        }
        let wanted = |packet: &PacketView| packet.sent_at <= to && packet.arrives_at >= from;
        let mut sent: Vec<Sent> = self.sent.iter().filter(|sent| wanted(&sent.packet)).cloned().collect();
        // A lost packet's record is there as soon as it is lost.
        let under_way =
            walk.world.packet_views().into_iter().filter(|packet| packet.fate != PacketFate::Lost);
        sent.extend(under_way.filter(wanted).map(|packet| {
            let text = walk.world.packet_text(packet.id).filter(|_| !packet.kind.is_routine());
            Sent { packet, text }
        }));
        self.walk = Some(walk);
        sent
    }

    /// What was done at `now` has made another future.
    pub(super) fn forget_after(&mut self, now: SimTime) {
        if self.walk.as_ref().is_some_and(|walk| walk.now() > now) {
            *self = Self::default();
        }
    }
}

impl Cluster {
    /// From now on keeps a record of what is sent, for [`Self::take_sent`].
    fn keep_sent(&mut self) {
        self.kernel.keep_flown();
    }

    /// What has arrived or was lost since this was asked last, if it went between nodes.
    fn take_sent(&mut self) -> Vec<Sent> {
        let flown = self.kernel.take_flown();
        let packets = flown.iter().map(crate::sim::Flown::packet);
        let sent = packets.filter_map(|packet| {
            let view = self.packet_view(&packet)?;
            let text = (!view.kind.is_routine()).then(|| content_text(&packet.content));
            Some(Sent { packet: view, text })
        });
        sent.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{Action, History, HostId, NodeId, PacketKind};
    use crate::scenario::entry;
    use crate::sim::{PacketId, Seed};
    use std::collections::BTreeMap;

    const SECOND: Micros = Micros::from_secs(1);

    /// A failover: the master is killed after four seconds.
    fn failover() -> History {
        let begun = entry("first-failover").expect("it is built in").scenario().begin(Seed(7));
        let mut history = History::new(begun.cluster, begun.records);
        history.run_until(history.origin() + Micros::from_secs(14));
        history
    }

    fn at(history: &History, seconds: u64) -> SimTime {
        history.origin() + Micros::from_secs(seconds)
    }

    #[test]
    fn the_record_has_what_somebody_sees_who_looks_at_every_moment() {
        let mut history = failover();
        let (from, to) = (at(&history, 8), at(&history, 12));
        let mut seen: BTreeMap<PacketId, PacketView> = BTreeMap::new();
        let mut world = history.world_at(from);
        loop {
            seen.extend(world.packet_views().into_iter().map(|packet| (packet.id, packet)));
            let Some(next) = world.next_at().filter(|next| *next <= to) else { break };
            world.run_until(next, &mut Vec::new());
        }
        let sent = history.sent(from, to);
        let kinds = |kind| sent.iter().filter(|sent| sent.packet.kind == kind).count();
        assert!(kinds(PacketKind::VoteRequest) >= 2 && kinds(PacketKind::Reconfigure) >= 1);
        let lost = sent.iter().filter(|sent| sent.packet.fate == PacketFate::Lost).count();
        assert!(lost == 0, "a killed process's host still answers");
        let recorded: BTreeMap<_, _> = sent.iter().map(|sent| (sent.packet.id, &sent.packet)).collect();
        for (id, packet) in &seen {
            assert_eq!(recorded.get(id), Some(&packet));
        }
        // Some fly from nothing happening to nothing happening, and are seen by nobody: but ids have no gaps.
        let [(first, _), (last, _)] = [seen.first_key_value(), seen.last_key_value()].map(Option::unwrap);
        let gap = (first.0..=last.0).find(|id| !recorded.contains_key(&PacketId(*id)));
        assert_eq!(gap, None, "of {} packets", seen.len());
    }

    #[test]
    fn asked_piece_by_piece_it_is_the_same_as_asked_at_once() {
        let mut history = failover();
        let (from, to) = (at(&history, 8), at(&history, 11));
        let at_once = history.clone().sent(from, to);
        let mut pieces = Vec::new();
        for tenth in 0..=30 {
            pieces = history.sent(from, from + Micros(SECOND.0 / 10 * tenth));
        }
        assert_eq!(pieces, at_once);
        let (later, earlier) = (history.sent(at(&history, 10), to), history.sent(from, at(&history, 9)));
        let within = |sent: &&Sent| sent.packet.arrives_at >= at(&history, 10);
        assert_eq!(later, at_once.iter().filter(within).cloned().collect::<Vec<_>>());
        assert_eq!(earlier, history.clone().sent(from, at(&history, 9)), "going back begins anew");
        assert!(earlier.len() > 50);
    }

    #[test]
    fn what_is_not_routine_has_its_text() {
        let mut history = failover();
        let sent = history.sent(at(&history, 8), at(&history, 12));
        let vote =
            sent.iter().find(|sent| sent.packet.kind == PacketKind::VoteRequest).expect("somebody asks");
        let text = vote.text.as_ref().expect("it has a text").to_ascii_uppercase();
        assert!(text.contains("IS-MASTER-DOWN-BY-ADDR"), "{text}");
        assert!(sent.iter().all(|sent| sent.packet.kind.is_routine() == sent.text.is_none()));
    }

    #[test]
    fn a_deed_in_the_past_replaces_the_record() {
        let mut history = failover();
        let votes = |sent: &[Sent]| sent.iter().any(|sent| sent.packet.kind == PacketKind::VoteRequest);
        let (from, to) = (at(&history, 3), at(&history, 13));
        assert!(votes(&history.sent(from, to)));
        history.seek(at(&history, 5));
        let master = NodeId(0);
        history.act(Action::Start(master)).expect("it was killed");
        history.act(Action::Cut(HostId(0), HostId(1))).expect("they are two hosts");
        history.run_until(to);
        let sent = history.sent(from, to);
        assert!(!votes(&sent), "the master came back in time");
        let is_lost = |sent: &Sent| sent.packet.fate == PacketFate::Lost;
        let ends = |sent: &Sent| [sent.packet.from.0, sent.packet.to.0];
        assert!(sent.iter().any(is_lost), "R1 dials its master across the cut");
        assert!(
            sent.iter().filter(|sent| is_lost(sent)).all(|sent| ends(sent) == [1, 0] || ends(sent) == [0, 1])
        );
    }
}
