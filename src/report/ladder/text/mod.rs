//! A ladder as text, in the first of three forms that fits the width: lanes with what happened written at them, lanes
//! drawn close together with the words next to them, or a list. Every form shows every callback.
//!
//! Comes in: a [`Ladder`] and a [`TextStyle`]. Goes out: lines no wider than the style says. Must not: drop anything
//! silently. What is too long for its place is cut with `…` and given in full in the legend.

mod frame;
mod lanes;
mod line;
mod list;
mod page;
mod rails;

use crate::report::ink::TextStyle;
use crate::report::ladder::layout::Ladder;
use frame::Margins;
use lanes::WideLanes;
use page::TextPage;
use rails::Rails;

/// Appends a ladder.
pub fn text(out: &mut Vec<u8>, ladder: &Ladder<'_>, style: TextStyle) {
    let mut page = TextPage { style, out };
    page.title(ladder);
    let frames = [Margins::with_names(ladder, style), Margins::with_numbers(ladder, style)];
    if let Some(lanes) = frames.iter().find_map(|frame| WideLanes::fitting(ladder, frame)) {
        lanes.draw(&mut page);
    } else if let Some(rails) = frames.iter().find_map(|frame| Rails::fitting(ladder, frame)) {
        rails.draw(&mut page);
    } else {
        let [names, numbers] = &frames;
        list::draw(&mut page, ladder, if names.places * 4 <= style.width { names } else { numbers });
    }
}
