//! What was sent in the past: the record that [`History::sent`] makes of it.

use sentinel_lab::cluster::{
    Action, History, HostId, NodeId, PacketFate, PacketId, PacketKind, PacketView, Sent,
};
use sentinel_lab::scenario::entry;
use sentinel_lab::sim::{Micros, Seed, SimTime};
use std::collections::BTreeMap;

const SECOND: Micros = Micros::from_secs(1);

/// A failover: the master is killed after four seconds.
fn failover() -> History {
    let begun = entry("first-failover").expect("it is built in").scenario().begin(Seed(7));
    let mut history = History::new(begun.cluster, begun.records);
    history.run_until(history.origin() + Micros::from_secs(14));
    history
}

fn sent(history: &mut History, from: SimTime, to: SimTime) -> Vec<Sent> {
    history.sent(from, to).cloned().collect()
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
    let sent = sent(&mut history, from, to);
    let kinds = |kind| sent.iter().filter(|sent| sent.packet.kind == kind).count();
    assert!(kinds(PacketKind::VoteRequest) >= 2 && kinds(PacketKind::Reconfigure) >= 1);
    let lost = sent.iter().filter(|sent| sent.packet.fate == PacketFate::Lost).count();
    assert!(lost == 0, "a killed process's host still answers");
    let recorded: BTreeMap<_, _> = sent.iter().map(|sent| (sent.packet.id, &sent.packet)).collect();
    for (id, packet) in &seen {
        assert_eq!(recorded.get(id), Some(&packet));
    }
    // Some fly from nothing happening to nothing happening, and are seen by nobody: but ids have no gaps.
    let [(first, _), (newest, _)] = [seen.first_key_value(), seen.last_key_value()].map(Option::unwrap);
    let gap = (first.0..=newest.0).find(|id| !recorded.contains_key(&PacketId(*id)));
    assert_eq!(gap, None, "of {} packets", seen.len());
}

#[test]
fn asked_piece_by_piece_it_is_the_same_as_asked_at_once() {
    let mut history = failover();
    let (from, to) = (at(&history, 8), at(&history, 11));
    let at_once = sent(&mut history.clone(), from, to);
    let mut pieces = Vec::new();
    for tenth in 0..=30 {
        pieces = sent(&mut history, from, from + Micros(SECOND.0 / 10 * tenth));
    }
    assert_eq!(pieces, at_once);
    let [nine, ten] = [9, 10].map(|seconds| at(&history, seconds));
    let (later, earlier) = (sent(&mut history, ten, to), sent(&mut history, from, nine));
    let within = |sent: &&Sent| sent.packet.arrives_at >= ten;
    assert_eq!(later, at_once.iter().filter(within).cloned().collect::<Vec<_>>());
    assert_eq!(earlier, sent(&mut history.clone(), from, nine), "going back begins anew");
    assert!(earlier.len() > 50);
}

#[test]
fn what_is_not_routine_has_its_text() {
    let mut history = failover();
    let (from, to) = (at(&history, 8), at(&history, 12));
    let sent = sent(&mut history, from, to);
    let vote = sent.iter().find(|sent| sent.packet.kind == PacketKind::VoteRequest).expect("somebody asks");
    let text = vote.text.as_ref().expect("it has a text").to_ascii_uppercase();
    assert!(text.contains("IS-MASTER-DOWN-BY-ADDR"), "{text}");
    assert!(sent.iter().all(|sent| sent.packet.kind.is_routine() == sent.text.is_none()));
}

#[test]
fn a_deed_in_the_past_replaces_the_record() {
    let mut history = failover();
    let votes = |sent: &[Sent]| sent.iter().any(|sent| sent.packet.kind == PacketKind::VoteRequest);
    let (from, to) = (at(&history, 3), at(&history, 13));
    assert!(votes(&sent(&mut history, from, to)));
    history.seek(at(&history, 5));
    let master = NodeId(0);
    history.act(Action::Start(master)).expect("it was killed");
    history.act(Action::Cut(HostId(0), HostId(1))).expect("they are two hosts");
    history.run_until(to);
    let sent = sent(&mut history, from, to);
    assert!(!votes(&sent), "the master came back in time");
    let is_lost = |sent: &Sent| sent.packet.fate == PacketFate::Lost;
    let ends = |sent: &Sent| [sent.packet.from.0, sent.packet.to.0];
    assert!(sent.iter().any(is_lost), "R1 dials its master across the cut");
    assert!(
        sent.iter().filter(|sent| is_lost(sent)).all(|sent| ends(sent) == [1, 0] || ends(sent) == [0, 1])
    );
}
