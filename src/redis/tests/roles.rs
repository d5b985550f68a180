//! Changing roles, and the transaction with which a Sentinel does it.

use super::net::{Net, ip};
use crate::protocol::{ConnId, InfoRole, Reply};

/// What a Sentinel sends in one go (spec FSM-CMD-1); returns the six replies.
fn transaction(net: &mut Net, conn: ConnId, slaveof: &str) -> Vec<Reply> {
    for text in
        ["MULTI", slaveof, "CONFIG REWRITE", "CLIENT KILL TYPE normal", "CLIENT KILL TYPE pubsub", "EXEC"]
    {
        net.send(conn, text);
    }
    net.run(20);
    net.received(conn)
}

/// REPL-48, REPL-30, VER-10
#[test]
fn a_replica_becomes_a_master_at_once_even_with_its_link_down() {
    let mut net = Net::with_replicas(1);
    let (old, offset) = (net.server(0).replid().clone(), net.server(1).offset());
    net.kill(0);
    net.run(3000);
    assert_eq!(net.command(1, "SLAVEOF NO ONE"), Reply::ok());
    let info = net.info(1);
    assert_eq!(info.replication.role, InfoRole::Master);
    assert_eq!(info.replication.master_replid2, old);
    assert_eq!(info.replication.second_repl_offset, offset as i64 + 1);
    assert_ne!(info.replication.master_replid, old);
    assert_eq!(net.command(1, "SLAVEOF NO ONE"), Reply::ok(), "no effect on a master");
    assert_eq!(net.info(1).replication.master_replid, info.replication.master_replid);
    assert_eq!(net.command(1, "SET a 1"), Reply::ok());
}

/// REPL-48: its sub-replicas are disconnected, and come back in its stream.
#[test]
fn a_promoted_replica_keeps_its_sub_replicas_through_a_partial_resync() {
    let mut net = Net::with_replicas(1);
    let sub = net.add_replica_of(1, "");
    net.run(2000);
    net.kill(0);
    net.run(100);
    net.command(1, "SLAVEOF NO ONE");
    net.run(100);
    assert!(net.server(sub).is_link_up());
    let lines = net.lines(sub);
    assert!(lines.contains(&format!("Master replication ID changed to {}", net.server(1).replid())));
}

/// REPL-49, VER-10, SEEDA-12
#[test]
fn following_the_same_master_again_does_nothing() {
    let mut net = Net::with_replicas(1);
    let reply = net.command(1, &format!("REPLICAOF {} 6379", ip(0)));
    assert_eq!(reply, Reply::Status("OK Already connected to specified master".into()));
    assert!(net.server(1).is_link_up());
    assert_eq!(net.command(1, "SLAVEOF 10.0.0.10 99999"), Reply::error("ERR Invalid master port"));
}

/// REPL-49 REPL-14
#[test]
fn a_former_master_reports_its_own_offset_while_it_waits_for_its_new_one() {
    let mut net = Net::with_replicas(1);
    net.command(0, "SET a 1");
    net.run(100);
    let offset = net.server(0).offset();
    assert!(offset > 0);
    net.command(0, &format!("SLAVEOF {} 6379", ip(9)));
    net.run(2000);
    assert_eq!(net.slave_offset(0), offset);
    assert_eq!(net.down_since(0), Some(-1));
}

/// REPL-49: own replicas stay connected.
#[test]
fn a_master_that_becomes_a_replica_keeps_its_replicas_until_a_full_sync() {
    let mut net = Net::with_replicas(2);
    net.command(0, &format!("SLAVEOF {} 6379", ip(9)));
    net.run(100);
    assert_eq!(net.server(0).replica_count(), 2);
}

/// FSM-CMD-1 FSM-CMD-3 REPL-50 REPL-52
#[test]
fn the_transaction_promotes_persists_and_kills_everybody_else() {
    let mut net = Net::with_replicas(1);
    let sub = net.add_replica_of(1, "");
    net.run(2000);
    let (sentinel, pubsub) = (net.connect(1), net.connect(1));
    let (other, app) = (net.connect(1), net.connect(1));
    net.ask(pubsub, "SUBSCRIBE __sentinel__:hello");
    net.ask(other, "CLIENT SETNAME sentinel-12345678-cmd");
    net.ask(app, "PING");
    let replies = transaction(&mut net, sentinel, "SLAVEOF NO ONE");
    let queued = || Reply::Status("QUEUED".into());
    assert_eq!(
        replies,
        [
            Reply::ok(),
            queued(),
            queued(),
            queued(),
            queued(),
            Reply::Array(vec![Reply::ok(), Reply::ok(), Reply::Integer(2), Reply::Integer(1)]),
        ]
    );
    assert!(net.is_closed(pubsub) && net.is_closed(other) && net.is_closed(app));
    assert!(!net.is_closed(sentinel));
    assert_eq!(net.ask(sentinel, "PING"), Reply::pong());
    assert!(net.server(1).is_master());
    assert_eq!(net.disk(1).replicaof, None, "a restart keeps the role");
    net.run(100);
    assert!(net.server(sub).is_link_up());
}

/// FSM-CMD-3
#[test]
fn the_transaction_leaves_the_link_to_the_master_and_the_replicas_alone() {
    let mut net = Net::with_replicas(1);
    let conn = net.connect(0);
    net.send(conn, "CLIENT KILL TYPE normal");
    net.send(conn, "CLIENT KILL TYPE pubsub");
    net.run(50);
    assert_eq!(net.received(conn), [Reply::Integer(0), Reply::Integer(0)]);
    assert!(net.server(1).is_link_up());
    let conn = net.connect(1);
    net.send(conn, "CLIENT KILL TYPE normal");
    net.run(50);
    assert!(net.server(1).is_link_up());
}

/// FSM-CMD-2
#[test]
fn a_transaction_with_a_refused_command_changes_nothing() {
    let mut net = Net::new();
    net.add("");
    net.add_replica_of(0, "rename-command CONFIG \"\"");
    net.run(1000);
    let conn = net.connect(1);
    let replies = transaction(&mut net, conn, "SLAVEOF NO ONE");
    assert_eq!(
        replies[2],
        Reply::error("ERR unknown command 'CONFIG', with args beginning with: 'REWRITE' ")
    );
    assert_eq!(replies[5], Reply::error("EXECABORT Transaction discarded because of previous errors."));
    assert!(!net.server(1).is_master());
}

/// REPL-50
#[test]
fn a_node_comes_back_in_the_role_of_its_last_rewrite() {
    let mut net = Net::with_replicas(1);
    net.command(1, "SLAVEOF NO ONE");
    net.kill(1);
    net.start(1);
    assert!(!net.server(1).is_master(), "not rewritten");
    net.run(1000);
    net.command(1, "SLAVEOF NO ONE");
    net.command(1, "CONFIG REWRITE");
    net.kill(1);
    net.start(1);
    assert!(net.server(1).is_master());
    assert!(!net.disk(1).to_string().contains("replicaof"));
}

/// REPL-75
#[test]
fn replicas_refuse_writes_until_they_are_promoted() {
    let mut net = Net::with_replicas(1);
    let text = "READONLY You can't write against a read only replica.";
    assert_eq!(net.command(1, "SET a 1"), Reply::error(text));
    net.command(1, "SLAVEOF NO ONE");
    assert_eq!(net.command(1, "SET a 1"), Reply::ok());
}
