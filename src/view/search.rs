//! Finding words in lines.

/// Where `needle` stands in `text`, letters of either case being the same (of ASCII: logs are made of it).
pub fn find(text: &str, needle: &str) -> Option<usize> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    if needle.is_empty() {
        return Some(0);
    }
    text.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle))
}

/// Whether each word of `needle` stands in one of `texts`.
pub fn has_words(texts: &[&str], needle: &str) -> bool {
    needle.split_whitespace().all(|word| texts.iter().any(|text| find(text, word).is_some()))
}

/// A text in pieces: what is `needle`, and what lies between. Together they are the text.
pub fn pieces<'a>(text: &'a str, needle: &str) -> Vec<(bool, &'a str)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = find(rest, needle).filter(|_| !needle.is_empty() && !rest.is_empty()) {
        let (before, from) = rest.split_at(at);
        let (found, after) = from.split_at(needle.len());
        pieces.extend([(false, before), (true, found)]);
        rest = after;
    }
    pieces.push((false, rest));
    pieces.retain(|(_, piece)| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_either_case_are_found() {
        assert_eq!(find("# +SDOWN master", "sdown"), Some(3));
        assert_eq!(find("主节点 M0", "m0"), Some("主节点 ".len()));
        assert_eq!((find("abc", ""), find("", "a"), find("ab", "abc")), (Some(0), None, None));
    }

    #[test]
    fn each_word_may_stand_in_either_text() {
        let texts = ["A Split Vote", "Two candidates in one epoch"];
        for (needle, wanted) in [
            ("vote EPOCH", true),
            (" split  ", true),
            ("", true),
            ("vote quorum", false),
            ("split two in", true),
        ] {
            assert_eq!(has_words(&texts, needle), wanted, "{needle}");
        }
        assert!(has_words(&["主节点", "被冻结"], "冻结 节点"));
    }

    #[test]
    fn the_pieces_are_the_whole_text() {
        for (text, needle, wanted) in [
            ("S1 and s1", "s1", vec![(true, "S1"), (false, " and "), (true, "s1")]),
            ("nothing", "s1", vec![(false, "nothing")]),
            ("aaa", "aa", vec![(true, "aa"), (false, "a")]),
            ("主节点", "节", vec![(false, "主"), (true, "节"), (false, "点")]),
            ("any", "", vec![(false, "any")]),
            ("", "any", vec![]),
        ] {
            assert_eq!(pieces(text, needle), wanted, "{text} {needle}");
        }
    }
}
