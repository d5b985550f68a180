//! Words for what nodes are and how they are.

use crate::cluster::{Condition, NodeId, PacketId, PacketKind};
use crate::i18n::{Lang, Phrase, Term, Text};
use crate::ui::lab::Lab;
use crate::view::beliefs::Health;
use crate::view::face::{Face, Part};
use crate::view::format;
use crate::view::settings::NetworkValue;
use leptos::prelude::*;

pub(crate) const fn role(lang: Lang, face: &Face) -> &'static str {
    lang.text(match face.part {
        Part::Redis { is_master: true, .. } => Text::Master,
        Part::Redis { .. } => Text::Replica,
        Part::Sentinel { .. } => Text::Sentinel,
        Part::Client { .. } => Text::Client,
    })
}

pub(crate) fn state(lang: Lang, face: &Face) -> &'static str {
    lang.text(match face.state() {
        "unknown" => Text::Unknown,
        "dead" => Text::Dead,
        "frozen" => Text::Frozen,
        "odown" => Text::Odown,
        "tilt" => Text::Tilt,
        "leader" => Text::Leader,
        "candidate" => Text::Candidate,
        "promoted" => Text::Promoted,
        "sdown" => Text::Sdown,
        "syncing" => Text::Syncing,
        "link-down" => Text::LinkDown,
        _ if face.host_gone => Text::OffNetwork,
        _ => Text::Ok,
    })
}

/// What a value of the network is called, and its name in attributes.
pub(crate) const fn network(value: NetworkValue) -> (Text, &'static str) {
    match value {
        NetworkValue::Latency => (Text::Latency, "latency"),
        NetworkValue::Jitter => (Text::Jitter, "jitter"),
        NetworkValue::Loss => (Text::Loss, "loss"),
    }
}

/// What stands below a node: nothing while all is well.
pub(crate) fn badge(lab: Lab, face: &Face) -> String {
    let lang = lab.lang.get();
    if !face.known {
        return lang.term(Term::UnknownTo).to_owned();
    }
    if let Some(heard) = &face.heard {
        let down = heard.down.then(|| lang.term(Term::SaysDown).to_owned());
        let vote = heard.vote.as_ref().map(|(who, epoch)| format!("→ {who} e{epoch}"));
        let said: Vec<String> = down.into_iter().chain(vote).collect();
        if !said.is_empty() && face.state() == "ok" {
            return said.join(" ");
        }
    }
    match &face.part {
        Part::Sentinel { failover: Some(f), .. } if !f.leads && face.condition == Condition::Running => {
            return format!("{} {}/{}", lang.text(Text::Candidate), f.votes, f.needed);
        }
        Part::Sentinel { tilt_left: Some(left), .. } if face.condition == Condition::Running => {
            return lang.phrase(&Phrase::TiltLeft(*left));
        }
        _ => {}
    }
    let mut text = match face.state() {
        "ok" if !face.host_gone => String::new(),
        "sdown" => format!("{} sdown", names(lab, &face.doubters)),
        "odown" => format!("{} odown", names(lab, &face.condemners)),
        _ => state(lang, face).to_owned(),
    };
    if face.condition != Condition::Running && !face.doubters.is_empty() {
        let (who, what) =
            if face.condemners.is_empty() { (&face.doubters, "sdown") } else { (&face.condemners, "odown") };
        text = format!("{text} · {} {what}", names(lab, who));
    }
    text
}

pub(crate) fn names(lab: Lab, ids: &[NodeId]) -> String {
    ids.iter().map(|id| lab.name(*id)).collect::<Vec<_>>().join(" ")
}

/// A span against its limit: `1.2 s / 2.0 s`.
pub(crate) fn of(elapsed: i64, limit: i64) -> String {
    format!("{} / {}", format::span_ms(elapsed.max(0)), format::span_ms(limit))
}

pub(crate) const fn health(lang: Lang, health: Health) -> &'static str {
    lang.text(match health {
        Health::Ok => Text::Ok,
        Health::Suspect => Text::Suspect,
        Health::Sdown => Text::Sdown,
        Health::Odown => Text::Odown,
    })
}

pub(crate) const fn packet(lang: Lang, kind: PacketKind) -> &'static str {
    use PacketKind as P;
    lang.text(match kind {
        P::Handshake => Text::PHandshake,
        P::Close => Text::PClose,
        P::Ping => Text::PPing,
        P::Pong => Text::PPong,
        P::Info => Text::PInfo,
        P::InfoReply => Text::PInfoReply,
        P::Hello => Text::PHello,
        P::Pushed => Text::PPushed,
        P::AskDown => Text::PAskDown,
        P::AskDownReply(true) => Text::PAskDownYes,
        P::AskDownReply(false) => Text::PAskDownNo,
        P::VoteRequest => Text::PVoteRequest,
        P::VoteReply(true) => Text::PVoteYes,
        P::VoteReply(false) => Text::PVoteNo,
        P::Reconfigure => Text::PReconfigure,
        P::Replication => Text::PReplication,
        P::Dataset => Text::PDataset,
        P::Write => Text::PWrite,
        P::Command => Text::PCommand,
        P::Reply => Text::PReply,
    })
}

/// A packet on its way: what it is, from whom to whom, and below that its whole command or reply.
pub(crate) fn carried(lab: Lab, id: PacketId) -> Option<String> {
    let text = lab.session.with_value(|s| s.packet_text(id))?;
    let lang = lab.lang.get_untracked();
    // A large world is looked at less often than it moves.
    let seen = lab.view.with_untracked(|view| view.packets.iter().find(|packet| packet.id == id).cloned());
    let what = seen.map(|seen| {
        let [from, to] = [seen.from, seen.to].map(|id| lab.name(id));
        lang.phrase(&Phrase::PacketLabel(packet(lang, seen.kind), &from, &to))
    });
    Some(format!("{}\n{text}", what.unwrap_or_default()))
}
