//! What is reported, as tables: the columns of every exported table, the figures of a summary, and the columns of the
//! causes of many calls. Each gives its name, its kind, what it means, and how its value is computed.
//!
//! Comes in: a call, a participant, a callback, a row of the ledger; the figures of many calls. Goes out: a [`Cell`]
//! for each. Must not: know a format; every format draws the catalogs.

pub mod causes;
pub mod cell;
pub mod columns;
pub mod figures;

pub use cell::Cell;
pub use columns::Table;
