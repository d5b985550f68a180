//! Whatever happened, replicas that follow one master end with its data.

use super::net::{Net, ip};
use crate::redis::RedisEventKind;
use crate::sim::{Rng, Seed};

const NODES: u32 = 4;

/// One random thing: a write, a fault, a change of roles.
fn disturb(net: &mut Net, rng: &mut Rng, up: &mut [bool], frozen: &mut [bool]) {
    let n = rng.below(NODES) as usize;
    let other = (n + 1 + rng.below(NODES - 1) as usize) % NODES as usize;
    let reachable = up[n] && !frozen[n];
    match rng.below(12) {
        0..=3 if reachable => {
            let conn = net.connect(n);
            for _ in 0..rng.between(1, 30) {
                let key = rng.below(200);
                let text = match rng.below(4) {
                    0 => format!("DEL k:{key}"),
                    1 => format!("INCR n:{key}"),
                    2 => "PUBLISH c m".to_owned(),
                    _ => format!("SET k:{key} {}", rng.below(3)),
                };
                net.send(conn, &text);
            }
        }
        4 if up[n] => {
            net.kill(n);
            (up[n], frozen[n]) = (false, false);
        }
        5 | 6 if !up[n] => {
            net.start(n);
            up[n] = true;
        }
        7 if up[n] => {
            frozen[n] = !frozen[n];
            net.freeze(n, frozen[n]);
        }
        8 if reachable => {
            let conn = net.connect(n);
            net.send(conn, "SLAVEOF NO ONE");
            net.send(conn, "CONFIG REWRITE");
        }
        9 | 10 if reachable => {
            let conn = net.connect(n);
            net.send(conn, &format!("SLAVEOF {} 6379", ip(other)));
        }
        11 => net.cut(n, other),
        _ => net.mend(),
    }
    net.run(i64::from([1, 30, 1200, 15_000][rng.below(4) as usize]));
}

/// REPL-41 REPL-44 REPL-46 REPL-47 REPL-71 REPL-73
#[test]
fn after_any_faults_replicas_of_one_master_have_its_data_and_its_offset() {
    let (mut partial, mut full) = (0, 0);
    for seed in 0..60 {
        let mut rng = Rng::new(Seed(seed), 77);
        let mut net = Net::new();
        for _ in 0..NODES {
            let delay = [0, 0, 500][rng.below(3) as usize];
            let backlog = ["16kb", "1mb"][rng.below(2) as usize];
            net.add(&format!("rdb-key-save-delay {delay}\nrepl-backlog-size {backlog}\nrepl-timeout 10"));
        }
        let (mut up, mut frozen) = ([true; NODES as usize], [false; NODES as usize]);
        for _ in 0..80 {
            disturb(&mut net, &mut rng, &mut up, &mut frozen);
        }
        net.mend();
        for n in 0..NODES as usize {
            match (up[n], frozen[n]) {
                (false, _) => net.start(n),
                (true, true) => net.freeze(n, false),
                (true, false) => {}
            }
        }
        net.run(20_000);
        net.command(0, "SLAVEOF NO ONE");
        for n in 1..NODES as usize {
            net.command(n, &format!("SLAVEOF {} 6379", ip(0)));
        }
        net.run(40_000);
        for n in 1..NODES as usize {
            assert!(net.server(n).is_link_up(), "seed {seed}, node {n}");
            assert_eq!(net.server(n).dataset(), net.server(0).dataset(), "seed {seed}, node {n}");
            assert_eq!(net.server(n).offset(), net.server(0).offset(), "seed {seed}, node {n}");
            assert_eq!(net.server(n).replica_offset(), Some(net.server(0).offset()), "seed {seed}");
            assert_eq!(net.server(n).replid(), net.server(0).replid(), "seed {seed}, node {n}");
        }
        for n in 0..NODES as usize {
            partial += net.said(n, |kind| *kind == RedisEventKind::PartialSyncDone);
            full += net.said(n, |kind| *kind == RedisEventKind::FullSyncDone);
        }
    }
    assert!(partial > 100 && full > 100, "both happened: {partial} {full}");
}
