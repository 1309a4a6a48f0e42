//! Rows of a table, each a record.
//!
//! Comes in: a window of a table. Goes out: pieces; the text of a row is a JSON object of its cells. Must not: know how
//! cells are written.

use std::ops::Range;
use std::sync::Arc;

use super::frame::{Frame, RecordText, SkipReason, is_blank};
use super::framer::Framer;
use super::line::LineSpan;
use super::table::{TableHeader, header, row_end};

impl Framer {
    /// Adds a row; returns its end.
    fn row(&mut self, table: &TableHeader, data: &[u8], row: Range<usize>, frame: &mut Frame) -> usize {
        if data[row.clone()].iter().all(|byte| is_blank(*byte)) {
            return self.blank(data, row.start, row.end, frame);
        }
        let text = RecordText { bytes: table.object(&data[row.clone()]), is_row: true };
        self.text(text, data, row.start, row.end, frame)
    }

    /// Frames rows from `position`; returns how far everything is decided.
    pub(super) fn frame_rows(&mut self, data: &[u8], position: usize, eof: bool, frame: &mut Frame) -> usize {
        let mut position = position;
        while position < data.len() {
            let rest = &data[position..];
            if self.skip.is_some() {
                let line = LineSpan::at(data, position, eof);
                position = self.skip_bytes(data, position, line.end);
                if line.is_whole {
                    self.end_skip(line.end, frame);
                }
                continue;
            }
            let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if blank > 0 {
                position = self.blank(data, position, position + blank, frame);
                continue;
            }
            let Some(table) = self.table.clone() else {
                let line = LineSpan::at(data, position, eof);
                if line.end - line.start > self.max_record {
                    self.begin_skip(SkipReason::TooLong(self.max_record), data, position);
                    continue;
                }
                if !line.is_whole {
                    return position;
                }
                let names = data[line.start..line.end].trim_ascii_end();
                self.table =
                    Some(Arc::new(header(names).unwrap_or_else(|| TableHeader::new(b',', Vec::new()))));
                position = self.other(data, position, line.end, frame);
                continue;
            };
            match row_end(rest, table.delimiter, eof) {
                None if rest.len() <= self.max_record => return position,
                Some(length) if length <= self.max_record => {
                    position = self.row(&table, data, position..position + length, frame);
                }
                // What comes after its first line may be rows again.
                _ => self.begin_skip(SkipReason::TooLong(self.max_record), data, position),
            }
        }
        if eof {
            self.end_skip(data.len(), frame);
        }
        position
    }
}
