//! The calls of an input, once everything is read.

use std::borrow::Cow;
use std::sync::Arc;

use super::captured_twice::CapturedTwice;
use super::codec::pack;
use super::interner::Interner;
use super::packed_call::PackedCall;
use super::position::Position;
use super::problems::Problems;
use super::shard::Shard;
use super::stored_step::StoredStep;

/// Names a call of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallIndex(u32);

/// Calls by their id, with what their callbacks say.
#[derive(Debug, Default)]
pub struct CallTable {
    shards: Vec<Shard>,
    captured_twice: Arc<CapturedTwice>,
}

impl CallTable {
    /// The calls of these shards.
    pub(in crate::calls) fn of(shards: Vec<Shard>) -> Self {
        Self { shards, captured_twice: Arc::default() }
    }

    /// What of the input was captured twice; nothing as long as that is not decided.
    pub fn captured_twice(&self) -> &CapturedTwice {
        &self.captured_twice
    }

    /// Says what of the input was captured twice.
    pub fn set_captured_twice(&mut self, captured_twice: Arc<CapturedTwice>) {
        self.captured_twice = captured_twice;
    }

    /// How many calls there are.
    pub fn len(&self) -> usize {
        self.shards.iter().map(Shard::len).sum()
    }

    /// True if it holds no call.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All calls, in the order of their first callback in the input.
    pub fn in_input_order(&self) -> Vec<CallIndex> {
        let mut order: Vec<(Position, CallIndex)> = Vec::with_capacity(self.len());
        order.extend(self.indexes().map(|index| (self.first_position(index), index)));
        // Calls of a shard are nearly in order, which this sort makes use of.
        order.sort();
        order.into_iter().map(|(_, index)| index).collect()
    }

    /// A call's shard, and its number there.
    fn find(&self, CallIndex(index): CallIndex) -> (&Shard, u32) {
        let shards = self.shards.len() as u32;
        (&self.shards[(index % shards) as usize], index / shards)
    }

    /// Appends a call to `out`, packed: a table that [`add_packed`](crate::calls::TableBuilder::add_packed) adds it to
    /// has it as well.
    pub fn pack(&self, index: CallIndex, out: &mut Vec<u8>) {
        let (shard, call) = self.find(index);
        pack(shard, call, out);
    }

    /// Every call, in no order.
    pub fn indexes(&self) -> impl Iterator<Item = CallIndex> {
        let count = self.shards.len() as u32;
        let of_shard = move |(number, shard): (usize, &Shard)| {
            (0..shard.len() as u32).map(move |call| CallIndex(call * count + number as u32))
        };
        self.shards.iter().enumerate().flat_map(of_shard)
    }

    /// Where a call's first callback is.
    pub fn first_position(&self, index: CallIndex) -> Position {
        let (shard, call) = self.find(index);
        shard.first_position(call)
    }

    /// The id of a call.
    pub fn call_id(&self, index: CallIndex) -> Cow<'_, str> {
        let (shard, call) = self.find(index);
        shard.call_id(call)
    }

    /// Findings on the records of a call's callbacks.
    pub fn problems(&self, index: CallIndex) -> Problems {
        let (shard, call) = self.find(index);
        shard.problems(call)
    }

    /// Findings on the records of a call's callbacks, one by one; none if what was captured is not kept.
    pub(in crate::calls) fn record_problems(
        &self,
        index: CallIndex,
    ) -> impl Iterator<Item = (Position, Problems)> {
        let (shard, call) = self.find(index);
        shard.record_problems(call)
    }

    /// A call as it is kept; none if it is not a usual one.
    pub(in crate::calls) fn packed_call(&self, index: CallIndex) -> Option<PackedCall> {
        let (shard, call) = self.find(index);
        shard.packed_call(call)
    }

    /// The texts that steps and outcomes of a call name. Those of another call may be others.
    pub fn texts(&self, index: CallIndex) -> &Interner {
        self.find(index).0.texts()
    }

    /// What is kept of each callback of a call, in the order in which they were added.
    pub(in crate::calls) fn stored_steps(&self, index: CallIndex) -> impl Iterator<Item = StoredStep> {
        let (shard, call) = self.find(index);
        shard.stored_steps(call)
    }
}
