//! What a log as a whole says, put together from what its splits say.
//!
//! Comes in: the facts of splits, and what parts of the calls say about the log. Goes out: [`LogFacts`], which place every
//! split in the input; or the splits that have to be read again. Must not: judge a call.

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::header::InputId;
use super::split::{Carried, ReadingOptions, Split};
use crate::calls::{CapturedTwice, CopyTally, PairTally, Position, Totals, UsersInPart};
use crate::engine::ReadExtent;

/// What `map` found out about a split as a whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SplitFacts {
    /// The split.
    pub split: Split,
    /// How many parts its calls are spread over.
    pub parts: u32,
    /// What was read of it; none for all of its input.
    pub extent: Option<ReadExtent>,
    /// What offsets in it are counted from.
    pub offset: u64,
    /// What was counted in it; sources and lines from its beginning.
    pub totals: Totals,
    /// The names of its sources: that of the input, or of the members of an archive.
    pub sources: Vec<String>,
    /// What could not be read.
    pub errors: Vec<String>,
}

impl SplitFacts {
    /// True for one of which nothing was read, so that it fits anywhere.
    fn is_empty(&self) -> bool {
        self.extent.is_some_and(|extent| extent.begin == extent.end)
    }
}

/// A split, with its place in the input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedSplit {
    /// The offset at which it begins.
    pub begin: u64,
    /// What the positions of its callbacks are counted from.
    pub shift: Position,
    /// Lines before it in its source.
    pub lines: u64,
    /// What offsets in it are counted from.
    pub offset: u64,
}

/// An input of which splits were made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogInput {
    /// Its name.
    pub name: String,
    /// True if that is escaped.
    pub escaped: bool,
    /// The directory that was searched for it.
    pub folder: Option<String>,
}

/// How much of what needs all calls is known.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum LogStage {
    /// Copies have to be counted.
    Copies,
    /// Pairs of sources that share something have to be counted.
    Pairs(CopyTally, PairTally),
    /// What was captured twice is known; the users that do something have to be gathered.
    Users(CapturedTwice),
    /// These are known too; when some of them were in calls has to be gathered.
    Engagements(CapturedTwice, UsersInPart),
    /// Everything.
    Complete(CapturedTwice, UsersInPart),
}

/// What a part of the calls says about the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum StageTally {
    /// Copies; none if the part shows that nothing was captured twice.
    Copies(Option<CopyTally>),
    /// Pairs of sources.
    Pairs(PairTally),
    /// Users that do something.
    Users(UsersInPart),
    /// When users that are asked about were in calls.
    Engagements(UsersInPart),
}

/// What a log as a whole says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogFacts {
    /// The input that was split.
    pub input: InputId,
    /// How many parts the calls are spread over.
    pub parts: u32,
    /// How records were read.
    pub reading: ReadingOptions,
    /// The inputs.
    pub inputs: Vec<LogInput>,
    /// True if inputs are missing, which has been said when the splits were planned.
    pub is_partial: bool,
    /// The sources: their names, and the inputs that hold them.
    pub sources: Vec<(String, usize)>,
    /// The splits, in order.
    pub splits: Vec<PlacedSplit>,
    /// What was counted in all of them.
    pub totals: Totals,
    /// What could not be read.
    pub errors: Vec<String>,
    /// What is known of all calls.
    pub stage: LogStage,
}

/// What comes of the facts of all splits.
#[derive(Debug)]
pub enum Tiled {
    /// They tile the input.
    Whole(Box<LogFacts>),
    /// These splits do not begin where the one before ends, and have to be read again, from there.
    Again(Vec<Split>),
}

impl LogFacts {
    /// Puts the facts of all splits together; of a split that was read again, those that fit.
    ///
    /// # Errors
    /// If a split is missing, or of another plan.
    pub fn of(mut all: Vec<SplitFacts>) -> anyhow::Result<Tiled> {
        all.sort_by_key(|facts| (facts.split.split, facts.extent.map(|extent| extent.begin)));
        let first = all.first().context("there are no facts of any split")?;
        let (count, parts) = (first.split.splits, first.parts);
        let input = first.split.input_id()?.over(parts);
        let reading = first.split.reading.clone();
        let mut whole = Self {
            input,
            parts,
            reading,
            inputs: Vec::new(),
            is_partial: false,
            sources: Vec::new(),
            splits: Vec::new(),
            totals: Totals::default(),
            errors: Vec::new(),
            // Of records alone nothing else is asked.
            stage: match first.split.reading.carries {
                Carried::Records => LogStage::Complete(CapturedTwice::default(), UsersInPart::default()),
                Carried::Nothing | Carried::Places | Carried::Callbacks => LogStage::Copies,
            },
        };
        let (mut again, mut end, mut place, mut last) = (Vec::new(), 0, PlacedSplit::default(), None);
        let mut splits = all.chunk_by(|one, other| one.split.split == other.split.split).peekable();
        for number in 0..count {
            let of_split = splits.next_if(|facts| facts[0].split.split == number);
            let of_split = of_split.with_context(|| format!("split {number} of {count} is missing"))?;
            let split = &of_split[0].split;
            if last != Some(split.input) {
                last = Some(split.input);
                end = 0;
                place = whole.begin_input(split);
            }
            let begin = |facts: &SplitFacts| facts.extent.map_or(0, |extent| extent.begin);
            let Some(facts) = of_split.iter().find(|facts| begin(facts) == end || facts.is_empty()) else {
                again.push(Split { start: end, exact: true, ..split.clone() });
                let ends = of_split.iter().filter_map(|facts| facts.extent).map(|extent| extent.end);
                end = ends.max().unwrap_or(end);
                continue;
            };
            let is_alike = facts.parts == parts && facts.split.reading == whole.reading;
            ensure!(is_alike, "split {number} was read with other options than the others");
            whole.add(facts, &mut place);
            if !facts.is_empty() {
                end = facts.extent.map_or(split.size, |extent| extent.end);
            }
            let is_last = splits.peek().is_none_or(|next| next[0].split.input != split.input);
            ensure!(
                !is_last || end == split.size || split.size == u64::MAX,
                "split {number} ends at byte {end}, and its input at {}: something of it has not been read",
                split.size
            );
        }
        ensure!(splits.peek().is_none(), "there are facts of splits that the plan does not have");
        if again.is_empty() { Ok(Tiled::Whole(Box::new(whole))) } else { Ok(Tiled::Again(again)) }
    }

    fn begin_input(&mut self, split: &Split) -> PlacedSplit {
        let Split { source, escaped, folder, .. } = split;
        self.inputs.push(LogInput { name: source.clone(), escaped: *escaped, folder: folder.clone() });
        PlacedSplit { shift: Position::new(self.sources.len(), 0), ..PlacedSplit::default() }
    }

    /// Adds a split at a place, which moves to its end.
    fn add(&mut self, facts: &SplitFacts, place: &mut PlacedSplit) {
        let source = place.shift.source();
        place.begin = facts.extent.map_or(0, |extent| extent.begin);
        place.offset = facts.offset;
        self.splits.push(*place);
        let mut totals = facts.totals.clone();
        totals.move_by(source, place.lines, facts.offset);
        self.totals.merge(&totals);
        let input = self.inputs.len() - 1;
        let known = self.sources.len() - source;
        self.sources.extend(facts.sources.iter().skip(known).map(|name| (name.clone(), input)));
        for error in &facts.errors {
            if !self.errors.contains(error) {
                self.errors.push(error.clone());
            }
        }
        if let Some(extent) = facts.extent {
            place.shift = Position::new(source, place.shift.record() + extent.records);
            place.lines += extent.lines;
        }
    }

    /// True if everything is known that any command needs.
    pub fn is_complete(&self) -> bool {
        matches!(self.stage, LogStage::Complete(..))
    }

    /// What was captured twice, as far as it is decided.
    pub fn captured_twice(&self) -> CapturedTwice {
        match &self.stage {
            LogStage::Copies | LogStage::Pairs(..) => CapturedTwice::default(),
            LogStage::Users(twice) | LogStage::Engagements(twice, _) | LogStage::Complete(twice, _) => {
                twice.clone()
            }
        }
    }

    /// Takes what all parts of the calls say at this stage, and goes on to the next one. `are_one` is true for two sources
    /// that are the same file.
    ///
    /// # Errors
    /// If a part speaks of another stage.
    pub fn advance(
        &mut self,
        tallies: impl IntoIterator<Item = StageTally>,
        are_one: impl Fn([usize; 2]) -> bool,
    ) -> anyhow::Result<()> {
        const OTHER: &str = "a part says what these facts know already; make it again with them";
        let mut tallies = tallies.into_iter();
        self.stage = match std::mem::replace(&mut self.stage, LogStage::Copies) {
            LogStage::Copies => {
                let (mut copies, mut is_doubtful) = (CopyTally::default(), true);
                for tally in tallies {
                    let StageTally::Copies(tally) = tally else { anyhow::bail!(OTHER) };
                    is_doubtful &= tally.is_some();
                    tally.into_iter().for_each(|tally| copies.merge(tally));
                }
                let pairs = copies.pairs(are_one);
                match is_doubtful && copies.is_doubtful() {
                    false => LogStage::Users(CapturedTwice::default()),
                    true if pairs.is_empty() => LogStage::Users(copies.captured_twice(&pairs)),
                    true => LogStage::Pairs(copies, pairs),
                }
            }
            LogStage::Pairs(copies, mut pairs) => {
                for tally in tallies {
                    let StageTally::Pairs(tally) = tally else { anyhow::bail!(OTHER) };
                    pairs.merge(&tally);
                }
                LogStage::Users(copies.captured_twice(&pairs))
            }
            LogStage::Users(twice) => {
                let mut users = UsersInPart::default();
                for tally in tallies {
                    let StageTally::Users(tally) = tally else { anyhow::bail!(OTHER) };
                    users.merge(tally);
                }
                match users.wants_engagements() {
                    true => LogStage::Engagements(twice, users),
                    false => LogStage::Complete(twice, users),
                }
            }
            LogStage::Engagements(twice, mut users) => {
                for tally in tallies {
                    let StageTally::Engagements(tally) = tally else { anyhow::bail!(OTHER) };
                    users.merge(tally);
                }
                LogStage::Complete(twice, users)
            }
            complete @ LogStage::Complete(..) => {
                ensure!(tallies.next().is_none(), OTHER);
                complete
            }
        };
        Ok(())
    }
}
