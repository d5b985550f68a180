//! RESP2, the text on the wire: lengths of messages (they are what replication offsets count).

use crate::protocol::{ArcStr, Command};

/// How many bytes `words` take on the wire.
pub fn words_len<'a>(words: impl ExactSizeIterator<Item = &'a ArcStr>) -> u64 {
    let header = 1 + digits(words.len()) + 2;
    let body: u64 = words.map(|word| bulk(word.len())).sum();
    header as u64 + body
}

/// How many bytes a command takes on the wire. What a replication stream is full of is counted without
/// making its words.
pub fn command_len(command: &Command) -> u64 {
    match command {
        Command::Ping => 14,
        Command::Publish { channel, message } => 4 + bulk(7) + bulk(channel.len()) + bulk(message.len()),
        Command::Set { key, value } => 4 + bulk(3) + bulk(key.len()) + bulk(value.len()),
        Command::Other(words) => words_len(words.iter()),
        typed => words_len(typed.args().iter()),
    }
}

/// How many bytes a word of `len` bytes takes.
fn bulk(len: usize) -> u64 {
    (1 + digits(len) + 2 + len + 2) as u64
}

fn digits(n: usize) -> usize {
    n.checked_ilog10().map_or(1, |log| log as usize + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_those_of_the_text() {
        assert_eq!(command_len(&Command::Ping), "*1\r\n$4\r\nPING\r\n".len() as u64);
        let text = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$12\r\nabcdefghijkl\r\n";
        let set = Command::Set { key: "k".into(), value: "abcdefghijkl".into() };
        assert_eq!(command_len(&set), text.len() as u64);
    }

    #[test]
    fn counting_without_words_gives_the_same() {
        for command in [
            Command::Ping,
            Command::Publish { channel: "__sentinel__:hello".into(), message: "x".repeat(120).into() },
            Command::Set { key: "w:w:1".into(), value: "1".into() },
            Command::Multi,
            Command::ReplconfAck(12345),
        ] {
            assert_eq!(command_len(&command), words_len(command.args().iter()), "{command:?}");
        }
    }
}
