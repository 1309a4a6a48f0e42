//! The columns of a table, described.

use crate::report::catalog::columns::table::Table;
use crate::report::json::line;
use crate::report::text_table::TextTable;

/// What is said of each column.
const HEADINGS: [&str; 3] = ["column", "type", "meaning"];

fn rows(table: Table) -> impl Iterator<Item = [&'static str; 3]> {
    table.columns().iter().map(|column| [column.name, column.kind.as_str(), column.meaning])
}

/// The columns of a table, for people, at most `width` columns wide.
pub fn describe(table: Table, width: usize) -> String {
    let mut text = TextTable::new(&HEADINGS);
    rows(table).for_each(|row| text.row(&row));
    text.fit(width, HEADINGS.len() - 1);
    text.render()
}

/// The columns of a table as CSV.
pub fn describe_csv(table: Table) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in std::iter::once(HEADINGS).chain(rows(table)) {
        // Writing to memory cannot fail.
        drop(writer.write_record(row));
    }
    writer.into_inner().unwrap_or_default()
}

/// The columns of a table as one JSON object a line.
pub fn describe_jsonl(table: Table) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows(table) {
        line(&mut out, |object| {
            HEADINGS.iter().zip(row).for_each(|(heading, text)| object.member(heading, text));
        });
    }
    out
}
