//! A line as words: of a configuration file, or typed to redis-cli, which quote alike.

/// Splits a line into its words; `None` where a quotation has no end or is not followed by a blank.
///
/// In double quotes `\n`, `\r`, `\t`, `\b`, `\a` and `\xHH` mean characters and `\` takes the next one as it
/// is; in single quotes only `\'` is special.
pub fn split_words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let word;
        (word, rest) = next(rest)?;
        words.push(word);
        rest = rest.trim_start();
    }
    Some(words)
}

/// A word as it must stand in a line to be read back as it is: in quotes where it needs them.
pub fn as_word(word: &str) -> String {
    let is_plain = !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || "\"'\\#".contains(c));
    if is_plain { word.to_owned() } else { crate::protocol::quoted(word) }
}

/// The first word of `line`, which begins with no blank, and what is left.
fn next(line: &str) -> Option<(String, &str)> {
    let mut word = Vec::new();
    for (at, c) in line.char_indices() {
        match c {
            c if c.is_ascii_whitespace() => return Some((text(word), &line[at..])),
            '"' | '\'' => {
                let after = quoted(&line[at + 1..], c, &mut word)?;
                // Only a blank may follow the closing quote.
                let ends = after.chars().next().is_none_or(|c| c.is_ascii_whitespace());
                return ends.then(|| (text(word), after));
            }
            c => push(&mut word, c),
        }
    }
    Some((text(word), ""))
}

fn push(word: &mut Vec<u8>, c: char) {
    word.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// What a word's bytes say, each of which may have been given by itself; what is no UTF-8 is taken byte by byte.
fn text(word: Vec<u8>) -> String {
    String::from_utf8(word).unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
}

/// Reads up to the closing `quote` into `word`; returns what follows it.
fn quoted<'a>(text: &'a str, quote: char, word: &mut Vec<u8>) -> Option<&'a str> {
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            c if c == quote => return Some(chars.as_str()),
            '\\' if quote == '\'' => {
                let mut ahead = chars.clone();
                if ahead.next() == Some('\'') {
                    word.push(b'\'');
                    chars = ahead;
                } else {
                    word.push(b'\\');
                }
            }
            '\\' => escaped(&mut chars, word)?,
            c => push(word, c),
        }
    }
}

/// What a backslash means in double quotes.
fn escaped(chars: &mut std::str::Chars<'_>, word: &mut Vec<u8>) -> Option<()> {
    let hex = chars.as_str().strip_prefix('x').and_then(|rest| rest.get(..2));
    let hex = hex.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    if let Some(byte) = hex.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
        word.push(byte);
        *chars = chars.as_str()[3..].chars();
        return Some(());
    }
    let c = match chars.next()? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'a' => '\u{7}',
        c => c,
    };
    push(word, c);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_reads_back_as_it_was_written() {
        for word in
            ["plain", "", "a b", "it's", "\"", "\\", "#", "\n\r\t\u{7}\u{8}", "\u{1b}", "密 码", "\u{a0}"]
        {
            let line = format!("before {} after", as_word(word));
            assert_eq!(split_words(&line).unwrap(), ["before", word, "after"], "{line}");
        }
        assert_eq!(as_word("plain"), "plain");
        assert_eq!(as_word("a b"), "\"a b\"");
    }
}
