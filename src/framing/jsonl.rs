//! JSON Lines: one record a line.

use super::frame::{Frame, PieceKind, SkipReason, is_blank};
use super::framer::Framer;

impl Framer {
    /// Frames whole lines from `position`; returns where the unfinished last one begins.
    pub(super) fn frame_lines(
        &mut self,
        data: &[u8],
        position: usize,
        eof: bool,
        frame: &mut Frame,
    ) -> usize {
        let mut position = position;
        while position < data.len() {
            let (end, finished) = match memchr::memchr(b'\n', &data[position..]) {
                Some(index) => (position + index + 1, true),
                None => (data.len(), eof),
            };
            if self.skip.is_none() {
                let line = &data[position..end];
                if content_length(line) > self.max_record {
                    self.begin_skip(SkipReason::TooLong(self.max_record), data, position);
                } else if finished {
                    position = if line[0] <= b' ' && line.iter().all(|byte| is_blank(*byte)) {
                        self.blank(data, position, end, frame)
                    } else if line.ends_with(b"\n") {
                        self.line(position, end, frame)
                    } else {
                        self.record(PieceKind::Line, data, position, end, frame)
                    };
                    continue;
                } else {
                    return position;
                }
            }
            position = self.skip_bytes(data, position, end);
            if finished {
                self.end_skip(end, frame);
            }
        }
        if eof {
            self.end_skip(data.len(), frame);
        }
        position
    }
}

/// Length of a line without its line end. One that has none yet may still end in a carriage return that
/// belongs to it, so that is left out as well.
fn content_length(line: &[u8]) -> usize {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line).len()
}
