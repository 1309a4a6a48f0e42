//! Lanes side by side, with what happened written at them.

use super::frame::Margins;
use super::line::TextLine;
use super::page::TextPage;
use crate::report::ink::Ink;
use crate::report::ladder::lanes::Lane;
use crate::report::ladder::layout::{Arrow, Ladder};
use crate::report::ladder::row::LadderRow;
use crate::report::measure::{clip, width};

/// A ladder whose lanes fit the width.
pub(super) struct WideLanes<'l, 't> {
    ladder: &'l Ladder<'t>,
    frame: &'l Margins,
    /// Column of each lane's line.
    columns: Vec<usize>,
    /// Columns that each lane has from its line on.
    widths: Vec<usize>,
}

/// Columns of a name that a lane makes room for.
const NAME: usize = 22;
/// Columns that a lane has at most beyond what it needs.
const SPARE: usize = 12;
/// Least width of a lane, in columns; with less, no arrow is visible.
const SHORTEST: usize = 12;

impl<'l, 't> WideLanes<'l, 't> {
    /// None if they do not fit.
    pub(super) fn fitting(ladder: &'l Ladder<'t>, frame: &'l Margins) -> Option<Self> {
        let count = ladder.lanes.len();
        let room = frame.style.width.checked_sub(frame.left + frame.places + 1)?;
        if count == 0 || count * SHORTEST > room {
            return None;
        }
        let name =
            |lane: &Lane<'_>| width(&frame.style.shown(lane.name())).min(NAME).max(width(&lane.kind())) + 2;
        let mut widths: Vec<usize> = ladder.lanes.iter().map(name).collect();
        let times = frame.style.glyphs().times;
        let mut spans = 0;
        for row in &ladder.rows {
            if row.whole {
                spans = spans.max(width(&row.label_at(0, times)) + 4);
                continue;
            }
            for (index, mark) in row.marks.iter().enumerate() {
                let needed = width(&row.label_at(index, times)) + 4;
                widths[mark.lane] = widths[mark.lane].max(needed);
            }
        }
        widths[count - 1] += spans.saturating_sub(widths.iter().sum());
        let spare = room.checked_sub(widths.iter().sum())?;
        let extra = (spare / count.max(2)).min(SPARE);
        widths[..count - 1].iter_mut().for_each(|width| *width += extra);
        let mut columns = vec![frame.left];
        for width in &widths[..count - 1] {
            columns.push(columns[columns.len() - 1] + width);
        }
        Some(Self { ladder, frame, columns, widths })
    }

    pub(super) fn draw(&self, page: &mut TextPage<'_>) {
        let numbered = self.head(page);
        for (index, row) in self.ladder.rows.iter().enumerate() {
            page.before(row, |silent| self.bars(silent));
            page.line(&self.row(index, row));
            // A finding needs some room; lanes in its way are interrupted.
            let indent =
                (self.columns[row.lane()] + 2).min(page.style.width.saturating_sub(50)).max(self.frame.left);
            page.remarks(self.frame, self.ladder, row, indent, || self.bars_before(indent));
        }
        if numbered || !self.frame.sources.is_empty() {
            page.blank();
        }
        if numbered {
            page.people(self.ladder);
        }
        page.sources(self.frame);
    }

    /// Names, roles and platforms; true if names had to be cut, so that lanes are numbered.
    fn head(&self, page: &mut TextPage<'_>) -> bool {
        let style = page.style;
        let names: Vec<_> = self.ladder.lanes.iter().map(|lane| style.shown(lane.name())).collect();
        let numbered = names.iter().zip(&self.widths).any(|(name, room)| width(name) + 1 > *room);
        let mut lines = [TextLine::default(), TextLine::default()];
        self.frame.head(&mut lines[0], self.ladder);
        for (index, lane) in self.ladder.lanes.iter().enumerate() {
            let number = if numbered { format!("{} ", index + 1) } else { String::new() };
            let name = clip(&format!("{number}{}", names[index]), self.widths[index] - 1, style.glyphs().cut);
            lines[0].put(self.columns[index], &name, Ink::Strong);
            let kind = clip(&style.shown(&lane.kind()), self.widths[index] - 1, style.glyphs().cut);
            lines[1].put(self.columns[index], &kind, Ink::Faint);
        }
        lines.iter().for_each(|line| page.line(line));
        numbered
    }

    fn bars(&self, silent: bool) -> TextLine {
        let glyphs = self.frame.style.glyphs();
        let mut line = TextLine::default();
        let sign = if silent { glyphs.silence } else { glyphs.bar };
        line.fill(self.columns.iter().copied(), sign, Ink::Faint);
        line
    }

    fn bars_before(&self, indent: usize) -> TextLine {
        let mut line = TextLine::default();
        let columns = self.columns.iter().copied().take_while(|column| *column < indent);
        line.fill(columns, self.frame.style.glyphs().bar, Ink::Faint);
        line
    }

    fn row(&self, index: usize, row: &LadderRow<'_>) -> TextLine {
        let mut line = self.bars(false);
        self.frame.time(&mut line, self.ladder, row, self.frame.left - 2);
        if row.whole {
            self.span(&mut line, row);
        } else {
            self.ladder.arrows(index).into_iter().for_each(|arrow| self.arrow(&mut line, arrow));
            let glyphs = self.frame.style.glyphs();
            for (number, mark) in row.marks.iter().enumerate() {
                let column = self.columns[mark.lane];
                line.put(column, glyphs.dot, Ink::Strong);
                let begin = column + if line.is_free(column + 1..column + 2) { 1 } else { 2 };
                let text = format!(" {} ", row.label_at(number, glyphs.times));
                line.put(begin, &text, if row.copied.is_some() { Ink::Faint } else { Ink::Plain });
            }
        }
        let place = self.frame.place(row);
        line.put(self.frame.style.width - width(&place), &place, Ink::Faint);
        line
    }

    fn arrow(&self, line: &mut TextLine, Arrow { from, to, mutual }: Arrow) {
        let glyphs = self.frame.style.glyphs();
        let (left, right) = (self.columns[from.min(to)], self.columns[from.max(to)]);
        line.put(left, glyphs.from_left, Ink::Arrow);
        line.put(right, glyphs.from_right, Ink::Arrow);
        line.fill(left + 1..right, glyphs.line, Ink::Arrow);
        let crossed = self.columns.iter().copied().filter(|column| (left + 1..right).contains(column));
        line.fill(crossed, glyphs.cross, Ink::Arrow);
        if from < to || mutual {
            line.put(right - 1, glyphs.right, Ink::Arrow);
        }
        if from > to || mutual {
            line.put(left + 1, glyphs.left, Ink::Arrow);
        }
    }

    /// What concerns the whole call: a bar over all lanes.
    fn span(&self, line: &mut TextLine, row: &LadderRow<'_>) {
        let glyphs = self.frame.style.glyphs();
        let [begin, middle, end] = glyphs.span;
        let text = format!(" {} ", row.label_at(0, glyphs.times));
        let first = self.columns[0];
        let last = self.columns[self.columns.len() - 1].max(first + 1 + width(&text));
        line.fill(first..last, middle, Ink::Strong);
        line.put(last, end, Ink::Strong);
        line.put(first, begin, Ink::Strong);
        line.put(first + 1, &text, Ink::Plain);
    }
}
