//! A line of `LOG.forward`: one delivery of a callback to the backend, and what came of it.
//!
//! Format 1 has no member `format`, and neither call, command, record nor delivery; both are read.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::acceptance::{Acceptance, ErrorCode};
use super::time_text;

/// The format that is written.
const FORMAT: u32 = 2;

/// One delivery. Members are in the order in which they are written, the time first: by it a torn line is recognized.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ForwardLine {
    /// When the callback was captured, in Unix milliseconds: the `received_at` of its line in the log.
    #[serde(with = "time_text")]
    pub received_at: i64,
    /// The format of the line.
    #[serde(default = "oldest")]
    pub format: u32,
    /// When it was sent, if that was not at once.
    #[serde(default, with = "time_text::optional", skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<i64>,
    /// The offset of its line in the log's file.
    pub offset: u64,
    /// Its record in that file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// The target of the request.
    #[serde(default)]
    pub url: String,
    /// The call, if the callback names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    /// The command of the callback, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// [`body_digest`] of the body, by which the copies of a callback are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_sha256: Option<String>,
    /// Which delivery of the callback it is, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<u32>,
    /// The HTTP status that was given to the sender; without an answer of the backend, 502 or 504.
    pub status: u16,
    /// `ErrorCode` of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<ErrorCode>,
    /// How long the answer took, in milliseconds.
    #[serde(default)]
    pub latency_ms: f64,
    /// Why there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

fn oldest() -> u32 {
    1
}

impl ForwardLine {
    /// Whether the backend accepted the callback.
    pub fn acceptance(&self) -> Acceptance {
        if self.error.is_some() { Acceptance::Failed } else { Acceptance::of(self.status, self.error_code) }
    }

    /// When the delivery was made, in Unix milliseconds.
    pub fn made_at(&self) -> i64 {
        self.sent_at.unwrap_or(self.received_at)
    }

    /// True for a line that is of a later format than this one, which is read as far as it is known.
    pub fn is_newer(&self) -> bool {
        self.format > FORMAT
    }

    /// The line, with its line end.
    pub fn write(mut self) -> Vec<u8> {
        self.format = FORMAT;
        // Numbers, texts and options always have a form in JSON.
        let mut line = serde_json::to_vec(&self).unwrap_or_default();
        line.push(b'\n');
        line
    }

    /// Reads a line.
    ///
    /// # Errors
    /// In words, for anything that is not such a line.
    pub fn read(line: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| error.to_string())
    }

    /// True for the beginning of a file that holds such lines. The line need not be whole.
    pub fn begins(head: &[u8]) -> bool {
        let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let has = |text: &[u8]| memchr::memmem::find(line, text).is_some();
        line.starts_with(b"{\"received_at\":\"")
            && has(b"\"offset\":")
            && !has(b"\"body\":")
            && !has(b"\"body_base64\":")
            && !has(b"\"headers\":")
    }
}

/// The first 12 hexadecimal digits of the SHA-256 of a body, as in the table of records.
pub fn body_digest(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    digest[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_both_formats_are_read() -> Result<(), String> {
        let line = ForwardLine {
            received_at: 1_718_150_400_137,
            offset: 7,
            record: Some(2),
            url: "/x".into(),
            call_id: Some("c".into()),
            delivery: Some(3),
            status: 200,
            error_code: Some(ErrorCode::Unusable),
            ..ForwardLine::default()
        };
        let written = line.clone().write();
        let text = String::from_utf8_lossy(&written).into_owned();
        assert!(text.starts_with("{\"received_at\":\"2024-06-12T00:00:00.137Z\",\"format\":2,"), "{text}");
        assert!(text.contains("\"error_code\":\"no integer\"") && !text.contains("command"), "{text}");
        let read = ForwardLine::read(&written)?;
        assert_eq!(read, ForwardLine { format: FORMAT, ..line });
        assert_eq!(read.acceptance(), Acceptance::Refused);
        assert!(ForwardLine::begins(&written) && ForwardLine::begins(&written[..80]));
        let old =
            br#"{"received_at":"2024-06-12T00:00:00.137Z","offset":0,"status":502,"error":"no","url":"/"}"#;
        let read = ForwardLine::read(old)?;
        assert_eq!((read.format, read.acceptance(), read.delivery), (1, Acceptance::Failed, None));
        for other in ["{}", "{\"received_at\":\"x\",\"offset\":1,\"status\":1}", "[", ""] {
            assert!(ForwardLine::read(other.as_bytes()).is_err(), "{other}");
        }
        assert!(!ForwardLine::begins(br#"{"received_at":"2024","remote":"a","body":"{}"}"#));
        Ok(())
    }
}
