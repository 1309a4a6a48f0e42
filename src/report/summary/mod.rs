//! The figures of a summary, drawn from their catalog: as tables for people, as JSON, and as rows.
//!
//! Comes in: a [`SummaryReport`]. Goes out: bytes. Must not: compute a figure.

mod input;
mod json;
mod rows;
mod tables;

pub use input::SummaryReport;
pub use json::json;
pub use rows::{csv, markdown};
pub use tables::tables;
