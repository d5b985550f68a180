//! Replies.

use crate::protocol::{ArcStr, Info, literal};
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
}
