//! Parsers of values that options of several commands take: sizes, numbers, times, zones and words.

use std::ops::RangeInclusive;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use super::usage::Usage;
use crate::calls::SecondsRange;
use crate::spec::{CallResult, Cause, CauseKind, LATEST, Level, Word};

/// A size in bytes, with K, M or G for KiB, MiB or GiB.
///
/// # Errors
/// Returns an error if it is not a size, or 0, or too large.
pub fn parse_size(text: &str) -> Result<usize, Usage> {
    let upper = text.trim().to_ascii_uppercase();
    let plain = upper.strip_suffix("IB").or_else(|| upper.strip_suffix('B')).unwrap_or(&upper);
    let (digits, shift) = [('K', 10), ('M', 20), ('G', 30)]
        .into_iter()
        .find_map(|(unit, shift)| Some((plain.strip_suffix(unit)?, shift)))
        .unwrap_or((plain, 0));
    let number: usize = digits.trim().parse().map_err(|_| "not a size, such as 4096, 64K or 16M")?;
    number
        .checked_mul(1 << shift)
        .filter(|size| *size > 0)
        .ok_or_else(|| "not a usable size; give one such as 4096, 64K or 16M".into())
}

/// A number from `LEAST` to `MOST`.
///
/// # Errors
/// Returns an error if it is not a number, or out of range.
pub fn parse_number<const LEAST: usize, const MOST: usize>(text: &str) -> Result<usize, Usage> {
    let number = text.parse().ok().filter(|number| (LEAST..=MOST).contains(number));
    number.ok_or_else(|| format!("not a number from {LEAST} to {MOST}").into())
}

/// A length of time: 500ms, 10s, 5m, 24h, 7d.
///
/// # Errors
/// Returns an error if it is none, or 0, or negative.
pub fn parse_duration(text: &str) -> Result<Duration, Usage> {
    parse_wait(text).and_then(|time| if time.is_zero() { Err(NO_LENGTH.into()) } else { Ok(time) })
}

/// The same, or 0 for no time at all.
pub fn parse_wait(text: &str) -> Result<Duration, Usage> {
    let time = if text == "0" { Some(SignedDuration::ZERO) } else { span(text) };
    time.and_then(|time| Duration::try_from(time).ok()).ok_or_else(|| NO_LENGTH.into())
}

const NO_LENGTH: &str = "not a length of time, such as 500ms, 10s or 24h";

/// A seed of something random.
pub fn parse_seed(text: &str) -> Result<u64, Usage> {
    text.parse().map_err(|_| "not a whole number, such as 1".into())
}

/// An SDKAppID.
pub fn parse_app(text: &str) -> Result<u32, Usage> {
    text.parse().map_err(|_| "not an SDKAppID, which is a number such as 1400000001".into())
}

/// A range of whole seconds, both ends inclusive: `10s..`, `..2m`, `30s..1m30s`, or `5s` for exactly that. A number
/// without a unit is seconds.
///
/// # Errors
/// Returns an error if an end is not a length of time, or the range runs backwards.
pub fn parse_seconds(text: &str) -> Result<SecondsRange, Usage> {
    let end = |text: &str| {
        let seconds = text.parse().ok().or_else(|| u32::try_from(span(text)?.as_secs()).ok());
        seconds.ok_or_else(|| Usage::from("not a range of time, such as 10s.., ..2m or 30s..1m"))
    };
    let ends = |text: &str| (!text.is_empty()).then(|| end(text)).transpose();
    let range = match text.split_once("..") {
        None => SecondsRange { least: Some(end(text)?), most: Some(end(text)?) },
        Some((least, most)) => SecondsRange { least: ends(least)?, most: ends(most)? },
    };
    match range {
        SecondsRange { least: None, most: None } => Err("an end is missing, as in 10s.. or ..2m".into()),
        SecondsRange { least: Some(least), most: Some(most) } if least > most => {
            Err("the range runs backwards: its first end is the greater".into())
        }
        _ => Ok(range),
    }
}

/// A span of time, in which a day is 24 hours, whatever the zone.
fn span(text: &str) -> Option<SignedDuration> {
    text.parse::<Span>().and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours())).ok()
}

/// A bound in time, as it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeBound {
    /// Unix seconds.
    At(i64),
    /// A date and time without a zone, which is that of `--tz`.
    Civil(DateTime),
    /// That many seconds back from the newest callback.
    Back(i64),
}

impl TimeBound {
    /// The bound in Unix seconds; `newest` is the time of the newest callback, if any has one.
    ///
    /// # Errors
    /// Returns an error if a date cannot be placed in the zone.
    pub fn seconds(self, zone: &TimeZone, newest: Option<crate::spec::Timestamp>) -> Result<i64, Usage> {
        match self {
            Self::At(seconds) => Ok(seconds),
            Self::Civil(civil) => {
                let zoned = civil.to_zoned(zone.clone()).map_err(|error| error.to_string())?;
                Ok(zoned.timestamp().as_second())
            }
            // Without any time, no call can be selected by time.
            Self::Back(span) => Ok(newest.map_or(0, |newest| i64::from(newest).saturating_sub(span))),
        }
    }
}

/// Reads a bound: RFC 3339, a date, Unix seconds, or a span back (`-2h`).
///
/// # Errors
/// Returns an error if it is none of these.
pub fn parse_bound(text: &str) -> Result<TimeBound, Usage> {
    if let Some(back) = text.strip_prefix('-') {
        return span(back).map(|span| TimeBound::Back(span.as_secs())).ok_or_else(|| wrong(text));
    }
    if text.len() == "20240110".len()
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(date) = text.parse::<Date>()
    {
        return Err(format!("`{text}` is ambiguous; give the date as {date}").into());
    }
    if let Ok(seconds) = text.parse::<i64>() {
        if seconds > i64::from(LATEST) {
            let text = format!("`{text}` is after 2099; it looks like milliseconds, give seconds");
            return Err(text.into());
        }
        return Ok(TimeBound::At(seconds));
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        // Calls have whole seconds, so a bound between two of them is the later one, for both kinds of bounds.
        return Ok(TimeBound::At(instant.as_second() + i64::from(instant.subsec_nanosecond() > 0)));
    }
    if let Ok(date) = text.parse::<Date>()
        && text.len() <= "2024-01-10".len()
    {
        return Ok(TimeBound::Civil(date.to_datetime(jiff::civil::Time::midnight())));
    }
    text.parse::<DateTime>().map(TimeBound::Civil).map_err(|_| wrong(text))
}

fn wrong(text: &str) -> Usage {
    Usage::Wrong(format!(
        "`{text}` is not a time; give RFC 3339 (2024-01-10T03:21:13Z), a date (2024-01-10), Unix seconds, or a span \
         back from the newest callback (-2h, -3d)"
    ))
}

/// The distance from UTC that a name such as `UTC+2` or `gmt-03:30` means to people: ahead of it for `+`, although POSIX
/// takes it for the opposite.
fn distance(name: &str) -> Option<Offset> {
    let upper = name.to_ascii_uppercase();
    let rest = upper.strip_prefix("UTC").or(upper.strip_prefix("GMT"))?;
    let sign = match rest.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = &rest[1..];
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        Some(_) => return None,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |text: &str| text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse::<i32>().ok())?;
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?);
    Offset::from_seconds(sign * (hours.checked_mul(3600)? + minutes * 60)).ok()
}

/// What to know of a zone that can be taken for another; none for most names.
pub fn zone_note(name: &str) -> Option<String> {
    let offset = distance(name)?;
    let seconds = offset.seconds().unsigned_abs();
    let (sign, way) = if offset.is_negative() { ('-', "behind") } else { ('+', "ahead of") };
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    Some(format!(
        "`{name}` is taken for {hours}:{minutes:02} hours {way} UTC; `{sign}{hours:02}:{minutes:02}` says so without doubt"
    ))
}

/// Reads a time zone: an IANA name, a distance from UTC, or `local` for the machine's.
///
/// # Errors
/// Returns an error if no zone has this name.
pub fn parse_zone(name: &str) -> Result<TimeZone, Usage> {
    if name.eq_ignore_ascii_case("utc") {
        return Ok(TimeZone::UTC);
    }
    if name == "local" {
        let unknown = |error| Usage::Wrong(format!("the zone of this machine is unknown: {error}"));
        return TimeZone::try_system().map_err(unknown);
    }
    let unknown = || format!("`{name}` is not a time zone; give one such as Asia/Shanghai or +08:00").into();
    let zone = match distance(name) {
        Some(offset) => TimeZone::fixed(offset),
        // POSIX takes such a name, too, for what nobody means.
        None if is_from_utc(name) => return Err(unknown()),
        None => DateTimeParser::new().parse_time_zone(name).map_err(|_| unknown())?,
    };
    let is_real = zone.to_fixed_offset().map_or(true, |offset| DISTANCES.contains(&offset.seconds()));
    if is_real { Ok(zone) } else { Err(unknown()) }
}

/// How far from UTC any place on earth is, in seconds.
const DISTANCES: RangeInclusive<i32> = -12 * 3600..=14 * 3600;

/// True for UTC or GMT with a distance after it.
fn is_from_utc(name: &str) -> bool {
    let (zone, rest) = name.split_at_checked(3).unwrap_or_default();
    ["utc", "gmt"].iter().any(|it| zone.eq_ignore_ascii_case(it)) && rest.starts_with(['+', '-'])
}

/// Reads a word of the vendor's or the tool's, suggesting the nearest.
pub fn word_parser<W: Word + Send + Sync>() -> impl TypedValueParser<Value = W> {
    let words = PossibleValuesParser::new(W::ALL.iter().map(|word| word.as_str()));
    words.try_map(|word| W::parse(&word).ok_or("not one of the words"))
}

/// Reads the word of a cause that can be the main one of a call.
pub(super) fn cause_parser() -> impl TypedValueParser<Value = Cause> {
    word_parser::<Cause>().try_map(|cause| match cause.row().kind {
        CauseKind::Contributing => Err(
            "it only contributes, and is never the main cause of a call; `export --columns call_id,contributing` has it",
        ),
        CauseKind::Main | CauseKind::Both => Ok(cause),
    })
}

/// Reads a result's word, suggesting the nearest.
pub fn result_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(CallResult::ALL.iter().map(|result| result.as_str()).chain(["incomplete"]))
}

/// Reads a level, by the word that reports have for it; `warn` is another one.
pub fn level_parser() -> impl TypedValueParser<Value = Level> {
    let word = |level: Level| match level {
        Level::Warning => PossibleValue::new(level.as_str()).alias("warn"),
        Level::Error | Level::Info => PossibleValue::new(level.as_str()),
    };
    PossibleValuesParser::new(Level::ALL.map(word)).map(|text| match text.as_str() {
        "error" => Level::Error,
        "info" => Level::Info,
        _ => Level::Warning,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_numbers() {
        assert_eq!(parse_size("16M"), Ok(16 << 20));
        assert_eq!(parse_size("4KiB"), Ok(4096));
        assert_eq!(parse_size("300"), Ok(300));
        for wrong in ["0", "M", "10BB", "99999999999G"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_number::<1, 9>("9"), Ok(9));
        for wrong in ["0", "10", "-1", "1.0", ""] {
            assert!(parse_number::<1, 9>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn distances_are_what_people_mean_by_them() {
        let seconds = |name: &str| distance(name).map(Offset::seconds);
        assert_eq!(seconds("UTC+2"), Some(7200));
        assert_eq!(seconds("gmt-03:30"), Some(-12_600));
        assert_eq!(seconds("UTC+0530"), Some(19_800));
        for other in
            ["UTC", "UTC+", "UTC+x", "UTC+2:3", "UTC+2:60", "UTC+26", "UTC++2", "EST+5", "+02:00", "UTC+é"]
        {
            assert_eq!(seconds(other), None, "{other}");
        }
        assert!(zone_note("UTC+2").is_some_and(|note| note.contains("2:00 hours ahead of UTC; `+02:00`")));
        assert_eq!(zone_note("Asia/Shanghai"), None);
    }

    #[test]
    fn no_zone_is_further_from_utc_than_the_dateline() {
        for far in ["UTC+25", "UTC+14:30", "gmt-13", "UTC+26", "+25:00", "-12:30", "UTC+99999", "utc-"] {
            assert!(parse_zone(far).is_err(), "{far}");
        }
        for near in ["UTC+14", "UTC-12", "+13:45", "-12:00", "Pacific/Kiritimati", "EST5EDT", "GMT+0"] {
            assert!(parse_zone(near).is_ok(), "{near}");
        }
    }

    #[test]
    fn lengths_of_time() {
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("24h"), Ok(Duration::from_secs(86_400)));
        assert_eq!(parse_duration("7d"), Ok(Duration::from_secs(604_800)));
        for wrong in ["0s", "-1s", "5"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ranges_of_seconds() {
        let range = |least, most| Ok(SecondsRange { least, most });
        assert_eq!(parse_seconds("10s.."), range(Some(10), None));
        assert_eq!(parse_seconds("..2m"), range(None, Some(120)));
        assert_eq!(parse_seconds("30..1m30s"), range(Some(30), Some(90)));
        assert_eq!(parse_seconds("0"), range(Some(0), Some(0)));
        for wrong in ["", "..", "5m..1m", "x..", "..-5s", "1s..2s..3s"] {
            assert!(parse_seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bounds() {
        assert_eq!(parse_bound("1704856873"), Ok(TimeBound::At(1_704_856_873)));
        assert_eq!(parse_bound("2024-01-10T03:21:13Z"), Ok(TimeBound::At(1_704_856_873)));
        assert_eq!(parse_bound("2024-01-10T11:21:13+08:00"), Ok(TimeBound::At(1_704_856_873)));
        assert_eq!(
            parse_bound("2024-01-10"),
            Ok(TimeBound::Civil(jiff::civil::datetime(2024, 1, 10, 0, 0, 0, 0)))
        );
        assert_eq!(parse_bound("-2h"), Ok(TimeBound::Back(7200)));
        assert_eq!(parse_bound("-90m"), Ok(TimeBound::Back(5400)));
        assert_eq!(parse_bound("-2d"), Ok(TimeBound::Back(172_800)));
        assert_eq!(parse_bound("-1d2h"), Ok(TimeBound::Back(93_600)));
        assert_eq!(parse_bound("2024-01-10T03:21:13.5Z"), Ok(TimeBound::At(1_704_856_874)));
        assert!(parse_bound("1704856873000").is_err_and(|error| error.to_string().contains("milliseconds")));
        assert!(parse_bound("20250610").is_err_and(|error| error.to_string().contains("2025-06-10")));
        assert_eq!(parse_bound("20259999"), Ok(TimeBound::At(20_259_999)));
        assert!(parse_bound("yesterday").is_err());
        assert!(parse_bound("-soon").is_err());
    }
}
