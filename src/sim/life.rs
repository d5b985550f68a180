//! How processes and hosts start, stand still and end.

use crate::sim::kernel::{Kernel, ProcessState};
use crate::sim::{Addr, HostId, Input, Micros, ProcessId};

impl<M: Clone> Kernel<M> {
    /// Starts a process; `port` is where it listens, if anywhere. Returns false where its host is dead or
    /// another process has the port.
    pub fn start(&mut self, process: ProcessId, port: Option<u16>) -> bool {
        self.finish_exit(process);
        let host = self.process(process).host;
        let addr = port.map(|port| Addr::new(self.hosts[host.0 as usize].ip, port));
        if let Some(last) = addr.and_then(|addr| self.listeners.get(&addr)) {
            self.finish_exit(*last);
        }
        if !self.hosts[host.0 as usize].alive || addr.is_some_and(|addr| self.listeners.contains_key(&addr)) {
            return false;
        }
        if let Some(addr) = addr {
            self.listeners.insert(addr, process);
        }
        let now = self.now;
        let p = self.process_mut(process);
        p.port = port;
        p.state = ProcessState::Running;
        p.busy_until = now;
        true
    }

    /// Stops a process (SIGSTOP); without effect on one that does not run.
    pub fn freeze(&mut self, process: ProcessId) {
        let now = self.now;
        let p = self.process_mut(process);
        if p.state == ProcessState::Running {
            p.state = ProcessState::Frozen;
            // Who sleeps is looking for inputs.
            p.unlooked &= p.busy_until > now;
        }
    }

    /// Lets a stopped process go on (SIGCONT). An event loop sleeps in `epoll_wait`, which a stop ends with
    /// nothing found (EINTR), so a timer that has become due comes first, then what has come in the meantime.
    pub fn resume(&mut self, process: ProcessId) {
        let now = self.now;
        let p = self.process_mut(process);
        if p.state != ProcessState::Frozen {
            return;
        }
        p.state = ProcessState::Running;
        p.busy_until = p.busy_until.max(now);
        self.schedule_wake(process);
    }

    /// Has a process do nothing for so long, once it is done with what it does now. Unlike a stop that is no signal,
    /// so it goes on where it was: with what it had found, or with what has come first.
    pub fn stall(&mut self, process: ProcessId, span: Micros) {
        let now = self.now;
        let p = self.process_mut(process);
        p.busy_until = p.busy_until.max(now) + span;
    }

    /// Asks a process to end (SIGTERM). A signal overtakes whatever else waits for the process, and waits
    /// itself while the process stands still.
    pub fn terminate(&mut self, process: ProcessId) {
        let p = self.process_mut(process);
        if p.state == ProcessState::Dead {
            return;
        }
        p.inbox.push_front(Input::Terminate);
        p.found += 1;
        self.schedule_wake_or_ready(process);
    }

    /// Ends a host and all of its processes without a word to anybody.
    pub fn kill_host(&mut self, host: HostId) {
        self.hosts[host.0 as usize].alive = false;
        for n in 0..self.processes.len() {
            if self.processes[n].host == host {
                self.processes[n].end();
                self.stop_listening(ProcessId(n as u32));
            }
        }
        for slot in 0..self.conns.len() {
            for side in 0..2 {
                self.silence_end(slot, side, host);
            }
        }
    }

    /// The host runs again; its processes are to be started.
    pub fn revive_host(&mut self, host: HostId) {
        self.hosts[host.0 as usize].alive = true;
    }
}
