//! 11-port-0, 13-info-command.

use crate::lab::*;
use sentinel_lab::cluster::{Action, Edit};

/// TST-11-1
#[test]
fn a_sentinel_with_a_new_id_at_an_old_address_replaces_the_old_one() {
    let mut s = suite();
    let before = s.master(0, "num-other-sentinels");
    let reply = words(&s.at(0, "SENTINEL MASTER mymaster"));
    assert_eq!(reply[33], before, "element 33, from 0");
    s.kill_sentinel(4);
    let edit = Edit::new("^sentinel myid .*$", "").unwrap();
    s.act(Action::EditAndStart { node: s.sentinels[4], edits: [edit].into() });
    s.run(1.0);
    assert_eq!(words(&s.at(0, "SENTINEL MASTER mymaster"))[33], before);
}

/// TST-13-1, TST-13-2, TST-13-3
#[test]
fn info_has_the_sections_asked_for() {
    let mut s = suite();
    let all = ["redis_version", "maxclients", "used_cpu_user", "sentinel_tilt"];
    let never = ["used_memory", "rdb_last_bgsave", "master_repl_offset", "cluster_enabled"];
    for (line, fields) in [
        ("INFO", &all[..]),
        ("INFO all", &all),
        ("INFO default", &all),
        ("INFO everything", &all),
        ("INFO cpu", &["used_cpu_user"]),
        ("INFO sentinel", &["sentinel_tilt"]),
        ("INFO server sentinel replication", &["redis_version", "sentinel_tilt"]),
        ("INFO cpu all", &all),
    ] {
        let info = text(&s.at(0, line));
        for field in all {
            assert_eq!(info.contains(field), fields.contains(&field), "{line}: {field}");
        }
        assert!(never.iter().all(|field| !info.contains(field)), "{line}");
    }
}
