//! Findings, tables and figures → text, CSV, JSON, Markdown.
//!
//! Comes in: findings, outcomes, summaries. Goes out: bytes, in memory; whoever asked writes them. Must not: read
//! input, or judge. Text from a log is escaped for where it goes.

pub mod escape;
mod explain;
pub mod finding;
pub mod json;
pub mod replay;
mod statistics;
pub mod summary;
pub mod table;
mod text_table;

pub use explain::{explain_rule, list_rules};
pub use statistics::{Tally, statistics_json, statistics_table, totals_line};
pub use text_table::TextTable;

/// How times are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TimeFormat {
    /// RFC 3339, in UTC.
    #[default]
    Rfc3339,
    /// Unix seconds.
    Epoch,
}

/// A number and what it counts, in the plural unless it is one.
pub fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Unix seconds as RFC 3339 in UTC.
pub fn rfc3339(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}
