//! The network, truthfully: what TCP does to messages when processes, hosts and links fail.

mod endings;
mod exits;
mod rounds;
mod sent_again;

use super::*;
use std::net::IpAddr;

const SERVER_PORT: u16 = 6379;

/// A client process dials a server process on another host; what either is told is written down.
struct Lab {
    kernel: Kernel<&'static str>,
    client: ProcessId,
    server: ProcessId,
    conn: ConnId,
    heard: Vec<(u64, ProcessId, Input<&'static str>)>,
    /// How long each turn keeps a process busy.
    turn: Micros,
}

fn ip(n: u8) -> IpAddr {
    IpAddr::from([10, 0, 0, n])
}

fn lab() -> Lab {
    lab_of(1)
}

fn lab_of(seed: u64) -> Lab {
    let mut kernel = Kernel::new(Seed(seed));
    let mut process = |n| {
        let host = kernel.add_host(ip(n), HostProfile::default());
        kernel.add_process(host)
    };
    let (client, server) = (process(1), process(2));
    assert!(kernel.start(client, None));
    assert!(kernel.start(server, Some(SERVER_PORT)));
    let conn = kernel.conn_ids().dial();
    let now = kernel.now();
    kernel.connect(client, conn, Addr::new(ip(2), SERVER_PORT), now);
    Lab { kernel, client, server, conn, heard: Vec::new(), turn: Micros(10) }
}

fn connected() -> Lab {
    let mut lab = lab();
    lab.run(1);
    lab.heard.clear();
    lab
}

impl Lab {
    /// Runs until so many milliseconds after the beginning.
    fn run(&mut self, until_ms: u64) {
        while let Some(turn) = self.kernel.next_turn(SimTime::from_millis(until_ms)) {
            let now = self.kernel.now();
            self.heard.push((now.millis(), turn.process, turn.input));
            self.kernel.end_turn(turn.process, now + self.turn, None);
        }
    }

    fn send(&mut self, message: &'static str) {
        let now = self.kernel.now();
        self.kernel.send(self.conn, message, now);
    }

    fn host(&self, process: ProcessId) -> HostId {
        self.kernel.host_of(process)
    }

    fn cut(&mut self) {
        let (a, b) = (self.host(self.client), self.host(self.server));
        self.kernel.cut(a, b);
    }

    /// What the server received: when, in milliseconds, and what.
    fn received(&self) -> Vec<(u64, &'static str)> {
        let message = |(at, who, input): &(u64, ProcessId, Input<&'static str>)| match input {
            Input::Received(_, text) if *who == self.server => Some((*at, *text)),
            _ => None,
        };
        self.heard.iter().filter_map(message).collect()
    }

    fn client_heard(&self, input: &Input<&'static str>) -> Option<u64> {
        self.heard.iter().find(|(_, who, what)| *who == self.client && what == input).map(|(at, ..)| *at)
    }
}

/// SIM-2
/// Recorded (81n): a Sentinel's connection for commands is always accepted before the one for its subscription.
#[test]
fn what_waits_for_a_neighbours_address_leaves_in_its_order() {
    let mut lab = lab();
    let second = lab.kernel.conn_ids().dial();
    let now = lab.kernel.now();
    lab.kernel.connect(lab.client, second, Addr::new(ip(2), SERVER_PORT), now);
    lab.run(10);
    let accepted = lab.heard.iter().filter_map(|(_, _, input)| match input {
        Input::Accepted { conn, .. } => Some(conn.peer()),
        _ => None,
    });
    assert_eq!(accepted.collect::<Vec<_>>(), [lab.conn, second]);
}

#[test]
fn a_connection_is_made_by_a_handshake_and_carries_messages_in_order() {
    let mut lab = lab();
    lab.send("early");
    lab.run(1);
    let connected = Input::Connected { conn: lab.conn, local: ip(1) };
    assert!(lab.client_heard(&connected).is_some());
    assert_eq!(lab.received(), [(0, "early")]);
    lab.send("a");
    lab.send("b");
    lab.run(2);
    assert_eq!(lab.received()[1..], [(1, "a"), (1, "b")]);
}

/// REPL-29, SIM-4
#[test]
fn a_port_where_nobody_listens_refuses_at_once() {
    let mut lab = lab();
    lab.kernel.exit(lab.server);
    lab.run(5);
    let refused = Input::ConnectFailed { conn: lab.conn, error: ConnectError::Refused };
    assert_eq!(lab.client_heard(&refused), Some(0));
}

#[test]
fn an_address_that_no_host_has_answers_nothing_until_tcp_gives_up() {
    let mut lab = lab();
    let conn = lab.kernel.conn_ids().dial();
    lab.kernel.connect(lab.client, conn, Addr::new(ip(9), 1), SimTime::ZERO);
    lab.run(200_000);
    let timed_out = Input::ConnectFailed { conn, error: ConnectError::TimedOut };
    assert_eq!(lab.client_heard(&timed_out), Some(135_168));
}

#[test]
fn a_cut_is_silence_and_after_it_the_next_retransmission_gets_through() {
    let mut lab = connected();
    lab.cut();
    lab.send("a");
    lab.run(50);
    lab.send("b");
    lab.run(1000);
    assert_eq!(lab.heard, []);
    lab.kernel.heal();
    lab.run(5000);
    // Sent again after 0.2, 0.4, 0.8 and 1.6 s, each a little later (spec SIM-2).
    assert_eq!(lab.received(), [(1664, "a"), (1664, "b")]);
}

#[test]
fn what_is_on_its_way_when_the_link_is_cut_is_lost() {
    let mut lab = connected();
    lab.send("a");
    lab.cut();
    lab.run(100);
    assert_eq!(lab.heard, []);
    lab.kernel.heal();
    lab.run(300);
    assert_eq!(lab.received(), [(204, "a")]);
}

/// REPL-29, SIM-3, SIM-4
#[test]
fn a_killed_process_closes_its_connections() {
    let mut lab = connected();
    lab.kernel.kill(lab.server);
    lab.run(5);
    assert_eq!(lab.client_heard(&Input::Closed(lab.conn, Ending::Closed)), Some(2));
    lab.send("into the void");
    lab.run(100);
    assert_eq!(lab.received(), []);
    assert_eq!(lab.kernel.connections_of(lab.client), 0);
}

#[test]
fn a_dead_host_says_nothing_and_resets_what_it_no_longer_knows_when_it_is_back() {
    let mut lab = connected();
    let host = lab.host(lab.server);
    lab.kernel.kill_host(host);
    lab.run(100);
    assert_eq!(lab.heard, []);
    lab.send("a");
    lab.run(500);
    assert_eq!(lab.heard, []);
    lab.kernel.revive_host(host);
    lab.run(1000);
    assert_eq!(lab.client_heard(&Input::Closed(lab.conn, Ending::Reset)), Some(508));
}

/// REPL-69, SIM-5
#[test]
fn a_frozen_process_accepts_and_works_off_what_has_queued_when_resumed() {
    let mut lab = connected();
    lab.kernel.freeze(lab.server);
    let second = lab.kernel.conn_ids().dial();
    let now = lab.kernel.now();
    lab.kernel.connect(lab.client, second, Addr::new(ip(2), SERVER_PORT), now);
    lab.send("a");
    lab.run(3000);
    assert!(lab.client_heard(&Input::Connected { conn: second, local: ip(1) }).is_some());
    assert_eq!(lab.received(), []);
    lab.kernel.resume(lab.server);
    lab.run(3001);
    assert_eq!(lab.received(), [(3000, "a")]);
}

#[test]
fn a_stalled_process_takes_what_came_meanwhile_when_its_time_is_over() {
    let mut lab = connected();
    lab.send("a");
    lab.kernel.stall(lab.server, Micros::from_millis(2000));
    lab.run(1500);
    lab.send("b");
    lab.run(3000);
    assert_eq!(lab.received(), [(2001, "a"), (2001, "b")]);
    lab.kernel.stall(lab.server, Micros::from_millis(10));
    lab.kernel.stall(lab.server, Micros::from_millis(20));
    lab.send("c");
    lab.run(4000);
    assert_eq!(lab.received().last(), Some(&(3030, "c")), "one after the other");
}

/// SIM-2
#[test]
fn a_delayed_packet_holds_up_those_behind_it() {
    let mut lab = connected();
    lab.send("slow");
    let packet = lab.kernel.packets().next().expect("it flies").id;
    assert!(lab.kernel.delay_packet(packet, Micros::from_millis(50)));
    lab.send("behind");
    lab.run(1000);
    assert_eq!(lab.received(), [(51, "slow"), (51, "behind")]);
    assert!(!lab.kernel.delay_packet(packet, Micros(1)), "it is no longer in flight");
}

#[test]
fn a_reset_ends_the_connection_at_both_ends() {
    let mut lab = connected();
    lab.send("a");
    let packet = lab.kernel.packets().next().expect("it flies").id;
    assert!(lab.kernel.reset_packet(packet));
    lab.run(10);
    assert!(lab.client_heard(&Input::Closed(lab.conn, Ending::Reset)).is_some());
    assert!(
        lab.heard.iter().any(|h| h.1 == lab.server && h.2 == Input::Closed(lab.conn.peer(), Ending::Reset))
    );
    assert_eq!(lab.received(), []);
}

#[test]
fn ended_connections_give_their_place_back() {
    let mut lab = connected();
    let slot = lab.conn.slot();
    let now = lab.kernel.now();
    lab.kernel.close(lab.conn, now);
    lab.run(10);
    assert!(lab.heard.iter().any(|h| h.2 == Input::Closed(lab.conn.peer(), Ending::Closed)));
    let next = lab.kernel.conn_ids().dial();
    assert_eq!(next.slot(), slot);
    assert_ne!(next.serial(), lab.conn.serial());
}

#[test]
fn a_stream_has_no_holes_when_its_sender_dies_before_it_could_send_again() {
    for dies_first in [false, true] {
        let mut lab = connected();
        for message in ["a", "lost", "b", "c"] {
            lab.send(message);
        }
        let packets: Vec<PacketId> = lab.kernel.packets().map(|packet| packet.id).collect();
        let host = lab.host(lab.client);
        if dies_first {
            lab.kernel.kill_host(host);
        }
        assert!(lab.kernel.drop_packet(packets[1]));
        // "b" and "c" may have arrived by then and wait for what comes before them.
        lab.run(5);
        lab.kernel.kill_host(host);
        lab.run(120_000);
        assert_eq!(lab.received(), [(1, "a")]);
    }
}

#[test]
fn what_waits_behind_a_late_packet_of_a_dead_host_is_still_read_in_order() {
    let mut lab = connected();
    for message in ["a", "late", "b"] {
        lab.send(message);
    }
    let packets: Vec<PacketId> = lab.kernel.packets().map(|packet| packet.id).collect();
    assert!(lab.kernel.delay_packet(packets[1], Micros::from_millis(50)));
    lab.run(5);
    let host = lab.host(lab.client);
    lab.kernel.kill_host(host);
    lab.run(1000);
    assert_eq!(lab.received(), [(1, "a"), (51, "late"), (51, "b")]);
}

impl Lab {
    /// What the links are like both ways: how long a packet takes, and whether it gets through.
    fn links(&mut self, [there, back]: [(u64, bool); 2]) {
        let (a, b) = (self.host(self.client), self.host(self.server));
        for (from, to, (ms, open)) in [(a, b, there), (b, a, back)] {
            let latency = Micros::from_millis(ms);
            let link = LinkSettings { latency, jitter: Micros::ZERO, loss: Chance::NEVER, blocked: !open };
            self.kernel.set_link(Some(from), Some(to), link);
        }
    }

    /// Sends a message at a time.
    fn send_at(&mut self, at_ms: u64, message: &'static str) {
        self.run(at_ms);
        self.send(message);
    }
}

/// SIM-1: two hosts that never had to do with each other have to find each other (ARP) before the first SYN.
#[test]
fn the_first_packet_between_two_hosts_waits_for_a_question_and_its_answer() {
    let mut lab = connected();
    let third = lab.kernel.add_host(ip(3), HostProfile::default());
    let newcomer = lab.kernel.add_process(third);
    assert!(lab.kernel.start(newcomer, None));
    let slow = LinkSettings { latency: Micros::from_millis(100), jitter: Micros::ZERO, ..LinkSettings::LAN };
    lab.kernel.set_link(None, None, slow);
    for (at_ms, takes_ms) in [(1000, 400), (2000, 200)] {
        lab.run(at_ms);
        let conn = lab.kernel.conn_ids().dial();
        let now = lab.kernel.now();
        lab.kernel.connect(newcomer, conn, Addr::new(ip(2), SERVER_PORT), now);
        lab.run(at_ms + 900);
        let connected = Input::Connected { conn, local: ip(3) };
        let up = lab.heard.iter().find(|(_, _, input)| *input == connected).map(|(at, ..)| *at);
        assert_eq!(up, Some(at_ms + takes_ms));
    }
}

/// SIM-2: and so does the first round trip that takes longer than the timer waits; from it the timer learns.
#[test]
fn a_link_that_becomes_slow_holds_messages_up_for_one_round_trip() {
    let mut lab = connected();
    lab.links([(500, true), (500, true)]);
    for (at_ms, message) in [(1000, "a"), (1300, "b"), (1500, "c"), (1900, "d"), (3000, "e"), (3500, "f")] {
        lab.send_at(at_ms, message);
    }
    lab.run(9000);
    let expected = [(1500, "a"), (1800, "b"), (2500, "c"), (2500, "d"), (3500, "e"), (4000, "f")];
    assert_eq!(lab.received(), expected);
}

/// SIM-4: recorded. A host whose link is down gives a dial up after three questions for the other's hardware
/// address, a second apart; a SYN that only finds no way goes on.
#[test]
fn a_host_off_the_network_has_no_route_after_three_seconds() {
    for (is_off, fails_at) in [(true, Some(3070)), (false, None)] {
        let mut lab = connected();
        let (own, far) = (lab.host(lab.client), lab.host(lab.server));
        lab.kernel.set_host_link(if is_off { own } else { far }, false);
        let conn = lab.kernel.conn_ids().dial();
        let now = lab.kernel.now();
        lab.kernel.connect(lab.client, conn, Addr::new(ip(2), SERVER_PORT), now);
        lab.run(9000);
        let unreachable = Input::ConnectFailed { conn, error: ConnectError::Unreachable };
        assert_eq!(lab.client_heard(&unreachable).map(|at| at / 10 * 10), fails_at);
    }
}
