//! The captures that a log is written as: what stands around a body, between records, and around all of them.
//!
//! Comes in: the parts of a record. Goes out: its bytes. Must not: know calls, or damage anything. A new one is a row of
//! [`LogFormat::capture`] and a function here.

use std::io::Write as _;

use super::options::LogFormat;
use super::record::{Clock, RecordParts, escape};

/// How a format writes a record, and what stands around all records.
pub(super) struct Capture {
    /// What stands before the first record.
    pub(super) begin: &'static str,
    /// What stands between two records.
    pub(super) between: &'static str,
    /// What stands after the last record.
    pub(super) end: &'static str,
    /// True if a record has the URL.
    pub(super) has_url: bool,
    /// Writes a record.
    pub(super) write: fn(&RecordParts<'_>, &mut Clock, &mut Vec<u8>),
}

impl LogFormat {
    /// How it is written.
    pub(super) fn capture(self) -> Capture {
        let lines = Capture { begin: "", between: "", end: "", has_url: false, write: bare };
        match self {
            Self::Bare => lines,
            Self::Envelope => Capture { has_url: true, write: envelope, ..lines },
            Self::Http => Capture { has_url: true, write: request, ..lines },
            Self::Array => Capture { begin: "[", between: ",", end: "]\n", write: plain, ..lines },
            Self::Docker => Capture { write: docker, ..lines },
            Self::Cri => Capture { write: cri, ..lines },
            Self::Text => Capture { write: text, ..lines },
            Self::Cloudwatch => {
                Capture { begin: "{\"events\":[", between: ",", end: "]}\n", write: cloudwatch, ..lines }
            }
            Self::Apigateway => Capture { has_url: true, write: api_gateway, ..lines },
            Self::Csv => {
                Capture { begin: "received_at,method,url,body\n", has_url: true, write: csv, ..lines }
            }
            Self::Har => Capture {
                begin: "{\"log\":{\"version\":\"1.2\",\"entries\":[",
                between: ",",
                end: "]}}\n",
                has_url: true,
                write: har,
            },
            Self::Gor => Capture { has_url: true, write: goreplay, ..lines },
        }
    }

    /// True for a format of which damaged records can be told from whole ones without reading all of it.
    pub(super) fn can_be_damaged(self) -> bool {
        matches!(self, Self::Bare | Self::Envelope | Self::Http)
    }
}

/// Where the app listens.
const HOST: &str = "callbacks.example.com";
const CONTENT_TYPE: &str = "application/json";

// Writing to a vector cannot fail.
macro_rules! put {
    ($out:expr, $($format:tt)*) => { drop(write!($out, $($format)*)) };
}

fn plain(parts: &RecordParts<'_>, _: &mut Clock, out: &mut Vec<u8>) {
    out.extend_from_slice(parts.body);
}

fn bare(parts: &RecordParts<'_>, _: &mut Clock, out: &mut Vec<u8>) {
    out.extend_from_slice(parts.body);
    out.push(b'\n');
}

fn envelope(parts: &RecordParts<'_>, clock: &mut Clock, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"received_at\":\"");
    clock.write(out, parts.arrives);
    put!(
        out,
        "\",\"method\":\"POST\",\"url\":\"{}\",\"headers\":{{\"Host\":\"{HOST}\",\"Content-Type\":\"{CONTENT_TYPE}\",\"Content-Length\":\"{}\"}},\"body\":\"",
        parts.target,
        parts.body.len()
    );
    escape(out, parts.body);
    out.extend_from_slice(b"\"}\n");
}

fn request(parts: &RecordParts<'_>, _: &mut Clock, out: &mut Vec<u8>) {
    put!(
        out,
        "POST {} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {}\r\n\r\n",
        parts.target,
        parts.body.len()
    );
    out.extend_from_slice(parts.body);
    // An empty line between requests is allowed (RFC 9112, section 2.2). Without it, a reader that has lost its
    // way in a damaged log finds no request line at the start of a line ever again.
    out.extend_from_slice(b"\r\n");
}

fn docker(parts: &RecordParts<'_>, clock: &mut Clock, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"log\":\"");
    escape(out, parts.body);
    out.extend_from_slice(b"\\n\",\"stream\":\"stdout\",\"time\":\"");
    clock.write(out, parts.arrives);
    out.extend_from_slice(b"\"}\n");
}

fn cri(parts: &RecordParts<'_>, clock: &mut Clock, out: &mut Vec<u8>) {
    clock.write(out, parts.arrives);
    out.extend_from_slice(b" stdout F ");
    bare(parts, clock, out);
}

fn text(parts: &RecordParts<'_>, clock: &mut Clock, out: &mut Vec<u8>) {
    clock.write(out, parts.arrives);
    out.extend_from_slice(b" INFO callback received: ");
    bare(parts, clock, out);
}

fn cloudwatch(parts: &RecordParts<'_>, clock: &mut Clock, out: &mut Vec<u8>) {
    put!(out, "{{\"timestamp\":{},\"message\":\"", parts.arrives);
    clock.write(out, parts.arrives);
    out.extend_from_slice(b"\\tINFO\\t");
    escape(out, parts.body);
    out.extend_from_slice(b"\\n\"}");
}

fn api_gateway(parts: &RecordParts<'_>, _: &mut Clock, out: &mut Vec<u8>) {
    let (path, query) = parts.target.split_once('?').unwrap_or((parts.target, ""));
    put!(
        out,
        "{{\"version\":\"2.0\",\"rawPath\":\"{path}\",\"rawQueryString\":\"{query}\",\"headers\":{{\"host\":\"{HOST}\",\"content-type\":\"{CONTENT_TYPE}\"}},\"requestContext\":{{\"http\":{{\"method\":\"POST\",\"path\":\"{path}\"}}}},\"requestTimeEpoch\":{},\"isBase64Encoded\":false,\"body\":\"",
        parts.arrives
    );
    escape(out, parts.body);
    out.extend_from_slice(b"\"}\n");
}

fn csv(parts: &RecordParts<'_>, clock: &mut Clock, out: &mut Vec<u8>) {
    clock.write(out, parts.arrives);
    put!(out, ",POST,\"{}\",\"", parts.target);
    for part in parts.body.split_inclusive(|byte| *byte == b'"') {
        out.extend_from_slice(part);
        if part.ends_with(b"\"") {
            out.push(b'"');
        }
    }
    out.extend_from_slice(b"\"\n");
}

fn har(parts: &RecordParts<'_>, clock: &mut Clock, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"startedDateTime\":\"");
    clock.write(out, parts.arrives);
    put!(
        out,
        "\",\"time\":3,\"request\":{{\"method\":\"POST\",\"url\":\"https://{HOST}{}\",\"headers\":[{{\"name\":\"Content-Type\",\"value\":\"{CONTENT_TYPE}\"}}],\"postData\":{{\"mimeType\":\"{CONTENT_TYPE}\",\"text\":\"",
        parts.target
    );
    escape(out, parts.body);
    out.extend_from_slice(b"\"}},\"response\":{\"status\":200,\"headers\":[],\"content\":{\"text\":\"{\\\"ErrorCode\\\":0}\"}}}");
}

fn goreplay(parts: &RecordParts<'_>, clock: &mut Clock, out: &mut Vec<u8>) {
    put!(out, "1 {:024x} {} 0\n", parts.number, parts.arrives * 1_000_000);
    request(parts, clock, out);
    put!(out, "\n🐵🙈🙉\n");
}
