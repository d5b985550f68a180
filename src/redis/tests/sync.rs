//! Full synchronisation: who is saved for when.

use super::net::{Net, ip};
use crate::protocol::InfoRole;
use crate::redis::{LinkView, RedisEventKind};

fn saves(net: &Net, n: usize) -> Vec<i64> {
    let start = net.log.iter().filter(|(_, node, event)| {
        *node == n && matches!(event.kind, RedisEventKind::SyncSaveStarted { .. })
    });
    start.map(|(at, _, _)| *at).collect()
}

fn done(net: &Net, n: usize) -> i64 {
    let done = net
        .log
        .iter()
        .find(|(_, node, event)| *node == n && matches!(event.kind, RedisEventKind::FullSyncDone));
    done.expect("a full sync").0
}

/// REPL-7
#[test]
fn with_the_default_delay_a_full_sync_waits_five_seconds_for_more_replicas() {
    let mut net = Net::new();
    net.add("repl-diskless-sync-delay 5");
    let begun = net.now;
    net.add_replica_of(0, "");
    net.run(2500);
    net.add_replica_of(0, "");
    net.run(2000);
    assert_eq!(net.server(1).link_state(), Some(LinkView::Handshake));
    assert_eq!(net.replica_lines(0)[0].state, "wait_bgsave");
    net.run(4000);
    let saves = saves(&net, 0);
    assert_eq!(saves.len(), 1, "one saving serves both");
    assert!((5000..=6100).contains(&(saves[0] - begun)), "{}", saves[0] - begun);
    assert!(net.server(1).is_link_up() && net.server(2).is_link_up());
}

/// REPL-7
#[test]
fn enough_waiting_replicas_end_the_delay() {
    let mut net = Net::new();
    net.add("repl-diskless-sync-delay 60\nrepl-diskless-sync-max-replicas 2");
    net.add_replica_of(0, "");
    net.run(3000);
    assert!(saves(&net, 0).is_empty());
    net.add_replica_of(0, "");
    net.run(1500);
    assert!(net.server(1).is_link_up() && net.server(2).is_link_up());
}

/// REPL-35: captures 11a and 11b, 2000 keys at a millisecond each take 2.2 to 2.3 s.
#[test]
fn one_saving_serves_those_that_wait_when_it_begins_and_later_ones_wait_for_the_next() {
    let mut net = Net::new();
    net.add("rdb-key-save-delay 1000");
    net.command(0, "DEBUG POPULATE 2000 pre");
    net.add_replica_of(0, "");
    net.run(500);
    net.add_replica_of(0, "");
    net.add_replica_of(0, "");
    net.run(100);
    for n in 1..=3 {
        let InfoRole::Replica { master_sync_in_progress, master_link_up, .. } = net.info(n).replication.role
        else {
            panic!("a replica")
        };
        assert!(!master_link_up);
        assert_eq!(master_sync_in_progress, n == 1, "only the first was promised a dataset");
    }
    net.run(6000);
    let saves = saves(&net, 0);
    assert_eq!(saves.len(), 2);
    let span = done(&net, 1) - saves[0];
    assert!((2190..=2350).contains(&span), "{span}");
    assert!((saves[1] - done(&net, 1)).abs() < 150);
    assert!((done(&net, 2) - done(&net, 3)).abs() < 5);
    for n in 1..=3 {
        assert_eq!(net.server(n).dataset(), net.server(0).dataset());
    }
}

/// REPL-35 REPL-40
#[test]
fn what_is_written_while_the_dataset_is_saved_follows_in_the_stream() {
    let mut net = Net::new();
    net.add("rdb-key-save-delay 1000");
    net.command(0, "DEBUG POPULATE 1000 pre");
    net.add_replica_of(0, "");
    net.run(300);
    for n in 0..100 {
        net.command(0, &format!("SET during:{n} {n}"));
    }
    net.run(4000);
    assert!(net.server(1).is_link_up());
    assert_eq!(net.server(1).dataset(), net.server(0).dataset());
    assert_eq!(net.server(1).dataset().len(), 1100);
    assert_eq!(net.slave_offset(1), net.server(0).offset());
}

/// REPL-35
#[test]
fn the_old_data_stay_until_the_new_ones_are_there() {
    let mut net = Net::with_replicas(1);
    net.command(0, "SET old 1");
    let other = net.add("rdb-key-save-delay 1000");
    net.command(other, "DEBUG POPULATE 1000 new");
    net.command(1, &format!("SLAVEOF {} 6379", ip(other)));
    net.run(500);
    assert_eq!(net.server(1).link_state(), Some(LinkView::Transfer));
    assert!(net.server(1).dataset().contains("old"));
    net.run(2000);
    assert!(!net.server(1).dataset().contains("old"));
    assert_eq!(net.server(1).dataset().len(), 1000);
}

/// REPL-34 REPL-37: newlines from the master keep a long wait alive.
#[test]
fn a_saving_longer_than_repl_timeout_does_not_break_the_link() {
    let mut net = Net::new();
    net.add("rdb-key-save-delay 10000\nrepl-timeout 5");
    net.command(0, "DEBUG POPULATE 1000 pre");
    net.add_replica_of(0, "repl-timeout 5");
    net.run(14_000);
    assert!(net.server(1).is_link_up());
    assert_eq!(saves(&net, 0).len(), 1);
}

/// REPL-37
#[test]
fn a_transfer_whose_master_falls_silent_is_given_up_after_repl_timeout() {
    let mut net = Net::new();
    net.add("rdb-key-save-delay 10000");
    net.command(0, "DEBUG POPULATE 1000 pre");
    net.add_replica_of(0, "repl-timeout 5");
    net.run(2000);
    net.freeze(0, true);
    net.run(4000);
    assert_eq!(net.server(1).link_state(), Some(LinkView::Transfer));
    net.run(5000);
    assert_ne!(net.server(1).link_state(), Some(LinkView::Transfer));
    assert_eq!(net.down_since(1), Some(-1), "it was never up");
}

/// REPL-7: without diskless sync the file is saved first, and one more may join.
#[test]
fn a_sync_by_file_serves_a_replica_that_comes_while_it_is_written() {
    let mut net = Net::new();
    net.add("repl-diskless-sync no\nrdb-key-save-delay 1000");
    net.command(0, "DEBUG POPULATE 1000 pre");
    net.add_replica_of(0, "");
    net.run(500);
    net.command(0, "SET during 1");
    net.add_replica_of(0, "");
    net.run(3000);
    assert_eq!(saves(&net, 0).len(), 1);
    for n in [1, 2] {
        assert_eq!(net.server(n).dataset(), net.server(0).dataset());
    }
}

/// REPL-47 REPL-49
#[test]
fn a_full_sync_disconnects_the_nodes_own_replicas() {
    let mut net = Net::with_replicas(1);
    let sub = net.add_replica_of(1, "");
    net.run(1000);
    let other = net.add("");
    net.command(other, "SET new 1");
    net.command(1, &format!("SLAVEOF {} 6379", ip(other)));
    net.run(3000);
    assert!(net.server(sub).is_link_up());
    assert!(net.said(sub, |kind| *kind == RedisEventKind::MasterLinkLost) >= 1);
    assert!(net.server(sub).dataset().contains("new"));
}

/// REPL-6
#[test]
fn a_master_without_replicas_forgets_its_stream_after_backlog_ttl() {
    let mut net = Net::new();
    net.add("repl-backlog-ttl 30");
    net.add_replica_of(0, "");
    net.run(1000);
    let id = net.server(0).replid().clone();
    net.kill(1);
    net.run(29_000);
    assert_eq!(*net.server(0).replid(), id);
    net.run(4000);
    assert_ne!(*net.server(0).replid(), id);
    assert!(!net.info(0).replication.repl_backlog_active);
}

/// REPL-73: capture 11a, where DEBUG CHANGE-REPL-ID makes every resync a full one.
#[test]
fn a_changed_replication_id_makes_the_next_resync_a_full_one() {
    let mut net = Net::with_replicas(2);
    net.kill(0);
    net.run(100);
    for n in [1, 2] {
        net.command(n, "DEBUG CHANGE-REPL-ID");
    }
    net.command(1, "SLAVEOF NO ONE");
    net.command(2, &format!("SLAVEOF {} 6379", ip(1)));
    net.run(200);
    assert_eq!(net.said(2, |kind| *kind == RedisEventKind::FullSyncDone), 2);
}
