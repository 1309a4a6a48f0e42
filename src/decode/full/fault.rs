//! What could not be read of a record. The rules turn these notes into findings.

use super::content_coding::CodingFault;
use crate::decode::json_type::JsonType;
use crate::framing::Span;
use crate::spec::{FieldSpec, Need};

/// Why a text is not a usable JSON object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DamageKind {
    /// Not JSON: what was expected.
    Syntax(String),
    /// JSON, but this instead of an object.
    NotObject(JsonType),
    /// Not UTF-8.
    NotUtf8,
    /// Half of a surrogate pair, written as an escape.
    LoneSurrogate,
    /// Nested too deep.
    TooDeep,
    /// In a coding that could not be undone.
    Coding(CodingFault),
}

/// Damage and its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What is wrong.
    pub kind: DamageKind,
    /// Where, in bytes of the text.
    pub span: Span,
}

/// What cannot be used of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvelopeFault {
    /// The body is neither object nor string.
    Body(JsonType),
    /// `body_base64` is not Base64.
    Base64,
    /// A URL, query or request line that is not one.
    Url,
    /// The method is not a string.
    Method,
    /// The headers are not an object of strings or arrays of strings.
    Header,
    /// The time is neither RFC 3339 nor Unix seconds or milliseconds.
    Time,
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
}

impl TimeUnit {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
        }
    }
}

/// A kind of fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A member of an envelope that cannot be used.
    Envelope(EnvelopeFault),
    /// A key that its object already has; the last one counts.
    DuplicateKey {
        /// The key.
        key: String,
        /// Where it occurs first.
        first: Span,
    },
    /// A documented field is missing.
    Missing(&'static FieldSpec),
    /// A value of another JSON type; text is the value, if it is short.
    Type {
        /// The type that the vendor documents.
        expected: &'static str,
        /// The type of the value.
        found: JsonType,
        /// The value as written.
        text: String,
    },
    /// A value of another JSON type that stands for one of the documented type, which is used.
    UsedType {
        /// The type that the vendor documents.
        expected: &'static str,
        /// The type of the value.
        found: JsonType,
    },
    /// An account id given as a number; its digits are used.
    NumericAccount,
    /// A word that the vendor does not document.
    Word {
        /// The field.
        field: &'static FieldSpec,
        /// The word.
        text: String,
    },
    /// An integer beyond 64 bits.
    HugeInteger,
    /// An integer that is not a documented one.
    RoomIdType(i64),
    /// A `CallbackCommand` of the `Call.` family that is unknown.
    UnknownCommand(String),
    /// An id that is empty.
    Empty,
    /// A timestamp outside the usable range, as written.
    Timestamp {
        /// The number as written.
        text: String,
        /// True if the field contains milliseconds.
        milliseconds: bool,
    },
    /// A timestamp in another unit than the field's, which is used.
    UsedTimestamp {
        /// The unit that its digits tell.
        unit: TimeUnit,
        /// True if the field holds milliseconds.
        milliseconds: bool,
    },
    /// A field that the vendor does not document.
    UnknownField {
        /// Its name.
        name: String,
        /// The fields of the same object.
        known: &'static [FieldSpec],
    },
}

/// Kinds of faults as far as their rule and level depend on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultClass {
    /// See [`FaultKind::Envelope`].
    Envelope,
    /// See [`FaultKind::DuplicateKey`].
    DuplicateKey,
    /// A missing field that is required.
    MissingRequired,
    /// A missing field that is only expected.
    MissingExpected,
    /// See [`FaultKind::Type`].
    Type,
    /// See [`FaultKind::UsedType`] and [`FaultKind::NumericAccount`].
    UsedType,
    /// A value of the right type that is not a documented one.
    Value,
    /// See [`FaultKind::Empty`].
    Empty,
    /// See [`FaultKind::Timestamp`].
    Timestamp,
    /// See [`FaultKind::UsedTimestamp`].
    UsedTimestamp,
    /// See [`FaultKind::UnknownField`].
    UnknownField,
}

impl FaultClass {
    /// All classes.
    pub const ALL: [Self; 11] = [
        Self::Envelope,
        Self::DuplicateKey,
        Self::MissingRequired,
        Self::MissingExpected,
        Self::Type,
        Self::UsedType,
        Self::Value,
        Self::Empty,
        Self::Timestamp,
        Self::UsedTimestamp,
        Self::UnknownField,
    ];
}

impl FaultKind {
    /// The class that it belongs to.
    pub fn class(&self) -> FaultClass {
        match self {
            Self::Envelope(_) => FaultClass::Envelope,
            Self::DuplicateKey { .. } => FaultClass::DuplicateKey,
            Self::Missing(field) if field.need == Need::Expected => FaultClass::MissingExpected,
            Self::Missing(_) => FaultClass::MissingRequired,
            Self::Type { .. } => FaultClass::Type,
            Self::UsedType { .. } | Self::NumericAccount => FaultClass::UsedType,
            Self::Word { .. } | Self::HugeInteger | Self::RoomIdType(_) | Self::UnknownCommand(_) => {
                FaultClass::Value
            }
            Self::Empty => FaultClass::Empty,
            Self::Timestamp { .. } => FaultClass::Timestamp,
            Self::UsedTimestamp { .. } => FaultClass::UsedTimestamp,
            Self::UnknownField { .. } => FaultClass::UnknownField,
        }
    }
}

/// A fault and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// RFC 6901 pointer into the body (for an envelope's own faults: into the envelope).
    pub pointer: String,
    /// Where: in the body's text, or for an envelope's own faults in the record.
    pub span: Span,
}

/// Another product of the vendor whose callback this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// TRTC room and media events.
    Trtc,
    /// Chat: messages, groups, contacts, presence.
    Chat,
    /// Live.
    Live,
}
