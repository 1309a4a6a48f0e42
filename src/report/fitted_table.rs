//! Tables for people that fit the width of a terminal: long cells are cut, and columns that have no room are left out,
//! which the caller says.
//!
//! Comes in: columns with their cells, and the columns of the terminal. Goes out: lines. Must not: break a word, or leave
//! out a column without a word.

use std::borrow::Cow;

use super::ink::TextStyle;
use super::measure::{clip, width};
use super::text_table::TextTable;

/// A column of a table that is to fit.
#[derive(Clone, Debug)]
pub(super) struct FittedColumn {
    /// What stands above it.
    pub(super) heading: String,
    /// True for numbers, which end at the right.
    pub(super) is_number: bool,
    /// How narrow it may become, in columns of the terminal; what is wider is cut. None for one that is never cut.
    pub(super) least: Option<usize>,
    /// The column with the greatest number is left out first; none for one that always stays.
    pub(super) goes: Option<u8>,
    /// Its cells.
    pub(super) cells: Vec<String>,
}

impl FittedColumn {
    fn width(&self) -> usize {
        self.cells.iter().map(|cell| width(cell)).chain([width(&self.heading), 1]).max().unwrap_or(1)
    }
}

/// Spaces between two columns.
const BETWEEN: usize = 2;

/// The note on columns that a table has no room for, if any; `options` are those that make some.
pub fn no_room_note(columns: &[impl AsRef<str>], options: &str) -> Option<String> {
    let names: Vec<String> = columns.iter().map(|column| format!("`{}`", column.as_ref())).collect();
    (!names.is_empty()).then(|| format!("no room for {}; {options} makes some", names.join(", ")))
}

/// A table that fits.
#[derive(Clone, Debug)]
pub(super) struct FittedTable {
    /// The headings, the line below them, and a line for each row.
    pub(super) lines: Vec<String>,
    /// The headings of columns that have no room.
    pub(super) left_out: Vec<String>,
}

impl FittedTable {
    /// The columns, at most as wide as `style` says, so far as they can be.
    pub(super) fn new(mut columns: Vec<FittedColumn>, style: TextStyle) -> Self {
        let (most, cut) = (style.width, style.glyphs().cut);
        for column in &mut columns {
            for cell in &mut column.cells {
                if let Cow::Owned(safe) = style.shown(cell) {
                    *cell = safe;
                }
            }
        }
        let mut left_out = Vec::new();
        let mut widths = fit(&columns, most);
        while taken(&widths) > most {
            let last = columns.iter().enumerate().filter_map(|(at, column)| Some((column.goes?, at))).max();
            let Some((_, at)) = last else { break };
            left_out.insert(0, columns.remove(at).heading);
            widths = fit(&columns, most);
        }
        let headings: Vec<String> = columns
            .iter()
            .map(|column| format!("{}{}", if column.is_number { ">" } else { "" }, column.heading))
            .collect();
        let mut table = TextTable::new(&Vec::from_iter(headings.iter().map(String::as_str)));
        table.close(BETWEEN);
        table.rule_with(style.glyphs().line);
        let rows = columns.iter().map(|column| column.cells.len()).max().unwrap_or(0);
        for row in 0..rows {
            let cells = columns.iter().zip(&widths);
            let cells: Vec<String> = cells
                .map(|(column, most)| {
                    column.cells.get(row).map_or_else(String::new, |it| clip(it, *most, cut))
                })
                .collect();
            table.row(&Vec::from_iter(cells.iter().map(String::as_str)));
        }
        Self { lines: table.render().lines().map(str::to_owned).collect(), left_out }
    }
}

/// Columns of the terminal that columns of these widths take up; the line below the headings is one longer than they are.
fn taken(widths: &[usize]) -> usize {
    (widths.iter().sum::<usize>() + BETWEEN * widths.len()).saturating_sub(BETWEEN - 1)
}

/// How wide each column is: as wide as it is, or narrower where it may be, the widest first.
fn fit(columns: &[FittedColumn], most: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = columns.iter().map(FittedColumn::width).collect();
    while taken(&widths) > most {
        let least = |at: usize| columns[at].least.map(|least| least.max(width(&columns[at].heading)));
        let widest = (0..columns.len()).filter(|at| least(*at).is_some_and(|least| widths[*at] > least));
        let Some(widest) = widest.max_by_key(|at| widths[*at]) else { break };
        widths[widest] -= 1;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(heading: &str, least: Option<usize>, goes: Option<u8>, cells: &[&str]) -> FittedColumn {
        let cells = cells.iter().map(|cell| (*cell).to_owned()).collect();
        FittedColumn { heading: heading.to_owned(), is_number: false, least, goes, cells }
    }

    fn style(width: usize) -> TextStyle {
        TextStyle { width, ascii: true, color: false }
    }

    #[test]
    fn what_is_too_wide_is_cut_then_left_out() {
        let columns = || {
            vec![
                column("id", None, None, &["abcdefgh", "b"]),
                column("who", Some(4), None, &["alice -> bob", "x"]),
                column("one", None, Some(1), &["1111", "1"]),
                column("two", None, Some(2), &["2222", "2"]),
            ]
        };
        let wide = FittedTable::new(columns(), style(80));
        assert_eq!(wide.lines[2], "abcdefgh  alice -> bob  1111  2222");
        let cut = FittedTable::new(columns(), style(31));
        assert_eq!(cut.lines[2], "abcdefgh  alice...  1111  2222", "{cut:?}");
        let fewer = FittedTable::new(columns(), style(24));
        assert_eq!(fewer.lines[2], "abcdefgh  alic...  1111");
        assert_eq!(fewer.left_out, ["two"]);
        assert_eq!(FittedTable::new(columns(), style(1)).left_out, ["one", "two"]);
    }
}
