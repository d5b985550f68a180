//! Reading sentinel.conf (spec section 15.1).

use super::directive::{self, About, yes_or_no};
use super::{ConfigError, ConfigErrorKind as Kind, CreateError, MasterConf, SentinelConf, Settings};
use crate::protocol::{ArcStr, Level, check_directive, leading_int, leading_unsigned, split_words};
use crate::sentinel::command::surface;
use crate::sim::Millis;
use std::net::IpAddr;

impl SentinelConf {
    /// Reads a file.
    ///
    /// `sentinel` lines are queued and applied in three groups, so that lines about a master may stand
    /// before its `monitor` line (spec CONF-1).
    ///
    /// # Errors
    ///
    /// The first line that Redis would refuse, with its number (spec CONF-2).
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let mut conf = Self {
            settings: Settings::default(),
            myid: None,
            current_epoch: 0,
            masters: Vec::new(),
            lines: text.lines().map(ArcStr::from).collect(),
        };
        let mut queues: [Vec<Statement<'_>>; 3] = Default::default();
        for (n, line) in text.lines().enumerate() {
            let line = line.trim_matches([' ', '\t', '\r', '\n']);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fail = |kind| ConfigError { line: n as u32 + 1, text: line.into(), kind };
            let words = split_words(line).ok_or_else(|| fail(Kind::UnbalancedQuotes))?;
            let Some((name, arguments)) = words.split_first() else { continue };
            if !name.eq_ignore_ascii_case("sentinel") {
                conf.settings.server_directive(&name.to_ascii_lowercase(), arguments).map_err(fail)?;
                continue;
            }
            let Some((directive, arguments)) = arguments.split_first() else { continue };
            let directive = directive.to_ascii_lowercase();
            let statement =
                Statement { line: n as u32 + 1, text: line, arguments: arguments.to_vec(), directive };
            queues[statement.group()].push(statement);
        }
        for statement in queues.iter().flatten() {
            let Statement { line, text, .. } = *statement;
            conf.apply(statement).map_err(|kind| ConfigError { line, text: text.into(), kind })?;
        }
        Ok(conf)
    }

    fn apply(&mut self, statement: &Statement<'_>) -> Result<(), Kind> {
        let arguments: Vec<&str> = statement.arguments.iter().map(String::as_str).collect();
        let directive = statement.directive.as_str();
        match (directive, arguments.as_slice()) {
            ("monitor", [name, host, port, quorum]) => self.apply_monitor(name, host, port, quorum),
            // The old form without an id says nothing, of whatever master (spec CONF-39).
            ("known-sentinel", [_, _, _]) => Ok(()),
            (_, [name, rest @ ..]) if is_about_master(directive, rest.len()) => {
                let resolve = self.settings.resolve_hostnames;
                let master = self.masters.iter_mut().find(|master| master.name == *name);
                let master = master.ok_or(Kind::NoSuchMaster)?;
                master.apply(directive, rest, resolve)?;
                if directive == "config-epoch" {
                    // The current epoch is never below a version that exists (spec CONF-36).
                    self.current_epoch = self.current_epoch.max(master.config_epoch);
                }
                Ok(())
            }
            (_, [value]) => self.apply_global(directive, value),
            _ => Err(Kind::Unrecognized),
        }
    }

    fn apply_monitor(&mut self, name: &str, host: &str, port: &str, quorum: &str) -> Result<(), Kind> {
        let quorum = leading_int(quorum);
        if quorum <= 0 {
            return Err(Kind::Quorum);
        }
        let port = port_number(port)?;
        // With resolve-hostnames a host that does not resolve yet is taken all the same (spec CONF-20).
        check_host(host, self.settings.resolve_hostnames)?;
        if self.masters.iter().any(|master| master.name == name) {
            return Err(CreateError::DuplicateMaster.into());
        }
        self.masters.push(MasterConf::new(name, host, port, quorum as u32));
        Ok(())
    }

    /// A directive about no master (spec CONF-30 to CONF-35).
    fn apply_global(&mut self, directive: &str, value: &str) -> Result<(), Kind> {
        let settings = &mut self.settings;
        let set = |value: &str| (!value.is_empty()).then(|| ArcStr::from(value));
        match directive {
            "announce-ip" => settings.announce_ip = set(value),
            "announce-port" => settings.announce_port = leading_int(value),
            "sentinel-user" => settings.sentinel_user = set(value),
            "sentinel-pass" => settings.sentinel_pass = set(value),
            "deny-scripts-reconfig" => {
                settings.deny_scripts_reconfig = yes_or_no(value).ok_or(Kind::DenyScriptsReconfig)?;
            }
            "resolve-hostnames" => {
                let kind = Kind::YesOrNo { name: "resolve-hostnames" };
                settings.resolve_hostnames = yes_or_no(value).ok_or(kind)?;
            }
            "announce-hostnames" => {
                let kind = Kind::YesOrNo { name: "announce-hostnames" };
                settings.announce_hostnames = yes_or_no(value).ok_or(kind)?;
            }
            "current-epoch" => {
                self.current_epoch = self.current_epoch.max(leading_unsigned(value));
            }
            "myid" if value.len() == 40 => self.myid = Some(value.into()),
            "myid" => return Err(Kind::Myid),
            _ => return Err(Kind::Unrecognized),
        }
        Ok(())
    }
}

impl MasterConf {
    fn apply(&mut self, directive: &str, arguments: &[&str], resolve: bool) -> Result<(), Kind> {
        let first = arguments[0];
        match (directive, arguments) {
            ("down-after-milliseconds", _) => self.down_after = Some(positive(first)?),
            ("failover-timeout", _) => self.failover_timeout = Some(positive(first)?),
            ("parallel-syncs", _) => self.parallel_syncs = Some(leading_int(first).into()),
            // Whether there is such a script is for the host to say where the file is used (`Files`).
            ("notification-script", _) => self.notification_script = Some(first.into()),
            ("client-reconfig-script", _) => self.client_reconfig_script = Some(first.into()),
            ("auth-pass", _) => self.auth_pass = Some(first.into()),
            ("auth-user", _) => self.auth_user = Some(first.into()),
            ("rename-command", [old, new]) => {
                if self.renamed_commands.iter().any(|(known, _)| known.eq_ignore_ascii_case(old)) {
                    return Err(Kind::RenamedTwice);
                }
                self.renamed_commands.push(((*old).into(), (*new).into()));
            }
            ("master-reboot-down-after-period", _) => {
                let period = i64::from(leading_int(first));
                if period < 0 {
                    return Err(Kind::Negative);
                }
                self.master_reboot_down_after = Millis(period);
            }
            ("config-epoch", _) => self.config_epoch = leading_unsigned(first),
            ("leader-epoch", _) => self.leader_epoch = leading_unsigned(first),
            ("known-replica" | "known-slave", [host, port]) => {
                let port = port_number(port)?;
                check_host(host, resolve)?;
                if self.known_replicas.iter().any(|(known, at)| known == host && *at == port) {
                    return Err(CreateError::DuplicateReplica.into());
                }
                self.known_replicas.push(((*host).into(), port));
            }
            ("known-sentinel", [host, port, id]) => {
                let port = port_number(port)?;
                check_host(host, resolve)?;
                if self.known_sentinels.iter().any(|(_, _, known)| known == id) {
                    return Err(CreateError::DuplicateSentinel.into());
                }
                self.known_sentinels.push(((*host).into(), port, (*id).into()));
            }
            _ => return Err(Kind::Unrecognized),
        }
        Ok(())
    }
}

impl Settings {
    /// The ordinary directives that matter to a Sentinel; the others are checked, and kept as they stand (spec
    /// CONF-14).
    fn server_directive(&mut self, name: &str, arguments: &[String]) -> Result<(), Kind> {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match (name, arguments.as_slice()) {
            ("user", [_, ..]) => {
                return self.acl.declare(&arguments, surface::exists).map_err(Kind::User);
            }
            ("rename-command", [old, _]) if !surface::is_command(old) => return Err(Kind::NoSuchCommand),
            ("rename-command", [_, new]) if surface::is_command(new) => return Err(Kind::CommandExists),
            ("rename-command", [_, _]) | ("loadmodule", [_, ..]) => return Ok(()),
            ("include", [file]) => return Err(Kind::Include((*file).into())),
            // What has a dot in its name is kept for a module that may be loaded later, and so is never wrong.
            (name, arguments) if name.contains('.') => {
                return if arguments.is_empty() { Err(Kind::ModuleSetting) } else { Ok(()) };
            }
            (name, arguments) => check_directive(name, arguments)?,
        }
        match (name, arguments.as_slice()) {
            ("port", [value]) => self.port = value.parse().unwrap_or(self.port),
            ("requirepass", [value]) => {
                self.acl.set_default_password(value);
                self.requirepass = (!value.is_empty()).then(|| (*value).into());
            }
            ("loglevel", [value]) => self.loglevel = Level::named(value).unwrap_or(self.loglevel),
            _ => {}
        }
        Ok(())
    }
}

/// A queued `sentinel` line.
struct Statement<'a> {
    line: u32,
    text: &'a str,
    directive: String,
    arguments: Vec<String>,
}

impl Statement<'_> {
    /// When it is applied: before, with or after the masters are made (spec CONF-1).
    fn group(&self) -> usize {
        match directive::find(&self.directive) {
            Some((_, About::Process)) => 0,
            Some((_, About::NewMaster)) => 1,
            Some((_, About::Master(_))) | None => 2,
        }
    }
}

/// Whether a directive is about a master and takes so many values after its name.
fn is_about_master(directive: &str, values: usize) -> bool {
    directive::find(directive).is_some_and(|(_, about)| about == About::Master(values))
}

fn positive(value: &str) -> Result<Millis, Kind> {
    let value = leading_int(value);
    if value > 0 { Ok(Millis(value.into())) } else { Err(Kind::NotPositive) }
}

fn port_number(text: &str) -> Result<u16, CreateError> {
    u16::try_from(leading_int(text)).map_err(|_| CreateError::Port)
}

fn check_host(host: &str, resolve_hostnames: bool) -> Result<(), CreateError> {
    if resolve_hostnames || host.parse::<IpAddr>().is_ok() { Ok(()) } else { Err(CreateError::Unresolved) }
}
