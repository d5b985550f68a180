//! One action as a short text: a verb and its arguments with dots between them, `kill.0`,
//! `cmd.3.SENTINEL.FAILOVER.mymaster`. Nodes, hosts and packets are given by their numbers, times in
//! microseconds; texts are escaped.

use super::pack::{escape, unescape};
use super::read::number;
use crate::cluster::{Action, Edit, HostId, LinkSettings, NodeId, PacketId, PacketVerdict};
use crate::cluster::{NamesChange, WriterMode, WriterSettings};
use crate::protocol::ArcStr;
use crate::scenario::TIME_MAX;
use crate::sim::{Chance, Micros};

/// The text of an action.
pub fn action_text(action: &Action) -> String {
    use PacketVerdict as V;
    match action {
        Action::Kill(id) => format!("kill.{}", id.0),
        Action::Terminate(id) => format!("term.{}", id.0),
        Action::Freeze(id) => format!("stop.{}", id.0),
        Action::Resume(id) => format!("cont.{}", id.0),
        Action::Stall { node, span } => format!("busy.{}.{}", node.0, span.0),
        Action::Start(id) => format!("start.{}", id.0),
        Action::EditAndStart { node, edits } => {
            let edit = |edit: &Edit| {
                let (pattern, by) = edit.texts();
                format!(".{}.{}", escape(pattern), escape(by))
            };
            format!("edit.{}{}", node.0, edits.iter().map(edit).collect::<String>())
        }
        Action::KillHost(id) => format!("hostdown.{}", id.0),
        Action::ReviveHost(id) => format!("hostup.{}", id.0),
        Action::HostLink { host, up: false } => format!("linkdown.{}", host.0),
        Action::HostLink { host, up: true } => format!("linkup.{}", host.0),
        Action::Cut(a, b) => format!("cut.{}.{}", a.0, b.0),
        Action::Mend(a, b) => format!("mend.{}.{}", a.0, b.0),
        Action::Partition(groups) => {
            let ids = |group: &Vec<HostId>| group.iter().map(|id| id.0.to_string()).collect::<Vec<_>>();
            let group = |group: &Vec<HostId>| format!(".{}", ids(group).join("-"));
            format!("part{}", groups.iter().map(group).collect::<String>())
        }
        Action::Heal => "heal".to_owned(),
        Action::Names(NamesChange { names, found_after, failed_after }) => {
            let span = |span: &Option<Micros>| span.map_or("*".to_owned(), |span| span.0.to_string());
            let name = |(name, host): &(ArcStr, Option<HostId>)| {
                let host = host.map_or("*".to_owned(), |id| id.0.to_string());
                format!(".{}.{host}", escape(name))
            };
            let names = names.iter().map(name).collect::<String>();
            format!("names.{}.{}{names}", span(found_after), span(failed_after))
        }
        Action::Script { node, path, executable } => {
            format!("script.{}.{}.{}", node.0, escape(path), u8::from(*executable))
        }
        Action::Disk { node, error: None } => format!("disk.{}", node.0),
        Action::Disk { node, error: Some(error) } => format!("disk.{}.{}", node.0, escape(error)),
        Action::SetLink { from, to, link } => {
            let host = |id: &Option<HostId>| id.map_or("*".to_owned(), |id| id.0.to_string());
            let LinkSettings { latency, jitter, loss, blocked } = link;
            let (from, to, ppm, blocked) = (host(from), host(to), loss.ppm(), u8::from(*blocked));
            format!("link.{from}.{to}.{}.{}.{ppm}.{blocked}", latency.0, jitter.0)
        }
        Action::Packet(id, V::Drop) => format!("drop.{}", id.0),
        Action::Packet(id, V::Delay(span)) => format!("delay.{}.{}", id.0, span.0),
        Action::Packet(id, V::Reset) => format!("reset.{}", id.0),
        Action::Command { node, words } => format!("cmd.{}{}", node.0, dotted(words)),
        Action::Type { node, words } => format!("type.{}{}", node.0, dotted(words)),
        Action::Fill { node, prefix, count, size } => {
            format!("fill.{}.{}.{count}.{size}", node.0, escape(prefix))
        }
        Action::StartWriter(WriterSettings { name, host, mode, interval, timeout }) => {
            let mode = match mode {
                WriterMode::Fixed(id) => id.0.to_string(),
                WriterMode::Once => "asksonce".to_owned(),
                WriterMode::Sentinel => "asks".to_owned(),
                WriterMode::Subscribed => "hears".to_owned(),
            };
            // The usual time-out is not written; 0 is none at all.
            let timeout = match timeout {
                Some(span) if *span == WriterSettings::TIMEOUT => String::new(),
                timeout => format!(".{}", timeout.map_or(0, |span| span.0)),
            };
            format!("write.{}.{}.{mode}.{}{timeout}", escape(name), host.0, interval.0)
        }
        Action::StopWriter(name) => format!("quiet.{}", escape(name)),
        Action::PaceWriter { name, interval } => format!("pace.{}.{}", escape(name), interval.0),
        Action::AddReplica => "addreplica".to_owned(),
        Action::AddSentinel => "addsentinel".to_owned(),
        Action::Remove(id) => format!("remove.{}", id.0),
        Action::Mark(text) => format!("mark.{}", escape(text)),
    }
}

fn dotted(words: &[ArcStr]) -> String {
    words.iter().fold(String::new(), |text, word| text + "." + &escape(word))
}

/// Reads what [`action_text`] wrote; `None` where it is not of that form. Whether the numbers stand for
/// anything is for the world to say.
pub fn parse_action(text: &str) -> Option<Action> {
    let mut words = Words(text.split('.'));
    let action = match words.next()? {
        "kill" => Action::Kill(words.node()?),
        "term" => Action::Terminate(words.node()?),
        "stop" => Action::Freeze(words.node()?),
        "cont" => Action::Resume(words.node()?),
        "busy" => Action::Stall { node: words.node()?, span: words.span()? },
        "start" => Action::Start(words.node()?),
        "edit" => {
            let node = words.node()?;
            let mut edits = Vec::new();
            while let Some(pattern) = words.next() {
                edits.push(Edit::new(&unescape(pattern)?, &words.text()?).ok()?);
            }
            Action::EditAndStart { node, edits: edits.into() }
        }
        "hostdown" => Action::KillHost(words.host()?),
        "hostup" => Action::ReviveHost(words.host()?),
        "linkdown" => Action::HostLink { host: words.host()?, up: false },
        "linkup" => Action::HostLink { host: words.host()?, up: true },
        "cut" => Action::Cut(words.host()?, words.host()?),
        "mend" => Action::Mend(words.host()?, words.host()?),
        "part" => {
            let mut groups = Vec::new();
            while let Some(group) = words.next() {
                let host = |id| Some(HostId(narrow(id)?));
                let ids = group.split('-').filter(|_| !group.is_empty()).map(host);
                groups.push(ids.collect::<Option<Vec<_>>>()?);
            }
            Action::Partition(groups)
        }
        "heal" => Action::Heal,
        "link" => Action::SetLink {
            from: host_or_any(words.next()?).ok()?,
            to: host_or_any(words.next()?).ok()?,
            link: LinkSettings {
                latency: words.span()?,
                jitter: words.span()?,
                loss: Chance::from_ppm(words.small().filter(|ppm| *ppm <= 1_000_000)?),
                blocked: words.truth()?,
            },
        },
        "drop" => Action::Packet(words.packet()?, PacketVerdict::Drop),
        "delay" => Action::Packet(words.packet()?, PacketVerdict::Delay(words.span()?)),
        "reset" => Action::Packet(words.packet()?, PacketVerdict::Reset),
        "cmd" => Action::Command { node: words.node()?, words: words.texts()? },
        "type" => Action::Type { node: words.node()?, words: words.texts()? },
        "fill" => Action::Fill {
            node: words.node()?,
            prefix: words.text()?.into(),
            count: words.small()?,
            size: words.small()?,
        },
        "write" => Action::StartWriter(WriterSettings {
            name: words.text()?.into(),
            host: words.host()?,
            mode: match words.next()? {
                "asksonce" => WriterMode::Once,
                "asks" => WriterMode::Sentinel,
                "hears" => WriterMode::Subscribed,
                id => WriterMode::Fixed(NodeId(narrow(id)?)),
            },
            interval: words.span()?,
            timeout: match words.next() {
                None => Some(WriterSettings::TIMEOUT),
                Some("0") => None,
                Some(span) => Some(in_range(span)?),
            },
        }),
        "names" => {
            let found_after = span_or_any(words.next()?).ok()?;
            let failed_after = span_or_any(words.next()?).ok()?;
            let mut names = Vec::new();
            while let Some(name) = words.next() {
                names.push((unescape(name)?.into(), host_or_any(words.next()?).ok()?));
            }
            Action::Names(NamesChange { names, found_after, failed_after })
        }
        "script" => {
            Action::Script { node: words.node()?, path: words.text()?.into(), executable: words.truth()? }
        }
        "disk" => Action::Disk { node: words.node()?, error: words.last_text().ok()? },
        "quiet" => Action::StopWriter(words.text()?.into()),
        "pace" => Action::PaceWriter { name: words.text()?.into(), interval: words.span()? },
        "addreplica" => Action::AddReplica,
        "addsentinel" => Action::AddSentinel,
        "remove" => Action::Remove(words.node()?),
        "mark" => Action::Mark(words.text()?.into()),
        _ => return None,
    };
    // Something after the last argument was meant to mean something.
    words.next().is_none().then_some(action)
}

struct Words<'a>(std::str::Split<'a, char>);

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.0.next()
    }

    fn text(&mut self) -> Option<String> {
        unescape(self.next()?)
    }

    /// All texts that are left.
    fn texts(&mut self) -> Option<Vec<ArcStr>> {
        self.0.by_ref().map(|text| unescape(text).map(ArcStr::from)).collect()
    }

    /// A text that may be left out, at the end; an error where it is escaped wrongly.
    fn last_text(&mut self) -> Result<Option<ArcStr>, ()> {
        self.next().map(|text| unescape(text).map(ArcStr::from).ok_or(())).transpose()
    }

    fn small(&mut self) -> Option<u32> {
        narrow(self.next()?)
    }

    fn node(&mut self) -> Option<NodeId> {
        self.small().map(NodeId)
    }

    fn host(&mut self) -> Option<HostId> {
        self.small().map(HostId)
    }

    fn truth(&mut self) -> Option<bool> {
        match self.next()? {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        }
    }

    fn packet(&mut self) -> Option<PacketId> {
        number(self.next()?).map(PacketId)
    }

    fn span(&mut self) -> Option<Micros> {
        in_range(self.next()?)
    }
}

/// A time; more than a day is no time that anybody meant.
fn in_range(text: &str) -> Option<Micros> {
    number(text).map(Micros).filter(|span| *span <= TIME_MAX)
}

/// A host's number, or nothing for any host.
fn host_or_any(text: &str) -> Result<Option<HostId>, ()> {
    if text == "*" { Ok(None) } else { narrow(text).map(|id| Some(HostId(id))).ok_or(()) }
}

/// A time, or nothing for one that stays as it is.
fn span_or_any(text: &str) -> Result<Option<Micros>, ()> {
    if text == "*" { Ok(None) } else { in_range(text).map(Some).ok_or(()) }
}

fn narrow(text: &str) -> Option<u32> {
    number(text)?.try_into().ok()
}
