//! One column of a table: its name, its kind, what it means, and how its value is computed.

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
            | (Self::Text, Cell::Text(_) | Cell::Word(_))
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

/// What has to be known, beyond the calls themselves, to compute a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// The cause of the call, which depends on the log as a whole.
    Causes,
}

/// The description of a column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// What it means.
    pub meaning: &'static str,
    /// What has to be known to compute it.
    pub needs: Needs,
    /// True if the column is in the table by default.
    pub is_default: bool,
}

impl Column {
    /// A value of the column, which must be of its kind.
    pub(super) fn checked<'c>(&self, cell: Cell<'c>) -> Cell<'c> {
        debug_assert!(self.kind.holds(&cell), "{} holds {cell:?}", self.name);
        cell
    }
}

/// The facts that a row of a table is computed from.
pub trait TableRow<'c> {
    /// The value of a column, by its index in the table's catalog.
    fn cell(&self, column: usize) -> Cell<'c>;
}

/// The columns of a table: for each its meaning as documentation, its name, its kind, and its value, which is converted
/// into a [`Cell`]. Those after `| only if named` are not in the table by default, and neither are those after
/// `| of causes`, which need the cause of the call.
macro_rules! columns {
    (
        $it:ident: $row:ty;
        $($(#[doc = $meaning:literal])+ $name:ident: $kind:ident = $value:expr;)+
        $(| only if named $($(#[doc = $means:literal])+ $named:ident: $of_kind:ident = $is:expr;)+)?
        $(| of causes $($(#[doc = $why:literal])+ $caused:ident: $its_kind:ident = $verdict:expr;)+)?
    ) => {
        pub(super) static COLUMNS: &[Column] = &[
            $(column(stringify!($name), ColumnKind::$kind, concat!($($meaning),+)),)+
            $($(super::column::only_if_named(column(stringify!($named), ColumnKind::$of_kind, concat!($($means),+))),)+)?
            $($(super::column::of_causes(column(stringify!($caused), ColumnKind::$its_kind, concat!($($why),+))),)+)?
        ];

        static VALUES: &[for<'c> fn(&$row) -> Cell<'c>] = &[
            $(|$it| $value.into(),)+
            $($(|$it| $is.into(),)+)?
            $($(|$it| $verdict.into(),)+)?
        ];

        impl<'c> TableRow<'c> for $row {
            fn cell(&self, column: usize) -> Cell<'c> {
                COLUMNS[column].checked(VALUES[column](self))
            }
        }
    };
}

pub(super) use columns;

/// A column that is in the table by default and needs nothing; `meaning` begins with the space of a comment.
pub(super) const fn column(name: &'static str, kind: ColumnKind, meaning: &'static str) -> Column {
    Column { name, kind, meaning: meaning.split_at(1).1, needs: Needs::Nothing, is_default: true }
}

/// The same column, in the table only if it is named.
pub(super) const fn only_if_named(column: Column) -> Column {
    Column { is_default: false, ..column }
}

/// The same column, which needs the cause of the call, and is therefore in the table only if it is named.
pub(super) const fn of_causes(column: Column) -> Column {
    Column { needs: Needs::Causes, ..only_if_named(column) }
}
