//! What survives a process.

use super::net::{Net, ip};
use crate::protocol::Reply;

/// REPL-64
#[test]
fn a_master_without_persistence_comes_back_empty_and_empties_its_replicas() {
    let mut net = Net::with_replicas(1);
    net.command(0, "SET a 1");
    net.run(100);
    net.kill(0);
    net.start(0);
    net.run(3000);
    assert!(net.server(1).is_link_up());
    assert_eq!((net.server(0).dataset().len(), net.server(1).dataset().len()), (0, 0));
}

/// REPL-63
#[test]
fn a_master_with_an_append_only_file_comes_back_with_every_write() {
    let mut net = Net::new();
    net.add("appendonly yes");
    net.command(0, "SET a 1");
    net.kill(0);
    net.start(0);
    net.run(10);
    assert_eq!(net.command(0, "GET a"), Reply::bulk("1"));
    // Recorded (63h).
    let lines = net.lines(0);
    let loaded: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix("DB loaded from ")).collect();
    let [base, incr, all] = loaded[..] else { panic!("{loaded:?}") };
    assert_eq!(base, "base file appendonly.aof.1.base.rdb: 0.000 seconds");
    assert!(
        incr.starts_with("incr file appendonly.aof.1.incr.aof: ") && all.starts_with("append only file: ")
    );
}

/// REPL-63: recorded (90u03).
#[test]
fn an_append_only_file_is_read_even_with_nothing_in_it() {
    let mut net = Net::new();
    net.add("appendonly yes");
    net.kill(0);
    assert!(
        !net.lines(0).iter().any(|line| line.starts_with("DB loaded")),
        "there was none at the first start"
    );
    net.start(0);
    net.run(10);
    let lines = net.lines(0);
    let loaded: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix("DB loaded from ")).collect();
    assert_eq!(
        loaded,
        ["base file appendonly.aof.1.base.rdb: 0.000 seconds", "append only file: 0.000 seconds"]
    );
}

#[test]
fn a_save_point_decides_what_a_crash_leaves() {
    let mut net = Net::new();
    net.add("save 5 2");
    net.command(0, "SET a 1");
    net.run(10_000);
    assert_eq!(net.server(0).disk().dataset.len(), 0, "one change is not enough");
    net.command(0, "SET b 1");
    net.run(3000);
    net.command(0, "SET c 1");
    net.kill(0);
    net.start(0);
    net.run(10);
    assert_eq!(net.command(0, "DBSIZE"), Reply::Integer(2));
    assert!(net.lines(0).iter().any(|line| line == "2 changes in 5 seconds. Saving..."));
}

#[test]
fn bgsave_saves_what_was_there_when_it_began() {
    let mut net = Net::new();
    net.add("rdb-key-save-delay 1000");
    net.command(0, "DEBUG POPULATE 1000 k");
    assert_eq!(net.command(0, "BGSAVE"), Reply::Status("Background saving started".into()));
    net.command(0, "SET later 1");
    let busy = Reply::error("ERR Background save already in progress");
    assert_eq!(net.command(0, "BGSAVE"), busy);
    net.run(2000);
    assert_eq!(net.server(0).disk().dataset.len(), 1000);
    assert_eq!(net.command(0, "SAVE"), Reply::ok());
    assert_eq!(net.server(0).disk().dataset.len(), 1001);
}

/// REPL-40 REPL-72: the id of the file is kept as the second one, so that replicas can go on.
#[test]
fn a_master_restarted_from_its_file_lets_its_replicas_go_on() {
    let mut net = Net::with_replicas(1);
    net.command(0, "SET a 1");
    net.run(100);
    let (id, offset) = (net.server(0).replid().clone(), net.server(0).offset());
    assert_eq!(net.command(0, "SAVE"), Reply::ok());
    net.kill(0);
    net.start(0);
    let master = net.server(0);
    assert_ne!(*master.replid(), id);
    assert_eq!(master.second_replid(), Some((&id, offset + 1)));
    net.run(2000);
    let lines = net.lines(1);
    assert!(lines.iter().any(|line| line == "Successful partial resynchronization with master."));
    assert_eq!(net.server(1).dataset(), net.server(0).dataset());
    // As a requester it has only its own new id.
    net.command(1, "SLAVEOF NO ONE");
    net.command(0, &format!("SLAVEOF {} 6379", ip(1)));
    net.run(1000);
    assert!(net.server(0).is_link_up());
}

/// REPL-24: recorded (44c, 66a).
#[test]
fn debug_reload_takes_as_long_as_saving_and_loading_and_looks_at_clients_now_and_then() {
    let loading = Reply::error("LOADING Redis is loading the dataset in memory");
    for (conf, meanwhile) in [("", vec![]), ("loading-process-events-interval-bytes 10240", vec![loading])] {
        let mut net = Net::new();
        net.add(&format!("{conf}\nkey-load-delay 1000"));
        net.command(0, "DEBUG POPULATE 1000 k");
        let (conn, other) = (net.connect(0), net.connect(0));
        net.send(conn, "DEBUG RELOAD");
        net.run(5);
        net.send(other, "PING");
        net.run(900);
        assert_eq!(net.received(other), meanwhile, "{conf}");
        net.run(300);
        let pong = if meanwhile.is_empty() { vec![Reply::pong()] } else { vec![] };
        assert_eq!((net.received(conn), net.received(other)), (vec![Reply::ok()], pong), "{conf}");
        assert_eq!(net.server(0).dataset().len(), 1000);
        assert!(net.lines(0).iter().any(|line| line == "DB reloaded by DEBUG RELOAD"));
        net.command(0, "CONFIG SET key-load-delay 0");
        net.command(0, "SET a 1");
        assert_eq!(net.command(0, "DEBUG RELOAD NOSAVE"), Reply::ok());
        assert_eq!(net.command(0, "GET a"), Reply::Nil, "what was saved last is there again");
    }
}
