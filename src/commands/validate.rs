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
use crate::render::finding::{FindingFormat, FindingStyle, cut_line, write};
use crate::render::{Tally, statistics_json, statistics_table, totals_line};
use crate::rules::RuleOptions;
use crate::spec::{Finding, Level, Place};
use crate::spill::Shared;

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
        |found: &mut Found, block, view| found.look(block, view, args.statistics, style, name),
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

/// A finding on a record, as it will be reported.
#[derive(Debug)]
struct Line {
    rule: crate::spec::RuleId,
    level: Level,
    place: Place,
    /// One past its last byte in the block's text.
    end: usize,
}

/// The findings of one block.
#[derive(Debug, Default)]
pub(super) struct Found {
    lines: Vec<Line>,
    text: Vec<u8>,
}

impl Found {
    /// The findings, as they are written.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Takes the findings on a piece of a block.
    pub(super) fn look<'s>(
        &mut self,
        block: &Block,
        view: RecordView<'_>,
        statistics: bool,
        style: FindingStyle,
        name: impl Fn(usize) -> &'s str,
    ) {
        let mut add = |finding: &Finding, snippet: Option<&Snippet>| {
            if !statistics {
                write(&mut self.text, style, finding, snippet, &name);
            }
            let (rule, level, place) = (finding.rule, finding.level, finding.place.clone());
            self.lines.push(Line { rule, level, place, end: self.text.len() });
        };
        match view {
            RecordView::Blank { .. } => {}
            RecordView::Record { place, checked, .. } => {
                let call_id = checked.callback.as_ref().and_then(|callback| callback.call_id.as_deref());
                let mut rulers = [Ruler::new(place), Ruler::new(place)];
                for hit in checked.hits {
                    let span = hit.span.clone();
                    let finding = finding(hit, &mut rulers, call_id);
                    let shown = style.format == FindingFormat::Full && !statistics;
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

/// What has been found so far, and where it is written.
struct Report {
    tally: Tally,
    style: FindingStyle,
    statistics: bool,
    most: Option<u64>,
    written: u64,
    output: Output,
}

impl Report {
    fn new(args: &ValidateArgs, style: FindingStyle, output: Output) -> Self {
        Self {
            tally: Tally::default(),
            style,
            statistics: args.statistics,
            most: args.max_findings,
            written: 0,
            output,
        }
    }

    /// True where one more finding is to be listed, which is then counted as listed.
    fn lists(&mut self) -> bool {
        let lists = !self.statistics && self.most.is_none_or(|most| self.written < most);
        self.written += u64::from(lists);
        lists
    }

    /// Takes the findings of a block.
    fn take(&mut self, found: Found) -> anyhow::Result<()> {
        let mut listed = 0;
        for line in &found.lines {
            self.tally.add(line.rule, line.level, &line.place);
            if self.lists() {
                listed = line.end;
            }
        }
        self.output.put(&found.text[..listed])
    }

    /// Takes one finding.
    fn finding<'s>(
        &mut self,
        finding: &Finding,
        snippet: Option<&Snippet>,
        name: impl Fn(usize) -> &'s str,
    ) -> anyhow::Result<()> {
        self.tally.add(finding.rule, finding.level, &finding.place);
        if !self.lists() {
            return Ok(());
        }
        let mut text = Vec::new();
        write(&mut text, self.style, finding, snippet, name);
        self.output.put(&text)
    }

    /// Ends the list: says how much was cut, or gives the counts.
    fn end<'s>(&mut self, args: &ValidateArgs, name: impl Fn(usize) -> &'s str) -> anyhow::Result<()> {
        if self.statistics {
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
