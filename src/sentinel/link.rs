//! The connections to an instance: `cc` for commands, `pc` for Pub/Sub (spec sections 2.4 and 4).
//!
//! Links stand in a table of their own, because the records of one Sentinel under several masters share
//! theirs (spec LINK-3).

use super::SentinelOutbox;
use super::instance::Subject;
use crate::protocol::{Command, ConnId};
use crate::sim::{Addr, ConnTable, NodeTime, Queue, Queues};
use std::net::IpAddr;
use std::ops::{Index, IndexMut};

/// A link's place in the table of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(u32);

/// The two connections to an instance, and what became of its PINGs.
///
/// One line of the processor's cache has what every command and every reply needs, the next what PING needs.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Link {
    /// The command connection.
    pub cc: Option<Connection>,
    /// Commands without reply (spec MOD-52). AUTH and CLIENT SETNAME on `pc` count as well.
    pub pending_commands: u32,
    /// Records that own it; more than one only for Sentinels (spec MOD-50).
    pub refcount: u32,
    /// Whether a connection that should be there was found missing and not yet dialled again. Dialling
    /// clears it, before TCP has answered (spec MOD-51, LINK-8).
    pub disconnected: bool,
    /// Last valid reply to PING (spec MOD-56).
    pub last_avail_time: NodeTime,
    /// When the oldest PING without a valid reply was sent (spec MOD-57). A new link counts as if it had
    /// sent one, so that an instance never reached becomes subjectively down (spec LINK-1).
    pub act_ping_time: Option<NodeTime>,
    /// Last PING sent (spec MOD-58).
    pub last_ping_time: NodeTime,
    /// Last reply of any sort to PING (spec MOD-59).
    pub last_pong_time: NodeTime,
    /// Last attempt to dial (spec MOD-60).
    pub last_reconn_time: NodeTime,
    /// The Pub/Sub connection; never there for a Sentinel (spec LINK-2).
    pub pc: Option<Connection>,
}

/// One connection, from the moment it is dialled.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its name between this process and whoever drives it.
    pub id: ConnId,
    /// When it was dialled (spec MOD-54).
    pub since: NodeTime,
    /// This host's address on it, once TCP is up.
    pub local: Option<IpAddr>,
    /// What the replies still to come will answer, in order, among all that the process expects.
    expected: Queue,
}

/// What a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// AUTH, CLIENT SETNAME, the SLAVEOF transaction, SCRIPT KILL: the reply is ignored.
    Ignored,
    /// `SUBSCRIBE` on `pc`.
    Subscribed,
    /// `PING`
    Ping(Subject),
    /// `INFO`
    Info(Subject),
    /// The hello message's `PUBLISH`.
    Publish(Subject),
    /// `SENTINEL is-master-down-by-addr`
    MasterDown(Subject),
}

/// Which of a link's two connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Cc,
    Pc,
}

impl Link {
    fn new(now: NodeTime) -> Self {
        Self {
            refcount: 1,
            disconnected: true,
            pending_commands: 0,
            cc: None,
            pc: None,
            last_avail_time: now,
            act_ping_time: Some(now),
            last_ping_time: NodeTime::ZERO,
            last_pong_time: now,
            last_reconn_time: NodeTime::ZERO,
        }
    }

    fn slot(&mut self, end: End) -> &mut Option<Connection> {
        match end {
            End::Cc => &mut self.cc,
            End::Pc => &mut self.pc,
        }
    }

    /// The time of the link begins anew, as with a new link (spec SWITCH-2).
    pub(super) fn forget_pings(&mut self, now: NodeTime) {
        self.act_ping_time = Some(now);
        self.last_avail_time = now;
        self.last_pong_time = now;
        self.last_ping_time = NodeTime::ZERO;
    }
}

/// All links of a process, and which connection is whose.
#[derive(Clone, Debug, Default)]
pub struct Links {
    slots: Vec<Option<Link>>,
    free: Vec<u32>,
    conns: ConnTable<(LinkId, End)>,
    /// What the replies still to come on any connection will answer.
    expected: Queues<Expected>,
    /// Link by link, apart from the rest: most of what a Sentinel hears are hellos that servers pass on, and
    /// of those no more than this is noted.
    pc_last_activity: Vec<NodeTime>,
}

impl Links {
    /// A new link, disconnected (spec LINK-1).
    pub(super) fn create(&mut self, now: NodeTime) -> LinkId {
        let slot = self.free.pop().unwrap_or(self.slots.len() as u32);
        if slot as usize == self.slots.len() {
            self.slots.push(None);
            self.pc_last_activity.push(NodeTime::ZERO);
        }
        self.slots[slot as usize] = Some(Link::new(now));
        self.pc_last_activity[slot as usize] = NodeTime::ZERO;
        LinkId(slot)
    }

    /// One owner more (spec LINK-3).
    pub(super) fn share(&mut self, id: LinkId) -> LinkId {
        self[id].refcount += 1;
        id
    }

    /// One owner less; the last one closes both connections (spec LINK-4).
    pub(super) fn release(&mut self, id: LinkId, out: &mut SentinelOutbox) {
        self[id].refcount -= 1;
        if self[id].refcount == 0 {
            self.close_both(id, out);
            self.slots[id.0 as usize] = None;
            self.free.push(id.0);
        }
    }

    /// Dials the end that is missing. Commands may be sent at once.
    pub(super) fn dial(&mut self, id: LinkId, end: End, to: Addr, now: NodeTime, out: &mut SentinelOutbox) {
        let conn = out.connect(to);
        self.conns.insert(conn, (id, end));
        let link = &mut self[id];
        *link.slot(end) = Some(Connection { id: conn, since: now, local: None, expected: Queue::new() });
        if end == End::Cc {
            link.pending_commands = 0;
        }
    }

    /// Sends a command on `cc` and notes what its reply will answer. False where there is no `cc`.
    pub(super) fn send(
        &mut self,
        id: LinkId,
        command: Command,
        answers: Expected,
        out: &mut SentinelOutbox,
    ) -> bool {
        let Self { slots, expected, .. } = self;
        let Some(link) = &mut slots[id.0 as usize] else { return false };
        let Some(cc) = &mut link.cc else { return false };
        out.send(cc.id, command);
        expected.push_back(&mut cc.expected, answers);
        link.pending_commands += 1;
        true
    }

    /// As [`Self::send`], on `pc`. SUBSCRIBE is not counted as pending.
    pub(super) fn send_on_pc(
        &mut self,
        id: LinkId,
        command: Command,
        answers: Expected,
        out: &mut SentinelOutbox,
    ) {
        let Self { slots, expected, .. } = self;
        let Some(link) = &mut slots[id.0 as usize] else { return };
        let Some(pc) = &mut link.pc else { return };
        out.send(pc.id, command);
        expected.push_back(&mut pc.expected, answers);
        if answers != Expected::Subscribed {
            link.pending_commands += 1;
        }
    }

    /// Sends PING; only the first without a valid reply starts the clock (spec PCMD-7).
    pub(super) fn send_ping(
        &mut self,
        id: LinkId,
        ping: Command,
        subject: Subject,
        now: NodeTime,
        out: &mut SentinelOutbox,
    ) {
        if self.send(id, ping, Expected::Ping(subject), out) {
            let link = &mut self[id];
            link.last_ping_time = now;
            link.act_ping_time.get_or_insert(now);
        }
    }

    /// Last message of any sort on a link's `pc` (spec MOD-55).
    pub fn pc_last_activity(&self, id: LinkId) -> NodeTime {
        self.pc_last_activity[id.0 as usize]
    }

    /// Something came on a link's `pc`.
    pub(super) fn set_pc_last_activity(&mut self, id: LinkId, now: NodeTime) {
        self.pc_last_activity[id.0 as usize] = now;
    }

    /// Closes one end, if it is there; what was asked on it will not be answered (spec LINK-14).
    pub(super) fn close(&mut self, id: LinkId, end: End, out: &mut SentinelOutbox) {
        let link = &mut self[id];
        let Some(mut connection) = link.slot(end).take() else { return };
        link.disconnected = true;
        if end == End::Cc {
            link.pending_commands = 0;
        }
        self.expected.clear(&mut connection.expected);
        self.conns.remove(connection.id);
        // Commands wait for the event loop to write them and go with their connection. So the SLAVEOF of a
        // failover that ran out of time (spec RECONF-13) reaches nobody: it is followed by the switch, which
        // drops all links. Recorded: the replica is mended 10 s later by `+fix-slave-config`, 6 runs of 6.
        out.abandon(connection.id);
    }

    /// Closes both ends (spec LINK-20).
    pub(super) fn close_both(&mut self, id: LinkId, out: &mut SentinelOutbox) {
        self.close(id, End::Cc, out);
        self.close(id, End::Pc, out);
    }

    /// Whose connection it is; `None` for one that this process has closed.
    pub(super) fn owner(&self, conn: ConnId) -> Option<(LinkId, End)> {
        self.conns.get(conn)
    }

    /// A connection failed or was closed by the other side. No time is touched (spec LINK-11).
    pub(super) fn lost(&mut self, conn: ConnId) {
        if let Some((id, end)) = self.conns.remove(conn) {
            let link = &mut self[id];
            let connection = link.slot(end).take();
            link.disconnected = true;
            if let Some(mut connection) = connection {
                self.expected.clear(&mut connection.expected);
            }
        }
    }

    /// TCP is up: this host's address on the connection is known.
    pub(super) fn connected(&mut self, conn: ConnId, local: IpAddr) {
        if let Some((id, end)) = self.owner(conn)
            && let Some(connection) = self[id].slot(end)
        {
            connection.local = Some(local);
        }
    }

    /// What the next reply on a connection answers, taken off the list; the pending counter follows.
    pub(super) fn answered(&mut self, id: LinkId, end: End) -> Option<Expected> {
        let Self { slots, expected, .. } = self;
        let link = slots[id.0 as usize].as_mut()?;
        let answers = expected.pop_front(&mut link.slot(end).as_mut()?.expected)?;
        if answers != Expected::Subscribed {
            link.pending_commands = link.pending_commands.saturating_sub(1);
        }
        Some(answers)
    }
}

impl Index<LinkId> for Links {
    type Output = Link;
    fn index(&self, id: LinkId) -> &Link {
        self.slots[id.0 as usize].as_ref().expect("invariant: a record owns the link that it names")
    }
}

impl IndexMut<LinkId> for Links {
    fn index_mut(&mut self, id: LinkId) -> &mut Link {
        self.slots[id.0 as usize].as_mut().expect("invariant: a record owns the link that it names")
    }
}
