//! What a sentinel's event means in plain words: addresses and ids become the names on the stage.

use crate::cluster::{Action, ClusterView, HostId, NodeId, NodeRole, NodeView, PacketKind};
use crate::i18n::{Event, Lang, Phrase};
use crate::sentinel::{EventKind, SentinelEvent};
use crate::view::beliefs::sentinel_name;
use crate::view::format;

pub(super) mod links;

/// The sentence for an event, if it has one (lines of the log that are no events have none).
pub fn tell(lang: Lang, view: &ClusterView, by: NodeId, event: &SentinelEvent) -> Option<String> {
    let by = node_name(view, by);
    match event {
        SentinelEvent::Event { kind, payload, .. } => {
            let (about, extra) = subject(view, *kind, payload);
            Some(lang.event(&Event { kind: *kind, by: &by, about: &about, extra: &extra }))
        }
        SentinelEvent::Voted { peer, leader, epoch } => {
            let (voter, leader) = (sentinel_name(view, peer), sentinel_name(view, leader));
            Some(lang.phrase(&Phrase::Voted {
                voter: &voter,
                candidate: &by,
                leader: &leader,
                epoch: *epoch,
            }))
        }
        SentinelEvent::Log { .. } => None,
    }
}

/// What a person did, in plain words.
pub fn tell_action(lang: Lang, view: &ClusterView, action: &Action) -> Option<String> {
    use crate::cluster::PacketVerdict as V;
    let node = |id: &NodeId| node_name(view, *id);
    let host = |id: &HostId| host_name(view, *id);
    Some(match action {
        Action::Kill(id) => lang.phrase(&Phrase::Killed(&node(id))),
        Action::Terminate(id) => lang.phrase(&Phrase::Terminated(&node(id))),
        Action::Freeze(id) => lang.phrase(&Phrase::Froze(&node(id))),
        Action::Resume(id) => lang.phrase(&Phrase::Resumed(&node(id))),
        Action::Stall { node: id, span } => {
            lang.phrase(&Phrase::Stalled(&node(id), &format::span_us(span.0)))
        }
        Action::Start(id) => lang.phrase(&Phrase::Started(&node(id), false)),
        Action::EditAndStart { node: id, edits } => {
            lang.phrase(&Phrase::Started(&node(id), !edits.is_empty()))
        }
        Action::KillHost(id) => lang.phrase(&Phrase::HostDied(&host(id))),
        Action::ReviveHost(id) => lang.phrase(&Phrase::HostBack(&host(id))),
        Action::HostLink { host: id, up } => lang.phrase(&Phrase::HostLink(&host(id), *up)),
        Action::Cut(a, b) => lang.phrase(&Phrase::Cut(&host(a), &host(b))),
        Action::Mend(a, b) => lang.phrase(&Phrase::Mended(&host(a), &host(b))),
        Action::Partition(groups) => {
            let group = |g: &Vec<HostId>| g.iter().map(host).collect::<Vec<_>>().join(" ");
            lang.phrase(&Phrase::Partitioned(&groups.iter().map(group).collect::<Vec<_>>().join(" | ")))
        }
        Action::Script { node: id, path, executable } => {
            lang.phrase(&Phrase::Script(&node(id), path, *executable))
        }
        Action::Disk { node: id, error } => lang.phrase(&Phrase::Disk(&node(id), error.as_deref())),
        Action::Names(_) => lang.phrase(&Phrase::NamesChanged),
        Action::Heal => lang.phrase(&Phrase::Healed),
        Action::SetLink { from, to, link } => links::tell(lang, view, [(*from, *to, *link)].into_iter()),
        Action::Packet(_, V::Drop) => lang.phrase(&Phrase::PacketDropped),
        Action::Packet(_, V::Delay(_)) => lang.phrase(&Phrase::PacketDelayed),
        Action::Packet(_, V::Reset) => lang.phrase(&Phrase::PacketReset),
        Action::Type { words, .. } if words.is_empty() => return None,
        Action::Command { node: id, words } | Action::Type { node: id, words } => {
            lang.phrase(&Phrase::Commanded(&node(id), &words.join(" ")))
        }
        Action::Fill { node: id, count, .. } => lang.phrase(&Phrase::Filled(&node(id), *count)),
        Action::StartWriter(writer) => lang.phrase(&Phrase::WriterStarted(&writer.name)),
        Action::StopWriter(name) => lang.phrase(&Phrase::WriterStopped(name)),
        Action::PaceWriter { name, interval } => {
            lang.phrase(&Phrase::WriterPaced(name, &format::rate(interval.0 as i64 / 1000)))
        }
        Action::AddReplica => lang.phrase(&Phrase::ReplicaAdded),
        Action::AddSentinel => lang.phrase(&Phrase::SentinelAdded),
        Action::Mark(text) => text.to_string(),
        Action::Remove(id) => lang.phrase(&Phrase::Removed(&node(id))),
    })
}

/// What a host is called: by the nodes on it, since these are what the stage shows.
pub fn host_name(view: &ClusterView, id: HostId) -> String {
    let names: Vec<_> = view.nodes.iter().filter(|n| n.host == id).map(|n| n.name.as_str()).collect();
    if names.is_empty() { format!("#{}", id.0) } else { names.join("+") }
}

/// A node's name; of one that is gone its number.
pub fn node_name(view: &ClusterView, id: NodeId) -> String {
    view.nodes.iter().find(|n| n.id == id).map_or_else(|| format!("#{}", id.0), |n| n.name.to_string())
}

/// The name of whoever listens at `ip` and `port`; otherwise the address.
fn at(view: &ClusterView, ip: &str, port: &str) -> String {
    let listens = |n: &&NodeView| {
        !matches!(n.role, NodeRole::Client(_))
            && n.addr.ip.to_string() == ip
            && n.addr.port.to_string() == port
    };
    view.nodes.iter().find(listens).map_or_else(|| format!("{ip}:{port}"), |n| n.name.to_string())
}

/// The message behind an event, drawn as a comet where it flew too quickly to be seen: from whom, to whom,
/// and what it was.
pub fn comet(view: &ClusterView, by: NodeId, event: &SentinelEvent) -> Option<(NodeId, NodeId, PacketKind)> {
    let named = |name: &str| view.nodes.iter().find(|n| n.name == name).map(|n| n.id);
    let (from, to, kind) = match event {
        SentinelEvent::Voted { peer, leader, .. } => {
            let me = node_name(view, by);
            let yes = sentinel_name(view, leader) == me;
            (named(&sentinel_name(view, peer))?, by, PacketKind::VoteReply(yes))
        }
        SentinelEvent::Event { kind, payload, .. } => {
            let about = named(&subject(view, *kind, payload).0)?;
            match kind {
                EventKind::VoteForLeader => (about, by, PacketKind::VoteRequest),
                EventKind::StateWaitPromotion | EventKind::ReconfSent | EventKind::ConvertToReplica => {
                    (by, about, PacketKind::Reconfigure)
                }
                EventKind::PromotedReplica => (about, by, PacketKind::InfoReply),
                EventKind::ConfigUpdateFrom => (about, by, PacketKind::Hello),
                _ => return None,
            }
        }
        SentinelEvent::Log { .. } => return None,
    };
    (from != to).then_some((from, to, kind))
}

/// Whom an event is about and what else it says (spec EVT: `%` is `<type> <name> <ip> <port>`, and of an
/// instance that is no master `@ <master> <ip> <port>` besides).
fn subject(view: &ClusterView, kind: EventKind, payload: &str) -> (String, String) {
    let words: Vec<&str> = payload.split(' ').collect();
    match (kind, words.as_slice()) {
        (EventKind::SwitchMaster, [_, old_ip, old_port, new_ip, new_port]) => {
            (at(view, old_ip, old_port), at(view, new_ip, new_port))
        }
        (EventKind::VoteForLeader, [leader, epoch]) => {
            (sentinel_name(view, leader).to_string(), (*epoch).into())
        }
        (EventKind::NewEpoch, [epoch]) => (String::new(), (*epoch).into()),
        (_, [_, _, ip, port, rest @ ..]) => {
            let rest = if rest.first() == Some(&"@") { rest.get(4..).unwrap_or_default() } else { rest };
            let extra = rest.join(" ");
            (at(view, ip, port), extra.trim_start_matches("#quorum ").trim_start_matches('#').to_owned())
        }
        (_, _) => (String::new(), payload.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture;

    fn event(kind: EventKind, payload: &str) -> SentinelEvent {
        SentinelEvent::Event { kind, master: Some("mymaster".into()), payload: payload.into() }
    }

    fn english(event: &SentinelEvent) -> String {
        tell(Lang::En, &fixture::view(), NodeId(3), event).unwrap()
    }

    #[test]
    fn addresses_become_names() {
        let text = english(&event(EventKind::SubjectivelyDown, "master mymaster 10.77.0.10 6379"));
        assert!(text.contains("S1") && text.contains("M0"), "{text}");
        let payload = "slave 10.77.0.12:6379 10.77.0.12 6379 @ mymaster 10.77.0.10 6379";
        let text = english(&event(EventKind::SelectedReplica, payload));
        assert!(text.contains("R2") && !text.contains("M0"), "{text}");
        let text = english(&event(EventKind::SwitchMaster, "mymaster 10.77.0.10 6379 10.77.0.11 6379"));
        assert!(text.contains("M0") && text.contains("R1"), "{text}");
    }

    #[test]
    fn the_count_against_the_quorum_is_told() {
        let payload = "master mymaster 10.77.0.10 6379 #quorum 3/2";
        assert!(english(&event(EventKind::ObjectivelyDown, payload)).contains("3/2"));
    }

    #[test]
    fn votes_name_voter_and_leader() {
        let voted = SentinelEvent::Voted { peer: fixture::myid(4), leader: fixture::myid(5), epoch: 9 };
        let text = english(&voted);
        assert!(text.contains("S2") && text.contains("S3") && text.contains('9'), "{text}");
    }

    #[test]
    fn a_vote_that_flew_too_quickly_leaves_a_comet() {
        let view = fixture::view();
        let voted = SentinelEvent::Voted { peer: fixture::myid(4), leader: fixture::myid(3), epoch: 9 };
        assert_eq!(
            comet(&view, NodeId(3), &voted),
            Some((NodeId(4), NodeId(3), PacketKind::VoteReply(true)))
        );
        let own = event(EventKind::VoteForLeader, &format!("{} 1", fixture::myid(3)));
        assert_eq!(comet(&view, NodeId(3), &own), None, "a vote for oneself travels nowhere");
    }

    #[test]
    fn an_address_where_nobody_listens_stays_an_address() {
        let text = english(&event(EventKind::SubjectivelyUp, "master mymaster 10.9.9.9 6379"));
        assert!(text.contains("10.9.9.9:6379"), "{text}");
    }
}
