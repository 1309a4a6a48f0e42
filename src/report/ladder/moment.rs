//! When something happened, and how long after the start of its call.

use jiff::tz::TimeZone;

use crate::spec::Timestamp;

/// An instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Unix seconds.
    pub seconds: Timestamp,
    /// Milliseconds; only v4 callbacks have them.
    pub millis: u16,
}

impl Moment {
    /// Unix milliseconds.
    pub fn milliseconds(self) -> i64 {
        i64::from(self.seconds) * 1000 + i64::from(self.millis)
    }

    /// Date and distance from UTC in a zone, as `2024-01-10 +08:00`.
    pub fn day(self, zone: &TimeZone) -> String {
        self.written(zone, "%Y-%m-%d %:z")
    }

    /// Time of day in a zone; with milliseconds for v4.
    pub fn clock(self, zone: &TimeZone) -> String {
        let clock = self.written(zone, "%H:%M:%S");
        if self.millis == 0 { clock } else { format!("{clock}.{:03}", self.millis) }
    }

    fn written(self, zone: &TimeZone, format: &str) -> String {
        jiff::Timestamp::from_second(i64::from(self.seconds)).map_or_else(
            |_| self.seconds.to_string(),
            |instant| instant.to_zoned(zone.clone()).strftime(format).to_string(),
        )
    }
}

/// Milliseconds from a call's start, as a person reads them: `+7 s`, `+2:07`.
pub(in crate::report) fn offset(millis: i64) -> String {
    let sign = if millis < 0 { '-' } else { '+' };
    let millis = millis.unsigned_abs();
    let (seconds, rest) = (millis / 1000, millis % 1000);
    let rest = if rest == 0 { String::new() } else { format!(".{rest:03}") };
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{sign}{seconds}{rest} s"),
        (0, minutes, seconds) => format!("{sign}{minutes}:{seconds:02}{rest}"),
        (hours, minutes, seconds) => format!("{sign}{hours}:{minutes:02}:{seconds:02}{rest}"),
    }
}
