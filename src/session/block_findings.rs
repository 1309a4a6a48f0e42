//! The findings on the records of a block, as text; made on the threads that read.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::folding::{FindingFolds, FoldKey};
use crate::engine::{
    Block, RecordView, RecordVisitor, Ruler, Snippet, finding, folds, range_finding, skip_finding,
};
use crate::report::finding::{FindingFormat, FindingStyle, FoldScope, write, write_folded};
use crate::source::SourceNames;
use crate::spec::{Finding, Folded, Level, Place, RuleId};
use crate::spill::LongText;

/// Findings of one rule and level, counted.
#[derive(Debug)]
pub struct RuleCount {
    /// The rule.
    pub rule: RuleId,
    /// Their level.
    pub level: Level,
    /// How many.
    pub count: u64,
    /// Where the first of them is.
    pub first: Place,
}

/// The findings of one block.
#[derive(Debug, Default)]
pub struct BlockFindings {
    /// By rule and level, in the order of their first.
    pub counts: Vec<RuleCount>,
    /// Index of the source.
    pub source: usize,
    /// The list, in its order.
    pub runs: Vec<EntryRun>,
    /// Findings that the list leaves out: in the block they are not among the first of their kind.
    pub folds: FindingFolds,
    /// Entries of the list that every limit counts, by level.
    entries: [u64; 3],
    text: LongText,
}

/// Entries of a list, one after another, of one level.
#[derive(Debug)]
pub struct EntryRun {
    /// How many: one for a finding that is listed, and for several that are counted instead.
    pub entries: u64,
    /// How many findings they stand for.
    pub findings: u64,
    /// Their level.
    pub level: Level,
    /// Where they end in the text.
    pub end: u64,
    /// For one finding that is listed only if it is among the first of its kind: the kind, and its place.
    pub fold: Option<(FoldKey, Place)>,
}

impl BlockFindings {
    /// Gives ranges of the text to `put`.
    ///
    /// # Errors
    /// As for [`LongText::give`].
    pub fn give(
        self,
        ranges: &[Range<u64>],
        put: impl FnMut(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.text.give(ranges, put)
    }

    fn count(&mut self, rule: RuleId, level: Level, count: u64, first: &Place) {
        match self.counts.iter_mut().find(|counted| (counted.rule, counted.level) == (rule, level)) {
            Some(counted) => counted.count += count,
            None => self.counts.push(RuleCount { rule, level, count, first: first.clone() }),
        }
    }

    /// Adds an entry of a level, which stands for that many findings.
    fn list(
        &mut self,
        writer: &WriteFindings<'_>,
        (level, findings): (Level, u64),
        fold: Option<(FoldKey, Place)>,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let most = writer.most;
        if level > writer.least {
            return;
        }
        if let Some((key, place)) = &fold
            && !self.folds.lists(key, place)
        {
            return;
        }
        // A list may leave out a level, so each has room for as many as all.
        let entries = &mut self.entries[level as usize];
        if *entries < most {
            self.text.add(write);
        }
        // Of what may be folded nobody knows here whether it counts.
        *entries += u64::from(fold.is_none());
        let end = self.text.len();
        match self.runs.last_mut() {
            Some(run) if most == u64::MAX && fold.is_none() && run.fold.is_none() && run.level == level => {
                run.entries += 1;
                run.findings += findings;
                run.end = end;
            }
            _ if most == 0 => {}
            _ => self.runs.push(EntryRun { entries: 1, findings, level, end, fold }),
        }
    }
}

/// Writes findings as records are read.
#[derive(Clone, Copy, Debug)]
pub struct WriteFindings<'n> {
    /// Entries that are written at most.
    pub most: u64,
    /// The least serious level that is listed; those below are only counted.
    pub least: Level,
    /// How.
    pub style: FindingStyle,
    /// True to fold findings that a record cannot be read as a callback.
    pub folds: bool,
    /// The names of the sources.
    pub names: &'n SourceNames,
}

impl WriteFindings<'_> {
    fn add(&self, found: &mut BlockFindings, finding: &Finding, snippet: Option<&Snippet>) {
        found.count(finding.rule, finding.level, 1, &finding.place);
        found.source = finding.place.source;
        let key = if self.folds { FoldKey::of(finding) } else { None };
        let fold = key.map(|key| (key, finding.place.clone()));
        found.list(self, (finding.level, 1), fold, |text| self.write(text, finding, snippet));
    }

    /// Adds an entry to those of its block.
    pub fn list(&self, found: &mut BlockFindings, entry: &FindingEntry, snippet: Option<&Snippet>) {
        match entry {
            FindingEntry::Single(finding) => self.add(found, finding, snippet),
            FindingEntry::Folded(folded) => {
                found.count(folded.rule, folded.level, folded.count, &folded.first);
                found.source = folded.first.source;
                let write = |text: &mut Vec<u8>| self.write_folded(text, folded, FoldScope::Record);
                found.list(self, (folded.level, folded.count), None, write);
            }
        }
    }

    /// Appends a finding as it is written.
    pub fn write(&self, text: &mut Vec<u8>, finding: &Finding, snippet: Option<&Snippet>) {
        self.names.with(|name| write(text, self.style, finding, snippet, name));
    }

    /// Appends findings that are counted instead of listed.
    pub fn write_folded(&self, text: &mut Vec<u8>, folded: &Folded<Place>, scope: FoldScope<'_>) {
        self.names.with(|name| write_folded(text, self.style, folded, scope, name));
    }
}

/// An entry of the list of findings, before it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FindingEntry {
    /// A finding.
    Single(Finding),
    /// Findings of a record that are counted instead of listed.
    Folded(Folded<Place>),
}

/// Shows the entries of a piece of a block to `see`, each with the text around it if it `shows`, or is kept anyway.
fn entries(
    block: &Block,
    view: RecordView<'_>,
    shows: bool,
    mut see: impl FnMut(FindingEntry, Option<Snippet>),
) {
    match view {
        RecordView::Blank { .. } | RecordView::Other { .. } => {}
        RecordView::Record { place, record, checked, .. } => {
            let mut rulers = [Ruler::new(place), Ruler::new(place)];
            for hit in checked.hits {
                let span = hit.span.clone();
                let finding = finding(hit, &mut rulers, record);
                let snippet = shows.then(|| place.snippet(&span, finding.place.line));
                see(FindingEntry::Single(finding), snippet);
            }
            for folded in folds(&checked.folds, &mut rulers[0]).rows() {
                see(FindingEntry::Folded(folded.clone()), None);
            }
        }
        RecordView::Skipped { skip, hits } => {
            for hit in hits {
                let (finding, snippet) = skip_finding(hit, skip, block.source);
                see(FindingEntry::Single(finding), Some(snippet));
            }
        }
        RecordView::Damaged { end, hits } => {
            for hit in hits {
                see(FindingEntry::Single(range_finding(hit, block.source, &end)), None);
            }
        }
    }
}

impl RecordVisitor for WriteFindings<'_> {
    type Output = BlockFindings;

    fn visit(&self, found: &mut BlockFindings, block: &Block, view: RecordView<'_>) {
        let shows = self.style.format == FindingFormat::Full && self.most > 0;
        entries(block, view, shows, |entry, snippet| self.list(found, &entry, snippet.as_ref()));
    }
}

/// Keeps the entries of a block as they are, to be written elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct KeepFindings;

impl RecordVisitor for KeepFindings {
    type Output = Vec<FindingEntry>;

    fn visit(&self, found: &mut Vec<FindingEntry>, block: &Block, view: RecordView<'_>) {
        entries(block, view, false, |entry, _| found.push(entry));
    }
}
