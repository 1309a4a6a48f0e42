//! Tables: CSV with `,`, `;`, tab or `|`, and a header, as databases and web pages export them.
//!
//! Comes in: bytes. Goes out: whether they begin a table, where a row ends, and a JSON object of its cells, so that a
//! column is what a member of a wrapper is. Must not: cut a source.

use std::sync::{Mutex, PoisonError};

use serde::Serializer;
use serde::de::IgnoredAny;

/// The shape of a table.
#[derive(Debug)]
pub(super) struct TableHeader {
    pub(super) delimiter: u8,
    /// The names, without blanks around them, and the column that each is of, in the order of the names.
    columns: Vec<(String, usize)>,
    /// Reads a row. Making one costs more than reading a row, and a copy of one does not work (csv-core 0.1.13).
    reader: Mutex<csv_core::Reader>,
}

impl TableHeader {
    /// The cells of a row; none of an empty one.
    fn cells(&self, row: &[u8]) -> Vec<String> {
        cells(row, self.delimiter, &mut self.reader.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A table with these columns.
    pub(super) fn new(delimiter: u8, columns: Vec<String>) -> Self {
        let mut columns: Vec<_> =
            columns.iter().enumerate().map(|(index, name)| (name.trim().to_owned(), index)).collect();
        columns.sort_unstable();
        Self { delimiter, columns, reader: Mutex::new(reader(delimiter)) }
    }
}

fn reader(delimiter: u8) -> csv_core::Reader {
    csv_core::ReaderBuilder::new().delimiter(delimiter).build()
}

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The table that `data` begins, if it does; `Err` while more is needed to tell.
pub(super) fn detect_table(data: &[u8], eof: bool) -> Result<Option<TableHeader>, ()> {
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
    let mut rest = &data[end + 1..];
    // Lines of text are rows of one column.
    let most = if table.columns.len() == 1 { 1 } else { FIRST_ROWS };
    for number in 0..most {
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        rest = &rest[blank..];
        if rest.is_empty() {
            return if eof { Ok((number == 0).then_some(table)) } else { Err(()) };
        }
        let Some(length) = row_end(rest, table.delimiter, eof) else {
            return if data.len() < 1 << 20 { Err(()) } else { Ok(None) };
        };
        let cells = table.cells(&rest[..length]);
        // A name that stands in its own column is a prefix of lines, such as that of a container.
        let is_prefixed = table
            .columns
            .iter()
            .any(|(name, index)| cells.get(*index).is_some_and(|cell| cell.trim() == name));
        if cells.len() != table.columns.len() || is_prefixed {
            return Ok(None);
        }
        if cells.into_iter().any(is_wrapped) {
            return Ok(Some(table));
        }
        rest = &rest[length..];
    }
    Ok(None)
}

/// Rows of which one has to hold JSON: the first ones may be those of health checks, or damaged.
const FIRST_ROWS: usize = 100;

/// True for a cell that holds an object or an array, whole as it stands or without backslashes, or encoded.
fn is_wrapped(cell: String) -> bool {
    let is_encoded = ["eyJ", "H4sI", "%7B"].iter().any(|begin| cell.starts_with(begin));
    let is_container = cell.trim_start().starts_with(['{', '[']);
    is_encoded || (is_container && is_json(&without_backslashes(cell)))
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// The table whose header a line is; an empty line is not one.
pub(super) fn header(line: &[u8]) -> Option<TableHeader> {
    let is_name = |cell: &String| {
        let inner = cell.trim();
        let begins = inner.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '@' | '#'));
        begins && inner.len() < 64 && !inner.contains(['{', '}', '[', ']', '"', '=', ':', '(', ')'])
    };
    // Nearly every log: no name begins so, and readers of rows are dear to make.
    if matches!(line.trim_ascii_start().first(), None | Some(b'{' | b'[')) {
        return None;
    }
    let of = |delimiter: u8| {
        let columns = cells(line, delimiter, &mut reader(delimiter));
        let mut names: Vec<_> = columns.iter().map(|name| name.trim()).collect();
        names.sort_unstable();
        names.dedup();
        let is_header = !columns.is_empty() && names.len() == columns.len() && columns.iter().all(is_name);
        is_header.then(|| TableHeader::new(delimiter, columns))
    };
    let most = DELIMITERS.into_iter().filter_map(of).max_by_key(|table| table.columns.len())?;
    let words = ["payload", "body", "json", "content", "data", "event", "message"];
    let alone = most.columns.len() == 1;
    // One word alone is a line of text more often than a header.
    let is_telling = |name: &String| {
        words.iter().any(|word| name.to_ascii_lowercase().contains(word)) && !name.contains(' ')
    };
    (!alone || is_telling(&most.columns[0].0)).then_some(most)
}

/// Length of the row that `data` begins with, its line end included; cells in quotes may hold line breaks.
pub(super) fn row_end(data: &[u8], delimiter: u8, eof: bool) -> Option<usize> {
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

/// The cells of a row; none of an empty one.
fn cells(row: &[u8], delimiter: u8, reader: &mut csv_core::Reader) -> Vec<String> {
    reader.reset();
    let most = memchr::memchr_iter(delimiter, row).count() + 2;
    // Text that fills its room would have to be read again.
    let (mut text, mut ends) = (vec![0; row.len() + 1], vec![0; most]);
    let (_, _, written, count) = reader.read_record(row, &mut text, &mut ends);
    // A row without a line end is ended by the end of the input.
    let (.., more) = reader.read_record(&[], &mut text[written..], &mut ends[count..]);
    let count = count + more;
    let mut start = 0;
    let cell = |end: &usize| {
        let cell = &text[start..*end];
        start = *end;
        match simdutf8::basic::from_utf8(cell) {
            Ok(cell) => cell.to_owned(),
            Err(_) => String::from_utf8_lossy(cell).into_owned(),
        }
    };
    ends[..count].iter().map(cell).collect()
}

/// A cell without the backslashes of `mysql --batch`, if it is JSON only then.
fn without_backslashes(cell: String) -> String {
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

impl TableHeader {
    /// A row as a JSON object of its cells, by column. Empty cells are left out; a cell that is an object or an array is
    /// one.
    pub(super) fn object(&self, row: &[u8]) -> Vec<u8> {
        let cells: Vec<_> = self.cells(row).into_iter().map(without_backslashes).collect();
        let named = self.columns.iter().filter_map(|(name, index)| Some((name, cells.get(*index)?)));
        let filled = named.filter(|(_, cell)| !cell.is_empty() && *cell != "NULL");
        let mut object = Vec::with_capacity(row.len() + 64);
        let written = serde_json::Serializer::new(&mut object).collect_map(filled);
        // Writing text into memory cannot fail.
        written.map_or_else(|_| Vec::new(), |()| object)
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
        for (row, wanted) in [
            ("a,b", &["a", "b"][..]),
            ("a,b\r\n", &["a", "b"]),
            ("1,\"x\"\"y\"\n", &["1", "x\"y"]),
            ("a,,\n", &["a", "", ""]),
            ("\"a\nb\",c", &["a\nb", "c"]),
            ("", &[]),
        ] {
            assert_eq!(cells(row.as_bytes(), b',', &mut reader(b',')), wanted, "{row}");
        }
        assert_eq!(of("id,payload\n1,\"{\"\"a\"\":1}\"\n"), Some(2));
        assert_eq!(of("id;body\r\n1;{\"a\":1}\r\n"), Some(2));
        assert_eq!(of("id\tpayload\n1\t{\\\"a\\\":\\\"b\\\"}\n"), Some(2));
        assert_eq!(of("id,payload\n1,eyJhIjoxfQ\n"), Some(2));
        assert_eq!(of("payload_json\n{\"a\":1}\n"), Some(1));
        assert_eq!(of("id,created_at,payload\n"), Some(3));
        assert_eq!(of("id,payload\n1,\n2,NULL\n3,\"{\"\"a\"\":1}\"\n"), Some(2));
        for text in [
            "",
            "\n",
            "\r\n{\"a\":1}\n",
            "hooks-1  | POST done\nhooks-1  | {\nhooks-1  |   \"a\": 1\n",
            "hooks-1  | POST done\nhooks-1  | {\"a\":1}\n",
            "id|payload\n1|{\"a\":\n",
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
