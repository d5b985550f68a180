//! The order in which an event loop finds what has come in.

use crate::sim::process::Input;
use std::collections::VecDeque;

/// No place.
const NONE: u32 = u32::MAX;

/// Puts what waits for a process into that order. What it remembers between two times is only room.
///
/// In one pass: in a world of 200 nodes this is done for bursts of hundreds all the time, and there are processes
/// for which hundreds of thousands of inputs wait.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    /// Which time this is.
    round: u32,
    /// By the number of a descriptor, even ones apart from odd ones as most processes have but one sort: when it was
    /// met last.
    met: [Vec<Met>; 2],
    /// The first place of each descriptor, and after each place the next of the same one.
    firsts: Vec<u32>,
    nexts: Vec<u32>,
    /// The places of ends that are not found yet.
    ends: Vec<u32>,
    /// All places in the order in which they are found.
    order: Vec<u32>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Met {
    round: u32,
    /// The last place that it had then.
    last: u32,
}

/// A checkpoint of the world needs none of the room.
impl Clone for Gathering {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Gathering {
    /// Descriptor by descriptor, in the order in which they became ready, and of each all that has come. Recorded
    /// (51c): what a stopped Sentinel finds first on its return are all the messages of one other, its newest
    /// configuration included, and so it has often learnt of that before it reads the old requests for its vote.
    ///
    /// But of a connection on which something waits and then its end it finds the end in the next look, as reading takes
    /// what there is and does not ask for more. Returns how much is found; the rest waits behind.
    pub(crate) fn gather<M>(&mut self, inbox: &mut VecDeque<Input<M>>) -> u32 {
        if inbox.len() < 3 {
            let is_late = |end: &Input<M>| matches!(end, Input::Closed(..)) && end.is_beside(&inbox[0]);
            return inbox.len() as u32 - u32::from(inbox.get(1).is_some_and(is_late));
        }
        let inbox = inbox.make_contiguous();
        if self.is_gathered(inbox) {
            return inbox.len() as u32;
        }
        self.order.clear();
        for &first in &self.firsts {
            let mut place = first;
            while place != NONE {
                self.order.push(place);
                place = self.nexts[place as usize];
            }
        }
        let found = self.order.len() as u32;
        self.order.append(&mut self.ends);
        arrange(inbox, &mut self.order);
        found
    }

    /// Notes which places belong together; true where these stand beside one another already, and no end has to wait.
    fn is_gathered<M>(&mut self, inbox: &[Input<M>]) -> bool {
        if self.round == u32::MAX {
            (self.round, self.met) = (0, Default::default());
        }
        self.round += 1;
        self.firsts.clear();
        self.nexts.clear();
        self.ends.clear();
        self.nexts.resize(inbox.len(), NONE);
        let mut is_gathered = true;
        for (place, input) in (0..).zip(inbox) {
            let (descriptor, _) = input.descriptor();
            let (met, at) = (&mut self.met[descriptor & 1], descriptor >> 1);
            if met.len() <= at {
                met.resize(at + 1, Met::default());
            }
            let before = std::mem::replace(&mut met[at], Met { round: self.round, last: place });
            if before.round == self.round && inbox[before.last as usize].is_beside(input) {
                if matches!(input, Input::Closed(..)) {
                    self.ends.push(place);
                    is_gathered = false;
                } else {
                    self.nexts[before.last as usize] = place;
                    is_gathered &= before.last + 1 == place;
                }
            } else {
                self.firsts.push(place);
            }
        }
        is_gathered
    }
}

/// Puts at each place what lies at the place that `order` has there. Afterwards `order` says nothing.
fn arrange<T>(all: &mut [T], order: &mut [u32]) {
    for start in 0..all.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut order[at], at as u32) as usize;
            if from == start {
                break;
            }
            all.swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::process::{ConnIds, Ending};

    /// SIM-5: recorded (03a, 64l): a master that was frozen first reads what its replicas sent before they left it, and
    /// passes on to them what sentinels have published, and then reads the ends of their connections.
    #[test]
    fn an_end_is_found_in_the_look_after_what_came_before_it() {
        let mut ids = ConnIds::default();
        let conns = [(); 2].map(|()| ids.dial());
        let said = |conn: usize, text: &'static str| Input::Received(conns[conn], text);
        let end = |conn: usize| Input::Closed(conns[conn], Ending::Closed);
        for (given, found) in [
            (vec![said(0, "a"), end(0)], 1),
            (vec![end(0), said(1, "b")], 2),
            (vec![said(0, "a"), said(1, "b"), end(0), end(1)], 2),
            (vec![end(1), said(0, "a"), said(0, "b"), end(0)], 3),
        ] {
            let mut inbox: VecDeque<_> = given.iter().cloned().collect();
            let mut gathering = Gathering::default();
            assert_eq!(gathering.gather(&mut inbox), found, "{given:?}");
            assert_eq!(inbox.len(), given.len());
            inbox.drain(..found as usize);
            let late = inbox.len() as u32;
            assert!(inbox.iter().all(|input| matches!(input, Input::Closed(..))), "{given:?}");
            assert_eq!(gathering.gather(&mut inbox), late, "then they are");
        }
    }

    /// Each connection's inputs stand together, in their order, and connections in the order of their first.
    #[test]
    fn what_came_on_one_connection_stands_together_where_its_first_stood() {
        let mut ids = ConnIds::default();
        let conns = [(); 3].map(|()| ids.dial());
        let mut gathering = Gathering::default();
        for (given, expected) in
            [("0102012", "0001122"), ("001122", "001122"), ("21012", "22110"), ("10", "10")]
        {
            let inputs = given
                .bytes()
                .zip(0_u32..)
                .map(|(conn, n)| Input::Received(conns[usize::from(conn - b'0')], (conn as char, n)));
            let mut inbox: VecDeque<_> = inputs.collect();
            gathering.gather(&mut inbox);
            let found = inbox.iter().map(|input| match input {
                Input::Received(_, said) => *said,
                _ => unreachable!("nothing else was put in"),
            });
            let found: Vec<(char, u32)> = found.collect();
            assert_eq!(found.iter().map(|(conn, _)| conn).collect::<String>(), expected, "{given}");
            let of = |conn| found.iter().filter(move |said| said.0 == conn).map(|said| said.1);
            assert!(['0', '1', '2'].into_iter().all(|conn| of(conn).is_sorted()), "{given}");
        }
    }
}
