//! What commands drawn by dice, given to a sentinel of ours and to one of Redis 7.0.15, were answered
//! differently: each as the real one answers.

use super::*;
use crate::sentinel::SentinelConf;

/// CMD-2, CMD-MONITOR-1, CMD-SETOPT-1 to 8, CMD-CONFIG-2, CMD-DEBUG-2, CMD-HELLO-1, CMD-DOWN-1
#[test]
fn a_number_written_oddly_is_none() {
    let mut lab = Lab::settled(2, 1);
    for (line, text) in [
        ("SENTINEL MONITOR m 10.0.0.9 6379 01", "Invalid quorum"),
        ("SENTINEL MONITOR m 10.0.0.9 +1 0", "Invalid port"),
        ("SENTINEL SET mymaster quorum +1", "Invalid argument '+1' for SENTINEL SET 'quorum'"),
        (
            "SENTINEL SET mymaster failover-timeout 01",
            "Invalid argument '01' for SENTINEL SET 'failover-timeout'",
        ),
        (
            "SENTINEL SET mymaster master-reboot-down-after-period -0",
            "Invalid argument '-0' for SENTINEL SET 'master-reboot-down-after-period'",
        ),
        ("SENTINEL CONFIG SET announce-port 01", "Invalid value '01' to SENTINEL CONFIG SET 'announce-port'"),
        ("SENTINEL DEBUG ping-period +1", "Invalid argument '+1' for SENTINEL DEBUG 'ping-period'"),
        ("HELLO +2", "Protocol version is not an integer or out of range"),
        ("SENTINEL IS-MASTER-DOWN-BY-ADDR 10.0.0.1 6379 00 *", "value is not an integer or out of range"),
        ("CLIENT PAUSE 01", "timeout is not an integer or out of range"),
    ] {
        assert_eq!(error(&mut lab, line), format!("ERR {text}"), "{line}");
    }
}

/// CMD-MONITOR-1, CMD-SETOPT-3, CMD-SETOPT-4, CONF-3: a port, a quorum, parallel-syncs are kept in 32 bits.
#[test]
fn numbers_too_large_for_their_place_lose_what_is_above_it() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(
        error(&mut lab, "SENTINEL MONITOR mymaster 10.0.0.9 4294967296 1"),
        "ERR Duplicate master name."
    );
    assert_eq!(lab.ask("SENTINEL MONITOR m 10.0.0.9 4294973675 4294967298"), Reply::ok());
    let m = lab.sentinel.masters().iter().find(|master| master.name() == "m").unwrap();
    assert_eq!((m.instance.addr.port, m.group.quorum), (6379, 2));
    assert_eq!(lab.ask("SENTINEL SET m quorum 9223372036854775807 parallel-syncs 4294967299"), Reply::ok());
    let m = lab.sentinel.masters().iter().find(|master| master.name() == "m").unwrap();
    assert_eq!((m.group.quorum, m.group.parallel_syncs), (u32::MAX, 3));
    let saved = lab.saved.clone().unwrap().to_string();
    assert!(saved.contains("sentinel monitor m 10.0.0.9 6379 -1\n"), "{saved}");
    for line in [
        "sentinel monitor m 10.0.0.9 6379 2147483648",
        "sentinel monitor m 10.0.0.9 6379 99999999999999999999",
    ] {
        assert!(SentinelConf::parse(line).unwrap_err().to_string().ends_with("Quorum must be 1 or greater."));
    }
    let epoch = SentinelConf::parse("sentinel current-epoch -5x").unwrap().current_epoch();
    assert_eq!(epoch, 5_u64.wrapping_neg());
}

/// CMD-1, CMD-2
#[test]
fn what_an_error_repeats_is_one_line() {
    let mut lab = Lab::settled(2, 1);
    let answer = lab.command(&["SENTINEL", "SET", "mymaster", "quorum", "1\r\n2"]);
    assert_eq!(answer, Reply::error("ERR Invalid argument '1  2' for SENTINEL SET 'quorum'"));
    let answer = lab.command(&["x\ny", "a\0b"]);
    assert_eq!(answer, Reply::error("ERR unknown command 'x y', with args beginning with: 'a' "));
}

/// CMD-SHUT-1
#[test]
fn shutdown_takes_no_words_that_contradict_each_other() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(error(&mut lab, "SHUTDOWN SAVE NOSAVE"), "ERR syntax error");
    assert_eq!(error(&mut lab, "SHUTDOWN ABORT ABORT"), "ERR No shutdown in progress.");
    assert_eq!(lab.exit, None);
}

/// CMD-INFOCACHE-1
#[test]
fn a_master_named_twice_has_its_info_once() {
    let mut lab = Lab::settled(2, 1);
    let Reply::Array(cache) = lab.ask("SENTINEL INFO-CACHE mymaster nosuch mymaster") else { panic!() };
    assert_eq!(cache.len(), 2);
}

/// CMD-AUTH-1
#[test]
fn clients_are_shown_and_killed_as_on_a_server() {
    let mut lab = Lab::settled(2, 1);
    let asker = lab.client();
    let shown = text(&lab.ask("CLIENT LIST TYPE normal"));
    assert!(shown.starts_with("id=3 addr=") && shown.contains(" flags=N db=0 "), "{shown}");
    assert!(shown.ends_with(" cmd=client|list user=default redir=-1 resp=2\n"), "{shown}");
    assert_eq!(text(&lab.ask("CLIENT LIST TYPE pubsub")), "");
    assert_eq!(error(&mut lab, "CLIENT LIST ID x"), "ERR Invalid client ID");
    assert_eq!(error(&mut lab, "CLIENT KILL 1.1.1.1:1"), "ERR No such client");
    assert_eq!(lab.ask("CLIENT KILL TYPE replica"), Reply::Integer(0));
    assert_eq!(
        error(&mut lab, "CLIENT PAUSE 0 ALL x"),
        "ERR unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP."
    );
    assert_eq!(lab.ask("CLIENT NO-EVICT on"), Reply::ok());
    assert_eq!(error(&mut lab, "CLIENT TRACKING on"), "ERR 'client tracking' is not simulated");
    // By its address alone a client may end itself, and is answered before.
    let me = lab.sentinel.clients().get(asker).unwrap().peer;
    assert_eq!(lab.ask(&format!("CLIENT KILL {me}")), Reply::ok());
    assert!(lab.sentinel.clients().get(asker).is_none());
}

/// CMD-AUTH-1
#[test]
fn rules_that_change_nothing_are_not_shown() {
    let mut lab = Lab::settled(2, 1);
    for (rules, shown) in [
        ("-@admin", "-@all"),
        ("+ping -@admin", "-@all +ping"),
        ("+@admin -@admin", "-@all"),
        ("+@all +ping -@admin", "+@all -@admin"),
        ("clearselectors", "+@all -@admin"),
    ] {
        if rules != "clearselectors" {
            lab.ask("ACL SETUSER a reset");
        }
        assert_eq!(lab.ask(&format!("ACL SETUSER a {rules}")), Reply::ok(), "{rules}");
        let Reply::Array(lines) = lab.ask("ACL LIST") else { panic!() };
        assert_eq!(text(&lines[0]), format!("user a off sanitize-payload resetchannels {shown}"), "{rules}");
    }
    assert_eq!(lab.command(&["ACL", "SETUSER", "a", ""]), Reply::ok());
    let refused = "ERR Error in ACL SETUSER modifier '(+ping)': Selectors are not simulated";
    assert_eq!(error(&mut lab, "ACL SETUSER a (+ping)"), refused);
    assert!(
        error(&mut lab, "ACL SAVE")
            .starts_with("ERR This Redis instance is not configured to use an ACL file.")
    );
}
