//! 08-hostname-conf. The suite's nodes are all on localhost; here each host has a name of its own.

use crate::lab::*;
use sentinel_lab::cluster::{Action, NamesChange};
use sentinel_lab::protocol::Reply;

/// TST-08-1
#[test]
fn instances_may_have_names() {
    let mut s = suite();
    let hosts: Vec<_> = s.servers.iter().map(|&id| s.world.node(id).host).collect();
    let names = hosts.iter().enumerate().map(|(n, &host)| (format!("host{n}").into(), Some(host)));
    s.act(Action::Names(NamesChange { names: names.collect(), ..NamesChange::default() }));
    for n in 0..NODES {
        assert_eq!(s.on(n, &format!("CONFIG SET replica-announce-ip host{n}")), Reply::ok());
    }
    s.run(1.5);
    for n in 1..NODES {
        // A replica says its name when it connects.
        s.on(n, "SLAVEOF NO ONE");
        let master = s.server_ip(0);
        s.on(n, &format!("SLAVEOF {master} {REDIS_PORT}"));
    }
    for n in 0..NODES {
        assert_eq!(s.at(n, "SENTINEL REMOVE mymaster"), Reply::ok());
        assert_eq!(s.at(n, &format!("SENTINEL CONFIG SET announce-ip host{n}")), Reply::ok());
        assert_eq!(s.at(n, "SENTINEL CONFIG SET resolve-hostnames yes"), Reply::ok());
        assert_eq!(s.at(n, "SENTINEL CONFIG SET announce-hostnames yes"), Reply::ok());
    }
    for n in 0..NODES {
        assert_eq!(s.at(n, &format!("SENTINEL MONITOR mymaster host0 {REDIS_PORT} 3")), Reply::ok());
    }
    for n in 0..NODES {
        s.eventually(30, "all are known", |s| {
            s.master(n, "num-other-sentinels") == "4" && s.master(n, "num-slaves") == "4"
        });
        assert_eq!(s.master(n, "ip"), "host0");
        assert!(s.listed(n, "REPLICAS").iter().all(|replica| replica["ip"].starts_with("host")));
        assert!(s.listed(n, "SENTINELS").iter().all(|peer| peer["ip"].starts_with("host")));
    }
    s.everywhere("SENTINEL CONFIG SET announce-hostnames no");
    for n in 0..NODES {
        assert_eq!(s.master(n, "ip"), "10.0.0.1");
        assert!(s.listed(n, "REPLICAS").iter().all(|replica| replica["ip"].starts_with("10.0.0.")));
    }
    s.everywhere("SENTINEL CONFIG SET resolve-hostnames no");
}
