//! JSON documents: arrays of records, however long, and objects with such arrays inside.
//!
//! A document is read element by element, so that memory is bounded by one of them. What is damaged costs itself. A line
//! of many objects is read in the same way; it ends with the line.

use super::frame::{Frame, PieceKind, is_blank};
use super::framer::Framer;
use super::lines::{LINE, STREAMED};
use super::value::{ValueEnd, begins_array, open_brackets, string_end, value_end};

/// How often the next sound element is looked for after a damaged one, before what comes next counts as one.
const MOST_ATTEMPTS: usize = 256;

/// What stands in for a closing bracket within a string that is longer than a record.
const STRING: u8 = b'"';

impl Framer {
    /// Frames elements from `position`; returns how far everything is decided. The document is done when no bracket is open.
    pub(super) fn frame_document(
        &mut self,
        data: &[u8],
        position: usize,
        eof: bool,
        frame: &mut Frame,
    ) -> usize {
        let mut position = position;
        while let Some(closer) = self.open.last().copied() {
            if position >= data.len() {
                return position;
            }
            let next = match closer {
                b']' | LINE => self.frame_in_array(data, position, eof, frame),
                STRING => self.frame_in_string(data, position, eof, frame),
                _ => self.frame_in_object(data, position, eof, frame),
            };
            match next {
                Some(next) => position = next,
                None => return position,
            }
        }
        self.follows_value = true;
        position
    }

    /// Frames what stands in an array: white space, an element, or its end.
    fn frame_in_array(
        &mut self,
        data: &[u8],
        position: usize,
        eof: bool,
        frame: &mut Frame,
    ) -> Option<usize> {
        let is_line = self.open.last() == Some(&LINE);
        let is_between =
            |byte: &u8| matches!(byte, b',' | 0) || (is_blank(*byte) && !(is_line && *byte == b'\n'));
        let gap = data[position..].iter().take_while(|byte| is_between(byte)).count();
        if gap > 0 {
            return Some(self.blank(data, position, position + gap, frame));
        }
        if matches!((data[position], is_line), (b']' | b'}', _) | (b'\n', true)) {
            self.open.pop();
            return Some(self.blank(data, position, position + 1, frame));
        }
        let limit = data.len().min(position.saturating_add(self.longest_line()));
        let window = &data[position..limit];
        let is_cut = !eof && limit == data.len();
        let plain = self.contents.as_ref().and_then(|contents| contents.plain_length(window));
        if let Some(length) = plain.filter(|length| *length <= self.max_record) {
            return Some(self.one_record(data, position..position + length, frame));
        }
        let end = value_end(window);
        if !matches!(end, ValueEnd::Whole(length) if length <= STREAMED)
            && window.len() > STREAMED
            && let Some(next) = self.enter_arrays(data, position, frame)
        {
            return Some(next);
        }
        match end {
            // A number may go on after the window.
            ValueEnd::Whole(length)
                if length == window.len() && is_cut && !matches!(window[0], b'{' | b'[' | b'"') =>
            {
                None
            }
            ValueEnd::Whole(length) if matches!(window[0], b'{' | b'[' | b'"') => {
                Some(self.unit(data, position..position + length, frame))
            }
            ValueEnd::Whole(length) => Some(self.other(data, position, position + length, frame)),
            ValueEnd::Unfinished if is_cut => None,
            _ => self.frame_damaged_element(data, position, eof, frame),
        }
    }

    /// Passes over the members of an object around arrays, up to the next array of records or the object's end.
    fn frame_in_object(
        &mut self,
        data: &[u8],
        position: usize,
        eof: bool,
        frame: &mut Frame,
    ) -> Option<usize> {
        let mut index = position;
        while let Some(byte) = data.get(index) {
            match byte {
                b'"' => {
                    let end = string_end(data, index + 1);
                    if end >= data.len() && !eof {
                        if data.len() - index > self.max_record {
                            self.open.push(STRING);
                            return Some(self.other(data, position, index + 1, frame));
                        }
                        break;
                    }
                    index = end;
                    continue;
                }
                b'{' => self.open.push(b'}'),
                b'[' => match begins_array(&data[index..], eof) {
                    None => break,
                    Some(true) => {
                        self.open.push(b']');
                        return Some(self.other(data, position, index + 1, frame));
                    }
                    Some(false) => self.open.push(b')'),
                },
                b'}' | b']' => {
                    self.open.pop();
                    if !matches!(self.open.last(), Some(b'}' | b')')) {
                        return Some(self.other(data, position, index + 1, frame));
                    }
                }
                _ => {}
            }
            index += 1;
        }
        (index > position).then(|| self.other(data, position, index, frame))
    }

    /// Passes over what is left of a string that is longer than a record.
    fn frame_in_string(
        &mut self,
        data: &[u8],
        position: usize,
        eof: bool,
        frame: &mut Frame,
    ) -> Option<usize> {
        let end = string_end(data, position);
        let is_closed = data.get(end.wrapping_sub(1)) == Some(&b'"') && end <= data.len();
        if is_closed {
            self.open.pop();
            return Some(self.other(data, position, end, frame));
        }
        // An escape may be cut in two.
        let kept = if eof { 0 } else { data.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 };
        let end = data.len() - kept;
        (end > position).then(|| self.other(data, position, end, frame))
    }

    /// Goes into a value that is longer than [`STREAMED`], if an array of records is open there that no callback holds;
    /// returns where its elements begin.
    pub(super) fn enter_arrays(&mut self, data: &[u8], start: usize, frame: &mut Frame) -> Option<usize> {
        let head = data.get(start..start + STREAMED)?;
        let open = open_brackets(head)?;
        let begins = |at: usize| begins_array(&head[at..], true) == Some(true);
        let array = open.iter().position(|(closer, at)| *closer == b']' && begins(*at))?;
        let before = &head[..open[array].1];
        if self.contents.as_ref().is_some_and(|contents| contents.is_within_callback(before)) {
            return None;
        }
        if self.open.last() == Some(&LINE) {
            self.open.pop();
        }
        self.open.extend(open[..=array].iter().map(|(closer, _)| *closer));
        Some(self.between(data, start, start + before.len() + 1, frame))
    }

    /// Frames an element that is not sound: it ends where the next sound object begins, at the start of a line or after a
    /// comma.
    fn frame_damaged_element(
        &mut self,
        data: &[u8],
        position: usize,
        eof: bool,
        frame: &mut Frame,
    ) -> Option<usize> {
        let is_line = self.open.last() == Some(&LINE);
        let longest = self.max_record.max(STREAMED);
        let mut attempts = 0;
        let mut from = position + 1;
        let found = loop {
            let next = match is_line {
                true => memchr::memchr2(b'{', b'\n', data.get(from..)?),
                false => memchr::memchr(b'{', data.get(from..)?),
            };
            let Some(at) = next.map(|at| from + at) else { break None };
            if data[at] == b'\n' {
                break Some(at);
            }
            from = at + 1;
            let before = data[position..at].trim_ascii_end();
            let gap = &data[position + before.len()..at];
            if !before.ends_with(b",") && !gap.contains(&b'\n') {
                continue;
            }
            attempts += 1;
            let limit = data.len().min(at.saturating_add(longest));
            match value_end(&data[at..limit]) {
                ValueEnd::Whole(_) => break Some(at),
                ValueEnd::Unfinished if !eof && limit == data.len() => return None,
                _ if attempts > MOST_ATTEMPTS => break Some(at),
                _ => {}
            }
        };
        let end = match found {
            Some(end) => end,
            None if eof || data.len() - position > longest => data.len(),
            None => return None,
        };
        let content = data[position..end].trim_ascii_end();
        let content = content.strip_suffix(b",").unwrap_or(content).len();
        if content > self.max_record {
            self.skip_unit(data, position..position + content, frame);
        } else {
            self.record(PieceKind::Line, data, position, position + content, frame);
        }
        Some(self.blank(data, position + content, end, frame))
    }
}
