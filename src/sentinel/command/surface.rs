//! Which commands there are, how many words they take, and what is answered to others (spec CMD-1, CMD-2).

use crate::protocol::{ArcStr, Reply, Subcommand, is_container};

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
    let (name, arity) = find(name).ok_or_else(|| Reply::unknown_command(words))?;
    let found = match words.get(1) {
        Some(sub) if is_container(name) => {
            let found = Subcommand::find(name, sub).filter(|found| found.is_of_sentinel());
            let found = found.ok_or_else(|| Reply::unknown_subcommand(name, sub))?;
            Reply::check_arity(found.name, found.arity, words.len())?;
            Found { name: found.name, words: 2 }
        }
        _ => {
            Reply::check_arity(name, arity, words.len())?;
            Found { name, words: 1 }
        }
    };
    // PING takes at most one argument, which its arity cannot say.
    if name == "ping" && words.len() > 2 {
        return Err(Reply::wrong_arity(name));
    }
    Ok(found)
}

fn find(name: &str) -> Option<(&'static str, i8)> {
    COMMANDS.iter().copied().find(|(known, _)| known.eq_ignore_ascii_case(name))
}

/// Whether there is a command of that name, subcommands not counted.
pub(in crate::sentinel) fn is_command(name: &str) -> bool {
    find(name).is_some()
}

/// The full names of all commands, without those that are nothing without a subcommand.
pub(super) fn full_names() -> Vec<&'static str> {
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
    let subcommands = Subcommand::all().filter(|sub| sub.is_of_sentinel()).map(|sub| sub.name);
    COMMANDS.iter().map(|(name, _)| *name).chain(subcommands)
}
