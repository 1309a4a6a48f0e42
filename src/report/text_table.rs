//! Tables for people.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};

use crate::report::escape;

/// A table that is being filled. Text from a log is escaped.
#[derive(Debug)]
pub struct TextTable {
    table: Table,
}

impl TextTable {
    /// A table with these headings; a heading that begins with `>` heads a column of numbers.
    pub fn new(headings: &[&str]) -> Self {
        let mut table = Table::new();
        let rule = LineStyle::none().fill('─').junction('─');
        table.load_style(TableStyle::new().header_separator(rule));
        let heading = |text: &&str| Cell::new(text.trim_start_matches('>'));
        table.set_header(headings.iter().map(heading).collect::<Vec<_>>());
        for (index, heading) in headings.iter().enumerate() {
            if heading.starts_with('>')
                && let Some(column) = table.column_mut(index)
            {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Self { table }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[&str]) {
        self.table.add_row(cells.iter().map(|cell| Cell::new(escape::terminal(cell))).collect::<Vec<_>>());
    }

    /// Puts that many spaces between columns, and none before the first.
    pub fn close(&mut self, between: usize) {
        let between = u16::try_from(between.saturating_sub(1)).unwrap_or(0);
        self.table.column_iter_mut().for_each(|column| {
            column.set_padding((0, between));
        });
    }

    /// Draws the line below the headings with another character.
    pub fn rule_with(&mut self, line: &str) {
        if let Some(line) = line.chars().next() {
            let rule = LineStyle::none().fill(line).junction(line);
            self.table.load_style(TableStyle::new().header_separator(rule));
        }
    }

    /// Breaks the cells of one column into lines if the table would be wider than `width` columns.
    pub fn fit(&mut self, width: usize, breaking: usize) {
        let others = self.table.column_iter_mut().enumerate().filter(|(index, _)| *index != breaking);
        for (_, column) in others {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        self.table.set_content_arrangement(ContentArrangement::Dynamic);
        self.table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }

    /// The table, without trailing spaces, ended by a line feed.
    pub fn render(&self) -> String {
        let lines: Vec<String> = self.table.lines().map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n") + "\n"
    }
}
