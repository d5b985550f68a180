//! Which commands there are, how many words they take, and what is answered to others (spec CMD-1, CMD-2).

use crate::protocol::{ArcStr, Reply};

/// Every command with its number of words, its own name included; a negative number is a least one.
const COMMANDS: &[(&str, i8)] = &[
    ("acl", -2),
    ("auth", -2),
    ("client", -2),
    ("command", -1),
    ("hello", -1),
    ("info", -1),
    ("ping", -1),
    ("psubscribe", -2),
    ("publish", 3),
    ("punsubscribe", -1),
    ("role", 1),
    ("sentinel", -2),
    ("shutdown", -1),
    ("subscribe", -2),
    ("unsubscribe", -1),
];

/// Every subcommand, likewise.
const SUBCOMMANDS: &[(&str, i8)] = &[
    ("acl|cat", -2),
    ("acl|deluser", -3),
    ("acl|dryrun", -4),
    ("acl|genpass", -2),
    ("acl|getuser", 3),
    ("acl|help", 2),
    ("acl|list", 2),
    ("acl|load", 2),
    ("acl|log", -2),
    ("acl|save", 2),
    ("acl|setuser", -3),
    ("acl|users", 2),
    ("acl|whoami", 2),
    ("client|caching", 3),
    ("client|getname", 2),
    ("client|getredir", 2),
    ("client|help", 2),
    ("client|id", 2),
    ("client|info", 2),
    ("client|kill", -3),
    ("client|list", -2),
    ("client|no-evict", 3),
    ("client|pause", -3),
    ("client|reply", 3),
    ("client|setname", 3),
    ("client|tracking", -3),
    ("client|trackinginfo", 2),
    ("client|unblock", -3),
    ("client|unpause", 2),
    ("command|count", 2),
    ("command|docs", -2),
    ("command|getkeys", -4),
    ("command|getkeysandflags", -4),
    ("command|help", 2),
    ("command|info", -2),
    ("command|list", -2),
    ("sentinel|ckquorum", 3),
    ("sentinel|config", -3),
    ("sentinel|debug", -2),
    ("sentinel|failover", 3),
    ("sentinel|flushconfig", 2),
    ("sentinel|get-master-addr-by-name", 3),
    ("sentinel|help", 2),
    ("sentinel|info-cache", -3),
    ("sentinel|is-master-down-by-addr", 6),
    ("sentinel|master", 3),
    ("sentinel|masters", 2),
    ("sentinel|monitor", 6),
    ("sentinel|myid", 2),
    ("sentinel|pending-scripts", 2),
    ("sentinel|remove", 3),
    ("sentinel|replicas", 3),
    ("sentinel|reset", 3),
    ("sentinel|sentinels", 3),
    ("sentinel|set", -5),
    ("sentinel|simulate-failure", -3),
    ("sentinel|slaves", 3),
];

/// A command that exists and has a right number of words.
pub(super) struct Found {
    /// Its name in lower case; a subcommand's with a bar, such as `sentinel|masters`.
    pub(super) name: &'static str,
    /// How many words the name takes.
    pub(super) words: usize,
}

impl Found {
    /// Whether it may be given before AUTH.
    pub(super) fn needs_no_auth(&self) -> bool {
        matches!(self.name, "auth" | "hello")
    }

    /// Whether a subscribed client may give it.
    pub(super) fn is_for_subscribers(&self) -> bool {
        matches!(self.name, "ping" | "subscribe" | "unsubscribe" | "psubscribe" | "punsubscribe")
    }
}

/// Finds the command that `words` name, or the error that answers them.
pub(super) fn lookup(words: &[ArcStr]) -> Result<Found, Reply> {
    let name = words.first().map_or("", ArcStr::as_str);
    let (name, arity) = find(COMMANDS, name).ok_or_else(|| Reply::unknown_command(words))?;
    let has_subcommands = SUBCOMMANDS.iter().any(|(sub, _)| parent(sub) == name);
    let (name, arity, taken) = match words.get(1) {
        Some(sub) if has_subcommands => {
            let (sub, arity) = find(SUBCOMMANDS, &format!("{name}|{sub}"))
                .ok_or_else(|| Reply::unknown_subcommand(name, sub))?;
            (sub, arity, 2)
        }
        _ => (name, arity, 1),
    };
    Reply::check_arity(name, arity, words.len())?;
    // PING takes at most one argument, which its arity cannot say.
    if name == "ping" && words.len() > 2 {
        return Err(Reply::wrong_arity(name));
    }
    Ok(Found { name, words: taken })
}

fn find(table: &[(&'static str, i8)], name: &str) -> Option<(&'static str, i8)> {
    table.iter().copied().find(|(known, _)| known.eq_ignore_ascii_case(name))
}

fn parent(sub: &'static str) -> &'static str {
    sub.split_once('|').map_or(sub, |(parent, _)| parent)
}

/// Whether there is a command of that name, subcommands not counted.
pub(in crate::sentinel) fn is_command(name: &str) -> bool {
    find(COMMANDS, name).is_some()
}

/// The full names of all commands, without those that are nothing without a subcommand.
pub(super) fn full_names() -> Vec<&'static str> {
    let is_container = |name: &str| SUBCOMMANDS.iter().any(|(sub, _)| parent(sub) == name);
    names().filter(|name| !is_container(name)).collect()
}

/// Whether there is a command of that full name.
pub(in crate::sentinel) fn exists(name: &str) -> bool {
    names().any(|known| known.eq_ignore_ascii_case(name))
}

/// How many commands there are, subcommands not counted.
pub(super) fn count() -> usize {
    COMMANDS.len()
}

/// All commands and subcommands.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().chain(SUBCOMMANDS).map(|(name, _)| *name)
}
