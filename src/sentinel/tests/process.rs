//! The process: its figures, its ids, the order of its work, and what it says (spec sections 1, 2.1, 3 and 13).

use super::lab::*;
use crate::protocol::Input;
use crate::sentinel::{MasterConf, SentinelConf, SimulateFailure, Tunables};
use crate::sim::Millis;

/// CON-1 to CON-13: the figures; tests/limits.rs and the tests of each rule show what they do.
#[test]
fn the_periods_are_those_of_redis() {
    let expected = [
        ("info-period", 10_000),
        ("ping-period", 1000),
        ("ask-period", 1000),
        ("publish-period", 2000),
        ("default-down-after", 30_000),
        ("default-failover-timeout", 180_000),
        ("tilt-trigger", 2000),
        ("tilt-period", 30_000),
        ("slave-reconf-timeout", 10_000),
        ("min-link-reconnect-period", 15_000),
        ("election-timeout", 10_000),
        ("script-max-runtime", 60_000),
        ("script-retry-delay", 30_000),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(key, ms)| (key, Millis(ms))).collect();
    assert_eq!(Tunables::default().entries(), expected);
}

/// MOD-2 to MOD-9, CON-20, CON-26, FSM-START-1
#[test]
fn a_process_starts_with_nothing_but_its_file() {
    let lab = Lab::start(conf(2), 1);
    let process = &lab.sentinel.process;
    assert_eq!(process.current_epoch, 0);
    assert_eq!((process.tilt_since, process.previous_time), (None, BEGIN));
    assert_eq!((process.scripts.running(), process.scripts.jobs().len()), (0, 0));
    assert_eq!(process.simulate, SimulateFailure::default());
    let settings = lab.sentinel.settings();
    assert_eq!((settings.announce_ip.as_deref(), settings.announce_port), (None, 0));
    assert!(settings.deny_scripts_reconfig);
    assert!(!settings.resolve_hostnames && !settings.announce_hostnames);
    assert_eq!((settings.sentinel_user.as_deref(), settings.sentinel_pass.as_deref()), (None, None));
    assert_eq!(lab.sentinel.masters().len(), 1);
    assert_eq!(lab.sentinel.masters().by_key("mymaster").unwrap().name(), "mymaster");
}

/// MOD-2, MOD-3, SIM-10: masters are known by their names and share the epoch.
#[test]
fn all_masters_share_one_epoch() {
    let mut lab = Lab::settled(2, 2);
    lab.ask("SENTINEL MONITOR other 10.0.0.4 6379 1");
    lab.hello_from(B, AT_B, 7, 0, M);
    lab.ask(&format!("SENTINEL is-master-down-by-addr 10.0.0.4 6379 8 {B}"));
    assert_eq!(lab.sentinel.current_epoch(), 8);
    let epochs = |name: &str| {
        let master = lab.sentinel.masters().by_key(name).unwrap();
        (master.leader_epoch, master.config_epoch)
    };
    assert_eq!(
        (epochs("mymaster"), epochs("other")),
        ((0, 0), (8, 0)),
        "votes and versions are each one's own"
    );
    let saved = SentinelConf::parse(&lab.saved.as_ref().unwrap().to_string()).unwrap();
    let lab = Lab::start(saved, 2);
    assert_eq!(lab.sentinel.current_epoch(), 8);
    let mut names: Vec<_> = lab.sentinel.masters().iter().map(|master| master.name().to_string()).collect();
    names.sort();
    assert_eq!(names, ["mymaster", "other"]);
}

/// CON-23, MOD-1, MOD-10
#[test]
fn ids_have_forty_hexadecimal_digits() {
    for seed in 0..20 {
        let conf = SentinelConf::new(26379).monitor(MasterConf::new("mymaster", "10.0.0.1", 6379, 3));
        let mut lab = Lab::start(conf, seed);
        let id = lab.sentinel.myid().clone();
        assert_eq!(id.len(), 40);
        assert!(id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{id}");
        // A shorter run id is no run id.
        lab.add_group();
        lab.info(M).run_id = "1".repeat(39);
        lab.run(500);
        assert_eq!(lab.master().instance.runid, None);
        lab.info(M).run_id = "1".repeat(45);
        lab.run(11_000);
        assert_eq!(lab.master().instance.runid.as_deref(), Some("1".repeat(40).as_str()));
    }
}

/// CON-24, TIM-2: ten times a second and up to nine times more, each as likely.
#[test]
fn the_timer_rings_ten_to_nineteen_times_a_second() {
    let mut lab = Lab::settled(2, 1);
    lab.tick();
    let mut gaps = std::collections::BTreeMap::new();
    for _ in 0..2000 {
        let before = lab.now;
        lab.tick();
        *gaps.entry((lab.now - before).0).or_insert(0_u32) += 1;
    }
    let expected: Vec<i64> = (10..20).map(|hz| 1000 / hz).rev().collect();
    assert_eq!(gaps.keys().copied().collect::<Vec<_>>(), expected);
    assert!(gaps.values().all(|count| (140..=260).contains(count)), "{gaps:?}");
}

/// CON-27: longer ones end after 1023 bytes, and in a whole letter.
#[test]
fn the_text_of_an_event_has_its_end() {
    for name in ["n".repeat(2000), "é".repeat(700)] {
        let mut lab = Lab::start(SentinelConf::new(26379), 1);
        lab.command(&["SENTINEL", "MONITOR", &name, "10.0.0.1", "6379", "2"]);
        let line = lab.log().pop().unwrap();
        let text = line.strip_prefix("+monitor ").unwrap();
        assert!((1022..=1023).contains(&text.len()), "{}", text.len());
        assert!(format!("master {name}").starts_with(text));
    }
}

/// GEN-7: what comes of a reply does not wait for the timer, and what comes of time does.
#[test]
fn a_replys_effects_come_with_it_and_times_effects_with_the_timer() {
    let mut lab = Lab::settled(1, 1);
    let mut ticks = vec![lab.now];
    lab.crash(M);
    let mut old_master_back = false;
    while ticks.len() < 400 {
        lab.tick();
        ticks.push(lab.now);
        if lab.logged("+switch-master") && !old_master_back {
            old_master_back = true;
            lab.revive(M);
        }
    }
    let at_timer = |line: &str| ticks.contains(&lab.when(line));
    for line in [
        "+sdown master",
        "+odown",
        "+try-failover",
        "+elected-leader",
        "+selected-slave",
        "+failover-state-wait-promotion",
        "+slave-reconf-sent",
        "+failover-end",
        "+switch-master",
    ] {
        assert!(at_timer(line), "{line} is ticked");
    }
    for line in [
        "-role-change",
        "+promoted-slave",
        "+slave-reconf-inprog",
        "+slave-reconf-done",
        "+convert-to-slave",
        "+role-change",
    ] {
        assert!(!at_timer(line), "{line} comes with a reply");
    }
}

/// TIM-3: mistrust first, then the masters, then scripts: started, collected, killed.
#[test]
fn a_timer_goes_through_its_work_in_redis_order() {
    use crate::sentinel::ScriptRun;
    let text = format!("{}sentinel notification-script mymaster /notify\n", conf(2));
    let mut lab = Lab::settled_with(SentinelConf::parse(&text).unwrap(), 1);
    lab.sentinel.set_script("/notify", Some(ScriptRun::Hangs));
    lab.crash(M);
    while !lab.logged("+sdown master") {
        lab.tick();
    }
    // What the walk queued starts in the same timer.
    let [down, started] = lab.log().try_into().unwrap();
    assert_eq!(down, format!("+sdown {PM}"));
    let pid = started.strip_prefix("+script-child ").unwrap().to_owned();
    // A script over its time is killed after what had ended was collected, so it ends with the next timer.
    lab.run(59_000);
    while !lab.logged("-script-timeout") {
        lab.tick();
    }
    assert!(!lab.logged("-script-child"));
    lab.tick();
    assert!(lab.logged(&format!("-script-child {pid} 0 9")));
    // Coming too late, it mistrusts its clock before it looks at anything.
    lab.sentinel.set_script("/notify", Some(ScriptRun::Exits { after: Millis(0), status: 0 }));
    lab.give(Input::Timer);
    lab.forget();
    lab.ask("SENTINEL RESET mymaster");
    lab.run(1);
    lab.stall(3000);
    lab.tick();
    let log = lab.log();
    assert_in_order(&log, &["+reset-master", "+tilt", "+script-child", "-script-child"]);
}

/// LOG-2, EVT-1 to EVT-48, EVT-50
#[test]
fn there_are_forty_eight_events_each_with_its_level() {
    use crate::sentinel::EventKind;
    let expected = "# +monitor
        # -monitor
        # +set
        # +reset-master
        * +slave
        * +sentinel
        * +sentinel-address-switch
        * +sentinel-address-update
        * +sentinel-invalid-addr
        # +sdown
        # -sdown
        # +odown
        # -odown
        # +new-epoch
        # +try-failover
        # +vote-for-leader
        # +elected-leader
        # -failover-abort-not-elected
        # +failover-state-select-slave
        # -failover-abort-no-good-slave
        # +selected-slave
        * +failover-state-send-slaveof-noone
        * +failover-state-wait-promotion
        # -failover-abort-slave-timeout
        # +promoted-slave
        # +failover-state-reconf-slaves
        * +slave-reconf-sent
        * +slave-reconf-inprog
        * +slave-reconf-done
        * -slave-reconf-sent-timeout
        # +failover-end-for-timeout
        # +failover-end
        * +slave-reconf-sent-be
        # +switch-master
        # +config-update-from
        * +convert-to-slave
        * +fix-slave-config
        - +role-change
        - -role-change
        * +reboot
        # +tilt
        # -tilt
        # -script-error
        # -script-timeout
        . +script-child
        . -script-child
        . -cmd-link-reconnection
        . -pubsub-link-reconnection";
    let expected: Vec<&str> = expected.lines().map(str::trim).collect();
    let kinds = EventKind::ALL.iter().map(|kind| format!("{} {}", kind.level().mark(), kind.channel()));
    assert_eq!(kinds.collect::<Vec<_>>(), expected);
    for kind in EventKind::ALL {
        assert_eq!(EventKind::from_channel(kind.channel()), Some(*kind));
    }
    for name in ["+failover-detected", "+redirect-to-master", "-slave", "-sentinel", "+sdown "] {
        assert_eq!(EventKind::from_channel(name), None, "{name}");
    }
}

/// NEW-5, LOG-10: warnings in 7.0.
#[test]
fn who_it_is_a_sentinel_says_as_a_warning() {
    let lab = Lab::start(conf(2), 1);
    assert_eq!(lab.marked()[0], format!("# Sentinel ID is {A}"));
    assert_eq!(lab.marked()[1], format!("# +monitor {PM} quorum 2"));
}
