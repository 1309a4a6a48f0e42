//! The exported tables, and the columns of each.

use clap::ValueEnum;

use super::column::{Column, Needs};
use super::{callbacks, calls, deliveries, participants, records};

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Table {
    /// One row for each call.
    Calls,
    /// One row for each user of each call.
    Participants,
    /// One row for each callback.
    Callbacks,
    /// One row for each callback, with all of its deliveries and what the backend answered.
    Deliveries,
    /// One row for each record, blank and skipped range: every byte of the input once.
    Records,
}

impl Table {
    /// The columns of the table, in order.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Calls => calls::COLUMNS,
            Self::Participants => participants::COLUMNS,
            Self::Callbacks => callbacks::COLUMNS,
            Self::Deliveries => deliveries::COLUMNS,
            Self::Records => records::COLUMNS,
        }
    }

    /// Indexes of the columns that are in the table by default.
    pub fn default_columns(self) -> Vec<usize> {
        let columns = self.columns().iter().enumerate();
        columns.filter(|(_, column)| column.is_default).map(|(index, _)| index).collect()
    }

    /// Index of the column of that name.
    pub fn column(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.name == name)
    }

    /// True if any of these columns, given as indexes, needs that.
    pub fn needs(self, columns: &[usize], needs: Needs) -> bool {
        columns.iter().any(|column| self.columns()[*column].needs == needs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_a_table_have_names_of_their_own_and_are_found_by_them() {
        for table in Table::value_variants() {
            for (index, column) in table.columns().iter().enumerate() {
                assert_eq!(table.column(column.name), Some(index));
                assert!(!column.meaning.is_empty() && !column.meaning.ends_with('.'), "{}", column.name);
            }
        }
    }

    #[test]
    fn causes_are_needed_by_their_columns_alone() {
        let named =
            |names: &[&str]| Vec::from_iter(names.iter().filter_map(|name| Table::Calls.column(name)));
        assert!(!Table::Calls.needs(&Table::Calls.default_columns(), Needs::Causes));
        assert!(!Table::Calls.needs(&named(&["call_id", "caller_platform"]), Needs::Causes));
        for name in ["cause", "certainty", "contributing", "alternative"] {
            assert!(Table::Calls.needs(&named(&["call_id", name]), Needs::Causes), "{name}");
        }
    }
}
