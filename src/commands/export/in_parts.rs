//! `export` in parts: rows under the position of what they are about.

use anyhow::Context;

use super::carried::{CarriedCallback, LedgerPiece, PlacedColumns, read_ledger};
use super::{CallRows, Export, ExportArgs, Ledger};
use crate::calls::packing::{put as put_number, take};
use crate::calls::{Position, Totals};
use crate::cli::{InputArgs, RuleArgs, Usage};
use crate::commands::callback_selection::CallbackSelection;
use crate::commands::chosen_calls::selection;
use crate::commands::in_parts::{CarriedItems, InParts, PutItem, RESULT, each_item, result_item};
use crate::engine::{Analysis, JudgedCall, judge_calls};
use crate::report::catalog::Table;
use crate::report::catalog::columns::RecordRow;
use crate::report::table::{Rows, TableOptions};
use crate::session::{Inputs, Output, Session, Status};
use crate::shard::Carried;
use crate::spill::{Shared, Sorted, Sorter};

impl InParts for ExportArgs {
    fn input(&self) -> &InputArgs {
        &self.input
    }

    fn rule_args(&self) -> Option<&RuleArgs> {
        Some(&self.rules)
    }

    fn carries(&self) -> Carried {
        match self.table {
            Table::Calls | Table::Participants | Table::Deliveries => Carried::Nothing,
            Table::Callbacks => Carried::Callbacks,
            Table::Records => Carried::Records,
        }
    }

    fn asked(&self) -> String {
        let Self { table, format, columns, time_format, spreadsheet, rules, filter, .. } = self;
        format!("export {table:?} {format:?} {columns:?} {time_format:?} {spreadsheet} {rules:?} {filter:?}")
    }

    fn check_parts(&self) -> Result<(), Usage> {
        self.filter.check_parts()?;
        if self.describe {
            return Err("`--describe` reads nothing; it is an option of `callkit-tool export`".into());
        }
        if self.table == Table::Deliveries {
            return Err(deliveries_in_parts());
        }
        self.check_filter()?;
        self.table_options().map(drop)
    }

    fn part(
        &self,
        inputs: &Inputs,
        analysis: &Analysis,
        carried: &CarriedItems,
        put: &mut PutItem<'_>,
    ) -> anyhow::Result<()> {
        let table = self.table_options()?;
        match self.table {
            Table::Calls | Table::Participants => self.calls(&table, inputs, analysis, put),
            Table::Callbacks => self.callbacks(&table, inputs, analysis, carried, put),
            Table::Records => records(&table, inputs, carried, put),
            Table::Deliveries => Err(deliveries_in_parts().into()),
        }
    }

    fn whole(
        &self,
        inputs: Inputs,
        totals: &Totals,
        items: &Sorted,
        session: &Session,
    ) -> anyhow::Result<Status> {
        let (table, rules) = (self.table_options()?, self.rules.options()?);
        let output = Output::open(self.output.path())?;
        let mut export = self.begin(&table, &rules, session.terminal, output);
        if self.table == Table::Records {
            export.output.put(&table.head())?;
            let mut ledger = Ledger::new(inputs.sources.source_names());
            each_item(items, RESULT, |item| {
                let pieces: Vec<LedgerPiece> = postcard::from_bytes(item).context("a row is damaged")?;
                pieces.into_iter().try_for_each(|piece| export.ledger_piece(&mut ledger, piece))
            })?;
            export.write(&mut ledger.end(&table))?;
            inputs.say_reading(totals);
        } else {
            inputs.report_reading(totals)?;
            export.output.put(&table.head())?;
            each_item(items, RESULT, |mut item| {
                export.formulas += take(&mut item).context("a row is damaged")?;
                export.output.put(item)
            })?;
        }
        self.end(&inputs, export, session)
    }
}

impl ExportArgs {
    fn calls(
        &self,
        table: &TableOptions,
        inputs: &Inputs,
        analysis: &Analysis,
        put: &mut PutItem<'_>,
    ) -> anyhow::Result<()> {
        let rules = self.rule_options()?;
        let wanted = selection(&self.filter, &rules, analysis, inputs.threads)?;
        let maker = CallRows::new(table, wanted, analysis, inputs.threads)?;
        let sorter = Shared::new(Sorter::new(inputs.memory().of_sorting()));
        let work = |(rows, item): &mut (Rows, Vec<u8>), call: &JudgedCall<'_>| {
            maker.add(rows, call);
            if rows.bytes.is_empty() {
                return;
            }
            rows_item(rows, item);
            let first = call.first_position().number();
            sorter.fill(|sorter| sorter.push(first, item));
        };
        judge_calls(analysis, &rules, inputs.threads, Default::default, work)?;
        let sorted = sorter.finish()?.finish()?;
        let (mut reading, mut item) = (sorted.read()?, Vec::new());
        while let Some(key) = reading.next(&mut item)? {
            put(key, &item)?;
        }
        Ok(())
    }

    /// Rows of callbacks, of which the calls say whether they are wanted.
    fn callbacks(
        &self,
        table: &TableOptions,
        inputs: &Inputs,
        analysis: &Analysis,
        carried: &CarriedItems,
        put: &mut PutItem<'_>,
    ) -> anyhow::Result<()> {
        let rules = self.rule_options()?;
        let wanted = selection(&self.filter, &rules, analysis, inputs.threads)?;
        let mut selection = CallbackSelection::of(analysis, &rules, &wanted, inputs.threads)?;
        let (columns, names) = (PlacedColumns::find()?, inputs.sources.names());
        let (mut reading, mut rows, mut item) = (carried.read()?, Rows::default(), Vec::new());
        while let Some((key, place, bytes)) = reading.next()? {
            let position = Position::of_number(key);
            let Some(duplicate) = selection.find(position)? else { continue };
            let source = names.get(position.source()).map_or("", String::as_str);
            let at = (source, position, place.lines);
            rows.add(table, &CarriedCallback::read(bytes, columns, at, duplicate)?);
            rows_item(&mut rows, &mut item);
            put(key, &item)?;
        }
        Ok(())
    }
}

/// The error on a table that no part can write.
fn deliveries_in_parts() -> Usage {
    "the table `deliveries` depends on when the whole log ends; it is written by `callkit-tool export` alone"
        .into()
}

/// Takes rows away as an item.
fn rows_item(rows: &mut Rows, item: &mut Vec<u8>) {
    item.clear();
    item.push(RESULT);
    put_number(item, std::mem::take(&mut rows.formulas));
    item.append(&mut rows.bytes);
}

/// Rows of records as they are written; the ranges between them may go on in other parts.
fn records(
    table: &TableOptions,
    inputs: &Inputs,
    carried: &CarriedItems,
    put: &mut PutItem<'_>,
) -> anyhow::Result<()> {
    let names = inputs.sources.names();
    let mut reading = carried.read()?;
    while let Some((key, place, bytes)) = reading.next()? {
        let mut pieces: Vec<LedgerPiece> = Vec::new();
        let mut rows = Rows::default();
        for row in read_ledger(bytes, &place)? {
            if row.record.is_some() {
                let source = names.get(row.source).map_or("", String::as_str);
                rows.add(table, &RecordRow { source, ledger: &row });
                continue;
            }
            pieces.extend(taken(&mut rows));
            pieces.push(LedgerPiece::Range(row));
        }
        pieces.extend(taken(&mut rows));
        put(key, &result_item(&pieces)?)?;
    }
    Ok(())
}

/// Takes rows away, if there are any.
fn taken(rows: &mut Rows) -> Option<LedgerPiece> {
    let bytes = std::mem::take(&mut rows.bytes);
    let formulas = std::mem::take(&mut rows.formulas);
    (!bytes.is_empty()).then_some(LedgerPiece::Records(formulas, bytes))
}

impl Export<'_> {
    fn ledger_piece(&mut self, ledger: &mut Ledger, piece: LedgerPiece) -> anyhow::Result<()> {
        let mut rows = Rows::default();
        match piece {
            LedgerPiece::Range(row) => ledger.add(self.table, row, &mut rows),
            LedgerPiece::Records(formulas, bytes) => {
                rows = ledger.end(self.table);
                rows.bytes.extend_from_slice(&bytes);
                rows.formulas += formulas;
            }
        }
        self.write(&mut rows)
    }
}
