//! The place of a record in the input, in words.

/// `source:7`, or the record if the line is not known.
pub(super) fn place(source: &str, line: Option<u64>, record: u64) -> String {
    match line {
        Some(line) => format!("{source}:{line}"),
        None => format!("{source} record {record}"),
    }
}
