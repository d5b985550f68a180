//! Access control lists: users, what they may do, and the ACL command, alike on servers and Sentinels (spec
//! CMD-AUTH-1, REPL-20, REPL-21).
//!
//! Replies and error texts are those that Redis 7.0.15 was seen to give. Not modelled: selectors, the
//! ACL log, aclfile, and first-argument rules of commands without subcommands, which are kept and never match.

mod categories;
mod command;
mod user;

pub use command::AclReply;

use crate::protocol::{ArcStr, Reply, literal};
use categories::is_category;
use std::collections::BTreeMap;
use user::User;

/// The user of a connection that gave no name.
pub const DEFAULT_USER: ArcStr = literal!("default");

/// All users of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acl {
    users: BTreeMap<ArcStr, User>,
    /// Whether there is nothing to check: kept, because it is asked for each command.
    open: bool,
}

impl Default for Acl {
    /// The one user that Redis begins with, who may do everything without a password.
    fn default() -> Self {
        let mut users = BTreeMap::new();
        users.insert(DEFAULT_USER, User::unrestricted());
        Self { users, open: true }
    }
}

/// What a command touches, for the check of a user's keys and channels.
#[derive(Clone, Copy, Debug, Default)]
pub struct Touches<'a> {
    /// The keys that it names.
    pub keys: &'a [ArcStr],
    /// The channels that it names.
    pub channels: &'a [ArcStr],
    /// Whether `channels` are patterns, which a user's rules must name letter by letter.
    pub patterns: bool,
    /// Whether it changes the keys.
    pub writes: bool,
}

impl<'a> Touches<'a> {
    /// The channels that a command names, given with all its words.
    pub fn channels_of(name: &str, words: &'a [ArcStr]) -> Self {
        let (channels, patterns) = match name {
            "publish" => (&words[1..2], false),
            "subscribe" => (&words[1..], false),
            "psubscribe" => (&words[1..], true),
            _ => (&words[..0], false),
        };
        Self { channels, patterns, ..Self::default() }
    }
}

/// Why a rule was refused, in Redis's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AclError {
    /// The rule is none.
    #[error("Syntax error")]
    Syntax,
    /// A selector, which only a real server has.
    #[error("Selectors are not simulated")]
    Selector,
    /// There is no such command or category.
    #[error("Unknown command or category name in ACL")]
    Unknown,
    /// What should be the hash of a password is none.
    #[error(
        "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters"
    )]
    Hash,
    /// The user has no such password.
    #[error("The password you are trying to remove from the user does not exist")]
    NoSuchPassword,
    /// A key pattern after all keys were allowed.
    #[error(
        "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any \
         effect. Try 'resetkeys' to start with an empty list of patterns"
    )]
    AllKeys,
    /// A channel pattern after all channels were allowed.
    #[error(
        "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any \
         effect. Try 'resetchannels' to start with an empty list of channels"
    )]
    AllChannels,
}

impl Acl {
    /// Whether everybody may do everything: one user, unrestricted and without a password.
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Whether a new connection has to authenticate.
    pub fn requires_auth(&self) -> bool {
        self.users.get(&DEFAULT_USER).is_none_or(|user| !(user.on && user.nopass))
    }

    /// Why a client may give no command yet, if it has to authenticate first.
    pub fn login_refusal(&self, authenticated: bool) -> Option<ArcStr> {
        (!authenticated && self.requires_auth()).then(|| literal!("NOAUTH Authentication required."))
    }

    /// As whom a client acts after `AUTH [user] password`, given as the words after the name.
    ///
    /// # Errors
    /// What answers it otherwise.
    pub fn log_in(&self, words: &[ArcStr]) -> Result<ArcStr, Reply> {
        let (user, password) = match words {
            [_] if self.users.get(&DEFAULT_USER).is_some_and(|user| user.nopass) => {
                return Err(Reply::error(literal!(
                    "ERR AUTH <password> called without any password configured for the default user. Are you \
                     sure your configuration is correct?"
                )));
            }
            [password] => (DEFAULT_USER, password),
            [user, password] => (user.clone(), password),
            _ => return Err(Reply::SYNTAX_ERROR),
        };
        if self.authenticates(&user, password) {
            Ok(user)
        } else {
            let text = literal!("WRONGPASS invalid username-password pair or user is disabled.");
            Err(Reply::Error(text))
        }
    }

    /// Whether name and password are right and the user is on.
    fn authenticates(&self, name: &str, password: &str) -> bool {
        self.users.get(name).is_some_and(|user| user.accepts(password))
    }

    /// Whether there is such a user.
    pub fn has(&self, name: &str) -> bool {
        self.users.contains_key(name)
    }

    /// `requirepass`: the default user's only password; an empty one is none.
    pub fn set_default_password(&mut self, password: &str) {
        let user = self.users.entry(DEFAULT_USER).or_insert_with(User::unrestricted);
        user.set_only_password(password);
        self.see_whether_open();
    }

    /// Applies rules to a user, who is created where there is none: all of them or none. `exists` says
    /// whether there is a command of that full name, such as `config|set`.
    ///
    /// # Errors
    /// The first rule that is none, with the reason.
    pub fn set_user(
        &mut self,
        name: &str,
        rules: &[impl AsRef<str>],
        exists: impl Fn(&str) -> bool,
    ) -> Result<(), (String, AclError)> {
        let mut user = self.users.get(name).cloned().unwrap_or_default();
        for rule in rules {
            let rule = rule.as_ref();
            user.apply(rule, &exists).map_err(|error| (rule.to_owned(), error))?;
        }
        self.users.insert(name.into(), user);
        self.see_whether_open();
        Ok(())
    }

    /// A `user` line of a file, given as the words after `user`, of which there is one at least.
    ///
    /// # Errors
    /// What Redis says of it, which names the word that is two before the faulty one.
    pub fn declare(&mut self, words: &[&str], exists: impl Fn(&str) -> bool) -> Result<(), String> {
        let refused =
            |word: &str, why: &dyn std::fmt::Display| format!("Error in user declaration '{word}': {why}");
        let (name, rules) = words.split_first().map_or(("", words), |(name, rules)| (*name, rules));
        if name != DEFAULT_USER && self.has(name) {
            let why = "Duplicate user found. A user can only be defined once in config files";
            return Err(refused(name, &why));
        }
        // The default user is there already, and begins anew; nobody else is.
        self.users.insert(name.into(), User::declared(name == DEFAULT_USER));
        self.set_user(name, rules, exists).map_err(|(rule, error)| {
            if error == AclError::Unknown {
                // Commands and categories are looked up when all else has been read.
                return format!("Error loading ACL rule '{rule}' for the user named '{name}': {error}");
            }
            let at = rules.iter().position(|known| **known == rule).unwrap_or_default();
            refused(if at == 0 { "user" } else { words[at - 1] }, &error)
        })
    }

    /// Why a user may not run a command of that full name, if so (spec REPL-21). An unknown user, one that
    /// was deleted, may do nothing.
    pub fn refusal(&self, name: &str, command: &str, touches: Touches<'_>) -> Option<ArcStr> {
        if self.open {
            return None;
        }
        let user = self.users.get(name);
        if !user.is_some_and(|user| user.may_run(command)) {
            let text = format!("NOPERM this user has no permissions to run the '{command}' command");
            return Some(text.into());
        }
        let user = user?;
        if !touches.keys.iter().all(|key| user.may_touch(key, touches.writes)) {
            return Some(literal!(
                "NOPERM this user has no permissions to access one of the keys used as arguments"
            ));
        }
        if !touches.channels.iter().all(|channel| user.may_hear(channel, touches.patterns)) {
            return Some(literal!(
                "NOPERM this user has no permissions to access one of the channels used as arguments"
            ));
        }
        None
    }

    /// The `user` lines of a configuration file, as ACL LIST shows them, in the order of the names.
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        self.users.iter().map(|(name, user)| user.describe(name))
    }

    /// Works out `open` after a change.
    fn see_whether_open(&mut self) {
        let only = self.users.len() == 1;
        self.open = only && self.users.get(&DEFAULT_USER).is_some_and(User::is_unrestricted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMANDS: &[&str] = &["get", "set", "ping", "config", "config|get", "config|set", "publish"];

    fn acl(rules: &str) -> Acl {
        let mut acl = Acl::default();
        let words: Vec<&str> = rules.split_whitespace().collect();
        acl.set_user("u", &words, |name| COMMANDS.contains(&name)).unwrap();
        acl
    }

    fn refused(acl: &Acl, command: &str) -> bool {
        acl.refusal("u", command, Touches::default()).is_some()
    }

    /// REPL-21
    #[test]
    fn later_rules_win() {
        let acl = acl("on >p +@all -@dangerous +config|get -ping");
        assert!(!refused(&acl, "get"));
        assert!(!refused(&acl, "config|get"));
        assert!(refused(&acl, "config|set"));
        assert!(refused(&acl, "ping"));
        assert_eq!(
            acl.refusal("u", "config|set", Touches::default()).unwrap(),
            "NOPERM this user has no permissions to run the 'config|set' command"
        );
    }

    /// REPL-21
    #[test]
    fn keys_and_channels_are_checked_by_their_patterns() {
        let acl = acl("on nopass +@all ~k* %R~r* &hello");
        let keys = |key: &str, writes| {
            let keys = [key.into()];
            acl.refusal("u", "get", Touches { keys: &keys, writes, ..Touches::default() }).is_some()
        };
        assert!(!keys("k1", true));
        assert!(!keys("r1", false));
        assert!(keys("r1", true));
        assert!(keys("x", false));
        let channel = ["other".into()];
        let touches = Touches { channels: &channel, ..Touches::default() };
        assert!(acl.refusal("u", "publish", touches).unwrap().contains("channels"));
    }

    /// CMD-AUTH-1, REPL-20
    #[test]
    fn passwords_are_kept_as_hashes_and_an_off_user_has_none_that_works() {
        let mut acl = acl("on >pw +@all ~* &*");
        assert!(acl.authenticates("u", "pw"));
        assert!(!acl.authenticates("u", "other"));
        // As Redis 7.0.15 shows the same user.
        let hash = "30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4";
        assert_eq!(acl.lines().nth(1).unwrap(), format!("user u on #{hash} ~* &* +@all"));
        acl.set_user("v", &["on", &format!("#{hash}")], |_| true).unwrap();
        assert!(acl.authenticates("v", "pw"));
        acl.set_user("u", &["off"], |_| true).unwrap();
        assert!(!acl.authenticates("u", "pw"));
    }

    /// CMD-AUTH-1
    #[test]
    fn what_is_listed_is_read_back() {
        let rules = "on nopass %R~a* ~b %W~c &x* -@all +@read -get +config|get";
        let first = acl(rules);
        let line = first.lines().nth(1).unwrap();
        assert_eq!(line, "user u on nopass %R~a* ~b %W~c resetchannels &x* -@all +@read -get +config|get");
        assert_eq!(acl(line.strip_prefix("user u ").unwrap()), first);
    }

    /// CMD-AUTH-1
    #[test]
    fn a_bad_rule_changes_nothing() {
        let mut acl = acl("on >p");
        let before = acl.clone();
        for (rule, error) in [
            ("+nosuch", AclError::Unknown),
            ("+@nosuch", AclError::Unknown),
            ("bad", AclError::Syntax),
            ("#12", AclError::Hash),
            ("<x", AclError::NoSuchPassword),
        ] {
            let refused = acl.set_user("u", &["off", rule], |name| COMMANDS.contains(&name));
            assert_eq!(refused, Err((rule.to_owned(), error)));
        }
        assert_eq!(acl.set_user("u", &["allkeys", "~x"], |_| true).unwrap_err().1, AclError::AllKeys);
        assert_eq!(acl.set_user("u", &["allchannels", "&x"], |_| true).unwrap_err().1, AclError::AllChannels);
        assert_eq!(acl, before);
    }

    /// CMD-AUTH-1
    #[test]
    fn requirepass_is_the_default_users_password() {
        let mut acl = Acl::default();
        assert!(acl.is_open() && !acl.requires_auth());
        acl.set_default_password("foo");
        assert!(acl.requires_auth() && !acl.is_open());
        assert!(acl.authenticates("default", "foo") && !acl.authenticates("default", ""));
        acl.set_default_password("");
        assert_eq!(acl, Acl::default());
    }
}
