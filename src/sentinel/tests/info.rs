//! What INFO tells, and what is done about it at once.

use super::lab::*;
use crate::protocol::InfoFigures;
use crate::sim::{Addr, Millis};

const R4: Addr = addr(4, 6379);

/// INFO-3, INFO-4, INFO-35, CONF-11, SEEDC-2
#[test]
fn replicas_are_found_in_the_masters_info_and_saved_one_by_one() {
    let mut lab = Lab::start(conf(2), 1);
    lab.add_group();
    lab.run(100);
    let saved = "Sentinel new configuration saved on disk";
    let slave = |at: Addr| format!("+slave slave {at} {} {} @ mymaster 10.0.0.1 6379", at.ip, at.port);
    assert_eq!(lab.log()[2..], [slave(R2), saved.into(), slave(R3), saved.into()]);
}

/// INFO-3
#[test]
fn old_and_broken_replica_lines_are_read_as_far_as_they_go() {
    let mut lab = Lab::settled(2, 1);
    lab.extra_info = "slave7:10.0.0.7,6379,online\r\nslave8:nonsense\r\nslave9:ip=10.0.0.9,state=online\r\n\
                      slave5:ip=bad host,port=1\r\nslavex:ip=10.0.0.6,port=6379\r\n"
        .into();
    lab.run(11_000);
    assert_eq!(lab.count("+slave "), 1, "{:#?}", lab.log());
    assert!(lab.logged("+slave slave 10.0.0.7:6379"));
}

/// INFO-33, REPL-17
#[test]
fn replicas_of_replicas_are_not_found() {
    let mut lab = Lab::settled(2, 1);
    lab.info(R2).replicas = vec![R4];
    lab.run(25_000);
    assert!(!lab.logged("+slave"));
}

/// INFO-2, EVT-40, MOD-11
#[test]
fn another_run_id_is_a_reboot() {
    let mut lab = Lab::settled(2, 1);
    lab.info(R2).run_id = "9".repeat(40);
    lab.run(25_000);
    assert_eq!(lab.log(), [format!("+reboot {PR2}")]);
}

/// INFO-7, INFO-8, INFO-9, INFO-10, INFO-11, INFO-12, MOD-29, MOD-32, MOD-33
#[test]
fn a_replicas_own_figures_are_kept() {
    let mut lab = Lab::settled(2, 1);
    let info = lab.info(R2);
    info.priority = 7;
    info.offset = 4711;
    info.announced = false;
    lab.run(11_000);
    let replica = lab.replica(R2);
    assert_eq!((replica.priority, replica.repl_offset, replica.announced), (7, 4711, 0));
    assert_eq!(replica.master_host.as_deref(), Some("10.0.0.1"));
    assert_eq!((replica.master_port, replica.master_link_up), (6379, true));
    // As a master it says nothing of these, and they stay.
    lab.info(R2).master = None;
    lab.run(11_000);
    assert_eq!(lab.replica(R2).repl_offset, 4711);
}

/// INFO-14, INFO-37, EVT-38, EVT-39
#[test]
fn a_role_that_changes_is_told() {
    let mut lab = Lab::settled(2, 1);
    assert!(!lab.logged("+role-change"), "a replica starts as one");
    lab.info(R2).master = None;
    lab.run(11_000);
    assert_eq!(lab.log(), [format!("-role-change {PR2} new reported role is master")]);
    lab.forget();
    lab.info(R2).master = Some(M);
    lab.run(11_000);
    assert_eq!(lab.log(), [format!("+role-change {PR2} new reported role is slave")]);
}

/// INFO-16, INFO-36, EVT-36
#[test]
fn a_replica_made_master_by_hand_is_turned_back_at_an_info_eight_seconds_later() {
    let mut lab = Lab::settled(2, 1);
    lab.info(R2).master = None;
    lab.run(25_000);
    assert!(lab.logged(&format!("+convert-to-slave {PR2}")));
    let wait = lab.when("+convert-to-slave") - lab.when("-role-change");
    assert!(Millis(10_000) < wait && wait < Millis(10_200), "{wait:?}");
    assert_eq!(lab.times(R2, "SLAVEOF 10.0.0.1 6379").len(), 1);
}

/// INFO-16, INFO-20
#[test]
fn a_replica_is_not_turned_back_while_the_master_does_not_look_sane() {
    let mut lab = Lab::settled(2, 1);
    lab.crash(M);
    lab.run(3000);
    lab.info(R2).master = None;
    lab.run(40_000);
    assert!(lab.logged("-role-change"));
    assert!(!lab.logged("+convert-to-slave"));
}

/// INFO-16: repeats while it stays true.
#[test]
fn a_replica_that_does_not_obey_is_told_again_at_every_info() {
    let mut lab = Lab::settled(2, 1);
    lab.node(R2).obeys = false;
    lab.info(R2).master = None;
    lab.run(45_000);
    assert_eq!(lab.count("+convert-to-slave"), 3);
}

/// INFO-17, INFO-32, EVT-37
#[test]
fn a_replica_of_a_wrong_master_is_pointed_back_after_the_failover_timeout() {
    let mut lab = Lab::settled(2, 1);
    lab.info(R2).master = Some(R3);
    lab.run(35_000);
    assert!(lab.logged(&format!("+fix-slave-config {PR2}")));
    assert_eq!(lab.times(R2, "SLAVEOF 10.0.0.1 6379").len(), 1);
    // The change is seen in one INFO, and older than 10 s in the next but one at the latest.
    let after = lab.when("+fix-slave-config") - lab.replica(R3).slave_conf_change_time;
    assert!(after > Millis(10_000));
}

/// INFO-19
#[test]
fn a_replica_that_was_down_lately_is_left_alone_for_the_failover_timeout() {
    let mut lab = Lab::settled(2, 1);
    lab.info(R2).master = Some(R3);
    lab.run(8000);
    lab.crash(R2);
    lab.run(3000);
    let down = lab.when(&format!("+sdown {PR2}"));
    lab.revive(R2);
    lab.run(40_000);
    let after = lab.when("+fix-slave-config") - down;
    assert!(after > Millis(10_000), "{after:?}");
}

/// INFO-38, INFO-19, INFO-20
#[test]
fn an_observer_that_has_not_switched_undoes_nothing_of_what_the_leader_does() {
    let mut lab = Lab::settled(2, 3);
    lab.freeze(M);
    lab.run(4000);
    assert!(lab.master().instance.s_down);
    // Another Sentinel promotes one replica and points the other to it; its hello does not get here.
    lab.info(R2).master = None;
    lab.info(R3).master = Some(R2);
    lab.run(30_000);
    assert!(lab.logged(&format!("-role-change {PR2} new reported role is master")));
    assert!(lab.times(R2, "SLAVEOF").is_empty() && lab.times(R3, "SLAVEOF").is_empty());
}

/// INFO-34
#[test]
fn a_replica_at_another_address_is_another_record() {
    let mut lab = Lab::settled(2, 1);
    lab.add_redis(R4, '2', Some(M));
    lab.info(M).replicas = vec![R4, R3];
    lab.crash(R2);
    lab.run(15_000);
    assert!(lab.logged("+slave slave 10.0.0.4:6379"));
    assert!(lab.logged(&format!("+sdown {PR2}")));
    assert_eq!(lab.master().replicas.len(), 3);
}

/// INFO-15, TILT-6
#[test]
fn in_tilt_replicas_are_found_but_not_put_right() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL DEBUG tilt-period 100000");
    lab.info(R2).master = None;
    lab.info(M).replicas.push(R4);
    lab.stall(3000);
    lab.run(50_000);
    assert!(lab.logged("+slave slave 10.0.0.4:6379"));
    assert!(lab.logged("-role-change"));
    assert!(!lab.logged("+convert-to-slave"));
}

/// INFO-1, INFO-13, MOD-21, MOD-36, CMD-INFOCACHE-1
#[test]
fn the_last_info_is_kept_as_it_came() {
    use crate::protocol::Reply;
    let mut lab = Lab::settled(2, 1);
    let Reply::Array(cache) = lab.ask("SENTINEL INFO-CACHE mymaster other") else { panic!() };
    assert_eq!(cache.len(), 2, "unknown names are left out");
    let Reply::Array(entries) = &cache[1] else { panic!() };
    assert_eq!(entries.len(), 3);
    let Reply::Array(first) = &entries[0] else { panic!() };
    let [Reply::Integer(age), Reply::Bulk(text)] = first.as_slice() else { panic!("{first:?}") };
    assert!((0..11_000).contains(age));
    assert!(text.contains("role:master\r\nslave0:ip=10.0.0.2,port=6379"), "{text}");
}

/// The typed INFO of the simulation and its text say the same to a Sentinel.
#[test]
fn typed_info_reads_as_its_text() {
    use crate::protocol::{Info, InfoRole, ReplicaLine, ReplicationInfo};
    use crate::sentinel::RawInfo;
    use crate::sentinel::observed::Fact;
    let line = |n: u8| ReplicaLine {
        ip: format!("10.0.0.{n}").into(),
        port: 6379,
        state: "online".into(),
        offset: 9,
        lag: 0,
    };
    let replica = |up: bool| InfoRole::Replica {
        master_host: "10.0.0.1".into(),
        master_port: 6379,
        master_link_up: up,
        master_last_io_seconds_ago: 1,
        master_sync_in_progress: false,
        slave_repl_offset: 12,
        master_link_down_since_seconds: (!up).then_some(-1),
        slave_priority: 100,
        slave_read_only: true,
        replica_announced: true,
    };
    for role in [InfoRole::Master, replica(true), replica(false)] {
        let info = Info {
            run_id: "a".repeat(40).into(),
            tcp_port: 6379,
            uptime_in_seconds: 5,
            loading: false,
            keys: 3,
            figures: InfoFigures::default(),
            replication: ReplicationInfo {
                role,
                replicas: vec![line(2), line(3)],
                min_slaves_good_slaves: None,
                master_failover_state: "no-failover",
                master_replid: "b".repeat(40).into(),
                master_replid2: "0".repeat(40).into(),
                master_repl_offset: 12,
                second_repl_offset: -1,
                repl_backlog_active: true,
                repl_backlog_size: 1_048_576,
                repl_backlog_first_byte_offset: 1,
                repl_backlog_histlen: 12,
            },
        };
        let text = RawInfo::Text(info.to_string().into());
        let typed = RawInfo::Typed(info.into());
        let facts: Vec<Fact<'_>> = typed.facts();
        assert_eq!(facts, text.facts());
        assert!(facts.len() >= 4);
    }
}

/// Gives a record the text of an INFO as if it had just come.
fn inform(lab: &mut Lab, about: Option<Addr>, text: &str) {
    use crate::sentinel::instance::Subject;
    use crate::sentinel::{Cx, RawInfo, SentinelOutbox};
    let master = lab.master().instance.id;
    let subject = match about {
        Some(at) => Subject::Replica(master, lab.replica(at).instance.id),
        None => Subject::Master(master),
    };
    let mut out = SentinelOutbox::default();
    let now = lab.now;
    lab.sentinel.take_info(subject, RawInfo::Text(text.into()), &mut Cx { now, out: &mut out });
    lab.hear(&mut out);
}

/// INFO-1, INFO-6, INFO-7, INFO-8, INFO-10, INFO-11, INFO-12, INFO-13, MOD-28
#[test]
fn lines_count_by_exact_prefix_and_in_their_order() {
    let mut lab = Lab::settled(2, 1);
    let text = "role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\nmaster_link_status:Up\r\n\
                slave_priority:42x\r\nslave_repl_offset:77\r\nreplica_announced:5\r\n";
    inform(&mut lab, Some(R2), text);
    let replica = lab.replica(R2);
    assert_eq!((replica.priority, replica.repl_offset, replica.announced), (42, 77, 5));
    assert!(replica.master_link_up, "in any case");
    assert_eq!(replica.reported.info_refresh, lab.now);
    // What stands before the role, or is written otherwise, is passed over.
    let text = "slave_priority:1\r\nmaster_link_status:down\r\nSlave_repl_offset:5\r\n slave_priority:2\r\n\
                master_link_down_since_seconds:3\r\nrole:slave\r\nslave_priority :9\r\n";
    inform(&mut lab, Some(R2), text);
    let replica = lab.replica(R2);
    assert_eq!((replica.priority, replica.repl_offset, replica.master_link_up), (42, 77, true));
    assert_eq!(replica.master_link_down_time, Millis(3000), "this one needs no role");
    // It begins at 0 with every INFO; another word than up is down.
    inform(&mut lab, Some(R2), "role:slave\r\nmaster_link_status:nearly\r\nmaster_host:10.0.0.1\r\n");
    assert_eq!(lab.replica(R2).master_link_down_time, Millis(0));
    assert!(!lab.replica(R2).master_link_up);
    let changed = lab.replica(R2).slave_conf_change_time;
    lab.run(5);
    inform(&mut lab, Some(R2), "role:slave\r\nmaster_host:10.0.0.3\r\n");
    assert!(lab.replica(R2).slave_conf_change_time > changed);
}

/// INFO-14, INFO-3
#[test]
fn an_info_without_a_role_is_a_change_of_it() {
    let mut lab = Lab::settled(2, 1);
    inform(&mut lab, Some(R2), "run_id:short\r\n");
    inform(&mut lab, None, "redis_version:7.0.15\r\n");
    let expected = [
        format!("-role-change {PR2} new reported role is slave"),
        format!("-role-change {PM} new reported role is slave"),
    ];
    assert_eq!(lab.log(), expected);
    inform(&mut lab, Some(R2), "run_id:short\r\n");
    assert_eq!(lab.log().len(), 2, "once");
    // Its replicas a master lists whatever role it reports.
    inform(&mut lab, None, "slave0:ip=10.0.0.4,port=6379,state=online\r\nrole:slave\r\n");
    assert!(lab.logged("+slave slave 10.0.0.4:6379"));
    assert_eq!(lab.count("-role-change master"), 2);
    // It is a replica no more than it was: only a time without a master's role makes it down.
    assert!(!lab.master().instance.s_down);
}

/// CMD-INFOCACHE-1
#[test]
fn before_any_info_the_cache_is_empty_and_of_no_age() {
    use crate::protocol::Reply;
    let mut lab = Lab::start(conf(2), 1);
    let nothing = Reply::Array(vec![Reply::Integer(0), Reply::Nil]);
    let expected = Reply::Array(vec![Reply::bulk("mymaster"), Reply::Array(vec![nothing])]);
    assert_eq!(lab.ask("SENTINEL INFO-CACHE mymaster"), expected);
}
