//! Votes given, and votes counted.

use super::lab::*;
use crate::protocol::Reply;
use crate::sentinel::{Failover, SentinelConf, Winner};
use crate::sim::Millis;

fn answer(down: i64, leader: &str, epoch: i64) -> Reply {
    Reply::Array(vec![Reply::Integer(down), Reply::bulk(leader), Reply::Integer(epoch)])
}

fn request(lab: &mut Lab, epoch: u64, id: &str) -> Reply {
    lab.ask(&format!("SENTINEL is-master-down-by-addr 10.0.0.1 6379 {epoch} {id}"))
}

/// VOTE-1, VOTE-3
#[test]
fn a_master_that_is_not_known_at_that_address_is_neither_down_nor_voted_for() {
    let mut lab = Lab::settled(2, 1);
    let asked = lab.ask(&format!("SENTINEL is-master-down-by-addr 10.0.0.9 6379 5 {B}"));
    assert_eq!(asked, answer(0, "*", 0));
    let asked = lab.ask(&format!("SENTINEL is-master-down-by-addr 10.0.0.1 6380 5 {B}"));
    assert_eq!(asked, answer(0, "*", 0));
    assert_eq!(lab.sentinel.current_epoch(), 0);
}

/// VOTE-2, VOTE-3, SEEDC-5
#[test]
fn a_question_without_a_candidate_is_answered_by_the_own_flag_alone() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(request(&mut lab, 5, "*"), answer(0, "*", 0));
    lab.crash(M);
    lab.run(2500);
    assert_eq!(request(&mut lab, 5, "*"), answer(1, "*", 0));
    assert_eq!(lab.sentinel.current_epoch(), 0);
}

/// VOTE-4, VOTE-5, VOTE-8, MYTH-12, MYTH-5, SEEDC-10, SEEDB-8
#[test]
fn the_first_request_of_an_epoch_gets_the_vote_even_while_the_master_is_well() {
    let mut lab = Lab::settled(2, 1);
    assert_eq!(request(&mut lab, 3, B), answer(0, B, 3));
    let saved = "Sentinel new configuration saved on disk";
    let expected = [saved, "+new-epoch 3", saved, &format!("+vote-for-leader {B} 3")];
    assert_eq!(lab.log(), expected);
    assert_eq!(lab.saved.as_ref().unwrap().masters()[0].leader_epoch, 3);
    assert_eq!(lab.saved.as_ref().unwrap().current_epoch(), 3);
}

/// VOTE-8, CONF-11: whoever is told of a vote can rely on it.
#[test]
fn a_vote_is_on_disk_before_it_is_told() {
    use crate::protocol::{Command, Effect, Input, Message};
    let mut lab = Lab::settled(2, 1);
    let asker = lab.client();
    let words = ["SENTINEL", "is-master-down-by-addr", "10.0.0.1", "6379", "3", B];
    let words: Vec<crate::protocol::ArcStr> = words.iter().map(|word| (*word).into()).collect();
    let mut out = crate::sentinel::SentinelOutbox::default();
    lab.sentinel.handle(lab.now, Input::Received(asker, Command::parse(&words).unwrap().into()), &mut out);
    let effects: Vec<_> = out.drain().collect();
    let voted = |effect: &Effect<_, std::sync::Arc<SentinelConf>>| matches!(effect, Effect::Save(conf) if conf.masters()[0].leader_epoch == 3);
    let saved = effects.iter().position(voted).unwrap();
    let told =
        effects.iter().position(|effect| matches!(effect, Effect::Send(_, Message::Reply(_)))).unwrap();
    assert!(saved < told, "{effects:?}");
}

/// VOTE-6, VOTE-8, ELEC-13, EVT-50, VER-5
#[test]
fn later_requests_are_told_the_vote_that_stands() {
    let mut lab = Lab::settled(2, 1);
    request(&mut lab, 3, B);
    lab.forget();
    assert_eq!(request(&mut lab, 3, C), answer(0, B, 3));
    assert_eq!(request(&mut lab, 2, C), answer(0, B, 3), "a lower epoch is told the newer vote");
    assert!(lab.log().is_empty());
    assert_eq!(request(&mut lab, 4, C), answer(0, C, 4), "a higher epoch gets a new vote");
}

/// VOTE-6, HELLO-11
#[test]
fn an_epoch_below_the_current_one_gets_no_vote() {
    let mut lab = Lab::settled(2, 2);
    lab.hello_from(B, AT_B, 7, 0, M);
    assert_eq!(request(&mut lab, 6, C), answer(0, "*", 0));
    assert_eq!(request(&mut lab, 7, C), answer(0, C, 7));
}

/// CMD-DOWN-1
#[test]
fn a_negative_epoch_is_a_huge_one() {
    let mut lab = Lab::settled(2, 1);
    let asked = lab.ask(&format!("SENTINEL is-master-down-by-addr 10.0.0.1 6379 -1 {B}"));
    assert_eq!(asked, answer(0, B, -1));
    assert_eq!(lab.sentinel.current_epoch(), u64::MAX);
}

/// PER-4, PER-2
#[test]
fn after_a_restart_the_epoch_is_spent_but_the_name_is_forgotten() {
    let mut lab = Lab::settled(2, 1);
    request(&mut lab, 3, B);
    let saved = SentinelConf::parse(&lab.saved.as_ref().unwrap().to_string()).unwrap();
    let mut lab = Lab::start(saved, 2);
    assert_eq!(request(&mut lab, 3, B), answer(0, "*", 3));
    assert_eq!(request(&mut lab, 3, C), answer(0, "*", 3));
    assert_eq!(request(&mut lab, 2, C), answer(0, "*", 3));
    assert_eq!(request(&mut lab, 4, C), answer(0, C, 4));
}

/// VOTE-7, FSM-START-1, FSM-START-2, LOG-14, SEEDB-4
#[test]
fn who_voted_for_another_starts_no_failover_for_twice_the_timeout() {
    let mut lab = Lab::settled(1, 2);
    lab.node(AT_B).vote = Vote::Nobody;
    request(&mut lab, 1, B);
    let voted = lab.now;
    let start = lab.master().failover_start_time - voted;
    assert!(Millis(0) <= start && start < Millis(1000), "{start:?}");
    lab.crash(M);
    lab.run(30_000);
    assert!(lab.logged("+odown"));
    assert_eq!(lab.count("Next failover delay: I will not start a failover before"), 1);
    let after = lab.when("+try-failover") - voted;
    assert!(Millis(20_000) <= after && after <= Millis(21_100), "{after:?}");
}

/// VOTE-7
#[test]
fn a_vote_for_oneself_delays_nothing_more() {
    let mut lab = Lab::settled(2, 1);
    request(&mut lab, 1, A);
    assert_eq!(lab.master().failover_start_time.0, 0);
}

/// ELEC-5, MYTH-9, SEEDB-5, SEEDA-3
#[test]
fn a_candidate_votes_for_itself_in_the_timer_of_its_attempt() {
    let mut lab = Lab::settled(1, 2);
    lab.node(AT_B).vote = Vote::Nobody;
    lab.crash(M);
    lab.run(4000);
    assert_eq!(lab.when("+vote-for-leader"), lab.when("+try-failover"));
    let tally = lab.master().tally.clone().unwrap();
    assert_eq!(tally.own.as_ref().unwrap().0, A);
    assert_eq!(tally.votes_for(A), 1);
    assert_eq!((tally.voters, tally.majority, tally.quorum, tally.needed()), (2, 2, 1, 2));
    assert_eq!(tally.winner, Winner::TooFewVotes(A.into()));
}

/// ELEC-1, ELEC-3, ELEC-4, ELEC-7, ELEC-8, MYTH-3, SEEDB-6, SEEDC-8
#[test]
fn a_leader_needs_the_majority_and_the_quorum() {
    // Peers that vote for the candidate, all Sentinels, quorum, whether it is elected.
    for (votes, sentinels, quorum, elected) in [
        (0, 3, 1, false),
        (1, 3, 1, true),
        (2, 3, 1, true),
        (1, 3, 3, false),
        (2, 3, 3, true),
        (0, 1, 1, true),
    ] {
        let mut lab = Lab::settled(quorum, sentinels);
        for (n, at) in [AT_B, AT_C].into_iter().take(sentinels - 1).enumerate() {
            lab.node(at).says_down = true;
            lab.node(at).vote = if n < votes { Vote::Asker } else { Vote::Nobody };
        }
        lab.crash(M);
        lab.run(4500);
        assert!(lab.logged("+try-failover"));
        assert_eq!(lab.logged("+elected-leader"), elected, "{votes} of {sentinels}, quorum {quorum}");
    }
}

/// SEEDB-13, SEEDB-6, ELEC-7: an even number only raises the majority.
#[test]
fn of_four_sentinels_three_are_needed() {
    let (other, at_other) = ("dddddddddddddddddddddddddddddddddddddddd", addr(14, 26379));
    for (votes, elected) in [(1, false), (2, true)] {
        let mut lab = Lab::settled(2, 3);
        lab.add_sentinel(at_other);
        lab.hello_from(other, at_other, 0, 0, M);
        lab.run(1000);
        for (n, at) in [AT_B, AT_C, at_other].into_iter().enumerate() {
            lab.node(at).says_down = true;
            lab.node(at).vote = if n < votes { Vote::Asker } else { Vote::Nobody };
        }
        lab.crash(M);
        lab.run(4500);
        let tally = lab.master().tally.clone().unwrap();
        assert_eq!((tally.voters, tally.majority), (4, 3));
        assert_eq!(lab.logged("+elected-leader"), elected, "its own vote and {votes}");
    }
}

/// ELEC-2, MYTH-18
#[test]
fn dead_sentinels_count_as_voters() {
    let mut lab = Lab::settled(1, 3);
    lab.crash(AT_B);
    lab.crash(AT_C);
    lab.run(5000);
    lab.crash(M);
    lab.run(15_000);
    assert!(lab.logged("-failover-abort-not-elected"));
    assert_eq!(lab.master().tally.as_ref().unwrap().voters, 3);
}

/// ELEC-9, FSM-WAITSTART-3, FSM-GEN-3, EVT-18, MYTH-8, SEEDA-4, SEEDB-7
#[test]
fn a_candidate_without_votes_gives_up_and_tries_again_after_twice_the_timeout() {
    let mut lab = Lab::settled(1, 3);
    lab.crash(AT_B);
    lab.crash(AT_C);
    lab.crash(M);
    lab.run(75_000);
    let log = lab.log();
    let attempt = |epoch: u64| {
        [
            format!("+new-epoch {epoch}"),
            format!("+try-failover {PM}"),
            "Sentinel new configuration saved on disk".to_string(),
            format!("+vote-for-leader {A} {epoch}"),
            format!("-failover-abort-not-elected {PM}"),
        ]
    };
    let lines: Vec<String> = (1..=3).flat_map(attempt).collect();
    assert_in_order(&log, &lines.iter().map(String::as_str).collect::<Vec<_>>());
    let window = lab.when("-failover-abort-not-elected") - lab.when("+try-failover");
    assert!(Millis(10_000) < window && window <= Millis(11_100), "{window:?}");
    let again = lab.when("+new-epoch 2") - lab.when("+new-epoch 1");
    assert!(Millis(20_000) <= again && again <= Millis(21_100), "{again:?}");
    assert_eq!(lab.count("Next failover delay"), 3, "once for each start time");
}

/// FSM-WAITSTART-3, MYTH-7, SEEDC-16
#[test]
fn a_short_failover_timeout_shortens_the_election() {
    let mut lab = Lab::settled(1, 2);
    lab.node(AT_B).vote = Vote::Nobody;
    lab.ask("SENTINEL SET mymaster failover-timeout 3000");
    lab.crash(M);
    lab.run(8000);
    let window = lab.when("-failover-abort-not-elected") - lab.when("+try-failover");
    assert!(Millis(3000) < window && window <= Millis(4100), "{window:?}");
}

/// ELEC-13, ELEC-14, SEEDA-4, SEEDB-7
#[test]
fn in_a_split_vote_the_candidate_sees_the_other_and_gives_up() {
    let mut lab = Lab::settled(2, 3);
    lab.node(AT_B).says_down = true;
    lab.node(AT_B).vote = Vote::For(B);
    lab.crash(AT_C);
    lab.crash(M);
    lab.run(16_000);
    let log = lab.log();
    let vote = format!("+vote-for-leader {A} 1");
    let other = format!("{B} voted for {B} 1");
    assert_in_order(&log, &["+try-failover", &vote, &other, "-failover-abort-not-elected"]);
    assert!(!lab.logged("+elected-leader"));
}

/// ELEC-5
#[test]
fn a_candidate_that_has_not_voted_votes_for_whoever_is_in_front() {
    let mut lab = Lab::settled(1, 3);
    lab.node(AT_B).vote = Vote::For(C);
    lab.node(AT_C).vote = Vote::For(C);
    // A manual attempt while the master is down counts with the timer after the command.
    lab.ask("SENTINEL SET mymaster failover-timeout 600000");
    request(&mut lab, 1, B);
    lab.crash(M);
    lab.run(4000);
    assert!(!lab.logged("+try-failover"), "it voted lately");
    lab.hello_from(B, AT_B, 5, 0, M);
    let sentinel = &mut lab.sentinel;
    let m = 0;
    for peer in &mut sentinel.masters[m].sentinels {
        peer.leader = Some(C.into());
        peer.leader_epoch = 6;
    }
    assert_eq!(lab.ask("SENTINEL FAILOVER mymaster"), Reply::ok());
    lab.tick();
    assert!(lab.logged(&format!("+vote-for-leader {C} 6")), "{:#?}", lab.log());
}

/// ELEC-6, ELEC-10, VER-5
#[test]
fn votes_of_a_newer_epoch_count_and_the_configuration_keeps_the_failovers_epoch() {
    let mut lab = Lab::settled(1, 3);
    lab.node(AT_B).vote = Vote::Nobody;
    lab.node(AT_C).vote = Vote::Nobody;
    lab.crash(M);
    lab.run(3000);
    assert!(lab.logged("+try-failover"));
    // A hello raises the epoch while the candidate waits; then its peers vote.
    lab.hello_from(B, AT_B, 5, 0, M);
    lab.node(AT_B).vote = Vote::Asker;
    lab.run(1500);
    assert!(lab.logged(&format!("{B} voted for {A} 5")));
    assert!(lab.logged("+elected-leader"));
    let tally = lab.master().tally.clone().unwrap();
    assert_eq!((tally.epoch, tally.current_epoch, tally.votes_for(A)), (1, 5, 2));
    lab.run(4000);
    assert_eq!(lab.master().config_epoch, 1);
    assert_eq!(lab.sentinel.current_epoch(), 5);
}

/// ELEC-6, VOTE-8
#[test]
fn a_candidate_that_gives_its_vote_away_has_none_of_its_own() {
    let mut lab = Lab::settled(1, 3);
    lab.node(AT_B).vote = Vote::Nobody;
    lab.node(AT_C).vote = Vote::Nobody;
    lab.crash(M);
    lab.run(3000);
    request(&mut lab, 2, B);
    assert!(lab.logged(&format!("+vote-for-leader {B} 2")));
    lab.run(500);
    let tally = lab.master().tally.clone().unwrap();
    assert_eq!(tally.own, None);
    assert_eq!(tally.winner, Winner::Nobody);
    assert!(matches!(lab.master().failover, Failover::WaitStart(_)));
}

/// ELEC-12
#[test]
fn a_master_that_comes_back_stops_the_questions_but_not_the_attempt() {
    let mut lab = Lab::settled(1, 3);
    lab.node(AT_B).vote = Vote::Nobody;
    lab.node(AT_C).vote = Vote::Nobody;
    lab.freeze(M);
    lab.run(3500);
    assert!(lab.logged("+try-failover"));
    lab.revive(M);
    lab.run(1500);
    assert!(lab.logged("-sdown master"));
    lab.forget();
    lab.run(12_000);
    assert!(lab.times(AT_B, "SENTINEL").is_empty());
    assert!(lab.logged("-failover-abort-not-elected"));
}

/// ELEC-11, VER-11, SIM-10
#[test]
fn of_two_masters_failing_together_the_first_is_elected_on_votes_of_the_second_epoch() {
    use crate::sentinel::MasterConf;
    let mut conf = SentinelConf::new(26379);
    for (name, host) in [("a", "10.0.0.1"), ("b", "10.0.0.4")] {
        let mut master = MasterConf::new(name, host, 6379, 1);
        master.down_after = Some(Millis(2000));
        conf = conf.monitor(master);
    }
    let mut lab = Lab::start(conf, 5);
    let (m4, r5) = (addr(4, 6379), addr(5, 6379));
    lab.add_redis(M, '1', None);
    lab.add_redis(R2, '2', Some(M));
    lab.add_redis(m4, '4', None);
    lab.add_redis(r5, '5', Some(m4));
    lab.info(M).replicas = vec![R2];
    lab.info(m4).replicas = vec![r5];
    lab.run(100);
    for (id, at) in [(B, AT_B), (C, AT_C)] {
        lab.add_sentinel(at);
        for master in ["a,10.0.0.1", "b,10.0.0.4"] {
            lab.say_hello(&format!("{},{},{id},0,{master},6379,0", at.ip, at.port));
        }
    }
    lab.run(12_000);
    lab.forget();
    lab.crash(M);
    lab.crash(m4);
    lab.run(6000);
    let tries: Vec<String> = lab.log().into_iter().filter(|line| line.starts_with("+try-failover")).collect();
    assert_eq!(tries.len(), 2, "{:#?}", lab.log());
    let name = |line: &String| line.split(' ').nth(2).unwrap().to_string();
    let (first, second) = (name(&tries[0]), name(&tries[1]));
    let elected = |name: &str| lab.when(&format!("+elected-leader master {name}"));
    let delay = elected(&first) - elected(&second);
    assert!(Millis(500) < delay && delay < Millis(1300), "{delay:?}");
    let first = lab.sentinel.masters().by_key(&first).unwrap();
    assert_eq!(first.config_epoch, 1);
}
