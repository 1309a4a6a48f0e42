//! Which callbacks several sources hold, and which one source holds several times.
//!
//! Comes in: calls whose copies are all there. Goes out: tallies, whose parts merge in any order, and from them what was
//! captured twice. Must not: know why sources are read, or word anything.
//!
//! Two tallies, one after the other: the spans that sources cover have to be known before it can be counted what is
//! within those of two of them. The second is needed only where two sources share anything.

use std::collections::{BTreeMap, HashSet};
use std::ops::{Range, RangeInclusive};

use smallvec::{SmallVec, smallvec};

use serde::{Deserialize, Serialize};

use super::capture_spans::{CaptureSpan, Measure};
use crate::calls::counts::add_each;
use crate::calls::model::copies::AlikeCallbacks;
use crate::calls::model::step::Step;
use crate::calls::model::timeline::Timeline;
use crate::calls::store::captured_twice::{CapturedTwice, SelfCopies, SourcePair};
use crate::spec::RETRY_SECONDS;

/// Different callbacks that a source needs before it can be held against another, or against itself.
const FEWEST: u64 = 3;

/// Of that many different callbacks the other capture must have [`MOST_PARTS`]: 95 of 100.
const ALL_PARTS: u64 = 100;
const MOST_PARTS: u64 = 95;

/// With how many of the other sources that hold a callback each is compared, so that a callback which very many hold
/// costs no more than its length.
const MOST_HOLDERS: usize = 16;

/// Most copies at one time that are told apart by their number.
const MOST_AT_ONCE: usize = 64;

/// Milliseconds by which copies may miss a step of the vendor's ladder.
const LADDER_TOLERANCE: i64 = 250;

/// True for nearly all.
fn are_most(part: u64, all: u64) -> bool {
    all >= FEWEST && part * ALL_PARTS >= all * MOST_PARTS
}

/// What one source holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct SourceCopies {
    /// Different callbacks.
    different: u64,
    /// Those of them that it holds more than once, and how many of these have copies of different capturers; copies
    /// that are apart like the vendor's retries; and copies of one capturer with equal times of capture.
    repeated: u64,
    by_capturer: u64,
    on_ladder: u64,
    at_one_time: u64,
    /// How often that many copies have one capturer and one time.
    sizes: BTreeMap<u32, u64>,
    span: CaptureSpan,
}

/// What sources hold, and share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyTally {
    sources: BTreeMap<usize, SourceCopies>,
    /// Different callbacks that both of two sources hold.
    shared: BTreeMap<[usize; 2], u64>,
}

impl CopyTally {
    /// Adds the callbacks of a call.
    pub fn add(&mut self, timeline: &Timeline<'_>) {
        each_different(timeline, |holders| {
            for holder in holders {
                let copies = self.sources.entry(holder.source).or_default();
                copies.different += 1;
                holder.copies.iter().for_each(|copy| copies.span.add(copy));
                if holder.copies.len() > 1 {
                    copies.add_repeated(&holder.copies);
                }
            }
            for (index, one) in holders.iter().enumerate() {
                for other in holders[index + 1..].iter().take(MOST_HOLDERS) {
                    *self.shared.entry([one.source, other.source]).or_default() += 1;
                }
            }
        });
    }

    /// Adds another part.
    pub fn merge(&mut self, other: Self) {
        for (source, more) in other.sources {
            let copies = self.sources.entry(source).or_default();
            copies.different += more.different;
            copies.repeated += more.repeated;
            copies.by_capturer += more.by_capturer;
            copies.on_ladder += more.on_ladder;
            copies.at_one_time += more.at_one_time;
            for (size, count) in more.sizes {
                *copies.sizes.entry(size).or_default() += count;
            }
            copies.span.merge(more.span);
        }
        for (pair, count) in other.shared {
            *self.shared.entry(pair).or_default() += count;
        }
    }

    /// How many callbacks no source holds more than once, if there is only one source.
    /// True if anything could be captured twice, which times of capture decide.
    pub fn is_doubtful(&self) -> bool {
        self.shared.values().any(|count| *count >= FEWEST)
            || self.sources.values().any(|copies| are_most(copies.repeated, copies.different))
    }

    /// The sources that hold nearly all of their callbacks more than once, and not as the vendor repeats them.
    fn alone(&self) -> BTreeMap<usize, SelfCopies> {
        let judged = self.sources.iter().map(|(source, copies)| (*source, copies.judged()));
        judged.filter(|(_, alone)| *alone != SelfCopies::default()).collect()
    }

    /// The pairs of sources that share anything, to be counted within the span that both cover. `are_one` is true for two
    /// that are the same file, which says nothing about captures.
    pub fn pairs(&self, are_one: impl Fn([usize; 2]) -> bool) -> PairTally {
        let mut pairs = PairTally::default();
        for sources in self.shared.keys().copied().filter(|sources| !are_one(*sources)) {
            let [one, other] = sources.map(|source| self.sources.get(&source).map(|it| it.span));
            let Some(span) = one.unwrap_or_default().common(other.unwrap_or_default()) else { continue };
            pairs.add_pair(sources, span);
        }
        pairs
    }

    /// What was captured twice, with what was counted of pairs.
    pub fn captured_twice(&self, pairs: &PairTally) -> CapturedTwice {
        let same = pairs.same();
        let ties = pairs.ties(&same);
        CapturedTwice::new(same, &ties, self.alone())
    }
}

impl SourceCopies {
    fn add_repeated(&mut self, copies: &[&Step]) {
        self.repeated += 1;
        let mut captures: Vec<_> =
            copies.iter().map(|copy| (copy.capture.time(), copy.capture.by())).collect();
        captures.sort_unstable();
        let timed = captures.chunk_by(|one, other| one == other).filter(|same| same[0].0.is_some());
        let mut at_one_time = timed.map(<[_]>::len).filter(|size| *size > 1).peekable();
        self.at_one_time += u64::from(at_one_time.peek().is_some());
        for size in at_one_time {
            *self.sizes.entry(size.min(MOST_AT_ONCE) as u32).or_default() += 1;
        }
        let differ =
            |pair: &&[(Option<i64>, u32)]| pair[0].1 != pair[1].1 && pair[0].1 != 0 && pair[1].1 != 0;
        let mut others = captures.windows(2).filter(differ).peekable();
        self.by_capturer += u64::from(others.peek().is_some());
        let on_ladder = |pair: &[(Option<i64>, u32)]| pair[0].0.zip(pair[1].0).is_some_and(is_on_ladder);
        self.on_ladder += u64::from(others.peek().is_some() && others.all(on_ladder));
    }

    /// How many copies most often have one time; of several numbers the least.
    fn usual_size(&self) -> u32 {
        let most = self.sizes.iter().rev().max_by_key(|(_, count)| **count);
        most.map_or(0, |(size, _)| *size)
    }

    fn judged(&self) -> SelfCopies {
        let is_ladder = self.on_ladder * 2 >= self.by_capturer;
        SelfCopies {
            by_capturer: are_most(self.by_capturer, self.different) && !is_ladder,
            at_one_time: if are_most(self.at_one_time, self.different) { self.usual_size() } else { 0 },
        }
    }
}

/// True for two times of capture that are apart like a callback and one of the vendor's retries, but for those that
/// follow at once.
fn is_on_ladder((first, second): (i64, i64)) -> bool {
    let mut step = 0;
    RETRY_SECONDS.iter().any(|wait| {
        step += i64::from(*wait) * 1000;
        *wait > 0 && (second - first - step).abs() <= LADDER_TOLERANCE
    })
}

/// Two sources that may hold the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct CountedPair {
    sources: [usize; 2],
    measure: Measure,
    /// The span that both cover, in Unix milliseconds.
    span: RangeInclusive<i64>,
    held: [u64; 2],
    shared: [u64; 2],
}

/// What pairs of sources hold within the span that both cover.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairTally {
    pairs: Vec<CountedPair>,
    /// For each source the indexes of its pairs, and which of the two it is there.
    of_source: BTreeMap<usize, Vec<(usize, usize)>>,
}

impl PairTally {
    fn add_pair(&mut self, sources: [usize; 2], (measure, span): (Measure, RangeInclusive<i64>)) {
        let index = self.pairs.len();
        for (side, source) in sources.into_iter().enumerate() {
            self.of_source.entry(source).or_default().push((index, side));
        }
        self.pairs.push(CountedPair { sources, measure, span, held: [0; 2], shared: [0; 2] });
    }

    /// True without pairs: then nothing has to be counted.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Adds the callbacks of a call.
    pub fn add(&mut self, timeline: &Timeline<'_>) {
        let Self { pairs, of_source } = self;
        each_different(timeline, |holders| {
            for holder in holders {
                for (index, side) in of_source.get(&holder.source).into_iter().flatten() {
                    let pair = &mut pairs[*index];
                    let is_within = |copy: &&Step| pair.span.contains(&pair.measure.time(copy).unwrap_or(0));
                    if holder.copies.iter().any(is_within) {
                        let other = pair.sources[1 - side];
                        let has_other = holders.binary_search_by_key(&other, |holder| holder.source).is_ok();
                        pair.held[*side] += 1;
                        pair.shared[*side] += u64::from(has_other);
                    }
                }
            }
        });
    }

    /// Adds another part, of the same pairs.
    pub fn merge(&mut self, other: &Self) {
        for (pair, more) in self.pairs.iter_mut().zip(&other.pairs) {
            add_each(&mut pair.held, &more.held);
            add_each(&mut pair.shared, &more.shared);
        }
    }

    /// Pairs that share too little to be a pair by themselves, but all of it, and whose sources are both captured twice: the
    /// end of one file of a log that is rotated, and the beginning of the next file of the other.
    fn ties(&self, same: &[SourcePair]) -> Vec<[usize; 2]> {
        let known: HashSet<usize> = same.iter().flat_map(|pair| pair.sources).collect();
        let is_tie = |pair: &&CountedPair| {
            let is_all = pair.held == pair.shared && pair.held.iter().all(|held| (1..FEWEST).contains(held));
            is_all && pair.sources.iter().all(|source| known.contains(source))
        };
        self.pairs.iter().filter(is_tie).map(|pair| pair.sources).collect()
    }

    /// The pairs that hold the same.
    fn same(&self) -> Vec<SourcePair> {
        let are_same = |pair: &&CountedPair| {
            pair.held.iter().zip(pair.shared).all(|(held, shared)| are_most(shared, *held))
        };
        let same = self.pairs.iter().filter(are_same);
        same.map(|it| SourcePair { sources: it.sources, held: it.held, shared: it.shared }).collect()
    }
}

/// A source that holds a callback, and its copies there.
struct Holder<'s> {
    source: usize,
    copies: SmallVec<[&'s Step; 2]>,
}

/// Shows the sources that hold each different callback of a call, in their order.
fn each_different<'s>(timeline: &'s Timeline<'_>, mut see: impl FnMut(&[Holder<'s>])) {
    let steps = &timeline.steps;
    if !timeline.has_duplicates {
        for step in timeline.callbacks() {
            see(&[Holder { source: step.position.source(), copies: smallvec![step] }]);
        }
        return;
    }
    let head = |callback: &Range<usize>| &steps[callback.start];
    for alike in AlikeCallbacks::of(steps).groups() {
        let mut holders: Vec<Holder<'s>> = Vec::new();
        for step in alike.iter().map(head) {
            match holders.last_mut() {
                Some(last) if last.source == step.position.source() => last.copies.push(step),
                _ => holders.push(Holder { source: step.position.source(), copies: smallvec![step] }),
            }
        }
        see(&holders);
    }
}
