//! What clients ask, and what they are answered.

use super::lab::*;
use crate::protocol::{ArcStr, Command, Input, Reply};
use crate::sentinel::{MasterConf, SentinelConf};
use crate::sim::Millis;
use std::collections::BTreeMap;

#[track_caller]
fn error(lab: &mut Lab, line: &str) -> String {
    match lab.ask(line) {
        Reply::Error(text) => text.to_string(),
        other => panic!("{line}: {other:?}"),
    }
}

fn keys(reply: &Reply) -> Vec<String> {
    let Reply::Array(parts) = reply else { panic!("{reply:?}") };
    parts.iter().step_by(2).map(text).collect()
}

fn map(reply: &Reply) -> BTreeMap<String, String> {
    let Reply::Array(parts) = reply else { panic!("{reply:?}") };
    parts.chunks(2).map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

fn text(reply: &Reply) -> String {
    match reply {
        Reply::Bulk(text) => text.to_string(),
        other => panic!("{other:?} is no bulk string"),
    }
}

fn maps(reply: Reply) -> Vec<BTreeMap<String, String>> {
    let Reply::Array(entries) = reply else { panic!("{reply:?}") };
    entries.iter().map(map).collect()
}

/// CMD-1
#[test]
fn only_fifteen_commands_exist() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(lab.ask("COMMAND COUNT"), Reply::Integer(15));
    let Reply::Array(names) = lab.ask("COMMAND LIST") else { panic!() };
    assert_eq!(names.len(), 72);
    for line in ["GET k", "SET k v", "MULTI", "SLAVEOF NO ONE", "CONFIG GET x", "QUIT", "SELECT 0", "EXEC"] {
        let name = line.split(' ').next().unwrap();
        let expected = format!("ERR unknown command '{name}', with args beginning with: ");
        assert!(error(&mut lab, line).starts_with(&expected), "{line}");
    }
    let expected = "ERR unknown command 'get', with args beginning with: 'a' 'b' ";
    assert_eq!(error(&mut lab, "get a b"), expected);
}

/// CMD-2
#[test]
fn wrong_arguments_and_subcommands_are_answered_as_redis_does() {
    let mut lab = Lab::settled(2, 1);
    for (line, text) in [
        ("SENTINEL", "ERR wrong number of arguments for 'sentinel' command"),
        ("SENTINEL MASTER", "ERR wrong number of arguments for 'sentinel|master' command"),
        ("sentinel Set mymaster quorum", "ERR wrong number of arguments for 'sentinel|set' command"),
        ("SENTINEL WHAT", "ERR unknown subcommand 'WHAT'. Try SENTINEL HELP."),
        ("CLIENT WHAT", "ERR unknown subcommand 'WHAT'. Try CLIENT HELP."),
        ("PING a b", "ERR wrong number of arguments for 'ping' command"),
        ("PUBLISH a", "ERR wrong number of arguments for 'publish' command"),
        ("SENTINEL MASTER other", "ERR No such master with that name"),
        ("SENTINEL MASTER MyMaster", "ERR No such master with that name"),
        ("SENTINEL REPLICAS other", "ERR No such master with that name"),
        ("SENTINEL SENTINELS other", "ERR No such master with that name"),
        ("SENTINEL CKQUORUM other", "ERR No such master with that name"),
        ("SENTINEL REMOVE other", "ERR No such master with that name"),
        ("SENTINEL SET other quorum 1", "ERR No such master with that name"),
        ("SENTINEL IS-MASTER-DOWN-BY-ADDR ip x 1 *", "ERR value is not an integer or out of range"),
        ("SENTINEL IS-MASTER-DOWN-BY-ADDR ip 1 x *", "ERR value is not an integer or out of range"),
    ] {
        assert_eq!(error(&mut lab, line), text, "{line}");
    }
}

/// CMD-PING-1
#[test]
fn ping_answers_pong_or_the_message() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(lab.ask("PING"), Reply::pong());
    assert_eq!(lab.ask("PING hello"), Reply::bulk("hello"));
    lab.ask("SUBSCRIBE +switch-master");
    assert_eq!(lab.ask("PING"), Reply::bulks(["pong", ""]));
    assert_eq!(lab.ask("PING hello"), Reply::bulks(["pong", "hello"]));
}

/// CMD-SUB-1, GEN-4, LOG-4, EVT-34
#[test]
fn subscribers_get_the_events_without_their_names() {
    let mut lab = Lab::settled(2, 2);
    let (one, all) = (lab.connect_client(), lab.connect_client());
    let say = |lab: &mut Lab, conn, words: &[&str]| {
        let words: Vec<ArcStr> = words.iter().map(|word| ArcStr::from(*word)).collect();
        lab.give(Input::Received(conn, Command::parse(&words).unwrap().into()));
    };
    say(&mut lab, one, &["SUBSCRIBE", "+switch-master", "+odown"]);
    say(&mut lab, all, &["PSUBSCRIBE", "*"]);
    let confirmed = |word: &str, what: &str, n| {
        Reply::Array(vec![Reply::bulk(word), Reply::bulk(what), Reply::Integer(n)])
    };
    let expected = [
        (one, confirmed("subscribe", "+switch-master", 1)),
        (one, confirmed("subscribe", "+odown", 2)),
        (all, confirmed("psubscribe", "*", 1)),
    ];
    assert_eq!(lab.answers, expected);
    lab.answers.clear();
    lab.hello_from(B, AT_B, 1, 1, R2);
    let switch = "mymaster 10.0.0.1 6379 10.0.0.2 6379";
    let to_one: Vec<_> = lab.events_for(one);
    let pushed = Reply::Pushed { channel: "+switch-master".into(), message: switch.into() };
    assert_eq!(to_one, [pushed]);
    let to_all = lab.events_for(all);
    assert!(to_all.contains(&Reply::bulks(["pmessage", "*", "+switch-master", switch])));
    assert_eq!(to_all.len(), 5, "epoch, update, switch, two replicas: {to_all:?}");
    say(&mut lab, one, &["UNSUBSCRIBE"]);
    assert_eq!(lab.answers.last().unwrap().1, confirmed("unsubscribe", "+odown", 0));
    lab.give(Input::Closed(all));
    lab.answers.clear();
    lab.hello_from(B, AT_B, 2, 2, R3);
    assert_eq!(lab.events_for(all), []);
}

/// EVT-49, LOG-2
#[test]
fn role_changes_are_published_and_debug_events_are_not() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL CONFIG SET announce-ip 1.1.1.1");
    let all = lab.connect_client();
    let words: [ArcStr; 2] = ["PSUBSCRIBE".into(), "*".into()];
    lab.give(Input::Received(all, Command::parse(&words).unwrap().into()));
    lab.answers.clear();
    lab.info(R2).master = None;
    lab.run(11_000);
    let note = format!("{PR2} new reported role is master");
    assert_eq!(lab.events_for(all), [Reply::bulks(["pmessage", "*", "-role-change", &note])]);
}

/// CMD-SUB-1
#[test]
fn a_subscribed_client_may_not_ask_anything_else() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SUBSCRIBE +sdown");
    assert_eq!(
        error(&mut lab, "SENTINEL MASTERS"),
        "ERR Can't execute 'sentinel|masters': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET \
         are allowed in this context"
    );
    lab.ask("UNSUBSCRIBE +sdown");
    assert!(matches!(lab.ask("SENTINEL MASTERS"), Reply::Array(_)));
}

/// CMD-PUBLISH-1, HELLO-18
#[test]
fn only_hello_messages_may_be_published() {
    let mut lab = Lab::settled(2, 1);
    let text = "ERR Only HELLO messages are accepted by Sentinel instances.";
    assert_eq!(error(&mut lab, "PUBLISH +switch-master x"), text);
    assert_eq!(lab.ask("PUBLISH __sentinel__:hello nonsense"), Reply::Integer(1));
}

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

/// CMD-MAP-1, FLG-14
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

/// CMD-SENTINELS-1, CMD-MAP-5
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
    assert!(lines.len() > 20);
}

/// CMD-RESET-1, MYTH-24
#[test]
fn a_reset_forgets_replicas_and_sentinels_of_the_masters_that_match() {
    let mut lab = Lab::settled(2, 3);
    assert_eq!(lab.ask("SENTINEL RESET other*"), Reply::Integer(0));
    assert_eq!(lab.ask("SENTINEL RESET MY*"), Reply::Integer(0), "names are case sensitive");
    let saves = lab.saves;
    lab.forget();
    assert_eq!(lab.ask("SENTINEL RESET m?master"), Reply::Integer(1));
    assert_eq!(lab.log(), [format!("+reset-master {PM}")]);
    assert!(lab.master().replicas.is_empty() && lab.master().sentinels.is_empty());
    assert_eq!(lab.saves, saves);
    // INFO is due as it was before; then the replicas are back (CONF-12, 22a).
    lab.run(11_000);
    assert_eq!(lab.master().replicas.len(), 2);
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

/// CMD-MONITOR-1, EVT-1
#[test]
fn monitor_checks_its_arguments_in_redis_order() {
    let mut lab = Lab::settled(2, 1);
    for (line, text) in [
        ("SENTINEL MONITOR x host port q", "ERR Invalid quorum"),
        ("SENTINEL MONITOR x host port 0", "ERR Invalid port"),
        ("SENTINEL MONITOR x host 1 0", "ERR Quorum must be 1 or greater."),
        ("SENTINEL MONITOR x host 1 1", "ERR Invalid IP address or hostname specified"),
        ("SENTINEL MONITOR mymaster 10.0.0.1 6379 1", "ERR Duplicate master name."),
        ("SENTINEL MONITOR x 10.0.0.1 70000 1", "ERR Invalid port number."),
    ] {
        assert_eq!(error(&mut lab, line), text, "{line}");
    }
    lab.forget();
    assert_eq!(lab.ask("SENTINEL MONITOR x 10.0.0.4 6379 2"), Reply::ok());
    let expected = [
        "Failed to resolve hostname 'host'",
        "Sentinel new configuration saved on disk",
        "+monitor master x 10.0.0.4 6379 quorum 2",
    ];
    assert_eq!(lab.log(), expected[1..]);
    let master = lab.sentinel.masters().by_key("x").unwrap();
    assert_eq!(master.instance.down_after, Millis(30_000));
    assert_eq!(master.group.failover_timeout, Millis(180_000));
    lab.run(100);
    assert_eq!(lab.dials[0].1, addr(4, 6379));
}

/// CMD-REMOVE-1, EVT-2, LOG-11
#[test]
fn remove_says_so_before_it_saves() {
    let mut lab = Lab::settled(2, 2);
    assert_eq!(lab.ask("SENTINEL REMOVE mymaster"), Reply::ok());
    assert_eq!(lab.log(), [format!("-monitor {PM}"), "Sentinel new configuration saved on disk".into()]);
    assert_eq!(lab.ask("SENTINEL GET-MASTER-ADDR-BY-NAME mymaster"), Reply::NilArray);
    assert_eq!(lab.closes.len(), 7, "two for each server, one for the peer");
    assert!(!lab.saved.as_ref().unwrap().to_string().contains("mymaster"));
}

/// CMD-SET-1, CMD-SETOPT-1 to 8, EVT-3, TST-03-3
#[test]
fn set_applies_each_option_and_says_so() {
    let mut lab = Lab::settled(2, 2);
    let line = "SENTINEL SET mymaster down-after-milliseconds 4000 failover-timeout 9000 parallel-syncs 3 quorum 1 \
                auth-pass secret auth-user eve rename-command CONFIG cfg master-reboot-down-after-period 0";
    assert_eq!(lab.ask(line), Reply::ok());
    let set = |text: &str| format!("+set {PM} {text}");
    let expected = [
        set("down-after-milliseconds 4000"),
        set("failover-timeout 9000"),
        set("parallel-syncs 3"),
        set("quorum 1"),
        set("auth-pass ******"),
        set("auth-user eve"),
        set("rename-command CONFIG cfg"),
        set("master-reboot-down-after-period 0"),
        "Sentinel new configuration saved on disk".into(),
    ];
    assert_eq!(lab.log(), expected);
    assert_eq!(lab.replica(R2).instance.down_after, Millis(4000));
    assert_eq!(lab.peer(B).instance.down_after, Millis(4000));
    let saved = lab.saved.clone().unwrap();
    let conf = &saved.masters()[0];
    assert_eq!(conf.down_after, Some(Millis(4000)));
    assert_eq!(conf.failover_timeout, Some(Millis(9000)));
    assert_eq!((conf.parallel_syncs, conf.quorum), (Some(3), 1));
    assert_eq!((conf.auth_pass.as_deref(), conf.auth_user.as_deref()), (Some("secret"), Some("eve")));
    assert_eq!(conf.renamed_commands, [("config".into(), "cfg".into())]);
    lab.command(&["SENTINEL", "SET", "mymaster", "auth-pass", "", "rename-command", "config", "CONFIG"]);
    let saved = lab.saved.clone().unwrap();
    assert_eq!(saved.masters()[0].auth_pass, None);
    assert!(saved.masters()[0].renamed_commands.is_empty());
}

/// CMD-SET-1, TST-03-4, TST-03-5
#[test]
fn set_stops_at_a_faulty_option_and_keeps_what_stood_before_it() {
    let mut lab = Lab::settled(2, 1);
    for (line, text) in [
        (
            "down-after-milliseconds -20",
            "ERR Invalid argument '-20' for SENTINEL SET 'down-after-milliseconds'",
        ),
        (
            "down-after-milliseconds abc",
            "ERR Invalid argument 'abc' for SENTINEL SET 'down-after-milliseconds'",
        ),
        ("quorum 0", "ERR Invalid argument '0' for SENTINEL SET 'quorum'"),
        ("fakeoption 1", "ERR Unknown option or number of arguments for SENTINEL SET 'fakeoption'"),
        ("rename-command a", "ERR Unknown option or number of arguments for SENTINEL SET 'rename-command'"),
        (
            "master-reboot-down-after-period -1",
            "ERR Invalid argument '-1' for SENTINEL SET 'master-reboot-down-after-period'",
        ),
    ] {
        assert_eq!(error(&mut lab, &format!("SENTINEL SET mymaster {line}")), text, "{line}");
    }
    assert_eq!(lab.saves, lab.saves);
    assert!(lab.log().is_empty(), "nothing was applied");
    let text = error(&mut lab, "SENTINEL SET mymaster quorum 1 failover-timeout");
    assert_eq!(text, "ERR Unknown option or number of arguments for SENTINEL SET 'failover-timeout'");
    assert_eq!(lab.master().group.quorum, 1);
    assert_eq!(lab.saved.as_ref().unwrap().masters()[0].quorum, 1, "and saved");
}

/// CMD-SETOPT-5, CON-19, TST-03-5
#[test]
fn script_paths_are_denied_or_must_be_executable() {
    let mut lab = Lab::settled(2, 1);
    let denied = "ERR Reconfiguration of scripts path is denied for security reasons. Check the \
                  deny-scripts-reconfig configuration directive in your Sentinel configuration";
    for option in ["notification-script", "client-reconfig-script"] {
        assert_eq!(error(&mut lab, &format!("SENTINEL SET mymaster {option} /bin/true")), denied);
    }
    let text = format!("{}sentinel deny-scripts-reconfig no\n", conf(2));
    let mut lab = Lab::start(SentinelConf::parse(&text).unwrap(), 1);
    lab.sentinel.set_script("/missing", None);
    for (option, what) in
        [("notification-script", "Notification"), ("client-reconfig-script", "Client reconfiguration")]
    {
        let line = format!("SENTINEL SET mymaster {option} /missing");
        let text = format!("ERR {what} script seems non existing or non executable");
        assert_eq!(error(&mut lab, &line), text);
        assert_eq!(lab.ask(&format!("SENTINEL SET mymaster {option} /there")), Reply::ok());
    }
    assert_eq!(lab.master().group.notification_script.as_deref(), Some("/there"));
    let fields = map(&lab.ask("SENTINEL MASTER mymaster"));
    assert_eq!(fields["client-reconfig-script"], "/there");
    lab.command(&["SENTINEL", "SET", "mymaster", "notification-script", ""]);
    assert_eq!(lab.master().group.notification_script, None);
}

/// CMD-FLUSH-1, LOG-12, CONF-6, TST-03-5
#[test]
fn a_disk_that_refuses_fails_the_command_and_nothing_else() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(lab.ask("SENTINEL FLUSHCONFIG"), Reply::ok());
    lab.sentinel.set_disk_error(Some("Is a directory".into()));
    lab.forget();
    let failed = "ERR Failed to save config file. Check server logs.";
    assert_eq!(error(&mut lab, "SENTINEL FLUSHCONFIG"), failed);
    assert_eq!(error(&mut lab, "SENTINEL SET mymaster quorum 1"), failed);
    assert_eq!(lab.master().group.quorum, 1, "changed in memory");
    let warning = "WARNING: Sentinel was not able to save the new configuration on disk!!!: Is a directory";
    assert_eq!(lab.count(warning), 2);
    lab.sentinel.set_disk_error(None);
    assert_eq!(lab.ask("SENTINEL FLUSHCONFIG"), Reply::ok());
}

/// CMD-CONFIG-1, CMD-CONFIG-2, CMD-CONFIG-3
#[test]
fn config_sets_and_shows_what_is_about_no_master() {
    let mut lab = Lab::settled(2, 1);
    for (line, text) in [
        ("GET a b", "ERR Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported."),
        ("SET a", "ERR Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported."),
        ("SET what 1", "ERR Invalid argument 'what' to SENTINEL CONFIG SET"),
        ("SET announce-port 65536", "ERR Invalid value '65536' to SENTINEL CONFIG SET 'announce-port'"),
        ("SET resolve-hostnames x", "ERR Invalid value 'x' to SENTINEL CONFIG SET 'resolve-hostnames'"),
    ] {
        assert_eq!(error(&mut lab, &format!("SENTINEL CONFIG {line}")), text, "{line}");
    }
    for line in ["announce-port 5000", "ANNOUNCE-IP 1.2.3.4", "sentinel-user eve", "announce-hostnames yes"] {
        assert_eq!(lab.ask(&format!("SENTINEL CONFIG SET {line}")), Reply::ok());
    }
    let shown = map(&lab.ask("SENTINEL CONFIG GET *"));
    let expected = [
        ("resolve-hostnames", "no"),
        ("announce-hostnames", "yes"),
        ("announce-ip", "1.2.3.4"),
        ("announce-port", "5000"),
        ("sentinel-user", "eve"),
        ("sentinel-pass", ""),
    ];
    assert_eq!(shown, expected.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect());
    assert_eq!(map(&lab.ask("SENTINEL CONFIG GET ANNOUNCE-I*")).len(), 1);
    let text = lab.saved.as_ref().unwrap().to_string();
    for line in
        ["sentinel announce-ip 1.2.3.4", "sentinel announce-port 5000", "sentinel announce-hostnames yes"]
    {
        assert!(text.contains(line), "{text}");
    }
}

/// CMD-DEBUG-1, CMD-DEBUG-2, TST-14-1
#[test]
fn debug_shows_and_changes_the_periods_of_the_process() {
    let mut lab = Lab::settled(2, 1);
    let keys_expected = [
        "INFO-PERIOD",
        "PING-PERIOD",
        "ASK-PERIOD",
        "PUBLISH-PERIOD",
        "DEFAULT-DOWN-AFTER",
        "DEFAULT-FAILOVER-TIMEOUT",
        "TILT-TRIGGER",
        "TILT-PERIOD",
        "SLAVE-RECONF-TIMEOUT",
        "MIN-LINK-RECONNECT-PERIOD",
        "ELECTION-TIMEOUT",
        "SCRIPT-MAX-RUNTIME",
        "SCRIPT-RETRY-DELAY",
    ];
    let reply = lab.ask("SENTINEL DEBUG");
    assert_eq!(keys(&reply), keys_expected);
    assert_eq!(map(&reply)["TILT-PERIOD"], "30000");
    let saves = lab.saves;
    assert_eq!(lab.ask("SENTINEL DEBUG Info-Period 500 ping-period 200"), Reply::ok());
    assert_eq!(lab.saves, saves);
    lab.forget();
    lab.run(10_000);
    assert!(lab.times(M, "INFO").len() > 15);
    assert!(lab.times(M, "PING").len() > 30);
    for (line, text) in [
        ("what 1", "ERR Unknown option or number of arguments for SENTINEL DEBUG 'what'"),
        ("info-period", "ERR Unknown option or number of arguments for SENTINEL DEBUG 'info-period'"),
        ("info-period 0", "ERR Invalid argument '0' for SENTINEL DEBUG 'info-period'"),
        ("ask-period x", "ERR Invalid argument 'x' for SENTINEL DEBUG 'ask-period'"),
    ] {
        assert_eq!(error(&mut lab, &format!("SENTINEL DEBUG {line}")), text);
    }
}

/// CON-31, CONF-9
#[test]
fn other_defaults_change_what_is_saved_but_no_master() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL DEBUG default-down-after 2000");
    assert_eq!(lab.master().instance.down_after, Millis(2000));
    lab.ask("SENTINEL FLUSHCONFIG");
    assert_eq!(lab.saved.as_ref().unwrap().masters()[0].down_after, None);
    assert!(!lab.saved.as_ref().unwrap().to_string().contains("down-after"));
    lab.ask("SENTINEL MONITOR x 10.0.0.4 6379 1");
    assert_eq!(lab.sentinel.masters().by_key("x").unwrap().instance.down_after, Millis(2000));
}

/// CMD-SIMFAIL-1, LOG-17
#[test]
fn simulate_failure_arms_what_is_named_and_nothing_else() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(lab.ask("SENTINEL SIMULATE-FAILURE crash-after-election crash-after-promotion"), Reply::ok());
    let armed = lab.sentinel.simulate_failure();
    assert!(armed.crash_after_election && armed.crash_after_promotion);
    let Reply::Bulk(info) = lab.ask("INFO sentinel") else { panic!() };
    assert!(info.contains("sentinel_simulate_failure_flags:3"));
    let names = Reply::bulks(["crash-after-election", "crash-after-promotion"]);
    assert_eq!(lab.ask("SENTINEL SIMULATE-FAILURE help"), names);
    assert!(!lab.sentinel.simulate_failure().crash_after_election);
    let text = error(&mut lab, "SENTINEL SIMULATE-FAILURE crash-after-election what");
    assert_eq!(text, "ERR Unknown failure simulation specified");
    assert!(lab.sentinel.simulate_failure().crash_after_election);
    let log =
        "Failure simulation: this Sentinel will crash after being successfully elected as failover leader";
    assert_eq!(lab.count(log), 2);
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
}

/// CMD-HELLO-1
#[test]
fn hello_tells_what_it_speaks_to() {
    let mut lab = Lab::settled(2, 1);
    let Reply::Array(parts) = lab.ask("HELLO") else { panic!() };
    let names: Vec<_> = parts.iter().step_by(2).map(text).collect();
    assert_eq!(names, ["server", "version", "proto", "id", "mode", "modules"]);
    assert_eq!(parts[9], Reply::bulk("sentinel"));
    assert_eq!(error(&mut lab, "HELLO 4"), "NOPROTO unsupported protocol version");
    lab.ask("HELLO 2 SETNAME me");
    assert_eq!(lab.ask("CLIENT GETNAME"), Reply::bulk("me"));
}

/// CMD-AUTH-1, REPL-20
#[test]
fn with_requirepass_nothing_goes_without_the_password() {
    let text = format!("requirepass secret\n{}", conf(2));
    let mut lab = Lab::start(SentinelConf::parse(&text).unwrap(), 1);
    for line in ["PING", "SENTINEL MASTERS", "PUBLISH __sentinel__:hello x", "SUBSCRIBE +sdown"] {
        assert_eq!(error(&mut lab, line), "NOAUTH Authentication required.", "{line}");
    }
    let wrong = "WRONGPASS invalid username-password pair or user is disabled.";
    assert_eq!(error(&mut lab, "AUTH wrong"), wrong);
    assert_eq!(error(&mut lab, "AUTH eve secret"), wrong);
    assert!(error(&mut lab, "HELLO").starts_with("NOAUTH HELLO must be called"));
    assert_eq!(lab.ask("AUTH secret"), Reply::ok());
    assert_eq!(lab.ask("PING"), Reply::pong());
    let mut open = Lab::settled(2, 1);
    assert!(error(&mut open, "AUTH secret").starts_with("ERR AUTH <password> called without any password"));
}

/// CMD-SHUT-1
#[test]
fn shutdown_ends_the_process_at_once_and_saves_nothing() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(error(&mut lab, "SHUTDOWN now-please"), "ERR syntax error");
    let saves = lab.saves;
    let conn = lab.client();
    let words: [ArcStr; 2] = ["SHUTDOWN".into(), "NOSAVE".into()];
    lab.give(Input::Received(conn, Command::parse(&words).unwrap().into()));
    assert_eq!(lab.exit, Some(0));
    assert_eq!(lab.saves, saves);
}

/// FSM-CMD-3: the same as on a server.
#[test]
fn client_kill_closes_other_connections_of_a_type() {
    let mut lab = Lab::settled(2, 1);
    let (one, two) = (lab.connect_client(), lab.connect_client());
    let words: [ArcStr; 2] = ["SUBSCRIBE".into(), "+sdown".into()];
    lab.give(Input::Received(two, Command::parse(&words).unwrap().into()));
    let kill = |kind: &str| -> [String; 4] { ["CLIENT", "KILL", "TYPE", kind].map(String::from) };
    assert_eq!(lab.ask(&kill("pubsub").join(" ")), Reply::Integer(1));
    assert!(lab.sentinel.clients().get(two).is_none());
    assert_eq!(lab.ask(&kill("normal").join(" ")), Reply::Integer(1));
    assert!(lab.sentinel.clients().get(one).is_none());
    assert_eq!(lab.ask("PING"), Reply::pong(), "the one that asked stays");
}

/// CMD-1: the words of a peer's typed command serve as well.
#[test]
fn typed_and_worded_commands_are_the_same() {
    let mut lab = Lab::settled(2, 1);
    let conf = MasterConf::new("x", "10.0.0.9", 1, 1);
    assert_eq!(conf.port, 1);
    let typed = lab.ask("SENTINEL is-master-down-by-addr 10.0.0.1 6379 0 *");
    let worded = lab.ask("SENTINEL is-master-down-by-addr 10.0.0.1 +6379 0 *");
    assert_eq!(typed, worded);
}
