//! `validate` in parts: the findings on records as `map` found them, and those on calls, which get their places at the end.

use anyhow::{Context, ensure};

use super::finding_list::FindingList;
use super::locate::{CallFindings, find_places};
use super::{ValidateArgs, find_on_calls};
use crate::calls::Totals;
use crate::cli::{InputArgs, RuleArgs, Usage};
use crate::commands::in_parts::{FINDINGS, InParts, PutItem, RESULT, each_item};
use crate::engine::Analysis;
use crate::report::finding::FindingFormat;
use crate::session::{BlockFindings, FindingEntry, Inputs, Output, Session, Status};
use crate::spill::Sorted;

impl InParts for ValidateArgs {
    fn input(&self) -> &InputArgs {
        &self.input
    }

    fn rule_args(&self) -> Option<&RuleArgs> {
        Some(&self.rules)
    }

    fn includes_refused(&self) -> bool {
        self.include_refused
    }

    fn takes_findings(&self) -> bool {
        true
    }

    fn asked(&self) -> String {
        format!("validate {:?}", self.rules)
    }

    fn check_parts(&self) -> Result<(), Usage> {
        match self.format {
            FindingFormat::Full if !self.statistics => {
                Err("the full format shows the text of the log, which parts do \
                 not carry; use `--format concise`, `json` or `github`"
                    .into())
            }
            _ => Ok(()),
        }
    }

    fn part(&self, inputs: &Inputs, analysis: &Analysis, put: &mut PutItem<'_>) -> anyhow::Result<()> {
        let found = find_on_calls(inputs, analysis, &self.rules.options()?)?;
        found.each(|key, hit| put(key, &[&[RESULT], hit].concat()))
    }

    fn whole(
        &self,
        mut inputs: Inputs,
        totals: &Totals,
        items: &Sorted,
        session: &Session,
    ) -> anyhow::Result<Status> {
        let names = inputs.sources.source_names();
        let writer = self.writer(session.terminal, &names);
        let mut list = FindingList::new(writer, Output::open(self.output.path())?);
        each_item(items, FINDINGS, |item| {
            let mut found = BlockFindings::default();
            let entries: Vec<FindingEntry> =
                postcard::from_bytes(item).context("the findings of a block are damaged")?;
            entries.iter().for_each(|entry| writer.list(&mut found, entry, None));
            list.take(&mut found)
        })?;
        list.end_source()?;
        for finding in inputs.take_source_findings() {
            list.add(&finding, None)?;
        }
        let mut on_calls = CallFindings::new(inputs.memory());
        each_item(items, RESULT, |hit| on_calls.add_packed(hit))?;
        if !on_calls.is_empty() {
            for source in inputs.sources.list() {
                let is_there = source.stored_size().is_some();
                let name = &source.name;
                ensure!(
                    is_there,
                    "the places of findings on calls need the logs, and `{name}` cannot be read here"
                );
            }
        }
        find_places(&mut inputs, on_calls, |finding, snippet| list.add(&finding, snippet.as_ref()))?;
        self.end(inputs, list, totals, session.terminal)
    }
}
