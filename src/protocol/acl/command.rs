//! The ACL command.

use super::categories::{self, CATEGORIES};
use super::{Acl, DEFAULT_USER};
use crate::protocol::{ArcStr, Reply, literal};

/// What the ACL command answers, and whom it deleted: their connections are to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclReply {
    /// The answer.
    pub reply: Reply,
    /// The users that are no more.
    pub deleted: Vec<ArcStr>,
}

impl From<Reply> for AclReply {
    fn from(reply: Reply) -> Self {
        Self { reply, deleted: Vec::new() }
    }
}

impl Acl {
    /// `ACL sub arguments`, given by user `me` to a process that has the commands `names` (full names, in
    /// lower case); `exists` says whether a rule may name a command. `None` where there is no such subcommand here.
    pub fn command(
        &mut self,
        sub: &str,
        arguments: &[ArcStr],
        me: &ArcStr,
        names: &[&'static str],
        exists: fn(&str) -> bool,
    ) -> Option<AclReply> {
        Some(match (sub, arguments) {
            ("whoami", []) => Reply::Bulk(me.clone()).into(),
            ("users", []) => Reply::bulks(self.users.keys().cloned()).into(),
            ("list", []) => Reply::bulks(self.lines()).into(),
            ("cat", []) => Reply::bulks(CATEGORIES.iter().copied()).into(),
            ("cat", [category]) => cat(category, names).into(),
            ("setuser", [name, rules @ ..]) => self.setuser(name, rules, exists).into(),
            ("getuser", [name]) => self.getuser(name).into(),
            ("deluser", [_, ..]) => self.deluser(arguments),
            ("load" | "save", []) => Reply::error(literal!(
                "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via \
                 the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration \
                 file set) in order to store users in the Redis configuration."
            ))
            .into(),
            _ => return None,
        })
    }

    fn setuser(&mut self, name: &ArcStr, rules: &[ArcStr], exists: fn(&str) -> bool) -> Reply {
        if name.contains([' ', '\0']) {
            return Reply::error(literal!("ERR Usernames can't contain spaces or null characters"));
        }
        match self.set_user(name, rules, exists) {
            Ok(()) => Reply::ok(),
            Err((rule, error)) => {
                Reply::error(format!("ERR Error in ACL SETUSER modifier '{rule}': {error}"))
            }
        }
    }

    fn getuser(&self, name: &str) -> Reply {
        let Some(user) = self.users.get(name) else { return Reply::Nil };
        Reply::Array(vec![
            Reply::bulk("flags"),
            Reply::bulks(user.flags()),
            Reply::bulk("passwords"),
            Reply::bulks(user.passwords.iter().map(String::as_str)),
            Reply::bulk("commands"),
            Reply::bulk(user.describe_commands()),
            Reply::bulk("keys"),
            Reply::bulk(user.describe_keys()),
            Reply::bulk("channels"),
            Reply::bulk(user.describe_channels()),
            Reply::bulk("selectors"),
            Reply::Array(Vec::new()),
        ])
    }

    fn deluser(&mut self, names: &[ArcStr]) -> AclReply {
        if names.contains(&DEFAULT_USER) {
            return Reply::error(literal!("ERR The 'default' user cannot be removed")).into();
        }
        let mut deleted = Vec::new();
        for name in names {
            if self.users.remove(name).is_some() {
                deleted.push(name.clone());
            }
        }
        self.see_whether_open();
        AclReply { reply: Reply::Integer(deleted.len() as i64), deleted }
    }
}

fn cat(category: &str, names: &[&'static str]) -> Reply {
    let category = category.to_ascii_lowercase();
    if !CATEGORIES.contains(&category.as_str()) {
        return Reply::error(format!("ERR Unknown category '{category}'"));
    }
    Reply::bulks(names.iter().copied().filter(|name| categories::of(name).contains(&category.as_str())))
}
