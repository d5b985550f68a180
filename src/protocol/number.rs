//! Numbers as commands and directives take them.

/// An integer, written in the one way that Redis itself would write it: without a plus sign, zeros in front or
/// blanks (`01`, `+1`, `-0` and ` 1` are none).
pub fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.starts_with(|c: char| matches!(c, '1'..='9')) || text == "0";
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::integer;

    /// CMD-2: each was tried on a 7.0.15, as a value of SENTINEL SET and INCRBY.
    #[test]
    fn only_what_redis_would_write_is_an_integer() {
        for (text, number) in [("0", 0), ("7", 7), ("-12", -12), ("9223372036854775807", i64::MAX)] {
            assert_eq!(integer(text), Some(number), "{text}");
        }
        assert_eq!(integer("-9223372036854775808"), Some(i64::MIN));
        for text in
            ["", "-", "+1", "01", "00", "-0", "-01", " 1", "1 ", "1.5", "0x10", "1e3", "9223372036854775808"]
        {
            assert_eq!(integer(text), None, "{text}");
        }
    }
}
