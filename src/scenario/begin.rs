//! Bringing a topology up as the capture tool does, until it is stable.

use crate::cluster::{Action, Cluster, NodeId, Record, Script};
use crate::redis::{RedisConf, RedisServer};
use crate::scenario::{Role, Scenario};
use crate::sentinel::{Instance, Replica, SentinelConf};
use crate::sim::{Micros, Rng, Seed, SimTime};

/// How often the capture tool looks whether what it waits for has come.
const POLL: Micros = Micros::from_millis(100);

/// How long it waits for a master to answer.
const MASTER_UP: Micros = Micros::from_secs(10);

/// How long it waits for a replica's link.
const REPLICA_UP: Micros = Micros::from_secs(60);

/// The capture tool starts sentinels up to so long one after another, in random order.
const SENTINEL_GAP_MS: u32 = 350;

/// The scenario's own dice: order and times of starting, the shift of its actions.
const SCENARIO_STREAM: u64 = u64::MAX - 1;

/// A world that was brought up; its present is t = 0.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The world, its script in force.
    pub cluster: Cluster,
    /// What was said while it came up.
    pub records: Vec<Record>,
    /// Whether all sentinels know all nodes and believe them well.
    pub stable: bool,
    /// By how much the scenario's actions are shifted.
    pub jitter: Micros,
}

impl Scenario {
    /// Brings the topology up: masters, then replicas, then sentinels, each step when the one before it is
    /// done; t = 0 is when everything is stable.
    pub fn begin(&self, seed: Seed) -> Begun {
        let mut rng = Rng::new(seed, SCENARIO_STREAM);
        let mut cluster = self.build(seed);
        let mut said = Vec::new();
        for &(from, to, link) in &self.links {
            cluster.perform(Action::SetLink { from, to, link }, &mut said);
        }
        self.start_servers(&mut cluster, &mut said);
        for (node, words) in &self.setup_commands {
            let command = Action::Command { node: *node, words: words.clone() };
            cluster.perform(command, &mut said);
            run_for(&mut cluster, Micros::from_millis(5), &mut said);
        }
        self.start_sentinels(&mut cluster, &mut rng, &mut said);
        let stable = match self.stable_timeout {
            Some(limit) => wait(&mut cluster, limit, &mut said, |world| self.is_stable(world)),
            None => true,
        };
        let jitter = Micros(u64::from(rng.below(self.jitter.0.max(1) as u32)));
        cluster.set_script(self.script(cluster.now(), jitter, seed));
        Begun { cluster, records: said, stable, jitter }
    }

    fn build(&self, seed: Seed) -> Cluster {
        let mut cluster = Cluster::new(seed);
        for host in &self.hosts {
            cluster.add_host(host.name.clone(), host.ip);
        }
        for node in &self.nodes {
            match node.role {
                Role::Sentinel => {
                    let conf =
                        SentinelConf::parse(&node.conf).expect("a scenario's configuration was checked");
                    cluster.add_sentinel(node.name.clone(), node.host, conf);
                }
                Role::Master | Role::Replica(_) => {
                    let conf = RedisConf::parse(&node.conf).expect("a scenario's configuration was checked");
                    cluster.add_redis(node.name.clone(), node.host, conf);
                }
            }
        }
        cluster
    }

    fn first(&self, is_it: impl Fn(Role) -> bool) -> Vec<NodeId> {
        let nodes = self.nodes.iter().enumerate().filter(|(_, node)| node.start && is_it(node.role));
        nodes.map(|(n, _)| NodeId(n as u32)).collect()
    }

    fn start_servers(&self, cluster: &mut Cluster, said: &mut Vec<Record>) {
        for id in self.first(|role| role == Role::Master) {
            cluster.start(id, said);
        }
        wait(cluster, MASTER_UP, said, |_| true);
        for fill in &self.preload {
            let action = Action::Fill {
                node: fill.node,
                prefix: fill.prefix.clone(),
                count: fill.count,
                size: fill.size,
            };
            cluster.perform(action, said);
            let is_full = |world: &Cluster| {
                world
                    .node(fill.node)
                    .redis()
                    .is_none_or(|server| server.dataset().len() >= u64::from(fill.count))
            };
            wait(cluster, MASTER_UP, said, is_full);
        }
        let replicas = self.first(|role| matches!(role, Role::Replica(_)));
        for &id in &replicas {
            cluster.start(id, said);
        }
        for &id in &replicas {
            let is_up = |world: &Cluster| world.node(id).redis().is_some_and(RedisServer::is_link_up);
            wait(cluster, REPLICA_UP, said, is_up);
        }
    }

    fn start_sentinels(&self, cluster: &mut Cluster, rng: &mut Rng, said: &mut Vec<Record>) {
        let mut sentinels = self.first(|role| role == Role::Sentinel);
        for n in (1..sentinels.len()).rev() {
            sentinels.swap(n, rng.below(n as u32 + 1) as usize);
        }
        for id in sentinels {
            cluster.start(id, said);
            run_for(cluster, Micros(u64::from(rng.below(SENTINEL_GAP_MS * 1000))), said);
        }
    }

    /// Whether every sentinel lists every replica and every other sentinel, all of them well, and each
    /// replica's INFO has come (captures/FORMAT.md).
    fn is_stable(&self, cluster: &Cluster) -> bool {
        let sentinels = self.first(|role| role == Role::Sentinel);
        sentinels.iter().all(|&id| {
            let Some(sentinel) = cluster.node(id).sentinel() else { return false };
            self.monitors.iter().filter(|monitor| !monitor.except.contains(&id)).all(|monitor| {
                let replicas = self.first(|role| role == Role::Replica(monitor.master)).len();
                let others = sentinels.iter().filter(|&&s| s != id && !monitor.except.contains(&s)).count();
                let Some(master) = sentinel.masters().by_key(&monitor.name) else { return false };
                let is_up =
                    |instance: &Instance| !instance.s_down && !sentinel.links()[instance.link].disconnected;
                let replica_is_known = |replica: &Replica| {
                    is_up(&replica.instance) && replica.master_link_up && replica.instance.runid.is_some()
                };
                is_up(&master.instance)
                    && master.replicas.len() == replicas
                    && master.sentinels.len() == others
                    && master.replicas.iter().all(replica_is_known)
                    && master.sentinels.iter().all(|peer| is_up(&peer.instance) && !peer.master_down)
            })
        })
    }

    fn script(&self, origin: SimTime, jitter: Micros, seed: Seed) -> Script {
        let timed = self.timed.iter().map(|(at, action)| (origin + *at + jitter, action.clone())).collect();
        let reactions = self.reactions.iter().map(|reaction| {
            let mut trigger = reaction.trigger.clone();
            trigger.not_before = origin + trigger.not_before.since(SimTime::ZERO) + jitter;
            crate::cluster::Reaction { trigger, delay: reaction.delay, action: reaction.action.clone() }
        });
        Script::new(timed, reactions.collect(), seed)
    }
}

fn run_for(cluster: &mut Cluster, span: Micros, said: &mut Vec<Record>) {
    let until = cluster.now() + span;
    cluster.run_until(until, said);
}

/// Runs until it is so, looking every 100 ms, at least once. Returns whether it came about in time.
fn wait(
    cluster: &mut Cluster,
    limit: Micros,
    said: &mut Vec<Record>,
    is_so: impl Fn(&Cluster) -> bool,
) -> bool {
    let end = cluster.now() + limit;
    loop {
        run_for(cluster, POLL, said);
        if is_so(cluster) {
            return true;
        }
        if cluster.now() >= end {
            return false;
        }
    }
}
