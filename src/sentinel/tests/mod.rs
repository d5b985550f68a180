//! One Sentinel among instances that are played: rules of the specification, one by one.

mod lab;
mod traces;
#[cfg(test)]
mod bench_tmp {
    use super::lab::*;
    use crate::protocol::*;
    use crate::sim::{Millis, NodeTime};
    use std::collections::VecDeque;
    #[test]
    #[allow(clippy::disallowed_methods)]
    fn bench() {
        let lab = Lab::settled(2, 3);
        let mut s = lab.sentinel.clone();
        let mut now = lab.now;
        let mut out = crate::sentinel::SentinelOutbox::default();
        for _ in 0..1000 { out.conns_mut().dial(); }
        let mut q: VecDeque<(NodeTime, Input)> = VecDeque::new();
        let info_m = std::sync::Arc::new(Info { run_id: "1".repeat(40).into(), tcp_port: 6379, uptime_in_seconds: 1, loading: false, keys: 0,
            replication: ReplicationInfo { role: InfoRole::Master, replicas: [2,3].iter().map(|h| ReplicaLine{ip: format!("10.0.0.{h}").into(), port: 6379, state: "online".into(), offset: 1, lag: 0}).collect(),
            min_slaves_good_slaves: None, master_replid: "".into(), master_replid2: "".into(), master_repl_offset: 0, second_repl_offset: 0, repl_backlog_active: true, repl_backlog_size: 0, repl_backlog_first_byte_offset: 0, repl_backlog_histlen: 0 }});
        let mut r = (*info_m).clone();
        r.replication.replicas.clear();
        r.replication.role = InfoRole::Replica { master_host: "10.0.0.1".into(), master_port: 6379, master_link_up: true, master_last_io_seconds_ago: 0, master_sync_in_progress: false, slave_repl_offset: 1, master_link_down_since_seconds: None, slave_priority: 100, replica_announced: true };
        let mut infos = std::collections::BTreeMap::new();
        for (at, c) in [(M,'1'),(R2,'2'),(R3,'3')] {
            let mut i = if at == M { (*info_m).clone() } else { r.clone() };
            i.run_id = c.to_string().repeat(40).into();
            infos.insert(at, std::sync::Arc::new(i));
        }
        let master = s.masters().by_key("mymaster").unwrap();
        let mut who = std::collections::BTreeMap::new();
        for (inst, at) in [(&master.instance, M)].into_iter().chain(master.replicas.iter().map(|r| (&r.instance, if r.name.starts_with("10.0.0.2") {R2} else {R3}))).chain(master.sentinels.iter().map(|r| (&r.instance, AT_B))) {
            who.insert(s.links()[inst.link].cc.as_ref().unwrap().id, at);
        }
        let pcs: Vec<_> = [&master.instance].into_iter().chain(master.replicas.iter().map(|r| &r.instance)).map(|i| s.links()[i.link].pc.as_ref().unwrap().id).collect();
        let hellos: Vec<ArcStr> = [(B, 12), (C, 13)].iter().map(|(id, h)| format!("10.0.0.{h},26379,{id},0,mymaster,10.0.0.1,6379,0").into()).collect();
        let client = lab.clone().client();
        s.handle(now, Input::Accepted { conn: client, peer: M }, &mut out);
        let (mut timers, mut sends, mut inputs) = (0, 0, 0);
        let start = std::time::Instant::now();
        let mut timer = now + Millis(1);
        let mut next_hello = now;
        let end = now + Millis(72_000_000);
        while now < end {
            let next_q = q.front().map_or(NodeTime(i64::MAX), |x| x.0);
            let input;
            if next_hello <= timer && next_hello <= next_q {
                now = next_hello;
                next_hello = next_hello + Millis(2050);
                for h in &hellos {
                    for pc in &pcs { q.push_back((now, Input::Received(*pc, Reply::Pushed{channel: HELLO_CHANNEL, message: h.clone()}.into()))); }
                    q.push_back((now, Input::Received(client, Command::Publish{channel: HELLO_CHANNEL, message: h.clone()}.into())));
                    q.push_back((now, Input::Received(client, Command::Ping.into())));
                    q.push_back((now, Input::Received(client, Command::Ping.into())));
                }
                continue;
            }
            if next_q <= timer { let (t, i) = q.pop_front().unwrap(); now = t.max(now); input = i; inputs += 1; } else { now = timer; input = Input::Timer; timers += 1; }
            s.handle(now, input, &mut out);
            for e in out.drain() {
                match e {
                    Effect::WakeIn(m) => timer = now + m,
                    Effect::Send(conn, Message::Command(c)) => {
                        sends += 1;
                        let reply = match c { Command::Ping => Reply::pong(), Command::Publish{..} => Reply::Integer(1), Command::Info => Reply::Info(infos[&who[&conn]].clone()), _ => Reply::ok() };
                        q.push_back((now + Millis(1), Input::Received(conn, reply.into())));
                    }
                    Effect::Send(..) => {}
                    e => panic!("{e:?}"),
                }
            }
        }
        let el = start.elapsed();
        println!("1h in {el:?}: timers {timers} inputs {inputs} sends {sends}; {} ns/event; {} x", el.as_nanos() / (timers + inputs) as u128, 3600.0 / el.as_secs_f64());
    }
}
