//! INFO, ROLE, and what a view may read (spec section 17.2).

use crate::protocol::{
    ArcStr, Dataset, Info, InfoFigures, InfoRole, ReplicaLine, ReplicationInfo, Reply, literal,
};
use crate::redis::RedisConf;
use crate::redis::backlog::Backlog;
use crate::redis::link::{LinkState, LinkView, MasterLink};
use crate::redis::replicas::{Attached, ReplicaView};
use crate::redis::server::{Cx, RedisServer};
use crate::sim::{Addr, NodeTime};
use std::sync::Arc;

impl RedisServer {
    /// The reply to INFO; the same object as long as nothing in it changed.
    pub(super) fn info(&mut self, cx: &Cx<'_>) -> Arc<Info> {
        let fresh = Info {
            run_id: self.run_id.clone(),
            tcp_port: self.conf.port,
            uptime_in_seconds: (cx.now.0 - self.started.0).max(0) / 1000,
            loading: self.is_loading(),
            keys: self.data.len(),
            figures: self.figures(),
            replication: self.replication_info(cx),
        };
        match &mut self.info {
            Some(cached) if **cached == fresh => {}
            Some(cached) => match Arc::get_mut(cached) {
                Some(info) => *info = fresh,
                None => *cached = Arc::new(fresh),
            },
            None => self.info = Some(Arc::new(fresh)),
        }
        self.info.clone().expect("invariant: just set")
    }

    fn figures(&self) -> InfoFigures {
        let replicas = self.replicas.len();
        let mut figures = InfoFigures {
            clients: self.clients.len().saturating_sub(replicas) as u64,
            blocked: self.blocking.waiting() as u64,
            connections: self.clients.ever(),
            syncs: self.repl.syncs,
            channels: self.pubsub.channels().count() as u64,
            patterns: self.pubsub.patterns() as u64,
            appendonly: self.conf.appendonly,
            ..InfoFigures::default()
        };
        self.persistence.tell(&mut figures);
        figures
    }

    /// The replication section (spec REPL-13 to REPL-17).
    pub(super) fn replication_info(&self, cx: &Cx<'_>) -> ReplicationInfo {
        let repl = &self.repl;
        ReplicationInfo {
            role: self.role_info(cx),
            replicas: self.replicas.iter().map(|replica| replica_line(replica, cx.seconds())).collect(),
            master_failover_state: self.handover_stage().text(),
            min_slaves_good_slaves: self.conf.min_replicas_active().then_some(self.good_replicas),
            master_replid: repl.replid.clone(),
            master_replid2: repl.replid2.clone(),
            master_repl_offset: repl.offset,
            second_repl_offset: repl.second_offset,
            repl_backlog_active: repl.backlog.is_some(),
            repl_backlog_size: self.conf.repl_backlog_size,
            repl_backlog_first_byte_offset: repl.backlog.as_ref().map_or(0, Backlog::first),
            repl_backlog_histlen: repl.backlog.as_ref().map_or(0, Backlog::histlen),
        }
    }

    fn role_info(&self, cx: &Cx<'_>) -> InfoRole {
        let Some(link) = &self.link else { return InfoRole::Master };
        let seconds = cx.seconds();
        InfoRole::Replica {
            master_host: link.host.clone(),
            master_port: link.port,
            master_link_up: link.is_up(),
            master_last_io_seconds_ago: if link.is_up() { seconds - link.last_io } else { -1 },
            master_sync_in_progress: link.is_syncing(),
            slave_repl_offset: self.replica_offset().unwrap_or(1),
            master_link_down_since_seconds: (!link.is_up())
                .then(|| link.down_since.map_or(-1, |since| seconds - since)),
            slave_priority: self.conf.replica_priority,
            slave_read_only: self.conf.replica_read_only,
            replica_announced: self.conf.replica_announced,
        }
    }

    /// `INFO section`: the text of one section, all of them for the words that mean all.
    pub(super) fn info_sections(&mut self, cx: &Cx<'_>, sections: &[ArcStr]) -> Reply {
        let all = |section: &ArcStr| {
            ["all", "everything", "default"].iter().any(|word| section.eq_ignore_ascii_case(word))
        };
        if sections.iter().any(all) {
            return Reply::Info(self.info(cx));
        }
        let text = self.info(cx).to_string();
        let mut chosen = String::new();
        for part in text.split("\r\n\r\n") {
            let name = part.trim_start_matches("# ").split("\r\n").next().unwrap_or("");
            if sections.iter().any(|section| section.eq_ignore_ascii_case(name)) {
                if !chosen.is_empty() {
                    chosen.push_str("\r\n");
                }
                chosen.push_str(part.trim_end_matches("\r\n"));
                chosen.push_str("\r\n");
            }
        }
        Reply::bulk(chosen)
    }

    /// ROLE
    pub(super) fn role_reply(&self) -> Reply {
        let Some(link) = &self.link else {
            let replicas = self.replicas.iter().filter(|replica| replica.is_online());
            let replicas = replicas.map(|Attached { ip, port, ack_offset, .. }| {
                Reply::bulks([ip.clone(), arcstr::format!("{port}"), arcstr::format!("{ack_offset}")])
            });
            return Reply::Array(vec![
                Reply::Bulk(literal!("master")),
                Reply::Integer(self.repl.offset as i64),
                Reply::Array(replicas.collect()),
            ]);
        };
        let state = match link.state {
            LinkState::Connect => literal!("connect"),
            LinkState::Connecting(_) => literal!("connecting"),
            LinkState::Ping(_) | LinkState::Handshake { .. } | LinkState::Psync(_) => literal!("handshake"),
            LinkState::Transfer(_) | LinkState::Loading { .. } => literal!("sync"),
            LinkState::Connected(_) => literal!("connected"),
        };
        let offset = if link.is_up() { self.replica_offset().map_or(-1, |offset| offset as i64) } else { -1 };
        Reply::Array(vec![
            Reply::Bulk(literal!("slave")),
            Reply::Bulk(link.host.clone()),
            Reply::Integer(i64::from(link.port)),
            Reply::Bulk(state),
            Reply::Integer(offset),
        ])
    }
}

fn replica_line(replica: &Attached, seconds: i64) -> ReplicaLine {
    let ReplicaView { ip, port, state, offset, lag, .. } = replica.view(seconds);
    ReplicaLine { ip, port, state, offset, lag }
}

/// What views and tests may read.
impl RedisServer {
    /// Whether it is a master.
    pub const fn is_master(&self) -> bool {
        self.link.is_none()
    }

    /// Its master, as it was named, if it is a replica.
    pub fn master(&self) -> Option<(&ArcStr, u16)> {
        self.link.as_ref().map(|link| (&link.host, link.port))
    }

    /// Its master's address, if it is a replica and the master was not named by a name.
    pub fn master_addr(&self) -> Option<Addr> {
        self.link.as_ref().and_then(|link| link.addr(&self.hosts))
    }

    /// Whether it is busy with a script that does not end.
    pub const fn is_busy(&self) -> bool {
        self.script.is_some()
    }

    /// Where its link to its master stands, if it is a replica.
    pub fn link_state(&self) -> Option<LinkView> {
        self.link.as_ref().map(MasterLink::view)
    }

    /// Whether its link to its master is up.
    pub fn is_link_up(&self) -> bool {
        self.link.as_ref().is_some_and(MasterLink::is_up)
    }

    /// Whether it is receiving or loading a dataset.
    pub fn is_syncing(&self) -> bool {
        self.link.as_ref().is_some_and(MasterLink::is_syncing)
    }

    /// How far it has applied its master's stream (spec REPL-14), if it follows one.
    pub fn replica_offset(&self) -> Option<u64> {
        self.link.as_ref()?.stream.as_ref().map(|stream| stream.offset)
    }

    /// `master_repl_offset`: how long its stream is.
    pub const fn offset(&self) -> u64 {
        self.repl.offset
    }

    /// Its replication id.
    pub const fn replid(&self) -> &ArcStr {
        &self.repl.replid
    }

    /// Its second replication id and the first offset that it is not valid for (spec REPL-48), if it has one.
    pub fn second_replid(&self) -> Option<(&ArcStr, u64)> {
        (self.repl.second_offset >= 0).then_some((&self.repl.replid2, self.repl.second_offset as u64))
    }

    /// Its run id.
    pub const fn run_id(&self) -> &ArcStr {
        &self.run_id
    }

    /// The attached replicas, in the order in which INFO lists them.
    pub fn replicas(&self, now: NodeTime) -> impl Iterator<Item = ReplicaView> {
        let seconds = now.0.div_euclid(1000);
        self.replicas.iter().map(move |replica| replica.view(seconds))
    }

    /// How many replicas are attached.
    pub fn replica_count(&self) -> usize {
        self.replicas.len()
    }

    /// How many replicas are good enough for writes, as last counted (spec REPL-74).
    pub const fn good_replicas(&self) -> u32 {
        self.good_replicas
    }

    /// Its keys and values.
    pub const fn dataset(&self) -> &Dataset {
        &self.data
    }

    /// Its configuration as it is now; what is on disk is what it saved last.
    pub const fn conf(&self) -> &Arc<RedisConf> {
        &self.conf
    }

    /// How many clients are connected, replicas among them.
    pub fn client_count(&self) -> usize {
        self.clients.len()
    }
}
