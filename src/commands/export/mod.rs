//! `export`: calls, participants, callbacks, deliveries or records as a table.

mod args;
mod carried;
mod deliveries;
mod in_parts;

use std::borrow::Cow;
use std::path::Path;

use super::callback_selection::{CallbackSelection, SelectedInBlock};
use super::chosen_calls::{say_if_none, selection};
use super::command::Command;
use crate::calls::{LogContext, participants, verdict};
use crate::cli::{InputArgs, Terminal, Usage};
use crate::engine::{Analysis, Block, JudgedCall, RecordView, RecordVisitor, Selection, judge_in_order};
use crate::report::catalog::Table;
use crate::report::catalog::columns::{CallRow, CallbackRow, Needs, ParticipantRow, RecordRow};
use crate::report::counted;
use crate::report::table::{
    LedgerRow, Rows, TableFormat, TableOptions, describe, describe_csv, describe_jsonl, ledger_row,
};
use crate::rules::RuleOptions;
use crate::session::{Inputs, Output, Session, Status};
use crate::source::SourceNames;

pub(super) use self::args::ExportArgs;
pub(super) use self::carried::{pack_callback, pack_ledger};
pub(super) use self::deliveries::end_of_log;

impl Command for ExportArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let table = self.table_options()?;
        let rules = self.rule_options()?;
        let mut output = Output::open(self.output.path())?;
        if self.describe {
            let text = match self.format {
                None => {
                    let width = session.terminal.list_width(self.output.path());
                    describe(table.table, width).into_bytes()
                }
                Some(TableFormat::Csv) => describe_csv(table.table),
                Some(TableFormat::Jsonl) => describe_jsonl(table.table),
            };
            output.put(&text)?;
            output.finish()?;
            return Ok(Status::Done);
        }
        self.check_filter()?;
        let mut inputs = match self.table {
            Table::Deliveries => Inputs::open_with_answers(&self.input, session.terminal)?,
            _ => Inputs::open(&self.input, session.terminal)?,
        };
        let mut export = self.begin(&table, &rules, session.terminal, output);
        match self.table {
            Table::Calls | Table::Participants => export.calls(&mut inputs)?,
            Table::Callbacks => export.callbacks(&mut inputs)?,
            Table::Deliveries => export.deliveries(&mut inputs)?,
            Table::Records => export.records(&mut inputs)?,
        }
        self.end(&inputs, export, session)
    }
}

impl ExportArgs {
    /// An export that has not written anything.
    fn begin<'e>(
        &'e self,
        table: &'e TableOptions,
        rules: &'e RuleOptions,
        terminal: Terminal,
        output: Output,
    ) -> Export<'e> {
        Export { args: self, table, rules, terminal, output, formulas: 0 }
    }

    /// Says whether the table can be filtered, if it is.
    fn check_filter(&self) -> Result<(), Usage> {
        match self.table {
            Table::Records if !self.filter.is_empty() => {
                Err("the table `records` takes no filter: it accounts for every byte of the input".into())
            }
            _ => Ok(()),
        }
    }

    fn end(&self, inputs: &Inputs, export: Export<'_>, session: &Session) -> anyhow::Result<Status> {
        let Export { output, formulas, .. } = export;
        inputs.finish(output)?;
        if formulas > 0 && !self.spreadsheet {
            let cells = counted(formulas, "cell");
            session
                .terminal
                .note(&format!("a spreadsheet would run {cells} as formulas; `--spreadsheet` prevents that"));
        }
        Ok(inputs.status())
    }
}

/// Makes rows of calls, or of those who take part in them.
struct CallRows<'e> {
    table: &'e TableOptions,
    selection: Selection,
    log: Option<LogContext>,
}

impl<'e> CallRows<'e> {
    fn new(
        table: &'e TableOptions,
        selection: Selection,
        analysis: &Analysis,
        threads: usize,
    ) -> anyhow::Result<Self> {
        let log = match table.needs(Needs::Causes) {
            true => Some(analysis.log(threads)?),
            false => None,
        };
        Ok(Self { table, selection, log })
    }

    fn add(&self, rows: &mut Rows, call: &JudgedCall<'_>) {
        let outcome = &call.outcome;
        if !self.selection.chooses(call) {
            return;
        }
        if self.table.table == Table::Participants {
            let timeline = call.timeline();
            for user in &participants(timeline) {
                rows.add(self.table, &ParticipantRow { timeline, outcome, user });
            }
        } else {
            let verdict = self.log.as_ref().map(|log| verdict(call.timeline(), outcome, log));
            let (id, texts) = (call.call_id(), call.texts());
            let call_id = Cow::Borrowed(&*id);
            let (problems, verdict) = (call.problems(), verdict.as_ref());
            rows.add(self.table, &CallRow { call_id, texts, outcome, problems, verdict });
        }
    }
}

struct Export<'e> {
    args: &'e ExportArgs,
    table: &'e TableOptions,
    rules: &'e RuleOptions,
    terminal: Terminal,
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
    fn analyse(&self, inputs: &mut Inputs) -> anyhow::Result<(Analysis, Selection)> {
        let analysis = inputs.analyse(self.rules)?;
        inputs.report_reading(&analysis.totals)?;
        let selection = selection(&self.args.filter, self.rules, &analysis, inputs.threads)?;
        Ok((analysis, selection))
    }

    fn say_if_none(&self, selection: &Selection, analysis: &Analysis, threads: usize) -> anyhow::Result<()> {
        say_if_none(selection, &self.args.filter, analysis, threads, self.terminal)
    }

    fn calls(&mut self, inputs: &mut Inputs) -> anyhow::Result<()> {
        let (analysis, selection) = self.analyse(inputs)?;
        self.output.put(&self.table.head())?;
        let maker = CallRows::new(self.table, selection, &analysis, inputs.threads)?;
        let work = |rows: &mut Rows, call: &JudgedCall<'_>| maker.add(rows, call);
        judge_in_order(&analysis, self.rules, inputs.threads, work, |rows| self.write(rows))?;
        self.say_if_none(&maker.selection, &analysis, inputs.threads)
    }

    /// Callbacks come with their call, so the input is read once to know the calls, and again for the rows.
    fn callbacks(&mut self, inputs: &mut Inputs) -> anyhow::Result<()> {
        inputs.sources.keep_pipes();
        let (analysis, wanted) = self.analyse(inputs)?;
        self.output.put(&self.table.head())?;
        let selection = CallbackSelection::of(&analysis, self.rules, &wanted, inputs.threads)?;
        self.say_if_none(&wanted, &analysis, inputs.threads)?;
        drop(analysis);
        let names = inputs.sources.names();
        let visitor = CallbackRows { table: self.table, selection: &selection, names: &names };
        inputs.read_records(self.rules, &visitor, |(rows, selected)| {
            selected.check()?;
            self.write(rows)
        })?;
        Ok(())
    }

    fn records(&mut self, inputs: &mut Inputs) -> anyhow::Result<()> {
        self.output.put(&self.table.head())?;
        let mut ledger = Ledger::new(inputs.sources.source_names());
        let totals = inputs.read_records(self.rules, &LedgerRows, |found| {
            let mut rows = Rows::default();
            found.drain(..).for_each(|row| ledger.add(self.table, row, &mut rows));
            self.write(&mut rows)
        })?;
        self.write(&mut ledger.end(self.table))?;
        inputs.say_reading(&totals);
        Ok(())
    }
}

/// The ledger, whose last row may go on.
struct Ledger {
    last: Option<LedgerRow>,
    names: SourceNames,
}

impl Ledger {
    fn new(names: SourceNames) -> Self {
        Self { last: None, names }
    }

    /// Takes the next row, and writes the one before unless it goes on.
    fn add(&mut self, table: &TableOptions, row: LedgerRow, rows: &mut Rows) {
        if !self.last.as_mut().is_some_and(|last| last.join(&row)) {
            self.write(table, rows);
            self.last = Some(row);
        }
    }

    /// The last row.
    fn end(&mut self, table: &TableOptions) -> Rows {
        let mut rows = Rows::default();
        self.write(table, &mut rows);
        rows
    }

    fn write(&mut self, table: &TableOptions, rows: &mut Rows) {
        if let Some(done) = self.last.take() {
            let row =
                |name: &str, rows: &mut Rows| rows.add(table, &RecordRow { source: name, ledger: &done });
            self.names.with(|name| row(name(done.source), rows));
        }
    }
}

/// Makes rows of callbacks.
struct CallbackRows<'e> {
    table: &'e TableOptions,
    selection: &'e CallbackSelection,
    names: &'e [String],
}

impl RecordVisitor for CallbackRows<'_> {
    type Output = (Rows, SelectedInBlock);

    fn visit(&self, (rows, selected): &mut Self::Output, block: &Block, view: RecordView<'_>) {
        let RecordView::Record { place, record, .. } = view else { return };
        let Some(callback) = record.callback() else { return };
        if let Some(duplicate) = selected.find(self.selection, block, place.position) {
            let source = self.names.get(block.source).map_or("", String::as_str);
            let (position, line) = (place.position, place.line);
            rows.add(self.table, &CallbackRow { callback, source, position, line, duplicate });
        }
    }
}

/// Makes rows of records and of what is between them.
struct LedgerRows;

impl RecordVisitor for LedgerRows {
    type Output = Vec<LedgerRow>;

    fn visit(&self, rows: &mut Vec<LedgerRow>, block: &Block, view: RecordView<'_>) {
        rows.extend(ledger_row(&view, block));
    }
}
