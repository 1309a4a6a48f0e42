//! Lines: a record a line, with text before or after its JSON; objects over several lines; lines of text between them.
//!
//! An array, and an object too long to be one record, is a document, which is framed in its own file. What is decided
//! depends on the input alone, not on how much of it is in the window: `None` asks for more.

use std::ops::Range;

use super::dump::begins_dump;
use super::format::Format;
use super::frame::{Frame, PieceKind, SkipReason, is_blank};
use super::framer::Framer;
use super::line::{LineSpan, content_length, continues};
use super::pieces::may_be_docker;
use super::request::is_token;
use super::value::{ValueEnd, begins_array, value_end};

/// Bytes of a value after which its arrays are read element by element, and of a line after which its objects are.
pub(super) const STREAMED: usize = 1 << 20;

/// What stands in for a closing bracket where a line is read object by object.
pub(super) const LINE: u8 = b'\n';

impl Framer {
    /// Frames lines from `position`; returns how far everything is decided.
    pub(super) fn frame_lines(
        &mut self,
        data: &[u8],
        position: usize,
        eof: bool,
        frame: &mut Frame,
    ) -> usize {
        let mut position = position;
        while position < data.len() {
            if !self.open.is_empty() {
                position = self.frame_document(data, position, eof, frame);
                if !self.open.is_empty() {
                    return position;
                }
                continue;
            }
            let line = LineSpan::at(data, position, eof);
            if self.skip.is_some() {
                position = self.skip_bytes(data, position, line.end);
                if line.is_whole {
                    self.end_skip(line.end, frame);
                }
                continue;
            }
            if self.usual_line(data, line, frame) {
                position = line.end;
                continue;
            }
            match self.frame_line(data, line, eof, frame) {
                Some(next) if self.format != Format::JsonLines => return next,
                Some(next) => position = next,
                None if data.len() - position > self.longest_line() => {
                    self.begin_skip(SkipReason::TooLong(self.max_record), data, position);
                }
                None => return position,
            }
        }
        if eof {
            self.end_skip(data.len(), frame);
        }
        position
    }

    /// Bytes of a line, or of an element, that are waited for.
    pub(super) fn longest_line(&self) -> usize {
        // Room for the line end.
        self.max_record.max(STREAMED).saturating_add(2)
    }

    /// Frames a line as nearly all are: an object without white space around it that is one record. False for any other.
    fn usual_line(&mut self, data: &[u8], line: LineSpan, frame: &mut Frame) -> bool {
        let bytes = &data[line.start..line.end];
        let is_object = bytes.starts_with(b"{\"") && bytes.ends_with(b"}\n") && self.cursor.column == 1;
        let is_short = bytes.len() <= STREAMED.min(self.max_record);
        if !is_object || !is_short || may_be_docker(bytes) {
            return false;
        }
        if let Some(contents) = &self.contents
            && contents.may_have_parts(data, &(line.start..line.end), &mut self.marks)
        {
            return false;
        }
        self.follows_value = true;
        self.line(line.start, line.end, frame);
        true
    }

    /// Frames one line, or all lines of an object; returns where what it framed ends, none if more has to be known.
    fn frame_line(&mut self, data: &[u8], line: LineSpan, eof: bool, frame: &mut Frame) -> Option<usize> {
        let bytes = &data[line.start..line.end];
        let is_short = bytes.len() <= STREAMED;
        match bytes.first()? {
            // What Python writes of a dictionary is not damaged JSON, but text.
            b'{' if bytes.get(1) == Some(&b'\'') => {
                return if line.is_whole { self.frame_text(data, line, eof, frame) } else { None };
            }
            // What nearly every line is.
            b'{' if line.is_whole && is_short && bytes.trim_ascii_end().ends_with(b"}") => {
                if let Some(end) = self.frame_docker(data, line, frame) {
                    return Some(end);
                }
                return Some(self.unit(data, line.start..line.end, frame));
            }
            0 | 0xef => {
                if let Some(length) = hole(bytes, line.is_whole)? {
                    frame.holes.note(self.reach(), length);
                    return Some(self.blank(data, line.start, line.start + length, frame));
                }
            }
            _ => {}
        }
        let Some(first) = bytes.iter().position(|byte| !is_blank(*byte)) else {
            return line.is_whole.then(|| self.blank(data, line.start, line.end, frame));
        };
        let rest = &data[line.start + first..];
        match rest[0] {
            b'{' => self.frame_object(data, line, eof, frame),
            b'[' => match begins_array(rest, eof)? {
                true => {
                    self.open = vec![b']'];
                    Some(self.blank(data, line.start, line.start + first + 1, frame))
                }
                false if !line.is_whole => None,
                false if matches!(value_end(bytes), ValueEnd::Whole(_)) => {
                    Some(self.unit(data, line.start..line.end, frame))
                }
                false => self.frame_text(data, line, eof, frame),
            },
            _ if !line.is_whole => None,
            b',' | b']' | b'}' if self.follows_value && bytes.iter().all(|byte| is_closing(*byte)) => {
                Some(self.blank(data, line.start, line.end, frame))
            }
            _ => self.frame_text(data, line, eof, frame),
        }
    }

    /// Frames the object that a line begins with, and what else stands on its last line.
    fn frame_object(&mut self, data: &[u8], line: LineSpan, eof: bool, frame: &mut Frame) -> Option<usize> {
        let LineSpan { start, end, is_whole } = line;
        let is_short = end - start <= STREAMED;
        if is_short && !is_whole {
            return None;
        }
        if is_short {
            match value_end(&data[start..end]) {
                ValueEnd::Whole(_) => return Some(self.unit(data, start..end, frame)),
                ValueEnd::Damaged => return self.frame_damaged(data, line, eof, frame),
                ValueEnd::Unfinished => {}
            }
        }
        if data.len() - start > STREAMED
            && let Some(next) = self.enter_arrays(data, start, frame)
        {
            return Some(next);
        }
        let limit = data.len().min(start.saturating_add(self.longest_line()));
        match value_end(&data[start..limit]) {
            ValueEnd::Whole(length) if !is_short && start + length <= end => {
                // A line of many objects is read one by one.
                self.open = vec![LINE];
                Some(start)
            }
            ValueEnd::Whole(length) => {
                let last = LineSpan::at(data, start + length, eof);
                last.is_whole.then(|| self.unit(data, start..last.end, frame))
            }
            ValueEnd::Unfinished if !eof && limit == data.len() => None,
            _ => self.frame_damaged(data, line, eof, frame),
        }
    }

    /// Frames a line that begins a damaged object, with the lines that go on with it.
    fn frame_damaged(&mut self, data: &[u8], line: LineSpan, eof: bool, frame: &mut Frame) -> Option<usize> {
        if !line.is_whole {
            return None;
        }
        let mut end = line.end;
        let goes_on = data[line.start..end].trim_ascii_end().ends_with(b"{");
        while goes_on && end - line.start <= self.longest_line() {
            if end == data.len() {
                if eof {
                    break;
                }
                return None;
            }
            if !continues(&data[end..]) {
                break;
            }
            let next = LineSpan::at(data, end, eof);
            if !next.is_whole {
                return None;
            }
            end = next.end;
        }
        Some(self.unit(data, line.start..end, frame))
    }

    /// Frames a line that begins with text.
    fn frame_text(&mut self, data: &[u8], line: LineSpan, eof: bool, frame: &mut Frame) -> Option<usize> {
        let bytes = &data[line.start..line.end];
        if content_length(bytes) > self.max_record {
            return Some(self.skip_unit(data, line.start..line.end, frame));
        }
        if let Some(end) = self.frame_cri(data, line, frame) {
            return Some(end);
        }
        if begins_dump(bytes.trim_ascii_end()) && begins_http(data, line, eof)? {
            self.format = Format::Http;
            self.after_body = false;
            self.indented = false;
            return Some(line.start);
        }
        if memchr::memchr(b'{', bytes).is_none() {
            return Some(self.other_line(data, line, frame));
        }
        if self.contents.as_ref().is_some_and(|contents| contents.is_plain_line(bytes)) {
            return Some(self.one_record(data, line.start..line.end, frame));
        }
        let holds_json = self.contents.as_ref().is_none_or(|contents| contents.holds_json(bytes));
        if holds_json {
            return Some(self.unit(data, line.start..line.end, frame));
        }
        match self.frame_continued(data, line, eof, frame)? {
            Some(end) => Some(end),
            None => Some(self.other_line(data, line, frame)),
        }
    }

    /// Passes over a line of text.
    pub(super) fn other_line(&mut self, data: &[u8], line: LineSpan, frame: &mut Frame) -> usize {
        self.follows_value = false;
        frame.other_lines.note(self.reach(), 1);
        self.other(data, line.start, line.end, frame)
    }

    /// Adds the records of a unit; returns its end.
    pub(super) fn unit(&mut self, data: &[u8], unit: Range<usize>, frame: &mut Frame) -> usize {
        let bytes = &data[unit.clone()];
        if content_length(bytes) > self.max_record {
            return self.skip_unit(data, unit, frame);
        }
        let parts = match &self.contents {
            Some(contents) if contents.may_have_parts(data, &unit, &mut self.marks) => contents.parts(bytes),
            _ => Vec::new(),
        };
        if parts.is_empty() {
            return self.one_record(data, unit, frame);
        }
        self.follows_value = true;
        let mut done = unit.start;
        for part in parts {
            let (start, end) = (unit.start + part.range.start, unit.start + part.range.end);
            if part.nth > 0 {
                self.part(start, part.nth, done, frame);
            } else {
                self.between(data, done, start, frame);
                done = self.record(PieceKind::Line, data, start, end, frame);
            }
        }
        self.between(data, done, unit.end, frame)
    }

    /// Adds a record that is a whole unit; returns its end.
    pub(super) fn one_record(&mut self, data: &[u8], unit: Range<usize>, frame: &mut Frame) -> usize {
        self.follows_value = true;
        let bytes = &data[unit.clone()];
        let is_one_line = self.cursor.column == 1 && memchr::memchr(b'\n', bytes) == Some(bytes.len() - 1);
        match is_one_line {
            true => self.line(unit.start, unit.end, frame),
            false => self.record(PieceKind::Line, data, unit.start, unit.end, frame),
        }
    }

    /// Skips a unit that is too long; returns its end.
    pub(super) fn skip_unit(&mut self, data: &[u8], unit: Range<usize>, frame: &mut Frame) -> usize {
        self.begin_skip(SkipReason::TooLong(self.max_record), data, unit.start);
        let end = self.skip_bytes(data, unit.start, unit.end);
        self.end_skip(end, frame);
        end
    }

    /// Passes over what stands between the records of a unit; returns its end.
    pub(super) fn between(&mut self, data: &[u8], start: usize, end: usize, frame: &mut Frame) -> usize {
        if data[start..end].iter().all(|byte| is_closing(*byte) || matches!(byte, b'[' | b'{')) {
            self.blank(data, start, end, frame)
        } else {
            self.other(data, start, end, frame)
        }
    }
}

/// True for what may stand after a value: white space, a comma, a closing bracket.
fn is_closing(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b',' | b']' | b'}')
}

/// True for a request line with a header line after it; none if that has to be seen.
fn begins_http(data: &[u8], line: LineSpan, eof: bool) -> Option<bool> {
    let next = LineSpan::at(data, line.end, eof);
    if !next.is_whole && data.len() - next.start < 4096 {
        return None;
    }
    let text = data[next.start..next.end].trim_ascii();
    let text = text.strip_prefix(b"> ").unwrap_or(text);
    let name = memchr::memchr(b':', text).map_or(&[][..], |colon| &text[..colon]);
    Some(is_token(name) || begins_dump(text))
}

/// Length of the NUL bytes or of the byte order mark that a line begins with, if it does; none while that cannot be told.
fn hole(line: &[u8], is_whole: bool) -> Option<Option<usize>> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    if line[0] == 0 {
        return Some(Some(line.iter().take_while(|byte| **byte == 0).count()));
    }
    if line.starts_with(MARK) {
        return Some(Some(MARK.len()));
    }
    if !is_whole && MARK.starts_with(line) { None } else { Some(None) }
}
