//! A line of a terminal, column by column, so that wide and combining characters line up.

use std::io::Write;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::report::ink::Ink;

/// One column.
#[derive(Clone, Debug)]
enum LineCell {
    /// What begins in it, where in the line's text.
    Begin(std::ops::Range<usize>, Ink),
    /// The rest of what began before it.
    More,
    Blank,
}

/// A line that is being drawn. Later text covers earlier text.
#[derive(Clone, Debug, Default)]
pub(super) struct TextLine {
    text: String,
    cells: Vec<LineCell>,
}

impl TextLine {
    /// A line that begins with text at column 1.
    pub(super) fn beginning(text: &str, ink: Ink) -> Self {
        let mut line = Self::default();
        line.put(1, text, ink);
        line
    }

    /// Puts text at a column; returns the column after it.
    pub(super) fn put(&mut self, mut column: usize, text: &str, ink: Ink) -> usize {
        for piece in text.graphemes(true) {
            let columns = piece.width();
            if columns == 0 {
                continue;
            }
            let begin = self.text.len();
            self.text.push_str(piece);
            if self.cells.len() < column + columns {
                self.cells.resize(column + columns, LineCell::Blank);
            }
            self.uncover(column);
            self.uncover(column + columns);
            self.cells[column] = LineCell::Begin(begin..self.text.len(), ink);
            self.cells[column + 1..column + columns].fill(LineCell::More);
            column += columns;
        }
        column
    }

    /// Puts one sign into several columns.
    pub(super) fn fill(&mut self, columns: impl IntoIterator<Item = usize>, sign: &str, ink: Ink) {
        for column in columns {
            self.put(column, sign, ink);
        }
    }

    /// Removes a wide character that a column would cut in two.
    fn uncover(&mut self, column: usize) {
        if !matches!(self.cells.get(column), Some(LineCell::More)) {
            return;
        }
        let begin =
            self.cells[..column].iter().rposition(|cell| !matches!(cell, LineCell::More)).unwrap_or(0);
        let end = self.cells[column..].iter().position(|cell| !matches!(cell, LineCell::More));
        let end = end.map_or(self.cells.len(), |end| column + end);
        self.cells[begin..end].fill(LineCell::Blank);
    }

    /// True if a range of columns is blank.
    pub(super) fn is_free(&self, columns: std::ops::Range<usize>) -> bool {
        let cells = self.cells.get(columns.start..columns.end.min(self.cells.len()));
        cells.is_none_or(|cells| cells.iter().all(|cell| matches!(cell, LineCell::Blank)))
    }

    /// Columns that it takes up.
    pub(super) fn width(&self) -> usize {
        self.cells.iter().rposition(|cell| !matches!(cell, LineCell::Blank)).map_or(0, |last| last + 1)
    }

    /// Appends the line, without trailing spaces, and a line feed.
    pub(super) fn write(&self, out: &mut Vec<u8>, color: bool) {
        let mut last = Ink::Plain;
        let mut turn = |out: &mut Vec<u8>, ink: Ink| {
            if color && ink != last {
                // Writing to memory cannot fail.
                drop(write!(out, "{:#}{}", last.style(), ink.style()));
                last = ink;
            }
        };
        for cell in &self.cells[..self.width()] {
            match cell {
                LineCell::Begin(range, ink) => {
                    turn(out, *ink);
                    out.extend_from_slice(self.text[range.clone()].as_bytes());
                }
                LineCell::Blank => out.push(b' '),
                LineCell::More => {}
            }
        }
        turn(out, Ink::Plain);
        out.push(b'\n');
    }
}
