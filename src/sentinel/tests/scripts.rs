//! Notification and client-reconfiguration scripts.

use super::lab::*;
use crate::protocol::Reply;
use crate::sentinel::{ScriptRun, SentinelConf};
use crate::sim::Millis;

fn with_scripts(sentinels: usize) -> Lab {
    let text = format!(
        "{}sentinel notification-script mymaster /notify\nsentinel client-reconfig-script mymaster /reconf\n",
        conf(2)
    );
    Lab::settled_with(SentinelConf::parse(&text).unwrap(), sentinels)
}

fn queued(lab: &Lab) -> Vec<String> {
    lab.sentinel.scripts().jobs().map(|job| job.argv.join(" ")).collect()
}

/// SCR-1, LOG-2, TILT-10, VER-11
#[test]
fn warnings_about_a_group_go_to_its_notification_script() {
    let mut lab = with_scripts(2);
    lab.sentinel.set_script("/notify", Some(ScriptRun::Hangs));
    lab.crash(R2);
    lab.run(2300);
    lab.hello_from(B, AT_B, 3, 0, M);
    lab.stall(3000);
    lab.tick();
    assert!(lab.logged("+tilt"));
    assert_eq!(queued(&lab), [format!("/notify +sdown {PR2}"), "/notify +new-epoch 3".into()]);
    lab.info(R3).run_id = "8".repeat(40);
    lab.run(12_000);
    assert!(lab.logged("+reboot"), "a notice");
    assert_eq!(queued(&lab).len(), 2);
}

/// SCR-2, SCR-9, VER-11
#[test]
fn clients_are_reconfigured_once_by_leaders_and_by_observers() {
    let mut lab = with_scripts(2);
    lab.sentinel.set_script("/reconf", Some(ScriptRun::Hangs));
    lab.sentinel.set_script("/notify", Some(ScriptRun::Hangs));
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(6000);
    assert!(lab.logged("+switch-master"));
    let of = |lab: &Lab| -> Vec<String> {
        queued(lab).into_iter().filter(|job| job.starts_with("/reconf")).collect()
    };
    let leader = "/reconf mymaster leader start 10.0.0.1 6379 10.0.0.2 6379";
    assert_eq!(of(&lab), [leader]);
    // The other script hears of what is about no instance but the master, too.
    let notified: Vec<String> = queued(&lab).into_iter().filter(|job| job.starts_with("/notify")).collect();
    let votes = [format!("/notify +vote-for-leader {A} 1"), "/notify +new-epoch 1".into()];
    assert!(votes.iter().all(|vote| notified.contains(vote)), "{notified:?}");
    assert!(notified.contains(&"/notify +switch-master mymaster 10.0.0.1 6379 10.0.0.2 6379".into()));
    assert!(!notified.iter().any(|job| job.contains("+slave-reconf") || job.contains("role-change")));
    lab.hello_from(B, AT_B, 9, 9, R3);
    let observer = "/reconf mymaster observer start 10.0.0.2 6379 10.0.0.3 6379";
    assert_eq!(of(&lab), [leader, observer]);
}

/// SCR-3, SCR-4, CON-21, CMD-PENDING-1, MOD-5
#[test]
fn sixteen_run_and_the_oldest_waiting_gives_way() {
    let mut lab = with_scripts(2);
    lab.sentinel.set_script("/notify", Some(ScriptRun::Hangs));
    for epoch in 1..=300 {
        lab.hello_from(B, AT_B, epoch, 0, M);
        if epoch == 20 {
            lab.tick();
        }
    }
    assert_eq!(lab.sentinel.scripts().running(), 16);
    let jobs = queued(&lab);
    assert_eq!(jobs.len(), 256);
    assert_eq!(jobs[15], "/notify +new-epoch 16");
    assert_eq!(jobs[16], "/notify +new-epoch 61", "17 to 60 are dropped");
    let Reply::Array(pending) = lab.ask("SENTINEL PENDING-SCRIPTS") else { panic!() };
    assert_eq!(pending.len(), 256);
    let Reply::Array(first) = &pending[0] else { panic!() };
    assert_eq!(first[1], Reply::bulks(["/notify", "+new-epoch", "1"]));
    assert_eq!(first[3], Reply::bulk("running"));
    let names = |words: &[Reply]| words.iter().step_by(2).cloned().collect::<Vec<_>>();
    let expected = ["argv", "flags", "pid", "run-time", "retry-num"].map(Reply::bulk);
    assert_eq!(names(first), expected);
    let Reply::Array(last) = &pending[255] else { panic!() };
    assert_eq!((&last[3], &last[7]), (&Reply::bulk("scheduled"), &Reply::bulk("0")));
    assert_eq!(names(last)[3], Reply::bulk("run-delay"));
}

/// SCR-6, SCR-7, EVT-43, EVT-46
#[test]
fn a_script_that_asks_for_it_is_run_ten_times_ever_later() {
    let mut lab = with_scripts(2);
    lab.sentinel.set_script("/notify", Some(ScriptRun::Exits { after: Millis(10), status: 1 }));
    lab.ask("SENTINEL DEBUG script-retry-delay 3000");
    lab.hello_from(B, AT_B, 3, 0, M);
    let mut waits = Vec::new();
    let mut last = None;
    for _ in 0..20_000 {
        lab.run(100);
        let mut jobs = lab.sentinel.scripts().jobs();
        let attempts = jobs.find(|job| job.argv[1] == "+new-epoch").map(|job| job.attempts);
        if attempts != last {
            waits.push(lab.now);
            last = attempts;
        }
        if last.is_none() {
            break;
        }
    }
    let gaps: Vec<i64> = waits.windows(2).map(|pair| (pair[1] - pair[0]).0 / 100).collect();
    // A tenth of the usual 30 s, in tenths of a second.
    let expected = [30, 60, 120, 240, 480, 960, 1920, 3840, 7680];
    for (gap, expected) in gaps.iter().zip(expected) {
        assert!((gap - expected).abs() <= 2, "{gaps:?}");
    }
    assert_eq!(lab.count("-script-child"), lab.count("+script-child"));
    assert!(lab.logged("-script-error /notify 0 1"));
}

/// SCR-6, SCR-5, EVT-45
#[test]
fn another_status_is_an_error_at_once_and_0_is_the_end() {
    for (status, error) in [(0, None), (2, Some("-script-error /notify 0 2"))] {
        let mut lab = with_scripts(2);
        lab.sentinel.set_script("/notify", Some(ScriptRun::Exits { after: Millis(10), status }));
        lab.hello_from(B, AT_B, 3, 0, M);
        lab.run(1000);
        assert!(queued(&lab).is_empty());
        assert_eq!(lab.logged("-script-error"), error.is_some());
        assert!(error.is_none_or(|line| lab.logged(line)));
    }
}

/// SCR-5
#[test]
fn without_a_process_the_script_is_tried_with_every_timer() {
    let mut lab = with_scripts(2);
    lab.sentinel.set_script("/notify", Some(ScriptRun::ForkFails));
    lab.hello_from(B, AT_B, 3, 0, M);
    lab.run(1000);
    assert!(lab.count("-script-error /notify 99 0") > 8);
    assert!(lab.sentinel.scripts().jobs().next().unwrap().attempts > 8);
    lab.sentinel.set_script("/notify", None);
    lab.run(1000);
    assert!(lab.logged("-script-error /notify 0 2"), "a file that is not there");
}

/// SCR-8, EVT-44, EVT-45, EVT-46, CON-12, CON-13
#[test]
fn a_script_that_hangs_is_killed_after_a_minute_and_tried_again() {
    let mut lab = with_scripts(2);
    lab.sentinel.set_script("/notify", Some(ScriptRun::Hangs));
    lab.hello_from(B, AT_B, 3, 0, M);
    lab.run(62_000);
    let ran = lab.when("-script-timeout /notify 2") - lab.when("+script-child 2");
    assert!(Millis(60_000) < ran && ran <= Millis(60_100), "{ran:?}");
    assert!(lab.logged("-script-child 2 0 9"));
    lab.run(31_000);
    let waited = lab.when("+script-child 3") - lab.when("-script-child 2 0 9");
    assert!(Millis(30_000) <= waited && waited <= Millis(30_100), "{waited:?}");
}
