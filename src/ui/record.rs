//! What a record is to the page: its category, its words, its line, the message behind it.

use crate::cluster::{Action, ClusterView, NodeId, PacketKind, Record, Said};
use crate::i18n::{Lang, Text};
use crate::sentinel::SentinelEvent;
use crate::ui::lab::Lab;
use crate::ui::session::Session;
use crate::view::format;
use crate::view::marks::Category;
pub(crate) use crate::view::twin::sentence as tell;
use crate::view::{story, twin};
use leptos::prelude::*;

/// The last notable thing that a sentinel said up to the playhead: about or by a node, or at all.
pub(crate) fn last_said(session: &Session, view: &ClusterView, id: Option<NodeId>) -> Option<usize> {
    let node = id.and_then(|id| view.nodes.iter().find(|n| n.id == id));
    let address = node.map(|n| format!(" {} {}", n.addr.ip, n.addr.port));
    let concerns = |record: &Record| {
        let Said::Sentinel(event) = &record.what else { return false };
        let by = node.is_none_or(|n| record.node == Some(n.id));
        let about = || match event {
            SentinelEvent::Event { payload, .. } => {
                // Whom it is about stands before the `@`.
                let head = payload.split(" @ ").next().unwrap_or_default();
                address.as_ref().is_some_and(|address| head.contains(address.as_str()))
            }
            SentinelEvent::Voted { .. } | SentinelEvent::Log { .. } => false,
        };
        (by || about()) && is_notable(record)
    };
    let origin = session.origin();
    let before = session.records().get(..session.heard())?;
    before.iter().rposition(|r| r.at >= origin && concerns(r))
}

/// Whether a record is worth stopping for.
pub(crate) fn is_notable(record: &Record) -> bool {
    category_of(record) != Category::Quiet
}

/// The category of a record.
pub(crate) fn category_of(record: &Record) -> Category {
    match &record.what {
        Said::Sentinel(event) => Category::of(event),
        Said::Did { action, .. } if matches!(**action, Action::Command { .. } | Action::Type { .. }) => {
            Category::Quiet
        }
        Said::Did { .. } | Said::Exited(_) => Category::Action,
        Said::Redis(_)
        | Said::Client(_)
        | Said::Answered { .. }
        | Said::Session(_)
        | Said::Snapshot { .. } => Category::Quiet,
    }
}

/// The messages behind the records `from..to`, for comets.
pub(crate) fn comets_between(
    session: &Session,
    view: &ClusterView,
    from: usize,
    to: usize,
) -> Vec<(NodeId, NodeId, PacketKind)> {
    let records = session.records().get(from..to).unwrap_or_default();
    let comet = |record: &Record| match &record.what {
        Said::Sentinel(event) => story::comet(view, record.node?, event),
        _ => None,
    };
    // More than a handful at once is a jump, not a stretch of play.
    records.iter().rev().filter_map(comet).take(6).collect()
}

/// An event's own words, without the prefix of the log.
pub(crate) fn event_text(record: &Record) -> Option<String> {
    match &record.what {
        Said::Sentinel(event) => Some(event.to_string()),
        _ => None,
    }
}

/// The record of that number as a line of the log: what Redis would print, and of an action what was done. `None`
/// where it is neither, and of a change of links where another at the same moment speaks for it.
pub(crate) fn log_line(session: &Session, view: &ClusterView, n: usize, lang: Lang) -> Option<String> {
    let record = session.records().get(n)?;
    match &record.what {
        Said::Did { .. } => twin::sentence(lang, view, session.records(), n),
        Said::Answered { words, reply } => {
            let reply = reply.as_ref().ok().map(crate::protocol::Reply::text).unwrap_or_default();
            Some(format!("{} → {reply}", words.join(" ")))
        }
        _ => session.line(record),
    }
}

/// What is written at the mark of the record of that number: who said what, or what was done, and when.
pub(crate) fn mark_text(lab: Lab, n: usize) -> String {
    let lang = lab.lang.get_untracked();
    let text = lab.session.with_value(|s| {
        let record = s.records().get(n)?;
        let deed = || {
            lab.view.with_untracked(|view| match &record.what {
                Said::Did { action, .. } => story::tell_action(lang, view, action),
                _ => log_line(s, view, n, lang),
            })
        };
        let text = event_text(record).or_else(deed).unwrap_or_else(|| lang.text(Text::Dead).to_owned());
        let who = record.node.map(|id| lab.name(id) + ": ").unwrap_or_default();
        Some(format!("{who}{text} · {}", format::clock(record.at, s.origin())))
    });
    text.unwrap_or_default()
}

/// Whether a record is a line of a sentinel's log, or something that was done.
pub(crate) fn is_of_sentinels(record: &Record) -> bool {
    matches!(record.what, Said::Sentinel(_) | Said::Did { .. } | Said::Exited(_))
}

/// What sentinels have said among the first `heard` records.
pub(crate) fn sentinel_events(
    session: &Session,
    heard: usize,
) -> impl Iterator<Item = (NodeId, &SentinelEvent)> {
    let records = session.records().get(..heard).unwrap_or_default();
    records.iter().filter_map(|record| match &record.what {
        Said::Sentinel(event) => Some((record.node?, event)),
        _ => None,
    })
}
