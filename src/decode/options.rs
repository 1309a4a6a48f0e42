//! How records are read.

use jiff::tz::TimeZone;

/// How records are read.
#[derive(Clone, Debug)]
pub struct DecodeOptions {
    /// The one place of the body in its record, as a JSON pointer; none to find it.
    pub body_at: Option<String>,
    /// The zone of times of capture that name none.
    pub log_zone: TimeZone,
    /// Bytes of content that a body with a coding may have.
    pub most_decoded: usize,
    /// True to read requests that the receiver refused like any other.
    pub include_refused: bool,
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self { body_at: None, log_zone: TimeZone::UTC, most_decoded: 16 << 20, include_refused: false }
    }
}
