//! Whether a backend accepted a callback, as the vendor reads its answer.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::spec::{Word, words};

/// `ErrorCode` of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorCode {
    /// As given.
    Number(i64),
    /// Given, and not an integer.
    Unusable,
}

impl ErrorCode {
    /// The code that a JSON value gives.
    pub fn of(value: &serde_json::Value) -> Self {
        value.as_i64().map_or(Self::Unusable, Self::Number)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(formatter),
            Self::Unusable => formatter.write_str("unusable"),
        }
    }
}

/// As a number, or in words if it is not one.
impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Unusable => serializer.serialize_str("no integer"),
        }
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Value::deserialize(deserializer).map(|value| Self::of(&value))
    }
}

words! {
    /// Whether a backend accepted a callback.
    Acceptance {
        /// HTTP success, and no `ErrorCode` other than 0.
        Accepted = "accepted",
        /// An HTTP error, or another `ErrorCode`.
        Refused = "refused",
        /// No answer.
        Failed = "failed",
    }
}

impl Acceptance {
    /// Of an answer: anything but HTTP success, or an `ErrorCode` other than 0, is sent again.
    pub fn of(status: u16, error_code: Option<ErrorCode>) -> Self {
        match (status, error_code) {
            (200..=299, None | Some(ErrorCode::Number(0))) => Self::Accepted,
            _ => Self::Refused,
        }
    }
}
