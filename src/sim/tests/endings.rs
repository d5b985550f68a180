//! How connections end: what tells a close from a reset.

use super::*;

impl Lab {
    /// What the client was told of the end of its connection.
    fn client_ending(&self) -> Option<Ending> {
        self.heard.iter().find_map(|(_, process, input)| match input {
            Input::Closed(_, ending) if *process == self.client => Some(*ending),
            _ => None,
        })
    }

    fn close_server_end(&mut self, at: SimTime) {
        self.kernel.close(self.conn.peer(), at);
    }
}

/// SIM-4: recorded (61g, 66c): a writer's connection is reset where its last request was not read.
#[test]
fn a_connection_that_is_closed_with_something_unread_is_reset() {
    for (unread, ending) in [(false, Ending::Closed), (true, Ending::Reset)] {
        let mut lab = connected();
        // Frozen, it reads nothing.
        lab.kernel.freeze(lab.server);
        if unread {
            lab.send("a");
        }
        lab.run(5);
        lab.kernel.kill(lab.server);
        lab.run(10);
        assert_eq!(lab.client_ending(), Some(ending));
    }
}

/// SIM-4: recorded (63f): clients that are disconnected after the configuration was written are reset if they have
/// asked for something meanwhile.
#[test]
fn what_comes_until_a_busy_process_closes_was_not_read() {
    for (at_ms, ending) in [(3, Ending::Reset), (12, Ending::Closed)] {
        let mut lab = connected();
        // Busy until 10 ms.
        lab.close_server_end(SimTime::from_millis(10));
        lab.send_at(at_ms, "a");
        lab.run(20);
        assert_eq!(lab.client_ending(), Some(ending), "sent at {at_ms} ms");
    }
}

/// SIM-4: recorded (10a, 64h): a replica turns to another master while the old one passes a hello on to it, and in two
/// cases of three the old one knows it by its number only.
#[test]
fn what_comes_about_when_the_other_side_closes_is_answered_before_anybody_wakes_up() {
    let millisecond =
        LinkSettings { latency: Micros::from_millis(1), jitter: Micros(0), ..LinkSettings::LAN };
    for (arrives_after_us, ending) in
        [(10, Ending::Reset), (30, Ending::ClosedThenReset), (50, Ending::Closed)]
    {
        let mut lab = lab();
        lab.kernel.set_link(None, None, millisecond);
        lab.run(5);
        let closes = SimTime::from_millis(10);
        lab.close_server_end(closes);
        lab.kernel.send(lab.conn, "a", SimTime(9_000 + arrives_after_us));
        lab.run(20);
        assert_eq!(lab.client_ending(), Some(ending), "{arrives_after_us} us after the close");
        assert_eq!(lab.received(), []);
    }
}

/// What the present look has found on a connection is read, even if its turn is yet to come.
#[test]
fn what_was_read_with_the_present_input_is_not_unread() {
    let mut lab = connected();
    lab.kernel.freeze(lab.server);
    for message in ["a", "b"] {
        lab.send(message);
    }
    lab.run(5);
    lab.kernel.resume(lab.server);
    let turn = lab.kernel.next_turn(SimTime::from_millis(6)).expect("it reads");
    assert_eq!(turn.input, Input::Received(lab.conn.peer(), "a"));
    let now = lab.kernel.now();
    lab.close_server_end(now);
    lab.kernel.end_turn(lab.server, now, None);
    lab.run(10);
    assert_eq!(lab.client_ending(), Some(Ending::Closed));
}

/// SIM-4: recorded (03a, 51a, 61h): a master that was frozen first speaks to replicas that have left it, and then
/// comes to read the end of their connections.
#[test]
fn who_speaks_to_a_side_that_has_closed_is_reset_before_it_reads_the_end() {
    for (speaks, ending) in [(false, Ending::Closed), (true, Ending::ClosedThenReset)] {
        let mut lab = connected();
        lab.kernel.freeze(lab.client);
        let now = lab.kernel.now();
        lab.close_server_end(now);
        lab.run(5);
        if speaks {
            // As one that is resumed does in the turn of its timer.
            lab.send("a");
        }
        lab.run(6);
        lab.kernel.resume(lab.client);
        lab.run(10);
        assert_eq!(lab.client_ending(), Some(ending));
        assert_eq!(lab.kernel.connections_of(lab.client), 0);
    }
}

/// REPL-32: recorded (11a, 11b).
#[test]
fn a_dial_that_was_taken_and_reset_before_the_process_looked_has_failed() {
    let mut lab = lab();
    lab.kernel.freeze(lab.client);
    lab.kernel.freeze(lab.server);
    lab.run(5);
    lab.kernel.kill(lab.server);
    lab.run(10);
    lab.kernel.resume(lab.client);
    lab.run(15);
    let failed = Input::ConnectFailed { conn: lab.conn, error: ConnectError::Reset };
    assert!(lab.client_heard(&failed).is_some(), "{:?}", lab.heard);
    assert!(!lab.heard.iter().any(|(_, _, input)| matches!(input, Input::Connected { .. })));
}
