//! A host's own link, and what its host makes of being without: it knows no hardware addresses then, and asks
//! for those that it needs once a second. Recorded on Linux: a dial fails after 3.07 s ("No route to host"),
//! and when the link is back all that waits for one neighbour leaves at the next question, within a second;
//! what others have for the host waits for their timers.

use crate::sim::conn::{EndState, Place};
use crate::sim::kernel::Kernel;
use crate::sim::{HostId, Micros, SimTime};
use std::sync::Arc;

/// How often a host asks for a hardware address before it gives up (Linux: `mcast_solicit`).
pub(crate) const NEIGHBOUR_QUESTIONS: u8 = 3;

/// How long it waits for an answer (Linux: `retrans_time_ms`).
pub(crate) const NEIGHBOUR_RETRY: Micros = Micros::from_millis(1000);

impl<M: Clone> Kernel<M> {
    /// Takes a host off the network or puts it back.
    pub fn set_host_link(&mut self, host: HostId, up: bool) {
        let was_up = self.links.is_host_up(host);
        Arc::make_mut(&mut self.links).set_host(host, up);
        if up && !was_up {
            self.ask_for_neighbours(host);
        }
    }

    /// What a host that is back has not been able to send leaves at its next question for the neighbour's
    /// address.
    fn ask_for_neighbours(&mut self, host: HostId) {
        let mut asked: Vec<(HostId, SimTime)> = Vec::new();
        for slot in 0..self.conns.len() {
            for side in 0..2 {
                let Some(conn) = &self.conns[slot] else { break };
                let (near, far) = (conn.ends[side].host(), conn.ends[1 - side].host());
                let head = conn.streams[side].flight.first().and_then(|head| self.flights.get(head));
                let waits = head.is_some_and(|segment| segment.place == Place::Lost);
                let Some(far) = far.filter(|far| near == Some(host) && *far != host && waits) else {
                    continue;
                };
                let at = if let Some((_, at)) = asked.iter().find(|(known, _)| *known == far) {
                    *at
                } else {
                    let rng = &mut self.hosts[host.0 as usize].rng;
                    let at = self.now + Micros(u64::from(rng.below(NEIGHBOUR_RETRY.0 as u32)));
                    asked.push((far, at));
                    at
                };
                // Whatever its own timer says: what is sent again before joins those that wait.
                self.set_rto(slot, side, at);
            }
        }
    }

    /// Whether a dial has come to nothing because its host finds no neighbour.
    pub(crate) fn has_no_route(&self, slot: usize, side: usize) -> bool {
        let Some(conn) = &self.conns[slot] else { return false };
        let end = &conn.ends[side];
        end.state == EndState::Dialling
            && end.tries + 1 >= NEIGHBOUR_QUESTIONS
            && end.host().is_some_and(|host| !self.links.is_host_up(host))
    }
}
