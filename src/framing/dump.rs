//! Dumps: requests as tools write them, each between marks of its own.
//!
//! A dump is a row of [`DUMPS`]: what its first line looks like, and how its request is read. Responses are dumps without
//! a request.

use super::extent::{More, line_at};
use super::frame::{Frame, PieceKind, RecordText};
use super::framer::Framer;
use super::http::{RequestStep, read_request};
use super::known_lines::KnownLines;
use super::request::{ContentLengthFlaw, FlawKind, Request, parse_request_line};

/// What a tool wrote for one request, or for something else.
struct Dump {
    /// Bytes in all.
    length: usize,
    /// The request: where it stands, or its text without marks.
    request: Option<Dumped>,
    /// When it was captured, in Unix milliseconds.
    time: Option<i64>,
}

enum Dumped {
    InPlace(std::ops::Range<usize>),
    Text(Vec<u8>),
}

impl Dump {
    /// Something without a request.
    fn other(length: usize) -> Self {
        Self { length, request: None, time: None }
    }
}

/// Reads the dump that `data` begins with; none if it does not begin with one of its kind.
type ReadDump = fn(&[u8], bool) -> Result<Option<Dump>, More>;

/// The kinds of dumps.
const DUMPS: [ReadDump; 6] = [goreplay, modsecurity, curl, rest_client, response, indented];

impl Framer {
    /// Frames a dump at the start of a line; none where none begins.
    pub(super) fn frame_dump(
        &mut self,
        data: &[u8],
        position: usize,
        eof: bool,
        frame: &mut Frame,
    ) -> Result<Option<usize>, More> {
        let limit = data.len().min(position + self.max_record);
        let (window, eof) = (&data[position..limit], eof || limit < data.len());
        for read in DUMPS {
            if let Some(dump) = read(window, eof)? {
                return Ok(Some(self.dumped(data, position, dump, frame)));
            }
        }
        Ok(None)
    }

    fn dumped(&mut self, data: &[u8], position: usize, dump: Dump, frame: &mut Frame) -> usize {
        let end = position + dump.length;
        self.after_body = true;
        self.indented = false;
        let request = match dump.request {
            None => None,
            Some(Dumped::InPlace(range)) => {
                let (start, end) = (position + range.start, position + range.end);
                let text = &data[start..end];
                request_of(text, dump.time).map(|(request, length)| (request, start, start + length, None))
            }
            Some(Dumped::Text(text)) => {
                request_of(&text, dump.time).map(|(request, _)| (request, position, end, Some(text)))
            }
        };
        let Some((mut request, start, stop, text)) = request else {
            return self.other(data, position, end, frame);
        };
        if let Some(text) = text {
            request.text = Some(frame.texts.len());
            frame.texts.push(RecordText { bytes: text, is_row: false });
        }
        self.other(data, position, start, frame);
        let kind = PieceKind::Request(frame.requests.len());
        frame.requests.push(request);
        self.record(kind, data, start, stop, frame);
        let after = &data[stop..end];
        if after.iter().all(|byte| super::frame::is_blank(*byte)) {
            self.blank(data, stop, end, frame)
        } else {
            self.other(data, stop, end, frame)
        }
    }
}

/// The request that a text begins with, which ends with it at the latest. Marks say where it ends, so a missing length
/// is no flaw.
fn request_of(text: &[u8], time: Option<i64>) -> Option<(Request, usize)> {
    let read = read_request(text, true, &mut KnownLines::default());
    let Ok(RequestStep::Request(mut request, length)) = read else { return None };
    request.flaws.retain(|flaw| !matches!(flaw.kind, FlawKind::ContentLength(ContentLengthFlaw::Missing)));
    request.time = time;
    Some((request, length))
}

/// Lines of a text, with their line ends.
fn lines(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split_inclusive(|byte| *byte == b'\n')
}

/// The first line without its line end.
fn first_line(data: &[u8], eof: bool) -> Result<&[u8], More> {
    line_at(data, 0, eof).map(<[u8]>::trim_ascii_end)
}

/// Bytes up to a line for which `ends` is true, and the length of that line; `Err` if it may still come.
fn until(data: &[u8], eof: bool, ends: impl Fn(&[u8]) -> bool) -> Result<(usize, usize), More> {
    let mut at = 0;
    for line in lines(data) {
        if !line.ends_with(b"\n") && !eof {
            return Err(More);
        }
        if ends(line.trim_ascii_end()) {
            return Ok((at, line.len()));
        }
        at += line.len();
    }
    if eof { Ok((data.len(), 0)) } else { Err(More) }
}

/// The line between two records of GoReplay.
const GOREPLAY: &[u8] = "🐵🙈🙉".as_bytes();

/// GoReplay: `KIND ID TIME`, the time in Unix nanoseconds, and the bytes of a request (kind 1) or a response.
fn goreplay(data: &[u8], eof: bool) -> Result<Option<Dump>, More> {
    if data.starts_with(GOREPLAY) {
        return Ok(Some(Dump::other(line_at(data, 0, eof)?.len() + 1)).map(|mut dump| {
            dump.length = dump.length.min(data.len());
            dump
        }));
    }
    if !matches!(data.first(), Some(b'1'..=b'3')) {
        return Ok(None);
    }
    let line = first_line(data, eof)?;
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let [kind @ (b"1" | b"2" | b"3"), id, time, ..] = words[..] else { return Ok(None) };
    let is_head = id.len() >= 8
        && id.iter().all(u8::is_ascii_alphanumeric)
        && time.len() >= 16
        && time.iter().all(u8::is_ascii_digit);
    if !is_head {
        return Ok(None);
    }
    let (end, separator) = until(data, eof, |line| line == GOREPLAY)?;
    let begin = memchr::memchr(b'\n', data).map_or(data.len(), |feed| feed + 1);
    let time = std::str::from_utf8(time).ok().and_then(|time| time.parse::<i64>().ok());
    Ok(Some(Dump {
        length: end + separator,
        request: (kind == b"1").then_some(Dumped::InPlace(begin.min(end)..end)),
        time: time.map(|time| time / 1_000_000),
    }))
}

/// ModSecurity's native log: sections between lines such as `--a1b2c3d4-B--`; B is the head of a request, C its body.
fn modsecurity(data: &[u8], eof: bool) -> Result<Option<Dump>, More> {
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
fn curl(data: &[u8], eof: bool) -> Result<Option<Dump>, More> {
    let is_remark =
        |line: &[u8]| line.starts_with(b"* ") || line.starts_with(b"} [") || line.starts_with(b"{ [");
    match data {
        [b'>', b' ', ..] => {
            if parse_request_line(&first_line(data, eof)?[2..]).is_none() {
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
fn rest_client(data: &[u8], eof: bool) -> Result<Option<Dump>, More> {
    if !data.starts_with(b"###") {
        return Ok(None);
    }
    let title = line_at(data, 0, eof)?.len() + 1;
    let title = title.min(data.len());
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

/// A response, whose body is as long as it says, whatever is in it.
fn response(data: &[u8], eof: bool) -> Result<Option<Dump>, More> {
    if !data.starts_with(b"HTTP/") {
        return Ok(None);
    }
    let status = first_line(data, eof)?;
    let mut words = status.split(|byte| *byte == b' ').skip(1);
    if !words.next().is_some_and(|code| code.len() == 3 && code.iter().all(u8::is_ascii_digit)) {
        return Ok(None);
    }
    let (head, blank) = until(data, eof, |line| line.is_empty() || parse_request_line(line).is_some())?;
    let is_blank = data[head..head + blank].trim_ascii().is_empty();
    if !is_blank {
        return Ok(Some(Dump::other(head)));
    }
    let body = head + blank;
    let header = |name: &str| {
        lines(&data[..head]).find_map(|line| {
            let (key, value) = line.split_at_checked(memchr::memchr(b':', line)?)?;
            key.eq_ignore_ascii_case(name.as_bytes()).then(|| value[1..].trim_ascii())
        })
    };
    let length =
        header("content-length").and_then(|value| std::str::from_utf8(value).ok()?.parse::<usize>().ok());
    let code = status.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    if code.starts_with(b"1") || code == b"204" || code == b"304" {
        return Ok(Some(Dump::other(body)));
    }
    if header("transfer-encoding").is_some() {
        let mut headers = super::request::Headers::default();
        return match super::chunked::scan_chunks(data, body, &mut headers) {
            super::chunked::ChunkScan::Whole { end } => Ok(Some(Dump::other(end))),
            super::chunked::ChunkScan::Unfinished if !eof => Err(More),
            _ => Ok(Some(Dump::other(body))),
        };
    }
    match length {
        Some(length) if body + length <= data.len() => Ok(Some(Dump::other(body + length))),
        Some(_) if !eof => Err(More),
        Some(_) => Ok(Some(Dump::other(body))),
        // Without a length the body is the JSON value there, if there is one.
        None => match super::extent::json_extent(data, body, eof) {
            super::extent::Extent::Complete { end, .. } => Ok(Some(Dump::other(end))),
            super::extent::Extent::Unfinished if !eof => Err(More),
            _ => Ok(Some(Dump::other(body))),
        },
    }
}

/// A dump whose lines all have the same white space before them.
fn indented(data: &[u8], eof: bool) -> Result<Option<Dump>, More> {
    let indent = data.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    if indent == 0 || parse_request_line(first_line(data, eof)?.trim_ascii()).is_none() {
        return Ok(None);
    }
    let prefix = &data[..indent];
    let first = memchr::memchr(b'\n', data).map_or(data.len(), |feed| feed + 1);
    let ends = |line: &[u8]| match line.strip_prefix(prefix) {
        Some(inside) => parse_request_line(inside).is_some(),
        None => !line.trim_ascii().is_empty(),
    };
    let end = first + until(&data[first..], eof, ends)?.0;
    let mut text = Vec::new();
    for line in lines(&data[..end]) {
        text.extend_from_slice(line.strip_prefix(prefix).unwrap_or_else(|| line.trim_ascii_start()));
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
    let is_goreplay = matches!(goreplay(&[line, b"\n", GOREPLAY, b"\n"].concat(), true), Ok(Some(_)));
    is_section || is_goreplay || parse_request_line(inside).is_some()
}

/// Length of the `100 Continue` that stands before a body, if one does.
pub(super) fn interim_response(data: &[u8], eof: bool) -> Result<usize, More> {
    const BEGIN: &[u8] = b"HTTP/1.1 1";
    let begins =
        data.starts_with(BEGIN) || (data.len() < BEGIN.len() && BEGIN.starts_with(data) && !data.is_empty());
    if !begins {
        return Ok(0);
    }
    Ok(response(data, eof)?.map_or(0, |dump| dump.length))
}
