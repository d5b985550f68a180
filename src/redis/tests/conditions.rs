//! What a server answers in which condition (spec section 17.3).

use super::net::Net;
use crate::protocol::Reply;

const BUSY: &str = "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
const LOADING: &str = "LOADING Redis is loading the dataset in memory";

/// A server with this looks at its clients some twenty times a second while it loads slowly.
const LOOKS_OFTEN: &str = "loading-process-events-interval-bytes 1024";

/// REPL-25 REPL-26 REPL-10 REPL-66, VER-10
#[test]
fn a_script_that_does_not_end_is_silence_then_busy_until_it_is_killed() {
    let mut net = Net::new();
    net.add("busy-reply-threshold 1000");
    let (script, conn) = (net.connect(0), net.connect(0));
    net.ask(conn, "PING");
    net.send(script, "EVAL 'while true do end' 0");
    net.run(10);
    net.send(conn, "PING");
    net.run(900);
    assert_eq!(net.received(conn), [], "before the threshold nobody is answered");
    net.run(200);
    assert_eq!(net.received(conn), [Reply::error(BUSY)]);
    for command in ["PING", "INFO", "PUBLISH a b", "SUBSCRIBE a", "SET a b", "SHUTDOWN"] {
        assert_eq!(net.ask(conn, command), Reply::error(BUSY), "{command}");
    }
    assert_eq!(net.ask(conn, "MULTI"), Reply::ok());
    assert_eq!(net.ask(conn, "SLAVEOF NO ONE"), Reply::error(BUSY));
    let Reply::Error(text) = net.ask(conn, "EXEC") else { panic!("an error") };
    assert!(text.starts_with("EXECABORT Transaction discarded because of: BUSY"));
    assert_eq!(net.ask(conn, "SCRIPT KILL"), Reply::ok());
    assert_eq!(net.received(script), [Reply::error("ERR Script killed by user with SCRIPT KILL...")]);
    assert_eq!(net.ask(conn, "PING"), Reply::pong());
    let text = "NOTBUSY No scripts in execution right now.";
    assert_eq!(net.ask(conn, "SCRIPT KILL"), Reply::error(text));
}

/// REPL-25
#[test]
fn a_script_that_wrote_cannot_be_killed_but_the_server_can() {
    let mut net = Net::new();
    net.add("busy-reply-threshold 10");
    let (script, conn) = (net.connect(0), net.connect(0));
    net.send(script, "EVAL \"redis.call('SET','a','b') while true do end\" 0");
    net.run(50);
    let Reply::Error(text) = net.ask(conn, "SCRIPT KILL") else { panic!("an error") };
    assert!(text.starts_with("UNKILLABLE "));
    net.send(conn, "SHUTDOWN NOSAVE");
    net.run(10);
    assert_eq!(net.exits, [(0, 0)]);
}

/// REPL-66: nothing of the stream is applied meanwhile, and all of it afterwards.
#[test]
fn a_busy_replica_catches_up_when_its_script_is_killed() {
    let mut net = Net::with_replicas(1);
    net.command(1, "CONFIG SET busy-reply-threshold 10");
    let script = net.connect(1);
    net.send(script, "EVAL 'while true do end' 0");
    net.run(50);
    net.command(0, "SET a 1");
    net.run(3000);
    assert!(!net.server(1).dataset().contains("a"));
    net.command(1, "SCRIPT KILL");
    net.run(2000);
    assert!(net.server(1).dataset().contains("a"));
    assert_eq!(net.slave_offset(1), net.server(0).offset());
}

/// REPL-26
#[test]
fn debug_sleep_is_silence_and_what_came_meanwhile_is_served_afterwards() {
    let mut net = Net::new();
    net.add("");
    let (sleeper, conn) = (net.connect(0), net.connect(0));
    net.ask(conn, "PING");
    net.send(sleeper, "DEBUG SLEEP 1.5");
    net.send(conn, "PING");
    net.run(1400);
    assert_eq!(net.received(conn), []);
    net.run(200);
    assert_eq!(net.received(conn), [Reply::pong()]);
}

/// REPL-24 REPL-63, VER-10
#[test]
fn a_server_that_loads_its_dataset_at_start_up_answers_loading() {
    let mut net = Net::new();
    net.add(&format!("{LOOKS_OFTEN}\nkey-load-delay 1000"));
    net.command(0, "DEBUG POPULATE 2000 k");
    net.command(0, "SAVE");
    net.kill(0);
    net.start(0);
    net.run(100);
    let loading = Reply::error(LOADING);
    assert_eq!(net.command(0, "PING"), loading);
    assert_eq!(net.command(0, "SLAVEOF NO ONE"), loading);
    assert!(net.info(0).loading);
    assert_eq!(net.command(0, "PUBLISH a b"), Reply::Integer(0));
    net.run(3000);
    assert_eq!(net.command(0, "PING"), Reply::pong());
    assert_eq!(net.server(0).dataset().len(), 2000);
}

/// REPL-24 REPL-63: recorded (50a, 50b, 50e). The file has some 37 kB, the append-only file 2000 commands.
#[test]
fn a_server_that_loads_looks_at_its_clients_only_now_and_then() {
    let pong = Reply::pong();
    let half = "loading-process-events-interval-bytes 20480";
    for (conf, saves, first) in [
        ("", true, &pong),
        (half, true, &Reply::error(LOADING)),
        ("appendonly yes", false, &Reply::error(LOADING)),
    ] {
        let mut net = Net::new();
        net.add(&format!("{conf}\nkey-load-delay 1000"));
        net.command(0, "DEBUG POPULATE 2000 k");
        if saves {
            net.command(0, "SAVE");
        }
        net.kill(0);
        net.start(0);
        let conn = net.connect(0);
        net.send(conn, "PING");
        net.run(1000);
        assert_eq!(net.received(conn), [], "{conf}");
        net.run(300);
        assert_eq!(net.received(conn).first(), (*first != pong).then_some(first), "{conf}");
        net.send(conn, "PING");
        net.run(700);
        assert_eq!(net.received(conn), [], "{conf}");
        net.run(300);
        let all = net.received(conn);
        assert!(!all.is_empty() && all.iter().all(|reply| *reply == pong), "{conf} {all:?}");
    }
}

/// Recorded (50a, 50e, 62c): what is read is named when it begins, and what came of it when it is over.
#[test]
fn the_log_of_a_loading_says_at_its_beginning_what_is_read() {
    let reads = "Loading RDB produced by version 7.0.15";
    let base = "DB loaded from base file appendonly.aof.1.base.rdb: 0.000 seconds";
    for (conf, first, last) in [
        ("", vec![reads], "DB loaded from disk: 2."),
        ("appendonly yes", vec![reads, base], "DB loaded from append only file: 2."),
    ] {
        let mut net = Net::new();
        net.add(&format!("{conf}\nkey-load-delay 1000"));
        net.command(0, "DEBUG POPULATE 2000 k");
        net.command(0, "SAVE");
        net.kill(0);
        let before = net.lines(0).len();
        net.start(0);
        net.add_replica_of(0, "key-load-delay 1000");
        net.run(1000);
        let said = |net: &Net, text: &str| net.lines(0)[before..].iter().any(|line| line.starts_with(text));
        assert!(first.iter().all(|line| said(&net, line)) && !said(&net, last), "{conf} {:?}", net.lines(0));
        net.run(2000);
        assert!(said(&net, last), "{conf}");
        let replica = net.lines(1);
        assert!(net.server(1).is_loading() && replica.iter().any(|line| line == reads), "{replica:?}");
        assert!(!replica.iter().any(|line| line.starts_with("Done loading")), "{replica:?}");
    }
}

/// REPL-31 REPL-24: measured and recorded (90u08).
#[test]
fn a_replica_that_looked_at_clients_while_it_loaded_dials_its_master_later() {
    for (keys, dials) in
        [(500, 0..5), (1500, 895..910), (20_000, 895..910), (60_000, 795..810), (250_000, 395..510)]
    {
        let mut net = Net::new();
        net.add("");
        net.add_replica_of(0, "appendonly yes");
        net.command(0, &format!("DEBUG POPULATE {keys} k 10"));
        net.command(0, "DEBUG CHANGE-REPL-ID");
        net.command(0, "CLIENT KILL TYPE replica");
        net.run(9000);
        assert_eq!(net.server(1).dataset().len(), keys);
        net.kill(1);
        net.kill(0);
        net.log.clear();
        net.start(1);
        net.run(4000);
        let said = |text: &str| {
            let mut log = net.log.iter().filter(|(_, node, _)| *node == 1);
            log.find(|(.., event)| event.to_string().starts_with(text)).map(|(at, ..)| *at)
        };
        let after = said("Connecting to MASTER").unwrap() - said("Ready to accept").unwrap();
        assert!(dials.contains(&after), "{keys} keys: {after} ms");
    }
}

/// REPL-51: recorded. What is loaded as yet does not replace the file.
#[test]
fn a_server_that_loads_ends_at_its_next_look() {
    for (conf, least, most) in [("", 2100, 2300), ("loading-process-events-interval-bytes 20480", 1100, 1300)]
    {
        let mut net = Net::new();
        net.add(&format!("{conf}\nsave 3600 1\nkey-load-delay 1000"));
        net.command(0, "DEBUG POPULATE 2000 k");
        net.command(0, "SAVE");
        net.kill(0);
        net.start(0);
        net.run(200);
        net.terminate(0);
        net.run(least - 200);
        assert_eq!(net.exits, [], "{conf}");
        net.run(most - least);
        assert_eq!(net.exits, [(0, 0)], "{conf}");
        net.start(0);
        net.run(2500);
        assert_eq!(net.server(0).dataset().len(), 2000, "{conf}");
    }
}

/// REPL-4 REPL-74: recorded.
#[test]
fn a_replica_that_loads_shows_at_its_looks_that_it_is_there() {
    for (conf, lag) in [(LOOKS_OFTEN, 0..=1), ("", 3..=4)] {
        let mut net = Net::new();
        net.add("");
        net.command(0, "DEBUG POPULATE 4000 k");
        net.add_replica_of(0, &format!("{conf}\nkey-load-delay 1000"));
        net.run(3900);
        assert!(net.server(1).is_loading(), "{conf}");
        let line = &net.replica_lines(0)[0];
        assert!(lag.contains(&line.lag) && line.offset == 0, "{conf} {line:?}");
    }
}

/// REPL-63
#[test]
fn a_server_that_is_killed_while_it_loads_keeps_its_file() {
    for conf in ["appendonly yes", "save 1 1"] {
        let mut net = Net::new();
        net.add(&format!("{conf}\nkey-load-delay 1000"));
        net.command(0, "DEBUG POPULATE 2000 k");
        net.command(0, "SAVE");
        for _ in 0..2 {
            net.kill(0);
            net.start(0);
            net.run(100);
            assert!(net.server(0).is_loading(), "{conf}");
        }
        net.run(3000);
        assert_eq!(net.server(0).dataset().len(), 2000, "{conf}");
    }
}

/// REPL-24 REPL-35 REPL-14 FSM-CMD-2
#[test]
fn a_replica_answers_loading_while_it_loads_its_masters_dataset() {
    let mut net = Net::new();
    net.add("");
    net.command(0, "DEBUG POPULATE 1000 k");
    net.add_replica_of(0, &format!("{LOOKS_OFTEN}\nkey-load-delay 1000"));
    net.run(200);
    let loading = Reply::error(LOADING);
    assert_eq!(net.command(1, "PING"), loading);
    assert_eq!(net.slave_offset(1), 1);
    let conn = net.connect(1);
    net.ask(conn, "MULTI");
    assert_eq!(net.ask(conn, "SLAVEOF NO ONE"), loading);
    let aborted = Reply::error("EXECABORT Transaction discarded because of previous errors.");
    assert_eq!(net.ask(conn, "EXEC"), aborted);
    net.run(2000);
    assert_eq!(net.command(1, "PING"), Reply::pong());
    assert!(net.server(1).is_link_up());
}

/// REPL-22 REPL-11 REPL-65
#[test]
fn a_failed_saving_makes_writes_and_ping_misconf_until_one_succeeds() {
    let mut net = Net::new();
    net.add("save 5 1");
    net.server_mut(0).break_disk(true);
    let conn = net.connect(0);
    net.ask(conn, "SET a 1");
    assert_eq!(net.ask(conn, "PING"), Reply::pong());
    net.run(8000);
    for command in ["PING", "SET a 2", "DEL a", "FLUSHALL"] {
        let Reply::Error(text) = net.ask(conn, command) else { panic!("{command}") };
        assert!(text.starts_with("MISCONF Redis is configured to save RDB snapshots"), "{command}");
    }
    assert_eq!(net.ask(conn, "GET a"), Reply::bulk("1"));
    assert_eq!(net.ask(conn, "PUBLISH a b"), Reply::Integer(0));
    assert!(matches!(net.ask(conn, "INFO"), Reply::Info(_)));
    assert_eq!(net.ask(conn, "SLAVEOF NO ONE"), Reply::ok());
    net.server_mut(0).break_disk(false);
    net.run(8000);
    assert_eq!(net.ask(conn, "PING"), Reply::pong());
    assert_eq!(net.ask(conn, "SET a 2"), Reply::ok());
}

/// REPL-22 REPL-65; recorded (81f)
#[test]
fn a_folder_that_takes_no_file_makes_ping_misconf_as_a_broken_disk_does() {
    let mut net = Net::new();
    net.add("save 3600 1\nenable-protected-configs yes");
    let conn = net.connect(0);
    for (dir, well) in [("/proc", false), (".", true), ("/sys/", false), ("/tmp", true)] {
        assert_eq!(net.ask(conn, &format!("CONFIG SET dir {dir}")), Reply::ok());
        assert_eq!(net.ask(conn, "BGSAVE"), Reply::Status("Background saving started".into()));
        net.run(1000);
        assert_eq!(net.ask(conn, "PING") == Reply::pong(), well, "{dir}");
    }
}

/// REPL-74 REPL-9, VER-10
#[test]
fn with_too_few_good_replicas_writes_are_refused() {
    let mut net = Net::new();
    net.add("min-replicas-to-write 1\nmin-replicas-max-lag 2");
    let refused = Reply::error("NOREPLICAS Not enough good replicas to write.");
    assert_eq!(net.command(0, "SET a 1"), refused);
    net.add_replica_of(0, "");
    net.run(2000);
    assert_eq!(net.command(0, "SET a 1"), Reply::ok());
    assert_eq!(net.info(0).replication.min_slaves_good_slaves, Some(1));
    // A silent partition: the window is max-lag and up to two seconds.
    net.cut(0, 1);
    net.run(1500);
    assert_eq!(net.command(0, "SET a 2"), Reply::ok());
    net.run(3000);
    assert_eq!(net.command(0, "SET a 3"), refused);
    assert_eq!(net.command(0, "GET a"), Reply::bulk("2"));
    net.mend();
    net.run(2100);
    assert_eq!(net.command(0, "SET a 4"), Reply::ok(), "a late acknowledgement opens the gate again");
    // A closed connection: the window closes at once.
    net.kill(1);
    net.run(5);
    assert_eq!(net.command(0, "SET a 5"), refused);
}

/// REPL-20: as asked of Redis 7.0.15.
#[test]
fn who_connects_to_a_full_or_protected_server_is_told_so_and_sent_away() {
    let mut net = Net::with_replicas(1);
    let before = net.connect(0);
    assert_eq!(net.ask(before, "CONFIG SET protected-mode yes"), Reply::ok());
    let late = net.connect(0);
    let Reply::Error(text) = net.ask(late, "PING") else { panic!("an error") };
    assert!(text.starts_with("DENIED Redis is running in protected mode because"));
    assert!(net.is_closed(late));
    assert_eq!(net.ask(before, "PING"), Reply::pong(), "who is there stays");
    assert_eq!(net.ask(before, "CONFIG SET requirepass pw"), Reply::ok());
    assert!(matches!(net.command(0, "PING"), Reply::Error(text) if text.starts_with("NOAUTH")));
    assert_eq!(net.ask(before, "CONFIG SET requirepass \"\""), Reply::ok());
    // The replica's link and this client are two.
    assert_eq!(net.ask(before, "CONFIG SET protected-mode no maxclients 2"), Reply::ok());
    assert_eq!(net.command(0, "PING"), Reply::error("ERR max number of clients reached"));
    assert_eq!(net.ask(before, "CONFIG SET maxclients 3"), Reply::ok());
    assert_eq!(net.command(0, "PING"), Reply::pong());
}
