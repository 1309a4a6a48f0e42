//! `export` in parts: the rows of each call, under the position of its first callback.

use anyhow::Context;

use super::{CallRows, Export, ExportArgs};
use crate::calls::Totals;
use crate::calls::packing::{put as put_number, take};
use crate::cli::{InputArgs, RuleArgs, Usage};
use crate::commands::in_parts::{InParts, PutItem, RESULT, each_item};
use crate::engine::{Analysis, JudgedCall, Selection, judge_calls};
use crate::report::catalog::Table;
use crate::report::table::Rows;
use crate::session::{Inputs, Output, Session, Status};
use crate::spill::{Shared, Sorted, Sorter};

impl InParts for ExportArgs {
    fn input(&self) -> &InputArgs {
        &self.input
    }

    fn rule_args(&self) -> Option<&RuleArgs> {
        Some(&self.rules)
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
        match self.table {
            Table::Calls | Table::Participants => self.table_options().map(drop),
            Table::Callbacks | Table::Records => {
                Err("in parts there are the tables `calls` and `participants`; \
                 `callkit-tool export` writes the others"
                    .into())
            }
        }
    }

    fn part(&self, inputs: &Inputs, analysis: &Analysis, put: &mut PutItem<'_>) -> anyhow::Result<()> {
        let (table, rules) = (self.table_options()?, self.rule_options()?);
        let filter = self.filter.filter(analysis.totals.newest)?;
        let selection = Selection::new(filter, &rules, analysis, inputs.threads)?;
        let maker = CallRows::new(&table, selection, analysis, inputs.threads)?;
        let sorter = Shared::new(Sorter::new(inputs.memory().of_sorting()));
        let work = |(rows, item): &mut (Rows, Vec<u8>), call: &JudgedCall<'_>| {
            maker.add(rows, call);
            if rows.bytes.is_empty() {
                return;
            }
            item.clear();
            item.push(RESULT);
            put_number(item, std::mem::take(&mut rows.formulas));
            item.append(&mut rows.bytes);
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

    fn whole(
        &self,
        inputs: Inputs,
        totals: &Totals,
        items: &Sorted,
        session: &Session,
    ) -> anyhow::Result<Status> {
        let (table, rules) = (self.table_options()?, self.rules.options()?);
        let output = Output::open(self.output.path())?;
        inputs.report_reading(totals)?;
        let mut export = Export { args: self, table: &table, rules: &rules, output, formulas: 0 };
        export.output.put(&table.head())?;
        each_item(items, RESULT, |mut item| {
            export.formulas += take(&mut item).context("a row is damaged")?;
            export.output.put(item)
        })?;
        self.end(&inputs, export, session)
    }
}
