//! The server: opens the log, listens, serves connections, and stops in order.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, mpsc, watch};

use super::budget::Budget;
use super::connection;
use super::delivery::Deliverer;
use super::feed::Feed;
use super::files::{CannotBegin, Files};
use super::listeners::{accept, leads_back, listen};
use super::log::{LogState, NotWritten};
use super::options::CaptureOptions;
use super::places::Places;
use super::receiver::Receiver;
use super::respond::ScriptedBackend;
use super::retention::Retention;
use super::service::notify;
use super::signal::{Wish, wishes};
use super::tally::{CaptureCount, CaptureTally};
use crate::live::backend::HttpBackend;
use crate::live::descriptors::{connections, raise_limit};
use crate::live::http::BackendUrl;

/// Connections that are being told that there are too many; beyond these they are closed without a word.
const MOST_TURNED_AWAY: usize = 64;

/// How long to wait if no connection can be accepted, for lack of descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// How often the room on the disk is checked.
const CHECK_ROOM: Duration = Duration::from_secs(1);

/// How a server ended.
#[derive(Debug)]
pub struct Ended {
    /// Why the log takes no more lines, if that ended the server.
    pub broken: Option<NotWritten>,
    /// Connections that were cut off by a second signal.
    pub cut_off: usize,
}

/// A server that has its log and its address, and serves nobody yet.
#[derive(Debug)]
pub struct Server {
    listeners: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
    receiver: Receiver,
    /// What delivers the log in the background, if anything does.
    deliverer: Option<Deliverer<HttpBackend>>,
    runtime: Runtime,
    wishes: mpsc::Receiver<Wish>,
    shortage: Option<String>,
}

impl Server {
    /// Takes the log for itself, mends its end, and listens.
    ///
    /// # Errors
    /// Returns an error if another process writes the log, it cannot be written, or the address cannot be listened on.
    pub fn open(
        options: CaptureOptions,
        feed: Option<Feed>,
        tally: Arc<CaptureTally>,
    ) -> Result<Self, CannotBegin> {
        let names = || options.listen.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let cannot_listen =
            |cause| CannotBegin { what: format!("cannot listen on {}", names()), cause: with_way_out(cause) };
        let listeners = listen(&options.listen).map_err(cannot_listen)?;
        let addresses = listeners.iter().map(TcpListener::local_addr).collect::<io::Result<Vec<_>>>();
        let addresses = addresses.map_err(cannot_listen)?;
        if let Some(forward) = &options.forward {
            check_backend(&forward.url, &addresses)?;
        }
        let cannot_run = |cause| CannotBegin { what: "cannot serve".to_owned(), cause };
        let runtime = Builder::new_multi_thread().enable_all().build().map_err(cannot_run)?;
        // From here on, before anyone knows the address, a signal ends it in order.
        let wishes = {
            let _inside = runtime.enter();
            wishes().map_err(cannot_run)?
        };
        // Last, so that no files are left if the rest fails; after the signals, so that a limit on the size of files
        // ends nothing.
        let (files, deliverer) = Files::open(&options, feed, &tally)?;
        let (auth, mut limits) = (options.auth, options.limits);
        let room =
            connections(raise_limit(), limits.connections, if options.forward.is_some() { 2 } else { 1 });
        let shortage = (room < limits.connections).then(|| {
            format!(
                "the limit on open files leaves room for {room} of {} connections; `ulimit -n` raises it",
                limits.connections
            )
        });
        limits.connections = room;
        let budget = Arc::new(Budget::new(limits.memory));
        let health_path = options.health_path;
        let scripted = options.respond.map(ScriptedBackend::new);
        let receiver = Receiver { files, auth, limits, health_path, scripted, budget, tally };
        Ok(Self { listeners, addresses, receiver, deliverer, runtime, wishes, shortage })
    }

    /// The addresses that it listens on, their port included.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// What there is less of than was asked for, in words.
    pub fn shortage(&self) -> Option<&str> {
        self.shortage.as_deref()
    }

    /// What the log held when it was opened.
    pub fn log_state(&self) -> &LogState {
        &self.receiver.files.state
    }

    /// Serves until a signal or a broken log ends it; then finishes the requests in flight, and closes the log.
    ///
    /// # Errors
    /// Returns an error if the system does not let it accept connections.
    pub fn run(self) -> io::Result<Ended> {
        let receiver = Arc::new(self.receiver);
        let delivering = self.deliverer.map(Delivering::begin).transpose()?;
        self.runtime.spawn(keep_room(Arc::clone(&receiver.files.retention)));
        tell_service(&receiver.tally, "READY=1");
        let served = self.runtime.block_on(serve(self.listeners, Arc::clone(&receiver), self.wishes));
        tell_service(&receiver.tally, "STOPPING=1");
        // Ends whatever a second signal has cut off.
        self.runtime.shutdown_timeout(Duration::from_secs(1));
        if let Some(delivering) = delivering {
            delivering.end();
        }
        let mut ended = served?;
        let receiver = Arc::into_inner(receiver);
        if let Some(receiver) = receiver {
            ended.broken = receiver.files.log.close().err().or(ended.broken);
        }
        Ok(ended)
    }
}

/// Checks the room on the disk, for ever.
async fn keep_room(retention: Arc<Retention>) {
    loop {
        tokio::time::sleep(CHECK_ROOM).await;
        let retention = Arc::clone(&retention);
        drop(tokio::task::spawn_blocking(move || retention.check()).await);
    }
}

fn tell_service(tally: &CaptureTally, state: &str) {
    if let Err(error) = notify(state) {
        tally.note(format!("the service manager cannot be told `{state}`: {}", crate::source::plain(&error)));
    }
}

/// The thread that delivers the log.
struct Delivering {
    thread: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl Delivering {
    fn begin(deliverer: Deliverer<HttpBackend>) -> io::Result<Self> {
        let (stop, stopping) = watch::channel(false);
        // A runtime of its own, so that neither waits for the other's disk.
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let work = move || {
            runtime.block_on(deliverer.run(stopping));
            runtime.shutdown_timeout(Duration::from_secs(1));
        };
        Ok(Self { thread: std::thread::Builder::new().name("delivery".to_owned()).spawn(work)?, stop })
    }

    /// Waits until the position is on disk.
    fn end(self) {
        self.stop.send_replace(true);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    }
}

/// The cause for which an address cannot be listened on, and what to do.
fn with_way_out(cause: io::Error) -> io::Error {
    let words = crate::source::plain(&cause);
    io::Error::new(cause.kind(), format!("{words}; give another one with --listen; port 0 picks a free one"))
}

/// A backend that is this receiver would get every request for ever. A name that leads nowhere yet is let
/// pass: the backend may come later.
fn check_backend(url: &BackendUrl, own: &[SocketAddr]) -> Result<(), CannotBegin> {
    let targets = (url.host(), url.port()).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
    if targets.unwrap_or_default().into_iter().any(|target| leads_back(target, own)) {
        let cause = io::Error::other("that is this receiver itself");
        return Err(CannotBegin { what: format!("cannot forward to {url}"), cause });
    }
    Ok(())
}

async fn serve(
    listeners: Vec<TcpListener>,
    receiver: Arc<Receiver>,
    mut wishes: mpsc::Receiver<Wish>,
) -> io::Result<Ended> {
    let listeners: Vec<_> =
        listeners.into_iter().map(tokio::net::TcpListener::from_std).collect::<io::Result<_>>()?;
    let (stop, stopping) = watch::channel(false);
    let places = Places::new(receiver.limits.connections);
    let broken = {
        let accepting = accept_all(&listeners, &receiver, &places, &stopping);
        tokio::pin!(accepting);
        loop {
            tokio::select! {
                () = &mut accepting => {}
                Some(wish) = wishes.recv() => match wish {
                    Wish::Stop => break None,
                    Wish::Rotate => receiver.rotate(),
                },
                error = receiver.files.log.broken() => break Some(error),
            }
        }
    };
    drop(listeners);
    stop.send_replace(true);
    let stopped = async { while wishes.recv().await == Some(Wish::Rotate) {} };
    let cut_off = tokio::select! {
        () = places.empty() => 0,
        () = stopped => places.count(),
    };
    Ok(Ended { broken, cut_off })
}

/// Accepts connections, for ever.
async fn accept_all(
    listeners: &[tokio::net::TcpListener],
    receiver: &Arc<Receiver>,
    places: &Arc<Places>,
    stopping: &watch::Receiver<bool>,
) {
    let turning_away = Arc::new(Semaphore::new(MOST_TURNED_AWAY.min(receiver.limits.connections / 4 + 1)));
    loop {
        let (stream, remote) = match accept(listeners).await {
            Ok(accepted) => accepted,
            Err(error) => {
                receiver.tally.note(format!("cannot accept a connection: {}", crate::source::plain(&error)));
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        match places.take(remote.ip(), Instant::now()) {
            Some(place) => {
                let serving =
                    connection::serve(Arc::clone(receiver), stream, remote, place, stopping.clone());
                tokio::spawn(serving);
            }
            None => {
                receiver.tally.add(CaptureCount::TurnedAway);
                if let Ok(place) = Arc::clone(&turning_away).try_acquire_owned() {
                    tokio::spawn(async move {
                        connection::turn_away(stream).await;
                        drop(place);
                    });
                }
            }
        }
    }
}
