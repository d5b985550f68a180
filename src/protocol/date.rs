//! Moments as logs write them, in UTC.

use crate::sim::NodeTime;
use time::OffsetDateTime;

/// A moment as C's `ctime` writes it: `Sun Nov 22 02:16:47 2026` (spec LOG-14).
pub fn ctime(at: NodeTime) -> String {
    let date = date(at);
    let (weekday, month) = (date.weekday().to_string(), date.month().to_string());
    format!(
        "{} {} {:2} {:02}:{:02}:{:02} {}",
        &weekday[..3],
        &month[..3],
        date.day(),
        date.hour(),
        date.minute(),
        date.second(),
        date.year()
    )
}

/// A moment as Redis's log lines begin with it: `22 Nov 2026 02:16:47.123` (spec LOG-1).
pub fn log_stamp(at: NodeTime) -> String {
    let date = date(at);
    let month = date.month().to_string();
    format!(
        "{:02} {} {} {:02}:{:02}:{:02}.{:03}",
        date.day(),
        &month[..3],
        date.year(),
        date.hour(),
        date.minute(),
        date.second(),
        at.0.rem_euclid(1000)
    )
}

/// A moment as run files give it: `2026-11-22T02:16:47Z`.
pub fn time_stamp(at: NodeTime) -> String {
    let date = date(at);
    format!(
        "{}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        date.hour(),
        date.minute(),
        date.second()
    )
}

/// Clocks outside the years that the library knows show the beginning of time.
fn date(at: NodeTime) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LOG-14
    #[test]
    fn the_date_is_written_as_ctime_writes_it() {
        for (seconds, text) in [
            (0, "Thu Jan  1 00:00:00 1970"),
            (1_795_313_807, "Sun Nov 22 02:16:47 2026"),
            (951_782_399, "Mon Feb 28 23:59:59 2000"),
            (951_782_400, "Tue Feb 29 00:00:00 2000"),
            (1_709_251_199, "Thu Feb 29 23:59:59 2024"),
            (4_102_444_800, "Fri Jan  1 00:00:00 2100"),
        ] {
            assert_eq!(ctime(NodeTime(seconds * 1000 + 999)), text);
        }
    }

    /// LOG-1
    #[test]
    fn a_log_line_begins_with_day_month_year_and_milliseconds() {
        assert_eq!(log_stamp(NodeTime(1_795_313_807_123)), "22 Nov 2026 02:16:47.123");
    }
}
