//! Commands.

use crate::protocol::{ArcStr, integer, literal};
use crate::sim::Millis;
use std::fmt::Write as _;
use std::sync::Arc;

/// A command on its way to a server.
///
/// What Sentinels, replicas and clients send all the time has a variant of its own; everything else is
/// [`Command::Other`], the words as typed. [`Command::parse`] chooses the variant, [`Command::args`] gives
/// the words back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `PING`
    Ping,
    /// `INFO` without a section.
    Info,
    /// `PUBLISH channel message`
    Publish {
        /// The channel.
        channel: ArcStr,
        /// The payload.
        message: ArcStr,
    },
    /// `SUBSCRIBE channel`
    Subscribe(ArcStr),
    /// `SENTINEL is-master-down-by-addr ip port epoch runid` (spec ASK-5)
    IsMasterDown {
        /// The master's configured address.
        ip: ArcStr,
        /// Its port.
        port: u16,
        /// The asker's current epoch.
        epoch: u64,
        /// The candidate to vote for, or `*`.
        runid: ArcStr,
    },
    /// `MULTI`
    Multi,
    /// `EXEC`
    Exec,
    /// `SLAVEOF host port`, or `SLAVEOF NO ONE`; the same as `REPLICAOF`.
    Slaveof(Option<(ArcStr, u16)>),
    /// `CONFIG REWRITE`
    ConfigRewrite,
    /// `CLIENT KILL TYPE normal|pubsub`
    ClientKill(KillType),
    /// `CLIENT SETNAME name`
    ClientSetname(ArcStr),
    /// `SCRIPT KILL`
    ScriptKill,
    /// `PSYNC replid offset`, or `PSYNC ? -1` (spec REPL-43)
    Psync(Option<(ArcStr, u64)>),
    /// `REPLCONF listening-port port`
    ReplconfPort(u16),
    /// `REPLCONF capa eof capa psync2`
    ReplconfCapa,
    /// `REPLCONF ACK offset`
    ReplconfAck(u64),
    /// `SET key value`
    Set {
        /// The key.
        key: ArcStr,
        /// The value.
        value: ArcStr,
    },
    /// Any other command, as words; never empty.
    Other(Arc<[ArcStr]>),
}

/// Reads what follows `CLIENT PAUSE`, `timeout [WRITE|ALL]`: how long, and whether for all commands.
///
/// # Errors
///
/// Redis's own.
pub fn read_pause(args: &[ArcStr]) -> Result<(Millis, bool), ArcStr> {
    let all = match args.get(1).map(|mode| mode.to_ascii_lowercase()).as_deref() {
        None | Some("all") => true,
        Some("write") => false,
        Some(_) => return Err(literal!("ERR CLIENT PAUSE mode must be WRITE or ALL")),
    };
    match args.first().and_then(|span| integer(span)) {
        None => Err(literal!("ERR timeout is not an integer or out of range")),
        Some(..0) => Err(literal!("ERR timeout is negative")),
        Some(span) => Ok((Millis(span), all)),
    }
}

/// The client types that a Sentinel kills on a node it reconfigures (spec FSM-CMD-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KillType {
    /// Ordinary clients.
    Normal,
    /// Pub/Sub clients.
    Pubsub,
}

impl Command {
    /// Reads a command from its words. Returns `None` where there are none.
    ///
    /// Words that do not have the exact form of a typed variant stay [`Command::Other`], so that the server
    /// can answer with its own error.
    pub fn parse(words: &[ArcStr]) -> Option<Self> {
        let (name, args) = words.split_first()?;
        Some(Self::typed(&name.to_ascii_lowercase(), args).unwrap_or_else(|| Self::Other(words.into())))
    }

    fn typed(name: &str, args: &[ArcStr]) -> Option<Self> {
        let is = |word: &ArcStr, text: &str| word.eq_ignore_ascii_case(text);
        Some(match (name, args) {
            ("ping", []) => Self::Ping,
            ("info", []) => Self::Info,
            ("publish", [channel, message]) => {
                Self::Publish { channel: channel.clone(), message: message.clone() }
            }
            ("subscribe", [channel]) => Self::Subscribe(channel.clone()),
            ("sentinel", [sub, ip, port, epoch, runid]) if is(sub, "is-master-down-by-addr") => {
                Self::IsMasterDown {
                    ip: ip.clone(),
                    port: port_number(port)?,
                    // Parsed as signed and taken as unsigned, so a negative epoch is a huge one
                    // (spec CMD-DOWN-1).
                    epoch: integer(epoch)? as u64,
                    runid: runid.clone(),
                }
            }
            ("multi", []) => Self::Multi,
            ("exec", []) => Self::Exec,
            ("slaveof" | "replicaof", [no, one]) if is(no, "no") && is(one, "one") => Self::Slaveof(None),
            ("slaveof" | "replicaof", [host, port]) => {
                Self::Slaveof(Some((host.clone(), port_number(port)?)))
            }
            ("config", [rewrite]) if is(rewrite, "rewrite") => Self::ConfigRewrite,
            ("client", [kill, kind, which]) if is(kill, "kill") && is(kind, "type") => {
                Self::ClientKill(match which.to_ascii_lowercase().as_str() {
                    "normal" => KillType::Normal,
                    "pubsub" => KillType::Pubsub,
                    _ => return None,
                })
            }
            ("client", [setname, name]) if is(setname, "setname") => Self::ClientSetname(name.clone()),
            ("script", [kill]) if is(kill, "kill") => Self::ScriptKill,
            ("psync", [replid, offset]) if replid == "?" && offset == "-1" => Self::Psync(None),
            ("psync", [replid, offset]) => {
                Self::Psync(Some((replid.clone(), u64::try_from(integer(offset)?).ok()?)))
            }
            ("replconf", [option, port]) if is(option, "listening-port") => {
                Self::ReplconfPort(port_number(port)?)
            }
            ("replconf", [capa, eof, capa2, psync2])
                if is(capa, "capa") && is(eof, "eof") && is(capa2, "capa") && is(psync2, "psync2") =>
            {
                Self::ReplconfCapa
            }
            ("replconf", [ack, offset]) if is(ack, "ack") => {
                Self::ReplconfAck(u64::try_from(integer(offset)?).ok()?)
            }
            ("set", [key, value]) => Self::Set { key: key.clone(), value: value.clone() },
            _ => return None,
        })
    }

    /// The command's words, as they stand on the wire.
    pub fn args(&self) -> Vec<ArcStr> {
        fn words<const N: usize>(words: [&str; N]) -> Vec<ArcStr> {
            words.into_iter().map(ArcStr::from).collect()
        }
        match self {
            Self::Ping => vec![literal!("PING")],
            Self::Info => vec![literal!("INFO")],
            Self::Publish { channel, message } => {
                vec![literal!("PUBLISH"), channel.clone(), message.clone()]
            }
            Self::Subscribe(channel) => vec![literal!("SUBSCRIBE"), channel.clone()],
            Self::IsMasterDown { ip, port, epoch, runid } => vec![
                literal!("SENTINEL"),
                literal!("is-master-down-by-addr"),
                ip.clone(),
                port.to_string().into(),
                (*epoch as i64).to_string().into(),
                runid.clone(),
            ],
            Self::Multi => vec![literal!("MULTI")],
            Self::Exec => vec![literal!("EXEC")],
            Self::Slaveof(None) => words(["SLAVEOF", "NO", "ONE"]),
            Self::Slaveof(Some((host, port))) => {
                vec![literal!("SLAVEOF"), host.clone(), port.to_string().into()]
            }
            Self::ConfigRewrite => words(["CONFIG", "REWRITE"]),
            Self::ClientKill(KillType::Normal) => words(["CLIENT", "KILL", "TYPE", "normal"]),
            Self::ClientKill(KillType::Pubsub) => words(["CLIENT", "KILL", "TYPE", "pubsub"]),
            Self::ClientSetname(name) => vec![literal!("CLIENT"), literal!("SETNAME"), name.clone()],
            Self::ScriptKill => words(["SCRIPT", "KILL"]),
            Self::Psync(None) => words(["PSYNC", "?", "-1"]),
            Self::Psync(Some((replid, offset))) => {
                vec![literal!("PSYNC"), replid.clone(), offset.to_string().into()]
            }
            Self::ReplconfPort(port) => words(["REPLCONF", "listening-port", &port.to_string()]),
            Self::ReplconfCapa => words(["REPLCONF", "capa", "eof", "capa", "psync2"]),
            Self::ReplconfAck(offset) => words(["REPLCONF", "ACK", &offset.to_string()]),
            Self::Set { key, value } => vec![literal!("SET"), key.clone(), value.clone()],
            Self::Other(words) => words.to_vec(),
        }
    }

    /// How a person reads it: the words with spaces between them, quoted where a word needs it.
    pub fn text(&self) -> String {
        typed_line(&self.args())
    }
}

fn port_number(word: &str) -> Option<u16> {
    integer(word).and_then(|port| port.try_into().ok())
}

/// The words with spaces between them, quoted where a word needs it.
pub fn typed_line(words: &[ArcStr]) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        if word.is_empty() || word.contains([' ', '"', '\r', '\n']) {
            let _ = write!(text, "{word:?}");
        } else {
            text.push_str(word);
        }
    }
    text
}

/// Whether a command turns its connection into one that messages come on.
pub fn subscribes(words: &[ArcStr]) -> bool {
    let is = |name: &str| words.first().is_some_and(|first| first.eq_ignore_ascii_case(name));
    is("SUBSCRIBE") || is("PSUBSCRIBE")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Command {
        let words: Vec<ArcStr> = text.split(' ').map(ArcStr::from).collect();
        Command::parse(&words).unwrap()
    }

    #[test]
    fn every_typed_form_reads_its_own_words() {
        for text in [
            "PING",
            "INFO",
            "PUBLISH __sentinel__:hello text",
            "SUBSCRIBE __sentinel__:hello",
            "SENTINEL is-master-down-by-addr 10.0.0.1 6379 3 *",
            "MULTI",
            "EXEC",
            "SLAVEOF NO ONE",
            "SLAVEOF 10.0.0.1 6379",
            "CONFIG REWRITE",
            "CLIENT KILL TYPE normal",
            "CLIENT KILL TYPE pubsub",
            "CLIENT SETNAME sentinel-12345678-cmd",
            "SCRIPT KILL",
            "PSYNC ? -1",
            "PSYNC 8371b4fb1155b71f4a04d3e1bc3e18c4a990aeeb 15",
            "REPLCONF listening-port 6379",
            "REPLCONF capa eof capa psync2",
            "REPLCONF ACK 120",
            "SET key value",
        ] {
            let command = parse(text);
            assert!(!matches!(command, Command::Other(_)), "{text}");
            assert_eq!(command.text(), text);
        }
    }

    #[test]
    fn names_are_not_case_sensitive_and_replicaof_is_slaveof() {
        assert_eq!(parse("replicaof no ONE"), Command::Slaveof(None));
        assert_eq!(parse("ping"), Command::Ping);
    }

    #[test]
    fn a_negative_epoch_is_a_huge_one() {
        let Command::IsMasterDown { epoch, .. } = parse("SENTINEL IS-MASTER-DOWN-BY-ADDR ip 1 -1 *") else {
            panic!("not typed")
        };
        assert_eq!(epoch, u64::MAX);
    }

    #[test]
    fn what_has_not_the_exact_form_stays_as_typed() {
        for text in ["PING hello", "SLAVEOF host port", "SENTINEL MASTERS", "CONFIG GET x"] {
            assert!(matches!(parse(text), Command::Other(_)), "{text}");
            assert_eq!(parse(text).text(), text);
        }
    }
}
