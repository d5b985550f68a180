//! Connections: when they are dialled, dropped and shared.

use super::lab::*;
use crate::protocol::Reply;
use crate::sentinel::{MasterConf, SentinelConf};
use crate::sim::Millis;

fn conf_with(change: impl Fn(&mut MasterConf)) -> SentinelConf {
    let mut master = MasterConf::new("mymaster", "10.0.0.1", 6379, 2);
    master.down_after = Some(Millis(2000));
    master.failover_timeout = Some(Millis(10_000));
    change(&mut master);
    let text = format!("sentinel myid {A}\n{}", SentinelConf::new(26379).monitor(master));
    SentinelConf::parse(&text).unwrap()
}

/// LINK-1
#[test]
fn an_instance_never_reached_is_down_after_its_time_from_the_start() {
    let mut lab = Lab::start(conf(2), 1);
    lab.run(5000);
    let after = lab.when("+sdown master mymaster") - BEGIN;
    assert!(Millis(2000) < after && after <= Millis(2100), "{after:?}");
}

/// LINK-2, LINK-8
#[test]
fn a_new_link_dials_both_connections_and_fills_them_at_once() {
    let mut lab = Lab::start(conf(2), 1);
    lab.add_group();
    lab.run(1);
    let texts: Vec<String> = lab.sent_to(M).into_iter().map(|(_, text)| text).collect();
    let expected = [
        "CLIENT SETNAME sentinel-aaaaaaaa-cmd",
        "PING",
        "CLIENT SETNAME sentinel-aaaaaaaa-pubsub",
        "SUBSCRIBE __sentinel__:hello",
        "INFO",
    ];
    assert_eq!(texts, expected);
    assert!(!lab.link(&lab.master().instance).disconnected, "before TCP has answered");
    assert!(lab.link(&lab.master().instance).cc.as_ref().unwrap().local.is_none());
}

/// LINK-9
#[test]
fn credentials_of_the_master_are_used_for_its_replicas_too() {
    let mut lab = Lab::start(conf_with(|master| master.auth_pass = Some("secret".into())), 1);
    lab.add_group();
    lab.run(500);
    assert_eq!(lab.times(M, "AUTH secret").len(), 2);
    assert_eq!(lab.times(R2, "AUTH secret").len(), 2);
    let with_user = conf_with(|master| {
        master.auth_user = Some("eve".into());
        master.auth_pass = Some("secret".into());
    });
    let mut lab = Lab::start(with_user, 1);
    lab.add_group();
    lab.run(500);
    assert_eq!(lab.times(M, "AUTH eve secret").len(), 2);
}

/// LINK-9
#[test]
fn peers_are_given_the_sentinel_password_else_the_own_requirepass() {
    for (lines, auth) in [
        ("requirepass own", "AUTH own"),
        ("requirepass own\nsentinel sentinel-pass other", "AUTH other"),
        ("sentinel sentinel-user eve\nsentinel sentinel-pass other", "AUTH eve other"),
    ] {
        let conf = SentinelConf::parse(&format!("{}{lines}\n", conf(2))).unwrap();
        let mut lab = Lab::start(conf, 1);
        lab.add_group();
        lab.run(500);
        lab.add_sentinel(AT_B);
        let _ = lab.ask("AUTH own");
        lab.hello_from(B, AT_B, 0, 0, M);
        lab.run(500);
        assert_eq!(lab.times(AT_B, auth).len(), 1, "{lines}");
    }
}

/// LINK-9, FSM-CMD-1, CMD-SETOPT-7
#[test]
fn renamed_commands_go_out_under_their_new_names() {
    let renamed = conf_with(|master| master.renamed_commands = vec![("ping".into(), "PONG-ME".into())]);
    let mut lab = Lab::start(renamed, 1);
    lab.add_group();
    lab.run(3000);
    assert!(lab.times(M, "PING").is_empty());
    assert!(lab.times(M, "PONG-ME").len() > 1);
}

/// LINK-6, LINK-18, SIM-4
#[test]
fn a_refused_port_is_dialled_once_a_second() {
    let mut lab = Lab::settled(2, 1);
    lab.crash(M);
    lab.run(30_000);
    let dials: Vec<_> = lab.dials.iter().filter(|(_, to)| *to == M).map(|(time, _)| *time).collect();
    // Both connections at a time, not oftener than every second.
    let attempts: Vec<_> = dials.chunks(2).map(|pair| pair[0]).collect();
    assert!((25..=30).contains(&attempts.len()), "{}", attempts.len());
    for pair in attempts.windows(2) {
        let gap = pair[1] - pair[0];
        assert!(Millis(1000) <= gap && gap <= Millis(1100), "{gap:?}");
    }
}

/// LINK-18, VER-2, SIM-4
#[test]
fn a_frozen_peer_does_not_show_as_disconnected() {
    let mut lab = Lab::settled(2, 1);
    lab.freeze(M);
    lab.run(5000);
    assert!(lab.master().instance.s_down);
    assert!(!lab.link(&lab.master().instance).disconnected);
}

/// LINK-11, LINK-15, PCMD-12, SIM-3, SIM-4, MYTH-25, SEEDC-17
#[test]
fn the_clock_of_a_reset_connection_starts_with_the_first_dial_after_it() {
    for seed in 0..20 {
        let mut lab = Lab::settled(2, 1);
        lab.run(seed * 53);
        // Just after a PONG nothing is outstanding.
        while lab.link(&lab.master().instance).act_ping_time.is_some() {
            lab.run(1);
        }
        let killed = lab.now;
        lab.crash(M);
        lab.run(4000);
        let after = lab.when("+sdown master") - killed;
        assert!(Millis(2000) < after && after <= Millis(2200), "{after:?}");
    }
}

/// LINK-15, SDOWN-1, PCMD-12, SIM-4, MYTH-25, SEEDC-17
#[test]
fn a_silent_instance_is_down_its_time_after_the_first_ping_without_answer() {
    let mut lab = Lab::settled(2, 1);
    lab.freeze(M);
    let frozen = lab.now;
    lab.run(5000);
    let ping = lab.times(M, "PING")[0];
    let after = lab.when("+sdown master") - ping;
    assert!(Millis(2000) < after && after <= Millis(2100), "{after:?}");
    assert!(ping - frozen <= Millis(1100));
}

/// LINK-12, LINK-14, LINK-19, VER-2, CON-9
#[test]
fn a_silent_connection_is_dialled_anew_every_fifteen_seconds() {
    let mut lab = Lab::settled(2, 2);
    lab.run(5000);
    lab.freeze(AT_B);
    let frozen = lab.now;
    lab.run(60_000);
    // The old connection is old enough: it is dropped when its PING is half of down-after old.
    let first = lab.closes[0].0 - frozen;
    assert!(Millis(1000) < first && first <= Millis(2300), "{first:?}");
    assert_eq!(lab.closes.len(), 4, "{:?}", lab.closes);
    for pair in lab.closes.windows(2) {
        let gap = pair[1].0 - pair[0].0;
        assert!(Millis(15_000) < gap && gap <= Millis(15_300), "{gap:?}");
    }
    // Each is made up for with the next timer.
    assert_eq!(lab.dials.len(), 4);
    assert!(lab.dials.iter().zip(&lab.closes).all(|(dial, close)| dial.0 - close.0 <= Millis(100)));
}

/// LINK-12: an error reply to PING keeps the connection.
#[test]
fn errors_keep_a_connection_that_silence_would_lose() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL SET mymaster down-after-milliseconds 10000");
    lab.node(M).ping = Reply::error("MISCONF disk");
    lab.run(30_000);
    assert!(lab.logged("+sdown master"));
    assert!(lab.closes.is_empty(), "{:?}", lab.closes);
}

/// LINK-13, SEEDC-3
#[test]
fn a_subscription_without_a_message_for_six_seconds_is_dialled_anew() {
    let mut lab = Lab::settled(2, 1);
    // Nothing is published any more: hellos to the master fail.
    let settled = lab.now;
    lab.mute = true;
    lab.run(20_000);
    let closes = lab.closes.iter().filter(|(_, to)| *to == M).count();
    assert!((1..=2).contains(&closes), "{closes}");
    let first = lab.closes.iter().find(|(_, to)| *to == M).unwrap().0;
    assert!(first - settled > Millis(3000));
    assert!(!lab.logged("+sdown"));
}

/// LINK-16, LINK-17, PCMD-1, VER-3, SEEDC-3
#[test]
fn a_refused_subscription_shows_as_disconnected_but_not_as_down() {
    // Below the two seconds that may lie between two dials with a PING it is down and up in turn.
    for (down_after, flaps) in [(3000, false), (2000, false), (900, true)] {
        let mut lab = Lab::start(conf_with(|master| master.down_after = Some(Millis(down_after))), 3);
        lab.add_group();
        lab.node(M).subscribe_error = Some(Reply::error("NOPERM no channel"));
        let mut disconnected = 0;
        for _ in 0..2000 {
            lab.run(10);
            disconnected += u32::from(lab.link(&lab.master().instance).disconnected);
        }
        assert!(disconnected > 1800, "{disconnected}");
        assert_eq!(lab.count("+sdown master") > 3 && lab.count("-sdown master") > 3, flaps, "{down_after}");
        assert_eq!(lab.logged("+sdown master"), flaps, "{down_after}");
        let pings = lab.times(M, "PING");
        assert!((8..=20).contains(&pings.len()), "{}", pings.len());
        let gaps = pings.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(gaps.into_iter().all(|gap| Millis(1000) <= gap && gap <= Millis(2200)), "{pings:?}");
        // While it shows as disconnected nothing is sent: all goes out in the timers that dial.
        for what in ["PING", "INFO", "PUBLISH"] {
            for time in lab.times(M, what) {
                assert!(lab.dials.contains(&(time, M)), "{what} at {time:?}");
            }
        }
    }
}

/// LINK-10, LINK-5
#[test]
fn port_0_is_never_dialled() {
    let conf = SentinelConf::new(26379).monitor(MasterConf::new("mymaster", "10.0.0.1", 0, 1));
    let mut lab = Lab::start(conf, 1);
    lab.run(31_000);
    assert!(lab.dials.is_empty());
    assert!(lab.logged("+sdown master mymaster 10.0.0.1 0"));
}

/// LINK-3, LINK-4, PCMD-9, MOD-50, VER-11, SIM-10, GEN-3
#[test]
fn a_sentinel_known_under_two_masters_has_one_link_for_both() {
    let mut lab = Lab::with_two_masters();
    lab.run(10_000);
    let link_of = |lab: &Lab, name: &str| {
        lab.sentinel.masters().by_key(name).unwrap().sentinels.by_key(B).unwrap().instance.link
    };
    assert_eq!(link_of(&lab, "a"), link_of(&lab, "b"));
    assert_eq!(lab.sentinel.links()[link_of(&lab, "a")].refcount, 2);
    lab.forget();
    lab.run(10_000);
    let (pings, hellos) = (lab.times(AT_B, "PING").len(), lab.times(AT_B, "PUBLISH").len());
    assert!((8..=10).contains(&pings), "one PING a link: {pings}");
    assert!((8..=10).contains(&hellos), "a hello each: {hellos}");
    lab.ask("SENTINEL REMOVE a");
    assert_eq!(lab.sentinel.links()[link_of(&lab, "b")].refcount, 1);
    lab.forget();
    lab.run(5000);
    assert!(lab.times(AT_B, "PING").len() >= 4, "the link is still there");
    assert!(lab.dials.is_empty());
}

/// LINK-4
#[test]
fn replies_for_a_record_that_is_gone_are_counted_and_thrown_away() {
    let mut lab = Lab::with_two_masters();
    lab.run(1000);
    lab.freeze(AT_B);
    lab.run(3000);
    let link_of_b = lab.sentinel.masters().by_key("b").unwrap().sentinels.by_key(B).unwrap().instance.link;
    let pending = lab.sentinel.links()[link_of_b].pending_commands;
    assert!(pending > 10, "hellos for both masters: {pending}");
    // One PING goes out for a link, in the name of the record that the timer comes to first.
    let first = lab.sentinel.masters()[0].name().clone();
    let before = lab.sentinel.links()[link_of_b].clone();
    let mut kept = lab.clone();
    lab.ask(&format!("SENTINEL REMOVE {first}"));
    assert_eq!(lab.sentinel.links()[link_of_b].pending_commands, pending, "all are still expected");
    for lab in [&mut lab, &mut kept] {
        lab.revive(AT_B);
        lab.run(3);
    }
    let link = &lab.sentinel.links()[link_of_b];
    assert_eq!((link.pending_commands, link.refcount), (0, 1));
    assert_eq!((link.last_pong_time, link.last_avail_time), (before.last_pong_time, before.last_avail_time));
    assert_eq!(link.act_ping_time, before.act_ping_time);
    let link = &kept.sentinel.links()[link_of_b];
    assert_eq!((link.pending_commands, link.refcount, link.act_ping_time), (0, 2, None));
    assert!(link.last_avail_time > before.last_avail_time, "without the removal it was an answer");
}

/// LINK-20
#[test]
fn other_credentials_make_the_servers_connections_anew() {
    let mut lab = Lab::settled(2, 2);
    assert_eq!(lab.ask("SENTINEL SET mymaster auth-pass secret"), Reply::ok());
    let mut closed: Vec<_> = lab.closes.iter().map(|(_, to)| *to).collect();
    closed.sort();
    assert_eq!(closed, [M, M, R2, R2, R3, R3]);
    lab.run(1100);
    assert_eq!(lab.times(M, "AUTH secret").len(), 2);
    assert_eq!(lab.times(R3, "AUTH secret").len(), 2);
    lab.forget();
    assert_eq!(lab.ask("SENTINEL CONFIG SET sentinel-pass other"), Reply::ok());
    assert_eq!(lab.closes.iter().map(|(_, to)| *to).collect::<Vec<_>>(), [AT_B]);
    lab.run(1100);
    assert_eq!(lab.times(AT_B, "AUTH other").len(), 1);
}

/// LINK-14, SIM-3
#[test]
fn what_arrives_late_on_a_closed_connection_is_ignored() {
    let mut lab = Lab::settled(2, 1);
    let cc = lab.link(&lab.master().instance).cc.as_ref().unwrap().id;
    lab.ask("SENTINEL SET mymaster auth-pass secret");
    let before = lab.link(&lab.master().instance).clone();
    lab.give(crate::protocol::Input::Received(cc, Reply::pong().into()));
    let after = lab.link(&lab.master().instance);
    assert_eq!(before.last_avail_time, after.last_avail_time);
    assert_eq!(after.pending_commands, 0);
}

/// TIM-11, TIM-7
#[test]
fn a_connection_dropped_as_idle_is_dialled_with_the_next_timer() {
    let mut lab = Lab::settled(2, 2);
    lab.run(5000);
    lab.freeze(AT_B);
    lab.run(4000);
    let gap = lab.dials[0].0 - lab.closes[0].0;
    assert!(Millis(52) <= gap && gap <= Millis(100), "{gap:?}");
}
