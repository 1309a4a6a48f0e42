//! Writes records: a body as a bare line, in an envelope, or in an HTTP request.
//!
//! Comes in: a report and when it arrives. Goes out: the bytes of one record, ready to be appended to a log.
//! Must not: keep anything of a call.

use std::io::Write;

use jiff::Timestamp;

use super::body::BodyWriter;
use super::call::{News, SentCallback, SimulatedCall};
use super::options::{LogFormat, SimulateOptions};
use super::people::People;
use crate::spec::{CallbackCommand, Family, PARAMETERS, V4Command, Word};

/// How the v4 family spells the URL's parameters, in the order of [`PARAMETERS`]; see
/// [`crate::spec::page::V4_PROTOCOL`].
const V4_NAMES: [&str; 5] = ["SdkAppid", "CallbackCommand", "contenttype", "ClientIP", "OptPlatform"];
/// Where the app listens.
const PATH: &str = "/tuicallkit/callback";
const HOST: &str = "callbacks.example.com";
const CONTENT_TYPE: &str = "application/json";

/// A record under way: a reused buffer, and where its parts are.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The whole record, with its line end if it has one.
    pub(super) bytes: Vec<u8>,
    /// Where the body begins; for a line, 0.
    pub(super) body_at: usize,
    body: Vec<u8>,
    target: Vec<u8>,
    clock: Clock,
}

impl Record {
    /// A record of these bytes.
    #[cfg(test)]
    pub(super) fn holding(bytes: &[u8], body_at: usize) -> Self {
        Self { bytes: bytes.to_vec(), body_at, ..Self::default() }
    }

    /// Writes a callback that arrives at `arrives` (Unix milliseconds), in place of what the record held.
    pub(super) fn write(
        &mut self,
        options: &SimulateOptions,
        pool: &People,
        call: &SimulatedCall,
        report: &SentCallback,
        arrives: i64,
    ) {
        self.bytes.clear();
        self.body_at = 0;
        if options.format == LogFormat::Bare {
            BodyWriter { call, pool, out: &mut self.bytes }.write(report);
            self.bytes.push(b'\n');
            return;
        }
        self.body.clear();
        BodyWriter { call, pool, out: &mut self.body }.write(report);
        self.set_target(options, pool, call, report);
        if options.format == LogFormat::Envelope {
            self.envelope(arrives);
        } else {
            self.request();
        }
    }

    fn set_target(
        &mut self,
        options: &SimulateOptions,
        pool: &People,
        call: &SimulatedCall,
        report: &SentCallback,
    ) {
        let [app, command, content, ip, platform] = match options.family {
            Family::V4 => V4_NAMES,
            Family::Event | Family::Status => std::array::from_fn(|index| PARAMETERS[index].as_str()),
        };
        let person = pool.get(call.cast[usize::from(report.sender)].person);
        self.target.clear();
        // A vector takes everything, so there is no error to pass on, here and below.
        drop(write!(
            self.target,
            "{PATH}?{app}={}&{command}={}&{content}=json&{ip}={}&{platform}={}",
            options.sdkappid,
            command_of(&report.news),
            person.ip,
            person.platform,
        ));
    }

    fn envelope(&mut self, arrives: i64) {
        let out = &mut self.bytes;
        out.extend_from_slice(b"{\"received_at\":\"");
        self.clock.write(out, arrives);
        out.extend_from_slice(b"\",\"method\":\"POST\",\"url\":\"");
        out.extend_from_slice(&self.target);
        drop(write!(
            out,
            "\",\"headers\":{{\"Host\":\"{HOST}\",\"Content-Type\":\"{CONTENT_TYPE}\",\"Content-Length\":\"{}\"}},\"body\":\"",
            self.body.len()
        ));
        escape(out, &self.body);
        out.extend_from_slice(b"\"}\n");
    }

    fn request(&mut self) {
        let out = &mut self.bytes;
        out.extend_from_slice(b"POST ");
        out.extend_from_slice(&self.target);
        drop(write!(
            out,
            " HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {}\r\n\r\n",
            self.body.len()
        ));
        self.body_at = out.len();
        out.extend_from_slice(&self.body);
        // An empty line between requests is allowed (RFC 9112, section 2.2). Without it, a reader that has lost its
        // way in a damaged log finds no request line at the start of a line ever again.
        out.extend_from_slice(b"\r\n");
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
fn escape(out: &mut Vec<u8>, text: &[u8]) {
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
struct Clock {
    second: i64,
    /// That second as RFC 3339, up to the fraction.
    text: String,
}

impl Clock {
    /// Appends an instant (Unix milliseconds) as RFC 3339 in UTC with milliseconds.
    fn write(&mut self, out: &mut Vec<u8>, millis: i64) {
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
