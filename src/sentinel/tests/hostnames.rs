//! Names instead of addresses.

use super::lab::*;
use crate::protocol::Reply;
use crate::sentinel::{HostNames, SentinelConf};
use crate::sim::{Addr, Micros, Millis};
use std::sync::Arc;

fn hosts(names: &[(&str, Addr)]) -> Arc<HostNames> {
    let mut hosts = HostNames::default();
    for (name, at) in names {
        hosts.insert(name, at.ip);
    }
    Arc::new(hosts)
}

fn conf(announce: bool) -> SentinelConf {
    let announce = if announce { "yes" } else { "no" };
    let text = format!(
        "sentinel myid {A}\nsentinel monitor mymaster redis1 6379 1\nsentinel resolve-hostnames yes\n\
         sentinel announce-hostnames {announce}\nsentinel down-after-milliseconds mymaster 2000\n"
    );
    SentinelConf::parse(&text).unwrap()
}

fn group(announce: bool) -> Lab {
    let names = hosts(&[("redis1", M), ("redis2", R2), ("redis3", R3)]);
    let mut lab = Lab::start_with_hosts(conf(announce), names, 3);
    lab.add_group();
    lab.run(12_000);
    lab
}

/// CONF-20, MOD-13
#[test]
fn a_master_may_be_given_by_name() {
    let mut lab = group(false);
    assert!(lab.logged("+monitor master mymaster 10.0.0.1 6379 quorum 1"));
    assert_eq!(lab.ask("SENTINEL GET-MASTER-ADDR-BY-NAME mymaster"), Reply::bulks(["10.0.0.1", "6379"]));
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(5000);
    assert!(lab.logged("+switch-master mymaster 10.0.0.1 6379 10.0.0.2 6379"));
}

/// MOD-10, LOG-3, CMD-ADDR-1, HELLO-2, TST-08-1
#[test]
fn with_announce_hostnames_names_are_shown_where_they_are_known() {
    let mut lab = group(true);
    assert!(lab.logged("+monitor master mymaster redis1 6379 quorum 1"));
    assert!(lab.logged("+slave slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster redis1 6379"));
    assert_eq!(lab.ask("SENTINEL GET-MASTER-ADDR-BY-NAME mymaster"), Reply::bulks(["redis1", "6379"]));
    let hello = format!("PUBLISH __sentinel__:hello 10.0.0.11,26379,{A},0,mymaster,redis1,6379,0");
    assert!(!lab.times(M, &hello).is_empty());
    assert!(lab.saved.as_ref().unwrap().to_string().contains("sentinel monitor mymaster redis1 6379 1"));
    lab.ask("SENTINEL CONFIG SET announce-hostnames no");
    assert_eq!(lab.ask("SENTINEL GET-MASTER-ADDR-BY-NAME mymaster"), Reply::bulks(["10.0.0.1", "6379"]));
}

/// LINK-7, LOG-18
#[test]
fn a_name_that_moves_is_followed_at_the_next_dial_and_a_lost_one_keeps_its_address() {
    let mut lab = group(false);
    let elsewhere = addr(7, 6379);
    lab.add_redis(elsewhere, '7', None);
    lab.sentinel.set_hosts(hosts(&[("redis1", elsewhere)]));
    lab.forget();
    lab.run(3000);
    assert!(lab.dials.is_empty(), "connections that are up stay");
    lab.crash(M);
    lab.run(1500);
    assert!(lab.dials.iter().any(|(_, to)| *to == elsewhere));
    assert_eq!(lab.master().instance.addr.key(false), elsewhere.to_string());
    lab.sentinel.set_hosts(hosts(&[]));
    lab.forget();
    lab.crash(elsewhere);
    lab.run(1500);
    assert!(lab.dials.iter().all(|(_, to)| *to == elsewhere));
    assert!(lab.logged("Failed to resolve hostname 'redis1'"));
}

/// CONF-20, LINK-10, EVT-47, EVT-48
#[test]
fn a_name_that_means_nothing_yet_is_tried_every_second() {
    let mut lab = Lab::start_with_hosts(conf(false), hosts(&[]), 3);
    lab.add_group();
    lab.run(5000);
    assert!(lab.logged("+monitor master mymaster  6379 quorum 1"), "no address yet: {:#?}", lab.log());
    assert!((4..=6).contains(&lab.count("Failed to resolve hostname 'redis1'")));
    assert!(lab.dials.is_empty());
    let failed =
        |end: &str| format!("-{end}-link-reconnection master mymaster  6379 #Name or service not known");
    assert_in_order(&lab.log(), &[&failed("cmd"), &failed("pubsub"), &failed("cmd")]);
    assert!(lab.marked().iter().all(|line| !line.contains("reconnection")), "these are debug lines");
    assert_eq!(lab.link(&lab.master().instance).pending_commands, 0, "no PING is counted");
    assert!(lab.link(&lab.master().instance).disconnected);
    lab.sentinel.set_hosts(hosts(&[("redis1", M)]));
    lab.run(3000);
    assert!(lab.logged("+slave slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster 10.0.0.1 6379"));
}

/// INFO-5, INFO-4
#[test]
fn a_replica_listed_by_name_is_found_by_what_it_resolves_to_or_by_its_name() {
    let list = "slave7:ip=redis2,port=6379,state=online,offset=1,lag=0\r\n";
    for (announce, found) in [(false, 0), (true, 1)] {
        let mut lab = group(announce);
        lab.extra_info_of_master = list.into();
        lab.forget();
        lab.run(25_000);
        assert_eq!(lab.count("+slave "), found, "{:#?}", lab.log());
        if announce {
            assert!(lab.logged("+slave slave redis2:6379 redis2 6379 @ mymaster redis1 6379"));
        }
    }
}

/// INFO-17, MOD-39
#[test]
fn a_replica_that_follows_the_masters_name_follows_the_master() {
    let mut lab = group(false);
    lab.extra_info = "role:slave\r\nmaster_host:REDIS1\r\nmaster_port:6379\r\n".into();
    lab.forget();
    lab.run(250_000);
    assert!(!lab.logged("+fix-slave-config"));
}

/// FSM-UPDATE-2
#[test]
fn a_switch_to_a_name_that_is_gone_is_tried_with_every_timer() {
    let mut lab = group(false);
    lab.extra_info = String::new();
    lab.info(M).replicas.clear();
    lab.ask("SENTINEL RESET mymaster");
    lab.extra_info_of_master = "slave0:ip=redis2,port=6379,state=online\r\n".into();
    lab.run(12_000);
    assert!(lab.logged("+slave slave 10.0.0.2:6379"));
    lab.ask("SENTINEL FAILOVER mymaster");
    while !lab.logged("+promoted-slave") {
        lab.run(1);
    }
    lab.sentinel.set_hosts(hosts(&[("redis1", M)]));
    lab.forget();
    lab.run(1000);
    assert!(lab.count("+switch-master mymaster 10.0.0.1 6379 10.0.0.2 6379") > 8);
    assert_eq!(lab.master().instance.addr.key(false), M.to_string());
    lab.sentinel.set_hosts(hosts(&[("redis1", M), ("redis2", R2)]));
    lab.run(200);
    assert_eq!(lab.master().instance.addr.key(false), R2.to_string());
}

/// TILT-3: a slow look-up blocks the process, which then mistrusts its clock.
#[test]
fn a_slow_resolver_brings_tilt() {
    let mut slow = HostNames::default();
    slow.insert("redis1", M.ip);
    slow.failed_after = Micros::from_millis(2500);
    let mut lab = group(false);
    let mut gone = slow.clone();
    gone.remove("redis1");
    lab.sentinel.set_hosts(Arc::new(gone));
    lab.forget();
    lab.crash(M);
    lab.run(60_000);
    assert!(lab.count("+tilt") > 10, "each try begins it anew");
    assert_eq!(lab.count("-tilt"), 0);
    assert!(!lab.logged("+odown"), "and nothing is done meanwhile");
    lab.sentinel.set_hosts(Arc::new(slow));
    lab.run(34_000);
    assert!(lab.logged("-tilt"));
    assert!(lab.now - lab.when("+tilt") > Millis(60_000));
}

/// HELLO-6, HELLO-7, HELLO-10, LOG-18; recorded (83a, 83b)
#[test]
fn a_sender_that_is_named_is_looked_up_with_every_hello() {
    let names = hosts(&[("redis1", M), ("peer", AT_B)]);
    let mut lab = Lab::start_with_hosts(conf(false), names, 3);
    lab.add_group();
    lab.add_sentinel(AT_B);
    lab.run(100);
    let from = |ip: &str| format!("{ip},26379,{B},0,mymaster,10.0.0.1,6379,0");
    lab.say_hello(&from("10.0.0.12"));
    lab.say_hello(&from("peer"));
    lab.forget();
    lab.sentinel.set_hosts(hosts(&[("redis1", M)]));
    lab.say_hello(&from("peer"));
    lab.say_hello(&from("peer"));
    assert_eq!(lab.count("+sentinel-address-switch"), 1, "the known address, the name alone, and that again");
    assert_eq!(lab.count("Failed to resolve hostname 'peer'"), 3);
    assert_eq!(lab.master().sentinels.len(), 1);
    lab.ask("SENTINEL CONFIG SET resolve-hostnames no");
    lab.say_hello(&from("peer"));
    assert_eq!(lab.count("+sentinel-address-switch"), 2);
    assert!(lab.master().sentinels.is_empty(), "a name is no address any more");
}

/// HELLO-6, MOD-38
#[test]
fn a_peer_is_the_same_by_name_and_by_address() {
    let names = hosts(&[("redis1", M), ("peer", AT_B)]);
    let mut lab = Lab::start_with_hosts(conf(false), names, 3);
    lab.add_group();
    lab.add_sentinel(AT_B);
    lab.run(100);
    for ip in ["10.0.0.12", "peer", "PEER"] {
        lab.say_hello(&format!("{ip},26379,{B},0,mymaster,10.0.0.1,6379,0"));
    }
    assert_eq!(lab.count("+sentinel"), 1, "{:#?}", lab.log());
}
