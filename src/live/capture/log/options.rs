//! How a log is written.

use std::time::Duration;

use super::rotation::Rotation;

/// When lines are brought to disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// Before anyone is told that they are written.
    Always,
    /// At the latest so long after they were written.
    Within(Duration),
    /// When the system sees fit; at the end, and when a file is finished.
    Never,
}

/// How a log is written.
#[derive(Clone, Copy, Debug)]
pub struct LogOptions {
    /// When lines are brought to disk.
    pub sync: Sync,
    /// When a file is finished and the next one begun.
    pub rotation: Rotation,
}
