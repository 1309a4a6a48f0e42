//! Request lines and header sections, and what can be wrong with them.

use std::ops::Range;

use crate::spec::FoldedRest;

/// A byte range, of a request or a record from its first byte.
pub type Span = Range<usize>;

/// The parts of a request line, as ranges of that line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLine {
    /// The method.
    pub method: Span,
    /// The target.
    pub target: Span,
}

/// What is wrong with a header line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderFlaw {
    /// The colon is missing.
    NoColon,
    /// The name is not an RFC 9110 token; for example, it has a space before the colon.
    Name,
    /// A control character or a bare carriage return in the value.
    Control,
    /// A line that continues the one before.
    Folded,
    /// A field that is not allowed after a chunked body.
    Trailer,
    /// A second `Host` line.
    SecondHost,
}

/// What is wrong with `Content-Length`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContentLengthFlaw {
    /// It is missing, and the body is not chunked.
    Missing,
    /// It is given several times, with different values.
    Differing,
    /// It is not a number.
    NotANumber,
    /// It says one length, and the body has another; both in bytes.
    Wrong {
        /// What the header says.
        declared: u64,
        /// What is there.
        actual: u64,
    },
}

/// What is wrong with `Transfer-Encoding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferEncodingFlaw {
    /// It comes with a `Content-Length`.
    WithContentLength,
    /// It is anything but one final `chunked`.
    NotChunked,
    /// It is `chunked`, and the body has no chunks.
    Decoded,
    /// It is missing, and the body is chunked.
    Undeclared,
}

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlawKind {
    /// A malformed header line.
    Header(HeaderFlaw),
    /// The headers run into the body.
    MissingBlankLine,
    /// The declared length.
    ContentLength(ContentLengthFlaw),
    /// The declared coding.
    TransferEncoding(TransferEncodingFlaw),
    /// A damaged chunked body: what was expected at the place.
    Chunked(&'static str),
    /// The input ends inside the request: what is unfinished.
    Truncated(&'static str),
}

/// A flaw and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// What is wrong.
    pub kind: FlawKind,
    /// Where, in the request.
    pub span: Span,
}

/// A framed request. Ranges count from the request's first byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Method and target.
    pub line: RequestLine,
    /// The body as it is in the input.
    pub body: Span,
    /// True if the body is chunked and whole.
    pub chunked: bool,
    /// True if the body can be decoded: the request is whole, and its chunks are valid.
    pub usable: bool,
    /// What is wrong with it: the first header lines among it in input order.
    pub flaws: Vec<Flaw>,
    /// Flaws of header lines that are too many to be among them.
    pub unlisted: Option<FoldedRest>,
    /// When it was captured, in Unix milliseconds, if marks around it say so.
    pub time: Option<i64>,
    /// The index of its text among the frame's, if that is not the bytes that it stands in.
    pub text: Option<usize>,
}

/// Flaws of header lines that a request lists: no fewer than findings that a record lists.
const LISTED: usize = 1 << 14;

/// True for an RFC 9110 token.
pub fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| is_token_byte(*byte))
}

fn is_token_byte(byte: u8) -> bool {
    IS_TOKEN[usize::from(byte)]
}

/// The bytes of RFC 9110 tokens.
static IS_TOKEN: [bool; 256] = {
    let mut is_token = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        is_token[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let others = b"!#$%&'*+-.^_`|~";
    let mut index = 0;
    while index < others.len() {
        is_token[others[index] as usize] = true;
        index += 1;
    }
    is_token
};

/// True if any byte is one of those. A fold without an early end becomes vector instructions.
fn has_byte_of(bytes: &[u8], is_one: impl Fn(u8) -> bool) -> bool {
    bytes.iter().fold(false, |found, byte| found | is_one(*byte))
}

/// The parts of a line, given without its line end, if it is `METHOD SP target SP HTTP/1.x`.
pub fn parse_request_line(line: &[u8]) -> Option<RequestLine> {
    let rest = before_version(line)?;
    // Methods are short, so the space is found sooner byte by byte.
    let space = rest.iter().position(|byte| *byte == b' ')?;
    let target = &rest[space + 1..];
    let sound = is_token(&rest[..space])
        && !ends_with_method(&rest[..space])
        && !target.is_empty()
        && !has_byte_of(target, |byte| byte <= b' ' || byte == 0x7f);
    sound.then(|| RequestLine { method: 0..space, target: space + 1..rest.len() })
}

/// The part before the ` HTTP/1.x`, ` HTTP/2` or ` HTTP/3` that ends a line.
fn before_version(line: &[u8]) -> Option<&[u8]> {
    let (rest, version) = line.split_at_checked(line.len().checked_sub(9)?)?;
    if version.starts_with(b" HTTP/") {
        let is_version = version[6].is_ascii_digit() && version[7] == b'.' && version[8].is_ascii_digit();
        return is_version.then_some(rest);
    }
    line.strip_suffix(b" HTTP/2").or_else(|| line.strip_suffix(b" HTTP/3"))
}

/// The methods that show where a request line begins in the middle of a line.
const METHODS: [&[u8]; 9] =
    [b"POST", b"GET", b"PUT", b"HEAD", b"DELETE", b"OPTIONS", b"PATCH", b"CONNECT", b"TRACE"];

/// True for what is left of a word with a method glued to it.
fn ends_with_method(word: &[u8]) -> bool {
    word.len() > 4 && METHODS.iter().any(|method| word.ends_with(method) && word != *method)
}

/// Where a request line begins that ends this line and has something else before it: where the end of a record is
/// lost, with its line end, the next one is glued to what is left.
pub(super) fn glued_request(line: &[u8]) -> Option<usize> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let rest = before_version(line)?;
    let space = memchr::memrchr(b' ', rest)?;
    let target = &rest[space + 1..];
    let method = METHODS.iter().find(|method| rest[..space].ends_with(method))?;
    let begin = space - method.len();
    let leads_somewhere = target.starts_with(b"/") || target.starts_with(b"http");
    (begin > 0 && leads_somewhere && parse_request_line(&line[begin..]).is_some()).then_some(begin)
}

/// True for a header line whose value is never the text of a request.
pub(super) fn is_plain_header(line: &[u8]) -> bool {
    const PLAIN: [&[u8]; 4] = [b"Host", b"Content-Type", b"Content-Length", b"Transfer-Encoding"];
    let name = memchr::memchr(b':', line).map_or(&[][..], |colon| &line[..colon]);
    PLAIN.iter().any(|plain| name.eq_ignore_ascii_case(plain))
}

/// The same in a header section or among noise, where text of its own can name a request: only what is cut in the
/// middle of a word, or after what begins every request, is glued.
pub(super) fn glued_to_noise(line: &[u8]) -> Option<usize> {
    let begin = glued_request(line)?;
    let before = &line[..begin];
    let (text, [b' ' | b'\t']) = before.split_at(begin - 1) else { return Some(begin) };
    let (word, rest) = text.split_at(memchr::memchr(b' ', text).unwrap_or(text.len()));
    let opens_request = METHODS.contains(&word) && (rest.is_empty() || rest.starts_with(b" /"));
    (opens_request || is_plain_header(text)).then_some(begin)
}

/// The headers that framing needs, as they are met.
#[derive(Debug, Default)]
pub(super) struct Headers {
    pub content_length: Option<Declared>,
    pub transfer_encoding: Option<Coding>,
    pub flaws: Vec<Flaw>,
    pub unlisted: Option<FoldedRest>,
}

/// The `Content-Length` headers.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub span: Span,
    /// The value; none if it is not a number.
    pub length: Option<u64>,
    pub differing: bool,
}

/// The `Transfer-Encoding` headers.
#[derive(Clone, Debug)]
pub(super) struct Coding {
    pub span: Span,
    /// How many codings are named.
    pub codings: usize,
    /// The last coding is `chunked`.
    pub ends_chunked: bool,
}

impl Headers {
    /// Adds a flaw.
    pub(super) fn add(&mut self, kind: FlawKind, span: Span) {
        self.flaws.push(Flaw { kind, span });
    }

    /// Adds a flaw of a header line, each after the one before it.
    pub(super) fn add_flaw(&mut self, flaw: HeaderFlaw, span: Span) {
        if self.flaws.len() < LISTED {
            return self.add(FlawKind::Header(flaw), span);
        }
        FoldedRest::add(&mut self.unlisted, span.start);
    }

    /// Takes one header line, given without its line end; `at` is its place in the request. True for a line that has
    /// no flaw and says nothing about the body.
    pub(super) fn take(&mut self, line: &[u8], at: usize) -> bool {
        let span = at..at + line.len();
        let mut sound = true;
        let mut flaw = |flaw, span| {
            sound = false;
            self.add_flaw(flaw, span);
        };
        if matches!(line.first(), Some(b' ' | b'\t')) {
            flaw(HeaderFlaw::Folded, span);
            return false;
        }
        let Some(colon) = memchr::memchr(b':', line) else {
            flaw(HeaderFlaw::NoColon, span);
            return false;
        };
        let (name, behind) = (&line[..colon], &line[colon + 1..]);
        if !is_token(name) {
            flaw(HeaderFlaw::Name, at..at + colon.max(1));
        }
        if has_byte_of(behind, is_control)
            && let Some(bad) = behind.iter().position(|byte| is_control(*byte))
        {
            flaw(HeaderFlaw::Control, at + colon + 1 + bad..at + colon + 2 + bad);
        }
        // A space before the colon makes the name malformed, not another name.
        let name = name.trim_ascii_end();
        if name.eq_ignore_ascii_case(b"content-length") {
            self.take_length(behind.trim_ascii(), span);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.take_coding(behind.trim_ascii(), span);
        } else {
            return sound;
        }
        false
    }

    /// The request that has these headers.
    pub(super) fn request(self, line: RequestLine, body: Span, chunked: bool, usable: bool) -> Request {
        Request {
            line,
            body,
            chunked,
            usable,
            flaws: self.flaws,
            unlisted: self.unlisted,
            time: None,
            text: None,
        }
    }

    fn take_length(&mut self, value: &[u8], span: Span) {
        let length = parse_decimal(value);
        match &mut self.content_length {
            Some(first) => first.differing |= first.length != length,
            None => self.content_length = Some(Declared { span, length, differing: false }),
        }
    }

    /// Several headers make one list of codings.
    fn take_coding(&mut self, value: &[u8], span: Span) {
        let coding = self.transfer_encoding.get_or_insert(Coding { span, codings: 0, ends_chunked: false });
        let names = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        for name in names.filter(|name| !name.is_empty()) {
            coding.ends_chunked = name.eq_ignore_ascii_case(b"chunked");
            coding.codings += 1;
        }
    }
}

fn is_control(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t') || byte == 0x7f
}

/// Digits only; a number beyond 64 bits is read as the greatest.
fn parse_decimal(value: &[u8]) -> Option<u64> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let append = |sum: u64, digit: &u8| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    Some(value.iter().fold(0, append))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_lines() {
        let parts = |line: &str| {
            parse_request_line(line.as_bytes())
                .map(|parts| (line[parts.method].to_owned(), line[parts.target].to_owned()))
        };
        assert_eq!(parts("POST /?a=b HTTP/1.1"), Some(("POST".into(), "/?a=b".into())));
        for line in [
            "POST  / HTTP/1.1",
            "POST / HTTP/2.x",
            "POST / HTTP/1.1 ",
            " HTTP/1.1",
            "PO ST / HTTP/1.1",
            "{} / HTTP/1.0",
            "EventTimPOST / HTTP/1.1",
        ] {
            assert_eq!(parts(line), None, "{line}");
        }
    }

    #[test]
    fn request_lines_behind_something_else() {
        let broken = |line: &str| glued_request(line.as_bytes()).map(|at| line[at..].to_owned());
        assert_eq!(broken("{\"a\":\"xPOST /?a=b HTTP/1.1\r"), Some("POST /?a=b HTTP/1.1\r".into()));
        assert_eq!(broken("POST /a POST /b HTTP/1.1"), Some("POST /b HTTP/1.1".into()));
        assert_eq!(broken("Ann POST /b HTTP/1.1"), Some("POST /b HTTP/1.1".into()));
        for line in
            ["POST / HTTP/1.1", "xPOST b HTTP/1.1", "xSEND /b HTTP/1.1", "xPOST /b HTTP/1.1 ", "x", ""]
        {
            assert_eq!(broken(line), None, "{line}");
        }
        let noise = |line: &str| glued_to_noise(line.as_bytes());
        assert_eq!(noise("\0\0POST /b HTTP/1.1"), Some(2));
        assert_eq!(noise("POST POST /b HTTP/1.1"), Some(5));
        assert_eq!(noise("POST /a POST /b HTTP/1.1"), Some(8));
        assert_eq!(noise("POST /a HTTP/1.1\rPOST /b HTTP/1.1"), Some(17));
        assert_eq!(noise("host: POST /b HTTP/1.1"), Some(6));
        for line in ["X-Request: POST /b HTTP/1.1", "12:00 INFO got POST /b HTTP/1.1", "> POST /b HTTP/1.1"] {
            assert_eq!(noise(line), None, "{line}");
        }
    }
}
