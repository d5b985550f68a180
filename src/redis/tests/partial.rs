//! Who may go on in the stream, and who takes everything.

use super::net::{Net, ip};
use crate::redis::RedisEventKind;

fn partial(kind: &RedisEventKind) -> bool {
    matches!(kind, RedisEventKind::PartialSyncDone)
}

fn full(kind: &RedisEventKind) -> bool {
    matches!(kind, RedisEventKind::FullSyncDone)
}

/// REPL-43 REPL-44 REPL-46
#[test]
fn a_replica_that_comes_back_gets_what_it_missed() {
    let mut net = Net::with_replicas(1);
    net.cut(0, 1);
    for n in 0..20 {
        net.command(0, &format!("SET k:{n} {n}"));
    }
    net.run(70_000);
    net.mend();
    // The dial made meanwhile has to time out first.
    net.run(65_000);
    assert_eq!(net.said(1, partial), 1);
    assert_eq!(net.said(1, full), 1, "the first time only");
    assert_eq!(net.server(1).dataset(), net.server(0).dataset());
    assert_eq!(net.slave_offset(1), net.server(0).offset());
    let accepted = net.log.iter().find_map(|(_, _, event)| match &event.kind {
        RedisEventKind::PartialSyncAccepted { replica, bytes, .. } => Some((replica.clone(), *bytes)),
        _ => None,
    });
    let (replica, bytes) = accepted.unwrap();
    assert_eq!(replica, format!("{}:6379", ip(1)));
    assert!(bytes >= 20 * 30);
}

/// REPL-42 REPL-44
#[test]
fn a_replica_that_missed_more_than_the_backlog_has_takes_everything() {
    let mut net = Net::new();
    net.add("repl-backlog-size 16kb");
    net.add_replica_of(0, "");
    net.run(1000);
    net.cut(0, 1);
    let client = net.connect(0);
    for n in 0..1000 {
        net.ask(client, &format!("SET k:{n} {n}"));
    }
    net.run(70_000);
    net.mend();
    // The dial made meanwhile has to time out first.
    net.run(65_000);
    assert_eq!((net.said(1, partial), net.said(1, full)), (0, 2));
    assert_eq!(net.server(1).dataset().len(), 1000);
}

/// REPL-48 REPL-73 REPL-46, VER-10, MYTH-21, SEEDC-15
#[test]
fn after_a_promotion_the_other_replica_goes_on_through_the_second_id() {
    let mut net = Net::with_replicas(2);
    net.command(0, "SET a 1");
    net.run(100);
    let old = net.server(0).replid().clone();
    net.kill(0);
    net.run(100);
    net.command(1, "SLAVEOF NO ONE");
    net.command(1, "SET b 2");
    net.command(2, &format!("SLAVEOF {} 6379", ip(1)));
    net.run(100);
    assert_eq!((net.said(2, partial), net.said(2, full)), (1, 1));
    let promoted = net.server(1);
    assert_eq!(promoted.second_replid().map(|(id, _)| id.clone()), Some(old.clone()));
    let other = net.server(2);
    assert_eq!(other.replid(), promoted.replid());
    assert_eq!(other.second_replid().map(|(id, _)| id.clone()), Some(old));
    assert_eq!(other.dataset(), promoted.dataset());
    assert_eq!(other.offset(), promoted.offset());
}

/// REPL-73
#[test]
fn a_replica_that_is_ahead_of_the_promoted_one_takes_everything() {
    let mut net = Net::with_replicas(2);
    net.cut(0, 1);
    net.command(0, "SET only-on-2 x");
    net.run(100);
    net.kill(0);
    net.run(100);
    net.command(1, "SLAVEOF NO ONE");
    net.command(2, &format!("SLAVEOF {} 6379", ip(1)));
    net.run(1000);
    assert_eq!((net.said(2, partial), net.said(2, full)), (0, 2));
    assert!(!net.server(2).dataset().contains("only-on-2"), "an acknowledged write is lost");
    let refused = net.log.iter().any(|(_, _, event)| {
        event
            .to_string()
            .starts_with("Partial resynchronization not accepted: Requested offset for second ID was")
    });
    assert!(refused);
}

/// REPL-71 REPL-49
#[test]
fn an_old_master_with_nothing_of_its_own_goes_on_as_a_replica() {
    let mut net = Net::with_replicas(1);
    net.command(0, "SET a 1");
    net.run(100);
    net.command(1, "SLAVEOF NO ONE");
    net.command(1, "SET b 2");
    net.command(0, &format!("SLAVEOF {} 6379", ip(1)));
    net.run(100);
    assert_eq!((net.said(0, partial), net.said(0, full)), (1, 0));
    assert_eq!(net.server(0).dataset(), net.server(1).dataset());
}

/// REPL-71 REPL-49
#[test]
fn an_old_master_that_took_writes_after_the_split_loses_them() {
    let mut net = Net::with_replicas(1);
    net.command(1, "SLAVEOF NO ONE");
    for n in 0..5 {
        net.command(0, &format!("SET lost:{n} x"));
    }
    net.command(0, &format!("SLAVEOF {} 6379", ip(1)));
    net.run(100);
    assert_eq!((net.said(0, partial), net.said(0, full)), (0, 1));
    assert!(!net.server(0).dataset().contains("lost:0"));
}

/// REPL-72 REPL-12
#[test]
fn a_master_that_crashed_comes_back_with_another_id_and_takes_everything() {
    let mut net = Net::with_replicas(1);
    let run_id = net.server(0).run_id().clone();
    net.kill(0);
    net.run(100);
    net.command(1, "SLAVEOF NO ONE");
    net.start(0);
    net.run(100);
    assert_ne!(*net.server(0).run_id(), run_id);
    net.command(0, &format!("SLAVEOF {} 6379", ip(1)));
    net.run(1000);
    assert_eq!((net.said(0, partial), net.said(0, full)), (0, 1));
}

/// REPL-14 REPL-43: seen in capture 09a, where a killed replica asks from the offset of its dataset file.
#[test]
fn a_restarted_replica_goes_on_from_the_dataset_file_of_its_last_full_sync() {
    let mut net = Net::with_replicas(1);
    net.command(0, "SET a 1");
    net.run(2000);
    net.kill(1);
    net.run(1000);
    net.start(1);
    net.run(50);
    let id = net.server(0).replid().clone();
    assert!(net.lines(1).contains(&format!("Trying a partial resynchronization (request {id}:1).")));
    assert_eq!((net.said(1, partial), net.said(1, full)), (1, 1));
    assert_eq!(net.server(1).dataset(), net.server(0).dataset());
    assert_eq!(net.slave_offset(1), net.server(0).offset());
}
