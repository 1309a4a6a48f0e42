//! A ladder as text, in the first of three forms that fits the width: lanes with what happened written at them, lanes
//! drawn close together with the words beside them, or a list. Whatever the form, every callback is there.
//!
//! Comes in: a [`Ladder`] and a [`TextStyle`]. Goes out: lines no wider than the style says. Must not: drop anything
//! silently. What is too long for its place is cut with `…` and given in full in the legend.

mod frame;
mod ink;
mod lanes;
mod line;
mod list;
mod rails;

pub use ink::TextStyle;

use super::layout::Ladder;
use frame::Frame;
use ink::Ink;
use line::Line;

use super::measure::wrap;

/// Appends a ladder.
pub fn text(out: &mut Vec<u8>, ladder: &Ladder<'_>, style: TextStyle) {
    let mut page = Page { style, out };
    page.title(ladder);
    let frame = Frame::of(ladder, style);
    match lanes::Lanes::fitting(ladder, &frame) {
        Some(lanes) => lanes.draw(&mut page),
        None if rails::fits(ladder, &frame) => rails::draw(&mut page, ladder, &frame),
        None => list::draw(&mut page, ladder, &frame),
    }
}

/// Where lines go.
struct Page<'o> {
    style: TextStyle,
    out: &'o mut Vec<u8>,
}

impl Page<'_> {
    fn line(&mut self, line: &Line) {
        line.write(self.out, self.style.color);
    }

    fn blank(&mut self) {
        self.out.push(b'\n');
    }

    /// Text in lines from column `indent` on, the first of which may have something before it.
    fn paragraph(&mut self, mut first: Line, indent: usize, text: &str, ink: Ink) {
        let text = self.style.shown(text);
        for piece in wrap(&text, self.style.width.saturating_sub(indent).max(8)) {
            first.put(indent, &piece, ink);
            self.line(&std::mem::take(&mut first));
        }
    }

    /// The call's id and its facts.
    fn title(&mut self, ladder: &Ladder<'_>) {
        let mut line = Line::default();
        line.put(0, "call", Ink::Faint);
        self.paragraph(line, 5, ladder.call_id, Ink::Strong);
        self.blank();
        let indent = 2 + ladder.facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, fact) in &ladder.facts {
            let mut line = Line::default();
            line.put(1, name, Ink::Faint);
            self.paragraph(line, indent + 1, fact, Ink::Plain);
        }
        self.blank();
    }

    /// The findings of a row, from column `indent` on; `begin` makes the beginning of each line.
    fn remarks(&mut self, row: &super::Row<'_>, indent: usize, begin: impl Fn() -> Line) {
        for remark in row.told() {
            let text = format!("{} {}: {}", remark.level.as_str(), remark.rule.name(), remark.message);
            let text = self.style.shown(&text);
            let width = self.style.width.saturating_sub(indent + 2).max(8);
            for (index, piece) in wrap(&text, width).into_iter().enumerate() {
                let mut line = begin();
                if index == 0 {
                    line.put(indent, "!", Ink::of_level(remark.level));
                }
                line.put(indent + 2, &piece, Ink::of_level(remark.level));
                self.line(&line);
            }
        }
    }
}

impl Page<'_> {
    /// Who takes part, by number.
    fn people(&mut self, ladder: &Ladder<'_>) {
        let digits = ladder.lanes.len().to_string().len();
        for (index, lane) in ladder.lanes.iter().enumerate() {
            let mut line = Line::default();
            line.put(1, &format!("{:>digits$}", index + 1), Ink::Strong);
            let text = format!("{}  {}", lane.name(), lane.kind());
            self.paragraph(line, digits + 3, &text, Ink::Plain);
        }
    }

    /// The sources, where rows only give their numbers.
    fn sources(&mut self, frame: &Frame) {
        for (number, name) in frame.legend() {
            let mut line = Line::default();
            line.put(1, &number, Ink::Strong);
            self.paragraph(line, number.len() + 2, name, Ink::Plain);
        }
    }
}
