//! A node as the picture shows it: coarse enough that it changes only when the eye should notice.

use crate::cluster::{
    ClusterView, Condition, InstanceView, MasterView, NodeId, NodeRole, NodeView, SentinelView,
};
use crate::protocol::ArcStr;
use crate::sentinel::Flag;
use crate::sim::Addr;
use crate::view::ballot::{self, Slot};
use crate::view::layout::Kind;
use crate::view::perspective;

/// A node's looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    /// Who.
    pub id: NodeId,
    /// Its name.
    pub name: ArcStr,
    /// Where it listens; for a client port 0.
    pub addr: Addr,
    /// What it is.
    pub kind: Kind,
    /// Whether it runs.
    pub condition: Condition,
    /// Whether its host is off the network or dead.
    pub host_gone: bool,
    /// Sentinels that believe it subjectively down.
    pub doubters: Vec<NodeId>,
    /// Sentinels that believe it objectively down.
    pub condemners: Vec<NodeId>,
    /// Running sentinels believe different things of it.
    pub disputed: bool,
    /// False where the one whose view this is has never heard of it.
    pub known: bool,
    /// What a sentinel has told the one whose view this is.
    pub heard: Option<Heard>,
    /// What is particular to its kind.
    pub part: Part,
}

/// What one sentinel has told another.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Whether it answered that the master is down.
    pub down: bool,
    /// Whom it voted for, and in which epoch.
    pub vote: Option<(ArcStr, u64)>,
}

/// What is particular to a kind of node.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A Redis server.
    Redis {
        /// Whether it is a master in truth.
        is_master: bool,
        /// Whether it follows somebody with its link up; true for masters.
        in_step: bool,
        /// Whether it is receiving or loading a dataset.
        syncing: bool,
        /// How much of the longest offset it has, in steps of 1/40.
        filled: u8,
        /// A leader has chosen it and is promoting it.
        promoted: bool,
        /// How far a leader is with pointing it to the new master.
        reconf: Option<Reconf>,
        /// The number of sentinels that take it for their master.
        followed_by: u32,
    },
    /// A sentinel.
    Sentinel {
        /// Its epoch; `None` where that is not known to the one whose view this is.
        epoch: Option<u64>,
        /// In a failover: candidate or leader.
        failover: Option<Failover>,
        /// Seconds until TILT ends.
        tilt_left: Option<u8>,
        /// Its suspicion against its master: how much of down-after-milliseconds has passed, in 1/60.
        suspicion: u8,
    },
    /// A writing client.
    Client {
        /// Writes acknowledged.
        acked: u64,
        /// Writes refused.
        failed: u64,
        /// Acknowledged writes lost.
        lost: u64,
    },
}

/// How far the reconfiguration of a replica is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reconf {
    /// SLAVEOF was sent.
    Sent,
    /// It replicates the new master, its link is not up yet.
    InProgress,
    /// Done.
    Done,
}

/// A failover that a sentinel runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failover {
    /// False while it only asks for votes.
    pub leads: bool,
    /// Votes counted for it.
    pub votes: u32,
    /// Votes that it needs: the larger of quorum and majority.
    pub needed: u32,
    /// The quorum.
    pub quorum: u32,
    /// The voters that it knows, itself included.
    pub voters: u32,
    /// What became of each voter's vote, while it asks for them.
    pub slots: Vec<Slot>,
}

impl Face {
    /// Its state in one word, the gravest first; for attributes.
    pub fn state(&self) -> &'static str {
        if !self.known {
            return "unknown";
        }
        match self.condition {
            Condition::Dead => return "dead",
            Condition::Frozen => return "frozen",
            Condition::Running => {}
        }
        if !self.condemners.is_empty() {
            return "odown";
        }
        match &self.part {
            Part::Sentinel { tilt_left: Some(_), .. } => "tilt",
            Part::Sentinel { failover: Some(f), .. } if f.leads => "leader",
            Part::Sentinel { failover: Some(_), .. } => "candidate",
            Part::Redis { promoted: true, .. } => "promoted",
            _ if !self.doubters.is_empty() => "sdown",
            Part::Redis { syncing: true, .. } => "syncing",
            Part::Redis { in_step: false, .. } => "link-down",
            _ => "ok",
        }
    }

    /// Where it listens, as text. A client listens nowhere: its host's address is all there is.
    pub fn addr_text(&self) -> String {
        if self.addr.port == 0 { self.addr.ip.to_string() } else { self.addr.to_string() }
    }

    /// Its role in one word, for attributes.
    pub const fn role(&self) -> &'static str {
        match self.part {
            Part::Redis { is_master: true, .. } => "master",
            Part::Redis { .. } => "replica",
            Part::Sentinel { .. } => "sentinel",
            Part::Client { .. } => "client",
        }
    }
}

/// The faces of all nodes, by id.
pub fn faces(view: &ClusterView) -> Vec<Face> {
    let beliefs = Beliefs::of(view);
    view.nodes.iter().map(|node| face(view, node, &beliefs)).collect()
}

/// What the living sentinels say about the nodes.
#[derive(Default)]
struct Beliefs {
    /// By the nodes' numbers: a large cluster's sentinels hold thousands of records.
    about: Vec<Said>,
    promoted: Vec<NodeId>,
    longest_offset: u64,
    disputed: Vec<NodeId>,
}

/// What they say about one.
#[derive(Clone, Default)]
struct Said {
    doubters: Vec<NodeId>,
    condemners: Vec<NodeId>,
    followed_by: u32,
    reconf: Option<Reconf>,
}

impl Beliefs {
    fn of(view: &ClusterView) -> Self {
        let mut all = Self {
            about: vec![Said::default(); view.nodes.last().map_or(0, |node| node.id.0 as usize + 1)],
            disputed: perspective::disputed(view),
            ..Self::default()
        };
        for node in &view.nodes {
            match &node.role {
                NodeRole::Redis(redis) => all.longest_offset = all.longest_offset.max(redis.offset),
                NodeRole::Sentinel(sentinel) if node.condition != Condition::Dead => {
                    all.hear(node.id, sentinel);
                }
                _ => {}
            }
        }
        all
    }

    fn hear(&mut self, who: NodeId, sentinel: &SentinelView) {
        for master in &sentinel.masters {
            let known = [&master.instance].into_iter().chain(&master.replicas).chain(&master.sentinels);
            for instance in known {
                let about = instance.node.and_then(|about| self.about.get_mut(about.0 as usize));
                let Some(said) = about else { continue };
                if instance.s_down {
                    said.doubters.push(who);
                }
                if instance.o_down {
                    said.condemners.push(who);
                }
                said.reconf = reconf_of(instance).or(said.reconf);
            }
            let about = master.instance.node.and_then(|about| self.about.get_mut(about.0 as usize));
            if let Some(said) = about {
                said.followed_by += 1;
            }
            self.promoted.extend(promoted_by(master));
        }
    }
}

fn promoted_by(master: &MasterView) -> Option<NodeId> {
    let name = master.failover.as_ref()?.promoted.as_ref()?;
    master.replicas.iter().find(|r| r.name == *name)?.node
}

/// How far a replica's record says that it is on its way to the new master.
pub(super) fn reconf_of(instance: &InstanceView) -> Option<Reconf> {
    let steps = [
        (Flag::ReconfDone, Reconf::Done),
        (Flag::ReconfInProgress, Reconf::InProgress),
        (Flag::ReconfSent, Reconf::Sent),
    ];
    steps.into_iter().find(|(flag, _)| instance.flags.has(*flag)).map(|(_, reconf)| reconf)
}

fn face(view: &ClusterView, node: &NodeView, beliefs: &Beliefs) -> Face {
    let host = view.hosts.iter().find(|h| h.id == node.host);
    let said = beliefs.about[node.id.0 as usize].clone();
    let part = match &node.role {
        NodeRole::Redis(redis) => Part::Redis {
            is_master: redis.is_master,
            in_step: redis.is_master || redis.link_up,
            syncing: redis.syncing,
            filled: (redis.offset * 40 / beliefs.longest_offset.max(1)) as u8,
            promoted: beliefs.promoted.contains(&node.id),
            reconf: said.reconf,
            followed_by: said.followed_by,
        },
        NodeRole::Sentinel(sentinel) => Part::Sentinel {
            epoch: Some(sentinel.current_epoch),
            failover: sentinel.masters.iter().find_map(|master| failover(view, node.id, sentinel, master)),
            tilt_left: sentinel
                .tilt_since
                .map(|since| (30 - ((view.wall - since).0 / 1000).clamp(0, 30)) as u8),
            suspicion: sentinel.masters.iter().map(suspicion).max().unwrap_or(0),
        },
        NodeRole::Client(client) => {
            Part::Client { acked: client.acked, failed: client.failed, lost: client.lost }
        }
    };
    Face {
        id: node.id,
        name: node.name.clone(),
        addr: node.addr,
        kind: Kind::of(&node.role),
        condition: node.condition,
        host_gone: host.is_some_and(|h| !h.alive || !h.connected),
        doubters: said.doubters,
        condemners: said.condemners,
        disputed: beliefs.disputed.contains(&node.id),
        known: true,
        heard: None,
        part,
    }
}

fn failover(
    view: &ClusterView,
    id: NodeId,
    sentinel: &SentinelView,
    master: &MasterView,
) -> Option<Failover> {
    let failover = master.failover.as_ref()?;
    let leads = failover.state != "wait_start";
    let slots = if leads { Vec::new() } else { ballot::slots(view, id, sentinel, master) };
    let (counted, needed, known) = ballot::votes(failover, &slots);
    Some(Failover { slots, leads, votes: counted, needed, quorum: master.quorum, voters: known })
}

fn suspicion(master: &MasterView) -> u8 {
    let silent = master.instance.silent_for.0.max(0);
    // Half a second of silence is an ordinary wait for a reply and no suspicion.
    if silent < 500 {
        return 0;
    }
    (silent * 60 / master.down_after.0.max(1)).min(60) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture;

    fn face_of(view: &ClusterView, name: &str) -> Face {
        faces(view).into_iter().find(|f| f.name == name).unwrap()
    }

    #[test]
    fn a_healthy_cluster_is_quiet() {
        for face in faces(&fixture::view()) {
            assert_eq!(face.state(), "ok", "{}", face.name);
        }
    }

    #[test]
    fn the_gravest_state_wins() {
        let mut view = fixture::view();
        fixture::master_seen_by(&mut view, "S1").s_down = true;
        assert_eq!(face_of(&view, "M0").state(), "sdown");
        fixture::master_seen_by(&mut view, "S2").s_down = true;
        fixture::master_seen_by(&mut view, "S2").o_down = true;
        let face = face_of(&view, "M0");
        assert_eq!(face.state(), "odown");
        assert_eq!(face.doubters.len(), 2);
        fixture::node(&mut view, "M0").condition = Condition::Dead;
        assert_eq!(face_of(&view, "M0").state(), "dead");
    }

    #[test]
    fn what_a_dead_sentinel_believed_counts_no_more() {
        let mut view = fixture::view();
        fixture::master_seen_by(&mut view, "S1").s_down = true;
        fixture::node(&mut view, "S1").condition = Condition::Dead;
        assert_eq!(face_of(&view, "M0").state(), "ok");
    }

    #[test]
    fn suspicion_fills_towards_down_after_and_no_further() {
        let mut view = fixture::view();
        let suspicion = |view: &ClusterView| match face_of(view, "S1").part {
            Part::Sentinel { suspicion, .. } => suspicion,
            _ => panic!("not a sentinel"),
        };
        assert_eq!(suspicion(&view), 0);
        fixture::master_seen_by(&mut view, "S1").silent_for = crate::sim::Millis(15_000);
        assert_eq!(suspicion(&view), 30);
        fixture::master_seen_by(&mut view, "S1").silent_for = crate::sim::Millis(900_000);
        assert_eq!(suspicion(&view), 60);
    }
}
