//! Unix seconds as a date and time, in UTC.

pub use tgsession::clock::utc;

/// The seconds, with the date and time in parentheses.
pub fn both(seconds: i64) -> String {
    utc(seconds).map_or_else(|| seconds.to_string(), |utc| format!("{seconds} ({utc})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_outside_of_the_calendar_stays_a_number() {
        assert_eq!(both(0), "0");
        assert_eq!(both(-5), "-5");
        assert_eq!(both(i64::MAX), i64::MAX.to_string());
    }
}
