use super::*;
use crate::client::Follow;
use crate::protocol::{ArcStr, Command, ConnId, ConnectError, Effect, Ending, Input, Message, Reply};
use crate::sim::{Addr, Millis, NodeTime, Rng, Seed};
use std::net::{IpAddr, Ipv4Addr};

/// A client and what it did last, driven by hand.
struct Bench {
    client: Client,
    out: ClientOutbox,
    now: i64,
    wake_at: i64,
    effects: Vec<Effect<ClientEvent, ()>>,
    events: Vec<ClientEvent>,
}

fn addr(last: u8, port: u16) -> Addr {
    Addr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)), port)
}

fn master(subscribe: bool) -> Target {
    let sentinels = [addr(21, 26379), addr(22, 26379)].into();
    let follow = if subscribe { Follow::Announced } else { Follow::EachConnection };
    Target::Master { name: "mymaster".into(), sentinels, follow }
}

impl Bench {
    fn start(target: Target) -> Self {
        let conf = ClientConf {
            name: "c".into(),
            interval: Millis(10),
            timeout: Some(Millis(500)),
            target,
            access: Access::default(),
        };
        let mut out = ClientOutbox::default();
        let client = Client::start(conf, Rng::new(Seed(1), 0), NodeTime(1000), &mut out);
        let mut bench =
            Self { client, out, now: 1000, wake_at: i64::MAX, effects: Vec::new(), events: Vec::new() };
        bench.collect();
        bench
    }

    fn collect(&mut self) {
        self.effects.clear();
        for effect in self.out.drain() {
            match effect {
                Effect::WakeIn(span) => self.wake_at = self.now + span.0,
                Effect::Emit(event) => self.events.push(event),
                other => self.effects.push(other),
            }
        }
    }

    fn input(&mut self, after: i64, input: Input) {
        self.now += after;
        assert!(self.now <= self.wake_at, "a timer was to ring before");
        self.client.handle(NodeTime(self.now), input, &mut self.out);
        self.collect();
    }

    /// Lets the time pass until the timer rings; returns how long that was.
    fn wait(&mut self) -> i64 {
        let waited = self.wake_at - self.now;
        self.now = self.wake_at;
        self.client.handle(NodeTime(self.now), Input::Timer, &mut self.out);
        self.collect();
        waited
    }

    #[track_caller]
    fn dialled(&self) -> (ConnId, Addr) {
        let mut dials = self.effects.iter().filter_map(|effect| match effect {
            Effect::Connect(conn, to) => Some((*conn, *to)),
            _ => None,
        });
        dials.next().expect("a dial")
    }

    #[track_caller]
    fn written(&self) -> (ConnId, ArcStr) {
        let mut writes = self.effects.iter().filter_map(|effect| match effect {
            Effect::Send(conn, Message::Command(Command::Set { key, .. })) => Some((*conn, key.clone())),
            _ => None,
        });
        writes.next().expect("a write")
    }

    fn connected(&mut self, conn: ConnId) {
        self.input(1, Input::Connected { conn, local: addr(99, 0).ip });
    }

    fn reply(&mut self, conn: ConnId, reply: Reply) {
        self.input(1, Input::Received(conn, Message::Reply(reply)));
    }

    fn errors(&self) -> Vec<(&str, u64)> {
        self.client.history().errors.iter().map(|(kind, n)| (kind.as_str(), *n)).collect()
    }
}

#[test]
fn it_sets_a_new_key_after_each_pause_on_one_connection() {
    let mut bench = Bench::start(Target::Fixed(addr(10, 6379)));
    let (conn, to) = bench.dialled();
    assert_eq!(to, addr(10, 6379));
    bench.connected(conn);
    for n in 1..=3 {
        assert_eq!(bench.written(), (conn, arcstr::format!("w:c:{n}")));
        bench.reply(conn, Reply::ok());
        assert_eq!(bench.wait(), 10);
    }
    let history = bench.client.history();
    assert_eq!((history.sent, history.acked, history.failed()), (4, 3, 0));
    assert_eq!(history.acked_by.get(&addr(10, 6379)), Some(&3));
}

#[test]
fn one_that_writes_to_a_fixed_server_stays_there_after_error_replies() {
    let mut bench = Bench::start(Target::Fixed(addr(10, 6379)));
    let (conn, _) = bench.dialled();
    bench.connected(conn);
    bench.reply(conn, Reply::error("READONLY You can't write against a read only replica."));
    bench.wait();
    assert_eq!(bench.written(), (conn, "w:c:2".into()));
    assert_eq!(bench.errors(), [("READONLY", 1)]);
}

#[test]
fn refused_silent_and_closed_connections_are_told_apart_and_made_anew() {
    let mut bench = Bench::start(Target::Fixed(addr(10, 6379)));
    let (conn, _) = bench.dialled();
    bench.input(1, Input::ConnectFailed { conn, error: ConnectError::Refused });
    assert_eq!(bench.wait(), 10);
    bench.dialled();
    assert_eq!(bench.wait(), 500, "nobody answers the dial");
    bench.wait();
    let (conn, _) = bench.dialled();
    bench.connected(conn);
    assert_eq!(bench.written().1, "w:c:3", "numbers are spent by failures, as in the captures");
    assert_eq!(bench.wait(), 500, "nobody answers the write");
    assert!(bench.effects.contains(&Effect::Close(conn)));
    bench.wait();
    let (conn, _) = bench.dialled();
    bench.connected(conn);
    bench.input(1, Input::Closed(conn, Ending::Closed));
    bench.wait();
    bench.dialled();
    assert_eq!(bench.errors(), [("ConnectionError", 1), ("ConnectionRefusedError", 1), ("TimeoutError", 2)]);
    assert_eq!(bench.client.history().sent, 2);
}

/// Recorded (61g, 63f): what the capture tool's writer counts.
#[test]
fn a_connection_that_ended_in_a_pause_fails_the_next_write() {
    for (ending, error) in [
        (Ending::Closed, "ConnectionError"),
        (Ending::ClosedThenReset, "ConnectionError"),
        (Ending::Reset, "ConnectionResetError"),
    ] {
        let mut bench = Bench::start(Target::Fixed(addr(10, 6379)));
        let (conn, _) = bench.dialled();
        bench.connected(conn);
        bench.reply(conn, Reply::ok());
        bench.input(1, Input::Closed(conn, ending));
        bench.wait();
        assert_eq!(bench.errors(), [(error, 1)]);
        bench.wait();
        bench.dialled();
    }
}

#[test]
fn the_sentinels_are_asked_in_turn_and_again_after_every_error() {
    let mut bench = Bench::start(master(false));
    let (first, to) = bench.dialled();
    assert_eq!(to, addr(21, 26379));
    let question = Command::Other(
        [ArcStr::from("SENTINEL"), "GET-MASTER-ADDR-BY-NAME".into(), "mymaster".into()].into(),
    );
    assert!(bench.effects.contains(&Effect::Send(first, question.into())));
    assert_eq!(bench.wait(), 300);
    assert!(bench.effects.contains(&Effect::Close(first)));
    let (second, to) = bench.dialled();
    assert_eq!(to, addr(22, 26379));
    bench.connected(second);
    bench.reply(second, Reply::bulks(["10.0.0.10", "6379"]));
    let (server, to) = bench.dialled();
    assert_eq!(to, addr(10, 6379));
    bench.connected(server);
    bench.reply(server, Reply::error("READONLY You can't write against a read only replica."));
    assert!(bench.effects.contains(&Effect::Close(server)));
    bench.wait();
    assert_eq!(bench.dialled().1, addr(21, 26379));
    assert_eq!(bench.client.history().sent, 1);
}

#[test]
fn when_no_sentinel_knows_a_master_that_is_one_error() {
    let mut bench = Bench::start(master(false));
    let (first, _) = bench.dialled();
    bench.reply(first, Reply::NilArray);
    let (second, _) = bench.dialled();
    bench.input(1, Input::ConnectFailed { conn: second, error: ConnectError::Refused });
    assert_eq!(bench.errors(), [("ConnectionError", 1)]);
    assert!(bench.events.contains(&ClientEvent::NobodyAnswers));
    assert_eq!(bench.client.history().sent, 0);
    assert_eq!(bench.wait(), 10);
    assert_eq!(bench.dialled().1, addr(21, 26379));
}

/// EVT-34
#[test]
fn one_that_listens_goes_to_the_new_master_while_it_waits_for_the_dead_one() {
    let mut bench = Bench::start(master(true));
    let dials: Vec<ConnId> = bench
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Connect(conn, _) => Some(*conn),
            _ => None,
        })
        .collect();
    let [listening, asking] = dials[..] else { panic!("two dials") };
    bench.connected(listening);
    bench.reply(listening, Reply::Array(vec![]));
    bench.reply(asking, Reply::bulks(["10.0.0.10", "6379"]));
    let (server, _) = bench.dialled();
    bench.connected(server);
    bench.reply(server, Reply::ok());
    bench.wait();
    assert_eq!(bench.written().1, "w:c:2");
    // The master's host is dead: no reply comes, but the news does.
    let push = |payload: &str| Reply::Pushed { channel: "+switch-master".into(), message: payload.into() };
    bench.reply(listening, push("other 10.0.0.10 6379 10.0.0.13 6379"));
    assert!(bench.effects.is_empty(), "another master");
    bench.reply(listening, push("mymaster 10.0.0.10 6379 10.0.0.11 6379"));
    assert!(bench.effects.contains(&Effect::Close(server)));
    let (server, to) = bench.dialled();
    assert_eq!(to, addr(11, 6379));
    bench.connected(server);
    assert_eq!(bench.written().1, "w:c:3");
    bench.reply(server, Reply::ok());
    let history = bench.client.history();
    assert_eq!(history.acked, 2);
    assert_eq!(history.time_without_master, Millis(14));
}

#[test]
fn a_listener_whose_sentinel_falls_silent_goes_to_the_next() {
    let mut bench = Bench::start(master(true));
    let (listening, to) = bench.dialled();
    assert_eq!(to, addr(21, 26379));
    for _ in 0..1000 {
        bench.wait();
        let next = bench.effects.iter().any(|effect| matches!(effect, Effect::Close(c) if *c == listening));
        if next {
            let to_next = bench
                .effects
                .iter()
                .any(|effect| matches!(effect, Effect::Connect(_, to) if *to == addr(22, 26379)));
            assert!(to_next);
            return;
        }
    }
    panic!("never");
}

#[test]
fn a_stopped_client_closes_everything_and_stays_silent() {
    let mut bench = Bench::start(Target::Fixed(addr(10, 6379)));
    let (conn, _) = bench.dialled();
    bench.connected(conn);
    bench.client.stop(&mut bench.out);
    bench.collect();
    assert_eq!(bench.effects, [Effect::Close(conn)]);
    assert_eq!(bench.events.last(), Some(&ClientEvent::Stopped));
    assert!(bench.client.is_stopped());
    bench.wait();
    assert!(bench.effects.is_empty());
}
