//! What has happened so far, in numbers, and the last troubles in words.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureCount {
    /// Requests that are in the log.
    Recorded,
    /// Requests that are in the log and are no TUICallKit callbacks.
    Foreign,
    /// Requests that failed the checks of the app, and were answered with 403.
    Refused,
    /// Requests that could not be brought to disk, and were answered with 503.
    NotWritten,
    /// Requests that broke a limit.
    Limited,
    /// What came and is no whole HTTP request that can be read.
    Malformed,
    /// Requests that the backend did not accept.
    BackendFailed,
    /// Connections that were turned away because there were too many.
    TurnedAway,
}

impl CaptureCount {
    /// All, in the order of [`CaptureCounts`].
    pub const ALL: [Self; 8] = [
        Self::Recorded,
        Self::Foreign,
        Self::Refused,
        Self::NotWritten,
        Self::Limited,
        Self::Malformed,
        Self::BackendFailed,
        Self::TurnedAway,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Foreign => "not callbacks",
            Self::Refused => "refused",
            Self::NotWritten => "not written",
            Self::Limited => "over limits",
            Self::Malformed => "malformed",
            Self::BackendFailed => "failed at the backend",
            Self::TurnedAway => "connections turned away",
        }
    }
}

/// All counts at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct CaptureCounts([u64; CaptureCount::ALL.len()]);

impl CaptureCounts {
    /// One of them.
    pub fn of(&self, count: CaptureCount) -> u64 {
        self.0[count as usize]
    }
}

/// Troubles that wait to be said; more are only counted.
const MOST_NOTES: usize = 32;

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
}

impl CaptureTally {
    /// CaptureCounts one.
    pub(super) fn add(&self, count: CaptureCount) {
        self.counts[count as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// All counts.
    pub fn counts(&self) -> CaptureCounts {
        CaptureCounts(CaptureCount::ALL.map(|count| self.counts[count as usize].load(Ordering::Relaxed)))
    }

    /// Something that a person should hear of. The same words are said once until they are taken.
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
