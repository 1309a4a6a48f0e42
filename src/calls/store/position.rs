//! Where a callback is in the input.

use serde::{Deserialize, Serialize};

/// A source and a record of it. The order of positions is that of the input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position(u64);

/// Bits for the record: a source has at most 2^40 of them, which at two bytes each is two terabytes of damage.
const RECORD_BITS: u32 = 40;

impl Position {
    /// Of record `record` (from 1) of source `source` (from 0; at most 2^24 of them).
    pub fn new(source: usize, record: u64) -> Self {
        Self(((source as u64) << RECORD_BITS) | (record & ((1 << RECORD_BITS) - 1)))
    }

    /// The source, from 0.
    pub fn source(self) -> usize {
        (self.0 >> RECORD_BITS) as usize
    }

    /// The record, from 1.
    pub fn record(self) -> u64 {
        self.0 & ((1 << RECORD_BITS) - 1)
    }

    /// How far it is from another position; none if that is too far for 32 bits, as in another source.
    pub(in crate::calls) fn distance(self, from: Self) -> Option<i32> {
        i32::try_from(self.0.wrapping_sub(from.0).cast_signed()).ok()
    }

    /// The position that far away.
    pub(in crate::calls) fn moved(self, distance: i32) -> Self {
        Self(self.0.wrapping_add_signed(i64::from(distance)))
    }

    /// How far it is from another position: small for near ones, on either side.
    pub(in crate::calls) fn steps_from(self, from: Self) -> u64 {
        let distance = self.0.wrapping_sub(from.0).cast_signed();
        ((distance << 1) ^ (distance >> 63)).cast_unsigned()
    }

    /// The position at that distance, as [`Position::steps_from`] gives it.
    pub(in crate::calls) fn stepped(self, steps: u64) -> Self {
        let distance = (steps >> 1) ^ (steps & 1).wrapping_neg();
        Self(self.0.wrapping_add(distance))
    }

    /// As a number, whose order is that of positions.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The position of such a number.
    pub fn of_number(number: u64) -> Self {
        Self(number)
    }
}
