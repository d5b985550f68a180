//! Whatever comes in, a Sentinel goes on: input is answered, refused or ignored, never a reason to fall over.

use super::lab::*;
use crate::protocol::{ArcStr, Command, HELLO_CHANNEL, Input, Reply};
use crate::sentinel::SentinelConf;
use crate::sim::{Rng, Seed};

const WORDS: &[&str] = &[
    "SENTINEL",
    "MASTERS",
    "MASTER",
    "REPLICAS",
    "SENTINELS",
    "RESET",
    "FAILOVER",
    "CKQUORUM",
    "FLUSHCONFIG",
    "MONITOR",
    "REMOVE",
    "SET",
    "CONFIG",
    "GET",
    "DEBUG",
    "INFO-CACHE",
    "PENDING-SCRIPTS",
    "SIMULATE-FAILURE",
    "MYID",
    "HELP",
    "IS-MASTER-DOWN-BY-ADDR",
    "GET-MASTER-ADDR-BY-NAME",
    "PING",
    "INFO",
    "ROLE",
    "HELLO",
    "CLIENT",
    "KILL",
    "LIST",
    "SETNAME",
    "AUTH",
    "ACL",
    "WHOAMI",
    "COMMAND",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "PSUBSCRIBE",
    "PUBLISH",
    "mymaster",
    "other",
    "10.0.0.1",
    "10.0.0.9",
    "::1",
    "no-host",
    "6379",
    "0",
    "1",
    "-1",
    "70000",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "x",
    "",
    "*",
    "[",
    "\\",
    "a b",
    "\u{e9}\u{e9}\u{e9}",
    "down-after-milliseconds",
    "failover-timeout",
    "parallel-syncs",
    "quorum",
    "rename-command",
    "auth-pass",
    "info-period",
    "ping-period",
    "publish-period",
    "ask-period",
    "election-timeout",
    "script-retry-delay",
    "announce-ip",
    "announce-port",
    "sentinel-pass",
    "help",
    "__sentinel__:hello",
    "+sdown",
    "yes",
    "no",
];

fn pick<'a>(rng: &mut Rng, words: &[&'a str]) -> &'a str {
    words[rng.below(words.len() as u32) as usize]
}

#[test]
fn no_command_makes_a_sentinel_fall_over() {
    for seed in 0..20 {
        let mut rng = Rng::new(Seed(seed), 1);
        let mut lab = Lab::settled(2, 3);
        let conn = lab.client();
        for _ in 0..400 {
            let mut words: Vec<ArcStr> =
                vec![["SENTINEL", pick(&mut rng, WORDS)][rng.below(2) as usize].into()];
            for _ in 0..rng.below(7) {
                words.push(pick(&mut rng, WORDS).into());
            }
            let command = Command::parse(&words).unwrap();
            lab.answers.clear();
            lab.give(Input::Received(conn, command.into()));
            assert!(!lab.answers.is_empty(), "{words:?} is not answered");
            // A client that cannot ask any more asks on another connection.
            lab.give(Input::Received(conn, Command::parse(&["UNSUBSCRIBE".into()]).unwrap().into()));
            lab.give(Input::Received(conn, Command::parse(&["PUNSUBSCRIBE".into()]).unwrap().into()));
            lab.run(i64::from(rng.below(700)));
        }
        let text = lab.sentinel.conf().to_string();
        let read = SentinelConf::parse(&text).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}"));
        assert_eq!(read.masters(), lab.sentinel.conf().masters(), "{text}");
    }
}

#[test]
fn no_message_makes_a_sentinel_fall_over() {
    for seed in 0..20 {
        let mut rng = Rng::new(Seed(seed), 2);
        let mut lab = Lab::settled(2, 3);
        for _ in 0..300 {
            let fields: Vec<&str> = (0..7 + rng.below(3)).map(|_| pick(&mut rng, WORDS)).collect();
            lab.say_hello(&fields.join(","));
            let likely = [pick(&mut rng, WORDS), pick(&mut rng, WORDS), pick(&mut rng, WORDS)];
            let [port, epoch, config_epoch] = likely;
            lab.say_hello(&format!("10.0.0.14,{port},{B},{epoch},mymaster,10.0.0.3,6379,{config_epoch}"));
            let lines: Vec<String> = (0..rng.below(8))
                .map(|_| {
                    let keys = [
                        "role:",
                        "slave0:ip=",
                        "slave1:",
                        "run_id:",
                        "master_host:",
                        "master_port:",
                        "slave_priority:",
                        "slave_repl_offset:",
                        "master_link_down_since_seconds:",
                    ];
                    let (key, value) = (pick(&mut rng, &keys), pick(&mut rng, WORDS));
                    format!("{key}{value},port={},x\r\n", pick(&mut rng, WORDS))
                })
                .collect();
            lab.extra_info = lines.concat();
            lab.run(i64::from(rng.below(3000)));
        }
    }
}

#[test]
fn replies_of_any_shape_are_borne() {
    let shapes = [
        Reply::ok(),
        Reply::Error("".into()),
        Reply::Integer(i64::MIN),
        Reply::Nil,
        Reply::NilArray,
        Reply::Array(Vec::new()),
        Reply::bulk("\u{e9}"),
        Reply::Pushed { channel: HELLO_CHANNEL, message: ",,,,,,,".into() },
    ];
    let mut rng = Rng::new(Seed(1), 3);
    let mut lab = Lab::settled(2, 3);
    for _ in 0..3000 {
        let link = lab.link(&lab.master().instance);
        let conns: Vec<_> = link.cc.iter().chain(&link.pc).map(|conn| conn.id).collect();
        if let Some(conn) = conns.get(rng.below(2) as usize) {
            let reply = shapes[rng.below(shapes.len() as u32) as usize].clone();
            lab.give(Input::Received(*conn, reply.into()));
        }
        lab.run(i64::from(rng.below(300)));
    }
    assert!(lab.exit.is_none());
}
