//! The list of findings, or their counts, as they are written.
//!
//! Comes in: the findings of blocks, in the order of the input, and single ones. Goes out: what is listed of them, and
//! the counts of all. Must not: judge, or change a count for what is listed.

use std::ops::Range;

use crate::engine::Snippet;
use crate::report::finding::{FindingFormat, FoldScope, cut_line};
use crate::report::{FindingTally, statistics_json, statistics_table};
use crate::session::{BlockFindings, EntryRun, FindingFolds, Output, RuleCount, WriteFindings};
use crate::spec::Finding;

/// What has been found so far, and where it is written.
pub(super) struct FindingList<'n> {
    /// The counts.
    pub(super) tally: FindingTally,
    writer: WriteFindings<'n>,
    /// Entries that are written, and the findings that they stand for.
    written: u64,
    told: u64,
    /// The source that was read last, and what is folded of it.
    source: usize,
    folds: FindingFolds,
    /// Where it is written.
    pub(super) output: Output,
}

impl<'n> FindingList<'n> {
    /// Without findings.
    pub(super) fn new(writer: WriteFindings<'n>, output: Output) -> Self {
        let (tally, folds) = (FindingTally::default(), FindingFolds::default());
        Self { tally, writer, written: 0, told: 0, source: 0, folds, output }
    }

    /// Takes the findings of a block.
    pub(super) fn take(&mut self, found: &mut BlockFindings) -> anyhow::Result<()> {
        let found = std::mem::take(found);
        for RuleCount { rule, level, count, first } in &found.counts {
            self.tally.add_many(*rule, *level, first, *count);
        }
        if found.source != self.source && !found.counts.is_empty() {
            self.end_source()?;
            self.source = found.source;
        }
        let (mut ranges, mut start): (Vec<Range<u64>>, u64) = (Vec::new(), 0);
        for EntryRun { entries, findings, end, fold } in &found.runs {
            let range = std::mem::replace(&mut start, *end)..*end;
            let is_listed = fold.as_ref().is_none_or(|(key, place)| self.folds.lists(key, place));
            if is_listed && self.written < self.writer.most {
                self.written += entries;
                self.told += findings;
                match ranges.last_mut() {
                    Some(last) if last.end == range.start => last.end = range.end,
                    _ => ranges.push(range),
                }
            }
        }
        for (key, folded) in found.folds.folded() {
            self.folds.add(key, folded.clone());
        }
        found.give(&ranges, |text| self.output.put(text))
    }

    /// Says what is folded of the source that was read last.
    pub(super) fn end_source(&mut self) -> anyhow::Result<()> {
        for (key, folded) in std::mem::take(&mut self.folds).folded() {
            if self.written < self.writer.most {
                self.written += 1;
                self.told += folded.count;
                let mut text = Vec::new();
                self.writer.write_folded(&mut text, folded, FoldScope::Source(&key.wrapper));
                self.output.put(&text)?;
            }
        }
        Ok(())
    }

    /// Takes one finding.
    pub(super) fn add(&mut self, finding: &Finding, snippet: Option<&Snippet>) -> anyhow::Result<()> {
        self.tally.add(finding.rule, finding.level, &finding.place);
        if self.written >= self.writer.most {
            return Ok(());
        }
        self.written += 1;
        self.told += 1;
        let mut text = Vec::new();
        self.writer.write(&mut text, finding, snippet);
        self.output.put(&text)
    }

    /// Ends the list: says how much was cut, or gives the counts if they are wanted.
    pub(super) fn end(&mut self, statistics: bool) -> anyhow::Result<()> {
        let WriteFindings { style, names, .. } = self.writer;
        if statistics {
            let tally = &self.tally;
            let text = names.with(|name| match style.format {
                FindingFormat::Json => statistics_json(tally, name),
                _ if tally.all() == 0 => Vec::new(),
                _ => statistics_table(tally, name).into_bytes(),
            });
            return self.output.put(&text);
        }
        match self.tally.all() - self.told {
            0 => Ok(()),
            cut => self.output.put(&cut_line(style.format, cut)),
        }
    }
}
