//! The findings on some calls, and on the records of their callbacks.
//!
//! Comes in: the input, which is read once to know the calls, and again for the findings. Goes out: findings, to the list.
//! Must not: judge.

use std::ops::ControlFlow;

use super::finding_list::FindingList;
use super::locate::find_places;
use super::{ValidateArgs, find_on_calls};
use crate::calls::Totals;
use crate::cli::Terminal;
use crate::commands::callback_selection::{CallbackSelection, SelectedInBlock};
use crate::commands::chosen_calls::{say_if_none, selection};
use crate::engine::{Block, CallSet, ReadRecords, RecordView, RecordVisitor};
use crate::report::counted;
use crate::rules::RuleOptions;
use crate::session::{BlockFindings, Inputs, WriteFindings};
use crate::spec::Level;

impl ValidateArgs {
    /// Lists the findings on the calls that the filters choose, and on the records of their callbacks. Returns what was
    /// counted in the whole input.
    ///
    /// # Errors
    /// Returns an error if the filters do not fit together, or what does not fit in memory cannot be kept.
    pub(super) fn of_chosen_calls(
        &self,
        inputs: &mut Inputs,
        rules: &RuleOptions,
        list: &mut FindingList<'_>,
        terminal: Terminal,
    ) -> anyhow::Result<Totals> {
        let analysis = inputs.analyse(rules)?;
        let wanted = selection(&self.filter, rules, &analysis, inputs.threads)?;
        let callbacks = CallbackSelection::of(&analysis, rules, &wanted, inputs.threads)?;
        say_if_none(&wanted, &self.filter, &analysis, inputs.threads, terminal)?;
        // On calls alone, so that those on records are read in their turn.
        let on_calls = find_on_calls(inputs, &analysis, rules, |call| wanted.chooses(call))?;
        let visitor = ChosenRecords { writer: list.writer(), callbacks: &callbacks };
        // Shows the records with findings, and all of no call.
        let none = CallSet::Prefixes(Vec::new());
        let pass = ReadRecords { rules, gatherer: None, calls: Some(&none), visitor: &visitor };
        inputs.run(&pass, |(found, selected)| {
            selected.check()?;
            list.take(found)?;
            Ok(ControlFlow::Continue(()))
        })?;
        list.end_source()?;
        let on_records = list.tally.all();
        find_places(inputs, on_calls, |finding, snippet| list.add(&finding, snippet.as_ref()))?;
        let totals = analysis.totals;
        let all: u64 = Level::ALL.iter().map(|level| totals.findings[*level as usize]).sum();
        let others = counted(all.saturating_sub(on_records), "finding");
        terminal.note(&format!("only chosen calls count; the other records have {others}"));
        Ok(totals)
    }
}

/// Writes the findings on the records of chosen calls.
struct ChosenRecords<'c> {
    writer: WriteFindings<'c>,
    callbacks: &'c CallbackSelection,
}

impl RecordVisitor for ChosenRecords<'_> {
    type Output = (BlockFindings, SelectedInBlock);

    fn visit(&self, (found, selected): &mut Self::Output, block: &Block, view: RecordView<'_>) {
        let RecordView::Record { place, .. } = &view else { return };
        if selected.is_of_call(self.callbacks, block, place.position) {
            self.writer.visit(found, block, view);
        }
    }
}
