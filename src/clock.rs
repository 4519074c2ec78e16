//! The time, as sessions keep it.

use std::time::UNIX_EPOCH;

use crate::host::SystemTime;

const DAY: i64 = 86_400;
// The last second of year 9999. No client writes a later time on purpose.
const MAX_TIME: i64 = 253_402_300_799;

/// Unix seconds.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// `2024-06-10 06:13:20 UTC`; `None` for 0 and for times outside the years 1970 to 9999.
pub fn utc(seconds: i64) -> Option<String> {
    if !(1..=MAX_TIME).contains(&seconds) {
        return None;
    }
    let (year, month, day) = civil(seconds / DAY);
    let (hour, minute, second) = (seconds % DAY / 3600, seconds % 3600 / 60, seconds % 60);
    Some(format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC"))
}

// From days since 1970 to the Gregorian calendar: Howard Hinnant's `civil_from_days`, for days that are not negative.
// Its years begin in March, so that the day that some years have more is their last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months + 2) / 5 + 1;
    let month = if months < 10 { months + 3 } else { months - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each as `date -u -d @SECONDS` says.
    #[test]
    fn seconds_are_read_as_a_calendar_reads_them() {
        assert_eq!(utc(1).as_deref(), Some("1970-01-01 00:00:01 UTC"));
        assert_eq!(utc(951_782_400).as_deref(), Some("2000-02-29 00:00:00 UTC"));
        assert_eq!(utc(1_735_689_599).as_deref(), Some("2024-12-31 23:59:59 UTC"));
        assert_eq!(utc(4_107_542_400).as_deref(), Some("2100-03-01 00:00:00 UTC"));
        assert_eq!(utc(MAX_TIME).as_deref(), Some("9999-12-31 23:59:59 UTC"));
    }

    #[test]
    fn what_is_no_time_has_no_date() {
        assert_eq!(utc(0), None);
        assert_eq!(utc(MAX_TIME + 1), None);
    }
}
