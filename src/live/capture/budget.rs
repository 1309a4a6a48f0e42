//! Memory that all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyper::body::Bytes;

/// Bytes that may be held at once.
#[derive(Debug)]
pub(super) struct Budget {
    most: usize,
    held: AtomicUsize,
}

/// Bytes that one request holds. Given back when dropped.
#[derive(Debug)]
pub(super) struct Share {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Budget {
    /// Room for that many bytes.
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

    /// Takes more; false if it does not fit. What has been received counts, not what was announced, so that
    /// nobody can claim room by a header.
    pub(super) fn grow(&mut self, bytes: usize) -> bool {
        let held = self.budget.held.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        held.saturating_add(bytes) <= self.budget.most
    }

    /// Bytes that hold it until the last of them has been sent.
    pub(super) fn keep_with(self, bytes: Bytes) -> Bytes {
        Bytes::from_owner(SharedBytes { bytes, _share: self })
    }
}

struct SharedBytes {
    bytes: Bytes,
    _share: Share,
}

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
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
        assert_eq!((one.grow(60), other.grow(40)), (true, true));
        assert!(!other.grow(1));
        drop(one);
        assert!(other.grow(10));
        let bytes = other.keep_with(Bytes::from_static(b"bytes"));
        assert_eq!((&bytes[..], budget.held.load(Ordering::Relaxed)), (&b"bytes"[..], 51));
        drop(bytes);
        assert_eq!(budget.held.load(Ordering::Relaxed), 0);
    }
}
