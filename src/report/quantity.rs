//! Numbers and times, for people and files.

use clap::ValueEnum;

/// How times are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, ValueEnum)]
pub enum TimeFormat {
    /// RFC 3339 in UTC.
    #[default]
    Rfc3339,
    /// Unix seconds.
    Epoch,
}

/// A number and what it counts, in the plural unless it is one.
pub fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Numbers of findings by level, as `1 error, 2 warnings, 0 info`.
pub(super) fn by_level([errors, warnings, infos]: [u64; 3]) -> String {
    format!("{}, {}, {infos} info", counted(errors, "error"), counted(warnings, "warning"))
}

/// Unix seconds as RFC 3339 in UTC.
pub fn rfc3339(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

/// Unix milliseconds as RFC 3339 in UTC, with all three digits.
pub(super) fn rfc3339_millis(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |time| format!("{time:.3}"))
}

/// A share from 0 to 1 in percent; a dash for none.
pub fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// Seconds, as a person reads them.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, _) if seconds.fract() != 0.0 => format!("{seconds:.1} s"),
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}

/// Seconds as `--ring` and its like take them: `15s`, `3m20s`, `1h02m`; with a tenth below a minute, if there is one.
pub(super) fn short_duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, _) if seconds.fract() != 0.0 => format!("{seconds:.1}s"),
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

/// A point in time of a zone, to the second: `2024-05-06 13:00:07 +00:00`.
pub fn local_time(seconds: i64, zone: &jiff::tz::TimeZone) -> String {
    match jiff::Timestamp::from_second(seconds) {
        Ok(time) => time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
        Err(_) => seconds.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        let shown = [0.0, 9.25, 59.0, 60.0, 3599.0, 3600.0, 90_061.0].map(short_duration);
        assert_eq!(shown, ["0s", "9.2s", "59s", "1m00s", "59m59s", "1h00m", "25h01m"]);
    }
}
