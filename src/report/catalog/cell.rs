//! What stands in one cell.

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::report::json::{self, Json};
use crate::report::quantity::{TimeFormat, rfc3339};
use crate::spec::Timestamp;

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'c> {
    /// Nothing: empty, or `null`.
    Absent,
    /// Text.
    Text(Cow<'c, str>),
    /// Texts.
    List(SmallVec<[&'c str; 4]>),
    /// A whole number.
    Integer(i64),
    /// A number that need not be whole.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
    /// Unix seconds.
    Time(Timestamp),
    /// Unix milliseconds.
    Millis(i64),
}

impl<'c> Cell<'c> {
    /// Text, absent where it is empty.
    pub fn text(text: &'c str) -> Self {
        if text.is_empty() { Self::Absent } else { Self::Text(Cow::Borrowed(text)) }
    }

    /// Text, if there is any.
    pub fn maybe_text(text: Option<&'c str>) -> Self {
        text.map_or(Self::Absent, Self::text)
    }

    /// Text that is worked out, absent where it is empty.
    pub fn owned(text: String) -> Self {
        if text.is_empty() { Self::Absent } else { Self::Text(Cow::Owned(text)) }
    }

    /// A number, if there is one.
    pub fn maybe_integer(number: Option<impl Into<i64>>) -> Self {
        number.map_or(Self::Absent, |number| Self::Integer(number.into()))
    }

    /// A count.
    pub fn count(number: impl TryInto<i64>) -> Self {
        Self::Integer(number.try_into().unwrap_or(i64::MAX))
    }

    /// A count, if there is one.
    pub fn maybe_count(number: Option<u64>) -> Self {
        number.map_or(Self::Absent, Self::count)
    }

    /// A number that need not be whole, if there is one.
    pub fn maybe_number(number: Option<f64>) -> Self {
        number.map_or(Self::Absent, Self::Number)
    }

    /// A time, if there is one.
    pub fn maybe_time(time: Option<Timestamp>) -> Self {
        time.map_or(Self::Absent, Self::Time)
    }

    /// The cell as text, for CSV.
    pub fn plain(&self, times: TimeFormat) -> Cow<'_, str> {
        match self {
            Self::Absent => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::List(texts) => match texts[..] {
                [text] if !text.contains([';', '\\']) => Cow::Borrowed(text),
                _ => Cow::Owned(joined(texts.iter().copied())),
            },
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
            Self::Time(time) => Cow::Owned(match times {
                TimeFormat::Rfc3339 => rfc3339(i64::from(*time)),
                TimeFormat::Epoch => time.to_string(),
            }),
            Self::Millis(millis) => Cow::Owned(match times {
                TimeFormat::Rfc3339 => millisecond_time(*millis),
                TimeFormat::Epoch => epoch_millis(*millis),
            }),
        }
    }

    /// True for text, which a spreadsheet could take for a formula.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text(_) | Self::List(_))
    }

    /// Appends the cell as JSON.
    pub fn json(&self, out: &mut Vec<u8>, times: TimeFormat) {
        match self {
            Self::Absent => out.extend_from_slice(b"null"),
            Self::Text(text) => json::string(out, text),
            Self::List(texts) => json::list(out, texts, |out, text| json::string(out, text)),
            Self::Time(_) | Self::Millis(_) if times == TimeFormat::Rfc3339 => {
                json::string(out, &self.plain(times));
            }
            other => out.extend_from_slice(other.plain(times).as_bytes()),
        }
    }
}

/// Times in RFC 3339.
impl Json for Cell<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        self.json(out, TimeFormat::Rfc3339);
    }
}

/// Texts joined by `;`, with `\` before each `;` and `\` inside of one.
pub(in crate::report) fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut out = String::new();
    for (index, text) in texts.enumerate() {
        if index > 0 {
            out.push(';');
        }
        if !text.contains([';', '\\']) {
            out.push_str(text);
            continue;
        }
        for letter in text.chars() {
            if matches!(letter, ';' | '\\') {
                out.push('\\');
            }
            out.push(letter);
        }
    }
    out
}

fn millisecond_time(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |time| format!("{time:.3}"))
}

fn epoch_millis(millis: i64) -> String {
    let sign = if millis < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000)
}
