//! Rows of cells → CSV or JSON Lines.

use super::cell::Cell;
use super::columns::Level;
use crate::render::TimeFormat;
use crate::render::escape::is_formula;
use crate::render::json::Object;

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// RFC 4180 with line feeds.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// How a table is written.
#[derive(Clone, Debug)]
pub struct TableOptions {
    /// Which table.
    pub level: Level,
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
    /// What stands before the first row: the header of CSV, behind a byte order mark for spreadsheets.
    pub fn head(&self) -> Vec<u8> {
        if self.format == TableFormat::Jsonl {
            return Vec::new();
        }
        let mut head = if self.spreadsheet { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        let names = self.columns.iter().map(|column| self.level.columns()[*column].name);
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
}

impl Rows {
    /// Appends a row, given with all cells of its table.
    pub fn add(&mut self, options: &TableOptions, row: &[Cell<'_>]) {
        match options.format {
            TableFormat::Csv => self.add_csv(options, row),
            TableFormat::Jsonl => {
                let mut object = Object::new(&mut self.bytes);
                for column in &options.columns {
                    let out = object.key(options.level.columns()[*column].name);
                    row[*column].json(out, options.times);
                }
                object.end();
                self.bytes.push(b'\n');
            }
        }
    }

    fn add_csv(&mut self, options: &TableOptions, row: &[Cell<'_>]) {
        let bytes = std::mem::take(&mut self.bytes);
        let mut writer = csv::WriterBuilder::new().from_writer(bytes);
        for column in &options.columns {
            let cell = &row[*column];
            let text = cell.plain(options.times);
            let formula = cell.is_text() && is_formula(&text);
            // A lone sign calculates nothing; `-` is how standard input is named.
            self.formulas += u64::from(formula && text.len() > 1);
            // Writing to memory cannot fail.
            if formula && options.spreadsheet {
                drop(writer.write_field(format!("'{text}")));
            } else {
                drop(writer.write_field(text.as_bytes()));
            }
        }
        drop(writer.write_record(None::<&[u8]>));
        self.bytes = writer.into_inner().unwrap_or_default();
    }
}
