//! The findings on the records of a block, as text; made on the threads that read.

use crate::engine::{
    Block, RecordView, RecordVisitor, Ruler, Snippet, finding, folds, range_finding, skip_finding,
};
use crate::report::finding::{FindingFormat, FindingStyle, write, write_folded};
use crate::spec::{Finding, Level, Place, RuleId};
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
    /// All of them.
    count: u64,
    /// Entries of the list: one for a finding that is listed, one for several that are counted instead.
    pub entries: u64,
    /// Where each entry ends in the text, and how many findings it stands for; of those that may be written if not all
    /// are.
    ends: Vec<(u64, u64)>,
    text: LongText,
}

impl BlockFindings {
    /// Gives the first `entries` of the list, as they are written, to `put`. Returns how many findings they stand for.
    ///
    /// # Errors
    /// As for [`LongText::give`].
    pub fn give(self, entries: u64, put: impl FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<u64> {
        let (end, findings) = if entries == self.entries {
            (self.text.len(), self.count)
        } else {
            let ends = &self.ends[..usize::try_from(entries).unwrap_or(usize::MAX).min(self.ends.len())];
            (ends.last().map_or(0, |(end, _)| *end), ends.iter().map(|(_, findings)| findings).sum())
        };
        self.text.give(end, put)?;
        Ok(findings)
    }

    fn count(&mut self, rule: RuleId, level: Level, count: u64, first: &Place) {
        self.count += count;
        match self.counts.iter_mut().find(|counted| (counted.rule, counted.level) == (rule, level)) {
            Some(counted) => counted.count += count,
            None => self.counts.push(RuleCount { rule, level, count, first: first.clone() }),
        }
    }

    /// Adds an entry that stands for that many findings, if there are fewer than `most`.
    fn list(&mut self, most: u64, findings: u64, write: impl FnOnce(&mut Vec<u8>)) {
        if self.entries < most {
            self.text.add(write);
            if most < u64::MAX {
                self.ends.push((self.text.len(), findings));
            }
        }
        self.entries += 1;
    }
}

/// Writes findings as records are read.
#[derive(Clone, Copy, Debug)]
pub struct WriteFindings<'n> {
    /// Entries that are written at most.
    pub most: u64,
    /// How.
    pub style: FindingStyle,
    /// The names of the sources; those after the last have its name, as the later files of one log do.
    pub names: &'n [String],
}

impl WriteFindings<'_> {
    fn add(&self, found: &mut BlockFindings, finding: &Finding, snippet: Option<&Snippet>) {
        found.count(finding.rule, finding.level, 1, &finding.place);
        found.list(self.most, 1, |text| self.write(text, finding, snippet));
    }

    fn name(&self, source: usize) -> &str {
        self.names.get(source).or(self.names.last()).map_or("", String::as_str)
    }

    /// Appends a finding as it is written.
    pub fn write(&self, text: &mut Vec<u8>, finding: &Finding, snippet: Option<&Snippet>) {
        write(text, self.style, finding, snippet, |source| self.name(source));
    }
}

impl RecordVisitor for WriteFindings<'_> {
    type Output = BlockFindings;

    fn visit(&self, found: &mut BlockFindings, block: &Block, view: RecordView<'_>) {
        match view {
            RecordView::Blank { .. } | RecordView::Other { .. } => {}
            RecordView::Record { place, record, checked, .. } => {
                let call_id = record.callback().and_then(|callback| callback.call_id.as_deref());
                let mut rulers = [Ruler::new(place), Ruler::new(place)];
                for hit in checked.hits {
                    let span = hit.span.clone();
                    let finding = finding(hit, &mut rulers, call_id);
                    let shown = self.style.format == FindingFormat::Full && self.most > 0;
                    let snippet = shown.then(|| place.snippet(&span, finding.place.line));
                    self.add(found, &finding, snippet.as_ref());
                }
                for folded in folds(&checked.folds, &mut rulers[0]).rows() {
                    found.count(folded.rule, folded.level, folded.count, &folded.first);
                    let write = |text: &mut Vec<u8>| {
                        write_folded(text, self.style, folded, |source| self.name(source));
                    };
                    found.list(self.most, folded.count, write);
                }
            }
            RecordView::Skipped { skip, hits } => {
                for hit in hits {
                    let (finding, snippet) = skip_finding(hit, skip, block.source);
                    self.add(found, &finding, Some(&snippet));
                }
            }
            RecordView::Damaged { end, hits } => {
                for hit in hits {
                    self.add(found, &range_finding(hit, block.source, &end), None);
                }
            }
        }
    }
}
