//! How processes end.

use super::*;

/// When the client was told of the end of a connection, in milliseconds, and how it ended.
fn end_of(lab: &Lab, conn: ConnId) -> Option<(u64, Ending)> {
    lab.heard.iter().find_map(|(at, _, input)| match input {
        Input::Closed(ended, ending) if *ended == conn => Some((*at, *ending)),
        _ => None,
    })
}

impl Lab {
    fn dial(&mut self) -> ConnId {
        let conn = self.kernel.conn_ids().dial();
        let now = self.kernel.now();
        self.kernel.connect(self.client, conn, Addr::new(ip(2), SERVER_PORT), now);
        conn
    }
}

/// SIM-3, SIM-4: recorded (61g, 66c): of ten writers five find their connection reset, as what they asked for while the
/// process was ending was not read.
#[test]
fn what_arrives_while_a_process_ends_is_not_read() {
    let mut lab = connected();
    lab.kernel.kill(lab.server);
    lab.send("a");
    lab.run(5);
    assert_eq!(end_of(&lab, lab.conn), Some((2, Ending::Reset)));
    assert_eq!(lab.received(), []);
}

/// Measured: a dozen connections end in the reverse order of their opening.
#[test]
fn the_youngest_connection_ends_first() {
    let mut lab = connected();
    let mut conns = vec![lab.conn];
    conns.extend((0..5).map(|_| lab.dial()));
    // All take the same time.
    let (a, b) = (lab.host(lab.client), lab.host(lab.server));
    let even = LinkSettings { jitter: Micros(0), ..LinkSettings::LAN };
    lab.kernel.set_link(Some(b), Some(a), even);
    lab.run(3);
    lab.kernel.kill(lab.server);
    lab.run(20);
    let ended: Vec<ConnId> = lab
        .heard
        .iter()
        .filter_map(|h| match h.2 {
            Input::Closed(conn, Ending::Closed) => Some(conn),
            _ => None,
        })
        .collect();
    conns.reverse();
    assert_eq!(ended, conns);
}

/// REPL-29, REPL-60: recorded (in 153 of 870 cases): a replica that dials its master at once reaches it before it has
/// stopped to listen, is reset, and so is refused for the first time a second later.
#[test]
fn who_dials_at_once_may_reach_a_process_that_is_ending() {
    let (mut refused, mut reset) = (0, 0);
    for seed in 0..200 {
        let mut lab = lab_of(seed);
        lab.run(1);
        lab.kernel.kill(lab.server);
        let mut dialled = None;
        while let Some(turn) = lab.kernel.next_turn(SimTime::from_millis(20)) {
            let now = lab.kernel.now();
            lab.kernel.end_turn(turn.process, now + lab.turn, None);
            match turn.input {
                Input::Closed(conn, _) if conn == lab.conn => {
                    let again = lab.kernel.conn_ids().dial();
                    lab.kernel.connect(lab.client, again, Addr::new(ip(2), SERVER_PORT), now + lab.turn);
                    dialled = Some(again);
                }
                Input::ConnectFailed { conn, error: ConnectError::Refused } if Some(conn) == dialled => {
                    refused += 1;
                }
                Input::Closed(conn, Ending::Reset) if Some(conn) == dialled => reset += 1,
                _ => {}
            }
        }
    }
    assert_eq!(refused + reset, 200);
    assert!((12..=40).contains(&reset), "12 of 100, not {reset} of 200");
}

/// The place of a process that is ending is free for who starts there.
#[test]
fn a_process_that_starts_anew_does_not_wait_for_its_predecessor() {
    let mut lab = connected();
    lab.kernel.kill(lab.server);
    let addr = Addr::new(ip(2), SERVER_PORT);
    assert_eq!(lab.kernel.listener(addr), None);
    assert!(lab.kernel.start(lab.server, Some(SERVER_PORT)));
    lab.run(5);
    assert_eq!(end_of(&lab, lab.conn).map(|(_, ending)| ending), Some(Ending::Closed));
    assert_eq!(lab.kernel.listener(addr), Some(lab.server));
    lab.dial();
    lab.run(8);
    assert_eq!(lab.kernel.connections_of(lab.server), 1);
}

/// Who ends by itself has closed its listening socket before.
#[test]
fn who_exits_is_not_reached_any_more() {
    let mut lab = connected();
    lab.kernel.exit(lab.server);
    let second = lab.dial();
    lab.run(5);
    let refused = Input::ConnectFailed { conn: second, error: ConnectError::Refused };
    assert!(lab.client_heard(&refused).is_some_and(|at| at < 2), "{:?}", lab.heard);
    assert_eq!(end_of(&lab, lab.conn), Some((2, Ending::Closed)));
}
