//! Opens a log: keeps other writers out, mends its end, and starts its writer.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use super::compressor::Compressor;
use super::finished::RotationCompression;
use super::fs::{companion, keep_others_out, private, regular};
use super::handle::Log;
use super::recovery::{LogState, foreign, is_all_zeros, open_log};
use super::rotation::{Aftermath, Rotation};
use super::store::{FileStore, next_name};
use super::writer::{LogFollowers, Sync, Writer};
use crate::framing::newlines;
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
    /// True to count the lines that are there already, so that the number of each new one is known.
    pub counts_lines: bool,
}

/// Opens a log for writing, and moves what an earlier run left torn at its end. Its lines are handed on to `followers`;
/// problems in the background are noted in `tally`.
pub(in crate::live::capture) fn open_for_writing(
    path: &Path,
    options: LogOptions,
    followers: LogFollowers,
    tally: &Arc<CaptureTally>,
) -> io::Result<(Log, LogState)> {
    let (mut file, mut state) = open_log(path)?;
    if options.counts_lines {
        state.lines = Some(lines_of(&mut file, state.length)?);
    }
    // What a process left that was killed while it finished a file.
    drop(std::fs::remove_file(next_name(path)));
    let aftermath = if options.keeps_one {
        Aftermath::Replaces(companion(path, "old"))
    } else {
        Aftermath::Stays(Compressor::start(path, options.compression, Arc::clone(tally))?)
    };
    let store = FileStore::new(path.to_owned(), file, options.rotation, aftermath, Arc::clone(tally));
    let log = Log::start(Writer::new(store, (state.length, state.lines), options.sync, followers))?;
    Ok((log, state))
}

/// Lines in the first bytes of a file.
fn lines_of(file: &mut File, bytes: u64) -> io::Result<u64> {
    file.rewind()?;
    let mut file = file.take(bytes);
    let (mut buffer, mut lines) = (vec![0; 1 << 18], 0);
    while let read @ 1.. = file.read(&mut buffer)? {
        lines += newlines(&buffer[..read]);
    }
    Ok(lines)
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
