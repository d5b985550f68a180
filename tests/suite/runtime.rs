//! 03-runtime-reconf.

use crate::lab::*;
use sentinel_lab::cluster::{Action, Edit, Said};
use sentinel_lab::protocol::Reply;

impl Suite {
    /// Whether sentinel `n` has its master and all replicas connected.
    fn connected(&mut self, n: usize) -> bool {
        let replicas = self.listed(n, "REPLICAS");
        !self.master(n, "flags").contains("disconnected")
            && replicas.iter().all(|replica| !replica["flags"].contains("disconnected"))
    }

    #[track_caller]
    fn all_connected(&mut self) {
        for n in 0..NODES {
            self.eventually(20, "master and replicas are connected", |s| s.connected(n));
        }
    }

    fn stays_connected(&mut self, n: usize) {
        for _ in 0..30 {
            self.run(0.1);
            assert!(self.connected(n));
        }
    }
}

/// TST-03-1
#[test]
fn passwords_change_at_run_time() {
    let mut s = suite();
    s.kill_sentinel(0);
    for n in 0..NODES {
        assert_eq!(s.on(n, "CONFIG SET masterauth pw requirepass pw"), Reply::ok());
    }
    assert_eq!(s.at(1, "SENTINEL SET mymaster auth-pass pw"), Reply::ok());
    s.restart_sentinel(0);
    s.eventually(5, "it is disconnected", |s| s.master(0, "flags").contains("disconnected"));
    // The one that was not told keeps the connections that it had.
    s.stays_connected(2);
    s.everywhere("SENTINEL SET mymaster auth-pass pw");
    s.all_connected();
    for n in 0..NODES {
        assert_eq!(s.on(n, "PING"), Reply::error("NOAUTH Authentication required."));
        assert_eq!(s.on(n, "AUTH pw"), Reply::ok());
        assert_eq!(s.on(n, "CONFIG SET masterauth \"\" requirepass \"\""), Reply::ok());
    }
    s.run(3.0);
    s.all_connected();
    s.everywhere("SENTINEL SET mymaster auth-pass \"\"");
    s.all_connected();
    s.discovered();
}

/// TST-03-2, REPL-20
#[test]
fn users_change_at_run_time() {
    let mut s = suite();
    s.kill_sentinel(0);
    assert_eq!(s.at(1, "SENTINEL SET mymaster auth-user sentinel auth-pass pw"), Reply::ok());
    for n in 0..NODES {
        for line in [
            "ACL SETUSER sentinel on >pw allchannels +@all",
            "CONFIG SET masteruser sentinel masterauth pw",
            "AUTH sentinel pw",
            "ACL SETUSER default off",
        ] {
            assert_eq!(s.on(n, line), Reply::ok(), "{line}");
        }
        assert!(matches!(s.on(n, "CLIENT KILL USER default"), Reply::Integer(1..)));
        assert_eq!(s.on(n, "ACL WHOAMI"), Reply::bulk("sentinel"));
    }
    s.restart_sentinel(0);
    s.eventually(5, "the restarted one is disconnected", |s| s.master(0, "flags").contains("disconnected"));
    s.eventually(10, "the one that was told is connected", |s| s.connected(1));
    s.eventually(5, "the one that was not is disconnected", |s| {
        s.master(2, "flags").contains("disconnected")
    });
    s.everywhere("SENTINEL SET mymaster auth-user sentinel auth-pass pw");
    s.all_connected();
    // The replicas authenticate too.
    s.all_follow();
    s.everywhere("SENTINEL SET mymaster auth-user \"\" auth-pass \"\"");
    for n in 0..NODES {
        for line in ["ACL SETUSER default on nopass", "CONFIG SET masteruser \"\" masterauth \"\""] {
            assert_eq!(s.on(n, line), Reply::ok(), "{line}");
        }
        assert_eq!(s.on(n, "ACL DELUSER sentinel"), Reply::Integer(1));
    }
    s.all_connected();
    s.discovered();
}

/// TST-03-3
#[test]
fn quorum_and_down_after_are_set() {
    let mut s = suite();
    for n in 0..NODES {
        for (field, old, new) in [("quorum", "3", "4"), ("down-after-milliseconds", "2000", "3000")] {
            assert_eq!(s.master(n, field), old);
            assert_eq!(s.at(n, &format!("SENTINEL SET mymaster {field} {new}")), Reply::ok());
            assert_eq!(s.master(n, field), new);
            assert_eq!(s.at(n, &format!("SENTINEL SET mymaster {field} {old}")), Reply::ok());
            assert_eq!(s.master(n, field), old);
        }
    }
}

/// TST-03-4
#[test]
fn a_bad_down_after_is_refused() {
    let mut s = suite();
    for value in ["-20", "abc"] {
        let error = s.error_at(0, &format!("SENTINEL SET mymaster down-after-milliseconds {value}"));
        let text = format!("ERR Invalid argument '{value}' for SENTINEL SET 'down-after-milliseconds'");
        assert_eq!(error, text);
        assert_eq!(s.master(0, "down-after-milliseconds"), "2000");
    }
}

/// TST-03-5, CMD-SETOPT-5, CMD-FLUSH-1, CMD-SET-1, LOG-12
#[test]
fn bad_options_and_a_broken_file_are_told() {
    let mut s = suite();
    let error = s.error_at(0, "SENTINEL SET mymaster quorum");
    assert_eq!(error, "ERR wrong number of arguments for 'sentinel|set' command");
    let error = s.error_at(0, "SENTINEL SET mymaster fakeoption fakevalue");
    assert_eq!(error, "ERR Unknown option or number of arguments for SENTINEL SET 'fakeoption'");
    // The suite's sentinels begin with `deny-scripts-reconfig no`; where it is yes no path is looked at.
    let error = s.error_at(0, "SENTINEL SET mymaster notification-script test.txt");
    assert!(error.starts_with("ERR Reconfiguration of scripts path is denied"), "{error}");
    s.act(Action::Kill(s.sentinels[0]));
    let edit = Edit::new("^port .*$", "port 20000\nsentinel deny-scripts-reconfig no").unwrap();
    s.act(Action::EditAndStart { node: s.sentinels[0], edits: [edit].into() });
    s.run(1.0);
    // Paths that nothing was said of are scripts that can be run.
    let (node, path) = (s.sentinels[0], "/no/such/file".into());
    s.act(Action::Script { node, path, executable: false });
    let error = s.error_at(0, "SENTINEL SET mymaster notification-script /no/such/file");
    assert_eq!(error, "ERR Notification script seems non existing or non executable");
    assert_eq!(s.at(0, "SENTINEL SET mymaster notification-script /there"), Reply::ok());
    // Where the file is a directory, what is set holds, is not saved, and so is gone after a restart.
    s.act(Action::Disk { node, error: Some("Is a directory".into()) });
    let failed = "ERR Failed to save config file. Check server logs.";
    assert_eq!(s.error_at(0, "SENTINEL SET mymaster quorum 2"), failed);
    assert_eq!(s.error_at(0, "SENTINEL FLUSHCONFIG"), failed);
    assert_eq!(s.master(0, "quorum"), "2");
    let warning = "# WARNING: Sentinel was not able to save the new configuration on disk!!!: Is a directory";
    let lines = s.said.iter().filter(|record| record.node == Some(node));
    let lines = lines.filter_map(|record| s.world.log_line(record));
    assert_eq!(lines.filter(|line| line.ends_with(warning)).count(), 2);
    s.kill_sentinel(0);
    s.restart_sentinel(0);
    s.run(1.0);
    assert_eq!((s.master(0, "quorum"), s.master(0, "notification-script")), ("3".into(), "/there".into()));
    assert_eq!(s.error_at(0, "SENTINEL FLUSHCONFIG"), failed);
    s.act(Action::Disk { node, error: None });
    assert_eq!(s.at(0, "SENTINEL FLUSHCONFIG"), Reply::ok());
}

/// CONF-25
#[test]
fn a_sentinel_whose_script_is_gone_does_not_start() {
    let mut s = suite();
    let node = s.sentinels[0];
    s.kill_sentinel(0);
    let edit = Edit::new("^port .*$", "port 20000\nsentinel notification-script mymaster /n").unwrap();
    let start = Action::EditAndStart { node, edits: [edit].into() };
    s.act(Action::Script { node, path: "/n".into(), executable: false });
    s.act(start);
    assert!(!s.is_running(node));
    assert_eq!(s.said.last().unwrap().what, Said::Exited(1));
    s.act(Action::Script { node, path: "/n".into(), executable: true });
    s.act(Action::Start(node));
    assert!(s.is_running(node));
    // Nobody else has such files.
    for action in [
        Action::Script { node: s.servers[0], path: "/n".into(), executable: true },
        Action::Disk { node: s.servers[0], error: None },
    ] {
        let refused = s.world.act(action, &mut s.said).unwrap_err();
        assert!(refused.to_string().ends_with(" is no sentinel"), "{refused}");
    }
}
