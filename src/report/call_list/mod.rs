//! A list of calls, a row each: fitted to a terminal, as Markdown, or as JSON.
//!
//! Comes in: rows of the table `calls`, as far as they are listed, and how many more there are. Goes out: bytes. Must not:
//! choose or sort calls.

mod callback;
mod cell;
mod short_ids;
mod text;

pub use callback::callback_line;
pub use cell::{ListCell, ListedCall};
pub use short_ids::ShortIds;
pub use text::{ListStyle, call_list_text, call_rows_text};

use super::catalog::Table;
use super::escape::markdown_row;
use super::json;
use jiff::tz::TimeZone;

/// Version of the JSON format.
const VERSION: u32 = 1;

/// The columns of a list, unless others are wanted: by their names in the table `calls`.
pub const LISTED: [&str; 10] = [
    "start_time",
    "call_id",
    "caller",
    "callees",
    "result",
    "cause",
    "ring_seconds",
    "talk_seconds",
    "callbacks",
    "problems",
];

/// What people call some columns: their names in the table, and their headings in a list, by which they can be named
/// as well.
pub const HEADINGS: [(&str, &str); 11] = [
    ("start_time", "start"),
    ("call_id", "call"),
    ("result", "outcome"),
    ("ring_seconds", "ring"),
    ("talk_seconds", "talk"),
    ("total_seconds", "total"),
    ("problems", "findings"),
    ("sdkappid", "app"),
    ("caller_platform", "platform"),
    ("media_type", "media"),
    ("call_type", "type"),
];

/// The heading of a column of the table `calls`.
fn heading(column: usize) -> &'static str {
    let name = Table::Calls.columns()[column].name;
    HEADINGS.iter().find(|(column, _)| *column == name).map_or(name, |(_, heading)| heading)
}

/// Calls as one JSON object: `rows` are JSON objects with a line feed each.
pub fn call_list_json<'r>(rows: impl Iterator<Item = &'r [u8]>, left_out: u64) -> Vec<u8> {
    let mut out = format!("{{\"version\":{VERSION},\"calls\":[").into_bytes();
    for (index, row) in rows.enumerate() {
        out.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        out.extend_from_slice(row.strip_suffix(b"\n").unwrap_or(row));
    }
    out.extend_from_slice(b"\n],\"cut\":");
    json::Json::write(&left_out, &mut out);
    out.extend_from_slice(b"}\n");
    out
}

/// Calls as a Markdown table, with the names of the columns as headings and times in a zone.
pub fn call_list_markdown(calls: &[ListedCall], columns: &[usize], zone: &TimeZone) -> String {
    if calls.is_empty() {
        return "No calls.\n".to_owned();
    }
    let names: Vec<&str> = columns.iter().map(|column| Table::Calls.columns()[*column].name).collect();
    let rules: Vec<&str> = (0..columns.len())
        .map(|at| if calls.iter().any(|call| call.cells[at].is_number()) { "---:" } else { "---" })
        .collect();
    let mut text = markdown_row(&names) + &format!("| {} |\n", rules.join(" | "));
    for call in calls {
        text.push_str(&markdown_row(call.cells.iter().map(|cell| cell.in_full(zone))));
    }
    text
}
