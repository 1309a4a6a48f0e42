//! The files of a receiver: the log and its companions.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::feed::Feed;
use super::forwarding::Forwarding;
use super::log::{Log, LogOptions, LogState, Rotation, Sync, companion, lock, open_for_writing};
use super::options::CaptureOptions;
use super::tally::CaptureTally;

/// Size of `LOG.refused` at which it takes the place of `LOG.refused.old`, so that strangers cannot fill the disk.
const MOST_REFUSED: u64 = 64 << 20;

/// What cannot be started, and why.
#[derive(Debug)]
pub struct CannotBegin {
    /// What was tried.
    pub what: String,
    /// The cause.
    pub cause: io::Error,
}

impl CannotBegin {
    fn to_write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let what = format!("cannot write `{}`", path.display());
        move |cause| Self { what, cause }
    }
}

/// The open files.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) log: Log,
    /// Where refused requests go; `None` if nothing can be refused.
    pub(super) refused: Option<Log>,
    /// The backend and the log of its answers, if there is one.
    pub(super) forwarding: Option<Forwarding>,
    /// What the log held.
    pub(super) state: LogState,
    /// Keeps other writers out as long as it is open.
    _lock: File,
}

impl Files {
    /// Opens them, the lock first.
    pub(super) fn open(
        options: &CaptureOptions,
        feed: Option<Feed>,
        tally: &Arc<CaptureTally>,
    ) -> Result<Self, CannotBegin> {
        let path = resolved(&options.log);
        let lock = lock(&path).map_err(CannotBegin::to_write(&options.log))?;
        let writing = options.writing;
        let opened = open_for_writing(&path, writing, feed, tally);
        let (log, state) = opened.map_err(CannotBegin::to_write(&options.log))?;
        let beside = |name: &str, writing| {
            let path = companion(&path, name);
            let opened = open_for_writing(&path, writing, None, tally);
            opened.map(|(log, _)| log).map_err(CannotBegin::to_write(&path))
        };
        let few = LogOptions {
            sync: Sync::Never,
            rotation: Rotation { size: Some(MOST_REFUSED), every: None },
            compression: None,
            keeps_one: true,
        };
        let can_refuse = !options.auth.is_open() || options.forward.is_some();
        let refused = can_refuse.then(|| beside("refused", few)).transpose()?;
        let forwarding = options.forward.clone().map(|forward| {
            let log = beside("forward", LogOptions { sync: Sync::Never, ..writing })?;
            let no_https = |cause| CannotBegin { what: "cannot use https".to_owned(), cause };
            Forwarding::new(forward, options.limits.body_bytes, log).map_err(no_https)
        });
        Ok(Self { log, refused, forwarding: forwarding.transpose()?, state, _lock: lock })
    }
}

/// The path that a log's name leads to, so that two names of one log have one lock. The log need not be there.
fn resolved(path: &Path) -> PathBuf {
    const MOST_LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = path.read_link() else { break };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path.canonicalize().unwrap_or(path)
}
