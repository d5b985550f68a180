//! What was sent in the past: a world of its own goes the same way again and keeps a record of its packets.
//!
//! The run itself keeps none, which would cost every run what only a look at the past needs.

use crate::cluster::history::Walk;
use crate::cluster::observe::content_text;
use crate::cluster::{Cluster, HostId, JournalEntry, PacketView};
use crate::protocol::Message;
use crate::sim::{Micros, Packet, SimTime};

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
    /// Where the record ends.
    under_way: Vec<Sent>,
}

impl Traffic {
    /// Sees to it that the record has what was under way at some time between `from` and `to`. `begin` gives the
    /// world at a moment.
    pub(super) fn follow(
        &mut self,
        journal: &[JournalEntry],
        (from, to): (SimTime, SimTime),
        begin: impl FnOnce(SimTime) -> Walk,
    ) {
        let before = self.walk.take().filter(|walk| self.from <= from && from <= walk.now() + GAP_MAX);
        let mut walk = before.unwrap_or_else(|| {
            let mut walk = Box::new(begin(from));
            walk.world.kernel.keep_flown();
            self.from = from;
            self.sent.clear();
            walk
        });
        walk.run_until(journal, to);
        let flown = walk.world.kernel.take_flown();
        self.sent.extend(flown.iter().filter_map(|flown| walk.world.sent(&flown.packet())));
        // What lies further back than a window is not asked for again as a rule.
        let keep = SimTime(from.0.saturating_sub(to.since(from).0));
        if self.from < keep {
            self.sent.retain(|sent| sent.packet.arrives_at >= keep);
            self.from = keep;
        }
        // A lost packet's record is there as soon as it is lost.
        let under_way = walk.world.kernel.packets().filter(|packet| !packet.lost);
        self.under_way = under_way.filter_map(|packet| walk.world.sent(&packet)).collect();
        self.walk = Some(walk);
    }

    /// What was under way at some time of a span that the record was led along: first what arrived or was lost by
    /// its end, in the order in which it did, then the rest.
    pub(super) fn between(&self, (from, to): (SimTime, SimTime)) -> impl Iterator<Item = &Sent> {
        let wanted = move |sent: &&Sent| sent.packet.sent_at <= to && sent.packet.arrives_at >= from;
        self.sent.iter().chain(&self.under_way).filter(wanted)
    }

    /// What was done at `now` has made another future.
    pub(super) fn forget_after(&mut self, now: SimTime) {
        if self.walk.as_ref().is_some_and(|walk| walk.now() > now) {
            *self = Self::default();
        }
    }
}

impl Cluster {
    /// How many packets two hosts have sent to each other since the beginning; it may have gone round once.
    pub fn traffic(&self, a: HostId, b: HostId) -> u32 {
        self.kernel.sent(a, b).wrapping_add(self.kernel.sent(b, a))
    }

    /// A packet as what was sent, if it goes between nodes.
    fn sent(&self, packet: &Packet<'_, Message>) -> Option<Sent> {
        let view = self.packet_view(packet)?;
        let text = (!view.kind.is_routine()).then(|| content_text(&packet.content));
        Some(Sent { packet: view, text })
    }
}
