//! Whether the backend answers: while it does not, one delivery after another tries, and the rest waits.

use std::time::Duration;

use tokio::time::Instant;

use super::schedule::wait_after;

/// The gate between the lanes and the backend.
#[derive(Debug)]
pub(super) struct Gate {
    /// Deliveries without an answer, one after another.
    failures: u32,
    /// Nothing is sent before.
    not_before: Instant,
}

impl Gate {
    pub(super) fn new(now: Instant) -> Self {
        Self { failures: 0, not_before: now }
    }

    /// True if all may be sent that is due.
    pub(super) fn is_open(&self) -> bool {
        self.failures == 0
    }

    /// When the next delivery may be made.
    pub(super) fn not_before(&self) -> Instant {
        self.not_before
    }

    /// Notes a delivery without an answer.
    pub(super) fn close(&mut self, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        self.not_before = now + wait_after(self.failures);
    }

    /// Notes an answer, which asks for that much time; true if it is the first after a while.
    pub(super) fn open(&mut self, now: Instant, asked: Duration) -> bool {
        let was_closed = !self.is_open();
        self.failures = 0;
        self.not_before = if was_closed { now + asked } else { self.not_before.max(now + asked) };
        was_closed
    }
}
