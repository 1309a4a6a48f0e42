//! The columns of the exported tables. Names and order of the columns are a contract.
//!
//! A new column is a row at the end of its table's catalog. A column that depends on the cause of the call goes after
//! `| of causes`, and is in the table only if it is named.

pub mod callbacks;
pub mod calls;
pub mod column;
pub mod deliveries;
pub mod participants;
pub mod records;
pub mod table;

pub use callbacks::CallbackRow;
pub use calls::CallRow;
pub use column::{Column, ColumnKind, Needs, TableRow};
pub use deliveries::DeliveryRow;
pub use participants::ParticipantRow;
pub use records::RecordRow;
pub use table::Table;
