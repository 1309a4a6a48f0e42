//! `validate`: the findings on records as they are read, then those on calls.

use anyhow::anyhow;

use super::Status;
use super::inputs::Inputs;
use super::output::Output;
use super::places::{CallFindings, find_places};
use crate::cli::{Terminal, ValidateArgs, ValidateFormat};
use crate::engine::{
    Analysis, Block, JudgedCall, RecordView, Ruler, Snippet, finding, judge_calls, range_finding,
    range_place, skip_finding,
};
use crate::report::finding::{FindingFormat, FindingStyle, cut_line, write};
use crate::report::{Tally, statistics_json, statistics_table, totals_line};
use crate::rules::RuleOptions;
use crate::spec::{Finding, Level, Place, RuleId};
use crate::spill::{LongText, Shared};

/// Runs `validate`.
pub(super) fn validate(args: &ValidateArgs, terminal: &Terminal) -> anyhow::Result<Status> {
    let rules = args.rules.options().map_err(|text| anyhow!(text))?;
    let mut inputs = Inputs::open(&args.input, terminal)?;
    inputs.sources.keep_pipes();
    let file = args.output.output.as_deref();
    let style = FindingStyle {
        format: args.format.format(),
        color: terminal.colors(file),
        width: terminal.width(file),
    };
    let mut report = Report::new(args, style, Output::open(file)?);
    let names = inputs.sources.names();
    let name = |index: usize| names.get(index).map_or("", String::as_str);
    let analysis = inputs.analyse(
        &rules,
        |found: &mut Found, block, view| found.look(block, view, Listing::of(args), style, name),
        |found| report.take(std::mem::take(found)),
    )?;
    report_calls(&mut inputs, &analysis, &rules, &mut report, name)?;
    report.end(args, name)?;
    let totals = &analysis.totals;
    let line = totals_line(&report.tally, totals.records, totals.callbacks, inputs.sources.list().len());
    inputs.finish(report.output)?;
    terminal.say(&line);
    if totals.bytes == totals.blank_bytes {
        terminal.note("the input holds no records");
    }
    let bad = report.tally.of(Level::Error) > 0 || (args.strict && report.tally.of(Level::Warning) > 0);
    match inputs.status() {
        Status::Done if bad && !args.exit_zero => Ok(Status::Findings),
        other => Ok(other),
    }
}

/// Judges the calls, finds the places of what is found, and reports it.
fn report_calls<'s>(
    inputs: &mut Inputs<'_>,
    analysis: &Analysis,
    rules: &RuleOptions,
    report: &mut Report,
    name: impl Fn(usize) -> &'s str + Copy,
) -> anyhow::Result<()> {
    let found = Shared::new(CallFindings::new(analysis.memory()));
    let work = |(): &mut (), call: JudgedCall<'_, '_>| {
        if !call.hits.is_empty() {
            found.fill(|found| found.add(call.timeline.call_id, &call.hits));
        }
    };
    judge_calls(analysis, rules, inputs.threads, || (), work)?;
    find_places(inputs, found.finish()?, |finding, snippet| report.finding(&finding, snippet.as_ref(), name))
}

/// Findings of one rule and level, counted.
#[derive(Debug)]
struct Counted {
    rule: RuleId,
    level: Level,
    count: u64,
    first: Place,
}

/// The findings of one block.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// By rule and level, in the order of their first.
    counted: Vec<Counted>,
    count: u64,
    /// Where each finding ends in the text, of those that may be listed where not all are.
    ends: Vec<u64>,
    text: LongText,
}

impl Found {
    /// Gives the findings, as they are written, to `put`.
    ///
    /// # Errors
    /// As for [`LongText::give`].
    pub(super) fn give(self, put: impl FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let length = self.text.len();
        self.text.give(length, put)
    }

    fn add<'s>(
        &mut self,
        finding: &Finding,
        snippet: Option<&Snippet>,
        (listing, style): (Listing, FindingStyle),
        name: impl Fn(usize) -> &'s str,
    ) {
        let (rule, level) = (finding.rule, finding.level);
        match self.counted.iter_mut().find(|counted| (counted.rule, counted.level) == (rule, level)) {
            Some(counted) => counted.count += 1,
            None => self.counted.push(Counted { rule, level, count: 1, first: finding.place.clone() }),
        }
        if listing.lists(self.count) {
            self.text.add(|text| write(text, style, finding, snippet, name));
            if listing != Listing::All {
                self.ends.push(self.text.len());
            }
        }
        self.count += 1;
    }

    /// Takes the findings on a piece of a block.
    pub(super) fn look<'s>(
        &mut self,
        block: &Block,
        view: RecordView<'_>,
        listing: Listing,
        style: FindingStyle,
        name: impl Fn(usize) -> &'s str,
    ) {
        let mut add = |finding: &Finding, snippet: Option<&Snippet>| {
            self.add(finding, snippet, (listing, style), &name);
        };
        match view {
            RecordView::Blank { .. } => {}
            RecordView::Record { place, checked, .. } | RecordView::More { place, checked } => {
                let call_id = checked.callback.and_then(|callback| callback.call_id.as_deref());
                let mut rulers = [Ruler::new(place), Ruler::new(place)];
                for hit in checked.hits {
                    let span = hit.span.clone();
                    let finding = finding(hit, &mut rulers, call_id);
                    let shown = style.format == FindingFormat::Full && listing != Listing::Nothing;
                    let snippet = shown.then(|| place.snippet(&span, finding.place.line));
                    add(&finding, snippet.as_ref());
                }
            }
            RecordView::Skipped { skip, hits } => {
                for hit in hits {
                    let (finding, snippet) = skip_finding(hit, skip, block.source);
                    add(&finding, Some(&snippet));
                }
            }
            RecordView::Damaged { end, hits } => {
                for hit in hits {
                    let place = range_place(block.source, &end);
                    add(&range_finding(hit, place), None);
                }
            }
        }
    }
}

/// Which findings are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// Every one.
    All,
    /// So many at most.
    First(u64),
    /// None: they are only counted.
    Nothing,
}

impl Listing {
    fn of(args: &ValidateArgs) -> Self {
        match args.max_findings {
            _ if args.statistics => Self::Nothing,
            Some(most) => Self::First(most),
            None => Self::All,
        }
    }

    /// True where one more finding is listed behind so many.
    fn lists(self, listed: u64) -> bool {
        match self {
            Self::All => true,
            Self::First(most) => listed < most,
            Self::Nothing => false,
        }
    }
}

/// What has been found so far, and where it is written.
struct Report {
    tally: Tally,
    style: FindingStyle,
    listing: Listing,
    written: u64,
    output: Output,
}

impl Report {
    fn new(args: &ValidateArgs, style: FindingStyle, output: Output) -> Self {
        Self { tally: Tally::default(), style, listing: Listing::of(args), written: 0, output }
    }

    /// Takes the findings of a block.
    fn take(&mut self, found: Found) -> anyhow::Result<()> {
        for Counted { rule, level, count, first } in &found.counted {
            self.tally.add_many(*rule, *level, first, *count);
        }
        let listed = match self.listing {
            Listing::All => found.count,
            Listing::First(most) => (most - self.written).min(found.count),
            Listing::Nothing => 0,
        };
        self.written += listed;
        if listed == 0 {
            return Ok(());
        }
        let end = match listed {
            all if all == found.count => found.text.len(),
            some => {
                usize::try_from(some - 1).ok().and_then(|last| found.ends.get(last)).copied().unwrap_or(0)
            }
        };
        found.text.give(end, |text| self.output.put(text))
    }

    /// Takes one finding.
    fn finding<'s>(
        &mut self,
        finding: &Finding,
        snippet: Option<&Snippet>,
        name: impl Fn(usize) -> &'s str,
    ) -> anyhow::Result<()> {
        self.tally.add(finding.rule, finding.level, &finding.place);
        if !self.listing.lists(self.written) {
            return Ok(());
        }
        self.written += 1;
        let mut text = Vec::new();
        write(&mut text, self.style, finding, snippet, name);
        self.output.put(&text)
    }

    /// Ends the list: says how much was cut, or gives the counts.
    fn end<'s>(&mut self, args: &ValidateArgs, name: impl Fn(usize) -> &'s str) -> anyhow::Result<()> {
        if self.listing == Listing::Nothing {
            return match args.format {
                ValidateFormat::Json => self.output.put(&statistics_json(&self.tally, name)),
                _ if self.tally.all() == 0 => Ok(()),
                _ => self.output.put(statistics_table(&self.tally, name).as_bytes()),
            };
        }
        let cut = self.tally.all() - self.written;
        if cut == 0 {
            return Ok(());
        }
        let line = cut_line(self.style.format, cut);
        self.output.put(&line)
    }
}
