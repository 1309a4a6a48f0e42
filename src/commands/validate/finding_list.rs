//! The list of findings, or their counts, as they are written.
//!
//! Comes in: the findings of blocks, in the order of the input, and single ones. Goes out: what is listed of them, and
//! the counts of all. Must not: judge, or change a count for what is listed.

use std::ops::Range;

use super::held::HeldEntries;
use crate::engine::Snippet;
use crate::report::finding::{FindingFormat, FoldScope, ListFacts, list_foot, list_head};
use crate::report::{FindingTally, statistics_json, statistics_table};
use crate::session::{BlockFindings, EntryRun, FindingFolds, Output, RuleCount, WriteFindings};
use crate::spec::{Finding, Level};

/// More findings than that at level `info` are only counted, where a person reads the list and has not asked for them.
const MOST_INFO: u64 = 50;

/// What has been found so far, and where it is written.
pub(super) struct FindingList<'n> {
    /// The counts.
    pub(super) tally: FindingTally,
    writer: WriteFindings<'n>,
    /// Entries that are written, or held, and the findings that they stand for, by level.
    listed: [u64; 3],
    told: [u64; 3],
    /// The source that was read last, and what is folded of it.
    source: usize,
    folds: FindingFolds,
    /// Entries that wait for the end; none if they are written as they come.
    held: Option<HeldEntries>,
    /// True if findings at level `info` are only counted if there are many.
    counts_info: bool,
    /// True once the list has begun.
    begun: bool,
    /// Where it is written.
    pub(super) output: Output,
}

impl<'n> FindingList<'n> {
    /// Without findings.
    pub(super) fn new(writer: WriteFindings<'n>, output: Output) -> Self {
        let held = writer.style.format.begins_with_counts().then(HeldEntries::default);
        Self {
            tally: FindingTally::default(),
            writer,
            listed: [0; 3],
            told: [0; 3],
            source: 0,
            folds: FindingFolds::default(),
            held,
            counts_info: false,
            begun: false,
            output,
        }
    }

    /// How findings are written.
    pub(super) fn writer(&self) -> WriteFindings<'n> {
        self.writer
    }

    /// From now on only counts findings at level `info` if there are many of them, which is known at the end.
    pub(super) fn count_info(&mut self) {
        self.counts_info = true;
        self.held.get_or_insert_default();
    }

    /// True if there is room for an entry of this level; each has its own if one may be left out at the end.
    fn has_room(&self, level: Level) -> bool {
        let entries = match self.counts_info {
            true => self.listed[level as usize],
            false => self.listed.iter().sum(),
        };
        entries < self.writer.most
    }

    /// Counts an entry that is written, or held; returns how many bytes of it to leave out at its beginning.
    fn count(&mut self, level: Level, (entries, findings): (u64, u64), length: u64) -> u64 {
        let is_first = self.listed.iter().all(|listed| *listed == 0);
        self.listed[level as usize] += entries;
        self.told[level as usize] += findings;
        if let Some(held) = self.held.as_mut().filter(|_| self.counts_info) {
            held.expect(level, (entries, findings), length);
        }
        if is_first { self.writer.style.format.separator().len() as u64 } else { 0 }
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
        for EntryRun { entries, findings, level, end, fold } in &found.runs {
            let mut range = std::mem::replace(&mut start, *end)..*end;
            let is_listed = fold.as_ref().is_none_or(|(key, place)| self.folds.lists(key, place));
            if is_listed && self.has_room(*level) {
                range.start += self.count(*level, (*entries, *findings), range.end - range.start);
                match ranges.last_mut() {
                    Some(last) if last.end == range.start => last.end = range.end,
                    _ => ranges.push(range),
                }
            }
        }
        for (key, folded) in found.folds.folded() {
            self.folds.add(key, folded.clone());
        }
        found.give(&ranges, |text| self.put(text))
    }

    /// Says what is folded of the source that was read last.
    pub(super) fn end_source(&mut self) -> anyhow::Result<()> {
        for (key, folded) in std::mem::take(&mut self.folds).folded() {
            if self.has_room(key.level) {
                let mut text = Vec::new();
                self.writer.write_folded(&mut text, folded, FoldScope::Source(&key.wrapper));
                self.put_entry(key.level, folded.count, &text)?;
            }
        }
        Ok(())
    }

    /// Takes one finding.
    pub(super) fn add(&mut self, finding: &Finding, snippet: Option<&Snippet>) -> anyhow::Result<()> {
        self.tally.add(finding.rule, finding.level, &finding.place);
        if finding.level > self.writer.least || !self.has_room(finding.level) {
            return Ok(());
        }
        let mut text = Vec::new();
        self.writer.write(&mut text, finding, snippet);
        self.put_entry(finding.level, 1, &text)
    }

    fn put_entry(&mut self, level: Level, findings: u64, text: &[u8]) -> anyhow::Result<()> {
        let skipped = self.count(level, (1, findings), text.len() as u64);
        self.put(&text[skipped as usize..])
    }

    /// Writes a part of the list, or holds it.
    fn put(&mut self, text: &[u8]) -> anyhow::Result<()> {
        if let Some(held) = &mut self.held {
            held.add(text);
            return Ok(());
        }
        self.begin(&ListFacts::default())?;
        self.output.put(text)
    }

    fn begin(&mut self, facts: &ListFacts) -> anyhow::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        self.output.put(&list_head(self.writer.style, facts))
    }

    /// Ends the list: says how much was left out, or gives the counts if they are wanted.
    pub(super) fn end(&mut self, statistics: bool, is_incomplete: bool) -> anyhow::Result<()> {
        let WriteFindings { style, names, least, most, .. } = self.writer;
        if statistics {
            let tally = &self.tally;
            let text = names.with(|name| match style.format {
                FindingFormat::Json => statistics_json(tally, least, name),
                _ if tally.all() == 0 => Vec::new(),
                _ => statistics_table(tally, least, name).into_bytes(),
            });
            return self.output.put(&text);
        }
        let infos = self.tally.of(Level::Info);
        let counts_info = self.counts_info && infos > MOST_INFO;
        let lists = |level: Level| level <= least && !(counts_info && level == Level::Info);
        let mut ranges = self.held.as_ref().map_or_else(Vec::new, HeldEntries::all);
        if let Some(held) = self.held.as_ref().filter(|_| self.counts_info) {
            (ranges, self.listed, self.told) = held.choose(most, lists);
        }
        let cut = Level::ALL.map(|it| if lists(it) { self.tally.of(it) - self.told[it as usize] } else { 0 });
        let facts = ListFacts {
            listed: self.listed,
            cut,
            counted: if counts_info { infos } else { 0 },
            is_incomplete,
        };
        self.begin(&facts)?;
        if let Some(held) = self.held.take() {
            held.give(&ranges, |text| self.output.put(text))?;
        }
        self.output.put(&list_foot(style, &facts))
    }
}
