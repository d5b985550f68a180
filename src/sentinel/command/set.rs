//! `SENTINEL SET` (spec CMD-SET-1, section 14.4).

use super::super::{Cx, EventKind, Sentinel};
use super::NO_SUCH_MASTER;
use crate::protocol::{ArcStr, Reply, integer, literal};
use crate::sim::Millis;

/// The options that `SENTINEL SET` knows.
pub const SET_OPTIONS: [&str; 10] = [
    "down-after-milliseconds",
    "failover-timeout",
    "parallel-syncs",
    "quorum",
    "notification-script",
    "client-reconfig-script",
    "auth-pass",
    "auth-user",
    "rename-command",
    "master-reboot-down-after-period",
];

/// Why an option was refused.
enum Refused {
    /// It does not exist, or its value is missing.
    Unknown,
    /// This value is not allowed.
    Value(ArcStr),
    /// Redis has a sentence of its own for it.
    Because(Reply),
}

impl Sentinel {
    /// Applies options from left to right. What stands before a faulty one stays applied, and is saved.
    pub(super) fn set_command(&mut self, name: &str, options: &[ArcStr], cx: &mut Cx<'_>) -> Reply {
        let Some(m) = self.masters.position_by_key(name) else { return NO_SUCH_MASTER };
        let mut rest = options;
        while let [option, values @ ..] = rest {
            match self.set_option(m, option, values, cx) {
                Ok(taken) => rest = &values[taken..],
                Err(refused) => {
                    if rest.len() < options.len() {
                        self.flush(cx);
                    }
                    return refused.reply(option);
                }
            }
        }
        self.flushed(cx)
    }

    /// Applies one option and says so; returns how many values it took.
    fn set_option(
        &mut self,
        m: usize,
        option: &str,
        values: &[ArcStr],
        cx: &mut Cx<'_>,
    ) -> Result<usize, Refused> {
        let value = values.first().ok_or(Refused::Unknown)?;
        let mut shown = value.clone();
        let mut taken = 1;
        let name = option.to_ascii_lowercase();
        match name.as_str() {
            "down-after-milliseconds" => {
                let down_after = Millis(positive(value)?);
                self.masters[m].set_down_after(down_after);
            }
            "failover-timeout" => self.masters[m].group.failover_timeout = Millis(positive(value)?),
            "parallel-syncs" => {
                // Kept in 32 bits, as the quorum is.
                self.masters[m].group.parallel_syncs = i64::from(positive(value)? as i32);
            }
            "quorum" => self.masters[m].group.quorum = positive(value)? as u32,
            "notification-script" => {
                let script = self.script(value, "Notification script")?;
                self.masters[m].group.notification_script = script;
            }
            "client-reconfig-script" => {
                let script = self.script(value, "Client reconfiguration script")?;
                self.masters[m].group.client_reconfig_script = script;
            }
            "auth-pass" => {
                self.masters[m].group.auth_pass = unless_empty(value);
                self.drop_redis_connections(m, cx);
                shown = literal!("******");
            }
            "auth-user" => {
                self.masters[m].group.auth_user = unless_empty(value);
                self.drop_redis_connections(m, cx);
            }
            "rename-command" => {
                let new = values.get(1).ok_or(Refused::Unknown)?;
                self.rename_command(m, value, new)?;
                shown = format!("{value} {new}").into();
                taken = 2;
            }
            "master-reboot-down-after-period" => {
                let period = integer(value).filter(|period| *period >= 0);
                let period = period.ok_or_else(|| Refused::Value(value.clone()))?;
                self.masters[m].group.master_reboot_down_after = Millis(period);
            }
            _ => return Err(Refused::Unknown),
        }
        // How often and for how long things are done may have changed.
        self.stir();
        self.master_event(m, EventKind::Set, &format!(" {option} {shown}"), cx);
        Ok(taken)
    }

    /// Checks a script's path; an empty one means none (spec CMD-SETOPT-5).
    fn script(&self, path: &ArcStr, what: &str) -> Result<Option<ArcStr>, Refused> {
        if self.process.settings.deny_scripts_reconfig {
            return Err(Refused::Because(Reply::error(literal!(
                "ERR Reconfiguration of scripts path is denied for security reasons. Check the \
                 deny-scripts-reconfig configuration directive in your Sentinel configuration"
            ))));
        }
        if path.is_empty() {
            return Ok(None);
        }
        if !self.process.scripts.is_executable(path) {
            let text = format!("ERR {what} seems non existing or non executable");
            return Err(Refused::Because(Reply::error(text)));
        }
        Ok(Some(path.clone()))
    }

    /// Replaces a renaming; a command renamed to itself has its own name again (spec CMD-SETOPT-7).
    fn rename_command(&mut self, m: usize, old: &ArcStr, new: &ArcStr) -> Result<(), Refused> {
        if let Some(empty) = [old, new].into_iter().find(|name| name.is_empty()) {
            return Err(Refused::Value(empty.clone()));
        }
        let renamed = &mut self.masters[m].group.renamed_commands;
        if old.eq_ignore_ascii_case(new) {
            renamed.remove(&old.to_ascii_lowercase());
        } else {
            renamed.insert(old.to_ascii_lowercase(), new.clone());
        }
        Ok(())
    }

    /// Connections are made anew with other credentials (spec LINK-20).
    fn drop_redis_connections(&mut self, m: usize, cx: &mut Cx<'_>) {
        let master = &self.masters[m];
        let replicas = master.replicas.iter().map(|replica| replica.instance.link);
        for link in replicas.chain([master.instance.link]) {
            self.process.links.close_both(link, cx.out);
        }
    }
}

impl super::super::Master {
    /// The whole group has the same time to answer (spec MOD-19).
    fn set_down_after(&mut self, down_after: Millis) {
        self.instance.down_after = down_after;
        for replica in &mut self.replicas {
            replica.instance.down_after = down_after;
        }
        for sentinel in &mut self.sentinels {
            sentinel.instance.down_after = down_after;
        }
    }
}

impl Refused {
    fn reply(self, option: &str) -> Reply {
        match self {
            Self::Unknown => {
                Reply::error(format!("ERR Unknown option or number of arguments for SENTINEL SET '{option}'"))
            }
            Self::Value(value) => {
                Reply::error(format!("ERR Invalid argument '{value}' for SENTINEL SET '{option}'"))
            }
            Self::Because(reply) => reply,
        }
    }
}

fn positive(value: &ArcStr) -> Result<i64, Refused> {
    integer(value).filter(|n| *n > 0).ok_or_else(|| Refused::Value(value.clone()))
}

fn unless_empty(value: &ArcStr) -> Option<ArcStr> {
    (!value.is_empty()).then(|| value.clone())
}
