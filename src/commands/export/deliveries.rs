//! Rows of deliveries: of the callbacks of a log, or without one of what a backend answered.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Export;
use crate::calls::{CallbackDeliveries, deliveries, last_capture};
use crate::deliveries::{AnsweredCallback, Answers};
use crate::engine::{Analysis, JudgedCall, judge_calls, judge_in_order};
use crate::report::catalog::columns::DeliveryRow;
use crate::report::counted;
use crate::report::table::Rows;
use crate::rules::RuleOptions;
use crate::session::Inputs;
use crate::spec::CallbackCommand;

/// The time of the last capture in the inputs, in Unix milliseconds.
///
/// # Errors
/// If calls that are kept outside of memory cannot be read.
pub(in crate::commands) fn end_of_log(
    analysis: &Analysis,
    rules: &RuleOptions,
    threads: usize,
) -> anyhow::Result<Option<i64>> {
    let look =
        |end: &mut Option<i64>, call: &JudgedCall<'_>| *end = (*end).max(last_capture(call.timeline()));
    let ends = judge_calls(analysis, rules, threads, || None, look)?;
    Ok(ends.into_iter().flatten().max())
}

impl Export<'_> {
    /// Writes the table of deliveries.
    pub(super) fn deliveries(&mut self, inputs: &mut Inputs) -> anyhow::Result<()> {
        let answers = inputs.take_answers();
        if inputs.sources.list().is_empty() {
            self.output.put(&self.table.head())?;
            return self.answered(&answers);
        }
        inputs.keep_captures();
        let (analysis, selection) = self.analyse(inputs)?;
        self.output.put(&self.table.head())?;
        let log_end = end_of_log(&analysis, self.rules, inputs.threads)?;
        let (names, table) = (inputs.sources.names(), self.table);
        let found = AtomicU64::new(0);
        let work = |rows: &mut Rows, call: &JudgedCall<'_>| {
            if !selection.chooses(call) {
                return;
            }
            for callback in deliveries(call.timeline(), &answers) {
                found.fetch_add(callback.answers as u64, Ordering::Relaxed);
                rows.add(table, &row(&call.call_id(), &callback, &names, log_end));
            }
        };
        judge_in_order(&analysis, self.rules, inputs.threads, work, |rows| self.write(rows))?;
        let found = found.into_inner();
        if self.args.filter.is_empty() && found < answers.count {
            let (lines, all) = (answers.count - found, counted(answers.count, "answer"));
            inputs.note(&format!("{lines} of {all} belong to no callback of the log"));
        }
        Ok(())
    }

    /// Writes a row for each callback that answers name.
    fn answered(&mut self, answers: &Answers) -> anyhow::Result<()> {
        let log_end = answers.last_capture();
        let mut rows = Rows::default();
        for AnsweredCallback { line, captured, trace } in answers.callbacks() {
            rows.add(
                self.table,
                &DeliveryRow {
                    call_id: line.call_id.as_deref(),
                    command: line.command.as_deref(),
                    family: line
                        .command
                        .as_deref()
                        .and_then(CallbackCommand::parse)
                        .map(CallbackCommand::family),
                    source: "",
                    record: line.record,
                    captured: Some(captured),
                    trace: &trace,
                    log_end,
                },
            );
        }
        self.write(&mut rows)
    }
}

fn row<'r, 'c>(
    call_id: &'c str,
    callback: &'r CallbackDeliveries,
    names: &'c [String],
    log_end: Option<i64>,
) -> DeliveryRow<'r, 'c> {
    DeliveryRow {
        call_id: Some(call_id),
        command: callback.command.map(CallbackCommand::as_str),
        family: Some(callback.family),
        source: names.get(callback.position.source()).map_or("", String::as_str),
        record: Some(callback.position.record()),
        captured: callback.captured,
        trace: &callback.trace,
        log_end,
    }
}
