//! RESP2, the text on the wire: lengths of messages (they are what replication offsets count).

use crate::protocol::{ArcStr, Command};

/// How many bytes `words` take on the wire.
pub fn words_len<'a>(words: impl ExactSizeIterator<Item = &'a ArcStr>) -> u64 {
    let header = 1 + digits(words.len()) + 2;
    let body: usize = words.map(|word| 1 + digits(word.len()) + 2 + word.len() + 2).sum();
    (header + body) as u64
}

/// How many bytes a command takes on the wire.
pub fn command_len(command: &Command) -> u64 {
    words_len(command.args().iter())
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
}
