//! The failover's states, from the attempt to the switch.

use super::lab::*;
use crate::protocol::Reply;
use crate::sentinel::{EventKind, Failover, SentinelConf};
use crate::sim::Millis;

/// A leader in WAIT_PROMOTION whose chosen replica does not obey.
fn stubborn() -> Lab {
    let mut lab = Lab::settled(1, 1);
    lab.node(R2).obeys = false;
    lab.crash(M);
    lab.run(3500);
    assert!(lab.logged("+failover-state-wait-promotion"));
    lab
}

/// FSM-GEN-1, FSM-START-4, FSM-START-5, FSM-WAITSTART-1, LOG-15, CMD-FAILOVER-2, MYTH-20, SEEDB-8
#[test]
fn a_manual_failover_logs_what_a_real_one_logs() {
    let mut lab = Lab::settled(2, 3);
    assert_eq!(lab.ask("SENTINEL FAILOVER mymaster"), Reply::ok());
    lab.run(8000);
    let saved = "Sentinel new configuration saved on disk".to_string();
    let expected = vec![
        "Executing user requested FAILOVER of 'mymaster'".into(),
        "+new-epoch 1".into(),
        format!("+try-failover {PM}"),
        saved.clone(),
        format!("+vote-for-leader {A} 1"),
        format!("+elected-leader {PM}"),
        format!("+failover-state-select-slave {PM}"),
        format!("+selected-slave {PR2}"),
        format!("+failover-state-send-slaveof-noone {PR2}"),
        format!("+failover-state-wait-promotion {PR2}"),
        format!("-role-change {PR2} new reported role is master"),
        saved.clone(),
        format!("+promoted-slave {PR2}"),
        format!("+failover-state-reconf-slaves {PM}"),
        format!("+slave-reconf-sent {PR3}"),
        format!("+slave-reconf-inprog {PR3}"),
        format!("+slave-reconf-done {PR3}"),
        format!("+failover-end {PM}"),
        "+switch-master mymaster 10.0.0.1 6379 10.0.0.2 6379".into(),
    ];
    assert_eq!(lab.log()[..expected.len()], expected);
    assert!(lab.times(AT_B, "SENTINEL").is_empty(), "nobody is asked");
    let steps = ["+try-failover", "+elected-leader", "+selected-slave", "+failover-state-wait-promotion"];
    let times: Vec<_> = steps.iter().map(|step| lab.when(step)).collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "one state a timer: {times:?}");
}

/// CMD-FAILOVER-1, TST-NEW-3
#[test]
fn a_manual_failover_is_refused_while_one_runs_or_without_a_good_replica() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(lab.ask("SENTINEL FAILOVER other"), Reply::error("ERR No such master with that name"));
    lab.ask("SENTINEL FAILOVER mymaster");
    let refused = Reply::error("INPROG Failover already in progress");
    assert_eq!(lab.ask("SENTINEL FAILOVER mymaster"), refused);
    let mut lab = Lab::settled(2, 1);
    for at in [R2, R3] {
        lab.info(at).priority = 0;
    }
    lab.run(11_000);
    lab.forget();
    let refused = Reply::error("NOGOODSLAVE No suitable replica to promote");
    assert_eq!(lab.ask("SENTINEL FAILOVER mymaster"), refused);
    assert!(lab.log().is_empty());
}

/// CMD-FAILOVER-3, FSM-SELECT-1, EVT-20
#[test]
fn the_replica_is_chosen_again_when_its_turn_comes() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.crash(R2);
    lab.crash(R3);
    lab.run(1000);
    assert!(lab.logged(&format!("-failover-abort-no-good-slave {PM}")));
    assert_eq!(lab.master().failover, Failover::None);
    let reasons = lab.master().selection.clone().unwrap();
    assert_eq!(reasons.chosen, None);
    assert!(reasons.candidates.iter().all(|candidate| candidate.unfit.is_some()));
}

/// FSM-START-1, FSM-START-2, FSM-START-3
#[test]
fn an_attempt_raises_the_epoch_and_its_start_time_has_a_random_part() {
    let mut starts = Vec::new();
    for phase in 0..6 {
        let mut lab = Lab::settled(1, 1);
        lab.run(phase * 317);
        lab.crash(M);
        lab.run(2500);
        assert_eq!(lab.sentinel.current_epoch(), 1);
        let random = lab.master().failover_start_time - lab.when("+try-failover");
        assert!(Millis(0) <= random && random < Millis(1000), "{random:?}");
        starts.push(random);
    }
    starts.dedup();
    assert!(starts.len() > 3);
}

/// FSM-NOONE-2, FSM-CMD-1, MYTH-16, SEEDA-8
#[test]
fn the_chosen_replica_gets_one_transaction_of_six_commands() {
    let mut lab = Lab::settled(1, 1);
    lab.crash(M);
    lab.run(3500);
    let sent = lab.when("+failover-state-wait-promotion");
    let texts: Vec<String> =
        lab.sent_to(R2).into_iter().filter(|(time, _)| *time == sent).map(|(_, text)| text).collect();
    let transaction = [
        "MULTI",
        "SLAVEOF NO ONE",
        "CONFIG REWRITE",
        "CLIENT KILL TYPE normal",
        "CLIENT KILL TYPE pubsub",
        "EXEC",
    ];
    assert!(texts.windows(6).any(|window| window == transaction), "{texts:?}");
    // Not when the state was entered that is named for it: with the timer after.
    assert!(sent > lab.when("+failover-state-send-slaveof-noone"));
    assert_eq!(lab.times(R2, "SLAVEOF"), [sent]);
}

/// FSM-CMD-4
#[test]
fn the_transaction_kills_the_senders_own_subscription_which_is_dialled_anew() {
    let mut lab = Lab::settled(1, 1);
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(600);
    let sent = lab.when("+failover-state-wait-promotion");
    let dials: Vec<_> = lab.dials.iter().filter(|(_, to)| *to == R2).collect();
    assert_eq!(dials.len(), 1);
    assert!(dials[0].0 - sent <= Millis(110));
}

/// FSM-START-1, FSM-SELECT-1, EVT-20
#[test]
fn a_failover_is_tried_even_where_no_replica_is_good() {
    let mut lab = Lab::settled(1, 1);
    for at in [R2, R3] {
        lab.info(at).priority = 0;
    }
    lab.run(11_000);
    lab.forget();
    lab.crash(M);
    lab.run(4000);
    let log = lab.log();
    let lines =
        ["+try-failover", "+elected-leader", "+failover-state-select-slave", "-failover-abort-no-good-slave"];
    assert_in_order(&log, &lines);
    assert!(!lab.logged("+selected-slave"));
    let next = lab.when("-failover-abort-no-good-slave") - lab.when("+failover-state-select-slave");
    assert!(Millis(52) <= next && next <= Millis(100), "with the next timer, at once: {next:?}");
    lab.run(14_000);
    assert_eq!(lab.count("+try-failover"), 1, "and not again before twice the timeout");
}

/// SEEDA-6, SEEDA-7, SEEDA-9, SEEDA-10, SEEDB-9, SEEDC-14, MYTH-6
#[test]
fn once_elected_a_leader_needs_nobodys_consent() {
    let mut lab = Lab::settled(2, 3);
    lab.node(AT_B).says_down = true;
    lab.crash(M);
    while !lab.logged("+elected-leader") {
        lab.run(1);
    }
    // Neither the peers nor the other replica can say anything any more.
    for at in [AT_B, AT_C, R3] {
        lab.freeze(at);
    }
    lab.run(3000);
    assert!(lab.logged(&format!("+selected-slave {PR2}")));
    assert!(lab.logged(&format!("+promoted-slave {PR2}")));
    let promoted = lab.when("+promoted-slave") - lab.when("+failover-state-wait-promotion");
    assert!(promoted <= Millis(1110), "one INFO of the replica: {promoted:?}");
    lab.run(4000);
    assert!(lab.logged("+switch-master mymaster 10.0.0.1 6379 10.0.0.2 6379"));
    // What they are sent is what they are sent anyway: PING, hello and the question about the master.
    let odd = |(_, text): &(_, String)| {
        !["PING", "PUBLISH", "SENTINEL is-master-down", "CLIENT SETNAME"]
            .iter()
            .any(|known| text.starts_with(known))
    };
    assert_eq!(lab.sent_to(AT_B).iter().find(|sent| odd(sent)), None);
}

/// FSM-NOONE-1, FSM-GEN-2, EVT-24
#[test]
fn a_chosen_replica_that_is_disconnected_is_waited_for() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL FAILOVER mymaster");
    while !lab.logged("+selected-slave") {
        lab.run(1);
    }
    lab.crash(R2);
    lab.run(9000);
    assert!(!lab.logged("-failover-abort"), "{:#?}", lab.log());
    assert!(matches!(
        lab.master().failover,
        Failover::SendSlaveofNoone { .. } | Failover::WaitPromotion { .. }
    ));
    lab.run(12_000);
    assert!(lab.logged(&format!("-failover-abort-slave-timeout {PM}")));
    assert_eq!(lab.master().failover, Failover::None);
}

/// FSM-NOONE-3, FSM-WAITPROMO-1, FSM-GEN-3, SEEDC-16
#[test]
fn a_replica_that_never_turns_master_is_given_up_after_the_failover_timeout() {
    let mut lab = stubborn();
    lab.run(30_000);
    assert_eq!(lab.times(R2, "SLAVEOF NO ONE").len(), 2, "once an attempt");
    let waited = lab.when("-failover-abort-slave-timeout") - lab.when("+failover-state-wait-promotion");
    assert!(Millis(10_000) < waited && waited <= Millis(10_100), "{waited:?}");
    let again = lab.when("+new-epoch 2") - lab.when("+new-epoch 1");
    assert!(Millis(20_000) <= again && again <= Millis(21_100), "{again:?}");
}

/// FSM-WAITPROMO-2, FSM-PROMOTED-2, INFO-22, MYTH-6, SEEDA-9, SEEDA-10
#[test]
fn the_promotion_is_what_info_of_the_replica_shows() {
    let mut lab = stubborn();
    lab.run(3000);
    assert!(!lab.logged("+promoted-slave"));
    lab.info(R2).master = None;
    lab.run(1200);
    assert!(lab.logged("+promoted-slave"));
    assert_eq!(lab.master().config_epoch, 1);
}

/// FSM-PROMOTED-2, FSM-GEN-5, CONF-10, MYTH-10, CMD-ADDR-1, CMD-MAP-6, SEEDA-14, SEEDA-15
#[test]
fn from_the_promotion_on_clients_peers_and_the_file_are_given_the_new_master() {
    let mut lab = Lab::settled(2, 2);
    lab.node(R3).obeys = false;
    lab.ask("SENTINEL FAILOVER mymaster");
    let old = Reply::bulks(["10.0.0.1", "6379"]);
    assert_eq!(lab.ask("SENTINEL GET-MASTER-ADDR-BY-NAME mymaster"), old);
    while !lab.logged("+promoted-slave") {
        lab.run(1);
    }
    assert!(!lab.logged("+switch-master"));
    let new = Reply::bulks(["10.0.0.2", "6379"]);
    assert_eq!(lab.ask("SENTINEL GET-MASTER-ADDR-BY-NAME mymaster"), new);
    let text = lab.saved.as_ref().unwrap().to_string();
    assert!(text.contains("sentinel monitor mymaster 10.0.0.2 6379 2"), "{text}");
    assert!(text.contains("sentinel known-replica mymaster 10.0.0.1 6379"), "{text}");
    assert!(!text.contains("sentinel known-replica mymaster 10.0.0.2 6379"), "{text}");
    assert!(text.contains("sentinel config-epoch mymaster 1"), "{text}");
    let Reply::Array(map) = lab.ask("SENTINEL MASTER mymaster") else { panic!() };
    assert_eq!(map[3], Reply::bulk("10.0.0.1"), "its own record has not moved yet");
}

/// PER-6, VER-8, PER-5, PER-2, LOG-10, LOG-16, INFO-35, NEW-5
#[test]
fn a_leader_restarted_after_the_promotion_comes_back_with_the_new_master() {
    let mut lab = Lab::settled(2, 2);
    lab.ask("SENTINEL SIMULATE-FAILURE crash-after-promotion");
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(5000);
    assert_eq!(lab.exit, Some(99));
    let log = lab.log();
    assert_eq!(log.last().unwrap(), "Sentinel CRASH because of SENTINEL simulate-failure");
    assert!(log[log.len() - 2].starts_with("+promoted-slave"));
    assert!(!lab.logged("+failover-state-reconf-slaves"));
    let saved = SentinelConf::parse(&lab.saved.as_ref().unwrap().to_string()).unwrap();
    let lab = Lab::start(saved, 3);
    let master = lab.master();
    assert_eq!(master.announced_addr().key(false), "10.0.0.2:6379");
    assert_eq!((master.config_epoch, master.leader_epoch, lab.sentinel.current_epoch()), (1, 1, 1));
    assert_eq!(master.failover, Failover::None);
    assert_eq!(master.failover_start_time.0, 0);
    let mut known: Vec<_> = master.replicas.iter().map(|replica| replica.name.to_string()).collect();
    known.sort();
    assert_eq!(known, ["10.0.0.1:6379", "10.0.0.3:6379"]);
    assert_eq!(lab.log()[0], format!("Sentinel ID is {A}"));
    assert_eq!(lab.log()[1], "+monitor master mymaster 10.0.0.2 6379 quorum 2");
    assert_eq!(lab.log().len(), 2, "known instances are not announced");
}

/// FSM-WAITSTART-2, CMD-SIMFAIL-1, TST-NEW-4, CON-28
#[test]
fn a_simulated_crash_after_the_election_ends_the_process() {
    let mut lab = Lab::settled(2, 1);
    lab.ask("SENTINEL SIMULATE-FAILURE crash-after-election");
    lab.ask("SENTINEL FAILOVER mymaster");
    lab.run(1000);
    assert_eq!(lab.exit, Some(99));
    assert!(lab.logged("+elected-leader") && !lab.logged("+failover-state-select-slave"));
}

/// FSM-GEN-4, MYTH-11, VER-7, ODOWN-7
#[test]
fn a_master_that_is_back_is_failed_over_all_the_same_and_turned_into_a_replica() {
    let mut lab = Lab::settled(1, 1);
    lab.node(R2).obeys = false;
    lab.freeze(M);
    lab.run(4000);
    assert!(lab.logged("+failover-state-wait-promotion"));
    lab.revive(M);
    lab.run(2000);
    assert!(lab.logged("-sdown master") && lab.logged("-odown master"));
    lab.info(R2).master = None;
    lab.run(20_000);
    let pold = "slave 10.0.0.1:6379 10.0.0.1 6379 @ mymaster 10.0.0.2 6379";
    let convert = format!("+convert-to-slave {pold}");
    let log = lab.log();
    assert_in_order(
        &log,
        &["-odown", "+promoted-slave", "+switch-master", "-role-change slave 10.0.0.1", &convert],
    );
    assert!(!lab.times(M, "SLAVEOF 10.0.0.2 6379").is_empty());
    let wait = lab.when("+convert-to-slave") - lab.when("-role-change slave 10.0.0.1");
    assert!(Millis(10_000) < wait && wait <= Millis(10_200), "{wait:?}");
}

/// FSM-PROMOTED-4
#[test]
fn a_promotion_seen_after_the_abort_is_undone_if_the_old_master_is_back() {
    let mut lab = stubborn();
    lab.run(11_000);
    assert!(lab.logged("-failover-abort-slave-timeout"));
    lab.revive(M);
    lab.info(R2).master = None;
    lab.run(30_000);
    assert!(lab.logged(&format!("+convert-to-slave {PR2}")), "{:#?}", lab.log());
    assert!(!lab.logged("+promoted-slave"));
}

/// FSM-UPDATE-1, SWITCH-1, SWITCH-2, SWITCH-3, SWITCH-4, SWITCH-5, SWITCH-6, INFO-20
#[test]
fn the_switch_makes_the_group_anew_around_the_new_master() {
    let mut lab = Lab::settled(2, 2);
    let info_refresh_before = lab.master().reported.info_refresh;
    lab.ask("SENTINEL FAILOVER mymaster");
    while !lab.logged("+switch-master") {
        lab.run(1);
    }
    let master = lab.master();
    assert_eq!(master.instance.addr.key(false), "10.0.0.2:6379");
    assert_eq!(master.failover, Failover::None);
    assert_eq!(master.failover_start_time.0, 0, "a new failover may start at once");
    assert_eq!((master.leader.clone(), master.leader_epoch), (None, 1));
    assert_eq!(master.instance.runid, None);
    assert_eq!(master.reported.info_refresh, info_refresh_before, "not forgotten");
    assert_eq!(master.sentinels.len(), 1, "Sentinels stay");
    assert!(!lab.link(&lab.peer(B).instance).disconnected);
    let replica = lab.replica(M);
    assert_eq!(replica.reported.info_refresh.0, 0);
    assert_eq!((replica.priority, replica.repl_offset, replica.instance.runid.clone()), (100, 0, None));
    assert!(lab.link(&replica.instance).disconnected);
    assert!(!lab.logged("+reset-master"), "SWITCH-6");
    let switched = lab.now;
    let link = lab.link(&lab.master().instance);
    assert_eq!((link.act_ping_time, link.last_avail_time), (Some(switched), switched));
    assert_eq!((link.last_pong_time, link.last_ping_time.0), (switched, 0));
    assert!(link.last_reconn_time.0 > 0 && link.disconnected, "not reset: the next dial waits its time");
    assert_eq!((master.reported.role_time, master.config_epoch), (switched, 1));
    assert_eq!((master.instance.s_down_since.0, master.o_down_since.0), (0, 0));
    assert!(!master.instance.s_down && !master.o_down);
    lab.run(200);
    assert!(lab.dials.iter().any(|(time, to)| *to == M && *time > switched));
    // The new master is dialled again at the pace of its old link.
    assert_eq!(lab.link(&lab.master().instance).refcount, 1);
    // Its INFO is due ten seconds after the last one of the old master.
    lab.run(15_000);
    let first = lab.times(R2, "INFO").into_iter().find(|time| *time > switched).unwrap();
    let age = first - info_refresh_before;
    assert!(Millis(10_000) < age && age <= Millis(10_110), "{age:?}");
}

/// SWITCH-3, SWITCH-4
#[test]
fn a_dead_old_master_is_down_its_time_after_the_switch() {
    let mut lab = Lab::settled(1, 1);
    lab.crash(M);
    lab.run(12_000);
    let pold = "+sdown slave 10.0.0.1:6379 10.0.0.1 6379 @ mymaster 10.0.0.2 6379";
    let after = lab.when(pold) - lab.when("+switch-master");
    assert!(Millis(2000) < after && after <= Millis(2100), "{after:?}");
}

/// CMD-RESET-1, FSM-GEN-4
#[test]
fn a_reset_makes_a_running_failover_vanish() {
    let mut lab = stubborn();
    let saves = lab.saves;
    assert_eq!(lab.ask("SENTINEL RESET my*"), Reply::Integer(1));
    assert!(lab.logged(&format!("{} {PM}", EventKind::ResetMaster.channel())));
    assert_eq!(lab.master().failover, Failover::None);
    assert!(lab.master().replicas.is_empty());
    assert_eq!(lab.saves, saves, "not saved");
    assert!(!lab.logged("-failover-abort"));
}

/// HELLO-13, FSM-GEN-4
#[test]
fn a_newer_configuration_ends_an_own_failover_without_a_word() {
    let mut lab = Lab::settled(1, 2);
    lab.node(AT_B).vote = Vote::Nobody;
    lab.crash(M);
    lab.run(3000);
    assert!(lab.master().failover.is_in_progress());
    lab.hello_from(B, AT_B, 4, 4, R3);
    assert_eq!(lab.master().failover, Failover::None);
    assert!(lab.logged("+switch-master mymaster 10.0.0.1 6379 10.0.0.3 6379"));
    assert!(!lab.logged("-failover-abort"));
}

/// FSM-GEN-6, TILT-6
#[test]
fn in_tilt_no_state_is_left_but_its_time_goes_on() {
    let mut lab = stubborn();
    lab.stall(3000);
    lab.run(29_000);
    assert!(!lab.logged("-failover-abort"));
    lab.run(2000);
    assert_eq!(lab.when("-failover-abort-slave-timeout"), lab.when("-tilt"));
}

/// FSM-PROMOTED-1, TILT-6
#[test]
fn in_tilt_a_promotion_is_not_noticed() {
    let mut lab = stubborn();
    lab.ask("SENTINEL SET mymaster failover-timeout 100000");
    lab.stall(3000);
    lab.tick();
    lab.info(R2).master = None;
    lab.run(20_000);
    assert!(lab.logged("-role-change slave 10.0.0.2:6379"), "the event comes even so");
    assert!(!lab.logged("+promoted-slave"));
    lab.run(12_000);
    assert!(lab.logged("+promoted-slave"));
}

/// CMD-FAILOVER-4
#[test]
fn a_manual_failover_that_failed_holds_automatic_ones_back() {
    let mut lab = Lab::settled(1, 1);
    lab.node(R2).obeys = false;
    lab.ask("SENTINEL FAILOVER mymaster");
    let asked = lab.now;
    lab.run(11_000);
    assert!(lab.logged("-failover-abort-slave-timeout"));
    lab.forget();
    lab.crash(M);
    lab.run(20_000);
    let after = lab.when("+try-failover") - asked;
    assert!(Millis(20_000) <= after && after <= Millis(21_100), "{after:?}");
}

/// PER-1, PER-3, MOD-7, CMD-DEBUG-2, MOD-4
#[test]
fn a_restart_forgets_all_that_is_not_in_the_file() {
    let mut lab = Lab::settled(2, 3);
    lab.info(R2).priority = 7;
    lab.ask("SENTINEL DEBUG info-period 500");
    lab.ask("SENTINEL SIMULATE-FAILURE crash-after-election");
    lab.hello_from(B, AT_B, 6, 0, M);
    lab.stall(3000);
    lab.run(1000);
    assert!(lab.sentinel.is_tilt());
    assert_eq!(lab.replica(R2).priority, 7);
    let saved = SentinelConf::clone(lab.saved.as_ref().unwrap());
    let lab = Lab::start(saved, 4);
    assert!(!lab.sentinel.is_tilt());
    assert_eq!(lab.sentinel.current_epoch(), 6);
    assert_eq!(lab.sentinel.tunables().info_period, Millis(10_000));
    assert!(!lab.sentinel.simulate_failure().crash_after_election);
    assert_eq!(lab.replica(R2).priority, 100);
    assert_eq!(lab.peer(B).instance.runid.as_deref(), Some(B));
    assert_eq!(lab.master().replicas.len(), 2);
}
