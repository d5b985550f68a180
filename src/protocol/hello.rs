//! The hello message: how Sentinels find each other and spread epochs and configurations (spec section 11).

use crate::protocol::{ArcStr, literal};
use std::fmt;

/// The channel that hello messages are published on (spec CON-14).
pub const HELLO_CHANNEL: ArcStr = literal!("__sentinel__:hello");

/// The eight fields of a hello message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The sender's address.
    pub ip: ArcStr,
    /// The sender's port.
    pub port: u16,
    /// The sender's id.
    pub runid: ArcStr,
    /// The sender's current epoch.
    pub current_epoch: u64,
    /// The master's name.
    pub master_name: ArcStr,
    /// The master's address as the sender would give it to a client (spec FSM-GEN-5).
    pub master_ip: ArcStr,
    /// The master's port.
    pub master_port: u16,
    /// The version of that address.
    pub master_config_epoch: u64,
}

impl Hello {
    /// Reads a hello message; `None` where it has not exactly eight fields (spec HELLO-5).
    ///
    /// Numbers are read as C's `strtoull` and `atoi` do: leading digits count, garbage is 0.
    pub fn parse(text: &str) -> Option<Self> {
        let mut fields = text.split(',');
        let mut next = || fields.next();
        let hello = Self {
            ip: next()?.into(),
            port: number(next()?) as u16,
            runid: next()?.into(),
            current_epoch: number(next()?),
            master_name: next()?.into(),
            master_ip: next()?.into(),
            master_port: number(next()?) as u16,
            master_config_epoch: number(next()?),
        };
        next().is_none().then_some(hello)
    }
}

fn number(text: &str) -> u64 {
    let digits = text.bytes().take_while(u8::is_ascii_digit);
    digits.fold(0, |n: u64, digit| n.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

impl fmt::Display for Hello {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{},{},{},{},{},{},{},{}",
            self.ip,
            self.port,
            self.runid,
            self.current_epoch,
            self.master_name,
            self.master_ip,
            self.master_port,
            self.master_config_epoch
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
