//! The cells of a list, which outlive the calls that they are of.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::report::catalog::cell::{Cell, joined};
use crate::report::catalog::columns::{Column, ColumnKind};
use crate::report::quantity::{TimeFormat, local_time, short_duration};
use crate::spec::Timestamp;

/// A cell of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ListCell {
    /// A number.
    Number(i64),
    /// A duration in seconds.
    Seconds(u32),
    /// Unix seconds.
    Time(Timestamp),
    /// Text.
    Text(String),
    /// Texts.
    List(Vec<String>),
    /// Nothing; sorted last.
    Absent,
}

impl ListCell {
    /// The cell of a column.
    pub fn new(column: &Column, cell: Cell<'_>) -> Self {
        match cell {
            Cell::Absent => Self::Absent,
            Cell::Integer(number) if column.kind == ColumnKind::Seconds => {
                Self::Seconds(u32::try_from(number).unwrap_or(u32::MAX))
            }
            Cell::Integer(number) => Self::Number(number),
            Cell::Time(time) => Self::Time(time),
            Cell::List(texts) if texts.is_empty() => Self::Absent,
            Cell::List(texts) => Self::List(texts.iter().map(|text| (*text).to_owned()).collect()),
            other => Self::Text(other.plain(TimeFormat::Rfc3339).into_owned()),
        }
    }

    /// True for a number or a duration.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Seconds(_))
    }

    /// The cell for people, with a time to the second.
    pub(super) fn in_full(&self, zone: &TimeZone) -> String {
        match self {
            Self::Absent => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Seconds(seconds) => short_duration(f64::from(*seconds)),
            Self::Time(time) => local_time(i64::from(*time), zone),
            Self::Text(text) => text.clone(),
            Self::List(texts) => joined(texts.iter().map(String::as_str)),
        }
    }
}

/// A call in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedCall {
    /// A cell for each column of the list.
    pub cells: Vec<ListCell>,
    /// True if it failed.
    pub failed: bool,
    /// True if another cause is as likely as the one that is named.
    pub is_open: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_their_order_and_nothing_is_last() {
        let mut cells = vec![ListCell::Absent, ListCell::Seconds(10), ListCell::Seconds(9)];
        cells.sort();
        assert_eq!(cells, [ListCell::Seconds(9), ListCell::Seconds(10), ListCell::Absent]);
    }
}
