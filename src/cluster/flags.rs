//! The `flags` of an instance as `SENTINEL MASTER` prints them (spec FLG-14).

use crate::protocol::ArcStr;
use crate::sentinel::{Instance, Master, OtherSentinel, Replica, Sentinel};

fn join(flags: &[(&str, bool)]) -> ArcStr {
    let set: Vec<&str> = flags.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| *name).collect();
    set.join(",").into()
}

fn is_disconnected(sentinel: &Sentinel, instance: &Instance) -> bool {
    sentinel.links()[instance.link].disconnected
}

pub(super) fn of_master(sentinel: &Sentinel, master: &Master) -> ArcStr {
    let forced = master.failover.attempt().is_some_and(|attempt| attempt.forced);
    join(&[
        ("s_down", master.instance.s_down),
        ("o_down", master.o_down),
        ("master", true),
        ("disconnected", is_disconnected(sentinel, &master.instance)),
        ("failover_in_progress", master.failover.is_in_progress()),
        ("force_failover", forced),
        ("script_kill_sent", master.instance.script_kill_sent),
    ])
}

pub(super) fn of_replica(sentinel: &Sentinel, master: &Master, replica: &Replica) -> ArcStr {
    join(&[
        ("s_down", replica.instance.s_down),
        ("slave", true),
        ("disconnected", is_disconnected(sentinel, &replica.instance)),
        ("promoted", master.failover.promoted() == Some(replica.instance.id)),
        ("reconf_sent", replica.reconf.sent.is_some()),
        ("reconf_inprog", replica.reconf.in_progress),
        ("reconf_done", replica.reconf.done),
        ("script_kill_sent", replica.instance.script_kill_sent),
    ])
}

pub(super) fn of_peer(sentinel: &Sentinel, peer: &OtherSentinel) -> ArcStr {
    join(&[
        ("s_down", peer.instance.s_down),
        ("sentinel", true),
        ("disconnected", is_disconnected(sentinel, &peer.instance)),
        ("master_down", peer.master_down),
    ])
}
