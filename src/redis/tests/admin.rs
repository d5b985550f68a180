//! What an operator asks a server, and what becomes of unusual circumstances.

use super::net::{Net, addr, ip};
use crate::protocol::{Effect, Input, Level, Message, Reply};
use crate::redis::{RedisEventKind, RedisOutbox};
use crate::sim::NodeTime;

fn said(net: &Net, n: usize, part: &str) -> usize {
    net.lines(n).iter().filter(|line| line.contains(part)).count()
}

#[test]
fn clients_are_killed_by_address_id_and_type() {
    let mut net = Net::new();
    net.add("");
    let asker = net.connect(0);
    assert_eq!(net.ask(asker, "CLIENT KILL 1.2.3.4:5"), Reply::error("ERR No such client"));
    assert_eq!(net.ask(asker, "CLIENT KILL TYPE"), Reply::error("ERR No such client"));
    assert_eq!(net.ask(asker, "CLIENT KILL TYPE normal SKIPME"), Reply::error("ERR syntax error"));
    let (subscriber, other) = (net.connect(0), net.connect(0));
    net.ask(subscriber, "SUBSCRIBE a");
    net.ask(other, "PING");
    assert_eq!(net.ask(asker, "CLIENT KILL TYPE pubsub"), Reply::Integer(1));
    net.run(5);
    assert!(net.is_closed(subscriber) && !net.is_closed(other));
    assert_eq!(net.ask(asker, "CLIENT KILL TYPE normal"), Reply::Integer(1), "all but who asks");
    net.run(5);
    assert!(net.is_closed(other) && !net.is_closed(asker));
    // All clients of the test come from one address: the first of them is the one that asks.
    net.send(asker, "CLIENT KILL 10.0.0.99:40000");
    net.run(5);
    assert!(net.is_closed(asker));
}

#[test]
fn pubsub_tells_of_channels_and_their_listeners() {
    let mut net = Net::new();
    net.add("");
    let (listener, asker) = (net.connect(0), net.connect(0));
    net.ask(listener, "SUBSCRIBE news sport");
    net.run(5);
    net.received(listener);
    assert_eq!(net.ask(asker, "PUBSUB CHANNELS s*"), Reply::bulks(["sport"]));
    let both = net.ask(asker, "PUBSUB CHANNELS");
    assert!(both == Reply::bulks(["news", "sport"]) || both == Reply::bulks(["sport", "news"]), "{both:?}");
    let counts = vec![Reply::bulk("news"), Reply::Integer(1), Reply::bulk("x"), Reply::Integer(0)];
    assert_eq!(net.ask(asker, "PUBSUB NUMSUB news x"), Reply::Array(counts));
    assert_eq!(net.ask(asker, "PUBSUB NUMPAT"), Reply::Integer(0));
    let left = |channel: &str, n| {
        Reply::Array(vec![Reply::bulk("unsubscribe"), Reply::bulk(channel), Reply::Integer(n)])
    };
    assert_eq!(net.ask(listener, "UNSUBSCRIBE news"), left("news", 1));
    assert_eq!(net.ask(asker, "PUBLISH news x"), Reply::Integer(0));
    let seconds = (net.now / 1000).to_string();
    let Reply::Array(time) = net.ask(asker, "TIME") else { panic!() };
    assert_eq!(time[0], Reply::bulk(seconds));
}

#[test]
fn what_is_no_master_is_refused() {
    let mut net = Net::with_replicas(1);
    let refused = Reply::error("ERR Invalid master port");
    assert_eq!(net.command(1, "REPLICAOF 10.0.0.9 70000"), refused);
    assert_eq!(net.command(1, "SLAVEOF 10.0.0.9 port"), refused);
    assert!(net.server(1).is_link_up(), "nothing has changed");
    let Reply::Error(text) = net.command(1, "WAIT 1 0") else { panic!() };
    assert!(text.starts_with("ERR WAIT cannot be used with replica instances."), "{text}");
    // A name is nobody's address here: it is tried each second, in vain.
    assert_eq!(net.command(1, "REPLICAOF nowhere 6379"), Reply::ok());
    net.run(3500);
    assert!(said(&net, 1, "Connecting to MASTER nowhere:6379") >= 3);
    assert_eq!(
        said(&net, 1, "Unable to connect to MASTER: Invalid argument"),
        said(&net, 1, "Connecting to MASTER nowhere:6379")
    );
    assert_eq!(net.server(1).master(), Some((&"nowhere".into(), 6379)));
    assert_eq!(net.server(1).master_addr(), None);
}

/// REPL-36
#[test]
fn client_kill_type_master_ends_a_replicas_link_which_comes_back() {
    let mut net = Net::with_replicas(1);
    assert_eq!(net.command(0, "CLIENT KILL TYPE master"), Reply::Integer(0));
    assert_eq!(net.command(1, "CLIENT KILL TYPE master"), Reply::Integer(1));
    assert_eq!(said(&net, 1, "Connection with master lost."), 1);
    net.run(100);
    assert!(net.server(1).is_link_up());
}

/// REPL-44
#[test]
fn who_asks_for_what_was_not_written_yet_gets_everything() {
    let mut net = Net::with_replicas(1);
    net.command(0, "SET a 1");
    let raw = net.connect(0);
    net.send(raw, &format!("PSYNC {} 999999", net.server(0).replid()));
    net.run(50);
    assert_eq!(said(&net, 0, "Unable to partial resync with replica"), 1);
    assert_eq!(said(&net, 0, "tried to PSYNC with an offset that is greater than the master"), 1);
    let full = format!("FULLRESYNC {} {}", net.server(0).replid(), net.server(0).offset());
    net.run(300);
    assert!(net.received(raw).contains(&Reply::Status(full.into())));
}

/// REPL-51
#[test]
fn a_server_that_cannot_save_does_not_end_unless_it_is_told_to() {
    let mut net = Net::new();
    net.add("save 3600 1");
    net.server_mut(0).break_disk(true);
    net.command(0, "SET a 1");
    let refused = Reply::error("ERR Errors trying to SHUTDOWN. Check logs.");
    let conn = net.connect(0);
    for command in ["SHUTDOWN", "SHUTDOWN SAVE NOW"] {
        net.send(conn, command);
        // It tries for a while, and answers nobody meanwhile.
        net.run(1000);
        assert_eq!(net.received(conn), std::slice::from_ref(&refused), "{command}");
    }
    assert_eq!(said(&net, 0, "Error trying to save the DB, can't exit."), 2);
    assert!(net.exits.is_empty());
    assert_eq!(net.command(0, "SHUTDOWN ABORT"), Reply::error("ERR No shutdown in progress."));
    net.send(conn, "SHUTDOWN FORCE");
    net.run(1000);
    assert_eq!(net.exits, [(0, 0)]);
}

/// REPL-51, REPL-27
#[test]
fn a_shutdown_that_fails_after_its_wait_lets_its_clients_go_on() {
    let mut net = Net::new();
    net.add("save 3600 1\nshutdown-timeout 2");
    net.add_replica_of(0, "");
    net.run(2000);
    net.freeze(1, true);
    net.command(0, "SET a 1");
    net.server_mut(0).break_disk(true);
    let (asker, second, writer) = (net.connect(0), net.connect(0), net.connect(0));
    net.send(asker, "SHUTDOWN");
    net.run(500);
    net.send(second, "SHUTDOWN");
    net.send(writer, "SET a 2");
    net.run(1000);
    assert_eq!((net.received(asker), net.received(writer)), (vec![], vec![]));
    net.run(1500);
    let refused = Reply::error("ERR Errors trying to SHUTDOWN. Check logs.");
    assert_eq!(net.received(asker), std::slice::from_ref(&refused));
    assert_eq!(net.received(second), [refused], "who asks meanwhile waits with the first");
    assert_eq!(net.received(writer), [Reply::ok()]);
    assert!(net.exits.is_empty());
}

/// GEN-1: what is waited for ends by the monotonic clock, also where the wall clock went back.
#[test]
fn a_clock_that_goes_back_moves_no_deadline() {
    let mut net = Net::new();
    net.add("rdb-key-save-delay 1000\nshutdown-timeout 3");
    net.add_replica_of(0, "");
    net.run(2000);
    net.command(0, "DEBUG POPULATE 500 pre");
    net.run(1200);
    net.freeze(1, true);
    let waiter = net.connect(0);
    net.ask(waiter, "SET a 1");
    // A saving, a waiting client and a shutdown are under way.
    assert!(matches!(net.command(0, "BGSAVE"), Reply::Status(_)));
    net.send(waiter, "WAIT 1 1500");
    net.run(100);
    net.terminate(0);
    net.run(200);
    assert!(net.exits.is_empty() && net.received(waiter).is_empty());
    // An hour back between two of its timers; from here on it is woken as it wishes.
    let back = net.now - 3_600_000;
    let mut out = RedisOutbox::default();
    let (mut now, mut answered, mut exit) = (back, None, None);
    while exit.is_none() {
        net.server_mut(0).handle(NodeTime(now), Input::Timer, &mut out);
        let mut wish = 0;
        for effect in out.drain() {
            match effect {
                Effect::WakeIn(span) => wish = span.0,
                Effect::Exit(_) => exit = Some(now - back),
                Effect::Send(_, Message::Reply(Reply::Integer(0))) => answered = Some(now - back),
                _ => {}
            }
        }
        now += wish;
    }
    // They were due 1.2 and 2.8 seconds later, and what came due meanwhile is not put off by the jump.
    let (answered, exit) = (answered.expect("an answer"), exit.expect("an end"));
    assert!((1000..=1300).contains(&answered), "{answered}");
    assert!((2600..=2900).contains(&exit), "{exit}");
}

/// REPL-7, REPL-34
#[test]
fn who_comes_while_something_else_is_saved_waits_for_the_next_saving() {
    let mut net = Net::new();
    net.add("rdb-key-save-delay 1000");
    net.command(0, "DEBUG POPULATE 1500 pre");
    net.command(0, "BGSAVE");
    net.add_replica_of(0, "");
    net.run(500);
    assert_eq!(said(&net, 0, "Can't attach the replica to the current BGSAVE"), 1);
    net.run(1700);
    net.add_replica_of(0, "");
    net.run(300);
    assert_eq!(said(&net, 0, "Current BGSAVE has socket target. Waiting for next BGSAVE for SYNC"), 1);
    net.run(6000);
    for n in [1, 2] {
        assert!(net.server(n).is_link_up());
        assert_eq!(net.server(n).dataset(), net.server(0).dataset());
    }
}

/// REPL-35
#[test]
fn a_saving_into_sockets_ends_when_nobody_listens_any_more() {
    let mut net = Net::new();
    net.add("rdb-key-save-delay 1000");
    net.command(0, "DEBUG POPULATE 5000 pre");
    net.add_replica_of(0, "");
    net.run(1000);
    net.kill(1);
    net.run(50);
    assert_eq!(said(&net, 0, "Diskless rdb transfer, last replica dropped, killing fork child."), 1);
    assert!(matches!(net.command(0, "BGSAVE"), Reply::Status(_)), "another saving may begin");
}

/// LOG-1
#[test]
fn a_log_line_shows_the_role_of_its_moment_and_its_level() {
    let mut net = Net::with_replicas(1);
    net.kill(0);
    net.run(50);
    net.command(1, "REPLICAOF NO ONE");
    let of = |part: &str| {
        let found = net.log.iter().filter(|(_, n, _)| *n == 1);
        let mut found = found.filter(|(_, _, event)| event.to_string().contains(part));
        let event = &found.next().expect("it was said").2;
        (event.role_mark(), event.level())
    };
    assert_eq!(of("Connection with master lost."), ('S', Level::Warning));
    assert_eq!(of("Connecting to MASTER 10.0.0.10:6379"), ('S', Level::Notice));
    assert_eq!(of("MASTER MODE enabled (user request from"), ('M', Level::Notice));
    assert_eq!(net.said(1, |kind| matches!(kind, RedisEventKind::MasterModeEnabled { .. })), 1);
}

/// REPL-15, REPL-74: what the page shows of a server is what INFO tells.
#[test]
fn views_tell_what_info_tells() {
    let mut net = Net::new();
    net.add("min-replicas-to-write 1");
    net.add_replica_of(0, "");
    net.run(3000);
    let now = NodeTime(net.now);
    let lines = net.replica_lines(0);
    let (master, replica) = (net.server(0), net.server(1));
    assert!(master.is_master() && !replica.is_master());
    assert_eq!((master.master(), master.master_addr(), master.link_state()), (None, None, None));
    assert_eq!(replica.master(), Some((&ip(0).into(), 6379)));
    assert_eq!(replica.master_addr(), Some(addr(0)));
    assert_eq!((master.replica_count(), master.good_replicas()), (1, 1));
    assert!(!replica.is_syncing());
    let views: Vec<_> = master.replicas(now).collect();
    assert_eq!((views[0].ip.as_str(), views[0].port), (lines[0].ip.as_str(), lines[0].port));
    assert_eq!((views[0].state.as_str(), views[0].offset), (lines[0].state.as_str(), lines[0].offset));
    assert_eq!(master.second_replid(), None);
    let before = (master.replid().clone(), replica.offset());
    net.command(1, "REPLICAOF NO ONE");
    let second = net.server(1).second_replid().map(|(id, offset)| (id.clone(), offset));
    assert_eq!(second, Some((before.0, before.1 + 1)));
    net.run(2000);
    assert_eq!((net.server(0).replica_count(), net.server(0).good_replicas()), (0, 0));
}
