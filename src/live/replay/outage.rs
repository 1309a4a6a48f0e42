//! A time in which nothing listens where requests are sent to.

use std::time::Duration;

use tokio::time::Instant;

/// How long after a failed connection the next one is tried, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// An outage, and what was tried to send in it.
#[derive(Debug)]
pub(super) struct Outage<T> {
    since: Instant,
    /// When it is tried again, and how long after that.
    next: Instant,
    pause: Duration,
    parked: Vec<T>,
}

impl<T> Outage<T> {
    /// One that begins.
    pub(super) fn new(now: Instant) -> Self {
        Self { since: now, next: now, pause: FIRST_PAUSE, parked: Vec::new() }
    }

    /// Puts something aside that could not be sent.
    pub(super) fn park(&mut self, item: T, now: Instant) {
        self.parked.push(item);
        self.next = now + self.pause;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    /// Something to try again, if it is time.
    pub(super) fn probe(&mut self, now: Instant) -> Option<T> {
        if self.next <= now { self.parked.pop() } else { None }
    }

    /// When it is tried again.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// How long it has lasted.
    pub(super) fn lasted(&self) -> Duration {
        self.since.elapsed()
    }

    /// What was put aside.
    pub(super) fn into_parked(self) -> Vec<T> {
        self.parked
    }
}
