//! What has happened so far, in numbers, and the last problems in words.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::spec::{Word, words};

words! {
    /// What is counted, with its name in the status line.
    CaptureCount {
        /// Requests that are in the log.
        Recorded = "recorded",
        /// Requests that are in the log and are not TUICallKit callbacks.
        Foreign = "not callbacks",
        /// Requests that failed the checks of the app, and were answered with 403.
        Refused = "refused",
        /// Requests that could not be synced to disk, and were answered with 503.
        NotWritten = "not written",
        /// Requests that broke a limit.
        Limited = "over limits",
        /// Data that is not a whole, readable HTTP request.
        Malformed = "malformed",
        /// Requests that the backend did not accept.
        BackendFailed = "failed at the backend",
        /// Requests that were delivered in the background.
        Delivered = "delivered",
        /// Requests that are not delivered any more, and stand in `LOG.undelivered`.
        Undelivered = "set aside",
        /// Requests that wait in memory for the backend.
        Waiting = "waiting for the backend",
        /// Connections that were turned away because there were too many.
        TurnedAway = "connections turned away",
    }
}

/// Problems that wait to be reported; more are only counted.
const MOST_NOTES: usize = 32;

/// Failures that are kept to be named; those before them are forgotten.
const MOST_FAILURES: usize = 3;

#[derive(Debug, Default)]
struct PendingNotes {
    waiting: Vec<String>,
    unsaid: u64,
}

/// The counts, kept by many tasks at once.
#[derive(Debug, Default)]
pub struct CaptureTally {
    counts: [AtomicU64; CaptureCount::ALL.len()],
    notes: Mutex<PendingNotes>,
    failures: Mutex<VecDeque<String>>,
}

impl CaptureTally {
    /// Counts one.
    pub(super) fn add(&self, count: CaptureCount) {
        self.counts[count as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Sets a count that can go down.
    pub(super) fn set(&self, count: CaptureCount, number: u64) {
        self.counts[count as usize].store(number, Ordering::Relaxed);
    }

    /// How many there have been.
    pub fn count(&self, count: CaptureCount) -> u64 {
        self.counts[count as usize].load(Ordering::Relaxed)
    }

    /// Keeps the words for a delivery that the backend did not accept.
    pub(super) fn fail(&self, text: String) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() == MOST_FAILURES {
            failures.pop_front();
        }
        failures.push_back(text);
    }

    /// The last deliveries that the backend did not accept, the last one at the end.
    pub fn last_failures(&self) -> Vec<String> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Notes a problem for the user. The same words are kept once until they are taken.
    pub(super) fn note(&self, text: String) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.waiting.contains(&text) {
            return;
        }
        if notes.waiting.len() < MOST_NOTES {
            notes.waiting.push(text);
        } else {
            notes.unsaid += 1;
        }
    }

    /// What has been noted since the last time, and how much more there was than could be kept.
    pub fn take_notes(&self) -> (Vec<String>, u64) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = std::mem::take(&mut *notes);
        (taken.waiting, taken.unsaid)
    }
}
