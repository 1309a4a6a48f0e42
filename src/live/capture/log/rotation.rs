//! When a file of a log is finished, and what happens to it then.

use std::path::PathBuf;
use std::time::Duration;

use super::compressor::Compressor;

/// When a file is finished and the next one begun.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rotation {
    /// Before it would hold more bytes than that.
    pub size: Option<u64>,
    /// This long after it was begun, if it holds anything.
    pub every: Option<Duration>,
}

/// What happens to a finished file.
#[derive(Debug)]
pub(super) enum Aftermath {
    /// It stays, under a name of its own, and may be compressed.
    Stays(Compressor),
    /// It takes the place of the one before it.
    Replaces(PathBuf),
}
