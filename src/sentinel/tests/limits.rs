//! Every limit of the timer and of INFO's reactions, to the millisecond: what happens at the limit, and what
//! one millisecond later.

use super::lab::*;
use crate::protocol::{Input, Reply};
use crate::sentinel::{Failover, Link, Unfit};
use crate::sim::{Millis, NodeTime};

/// Whether something is done that long after `mark` set its beginning.
type Attempt<'a> = (&'a Lab, &'a dyn Fn(&mut Lab, NodeTime), &'a dyn Fn(&Lab) -> bool);

fn happens((lab, mark, seen): Attempt<'_>, age: i64) -> bool {
    let mut lab = lab.clone();
    lab.forget();
    let since = lab.now - Millis(age);
    mark(&mut lab, since);
    lab.sentinel.stir();
    lab.give(Input::Timer);
    seen(&lab)
}

/// More than `limit` must have passed.
#[track_caller]
fn strictly_after(limit: i64, lab: &Lab, mark: &dyn Fn(&mut Lab, NodeTime), seen: &dyn Fn(&Lab) -> bool) {
    assert!(!happens((lab, mark, seen), limit), "at {limit} ms it is too early");
    assert!(happens((lab, mark, seen), limit + 1), "after {limit} ms it is time");
}

/// `limit` must have passed.
#[track_caller]
fn as_soon_as(limit: i64, lab: &Lab, mark: &dyn Fn(&mut Lab, NodeTime), seen: &dyn Fn(&Lab) -> bool) {
    assert!(!happens((lab, mark, seen), limit - 1), "before {limit} ms it is too early");
    assert!(happens((lab, mark, seen), limit), "at {limit} ms it is time");
}

fn master_link(lab: &mut Lab) -> &mut Link {
    let link = lab.master().instance.link;
    &mut lab.sentinel.process.links[link]
}

fn position(lab: &Lab, at: crate::sim::Addr) -> usize {
    lab.master().replicas.position_by_key(&at.to_string()).unwrap()
}

/// All is well, and a timer that comes now finds nothing to do.
fn quiet(quorum: u32, sentinels: usize) -> Lab {
    let mut lab = Lab::settled(quorum, sentinels);
    loop {
        lab.tick();
        lab.run(10);
        lab.forget();
        let mut probe = lab.clone();
        probe.sentinel.stir();
        probe.give(Input::Timer);
        if probe.sent_to(M).is_empty() && probe.sent_to(R2).is_empty() && probe.sent_to(AT_B).is_empty() {
            return lab;
        }
    }
}

/// CON-1, CON-2, CON-4, GEN-2, PCMD-3, PCMD-6, PCMD-8
#[test]
fn commands_are_sent_when_more_than_their_period_has_passed() {
    let lab = quiet(2, 2);
    let sent = |lab: &Lab, what: &str| !lab.times(M, what).is_empty();
    let info = |lab: &mut Lab, since| lab.sentinel.masters[0].reported.info_refresh = since;
    strictly_after(10_000, &lab, &info, &|lab| sent(lab, "INFO"));
    let answered = |lab: &mut Lab, since| {
        master_link(lab).last_pong_time = since;
        master_link(lab).last_ping_time = since;
    };
    strictly_after(1000, &lab, &answered, &|lab| sent(lab, "PING"));
    // After a PING without a reply half of that is enough.
    let unanswered = |lab: &mut Lab, since| {
        master_link(lab).last_pong_time = NodeTime::ZERO;
        master_link(lab).last_ping_time = since;
    };
    strictly_after(500, &lab, &unanswered, &|lab| sent(lab, "PING"));
    let hello = |lab: &mut Lab, since| lab.sentinel.masters[0].instance.last_pub_time = since;
    strictly_after(2000, &lab, &hello, &|lab| sent(lab, "PUBLISH"));
}

/// CON-30, CON-2, CON-3, LINK-6, ASK-4, GEN-2
#[test]
fn dials_and_questions_go_out_when_their_period_has_passed() {
    let mut lab = Lab::settled(3, 2);
    lab.crash(M);
    lab.run(3000);
    assert!(lab.master().instance.s_down && lab.link(&lab.master().instance).disconnected);
    let dial = |lab: &mut Lab, since| master_link(lab).last_reconn_time = since;
    as_soon_as(1000, &lab, &dial, &|lab| lab.dials.iter().any(|(_, to)| *to == M));
    let answer = |lab: &mut Lab, since| {
        lab.sentinel.masters[0].sentinels[0].last_master_down_reply_time = since;
    };
    as_soon_as(1000, &lab, &answer, &|lab| !lab.times(AT_B, "SENTINEL").is_empty());
}

/// CON-3, ASK-2, ODOWN-4
#[test]
fn an_opinion_holds_for_five_ask_periods() {
    let lab = quiet(2, 2);
    let answer = |lab: &mut Lab, since| {
        let peer = &mut lab.sentinel.masters[0].sentinels[0];
        peer.master_down = true;
        peer.leader = Some(B.into());
        peer.leader_epoch = 3;
        peer.last_master_down_reply_time = since;
    };
    strictly_after(5000, &lab, &answer, &|lab| !lab.peer(B).master_down);
    strictly_after(5000, &lab, &answer, &|lab| lab.peer(B).leader.is_none());
    let mut lab = lab;
    answer(&mut lab, NodeTime::ZERO);
    lab.sentinel.stir();
    lab.tick();
    assert_eq!(lab.peer(B).leader_epoch, 3, "the epoch stays");
}

/// SDOWN-1, SDOWN-2, SDOWN-3, SDOWN-4, GEN-2, CON-1
#[test]
fn an_instance_is_down_when_more_than_its_time_has_passed() {
    let lab = quiet(2, 2);
    let down = |lab: &Lab| lab.logged("+sdown master");
    let ping = |lab: &mut Lab, since| master_link(lab).act_ping_time = Some(since);
    strictly_after(2000, &lab, &ping, &down);
    let lost = |lab: &mut Lab, since| {
        master_link(lab).act_ping_time = None;
        master_link(lab).last_avail_time = since;
        master_link(lab).disconnected = true;
        master_link(lab).last_reconn_time = lab.now;
    };
    strictly_after(2000, &lab, &lost, &down);
    let demoted = |lab: &mut Lab, since| {
        lab.sentinel.masters[0].reported.role = crate::sentinel::Role::Replica;
        lab.sentinel.masters[0].reported.role_time = since;
    };
    strictly_after(22_000, &lab, &demoted, &down);
    let reboot = |lab: &mut Lab, since| {
        lab.sentinel.masters[0].group.master_reboot_down_after = Millis(5000);
        lab.sentinel.masters[0].rebooting_since = Some(since);
    };
    strictly_after(5000, &lab, &reboot, &down);
}

/// CON-6, CON-7, CON-30, TILT-1, TILT-4, TIM-6
#[test]
fn tilt_begins_after_its_trigger_and_ends_at_its_period() {
    let lab = quiet(2, 1);
    let timer = |lab: &mut Lab, since| lab.sentinel.process.previous_time = since;
    strictly_after(2000, &lab, &timer, &|lab| lab.logged("+tilt"));
    let tilt = |lab: &mut Lab, since| lab.sentinel.process.tilt_since = Some(since);
    as_soon_as(30_000, &lab, &tilt, &|lab| lab.logged("-tilt"));
    // Another PING period leaves it as it is: the two have nothing to do with each other.
    let mut lab = lab;
    lab.ask("SENTINEL DEBUG ping-period 100");
    as_soon_as(30_000, &lab, &tilt, &|lab| lab.logged("-tilt"));
}

/// CON-4, CON-9, LINK-12, LINK-13, LINK-14, GEN-2
#[test]
fn connections_are_dropped_that_are_old_enough_and_idle() {
    let lab = quiet(2, 1);
    let closes = |lab: &Lab| !lab.closes.is_empty();
    let long_ago = |lab: &Lab| lab.now - Millis(60_000);
    let cc = |lab: &mut Lab, since, sent, pong| {
        master_link(lab).cc.as_mut().unwrap().since = since;
        master_link(lab).act_ping_time = Some(sent);
        master_link(lab).last_pong_time = pong;
    };
    let silent = |lab: &Lab| lab.now - Millis(1900);
    let age = |lab: &mut Lab, since| cc(lab, since, silent(lab), silent(lab));
    strictly_after(15_000, &lab, &age, &closes);
    // Half of down-after without a valid reply, and without any.
    let first_ping = |lab: &mut Lab, since| cc(lab, long_ago(lab), since, silent(lab));
    strictly_after(1000, &lab, &first_ping, &closes);
    let last_reply = |lab: &mut Lab, since| cc(lab, long_ago(lab), silent(lab), since);
    strictly_after(1000, &lab, &last_reply, &closes);
    let pc = |lab: &mut Lab, since, activity| {
        master_link(lab).pc.as_mut().unwrap().since = since;
        let link = lab.master().instance.link;
        lab.sentinel.process.links.set_pc_last_activity(link, activity);
    };
    let age = |lab: &mut Lab, since| pc(lab, since, NodeTime::ZERO);
    strictly_after(15_000, &lab, &age, &closes);
    let message = |lab: &mut Lab, since| pc(lab, long_ago(lab), since);
    strictly_after(6000, &lab, &message, &closes);
    // The two are dropped apart from each other.
    let mut silent_peer = lab.clone();
    let mut lab = lab;
    message(&mut lab, NodeTime::ZERO);
    master_link(&mut lab).pending_commands = 7;
    lab.sentinel.stir();
    lab.give(Input::Timer);
    assert!(master_link(&mut lab).cc.is_some() && master_link(&mut lab).pc.is_none());
    assert!(master_link(&mut lab).disconnected);
    assert_eq!(
        master_link(&mut lab).pending_commands,
        7,
        "what was asked on the other may still be answered"
    );
    let lab = &mut silent_peer;
    first_ping(lab, NodeTime::ZERO);
    master_link(lab).pending_commands = 7;
    lab.sentinel.stir();
    lab.give(Input::Timer);
    assert!(master_link(lab).cc.is_none() && master_link(lab).pc.is_some());
    assert_eq!((master_link(lab).pending_commands, master_link(lab).disconnected), (0, true));
}

/// CON-10, CON-30, FSM-START-1, FSM-WAITSTART-3, GEN-2
#[test]
fn a_failover_is_tried_after_twice_its_timeout_and_an_election_ends_after_its_window() {
    let mut lab = Lab::settled(1, 2);
    lab.node(AT_B).vote = Vote::Nobody;
    lab.crash(M);
    lab.run(3000);
    let start = |lab: &mut Lab, since| lab.sentinel.masters[0].failover_start_time = since;
    let mut none = lab.clone();
    none.sentinel.masters[0].failover = Failover::None;
    none.sentinel.masters[0].leader = Some(B.into());
    assert!(none.master().o_down);
    as_soon_as(20_000, &none, &start, &|lab| lab.logged("+try-failover"));
    // An attempt waits for the election timeout or the failover timeout, whichever is shorter.
    assert!(matches!(lab.master().failover, Failover::WaitStart(_)));
    let aborted = |lab: &Lab| lab.logged("-failover-abort-not-elected");
    lab.sentinel.masters[0].group.failover_timeout = Millis(60_000);
    strictly_after(10_000, &lab, &start, &aborted);
    lab.sentinel.masters[0].group.failover_timeout = Millis(4000);
    strictly_after(4000, &lab, &start, &aborted);
}

/// FSM-NOONE-1, FSM-WAITPROMO-1, FSM-GEN-2, GEN-2
#[test]
fn a_promotion_is_waited_for_until_the_failover_timeout() {
    let mut lab = Lab::settled(1, 1);
    lab.node(R2).obeys = false;
    lab.crash(M);
    lab.run(3500);
    let aborted = |lab: &Lab| lab.logged("-failover-abort-slave-timeout");
    let since = |lab: &mut Lab, moment| match &mut lab.sentinel.masters[0].failover {
        Failover::WaitPromotion { since, .. } | Failover::SendSlaveofNoone { since, .. } => *since = moment,
        other => panic!("{other:?}"),
    };
    strictly_after(10_000, &lab, &since, &aborted);
    // The state before has the same limit, which is looked at only while the replica is disconnected.
    let Failover::WaitPromotion { attempt, promoted, since: entered } = lab.master().failover else {
        panic!()
    };
    lab.sentinel.masters[0].failover = Failover::SendSlaveofNoone { attempt, promoted, since: entered };
    let link = lab.replica(R2).instance.link;
    let disconnected = |lab: &mut Lab, moment| {
        since(lab, moment);
        let link = &mut lab.sentinel.process.links[link];
        link.disconnected = true;
        link.last_reconn_time = lab.now;
    };
    strictly_after(10_000, &lab, &disconnected, &aborted);
    assert!(!happens((&lab, &since, &aborted), 60_000), "connected, it is told instead");
}

/// CON-8, RECONF-6, RECONF-11, GEN-2
#[test]
fn a_reconfiguration_is_waited_for_as_long_as_it_may_take() {
    let mut lab = Lab::settled(1, 1);
    lab.ask("SENTINEL SET mymaster parallel-syncs 2 failover-timeout 60000");
    lab.node(R3).obeys = false;
    lab.ask("SENTINEL FAILOVER mymaster");
    while !lab.logged("+slave-reconf-sent") {
        lab.run(1);
    }
    let sent = |lab: &mut Lab, since| {
        let at = position(lab, R3);
        lab.sentinel.masters[0].replicas[at].reconf.sent = Some(since);
    };
    strictly_after(10_000, &lab, &sent, &|lab| lab.logged("-slave-reconf-sent-timeout"));
    let entered = |lab: &mut Lab, moment| {
        let Failover::ReconfReplicas { since, .. } = &mut lab.sentinel.masters[0].failover else { panic!() };
        *since = moment;
    };
    strictly_after(60_000, &lab, &entered, &|lab| lab.logged("+failover-end-for-timeout"));
}

/// SEL-3, SEL-5, SEL-6, CON-1, CON-2, GEN-2
#[test]
fn a_replica_is_unfit_when_what_is_known_of_it_is_too_old() {
    let lab = quiet(2, 1);
    let weigh = |lab: &Lab| {
        let selection = lab.sentinel.weigh_replicas(lab.master(), lab.now);
        selection.candidates.iter().find(|candidate| candidate.name == R2.to_string()).unwrap().unfit
    };
    let link = lab.replica(R2).instance.link;
    let at = position(&lab, R2);
    let with = |change: &dyn Fn(&mut Lab)| {
        let mut lab = lab.clone();
        change(&mut lab);
        weigh(&lab)
    };
    let limit = Millis(5000);
    let pong =
        |age: i64| with(&|lab| lab.sentinel.process.links[link].last_avail_time = lab.now - Millis(age));
    assert_eq!(pong(5000), None);
    assert_eq!(pong(5001), Some(Unfit::PingTooOld { age: Millis(5001), limit }));
    let cut_off =
        |ms: i64| with(&|lab| lab.sentinel.masters[0].replicas[at].master_link_down_time = Millis(ms));
    assert_eq!(cut_off(20_000), None);
    let unfit = Unfit::LinkDownTooLong { down: Millis(20_001), limit: Millis(20_000) };
    assert_eq!(cut_off(20_001), Some(unfit));
    // For as long as the master has been down, it may be cut off longer.
    let since_down = with(&|lab| {
        lab.sentinel.masters[0].instance.s_down = true;
        lab.sentinel.masters[0].instance.s_down_since = lab.now - Millis(7000);
        lab.sentinel.masters[0].replicas[at].reported.info_refresh = lab.now;
        lab.sentinel.masters[0].replicas[at].master_link_down_time = Millis(27_001);
    });
    assert_eq!(since_down, Some(Unfit::LinkDownTooLong { down: Millis(27_001), limit: Millis(27_000) }));
}

/// A replica's INFO is on its way and shows what it is told to; the master is silent for the moment, so that
/// nothing else moves.
fn info_on_its_way(master: Option<crate::sim::Addr>) -> Lab {
    let mut lab = quiet(2, 1);
    lab.info(R2).master = master;
    let at = position(&lab, R2);
    // The change is known, and nothing is pending.
    lab.sentinel.masters[0].replicas[at].reported.info_refresh = NodeTime::ZERO;
    lab.sentinel.stir();
    lab.tick();
    lab.run(10);
    lab.freeze(M);
    lab.sentinel.masters[0].replicas[at].reported.info_refresh = NodeTime::ZERO;
    lab.sentinel.stir();
    lab.tick();
    assert_eq!(lab.times(R2, "INFO").len(), 2);
    lab.forget();
    lab
}

#[track_caller]
fn at_info(lab: &Lab, event: &str, expected: bool, change: &dyn Fn(&mut Lab, NodeTime, usize)) {
    let mut lab = lab.clone();
    let (arrives, at) = (lab.now + Millis(2), position(&lab, R2));
    // Old enough for everything, where the case says nothing else.
    let replica = &mut lab.sentinel.masters[0].replicas[at];
    replica.reported.role_time = NodeTime(1);
    replica.slave_conf_change_time = NodeTime(1);
    change(&mut lab, arrives, at);
    lab.run(3);
    assert_eq!(lab.logged(event), expected, "{:#?}", lab.log());
}

/// INFO-16, INFO-19, INFO-20, CON-4, CON-30, GEN-2
#[test]
fn a_replica_that_calls_itself_master_is_turned_back_after_four_publish_periods() {
    let lab = info_on_its_way(None);
    let converted = "+convert-to-slave";
    at_info(&lab, converted, true, &|_, _, _| {});
    for (age, expected) in [(8000, false), (8001, true)] {
        at_info(&lab, converted, expected, &|lab, arrives, at| {
            lab.sentinel.masters[0].replicas[at].reported.role_time = arrives - Millis(age);
        });
        at_info(&lab, converted, expected, &|lab, arrives, at| {
            lab.sentinel.masters[0].replicas[at].instance.s_down_since = arrives - Millis(age);
        });
    }
    // The master looks sane while its last INFO is younger than two periods.
    for (age, expected) in [(19_999, true), (20_000, false)] {
        at_info(&lab, converted, expected, &|lab, arrives, _| {
            lab.sentinel.masters[0].reported.info_refresh = arrives - Millis(age);
        });
    }
    at_info(&lab, converted, false, &|lab, _, _| lab.sentinel.masters[0].instance.s_down = true);
    at_info(&lab, converted, false, &|lab, _, _| lab.sentinel.masters[0].o_down = true);
    at_info(&lab, converted, false, &|lab, _, _| {
        lab.sentinel.masters[0].reported.role = crate::sentinel::Role::Replica;
    });
}

/// INFO-17, INFO-19, INFO-20, GEN-2
#[test]
fn a_replica_of_another_master_is_pointed_back_after_the_failover_timeout() {
    let lab = info_on_its_way(Some(R3));
    let fixed = "+fix-slave-config";
    at_info(&lab, fixed, true, &|_, _, _| {});
    for (age, expected) in [(10_000, false), (10_001, true)] {
        at_info(&lab, fixed, expected, &|lab, arrives, at| {
            lab.sentinel.masters[0].replicas[at].slave_conf_change_time = arrives - Millis(age);
        });
        at_info(&lab, fixed, expected, &|lab, arrives, at| {
            lab.sentinel.masters[0].replicas[at].instance.s_down_since = arrives - Millis(age);
        });
    }
    for (age, expected) in [(19_999, true), (20_000, false)] {
        at_info(&lab, fixed, expected, &|lab, arrives, _| {
            lab.sentinel.masters[0].reported.info_refresh = arrives - Millis(age);
        });
    }
}

/// CON-17, PCMD-2: the cap grows with the owners of a link, and the questions of an election are not under it.
#[test]
fn a_hundred_commands_may_wait_for_each_owner_of_a_link() {
    let lab = quiet(2, 2);
    let peer = lab.peer(B).instance.link;
    let hello_at = |pending: u32, owners: u32| {
        let mut lab = lab.clone();
        lab.sentinel.process.links[peer].pending_commands = pending;
        lab.sentinel.process.links[peer].refcount = owners;
        lab.sentinel.masters[0].sentinels[0].instance.last_pub_time = NodeTime::ZERO;
        lab.sentinel.stir();
        lab.give(Input::Timer);
        !lab.times(AT_B, "PUBLISH").is_empty()
    };
    assert!(hello_at(99, 1) && !hello_at(100, 1));
    assert!(hello_at(199, 2) && !hello_at(200, 2));
    let mut asking = lab.clone();
    asking.crash(M);
    asking.run(3000);
    asking.forget();
    asking.sentinel.process.links[peer].pending_commands = 100;
    asking.sentinel.masters[0].sentinels[0].last_master_down_reply_time = NodeTime::ZERO;
    asking.sentinel.stir();
    asking.give(Input::Timer);
    assert_eq!(asking.times(AT_B, "SENTINEL").len(), 1);
    assert_eq!(asking.link(&asking.peer(B).instance).pending_commands, 101, "not capped, but counted");
}

/// CON-18, FSM-START-3, VOTE-7: from 0 to 999 ms, and every part of that range comes up.
#[test]
fn the_random_part_of_a_start_time_is_below_a_second() {
    let mut lab = Lab::settled(2, 1);
    let mut tenths = [0_u32; 10];
    for epoch in 1..=600 {
        let asked = lab.ask(&format!("SENTINEL is-master-down-by-addr 10.0.0.1 6379 {epoch} {B}"));
        assert_eq!(asked, Reply::Array(vec![Reply::Integer(0), Reply::bulk(B), Reply::Integer(epoch)]));
        let part = (lab.master().failover_start_time - lab.now).0;
        tenths[usize::try_from(part / 100).unwrap()] += 1;
    }
    assert!(tenths.iter().all(|count| *count > 20), "{tenths:?}");
}
