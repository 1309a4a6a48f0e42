//! The exported tables: their rows, drawn from the catalog of columns as CSV or JSON Lines, and what their
//! columns mean.
//!
//! Comes in: the facts of a row. Goes out: bytes. Must not: know what a column holds.

mod description;
pub(super) mod ledger;
mod writer;

pub use description::{describe, describe_csv, describe_jsonl};
pub use ledger::{LedgerRow, ledger_row};
pub use writer::{Rows, TableFormat, TableOptions};
