//! What is next to the lanes in every form: times on the left, places in the input on the right.

use super::line::TextLine;
use crate::report::ink::{Ink, TextStyle};
use crate::report::ladder::layout::Ladder;
use crate::report::ladder::moment::offset;
use crate::report::ladder::row::LadderRow;
use crate::report::measure::{clip, width};

/// The columns next to the lanes.
pub(super) struct Margins {
    pub(super) style: TextStyle,
    /// Where times and distances from the start end.
    pub(super) times: usize,
    /// Where the lanes begin.
    pub(super) left: usize,
    /// The sources, if rows only give their numbers.
    pub(super) sources: Vec<String>,
    /// Width of the places.
    pub(super) places: usize,
}

/// Written instead of a time.
const NO_TIME: &str = "no time";
/// Columns of a date and its distance from UTC.
const DAY: usize = 18;

impl Margins {
    /// One with the names of the sources in every row.
    pub(super) fn with_names(ladder: &Ladder<'_>, style: TextStyle) -> Self {
        let (mut clock, mut offsets) = (NO_TIME.len(), 0);
        for row in &ladder.rows {
            clock = clock.max(row.time.map_or(0, |time| if time.millis == 0 { 8 } else { 12 }));
            offsets = offsets.max(row.offset.map_or(0, |millis| offset(millis).len()));
        }
        let times = clock + offsets + 2;
        Self { style, times, left: times.max(DAY) + 2, sources: Vec::new(), places: 0 }.measured(ladder)
    }

    /// One with the numbers of the sources, whose names go into a legend.
    pub(super) fn with_numbers(ladder: &Ladder<'_>, style: TextStyle) -> Self {
        let mut sources: Vec<String> = Vec::new();
        for row in &ladder.rows {
            let name = style.shown(row.source);
            if !sources.iter().any(|known| **known == *name) {
                sources.push(name.into_owned());
            }
        }
        Self { sources, ..Self::with_names(ladder, style) }.measured(ladder)
    }

    fn measured(mut self, ladder: &Ladder<'_>) -> Self {
        self.places = ladder.rows.iter().map(|row| width(&self.place(row))).max().unwrap_or(0);
        self
    }

    /// The place of a row in the input.
    pub(super) fn place(&self, row: &LadderRow<'_>) -> String {
        let name = self.style.shown(row.source);
        match self.sources.iter().position(|known| **known == *name) {
            Some(index) => row.place_in(&format!("#{}", index + 1)),
            None => row.place_in(&name),
        }
    }

    /// Puts a row's time, and its distance from the start, which ends before column `end`.
    pub(super) fn time(&self, line: &mut TextLine, ladder: &Ladder<'_>, row: &LadderRow<'_>, end: usize) {
        let clock = row.time.map_or_else(|| NO_TIME.to_owned(), |time| ladder.clock(time));
        line.put(1, &clock, Ink::Plain);
        if let Some(millis) = row.offset {
            let text = offset(millis);
            line.put(end - text.len(), &text, Ink::Faint);
        }
    }

    /// Heads the times.
    pub(super) fn head(&self, line: &mut TextLine, ladder: &Ladder<'_>) {
        let zone = self.style.shown(&ladder.zone_name()).into_owned();
        let long = format!("time ({zone})");
        let room = self.left - 2;
        let fits = if width(&long) <= room { long } else { clip(&zone, room, self.style.glyphs().cut) };
        line.put(1, &fits, Ink::Faint);
    }

    /// The legend of the sources, under the ladder.
    pub(super) fn legend(&self) -> impl Iterator<Item = (String, &str)> {
        self.sources.iter().enumerate().map(|(index, name)| (format!("#{}", index + 1), name.as_str()))
    }
}
