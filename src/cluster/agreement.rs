//! Whether everybody agrees: what must come about when nothing is broken any more (spec SIM-8).

use crate::client::Client;
use crate::cluster::{Cluster, Condition, NodeId, Rule, Violation};
use crate::protocol::{ArcStr, Dataset};
use crate::redis::RedisServer;
use crate::sentinel::{InstanceAddr, Master, Role, Sentinel};
use crate::sim::Addr;
use std::collections::{BTreeMap, BTreeSet};

/// What a sentinel says of a master.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Belief {
    master: Option<Addr>,
    config_epoch: u64,
}

impl Cluster {
    /// The first thing that running sentinels and servers do not agree on: the address and config epoch of
    /// each master, that the server there is a master, that all others follow it and are connected to it.
    /// `None` when all is well.
    ///
    /// Servers that no sentinel knows and that follow nobody's master are left out ([`Self::strangers`]).
    pub fn disagreement(&self) -> Option<Violation> {
        let mut beliefs: BTreeMap<ArcStr, (NodeId, Belief)> = BTreeMap::new();
        let mut groups: BTreeMap<ArcStr, BTreeSet<NodeId>> = BTreeMap::new();
        for (id, sentinel) in self.running_sentinels() {
            for master in sentinel.masters() {
                let name = master.name();
                let belief =
                    Belief { master: master.announced_addr().dial(), config_epoch: master.config_epoch };
                if master.failover.is_in_progress() {
                    return self.apart(Some(id), format!("{name}: {}", master.failover.name()));
                }
                if master.instance.s_down {
                    return self.apart(Some(id), format!("{name} is subjectively down"));
                }
                let replicas = master.replicas.iter().filter_map(|replica| replica.instance.addr.dial());
                let members = replicas.filter_map(|addr| self.node_at(addr));
                groups.entry(name.clone()).or_default().extend(members);
                if let Some((other, first)) = beliefs.get(name) {
                    if *first != belief {
                        let other = &self.node(*other).name;
                        let text = format!("{name}: {belief:?}, but {other} says {first:?}");
                        return self.apart(Some(id), text);
                    }
                } else {
                    beliefs.insert(name.clone(), (id, belief));
                }
            }
        }
        beliefs.iter().find_map(|(name, (_, belief))| {
            let members = groups.get(name).into_iter().flatten();
            self.server_apart(name, belief, members.copied())
        })
    }

    /// Running servers that no running sentinel knows, neither as a master nor as a replica: whoever makes
    /// sentinels forget (SENTINEL RESET, REMOVE) may have none look after a server that follows nobody's
    /// master (spec MOD-40, CMD-RESET-1).
    pub fn strangers(&self) -> Vec<NodeId> {
        let mut known = BTreeSet::new();
        for (_, sentinel) in self.running_sentinels() {
            for master in sentinel.masters() {
                let replicas = master.replicas.iter().map(|replica| &replica.instance.addr);
                let addrs = replicas.chain([&master.instance.addr]).filter_map(InstanceAddr::dial);
                known.extend(addrs.filter_map(|addr| self.node_at(addr)));
            }
        }
        self.running_servers().map(|(id, _)| id).filter(|id| !known.contains(id)).collect()
    }

    /// Whether two running sentinels know different addresses of a master in the same version of its
    /// configuration. Neither believes the other then: a hello counts only with a greater config epoch (spec
    /// HELLO-12), so that it stays so until the next failover (spec SIM-9).
    pub fn has_rival_configurations(&self) -> bool {
        let mut versions: BTreeMap<(ArcStr, u64), Option<Addr>> = BTreeMap::new();
        self.running_sentinels().any(|(_, sentinel)| {
            sentinel.masters().iter().any(|master| {
                let addr = master.announced_addr().dial();
                let version = (master.name().clone(), master.config_epoch);
                *versions.entry(version).or_insert(addr) != addr
            })
        })
    }

    /// Whether two running sentinels believe in different addresses of one master, and neither knows the other:
    /// then no hello can pass between them, and neither ever learns better.
    pub fn is_parted(&self) -> bool {
        let views: Vec<_> = self
            .running_sentinels()
            .flat_map(|(_, sentinel)| sentinel.masters().iter().map(move |master| (sentinel.myid(), master)))
            .collect();
        let knows = |master: &Master, id: &ArcStr| master.sentinels.iter().any(|peer| peer.name == *id);
        views.iter().enumerate().any(|(n, (a, of_a))| {
            views[n + 1..].iter().any(|(b, of_b)| {
                of_a.name() == of_b.name()
                    && of_a.announced_addr().dial() != of_b.announced_addr().dial()
                    && !knows(of_a, b)
                    && !knows(of_b, a)
            })
        })
    }

    /// Whether a sentinel watches a master that calls itself a replica, and knows only replicas that are never
    /// to be promoted (spec SDOWN-3, SEL-4): a failover has nobody to choose.
    pub fn has_nobody_to_promote(&self) -> bool {
        self.running_sentinels().any(|(_, sentinel)| {
            sentinel.masters().iter().any(|master| {
                master.reported.role != Role::Master
                    && master.replicas.iter().all(|replica| replica.priority == 0)
            })
        })
    }

    fn server_apart(
        &self,
        name: &str,
        belief: &Belief,
        members: impl Iterator<Item = NodeId>,
    ) -> Option<Violation> {
        let Some(addr) = belief.master else { return self.apart(None, format!("{name} has no address")) };
        let master = self.node_at(addr).filter(|&id| self.condition(id) == Condition::Running);
        let Some(master) = master else {
            return self.apart(None, format!("{name}: nobody runs at {addr}"));
        };
        let Some(server) = self.node(master).redis().filter(|server| server.is_master()) else {
            return self.apart(Some(master), format!("{name}: the sentinels' master is no master"));
        };
        for id in members.filter(|&id| id != master && self.condition(id) == Condition::Running) {
            let Some(replica) = self.node(id).redis() else { continue };
            let followed =
                replica.master().and_then(|(host, port)| Some(Addr::new(host.parse().ok()?, port)));
            if followed != Some(addr) {
                return self.apart(Some(id), format!("{name}: follows {followed:?}, not {addr}"));
            }
            if !replica.is_link_up() {
                return self.apart(Some(id), format!("{name}: its link to {addr} is not up"));
            }
            if let Some(text) = differs(server, replica) {
                let (at, rule) = (self.now(), Rule::SameData);
                return Some(Violation { at, node: Some(id), rule, text });
            }
        }
        None
    }

    /// The first server that was a master all the time and lacks a write that it acknowledged. Only writers
    /// all of whose acknowledgements came from one server can be judged.
    pub fn forgotten_write(&self) -> Option<Violation> {
        self.node_ids().filter_map(|id| self.node(id).client()).find_map(|client| {
            let mut by = client.history().acked_by.keys();
            let (Some(addr), None) = (by.next(), by.next()) else { return None };
            let id = self.node_at(*addr).filter(|&id| self.has_always_been_master(id))?;
            let lost = lost_by(client, self.node(id).redis()?.dataset());
            let text = format!("{lost} writes of {} are gone that it acknowledged", client.conf().name);
            let (at, rule) = (self.now(), Rule::WritesSurvive);
            (lost > 0).then(|| Violation { at, node: Some(id), rule, text: text.into() })
        })
    }

    #[allow(clippy::unnecessary_wraps, reason = "every caller returns it as what it looked for")]
    fn apart(&self, node: Option<NodeId>, text: String) -> Option<Violation> {
        Some(Violation { at: self.now(), node, rule: Rule::Agreement, text: text.into() })
    }

    fn running_sentinels(&self) -> impl Iterator<Item = (NodeId, &Sentinel)> {
        let running = self.node_ids().filter(|&id| self.condition(id) == Condition::Running);
        running.filter_map(|id| Some((id, self.node(id).sentinel()?)))
    }

    fn running_servers(&self) -> impl Iterator<Item = (NodeId, &RedisServer)> {
        let running = self.node_ids().filter(|&id| self.condition(id) == Condition::Running);
        running.filter_map(|id| Some((id, self.node(id).redis()?)))
    }
}

fn lost_by(client: &Client, dataset: &Dataset) -> u64 {
    client.history().lost_count(&client.conf().name, dataset)
}

/// How a replica's data differs from its master's although it has applied all that the master sent.
fn differs(master: &RedisServer, replica: &RedisServer) -> Option<ArcStr> {
    if replica.replid() != master.replid() || replica.replica_offset() != Some(master.offset()) {
        return None;
    }
    let (ours, theirs) = (master.dataset(), replica.dataset());
    let same = ours.len() == theirs.len() && ours.keys().all(|key| ours.get(&key) == theirs.get(&key));
    let offset = master.offset();
    (!same).then(|| format!("{} keys at offset {offset}, its master {}", theirs.len(), ours.len()).into())
}
