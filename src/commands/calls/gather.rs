//! The calls of a list: as many as are wanted of those that come first in its order.
//!
//! Comes in: judged calls, in any order. Goes out: rows, sorted, and how many more there are. Must not: draw them.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use crate::calls::{Certainty, LogContext, Verdict, is_failed, verdict};
use crate::engine::{Analysis, JudgedCall, Selection};
use crate::report::call_list::{ListCell, ListedCall};
use crate::report::catalog::Table;
use crate::report::catalog::columns::{CallRow, Needs, TableRow};
use crate::report::table::{Rows, TableOptions};

/// What a list is sorted by.
#[derive(Clone, Copy, Debug)]
pub(in crate::commands) struct SortKey {
    /// The column, by its index.
    pub(super) column: usize,
    /// True for the greatest first.
    pub(super) descends: bool,
}

/// Where a call stands in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Rank {
    key: ListCell,
    descends: bool,
    /// The position of its first callback.
    position: u64,
}

impl Ord for Rank {
    /// Calls without a value are last, whichever way the list is sorted, and equal ones in the order of the input.
    fn cmp(&self, other: &Self) -> Ordering {
        let is_absent = |rank: &Self| rank.key == ListCell::Absent;
        let order = self.key.cmp(&other.key);
        let order = if self.descends { order.reverse() } else { order };
        is_absent(self).cmp(&is_absent(other)).then(order).then(self.position.cmp(&other.position))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A call in a list, with its rank.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::commands) struct RankedCall {
    rank: Rank,
    id: String,
    row: ListRow,
}

/// A row, for people or for programs.
#[derive(Debug, Serialize, Deserialize)]
enum ListRow {
    People(ListedCall),
    Data(Vec<u8>),
}

impl Ord for RankedCall {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl PartialOrd for RankedCall {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for RankedCall {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for RankedCall {}

/// A piece of a list, for another process.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::commands) enum ListItem {
    /// One of its first calls.
    Call(RankedCall),
    /// How many calls there are.
    Count(u64),
}

/// The first calls of a list.
#[derive(Debug)]
pub(in crate::commands) struct CallList {
    most: usize,
    /// The last of them at the top.
    first: BinaryHeap<RankedCall>,
    count: u64,
}

impl CallList {
    /// Without calls, for that many of them.
    pub(in crate::commands) fn new(most: usize) -> Self {
        Self { most, first: BinaryHeap::new(), count: 0 }
    }

    /// Whether a call of that rank is among the first ones.
    fn takes(&self, rank: &Rank) -> bool {
        self.first.len() < self.most || self.first.peek().is_some_and(|last| *rank < last.rank)
    }

    fn add(&mut self, call: RankedCall) {
        self.first.push(call);
        if self.first.len() > self.most {
            self.first.pop();
        }
    }

    /// Both lists in one.
    pub(in crate::commands) fn merged(mut self, other: Self) -> Self {
        self.count += other.count;
        other.first.into_iter().for_each(|call| self.add(call));
        self
    }

    /// Adds what [`CallList::each`] of a part has given.
    pub(in crate::commands) fn take(&mut self, item: ListItem) {
        match item {
            ListItem::Call(call) => self.add(call),
            ListItem::Count(count) => self.count += count,
        }
    }

    /// Gives everything that it holds, in no order.
    ///
    /// # Errors
    /// Those of `give`.
    pub(in crate::commands) fn each(
        self,
        mut give: impl FnMut(ListItem) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        give(ListItem::Count(self.count))?;
        self.first.into_iter().try_for_each(|call| give(ListItem::Call(call)))
    }

    /// True without calls.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many calls there are beyond those that are listed.
    pub(in crate::commands) fn left_out(&self) -> u64 {
        self.count - self.first.len() as u64
    }

    /// The ids of the calls, and their rows for people, or for programs, in order.
    pub(in crate::commands) fn finish(self) -> (Vec<String>, Vec<ListedCall>, Vec<Vec<u8>>) {
        let (mut ids, mut people, mut data) = (Vec::new(), Vec::new(), Vec::new());
        for call in self.first.into_sorted_vec() {
            ids.push(call.id);
            match call.row {
                ListRow::People(row) => people.push(row),
                ListRow::Data(row) => data.push(row),
            }
        }
        (ids, people, data)
    }
}

/// Makes rows of the calls that are wanted.
#[derive(Debug)]
pub(in crate::commands) struct ListMaker<'t> {
    table: &'t TableOptions,
    sort: Option<SortKey>,
    /// Which calls are wanted.
    pub(super) selection: Selection,
    log: Option<LogContext>,
}

impl<'t> ListMaker<'t> {
    /// Rows of that table.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    pub(in crate::commands) fn new(
        table: &'t TableOptions,
        sort: Option<SortKey>,
        selection: Selection,
        analysis: &Analysis,
        threads: usize,
    ) -> anyhow::Result<Self> {
        let sorts_by_cause = sort.is_some_and(|sort| Table::Calls.needs(&[sort.column], Needs::Causes));
        let log = match table.needs(Needs::Causes) || sorts_by_cause {
            true => Some(analysis.log(threads)?),
            false => None,
        };
        Ok(Self { table, sort, selection, log })
    }

    fn verdict(&self, call: &JudgedCall<'_>) -> Option<Verdict> {
        self.log.as_ref().map(|log| verdict(call.timeline(), &call.outcome, log))
    }

    /// True if a call is wanted.
    pub(in crate::commands) fn chooses(&self, call: &JudgedCall<'_>) -> bool {
        self.selection.chooses(call)
    }

    /// Appends the row of a call, if it is wanted.
    pub(in crate::commands) fn add_row(&self, rows: &mut Rows, call: &JudgedCall<'_>) {
        if self.selection.chooses(call) {
            rows.add(self.table, &row(call, self.verdict(call).as_ref()));
        }
    }

    /// Adds a call to a list, if it is wanted: for programs with `is_data`, otherwise for people.
    pub(in crate::commands) fn list(&self, list: &mut CallList, call: &JudgedCall<'_>, is_data: bool) {
        if !self.selection.chooses(call) {
            return;
        }
        list.count += 1;
        let verdict = self.verdict(call);
        let row = row(call, verdict.as_ref());
        let cell = |column: usize| ListCell::new(&Table::Calls.columns()[column], row.cell(column));
        let rank = Rank {
            key: self.sort.map_or(ListCell::Absent, |sort| cell(sort.column)),
            descends: self.sort.is_some_and(|sort| sort.descends),
            position: call.first_position().number(),
        };
        if !list.takes(&rank) {
            return;
        }
        let made = if is_data {
            let mut rows = Rows::default();
            rows.add(self.table, &row);
            ListRow::Data(rows.bytes)
        } else {
            ListRow::People(ListedCall {
                cells: self.table.columns.iter().map(|column| cell(*column)).collect(),
                failed: is_failed(call.timeline(), &call.outcome),
                is_open: verdict.is_some_and(|verdict| verdict.certainty == Certainty::CannotTell),
            })
        };
        list.add(RankedCall { rank, id: call.call_id().into_owned(), row: made });
    }
}

/// The row of a call.
fn row<'r, 't>(call: &'r JudgedCall<'t>, verdict: Option<&'r Verdict>) -> CallRow<'r, 't> {
    CallRow {
        call_id: call.call_id(),
        texts: call.texts(),
        outcome: &call.outcome,
        problems: call.problems(),
        verdict,
    }
}
