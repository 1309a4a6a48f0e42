//! Times of capture, in the forms in which servers, gateways and collectors write them.
//!
//! Comes in: a text, a number, or the text before a callback. Goes out: Unix milliseconds, or a time without a zone. Must
//! not: guess a zone, or a year.

use jiff::civil::DateTime;
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::TimeZone;

use crate::spec::usable_timestamp;

/// A time of capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CaptureTime {
    /// In Unix milliseconds.
    Instant(i64),
    /// The clock of an unknown zone.
    Local(DateTime),
}

impl CaptureTime {
    /// In Unix milliseconds, a clock without a zone being one of `zone`; none for a time that does not exist there.
    pub(super) fn milliseconds(self, zone: &TimeZone) -> Option<i64> {
        match self {
            Self::Instant(time) => Some(time),
            Self::Local(clock) => Some(clock.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond()),
        }
    }

    /// True for a time whose zone the log does not name.
    pub(super) fn is_local(self) -> bool {
        matches!(self, Self::Local(_))
    }
}

/// A text that is a time with a zone and nothing else, in Unix milliseconds.
pub(super) fn instant(text: &str) -> Option<i64> {
    utc(text).or_else(|| parse(text)?.milliseconds(&TimeZone::UTC))
}

/// The same of `2024-06-12T00:00:00.123Z`, as nearly all write it, without the cost of [`parse`].
fn utc(text: &str) -> Option<i64> {
    let (clock, fraction) = text.as_bytes().split_first_chunk::<19>()?;
    let number = |digits: &[u8]| {
        digits
            .iter()
            .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
    };
    if [clock[4], clock[7], clock[10], clock[13], clock[16]] != *b"--T::" {
        return None;
    }
    let milliseconds = match fraction {
        b"Z" => 0,
        [b'.', digits @ .., b'Z'] if (3..=9).contains(&digits.len()) => {
            number(digits)?;
            number(&digits[..3])?
        }
        _ => return None,
    };
    let [year, month, day] = [number(&clock[..4])?, number(&clock[5..7])?, number(&clock[8..10])?];
    let [hour, minute, second] = [number(&clock[11..13])?, number(&clock[14..16])?, number(&clock[17..])?];
    // Every month has that many days; the others, and leap seconds, are left to the calendar.
    if year < 1970 || !(1..=12).contains(&month) || !(1..=28).contains(&day) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Years that begin in March, so that the day that some lack is the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + milliseconds)
}

/// Reads a text that is a time and nothing else.
pub(super) fn parse(text: &str) -> Option<CaptureTime> {
    let text = text.trim_ascii();
    let first = *text.as_bytes().first()?;
    if first.is_ascii_digit() {
        if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return unix(text).map(CaptureTime::Instant);
        }
        return iso(text).or_else(|| common_log(text)).or_else(|| mail(text));
    }
    mail(text).or_else(|| asctime(text))
}

/// Finds the first time in the text before a callback.
pub(super) fn find(text: &str) -> Option<CaptureTime> {
    let bytes = text.as_bytes();
    // The `m` of a colour's escape sequence stands before nothing of a word.
    let begins = |at: &usize| match at.checked_sub(1).map(|before| bytes[before]) {
        Some(b'm') => memchr::memrchr(0x1b, &bytes[..*at]).is_some_and(|escape| at - escape < 12),
        before => before.is_none_or(|before| !before.is_ascii_alphanumeric()),
    };
    (0..bytes.len().min(FIND_WITHIN)).filter(begins).find_map(|at| {
        let rest = text.get(at..)?;
        let shape = TimeNotation::of(rest)?;
        let length = shape.length(rest);
        parse(rest.get(..length)?)
    })
}

/// How far a time is looked for in a text, in bytes.
const FIND_WITHIN: usize = 512;

/// The forms of a time that are recognised within a text.
enum TimeNotation {
    Iso,
    CommonLog,
    Asctime,
    Mail,
}

impl TimeNotation {
    fn of(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let is = |pattern: &str| {
            bytes.len() >= pattern.len()
                && pattern.bytes().zip(bytes).all(|(wanted, byte)| match wanted {
                    b'0' => byte.is_ascii_digit(),
                    b'a' => byte.is_ascii_alphabetic(),
                    b't' => matches!(byte, b'T' | b' '),
                    other => *byte == other,
                })
        };
        match () {
            () if is("0000-00-00t00:00:00") => Some(Self::Iso),
            () if is("00/aaa/0000:00:00:00") => Some(Self::CommonLog),
            () if is("aaa aaa ") => Some(Self::Asctime),
            () if is("aaa, 0") => Some(Self::Mail),
            () => None,
        }
    }

    /// Bytes of the time that begins `text`.
    fn length(&self, text: &str) -> usize {
        let bytes = text.as_bytes();
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        // An offset such as `+08:00` or `+0800`, or `Z`, after an optional blank.
        let zone = |from: usize| {
            let at = from + usize::from(bytes.get(from) == Some(&b' '));
            match bytes.get(at) {
                Some(b'Z') => at + 1,
                Some(b'+' | b'-') if digits(at + 1) == 4 => at + 5,
                Some(b'+' | b'-') if digits(at + 1) == 2 && bytes.get(at + 3) == Some(&b':') => at + 6,
                _ => from,
            }
        };
        match self {
            Self::Iso => {
                let fraction = match bytes.get(19) {
                    Some(b'.' | b',') if digits(20) > 0 => 20 + digits(20),
                    _ => 19,
                };
                zone(fraction)
            }
            Self::CommonLog => zone(20),
            Self::Asctime => "Wed Jun 12 00:00:00 2024".len(),
            Self::Mail => {
                text.find(['"', '{', '|']).unwrap_or(text.len()).min("Wed, 12 Jun 2024 00:00:00 +0000".len())
            }
        }
    }
}

/// RFC 3339, with `T` or a blank, `.` or `,`, with a zone or without.
fn iso(text: &str) -> Option<CaptureTime> {
    let mut text = text.replacen(',', ".", 1);
    // A blank before the offset.
    if let Some(at) = text.rfind([' ']).filter(|at| *at > 10) {
        text.remove(at);
    }
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(CaptureTime::Instant(time.as_millisecond()));
    }
    text.parse::<DateTime>().ok().filter(|_| text.len() >= 19).map(CaptureTime::Local)
}

/// `12/Jun/2024:13:00:00 +0000`, as Apache and nginx write it.
fn common_log(text: &str) -> Option<CaptureTime> {
    let time = strtime::parse("%d/%b/%Y:%H:%M:%S %z", text).ok()?.to_timestamp().ok()?;
    Some(CaptureTime::Instant(time.as_millisecond()))
}

/// RFC 2822.
fn mail(text: &str) -> Option<CaptureTime> {
    let time = rfc2822::parse(text).ok()?;
    Some(CaptureTime::Instant(time.timestamp().as_millisecond()))
}

/// `Wed Jun 12 00:00:00 2024`.
fn asctime(text: &str) -> Option<CaptureTime> {
    let time = strtime::parse("%a %b %e %H:%M:%S %Y", text).ok()?.to_datetime().ok()?;
    Some(CaptureTime::Local(time))
}

/// Unix seconds with or without a fraction, milliseconds, microseconds, or nanoseconds: the unit in which the number is
/// a usable time. In milliseconds.
fn unix(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let number: i64 = whole.parse().ok()?;
    // What stands after the point is of use for seconds only.
    if usable_timestamp(number).is_some() {
        let rounded = format!("{fraction:0<4}");
        let thousandths: i64 = rounded.get(..4)?.parse().ok()?;
        return Some(number * 1000 + (thousandths + 5) / 10);
    }
    let usable = |unit: i64| usable_timestamp(number / unit / 1000).map(|_| number / unit);
    [1, 1_000, 1_000_000].into_iter().find_map(usable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milliseconds(text: &str) -> Option<i64> {
        parse(text)?.milliseconds(&TimeZone::UTC)
    }

    #[test]
    fn the_usual_form_is_read_like_any_other() {
        for day in ["1970-01-01", "2000-02-28", "2024-02-28", "2024-03-01", "2024-12-28", "2099-11-09"] {
            for clock in ["T00:00:00Z", "T23:59:59.999Z", "T12:34:56.000999Z", "T01:02:03.123456789Z"] {
                let text = format!("{day}{clock}");
                assert!(utc(&text).is_some(), "{text}");
                assert_eq!(utc(&text), milliseconds(&text), "{text}");
            }
        }
        for text in
            ["2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01 00:00:00Z", "2024-01-01T00:00:00"]
        {
            assert_eq!(utc(text), None, "{text}");
        }
    }

    #[test]
    fn every_form_of_one_time() {
        for text in [
            "2024-06-12T00:00:00.250Z",
            "2024-06-12 00:00:00.250",
            "2024-06-12 00:00:00,250",
            "2024-06-12T08:00:00.250+08:00",
            "2024-06-12 08:00:00.250 +08:00",
            "1718150400.250",
            "1718150400250",
            "1718150400250000",
            "1718150400250000000",
        ] {
            assert_eq!(milliseconds(text), Some(1_718_150_400_250), "{text}");
        }
        for text in [
            "12/Jun/2024:00:00:00 +0000",
            "Wed, 12 Jun 2024 00:00:00 +0000",
            "Wed, 12 Jun 2024 00:00:00 GMT",
            "Wed Jun 12 00:00:00 2024",
            "1718150400",
        ] {
            assert_eq!(milliseconds(text), Some(1_718_150_400_000), "{text}");
        }
        for text in ["", "12", "yesterday", "Jun 12 00:00:00", "2024-06-12", "99999999999999999999"] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_before_a_callback() {
        let found = |text: &str| find(text)?.milliseconds(&TimeZone::UTC);
        for text in [
            "2024-06-12T00:00:00.000000001Z stdout F ",
            "hooks-1  | 2024-06-12T00:00:00Z INFO cb: ",
            "[2024-06-12 00:00:00,000] INFO ",
            "\u{1b}[32m2024-06-12 08:00:00.000 +08:00\u{1b}[0m ",
            "203.0.113.9 - - [12/Jun/2024:00:00:00 +0000] ",
            "[Wed Jun 12 00:00:00 2024] ",
        ] {
            assert_eq!(found(text), Some(1_718_150_400_000), "{text}");
        }
        assert_eq!(found("Jun 12 00:00:00 host app[1]: "), None);
        assert_eq!(found("20240612T000000Z "), None);
    }
}
