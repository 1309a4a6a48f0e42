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
use super::measure::{width, wrap};
use super::rows::Row;
use frame::Frame;
use ink::Ink;
use lanes::Lanes;
use line::Line;
use rails::Rails;

/// Appends a ladder.
pub fn text(out: &mut Vec<u8>, ladder: &Ladder<'_>, style: TextStyle) {
    let mut page = Page { style, out };
    page.title(ladder);
    let frames = [Frame::with_names(ladder, style), Frame::with_numbers(ladder, style)];
    if let Some(lanes) = frames.iter().find_map(|frame| Lanes::fitting(ladder, frame)) {
        lanes.draw(&mut page);
    } else if let Some(rails) = frames.iter().find_map(|frame| Rails::fitting(ladder, frame)) {
        rails.draw(&mut page);
    } else {
        let [names, numbers] = &frames;
        list::draw(&mut page, ladder, if names.places * 4 <= style.width { names } else { numbers });
    }
}

/// Columns of a name after which the legend does not line up what stands behind it.
const LONGEST_NAME: usize = 32;

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
    fn remarks(
        &mut self,
        frame: &Frame,
        ladder: &Ladder<'_>,
        row: &Row<'_>,
        indent: usize,
        begin: impl Fn() -> Line,
    ) {
        for remark in row.told() {
            let text = remark.words(|row| frame.place(&ladder.rows[row]));
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
        let names = ladder.lanes.iter().map(|lane| width(&self.style.shown(lane.name())));
        let widest = names.filter(|name| *name <= LONGEST_NAME).max().unwrap_or(0);
        for (index, lane) in ladder.lanes.iter().enumerate() {
            let mut line = Line::default();
            line.put(1, &format!("{:>digits$}", index + 1), Ink::Strong);
            let name = lane.name();
            let room = widest.saturating_sub(width(&self.style.shown(name)));
            let text = format!("{name}{:room$}  {}", "", lane.kind());
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
