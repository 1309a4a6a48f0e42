//! The exported tables: their columns, their rows, and how cells are written. Names and order of the columns are a
//! contract.

mod callbacks;
mod calls;
mod cell;
mod columns;
mod participants;
mod records;
mod writer;

pub use callbacks::callback_row;
pub use calls::call_row;
pub use cell::Cell;
pub use columns::{Column, Level, describe, describe_csv, describe_jsonl};
pub use participants::participant_rows;
pub use records::{LedgerRow, ledger_row};
pub use writer::{Rows, TableFormat, TableOptions};
