//! What a Sentinel shows of masters, replicas, peers and itself.

use super::super::lab::*;
use super::{error, keys, map, maps, text};
use crate::protocol::Reply;

/// CMD-MASTERS-1, CMD-MASTER-1, CMD-MAP-1, CMD-MAP-2, CMD-MAP-3, CMD-3
#[test]
fn a_healthy_master_is_shown_with_forty_words() {
    let mut lab = Lab::settled(2, 3);
    let reply = lab.ask("SENTINEL MASTER mymaster");
    let expected = [
        "name",
        "ip",
        "port",
        "runid",
        "flags",
        "link-pending-commands",
        "link-refcount",
        "last-ping-sent",
        "last-ok-ping-reply",
        "last-ping-reply",
        "down-after-milliseconds",
        "info-refresh",
        "role-reported",
        "role-reported-time",
        "config-epoch",
        "num-slaves",
        "num-other-sentinels",
        "quorum",
        "failover-timeout",
        "parallel-syncs",
    ];
    assert_eq!(keys(&reply), expected);
    let Reply::Array(parts) = &reply else { panic!() };
    assert_eq!(parts[33], Reply::bulk("2"), "num-other-sentinels stands where the test suite looks for it");
    let fields = map(&reply);
    for (key, value) in [
        ("name", "mymaster"),
        ("ip", "10.0.0.1"),
        ("port", "6379"),
        ("runid", &"1".repeat(40)),
        ("flags", "master"),
        ("link-refcount", "1"),
        ("role-reported", "master"),
        ("config-epoch", "0"),
        ("num-slaves", "2"),
        ("quorum", "2"),
        ("down-after-milliseconds", "2000"),
        ("failover-timeout", "10000"),
        ("parallel-syncs", "1"),
    ] {
        assert_eq!(fields[key], value, "{key}");
    }
    assert_eq!(lab.ask("SENTINEL MASTERS"), Reply::Array(vec![reply]));
}

/// CMD-MAP-1, FLG-14, FLG-2, FLG-3, FLG-5, FLG-13
#[test]
fn a_master_that_is_down_and_failed_over_shows_it() {
    let mut lab = Lab::settled(1, 2);
    lab.node(AT_B).vote = Vote::Nobody;
    lab.freeze(M);
    lab.run(3500);
    let fields = map(&lab.ask("SENTINEL MASTER mymaster"));
    assert_eq!(fields["flags"], "s_down,o_down,master,failover_in_progress");
    assert_eq!(fields["failover-state"], "wait_start");
    let since = lab.now - lab.when("+sdown master");
    assert_eq!(fields["s-down-time"], since.0.to_string());
    assert!(fields.contains_key("o-down-time"));
    let ping = lab.now - lab.link(&lab.master().instance).act_ping_time.unwrap();
    assert_eq!(fields["last-ping-sent"], ping.0.to_string());
    lab.crash(M);
    lab.run(20);
    let fields = map(&lab.ask("SENTINEL MASTER mymaster"));
    assert_eq!(fields["flags"], "s_down,o_down,master,disconnected,failover_in_progress");
}

/// FLG-10, FLG-14
#[test]
fn a_forced_failover_is_flagged_last() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL FAILOVER mymaster");
    let fields = map(&lab.ask("SENTINEL MASTER mymaster"));
    assert_eq!(fields["flags"], "master,failover_in_progress,force_failover");
}

/// CMD-REPLICAS-1, CMD-MAP-4, MOD-30
#[test]
fn replicas_are_shown_unless_they_are_unannounced() {
    let mut lab = Lab::settled(2, 1);
    lab.info(R2).link_up = false;
    lab.info(R2).link_down_since = -1;
    lab.run(11_000);
    for command in ["SENTINEL REPLICAS mymaster", "SENTINEL SLAVES mymaster"] {
        let replicas = maps(lab.ask(command));
        assert_eq!(replicas.len(), 2);
        let fields = replicas.iter().find(|fields| fields["name"] == "10.0.0.2:6379").unwrap();
        for (key, value) in [
            ("flags", "slave"),
            ("role-reported", "slave"),
            ("master-link-down-time", "-1000"),
            ("master-link-status", "err"),
            ("master-host", "10.0.0.1"),
            ("master-port", "6379"),
            ("slave-priority", "100"),
            ("slave-repl-offset", "1000"),
            ("replica-announced", "1"),
        ] {
            assert_eq!(fields[key], value, "{key}");
        }
    }
    lab.info(R2).announced = false;
    lab.run(2000);
    assert_eq!(maps(lab.ask("SENTINEL REPLICAS mymaster")).len(), 1);
    assert_eq!(map(&lab.ask("SENTINEL MASTER mymaster"))["num-slaves"], "2");
}

/// FLG-6, FLG-7, FLG-8, FLG-9
#[test]
fn a_replicas_way_to_the_new_master_shows_in_its_flags() {
    let mut lab = Lab::settled(2, 1);
    lab.slow_sync = true;
    lab.ask("SENTINEL FAILOVER mymaster");
    let mut seen = Vec::new();
    for _ in 0..3000 {
        lab.run(2);
        for fields in maps(lab.ask("SENTINEL REPLICAS mymaster")) {
            let flags = (fields["name"].clone(), fields["flags"].clone());
            if !flags.1.contains("disconnected") && !seen.contains(&flags) {
                seen.push(flags);
            }
        }
        if lab.logged("+slave-reconf-inprog") {
            lab.info(R3).link_up = true;
        }
    }
    let of = |at: crate::sim::Addr| -> Vec<&str> {
        seen.iter().filter(|(name, _)| *name == at.to_string()).map(|(_, flags)| flags.as_str()).collect()
    };
    assert_eq!(of(R2), ["slave", "slave,promoted"]);
    assert_eq!(of(R3)[..3], ["slave", "slave,reconf_sent", "slave,reconf_inprog"]);
}

/// CMD-SENTINELS-1, CMD-MAP-5, FLG-4
#[test]
fn peers_are_shown_with_their_votes() {
    let mut lab = Lab::settled(2, 2);
    let expected_keys = [
        "name",
        "ip",
        "port",
        "runid",
        "flags",
        "link-pending-commands",
        "link-refcount",
        "last-ping-sent",
        "last-ok-ping-reply",
        "last-ping-reply",
        "down-after-milliseconds",
        "last-hello-message",
        "voted-leader",
        "voted-leader-epoch",
    ];
    let Reply::Array(peers) = lab.ask("SENTINEL SENTINELS mymaster") else { panic!() };
    assert_eq!(keys(&peers[0]), expected_keys);
    let fields = map(&peers[0]);
    assert_eq!((fields["voted-leader"].as_str(), fields["voted-leader-epoch"].as_str()), ("?", "0"));
    assert_eq!((fields["name"].as_str(), fields["runid"].as_str()), (B, B));
    lab.node(AT_B).says_down = true;
    lab.node(R2).obeys = false;
    lab.crash(M);
    lab.run(4000);
    let fields = maps(lab.ask("SENTINEL SENTINELS mymaster")).remove(0);
    assert_eq!(fields["flags"], "sentinel,master_down");
    assert_eq!((fields["voted-leader"].as_str(), fields["voted-leader-epoch"].as_str()), (A, "1"));
}

/// CMD-ADDR-1, CMD-MYID-1, CMD-ROLE-1, CMD-HELP-1
#[test]
fn small_questions_have_small_answers() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(lab.ask("SENTINEL get-master-addr-by-name other"), Reply::NilArray);
    assert_eq!(lab.ask("SENTINEL MYID"), Reply::bulk(A));
    let role = Reply::Array(vec![Reply::bulk("sentinel"), Reply::bulks(["mymaster"])]);
    assert_eq!(lab.ask("ROLE"), role);
    let Reply::Array(lines) = lab.ask("SENTINEL HELP") else { panic!() };
    let said = |text: &str| Reply::Status(text.into());
    let first = said("SENTINEL <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
    assert_eq!(lines[..2], [first, said("CKQUORUM <master-name>")]);
    assert_eq!(lines[lines.len() - 2..], [said("HELP"), said("    Prints this help.")]);
    assert_eq!(lines.len(), 49, "recorded (81i)");
}

/// CMD-CKQUORUM-1, CMD-CKQUORUM-2, TST-06-1, TST-06-2, TST-06-3
#[test]
fn ckquorum_counts_who_is_up_against_quorum_and_majority() {
    let mut lab = Lab::settled(2, 3);
    let ok = "OK 3 usable Sentinels. Quorum and failover authorization can be reached";
    assert_eq!(lab.ask("SENTINEL CKQUORUM mymaster"), Reply::Status(ok.into()));
    let quorum = "Not enough available Sentinels to reach the specified quorum for this master";
    let majority = "Not enough available Sentinels to reach the majority and authorize a failover";
    lab.ask("SENTINEL SET mymaster quorum 4");
    assert_eq!(
        error(&mut lab, "SENTINEL CKQUORUM mymaster"),
        format!("NOQUORUM 3 usable Sentinels. {quorum}")
    );
    lab.crash(AT_B);
    lab.crash(AT_C);
    lab.run(3000);
    let both = format!("NOQUORUM 1 usable Sentinels. {quorum}. {majority}");
    assert_eq!(error(&mut lab, "SENTINEL CKQUORUM mymaster"), both);
    lab.ask("SENTINEL SET mymaster quorum 1");
    let one = format!("NOQUORUM 1 usable Sentinels. {majority}");
    assert_eq!(error(&mut lab, "SENTINEL CKQUORUM mymaster"), one);
}

/// CMD-INFO-1, CMD-INFO-2, TST-13-1, TST-13-2, TST-13-3
#[test]
fn info_has_the_five_sections_of_a_sentinel() {
    let mut lab = Lab::settled(2, 3);
    for line in ["INFO", "INFO all", "INFO default", "INFO everything", "info CPU all"] {
        let text = text(&lab.ask(line));
        for field in
            ["redis_version:7.0.15", "redis_mode:sentinel", "maxclients", "used_cpu_user", "sentinel_tilt"]
        {
            assert!(text.contains(field), "{line}: {field}");
        }
        for field in ["used_memory", "rdb_last_bgsave", "master_repl_offset", "cluster_enabled"] {
            assert!(!text.contains(field), "{line}: {field}");
        }
    }
    let cpu = text(&lab.ask("INFO cpu"));
    assert!(cpu.starts_with("# CPU") && !cpu.contains("sentinel"));
    assert_eq!(text(&lab.ask("INFO replication")), "");
    let expected = "# Sentinel\r\nsentinel_masters:1\r\nsentinel_tilt:0\r\nsentinel_tilt_since_seconds:-1\r\n\
                    sentinel_running_scripts:0\r\nsentinel_scripts_queue_length:0\r\n\
                    sentinel_simulate_failure_flags:0\r\n\
                    master0:name=mymaster,status=ok,address=10.0.0.1:6379,slaves=2,sentinels=3\r\n";
    assert_eq!(text(&lab.ask("INFO Sentinel")), expected);
    lab.crash(M);
    lab.run(2300);
    assert!(text(&lab.ask("INFO sentinel")).contains("status=sdown"));
    lab.node(AT_B).says_down = true;
    lab.node(R2).obeys = false;
    lab.run(1500);
    let down = "master0:name=mymaster,status=odown,address=10.0.0.1:6379,slaves=2,sentinels=3";
    assert!(text(&lab.ask("INFO sentinel")).contains(down));
    // From the promotion on clients are told of the new master elsewhere, but not here.
    lab.info(R2).master = None;
    lab.node(R3).obeys = false;
    while !lab.logged("+promoted-slave") {
        lab.run(1);
    }
    assert!(text(&lab.ask("INFO sentinel")).contains(down));
    lab.stall(3000);
    lab.run(1500);
    let tilt = text(&lab.ask("INFO sentinel"));
    assert!(tilt.contains("sentinel_tilt:1\r\nsentinel_tilt_since_seconds:1\r\n"), "{tilt}");
}
