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
    /// What answers words that a command does not take.
    pub const SYNTAX_ERROR: Self = Self::Error(literal!("ERR syntax error"));

    /// What answers where a number was expected.
    pub const NOT_AN_INTEGER: Self = Self::Error(literal!("ERR value is not an integer or out of range"));

    /// `+OK`
    pub const fn ok() -> Self {
        Self::Status(literal!("OK"))
    }

    /// `+PONG`
    pub const fn pong() -> Self {
        Self::Status(literal!("PONG"))
    }

    /// An error; `text` begins with its code. It is one line on the wire, so that ends of lines in what it
    /// repeats become blanks.
    pub fn error(text: impl Into<ArcStr>) -> Self {
        Self::Error(one_line(text.into()))
    }

    /// What answers a command that does not exist (spec CMD-1).
    pub fn unknown_command(words: &[ArcStr]) -> Self {
        let (name, arguments) = words.split_first().map_or(("", words), |(name, rest)| (name.as_str(), rest));
        let mut shown = String::new();
        for argument in arguments {
            let Some(room) = SHOWN_MAX.checked_sub(shown.len()).filter(|room| *room > 0) else { break };
            let _ = write!(shown, "'{}' ", beginning(argument, room));
        }
        let name = beginning(name, SHOWN_MAX);
        Self::error(arcstr::format!("ERR unknown command '{name}', with args beginning with: {shown}"))
    }

    /// What answers a subcommand that does not exist (spec CMD-2); the command's name is in lower case.
    pub fn unknown_subcommand(command: &str, sub: &str) -> Self {
        let (sub, command) = (beginning(sub, SHOWN_MAX), command.to_ascii_uppercase());
        Self::error(arcstr::format!("ERR unknown subcommand '{sub}'. Try {command} HELP."))
    }

    /// What answers a subcommand with words that it does not take, and that its arity cannot tell.
    pub fn wrong_subcommand(command: &str, sub: &str) -> Self {
        let sub = beginning(sub, SHOWN_MAX);
        let text = "ERR unknown subcommand or wrong number of arguments for";
        Self::error(arcstr::format!("{text} '{sub}'. Try {command} HELP."))
    }

    /// What answers a command with another number of words than it takes (spec CMD-2).
    pub fn wrong_arity(name: &str) -> Self {
        Self::error(arcstr::format!("ERR wrong number of arguments for '{name}' command"))
    }

    /// Refuses a command that came in so many words, its name among them, if it takes others (spec CMD-2): exactly
    /// `arity` of them, or that many at least where `arity` is negative.
    ///
    /// # Errors
    ///
    /// [`Self::wrong_arity`].
    pub fn check_arity(name: &str, arity: i8, words: usize) -> Result<(), Self> {
        let least = usize::from(arity.unsigned_abs());
        let is_right = if arity < 0 { words >= least } else { words == least };
        if is_right { Ok(()) } else { Err(Self::wrong_arity(name)) }
    }

    /// What answers a command, subcommand or option of that full name, in lower case, that the real one has and
    /// ours has not: it is not the error of what does not exist.
    pub fn not_simulated(full_name: &str) -> Self {
        Self::error(arcstr::format!("ERR '{}' is not simulated", full_name.replace('|', " ")))
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
            Self::Bulk(bulk) => quote(bulk, text),
            Self::Info(info) if indent > 0 => quote(&info.to_string(), text),
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

/// How much of a word that is not known is shown back, in bytes.
const SHOWN_MAX: usize = 128;

/// As much of `text` as has room; what C prints ends before a zero byte.
fn beginning(text: &str, room: usize) -> &str {
    let text = &text[..text.floor_char_boundary(room)];
    text.split('\0').next().unwrap_or(text)
}

fn one_line(text: ArcStr) -> ArcStr {
    let is_end = |c: char| matches!(c, '\r' | '\n');
    if text.contains(is_end) { text.replace(is_end, " ").into() } else { text }
}

/// A string in double quotes, as redis-cli shows it and as a file has it.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    quote(text, &mut quoted);
    quoted
}

/// A string in double quotes; every byte that is no printable ASCII is escaped.
fn quote(bulk: &str, text: &mut String) {
    text.push('"');
    for byte in bulk.bytes() {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            0x07 => text.push_str("\\a"),
            0x08 => text.push_str("\\b"),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => {
                let _ = write!(text, "\\x{byte:02x}");
            }
        }
    }
    text.push('"');
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

    /// CMD-1, CMD-2: as 7.0.15 answered.
    #[test]
    fn what_is_not_known_is_repeated_in_one_line_as_far_as_there_is_room() {
        let unknown = |words: &[&str]| {
            let words: Vec<ArcStr> = words.iter().map(|word| ArcStr::from(*word)).collect();
            Reply::unknown_command(&words).text()
        };
        let head = "(error) ERR unknown command";
        assert_eq!(unknown(&["x\r\ny", "a b"]), format!("{head} 'x  y', with args beginning with: 'a b' "));
        assert_eq!(unknown(&["\0a", "b\0c"]), format!("{head} '', with args beginning with: 'b' "));
        let (a, b) = ("a".repeat(200), "b".repeat(200));
        let shown = format!("{head} '{}', with args beginning with: '{}' ", &a[..128], &b[..128]);
        assert_eq!(unknown(&[&a, &b, "c"]), shown);
        assert_eq!(
            Reply::unknown_subcommand("acl", "no\nsuch").text(),
            "(error) ERR unknown subcommand 'no such'. Try ACL HELP."
        );
    }

    #[test]
    fn replies_are_drawn_as_redis_cli_draws_them() {
        assert_eq!(Reply::ok().text(), "OK");
        assert_eq!(Reply::error("ERR no").text(), "(error) ERR no");
        assert_eq!(Reply::Integer(1).text(), "(integer) 1");
        assert_eq!(Reply::bulks(["10.0.0.1", "6379"]).text(), "1) \"10.0.0.1\"\n2) \"6379\"");
        let nested = Reply::Array(vec![Reply::bulk("sentinel"), Reply::bulks(["a", "b"]), Reply::Nil]);
        assert_eq!(nested.text(), "1) \"sentinel\"\n2) 1) \"a\"\n   2) \"b\"\n3) (nil)");
    }

    /// Each was printed by redis-cli 7.0.15 on a terminal.
    #[test]
    fn nests_long_arrays_and_odd_bytes_are_drawn_as_redis_cli_does() {
        let odd = Reply::bulk("a\"b\\c\nd\t\u{1}é中\u{7}\u{8}");
        assert_eq!(odd.text(), r#""a\"b\\c\nd\t\x01\xc3\xa9\xe4\xb8\xad\a\b""#);
        assert_eq!(Reply::bulk("").text(), "\"\"");
        let three = Reply::Array(vec![
            Reply::Integer(3),
            Reply::Array(vec![Reply::Integer(4), Reply::bulk("x")]),
            Reply::Integer(5),
        ]);
        let mixed = Reply::Array(vec![
            Reply::Integer(1),
            Reply::Integer(2),
            three,
            Reply::Array(Vec::new()),
            Reply::Nil,
            Reply::bulk("y"),
            Reply::Status(literal!("fine")),
            Reply::error("ERR inner"),
        ]);
        assert_eq!(
            mixed.text(),
            "1) (integer) 1\n2) (integer) 2\n3) 1) (integer) 3\n   2) 1) (integer) 4\n      2) \"x\"\n   \
             3) (integer) 5\n4) (empty array)\n5) (nil)\n6) \"y\"\n7) fine\n8) (error) ERR inner"
        );
        let mut twelve: Vec<Reply> = (1..=11).map(Reply::Integer).collect();
        twelve.push(Reply::Array(vec![Reply::Integer(1), Reply::bulk("z")]));
        let drawn = Reply::Array(twelve).text();
        assert!(drawn.starts_with(" 1) (integer) 1\n 2) (integer) 2\n"), "{drawn}");
        assert!(drawn.ends_with("\n11) (integer) 11\n12) 1) (integer) 1\n    2) \"z\""), "{drawn}");
    }
}
