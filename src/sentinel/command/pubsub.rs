//! Subscribing to a Sentinel's events (spec CMD-SUB-1). Each command sends its own replies, one for each
//! channel or pattern, and so returns none.

use super::super::{Cx, Sentinel};
use crate::protocol::{ArcStr, ConnId, Reply, literal};

impl Sentinel {
    /// `SUBSCRIBE channel ...`: one confirmation each.
    pub(super) fn subscribe(&mut self, conn: ConnId, channels: &[ArcStr], cx: &mut Cx<'_>) -> Option<Reply> {
        for channel in channels {
            let client = self.process.clients.get_mut(conn)?;
            if !client.channels.contains(channel) {
                client.channels.push(channel.clone());
            }
            cx.out.send(conn, confirmation(literal!("subscribe"), Some(channel), client.subscriptions()));
        }
        self.process.clients.count_subscribers();
        None
    }

    /// `PSUBSCRIBE pattern ...`: one confirmation each.
    pub(super) fn psubscribe(&mut self, conn: ConnId, patterns: &[ArcStr], cx: &mut Cx<'_>) -> Option<Reply> {
        for pattern in patterns {
            let client = self.process.clients.get_mut(conn)?;
            if !client.patterns.contains(pattern) {
                client.patterns.push(pattern.clone());
            }
            cx.out.send(conn, confirmation(literal!("psubscribe"), Some(pattern), client.subscriptions()));
        }
        self.process.clients.count_subscribers();
        None
    }

    /// `UNSUBSCRIBE [channel ...]`: all of them without an argument.
    pub(super) fn unsubscribe(
        &mut self,
        conn: ConnId,
        channels: &[ArcStr],
        cx: &mut Cx<'_>,
    ) -> Option<Reply> {
        let client = self.process.clients.get_mut(conn)?;
        let named = if channels.is_empty() { client.channels.clone() } else { channels.to_vec() };
        if named.is_empty() {
            cx.out.send(conn, confirmation(literal!("unsubscribe"), None, client.subscriptions()));
        }
        for channel in &named {
            client.channels.retain(|known| known != channel);
            cx.out.send(conn, confirmation(literal!("unsubscribe"), Some(channel), client.subscriptions()));
        }
        self.process.clients.count_subscribers();
        None
    }

    /// `PUNSUBSCRIBE [pattern ...]`: all of them without an argument.
    pub(super) fn punsubscribe(
        &mut self,
        conn: ConnId,
        patterns: &[ArcStr],
        cx: &mut Cx<'_>,
    ) -> Option<Reply> {
        let client = self.process.clients.get_mut(conn)?;
        let named = if patterns.is_empty() { client.patterns.clone() } else { patterns.to_vec() };
        if named.is_empty() {
            cx.out.send(conn, confirmation(literal!("punsubscribe"), None, client.subscriptions()));
        }
        for pattern in &named {
            client.patterns.retain(|known| known != pattern);
            cx.out.send(conn, confirmation(literal!("punsubscribe"), Some(pattern), client.subscriptions()));
        }
        self.process.clients.count_subscribers();
        None
    }
}

/// What a client is told for each channel or pattern; the last number is what it is subscribed to by then.
fn confirmation(word: ArcStr, what: Option<&ArcStr>, subscriptions: usize) -> Reply {
    let what = what.map_or(Reply::Nil, |what| Reply::Bulk(what.clone()));
    Reply::Array(vec![Reply::Bulk(word), what, Reply::Integer(subscriptions as i64)])
}
