//! `export`: calls, participants, callbacks or records as a table.

use std::collections::HashSet;

use anyhow::anyhow;

use super::Status;
use super::inputs::Inputs;
use super::output::Output;
use crate::calls::{Filter, Position};
use crate::cli::{ExportArgs, ExportFormat, ExportLevel, Terminal};
use crate::engine::{Analysis, Block, RecordView, analyse_block, count_call_hits, judge_calls};
use crate::render::counted;
use crate::render::table::{
    LedgerRow, Rows, TableOptions, call_row, callback_row, describe, describe_csv, describe_jsonl,
    ledger_row, participant_rows,
};
use crate::rules::RuleOptions;

/// Runs `export`.
pub(super) fn export(args: &ExportArgs, terminal: &Terminal) -> anyhow::Result<Status> {
    let table = args.table_options().map_err(|text| anyhow!(text))?;
    let rules = args.rules.options().map_err(|text| anyhow!(text))?;
    let mut output = Output::open(args.output.output.as_deref())?;
    if args.describe {
        let text = match args.format {
            None => describe(table.level).into_bytes(),
            Some(ExportFormat::Csv) => describe_csv(table.level),
            Some(ExportFormat::Jsonl) => describe_jsonl(table.level),
        };
        output.put(&text)?;
        output.finish()?;
        return Ok(Status::Done);
    }
    if args.level == ExportLevel::Records && !args.filter.is_empty() {
        return Err(anyhow!("the table `records` takes no filter: it accounts for every byte of the input"));
    }
    let mut inputs = Inputs::open(&args.input, terminal)?;
    output.put(&table.head())?;
    let mut export = Export { args, table: &table, rules: &rules, output, formulas: 0 };
    match args.level {
        ExportLevel::Calls | ExportLevel::Participants => export.calls(&mut inputs)?,
        ExportLevel::Callbacks => export.callbacks(&mut inputs)?,
        ExportLevel::Records => export.records(&mut inputs)?,
    }
    inputs.finish(export.output)?;
    if export.formulas > 0 && !args.spreadsheet {
        let cells = counted(export.formulas, "cell");
        terminal
            .note(&format!("a spreadsheet would run {cells} as code; write with `--spreadsheet` to disarm"));
    }
    Ok(inputs.status())
}

struct Export<'e> {
    args: &'e ExportArgs,
    table: &'e TableOptions,
    rules: &'e RuleOptions,
    output: Output,
    formulas: u64,
}

impl Export<'_> {
    fn write(&mut self, rows: &Rows) -> anyhow::Result<()> {
        self.formulas += rows.formulas;
        self.output.put(&rows.bytes)
    }

    /// Reads everything into calls, and makes the filter of what has been read.
    fn analyse(&self, inputs: &mut Inputs<'_>) -> anyhow::Result<(Analysis, Filter)> {
        let analysis = inputs.analyse(self.rules, Analysis::default, |(): &mut (), _, _| {}, |()| Ok(()))?;
        let filter = self.args.filter.filter(analysis.totals.newest).map_err(|text| anyhow!(text))?;
        inputs.say_damage(&analysis);
        Ok((analysis, filter))
    }

    fn calls(&mut self, inputs: &mut Inputs<'_>) -> anyhow::Result<()> {
        let (analysis, filter) = self.analyse(inputs)?;
        let order = analysis.table.in_input_order();
        let (table, rules, level) = (self.table, self.rules, self.args.level);
        judge_calls(
            &analysis,
            &order,
            rules,
            inputs.threads,
            |rows: &mut Rows, timeline, outcome, hits| {
                if !filter.chooses(timeline, outcome) {
                    return;
                }
                if level == ExportLevel::Participants {
                    participant_rows(timeline, outcome).iter().for_each(|row| rows.add(table, row));
                    return;
                }
                let mut problems = timeline.problems;
                problems.merge(count_call_hits(&hits));
                rows.add(table, &call_row(timeline, outcome, problems));
            },
            |rows| self.write(&rows),
        )
    }

    /// Callbacks come with their call, so the input is read once to know the calls, and again for the rows.
    fn callbacks(&mut self, inputs: &mut Inputs<'_>) -> anyhow::Result<()> {
        inputs.sources.keep_pipes();
        let (analysis, filter) = self.analyse(inputs)?;
        let mut duplicates: HashSet<Position> = HashSet::new();
        let mut chosen: HashSet<String> = HashSet::new();
        let all = filter.is_empty();
        judge_calls(
            &analysis,
            &analysis.table.in_input_order(),
            self.rules,
            inputs.threads,
            |(duplicates, chosen): &mut (Vec<Position>, Vec<String>), timeline, outcome, _| {
                let repeats = timeline.callbacks().filter(|step| step.original.is_some());
                duplicates.extend(repeats.map(|step| step.position));
                if !all && filter.chooses(timeline, outcome) {
                    chosen.push(timeline.call_id.to_owned());
                }
            },
            |(positions, ids)| {
                duplicates.extend(positions);
                chosen.extend(ids);
                Ok::<(), anyhow::Error>(())
            },
        )?;
        drop(analysis);
        let (table, rules) = (self.table, self.rules);
        let names = inputs.sources.names();
        let work = |again: &mut Analysis, block: &Block| {
            let mut rows = Rows::default();
            analyse_block(again, block, rules, |view| {
                let RecordView::Record { place, checked, .. } = view else {
                    return;
                };
                let Some(callback) = &checked.callback else {
                    return;
                };
                let wanted = |id: &str| all || chosen.contains(id);
                if callback.call_id.as_deref().map_or(all, wanted) {
                    let duplicate = duplicates.contains(&place.position);
                    let source = &names[block.source];
                    rows.add(table, &callback_row(callback, source, place.position, place.line, duplicate));
                }
            });
            rows
        };
        inputs.run(Analysis::without_calls, work, |rows| self.write(&rows))?;
        Ok(())
    }

    fn records(&mut self, inputs: &mut Inputs<'_>) -> anyhow::Result<()> {
        let names = inputs.sources.names();
        let (table, rules) = (self.table, self.rules);
        let mut last: Option<LedgerRow> = None;
        let look = |rows: &mut Vec<LedgerRow>, block: &Block, view: RecordView<'_>| {
            rows.extend(ledger_row(&view, block.source, block.frame.offset));
        };
        let analysis = inputs.analyse(rules, Analysis::without_calls, look, |ledger| {
            let mut rows = Rows::default();
            for row in ledger {
                if last.as_mut().is_some_and(|last| last.join(&row)) {
                    continue;
                }
                if let Some(done) = last.replace(row) {
                    rows.add(table, &done.cells(&names[done.source]));
                }
            }
            self.write(&rows)
        })?;
        if let Some(done) = last {
            let mut rows = Rows::default();
            rows.add(table, &done.cells(&names[done.source]));
            self.write(&rows)?;
        }
        inputs.say_damage(&analysis);
        Ok(())
    }
}
