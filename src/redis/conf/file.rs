//! redis.conf as text.

use super::{DIRECTIVES, Directive, Kind, NO_EFFECT, RedisConf, directive};
use crate::protocol::{Acl, ArcStr, DirectiveError, as_word, check_directive, split_words};
use crate::redis::table;
use std::fmt;
use std::sync::Arc;

/// Why a redis.conf was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: '{text}': {kind}")]
pub struct ConfError {
    /// The line, from 1.
    pub line: u32,
    /// The line's text.
    pub text: ArcStr,
    /// What is wrong with it.
    #[source]
    pub kind: ConfErrorKind,
}

/// What is wrong with a line of redis.conf, in Redis's words where it has some.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfErrorKind {
    /// There is no such directive, or one that takes other words.
    #[error("Bad directive or wrong number of arguments")]
    Unknown,
    /// A setting of a module without a value.
    #[error("Module config specified without value")]
    ModuleSetting,
    /// A line for a Sentinel (spec CONF-4).
    #[error("sentinel directive while not in sentinel mode")]
    Sentinel,
    /// The directive does not take this value.
    #[error(transparent)]
    Value(#[from] DirectiveError),
    /// A quote that does not end.
    #[error("Unbalanced quotes in configuration line")]
    Quotes,
    /// A `user` line that declares none.
    #[error("{0}")]
    User(String),
    /// `rename-command` of what is no command.
    #[error("No such command in rename-command")]
    NoSuchCommand,
    /// `rename-command` to what is one.
    #[error("Target command name already exists")]
    CommandExists,
}

impl RedisConf {
    /// Reads a whole file over the defaults.
    ///
    /// # Errors
    ///
    /// The first line that is wrong.
    pub fn parse(text: &str) -> Result<Self, ConfError> {
        let mut conf = Self::default();
        let mut saves = false;
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let refuse = |kind| ConfError { line: number as u32 + 1, text: line.into(), kind };
            let words = split_words(line).ok_or_else(|| refuse(ConfErrorKind::Quotes))?;
            // The first `save` of a file replaces the defaults, later ones add to it.
            let before = std::mem::take(&mut conf.save);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let is_save = words.first().is_some_and(|name| name.eq_ignore_ascii_case("save"));
            conf.directive(&words).map_err(refuse)?;
            if !is_save {
                conf.save = before;
            } else if saves && !conf.save.is_empty() {
                conf.save = [before, std::mem::take(&mut conf.save)].concat();
            }
            saves |= is_save;
        }
        Ok(conf)
    }

    /// Applies one line of a file, given as words.
    ///
    /// # Errors
    ///
    /// Where there is no such directive, or it does not take these words.
    pub fn directive(&mut self, words: &[&str]) -> Result<(), ConfErrorKind> {
        let Some((name, args)) = words.split_first() else { return Ok(()) };
        if let Some(directive) = directive::find(name) {
            return Ok(directive.set(self, args)?);
        }
        if name.eq_ignore_ascii_case("rename-command") {
            return self.rename_command(args);
        }
        if name.eq_ignore_ascii_case("user") {
            return self.user(args);
        }
        if name.eq_ignore_ascii_case("sentinel") {
            return Err(ConfErrorKind::Sentinel);
        }
        // What has a dot in its name is kept for a module that may be loaded later.
        if name.contains('.') {
            return if args.is_empty() { Err(ConfErrorKind::ModuleSetting) } else { Ok(()) };
        }
        let known = directive::find_without_effect(name);
        let (name, _) = known.ok_or(ConfErrorKind::Unknown)?;
        check_directive(name, args)?;
        self.others.insert(name, args.join(" ").into());
        Ok(())
    }

    fn user(&mut self, args: &[&str]) -> Result<(), ConfErrorKind> {
        if args.is_empty() {
            return Err(ConfErrorKind::Unknown);
        }
        self.acl.declare(args, table::exists).map_err(ConfErrorKind::User)
    }

    /// The `user` lines that say more than `requirepass` does.
    fn user_lines(&self) -> Vec<String> {
        let mut plain = Acl::default();
        plain.set_default_password(&self.requirepass);
        let implied: Vec<String> = plain.lines().collect();
        self.acl.lines().filter(|line| !implied.contains(line)).collect()
    }

    fn rename_command(&mut self, args: &[&str]) -> Result<(), ConfErrorKind> {
        let [old, new] = args else { return Err(ConfErrorKind::Unknown) };
        let (old, new) = (old.to_ascii_lowercase(), new.to_ascii_lowercase());
        let is_command = |name: &str| table::find(name).is_some() || table::not_simulated(name).is_some();
        if !is_command(&old) {
            return Err(ConfErrorKind::NoSuchCommand);
        }
        let taken = is_command(&new) && !self.renames.contains_key(new.as_str());
        if taken || (!new.is_empty() && self.renames.values().any(|name| name == new.as_str())) {
            return Err(ConfErrorKind::CommandExists);
        }
        self.renames.insert(old.into(), new.into());
        Ok(())
    }

    /// Reads a file and shares it.
    ///
    /// # Errors
    ///
    /// As [`Self::parse`].
    pub fn shared(text: &str) -> Result<Arc<Self>, ConfError> {
        Self::parse(text).map(Arc::new)
    }
}

impl fmt::Display for RedisConf {
    /// As `CONFIG REWRITE` writes it: the port, and what differs from the defaults.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = Self::default();
        for directive in DIRECTIVES {
            let Directive { name, kind, .. } = directive;
            let value = directive.print(self);
            if *name != "port" && value == directive.print(&default) {
                continue;
            }
            match kind {
                Kind::Save if self.save.is_empty() => writeln!(f, "save \"\"")?,
                Kind::Save => {
                    for (seconds, changes) in &self.save {
                        writeln!(f, "save {seconds} {changes}")?;
                    }
                }
                Kind::Text { .. } => writeln!(f, "{name} {}", as_word(&value))?,
                _ => writeln!(f, "{name} {value}")?,
            }
        }
        for line in self.user_lines() {
            writeln!(f, "{line}")?;
        }
        for (old, new) in &self.renames {
            writeln!(f, "rename-command {old} {}", as_word(new))?;
        }
        for (name, default, _) in NO_EFFECT {
            if let Some(value) = self.others.get(name).filter(|value| value != default) {
                writeln!(f, "{name} {}", if value.is_empty() { "\"\"" } else { value })?;
            }
        }
        Ok(())
    }
}
