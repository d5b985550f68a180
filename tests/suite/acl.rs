//! 09-acl-support.

use crate::lab::*;
use sentinel_lab::protocol::Reply;

/// TST-09-1, TST-09-2, LINK-9, CMD-AUTH-1
#[test]
fn sentinels_authenticate_to_each_other_as_a_user() {
    let mut s = suite();
    for n in 0..NODES {
        assert_eq!(s.at(n, "ACL SETUSER alice on >pw +@all"), Reply::ok());
        assert_eq!(s.at(n, "AUTH alice pw"), Reply::ok());
        assert_eq!(s.at(n, "ACL WHOAMI"), Reply::bulk("alice"));
        assert_eq!(s.at(n, "ACL SETUSER default off"), Reply::ok());
        assert!(matches!(s.at(n, "CLIENT KILL USER default"), Reply::Integer(1..)));
    }
    s.eventually(10, "the others cannot authenticate", |s| {
        matches!(s.at(1, "SENTINEL CKQUORUM mymaster"), Reply::Error(text) if text.starts_with("NOQUORUM"))
    });
    s.everywhere("SENTINEL CONFIG SET sentinel-user alice");
    s.everywhere("SENTINEL CONFIG SET sentinel-pass pw");
    s.eventually(
        10,
        "they can",
        |s| matches!(s.at(1, "SENTINEL CKQUORUM mymaster"), Reply::Status(text) if text.starts_with("OK ")),
    );
    s.everywhere("SENTINEL CONFIG SET sentinel-user \"\"");
    s.everywhere("SENTINEL CONFIG SET sentinel-pass \"\"");
    for n in 0..NODES {
        for option in ["sentinel-user", "sentinel-pass"] {
            let shown = words(&s.at(n, &format!("SENTINEL CONFIG GET {option}")));
            assert_eq!(shown, [option, ""]);
        }
    }
}

/// CMD-AUTH-1, CONF-14
#[test]
fn users_survive_a_restart_where_the_file_was_written() {
    let mut s = suite();
    assert_eq!(s.at(0, "ACL SETUSER alice on >pw +@all"), Reply::ok());
    assert_eq!(s.at(0, "SENTINEL FLUSHCONFIG"), Reply::ok());
    s.kill_sentinel(0);
    s.restart_sentinel(0);
    assert_eq!(words(&s.at(0, "ACL USERS")), ["alice", "default"]);
    assert_eq!(s.at(0, "AUTH alice pw"), Reply::ok());
    assert_eq!(s.on(0, "ACL SETUSER bob on nopass +ping"), Reply::ok());
    assert_eq!(s.on(0, "CONFIG REWRITE"), Reply::ok());
    s.kill_server(0);
    s.restart_server(0);
    s.run(0.1);
    assert_eq!(s.on(0, "AUTH bob x"), Reply::ok());
    let denied = "NOPERM this user has no permissions to run the 'info' command";
    assert_eq!(s.on(0, "INFO"), Reply::error(denied));
}
