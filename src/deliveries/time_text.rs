//! Times as these files have them: RFC 3339 in UTC, to the millisecond.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serializer};

/// A time in Unix milliseconds as text; one that no calendar has is the beginning of 1970.
pub fn millis_text(millis: i64) -> String {
    let at = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// The Unix milliseconds of a time in RFC 3339.
pub fn parse_millis(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

pub(super) fn serialize<S: Serializer>(millis: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&millis_text(*millis))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_millis(&text).ok_or_else(|| serde::de::Error::custom("not a time in RFC 3339"))
}

/// The same for a time that may be absent.
pub(super) mod optional {
    use super::{Deserialize, Deserializer, Serializer, millis_text, parse_millis};

    pub(in crate::deliveries) fn serialize<S: Serializer>(
        millis: &Option<i64>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match millis {
            Some(millis) => serializer.serialize_str(&millis_text(*millis)),
            None => serializer.serialize_none(),
        }
    }

    pub(in crate::deliveries) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<i64>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(text.as_deref().and_then(parse_millis))
    }
}
