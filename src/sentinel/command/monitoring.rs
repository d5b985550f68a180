//! Commands that change which masters are monitored or how they stand: MONITOR, REMOVE, RESET, FAILOVER,
//! CKQUORUM.

use super::super::{Cx, EventKind, Sentinel};
use super::NO_SUCH_MASTER;
use crate::protocol::glob;
use crate::protocol::{ArcStr, Level, Reply, integer, literal};

impl Sentinel {
    /// `SENTINEL MONITOR name ip port quorum` (spec CMD-MONITOR-1)
    pub(super) fn monitor_command(&mut self, arguments: &[ArcStr], cx: &mut Cx<'_>) -> Reply {
        let [name, host, port, quorum] = arguments else { return NO_SUCH_MASTER };
        let Some(quorum) = integer(quorum) else { return Reply::error(literal!("ERR Invalid quorum")) };
        let Some(port) = integer(port) else { return Reply::error(literal!("ERR Invalid port")) };
        if quorum <= 0 {
            return Reply::error(literal!("ERR Quorum must be 1 or greater."));
        }
        // Only the creation, which looks once more, would say it in the log (captures).
        if self.process.look_up(host, cx).is_none() {
            return Reply::error(literal!("ERR Invalid IP address or hostname specified"));
        }
        // Both are kept in 32 bits, whatever else was typed.
        let addr = self.instance_addr(host, i64::from(port as i32), cx);
        let made = addr.and_then(|addr| self.create_master(name, addr, quorum as u32, cx));
        let m = match made {
            Ok(m) => m,
            Err(error) => return Reply::error(format!("ERR {error}")),
        };
        let reply = self.flushed(cx);
        self.announce_monitoring(m, cx);
        reply
    }

    /// `SENTINEL REMOVE name` (spec CMD-REMOVE-1)
    pub(super) fn remove_command(&mut self, name: &str, cx: &mut Cx<'_>) -> Reply {
        let Some(m) = self.masters.position_by_key(name) else { return NO_SUCH_MASTER };
        self.master_event(m, EventKind::Unmonitor, "", cx);
        self.remove_master(m, cx);
        self.flushed(cx)
    }

    /// `SENTINEL RESET pattern`: nothing is saved (spec CMD-RESET-1).
    pub(super) fn reset_command(&mut self, pattern: &str, cx: &mut Cx<'_>) -> Reply {
        let mut count = 0;
        for m in 0..self.masters.len() {
            if glob::matches(pattern, self.masters[m].name()) {
                for sentinel in self.masters[m].sentinels.take() {
                    self.process.links.release(sentinel.instance.link, cx.out);
                }
                self.heard.clear();
                self.reset_master(m, cx);
                self.master_event(m, EventKind::ResetMaster, "", cx);
                count += 1;
            }
        }
        Reply::Integer(count)
    }

    /// `SENTINEL FAILOVER name`: no agreement of others is needed (spec CMD-FAILOVER-1 to 4).
    pub(super) fn failover_command(&mut self, name: &str, cx: &mut Cx<'_>) -> Reply {
        let Some(m) = self.masters.position_by_key(name) else { return NO_SUCH_MASTER };
        if self.masters[m].failover.is_in_progress() {
            return Reply::error(literal!("INPROG Failover already in progress"));
        }
        if self.select_replica(m, cx).is_none() {
            return Reply::error(literal!("NOGOODSLAVE No suitable replica to promote"));
        }
        let text = format!("Executing user requested FAILOVER of '{name}'");
        self.process.log(Level::Warning, text, cx.out);
        self.start_failover(m, true, cx);
        Reply::ok()
    }

    /// `SENTINEL CKQUORUM name`: neither links nor the master's state matter (spec CMD-CKQUORUM-1, 2).
    pub(super) fn ckquorum_command(&self, name: &str) -> Reply {
        let Some(master) = self.masters.by_key(name) else { return NO_SUCH_MASTER };
        let usable = 1 + master.sentinels.iter().filter(|peer| !peer.instance.s_down).count() as u32;
        let mut lacks = Vec::new();
        if usable < master.group.quorum {
            lacks.push("Not enough available Sentinels to reach the specified quorum for this master");
        }
        if usable < master.majority() {
            lacks.push("Not enough available Sentinels to reach the majority and authorize a failover");
        }
        if lacks.is_empty() {
            let text = "usable Sentinels. Quorum and failover authorization can be reached";
            return Reply::Status(format!("OK {usable} {text}").into());
        }
        Reply::error(format!("NOQUORUM {usable} usable Sentinels. {}", lacks.join(". ")))
    }
}
