//! Numbers as commands, directives and messages have them.

/// An integer, written in the one way that Redis itself would write it: without a plus sign, zeros in front or
/// blanks (`01`, `+1`, `-0` and ` 1` are none).
pub fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.starts_with(|c: char| matches!(c, '1'..='9')) || text == "0";
    if plain { text.parse().ok() } else { None }
}

/// Whether a number is negative, and its digits: as far as it is one.
fn sign_and_digits(text: &str) -> (bool, impl Iterator<Item = u8>) {
    let text = text.trim_start().as_bytes();
    let digits = match text {
        [b'-' | b'+', digits @ ..] | digits => digits,
    };
    (
        text.starts_with(b"-"),
        digits.iter().map(|byte| byte.wrapping_sub(b'0')).take_while(|digit| *digit < 10),
    )
}

/// A number as C's `atoi` reads it: leading digits count, garbage is 0.
pub fn leading_number(text: &str) -> i64 {
    let (negative, digits) = sign_and_digits(text);
    let magnitude = digits.fold(0_i64, |n, digit| n.saturating_mul(10).saturating_add(i64::from(digit)));
    if negative { -magnitude } else { magnitude }
}

/// The same kept in 32 bits, as it is where a directive is read: 2147483648 is negative (spec CONF-3).
pub fn leading_int(text: &str) -> i32 {
    leading_number(text) as i32
}

/// A number as C's `strtoull` reads it: leading digits count, garbage is 0; negative ones wrap round, too large
/// ones are the largest.
pub fn leading_unsigned(text: &str) -> u64 {
    let (negative, digits) = sign_and_digits(text);
    let n = digits.fold(0, |n: u64, digit| n.saturating_mul(10).saturating_add(u64::from(digit)));
    if negative && n < u64::MAX { n.wrapping_neg() } else { n }
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
