//! Times and figures as text. The same in every language; words come from `i18n`.

use crate::cluster::WALL_CLOCK_AT_ZERO;
use crate::sim::SimTime;

/// Time since `origin` as `mm:ss.mmm`, hours where there are any.
pub fn clock(at: SimTime, origin: SimTime) -> String {
    let (sign, us) = if at < origin { ("-", origin.since(at).0) } else { ("", at.since(origin).0) };
    let ms = us / 1000;
    let (seconds, ms) = (ms / 1000, ms % 1000);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    match minutes / 60 {
        0 => format!("{sign}{minutes:02}:{seconds:02}.{ms:03}"),
        hours => format!("{sign}{hours}:{:02}:{seconds:02}.{ms:03}", minutes % 60),
    }
}

/// The same with microseconds, for a playhead that crawls.
pub fn clock_fine(at: SimTime, origin: SimTime) -> String {
    let us = if at < origin { origin.since(at).0 } else { at.since(origin).0 };
    format!("{}\u{2009}{:03}", clock(at, origin), us % 1000)
}

/// The time of day that right clocks show, as the log has it.
pub fn time_of_day(at: SimTime) -> String {
    let ms = WALL_CLOCK_AT_ZERO.0 as u64 + at.0 / 1000;
    let (seconds, ms) = (ms / 1000 % 86_400, ms % 1000);
    format!("{:02}:{:02}:{:02}.{ms:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A span of milliseconds with its unit: `150 ms`, `2.0 s`, `3 min`.
pub fn span_ms(ms: i64) -> String {
    match ms.unsigned_abs() {
        0..1000 => format!("{ms} ms"),
        1000..60_000 => format!("{:.1} s", ms as f64 / 1000.0),
        60_000.. if ms % 60_000 == 0 => format!("{} min", ms / 60_000),
        60_000.. => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1000),
    }
}

/// A span of microseconds with its unit: `50 µs`, `1.5 ms`.
pub fn span_us(us: u64) -> String {
    match us {
        0..1000 => format!("{us} µs"),
        1000..100_000 if !us.is_multiple_of(1000) => format!("{:.1} ms", us as f64 / 1000.0),
        _ => span_ms((us / 1000) as i64),
    }
}

/// A speed: `1x`, `1/50x`, `20x`.
pub fn speed(speed: f64) -> String {
    if speed >= 0.995 { format!("{}×", short(speed)) } else { format!("1/{}×", short(1.0 / speed)) }
}

/// How often a second something is done with a pause of `ms` milliseconds: `10`, `0.5`.
pub fn rate(ms: i64) -> String {
    short(1000.0 / ms.max(1) as f64)
}

/// A positive figure with two significant digits.
fn short(figure: f64) -> String {
    if figure < 9.95 {
        let text = format!("{figure:.1}");
        text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
    } else if figure < 100.0 {
        format!("{figure:.0}")
    } else {
        format!("{:.0}", (figure / 10.0).round() * 10.0)
    }
}

/// Parts per million as per cent: `0.5 %`.
pub fn percent(ppm: u32) -> String {
    format!("{} %", f64::from(ppm) / 10_000.0)
}

/// A long figure in groups of three: `1 234 567`.
pub fn grouped(figure: u64) -> String {
    let digits = figure.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_count_from_the_origin() {
        let origin = SimTime::from_millis(5_000);
        assert_eq!(clock(SimTime::from_millis(46_203), origin), "00:41.203");
        assert_eq!(clock(SimTime::from_millis(4_000), origin), "-00:01.000");
        assert_eq!(clock(SimTime::from_millis(5_000 + 3_723_004), origin), "1:02:03.004");
        assert_eq!(clock_fine(SimTime(5_000_017), origin), "00:00.000\u{2009}017");
    }

    #[test]
    fn logs_begin_at_ten_in_the_morning() {
        assert_eq!(time_of_day(SimTime(2_717_000)), "10:00:02.717");
        assert_eq!(time_of_day(SimTime::from_millis(14 * 3_600_000 + 62_001)), "00:01:02.001");
    }

    #[test]
    fn spans_have_units_that_fit() {
        assert_eq!(span_ms(150), "150 ms");
        assert_eq!(span_ms(2000), "2.0 s");
        assert_eq!(span_ms(180_000), "3 min");
        assert_eq!(span_ms(90_000), "1 min 30 s");
        assert_eq!(span_us(50), "50 µs");
        assert_eq!(span_us(1500), "1.5 ms");
        assert_eq!(span_us(20_000), "20 ms");
    }

    #[test]
    fn speeds_below_one_are_fractions() {
        assert_eq!(speed(1.0), "1×");
        assert_eq!(speed(0.001), "1/1000×");
        assert_eq!(speed(0.02), "1/50×");
        assert_eq!(speed(8.84), "8.8×");
        assert_eq!(speed(1000.0), "1000×");
    }

    #[test]
    fn figures_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1\u{2009}234\u{2009}567");
        assert_eq!(percent(5000), "0.5 %");
    }
}
