//! sentinel.conf, read and written.

use super::*;
use crate::protocol::split_words;
use crate::sentinel::Sentinel;
use crate::sim::{NodeTime, Rng, Seed};

const ID: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const PEER: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

#[track_caller]
fn refused(text: &str) -> (u32, String) {
    let error = SentinelConf::parse(text).unwrap_err();
    (error.line, error.kind.to_string())
}

/// The file that a Sentinel started from this one saves at once.
fn saved(text: &str) -> SentinelConf {
    let conf = SentinelConf::parse(text).unwrap();
    let mut out = crate::sentinel::SentinelOutbox::default();
    let sentinel = Sentinel::start(conf, Rng::new(Seed(1), 0), NodeTime(1_000_000), &mut out);
    SentinelConf::clone(sentinel.conf())
}

/// CONF-1, TST-INIT-1
#[test]
fn lines_about_a_master_may_stand_before_its_monitor_line() {
    let text = "sentinel down-after-milliseconds setmaster 20000\nsentinel parallel-syncs setmaster 2\n\
                sentinel failover-timeout setmaster 240000\nsentinel monitor setmaster 10.0.0.1 30000 2\n";
    let conf = SentinelConf::parse(text).unwrap();
    let master = &conf.masters()[0];
    assert_eq!(master.down_after, Some(Millis(20_000)));
    assert_eq!(master.failover_timeout, Some(Millis(240_000)));
    assert_eq!(master.parallel_syncs, Some(2));
    let after = saved(text).to_string();
    assert!(after.starts_with(text), "the lines stay where they were: {after}");
}

/// CONF-2
#[test]
fn an_error_names_the_line_as_redis_does() {
    let error = SentinelConf::parse("port 26379\n\n  sentinel monitor m 1.2.3.4 6379 0  \n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nReading the configuration file, at line 3\n\
         >>> 'sentinel monitor m 1.2.3.4 6379 0'\nQuorum must be 1 or greater."
    );
}

/// CONF-2, CONF-20, CONF-21, CONF-22, CONF-23, CONF-28, CONF-29, CONF-31, CONF-32, CONF-34, CONF-38, CONF-39, CONF-40,
/// MOD-37
#[test]
fn what_redis_refuses_is_refused_in_its_words() {
    let unrecognized = "Unrecognized sentinel configuration statement.";
    for (line, text) in [
        ("sentinel moniter m 1.2.3.4 1 1", unrecognized),
        ("sentinel monitor m 1.2.3.4 1", unrecognized),
        ("sentinel parallel-syncs m", unrecognized),
        ("sentinel parallel-syncs m 1 # comment", unrecognized),
        ("sentinel monitor x 1.2.3.4 1 x", "Quorum must be 1 or greater."),
        ("sentinel monitor x host 1 1", "Can't resolve instance hostname."),
        ("sentinel monitor x 1.2.3.4 70000 1", "Invalid port number."),
        ("sentinel monitor m 1.2.3.4 6379 1", "Duplicate master name."),
        ("sentinel down-after-milliseconds m 0", "negative or zero time parameter."),
        ("sentinel failover-timeout m -1", "negative or zero time parameter."),
        ("sentinel master-reboot-down-after-period m -1", "negative time parameter."),
        ("sentinel parallel-syncs x 1", "No such master with specified name."),
        ("sentinel known-replica m host 1", "Can't resolve instance hostname."),
        ("sentinel known-replica m 10.0.0.2 70000", "Invalid port number."),
        (
            "sentinel deny-scripts-reconfig maybe",
            "Please specify yes or no for the deny-scripts-reconfig options.",
        ),
        ("sentinel resolve-hostnames maybe", "Please specify yes or no for the resolve-hostnames option."),
        ("sentinel announce-hostnames maybe", "Please specify yes or no for the announce-hostnames option."),
        ("sentinel myid short", "Malformed Sentinel id in myid option."),
        ("requirepass \"open", "Unbalanced quotes in configuration line"),
        ("port x", "argument couldn't be parsed into an integer"),
        ("port 70000", "argument must be between 0 and 65535 inclusive"),
        ("loglevel loud", "argument(s) must be one of the following: debug, verbose, notice, warning"),
        ("port", "wrong number of arguments"),
        ("foo bar", "Bad directive or wrong number of arguments"),
        ("rename-command flushall \"\"", "No such command in rename-command"),
        ("rename-command SENTINEL ping", "Target command name already exists"),
        ("1.", "Module config specified without value"),
    ] {
        let file = format!("sentinel monitor m 10.0.0.1 6379 2\n{line}\n");
        assert_eq!(refused(&file), (2, text.into()), "{line}");
    }
    let twice = "sentinel monitor m 10.0.0.1 6379 2\nsentinel known-replica m 10.0.0.2 1\nsentinel known-slave m 10.0.0.2 1";
    assert_eq!(refused(twice), (3, "Duplicate hostname and port for replica.".into()));
    let twice = format!(
        "sentinel monitor m 10.0.0.1 6379 2\nsentinel known-sentinel m 10.0.0.2 1 {PEER}\n\
         sentinel known-sentinel m 10.0.0.3 1 {PEER}"
    );
    assert_eq!(refused(&twice), (3, "Duplicate runid for sentinel.".into()));
    let twice =
        "sentinel monitor m 10.0.0.1 6379 2\nsentinel rename-command m a b\nsentinel rename-command m A c";
    assert_eq!(refused(twice), (3, "Same command renamed multiple times with rename-command.".into()));
}

/// CONF-3
#[test]
fn numbers_are_read_as_far_as_they_go() {
    let text = "sentinel monitor m 10.0.0.1 6379 2(votes)\nsentinel failover-timeout m 180000Copied\n\
                sentinel parallel-syncs m x\n";
    let master = &SentinelConf::parse(text).unwrap().masters()[0].clone();
    assert_eq!((master.quorum, master.failover_timeout), (2, Some(Millis(180_000))));
    assert_eq!(master.parallel_syncs, Some(0), "garbage is 0, and 0 is accepted");
}

/// CONF-4, CON-22, MOD-8, CON-20
#[test]
fn defaults_are_those_of_sentinel_mode() {
    let conf = SentinelConf::parse("").unwrap();
    assert_eq!(conf.settings(), &Settings::default());
    assert_eq!(conf.settings().port, 26379);
    assert!(conf.settings().deny_scripts_reconfig);
}

/// CONF-35, CONF-36
#[test]
fn the_current_epoch_is_never_below_a_configurations() {
    let text = "sentinel monitor m 10.0.0.1 6379 2\nsentinel config-epoch m 7\nsentinel current-epoch 5\n";
    assert_eq!(SentinelConf::parse(text).unwrap().current_epoch(), 7);
    let text = "sentinel current-epoch 9\nsentinel monitor m 10.0.0.1 6379 2\nsentinel config-epoch m 7\n";
    assert_eq!(SentinelConf::parse(text).unwrap().current_epoch(), 9);
}

/// CONF-39
#[test]
fn a_known_sentinel_without_an_id_is_passed_over() {
    let text = "sentinel monitor m 10.0.0.1 6379 2\nsentinel known-sentinel m 10.0.0.2 26379\n";
    assert!(SentinelConf::parse(text).unwrap().masters()[0].known_sentinels.is_empty());
    // As a 7.0.15 does: no master is looked up for it.
    let text = "sentinel known-sentinel nobody 10.0.0.2 26379\n";
    assert!(SentinelConf::parse(text).unwrap().masters().is_empty());
}

/// CONF-5, MOD-1
#[test]
fn the_first_start_makes_an_id_and_saves_it() {
    let conf = saved("port 26380\nsentinel monitor m 10.0.0.1 6379 2\n");
    let id = conf.myid().unwrap();
    assert_eq!(id.len(), 40);
    assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let again = saved(&conf.to_string());
    assert_eq!(again.myid(), conf.myid());
}

/// CONF-6, CONF-7, CONF-13, CONF-14
#[test]
fn known_lines_are_replaced_where_they_stand_and_new_ones_appended() {
    let text = "# my sentinel\nport 26379\nsave 900 1\nsentinel monitor m 10.0.0.1 6379 2\n\
                # how long\nsentinel down-after-milliseconds m 30000\nsentinel current-epoch 3\nloglevel verbose\n";
    let conf = saved(text);
    let id = conf.myid().unwrap();
    let expected = format!(
        "# my sentinel\nport 26379\n\nsentinel monitor m 10.0.0.1 6379 2\n# how long\n\nsentinel current-epoch 3\n\
         loglevel verbose\n\n# Generated by CONFIG REWRITE\nprotected-mode no\n\
         latency-tracking-info-percentiles 50 99 99.9\nuser default on nopass ~* &* +@all\n\
         sentinel myid {id}\nsentinel config-epoch m 0\nsentinel leader-epoch m 0\n"
    );
    assert_eq!(conf.to_string(), expected);
}

/// CONF-8
#[test]
fn switches_are_written_if_they_are_unusual_or_were_there() {
    let base = format!("sentinel myid {ID}\n");
    let rewrite = |text: &str| {
        let conf = SentinelConf::parse(&format!("{base}{text}")).unwrap();
        let settings = conf.settings().clone();
        conf.rewritten(settings, ID.into(), 0, Vec::new()).to_string()
    };
    assert!(!rewrite("").contains("hostnames"));
    assert!(rewrite("sentinel resolve-hostnames no\n").contains("sentinel resolve-hostnames no\n"));
    assert!(rewrite("SENTINEL resolve-hostnames yes\n").contains("sentinel resolve-hostnames yes\n"));
    assert!(rewrite("sentinel deny-scripts-reconfig yes\n").contains("deny-scripts-reconfig yes"));
}

/// What is written reads back as what was meant, unless it has blanks or quotes in it.
#[test]
fn a_saved_file_reads_back() {
    let mut master = MasterConf::new("my-master", "10.0.0.1", 6379, 2);
    master.auth_pass = Some("#with-\\-and-more".into());
    master.auth_user = Some("ève".into());
    master.notification_script = Some("/path/to/notify".into());
    master.renamed_commands = vec![("config".into(), "cfg".into())];
    master.master_reboot_down_after = Millis(5000);
    master.parallel_syncs = Some(0);
    master.known_replicas = vec![("10.0.0.2".into(), 6379), ("::1".into(), 6380)];
    master.known_sentinels = vec![("10.0.0.12".into(), 26379, PEER.into())];
    master.config_epoch = 4;
    master.leader_epoch = 6;
    // A default user that was read shows so.
    let acl = SentinelConf::parse("user default on nopass ~* &* +@all").unwrap().settings().acl.clone();
    let settings = Settings {
        acl,
        announce_ip: Some("with \"blank\" é".into()),
        announce_port: 77,
        resolve_hostnames: true,
        sentinel_pass: Some("a%b".into()),
        ..Settings::default()
    };
    let conf = SentinelConf::new(26379).rewritten(settings, ID.into(), 9, vec![master]);
    assert_eq!(SentinelConf::parse(&conf.to_string()).unwrap(), conf, "{conf}");
}

/// CONF-6, CONF-13, CONF-14: the files that a redis-sentinel 7.0.15 wrote, flush by flush.
#[test]
fn each_flush_begins_after_an_empty_line_and_values_stand_as_they_are() {
    let text = format!(
        "PORT 26379\nlogfile /var/log/s.log\nMaxMemory 1024kb\nprotected-mode NO\n\
         latency-tracking-info-percentiles 50 99 99.9\nsentinel myid {ID}\nsentinel monitor m 10.0.0.1 6379 2\n"
    );
    let conf = SentinelConf::parse(&text).unwrap();
    let (mut settings, mut masters) = (conf.settings().clone(), conf.masters().to_vec());
    let head = format!(
        "port 26379\nlogfile \"/var/log/s.log\"\nmaxmemory 1mb\nprotected-mode no\n\
         latency-tracking-info-percentiles 50 99 99.9\nsentinel myid {ID}\nsentinel monitor m 10.0.0.1 6379 2\n\n\
         # Generated by CONFIG REWRITE\nuser default on nopass ~* &* +@all\nsentinel config-epoch m 0\n\
         sentinel leader-epoch m 0\nsentinel current-epoch 0\n"
    );
    let flush = |conf: &SentinelConf, settings: &Settings, masters: &[MasterConf]| {
        conf.rewritten(settings.clone(), ID.into(), 0, masters.to_vec())
    };
    let conf = flush(&conf, &settings, &masters);
    assert_eq!(conf.to_string(), head);
    let conf = flush(&conf, &settings, &masters);
    assert_eq!(conf.to_string(), format!("{head}\n"));
    masters[0].auth_pass = Some("a b".into());
    let conf = flush(&conf, &settings, &masters);
    assert_eq!(conf.to_string(), format!("{head}\nsentinel auth-pass m a b\n"));
    let error = SentinelConf::parse(&conf.to_string()).unwrap_err().to_string();
    assert!(
        error.ends_with(">>> 'sentinel auth-pass m a b'\nUnrecognized sentinel configuration statement."),
        "{error}"
    );
    settings.sentinel_pass = Some("x\"y".into());
    masters[0].auth_pass = None;
    let conf = flush(&conf, &settings, &masters);
    assert_eq!(conf.to_string(), format!("{head}\nsentinel sentinel-pass x\"y\n"));
    let conf = flush(&conf, &settings, &masters);
    let lost = "# ??? sentinel sentinel-pass x\"y\n";
    assert_eq!(conf.to_string(), format!("{head}\n{lost}\nsentinel sentinel-pass x\"y\n"));
}

#[test]
fn quoted_words_are_read_as_redis_reads_them() {
    for (line, expected) in [
        (r#"a "b c" d"#, Some(vec!["a", "b c", "d"])),
        (r"a 'b \'c' d", Some(vec!["a", "b 'c", "d"])),
        (r#""\x41\n\"""#, Some(vec!["A\n\""])),
        (r#""\xc3\xa9" é"#, Some(vec!["é", "é"])),
        ("  a\tb  ", Some(vec!["a", "b"])),
        (r#"a """#, Some(vec!["a", ""])),
        (r#""a"b"#, None),
        (r#"a "b"#, None),
        ("a 'b", None),
    ] {
        let expected = expected.map(|words| words.into_iter().map(String::from).collect::<Vec<_>>());
        assert_eq!(split_words(line), expected, "{line}");
    }
}

/// Builders write what an operator would.
#[test]
fn a_conf_made_of_parts_has_the_lines_of_a_handwritten_one() {
    let mut master = MasterConf::new("mymaster", "10.0.0.1", 6379, 2);
    master.down_after = Some(Millis(2000));
    let conf = SentinelConf::new(26379).monitor(master);
    let text = "port 26379\nsentinel monitor mymaster 10.0.0.1 6379 2\nsentinel down-after-milliseconds mymaster 2000\n";
    assert_eq!(conf.to_string(), text);
    assert_eq!(SentinelConf::parse(text).unwrap(), conf);
}

/// CONF-13, CONF-7, CONF-8
#[test]
fn everything_there_is_is_written_in_redis_order() {
    let mut master = MasterConf::new("m", "10.0.0.1", 6379, 2);
    master.down_after = Some(Millis(1));
    master.failover_timeout = Some(Millis(2));
    master.parallel_syncs = Some(3);
    master.notification_script = Some("/notify".into());
    master.client_reconfig_script = Some("/reconf".into());
    master.auth_pass = Some("pass".into());
    master.auth_user = Some("user".into());
    master.master_reboot_down_after = Millis(4);
    master.known_replicas = vec![("10.0.0.2".into(), 6379), ("10.0.0.3".into(), 6379)];
    master.known_sentinels = vec![("10.0.0.12".into(), 26379, PEER.into())];
    master.renamed_commands = vec![("ping".into(), "gnip".into())];
    let settings = Settings {
        deny_scripts_reconfig: false,
        resolve_hostnames: true,
        announce_hostnames: true,
        announce_ip: Some("1.2.3.4".into()),
        announce_port: 5,
        sentinel_user: Some("u".into()),
        sentinel_pass: Some("p".into()),
        ..Settings::default()
    };
    let conf = SentinelConf::new(26379).rewritten(settings, ID.into(), 9, vec![master]);
    let expected = format!(
        "port 26379\n\n# Generated by CONFIG REWRITE\nprotected-mode no\n\
         latency-tracking-info-percentiles 50 99 99.9\nuser default on nopass ~* &* +@all\nsentinel myid {ID}\nsentinel deny-scripts-reconfig no\n\
         sentinel resolve-hostnames yes\nsentinel announce-hostnames yes\nsentinel monitor m 10.0.0.1 6379 2\n\
         sentinel down-after-milliseconds m 1\nsentinel failover-timeout m 2\nsentinel parallel-syncs m 3\n\
         sentinel notification-script m /notify\nsentinel client-reconfig-script m /reconf\n\
         sentinel auth-pass m pass\nsentinel auth-user m user\nsentinel master-reboot-down-after-period m 4\n\
         sentinel config-epoch m 0\nsentinel leader-epoch m 0\nsentinel known-replica m 10.0.0.2 6379\n\
         sentinel known-replica m 10.0.0.3 6379\nsentinel known-sentinel m 10.0.0.12 26379 {PEER}\n\
         sentinel rename-command m ping gnip\nsentinel current-epoch 9\nsentinel announce-ip \"1.2.3.4\"\n\
         sentinel announce-port 5\nsentinel sentinel-user u\nsentinel sentinel-pass p\n"
    );
    assert_eq!(conf.to_string(), expected);
}

/// NEW-6, CONF-38: in 7.0 the old word is dropped, and the new one appended.
#[test]
fn a_known_slave_comes_back_as_a_known_replica_at_the_end() {
    let text = format!(
        "sentinel myid {ID}\nsentinel monitor m 10.0.0.1 6379 2\nsentinel known-slave m 10.0.0.2 6379\n\
         sentinel current-epoch 0\n"
    );
    let conf = SentinelConf::parse(&text).unwrap();
    assert_eq!(conf.masters()[0].known_replicas, [("10.0.0.2".into(), 6379)]);
    let masters = conf.masters().to_vec();
    let saved = conf.rewritten(conf.settings().clone(), ID.into(), 0, masters).to_string();
    let expected = format!(
        "sentinel myid {ID}\nsentinel monitor m 10.0.0.1 6379 2\n\nsentinel current-epoch 0\n\n\
         # Generated by CONFIG REWRITE\nprotected-mode no\nlatency-tracking-info-percentiles 50 99 99.9\n\
         user default on nopass ~* &* +@all\nsentinel config-epoch m 0\nsentinel leader-epoch m 0\n\
         sentinel known-replica m 10.0.0.2 6379\n"
    );
    assert_eq!(saved, expected);
}

/// CONF-20 to CONF-39
#[test]
fn every_directive_has_its_default_and_is_read() {
    let plain = SentinelConf::parse("sentinel monitor m 10.0.0.1 6379 2\n").unwrap();
    assert_eq!(plain.masters(), [MasterConf::new("m", "10.0.0.1", 6379, 2)]);
    assert_eq!((plain.settings(), plain.myid(), plain.current_epoch()), (&Settings::default(), None, 0));
    let text = format!(
        "sentinel monitor m 10.0.0.1 6379 2\nsentinel down-after-milliseconds m 1000\nsentinel failover-timeout m 2000\n\
         sentinel parallel-syncs m -1\nsentinel notification-script m /notify\n\
         sentinel client-reconfig-script m /reconf\nsentinel auth-pass m pass\nsentinel auth-user m user\n\
         sentinel rename-command m PING gnip\nsentinel master-reboot-down-after-period m 0\n\
         sentinel announce-ip 1.2.3.4\nsentinel announce-port 7001\nsentinel deny-scripts-reconfig NO\n\
         sentinel resolve-hostnames yes\nsentinel announce-hostnames Yes\nsentinel sentinel-user u\n\
         sentinel sentinel-pass p\nsentinel myid {ID}\nsentinel current-epoch 5\nsentinel config-epoch m 3\n\
         sentinel leader-epoch m 4\nsentinel known-slave m 10.0.0.2 6379\nsentinel known-replica m 10.0.0.3 6379\n\
         sentinel known-sentinel m 10.0.0.12 26379 {PEER}\n"
    );
    let conf = SentinelConf::parse(&text).unwrap();
    let master = &conf.masters()[0];
    assert_eq!((master.down_after, master.failover_timeout), (Some(Millis(1000)), Some(Millis(2000))));
    assert_eq!((master.parallel_syncs, master.master_reboot_down_after), (Some(-1), Millis(0)));
    assert_eq!(master.notification_script.as_deref(), Some("/notify"));
    assert_eq!(master.client_reconfig_script.as_deref(), Some("/reconf"));
    assert_eq!((master.auth_pass.as_deref(), master.auth_user.as_deref()), (Some("pass"), Some("user")));
    assert_eq!(master.renamed_commands, [("PING".into(), "gnip".into())]);
    assert_eq!((master.config_epoch, master.leader_epoch), (3, 4));
    assert_eq!(master.known_replicas, [("10.0.0.2".into(), 6379), ("10.0.0.3".into(), 6379)]);
    assert_eq!(master.known_sentinels, [("10.0.0.12".into(), 26379, PEER.into())]);
    let settings = conf.settings();
    assert_eq!((settings.announce_ip.as_deref(), settings.announce_port), (Some("1.2.3.4"), 7001));
    assert!(!settings.deny_scripts_reconfig && settings.resolve_hostnames && settings.announce_hostnames);
    assert_eq!(
        (settings.sentinel_user.as_deref(), settings.sentinel_pass.as_deref()),
        (Some("u"), Some("p"))
    );
    assert_eq!((conf.myid().map(ArcStr::as_str), conf.current_epoch()), (Some(ID), 5));
    // What is set to nothing is not set.
    let empty = "sentinel announce-ip \"\"\nsentinel sentinel-user \"\"\nsentinel sentinel-pass \"\"\n";
    assert_eq!(SentinelConf::parse(empty).unwrap().settings(), &Settings::default());
    // A name need not mean anything yet, where names are looked up.
    let named = "sentinel resolve-hostnames yes\nsentinel monitor m redis1 6379 1\n";
    assert_eq!(SentinelConf::parse(named).unwrap().masters()[0].host, "redis1");
}
