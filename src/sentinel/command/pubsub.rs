//! Subscribing to a Sentinel's events (spec CMD-SUB-1). Each command sends its own replies, one for each
//! channel or pattern, and so returns none.

use super::super::{Cx, Sentinel};
use crate::protocol::{ArcStr, ConnId, Reply, literal};

impl Sentinel {
    /// `(P)SUBSCRIBE name ...`: one confirmation each.
    pub(super) fn subscribe(
        &mut self,
        conn: ConnId,
        names: &[ArcStr],
        pattern: bool,
        cx: &mut Cx<'_>,
    ) -> Option<Reply> {
        let verb = if pattern { literal!("psubscribe") } else { literal!("subscribe") };
        let client = self.process.clients.get_mut(conn)?;
        for name in names {
            let own = client.subscribed_mut(pattern);
            if !own.contains(name) {
                own.push(name.clone());
            }
            cx.out.send(conn, client.confirmation(verb.clone(), Some(name)));
        }
        self.process.clients.count_subscribers();
        None
    }

    /// `(P)UNSUBSCRIBE [name ...]`: all of them without an argument.
    pub(super) fn unsubscribe(
        &mut self,
        conn: ConnId,
        names: &[ArcStr],
        pattern: bool,
        cx: &mut Cx<'_>,
    ) -> Option<Reply> {
        let verb = if pattern { literal!("punsubscribe") } else { literal!("unsubscribe") };
        let client = self.process.clients.get_mut(conn)?;
        let own = client.subscribed_mut(pattern);
        let leaving = if names.is_empty() { own.clone() } else { names.to_vec() };
        if leaving.is_empty() {
            cx.out.send(conn, client.confirmation(verb.clone(), None));
        }
        for name in &leaving {
            client.subscribed_mut(pattern).retain(|known| known != name);
            cx.out.send(conn, client.confirmation(verb.clone(), Some(name)));
        }
        self.process.clients.count_subscribers();
        None
    }
}
