//! Opens a log: keeps other writers out, mends its end, and starts its writer.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::fs::{companion, keep_others_out, private};
use super::handle::Log;
use super::options::LogOptions;
use super::recovery::{LogState, open_log};
use super::rotation::{Aftermath, Compression, Compressor};
use super::store::FileStore;
use super::writer::Writer;
use crate::live::capture::feed::Feed;
use crate::live::capture::tally::CaptureTally;

/// How a log is opened.
pub(in crate::live::capture) struct OpenLog<'t> {
    /// How it is written.
    pub(in crate::live::capture) writing: LogOptions,
    /// How finished files are compressed, if they are.
    pub(in crate::live::capture) compression: Option<Compression>,
    /// Where its lines are handed on to.
    pub(in crate::live::capture) feed: Option<Feed>,
    /// Where troubles in the background are noted.
    pub(in crate::live::capture) tally: &'t Arc<CaptureTally>,
    /// True to keep only the last finished file, as `.old`.
    pub(in crate::live::capture) keeps_one: bool,
}

impl OpenLog<'_> {
    /// Opens a file, and moves what an earlier run left torn at its end.
    pub(in crate::live::capture) fn file(self, path: &Path) -> io::Result<(Log, LogState)> {
        let (file, state) = open_log(path)?;
        let aftermath = match self.compression {
            _ if self.keeps_one => Aftermath::Replaces(companion(path, "old")),
            None => Aftermath::Stays,
            Some(compression) => {
                Aftermath::IsCompressed(Compressor::start(path, compression, Arc::clone(self.tally))?)
            }
        };
        let (rotation, tally) = (self.writing.rotation, Arc::clone(self.tally));
        let store = FileStore::new(path.to_owned(), file, rotation, aftermath, tally);
        let log = Log::start(Writer::new(store, state.length, self.writing.sync, self.feed))?;
        Ok((log, state))
    }
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
