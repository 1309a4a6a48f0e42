//! The findings on the records of a block, as text; made on the threads that read.

use crate::engine::{Block, RecordView, RecordVisitor, Ruler, Snippet, finding, range_finding, skip_finding};
use crate::report::finding::{FindingFormat, FindingStyle, write};
use crate::spec::{Finding, Level, Place, RuleId};
use crate::spill::LongText;

/// Which findings are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Every one.
    All,
    /// That many at most.
    First(u64),
    /// None: they are only counted.
    Nothing,
}

impl Listing {
    /// True if one more finding is listed after that many.
    pub fn lists(self, listed: u64) -> bool {
        match self {
            Self::All => true,
            Self::First(most) => listed < most,
            Self::Nothing => false,
        }
    }
}

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
    pub count: u64,
    /// Where each finding ends in the text, of those that may be listed if not all are.
    ends: Vec<u64>,
    text: LongText,
}

impl BlockFindings {
    /// Gives the first `listed` findings, as they are written, to `put`.
    ///
    /// # Errors
    /// As for [`LongText::give`].
    pub fn give(self, listed: u64, put: impl FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let last = listed.checked_sub(1).and_then(|last| usize::try_from(last).ok());
        let end = match last {
            _ if listed == self.count => self.text.len(),
            last => last.and_then(|last| self.ends.get(last)).copied().unwrap_or(0),
        };
        self.text.give(end, put)
    }
}

/// Writes findings as records are read.
#[derive(Clone, Copy, Debug)]
pub struct WriteFindings<'n> {
    /// Which are written.
    pub listing: Listing,
    /// How.
    pub style: FindingStyle,
    /// The names of the sources; those after the last have its name, as the later files of one log do.
    pub names: &'n [String],
}

impl WriteFindings<'_> {
    fn add(&self, found: &mut BlockFindings, finding: &Finding, snippet: Option<&Snippet>) {
        let (rule, level) = (finding.rule, finding.level);
        match found.counts.iter_mut().find(|counted| (counted.rule, counted.level) == (rule, level)) {
            Some(counted) => counted.count += 1,
            None => found.counts.push(RuleCount { rule, level, count: 1, first: finding.place.clone() }),
        }
        if self.listing.lists(found.count) {
            found.text.add(|text| self.write(text, finding, snippet));
            if self.listing != Listing::All {
                found.ends.push(found.text.len());
            }
        }
        found.count += 1;
    }

    /// Appends a finding as it is written.
    pub fn write(&self, text: &mut Vec<u8>, finding: &Finding, snippet: Option<&Snippet>) {
        let name = |source| self.names.get(source).or(self.names.last()).map_or("", String::as_str);
        write(text, self.style, finding, snippet, name);
    }
}

impl RecordVisitor for WriteFindings<'_> {
    type Output = BlockFindings;

    fn visit(&self, found: &mut BlockFindings, block: &Block, view: RecordView<'_>) {
        match view {
            RecordView::Blank { .. } => {}
            RecordView::Record { place, checked, .. } | RecordView::More { place, checked } => {
                let call_id = checked.callback.and_then(|callback| callback.call_id.as_deref());
                let mut rulers = [Ruler::new(place), Ruler::new(place)];
                for hit in checked.hits {
                    let span = hit.span.clone();
                    let finding = finding(hit, &mut rulers, call_id);
                    let shown = self.style.format == FindingFormat::Full && self.listing != Listing::Nothing;
                    let snippet = shown.then(|| place.snippet(&span, finding.place.line));
                    self.add(found, &finding, snippet.as_ref());
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
