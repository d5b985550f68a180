//! What is typed: for each node a redis-cli that stays connected, on the node's own host.
//!
//! It behaves as redis-cli 7.0.15 does at a terminal. A command is sent when the one before it was answered,
//! and waits for its reply for ever. A connection that is lost meanwhile takes the command with it; one that
//! is lost while nothing waits is noticed by the next command, which is told so and goes nowhere. The command
//! after that connects anew. A subscriber reads, and takes no commands, until it is left.

use crate::cluster::operator::{OperatorOutbox, is_auth};
use crate::cluster::{NodeId, SessionEvent};
use crate::protocol::{ArcStr, Command, ConnId, Input, Message, Reply, subscribes};
use crate::sim::Addr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The AUTHs that were accepted, by address.
type Accepted = BTreeMap<Addr, Arc<[ArcStr]>>;

/// All sessions of one host.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions(Vec<Session>);

/// What came in a turn, and from whom.
pub(crate) type Came = Vec<(NodeId, SessionEvent)>;

#[derive(Clone, Debug)]
struct Session {
    node: NodeId,
    to: Addr,
    conn: Option<ConnId>,
    /// Whether the connection went while nothing waited.
    lost: bool,
    /// Whether the next reply is that to an AUTH which went first.
    auth: bool,
    /// What waits for its reply, or has subscribed.
    current: Option<Arc<[ArcStr]>>,
    /// What was typed meanwhile.
    queue: Vec<Arc<[ArcStr]>>,
}

impl Sessions {
    /// A line is typed to a node, which has this address now.
    pub(crate) fn take_line(
        &mut self,
        (node, to): (NodeId, Addr),
        words: Arc<[ArcStr]>,
        accepted: &Accepted,
        out: &mut OperatorOutbox,
    ) -> Came {
        let n = self.0.iter().position(|session| session.node == node).unwrap_or_else(|| {
            let (conn, current, queue) = (None, None, Vec::new());
            self.0.push(Session { node, to, conn, lost: false, auth: false, current, queue });
            self.0.len() - 1
        });
        self.0[n].to = to;
        self.0[n].queue.push(words);
        self.go_on(n, Came::new(), accepted, out)
    }

    /// Ends the session with a node, if there is one.
    pub(crate) fn leave(&mut self, node: NodeId, out: &mut OperatorOutbox) {
        let Some(n) = self.0.iter().position(|session| session.node == node) else { return };
        if let Some(conn) = self.0.remove(n).conn {
            out.close(conn);
        }
    }

    /// Ends all sessions without a word to anybody. Returns with whom they were.
    pub(crate) fn forget(&mut self) -> Vec<NodeId> {
        self.0.drain(..).map(|session| session.node).collect()
    }

    /// Returns what came by the input; `None` where it is for none of the sessions.
    pub(crate) fn handle(
        &mut self,
        input: &Input,
        accepted: &mut Accepted,
        out: &mut OperatorOutbox,
    ) -> Option<Came> {
        let (conn, event) = match input {
            Input::Received(conn, Message::Reply(reply)) => (*conn, SessionEvent::Reply(reply.clone())),
            Input::Closed(conn, _) => (*conn, SessionEvent::Closed),
            Input::ConnectFailed { conn, .. } => (*conn, SessionEvent::Refused),
            _ => return None,
        };
        let n = self.0.iter().position(|session| session.conn == Some(conn))?;
        let session = &mut self.0[n];
        if let SessionEvent::Reply(reply) = &event {
            if std::mem::take(&mut session.auth) {
                return Some(Came::new());
            }
            // Nobody reads what comes unasked.
            let Some(words) = &session.current else { return Some(Came::new()) };
            if is_auth(words) && *reply == Reply::ok() {
                accepted.insert(session.to, Arc::clone(words));
            }
            if !subscribes(words) || reply.is_error() {
                session.current = None;
            }
        } else {
            (session.conn, session.auth) = (None, false);
            let Some(words) = session.current.take() else {
                session.lost = true;
                return Some(Came::new());
            };
            if subscribes(&words) {
                // Then redis-cli ends, and whatever was typed meanwhile goes nowhere.
                session.queue.clear();
            }
        }
        let came = vec![(session.node, event)];
        Some(self.go_on(n, came, accepted, out))
    }

    /// Sends what was typed next, unless something waits. Returns what came, that included which comes of it.
    fn go_on(&mut self, n: usize, mut came: Came, accepted: &Accepted, out: &mut OperatorOutbox) -> Came {
        let session = &mut self.0[n];
        while session.current.is_none() && !session.queue.is_empty() {
            let words = session.queue.remove(0);
            if std::mem::take(&mut session.lost) {
                came.push((session.node, SessionEvent::Closed));
                continue;
            }
            let Some(command) = Command::parse(&words) else { continue };
            let conn = session.conn.unwrap_or_else(|| {
                let conn = out.connect(session.to);
                if let Some(auth) = accepted.get(&session.to).and_then(|words| Command::parse(words)) {
                    out.send(conn, auth);
                    session.auth = true;
                }
                conn
            });
            session.conn = Some(conn);
            out.send(conn, command);
            session.current = Some(words);
        }
        came
    }
}
