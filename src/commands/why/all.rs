//! `why --all`: the causes of many calls, and since when one has a larger share than before; also in parts.

use serde::{Deserialize, Serialize};

use super::{WhyArgs, WhyFormat};
use crate::calls::{Causes, OverTime, Totals, verdict};
use crate::cli::{InputArgs, RuleArgs, Terminal, Usage};
use crate::commands::chosen_calls::{say_if_none, selection};
use crate::commands::in_parts::{
    CarriedItems, InParts, PutItem, RESULT, each_item, put_ids, result_item, short_ids_of,
};
use crate::commands::short_ids::short_ids;
use crate::engine::{Analysis, JudgedCall, Selection, judge_calls};
use crate::report::call_list::ShortIds;
use crate::report::why::{CausesReport, causes_json, causes_markdown, causes_text, shown_ids};
use crate::session::{Inputs, Output, Session, Status};
use crate::spill::Sorted;

/// The causes of calls. Sums of parts are those of the whole.
#[derive(Debug, Default, Serialize, Deserialize)]
struct CountedCauses {
    causes: Causes,
    over_time: OverTime,
}

impl CountedCauses {
    fn merge(&mut self, other: Self) {
        self.causes.merge(other.causes);
        self.over_time.merge(other.over_time);
    }
}

impl WhyArgs {
    pub(super) fn causes(&self, terminal: Terminal) -> anyhow::Result<Status> {
        let output = Output::open(self.output.path())?;
        let mut inputs = Inputs::open(&self.input, terminal)?;
        let analysis = inputs.analyse(&self.rule_options()?)?;
        inputs.report_reading(&analysis.totals)?;
        let threads = inputs.threads;
        let filter = &self.choice.filter;
        let selection = selection(filter, &self.rule_options()?, &analysis, threads)?;
        let counted = self.count(&inputs, &analysis, &selection)?;
        say_if_none(&selection, filter, &analysis, threads, terminal)?;
        self.report(inputs, output, &counted, terminal, |ids| Ok(short_ids(ids, &analysis, threads)?))
    }

    /// Counts the causes of calls.
    fn count(
        &self,
        inputs: &Inputs,
        analysis: &Analysis,
        selection: &Selection,
    ) -> anyhow::Result<CountedCauses> {
        let rules = self.rule_options()?;
        let log = analysis.log(inputs.threads)?;
        let work = |counted: &mut CountedCauses, call: &JudgedCall<'_>| {
            let (timeline, outcome) = (call.timeline(), &call.outcome);
            if selection.chooses(call) {
                let verdict = verdict(timeline, outcome, &log);
                counted.causes.add(timeline, outcome, &verdict, &self.choice.filter.tz);
                counted.over_time.add(timeline, outcome, &verdict);
            }
        };
        let states = judge_calls(analysis, &rules, inputs.threads, Default::default, work)?;
        let mut whole = CountedCauses::default();
        states.into_iter().for_each(|counted| whole.merge(counted));
        Ok(whole)
    }

    /// Prints causes; `short_ids` abbreviates ids among those of all calls of the log.
    fn report(
        &self,
        inputs: Inputs,
        mut output: Output,
        counted: &CountedCauses,
        terminal: Terminal,
        short_ids: impl FnOnce(Vec<String>) -> anyhow::Result<ShortIds>,
    ) -> anyhow::Result<Status> {
        let incidents = counted.over_time.incidents();
        let (causes, zone) = (&counted.causes, &self.choice.filter.tz);
        let names = inputs.sources.names();
        let source = match &names[..] {
            [only] if only != "-" => Some(only.as_str()),
            _ => None,
        };
        let mut report = CausesReport { causes, incidents: &incidents, zone, short: None, source };
        match self.format {
            WhyFormat::Text => {
                let short = short_ids(shown_ids(&report).into_iter().collect())?;
                report.short = Some(&short);
                let (text, notes) = causes_text(&report, self.style(terminal));
                notes.iter().for_each(|note| terminal.note(note));
                output.put(text.as_bytes())?;
            }
            WhyFormat::Json => output.put(&causes_json(&report))?,
            WhyFormat::Markdown => output.put(causes_markdown(&report).as_bytes())?,
        }
        inputs.finish(output)?;
        Ok(inputs.status())
    }
}

impl InParts for WhyArgs {
    fn input(&self) -> &InputArgs {
        &self.input
    }

    fn rule_args(&self) -> Option<&RuleArgs> {
        None
    }

    fn asked(&self) -> String {
        format!("why {:?} {:?}", self.choice, self.format == WhyFormat::Text)
    }

    fn check_parts(&self) -> Result<(), Usage> {
        match self.all {
            true => self.choice.filter.check_parts(),
            false => {
                Err("single calls are explained by `callkit-tool why`; in parts there is `why --all`".into())
            }
        }
    }

    fn part(
        &self,
        inputs: &Inputs,
        analysis: &Analysis,
        _: &CarriedItems,
        put: &mut PutItem<'_>,
    ) -> anyhow::Result<()> {
        let selection = selection(&self.choice.filter, &self.rule_options()?, analysis, inputs.threads)?;
        put(0, &result_item(&self.count(inputs, analysis, &selection)?)?)?;
        if self.format != WhyFormat::Text {
            return Ok(());
        }
        put_ids(analysis, inputs.threads, put)
    }

    fn whole(
        &self,
        inputs: Inputs,
        totals: &Totals,
        items: &Sorted,
        session: &Session,
    ) -> anyhow::Result<Status> {
        let output = Output::open(self.output.path())?;
        inputs.report_reading(totals)?;
        let mut whole = CountedCauses::default();
        each_item(items, RESULT, |item| {
            whole.merge(postcard::from_bytes(item)?);
            Ok(())
        })?;
        self.report(inputs, output, &whole, session.terminal, |ids| short_ids_of(ids, items))
    }
}
