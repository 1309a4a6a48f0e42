//! The filter options: times, zones and words.

use clap::builder::PossibleValuesParser;
use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo, Timestamp};

use super::args::FilterArgs;
use crate::calls::Filter;
use crate::spec::{CallResult, LATEST, Word};

/// A bound in time, as it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Unix seconds.
    At(i64),
    /// A date and time without a zone, which is that of `--tz`.
    Civil(DateTime),
    /// So many seconds back from the newest callback.
    Back(i64),
}

/// Reads a bound: RFC 3339, a date, Unix seconds, or a span back (`-2h`).
///
/// # Errors
/// In words, where it is none of these.
pub fn parse_bound(text: &str) -> Result<Bound, String> {
    if let Some(span) = text.strip_prefix('-') {
        // A day is 24 hours here, whatever the zone.
        let span =
            span.parse::<Span>().and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
        return span.map(|span| Bound::Back(span.as_secs())).map_err(|_| wrong(text));
    }
    if let Ok(seconds) = text.parse::<i64>() {
        if seconds > i64::from(LATEST) {
            return Err(format!("`{text}` lies beyond 2099; these look like milliseconds, give seconds"));
        }
        return Ok(Bound::At(seconds));
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        // Calls have whole seconds, so a bound between two of them is the later one, for both kinds of bounds.
        return Ok(Bound::At(instant.as_second() + i64::from(instant.subsec_nanosecond() > 0)));
    }
    if let Ok(date) = text.parse::<Date>()
        && text.len() <= "2024-01-10".len()
    {
        return Ok(Bound::Civil(date.to_datetime(jiff::civil::Time::midnight())));
    }
    text.parse::<DateTime>().map(Bound::Civil).map_err(|_| wrong(text))
}

fn wrong(text: &str) -> String {
    format!(
        "`{text}` is no time; give RFC 3339 (2024-01-10T03:21:13Z), a date (2024-01-10), Unix seconds, or a span \
         back from the newest callback (-2h, -3d)"
    )
}

/// Reads a time zone.
///
/// # Errors
/// In words, where there is no such zone.
pub fn parse_zone(name: &str) -> Result<TimeZone, String> {
    if name.eq_ignore_ascii_case("utc") {
        return Ok(TimeZone::UTC);
    }
    DateTimeParser::new()
        .parse_time_zone(name)
        .map_err(|_| format!("there is no time zone `{name}`; give one such as Asia/Shanghai or +08:00"))
}

/// Reads a result's word, suggesting the nearest.
pub(super) fn result_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(CallResult::ALL.iter().map(|result| result.as_str()).chain(["incomplete"]))
}

impl FilterArgs {
    /// True where nothing is filtered.
    pub fn is_empty(&self) -> bool {
        self.since.is_none()
            && self.until.is_none()
            && self.call_id.is_empty()
            && self.user.is_empty()
            && self.result.is_empty()
    }

    /// The filter; `newest` is the time of the newest callback, from which spans are counted back.
    ///
    /// # Errors
    /// In words, where a date cannot be placed in its zone, or a span has nothing to be counted from.
    pub fn filter(&self, newest: Option<crate::spec::Timestamp>) -> Result<Filter, String> {
        let seconds = |bound: Option<Bound>| -> Result<Option<i64>, String> {
            match bound {
                None => Ok(None),
                Some(Bound::At(seconds)) => Ok(Some(seconds)),
                Some(Bound::Civil(civil)) => civil
                    .to_zoned(self.tz.clone())
                    .map(|zoned| Some(zoned.timestamp().as_second()))
                    .map_err(|error| error.to_string()),
                // Without any time there is no call that a time could choose.
                Some(Bound::Back(span)) => {
                    Ok(Some(newest.map_or(0, |newest| i64::from(newest).saturating_sub(span))))
                }
            }
        };
        Ok(Filter {
            since: seconds(self.since)?,
            until: seconds(self.until)?,
            users: self.user.clone(),
            call_ids: self.call_id.clone(),
            results: self.result.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds() {
        assert_eq!(parse_bound("1704856873"), Ok(Bound::At(1_704_856_873)));
        assert_eq!(parse_bound("2024-01-10T03:21:13Z"), Ok(Bound::At(1_704_856_873)));
        assert_eq!(parse_bound("2024-01-10T11:21:13+08:00"), Ok(Bound::At(1_704_856_873)));
        assert_eq!(
            parse_bound("2024-01-10"),
            Ok(Bound::Civil(jiff::civil::datetime(2024, 1, 10, 0, 0, 0, 0)))
        );
        assert_eq!(parse_bound("-2h"), Ok(Bound::Back(7200)));
        assert_eq!(parse_bound("-90m"), Ok(Bound::Back(5400)));
        assert_eq!(parse_bound("-2d"), Ok(Bound::Back(172_800)));
        assert_eq!(parse_bound("-1d2h"), Ok(Bound::Back(93_600)));
        assert_eq!(parse_bound("2024-01-10T03:21:13.5Z"), Ok(Bound::At(1_704_856_874)));
        assert!(parse_bound("1704856873000").is_err_and(|text| text.contains("milliseconds")));
        assert!(parse_bound("yesterday").is_err());
        assert!(parse_bound("-soon").is_err());
    }
}
