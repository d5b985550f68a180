//! Commands that change what is monitored, and how.

use super::super::lab::*;
use super::{error, keys, map};
use crate::protocol::Reply;
use crate::sentinel::SentinelConf;
use crate::sim::Millis;

/// CMD-RESET-1, LINK-20, EVT-4, CONF-12, MYTH-24, VER-9
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
    assert_eq!(lab.closes.len(), 8, "two for each server, one for each peer");
    // INFO is due as it was before; then the replicas are back (CONF-12, 22a).
    lab.run(11_000);
    assert_eq!(lab.master().replicas.len(), 2);
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
    let expected = ["Sentinel new configuration saved on disk", "+monitor master x 10.0.0.4 6379 quorum 2"];
    assert_eq!(lab.log(), expected);
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

/// CMD-SET-1, CMD-SET-2, CMD-SETOPT-1 to 8, EVT-3, MOD-19, TST-03-3, MOD-22, MOD-27
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
    let saves = lab.saves;
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
    assert_eq!(lab.saves, saves);
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

/// CMD-CONFIG-1, CMD-CONFIG-2, CMD-CONFIG-3, NEW-2, NEW-3, MOD-6, MOD-9, CON-20
#[test]
fn config_sets_and_shows_what_is_about_no_master() {
    let mut lab = Lab::settled(2, 1);
    for (line, text) in [
        ("GET a b", "ERR Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported."),
        ("SET a", "ERR Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported."),
        // Several at a time, and the level of the log, came with 7.2.
        (
            "SET announce-port 1 announce-ip 1.1.1.1",
            "ERR Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported.",
        ),
        ("SET loglevel debug", "ERR Invalid argument 'loglevel' to SENTINEL CONFIG SET"),
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
    assert!(map(&lab.ask("SENTINEL CONFIG GET loglevel")).is_empty());
    let text = lab.saved.as_ref().unwrap().to_string();
    for line in
        ["sentinel announce-ip \"1.2.3.4\"", "sentinel announce-port 5000", "sentinel announce-hostnames yes"]
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

/// CONF-11, CONF-12, FSM-START-3, CMD-RESET-1, CMD-DEBUG-2, HELLO-12
#[test]
fn what_must_not_be_forgotten_is_saved_and_nothing_else_is() {
    /// How often the file is saved meanwhile.
    fn saves(lab: &mut Lab, what: impl Fn(&mut Lab)) -> usize {
        let before = lab.saves;
        what(lab);
        lab.saves - before
    }
    let mut lab = Lab::settled(2, 2);
    let ask = |line: &'static str| move |lab: &mut Lab| drop(lab.ask(line));
    for (line, times) in [
        ("SENTINEL FLUSHCONFIG", 1),
        ("SENTINEL SET mymaster quorum 3", 1),
        ("SENTINEL SET mymaster quorum 2 what 1", 1),
        ("SENTINEL SET mymaster what 1", 0),
        ("SENTINEL CONFIG SET announce-port 0", 1),
        ("SENTINEL MONITOR x 10.0.0.4 6379 2", 1),
        ("SENTINEL REMOVE x", 1),
        ("SENTINEL DEBUG info-period 9999", 0),
        ("SENTINEL SIMULATE-FAILURE help", 0),
        ("SENTINEL IS-MASTER-DOWN-BY-ADDR 10.0.0.1 6379 1 *", 0),
        // A new epoch and a vote, then a vote alone that stands already.
        ("SENTINEL IS-MASTER-DOWN-BY-ADDR 10.0.0.1 6379 1 bbbb", 2),
        ("SENTINEL IS-MASTER-DOWN-BY-ADDR 10.0.0.1 6379 1 cccc", 0),
        ("SENTINEL RESET *", 0),
    ] {
        assert_eq!(saves(&mut lab, ask(line)), times, "{line}");
    }
    let mut lab = Lab::settled(2, 2);
    assert_eq!(
        saves(&mut lab, |lab| lab.hello_from(B, AT_B, 0, 3, M)),
        0,
        "a version without another address"
    );
    assert_eq!(saves(&mut lab, |lab| lab.hello_from(B, AT_B, 4, 3, M)), 1, "an epoch");
    assert_eq!(saves(&mut lab, |lab| lab.hello_from(C, AT_C, 4, 3, M)), 1, "a Sentinel");
    assert_eq!(saves(&mut lab, |lab| lab.hello_from(C, addr(14, 26379), 4, 3, M)), 1, "another place of it");
    assert_eq!(saves(&mut lab, |lab| lab.hello_from(B, AT_B, 4, 5, R2)), 1, "a switch");
    // The epoch of an attempt is saved only with the vote in the next timer, and the promotion at once.
    let mut lab = Lab::settled(2, 2);
    assert_eq!(saves(&mut lab, ask("SENTINEL FAILOVER mymaster")), 0);
    assert_eq!(lab.sentinel.current_epoch(), 1);
    assert_eq!(saves(&mut lab, Lab::tick), 1);
    assert_eq!(lab.saved.as_ref().unwrap().current_epoch(), 1);
    let until = |line: &'static str| {
        move |lab: &mut Lab| {
            while !lab.logged(line) {
                lab.run(1);
            }
        }
    };
    assert_eq!(saves(&mut lab, until("-role-change")), 1, "the promotion");
    assert_eq!(saves(&mut lab, until("+switch-master")), 1, "the switch");
    // Being down, agreeing on it and giving up leave no trace on disk.
    let mut lab = Lab::settled(2, 2);
    lab.node(AT_B).says_down = true;
    lab.node(AT_B).vote = Vote::Nobody;
    lab.crash(M);
    assert_eq!(saves(&mut lab, until("+odown")), 1, "the own vote in the same timer");
    assert_eq!(saves(&mut lab, until("-failover-abort-not-elected")), 0);
    let mut fresh = Lab::start(SentinelConf::new(26379), 1);
    assert_eq!(fresh.saves, 1, "an id");
    fresh.run(1000);
    assert_eq!(fresh.saves, 1);
}
