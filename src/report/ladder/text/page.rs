//! What all forms of a ladder share: its title, its findings, and its legends.

use super::frame::Margins;
use super::line::TextLine;
use crate::report::ink::{Ink, TextStyle};
use crate::report::ladder::layout::Ladder;
use crate::report::ladder::row::LadderRow;
use crate::report::measure::{width, wrap};
use crate::report::quantity::duration;

/// Longest name, in columns, with which the legend lines up what follows it.
const LONGEST_NAME: usize = 32;

/// The output that a ladder is drawn to.
pub(super) struct TextPage<'o> {
    pub(super) style: TextStyle,
    pub(super) out: &'o mut Vec<u8>,
}

impl TextPage<'_> {
    pub(super) fn line(&mut self, line: &TextLine) {
        line.write(self.out, self.style.color);
    }

    pub(super) fn blank(&mut self) {
        self.out.push(b'\n');
    }

    /// Text in lines from column `indent` on, the first of which may already have text.
    pub(super) fn paragraph(&mut self, mut first: TextLine, indent: usize, text: &str, ink: Ink) {
        let text = self.style.shown(text);
        for piece in wrap(&text, self.style.width.saturating_sub(indent).max(8)) {
            first.put(indent, &piece, ink);
            self.line(&std::mem::take(&mut first));
        }
    }

    /// The call's id and its facts.
    pub(super) fn title(&mut self, ladder: &Ladder<'_>) {
        let mut line = TextLine::default();
        line.put(0, "call", Ink::Faint);
        self.paragraph(line, 5, &ladder.call_id, Ink::Strong);
        self.blank();
        let indent = 2 + ladder.facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, fact) in &ladder.facts {
            self.paragraph(TextLine::beginning(name, Ink::Faint), indent + 1, fact, Ink::Plain);
        }
        self.blank();
    }

    /// What is shown before a row: silence, and a new day. `bars` makes the lines of the lanes; `true` asks for those
    /// of silence.
    pub(super) fn before(&mut self, row: &LadderRow<'_>, bars: impl Fn(bool) -> TextLine) {
        let silence = |seconds| format!("{} {}", self.style.glyphs().silence, duration(f64::from(seconds)));
        let said = [(row.silence.map(silence), true), (row.day.clone(), false)];
        for (text, silent) in said.into_iter().filter_map(|(text, silent)| Some((text?, silent))) {
            let mut line = bars(silent);
            line.put(1, &text, Ink::Faint);
            self.line(&line);
        }
    }

    /// The findings of a row, from column `indent` on; `begin` makes the beginning of each line.
    pub(super) fn remarks(
        &mut self,
        frame: &Margins,
        ladder: &Ladder<'_>,
        row: &LadderRow<'_>,
        indent: usize,
        begin: impl Fn() -> TextLine,
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

    /// Who takes part, by number.
    pub(super) fn people(&mut self, ladder: &Ladder<'_>) {
        let digits = ladder.lanes.len().to_string().len();
        let names = ladder.lanes.iter().map(|lane| width(&self.style.shown(lane.name())));
        let widest = names.filter(|name| *name <= LONGEST_NAME).max().unwrap_or(0);
        for (index, lane) in ladder.lanes.iter().enumerate() {
            let line = TextLine::beginning(&format!("{:>digits$}", index + 1), Ink::Strong);
            let name = lane.name();
            let room = widest.saturating_sub(width(&self.style.shown(name)));
            let text = format!("{name}{:room$}  {}", "", lane.kind());
            self.paragraph(line, digits + 3, &text, Ink::Plain);
        }
    }

    /// The sources, if rows only give their numbers.
    pub(super) fn sources(&mut self, frame: &Margins) {
        for (number, name) in frame.legend() {
            let indent = number.len() + 2;
            self.paragraph(TextLine::beginning(&number, Ink::Strong), indent, name, Ink::Plain);
        }
    }
}
