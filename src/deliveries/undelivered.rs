//! A line of `LOG.undelivered`: a callback that the backend did not accept, and that is not sent any more.
//!
//! It is the line of the log with one member more, so that it is a log itself: every command reads it, and `replay`
//! sends it.

use serde::{Deserialize, Serialize};

use super::acceptance::ErrorCode;
use super::time_text;
use crate::spec::{Word, words};

/// The format that is written.
const FORMAT: u32 = 1;

/// How every line of the log begins.
const BEGIN: &[u8] = b"{\"received_at\":";

/// The member that such a line has more than the log's.
const MEMBER: &str = "undelivered";

words! {
    /// Why a callback is not sent any more.
    UndeliveredReason {
        /// The backend refused it too often.
        Refused = "refused",
        /// It could not be delivered in time.
        GivenUp = "given_up",
    }
}

/// What is said of such a callback.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndeliveredLine {
    /// The format of the line.
    #[serde(default)]
    pub format: u32,
    /// A word of [`UndeliveredReason`].
    pub reason: String,
    /// When it was set aside, in Unix milliseconds.
    #[serde(with = "time_text")]
    pub set_aside_at: i64,
    /// How often it was sent.
    pub tries: u32,
    /// The HTTP status of the last answer, if there was one.
    #[serde(default)]
    pub status: Option<u16>,
    /// Its `ErrorCode`.
    #[serde(default)]
    pub error_code: Option<ErrorCode>,
    /// Why there was no answer.
    #[serde(default)]
    pub error: Option<String>,
    /// The call, if the callback names one. Its later callbacks are delivered without this one.
    #[serde(default)]
    pub call_goes_on: Option<String>,
}

impl UndeliveredLine {
    /// The line for a line of the log, which is given without its line end.
    pub fn write(mut self, line: &[u8], reason: UndeliveredReason) -> Vec<u8> {
        self.format = FORMAT;
        self.reason = reason.as_str().to_owned();
        let said = serde_json::to_string(&self).unwrap_or_default();
        let member = format!(",\"{MEMBER}\":{said}");
        // After the time, by which a torn line is recognized: the text of it holds no comma.
        let at = line.strip_prefix(BEGIN).and_then(|rest| rest.iter().position(|byte| *byte == b','));
        let mut out = Vec::with_capacity(line.len() + member.len() + 1);
        match at {
            Some(at) => {
                let (begin, rest) = line.split_at(BEGIN.len() + at);
                out.extend_from_slice(begin);
                out.extend_from_slice(member.as_bytes());
                out.extend_from_slice(rest);
            }
            None => out.extend_from_slice(line),
        }
        out.push(b'\n');
        out
    }

    /// Reads what a line says; none if it is a line of another file.
    pub fn read(line: &[u8]) -> Option<Self> {
        let mut line: serde_json::Value = serde_json::from_slice(line).ok()?;
        serde_json::from_value(line.get_mut(MEMBER)?.take()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line_of_the_log() {
        let line = br#"{"received_at":"2024-06-12T00:00:00.137Z","remote":"a","body":"{}"}"#;
        let said = UndeliveredLine { tries: 10, status: Some(400), ..UndeliveredLine::default() };
        let written = said.write(line, UndeliveredReason::Refused);
        let text = String::from_utf8_lossy(&written).into_owned();
        assert!(
            text.starts_with("{\"received_at\":\"2024-06-12T00:00:00.137Z\",\"undelivered\":{"),
            "{text}"
        );
        assert!(text.ends_with(",\"remote\":\"a\",\"body\":\"{}\"}\n"), "{text}");
        let read = UndeliveredLine::read(&written);
        assert_eq!(read.map(|read| (read.tries, read.reason)), Some((10, "refused".to_owned())));
        assert_eq!(UndeliveredLine::read(line), None);
    }
}
