//! Which commands there are, and those that a Sentinel has in common with a server.

use super::super::lab::*;
use super::{error, text};
use crate::protocol::{ArcStr, Command, Ending, Input, Reply};
use crate::sentinel::SentinelConf;

/// CMD-1, NEW-8
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

/// CMD-2, VER-9, NEW-8
#[test]
fn wrong_arguments_and_subcommands_are_answered_as_redis_does() {
    let mut lab = Lab::settled(2, 1);
    for (line, text) in [
        ("SENTINEL", "ERR wrong number of arguments for 'sentinel' command"),
        ("SENTINEL MASTER", "ERR wrong number of arguments for 'sentinel|master' command"),
        ("sentinel Set mymaster quorum", "ERR wrong number of arguments for 'sentinel|set' command"),
        ("SENTINEL WHAT", "ERR unknown subcommand 'WHAT'. Try SENTINEL HELP."),
        ("CLIENT WHAT", "ERR unknown subcommand 'WHAT'. Try CLIENT HELP."),
        ("CLIENT SETINFO lib-name x", "ERR unknown subcommand 'SETINFO'. Try CLIENT HELP."),
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
    lab.give(Input::Closed(all, Ending::Closed));
    lab.answers.clear();
    lab.hello_from(B, AT_B, 2, 2, R3);
    assert_eq!(lab.events_for(all), []);
}

/// EVT-49, LOG-2, EVT-50
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
    let log = lab.log();
    assert!(log.ends_with(
        &["User requested shutdown...", "Sentinel is now ready to exit, bye bye..."].map(str::to_owned)
    ));
}

/// CMD-SHUT-1: a signal's handler only takes a note; what is on its way is still answered.
#[test]
fn a_signal_ends_the_process_with_the_timers_next_turn() {
    let mut lab = Lab::settled(2, 1);
    let saves = lab.saves;
    lab.give(Input::Terminate);
    assert_eq!(lab.exit, None);
    assert_eq!(lab.ask("PING"), Reply::pong());
    lab.give(Input::Timer);
    assert_eq!(lab.exit, Some(0));
    assert_eq!(lab.saves, saves);
    assert_eq!(lab.log().last().map(String::as_str), Some("Sentinel is now ready to exit, bye bye..."));
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
    let typed = lab.ask("SENTINEL is-master-down-by-addr 10.0.0.9 6379 0 *");
    let worded = lab.ask("SENTINEL is-master-down-by-addr 10.0.0.9 70000 0 *");
    assert_eq!(typed, worded);
}

/// CMD-AUTH-1, CMD-HELLO-1
#[test]
fn clients_name_themselves_and_kill_each_other() {
    let mut lab = Lab::settled(2, 1);
    let asker = lab.client();
    assert!(!lab.ask("HELLO 3 AUTH default whatever SETNAME me").is_error(), "any password does");
    assert_eq!(lab.ask("CLIENT GETNAME"), Reply::bulk("me"));
    assert_eq!(error(&mut lab, "HELLO x"), "ERR Protocol version is not an integer or out of range");
    assert_eq!(error(&mut lab, "HELLO 2 WHAT"), "ERR Syntax error in HELLO option 'WHAT'");
    assert!(error(&mut lab, "HELLO 2 AUTH eve pass").starts_with("WRONGPASS"));
    let named = lab.command(&["CLIENT", "SETNAME", "with blank"]);
    let refused = "ERR Client names cannot contain spaces, newlines or special characters.";
    assert_eq!(named, Reply::error(refused));
    assert_eq!(lab.command(&["HELLO", "2", "SETNAME", "with blank"]), Reply::error(refused));
    assert!(error(&mut lab, "AUTH secret").starts_with("ERR AUTH <password> called without any password"));
    assert_eq!(error(&mut lab, "AUTH a b c"), "ERR syntax error");
    let other = lab.connect_client();
    let list = text(&lab.ask("CLIENT LIST"));
    assert_eq!(list.lines().count(), 2);
    assert!(list.contains("name=me"), "{list}");
    assert_eq!(error(&mut lab, "CLIENT KILL ID x"), "ERR client-id should be greater than 0");
    assert_eq!(error(&mut lab, "CLIENT KILL TYPE x"), "ERR Unknown client type 'x'");
    assert_eq!(error(&mut lab, "CLIENT KILL WHAT x"), "ERR syntax error");
    assert_eq!(lab.ask("CLIENT KILL ADDR 1.1.1.1:1"), Reply::Integer(0));
    let id = lab.sentinel.clients().get(other).unwrap().id;
    assert_eq!(lab.ask(&format!("CLIENT KILL ID {id}")), Reply::Integer(1));
    assert!(lab.sentinel.clients().get(other).is_none() && lab.sentinel.clients().get(asker).is_some());
    let other = lab.connect_client();
    let addr = lab.sentinel.clients().get(other).unwrap().peer;
    assert_eq!(lab.ask(&format!("CLIENT KILL ADDR {addr}")), Reply::Integer(1));
    assert!(lab.sentinel.clients().get(other).is_none());
}

/// CMD-SHUT-1
#[test]
fn shutdown_knows_its_words() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(error(&mut lab, "SHUTDOWN ABORT"), "ERR No shutdown in progress.");
    assert_eq!(error(&mut lab, "SHUTDOWN ABORT NOW"), "ERR syntax error");
    assert_eq!(error(&mut lab, "SHUTDOWN LATER"), "ERR syntax error");
    assert_eq!(lab.exit, None);
}

/// TIM-3: recorded (44d), where the other Sentinels take it for down while it goes on watching.
#[test]
fn while_clients_are_paused_nobody_is_answered_and_the_watch_goes_on() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(error(&mut lab, "CLIENT PAUSE x"), "ERR timeout is not an integer or out of range");
    assert_eq!(error(&mut lab, "CLIENT PAUSE -1"), "ERR timeout is negative");
    assert_eq!(error(&mut lab, "CLIENT PAUSE 1 NO"), "ERR CLIENT PAUSE mode must be WRITE or ALL");
    assert_eq!(lab.ask("CLIENT PAUSE 9000 WRITE"), Reply::ok(), "nobody writes");
    assert_eq!(lab.ask("CLIENT PAUSE 3000"), Reply::ok());
    let conn = lab.connect_client();
    lab.give(Input::Received(conn, Command::Ping.into()));
    let pinged = lab.times(R2, "PING").len();
    lab.run(2900);
    assert_eq!(lab.events_for(conn), []);
    lab.run(300);
    assert_eq!(lab.events_for(conn), [Reply::pong()]);
    assert!(lab.times(R2, "PING").len() >= pinged + 2);
}
