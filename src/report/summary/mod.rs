//! The figures of a summary, drawn from their catalog: as tables for people, as JSON, and as rows.
//!
//! Comes in: a [`SummaryReport`]. Goes out: bytes. Must not: compute a figure.

mod input;
mod json;
mod notes;
mod rows;
mod tables;

pub use input::{GroupOrder, SummaryReport};
pub use json::json;
pub use notes::notes;
pub use rows::{csv_long, csv_wide, markdown};
pub use tables::tables;
