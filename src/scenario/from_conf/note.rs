//! What the reader of an imported sentinel.conf should know.

use std::fmt;
use std::net::IpAddr;

/// Something that is not as the file, or a reader of it, might have it. [`fmt::Display`] gives an English
/// sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The file does not say where its sentinel runs.
    OwnAddress(IpAddr),
    /// A host name stands for an address that was made up.
    Named {
        /// The name.
        name: String,
        /// The address.
        ip: IpAddr,
    },
    /// Replicas were added.
    ReplicasAdded {
        /// How many.
        count: u32,
        /// The master's name.
        master: String,
        /// How many the file knows.
        known: u32,
    },
    /// Sentinels were added.
    SentinelsAdded {
        /// How many.
        count: u32,
        /// How many the file knows, its own included.
        known: u32,
    },
    /// Everything at a loopback address is on one machine.
    Loopback(IpAddr),
    /// There is no translation of ports: the sentinel listens where it says that it does.
    PortMoved {
        /// `port`
        from: u16,
        /// `announce-port`
        to: u16,
    },
    /// `auth-pass` became the servers' password.
    Password {
        /// The master's name.
        master: String,
    },
    /// There are no users beside the default one; servers take everybody.
    AclUser {
        /// The line.
        line: u32,
        /// The user.
        user: String,
    },
    /// A script exists only by name.
    Script {
        /// The line.
        line: u32,
        /// Its path.
        path: String,
    },
    /// A line that names what stands at the address of another node already.
    AddressTaken {
        /// The line.
        line: u32,
        /// The address.
        addr: String,
    },
    /// The old form of `known-sentinel`, which Redis passes over.
    IdMissing {
        /// The line.
        line: u32,
    },
    /// A line with a dot in its first word, which Redis keeps for a module.
    ModuleSetting {
        /// The line.
        line: u32,
        /// The word.
        name: String,
    },
    /// Directives that Redis takes and that change nothing here: name and line.
    NoEffect(Vec<(String, u32)>),
    /// A renaming that the servers cannot follow.
    NotRenamed {
        /// The line.
        line: u32,
        /// The command.
        command: String,
    },
    /// More must agree than there are.
    QuorumTooHigh {
        /// The master's name.
        master: String,
        /// The quorum.
        quorum: u32,
        /// How many sentinels monitor it.
        sentinels: u32,
    },
    /// The cluster did not come to rest in the time that it was given.
    NotStable,
    /// So short a time that the timer, which looks ten to nineteen times a second, sees half of what happens.
    DownAfterTooShort {
        /// The master's name.
        master: String,
        /// `down-after-milliseconds`
        ms: i64,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OwnAddress(ip) => {
                write!(f, "the file does not say where its sentinel runs; S1 was given {ip}")
            }
            Self::Named { name, ip } => write!(f, "the name {name} was given the address {ip}"),
            Self::ReplicasAdded { count, master, known: 0 } => {
                write!(f, "the file knows no replica of {master}; {count} were added")
            }
            Self::ReplicasAdded { count, master, known } => {
                write!(f, "the file knows {known} of the replicas of {master}; {count} were added")
            }
            Self::SentinelsAdded { count, known: 1 } => {
                write!(f, "the file knows no other sentinel; {count} with the same settings were added")
            }
            Self::SentinelsAdded { count, known } => {
                write!(f, "the file knows {known} sentinels; {count} with the same settings were added")
            }
            Self::Loopback(ip) => {
                write!(f, "{ip} is one machine here: what is there can only fail by its process")
            }
            Self::PortMoved { from, to } => write!(
                f,
                "no ports are translated here: S1 listens at {to}, which it announces, instead of {from}"
            ),
            Self::Password { master } => {
                write!(f, "the servers of {master} require the password of auth-pass")
            }
            Self::AclUser { line, user } => write!(
                f,
                "line {line}: servers have no user {user} here, only the default one, which needs no password"
            ),
            Self::Script { line, path } => {
                write!(f, "line {line}: {path} is taken to be there and to succeed; nothing is executed")
            }
            Self::AddressTaken { line, addr } => {
                write!(f, "line {line}: another node has the address {addr} already; this one was left out")
            }
            Self::IdMissing { line } => {
                write!(f, "line {line}: a known-sentinel without an id, which Redis passes over")
            }
            Self::ModuleSetting { line, name } => write!(
                f,
                "line {line}: \"{name}\" has a dot, so Redis keeps the line for a module and says nothing"
            ),
            Self::NoEffect(directives) => {
                write!(f, "kept, without effect here: ")?;
                for (n, (name, line)) in directives.iter().enumerate() {
                    let comma = if n > 0 { ", " } else { "" };
                    write!(f, "{comma}{name} (line {line})")?;
                }
                Ok(())
            }
            Self::NotRenamed { line, command } => {
                write!(f, "line {line}: the servers do not rename {command}")
            }
            Self::QuorumTooHigh { master, quorum, sentinels } => write!(
                f,
                "{master}: quorum {quorum} of {sentinels} sentinels can never agree; it never fails over"
            ),
            Self::NotStable => {
                write!(f, "the sentinels did not come to rest within 60 s; the run begins all the same")
            }
            Self::DownAfterTooShort { master, ms } => write!(
                f,
                "{master}: down-after-milliseconds {ms} is less than the 100 ms between two looks of Sentinel's timer; \
                 one slow reply makes an instance subjectively down"
            ),
        }
    }
}
