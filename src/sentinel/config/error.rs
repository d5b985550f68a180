//! Why a sentinel.conf is refused, in Redis's own words (spec section 15.1).

use crate::protocol::{ArcStr, DirectiveError};

/// A line of a sentinel.conf that stops the start. Prints what Redis prints before it exits (spec CONF-2).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\n\
     Reading the configuration file, at line {line}\n\
     >>> '{text}'\n\
     {kind}"
)]
pub struct ConfigError {
    /// The line's number, from 1.
    pub line: u32,
    /// The line, without the blanks around it.
    pub text: ArcStr,
    /// What is wrong with it.
    #[source]
    pub kind: ConfigErrorKind,
}

/// What can be wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigErrorKind {
    /// A quotation without its end.
    #[error("Unbalanced quotes in configuration line")]
    UnbalancedQuotes,
    /// An ordinary directive that does not exist, or does not take these words.
    #[error(transparent)]
    Directive(#[from] DirectiveError),
    /// A setting of a module without a value.
    #[error("Module config specified without value")]
    ModuleSetting,
    /// `rename-command` of what is no command of a Sentinel.
    #[error("No such command in rename-command")]
    NoSuchCommand,
    /// `include`, where there is no other file to be read.
    #[error("can't open config file '{0}': No such file or directory")]
    Include(ArcStr),
    /// `rename-command` to what is one.
    #[error("Target command name already exists")]
    CommandExists,
    /// A `user` line that declares none.
    #[error("{0}")]
    User(String),
    /// `sentinel` with a directive that does not exist, or with another number of arguments.
    #[error("Unrecognized sentinel configuration statement.")]
    Unrecognized,
    /// A directive about a master that no `monitor` line names (spec CONF-40).
    #[error("No such master with specified name.")]
    NoSuchMaster,
    /// A quorum below 1 (spec CONF-20).
    #[error("Quorum must be 1 or greater.")]
    Quorum,
    /// An instance that could not be made.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// A time below 1 (spec CONF-22).
    #[error("negative or zero time parameter.")]
    NotPositive,
    /// A time below 0 (spec CONF-29).
    #[error("negative time parameter.")]
    Negative,
    /// A command renamed twice (spec CONF-28).
    #[error("Same command renamed multiple times with rename-command.")]
    RenamedTwice,
    /// Neither yes nor no (spec CONF-31).
    #[error("Please specify yes or no for the deny-scripts-reconfig options.")]
    DenyScriptsReconfig,
    /// Neither yes nor no (spec CONF-32).
    #[error("Please specify yes or no for the {name} option.")]
    YesOrNo {
        /// The option.
        name: &'static str,
    },
    /// An id that has not 40 characters (spec CONF-34).
    #[error("Malformed Sentinel id in myid option.")]
    Myid,
}

/// Why an instance could not be made (spec CONF-21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// A master of that name exists.
    #[error("Duplicate master name.")]
    DuplicateMaster,
    /// A replica of that address exists.
    #[error("Duplicate hostname and port for replica.")]
    DuplicateReplica,
    /// A Sentinel of that id exists.
    #[error("Duplicate runid for sentinel.")]
    DuplicateSentinel,
    /// The host is no address and could not be resolved.
    #[error("Can't resolve instance hostname.")]
    Unresolved,
    /// The port is not in 0..65535.
    #[error("Invalid port number.")]
    Port,
}
