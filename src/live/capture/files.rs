//! The files of a receiver: the log and its companions.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;

use super::delivery::{Acknowledge, Deliverer, DeliveryFiles, DeliveryOptions, Needed};
use super::feed::Feed;
use super::forwarding::Forwarding;
use super::log::{
    Log, LogEnd, LogFollowers, LogOptions, LogState, Rotation, Sync, companion, lock, open_for_writing,
};
use super::options::CaptureOptions;
use super::retention::Retention;
use super::tally::CaptureTally;
use crate::live::backend::HttpBackend;
use crate::live::http::HttpClient;

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
    /// Keeps room for what is to come.
    pub(super) retention: Arc<Retention>,
    /// Keeps other writers out as long as it is open.
    _lock: File,
}

impl Files {
    /// Opens them, the lock first; also what delivers the log in the background, if anything does.
    pub(super) fn open(
        options: &CaptureOptions,
        feed: Option<Feed>,
        tally: &Arc<CaptureTally>,
    ) -> Result<(Self, Option<Deliverer<HttpBackend>>), CannotBegin> {
        let path = resolved(&options.log);
        let lock = lock(&path).map_err(CannotBegin::to_write(&options.log))?;
        let writing = options.writing;
        let (end, ends) = watch::channel(LogEnd::default());
        let followers = LogFollowers { feed, end: Some(end) };
        let opened = open_for_writing(&path, writing, followers, tally);
        let (log, state) = opened.map_err(CannotBegin::to_write(&options.log))?;
        let beside = |name: &str, writing| {
            let path = companion(&path, name);
            let opened = open_for_writing(&path, writing, LogFollowers::default(), tally);
            opened.map(|(log, _)| log).map_err(CannotBegin::to_write(&path))
        };
        let few = LogOptions {
            sync: Sync::Never,
            rotation: Rotation { size: Some(MOST_REFUSED), every: None },
            compression: None,
            keeps_one: true,
            counts_lines: false,
        };
        let can_refuse = !options.auth.is_open() || options.forward.is_some();
        let refused = can_refuse.then(|| beside("refused", few)).transpose()?;
        let (mut forwarding, mut deliverer, mut kept) = (None, None, None);
        let mut logs = vec![path.clone()];
        if let Some(forward) = &options.forward {
            let no_https = |cause| CannotBegin { what: "cannot use https".to_owned(), cause };
            let answers = LogOptions { sync: Sync::Never, counts_lines: false, ..writing };
            let answers = Arc::new(beside("forward", answers)?);
            logs.push(companion(&path, "forward"));
            if forward.acknowledge == Acknowledge::Stored {
                let undelivered = LogOptions { sync: Sync::Always, rotation: Rotation::default(), ..few };
                let undelivered = beside("undelivered", undelivered)?;
                let needed = kept.insert(Needed::default()).clone();
                let files = DeliveryFiles { forward: Arc::clone(&answers), undelivered, needed };
                let client = HttpClient::new(&forward.url, None, forward.time).map_err(no_https)?;
                let how = DeliveryOptions {
                    url: forward.url.clone(),
                    all_methods: forward.all_methods,
                    token: options.auth.token.clone(),
                    give_up: forward.give_up,
                };
                let backend = HttpBackend::new(client, true);
                let started = Deliverer::start(&path, how, backend, files, ends, Arc::clone(tally));
                let cannot = |cause| CannotBegin { what: "cannot deliver the log".to_owned(), cause };
                deliverer = Some(started.map_err(cannot)?);
            }
            let made = Forwarding::new(forward.clone(), options.limits.body_bytes, answers);
            forwarding = Some(made.map_err(no_https)?);
        }
        let retention = Arc::new(Retention::new(options.retention, logs, kept, Arc::clone(tally)));
        retention.check();
        Ok((Self { log, refused, forwarding, state, retention, _lock: lock }, deliverer))
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
