//! Writes records: a body and what stands around it in a capture.
//!
//! Comes in: a report and when it arrives. Goes out: the bytes of one record, ready to be appended to a log.
//! Must not: keep anything of a call.

use std::io::Write as _;

use jiff::Timestamp;

use super::body::BodyWriter;
use super::call::{News, SentCallback, SimulatedCall};
use super::causes::Twist;
use super::options::{LogFormat, SimulateOptions};
use super::people::People;
use crate::spec::{CallbackCommand, Family, PARAMETERS, SERVER_PLATFORM, V4_PARAMETERS, V4Command, Word};

/// Where the app listens.
const PATH: &str = "/tuicallkit/callback";

/// What a record is written from.
pub(super) struct RecordParts<'p> {
    pub(super) body: &'p [u8],
    /// The path with its query; empty in a format without a URL.
    pub(super) target: &'p str,
    /// Unix milliseconds.
    pub(super) arrives: i64,
    /// The callback's number in the log, from 0.
    pub(super) number: u64,
}

/// A record under way: a reused buffer, and where its parts are.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The whole record, with its line end if it has one.
    pub(super) bytes: Vec<u8>,
    /// Where the body begins; for a line, 0.
    pub(super) body_at: usize,
    body: Vec<u8>,
    target: String,
    clock: Clock,
}

impl Record {
    /// A record of these bytes.
    #[cfg(test)]
    pub(super) fn holding(bytes: &[u8], body_at: usize) -> Self {
        Self { bytes: bytes.to_vec(), body_at, ..Self::default() }
    }

    /// Writes callback `number` of the log, which arrives at `arrives` (Unix milliseconds), in place of what the record
    /// held.
    pub(super) fn write(
        &mut self,
        options: &SimulateOptions,
        pool: &People,
        call: &SimulatedCall,
        report: &SentCallback,
        arrives: i64,
        number: u64,
    ) {
        self.bytes.clear();
        self.body.clear();
        BodyWriter { call, pool, options, out: &mut self.body }.write(report);
        let capture = options.format.capture();
        self.target.clear();
        if capture.has_url {
            self.set_target(options, pool, call, report);
        }
        let parts = RecordParts { body: &self.body, target: &self.target, arrives, number };
        (capture.write)(&parts, &mut self.clock, &mut self.bytes);
        // What comes after the body of a request is two bytes long.
        let after = self.body.len() + b"\r\n".len();
        self.body_at = if options.format == LogFormat::Http { self.bytes.len() - after } else { 0 };
    }

    fn set_target(
        &mut self,
        options: &SimulateOptions,
        pool: &People,
        call: &SimulatedCall,
        report: &SentCallback,
    ) {
        let [app, command, content, ip, platform] = match options.family {
            Family::V4 => V4_PARAMETERS,
            Family::Event | Family::Status => std::array::from_fn(|index| PARAMETERS[index].as_str()),
        };
        let person = pool.get(call.cast[usize::from(report.sender)].person);
        // A record that comes from the server says that the server ended the call.
        let platform_of = match &report.news {
            News::Ended { .. } if call.twist() == Twist::ServerEnds => SERVER_PLATFORM,
            News::Ended { .. } if person.platform == SERVER_PLATFORM => "Unknown",
            _ => person.platform,
        };
        self.target = format!(
            "{PATH}?{app}={}&{command}={}&{content}=json&{ip}={}&{platform}={}",
            options.sdkappid,
            command_of(&report.news),
            person.ip,
            platform_of,
        );
    }
}

/// The command that a callback's URL has.
fn command_of(news: &News) -> &'static str {
    let command = match news {
        News::Event(role, event, _) => CallbackCommand::for_event(Some(*role), *event),
        News::Status(_, result) => Some(CallbackCommand::Status(*result)),
        News::Started { .. } => Some(CallbackCommand::V4(V4Command::StartCall)),
        News::Changed { .. } => Some(CallbackCommand::V4(V4Command::MemberChanged)),
        News::Ended { .. } => Some(CallbackCommand::V4(V4Command::EndCall)),
    };
    command.map_or("", CallbackCommand::as_str)
}

/// Escapes JSON text for a JSON string. The bodies have no control characters, so that two characters are all.
pub(super) fn escape(out: &mut Vec<u8>, text: &[u8]) {
    let mut done = 0;
    for at in memchr::memchr2_iter(b'"', b'\\', text) {
        out.extend_from_slice(&text[done..at]);
        out.push(b'\\');
        done = at;
    }
    out.extend_from_slice(&text[done..]);
}

/// Formats instants; most share their second with the one before, which is only formatted once.
#[derive(Debug, Default)]
pub(super) struct Clock {
    second: i64,
    /// That second as RFC 3339, up to the fraction.
    text: String,
}

impl Clock {
    /// Appends an instant (Unix milliseconds) as RFC 3339 in UTC with milliseconds.
    pub(super) fn write(&mut self, out: &mut Vec<u8>, millis: i64) {
        let second = millis.div_euclid(1000);
        if self.text.is_empty() || second != self.second {
            let instant = Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
            self.text = instant.to_string().trim_end_matches('Z').to_owned();
            self.second = second;
        }
        out.extend_from_slice(self.text.as_bytes());
        drop(write!(out, ".{:03}Z", millis.rem_euclid(1000)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_reads_back() {
        let text = r#"{"UserId":"the \"boss\" corp\\user"}"#;
        let mut out = vec![b'"'];
        escape(&mut out, text.as_bytes());
        out.push(b'"');
        assert_eq!(serde_json::from_slice::<String>(&out).ok().as_deref(), Some(text));
    }

    #[test]
    fn the_clock_keeps_milliseconds() {
        let mut clock = Clock::default();
        let mut out = Vec::new();
        for millis in [1_714_521_600_007, 1_714_521_600_120, 1_714_521_601_000] {
            clock.write(&mut out, millis);
            out.push(b' ');
        }
        let expected = "2024-05-01T00:00:00.007Z 2024-05-01T00:00:00.120Z 2024-05-01T00:00:01.000Z ";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
