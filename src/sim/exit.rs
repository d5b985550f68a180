//! How a process ends whose host lives: its memory goes, then its connections one by one, the youngest first, and its
//! listening socket last. What arrives in the meantime is taken by the host and read by nobody.
//!
//! Measured on Linux 6.18 with Redis killed under a dozen connections: the first of them ends after 0.96 to 1.37 ms, the
//! others 9 us apart in the reverse order of their opening, and then new ones are refused.

use crate::sim::kernel::{Kernel, ProcessState, Work};
use crate::sim::{Addr, Chance, ConnId, Input, Micros, ProcessId, SimTime};

/// How long the memory of a process takes to go, at least, and how much longer it may take, in microseconds.
const UNMAPPING: (u64, u32) = (950, 400);

/// The time from one connection to the next.
const NEXT: Micros = Micros(9);

/// How often whoever is told of an end runs before the process that ends goes on. Recorded: of the replicas of a master
/// that is killed 12 of 100 dial it before it has ceased to listen if their connection is its oldest, 20 if it is the
/// next one, 30 and 44 with the third and fourth.
const OVERTAKEN: Chance = Chance::from_ppm(120_000);

/// How long that takes at least, and how much longer it may take, in microseconds.
const OVERTAKING: (u64, u32) = (300, 500);

impl<M: Clone> Kernel<M> {
    /// Ends a process (SIGKILL).
    pub fn kill(&mut self, process: ProcessId) {
        self.die(process, self.now);
    }

    /// A process ends by itself when its turn is over; it has closed its listening socket.
    pub fn exit(&mut self, process: ProcessId) {
        self.stop_listening(process);
        self.die(process, self.process(process).busy_until);
    }

    fn die(&mut self, process: ProcessId, at: SimTime) {
        let p = self.process_mut(process);
        if p.state == ProcessState::Dead {
            return;
        }
        for input in p.end() {
            self.leave_unread(&input);
        }
        let span = self.draw(process, UNMAPPING);
        self.end_on_at(process, at.max(self.now) + span);
    }

    /// What has arrived for a process that is dead will not be read.
    pub(super) fn leave_unread(&mut self, input: &Input<M>) {
        if let Input::Received(conn, _) | Input::Accepted { conn, .. } = input {
            self.mark_unread(*conn);
        }
    }

    /// Draws a time of a process's host: at least so long, and less than so much longer.
    fn draw(&mut self, process: ProcessId, (least, more): (u64, u32)) -> Micros {
        let host = self.process(process).host.0 as usize;
        Micros(least + u64::from(self.hosts[host].rng.below(more)))
    }

    /// A dead process goes on ending when what was its timer rings.
    fn end_on_at(&mut self, process: ProcessId, at: SimTime) {
        self.process_mut(process).timer_at = at;
        self.agenda.schedule(at, Work::Timer(process));
    }

    /// The host closes what a dead process holds: its connections and, when there are none, its listening socket.
    pub(super) fn end_on(&mut self, process: ProcessId) {
        let host = self.process(process).host.0 as usize;
        let mut at = self.now;
        for conn in self.held_by(process) {
            self.close_end(conn.slot(), conn.side(), at);
            at += NEXT;
            if self.hosts[host].rng.hits(OVERTAKEN) {
                at += self.draw(process, OVERTAKING);
            }
        }
        if at > self.now {
            self.end_on_at(process, at);
        } else {
            self.stop_listening(process);
        }
    }

    /// Has a process that is ending come to its end at once, as its place is needed.
    pub(super) fn finish_exit(&mut self, process: ProcessId) {
        let p = self.process_mut(process);
        if p.state != ProcessState::Dead || std::mem::replace(&mut p.timer_at, SimTime::MAX) == SimTime::MAX {
            return;
        }
        for conn in self.held_by(process) {
            self.close_end(conn.slot(), conn.side(), self.now);
        }
        self.stop_listening(process);
    }

    pub(super) fn stop_listening(&mut self, process: ProcessId) {
        let p = self.process_mut(process);
        if let Some(port) = p.port.take() {
            let host = p.host;
            self.listeners.remove(&Addr::new(self.ip_of(host), port));
        }
    }

    /// The ends of connections that a process holds, the youngest first.
    fn held_by(&self, process: ProcessId) -> Vec<ConnId> {
        let mut held: Vec<ConnId> = Vec::new();
        for (slot, conn) in self.conns.iter().enumerate() {
            let Some(conn) = conn else { continue };
            for (side, end) in conn.ends.iter().enumerate() {
                if end.process() == Some(process) && end.is_held() {
                    let older = held.partition_point(|other| other.serial() > conn.serial);
                    held.insert(older, ConnId::from_parts(slot, side, conn.serial));
                }
            }
        }
        held
    }
}
