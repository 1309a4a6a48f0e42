//! `export`: calls, participants, callbacks or records as a table.

use anyhow::anyhow;

use super::Status;
use super::inputs::Inputs;
use super::output::Output;
use super::wanted::{OfBlock, WantedCallbacks};
use crate::calls::{Filter, verdict};
use crate::cli::{ExportArgs, ExportFormat, ExportLevel, Terminal};
use crate::engine::{Analysis, Block, JudgedCall, Knows, RecordView, judge_in_order};
use crate::report::counted;
use crate::report::table::{
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
    /// Writes rows and takes them away.
    fn write(&mut self, rows: &mut Rows) -> anyhow::Result<()> {
        self.formulas += std::mem::take(&mut rows.formulas);
        self.output.put(&rows.bytes)?;
        rows.bytes.clear();
        Ok(())
    }

    /// Reads everything into calls, and makes the filter of what has been read.
    fn analyse(&self, inputs: &mut Inputs<'_>) -> anyhow::Result<(Analysis, Filter)> {
        let analysis = inputs.analyse(self.rules, |(): &mut (), _, _| {}, |_| Ok(()))?;
        let filter = self.args.filter.filter(analysis.totals.newest).map_err(|text| anyhow!(text))?;
        inputs.say_damage(&analysis);
        Ok((analysis, filter))
    }

    fn calls(&mut self, inputs: &mut Inputs<'_>) -> anyhow::Result<()> {
        let (analysis, filter) = self.analyse(inputs)?;
        let (table, level) = (self.table, self.args.level);
        let log = match table.tells_causes() {
            true => Some(analysis.log(inputs.threads, Knows::Causes)?),
            false => None,
        };
        let work = |rows: &mut Rows, call: JudgedCall<'_, '_>| {
            if !filter.chooses(call.timeline, call.outcome) {
                return;
            }
            if level == ExportLevel::Participants {
                participant_rows(call.timeline, call.outcome).for_each(|row| rows.add(table, &row));
            } else {
                let verdict = log.as_ref().map(|log| verdict(call.timeline, call.outcome, log));
                rows.add(table, &call_row(call.timeline, call.outcome, call.problems(), verdict.as_ref()));
            }
        };
        judge_in_order(&analysis, self.rules, inputs.threads, work, |rows| self.write(rows))
    }

    /// Callbacks come with their call, so the input is read once to know the calls, and again for the rows.
    fn callbacks(&mut self, inputs: &mut Inputs<'_>) -> anyhow::Result<()> {
        inputs.sources.keep_pipes();
        let (analysis, filter) = self.analyse(inputs)?;
        let wanted = WantedCallbacks::of(&analysis, &filter, inputs.threads)?;
        drop(analysis);
        let (table, rules) = (self.table, self.rules);
        let names = inputs.sources.names();
        let look = |(rows, here): &mut (Rows, OfBlock), block: &Block, view: RecordView<'_>| {
            let RecordView::Record { place, checked, .. } = view else {
                return;
            };
            let Some(callback) = checked.callback else {
                return;
            };
            if let Some(duplicate) = here.wants(&wanted, block, place.position) {
                let source = &names[block.source];
                rows.add(table, &callback_row(callback, source, place.position, place.line, duplicate));
            }
        };
        inputs.analyse_records(rules, look, |(rows, here)| {
            here.check()?;
            self.write(rows)
        })?;
        Ok(())
    }

    fn records(&mut self, inputs: &mut Inputs<'_>) -> anyhow::Result<()> {
        let names = inputs.sources.names();
        let (table, rules) = (self.table, self.rules);
        let mut last: Option<LedgerRow> = None;
        let look = |rows: &mut Vec<LedgerRow>, block: &Block, view: RecordView<'_>| {
            rows.extend(ledger_row(&view, block.source, block.frame.offset));
        };
        let analysis = inputs.analyse_records(rules, look, |ledger| {
            let mut rows = Rows::default();
            for row in ledger.drain(..) {
                if last.as_mut().is_some_and(|last| last.join(&row)) {
                    continue;
                }
                if let Some(done) = last.replace(row) {
                    rows.add(table, &done.cells(&names[done.source]));
                }
            }
            self.write(&mut rows)
        })?;
        if let Some(done) = last {
            let mut rows = Rows::default();
            rows.add(table, &done.cells(&names[done.source]));
            self.write(&mut rows)?;
        }
        inputs.say_damage(&analysis);
        Ok(())
    }
}
