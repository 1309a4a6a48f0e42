//! Opens a log: keeps other writers out, mends its end, and starts its writer.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::finished::{Compression, Finisher};
use super::identity::is_open_to_others;
use super::queue::Log;
use super::recover::recover;
use super::store::{Aftermath, FileStore, open, private};
use super::writer::Writer;
use super::{Found, LogOptions};
use crate::live::capture::feed::Feed;
use crate::live::capture::options::companion;
use crate::live::capture::tally::Tally;

/// How a log is opened.
pub(in crate::live::capture) struct OpenLog<'t> {
    /// How it is written.
    pub(in crate::live::capture) writing: LogOptions,
    /// How finished files are compressed, if they are.
    pub(in crate::live::capture) compression: Option<Compression>,
    /// Where its lines are handed on to.
    pub(in crate::live::capture) feed: Option<Feed>,
    /// Where troubles in the background are noted.
    pub(in crate::live::capture) tally: &'t Arc<Tally>,
    /// True to keep only the last finished file, as `.old`.
    pub(in crate::live::capture) keeps_one: bool,
}

impl OpenLog<'_> {
    /// Opens a file, and moves what an earlier run left torn at its end.
    pub(in crate::live::capture) fn file(self, path: &Path) -> io::Result<(Log, Found)> {
        let (file, found) = open_log(path)?;
        let aftermath = match self.compression {
            _ if self.keeps_one => Aftermath::Replaces(companion(path, "old")),
            None => Aftermath::Stays,
            Some(compression) => {
                Aftermath::IsCompressed(Finisher::start(path, compression, Arc::clone(self.tally))?)
            }
        };
        let (rotation, tally) = (self.writing.rotation, Arc::clone(self.tally));
        let store = FileStore::new(path.to_owned(), file, rotation, aftermath, tally);
        let log = Log::start(Writer::new(store, found.length, self.writing.sync, self.feed))?;
        Ok((log, found))
    }
}

/// Opens a log for appending, or begins it: keeps others from writing it, and moves what an earlier run left torn at its
/// end to `LOG.torn`.
///
/// # Errors
/// Where it cannot be opened or mended, where another process writes it, and where it is no log of this tool; it is then
/// as it was.
pub fn open_log(path: &Path) -> io::Result<(File, Found)> {
    let mut file = open(path)?;
    keep_others_out(&file)?;
    let is_open_to_others = is_open_to_others(&file);
    let (length, torn) = recover(path, &mut file)?;
    Ok((file, Found { length, torn, is_open_to_others }))
}

/// Keeps every other writer of a log out as long as the file is open. It is a file of its own, `LOG.lock`, since the log
/// itself makes way for the next one when it is finished. The log is locked as well, since `LOG.lock` can be deleted, and
/// since a log may be named that is another one's companion.
pub(in crate::live::capture) fn lock(path: &Path) -> io::Result<File> {
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return Err(io::Error::other("it is no regular file"));
    }
    let file = private().write(true).create(true).open(companion(path, "lock"))?;
    keep_others_out(&file)?;
    Ok(file)
}

/// Locks a file as long as it is open.
pub(super) fn keep_others_out(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(io::Error::other("another process writes it")),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
