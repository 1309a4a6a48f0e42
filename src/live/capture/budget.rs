//! Memory that all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that may be held at once.
#[derive(Debug)]
pub(super) struct Budget {
    most: usize,
    held: AtomicUsize,
}

/// There is no room for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoRoom;

/// Bytes that one request holds. Given back when dropped.
#[derive(Debug)]
pub(super) struct Share {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Budget {
    /// Room for so many bytes.
    pub(super) fn new(most: usize) -> Self {
        Self { most, held: AtomicUsize::new(0) }
    }

    /// A share that is empty.
    pub(super) fn share(self: &Arc<Self>) -> Share {
        Share { budget: Arc::clone(self), bytes: 0 }
    }
}

impl Share {
    /// Another one of the same budget, which is empty.
    pub(super) fn none(&self) -> Self {
        self.budget.share()
    }

    /// Takes more. What has been received counts, not what was announced, so that nobody can claim room by a header.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let held = self.budget.held.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        if held.saturating_add(bytes) > self.budget.most { Err(NoRoom) } else { Ok(()) }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_come_back() {
        let budget = Arc::new(Budget::new(100));
        let (mut one, mut other) = (budget.share(), budget.share());
        assert_eq!((one.grow(60), other.grow(40)), (Ok(()), Ok(())));
        assert_eq!(other.grow(1), Err(NoRoom));
        drop(one);
        assert_eq!(other.grow(10), Ok(()));
        drop(other);
        assert_eq!(budget.held.load(Ordering::Relaxed), 0);
    }
}
