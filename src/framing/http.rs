//! Raw HTTP: requests one after another, with whatever damage the capture did to them.

use super::dump::{begins_dump, read_dump};
use super::extent::{NeedMore, line_at};
use super::format::Format;
use super::frame::{Frame, PieceKind, SkipReason, skip_blanks};
use super::framer::Framer;
use super::http_request::{RequestStep, before_feed, parse_line, read_request};
use super::request::{Request, Span, glued_to_noise, is_token};
use super::value::{ValueEnd, value_end};

/// How far past the longest record the reader looks for the end of a record before it gives up, in
/// bytes. Room for the line after the record, which proves a length right.
const LOOK_AHEAD: usize = 64 * 1024;

/// How much of a line is searched for a request line glued to its end, in bytes.
const GLUED_LINE: usize = 16 * 1024;

/// How far a window is decided after one more thing in it.
enum Advance {
    /// It goes on there.
    On(usize),
    /// No more can be decided, from there on, or it has another format.
    Stop(usize),
}

impl Framer {
    /// Frames whole requests from `position`; returns how far everything is decided.
    pub(super) fn frame_requests(
        &mut self,
        data: &[u8],
        position: usize,
        eof: bool,
        frame: &mut Frame,
    ) -> usize {
        let mut position = position;
        loop {
            if self.skip.is_some() {
                position = self.skip_to_request(data, position, eof, frame);
                if self.skip.is_some() {
                    return position;
                }
            }
            position = match self.frame_next(data, position, eof, frame) {
                Advance::On(next) => next,
                Advance::Stop(end) => return end,
            };
        }
    }

    /// Frames what stands at `position`: white space, a dump, a response, or a request.
    fn frame_next(&mut self, data: &[u8], position: usize, eof: bool, frame: &mut Frame) -> Advance {
        // An indented dump shows by the white space before it.
        let is_line = self.cursor.column == 1 && matches!(data.get(position), Some(b' ' | b'\t'));
        if is_line {
            match self.frame_dump(data, position, eof, frame) {
                Ok(None) => {}
                Ok(Some(next)) => return Advance::On(next),
                Err(NeedMore) => return Advance::Stop(position),
            }
        }
        let blank = position..end_of_blanks(data, position);
        let position = self.blank(data, blank.start, blank.end, frame);
        if blank.end > blank.start {
            self.indented = data[blank.end - 1] != b'\n';
        }
        if position == data.len() {
            return Advance::Stop(position);
        }
        if matches!(data[position], b' ' | b'\t') {
            return Advance::On(position);
        }
        match self.frame_marked(data, position, eof, frame) {
            Ok(None) => self.frame_request(data, position, eof, frame),
            Ok(Some(next)) if next != position => Advance::On(next),
            Ok(Some(_)) | Err(NeedMore) => Advance::Stop(position),
        }
    }

    /// Frames the request that begins at `position`, or begins to skip what stands there instead.
    fn frame_request(&mut self, data: &[u8], position: usize, eof: bool, frame: &mut Frame) -> Advance {
        let window = &data[position..];
        let limit = self.max_record.saturating_add(LOOK_AHEAD);
        let cut = window.len() > limit;
        let window = &window[..window.len().min(limit)];
        let step = match self.read_step(window, eof && !cut) {
            Err(NeedMore) if !cut => return Advance::Stop(position),
            // What would be decided if the input ended here, as long as it leaves something over.
            Err(NeedMore) => match self.read_step(window, true) {
                Ok(step @ RequestStep::Request(_, length)) if length < window.len() => step,
                _ => {
                    self.skip_oversized(data, position);
                    return Advance::On(position);
                }
            },
            Ok(step) => step,
        };
        Advance::On(match step {
            RequestStep::Request(_, length) if length > self.max_record => {
                self.skip_oversized(data, position);
                position
            }
            RequestStep::Request(request, length) => self.request(request, data, position, length, frame),
            RequestStep::Interrupted(length) => {
                self.begin_skip(SkipReason::Interrupted, data, position);
                let end = self.skip_bytes(data, position, position + length);
                self.end_skip(end, frame);
                end
            }
            RequestStep::NoRequest => {
                let line = before_feed(window);
                let like = request_line_like(&line[..glued_to_noise(line).unwrap_or(line.len())]);
                let reason = if like { SkipReason::RequestLine } else { SkipReason::Unreadable };
                self.begin_skip(reason, data, position);
                self.mid_line = true;
                position
            }
        })
    }

    /// What a window begins with that stands at the cursor.
    fn read_step(&mut self, window: &[u8], eof: bool) -> Result<RequestStep, NeedMore> {
        let is_first = self.records == 0 && self.cursor.line == 1;
        if self.indented && !self.after_body && !is_first {
            // No request, but its line has to be whole to say so.
            return line_at(window, 0, eof).map(|_| RequestStep::NoRequest);
        }
        self.closings.begin(self.cursor.offset, self.max_record);
        read_request(window, eof, &mut self.known, &mut self.closings)
    }

    /// Frames what is not a request: bytes before one that are not text, a dump, a response. Where lines of JSON begin, it
    /// stays where it is, and the format is another one from there.
    fn frame_marked(
        &mut self,
        data: &[u8],
        position: usize,
        eof: bool,
        frame: &mut Frame,
    ) -> Result<Option<usize>, NeedMore> {
        match data[position] {
            0 => {
                let length = data[position..].iter().take_while(|byte| **byte == 0).count();
                frame.holes.note(self.reach(), length);
                Ok(Some(self.blank(data, position, position + length, frame)))
            }
            b'{' if self.after_body && self.cursor.column == 1 => {
                let record = self.within_record(data, position);
                let is_last = eof || data.len() - position > self.max_record;
                if is_whole_line(record, is_last)? {
                    self.format = Format::JsonLines;
                    self.after_body = false;
                    return Ok(Some(position));
                }
                Ok(None)
            }
            _ if self.indented && !self.after_body => Ok(None),
            _ => self.frame_dump(data, position, eof, frame),
        }
    }

    /// What a record that begins there can be.
    fn within_record<'d>(&self, data: &'d [u8], position: usize) -> &'d [u8] {
        &data[position..data.len().min(position.saturating_add(self.max_record))]
    }

    /// Adds a request; returns its end.
    fn request(
        &mut self,
        request: Request,
        data: &[u8],
        start: usize,
        length: usize,
        frame: &mut Frame,
    ) -> usize {
        let kind = PieceKind::Request(frame.requests.len());
        let body = request.body.clone();
        frame.requests.push(request);
        let body = start + body.start..start + body.end;
        let end = self.record(kind, data, start, start + length, frame);
        self.further_callbacks(data, start, body, frame);
        self.after_body = true;
        self.indented = false;
        end
    }

    /// Adds the callbacks after the first that a request's body holds.
    fn further_callbacks(&mut self, data: &[u8], start: usize, body: Span, frame: &mut Frame) {
        let end = frame.pieces.last().map_or(start, |piece| piece.end);
        self.further_parts(&data[body], start, end, frame);
    }

    fn skip_oversized(&mut self, data: &[u8], position: usize) {
        self.begin_skip(SkipReason::TooLong(self.max_record), data, position);
        self.mid_line = true;
    }

    /// Skips up to the next request line, and ends the skipped range there or at the end of the input; otherwise skips
    /// as much as can be told.
    fn skip_to_request(&mut self, data: &[u8], position: usize, eof: bool, frame: &mut Frame) -> usize {
        let mut line = position;
        while line < data.len() {
            let rest = &data[line..];
            let (length, whole) = match memchr::memchr(b'\n', rest) {
                Some(feed) => (feed + 1, true),
                None => (rest.len(), eof),
            };
            if !whole {
                // A line that is too long to begin with a request line can still end with one.
                self.mid_line |= length > self.max_record;
                let kept = if self.mid_line { length.min(GLUED_LINE) } else { length };
                return self.skip_bytes(data, position, line + length - kept);
            }
            let begin = match self.dump_on_line(rest, length, eof) {
                Ok(true) => Some(0),
                Ok(false) => self.request_on_line(&rest[..length]),
                Err(NeedMore) => return self.skip_bytes(data, position, line),
            };
            if let Some(at) = begin {
                self.skip_bytes(data, position, line + at);
                self.end_skip(line + at, frame);
                self.mid_line = false;
                return line + at;
            }
            line += length;
            self.mid_line = false;
        }
        self.skip_bytes(data, position, line);
        if eof {
            self.end_skip(line, frame);
            self.mid_line = false;
        }
        line
    }

    /// Where a request begins on a line, or on what is left of one, that is being skipped.
    fn request_on_line(&self, line: &[u8]) -> Option<usize> {
        let most = self.max_record;
        if !self.mid_line && line.len() <= most && parse_line(line).is_some() {
            return Some(0);
        }
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let from = text.len().saturating_sub(GLUED_LINE);
        glued_to_noise(&text[from..]).map(|at| from + at).filter(|at| line.len() - at <= most)
    }

    /// Whether a dump begins with a line of that length, which is being skipped, and goes on after it.
    fn dump_on_line(&self, data: &[u8], length: usize, eof: bool) -> Result<bool, NeedMore> {
        let line = data[..length].trim_ascii_end();
        if self.mid_line || length > self.max_record || !begins_dump(line) {
            return Ok(false);
        }
        let window = &data[..data.len().min(self.max_record)];
        read_dump(window, eof || window.len() < data.len()).map(|dump| dump.is_some())
    }
}

/// The end of the blanks that begin at `from`, or the next indented line: whether that line is examined must not
/// depend on how much the reader has been given so far.
fn end_of_blanks(data: &[u8], from: usize) -> usize {
    let end = skip_blanks(data, from);
    let mut lines = memchr::memchr_iter(b'\n', &data[from..end]).map(|feed| from + feed + 1);
    lines.find(|line| matches!(data.get(*line), Some(b' ' | b'\t'))).unwrap_or(end)
}

/// Whether an object that begins there ends where its line ends. A body without its request line can be glued to the
/// request after it, and that is not a line of JSON.
fn is_whole_line(record: &[u8], is_last: bool) -> Result<bool, NeedMore> {
    let end = match value_end(record) {
        ValueEnd::Whole(end) => end,
        ValueEnd::Unfinished if !is_last => return Err(NeedMore),
        _ => return Ok(false),
    };
    match record[end..].iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')) {
        Some(byte) => Ok(*byte == b'\n'),
        None if is_last => Ok(true),
        None => Err(NeedMore),
    }
}

/// True for a line that looks like a request line, without being one: it begins like one (a token that begins with
/// a letter, as every method does, and a space), or ends in `HTTP/x.y`.
pub fn request_line_like(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let method = memchr::memchr(b' ', line).map_or(&[][..], |space| &line[..space]);
    if is_token(method) && method[0].is_ascii_alphabetic() {
        return true;
    }
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let Some(slash) = memchr::memmem::rfind(line, b"HTTP/") else {
        return false;
    };
    let version = &line[slash + 5..];
    memchr::memchr(b'.', version).is_some_and(|dot| digits(&version[..dot]) && digits(&version[dot + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_only_look_like_request_lines() {
        assert!(request_line_like(b"POST /?sdk"));
        assert!(request_line_like(b"get / HTTP/2.0\r"));
        assert!(!request_line_like(b"<html>"));
        assert!(!request_line_like(b"hello, world"));
        assert!(!request_line_like(b"-- MARK --"));
    }
}
