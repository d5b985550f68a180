//! The records that a Sentinel keeps: how each field begins, and what changes it (spec section 2).

use super::lab::*;
use crate::protocol::Reply;
use crate::sentinel::{CreateError, Failover, InstanceAddr, MasterConf, Reconf, Role, SentinelConf};
use crate::sim::{Addr, Millis, NodeTime};

/// MOD-11, MOD-12, MOD-14, MOD-15, MOD-18, MOD-19, MOD-20, MOD-21, MOD-22, MOD-23, MOD-24, MOD-26, MOD-27,
/// MOD-34, MOD-35, MOD-36, CON-5, CON-11, CON-16, CON-25, CON-26, CON-29
#[test]
fn a_new_master_has_the_defaults() {
    let conf = SentinelConf::new(26379).monitor(MasterConf::new("mymaster", "10.0.0.1", 6379, 3));
    let lab = Lab::start(conf, 1);
    let master = lab.master();
    let instance = &master.instance;
    assert_eq!((instance.runid.as_deref(), instance.last_pub_time), (None, BEGIN));
    assert_eq!((instance.s_down, instance.s_down_since), (false, NodeTime::ZERO));
    assert_eq!((master.o_down, master.o_down_since), (false, NodeTime::ZERO));
    assert_eq!(instance.down_after, Millis(30_000));
    assert!(!instance.script_kill_sent);
    assert_eq!((master.config_epoch, master.leader_epoch, master.leader.as_deref()), (0, 0, None));
    assert_eq!(master.failover, Failover::None);
    assert_eq!((master.failover_start_time, master.failover_delay_logged), (NodeTime::ZERO, NodeTime::ZERO));
    assert_eq!((master.rebooting_since, master.group.master_reboot_down_after), (None, Millis(0)));
    assert_eq!((master.reported.role, master.reported.role_time), (Role::Master, BEGIN));
    assert_eq!((master.reported.info_refresh, master.reported.raw.is_none()), (NodeTime::ZERO, true));
    assert!(master.replicas.is_empty() && master.sentinels.is_empty());
    let group = &master.group;
    assert_eq!((group.quorum, group.parallel_syncs, group.failover_timeout), (3, 1, Millis(180_000)));
    assert_eq!((group.auth_pass.as_deref(), group.auth_user.as_deref()), (None, None));
    assert_eq!((group.notification_script.as_deref(), group.client_reconfig_script.as_deref()), (None, None));
    assert!(group.renamed_commands.is_empty());
    assert_eq!(lab.link(instance).refcount, 1);
}

/// MOD-15, MOD-19, MOD-23, MOD-24, MOD-25, MOD-28 to MOD-33, CON-15, SWITCH-4
#[test]
fn a_new_replica_is_one_that_nothing_is_known_of() {
    let mut lab = Lab::start(conf(2), 1);
    lab.add_group();
    while lab.master().replicas.is_empty() {
        lab.run(1);
    }
    let met = lab.now;
    let replica = lab.replica(R2);
    assert_eq!((replica.instance.runid.as_deref(), replica.instance.last_pub_time), (None, met));
    assert_eq!(replica.instance.down_after, lab.master().instance.down_after);
    assert_eq!((replica.reported.role, replica.reported.role_time), (Role::Replica, met));
    assert_eq!(replica.slave_conf_change_time, met);
    assert_eq!((replica.master_link_down_time, replica.priority, replica.announced), (Millis(0), 100, 1));
    assert_eq!((replica.master_host.as_deref(), replica.master_port), (None, 0));
    assert_eq!((replica.master_link_up, replica.repl_offset), (false, 0));
    assert_eq!(replica.reconf, Reconf { sent: None, in_progress: false, done: false });
    lab.run(500);
    let replica = lab.replica(R2);
    assert_eq!(replica.instance.runid.as_deref(), Some("2".repeat(40).as_str()), "INFO tells it");
    assert_eq!(replica.reported.role_time, met, "it is what it was taken for");
    let (host, changed) = (replica.master_host.as_deref(), replica.slave_conf_change_time);
    assert_eq!(host, Some("10.0.0.1"));
    assert!(changed > met, "its master was not known before");
    lab.run(20_000);
    assert_eq!(lab.replica(R2).slave_conf_change_time, changed);
    lab.info(R2).master = Some(Addr::new(M.ip, 6380));
    lab.run(11_000);
    let by_port = lab.replica(R2).slave_conf_change_time;
    assert!(by_port > changed, "another port is another master");
    lab.info(R2).master = None;
    lab.run(11_000);
    let turned = lab.replica(R2).reported.role_time;
    assert!(turned > by_port);
    assert_eq!(lab.replica(R2).slave_conf_change_time, by_port, "as a master it has none");
    lab.info(R2).master = Some(Addr::new(M.ip, 6380));
    lab.run(11_000);
    let back = lab.replica(R2);
    assert!(back.reported.role_time > turned);
    assert_eq!(back.slave_conf_change_time, back.reported.role_time, "who turns into a replica begins anew");
}

/// MOD-11, MOD-15, MOD-16, MOD-17, MOD-19, MOD-34, HELLO-17
#[test]
fn a_new_peer_has_said_nothing_yet() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL SET mymaster down-after-milliseconds 7000");
    lab.add_sentinel(AT_B);
    lab.hello_from(B, AT_B, 0, 0, M);
    let met = lab.now;
    let peer = lab.peer(B);
    assert_eq!((peer.instance.runid.as_deref(), peer.name.as_str()), (Some(B), B));
    assert_eq!((peer.last_hello_time, peer.last_master_down_reply_time), (met, met));
    assert_eq!((peer.instance.last_pub_time, peer.instance.down_after), (met, Millis(7000)));
    assert_eq!((peer.master_down, peer.leader.as_deref(), peer.leader_epoch), (false, None, 0));
    // Only an acknowledged hello counts, and only an answer about the master.
    while lab.peer(B).instance.last_pub_time == met {
        lab.run(1);
    }
    assert_eq!(lab.now - lab.times(AT_B, "PUBLISH")[0], Millis(2), "when the reply came");
    lab.run(5000);
    assert_eq!(lab.peer(B).last_master_down_reply_time, met);
    lab.crash(M);
    lab.node(AT_B).says_down = true;
    lab.node(AT_B).vote = Vote::For(C);
    lab.run(9000);
    let peer = lab.peer(B);
    assert!(peer.last_master_down_reply_time > met + Millis(10_000) && peer.master_down);
    assert_eq!((peer.leader.as_deref(), peer.leader_epoch), (Some(C), 1), "the vote that it reports");
    let own = (lab.master().leader.as_deref(), lab.master().leader_epoch);
    assert_eq!(own, (Some(A), 1), "on the master's record stands this one's own");
}

/// MOD-50 to MOD-60, LINK-1, LINK-2
#[test]
fn a_new_link_counts_as_pinged_but_was_never_dialled() {
    let mut lab = Lab::start(conf(2), 1);
    lab.add_group();
    let link = lab.link(&lab.master().instance);
    assert_eq!((link.refcount, link.disconnected, link.pending_commands), (1, true, 0));
    assert!(link.cc.is_none() && link.pc.is_none());
    assert_eq!(lab.pc_last_activity(&lab.master().instance), NodeTime::ZERO);
    assert_eq!((link.last_avail_time, link.act_ping_time, link.last_pong_time), (BEGIN, Some(BEGIN), BEGIN));
    assert_eq!((link.last_ping_time, link.last_reconn_time), (NodeTime::ZERO, NodeTime::ZERO));
    // The first timer dials.
    lab.run(1);
    let dialled = lab.now;
    let link = lab.link(&lab.master().instance);
    assert!(!link.disconnected, "though TCP is not up yet");
    assert_eq!((link.last_reconn_time, link.last_ping_time), (dialled, dialled));
    assert_eq!((link.cc.as_ref().unwrap().since, link.pc.as_ref().unwrap().since), (dialled, dialled));
    assert_eq!(link.act_ping_time, Some(BEGIN), "the clock goes on from the creation");
    assert_eq!(link.pending_commands, 4, "SETNAME twice, PING, INFO; SUBSCRIBE is none");
    assert_eq!(link.last_avail_time, BEGIN);
    // The replies come two milliseconds later.
    lab.run(2);
    let link = lab.link(&lab.master().instance);
    assert_eq!((link.pending_commands, link.act_ping_time), (0, None));
    assert_eq!(
        (link.last_avail_time, link.last_pong_time, lab.pc_last_activity(&lab.master().instance)),
        (lab.now, lab.now, lab.now)
    );
    // A hello on the subscription, the own one too, counts as activity; a valid PONG as being there.
    let replied = lab.now;
    lab.run(2200);
    let link = lab.link(&lab.master().instance);
    assert!(lab.pc_last_activity(&lab.master().instance) > replied && link.last_avail_time > replied);
    // What was asked on a connection that went dead no longer waits on the next.
    lab.freeze(M);
    lab.run(3500);
    assert!(lab.link(&lab.master().instance).pending_commands > 5);
    let (avail, pong) = {
        let link = lab.link(&lab.master().instance);
        (link.last_avail_time, link.last_pong_time)
    };
    lab.crash(M);
    lab.run(1);
    let link = lab.link(&lab.master().instance);
    assert!(link.disconnected && link.cc.is_none() && link.pc.is_none());
    assert_eq!((link.last_avail_time, link.last_pong_time), (avail, pong), "no time is touched");
    lab.tick();
    let link = lab.link(&lab.master().instance);
    assert!(link.pending_commands <= 5, "{}", link.pending_commands);
    assert_eq!(link.last_reconn_time, lab.now);
}

/// PONG-1, PONG-6, MOD-56, MOD-57, MOD-59, SIM-3
#[test]
fn an_error_is_a_reply_and_a_lost_connection_is_none() {
    let mut lab = Lab::settled(2, 1);
    lab.node(M).ping = Reply::error("MISCONF disk");
    lab.run(1500);
    let link = lab.link(&lab.master().instance).clone();
    assert!(lab.now - link.last_pong_time < Millis(1103));
    assert!(lab.now - link.last_avail_time > Millis(1103));
    let sent = link.act_ping_time.unwrap();
    assert!(sent > link.last_avail_time);
    lab.run(300);
    assert_eq!(lab.link(&lab.master().instance).pending_commands, 0, "an error was a reply");
    assert_eq!(lab.link(&lab.master().instance).act_ping_time, Some(sent), "but no valid one");
    lab.node(M).ping = Reply::Integer(1);
    lab.run(1103);
    let link = lab.link(&lab.master().instance);
    assert_eq!((link.pending_commands, link.act_ping_time), (0, Some(sent)));
    assert!(lab.now - link.last_pong_time < Millis(1103), "another type counts as a reply, too");
    let pong = link.last_pong_time;
    lab.freeze(M);
    lab.run(1200);
    lab.crash(M);
    lab.run(5);
    let link = lab.link(&lab.master().instance);
    assert_eq!((link.last_pong_time, link.act_ping_time), (pong, Some(sent)));
}

/// CON-14, HELLO-3, SEEDC-1
#[test]
fn hellos_go_through_all_servers_and_straight_to_all_peers() {
    let mut lab = Lab::settled(2, 3);
    lab.run(5000);
    let hello = format!("PUBLISH __sentinel__:hello 10.0.0.11,26379,{A},0,mymaster,10.0.0.1,6379,0");
    for at in [M, R2, R3, AT_B, AT_C] {
        assert!(lab.times(at, &hello).len() >= 2, "{at}");
    }
    // With no server there any more the peers still hear of each other.
    for at in [M, R2, R3] {
        lab.crash(at);
    }
    lab.node(AT_B).vote = Vote::Nobody;
    lab.forget();
    lab.run(5000);
    for at in [AT_B, AT_C] {
        assert!(lab.times(at, "PUBLISH __sentinel__:hello").len() >= 2, "{at}");
    }
}

/// MOD-22, LINK-9, FSM-CMD-1: for the master, its replicas and its Sentinels; names are not case sensitive.
#[test]
fn a_renamed_command_is_renamed_for_the_whole_group() {
    let mut lab = Lab::settled(2, 2);
    lab.ask("SENTINEL SET mymaster rename-command PiNg pong-me rename-command SLAVEOF follow");
    lab.ask("SENTINEL SET mymaster rename-command sentinel watcher");
    lab.forget();
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(1500);
    for at in [M, R2, R3, AT_B] {
        assert!(lab.times(at, "PING").is_empty(), "{at}");
        assert!(!lab.times(at, "pong-me").is_empty(), "{at}");
    }
    assert_eq!(lab.times(R2, "follow NO ONE").len(), 1);
    lab.crash(M);
    lab.run(4000);
    assert!(lab.times(AT_B, "SENTINEL").is_empty());
    assert!(!lab.times(AT_B, "watcher is-master-down-by-addr").is_empty());
}

/// MOD-37
#[test]
fn nothing_is_there_twice_except_who_moved_onto_another() {
    let mut lab = Lab::settled(2, 3);
    assert_eq!(
        lab.ask("SENTINEL MONITOR mymaster 10.0.0.9 6379 1"),
        Reply::error("ERR Duplicate master name.")
    );
    let out = &mut crate::sentinel::SentinelOutbox::default();
    let cx = &mut crate::sentinel::Cx { now: lab.now, out };
    let at = |host: Addr| InstanceAddr::new(host.ip.to_string().into(), Some(host.ip), host.port);
    assert_eq!(lab.sentinel.create_replica(0, at(R2), cx).err(), Some(CreateError::DuplicateReplica));
    assert_eq!(lab.sentinel.create_sentinel(0, at(R2), B, cx).err(), Some(CreateError::DuplicateSentinel));
    // B says that it is where C is: it moved, and nobody is thrown out.
    lab.hello_from(B, AT_C, 0, 0, M);
    assert!(lab.logged(&format!("+sentinel-address-switch {PM} ip 10.0.0.13 port 26379 for {B}")));
    assert!(!lab.logged("+sentinel-invalid-addr"));
    let places: Vec<_> = lab.master().sentinels.iter().map(|peer| peer.instance.addr.key(false)).collect();
    assert_eq!(places, ["10.0.0.13:26379", "10.0.0.13:26379"]);
}

/// FLG-1, FLG-2, FLG-3, FLG-4, FLG-5, FLG-12, FLG-13, FLG-14, NEW-4
#[test]
fn flags_tell_the_kind_and_what_it_is_in() {
    let mut lab = Lab::settled(2, 2);
    let flags = |lab: &mut Lab, command: &str, name: &str| -> String {
        let Reply::Array(entries) = lab.ask(&format!("SENTINEL {command} mymaster")) else { panic!() };
        let words = |reply: &Reply| -> Vec<String> {
            let Reply::Array(parts) = reply else { panic!() };
            parts
                .iter()
                .map(|part| if let Reply::Bulk(text) = part { text.to_string() } else { panic!() })
                .collect()
        };
        let all: Vec<Vec<String>> = if command == "MASTER" {
            vec![words(&Reply::Array(entries))]
        } else {
            entries.iter().map(words).collect()
        };
        let fields = all.into_iter().find(|fields| fields[1] == name).unwrap();
        let at = fields.iter().position(|word| word == "flags").unwrap();
        fields[at + 1].clone()
    };
    let replica = R2.to_string();
    assert_eq!(flags(&mut lab, "MASTER", "mymaster"), "master");
    assert_eq!(flags(&mut lab, "REPLICAS", &replica), "slave");
    assert_eq!(flags(&mut lab, "SENTINELS", B), "sentinel");
    // The kind of a record is its own, whatever INFO tells.
    lab.info(R2).master = None;
    lab.run(11_000);
    assert_eq!(flags(&mut lab, "REPLICAS", &replica), "slave");
    lab.info(R2).master = Some(M);
    lab.run(11_000);
    // A reboot has no word in 7.0.
    lab.ask("SENTINEL SET mymaster master-reboot-down-after-period 60000");
    lab.info(M).run_id = "9".repeat(40);
    lab.node(M).ping = Reply::error("LOADING");
    lab.run(11_000);
    assert!(lab.master().rebooting_since.is_some());
    assert_eq!(flags(&mut lab, "MASTER", "mymaster"), "master");
    lab.node(M).ping = Reply::pong();
    lab.run(2000);
    // Down: everybody can be, only a master by agreement of all.
    lab.node(AT_B).says_down = true;
    lab.node(AT_B).vote = Vote::Nobody;
    for at in [M, R2, AT_C] {
        if lab.nodes.contains_key(&at) {
            lab.crash(at);
        }
    }
    lab.run(4500);
    let of_master = flags(&mut lab, "MASTER", "mymaster");
    assert!(of_master.starts_with("s_down,o_down,master,"), "{of_master}");
    assert!(of_master.ends_with("failover_in_progress"), "{of_master}");
    assert_eq!(flags(&mut lab, "SENTINELS", B), "sentinel,master_down");
    let of_replica = flags(&mut lab, "REPLICAS", &replica);
    assert!(["s_down,slave", "s_down,slave,disconnected"].contains(&of_replica.as_str()), "{of_replica}");
    // Between two dials a refused port shows as disconnected.
    lab.run(10);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..120 {
        lab.run(10);
        seen.insert(flags(&mut lab, "REPLICAS", &replica));
    }
    assert!(seen.contains("s_down,slave,disconnected"), "{seen:?}");
    lab.node(AT_B).says_down = false;
    lab.run(1200);
    assert_eq!(flags(&mut lab, "SENTINELS", B), "sentinel");
}

/// FLG-11, PONG-5, SDOWN-6: on replicas as on masters; being up again clears it.
#[test]
fn script_kill_is_noted_on_replicas_too_and_forgotten_when_they_are_up() {
    let mut lab = Lab::settled(2, 1);
    lab.node(R2).ping = Reply::error("BUSY Redis is busy running a script.");
    lab.run(5000);
    assert_eq!(lab.times(R2, "SCRIPT KILL").len(), 1);
    assert!(lab.replica(R2).instance.script_kill_sent);
    lab.node(R2).ping = Reply::pong();
    lab.run(2000);
    assert!(lab.logged("-sdown slave"));
    assert!(!lab.replica(R2).instance.script_kill_sent);
}

/// GEN-3, FLG-1: a process is as many records as there are masters that it is known under.
#[test]
fn one_peer_under_two_masters_is_two_records() {
    let mut lab = Lab::settled(2, 2);
    lab.ask("SENTINEL MONITOR other 10.0.0.4 6379 2");
    lab.say_hello(&format!("10.0.0.12,26379,{B},0,other,10.0.0.4,6379,0"));
    let other = lab.sentinel.masters().by_key("other").unwrap().sentinels.by_key(B).unwrap();
    assert_ne!(other.instance.id, lab.peer(B).instance.id);
    assert_eq!(other.instance.link, lab.peer(B).instance.link);
    // Their votes and opinions are apart from each other.
    let id = other.instance.id;
    lab.node(AT_B).says_down = true;
    lab.crash(M);
    lab.run(3500);
    let other = lab.sentinel.masters().by_key("other").unwrap();
    assert!(lab.peer(B).master_down);
    assert!(!other.sentinels.by_id(id).unwrap().master_down);
}

/// SEEDB-14, MYTH-14, INFO-1
#[test]
fn who_answers_ping_is_up_whatever_else_it_refuses() {
    let mut lab = Lab::settled(2, 1);
    // No INFO any more, and no subscription: only PING is answered as it should be.
    lab.node(M).info = None;
    lab.node(M).subscribe_error = Some(Reply::error("ERR no"));
    lab.run(60_000);
    assert_eq!(lab.count("+sdown"), 0);
    assert!(lab.now - lab.master().reported.info_refresh > Millis(50_000));
}
