//! What stands beside the lanes in every form: times on the left, places in the input on the right.

use super::ink::{Ink, TextStyle};
use super::line::Line;
use crate::render::duration;
use crate::render::ladder::layout::offset;
use crate::render::ladder::measure::width;
use crate::render::ladder::{Ladder, Row};

/// The columns beside the lanes.
pub(super) struct Frame {
    pub(super) style: TextStyle,
    /// Where the lanes begin.
    pub(super) left: usize,
    /// The sources, where they are too long to be named in every row.
    pub(super) sources: Vec<String>,
    /// Width of the places.
    pub(super) places: usize,
}

/// Columns that the name of a source may take up in every row.
const LONGEST_SOURCE: usize = 32;

/// What stands in the place of a time.
const NO_TIME: &str = "no time";

impl Frame {
    pub(super) fn of(ladder: &Ladder<'_>, style: TextStyle) -> Self {
        let mut names: Vec<String> = Vec::new();
        let mut clock = NO_TIME.len();
        let mut offsets = 0;
        for row in &ladder.rows {
            let name = style.shown(row.source);
            if !names.iter().any(|known| **known == *name) {
                names.push(name.into_owned());
            }
            clock = clock.max(row.time.map_or(0, |time| if time.millis == 0 { 8 } else { 12 }));
            offsets = offsets.max(row.offset.map_or(0, |millis| offset(millis).len()));
        }
        let fits = names.iter().all(|name| width(name) <= LONGEST_SOURCE.min(style.width / 4));
        let sources = if fits { Vec::new() } else { names };
        let mut frame = Self { style, left: 0, sources, places: 0 };
        // A date and its distance from UTC have room there, too.
        frame.left = (clock + offsets + 3).max(18) + 1;
        frame.places = ladder.rows.iter().map(|row| width(&frame.place(row))).max().unwrap_or(0);
        frame
    }

    /// Where a row stands in the input.
    pub(super) fn place(&self, row: &Row<'_>) -> String {
        let name = self.style.shown(row.source);
        match self.sources.iter().position(|known| **known == *name) {
            Some(index) => row.place_in(&format!("#{}", index + 1)),
            None => row.place_in(&name),
        }
    }

    /// Puts a row's time and distance from the start.
    pub(super) fn time(&self, line: &mut Line, ladder: &Ladder<'_>, row: &Row<'_>) {
        let clock = row.time.map_or_else(|| NO_TIME.to_owned(), |time| ladder.clock(time));
        line.put(1, &clock, Ink::Plain);
        if let Some(millis) = row.offset {
            let text = offset(millis);
            line.put(self.left - 2 - text.len(), &text, Ink::Faint);
        }
    }

    /// What is said before a row: a new day, and silence.
    pub(super) fn before(&self, ladder: &Ladder<'_>, day: &mut String, row: &Row<'_>) -> Vec<(Line, bool)> {
        let mut lines = Vec::new();
        let mut line = Line::default();
        if let Some(seconds) = row.silence {
            let text = format!("{} {}", self.style.glyphs().silence, duration(f64::from(seconds)));
            line.put(1, &text, Ink::Faint);
            lines.push((line, true));
        }
        if let Some(time) = row.time {
            let today = ladder.day(time);
            if today != *day {
                let mut line = Line::default();
                line.put(1, &today, Ink::Faint);
                *day = today;
                lines.push((line, false));
            }
        }
        lines
    }

    /// The legend of the sources, under the ladder.
    pub(super) fn legend(&self) -> impl Iterator<Item = (String, &str)> {
        self.sources.iter().enumerate().map(|(index, name)| (format!("#{}", index + 1), name.as_str()))
    }
}
