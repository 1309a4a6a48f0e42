//! Calls that do not fit in memory: in temporary files, in parts by the hash of their ids, and read part by part.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::calls::{CallIndex, CallTable, CapturedTwice, Overflow, TableBuilder};
use crate::spill::{Partitions, SpillError};

/// How many parts calls are spread over.
pub(super) const PARTS: usize = 64;

/// How often a part that is still too large is spread over parts of its own; what is too large even then are single
/// calls.
const DEEPEST: usize = 2;

/// Sees a call, and the table that it stands in.
pub(super) type See<'s> = &'s mut dyn FnMut(&CallTable, CallIndex);

/// Calls in temporary files.
#[derive(Debug)]
pub(super) struct Overflowed {
    parts: Partitions,
    is_used: AtomicBool,
    failed: Mutex<Option<SpillError>>,
}

impl Overflow for Overflowed {
    fn take(&self, hash: u64, call: &[u8]) {
        self.is_used.store(true, Ordering::Relaxed);
        // Other bits than those that tables use.
        let part = (hash >> 48) as usize % PARTS;
        // Once one has failed the run ends with the next block.
        if let Err(error) = self.parts.put(part, call) {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }
}

impl Overflowed {
    /// Without calls, of a table that takes up at most that many bytes.
    pub(super) fn new(most: usize) -> Self {
        Self {
            parts: Partitions::new(PARTS, most / 8),
            is_used: AtomicBool::new(false),
            failed: Mutex::default(),
        }
    }

    /// True if calls have overflowed.
    pub(super) fn is_used(&self) -> bool {
        self.is_used.load(Ordering::Relaxed)
    }

    /// What went wrong since it was asked last.
    pub(super) fn check(&self) -> Result<(), SpillError> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }

    /// Shows every call of a part, in no order, in at most about `most` bytes of memory. `twice` is what of the input was
    /// captured twice.
    pub(super) fn each(
        &self,
        part: usize,
        most: usize,
        twice: &Arc<CapturedTwice>,
        see: See<'_>,
    ) -> Result<(), SpillError> {
        self.each_below(part, most, DEEPEST, twice, see)
    }

    fn each_below(
        &self,
        part: usize,
        most: usize,
        depth: usize,
        twice: &Arc<CapturedTwice>,
        see: See<'_>,
    ) -> Result<(), SpillError> {
        let deeper = Arc::new(Self::new(most));
        let overflow: Arc<dyn Overflow> = Arc::<Self>::clone(&deeper);
        let builder = match depth {
            0 => TableBuilder::new(1),
            _ => TableBuilder::bounded(1, most, overflow),
        };
        self.parts.read(part, |calls| builder.add_packed(calls))?;
        let mut table = builder.finish();
        table.set_captured_twice(Arc::clone(twice));
        deeper.check()?;
        if deeper.is_used() {
            return (0..PARTS).try_for_each(|part| deeper.each_below(part, most, depth - 1, twice, see));
        }
        table.indexes().for_each(|index| see(&table, index));
        Ok(())
    }
}
