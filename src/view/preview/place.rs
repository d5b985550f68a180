//! Where in a text something is, so that an editor can show it.

use std::ops::Range;

/// What ends at a column of a line, which is where `serde_json` stopped reading; both count from 1, columns in
/// bytes. The whole line where the column is 0, or beyond its end.
pub(super) fn of_line(text: &str, line: usize, column: usize) -> Range<usize> {
    let begin = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let rest = &text[begin..];
    let line = rest.find('\n').map_or(rest, |end| &rest[..end]);
    let read = line.get(..column).filter(|read| !read.is_empty());
    let from = read.map_or(0, |read| {
        let last = read.char_indices().next_back().map_or(0, |(at, _)| at);
        read[..last].rfind([',', ':', '{', '[']).map_or(0, |at| at + 1)
    });
    let head = read.unwrap_or(line);
    let blank = head[from..].len() - head[from..].trim_start().len();
    begin + from + blank..begin + head.len()
}

/// The value at a place such as `actions[2].node`; where there is none, that around it. Nothing where not even
/// the first part of the place is there.
pub(super) fn of_path(text: &str, path: &str) -> Option<Range<usize>> {
    let mut scan = Scan { text: text.as_bytes(), at: 0 };
    scan.blanks();
    let mut found = None;
    for part in path.split('.') {
        let (name, indices) = part.split_once('[').unwrap_or((part, ""));
        let keys = std::iter::once(Step::Field(name));
        let numbers = indices.split('[').filter_map(|n| n.strip_suffix(']')?.parse().ok().map(Step::Item));
        for step in keys.chain(numbers) {
            let Some(at) = scan.enter(step) else { return found };
            scan.at = at;
            let mut end = Scan { text: scan.text, at };
            end.skip()?;
            found = Some(at..end.at);
        }
    }
    found
}

/// One step into a value.
#[derive(Clone, Copy)]
enum Step<'a> {
    Field(&'a str),
    Item(usize),
}

/// JSON that was found to be sound, read on from a place.
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn here(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.here().is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b',' | b':')) {
            self.at += 1;
        }
    }

    /// Past the value that begins here.
    fn skip(&mut self) -> Option<()> {
        let (begin, mut depth) = (self.at, 0);
        while let Some(byte) = self.here() {
            match byte {
                b'"' => self.string()?,
                b'{' | b'[' => (self.at, depth) = (self.at + 1, depth + 1),
                b'}' | b']' | b',' if depth == 0 => break,
                b'}' | b']' => (self.at, depth) = (self.at + 1, depth - 1),
                _ if depth == 0 && byte.is_ascii_whitespace() => break,
                _ => self.at += 1,
            }
        }
        (self.at > begin).then_some(())
    }

    fn string(&mut self) -> Option<()> {
        loop {
            self.at += 1;
            match self.here()? {
                b'\\' => self.at += 1,
                b'"' => break,
                _ => {}
            }
        }
        self.at += 1;
        Some(())
    }

    /// Where a part of the value that begins here begins.
    fn enter(&self, step: Step<'_>) -> Option<usize> {
        let mut scan = Self { text: self.text, at: self.at };
        let mut count = 0;
        match (scan.here()?, step) {
            (b'{', Step::Field(_)) | (b'[', Step::Item(_)) => scan.at += 1,
            _ => return None,
        }
        loop {
            scan.blanks();
            if matches!(scan.here()?, b'}' | b']') {
                return None;
            }
            let is_it = match step {
                Step::Item(n) => count == n,
                Step::Field(name) => {
                    let begin = scan.at + 1;
                    scan.string()?;
                    let is_it = scan.text.get(begin..scan.at - 1) == Some(name.as_bytes());
                    scan.blanks();
                    is_it
                }
            };
            if is_it {
                return Some(scan.at);
            }
            scan.skip()?;
            count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_at_a_column_is_found() {
        let text = "one\ntwo: two\n\u{4e2d}\u{6587}";
        assert_eq!(&text[of_line(text, 1, 0)], "one");
        assert_eq!(&text[of_line(text, 2, 6)], "t", "what was read up to there");
        assert_eq!(&text[of_line(text, 2, 99)], "two: two", "beyond its end all of it is meant");
        assert_eq!(&text[of_line(text, 3, 4)], "\u{4e2d}\u{6587}", "not within a letter");
        let json = "{\n  \"id\": [, \"colour\": \"none\", 1";
        for (end, token) in [("[,", ","), ("\"colour\"", "\"colour\""), ("\"none\"", "\"none\"")] {
            let column = json[2..].find(end).expect("it is there") + end.len();
            assert_eq!(&json[of_line(json, 2, column)], token);
        }
        assert_eq!(of_line(text, 9, 1), text.len()..text.len());
        assert_eq!(of_line("", 1, 0), 0..0);
    }

    #[test]
    fn a_value_is_found_by_its_place_or_what_is_around_it() {
        let text = r#"{ "id" : "a\"]}", "nodes": [ {"name": "M0"}, {"name":"R1", "conf": {"x": [1, 2]}} ], "n": 12 }"#;
        let at = |path: &str| of_path(text, path).map(|range| &text[range]);
        assert_eq!(at("id"), Some(r#""a\"]}""#));
        assert_eq!(at("nodes[1].name"), Some("\"R1\""));
        assert_eq!(at("nodes[1].conf.x[1]"), Some("2"));
        assert_eq!(at("n"), Some("12"));
        assert_eq!(at("nodes[0].quorum"), Some(r#"{"name": "M0"}"#));
        assert_eq!(at("nodes[7]"), at("nodes"));
        assert_eq!(at("nowhere"), None);
        for broken in ["", "{", "{\"id", "{\"id\":", "[1", "{\"id\\", "\"id\""] {
            assert_eq!(of_path(broken, "id"), None, "{broken}");
        }
    }
}
