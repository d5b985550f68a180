//! Publish/Subscribe: who listens to what.

use crate::protocol::glob;
use crate::protocol::{ArcStr, ConnId, Reply, literal};
use crate::redis::RedisOutbox;
use crate::redis::clients::Client;
use crate::redis::server::{Answer, Cx, RedisServer};

/// The subscriptions of all clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PubSub {
    channels: Listeners,
    patterns: Listeners,
}

/// Who listens to each name; the names in order, side by side as there are few.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Listeners(Vec<(ArcStr, Vec<ConnId>)>);

impl Listeners {
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(name))
    }

    /// Who listens to a name.
    fn of(&self, name: &str) -> &[ConnId] {
        self.find(name).map_or(&[], |at| &self.0[at].1)
    }

    fn join(&mut self, name: &ArcStr, conn: ConnId) {
        let at = self.find(name).unwrap_or_else(|at| {
            self.0.insert(at, (name.clone(), Vec::new()));
            at
        });
        self.0[at].1.push(conn);
    }

    fn leave(&mut self, name: &str, conn: ConnId) {
        if let Ok(at) = self.find(name) {
            let listeners = &mut self.0[at].1;
            listeners.retain(|&listener| listener != conn);
            if listeners.is_empty() {
                self.0.remove(at);
            }
        }
    }
}

impl PubSub {
    /// Hands a message to everybody who listens; returns how many that are.
    pub(super) fn publish(&self, channel: &ArcStr, message: &ArcStr, out: &mut RedisOutbox) -> i64 {
        let listeners = self.channels.of(channel);
        let mut receivers = listeners.len();
        for &conn in listeners {
            out.send(conn, Reply::Pushed { channel: channel.clone(), message: message.clone() });
        }
        for (pattern, listeners) in &self.patterns.0 {
            if glob::matches(pattern, channel) {
                receivers += listeners.len();
                for &conn in listeners {
                    let texts = [literal!("pmessage"), pattern.clone(), channel.clone(), message.clone()];
                    out.send(conn, Reply::bulks(texts));
                }
            }
        }
        receivers as i64
    }

    /// Forgets a client that is gone.
    pub(super) fn forget(&mut self, client: &Client) {
        for channel in &client.record.channels {
            self.channels.leave(channel, client.conn);
        }
        for pattern in &client.record.patterns {
            self.patterns.leave(pattern, client.conn);
        }
    }

    /// The channels that somebody listens to.
    pub(super) fn channels(&self) -> impl Iterator<Item = &ArcStr> {
        self.channels.0.iter().map(|(channel, _)| channel)
    }

    /// How many clients listen to `channel`.
    pub(super) fn listeners(&self, channel: &str) -> usize {
        self.channels.of(channel).len()
    }

    /// How many patterns somebody listens to.
    pub(super) fn patterns(&self) -> usize {
        self.patterns.0.len()
    }
}

impl RedisServer {
    /// (P)SUBSCRIBE: one confirmation for each channel.
    pub(super) fn subscribe(&mut self, conn: ConnId, names: &[ArcStr], pattern: bool) -> Answer {
        let (verb, table) = if pattern {
            (literal!("psubscribe"), &mut self.pubsub.patterns)
        } else {
            (literal!("subscribe"), &mut self.pubsub.channels)
        };
        let Some(client) = self.clients.get_mut(conn) else { return Answer::None };
        let mut replies = Vec::with_capacity(names.len());
        for name in names {
            let own = client.record.subscribed_mut(pattern);
            if !own.contains(name) {
                own.push(name.clone());
                table.join(name, conn);
            }
            replies.push(client.record.confirmation(verb.clone(), Some(name)));
        }
        Answer::Several(replies)
    }

    /// (P)UNSUBSCRIBE: one confirmation for each channel; without names, from all.
    pub(super) fn unsubscribe(&mut self, conn: ConnId, names: &[ArcStr], pattern: bool) -> Answer {
        let (verb, table) = if pattern {
            (literal!("punsubscribe"), &mut self.pubsub.patterns)
        } else {
            (literal!("unsubscribe"), &mut self.pubsub.channels)
        };
        let Some(client) = self.clients.get_mut(conn) else { return Answer::None };
        let own = client.record.subscribed_mut(pattern);
        let names = if names.is_empty() { own.clone() } else { names.to_vec() };
        if names.is_empty() {
            return Answer::Several(vec![client.record.confirmation(verb, None)]);
        }
        let mut replies = Vec::with_capacity(names.len());
        for name in &names {
            client.record.subscribed_mut(pattern).retain(|subscribed| subscribed != name);
            table.leave(name, conn);
            replies.push(client.record.confirmation(verb.clone(), Some(name)));
        }
        Answer::Several(replies)
    }

    /// PUBLISH: to the subscribers here and, on a master, into the replication stream (spec REPL-40), so
    /// that it reaches those of the replicas too.
    pub(super) fn publish(&mut self, cx: &mut Cx<'_>, channel: &ArcStr, message: &ArcStr) -> Reply {
        let receivers = self.pubsub.publish(channel, message, cx.out);
        // What is published while a dataset is loaded stays here (recorded: in 66a a reload of 4 s leaves the offset
        // where it was, though each Sentinel publishes at each of its turns until it is answered).
        if self.link.is_none() && !self.is_loading() {
            self.propagate_publish(cx, channel, message);
        }
        Reply::Integer(receivers)
    }
}
