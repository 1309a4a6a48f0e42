//! `http/` and `input/`: what framing noted about a request, or about a range that is not one.

use super::hit::{Hit, Hits, RuleOptions, shown};
use crate::decode::Opened;
use crate::framing::{
    ContentLengthFlaw, Flaw, FlawKind, HeaderFlaw, Request, Skip, SkipReason, TransferEncodingFlaw,
};
use crate::spec::{Folded, FoldedRest, Level, RuleId};

/// Judges the flaws of a request, which is a record of that length. One whose method carries no body (`is_bodiless`)
/// needs no `Content-Length`.
pub(super) fn judge_request(request: &Request, length: usize, is_bodiless: bool, hits: &mut Hits<'_>) {
    let is_missing = |flaw: &&Flaw| matches!(flaw.kind, FlawKind::ContentLength(ContentLengthFlaw::Missing));
    for flaw in request.flaws.iter().filter(|flaw| !(is_bodiless && is_missing(flaw))) {
        // A missing header has no place of its own, so the request line is used.
        let span = if flaw.span.is_empty() && flaw.span.start == 0 {
            request.line.method.start..request.line.target.end
        } else {
            // If the body is empty, what ends the header section can be after the record.
            flaw.span.start.min(length)..flaw.span.end.min(length)
        };
        hits.push(flaw_hit(flaw, span));
    }
    if let Some(FoldedRest { count, first, last }) = request.unlisted {
        let rule = RuleId::HttpHeader;
        hits.count(Folded { rule, level: rule.rule().level, count, first, last });
    }
}

fn flaw_hit(flaw: &Flaw, span: std::ops::Range<usize>) -> Hit {
    match &flaw.kind {
        FlawKind::Header(header) => header_hit(*header, span),
        FlawKind::MissingBlankLine => {
            Hit::new(RuleId::HttpMissingBlankLine, "no blank line between the headers and the body", span)
                .note("the body is assumed to start at the line that begins with `{`")
        }
        FlawKind::ContentLength(length) => content_length_hit(length, span),
        FlawKind::TransferEncoding(coding) => coding_hit(*coding, span),
        FlawKind::Chunked(expected) => {
            Hit::new(RuleId::HttpChunked, format!("damaged chunked body: expected {expected}"), span)
                .note("the body cannot be decoded, so the record is not a callback")
        }
        FlawKind::Truncated(what) => {
            Hit::new(RuleId::HttpTruncated, format!("the input ends inside {what}"), span)
                .help("wait until the capture has finished before you read it")
        }
    }
}

fn header_hit(flaw: HeaderFlaw, span: std::ops::Range<usize>) -> Hit {
    let message = match flaw {
        HeaderFlaw::NoColon => "a header line without `:`",
        HeaderFlaw::Name => "a header name that is not a token",
        HeaderFlaw::Control => "a control character in a header value",
        HeaderFlaw::Folded => "a folded header line",
        HeaderFlaw::Trailer => "a header that is not allowed after the body",
        HeaderFlaw::SecondHost => {
            return Hit::new(RuleId::HttpHeader, "a second `Host` line", span).level(Level::Warning);
        }
    };
    Hit::new(RuleId::HttpHeader, message, span)
}

fn coding_hit(flaw: TransferEncodingFlaw, span: std::ops::Range<usize>) -> Hit {
    let rule = RuleId::HttpTransferEncoding;
    let rewritten = "capture requests as they arrive, before a proxy rewrites them";
    match flaw {
        TransferEncodingFlaw::WithContentLength => {
            Hit::new(rule, "`Transfer-Encoding` together with `Content-Length`", span).help(rewritten)
        }
        TransferEncodingFlaw::NotChunked => {
            Hit::new(rule, "`Transfer-Encoding` is not one final `chunked`", span).help(rewritten)
        }
        TransferEncodingFlaw::Decoded => {
            Hit::new(rule, "`Transfer-Encoding` is `chunked`, but the body has no chunks", span)
                .level(Level::Warning)
                .note("the capture has probably joined them; the body is read as it stands")
        }
        TransferEncodingFlaw::Undeclared => {
            Hit::new(rule, "a chunked body without `Transfer-Encoding: chunked`", span)
                .level(Level::Warning)
                .note("the body is read without its chunk sizes")
        }
    }
}

fn content_length_hit(flaw: &ContentLengthFlaw, span: std::ops::Range<usize>) -> Hit {
    let rule = RuleId::HttpContentLength;
    let note = "the JSON value that begins there, if any, is used as the body";
    match flaw {
        ContentLengthFlaw::Missing => Hit::new(rule, "`Content-Length` is missing", span).note(note),
        ContentLengthFlaw::Differing => {
            Hit::new(rule, "`Content-Length` is given several times, with different values", span).note(note)
        }
        ContentLengthFlaw::NotANumber => Hit::new(rule, "`Content-Length` is not a number", span).note(note),
        ContentLengthFlaw::Wrong { declared, actual } => {
            // Framing reads a number beyond 64 bits as the greatest.
            let declared =
                if *declared == u64::MAX { "beyond 64 bits".to_owned() } else { declared.to_string() };
            let message = format!("`Content-Length` is {declared}, but the body has {actual} bytes");
            Hit::new(rule, message, span).note(note)
        }
    }
}

/// Judges the method of a record.
pub(super) fn judge_method(opened: &Opened<'_>, hits: &mut Hits<'_>) {
    if let Some((method, span)) = &opened.method
        && method != "POST"
    {
        let message = format!("the method is `{}`, not `POST`", shown(method));
        hits.push(Hit::new(RuleId::HttpMethod, message, span.clone()));
    }
}

/// Judges a skipped range; the place is all of it.
pub fn judge_skip(skip: &Skip, options: &RuleOptions) -> Vec<Hit> {
    let span = 0..usize::try_from(skip.reach.length).unwrap_or(usize::MAX);
    let length = skip.reach.length;
    let hit = match skip.reason {
        SkipReason::TooLong(limit) => Hit::new(
            RuleId::InputTooLong,
            format!("a record of {length} bytes, over the limit of {limit}"),
            span,
        )
        .help("if the record is valid, raise the limit with `--max-record`"),
        SkipReason::RequestLine => {
            let message = format!("{length} bytes that look like a request, but have no valid request line");
            Hit::new(RuleId::HttpRequestLine, message, span)
                .note("a request line is `METHOD SP target SP HTTP/1.x`")
        }
        SkipReason::Unreadable => {
            Hit::new(RuleId::HttpSkipped, format!("{length} bytes that are not part of any request"), span)
        }
        SkipReason::Interrupted => {
            let message = format!("{length} bytes of an incomplete request");
            Hit::new(RuleId::HttpSkipped, message, span)
                .note("another request begins inside its header section")
        }
    };
    hit.judged(options).into_iter().collect()
}
