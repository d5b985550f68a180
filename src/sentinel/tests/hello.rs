//! Hello messages that come in.

use super::lab::*;
use crate::protocol::{Input, Reply};
use crate::sentinel::SentinelConf;
use crate::sim::{Addr, Millis};

const NEW: &str = "dddddddddddddddddddddddddddddddddddddddd";
const AT_D: Addr = addr(14, 26379);

/// HELLO-8, EVT-6, LOG-11, MYTH-15, SEEDC-2, VER-9
#[test]
fn an_unknown_sender_becomes_known() {
    let mut lab = Lab::settled(2, 1);
    lab.hello_from(B, AT_B, 0, 0, M);
    let sentinel = format!("+sentinel sentinel {B} 10.0.0.12 26379 @ mymaster 10.0.0.1 6379");
    assert_eq!(lab.log(), [sentinel, "Sentinel new configuration saved on disk".into()]);
    assert_eq!(lab.peer(B).instance.runid.as_deref(), Some(B));
    let known = lab.saved.as_ref().unwrap().masters()[0].known_sentinels.clone();
    assert_eq!(known, [("10.0.0.12".into(), 26379, B.into())]);
    lab.hello_from(B, AT_B, 0, 0, M);
    assert_eq!(lab.log().len(), 2, "once");
}

/// HELLO-4
#[test]
fn what_a_server_passes_on_is_taken_in_unless_it_is_ones_own() {
    let mut lab = Lab::settled(2, 1);
    let pc = lab.link(&lab.replica(R2).instance).pc.as_ref().unwrap().id;
    let push = |lab: &mut Lab, text: String| {
        let channel = crate::protocol::HELLO_CHANNEL;
        let pushed = Reply::Pushed { channel, message: text.into() };
        lab.give(Input::Received(pc, pushed.into()));
    };
    push(&mut lab, format!("10.0.0.11,26379,{A},9,mymaster,10.0.0.9,6379,9"));
    push(&mut lab, format!("10.0.0.14,26379,{NEW},9,mymaster,10.0.0.1,6379,0,{A}"));
    assert!(lab.log().is_empty());
    assert_eq!(lab.pc_last_activity(&lab.replica(R2).instance), lab.now);
    push(&mut lab, format!("10.0.0.14,26379,{NEW},9,mymaster,10.0.0.1,6379,0"));
    assert!(lab.logged("+sentinel"));
    assert!(lab.logged("+new-epoch 9"));
}

/// HELLO-5
#[test]
fn a_hello_of_another_shape_or_master_is_ignored_whole() {
    let mut lab = Lab::settled(2, 1);
    for text in [
        format!("10.0.0.14,26379,{NEW},9,other,10.0.0.1,6379,0"),
        format!("10.0.0.14,26379,{NEW},9,mymaster,10.0.0.1,6379"),
        format!("10.0.0.14,26379,{NEW},9,mymaster,10.0.0.1,6379,0,1"),
        String::new(),
    ] {
        lab.say_hello(&text);
    }
    assert!(lab.log().is_empty());
    assert_eq!(lab.sentinel.current_epoch(), 0);
}

/// HELLO-7, HELLO-8, EVT-7, VER-9
#[test]
fn a_sentinel_that_moved_is_made_anew() {
    let mut lab = Lab::settled(2, 2);
    lab.crash(AT_B);
    lab.run(3000);
    assert!(lab.peer(B).instance.s_down);
    lab.forget();
    let elsewhere = addr(12, 26380);
    lab.add_sentinel(elsewhere);
    lab.hello_from(B, elsewhere, 0, 0, M);
    let switch = format!("+sentinel-address-switch {PM} ip 10.0.0.12 port 26380 for {B}");
    assert_eq!(lab.log(), [switch, "Sentinel new configuration saved on disk".into()]);
    assert_eq!(lab.master().sentinels.len(), 1);
    assert!(!lab.peer(B).instance.s_down);
}

/// HELLO-9, EVT-9, TST-11-1, VER-9
#[test]
fn a_new_id_at_a_known_address_replaces_the_old_one() {
    let mut lab = Lab::settled(2, 3);
    lab.hello_from(NEW, AT_B, 0, 0, M);
    let old = format!("+sentinel-invalid-addr sentinel {B} 10.0.0.12 26379 @ mymaster 10.0.0.1 6379");
    let new = format!("+sentinel sentinel {NEW} 10.0.0.12 26379 @ mymaster 10.0.0.1 6379");
    assert_eq!(lab.log(), [old, new, "Sentinel new configuration saved on disk".into()]);
    assert_eq!(lab.master().sentinels.len(), 2);
}

/// HELLO-9: the old id is deleted from all masters, also where its successor has not been heard of.
#[test]
fn a_replaced_id_is_forgotten_for_other_masters_too() {
    let mut lab = Lab::with_two_masters();
    lab.run(1000);
    lab.forget();
    lab.say_hello(&format!("10.0.0.12,26379,{NEW},0,a,10.0.0.1,6379,0"));
    let peers = |name: &str| -> Vec<String> {
        let master = lab.sentinel.masters().by_key(name).unwrap();
        master.sentinels.iter().map(|peer| peer.name.to_string()).collect()
    };
    assert_eq!(peers("a"), [NEW]);
    assert_eq!(peers("b"), Vec::<String>::new());
    assert_eq!(lab.count("+sentinel-invalid-addr"), 1, "said once");
    lab.run(3000);
    assert!(!lab.dials.is_empty(), "the new one has a link of its own");
}

/// HELLO-13, SWITCH-1, SWITCH-2
#[test]
fn an_unknown_address_is_believed_and_the_others_stay_replicas() {
    let mut lab = Lab::settled(2, 3);
    lab.node(AT_C).says_down = true;
    lab.node(AT_C).vote = Vote::For(C);
    lab.crash(M);
    lab.run(3500);
    assert!(lab.peer(C).master_down && lab.master().o_down && lab.master().failover.is_in_progress());
    let vote = (lab.peer(C).leader.clone(), lab.peer(C).leader_epoch);
    lab.forget();
    lab.hello_from(B, AT_B, 9, 9, addr(9, 6379));
    let mut replicas: Vec<_> = lab.master().replicas.iter().map(|replica| replica.name.to_string()).collect();
    replicas.sort();
    assert_eq!(replicas, ["10.0.0.1:6379", "10.0.0.2:6379", "10.0.0.3:6379"]);
    assert_eq!(lab.count("+slave "), 3);
    assert!(lab.peer(C).master_down, "what the peers said is kept");
    assert_eq!((lab.peer(C).leader.clone(), lab.peer(C).leader_epoch), vote);
    assert!(!lab.master().o_down && !lab.master().instance.s_down);
    assert!(!lab.logged("-odown") && !lab.logged("-sdown"), "the flags go without a word");
    assert!(lab.closes.iter().all(|(_, to)| *to != AT_B && *to != AT_C), "and so are their links");
}

/// HELLO-10, VER-9
#[test]
fn a_hello_with_a_bad_address_makes_its_sender_unknown_but_its_epoch_counts() {
    let mut lab = Lab::settled(2, 2);
    lab.say_hello(&format!("no-address,26379,{B},9,mymaster,10.0.0.3,6379,9"));
    assert!(lab.master().sentinels.is_empty());
    assert!(lab.logged("+sentinel-address-switch"));
    let failed = "Failed to resolve hostname 'no-address'";
    assert_eq!(lab.count(failed), 2, "the sender is looked for by its address, then made");
    assert!(lab.logged("+new-epoch 9"));
    assert!(!lab.logged("+switch-master"));
    lab.say_hello(&format!("no-address,26379,{B},9,mymaster,10.0.0.3,6379,9"));
    assert_eq!(lab.count(failed), 5, "now somebody else at that address is looked for, too");
    lab.say_hello(&format!("10.0.0.12,70000,{B},9,mymaster,10.0.0.3,6379,9"));
    assert!(lab.master().sentinels.is_empty(), "bad port");
}

/// HELLO-11, LOG-11, VER-9
#[test]
fn a_higher_epoch_is_adopted_and_saved_first() {
    let mut lab = Lab::settled(2, 2);
    lab.hello_from(B, AT_B, 4, 0, M);
    assert_eq!(lab.log(), ["Sentinel new configuration saved on disk", "+new-epoch 4"]);
    lab.hello_from(B, AT_B, 3, 0, M);
    assert_eq!(lab.sentinel.current_epoch(), 4);
    assert_eq!(lab.log().len(), 2);
}

/// HELLO-12, HELLO-15, SIM-7, VER-9
#[test]
fn only_a_strictly_newer_configuration_is_believed() {
    let mut lab = Lab::settled(2, 2);
    lab.hello_from(B, AT_B, 0, 0, R2);
    assert_eq!(lab.master().instance.addr.key(false), M.to_string());
    assert!(lab.log().is_empty());
    let saves = lab.saves;
    lab.hello_from(B, AT_B, 0, 5, M);
    assert_eq!(lab.master().config_epoch, 5);
    assert_eq!(lab.saves, saves, "the same address is not saved by itself");
    lab.hello_from(B, AT_B, 0, 5, R2);
    assert_eq!(lab.master().instance.addr.key(false), M.to_string());
}

/// HELLO-13, HELLO-16, VER-9, MOD-12
#[test]
fn a_newer_address_is_taken_over_at_once_and_unchecked() {
    let mut lab = Lab::settled(2, 2);
    lab.hello_from(B, AT_B, 1, 1, R3);
    let saved = "Sentinel new configuration saved on disk".to_string();
    let log = lab.log();
    let expected = [
        saved.clone(),
        "+new-epoch 1".into(),
        format!("+config-update-from sentinel {B} 10.0.0.12 26379 @ mymaster 10.0.0.1 6379"),
        "+switch-master mymaster 10.0.0.1 6379 10.0.0.3 6379".into(),
        "+slave slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster 10.0.0.3 6379".into(),
        "+slave slave 10.0.0.1:6379 10.0.0.1 6379 @ mymaster 10.0.0.3 6379".into(),
        saved,
    ];
    assert_eq!(log, expected);
    assert_eq!(lab.master().sentinels.len(), 1);
}

/// HELLO-16
#[test]
fn an_address_that_cannot_be_resolved_fails_after_the_events() {
    let mut lab = Lab::settled(2, 2);
    lab.say_hello(&format!("10.0.0.12,26379,{B},1,mymaster,nowhere,6379,1"));
    assert!(lab.logged("+switch-master mymaster 10.0.0.1 6379 nowhere 6379"));
    assert_eq!(lab.master().instance.addr.key(false), M.to_string());
    assert_eq!(lab.master().config_epoch, 1);
    assert_eq!(lab.count("+slave"), 0);
}

/// HELLO-13, TILT-5, MYTH-23
#[test]
fn a_newer_address_is_taken_over_in_tilt_too() {
    let mut lab = Lab::settled(2, 2);
    lab.stall(3000);
    lab.tick();
    assert!(lab.sentinel.is_tilt());
    lab.hello_from(B, AT_B, 1, 1, R2);
    assert!(lab.logged("+switch-master"));
}

/// HELLO-14, MOD-16
#[test]
fn the_senders_record_remembers_when_it_was_heard() {
    let mut lab = Lab::settled(2, 2);
    for _ in 0..3 {
        lab.run(1500);
        lab.hello_from(B, AT_B, 0, 0, M);
        assert_eq!(lab.peer(B).last_hello_time, lab.now);
    }
}

/// HELLO-8, EVT-8: a Sentinel that moved has moved for all masters.
#[test]
fn a_move_is_noted_for_other_masters_too() {
    let mut lab = Lab::with_two_masters();
    lab.add_sentinel(AT_D);
    lab.run(3000);
    lab.forget();
    lab.say_hello(&format!("10.0.0.14,26379,{B},0,a,10.0.0.1,6379,0"));
    let update = format!(
        "+sentinel-address-update sentinel {B} 10.0.0.14 26379 @ a 10.0.0.1 6379 1 additional matching instances"
    );
    assert!(lab.logged(&update), "{:#?}", lab.log());
    let b = lab.sentinel.masters().by_key("b").unwrap();
    assert_eq!(b.sentinels.by_key(B).unwrap().instance.addr.key(false), AT_D.to_string());
    lab.run(2200);
    assert!(lab.dials.iter().any(|(_, to)| *to == AT_D));
}

/// MOD-40, ELEC-2
#[test]
fn nobody_is_forgotten_for_being_silent() {
    let mut lab = Lab::settled(2, 3);
    lab.crash(AT_B);
    lab.crash(R2);
    lab.run(600_000);
    assert_eq!(lab.master().sentinels.len(), 2);
    assert_eq!(lab.master().replicas.len(), 2);
    assert!(lab.now - lab.peer(B).last_hello_time > Millis(600_000));
}

/// CONF-30, HELLO-1: the port in the file is not checked, and the hello says what the file says.
#[test]
fn an_announced_port_that_is_none_is_announced_all_the_same() {
    let text = format!("{}sentinel announce-port 70000\n", conf(2));
    let mut lab = Lab::start(SentinelConf::parse(&text).unwrap(), 5);
    lab.add_redis(M, '1', None);
    lab.run(5000);
    let sent = lab.sent_to(M);
    let hello = sent.iter().find(|(_, text)| text.starts_with("PUBLISH")).expect("a hello was sent");
    assert!(hello.1.contains(",70000,"), "{}", hello.1);
}
