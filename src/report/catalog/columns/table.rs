//! The exported tables, and the columns of each.

use clap::ValueEnum;

use super::column::{Column, Needs};
use super::{callbacks, calls, participants, records};

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Table {
    /// One row for each call.
    Calls,
    /// One row for each user of each call.
    Participants,
    /// One row for each callback.
    Callbacks,
    /// One row for each record, blank and skipped range: every byte of the input once.
    Records,
}

impl Table {
    /// The columns of the table, in order.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Calls => &calls::COLUMNS,
            Self::Participants => &participants::COLUMNS,
            Self::Callbacks => &callbacks::COLUMNS,
            Self::Records => &records::COLUMNS,
        }
    }

    /// Indexes of the columns that stand in the table unless others are chosen.
    pub fn default_columns(self) -> Vec<usize> {
        let columns = self.columns().iter().enumerate();
        columns.filter(|(_, column)| column.is_default).map(|(index, _)| index).collect()
    }

    /// Index of the column of that name.
    pub fn column(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.name == name)
    }

    /// True where any of these columns, given as indexes, needs that.
    pub fn needs(self, columns: &[usize], needs: Needs) -> bool {
        columns.iter().any(|column| self.columns()[*column].needs == needs)
    }
}
