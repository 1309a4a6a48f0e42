//! Findings, tables and figures → text, CSV, JSON, Markdown.
//!
//! Comes in: findings, outcomes, summaries. Goes out: bytes, in memory; the caller writes them. Must not: read
//! input, or judge. Text from a log is escaped for its destination.
//!
//! [`catalog`] holds what is reported, and every format is drawn from there.

pub mod call_list;
pub mod catalog;
mod certainty;
mod command;
pub mod compare;
mod containers;
pub mod escape;
mod explanation;
pub mod figure;
pub mod finding;
mod fitted_table;
pub mod html;
mod ink;
pub mod json;
pub mod ladder;
mod measure;
pub mod outages;
mod place;
mod quantity;
#[cfg(feature = "live")]
pub mod replay;
mod statistics;
mod status;
pub mod summary;
pub mod table;
mod text_table;
pub mod why;

pub use explanation::{explain_rule, list_rules};
pub use fitted_table::no_room_note;
pub use ink::TextStyle;
pub use measure::wrap;
pub use quantity::{TimeFormat, counted, duration, local_time, percent, rfc3339};
pub use statistics::{FindingTally, statistics_json, statistics_table, totals_line};
pub use status::{StatusLine, status_line};
pub use text_table::TextTable;
