//! Glob patterns as Redis matches them, for PSUBSCRIBE, KEYS, RESET and CONFIG GET: `*`, `?`, `[a-z]`, `[^a]`
//! and `\` before a character to be taken as it is.

/// Whether the whole of `text` matches.
pub fn matches(pattern: &str, text: &str) -> bool {
    whole(pattern.as_bytes(), text.as_bytes())
}

/// As [`matches()`], capitals being the same as small letters.
pub fn matches_any_case(pattern: &str, text: &str) -> bool {
    matches(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())
}

/// Takes no longer than the two lengths multiplied, however many stars there are.
fn whole(pattern: &[u8], text: &[u8]) -> bool {
    let (mut pattern_at, mut text_at) = (0, 0);
    // Where to go on if the last `*` has to take one character more.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(pattern_at) {
            Some(b'*') => {
                retry = Some((pattern_at + 1, text_at));
                pattern_at += 1;
                continue;
            }
            Some(_) => text.get(text_at).and_then(|byte| one(&pattern[pattern_at..], *byte)),
            None if text_at == text.len() => return true,
            None => None,
        };
        match (step, &mut retry) {
            (Some(width), _) => {
                pattern_at += width;
                text_at += 1;
            }
            (None, Some((after_star, from))) if *from < text.len() => {
                *from += 1;
                (pattern_at, text_at) = (*after_star, *from);
            }
            (None, _) => return false,
        }
    }
}

/// How wide the pattern's first item is, if it matches `byte`.
fn one(pattern: &[u8], byte: u8) -> Option<usize> {
    match pattern {
        [b'?', ..] => Some(1),
        [b'\\', literal, ..] => (*literal == byte).then_some(2),
        [b'[', class @ ..] => one_of(class, byte).map(|width| width + 1),
        [literal, ..] => (*literal == byte).then_some(1),
        [] => None,
    }
}

/// As [`one`], for what stands after a `[`. A class without its end lasts until the end of the pattern.
fn one_of(class: &[u8], byte: u8) -> Option<usize> {
    let negated = class.first() == Some(&b'^');
    let mut at = usize::from(negated);
    let mut found = false;
    loop {
        match &class[at.min(class.len())..] {
            [] => break,
            [b']', ..] => {
                at += 1;
                break;
            }
            [b'\\', literal, ..] => {
                found |= *literal == byte;
                at += 2;
            }
            [low, b'-', high, ..] => {
                found |= (*low.min(high)..=*low.max(high)).contains(&byte);
                at += 3;
            }
            [literal, ..] => {
                found |= *literal == byte;
                at += 1;
            }
        }
    }
    (found != negated).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{matches, matches_any_case};

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

    #[test]
    fn stars_take_as_much_as_they_must() {
        for pattern in ["*", "+switch-*", "*master", "+*-*r", "**", "+switch-master*"] {
            assert!(matches(pattern, "+switch-master"), "{pattern}");
        }
        for pattern in ["", "+switch", "*slave", "?", "+Switch-*"] {
            assert!(!matches(pattern, "+switch-master"), "{pattern}");
        }
        assert!(matches_any_case("+Switch-*", "+switch-MASTER"));
    }

    #[test]
    fn classes_ranges_and_escapes_name_single_characters() {
        for (pattern, text) in
            [("m[0-9]", "m5"), ("m[^0-9]", "mx"), ("m[ab]c", "mbc"), ("a\\*", "a*"), ("[a", "a")]
        {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("m[0-9]", "mx"), ("m[^0-9]", "m5"), ("a\\*", "ab"), ("m[ab]c", "mac!")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
