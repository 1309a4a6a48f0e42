//! Which sources hold callbacks that were captured twice, as opposed to those that were redelivered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What tells the copies of a callback in one source apart, or shows that they are the same capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfCopies {
    /// They name different capturers.
    pub by_capturer: bool,
    /// How many of those with the same capturer have one time of capture; below 2 if that is nothing special.
    pub at_one_time: u32,
}

/// Two sources that hold the same callbacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcePair {
    /// The sources, in the order of the input.
    pub sources: [usize; 2],
    /// Different callbacks that each holds within the span that both cover.
    pub held: [u64; 2],
    /// How many of them the other has.
    pub shared: [u64; 2],
}

/// What of an input was captured twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapturedTwice {
    pairs: Vec<SourcePair>,
    alone: BTreeMap<usize, SelfCopies>,
    /// For each source of a pair the first one that is tied to it by pairs.
    groups: BTreeMap<usize, usize>,
}

impl CapturedTwice {
    /// Of these pairs, what else ties their sources together, and sources that hold callbacks twice by themselves.
    pub fn new(mut pairs: Vec<SourcePair>, ties: &[[usize; 2]], alone: BTreeMap<usize, SelfCopies>) -> Self {
        pairs.sort_by_key(|pair| pair.sources);
        let mut groups = BTreeMap::new();
        for tied in pairs.iter().map(|pair| &pair.sources).chain(ties) {
            let [one, other] = tied.map(|source| first_of(&mut groups, source));
            groups.insert(one.max(other), one.min(other));
        }
        let sources: Vec<usize> = groups.keys().copied().collect();
        for source in sources {
            first_of(&mut groups, source);
        }
        Self { pairs, alone, groups }
    }

    /// True if nothing was.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.alone.is_empty()
    }

    /// The pairs of sources that hold the same callbacks, in their order.
    pub fn pairs(&self) -> &[SourcePair] {
        &self.pairs
    }

    /// The sources that hold callbacks twice by themselves, in their order.
    pub fn alone(&self) -> impl Iterator<Item = (usize, SelfCopies)> {
        self.alone.iter().map(|(source, copies)| (*source, *copies))
    }

    /// What the copies within one source are.
    pub(in crate::calls) fn of_source(&self, source: usize) -> SelfCopies {
        self.alone.get(&source).copied().unwrap_or_default()
    }

    /// The first of the sources that hold what this one holds.
    pub(in crate::calls) fn group(&self, source: usize) -> usize {
        self.groups.get(&source).copied().unwrap_or(source)
    }
}

/// The first of the sources that are tied to this one, which leads to it at once from then on.
fn first_of(leads: &mut BTreeMap<usize, usize>, source: usize) -> usize {
    let mut first = source;
    while let Some(next) = leads.get(&first).filter(|next| **next != first) {
        first = *next;
    }
    let mut at = source;
    while let Some(next) = leads.insert(at, first).filter(|next| *next != at) {
        at = next;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_tie_sources_together() {
        let pair = |sources| SourcePair { sources, held: [3; 2], shared: [3; 2] };
        let pairs = [[4, 5], [1, 3], [3, 4], [7, 9]].map(pair).to_vec();
        let twice = CapturedTwice::new(pairs, &[[1, 9]], BTreeMap::new());
        let groups: Vec<usize> = (0..10).map(|source| twice.group(source)).collect();
        assert_eq!(groups, [0, 1, 2, 1, 1, 1, 6, 1, 8, 1]);
        assert_eq!(twice.pairs()[0].sources, [1, 3]);
    }
}
