//! Spans of time on the command line.

use crate::scenario::TIME_MAX;
use crate::sim::Micros;

/// Reads `5s`, `500ms`, `2m` or `1h`; `1.5s` too.
///
/// # Errors
/// Where it is none of these, or more than a day.
pub(super) fn parse(text: &str) -> Result<Micros, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let (number, unit) = text.split_at(digits);
    let unit_ms: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err("expected a number with its unit, such as 5s, 500ms or 2m".to_owned()),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let bad = || format!("\"{number}\" is no number");
    let whole: u64 = whole.parse().map_err(|_| bad())?;
    if part.len() > 6 {
        return Err(bad());
    }
    let scale = 10_u64.pow(part.len() as u32);
    let part: u64 = part.parse().map_err(|_| bad())?;
    let ms = whole.checked_mul(unit_ms).map(|ms| ms + part * unit_ms / scale);
    let ms = ms.filter(|ms| *ms <= TIME_MAX.0 / 1000).ok_or("more than 24 hours")?;
    Ok(Micros::from_millis(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_a_number_and_a_unit() {
        for (text, ms) in [("5s", 5000), ("500ms", 500), ("2m", 120_000), ("1h", 3_600_000), ("1.25s", 1250)]
        {
            assert_eq!(parse(text), Ok(Micros::from_millis(ms)), "{text}");
        }
        for bad in ["", "5", "s", "-1s", "5 s", "1.2.3s", "25h", "99999999999999999999s", ".s", "5sec"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
