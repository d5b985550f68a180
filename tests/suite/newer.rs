//! 14-debug-command, 15-config-set-config-get, and what the newer tree adds to others. Where the command is
//! newer than 7.0.15 its answer there is asserted (spec section 20).

use crate::lab::*;
use sentinel_lab::cluster::Condition;
use sentinel_lab::protocol::Reply;

/// TST-14-1
#[test]
fn debug_shows_and_sets_its_figures() {
    let mut s = suite();
    let shown = words(&s.at(0, "SENTINEL DEBUG"));
    assert_eq!(shown[..2], ["INFO-PERIOD", "10000"]);
    assert_eq!(s.at(0, "SENTINEL DEBUG info-period 8888"), Reply::ok());
    assert_eq!(words(&s.at(0, "SENTINEL DEBUG"))[1], "8888");
    assert_eq!(s.at(0, "SENTINEL DEBUG info-period 10000"), Reply::ok());
    assert_eq!(words(&s.at(0, "SENTINEL DEBUG"))[1], "10000");
}

/// TST-15-1: several options in a call are newer (NEW-2); 7.0.15 takes one and refuses more.
#[test]
fn config_set_takes_one_option() {
    const USAGE: &str = "ERR Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported.";
    let mut s = suite();
    for line in [
        "SET resolve-hostnames yes announce-port 1234",
        "GET resolve-hostnames announce-port",
        "SET resolve-hostnames yes resolve-hostnames no",
        "SET announce-port",
    ] {
        assert_eq!(s.error_at(0, &format!("SENTINEL CONFIG {line}")), USAGE, "{line}");
    }
    assert_eq!(words(&s.at(0, "SENTINEL CONFIG GET resolve-hostnames")), ["resolve-hostnames", "no"]);
    let error = s.error_at(0, "SENTINEL CONFIG SET fakeoption 1");
    assert_eq!(error, "ERR Invalid argument 'fakeoption' to SENTINEL CONFIG SET");
    let error = s.error_at(0, "SENTINEL CONFIG SET resolve-hostnames abc");
    assert_eq!(error, "ERR Invalid value 'abc' to SENTINEL CONFIG SET 'resolve-hostnames'");
    assert_eq!(words(&s.at(0, "SENTINEL CONFIG GET fakeoption")), [""; 0]);
    assert_eq!(s.at(0, "SENTINEL CONFIG SET announce-port 1234"), Reply::ok());
    let shown = map(&s.at(0, "SENTINEL CONFIG GET *"));
    assert_eq!(shown["announce-port"], "1234");
    assert_eq!(shown.len(), 6);
}

/// TST-NEW-1: 7.0.15 has the same commands but CLIENT SETINFO (NEW-8).
#[test]
fn each_command_answers() {
    let mut s = suite();
    let names = words(&s.at(0, "COMMAND LIST"));
    for name in ["ping", "info", "subscribe"] {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
    for name in ["save", "bgrewriteaof", "blpop", "replicaof", "client|setinfo"] {
        assert!(!names.iter().any(|known| known == name), "{name}");
    }
    assert!(words(&s.at(0, "SENTINEL HELP")).len() > 10);
    assert_eq!(text(&s.at(0, "SENTINEL MYID")).len(), 40);
    let Reply::Array(cache) = s.at(0, "SENTINEL INFO-CACHE mymaster") else { panic!() };
    assert_eq!(cache[0], Reply::bulk("mymaster"));
    assert!(matches!(&cache[1], Reply::Array(entries) if entries.len() == NODES));
    assert_eq!(s.at(0, "SENTINEL PENDING-SCRIPTS"), Reply::Array(Vec::new()));
    assert!(matches!(s.at(0, "SENTINEL MASTERS"), Reply::Array(masters) if masters.len() == 1));
    assert_eq!(s.listed(0, "SENTINELS").len(), 4);
    assert_eq!(s.listed(0, "SLAVES").len(), 4);
    let help = words(&s.at(0, "SENTINEL SIMULATE-FAILURE HELP"));
    assert_eq!(help, ["crash-after-election", "crash-after-promotion"]);
    assert_eq!(s.at(0, "SENTINEL RESET mymaster"), Reply::Integer(1));
    assert!(s.listed(0, "SENTINELS").is_empty());
    assert!(s.listed(0, "SLAVES").is_empty());
}

/// TST-NEW-2: the option is newer (NEW-3); 7.0.15 refuses it.
#[test]
fn the_log_level_cannot_be_set() {
    let mut s = suite();
    for level in ["debug", "verbose", "notice", "warning", "nothing"] {
        let error = s.error_at(0, &format!("SENTINEL CONFIG SET loglevel {level}"));
        assert_eq!(error, "ERR Invalid argument 'loglevel' to SENTINEL CONFIG SET");
    }
    assert_eq!(words(&s.at(0, "SENTINEL CONFIG GET loglevel")), [""; 0]);
}

/// TST-NEW-3
#[test]
fn a_second_failover_is_refused() {
    let mut s = suite();
    s.eventually(10, "it is accepted", |s| s.at(0, "SENTINEL FAILOVER mymaster") == Reply::ok());
    assert_eq!(s.error_at(0, "SENTINEL FAILOVER mymaster"), "INPROG Failover already in progress");
}

/// TST-NEW-4
#[test]
fn a_simulated_failure_ends_the_process() {
    for failure in ["crash-after-election", "crash-after-promotion"] {
        let mut s = suite();
        assert_eq!(s.at(0, &format!("SENTINEL SIMULATE-FAILURE {failure}")), Reply::ok());
        assert_eq!(s.at(0, "SENTINEL FAILOVER mymaster"), Reply::ok());
        s.eventually(20, failure, |s| s.world.condition(s.sentinels[0]) == Condition::Dead);
        // Nobody answers any more: the connection is refused.
        assert_eq!(s.at(0, "PING"), Reply::Nil);
    }
}
