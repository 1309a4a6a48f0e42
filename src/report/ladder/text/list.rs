//! A list, one callback after another, for calls with more people than lanes fit.

use super::frame::Margins;
use super::line::TextLine;
use super::page::TextPage;
use crate::report::ink::Ink;
use crate::report::ladder::layout::Ladder;
use crate::report::ladder::row::LadderRow;
use crate::report::measure::{clip, wrap};
use crate::report::quantity::counted;

/// Columns of a name in every row.
const NAME: usize = 24;

/// Column of findings.
const REMARKS: usize = 3;

pub(super) fn draw(page: &mut TextPage<'_>, ladder: &Ladder<'_>, frame: &Margins) {
    page.people(ladder);
    page.sources(frame);
    page.blank();
    let lanes = counted(ladder.lanes.len() as u64, "lane");
    let why = format!("a list, since {lanes} and their labels do not fit into {} columns:", page.style.width);
    page.paragraph(TextLine::default(), 1, &why, Ink::Faint);
    for (index, row) in ladder.rows.iter().enumerate() {
        page.before(row, |_| TextLine::default());
        let mut line = TextLine::default();
        frame.time(&mut line, ladder, row, frame.times);
        let text = words(ladder, index, row, frame);
        let ink = if row.copied.is_some() { Ink::Faint } else { Ink::Plain };
        for piece in wrap(&text, page.style.width - frame.times - 2) {
            line.put(frame.times + 2, &piece, ink);
            page.line(&std::mem::take(&mut line));
        }
        page.remarks(frame, ladder, row, REMARKS, TextLine::default);
    }
}

fn words(ladder: &Ladder<'_>, index: usize, row: &LadderRow<'_>, frame: &Margins) -> String {
    let glyphs = frame.style.glyphs();
    let name = |lane: usize| {
        let name = frame.style.shown(ladder.lanes[lane].name());
        format!("{} {}", lane + 1, clip(&name, NAME, glyphs.cut))
    };
    let again = row.again(glyphs.times).map_or(String::new(), |again| format!(", {again}"));
    let mut words = if row.whole { row.label() } else { format!("{}: {}", name(row.lane()), row.label()) };
    words.push_str(&again);
    // A callback about the whole call is shown once.
    for mark in row.marks.iter().skip(1).filter(|_| !row.whole) {
        words.push_str(&format!(", {} {}", mark.event.as_str(), mark.lane + 1));
    }
    for relation in ladder.drawn_at(index) {
        let other = if relation.to == index { relation.from } else { relation.to };
        let link = match (relation.mutual, relation.to == index) {
            (true, _) => "with",
            (false, true) => "after",
            (false, false) => "leads to",
        };
        let other = &ladder.rows[other];
        words.push_str(&format!(", {link} {} of {}", other.event().as_str(), other.lane() + 1));
    }
    format!("{words} ({})", frame.place(row))
}
