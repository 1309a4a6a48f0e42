//! The formats of logs.
//!
//! Comes in: the names of the command line. Goes out: a [`Format`]. Must not: look at bytes.

use clap::ValueEnum;

/// A log format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// JSON Lines: callback bodies, or envelopes around them.
    #[value(name = "jsonl")]
    JsonLines,
    /// Raw HTTP requests.
    Http,
    /// A table with a header: CSV with `,`, `;`, tab or `|`.
    #[value(name = "csv")]
    Table,
}
