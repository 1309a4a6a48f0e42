//! Tables: CSV with `,`, `;`, tab or `|`, and a header, as databases and web pages export them.
//!
//! A row becomes a JSON object of its cells, so that a column is what a member of a wrapper is.

use std::ops::Range;

use super::frame::{Frame, PieceKind, RecordText, SkipReason, is_blank};
use super::framer::Framer;
use super::lines::line_at;

/// The shape of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    delimiter: u8,
    columns: Vec<String>,
}

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The table that `data` begins, if it does; `Err` while more is needed to tell.
pub(super) fn detect_table(data: &[u8], eof: bool) -> Result<Option<Table>, ()> {
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    let Some(end) = memchr::memchr(b'\n', data) else {
        let begins_row =
            data.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'_'));
        return if eof {
            Ok(header(data))
        } else if begins_row && data.len() < 4096 {
            Err(())
        } else {
            Ok(None)
        };
    };
    let Some(table) = header(&data[..end]) else { return Ok(None) };
    let rest = &data[end + 1..];
    if rest.trim_ascii().is_empty() {
        return if eof { Ok(Some(table)) } else { Err(()) };
    }
    match row_end(rest, table.delimiter, eof) {
        None if rest.len() < 1 << 20 => Err(()),
        None => Ok(None),
        Some(length) => {
            let cells = cells(&rest[..length], table.delimiter);
            let is_alike = cells.len() == table.columns.len();
            let is_wrapped =
                cells.iter().any(|cell| cell.trim_start().starts_with(['{', '[']) || looks_encoded(cell));
            Ok((is_alike && is_wrapped).then_some(table))
        }
    }
}

fn looks_encoded(cell: &str) -> bool {
    cell.starts_with("eyJ") || cell.starts_with("H4sI") || cell.starts_with("%7B")
}

/// The table whose header a line is.
fn header(line: &[u8]) -> Option<Table> {
    let is_name = |cell: &String| {
        let inner = cell.trim();
        let begins = inner.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '@' | '#'));
        begins && inner.len() < 64 && !inner.contains(['{', '}', '[', ']', '"', '=', ':', '(', ')'])
    };
    let of = |delimiter: u8| {
        let columns = cells(line, delimiter);
        let mut names = columns.clone();
        names.sort_unstable();
        names.dedup();
        (names.len() == columns.len() && columns.iter().all(is_name)).then_some(Table { delimiter, columns })
    };
    let most = DELIMITERS.into_iter().filter_map(of).max_by_key(|table| table.columns.len())?;
    let words = ["payload", "body", "json", "content", "data", "event", "message"];
    let alone = most.columns.len() == 1;
    // One word alone is a line of text more often than a header.
    let is_telling = |name: &String| {
        words.iter().any(|word| name.to_ascii_lowercase().contains(word)) && !name.contains(' ')
    };
    (!alone || is_telling(&most.columns[0])).then_some(most)
}

/// Length of the row that `data` begins with, its line end included; cells in quotes may hold line breaks.
fn row_end(data: &[u8], delimiter: u8, eof: bool) -> Option<usize> {
    let mut index = 0;
    let mut begins_cell = true;
    while let Some(byte) = data.get(index) {
        match byte {
            b'"' if begins_cell => {
                index += 1;
                loop {
                    let quote = memchr::memchr(b'"', data.get(index..)?).map(|at| index + at);
                    let Some(quote) = quote else { return eof.then_some(data.len()) };
                    index = quote + 1;
                    if data.get(index) != Some(&b'"') {
                        break;
                    }
                    index += 1;
                }
                begins_cell = false;
                continue;
            }
            b'\n' => return Some(index + 1),
            _ => begins_cell = *byte == delimiter,
        }
        index += 1;
    }
    eof.then_some(data.len())
}

/// The cells of a row.
fn cells(row: &[u8], delimiter: u8) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(row);
    let mut record = csv::ByteRecord::new();
    match reader.read_byte_record(&mut record) {
        Ok(true) => record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect(),
        _ => Vec::new(),
    }
}

/// A cell without the backslashes of `mysql --batch`, if it is JSON only then.
fn without_backslashes(cell: String) -> String {
    let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    if !cell.contains('\\') || !cell.trim_start().starts_with(['{', '[', '"']) || is_json(&cell) {
        return cell;
    }
    let mut plain = String::with_capacity(cell.len());
    let mut rest = cell.chars();
    while let Some(c) = rest.next() {
        let c = match c {
            '\\' => match rest.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('0') => '\0',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        };
        plain.push(c);
    }
    if is_json(&plain) { plain } else { cell }
}

impl Table {
    /// A row as a JSON object of its cells, by column. Empty cells are left out; a cell that is an object or an array is
    /// one.
    fn object(&self, row: &[u8]) -> Vec<u8> {
        let cells = cells(row, self.delimiter).into_iter().map(without_backslashes);
        let named = self.columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty() && cell != "NULL");
        let object: serde_json::Map<String, serde_json::Value> =
            named.map(|(name, cell)| (name.trim().to_owned(), serde_json::Value::String(cell))).collect();
        serde_json::to_vec(&object).unwrap_or_default()
    }
}

impl Framer {
    /// Adds a row; returns its end.
    fn row(&mut self, table: &Table, data: &[u8], row: Range<usize>, frame: &mut Frame) -> usize {
        if data[row.clone()].iter().all(|byte| is_blank(*byte)) {
            return self.blank(data, row.start, row.end, frame);
        }
        let kind = PieceKind::Text(frame.texts.len());
        frame.texts.push(RecordText { bytes: table.object(&data[row.clone()]), is_row: true });
        self.record(kind, data, row.start, row.end, frame)
    }

    /// Frames rows from `position`; returns how far everything is decided.
    pub(super) fn frame_rows(&mut self, data: &[u8], position: usize, eof: bool, frame: &mut Frame) -> usize {
        let mut position = position;
        while position < data.len() {
            let rest = &data[position..];
            let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if blank > 0 {
                position = self.blank(data, position, position + blank, frame);
                continue;
            }
            if self.skip.is_some() {
                let line = line_at(data, position, eof);
                position = self.skip_bytes(data, position, line.end);
                if line.is_whole {
                    self.end_skip(line.end, frame);
                }
                continue;
            }
            let Some(table) = self.table.clone() else {
                let line = line_at(data, position, eof);
                if !line.is_whole && rest.len() <= self.max_record {
                    return position;
                }
                let names = data[line.start..line.end].trim_ascii_end();
                self.table = Some(header(names).unwrap_or(Table { delimiter: b',', columns: Vec::new() }));
                position = self.other(data, position, line.end, frame);
                continue;
            };
            match row_end(rest, table.delimiter, eof) {
                None if rest.len() <= self.max_record => return position,
                Some(length) if length <= self.max_record => {
                    position = self.row(&table, data, position..position + length, frame);
                }
                // What comes after its first line may be rows again.
                _ => self.begin_skip(SkipReason::TooLong(self.max_record), data, position),
            }
        }
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<usize> {
        detect_table(text.as_bytes(), true).ok().flatten().map(|table| table.columns.len())
    }

    #[test]
    fn tables_by_their_header_and_first_row() {
        assert_eq!(of("id,payload\n1,\"{\"\"a\"\":1}\"\n"), Some(2));
        assert_eq!(of("id;body\r\n1;{\"a\":1}\r\n"), Some(2));
        assert_eq!(of("payload_json\n{\"a\":1}\n"), Some(1));
        assert_eq!(of("id,created_at,payload\n"), Some(3));
        for text in [
            "started\n{\"a\":1}\n",
            "a, b\nplain text\n",
            "{\"a\":1,\"b\":2}\n",
            "GET / HTTP/1.1\nHost: x\n",
            "1,2\n3,{}\n",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn cells_hold_line_breaks_and_backslashes() {
        let row = b"1,\"{\n\"\"a\"\": \"\"b\"\"}\"\n2,x\n";
        assert_eq!(row_end(row, b',', false), Some(row.len() - 4));
        assert_eq!(without_backslashes(r#"{\"a\":\"b\"}"#.to_owned()), r#"{"a":"b"}"#);
        assert_eq!(without_backslashes(r#"{"a":"\n"}"#.to_owned()), r#"{"a":"\n"}"#);
    }
}
