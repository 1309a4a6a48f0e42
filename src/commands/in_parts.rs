//! A command whose work on the calls of a log can be done in parts, by several processes.
//!
//! Comes in: the calls of one part, with what is known of the whole log. Goes out: items with a key, and from those of all
//! parts, in the order of their keys, what the command prints. Must not: give another result than the command itself.

use anyhow::Context;

use crate::calls::Totals;
use crate::cli::{InputArgs, RuleArgs, Usage};
use crate::engine::{Analysis, Memory};
use crate::report::call_list::ShortIds;
use crate::session::{Inputs, Session, Status};
use crate::shard::{Carried, PlacedSplit};
use crate::spill::{InOrder, Sorted, Sorter};

/// Takes an item with its key. Items of all parts come back in the order of their keys.
pub(super) type PutItem<'p> = dyn FnMut(u64, &[u8]) -> anyhow::Result<()> + 'p;

/// Begins an item that is a result of the command.
pub(super) const RESULT: u8 = 0;

/// Begins an item that holds the findings of a block, as `map` found them.
pub(super) const FINDINGS: u8 = 1;

/// Begins an item that holds what frames carry of a record, or of those of a block.
pub(super) const CARRIED: u8 = 2;

/// Begins an item that holds ids of calls.
const IDS: u8 = 3;

/// Ids in one item.
const IDS_AT_ONCE: usize = 1000;

/// A command that can be done in parts.
pub(super) trait InParts {
    /// What is read.
    fn input(&self) -> &InputArgs;

    /// Which rules count, if that can be said.
    fn rule_args(&self) -> Option<&RuleArgs>;

    /// True if requests that the receiver refused are read, too.
    fn includes_refused(&self) -> bool {
        false
    }

    /// True if the findings on records are wanted.
    fn takes_findings(&self) -> bool {
        false
    }

    /// What it needs of each record.
    fn carries(&self) -> Carried {
        Carried::Nothing
    }

    /// Everything that it is asked for, apart from its inputs, output and threads.
    fn asked(&self) -> String;

    /// Says whether it can be done in parts.
    ///
    /// # Errors
    /// If it cannot, with the way out.
    fn check_parts(&self) -> Result<(), Usage>;

    /// Works on the calls of one part, and on what its frames carry of records.
    ///
    /// # Errors
    /// Those of `put`, and if what does not fit in memory cannot be kept.
    fn part(
        &self,
        inputs: &Inputs,
        analysis: &Analysis,
        carried: &CarriedItems,
        put: &mut PutItem<'_>,
    ) -> anyhow::Result<()>;

    /// Prints what the items of all parts come to.
    ///
    /// # Errors
    /// If the output cannot be written, or an item is damaged.
    fn whole(
        &self,
        inputs: Inputs,
        totals: &Totals,
        items: &Sorted,
        session: &Session,
    ) -> anyhow::Result<Status>;
}

/// What frames carry of records, in the order of the input.
#[derive(Debug)]
pub(super) struct CarriedItems(Sorted);

impl CarriedItems {
    /// Those that were put with [`carried_item`].
    pub(super) fn new(sorted: Sorted) -> Self {
        Self(sorted)
    }

    /// Begins to read them.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub(super) fn read(&self) -> anyhow::Result<CarriedReader<'_>> {
        Ok(CarriedReader { items: self.0.read()?, bytes: Vec::new() })
    }
}

/// Reads what frames carry of records.
#[derive(Debug)]
pub(super) struct CarriedReader<'s> {
    items: InOrder<'s>,
    bytes: Vec<u8>,
}

impl CarriedReader<'_> {
    /// The next item, with its key and the place of its split; none at the end.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn next(&mut self) -> anyhow::Result<Option<(u64, PlacedSplit, &[u8])>> {
        let Some(key) = self.items.next(&mut self.bytes)? else { return Ok(None) };
        let (place, item) = postcard::take_from_bytes(&self.bytes).context("an item was lost on the way")?;
        Ok(Some((key, place, item)))
    }
}

/// What a frame carries, with the place of its split.
///
/// # Errors
/// If it cannot be one.
pub(super) fn carried_item(place: &PlacedSplit, item: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut bytes = postcard::to_stdvec(place)?;
    bytes.extend_from_slice(item);
    Ok(bytes)
}

/// Most bytes in memory of what frames carry.
const MOST_CARRIED: usize = 64 << 20;

/// Sorts what frames carry, which grows with the log: it is not kept in memory, even without a bound.
pub(super) fn carried_sorter(memory: Memory) -> Sorter {
    Sorter::new(memory.of_sorting().min(MOST_CARRIED))
}

/// A value as an item.
///
/// # Errors
/// If it cannot be one.
pub(super) fn result_item<T: serde::Serialize>(value: &T) -> anyhow::Result<Vec<u8>> {
    Ok(postcard::to_extend(value, vec![RESULT])?)
}

/// Shows every result among the items to `see`.
///
/// # Errors
/// Those of `see`, and if an item cannot be read.
pub(super) fn each_item(
    items: &Sorted,
    kind: u8,
    mut see: impl FnMut(&[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (mut reading, mut bytes) = (items.read()?, Vec::new());
    while reading.next(&mut bytes)?.is_some() {
        if let Some((found, rest)) = bytes.split_first()
            && *found == kind
        {
            see(rest)?;
        }
    }
    Ok(())
}

/// Puts the ids of all calls of a part: only all parts together tell which beginnings of ids are unique.
///
/// # Errors
/// Those of `put`, and if calls that are kept outside of memory cannot be read.
pub(super) fn put_ids(analysis: &Analysis, threads: usize, put: &mut PutItem<'_>) -> anyhow::Result<()> {
    let keep = |ids: &mut Vec<String>, id: &str| ids.push(id.to_owned());
    let ids: Vec<String> = analysis.each_id(threads, Vec::new, keep)?.concat();
    ids.chunks(IDS_AT_ONCE).try_for_each(|some| put(1, &postcard::to_extend(some, vec![IDS])?))
}

/// Shows every id among the items to `see`.
///
/// # Errors
/// If an item cannot be read.
fn each_id(items: &Sorted, mut see: impl FnMut(&str)) -> anyhow::Result<()> {
    each_item(items, IDS, |item| {
        let ids: Vec<String> = postcard::from_bytes(item)?;
        ids.iter().for_each(|id| see(id));
        Ok(())
    })
}

/// The shortest beginnings of these ids that no other call of the log has, whose ids the parts have put.
///
/// # Errors
/// Returns an error if items cannot be read.
pub(super) fn short_ids_of(ids: Vec<String>, items: &Sorted) -> anyhow::Result<ShortIds> {
    let mut short = ShortIds::new(ids.into_iter());
    each_id(items, |id| short.see(id))?;
    Ok(short)
}
