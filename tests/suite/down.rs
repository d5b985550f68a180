//! 07-down-conditions.

use crate::lab::*;
use sentinel_lab::cluster::Action;
use sentinel_lab::protocol::Reply;

/// TST-07-0: quick periods, and so few sentinels that nothing can be failed over; sentinel 4 looks.
fn watched() -> Suite {
    let mut s = suite();
    for line in ["info-period 1000", "ask-period 100", "default-down-after 3000", "publish-period 200"] {
        s.everywhere(&format!("SENTINEL DEBUG {line}"));
    }
    s.everywhere("SENTINEL DEBUG ping-period 100");
    for n in 0..3 {
        s.kill_sentinel(n);
    }
    s.is_up();
    s
}

impl Suite {
    #[track_caller]
    fn is_up(&mut self) {
        self.eventually(20, "the master is up", |s| s.master(4, "flags") == "master");
    }

    #[track_caller]
    fn is_down(&mut self) {
        self.eventually(20, "the master is down", |s| s.master(4, "flags").contains("down"));
    }
}

/// TST-07-0, TST-07-1
#[test]
fn a_stopped_master_is_down() {
    let mut s = watched();
    s.act(Action::Freeze(s.servers[0]));
    s.is_down();
    s.act(Action::Resume(s.servers[0]));
    s.is_up();
}

/// TST-07-2
#[test]
fn a_killed_master_is_down() {
    let mut s = watched();
    s.kill_server(0);
    s.is_down();
    s.restart_server(0);
    s.is_up();
}

/// TST-07-3
#[test]
fn a_master_that_calls_itself_a_replica_is_down() {
    let mut s = watched();
    assert_eq!(s.on(0, "SLAVEOF 127.0.0.1 34567"), Reply::ok());
    s.is_down();
    assert_eq!(s.on(0, "SLAVEOF NO ONE"), Reply::ok());
    s.is_up();
}

/// TST-07-4, REPL-22
#[test]
fn a_master_that_cannot_save_is_down() {
    let mut s = watched();
    let error = s.on(0, "CONFIG SET save 10");
    assert!(error.is_error());
    for (key, value) in [("dir", "/"), ("save", "1000000 1000000")] {
        let words = ["CONFIG", "SET", key, value].map(Into::into).to_vec();
        s.act(Action::Command { node: s.servers[0], words });
        s.run(0.1);
    }
    assert_eq!(s.on(0, "BGSAVE"), Reply::Status("Background saving started".into()));
    s.run(0.2);
    assert!(text(&s.on(0, "PING")).starts_with("MISCONF Redis is configured to save RDB snapshots"));
    s.is_down();
    assert_eq!(s.on(0, "CONFIG SET dir /var/lib/redis"), Reply::ok());
    assert_eq!(s.on(0, "BGSAVE"), Reply::Status("Background saving started".into()));
    s.is_up();
}

/// TST-07-5
#[test]
fn a_master_that_does_not_know_ping_is_down() {
    let mut s = watched();
    assert_eq!(s.at(4, "SENTINEL SET mymaster rename-command PING PONG"), Reply::ok());
    s.is_down();
    assert_eq!(s.at(4, "SENTINEL SET mymaster rename-command PING PING"), Reply::ok());
    s.is_up();
}
