//! Objects over several lines of text, each with the prefix of its logger.

use super::frame::{Frame, PieceKind, RecordText};
use super::framer::Framer;
use super::line::{LineSpan, continues};
use super::value::{ValueEnd, value_end};

impl Framer {
    /// Frames an object that a line of text leaves open, with the lines that go on with it. `Some(None)` if none does,
    /// `None` if more has to be known.
    pub(super) fn frame_continued(
        &mut self,
        data: &[u8],
        line: LineSpan,
        eof: bool,
        frame: &mut Frame,
    ) -> Option<Option<usize>> {
        let first = data[line.start..line.end].trim_ascii_end();
        let Some(brace) = opens(first) else { return Some(None) };
        let prefix = &first[..brace];
        let mut text = first.to_vec();
        let mut end = line.end;
        while text.len() <= self.max_record {
            if end == data.len() {
                return if eof { Some(None) } else { None };
            }
            let next = LineSpan::at(data, end, eof);
            let bytes = &data[next.start..next.end];
            if !next.is_whole {
                return None;
            }
            let Some(content) = continuation(prefix, bytes) else { return Some(None) };
            text.push(b'\n');
            text.extend_from_slice(content.trim_ascii_end());
            end = next.end;
            if content.trim_ascii().starts_with(b"}") {
                match value_end(&text[brace..]) {
                    ValueEnd::Whole(_) => {
                        return Some(Some(self.rewritten(text, data, line.start, end, frame)));
                    }
                    ValueEnd::Unfinished => {}
                    ValueEnd::Damaged => return Some(None),
                }
            }
        }
        Some(None)
    }

    /// Adds a record whose text is not the bytes that it stands in; returns its end.
    pub(super) fn rewritten(
        &mut self,
        text: Vec<u8>,
        data: &[u8],
        start: usize,
        end: usize,
        frame: &mut Frame,
    ) -> usize {
        self.text(RecordText { bytes: text, is_row: false }, data, start, end, frame)
    }

    /// The same of any text.
    pub(super) fn text(
        &mut self,
        text: RecordText,
        data: &[u8],
        start: usize,
        end: usize,
        frame: &mut Frame,
    ) -> usize {
        let kind = PieceKind::Text(frame.texts.len());
        let end = self.record(kind, data, start, end, frame);
        self.further_parts(&text.bytes, start, end, frame);
        frame.texts.push(text);
        end
    }
}

/// Where a line opens an object that it does not close, at its end.
fn opens(line: &[u8]) -> Option<usize> {
    let brace = memchr::memchr(b'{', line)?;
    matches!(line.last()?, b'{' | b',' | b'[' | b':').then_some(())?;
    (value_end(&line[brace..]) == ValueEnd::Unfinished).then_some(brace)
}

/// What a line adds to an object whose first line has that prefix: what comes after the same prefix but for digits, or
/// all of a line without one.
fn continuation<'l>(prefix: &[u8], line: &'l [u8]) -> Option<&'l [u8]> {
    match same_prefix(prefix, line) {
        Some(length) => Some(&line[length..]),
        None => continues(line).then_some(line),
    }
}

/// Length of the prefix that a line begins with, if it is that one but for digits.
fn same_prefix(prefix: &[u8], line: &[u8]) -> Option<usize> {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (mut at, mut in_line) = (0, 0);
    while at < prefix.len() {
        let run = digits(&prefix[at..]);
        if run > 0 {
            let other = digits(line.get(in_line..)?);
            if other == 0 {
                return None;
            }
            at += run;
            in_line += other;
        } else if line.get(in_line) == Some(&prefix[at]) {
            at += 1;
            in_line += 1;
        } else {
            return None;
        }
    }
    Some(in_line)
}
