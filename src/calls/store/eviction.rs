//! Calls that memory has no room for: a shard that has grown too large is emptied, call by call.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use foldhash::quality::RandomState;

use super::codec::pack;
use super::shard::Shard;

/// Takes calls that memory has no room for. A call can come in several pieces, which together are all of it; see
/// [`TableBuilder::add_packed`](crate::calls::TableBuilder::add_packed).
pub trait Overflow: Debug + Send + Sync {
    /// Takes a packed call. The hash of its id is the same for all pieces of a call.
    fn take(&self, hash: u64, call: &[u8]);
}

/// The bound of a table's memory.
#[derive(Debug)]
pub(in crate::calls) struct Bound {
    /// Most bytes of a shard.
    most: usize,
    overflow: Arc<dyn Overflow>,
    has_poured: AtomicBool,
}

impl Bound {
    pub(in crate::calls) fn new(most: usize, overflow: Arc<dyn Overflow>) -> Self {
        Self { most, overflow, has_poured: AtomicBool::new(false) }
    }

    /// Empties a shard that has grown too large.
    #[inline]
    pub(in crate::calls) fn check(&self, shard: &mut Shard, hasher: &RandomState) {
        if shard.bytes() > self.most {
            self.pour(shard, hasher);
        }
    }

    /// True once any shard was emptied.
    pub(in crate::calls) fn has_poured(&self) -> bool {
        self.has_poured.load(Ordering::Relaxed)
    }

    /// Empties a shard.
    #[cold]
    pub(in crate::calls) fn pour(&self, shard: &mut Shard, hasher: &RandomState) {
        self.has_poured.store(true, Ordering::Relaxed);
        let full = std::mem::replace(shard, Shard::new(hasher.clone()));
        let mut packed = Vec::new();
        for call in 0..full.len() as u32 {
            packed.clear();
            pack(&full, call, &mut packed);
            self.overflow.take(full.hash(call), &packed);
        }
    }
}
