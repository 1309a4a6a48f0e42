//! Rows of cells → CSV or JSON Lines.

use clap::ValueEnum;

use crate::engine::Spillable;
use crate::report::catalog::cell::Cell;
use crate::report::catalog::columns::column::{Needs, TableRow};
use crate::report::catalog::columns::table::Table;
use crate::report::escape::is_formula;
use crate::report::json::line;
use crate::report::quantity::{TimeFormat, rfc3339};
use crate::spec::Timestamp;

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    // With line feeds.
    /// RFC 4180.
    Csv,
    /// One JSON object a line.
    #[value(alias = "json")]
    Jsonl,
}

/// How a table is written.
#[derive(Clone, Debug)]
pub struct TableOptions {
    /// Which table.
    pub table: Table,
    /// The format.
    pub format: TableFormat,
    /// Which of its columns, in which order, as indexes.
    pub columns: Vec<usize>,
    /// How times are written.
    pub times: TimeFormat,
    /// True to keep a spreadsheet from running cells as formulas.
    pub spreadsheet: bool,
}

impl TableOptions {
    /// True if a column needs this.
    pub fn needs(&self, needs: Needs) -> bool {
        self.table.needs(&self.columns, needs)
    }

    /// What comes before the first row: the header of CSV, after a byte order mark for spreadsheets.
    pub fn head(&self) -> Vec<u8> {
        if self.format == TableFormat::Jsonl {
            return Vec::new();
        }
        let mut head = if self.spreadsheet { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        let names = self.columns.iter().map(|column| self.table.columns()[*column].name);
        let mut writer = csv::Writer::from_writer(&mut head);
        // Writing to memory cannot fail.
        drop(writer.write_record(names));
        drop(writer);
        head
    }
}

/// Rows that were written.
#[derive(Debug, Default)]
pub struct Rows {
    /// Their bytes.
    pub bytes: Vec<u8>,
    /// Cells that a spreadsheet would run as formulas.
    pub formulas: u64,
    day: LastDay,
}

impl Spillable for Rows {
    fn put(&mut self, bytes: &mut Vec<u8>) {
        if !self.bytes.is_empty() {
            bytes.extend_from_slice(&std::mem::take(&mut self.formulas).to_le_bytes());
            bytes.append(&mut self.bytes);
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        if let Some((formulas, rows)) = bytes.split_first_chunk() {
            self.formulas += u64::from_le_bytes(*formulas);
            self.bytes.extend_from_slice(rows);
        }
    }
}

impl Rows {
    /// Appends a row of the table.
    pub fn add<'c>(&mut self, options: &TableOptions, row: &impl TableRow<'c>) {
        match options.format {
            TableFormat::Csv => self.add_csv(options, row),
            TableFormat::Jsonl => line(&mut self.bytes, |object| {
                for column in &options.columns {
                    let out = object.key(options.table.columns()[*column].name);
                    row.cell(*column).json(out, options.times);
                }
            }),
        }
    }

    /// Numbers, times and flags need no quotes, so they are written as they are.
    fn add_csv<'c>(&mut self, options: &TableOptions, row: &impl TableRow<'c>) {
        let start = self.bytes.len();
        for (index, column) in options.columns.iter().enumerate() {
            if index > 0 {
                self.bytes.push(b',');
            }
            match row.cell(*column) {
                Cell::Absent => {}
                Cell::Flag(flag) => self.bytes.extend_from_slice(if flag { b"true" } else { b"false" }),
                Cell::Integer(number) => self.number(number),
                Cell::Time(time) => match options.times {
                    TimeFormat::Rfc3339 => self.day.write(time, &mut self.bytes),
                    TimeFormat::Epoch => self.number(time),
                },
                Cell::Word(word) => self.bytes.extend_from_slice(word.as_bytes()),
                Cell::Text(text) => self.text(&text, true, options.spreadsheet),
                cell @ (Cell::Millis(_) | Cell::Number(_) | Cell::List(_)) => {
                    self.text(&cell.plain(options.times), cell.is_text(), options.spreadsheet);
                }
            }
        }
        // A row of one empty cell would be an empty line, which readers skip.
        if options.columns.len() == 1 && self.bytes.len() == start {
            self.bytes.extend_from_slice(b"\"\"");
        }
        self.bytes.push(b'\n');
    }

    fn number(&mut self, number: impl itoa::Integer) {
        self.bytes.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }

    /// A field of CSV; `is_text` if a spreadsheet could mistake it for a formula.
    fn text(&mut self, text: &str, is_text: bool, spreadsheet: bool) {
        let formula = is_text && is_formula(text);
        // A lone sign calculates nothing; `-` is how standard input is named.
        self.formulas += u64::from(formula && text.len() > 1);
        if formula && spreadsheet {
            self.text(&format!("'{text}"), false, spreadsheet);
        } else if needs_quotes(text) {
            write_quoted(text, &mut self.bytes);
        } else {
            self.bytes.extend_from_slice(text.as_bytes());
        }
    }
}

/// True for a field that needs quotes. A fold that does not stop early compiles to vector instructions.
fn needs_quotes(text: &str) -> bool {
    text.bytes().fold(false, |needs, byte| needs | matches!(byte, b'"' | b',' | b'\n' | b'\r'))
}

/// Appends a field in quotes.
fn write_quoted(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

/// The day of the last time that was written, since most times are of the same day as the one before.
#[derive(Debug, Default)]
struct LastDay {
    /// Days since 1970, from 1 so that 0 is none.
    number: u32,
    /// `2024-01-10T`.
    text: String,
}

impl LastDay {
    /// Appends a time as RFC 3339 in UTC.
    fn write(&mut self, time: Timestamp, out: &mut Vec<u8>) {
        const SECONDS: u32 = 86_400;
        let number = time / SECONDS + 1;
        if self.number != number {
            let midnight = rfc3339(i64::from(time - time % SECONDS));
            self.text = midnight.trim_end_matches("00:00:00Z").to_owned();
            self.number = number;
        }
        out.extend_from_slice(self.text.as_bytes());
        let second = time % SECONDS;
        let two = |number: u32| [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        let ([a, b], [c, d], [e, f]) = (two(second / 3600), two(second / 60 % 60), two(second % 60));
        out.extend_from_slice(&[a, b, b':', c, d, b':', e, f, b'Z']);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn options(columns: usize, spreadsheet: bool) -> TableOptions {
        TableOptions {
            table: Table::Calls,
            format: TableFormat::Csv,
            columns: (0..columns).collect(),
            times: TimeFormat::Rfc3339,
            spreadsheet,
        }
    }

    impl<'c> TableRow<'c> for Vec<Cell<'c>> {
        fn cell(&self, column: usize) -> Cell<'c> {
            self[column].clone()
        }
    }

    /// The slow obvious way: every cell as text, through the csv crate.
    fn by_the_crate(row: &[Cell<'_>], spreadsheet: bool) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let fields = row.iter().map(|cell| {
            let text = cell.plain(TimeFormat::Rfc3339);
            let disarm = spreadsheet && cell.is_text() && is_formula(&text);
            if disarm { format!("'{text}") } else { text.into_owned() }
        });
        writer.write_record(fields).ok();
        writer.into_inner().unwrap_or_default()
    }

    const TEXTS: [&str; 13] =
        ["", "a", "=1+1", "a,b", "\"", "x\ny", "\r", ";", "\\", "é'", "-", "@a,", " b "];

    fn cell() -> impl Strategy<Value = Cell<'static>> {
        let text = prop::sample::select(&TEXTS[..]).prop_map(Cell::from);
        let list = prop::sample::subsequence(&TEXTS[..], 0..4).prop_map(|list| Cell::List(list.into()));
        let time = (0_u32..4).prop_map(|day| Cell::Time(1_709_164_799 + day * 43_201));
        prop_oneof![
            text,
            list,
            time,
            Just(Cell::Absent),
            any::<bool>().prop_map(Cell::Flag),
            any::<i64>().prop_map(Cell::Integer),
            any::<u32>().prop_map(Cell::Time),
            (-1e6_f64..1e6).prop_map(Cell::Number),
            (-9_999_999_999_i64..9_999_999_999).prop_map(Cell::Millis),
        ]
    }

    proptest! {
        #[test]
        fn rows_are_those_of_the_csv_crate(
            rows in prop::collection::vec(prop::collection::vec(cell(), 3), 1..5),
            columns in 1..4_usize, spreadsheet: bool,
        ) {
            let options = options(columns, spreadsheet);
            let mut written = Rows::default();
            let mut expected = Vec::new();
            for row in &rows {
                written.add(&options, row);
                expected.extend(by_the_crate(&row[..columns], spreadsheet));
            }
            prop_assert_eq!(String::from_utf8(written.bytes), String::from_utf8(expected));
        }
    }
}
