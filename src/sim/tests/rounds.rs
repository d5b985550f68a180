//! The rounds of an event loop: what it finds, and when its timer has its turn.

use super::*;

/// SIM-5, TILT-3: a stop ends the sleep of an event loop with nothing found, so the timer comes first; of
/// real sentinels that were stopped and resumed each logged +tilt before what had queued for it.
#[test]
fn a_resumed_process_takes_its_due_timer_before_what_came_while_it_stood_still() {
    let mut lab = connected();
    let now = lab.kernel.now();
    lab.kernel.end_turn(lab.server, now, Some(Micros::from_millis(100)));
    lab.kernel.freeze(lab.server);
    lab.send("a");
    lab.run(3000);
    lab.kernel.resume(lab.server);
    lab.run(3001);
    let inputs: Vec<_> = lab.heard.iter().filter(|h| h.1 == lab.server).map(|h| (h.0, &h.2)).collect();
    assert_eq!(inputs, [(3000, &Input::Timer), (3000, &Input::Received(lab.conn.peer(), "a"))]);
}

/// GEN-5, SIM-2: of what waits when a turn ends, a timer that is due comes first, as the end of the round of the
/// event loop in which that turn was; what the next round finds comes before the next timer.
#[test]
fn a_due_timer_comes_after_what_the_loop_had_found_and_before_what_came_since() {
    for (due_ms, expected) in [(4, ["first", "timer", "a", "b", "c"]), (7, ["first", "a", "b", "timer", "c"])]
    {
        let mut lab = connected();
        let now = lab.kernel.now();
        lab.kernel.end_turn(lab.server, now, Some(Micros::from_millis(due_ms - 1)));
        // Each turn takes 4 ms, so the first is over at 6 ms, and then "a" and "b" are found.
        lab.turn = Micros::from_millis(4);
        for (at_ms, message) in [(2, "first"), (3, "a"), (3, "b"), (13, "c")] {
            lab.send_at(at_ms, message);
        }
        lab.run(100);
        let inputs = lab.heard.iter().filter(|heard| heard.1 == lab.server);
        let inputs: Vec<_> = inputs
            .map(|heard| match heard.2 {
                Input::Received(_, text) => text,
                _ => "timer",
            })
            .collect();
        assert_eq!(inputs, expected, "due at {due_ms} ms");
    }
}

/// GEN-5: a timer that asks to be served again at once, as that of a server which loads its dataset, lets the loop
/// look for inputs in between.
#[test]
fn a_timer_that_is_due_again_at_once_comes_after_what_came_during_its_turn() {
    let mut lab = connected();
    let now = lab.kernel.now();
    lab.kernel.end_turn(lab.server, now, Some(Micros::from_millis(1)));
    let until = SimTime::from_millis(100);
    let timer = lab.kernel.next_turn(until).expect("the timer is set");
    assert_eq!((timer.process, timer.input), (lab.server, Input::Timer));
    let now = lab.kernel.now();
    lab.kernel.end_turn(lab.server, now + Micros::from_millis(5), Some(Micros::ZERO));
    lab.send("a");
    lab.send("b");
    lab.run(100);
    let inputs: Vec<_> =
        lab.heard.iter().filter(|heard| heard.1 == lab.server).map(|heard| &heard.2).collect();
    let message = |text| Input::Received(lab.conn.peer(), text);
    assert_eq!(inputs, [&message("a"), &message("b"), &Input::Timer]);
}

/// SIM-4 GEN-5: recorded (51c). An event loop reads all that has come on a connection before it turns to the next.
#[test]
fn what_waited_for_a_stopped_process_comes_connection_by_connection() {
    let mut lab = connected();
    let first = lab.conn;
    let second = lab.kernel.conn_ids().dial();
    let now = lab.kernel.now();
    lab.kernel.connect(lab.client, second, Addr::new(ip(2), SERVER_PORT), now);
    lab.run(2);
    lab.heard.clear();
    lab.kernel.freeze(lab.server);
    for (at_ms, conn, message) in [(10, second, "a"), (20, first, "b"), (30, second, "c"), (40, first, "d")] {
        lab.conn = conn;
        lab.send_at(at_ms, message);
    }
    lab.run(50);
    lab.kernel.resume(lab.server);
    lab.run(60);
    let messages: Vec<_> = lab.received().into_iter().map(|(_, message)| message).collect();
    assert_eq!(messages, ["a", "c", "b", "d"]);
}

/// GEN-5: recorded (63f, 63g). What one look at a connection finds is worked off quickly.
#[test]
fn a_turn_that_goes_on_with_the_same_connection_costs_less() {
    let mut lab = connected();
    lab.kernel.freeze(lab.server);
    for at_ms in [10, 20, 30, 40] {
        lab.send_at(at_ms, "a");
    }
    lab.run(50);
    lab.kernel.resume(lab.server);
    let mut costs = Vec::new();
    while let Some(turn) = lab.kernel.next_turn(SimTime::from_millis(60)) {
        let cost = lab.kernel.turn_cost(turn.process);
        costs.push(cost.0);
        lab.kernel.end_turn(turn.process, lab.kernel.now() + cost, None);
    }
    assert_eq!(costs, [5, 5, 5, 20]);
}
