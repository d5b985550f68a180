//! How a Sentinel speaks: its log, its events, and what they call instances (spec section 13).

use super::event::{EventKind, SentinelEvent};
use super::instance::{Group, Instance, Kind, Master};
use super::process::Process;
use super::tunables::EVENT_TEXT_MAX;
use super::{Cx, Sentinel, SentinelOutbox};
use crate::protocol::{ArcStr, Level};

impl Sentinel {
    /// Says an event about a master, which stands before the note (spec LOG-3).
    pub(super) fn master_event(&mut self, m: usize, kind: EventKind, note: &str, cx: &mut Cx<'_>) {
        let master = &self.masters[m];
        let addr = &master.instance.addr;
        let payload = format!("master {} {} {}{note}", master.name(), self.process.shown(addr), addr.port);
        self.process.event(kind, Some(&master.group), &payload, cx);
    }

    /// Says an event about a replica.
    pub(super) fn replica_event(&mut self, m: usize, r: usize, kind: EventKind, note: &str, cx: &mut Cx<'_>) {
        let master = &self.masters[m];
        let replica = &master.replicas[r];
        let member = (Kind::Replica, &*replica.name, &replica.instance);
        let payload = self.process.member_details(master, member) + note;
        self.process.event(kind, Some(&master.group), &payload, cx);
    }

    /// Says an event about another Sentinel.
    pub(super) fn sentinel_event(
        &mut self,
        m: usize,
        s: usize,
        kind: EventKind,
        note: &str,
        cx: &mut Cx<'_>,
    ) {
        let master = &self.masters[m];
        let sentinel = &master.sentinels[s];
        let member = (Kind::Sentinel, &*sentinel.name, &sentinel.instance);
        let payload = self.process.member_details(master, member) + note;
        self.process.event(kind, Some(&master.group), &payload, cx);
    }

    /// Says that a master is monitored (spec EVT-1).
    pub(super) fn announce_monitoring(&mut self, m: usize, cx: &mut Cx<'_>) {
        let note = format!(" quorum {}", self.masters[m].group.quorum);
        self.master_event(m, EventKind::Monitor, &note, cx);
    }
}

impl Process {
    /// Says an event: logged, published, and given to the group's notification script (spec LOG-2). An
    /// event without a group is about no master.
    pub(super) fn event(&mut self, kind: EventKind, group: Option<&Group>, payload: &str, cx: &mut Cx<'_>) {
        let payload = ArcStr::from(truncated(payload));
        if kind.level() > Level::Debug {
            self.clients.publish(kind, &payload, cx.out);
        }
        if let Some(script) = group.and_then(|group| group.notification_script.as_ref())
            && kind.level() == Level::Warning
        {
            self.scripts.queue([script.clone(), ArcStr::from(kind.channel()), payload.clone()].into());
        }
        let master = group.map(|group| group.name.clone());
        cx.out.emit(SentinelEvent::Event { kind, master, payload });
    }

    /// Logs a line that is no event (spec LOG-10 to LOG-20).
    #[expect(clippy::unused_self, reason = "the process is who speaks")]
    pub(super) fn log(&self, level: Level, text: impl Into<ArcStr>, out: &mut SentinelOutbox) {
        out.emit(SentinelEvent::Log { level, text: text.into() });
    }

    /// A replica or Sentinel of a master as events name it (spec LOG-3).
    fn member_details(&self, master: &Master, (kind, name, member): (Kind, &str, &Instance)) -> String {
        let addr = &master.instance.addr;
        format!(
            "{} {name} {} {} @ {} {} {}",
            kind.name(),
            self.shown(&member.addr),
            member.addr.port,
            master.name(),
            self.shown(addr),
            addr.port
        )
    }
}

/// At most as much text as an event may carry (spec CON-27).
fn truncated(text: &str) -> &str {
    &text[..text.floor_char_boundary(EVENT_TEXT_MAX)]
}
