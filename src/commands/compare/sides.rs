//! The two sides of a comparison: two logs, or two periods of one; and what is counted of them.
//!
//! Comes in: the command line, and logs. Goes out: counts for each side. Must not: test or print figures.

use std::ffi::OsString;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::calls::{Figures, GroupFacts, LogContext, Outcome, Problems, SideCall, SideCounts, Totals};
use crate::cli::{FilterArgs, InputArgs, Terminal, TimeBound, Usage};
use crate::commands::chosen_calls::{say_if_none, selection};
use crate::commands::short_ids::short_ids;
use crate::commands::summarize::count_everything;
use crate::deliveries::Answers;
use crate::engine::{Analysis, JudgedCall, judge_calls};
use crate::report::call_list::ShortIds;
use crate::report::catalog::figures::classes;
use crate::report::local_time;
use crate::rules::RuleOptions;
use crate::session::Inputs;

/// What is counted of a side.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub(super) counts: SideCounts,
    pub(super) figures: Figures,
    found: Problems,
}

impl Side {
    fn merge(&mut self, other: Self) {
        self.counts.merge(other.counts);
        self.figures.merge(&other.figures);
        self.found.merge(other.found);
    }
}

/// An input that was read.
#[derive(Debug)]
pub(super) struct ReadLog {
    pub(super) inputs: Inputs,
    pub(super) analysis: Analysis,
    /// What it was named by, if it can be read again.
    pub(super) names: Vec<String>,
    terminal: Terminal,
}

impl ReadLog {
    /// Reads a log.
    pub(super) fn new(
        names: Vec<OsString>,
        args: &InputArgs,
        rules: &RuleOptions,
        terminal: Terminal,
    ) -> anyhow::Result<Self> {
        let again = if names.iter().any(|name| name == "-") { Vec::new() } else { names.clone() };
        let again = again.into_iter().map(OsString::into_string).collect::<Result<_, _>>();
        let mut inputs = Inputs::open_named(names, args, terminal)?;
        let analysis = inputs.analyse(rules)?;
        inputs.report_reading(&analysis.totals)?;
        Ok(Self { inputs, analysis, names: again.unwrap_or_default(), terminal })
    }

    /// Counts its calls: of each the side that `side` gives, 0 or 1, if any.
    pub(super) fn count(
        &self,
        filter: &FilterArgs,
        rules: &RuleOptions,
        side: impl Fn(&Outcome) -> Option<usize> + Sync,
    ) -> anyhow::Result<[Side; 2]> {
        let threads = self.inputs.threads;
        let selection = selection(filter, rules, &self.analysis, threads)?;
        let log = self.analysis.log(threads)?;
        let work = |sides: &mut [Side; 2], call: &JudgedCall<'_>| {
            let Some(side) = side(&call.outcome) else { return };
            sides[side].found.merge(call.found());
            if selection.chooses(call) {
                add(&mut sides[side], call, &filter.tz, &log);
            }
        };
        let states = judge_calls(&self.analysis, rules, threads, Default::default, work)?;
        // Periods without calls are not filters that choose none.
        if !filter.is_empty() {
            say_if_none(&selection, filter, &self.analysis, threads, self.terminal)?;
        }
        let mut whole = <[Side; 2]>::default();
        for state in states {
            whole.iter_mut().zip(state).for_each(|(side, more)| side.merge(more));
        }
        whole.iter_mut().for_each(|side| side.counts.span = log.oldest.zip(log.newest));
        Ok(whole)
    }

    /// Counts its calls as one side, with the callbacks of no call if all are wanted.
    pub(super) fn count_whole(&self, filter: &FilterArgs, rules: &RuleOptions) -> anyhow::Result<Side> {
        let [mut side, _] = self.count(filter, rules, |_| Some(0))?;
        if filter.is_empty() {
            count_everything(&mut side.figures, &self.analysis.totals, side.found);
        }
        Ok(side)
    }

    /// How these ids can be abbreviated among all of the log.
    pub(super) fn short(&self, ids: Vec<String>) -> anyhow::Result<ShortIds> {
        Ok(short_ids(ids, &self.analysis, self.inputs.threads)?)
    }

    pub(super) fn totals(&self) -> &Totals {
        &self.analysis.totals
    }
}

/// Counts a call of a side.
fn add(side: &mut Side, call: &JudgedCall<'_>, zone: &TimeZone, log: &LogContext) {
    let (outcome, texts, call_id) = (&call.outcome, call.texts(), call.call_id());
    side.figures.add(outcome, call.problems(), classes(outcome));
    let user = outcome.caller.and_then(|caller| texts.get(caller)).unwrap_or(&call_id);
    let timeline = || call.timeline();
    // No key of a comparison asks for deliveries.
    let deliveries = (&Answers::default(), None);
    let facts = GroupFacts { outcome, texts, timeline: &timeline, zone, log, deliveries };
    let start = outcome.start;
    let named = SideCall { user, start, position: call.first_position(), call_id: &call_id };
    side.counts.add_call(&named, &facts);
}

/// Two periods of a log.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Periods {
    /// From and until when, in Unix seconds; none if it is open.
    ranges: [(Option<i64>, Option<i64>); 2],
    /// What they are, for people.
    pub(super) names: [String; 2],
}

impl Periods {
    /// Those before and from a time on, or those of two days; none if neither is named.
    pub(super) fn of(
        before: Option<TimeBound>,
        days: &[Date],
        zone: &TimeZone,
        newest: Option<u32>,
    ) -> Result<Option<Self>, Usage> {
        if let Some(bound) = before {
            let time = bound.seconds(zone, newest)?;
            let at = local_time(time, zone);
            let names = [format!("before {at}"), format!("from {at} on")];
            return Ok(Some(Self { ranges: [(None, Some(time)), (Some(time), None)], names }));
        }
        if days.is_empty() {
            return Ok(None);
        }
        let [one, two] = *days else {
            return Err("`--days` takes two days, as in 2024-05-01,2024-05-02".into());
        };
        if one == two {
            return Err(format!("`--days` names {one} twice: nothing can differ").into());
        }
        let midnight = |day: Date| {
            let zoned = day.to_zoned(zone.clone()).map_err(|error| Usage::Wrong(error.to_string()))?;
            Ok::<_, Usage>(Some(zoned.timestamp().as_second()))
        };
        let range = |day: Date| {
            let next = day.tomorrow().map_err(|error| Usage::Wrong(error.to_string()))?;
            Ok::<_, Usage>((midnight(day)?, midnight(next)?))
        };
        Ok(Some(Self { ranges: [range(one)?, range(two)?], names: [one, two].map(|day| day.to_string()) }))
    }

    /// The part of a span that is in a period.
    pub(super) fn within(&self, side: usize, span: Option<(u32, u32)>) -> Option<(u32, u32)> {
        let (first, last) = span?;
        let (from, until) = self.ranges[side];
        let bound =
            |time: Option<i64>, other: u32| time.and_then(|time| u32::try_from(time).ok()).unwrap_or(other);
        let span = (first.max(bound(from, first)), last.min(bound(until, last)));
        (span.0 < span.1).then_some(span)
    }

    /// The period in which a call was started; of one whose start is unknown, that of its earliest callback.
    pub(super) fn side(&self, outcome: &Outcome) -> Option<usize> {
        let time = i64::from(outcome.start.or(outcome.earliest)?);
        let holds = |(from, until): &(Option<i64>, Option<i64>)| {
            from.is_none_or(|from| time >= from) && until.is_none_or(|until| time < until)
        };
        self.ranges.iter().position(holds)
    }
}

/// Reads a day.
///
/// # Errors
/// Returns an error if it is none.
pub(super) fn parse_day(text: &str) -> Result<Date, Usage> {
    let day = text.trim().parse::<Date>().ok().filter(|day| day.to_string() == text.trim());
    day.ok_or_else(|| format!("`{text}` is not a day, such as 2024-05-01").into())
}
