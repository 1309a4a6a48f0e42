//! `calls` in parts: the first calls of each part in the order of the list, and for text the ids of all.

use super::gather::{CallList, ListMaker};
use super::{CallsArgs, CallsFormat};
use crate::calls::Totals;
use crate::cli::{InputArgs, RuleArgs, Usage};
use crate::commands::chosen_calls::{say_none_in_parts, selection};
use crate::commands::in_parts::{
    CarriedItems, InParts, PutItem, RESULT, each_item, put_ids, result_item, short_ids_of,
};
use crate::engine::Analysis;
use crate::session::{Inputs, Output, Session, Status};
use crate::spill::Sorted;

impl InParts for CallsArgs {
    fn input(&self) -> &InputArgs {
        &self.input
    }

    fn rule_args(&self) -> Option<&RuleArgs> {
        Some(&self.rules)
    }

    fn asked(&self) -> String {
        let Self { sort, limit, columns, format, time_format, rules, filter, .. } = self;
        format!("calls {sort:?} {limit:?} {columns:?} {format:?} {time_format:?} {rules:?} {filter:?}")
    }

    fn check_parts(&self) -> Result<(), Usage> {
        self.table()?;
        self.sort_key()?;
        self.filter.check_parts()
    }

    fn part(
        &self,
        inputs: &Inputs,
        analysis: &Analysis,
        _: &CarriedItems,
        put: &mut PutItem<'_>,
    ) -> anyhow::Result<()> {
        let (rules, table) = (self.rule_options()?, self.table()?);
        let selection = selection(&self.filter, &rules, analysis, inputs.threads)?;
        let maker = ListMaker::new(&table, self.sort_key()?, selection, analysis, inputs.threads)?;
        // A terminal, where the list is shorter by default, is known only at the end.
        let most = self.limit.unwrap_or(usize::MAX);
        self.gather(&maker, analysis, &rules, inputs, most)?.each(|call| put(0, &result_item(&call)?))?;
        match self.format {
            CallsFormat::Text => put_ids(analysis, inputs.threads, put),
            _ => Ok(()),
        }
    }

    fn whole(
        &self,
        inputs: Inputs,
        totals: &Totals,
        items: &Sorted,
        session: &Session,
    ) -> anyhow::Result<Status> {
        let table = self.table()?;
        let mut output = Output::open(self.output.path())?;
        inputs.report_reading(totals)?;
        let mut list = CallList::new(self.most(session.terminal));
        each_item(items, RESULT, |item| {
            list.take(postcard::from_bytes(item)?);
            Ok(())
        })?;
        if list.is_empty() {
            say_none_in_parts(!self.filter.is_empty(), totals, session.terminal);
        }
        let left_out = list.left_out();
        self.draw(&mut output, list, (&table, session.terminal), |ids| short_ids_of(ids, items))?;
        inputs.finish(output)?;
        self.say_end(session.terminal, left_out);
        Ok(inputs.status())
    }
}
