//! The `sentinel` directives.

/// What a directive is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// The whole process: one value.
    Process,
    /// A master that it makes.
    NewMaster,
    /// A master, whose name comes first, and then so many values.
    Master(usize),
}

/// The directives that a flush writes or drops. Others, such as a misspelt one, are never in a file that was read.
const DIRECTIVES: &[(&str, About)] = &[
    ("monitor", About::NewMaster),
    ("down-after-milliseconds", About::Master(1)),
    ("failover-timeout", About::Master(1)),
    ("parallel-syncs", About::Master(1)),
    ("notification-script", About::Master(1)),
    ("client-reconfig-script", About::Master(1)),
    ("auth-pass", About::Master(1)),
    ("auth-user", About::Master(1)),
    ("rename-command", About::Master(2)),
    ("master-reboot-down-after-period", About::Master(1)),
    ("config-epoch", About::Master(1)),
    ("leader-epoch", About::Master(1)),
    ("known-replica", About::Master(2)),
    ("known-slave", About::Master(2)),
    ("known-sentinel", About::Master(3)),
    ("myid", About::Process),
    ("current-epoch", About::Process),
    ("announce-ip", About::Process),
    ("announce-port", About::Process),
    ("deny-scripts-reconfig", About::Process),
    ("resolve-hostnames", About::Process),
    ("announce-hostnames", About::Process),
    ("sentinel-user", About::Process),
    ("sentinel-pass", About::Process),
];

/// The directive of that name, in whichever case: as Redis writes it, and what it is about.
pub(super) fn find(name: &str) -> Option<(&'static str, About)> {
    DIRECTIVES.iter().copied().find(|(known, _)| known.eq_ignore_ascii_case(name))
}

/// What a switch is set to.
pub(in crate::sentinel) fn yes_or_no(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}
