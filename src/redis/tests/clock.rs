//! What time does to a server.

use super::net::Net;
use crate::protocol::{Dataset, Effect, Input};
use crate::redis::{RedisConf, RedisOutbox, RedisServer};
use crate::sim::{Millis, NodeTime, Rng, Seed};

/// Runs a lonely server for a minute; returns how often it woke.
fn wakings(server: &mut RedisServer, out: &mut RedisOutbox, mut now: i64) -> usize {
    let end = now + 60_000;
    let mut count = 0;
    loop {
        let mut wish = None;
        for effect in out.drain() {
            if let Effect::WakeIn(span) = effect {
                wish = Some(span);
            }
        }
        let Millis(span) = wish.expect("a wish to be woken");
        now += span;
        if now > end {
            return count;
        }
        count += 1;
        server.handle(NodeTime(now), Input::Timer, out);
    }
}

fn lonely(now: i64, out: &mut RedisOutbox) -> RedisServer {
    let conf = RedisConf::default();
    RedisServer::start(conf, Dataset::default(), Rng::new(Seed(1), 0), NodeTime(now), out)
}

#[test]
fn an_idle_server_wakes_once_a_second() {
    let mut out = RedisOutbox::default();
    let mut server = lonely(1_000_000_000, &mut out);
    assert_eq!(wakings(&mut server, &mut out, 1_000_000_000), 60);
}

/// GEN-1: timers run on the monotonic clock.
#[test]
fn a_wall_clock_that_jumps_does_not_stop_the_timers() {
    let mut out = RedisOutbox::default();
    let mut server = lonely(1_000_000_000, &mut out);
    wakings(&mut server, &mut out, 1_000_000_000);
    // The last wish stands; now the clock is an hour behind when it is granted.
    let back = 1_000_000_000 - 3_600_000;
    server.handle(NodeTime(back), Input::Timer, &mut out);
    assert_eq!(wakings(&mut server, &mut out, back), 59);
}

/// REPL-13 SIM-6: the seconds of a link that is down are whole seconds of the wall clock.
#[test]
fn ages_are_counted_in_whole_seconds_of_the_clock() {
    let mut net = Net::with_replicas(1);
    net.run(1000 - net.now % 1000 + 900);
    net.kill(0);
    net.run(50);
    assert_eq!(net.down_since(1), Some(0));
    net.run(100);
    assert_eq!(net.down_since(1), Some(1), "the second has changed, though only 150 ms have passed");
}
