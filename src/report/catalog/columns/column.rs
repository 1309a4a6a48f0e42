//! One column of a table: its name, its kind, what it means, and how its value is worked out.

use crate::report::catalog::cell::Cell;

/// What a column holds. An absent value is possible in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// UTF-8 text.
    Text,
    /// Texts, in order.
    List,
    /// `true` or `false`.
    Boolean,
    /// A whole number of 64 bits.
    Integer,
    /// How many there are, in 32 bits without a sign.
    Count,
    /// A duration in whole seconds, in 32 bits without a sign.
    Seconds,
    /// A time with whole seconds.
    Time,
    /// A time with milliseconds.
    Instant,
}

impl ColumnKind {
    /// Its word in the description of a table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::List => "list",
            Self::Boolean => "boolean",
            Self::Integer | Self::Count | Self::Seconds => "integer",
            Self::Time | Self::Instant => "time",
        }
    }

    /// True for a value that a column of this kind can hold.
    pub fn holds(self, cell: &Cell<'_>) -> bool {
        match (self, cell) {
            (_, Cell::Absent)
            | (Self::Text, Cell::Text(_))
            | (Self::List, Cell::List(_))
            | (Self::Boolean, Cell::Flag(_))
            | (Self::Integer, Cell::Integer(_))
            | (Self::Time, Cell::Time(_))
            | (Self::Instant, Cell::Millis(_)) => true,
            (Self::Count | Self::Seconds, Cell::Integer(number)) => u32::try_from(*number).is_ok(),
            _ => false,
        }
    }
}

/// What has to be worked out beyond the calls themselves before a column has its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// The cause of the call, for which the log as a whole has to be known.
    Causes,
}

/// What is said of a column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// What it means.
    pub meaning: &'static str,
    /// What has to be worked out for it.
    pub needs: Needs,
    /// True for a column that stands in the table unless others are chosen.
    pub is_default: bool,
}

/// A row of a catalog: a column, and how its value is worked out.
#[derive(Clone, Copy, Debug)]
pub struct ColumnEntry<V> {
    /// The column.
    pub column: Column,
    /// A function from the facts of a row to the value.
    pub value: V,
}

/// A column that stands in the table by default, and needs nothing.
pub(super) const fn column<V>(
    name: &'static str,
    kind: ColumnKind,
    meaning: &'static str,
    value: V,
) -> ColumnEntry<V> {
    let column = Column { name, kind, meaning, needs: Needs::Nothing, is_default: true };
    ColumnEntry { column, value }
}

/// The same, only where it is named. (A function, not a method: the type of a row's value follows from its catalog.)
pub(super) const fn only_named<V: Copy>(mut entry: ColumnEntry<V>) -> ColumnEntry<V> {
    entry.column.is_default = false;
    entry
}

/// The same, with what has to be worked out for it.
pub(super) const fn needing<V: Copy>(needs: Needs, mut entry: ColumnEntry<V>) -> ColumnEntry<V> {
    entry.column.needs = needs;
    entry
}

impl<V: Copy> ColumnEntry<V> {
    /// The value, which must be of the column's kind.
    pub(super) fn checked<'c>(&self, cell: Cell<'c>) -> Cell<'c> {
        debug_assert!(self.column.kind.holds(&cell), "{} holds {cell:?}", self.column.name);
        cell
    }
}

/// The columns of a catalog.
pub(super) const fn heads<V: Copy, const N: usize>(entries: &[ColumnEntry<V>; N]) -> [Column; N] {
    let mut columns = [entries[0].column; N];
    let mut index = 0;
    while index < N {
        columns[index] = entries[index].column;
        index += 1;
    }
    columns
}

/// The facts of a row of a table.
pub trait TableRow<'c> {
    /// The value of a column, by its index in the table's catalog.
    fn cell(&self, column: usize) -> Cell<'c>;
}
