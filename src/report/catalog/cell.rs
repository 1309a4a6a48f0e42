//! The value of one cell.

use std::borrow::Cow;

use memchr::memchr2;
use smallvec::SmallVec;

use crate::report::json::{self, Json};
use crate::report::quantity::{TimeFormat, rfc3339, rfc3339_millis};
use crate::spec::{Timestamp, Word};

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'c> {
    /// Nothing: empty, or `null`.
    Absent,
    /// Text.
    Text(Cow<'c, str>),
    /// A word of the tool's own, which no format has to quote.
    Word(&'static str),
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

impl Cell<'_> {
    /// A count.
    pub fn count(number: impl TryInto<i64>) -> Self {
        Self::Integer(number.try_into().unwrap_or(i64::MAX))
    }

    /// The cell as text, for CSV.
    pub fn plain(&self, times: TimeFormat) -> Cow<'_, str> {
        match self {
            Self::Absent => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Word(word) => Cow::Borrowed(word),
            Self::List(texts) => match texts[..] {
                [text] if memchr2(b';', b'\\', text.as_bytes()).is_none() => Cow::Borrowed(text),
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
                TimeFormat::Rfc3339 => rfc3339_millis(*millis),
                TimeFormat::Epoch => epoch_millis(*millis),
            }),
        }
    }

    /// True for text, which a spreadsheet could mistake for a formula.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Word(_) | Self::List(_))
    }

    /// Appends the cell as JSON.
    pub fn json(&self, out: &mut Vec<u8>, times: TimeFormat) {
        match self {
            Self::Absent => out.extend_from_slice(b"null"),
            Self::Text(text) => json::string(out, text),
            Self::Word(word) => json::string(out, word),
            Self::List(texts) => json::list(out, texts, |out, text| json::string(out, text)),
            Self::Time(_) | Self::Millis(_) if times == TimeFormat::Rfc3339 => {
                json::string(out, &self.plain(times));
            }
            other => out.extend_from_slice(other.plain(times).as_bytes()),
        }
    }
}

/// Text, absent if it is empty.
impl<'c> From<&'c str> for Cell<'c> {
    fn from(text: &'c str) -> Self {
        if text.is_empty() { Self::Absent } else { Self::Text(Cow::Borrowed(text)) }
    }
}

/// Text, absent if it is empty.
impl<'c> From<Cow<'c, str>> for Cell<'c> {
    fn from(text: Cow<'c, str>) -> Self {
        if text.is_empty() { Self::Absent } else { Self::Text(text) }
    }
}

/// Text, absent if it is empty.
impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Absent } else { Self::Text(Cow::Owned(text)) }
    }
}

impl<W: Word> From<W> for Cell<'_> {
    fn from(word: W) -> Self {
        Self::Word(word.as_str())
    }
}

impl From<bool> for Cell<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

macro_rules! whole_numbers {
    ($($number:ty),+) => {
        $(impl From<$number> for Cell<'_> {
            fn from(number: $number) -> Self {
                Self::count(number)
            }
        })+
    };
}
whole_numbers!(u32, u64, usize, i64);

impl<'c, T: Into<Cell<'c>>> From<Option<T>> for Cell<'c> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, T::into)
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

fn epoch_millis(millis: i64) -> String {
    let sign = if millis < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000)
}
