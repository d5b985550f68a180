use super::*;
use crate::redis::RedisConf;
use crate::scenario::{NodeSpec, Role};
use crate::sim::{Addr, Seed};

fn read(text: &str) -> FromConf {
    Scenario::from_conf("sentinel.conf", text, &ConfOptions::default()).unwrap()
}

#[track_caller]
fn refused(text: &str, options: &ConfOptions) -> String {
    Scenario::from_conf("sentinel.conf", text, options).unwrap_err().to_string()
}

/// Each node with its address.
fn addresses(scenario: &Scenario) -> Vec<String> {
    let line = |node: &NodeSpec| {
        let ip = scenario.hosts[node.host.0 as usize].ip;
        format!("{} {}", node.name, Addr::new(ip, node.port))
    };
    scenario.nodes.iter().map(line).collect()
}

fn conf_of<'a>(scenario: &'a Scenario, name: &str) -> &'a str {
    &scenario.nodes.iter().find(|node| node.name == name).unwrap().conf
}

const ID: [&str; 3] = [
    "1111111111111111111111111111111111111111",
    "2222222222222222222222222222222222222222",
    "3333333333333333333333333333333333333333",
];

/// A group of three machines, each with a Redis and a sentinel, as one of the sentinels left its file.
fn three_machines() -> String {
    format!(
        "port 26379\nsentinel myid {}\nsentinel monitor mymaster 192.168.58.133 6379 2\n\
         sentinel config-epoch mymaster 4\nsentinel leader-epoch mymaster 4\n\
         sentinel known-replica mymaster 192.168.58.134 6379\n\
         sentinel known-replica mymaster 192.168.58.135 6379\n\
         sentinel known-sentinel mymaster 192.168.58.134 26379 {}\n\
         sentinel known-sentinel mymaster 192.168.58.135 26379 {}\nsentinel current-epoch 4\n",
        ID[0], ID[1], ID[2]
    )
}

/// PER-2, CONF-38, CONF-39
#[test]
fn what_the_file_knows_stands_where_it_says_and_keeps_its_past() {
    let FromConf { scenario, notes } = read(&three_machines());
    assert_eq!(
        addresses(&scenario),
        [
            "M0 192.168.58.133:6379",
            "R1 192.168.58.134:6379",
            "R2 192.168.58.135:6379",
            // The one machine that has a Redis and no other sentinel.
            "S1 192.168.58.133:26379",
            "S2 192.168.58.134:26379",
            "S3 192.168.58.135:26379",
        ]
    );
    assert_eq!(notes, [Note::OwnAddress("192.168.58.133".parse().unwrap())]);
    let second = conf_of(&scenario, "S2");
    for line in [
        &format!("sentinel myid {}", ID[1]),
        "sentinel config-epoch mymaster 4",
        "sentinel current-epoch 4",
        &format!("sentinel known-sentinel mymaster 192.168.58.133 26379 {}", ID[0]),
        &format!("sentinel known-sentinel mymaster 192.168.58.135 26379 {}", ID[2]),
    ] {
        assert!(second.lines().any(|own| own == line), "{line} is missing in\n{second}");
    }
    assert!(!second.contains(&format!("26379 {}", ID[1])), "it is no peer of its own");

    let begun = scenario.begin(Seed(1));
    assert!(begun.stable);
    let sentinel = begun.cluster.node(begun.cluster.node_named("S2").unwrap()).sentinel().unwrap();
    assert_eq!((sentinel.myid().as_str(), sentinel.current_epoch()), (ID[1], 4));
}

#[test]
fn what_the_file_does_not_know_is_added_beside_the_master() {
    let FromConf { scenario, notes } = read("sentinel monitor m 10.1.2.3 7000 2\n");
    assert_eq!(
        addresses(&scenario),
        [
            "M0 10.1.2.3:7000",
            "R1 10.1.2.4:7000",
            "R2 10.1.2.5:7000",
            "S1 10.1.2.6:26379",
            "S2 10.1.2.7:26379",
            "S3 10.1.2.8:26379"
        ]
    );
    assert_eq!(
        notes,
        [
            Note::ReplicasAdded { count: 2, master: "m".into(), known: 0 },
            Note::SentinelsAdded { count: 2, known: 1 },
            Note::OwnAddress("10.1.2.6".parse().unwrap()),
        ]
    );
    let options = ConfOptions { replicas: Some(1), sentinels: Some(5), ..ConfOptions::default() };
    let made = Scenario::from_conf("x", "sentinel monitor m 10.1.2.3 7000 2", &options).unwrap();
    assert_eq!(made.scenario.nodes.len(), 1 + 1 + 5);
    assert!(made.scenario.begin(Seed(1)).stable);
}

#[test]
fn a_loopback_address_is_one_machine() {
    let FromConf { scenario, notes } = read("port 5000\nsentinel monitor m 127.0.0.1 6379 2\n");
    assert_eq!(scenario.hosts.len(), 1);
    assert_eq!(
        addresses(&scenario),
        [
            "M0 127.0.0.1:6379",
            "R1 127.0.0.1:6380",
            "R2 127.0.0.1:6381",
            "S1 127.0.0.1:5000",
            "S2 127.0.0.1:5001",
            "S3 127.0.0.1:5002"
        ]
    );
    assert!(notes.contains(&Note::Loopback("127.0.0.1".parse().unwrap())));
    assert!(scenario.begin(Seed(1)).stable);
}

#[test]
fn ipv6_runs_like_any_other() {
    let scenario = read("sentinel monitor m 2001:db8::7 6379 2\n").scenario;
    assert_eq!(addresses(&scenario)[1], "R1 [2001:db8::8]:6379");
    assert!(scenario.begin(Seed(1)).stable);
}

/// HELLO-1, CONF-30
#[test]
fn an_announced_address_is_where_the_sentinel_is() {
    let text = "port 26379\nsentinel monitor m 10.1.2.3 6379 2\nsentinel announce-ip 10.9.9.9\n\
                sentinel announce-port 5000\n";
    let FromConf { scenario, notes } = read(text);
    assert!(addresses(&scenario).contains(&"S1 10.9.9.9:5000".to_owned()));
    assert!(notes.contains(&Note::PortMoved { from: 26379, to: 5000 }));
    assert!(conf_of(&scenario, "S1").starts_with("port 5000\n"));
    assert!(scenario.begin(Seed(1)).stable);
    let bound = read("bind 127.0.0.1 10.1.2.9\nsentinel monitor m 10.1.2.3 6379 2\n").scenario;
    assert!(addresses(&bound).contains(&"S1 10.1.2.9:26379".to_owned()));
}

/// CONF-20, CONF-32: names are resolved by everybody, Redis servers too, which get SLAVEOF with one.
#[test]
fn names_become_hosts_that_everybody_can_resolve() {
    let text = "sentinel resolve-hostnames yes\nsentinel announce-hostnames yes\n\
                sentinel monitor m redis-0.redis 6379 2\nsentinel down-after-milliseconds m 2000\n\
                sentinel known-replica m redis-1.redis 6379\nsentinel known-replica m redis-2.redis 6379\n";
    let options = ConfOptions { kill_master_at: Some(Micros::from_secs(3)), ..ConfOptions::default() };
    let FromConf { scenario, .. } = Scenario::from_conf("x.conf", text, &options).unwrap();
    let names: Vec<&str> = scenario.hosts.iter().map(|host| host.name.as_str()).collect();
    for name in ["redis-0.redis", "redis-1.redis", "redis-2.redis"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let played = scenario.play(Seed(2));
    assert!(played.stable);
    let log: Vec<String> = played.records.iter().filter_map(|r| played.cluster.log_line(r)).collect();
    let switch = log.iter().find(|line| line.contains("+switch-master")).expect("it fails over");
    assert!(switch.contains("+switch-master m redis-0.redis 6379 redis-"), "{switch}");
}

/// LINK-9
#[test]
fn the_password_of_the_sentinels_is_that_of_the_servers() {
    let text = "sentinel monitor m 10.1.2.3 6379 2\nsentinel auth-pass m \"a b\"\n\
                sentinel rename-command m CONFIG guarded\nsentinel rename-command m NOSUCH other\n";
    let FromConf { scenario, notes } = read(text);
    let replica = conf_of(&scenario, "R1");
    for line in ["requirepass \"a b\"", "masterauth \"a b\"", "rename-command CONFIG guarded"] {
        assert!(replica.lines().any(|own| own == line), "{line} is missing in\n{replica}");
    }
    assert!(notes.contains(&Note::Password { master: "m".into() }));
    assert!(notes.contains(&Note::NotRenamed { line: 4, command: "NOSUCH".into() }));
    assert!(scenario.begin(Seed(1)).stable);
}

/// LINK-9: whatever characters it has.
#[test]
fn a_password_is_written_so_that_it_reads_back() {
    let text = "sentinel monitor m 10.1.2.3 6379 2\nsentinel auth-pass m \"a\\x1b 密 \\\"b\"\n";
    let conf = RedisConf::parse(conf_of(&read(text).scenario, "R1")).unwrap();
    assert_eq!((conf.requirepass.as_str(), conf.masterauth.as_str()), ("a\u{1b} 密 \"b", "a\u{1b} 密 \"b"));
}

/// A sentinel that the file knows for one master only monitors only that one.
#[test]
fn who_is_known_for_one_master_monitors_that_one() {
    let text = format!(
        "sentinel myid {}\nsentinel monitor a 10.1.2.3 6379 2\nsentinel monitor b 10.1.2.4 6379 2\n\
         sentinel known-sentinel a 10.1.2.21 26379 {}\nsentinel known-sentinel b 10.1.2.21 26379 {}\n\
         sentinel known-sentinel b 10.1.2.22 26379 {}\n",
        ID[0], ID[1], ID[1], ID[2]
    );
    let scenario = read(&text).scenario;
    assert_eq!(scenario.nodes.iter().filter(|node| node.role == Role::Sentinel).count(), 3);
    assert!(conf_of(&scenario, "S2").contains("sentinel monitor a"));
    assert!(!conf_of(&scenario, "S3").contains("sentinel monitor a"));
    assert_eq!(scenario.monitors[0].except.len(), 1);
    assert!(scenario.begin(Seed(1)).stable);
}

#[test]
fn lines_that_contradict_each_other_are_told() {
    let text = format!(
        "sentinel monitor m 10.1.2.3 6379 9\nsentinel known-replica m 10.1.2.3 6379\n\
         sentinel known-sentinel m 10.1.2.3 6379 {}\nsentinel known-sentinel m 10.1.2.4 26379\n\
         sentinel notification-script m /bin/tell\nsentinel down-after-milliseconds m 50\n\
         some.module setting\ndir /tmp\n",
        ID[1]
    );
    let notes = read(&text).notes;
    for note in [
        Note::AddressTaken { line: 2, addr: "10.1.2.3:6379".into() },
        Note::AddressTaken { line: 3, addr: "10.1.2.3:6379".into() },
        Note::IdMissing { line: 4 },
        Note::Script { line: 5, path: "/bin/tell".into() },
        Note::QuorumTooHigh { master: "m".into(), quorum: 9, sentinels: 3 },
        Note::DownAfterTooShort { master: "m".into(), ms: 50 },
        Note::ModuleSetting { line: 7, name: "some.module".into() },
        Note::NoEffect(vec![("dir".into(), 8)]),
    ] {
        assert!(notes.contains(&note), "{note:?} is missing in {notes:#?}");
    }
}

#[test]
fn what_gives_nothing_to_run_is_refused_with_a_sentence() {
    let plain = ConfOptions::default();
    for (text, message) in [
        ("", "there is no \"sentinel monitor\" line, so Redis would start and watch nothing"),
        (
            "sentinel monitor m 10.0.0.1 x 1",
            "line 1: 'sentinel monitor m 10.0.0.1 x 1': the port is 0, so Redis would start and never reach the \
             master",
        ),
        (
            "sentinel monitor m 10.0.0.1 1 1\nport 0",
            "line 2: 'port 0': Configured to not listen anywhere, exiting.",
        ),
        (
            "port 6379\nsentinel monitor m 127.0.0.1 6379 1",
            "the sentinel's own address 127.0.0.1:6379 is that of a Redis server in the same file",
        ),
        (
            "include /etc/other.conf",
            "line 1: 'include /etc/other.conf': can't open config file '/etc/other.conf': No such file or directory",
        ),
    ] {
        let shown = refused(text, &plain);
        assert_eq!(shown, message);
    }
    let known = three_machines();
    let fewer = ConfOptions { replicas: Some(1), ..plain };
    assert_eq!(refused(&known, &fewer), "--replicas 1: the file knows 2 replicas of mymaster");
    let fewer = ConfOptions { sentinels: Some(2), ..plain };
    assert_eq!(refused(&known, &fewer), "--sentinels 2: the file knows 3 sentinels, its own included");
    let many = ConfOptions { replicas: Some(u32::MAX), ..plain };
    assert!(refused(&known, &many).contains("are more than the 400 that are possible"));
    let late = ConfOptions {
        kill_master_at: Some(Micros::from_secs(9)),
        duration: Some(Micros::from_millis(8500)),
        ..plain
    };
    assert_eq!(refused(&known, &late), "--kill-master-at 9s: the run is over after 8500ms");
}

/// As published in issues and tutorials: by docker, by Rancher, by a notification script, with lines that look like
/// comments. A file that Redis would start with is one, whatever stands in its comments.
#[test]
fn a_log_is_told_from_a_bad_file() {
    for log in [
        "1:X 26 Jan 2022 12:52:35.051 # +elected-leader master mymaster redis-0.example 6379",
        "12:X 30 Jun 04:09:20.013 # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
        "Mon, Apr 4 2022 9:35:12 pm | 1:X 05 Apr 2022 03:35:12.113 * +fix-slave-config slave 10.0.0.1:6379",
        "1370867067-868237393 [NOTIFICATION SCRIPT] /tmp/test.sh +sdown master mymaster 10.0.0.188 6400",
        "   # +vote-for-leader 154b385a9a326b33547f1c28b57c79357e8dddbc 1\n",
    ] {
        assert!(refused(log, &ConfOptions::default()).starts_with("it is a log, "), "{log}");
    }
    let commented = format!("# 1:X 26 Jan 2022 12:52:35.051 # +new-epoch 1\n{}", three_machines());
    assert_eq!(read(&commented).scenario.nodes.len(), read(&three_machines()).scenario.nodes.len());
}
