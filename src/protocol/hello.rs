//! The hello message: how Sentinels find each other and spread epochs and configurations (spec section 11).

use crate::protocol::{ArcStr, leading_number, leading_unsigned, literal};
use std::fmt;

/// The channel that hello messages are published on (spec CON-14).
pub const HELLO_CHANNEL: ArcStr = literal!("__sentinel__:hello");

/// The eight fields of a hello message. Ports are numbers of any size: nothing keeps a sender from naming what is
/// none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hello<'a> {
    /// The sender's address.
    pub ip: &'a str,
    /// The sender's port.
    pub port: i64,
    /// The sender's id.
    pub runid: &'a str,
    /// The sender's current epoch.
    pub current_epoch: u64,
    /// The master's name.
    pub master_name: &'a str,
    /// The master's address as the sender would give it to a client (spec FSM-GEN-5).
    pub master_host: &'a str,
    /// The master's port.
    pub master_port: i64,
    /// The version of that address.
    pub config_epoch: u64,
}

impl<'a> Hello<'a> {
    /// Reads a hello message; `None` where it has not exactly eight fields (spec HELLO-5).
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut fields = text.split(',');
        let mut next = || fields.next();
        let hello = Self {
            ip: next()?,
            port: leading_number(next()?),
            runid: next()?,
            current_epoch: leading_unsigned(next()?),
            master_name: next()?,
            master_host: next()?,
            master_port: leading_number(next()?),
            config_epoch: leading_unsigned(next()?),
        };
        next().is_none().then_some(hello)
    }
}

impl fmt::Display for Hello<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{},{},{},{},{},{},{},{}",
            self.ip,
            self.port,
            self.runid,
            self.current_epoch,
            self.master_name,
            self.master_host,
            self.master_port,
            self.config_epoch
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "10.0.0.5,26379,6e583e4b85dc0e77c7fdf2be08e18313ecd06aac,7,mymaster,10.0.0.1,6379,3";

    #[test]
    fn a_hello_reads_back_as_it_was_printed() {
        assert_eq!(Hello::parse(TEXT).unwrap().to_string(), TEXT);
    }

    /// HELLO-5
    #[test]
    fn not_exactly_eight_fields_is_no_hello() {
        assert_eq!(Hello::parse(&TEXT[..TEXT.len() - 2]), None);
        assert_eq!(Hello::parse(&format!("{TEXT},1")), None);
        assert_eq!(Hello::parse(""), None);
    }
}
