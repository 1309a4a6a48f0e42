//! Lanes drawn close together under their numbers, with the words next to them, for calls with more people than there
//! is room for names.

use super::frame::Margins;
use super::line::TextLine;
use super::page::TextPage;
use crate::report::ink::Ink;
use crate::report::ladder::layout::{Arrow, Ladder};
use crate::report::ladder::row::LadderRow;
use crate::report::measure::{width, wrap};

/// Columns from lane to lane.
const STEP: usize = 2;
/// Least room for words, in columns; with less they are broken too often.
const WORDS: usize = 26;

/// A ladder whose lanes fit the width without their names.
pub(super) struct Rails<'l, 't> {
    ladder: &'l Ladder<'t>,
    frame: &'l Margins,
    /// Column of the words next to the lanes.
    words: usize,
}

impl<'l, 't> Rails<'l, 't> {
    /// None if they do not fit, or words and the names of sources do not fit next to them.
    pub(super) fn fitting(ladder: &'l Ladder<'t>, frame: &'l Margins) -> Option<Self> {
        let beside = frame.left + ladder.lanes.len() * STEP + 1;
        let room = frame.style.width.checked_sub(beside).filter(|room| *room >= WORDS)?;
        let times = frame.style.glyphs().times;
        let fits = |row: &LadderRow<'_>| width(&words(row, times)) + 2 + frame.places <= room;
        let fits = !frame.sources.is_empty() || ladder.rows.iter().all(fits);
        fits.then_some(Self { ladder, frame, words: beside })
    }

    pub(super) fn draw(&self, page: &mut TextPage<'_>) {
        page.people(self.ladder);
        page.sources(self.frame);
        page.blank();
        self.head(page);
        for (index, row) in self.ladder.rows.iter().enumerate() {
            page.before(row, |silent| self.bars(silent));
            self.row(page, index, row);
            page.remarks(self.frame, self.ladder, row, self.words, || self.bars(false));
        }
    }

    fn column(&self, lane: usize) -> usize {
        self.frame.left + lane * STEP
    }

    /// The numbers of the lanes, one digit on each line.
    fn head(&self, page: &mut TextPage<'_>) {
        let count = self.ladder.lanes.len();
        let digits = count.to_string().len();
        for digit in 0..digits {
            let mut line = TextLine::default();
            if digit + 1 == digits {
                self.frame.head(&mut line, self.ladder);
            }
            for lane in 0..count {
                let number = format!("{:>digits$}", lane + 1);
                line.put(self.column(lane), &number[digit..=digit], Ink::Strong);
            }
            page.line(&line);
        }
    }

    fn bars(&self, silent: bool) -> TextLine {
        let glyphs = self.frame.style.glyphs();
        let mut line = TextLine::default();
        let columns = (0..self.ladder.lanes.len()).map(|lane| self.column(lane));
        line.fill(columns, if silent { glyphs.silence } else { glyphs.bar }, Ink::Faint);
        line
    }

    fn row(&self, page: &mut TextPage<'_>, index: usize, row: &LadderRow<'_>) {
        let glyphs = self.frame.style.glyphs();
        let mut line = self.bars(false);
        self.frame.time(&mut line, self.ladder, row, self.frame.left - 2);
        if row.whole {
            let last = self.column(self.ladder.lanes.len() - 1);
            line.fill(self.column(0)..last, glyphs.span[1], Ink::Strong);
            line.put(last, glyphs.span[2], Ink::Strong);
            line.put(self.column(0), glyphs.span[0], Ink::Strong);
        } else {
            self.arrows(&mut line, index, row);
        }
        let place = self.frame.place(row);
        let words = words(row, glyphs.times);
        let room = page.style.width - self.words;
        let beside = width(&words) + 2 + width(&place) <= room;
        if beside {
            line.put(page.style.width - width(&place), &place, Ink::Faint);
        }
        let ink = if row.copied.is_some() { Ink::Faint } else { Ink::Plain };
        let below = if beside { Vec::new() } else { wrap(&place, room) };
        let words = wrap(&words, room).into_iter().map(|piece| (piece, ink));
        for (piece, ink) in words.chain(below.into_iter().map(|piece| (piece, Ink::Faint))) {
            line.put(self.words, &piece, ink);
            page.line(&line);
            line = self.bars(false);
        }
    }

    fn arrows(&self, line: &mut TextLine, index: usize, row: &LadderRow<'_>) {
        let glyphs = self.frame.style.glyphs();
        let arrows = self.ladder.arrows(index);
        for Arrow { from, to, .. } in &arrows {
            let (left, right) = (self.column(*from.min(to)), self.column(*from.max(to)));
            for column in left + 1..right {
                let crosses = (column - self.frame.left).is_multiple_of(STEP);
                line.put(column, if crosses { glyphs.cross } else { glyphs.line }, Ink::Arrow);
            }
            line.put(left, glyphs.from_left, Ink::Arrow);
            line.put(right, glyphs.from_right, Ink::Arrow);
        }
        for mark in &row.marks {
            line.put(self.column(mark.lane), glyphs.dot, Ink::Strong);
        }
        for Arrow { from, to, mutual } in arrows {
            let head = |tip: usize, other: usize| if tip > other { glyphs.right } else { glyphs.left };
            line.put(self.column(to), head(to, from), Ink::Arrow);
            if mutual {
                line.put(self.column(from), head(from, to), Ink::Arrow);
            }
        }
    }
}

/// Who did what, people by number.
fn words(row: &LadderRow<'_>, times: &str) -> String {
    if row.whole {
        return row.label_again(times);
    }
    let mut words = format!("{} {}", row.lane() + 1, row.label_again(times));
    for mark in &row.marks[1..] {
        words.push_str(&format!(", {} {}", mark.lane + 1, mark.event.as_str()));
    }
    words
}
