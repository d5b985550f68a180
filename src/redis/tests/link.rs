//! The replica's link to its master.

use super::net::{Net, ip};
use crate::protocol::{Ending, InfoRole, Reply};
use crate::redis::{LinkView, RedisEventKind};

/// REPL-31 REPL-32 REPL-33 REPL-34 REPL-35 REPL-47
#[test]
fn a_new_replica_dials_at_once_and_takes_the_whole_dataset() {
    let mut net = Net::new();
    net.add("");
    net.command(0, "SET a 1");
    net.add_replica_of(0, "");
    net.run(50);
    let replica = net.server(1);
    assert_eq!(replica.link_state(), Some(LinkView::Connected));
    assert_eq!(replica.dataset().get("a").as_deref(), Some("1"));
    assert_eq!(replica.replid(), net.server(0).replid());
    assert_eq!(
        net.lines(1),
        [
            "Ready to accept connections",
            "Connecting to MASTER 10.0.0.10:6379",
            "MASTER <-> REPLICA sync started",
            "Non blocking connect for SYNC fired the event.",
            "Master replied to PING, replication can continue...",
            "Partial resynchronization not possible (no cached master)",
            &format!("Full resync from master: {}:0", net.server(0).replid()),
            "MASTER <-> REPLICA sync: receiving streamed RDB from master with EOF to disk",
            "MASTER <-> REPLICA sync: Flushing old data",
            "MASTER <-> REPLICA sync: Loading DB in memory",
            "Loading RDB produced by version 7.0.15",
            "Done loading RDB, keys loaded: 1, keys expired: 0.",
            "MASTER <-> REPLICA sync: Finished with success",
        ]
    );
}

/// REPL-40 REPL-41 REPL-39, VER-10
#[test]
fn offsets_count_the_bytes_of_the_stream_and_all_agree_on_them() {
    let mut net = Net::with_replicas(2);
    net.run(3000);
    let before = net.server(0).offset();
    net.command(0, "SET key value");
    net.command(0, "PUBLISH channel message");
    net.run(100);
    let select = "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n".len();
    let set = "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n".len();
    let publish = "*3\r\n$7\r\nPUBLISH\r\n$7\r\nchannel\r\n$7\r\nmessage\r\n".len();
    let after = before + (select + set + publish) as u64;
    assert_eq!(net.server(0).offset(), after);
    for n in [1, 2] {
        assert_eq!(net.slave_offset(n), after);
        assert_eq!(net.server(n).offset(), after);
        assert_eq!(net.server(n).dataset(), net.server(0).dataset());
    }
    net.run(1100);
    let lines = net.replica_lines(0);
    assert_eq!(lines.iter().map(|line| line.offset).collect::<Vec<_>>(), [after, after]);
    assert!(lines.iter().all(|line| line.state == "online" && line.lag <= 1));
}

/// REPL-40
#[test]
fn the_offset_stands_still_until_the_first_replica_comes() {
    let mut net = Net::new();
    net.add("");
    net.command(0, "SET a 1");
    net.command(0, "PUBLISH c m");
    net.run(20_000);
    assert_eq!(net.server(0).offset(), 0);
    let id = net.server(0).replid().clone();
    net.add_replica_of(0, "");
    net.run(1000);
    assert_ne!(*net.server(0).replid(), id, "the stream begins under an id of its own");
}

/// REPL-5
#[test]
fn a_master_pings_its_replicas_in_the_stream_every_ten_seconds() {
    let mut net = Net::with_replicas(1);
    let before = net.server(0).offset();
    net.run(60_300);
    assert_eq!(net.server(0).offset() - before, 6 * 14);
    assert_eq!(net.slave_offset(1), net.server(0).offset());
}

/// REPL-36 REPL-38 REPL-13
#[test]
fn the_seconds_of_a_lost_link_count_from_the_loss_through_all_vain_attempts() {
    let mut net = Net::with_replicas(1);
    assert_eq!(net.down_since(1), None);
    net.kill(0);
    net.run(100);
    assert_eq!(net.server(1).link_state(), Some(LinkView::Connect));
    assert_eq!(net.down_since(1), Some(0));
    net.run(30_000);
    let seconds = net.down_since(1).unwrap();
    assert!((30..=31).contains(&seconds), "{seconds}");
    let dialled = net.said(1, |kind| matches!(kind, RedisEventKind::ConnectingToMaster(_)));
    assert!((30..=32).contains(&dialled), "once a second, not {dialled} times");
    net.start(0);
    net.run(2000);
    assert_eq!(net.down_since(1), None);
    assert!(net.server(1).is_link_up());
}

/// REPL-13 REPL-14, VER-10
#[test]
fn a_link_that_was_never_up_is_down_since_minus_one_with_offset_one() {
    let mut net = Net::new();
    net.add_replica_of(7, "");
    net.run(5000);
    assert_eq!(net.down_since(0), Some(-1));
    assert_eq!(net.slave_offset(0), 1);
}

/// REPL-4 REPL-61
#[test]
fn a_silent_master_is_lost_only_after_repl_timeout() {
    let mut net = Net::with_replicas(1);
    net.freeze(0, true);
    net.run(59_000);
    assert!(net.server(1).is_link_up());
    net.run(13_000);
    assert!(!net.server(1).is_link_up());
    assert!(net.lines(1).contains(&"MASTER timeout: no data nor PING received...".to_owned()));
    assert!(net.down_since(1).unwrap() <= 13);
}

/// REPL-4 REPL-15
#[test]
fn a_silent_replica_stays_listed_until_repl_timeout() {
    let mut net = Net::with_replicas(1);
    net.freeze(1, true);
    net.run(59_000);
    assert_eq!(net.replica_lines(0).len(), 1);
    assert!(net.replica_lines(0)[0].lag >= 58);
    net.run(5000);
    assert_eq!(net.replica_lines(0).len(), 0);
}

/// REPL-4: recorded (61e). A process that stood still looks at the time in one of the next ten turns of its timer, and
/// has mostly heard by then that its replicas are gone.
#[test]
fn a_master_that_was_frozen_hears_of_the_end_before_it_counts_the_silence() {
    let mut net = Net::new();
    net.add("repl-timeout 3\nrepl-ping-replica-period 1");
    net.add_replica_of(0, "repl-timeout 3");
    for _ in 0..20 {
        net.run(3000);
        net.freeze(0, true);
        net.run(6000);
        net.freeze(0, false);
    }
    net.run(3000);
    let counted = net.lines(0).iter().filter(|line| line.starts_with("Disconnecting timedout")).count();
    assert_eq!(net.said(0, |kind| matches!(kind, RedisEventKind::ReplicaLost { .. })), 20);
    assert!((1..=6).contains(&counted), "one of ten, not {counted} of 20");
}

/// REPL-60: recorded (03a, 16a, 54d): a socket that was reset has no peer whose address could be asked for.
#[test]
fn a_replica_is_named_by_its_number_once_its_connection_was_reset() {
    for (ending, name) in [
        (Ending::Closed, "10.0.0.11:6379"),
        (Ending::ClosedThenReset, "client id #3"),
        (Ending::Reset, "client id #3"),
    ] {
        let mut net = Net::with_replicas(1);
        net.end_for(0, false, ending);
        net.run(1);
        let line = format!("Connection with replica {name} lost.");
        assert!(net.lines(0).contains(&line), "{ending:?}: {:?}", net.lines(0));
    }
}

/// REPL-37: recorded with a master that ends the connection in each of these states: the words are the same whether it
/// is closed or reset, and only where the dataset is awaited the master is dialled again at once.
#[test]
fn what_is_said_of_an_end_tells_how_far_the_handshake_was() {
    let handshake = ["Failed to read response from the server: Success"];
    for (master, frozen, lines, again) in [
        ("", true, [handshake[0], "Master did not respond to command during SYNC handshake"], false),
        (
            "repl-diskless-sync-delay 60",
            false,
            [handshake[0], "Master did not reply to PSYNC, will try later"],
            false,
        ),
        (
            "rdb-key-save-delay 1000000",
            false,
            [
                "I/O error reading bulk count from MASTER: Success",
                "Reconnecting to MASTER 10.0.0.10:6379 after failure",
            ],
            true,
        ),
    ] {
        let mut net = Net::new();
        net.add(master);
        net.command(0, "SET a 1");
        net.freeze(0, frozen);
        net.add_replica_of(0, "");
        net.run(100);
        net.end_for(1, true, Ending::Reset);
        net.run(1);
        let said = net.lines(1);
        let place = said.iter().position(|line| line == lines[0]).unwrap_or_else(|| panic!("{said:?}"));
        assert_eq!(said[place + 1], lines[1]);
        assert_eq!(said.len() > place + 2, again, "{said:?}");
    }
}

/// REPL-37
#[test]
fn a_handshake_without_progress_is_given_up_and_dialled_again() {
    let mut net = Net::new();
    net.add("");
    net.freeze(0, true);
    net.add_replica_of(0, "repl-timeout 5");
    net.run(4000);
    assert_eq!(net.server(1).link_state(), Some(LinkView::Handshake));
    net.run(4000);
    assert!(net.lines(1).contains(&"Timeout connecting to the MASTER...".to_owned()));
    net.freeze(0, false);
    net.run(8000);
    assert!(net.server(1).is_link_up());
}

/// REPL-45 REPL-34
#[test]
fn a_replica_without_its_master_serves_no_replicas() {
    let mut net = Net::with_replicas(1);
    net.kill(0);
    net.run(500);
    let raw = net.connect(1);
    let reply = net.ask(raw, "PSYNC ? -1");
    assert_eq!(reply, Reply::error("NOMASTERLINK Can't SYNC while not connected with my master"));
    let sub = net.add_replica_of(1, "");
    net.run(5000);
    assert!(!net.server(sub).is_link_up());
    net.start(0);
    net.run(5000);
    assert!(net.server(sub).is_link_up());
}

/// REPL-33 REPL-24
#[test]
fn a_replica_waits_until_its_master_has_loaded() {
    let mut net = Net::new();
    net.add("appendonly yes\nkey-load-delay 1000");
    net.command(0, "DEBUG POPULATE 3000 k");
    net.kill(0);
    net.start(0);
    net.add_replica_of(0, "");
    net.run(2000);
    let refused = "Error reply to PING from master: '-LOADING Redis is loading the dataset in memory'";
    assert!(net.lines(1).contains(&refused.to_owned()));
    net.run(3000);
    assert_eq!(net.server(1).dataset().len(), 3000);
}

/// REPL-41 REPL-17
#[test]
fn a_replica_passes_the_stream_on_to_its_own_replicas() {
    let mut net = Net::with_replicas(1);
    let sub = net.add_replica_of(1, "");
    net.run(2000);
    net.command(0, "SET a 1");
    net.run(50);
    assert_eq!(net.server(sub).dataset().get("a").as_deref(), Some("1"));
    assert_eq!(net.slave_offset(sub), net.server(0).offset());
    assert_eq!(net.server(sub).replid(), net.server(0).replid());
    let lines = net.replica_lines(1);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].ip, ip(sub));
    assert!(matches!(net.info(1).replication.role, InfoRole::Replica { .. }));
}

/// REPL-3
#[test]
fn a_replica_is_listed_under_the_address_that_it_announces() {
    let mut net = Net::new();
    net.add("");
    net.add_replica_of(0, "replica-announce-ip 192.168.1.1\nreplica-announce-port 7777");
    net.run(1000);
    let line = &net.replica_lines(0)[0];
    assert_eq!((line.ip.as_str(), line.port), ("192.168.1.1", 7777));
}

/// REPL-33 REPL-20
#[test]
fn a_replica_authenticates_where_its_master_wants_a_password() {
    let mut net = Net::new();
    net.add("requirepass secret");
    net.add_replica_of(0, "masterauth secret");
    net.add_replica_of(0, "masterauth wrong");
    net.add_replica_of(0, "");
    net.run(3000);
    assert!(net.server(1).is_link_up());
    assert!(!net.server(2).is_link_up());
    assert!(!net.server(3).is_link_up());
}

/// REPL-16, REPL-15, REPL-12
#[test]
fn info_tells_the_ids_and_offsets_of_the_stream() {
    let mut net = Net::with_replicas(1);
    net.command(0, "SET key value");
    net.run(1500);
    let fields = |net: &mut Net, n: usize| -> std::collections::BTreeMap<String, String> {
        let text = net.info(n).to_string();
        let pairs = text.lines().filter_map(|line| line.split_once(':'));
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    let (master, replica) = (fields(&mut net, 0), fields(&mut net, 1));
    for side in [&master, &replica] {
        assert_eq!(side["master_failover_state"], "no-failover");
        assert_eq!(side["master_replid"], net.server(0).replid().as_str());
        assert_eq!(side["master_replid2"], "0".repeat(40));
        assert_eq!(side["second_repl_offset"], "-1");
        assert_eq!(side["master_repl_offset"], net.server(0).offset().to_string());
        assert_eq!(side["repl_backlog_active"], "1");
        assert_eq!(side["repl_backlog_size"], "1048576");
        let number = |key: &str| side[key].parse::<u64>().unwrap();
        let last = number("repl_backlog_first_byte_offset") + number("repl_backlog_histlen");
        assert_eq!(last, number("master_repl_offset") + 1);
        assert_eq!(side["run_id"].len(), 40);
    }
    assert_ne!(master["run_id"], replica["run_id"]);
    assert_eq!((master["role"].as_str(), replica["role"].as_str()), ("master", "slave"));
    // A promotion leaves the old id behind as the second one.
    let before = net.server(1).offset();
    net.command(1, "REPLICAOF NO ONE");
    let promoted = fields(&mut net, 1);
    assert_eq!(promoted["master_replid2"], master["master_replid"]);
    assert_eq!(promoted["second_repl_offset"], (before + 1).to_string());
    assert_ne!(promoted["master_replid"], master["master_replid"]);
}
