//! Glob-style patterns, as PSUBSCRIBE, KEYS and CONFIG GET take them.

/// Whether `text` matches `pattern`: `*` is any text, `?` any one byte, `[a-c]` and `[^x]` classes, and a
/// backslash takes the next byte as it is.
pub fn matches(pattern: &str, text: &str) -> bool {
    bytes_match(pattern.as_bytes(), text.as_bytes())
}

fn bytes_match(mut pattern: &[u8], mut text: &[u8]) -> bool {
    while let Some((&first, rest)) = pattern.split_first() {
        match first {
            b'*' => {
                let rest = &rest[rest.iter().take_while(|&&c| c == b'*').count()..];
                return rest.is_empty() || (0..=text.len()).any(|n| bytes_match(rest, &text[n..]));
            }
            b'[' if !text.is_empty() => {
                let (hit, used) = class(rest, text[0]);
                if !hit {
                    return false;
                }
                pattern = &rest[used..];
            }
            b'?' if !text.is_empty() => pattern = rest,
            _ => {
                let (literal, rest) = match (first, rest.split_first()) {
                    (b'\\', Some((&escaped, rest))) => (escaped, rest),
                    _ => (first, rest),
                };
                if text.first() != Some(&literal) {
                    return false;
                }
                pattern = rest;
            }
        }
        text = &text[1..];
    }
    text.is_empty()
}

/// Whether `c` is in the class that begins after the bracket, and how many bytes the class takes.
fn class(pattern: &[u8], c: u8) -> (bool, usize) {
    let negated = pattern.first() == Some(&b'^');
    let mut at = usize::from(negated);
    let mut hit = false;
    while let Some(&low) = pattern.get(at) {
        match low {
            b']' => {
                at += 1;
                break;
            }
            b'\\' if at + 1 < pattern.len() => {
                hit |= pattern[at + 1] == c;
                at += 2;
            }
            _ if pattern.get(at + 1) == Some(&b'-') && at + 2 < pattern.len() => {
                let (low, high) = (low.min(pattern[at + 2]), low.max(pattern[at + 2]));
                hit |= (low..=high).contains(&c);
                at += 3;
            }
            _ => {
                hit |= low == c;
                at += 1;
            }
        }
    }
    (hit != negated, at)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_what_redis_matches() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("repl-*", "repl-timeout", true),
            ("*switch*", "+switch-master", true),
            ("h?llo", "hello", true),
            ("h?llo", "hllo", false),
            ("h[ae]llo", "hallo", true),
            ("h[^e]llo", "hello", false),
            ("h[a-c]llo", "hbllo", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("**b", "ab", true),
            ("abc", "ab", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
