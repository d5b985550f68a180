//! TEMPORARY: stands in for `cluster::History` and `scenario` until they land.
#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, dead_code)]

use crate::cluster::*;
use crate::protocol::ArcStr;
use crate::sentinel::{EventKind as K, SentinelEvent};
use crate::sim::*;
use std::net::{IpAddr, Ipv4Addr};

#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub at: SimTime,
    pub node: NodeId,
    pub what: Said,
}
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Sentinel(SentinelEvent),
    Action(Action),
}
#[derive(Clone, Copy)]
pub enum Step {
    Packet,
    Event,
    Notable,
}
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ActionError(pub String);
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ScenarioError(pub String);
pub struct Entry {
    pub id: &'static str,
    pub json: &'static str,
}
pub fn library() -> &'static [Entry] {
    &[Entry { id: "plain", json: "{}" }, Entry { id: "seed", json: "{\"hosts\":1}" }]
}
#[derive(Clone)]
pub struct Scenario {
    hosts: bool,
}
impl Scenario {
    pub fn parse(json: &str) -> Result<Self, ScenarioError> {
        if !json.trim_start().starts_with('{') {
            return Err(ScenarioError("line 1 column 1: expected an object".into()));
        }
        Ok(Self { hosts: json.contains("hosts") })
    }
    pub fn begin(&self, _seed: Seed) -> History {
        History::new(self.hosts)
    }
}
pub struct History {
    now: SimTime,
    end: SimTime,
    hosts: bool,
    records: Vec<Record>,
    acts: Vec<(SimTime, Action)>,
}

const O: u64 = 3_000_000;
fn addr(hosts: bool, i: u32) -> Addr {
    let h = host(hosts, i).0;
    Addr::new(
        IpAddr::V4(Ipv4Addr::new(192, 168, 50, 121 + h as u8)),
        if redis(hosts, i) { 6379 } else { 26379 },
    )
}
fn redis(hosts: bool, i: u32) -> bool {
    if hosts { i < 2 } else { i < 3 }
}
fn count(hosts: bool) -> u32 {
    if hosts { 5 } else { 6 }
}
fn host(hosts: bool, i: u32) -> HostId {
    if hosts { HostId([0, 1, 0, 1, 2][i as usize]) } else { HostId(i) }
}
fn id(i: u32) -> ArcStr {
    format!("{i}d271223c7df8d1d54967ee893fbebfbf6c60ab{i}").into()
}

impl History {
    fn new(hosts: bool) -> Self {
        let mut h = Self { now: SimTime(O), end: SimTime(O), hosts, records: vec![], acts: vec![] };
        let s: u32 = if hosts { 2 } else { 3 };
        let m = format!("mymaster {} 6379", addr(hosts, 0).ip);
        let r = addr(hosts, 1);
        let rep = format!("slave {r} {} 6379 @ {m}", r.ip);
        let mas = format!("master {m}");
        let e = |ms: u64, n: u32, k: K, p: String| Record {
            at: SimTime(O + ms * 1000),
            node: NodeId(n),
            what: Said::Sentinel(SentinelEvent::Event { kind: k, master: None, payload: p.into() }),
        };
        h.records = vec![
            Record {
                at: SimTime(O + 2_000_000),
                node: NodeId(0),
                what: Said::Action(Action::Kill(NodeId(0))),
            },
            e(7010, s + 1, K::SubjectivelyDown, mas.clone()),
            e(7080, s, K::SubjectivelyDown, mas.clone()),
            e(7144, s + 1, K::ObjectivelyDown, format!("{mas} #quorum 2/2")),
            e(7144, s + 1, K::NewEpoch, "1".into()),
            e(7145, s + 1, K::TryFailover, mas.clone()),
            e(7148, s + 1, K::VoteForLeader, format!("{} 1", id(s + 1))),
            e(7151, s, K::NewEpoch, "1".into()),
            e(7153, s, K::VoteForLeader, format!("{} 1", id(s + 1))),
            e(7153, s + 2, K::SubjectivelyDown, mas.clone()),
            e(7154, s + 2, K::VoteForLeader, format!("{} 1", id(s + 1))),
            Record {
                at: SimTime(O + 7_155_000),
                node: NodeId(s + 1),
                what: Said::Sentinel(SentinelEvent::Voted { peer: id(s), leader: id(s + 1), epoch: 1 }),
            },
            Record {
                at: SimTime(O + 7_156_000),
                node: NodeId(s + 1),
                what: Said::Sentinel(SentinelEvent::Voted { peer: id(s + 2), leader: id(s + 1), epoch: 1 }),
            },
            e(7208, s + 1, K::ElectedLeader, mas.clone()),
            e(7208, s + 1, K::StateSelectReplica, mas.clone()),
            e(7290, s + 1, K::SelectedReplica, rep.clone()),
            e(7290, s + 1, K::StateSendSlaveofNoone, rep.clone()),
            e(7360, s + 1, K::StateWaitPromotion, rep.clone()),
            e(7920, s + 1, K::PromotedReplica, rep.clone()),
            e(7920, s + 1, K::StateReconfReplicas, mas.clone()),
            e(7980, s + 1, K::ReconfSent, rep.clone()),
            e(
                8010,
                s,
                K::ConfigUpdateFrom,
                format!("sentinel {} {} 26379 @ {m}", id(s + 1), addr(hosts, s + 1).ip),
            ),
            e(8010, s, K::SwitchMaster, format!("{m} {} 6379", r.ip)),
            e(8012, s + 2, K::SwitchMaster, format!("{m} {} 6379", r.ip)),
            e(8990, s + 1, K::ReconfDone, rep.clone()),
            e(9040, s + 1, K::FailoverEnd, mas.clone()),
            e(9040, s + 1, K::SwitchMaster, format!("{m} {} 6379", r.ip)),
            e(
                14040,
                s + 1,
                K::SubjectivelyDown,
                format!("slave {} {} 6379 @ mymaster {} 6379", addr(hosts, 0), addr(hosts, 0).ip, r.ip),
            ),
        ];
        h
    }
    pub fn now(&self) -> SimTime {
        self.now
    }
    pub fn end(&self) -> SimTime {
        self.end
    }
    pub fn origin(&self) -> SimTime {
        SimTime(O)
    }
    pub fn run_until(&mut self, to: SimTime) {
        self.now = to.max(self.now);
        self.end = self.end.max(self.now)
    }
    pub fn seek(&mut self, to: SimTime) {
        self.now = to
    }
    pub fn step(&mut self, w: Step) -> bool {
        let next = match w {
            Step::Packet => self
                .view()
                .packets
                .iter()
                .map(|p| p.arrives_at)
                .filter(|t| *t > self.now)
                .min()
                .or(Some(self.now + Micros(5000))),
            _ => self.records.iter().map(|r| r.at).find(|t| *t > self.now),
        };
        next.map(|t| self.run_until(t)).is_some()
    }
    pub fn act(&mut self, action: Action) -> Result<(), ActionError> {
        self.end = self.now;
        let at = self.records.partition_point(|r| r.at <= self.now);
        let node = match action {
            Action::Kill(n) | Action::Freeze(n) | Action::Resume(n) | Action::Start(n) => n,
            _ => NodeId(0),
        };
        self.records.insert(at, Record { at: self.now, node, what: Said::Action(action.clone()) });
        self.acts.push((self.now, action));
        Ok(())
    }
    pub fn records(&self) -> &[Record] {
        &self.records
    }
    pub fn line(&self, r: &Record) -> String {
        match &r.what {
            Said::Sentinel(e) => format!(
                "{}:X 22 Nov 2026 07:33:{:02}.{:03} {} {e}",
                1000 + r.node.0,
                r.at.0 / 1000000 % 60,
                r.at.0 / 1000 % 1000,
                e.level().mark()
            ),
            Said::Action(a) => format!("{a:?}"),
        }
    }
    pub fn view(&self) -> ClusterView {
        let (hosts, now) = (self.hosts, self.now);
        let n = count(hosts);
        let t = now.since(SimTime(O)).0 as i64 / 1000;
        let s = if hosts { 2 } else { 3 };
        let dead = t >= 2000;
        let promoted = t >= 7900;
        let lag = Micros(1500);
        let inst = |me: u32, i: u32| InstanceView {
            name: addr(hosts, i).to_string().into(),
            addr: addr(hosts, i),
            node: Some(NodeId(i)),
            flags: if redis(hosts, i) { "slave".into() } else { "sentinel".into() },
            s_down: i == 0 && t >= [7080, 7010, 7153][(me - s) as usize],
            o_down: i == 0 && me == s + 1 && (7144..9040).contains(&t),
            master_down: false,
            disconnected: i == 0 && dead,
            silent_for: Millis(if i == 0 && dead { t - 2000 } else { 0 }),
            last_ok_ping: Millis(300),
            info_age: Some(Millis(t % 10000)),
            offset: 1000 + t as u64 / 10,
            priority: 100,
            vote: None,
        };
        let role = |i: u32| {
            if redis(hosts, i) {
                let m = if promoted { 1 } else { 0 };
                let is_master = i == m || i == 0;
                NodeRole::Redis(RedisView {
                    is_master,
                    follows: (!is_master).then(|| (addr(hosts, m), Some(NodeId(m)))),
                    link_up: !is_master && (!dead || t > 8900),
                    syncing: i == 2 && (8000..8900).contains(&t),
                    offset: 1000 + (if i == 0 { t.min(2000) } else { t } as u64) * 5,
                    priority: 100,
                    replicas: 2,
                    keys: 12,
                    run_id: id(i),
                })
            } else {
                let sw = t >= if i == s + 1 { 9040 } else { 8010 };
                let mm = if sw { 1 } else { 0 };
                NodeRole::Sentinel(SentinelView {
                    myid: id(i),
                    current_epoch: (t >= 7150) as u64,
                    tilt_since: None,
                    masters: vec![MasterView {
                        name: "mymaster".into(),
                        announced: addr(hosts, mm),
                        instance: inst(i, mm),
                        quorum: 2,
                        down_after: Millis(5000),
                        failover_timeout: Millis(60000),
                        parallel_syncs: 1,
                        config_epoch: sw as u64,
                        vote: (t >= 7153).then(|| (id(s + 1), 1)),
                        failover: (i == s + 1 && (7144..9040).contains(&t)).then(|| FailoverView {
                            state: if t < 7208 {
                                "wait_start"
                            } else if t < 7920 {
                                "wait_promotion"
                            } else {
                                "reconf_slaves"
                            },
                            epoch: 1,
                            in_state: Millis((t - 7144).max(0)),
                            limit: Some(Millis(10000)),
                            promoted: (t >= 7290).then(|| addr(hosts, 1).to_string().into()),
                            votes: (1 + (t > 7155) as u32 + (t > 7156) as u32, 2, 3),
                        }),
                        replicas: (0..s).filter(|x| *x != mm).map(|x| inst(i, x)).collect(),
                        sentinels: (s..n).filter(|x| *x != i).map(|x| inst(i, x)).collect(),
                    }],
                })
            }
        };
        let cond = |i: u32| {
            let mut c = if i == 0 && dead { Condition::Dead } else { Condition::Running };
            for (at, a) in &self.acts {
                if *at <= now {
                    match a {
                        Action::Kill(x) if x.0 == i => c = Condition::Dead,
                        Action::Start(x) | Action::Resume(x) if x.0 == i => c = Condition::Running,
                        Action::Freeze(x) if x.0 == i => c = Condition::Frozen,
                        _ => {}
                    }
                }
            }
            c
        };
        let cut = |a: u32, b: u32| {
            self.acts.iter().filter(|(at, _)| *at <= now).fold(false, |c, (_, x)| match x {
                Action::Cut(p, q) if (p.0.min(q.0), p.0.max(q.0)) == (a, b) => true,
                Action::Mend(p, q) if (p.0.min(q.0), p.0.max(q.0)) == (a, b) => false,
                Action::Heal => false,
                _ => c,
            })
        };
        let nh = if hosts { 3 } else { n };
        let ls = |a, b| LinkSettings {
            latency: lag,
            jitter: Micros(200),
            loss: Chance::NEVER,
            blocked: cut(a, b),
        };
        let mut packets = vec![];
        let mut pk = |from: u32, to: u32, period: u64, phase: u64, kind: PacketKind| {
            if cond(from) != Condition::Running {
                return;
            }
            let k = (now.0 - O + period - phase) / period;
            if k == 0 {
                return;
            }
            let sent = O + k * period + phase - period;
            if sent <= now.0 && now.0 <= sent + lag.0 {
                packets.push(PacketView {
                    id: PacketId(sent * 1000 + (from * 20 + to) as u64),
                    from: NodeId(from),
                    to: NodeId(to),
                    sent_at: SimTime(sent),
                    arrives_at: SimTime(sent) + lag,
                    fate: if cut(from.min(to), from.max(to)) {
                        PacketFate::Lost
                    } else {
                        PacketFate::Arrives
                    },
                    kind,
                    again: false,
                });
            }
        };
        for a in s..n {
            for b in 0..n {
                if a != b {
                    let ph = ((a * 137 + b * 71) % 100) as u64 * 10_000;
                    pk(a, b, 1_000_000, ph, PacketKind::Ping);
                    pk(b, a, 1_000_000, ph + 1500, PacketKind::Pong);
                    pk(a, b, 2_000_000, ph + 300_000, PacketKind::Hello);
                    if b < s {
                        pk(a, b, 10_000_000, ph * 3, PacketKind::Info);
                        pk(b, a, 10_000_000, ph * 3 + 1500, PacketKind::InfoReply);
                    }
                }
            }
        }
        if !dead {
            for r in 1..s {
                pk(0, r, 1_000_000, 400_000, PacketKind::Replication);
                pk(r, 0, 1_000_000, 600_000, PacketKind::Replication);
            }
        }
        for v in [s, s + 2] {
            if (7140..7160).contains(&t) {
                pk(s + 1, v, 100_000_000, 7_148_000, PacketKind::VoteRequest);
                pk(v, s + 1, 100_000_000, 7_153_000, PacketKind::VoteReply(true));
            }
        }
        ClusterView {
            now,
            wall: NodeTime(1_700_000_000_000 + now.0 as i64 / 1000),
            hosts: (0..nh)
                .map(|h| HostView {
                    id: HostId(h),
                    name: format!("H{}", h + 1).into(),
                    ip: format!("192.168.50.{}", 121 + h).into(),
                    alive: true,
                    connected: true,
                })
                .collect(),
            nodes: (0..n)
                .map(|i| NodeView {
                    id: NodeId(i),
                    name: if i == 0 {
                        "M0".into()
                    } else if i < s {
                        format!("R{i}").into()
                    } else {
                        format!("S{}", i - s + 1).into()
                    },
                    host: host(hosts, i),
                    addr: addr(hosts, i),
                    condition: cond(i),
                    role: role(i),
                })
                .collect(),
            links: (0..nh)
                .flat_map(|a| (a + 1..nh).map(move |b| (a, b)))
                .map(|(a, b)| LinkView { a: HostId(a), b: HostId(b), ab: ls(a, b), ba: ls(a, b) })
                .collect(),
            connections: (0..n)
                .flat_map(|a| (a + 1..n).map(move |b| (a, b)))
                .filter(|(a, b)| *b >= s && !(*a == 0 && dead))
                .map(|(a, b)| ConnectionView { a: NodeId(a), b: NodeId(b), established: 2 })
                .collect(),
            packets,
        }
    }
}
