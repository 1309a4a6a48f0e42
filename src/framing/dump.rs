//! Dumps: requests as tools write them, each between marks of its own.
//!
//! Comes in: bytes at the start of a line. Goes out: the [`Dump`] that they begin with. A dump is a row of [`DUMPS`]: what
//! its first line looks like, and how its request is read; responses are dumps without a request. Must not: read the
//! request.

use super::extent::NeedMore;
use super::line::{first_line, first_line_length, lines, until};
use super::request::parse_request_line;
use super::response::response_length;

/// What a tool wrote for one request, or for something else.
pub(super) struct Dump {
    /// Bytes in all.
    pub(super) length: usize,
    /// The request: where it stands, or its text without marks.
    pub(super) request: Option<Dumped>,
    /// When it was captured, in Unix milliseconds.
    pub(super) time: Option<i64>,
}

/// Where the request of a dump is.
pub(super) enum Dumped {
    /// In the dump.
    InPlace(std::ops::Range<usize>),
    /// Its text without marks.
    Text(Vec<u8>),
}

impl Dump {
    /// Something without a request.
    fn other(length: usize) -> Self {
        Self { length, request: None, time: None }
    }
}

/// Reads the dump that `data` begins with; none if it does not begin with one of its kind.
type ReadDump = fn(&[u8], bool) -> Result<Option<Dump>, NeedMore>;

/// The kinds of dumps.
const DUMPS: [ReadDump; 6] = [goreplay, modsecurity, curl, rest_client, response, indented];

/// The dump that `data` begins with, if it does.
pub(super) fn read_dump(data: &[u8], eof: bool) -> Result<Option<Dump>, NeedMore> {
    for read in DUMPS {
        if let Some(dump) = read(data, eof)? {
            return Ok(Some(dump));
        }
    }
    Ok(None)
}

/// The line between two records of GoReplay.
const GOREPLAY: &[u8] = "🐵🙈🙉".as_bytes();

/// GoReplay: `KIND ID TIME`, the time in Unix nanoseconds, and the bytes of a request (kind 1) or a response.
fn goreplay(data: &[u8], eof: bool) -> Result<Option<Dump>, NeedMore> {
    if data.starts_with(GOREPLAY) {
        return Ok(Some(Dump::other(first_line_length(data, eof)?)));
    }
    if !matches!(data, [b'1'..=b'3'] | [b'1'..=b'3', b' ', ..]) {
        return Ok(None);
    }
    let mut words = first_line(data, eof)?.splitn(4, |byte| *byte == b' ');
    let (Some(kind), Some(id), Some(time)) = (words.next(), words.next(), words.next()) else {
        return Ok(None);
    };
    let is_head = id.len() >= 8
        && id.iter().all(u8::is_ascii_alphanumeric)
        && time.len() >= 16
        && time.iter().all(u8::is_ascii_digit);
    if !is_head {
        return Ok(None);
    }
    let (end, separator) = until(data, eof, |line| line == GOREPLAY)?;
    let begin = first_line_length(data, eof)?;
    let time = std::str::from_utf8(time).ok().and_then(|time| time.parse::<i64>().ok());
    Ok(Some(Dump {
        length: end + separator,
        request: (kind == b"1").then_some(Dumped::InPlace(begin.min(end)..end)),
        time: time.map(|time| time / 1_000_000),
    }))
}

/// ModSecurity's native log: sections between lines such as `--a1b2c3d4-B--`; B is the head of a request, C its body.
fn modsecurity(data: &[u8], eof: bool) -> Result<Option<Dump>, NeedMore> {
    if !data.starts_with(b"--") {
        return Ok(None);
    }
    let section = |line: &[u8]| {
        let (id, kind) =
            line.strip_prefix(b"--")?.strip_suffix(b"--")?.split_at_checked(line.len().checked_sub(6)?)?;
        let is_id = !id.is_empty() && id.iter().all(u8::is_ascii_alphanumeric);
        (is_id && kind.len() == 2 && kind[0] == b'-').then(|| kind[1])
    };
    if section(first_line(data, eof)?) != Some(b'A') {
        return Ok(None);
    }
    let (end, last) = until(data, eof, |line| section(line) == Some(b'Z'))?;
    let mut text = Vec::new();
    let mut current = 0;
    for line in lines(&data[..end]) {
        match section(line.trim_ascii_end()) {
            Some(kind) => current = kind,
            None if matches!(current, b'B' | b'C') => text.extend_from_slice(line),
            None => {}
        }
    }
    let length = end + last;
    let gap = data[length..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    Ok(Some(Dump { length: length + gap, request: Some(Dumped::Text(text)), time: None }))
}

/// `curl -v`: `> ` before the lines of a request, `< ` before those of a response, `* ` before remarks.
fn curl(data: &[u8], eof: bool) -> Result<Option<Dump>, NeedMore> {
    let is_remark =
        |line: &[u8]| line.starts_with(b"* ") || line.starts_with(b"} [") || line.starts_with(b"{ [");
    match data {
        [b'>', b' ', ..] => {
            let line = first_line(data, eof)?.strip_prefix(b"> ");
            if line.and_then(parse_request_line).is_none() {
                return Ok(None);
            }
            let is_answer = |line: &[u8]| line.starts_with(b"< ") || is_remark(line);
            let head = until(data, eof, |line| !line.starts_with(b">"))?.0;
            let next = |line: &[u8]| is_answer(line) || line.starts_with(b"> ");
            let end = head + until(&data[head..], eof, next)?.0;
            let mut text = Vec::new();
            for line in lines(&data[..head]) {
                text.extend_from_slice(line.strip_prefix(b"> ").or(line.strip_prefix(b">")).unwrap_or(line));
            }
            text.extend_from_slice(&data[head..end]);
            Ok(Some(Dump { length: end, request: Some(Dumped::Text(text)), time: None }))
        }
        [b'<', b' ', ..] | [b'*', b' ', ..] => {
            let is_marked = |line: &[u8]| line.starts_with(b"<") || is_remark(line);
            if data[0] == b'*' && !is_remark(first_line(data, eof)?) {
                return Ok(None);
            }
            let head = until(data, eof, |line| !is_marked(line))?.0;
            let next = |line: &[u8]| is_marked(line) || line.starts_with(b"> ");
            Ok(Some(Dump::other(head + until(&data[head..], eof, next)?.0)))
        }
        _ => Ok(None),
    }
}

/// The file of a REST client: requests between lines that begin with `###`.
fn rest_client(data: &[u8], eof: bool) -> Result<Option<Dump>, NeedMore> {
    if !data.starts_with(b"###") {
        return Ok(None);
    }
    let title = first_line_length(data, eof)?;
    let is_title = |line: &[u8]| line.starts_with(b"###");
    let end = title + until(&data[title..], eof, is_title)?.0;
    let mut begin = title;
    for line in lines(&data[title..end]) {
        let line = line.trim_ascii();
        if parse_request_line(line).is_some() {
            return Ok(Some(Dump { length: end, request: Some(Dumped::InPlace(begin..end)), time: None }));
        }
        begin += line.len();
        begin = data[begin..end].iter().position(|byte| *byte == b'\n').map_or(end, |feed| begin + feed + 1);
    }
    Ok(Some(Dump::other(end)))
}

/// A response.
fn response(data: &[u8], eof: bool) -> Result<Option<Dump>, NeedMore> {
    Ok(response_length(data, eof)?.map(Dump::other))
}

/// A dump whose lines all have the same white space before them.
fn indented(data: &[u8], eof: bool) -> Result<Option<Dump>, NeedMore> {
    let indent = data.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    if indent == 0 || parse_request_line(first_line(data, eof)?.trim_ascii()).is_none() {
        return Ok(None);
    }
    let prefix = &data[..indent];
    let first = first_line_length(data, eof)?;
    let next = first_line(&data[first..], eof)?;
    // Blanks that a broken body left before a request are not the indentation of what follows.
    if !next.starts_with(prefix) && !next.trim_ascii().is_empty() {
        return Ok(None);
    }
    let ends = |line: &[u8]| match line.strip_prefix(prefix) {
        Some(inside) => parse_request_line(inside).is_some(),
        None => !line.trim_ascii().is_empty(),
    };
    let end = first + until(&data[first..], eof, ends)?.0;
    let mut text = Vec::new();
    for line in lines(&data[..end]) {
        // Only blank lines lack the indentation.
        text.extend_from_slice(line.strip_prefix(prefix).unwrap_or(b"\n"));
        if !text.ends_with(b"\n") {
            text.push(b'\n');
        }
    }
    Ok(Some(Dump { length: end, request: Some(Dumped::Text(text)), time: None }))
}

/// True for a line that begins a dump of requests, as far as one line tells.
pub(super) fn begins_dump(line: &[u8]) -> bool {
    let inside = line.strip_prefix(b"> ").unwrap_or(line.trim_ascii_start());
    let is_section = line.starts_with(b"--") && line.ends_with(b"-A--");
    let is_goreplay = matches!(line.first(), Some(b'1'..=b'3' | 0xf0))
        && matches!(goreplay(&[line, b"\n", GOREPLAY, b"\n"].concat(), true), Ok(Some(_)));
    is_section || is_goreplay || parse_request_line(inside).is_some()
}
