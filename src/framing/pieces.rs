//! Lines that a collector cut into pieces, and objects that a program wrote over several of its lines.
//!
//! CRI marks a piece with `P` and the last one with `F`; Docker leaves out the `\n` at the end of its `log`. Pieces of the
//! other stream may stand between them. The record is the last piece; the others are passed over.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::frame::Frame;
use super::framer::Framer;
use super::line::LineSpan;
use super::pending::PendingLine;
use super::value::{ValueEnd, string_end, value_end};

/// How Docker's json-file lines begin.
const DOCKER: &[u8] = b"{\"log\":\"";

/// The keys of them.
const KEYS: [&[u8]; 4] = [b"\"log\"", b"\"stream\"", b"\"time\"", b"\"attrs\""];

/// The key of its text.
static LOG: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\"log\""));

impl Framer {
    /// Frames a line of Docker's json-file log that is a piece; none for any other.
    pub(super) fn frame_docker(&mut self, data: &[u8], line: LineSpan, frame: &mut Frame) -> Option<usize> {
        let bytes = docker_line(data[line.start..line.end].trim_ascii_end())?;
        let bytes = bytes.as_ref();
        let inside = &bytes[DOCKER.len()..];
        if self.pending.is_empty() && is_whole_line(bytes) {
            return None;
        }
        let end = string_end(bytes, DOCKER.len());
        let tail = bytes.get(end..)?;
        let content = &inside[..end - 1 - DOCKER.len()];
        let stream = stream_of(tail)?.to_vec();
        let line_of_text = content.strip_suffix(b"\\n");
        let pieces = self.pending.remove(&stream);
        match (pieces, line_of_text) {
            (None, Some(text)) if !text.trim_ascii_end().ends_with(b"{") => None,
            (None, text) => {
                let is_object = text.is_some();
                let pieces = PendingLine { text: bytes[..end - 1].to_vec(), tail: tail.to_vec(), is_object };
                self.pending.insert(stream, pieces);
                Some(self.other(data, line.start, line.end, frame))
            }
            (Some(pieces), Some(text)) if pieces.is_object && !goes_on(text) => None,
            (Some(mut pieces), text) => {
                pieces.text.extend_from_slice(content);
                let is_done = match text {
                    Some(text) if pieces.is_object => text.starts_with(b"}") && is_whole(&pieces.text),
                    Some(_) => true,
                    None => false,
                };
                if is_done && pieces.text.len() + pieces.tail.len() < self.max_record {
                    pieces.text.push(b'"');
                    pieces.text.extend_from_slice(&pieces.tail);
                    return Some(self.rewritten(pieces.text, data, line.start, line.end, frame));
                }
                if !is_done && pieces.text.len() <= self.max_record {
                    self.pending.insert(stream, pieces);
                }
                Some(self.other(data, line.start, line.end, frame))
            }
        }
    }

    /// Frames a CRI line that is a piece; none for any other.
    pub(super) fn frame_cri(&mut self, data: &[u8], line: LineSpan, frame: &mut Frame) -> Option<usize> {
        let bytes = data[line.start..line.end].trim_ascii_end();
        let (stream, flag, content) = cri_line(bytes)?;
        let pieces = self.pending.remove(stream);
        match (pieces, flag) {
            (None, b'F') => None,
            (None, _) => {
                let pieces = PendingLine { text: bytes.to_vec(), ..PendingLine::default() };
                self.pending.insert(stream.to_vec(), pieces);
                Some(self.other(data, line.start, line.end, frame))
            }
            (Some(mut pieces), flag) => {
                pieces.text.extend_from_slice(content);
                let is_too_long = pieces.text.len() > self.max_record;
                if flag == b'P' && !is_too_long {
                    self.pending.insert(stream.to_vec(), pieces);
                    return Some(self.other(data, line.start, line.end, frame));
                }
                let holds_json =
                    self.contents.as_ref().is_none_or(|contents| contents.holds_json(&pieces.text));
                if is_too_long || !holds_json {
                    return Some(self.other_line(data, line, frame));
                }
                Some(self.rewritten(pieces.text, data, line.start, line.end, frame))
            }
        }
    }
}

/// A line of Docker's json-file log with its text first and nothing between its members, as Docker writes it. Programs that
/// pass such lines on write the same members in another order, or with blanks between them.
fn docker_line(line: &[u8]) -> Option<Cow<'_, [u8]>> {
    if line.starts_with(DOCKER) {
        return Some(Cow::Borrowed(line));
    }
    let first = line.strip_prefix(b"{")?.trim_ascii_start();
    // Other lines begin so, too, with a time; few have the text.
    if !KEYS.iter().any(|key| first.starts_with(key)) || LOG.find(line).is_none() {
        return None;
    }
    let (mut text, mut others) = (None, Vec::new());
    let mut rest = first;
    loop {
        let (key, after) = rest.split_at_checked(string_end(rest, 1)).filter(|_| rest.starts_with(b"\""))?;
        let after = after.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
        let ValueEnd::Whole(length) = value_end(after) else { return None };
        let (value, after) = after.split_at(length);
        if key == KEYS[0] {
            text = Some(value.strip_prefix(b"\"")?);
        } else {
            others.extend([&b","[..], key, b":", value].concat());
        }
        match after.trim_ascii_start() {
            [b',', more @ ..] => rest = more.trim_ascii_start(),
            [b'}'] => break,
            _ => return None,
        }
    }
    Some(Cow::Owned([DOCKER, text?, &others, b"}"].concat()))
}

/// False only for a line that is certainly none of Docker's, by the first letter of its first key.
#[inline]
pub(super) fn may_be_docker(line: &[u8]) -> bool {
    !matches!(line, [b'{', b'"', first, ..] if !KEYS.iter().any(|key| key[1] == *first))
}

/// True for a Docker line whose text ends with a line end and does not begin an object: nearly every one. Quick, since
/// the name of the stream, with its quotes, is in no string, and stands near the end.
fn is_whole_line(line: &[u8]) -> bool {
    const NEAR: usize = 192;
    static END: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\\n\",\"stream\":\""));
    let near = line.len().saturating_sub(NEAR);
    let end = END.find(&line[near..]);
    end.is_some_and(|end| !line[..near + end].trim_ascii_end().ends_with(b"{"))
}

/// The stream that a Docker line names.
fn stream_of(tail: &[u8]) -> Option<&[u8]> {
    const NAME: &[u8] = b"\"stream\":\"";
    let at = memchr::memmem::find(tail, NAME)? + NAME.len();
    Some(&tail[at..at + memchr::memchr(b'"', &tail[at..])?])
}

/// True for a line that goes on with an object, as it stands in a JSON string.
fn goes_on(content: &[u8]) -> bool {
    matches!(content, [b' ' | b'}' | b']', ..] | [b'\\', b'"' | b't', ..])
}

/// True if the text of a JSON string, from its first brace on, is an object.
fn is_whole(text: &[u8]) -> bool {
    let quoted = [&text[DOCKER.len() - 1..], b"\""].concat();
    let Ok(inside) = serde_json::from_slice::<String>(&quoted) else { return false };
    let brace = inside.find('{').unwrap_or(0);
    matches!(value_end(&inside.as_bytes()[brace..]), ValueEnd::Whole(_))
}

/// Stream, flag and content of a CRI line: `TIME stdout F content`.
fn cri_line(line: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let space = memchr::memchr(b' ', &line[..line.len().min(64)])?;
    let rest = &line[space + 1..];
    let stream = [&b"stdout"[..], b"stderr"].into_iter().find(|stream| rest.starts_with(stream))?;
    match &rest[stream.len()..] {
        [b' ', flag @ (b'P' | b'F'), b' ', content @ ..] => Some((&rest[..stream.len()], *flag, content)),
        _ => None,
    }
}
