//! One user: whether it is on, its passwords, and the rules of what it may do.

use super::{AclError, categories, is_category};
use crate::protocol::{glob, is_container};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// What every user is again after a `reset`, and shows from then on.
const SANITIZED: &str = "sanitize-payload";

/// A user. The default one of a `SETUSER` without rules is off and may do nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that ACL LIST shows")]
pub(super) struct User {
    pub(super) on: bool,
    /// Every password is right.
    pub(super) nopass: bool,
    /// How the payloads of RESTORE are checked, as ACL LIST shows it: nothing here restores any.
    payload: &'static str,
    /// SHA-256 in hexadecimal digits, oldest first.
    pub(super) passwords: Vec<String>,
    /// Whether what no rule names is allowed.
    all_commands: bool,
    /// The last that matches counts.
    commands: Vec<CommandRule>,
    all_keys: bool,
    keys: Vec<KeyPattern>,
    all_channels: bool,
    channels: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct CommandRule {
    allow: bool,
    /// `@category`, `command` or `command|subcommand`, in lower case.
    name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct KeyPattern {
    pattern: String,
    read: bool,
    write: bool,
}

impl User {
    pub(super) fn unrestricted() -> Self {
        Self {
            on: true,
            nopass: true,
            all_commands: true,
            all_keys: true,
            all_channels: true,
            ..Self::default()
        }
    }

    /// A user that a file is about to declare.
    pub(super) fn declared(anew: bool) -> Self {
        Self { payload: if anew { SANITIZED } else { "" }, ..Self::default() }
    }

    pub(super) fn is_unrestricted(&self) -> bool {
        self.on
            && self.nopass
            && self.all_commands
            && self.commands.is_empty()
            && self.all_keys
            && self.all_channels
    }

    pub(super) fn accepts(&self, password: &str) -> bool {
        self.on && (self.nopass || self.passwords.contains(&hash(password)))
    }

    pub(super) fn set_only_password(&mut self, password: &str) {
        self.passwords.clear();
        self.nopass = password.is_empty();
        if !self.nopass {
            self.passwords.push(hash(password));
        }
    }

    pub(super) fn may_run(&self, command: &str) -> bool {
        let parent = command.split_once('|').map(|(parent, _)| parent);
        let matches = |rule: &&CommandRule| match rule.name.strip_prefix('@') {
            Some(category) => categories::of(command).contains(&category),
            None => rule.name == command || Some(rule.name.as_str()) == parent,
        };
        self.commands.iter().rev().find(matches).map_or(self.all_commands, |rule| rule.allow)
    }

    pub(super) fn may_touch(&self, key: &str, writes: bool) -> bool {
        let matches = |rule: &KeyPattern| {
            (if writes { rule.write } else { rule.read }) && glob::matches(&rule.pattern, key)
        };
        self.all_keys || self.keys.iter().any(matches)
    }

    pub(super) fn may_hear(&self, channel: &str, is_pattern: bool) -> bool {
        let matches = |rule: &String| if is_pattern { rule == channel } else { glob::matches(rule, channel) };
        self.all_channels || self.channels.iter().any(matches)
    }

    /// Applies one rule of ACL SETUSER or of a `user` line.
    pub(super) fn apply(&mut self, rule: &str, exists: &impl Fn(&str) -> bool) -> Result<(), AclError> {
        match rule.to_ascii_lowercase().as_str() {
            "on" => self.on = true,
            "off" => self.on = false,
            "nopass" => {
                self.nopass = true;
                self.passwords.clear();
            }
            "resetpass" => {
                self.nopass = false;
                self.passwords.clear();
            }
            "allcommands" | "+@all" => self.all_commands(true),
            "nocommands" | "-@all" => self.all_commands(false),
            "allkeys" | "~*" => {
                self.all_keys = true;
                self.keys.clear();
            }
            "resetkeys" => {
                self.all_keys = false;
                self.keys.clear();
            }
            "allchannels" | "&*" => {
                self.all_channels = true;
                self.channels.clear();
            }
            "resetchannels" => {
                self.all_channels = false;
                self.channels.clear();
            }
            "reset" => *self = Self { payload: SANITIZED, ..Self::default() },
            SANITIZED => self.payload = SANITIZED,
            "skip-sanitize-payload" => self.payload = "skip-sanitize-payload",
            // Nobody has selectors here.
            "clearselectors" | "" => {}
            _ => return self.apply_prefixed(rule, exists),
        }
        Ok(())
    }

    fn apply_prefixed(&mut self, rule: &str, exists: &impl Fn(&str) -> bool) -> Result<(), AclError> {
        let Some(first) = rule.chars().next() else { return Err(AclError::Syntax) };
        let rest = &rule[first.len_utf8()..];
        match first {
            '>' => self.add_hash(hash(rest)),
            '#' if is_hash(rest) => self.add_hash(rest.to_owned()),
            '<' => self.remove_hash(&hash(rest))?,
            '!' if is_hash(rest) => self.remove_hash(rest)?,
            '#' | '!' => return Err(AclError::Hash),
            '~' => self.add_keys(rest, true, true)?,
            '%' => {
                let (access, pattern) = rest.split_once('~').ok_or(AclError::Syntax)?;
                let access = access.to_ascii_uppercase();
                if access.is_empty() || !access.chars().all(|c| matches!(c, 'R' | 'W')) {
                    return Err(AclError::Syntax);
                }
                self.add_keys(pattern, access.contains('R'), access.contains('W'))?;
            }
            '&' if self.all_channels => return Err(AclError::AllChannels),
            '&' => {
                if !self.channels.iter().any(|known| known == rest) {
                    self.channels.push(rest.to_owned());
                }
            }
            '(' => return Err(AclError::Selector),
            '+' | '-' => self.add_command(first == '+', &rest.to_ascii_lowercase(), exists)?,
            _ => return Err(AclError::Syntax),
        }
        Ok(())
    }

    fn all_commands(&mut self, allow: bool) {
        self.all_commands = allow;
        self.commands.clear();
    }

    fn add_command(
        &mut self,
        allow: bool,
        name: &str,
        exists: &impl Fn(&str) -> bool,
    ) -> Result<(), AclError> {
        let is_known = match (name.strip_prefix('@'), name.split_once('|')) {
            (Some(category), _) => is_category(category),
            // A command without subcommands takes any first argument.
            (None, Some((parent, _))) => exists(name) || (exists(parent) && !is_container(parent)),
            (None, None) => exists(name),
        };
        if !is_known {
            return Err(AclError::Unknown);
        }
        let below = format!("{name}|");
        self.commands.retain(|rule| rule.name != name && !rule.name.starts_with(&below));
        // A rule that changes nothing is not kept, as ACL LIST shows.
        let is_needed = match name.strip_prefix('@') {
            None => self.may_run(name) != allow,
            Some(category) => {
                let differs = |rule: &CommandRule| {
                    let touches =
                        rule.name.starts_with('@') || categories::of(&rule.name).contains(&category);
                    rule.allow != allow && touches
                };
                self.all_commands != allow || self.commands.iter().any(differs)
            }
        };
        if is_needed {
            self.commands.push(CommandRule { allow, name: name.to_owned() });
        }
        Ok(())
    }

    fn add_keys(&mut self, pattern: &str, read: bool, write: bool) -> Result<(), AclError> {
        if self.all_keys {
            return Err(AclError::AllKeys);
        }
        match self.keys.iter_mut().find(|known| known.pattern == pattern) {
            Some(known) => {
                known.read |= read;
                known.write |= write;
            }
            None => self.keys.push(KeyPattern { pattern: pattern.to_owned(), read, write }),
        }
        Ok(())
    }

    fn add_hash(&mut self, hash: String) {
        self.nopass = false;
        if !self.passwords.contains(&hash) {
            self.passwords.push(hash);
        }
    }

    fn remove_hash(&mut self, hash: &str) -> Result<(), AclError> {
        let before = self.passwords.len();
        self.passwords.retain(|known| known != hash);
        if self.passwords.len() == before { Err(AclError::NoSuchPassword) } else { Ok(()) }
    }

    /// `on` or `off`, `nopass`, `sanitize-payload`, as ACL GETUSER shows them.
    pub(super) fn flags(&self) -> Vec<&'static str> {
        let mut flags = vec![if self.on { "on" } else { "off" }];
        flags.extend(self.nopass.then_some("nopass"));
        flags.extend(Some(self.payload).filter(|payload| !payload.is_empty()));
        flags
    }

    /// The rules about commands as one text.
    pub(super) fn describe_commands(&self) -> String {
        let mut text = String::from(if self.all_commands { "+@all" } else { "-@all" });
        for CommandRule { allow, name } in &self.commands {
            let _ = write!(text, " {}{name}", if *allow { '+' } else { '-' });
        }
        text
    }

    pub(super) fn describe_keys(&self) -> String {
        if self.all_keys {
            return "~*".to_owned();
        }
        let keys = self.keys.iter().map(|KeyPattern { pattern, read, write }| match (read, write) {
            (true, true) => format!("~{pattern}"),
            (true, false) => format!("%R~{pattern}"),
            _ => format!("%W~{pattern}"),
        });
        keys.collect::<Vec<_>>().join(" ")
    }

    pub(super) fn describe_channels(&self) -> String {
        if self.all_channels {
            return "&*".to_owned();
        }
        self.channels.iter().map(|channel| format!("&{channel}")).collect::<Vec<_>>().join(" ")
    }

    /// The user as one line of ACL LIST, which a configuration file takes too.
    pub(super) fn describe(&self, name: &str) -> String {
        let mut words = vec!["user".to_owned(), name.to_owned()];
        words.extend(self.flags().into_iter().map(str::to_owned));
        words.extend(self.passwords.iter().map(|hash| format!("#{hash}")));
        words.push(self.describe_keys());
        words.extend((!self.all_channels).then(|| "resetchannels".to_owned()));
        words.push(self.describe_channels());
        words.push(self.describe_commands());
        words.retain(|word| !word.is_empty());
        words.join(" ")
    }
}

fn hash(password: &str) -> String {
    Sha256::digest(password.as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
