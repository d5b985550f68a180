//! The subcommands of servers and Sentinels, and how many words they take.
//!
//! Source: `COMMAND INFO` of redis-server and redis-sentinel 7.0.15.

/// A subcommand, such as `CLIENT LIST`.
#[derive(Debug)]
pub struct Subcommand {
    /// Its full name in lower case, such as `client|list`.
    pub name: &'static str,
    /// How many words it takes, the two of its name among them; negative: at least so many.
    pub arity: i8,
    of: Of,
}

/// Who has a subcommand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// Servers and Sentinels.
    Both,
    /// The same, but a server of ours says only that it is not simulated.
    BothUnserved,
    Server,
    Sentinel,
}

const fn sub(name: &'static str, arity: i8, of: Of) -> Subcommand {
    Subcommand { name, arity, of }
}

/// By name. Those that only a server has and that are not simulated have no place here.
static SUBCOMMANDS: &[Subcommand] = &[
    sub("acl|cat", -2, Of::Both),
    sub("acl|deluser", -3, Of::Both),
    sub("acl|dryrun", -4, Of::BothUnserved),
    sub("acl|genpass", -2, Of::BothUnserved),
    sub("acl|getuser", 3, Of::Both),
    sub("acl|help", 2, Of::BothUnserved),
    sub("acl|list", 2, Of::Both),
    sub("acl|load", 2, Of::Both),
    sub("acl|log", -2, Of::BothUnserved),
    sub("acl|save", 2, Of::Both),
    sub("acl|setuser", -3, Of::Both),
    sub("acl|users", 2, Of::Both),
    sub("acl|whoami", 2, Of::Both),
    sub("client|caching", 3, Of::BothUnserved),
    sub("client|getname", 2, Of::Both),
    sub("client|getredir", 2, Of::Both),
    sub("client|help", 2, Of::BothUnserved),
    sub("client|id", 2, Of::Both),
    sub("client|info", 2, Of::Both),
    sub("client|kill", -3, Of::Both),
    sub("client|list", -2, Of::Both),
    sub("client|no-evict", 3, Of::Both),
    sub("client|pause", -3, Of::Both),
    sub("client|reply", 3, Of::Both),
    sub("client|setname", 3, Of::Both),
    sub("client|tracking", -3, Of::BothUnserved),
    sub("client|trackinginfo", 2, Of::BothUnserved),
    sub("client|unblock", -3, Of::BothUnserved),
    sub("client|unpause", 2, Of::Both),
    sub("command|count", 2, Of::Sentinel),
    sub("command|docs", -2, Of::Sentinel),
    sub("command|getkeys", -4, Of::Sentinel),
    sub("command|getkeysandflags", -4, Of::Sentinel),
    sub("command|help", 2, Of::Sentinel),
    sub("command|info", -2, Of::Sentinel),
    sub("command|list", -2, Of::Sentinel),
    sub("config|get", -3, Of::Server),
    sub("config|help", 2, Of::Server),
    sub("config|resetstat", 2, Of::Server),
    sub("config|rewrite", 2, Of::Server),
    sub("config|set", -4, Of::Server),
    sub("pubsub|channels", -2, Of::Server),
    sub("pubsub|numpat", 2, Of::Server),
    sub("pubsub|numsub", -2, Of::Server),
    sub("script|kill", 2, Of::Server),
    sub("sentinel|ckquorum", 3, Of::Sentinel),
    sub("sentinel|config", -3, Of::Sentinel),
    sub("sentinel|debug", -2, Of::Sentinel),
    sub("sentinel|failover", 3, Of::Sentinel),
    sub("sentinel|flushconfig", 2, Of::Sentinel),
    sub("sentinel|get-master-addr-by-name", 3, Of::Sentinel),
    sub("sentinel|help", 2, Of::Sentinel),
    sub("sentinel|info-cache", -3, Of::Sentinel),
    sub("sentinel|is-master-down-by-addr", 6, Of::Sentinel),
    sub("sentinel|master", 3, Of::Sentinel),
    sub("sentinel|masters", 2, Of::Sentinel),
    sub("sentinel|monitor", 6, Of::Sentinel),
    sub("sentinel|myid", 2, Of::Sentinel),
    sub("sentinel|pending-scripts", 2, Of::Sentinel),
    sub("sentinel|remove", 3, Of::Sentinel),
    sub("sentinel|replicas", 3, Of::Sentinel),
    sub("sentinel|reset", 3, Of::Sentinel),
    sub("sentinel|sentinels", 3, Of::Sentinel),
    sub("sentinel|set", -5, Of::Sentinel),
    sub("sentinel|simulate-failure", -3, Of::Sentinel),
    sub("sentinel|slaves", 3, Of::Sentinel),
];

impl Subcommand {
    /// All of them, by name.
    pub fn all() -> std::slice::Iter<'static, Self> {
        SUBCOMMANDS.iter()
    }

    /// The subcommand `sub` of a command, whose name is in lower case.
    pub fn find(command: &str, sub: &str) -> Option<&'static Self> {
        Self::all().find(|known| {
            known.parent() == command && known.name[command.len() + 1..].eq_ignore_ascii_case(sub)
        })
    }

    /// Whether a server of ours carries it out.
    pub fn is_served(&self) -> bool {
        matches!(self.of, Of::Both | Of::Server)
    }

    /// Whether a real server has it.
    pub fn is_of_server(&self) -> bool {
        self.of != Of::Sentinel
    }

    /// Whether a Sentinel has it.
    pub fn is_of_sentinel(&self) -> bool {
        self.of != Of::Server
    }

    fn parent(&self) -> &'static str {
        self.name.split_once('|').map_or(self.name, |(parent, _)| parent)
    }
}

/// Whether a command of that name, in lower case, is nothing without a subcommand.
pub fn is_container(command: &str) -> bool {
    Subcommand::all().any(|sub| sub.parent() == command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_subcommand_has_a_parent() {
        assert!(SUBCOMMANDS.is_sorted_by(|a, b| a.name < b.name));
        assert!(SUBCOMMANDS.iter().all(|sub| sub.parent().len() < sub.name.len()));
    }

    /// CMD-2
    #[test]
    fn a_subcommand_is_found_in_any_case_and_only_under_its_command() {
        assert_eq!(Subcommand::find("client", "List").map(|found| found.name), Some("client|list"));
        assert!(Subcommand::find("config", "list").is_none());
        assert!(Subcommand::find("client", "").is_none());
        assert!(is_container("sentinel") && is_container("script") && !is_container("debug"));
    }

    #[test]
    fn who_has_what() {
        let marks = |command: &str, sub: &str| {
            let found = Subcommand::find(command, sub).unwrap();
            (found.is_served(), found.is_of_server(), found.is_of_sentinel())
        };
        assert_eq!(marks("acl", "cat"), (true, true, true));
        assert_eq!(marks("acl", "log"), (false, true, true));
        assert_eq!(marks("config", "set"), (true, true, false));
        assert_eq!(marks("sentinel", "set"), (false, false, true));
    }
}
