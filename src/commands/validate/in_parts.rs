//! `validate` in parts: the findings on records as `map` found them, and those on calls, which get their places at the end.

use anyhow::{Context, ensure};

use super::carried::{WantedPlaces, put_wanted};
use super::finding_list::FindingList;
use super::locate::{CallFindings, Placing};
use super::{ValidateArgs, find_on_calls};
use crate::calls::Totals;
use crate::cli::{InputArgs, RuleArgs, Usage};
use crate::commands::in_parts::{CARRIED, CarriedItems, FINDINGS, InParts, PutItem, RESULT, each_item};
use crate::engine::{Analysis, Located};
use crate::report::finding::FindingFormat;
use crate::session::{BlockFindings, FindingEntry, Inputs, Output, Session, Status};
use crate::shard::Carried;
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

    fn carries(&self) -> Carried {
        Carried::Places
    }

    fn asked(&self) -> String {
        format!("validate {:?}", self.rules)
    }

    fn check_parts(&self) -> Result<(), Usage> {
        if !self.filter.is_empty() {
            return Err(
                "findings on records are written before their calls are known, so `validate` takes no \
                        filters in parts"
                    .into(),
            );
        }
        match self.format {
            FindingFormat::Full if !self.statistics => {
                Err("the full format shows the text of the log, which parts do \
                 not carry; use `--format concise`, `json` or `github`"
                    .into())
            }
            _ => Ok(()),
        }
    }

    fn part(
        &self,
        inputs: &Inputs,
        analysis: &Analysis,
        carried: &CarriedItems,
        put: &mut PutItem<'_>,
    ) -> anyhow::Result<()> {
        let (hits, wants) = find_on_calls(inputs, analysis, &self.rules.options()?, |_| true)?.finish()?;
        let (mut reading, mut hit) = (hits.read()?, Vec::new());
        while let Some(key) = reading.next(&mut hit)? {
            put(key, &[&[RESULT], &hit[..]].concat())?;
        }
        put_wanted(&wants, carried, put)
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
        let (hits, _) = on_calls.finish()?;
        let mut placing = Placing::of(&hits, inputs.memory())?;
        let mut report = |located: &mut Vec<Located>| {
            let ready = placing.take(std::mem::take(located))?;
            ready.iter().try_for_each(|(finding, _)| list.add(finding, None))
        };
        let (mut located, mut record) = (Vec::new(), None);
        each_item(items, CARRIED, |item| {
            let wanted: WantedPlaces = postcard::from_bytes(item).context("places are damaged")?;
            if record.replace(wanted.record()) != Some(wanted.record()) {
                report(&mut located)?;
            }
            located.extend(wanted.located());
            Ok(())
        })?;
        report(&mut located)?;
        ensure!(placing.finish()?, "places of findings on calls are missing");
        self.end(inputs, list, totals, session.terminal)
    }
}
