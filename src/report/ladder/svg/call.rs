//! One call in a picture.

use super::pen::{COLUMN, MARGIN, Pen};
use crate::report::escape;
use crate::report::ink::Ink;
use crate::report::ladder::layout::{Arrow, Ladder};
use crate::report::ladder::moment::offset;
use crate::report::ladder::row::LadderRow;
use crate::report::measure::{clip, width, wrap};
use crate::report::quantity::duration;

/// Longest name, in columns; a longer one is cut, and the legend has it in full.
const NAME: usize = 26;
/// Longest line of the title, and of a fact, a name in the legend, or a finding, in columns.
const TITLE: usize = 90;
const WORDS: usize = 100;
/// Height of a line of words, of a row of the ladder, and of a line that belongs to the row above it.
const LINE: f64 = 19.0;
const ROW: f64 = 30.0;
const BELOW: f64 = 18.0;

pub(super) fn draw(pen: &mut Pen, ladder: &Ladder<'_>) {
    head(pen, ladder);
    let lanes = LaneColumns::of(ladder);
    lanes.names(pen);
    let behind = pen.behind();
    for (index, row) in ladder.rows.iter().enumerate() {
        lanes.before(pen, row);
        pen.down(ROW);
        lanes.row(pen, index, row);
        lanes.findings(pen, row);
    }
    pen.down(ROW * 0.6);
    pen.rails(behind, &lanes.xs);
}

/// The call's id and its facts.
fn head(pen: &mut Pen, ladder: &Ladder<'_>) {
    for line in wrap(&escape::terminal(&ladder.call_id), TITLE) {
        pen.down(20.0);
        pen.text(MARGIN, Ink::Title, &line);
    }
    pen.down(10.0);
    for (name, fact) in &ladder.facts {
        entry(pen, Ink::Faint, name, 12.0, fact);
    }
    pen.down(16.0);
}

/// A name, and lines of text, indented by that many columns.
fn entry(pen: &mut Pen, ink: Ink, name: &str, indent: f64, text: &str) {
    for (number, line) in wrap(&escape::terminal(text), WORDS).iter().enumerate() {
        pen.down(LINE);
        if number == 0 {
            pen.text(MARGIN, ink, name);
        }
        pen.text(MARGIN + indent * COLUMN, Ink::Plain, line);
    }
}

/// Where the lanes are.
struct LaneColumns<'l, 't> {
    ladder: &'l Ladder<'t>,
    xs: Vec<f64>,
    /// Columns that each lane has.
    columns: Vec<usize>,
    /// Where places in the input begin.
    places: f64,
    /// True if names are cut, so that lanes have numbers.
    numbered: bool,
    /// Where offsets end, and lanes begin.
    left: f64,
}

impl<'l, 't> LaneColumns<'l, 't> {
    fn of(ladder: &'l Ladder<'t>) -> Self {
        let names = ladder.lanes.iter().map(|lane| width(&escape::terminal(lane.name())));
        let numbered = names.clone().any(|name| name > NAME);
        let kinds = ladder.lanes.iter().map(|lane| width(&escape::terminal(&lane.kind())).min(NAME));
        let number = if numbered { 5 } else { 0 };
        let mut columns: Vec<usize> =
            names.zip(kinds).map(|(name, kind)| (name.min(NAME) + number).max(kind) + 5).collect();
        let (mut clock, mut offsets) = (8, 4);
        for row in &ladder.rows {
            clock = clock.max(row.time.map_or(0, |time| if time.millis == 0 { 8 } else { 12 }));
            offsets = offsets.max(row.offset.map_or(0, |millis| offset(millis).len()));
            for (index, mark) in row.marks.iter().enumerate().filter(|_| !row.whole) {
                columns[mark.lane] = columns[mark.lane].max(width(&row.label_at(index, "×")) + 7);
            }
        }
        let left = MARGIN + ((clock + offsets + 3).max(19)) as f64 * COLUMN;
        let mut xs = Vec::with_capacity(columns.len());
        let mut x = left + 24.0;
        for lane in &columns {
            xs.push(x);
            x += *lane as f64 * COLUMN;
        }
        let spans = ladder.rows.iter().filter(|row| row.whole).map(|row| width(&row.label()) + 8).max();
        let widest = left + spans.unwrap_or(0) as f64 * COLUMN;
        Self { ladder, xs, columns, places: x.max(widest), numbered, left }
    }

    /// Right end of the lanes.
    fn right(&self) -> f64 {
        self.places - 2.0 * COLUMN
    }

    /// The legend of names that are cut, and a box for every lane.
    fn names(&self, pen: &mut Pen) {
        for (index, lane) in self.ladder.lanes.iter().enumerate().filter(|_| self.numbered) {
            entry(pen, Ink::Strong, &(index + 1).to_string(), 6.0, lane.name());
        }
        pen.down(40.0);
        pen.text(MARGIN, Ink::Faint, &clip(&self.ladder.zone_name(), 18, "…"));
        for (index, lane) in self.ladder.lanes.iter().enumerate() {
            let name = clip(&escape::terminal(lane.name()), NAME, "…");
            let name = if self.numbered { format!("{} {name}", index + 1) } else { name };
            let kind = clip(&escape::terminal(&lane.kind()), NAME, "…");
            let x = self.xs[index] - 12.0;
            pen.card(x, (self.columns[index] - 2) as f64 * COLUMN, 20.0, 28.0);
            pen.text(x + 12.0, Ink::Strong, &name);
            pen.down(LINE);
            pen.text(x + 12.0, Ink::Faint, &kind);
            pen.down(-LINE);
        }
        pen.down(28.0);
    }

    /// What is shown before a row: silence, and a new day.
    fn before(&self, pen: &mut Pen, row: &LadderRow<'_>) {
        if let Some(seconds) = row.silence {
            pen.down(ROW);
            pen.card(MARGIN, self.right() - MARGIN, 15.0, 7.0);
            pen.text(MARGIN + COLUMN, Ink::Faint, &format!("⋮ {}", duration(f64::from(seconds))));
            pen.down(2.0);
        }
        if let Some(day) = &row.day {
            pen.down(ROW * 0.8);
            pen.text(MARGIN, Ink::Faint, day);
        }
    }

    fn row(&self, pen: &mut Pen, index: usize, row: &LadderRow<'_>) {
        let clock = row.time.map_or_else(|| "no time".to_owned(), |time| self.ladder.clock(time));
        pen.text(MARGIN, Ink::Plain, &clock);
        if let Some(millis) = row.offset {
            pen.text_before(self.left, Ink::Faint, &offset(millis));
        }
        pen.text(self.places, Ink::Faint, &row.place());
        let arrows = self.ladder.arrows(index);
        // Lines run through the middle of the letters.
        pen.down(-4.0);
        if row.whole {
            pen.card(self.xs[0] - 12.0, self.right() - self.xs[0] + 12.0, 12.0, 12.0);
        } else {
            for Arrow { from, to, mutual } in &arrows {
                pen.arrow(self.xs[*from], self.xs[*to], *mutual);
            }
            for mark in &row.marks {
                pen.dot(self.xs[mark.lane], row.copied.is_some());
            }
        }
        pen.down(4.0);
        if row.whole {
            pen.text(self.xs[0] + 12.0, Ink::Strong, &row.label_again("×"));
            return;
        }
        let ink = if row.copied.is_some() { Ink::Faint } else { Ink::Plain };
        let from_right = |Arrow { from, to, mutual }: &Arrow| {
            (*to == row.lane() && from > to) || (*mutual && *from == row.lane() && to > from)
        };
        // A head that points at the dot keeps its place.
        let behind_head = arrows.iter().any(from_right);
        for (number, mark) in row.marks.iter().enumerate() {
            let gap = if number == 0 && behind_head { 24.0 } else { 14.0 };
            pen.text_over(self.xs[mark.lane] + gap, ink, &row.label_at(number, "×"));
        }
    }

    fn findings(&self, pen: &mut Pen, row: &LadderRow<'_>) {
        let x = self.xs[row.lane()] + 14.0;
        for remark in row.told() {
            let text = remark.words(|row| self.ladder.rows[row].place());
            for line in wrap(&escape::terminal(&text), WORDS) {
                pen.down(BELOW);
                pen.text_over(x, Ink::of_level(remark.level), &line);
            }
        }
    }
}
