//! Replies.

use crate::protocol::{ArcStr, Info, literal};
use std::fmt::Write as _;
use std::sync::Arc;

/// What a server answers, or pushes to a subscriber. RESP2: a map is a flat array (spec CMD-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// `+text`
    Status(ArcStr),
    /// `-text`; the text begins with its code (`ERR`, `LOADING`, ...).
    Error(ArcStr),
    /// `:number`
    Integer(i64),
    /// `$length text`
    Bulk(ArcStr),
    /// The text of an `INFO` reply, a bulk string, kept as its fields.
    Info(Arc<Info>),
    /// The null bulk string.
    Nil,
    /// The null array.
    NilArray,
    /// An array.
    Array(Vec<Self>),
    /// The array `message`, channel, payload, as Pub/Sub pushes it.
    Pushed {
        /// The channel that it was published on.
        channel: ArcStr,
        /// The payload.
        message: ArcStr,
    },
}

impl Reply {
    /// `+OK`
    pub const fn ok() -> Self {
        Self::Status(literal!("OK"))
    }

    /// `+PONG`
    pub const fn pong() -> Self {
        Self::Status(literal!("PONG"))
    }

    /// An error; `text` begins with its code.
    pub fn error(text: impl Into<ArcStr>) -> Self {
        Self::Error(text.into())
    }

    /// A bulk string.
    pub fn bulk(text: impl Into<ArcStr>) -> Self {
        Self::Bulk(text.into())
    }

    /// An array of bulk strings.
    pub fn bulks<T: Into<ArcStr>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Array(texts.into_iter().map(Self::bulk).collect())
    }

    /// Whether it is an error.
    pub const fn is_error(&self) -> bool {
        matches!(self, Self::Error(_))
    }

    /// The reply as redis-cli draws it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.draw(0, &mut text);
        text
    }

    fn draw(&self, indent: usize, text: &mut String) {
        match self {
            Self::Status(status) => text.push_str(status),
            Self::Error(error) => {
                let _ = write!(text, "(error) {error}");
            }
            Self::Integer(n) => {
                let _ = write!(text, "(integer) {n}");
            }
            Self::Bulk(bulk) => {
                let _ = write!(text, "{bulk:?}");
            }
            Self::Info(info) => {
                let _ = write!(text, "{info}");
            }
            Self::Nil | Self::NilArray => text.push_str("(nil)"),
            Self::Pushed { channel, message } => {
                let items = [Self::bulk("message"), Self::bulk(channel.clone()), Self::bulk(message.clone())];
                draw_items(&items, indent, text);
            }
            Self::Array(items) if items.is_empty() => text.push_str("(empty array)"),
            Self::Array(items) => draw_items(items, indent, text),
        }
    }
}

/// Numbered lines; what an item has below its first line stands under its text.
fn draw_items(items: &[Reply], indent: usize, text: &mut String) {
    let width = items.len().to_string().len();
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            let _ = write!(text, "\n{:indent$}", "");
        }
        let _ = write!(text, "{:>width$}) ", n + 1);
        item.draw(indent + width + 2, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_drawn_as_redis_cli_draws_them() {
        assert_eq!(Reply::ok().text(), "OK");
        assert_eq!(Reply::error("ERR no").text(), "(error) ERR no");
        assert_eq!(Reply::Integer(1).text(), "(integer) 1");
        assert_eq!(Reply::bulks(["10.0.0.1", "6379"]).text(), "1) \"10.0.0.1\"\n2) \"6379\"");
        let nested = Reply::Array(vec![Reply::bulk("sentinel"), Reply::bulks(["a", "b"]), Reply::Nil]);
        assert_eq!(nested.text(), "1) \"sentinel\"\n2) 1) \"a\"\n   2) \"b\"\n3) (nil)");
    }
}
