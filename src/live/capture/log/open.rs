//! Opens a log: keeps other writers out, mends its end, and starts its writer.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::compressor::Compressor;
use super::finished::RotationCompression;
use super::fs::{companion, keep_others_out, private, regular};
use super::handle::Log;
use super::recovery::{LogState, foreign, is_all_zeros, open_log};
use super::rotation::{Aftermath, Rotation};
use super::store::{FileStore, next_name};
use super::writer::{Sync, Writer};
use crate::live::capture::feed::Feed;
use crate::live::capture::tally::CaptureTally;

/// How a log is written.
#[derive(Clone, Copy, Debug)]
pub struct LogOptions {
    /// When lines are synced to disk.
    pub sync: Sync,
    /// When a file is finished and the next one begun.
    pub rotation: Rotation,
    /// How finished files are compressed, if they are.
    pub compression: Option<RotationCompression>,
    /// True to keep only the last finished file, as `.old`.
    pub keeps_one: bool,
}

/// Opens a log for writing, and moves what an earlier run left torn at its end. Its lines are handed on to `feed`;
/// problems in the background are noted in `tally`.
pub(in crate::live::capture) fn open_for_writing(
    path: &Path,
    options: LogOptions,
    feed: Option<Feed>,
    tally: &Arc<CaptureTally>,
) -> io::Result<(Log, LogState)> {
    let (file, state) = open_log(path)?;
    // What a process left that was killed while it finished a file.
    drop(std::fs::remove_file(next_name(path)));
    let aftermath = if options.keeps_one {
        Aftermath::Replaces(companion(path, "old"))
    } else {
        Aftermath::Stays(Compressor::start(path, options.compression, Arc::clone(tally))?)
    };
    let store = FileStore::new(path.to_owned(), file, options.rotation, aftermath, Arc::clone(tally));
    let log = Log::start(Writer::new(store, state.length, options.sync, feed))?;
    Ok((log, state))
}

/// Keeps other writers of a log out while the file is open. It is a file of its own, `LOG.lock`, since the log itself
/// makes way for the next one when it is finished. The log is locked as well, since `LOG.lock` can be deleted, and
/// since a log may be named that is another one's companion.
pub(in crate::live::capture) fn lock(path: &Path) -> io::Result<File> {
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return Err(io::Error::other("it is not a regular file; name another one"));
    }
    let lock = companion(path, "lock");
    // A power cut can leave a log of zeros, but nothing goes before its lock.
    if lock.symlink_metadata().is_err() && is_all_zeros(path)? {
        return Err(foreign("it holds nothing but zero bytes"));
    }
    let file = regular(private().write(true).create(true), &lock)?;
    keep_others_out(&file)?;
    Ok(file)
}
